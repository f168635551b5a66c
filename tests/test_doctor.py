import errno
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey import locking
from survey.doctor import Examined, environment, examine, repair
from survey.errors import DamagedLibrary, KeyRefused, WorkspaceBusy
from survey.locking import writing
from survey.models.presence import presence
from survey.records import Ailment
from survey.settings import Endpoint
from survey.workspace import Workspace
from tests.conftest import PAPERS, Made
from tests.library.old_schemas import old_library

OFFLINE = Endpoint("tiny", "http://127.0.0.1:9/v1", None, "")


def of(found: Examined, part: str) -> list[Ailment]:
    return [ailment for ailment in found.ailments if ailment.part == part]


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm")}


def test_a_whole_workspace_is_well_and_looking_changes_nothing(work: Made) -> None:
    before = files(work.root)
    found = examine(work.root)
    assert found.ailments == []
    assert [part.name for part in found.parts] == ["environment", "model", "library", "index", "outputs", "lock"]
    assert files(work.root) == before


def test_looking_leaves_a_log_that_a_killed_process_left(work: Made) -> None:
    library = work.root / "store" / "library.sqlite"
    with Workspace.open(work.root) as workspace:
        workspace.library.put_talk(None, "2026-01-01", "{}", ['{"question": "What of the ponds?"}'])
        left = {file: file.read_bytes() for file in library.parent.glob("library.sqlite*")}
    for file, content in left.items():
        file.write_bytes(content)
    before = files(work.root)
    assert before[library.with_name("library.sqlite-wal")]
    assert examine(work.root).ailments == []
    assert files(work.root) == before


def test_a_library_that_became_empty_is_missed(work: Made) -> None:
    (work.root / "store" / "library.sqlite").write_bytes(b"")
    assert "is empty" in of(examine(work.root), "library")[0].fault
    assert "cannot be told" in of(repair(work.root), "library")[0].fault


def test_a_library_that_is_gone_is_missed_by_its_index_and_begun_anew_by_mending_alone(work: Made) -> None:
    (work.root / "store" / "library.sqlite").unlink()
    (ailment,) = examine(work.root).ailments
    assert "is gone" in ailment.fault and ailment.mendable
    for make in (False, True):
        with pytest.raises(DamagedLibrary, match="survey doctor --repair"):
            Workspace.open(work.root, make=make)
    assert not (work.root / "store" / "library.sqlite").exists()
    (loss,) = of(repair(work.root), "library")
    assert "cannot be told" in loss.fault and "survey add" in loss.cure
    with Workspace.open(work.root) as workspace:
        assert {*workspace.add([work.papers]).papers} == PAPERS


def test_an_index_of_an_earlier_library_as_a_killed_run_leaves_it_is_well(work: Made) -> None:
    with Workspace.open(work.root) as workspace:
        workspace.library.drop_papers(["volt2023"])
    found = examine(work.root)
    assert found.ailments == [] and "the next run builds it" in found.parts[3].found
    names = work.root / "store" / (work.root / "store" / "index").read_text() / "names.json"
    names.write_text("{}")
    assert {Path(ailment.place).name for ailment in of(examine(work.root), "index")} == {"index", "names.json"}


def test_an_empty_folder_is_well_and_stays_empty(tmp_path: Path) -> None:
    assert examine(tmp_path).ailments == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_damaged_is_named_and_mended_from_what_is_whole(work: Made) -> None:
    store = work.root / "store"
    with Workspace.open(work.root) as workspace:
        hits = workspace.search("frog calls")
    names = store / (store / "index").read_text() / "names.json"
    names.write_text("{}")
    (work.folder / "survey.html").write_text("torn")
    (store / ".survey-0123456789abcdef.new").write_text("left")
    papers = files(work.papers)
    found = examine(work.root)
    assert {(ailment.part, Path(ailment.place).name) for ailment in found.ailments} == {
        ("index", "names.json"),
        ("outputs", "survey.html"),
        ("library", ".survey-0123456789abcdef.new"),
    }
    after = repair(work.root)
    assert after.ailments == []
    assert {(a.part, a.place) for a in after.mended} == {(a.part, a.place) for a in found.ailments}
    assert files(work.papers) == papers
    with Workspace.open(work.root) as workspace:
        assert workspace.search("frog calls") == hits


@pytest.mark.parametrize("lost", [("survey.json",), ("run.json", "years.svg"), ("run.json", "survey.json", "survey.md")])
def test_the_record_of_a_survey_is_made_again_as_it_was(work: Made, lost: tuple[str, ...]) -> None:
    before = files(work.folder)
    (work.folder / lost[0]).write_text('{"torn')
    for name in lost[1:]:
        (work.folder / name).unlink()
    assert {Path(ailment.place).name for ailment in of(examine(work.root), "outputs")} <= {*lost}
    after = repair(work.root)
    assert after.ailments == []
    now = files(work.folder)
    assert now.pop(work.folder / f"{lost[0]}.bak-1") == b'{"torn'
    assert {path.name for path in now if now[path] != before.get(path)} <= {"run.json"} and now.keys() == before.keys()
    run, then = (json.loads(found[work.folder / "run.json"]) for found in (now, before))
    assert {**run, "timings": {}} == {**then, "timings": {}}


def test_of_a_library_that_tells_otherwise_now_no_record_is_made(work: Made) -> None:
    (work.folder / "survey.json").unlink()
    with Workspace.open(work.root) as workspace:
        workspace.forget(["volt2023"])
    before = files(work.folder)
    (ailment,) = of(repair(work.root), "outputs")
    assert Path(ailment.place).name == "survey.json" and "survey write" in ailment.cure and not ailment.mendable
    assert files(work.folder) == before


def test_what_is_being_written_is_not_looked_at_nor_mended(work: Made) -> None:
    with writing(work.root, work.root / "store"):
        found = examine(work.root)
        assert found.parts[-1].found == f"held by process {os.getpid()}"
        assert {part.name for part in found.parts if "being written" in part.found} == {"index", "outputs"}
        assert found.ailments == []
        with pytest.raises(WorkspaceBusy):
            repair(work.root)


def test_settings_that_cannot_be_read_are_told_and_the_rest_is_looked_at(work: Made) -> None:
    (work.root / "survey.toml").write_text("themes = ")
    found = examine(work.root)
    assert [ailment.place for ailment in found.ailments] == ["settings"]
    assert "survey.toml" in found.ailments[0].fault


@pytest.mark.parametrize(("free", "found", "faults"), [(8, "", 1), (30, "; 30 MB of disk are free", 0), (500, "", 0)])
def test_a_small_disk_is_a_fault_only_if_no_run_can_end_on_it(
    work: Made, monkeypatch: pytest.MonkeyPatch, free: int, found: str, faults: int
) -> None:
    facts = shutil.disk_usage(work.root)._replace(free=free * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: facts)
    part = examine(work.root).parts[0]
    assert part.found.partition("clock")[2] == found
    assert len([ailment for ailment in part.ailments if "MB are free" in ailment.fault]) == faults


def test_a_file_of_the_future_is_told(work: Made) -> None:
    os.utime(work.root / "store" / "index", (2**33, 2**33))
    (ailment,) = of(examine(work.root), "environment")
    assert "2242-" in ailment.fault


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (["numpy>=2,<3", "pydantic>=2.9,<3", 'nothing-at-all>=1; extra == "export"'], []),
        (["numpy<2,>=1.20"], ["numpy"]),
        (["no-such-package>=1", "rich>=1000"], ["no-such-package", "rich"]),
    ],
)
def test_packages_are_held_against_what_the_program_asks_for(wanted: list[str], told: list[str]) -> None:
    assert [ailment.place for ailment in environment._packages(wanted)] == told


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=4), st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_versions_are_ordered_by_their_numbers(one: list[int], other: list[int]) -> None:
    there, bound = ".".join(map(str, one)), ".".join(map(str, other))
    padded = [numbers + [0] * (4 - len(numbers)) for numbers in (one, other)]
    assert environment._within(there, "<", bound) == (padded[0] < padded[1])
    assert environment._within(there, "<", bound) != environment._within(there, ">=", bound)


def test_a_server_is_asked_one_small_thing() -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={"data": [{"id": "tiny", "object": "model"}], "object": "list"})

    assert presence(OFFLINE, httpx2.MockTransport(answer)) == "it answers, and has the model"
    assert [(request.method, request.url.path, request.content) for request in asked] == [("GET", "/v1/models", b"")]


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, json.dumps({"data": [{"id": "other"}]}), "it answers, and lists 1 models, not this one"),
        (200, "[" * 5000, "it answers, and does not list its models"),
        (404, "{}", "it answers, and does not list its models"),
    ],
)
def test_a_server_that_lists_otherwise(status: int, body: str, told: str) -> None:
    assert presence(OFFLINE, httpx2.MockTransport(lambda request: httpx2.Response(status, text=body))) == told


def test_a_key_that_is_refused_is_an_error() -> None:
    with pytest.raises(KeyRefused):
        presence(OFFLINE, httpx2.MockTransport(lambda request: httpx2.Response(401, json={})))


def test_a_server_that_is_named_is_not_asked_offline(tmp_path: Path) -> None:
    found = examine(tmp_path, {"model": "tiny", "base_url": "http://127.0.0.1:9/v1"}, offline=True)
    assert found.ailments == []
    assert found.parts[1].found == "tiny at 127.0.0.1:9: not asked (--offline)"


def test_a_damaged_paper_is_read_again_from_its_file(work: Made) -> None:
    library = work.root / "store" / "library.sqlite"
    with closing(sqlite3.connect(library)) as db, db:
        db.execute("UPDATE texts SET text = replace(text, 'e', 'a') WHERE key = 'quist2019'")
        db.execute("UPDATE records SET paper = replace(paper, 'e', 'a') WHERE source = (SELECT min(source) FROM records)")
    assert {ailment.part for ailment in examine(work.root).ailments} >= {"library"}
    after = repair(work.root)
    assert after.ailments == []
    assert {ailment.cure for ailment in after.mended if ailment.part == "library"} == {"removed, to be made or read again"}
    assert len([ailment for ailment in after.mended if ailment.part == "library"]) >= 2
    with Workspace.open(work.root) as workspace:
        assert set(workspace.library.keys()) == PAPERS


def test_a_file_that_is_not_there_to_be_read_again_is_named(work: Made) -> None:
    with Workspace.open(work.root) as workspace:
        source = workspace.library.sources()[0]
        workspace.library.unread(source)
    (work.root / source).unlink()
    (ailment,) = repair(work.root).ailments
    assert (ailment.place, ailment.mendable) == (source, False)


def test_files_that_are_not_known_any_longer_are_read_again_and_those_that_are_gone_told_in_one_line(tmp_path: Path) -> None:
    papers, root = tmp_path / "papers", tmp_path / "work"
    papers.mkdir()
    for name in ("README", "frogs", "newts", "toads"):
        (papers / f"{name}.md").write_text(f"# Of {name}\n\nAda Roe\n\nWe found that {name} call at night, near every pond.\n")
    with Workspace.open(root) as workspace:
        workspace.add([papers])
        before = workspace.library.papers()
        workspace.library.drop_rows("sources", [(source,) for source in workspace.library.sources()])
    assert repair(root).ailments == []
    with Workspace.open(root) as workspace:
        assert workspace.library.papers() == before
        workspace.library.drop_rows("sources", [(source,) for source in workspace.library.sources()])
    for file in papers.glob("[Rnt]*.md"):
        file.unlink()
    (ailment,) = repair(root).ailments
    assert "newts.md and 1 more" in ailment.place and not ailment.mendable
    with Workspace.open(root) as workspace:
        assert workspace.library.papers() == before


def test_a_library_that_cannot_be_opened_is_mended(work: Made) -> None:
    library = work.root / "store" / "library.sqlite"
    content = bytearray(library.read_bytes())
    content[4096 * 3 : 4096 * 5] = b"x" * 8192
    library.write_bytes(content)
    (work.root / "store" / "library.sqlite-wal").unlink(missing_ok=True)
    assert [ailment.place for ailment in of(examine(work.root), "library")]
    after = repair(work.root)
    assert of(after, "index") == of(after, "outputs") == []
    assert list((work.root / "store").glob("library.damaged-1*"))


@pytest.mark.parametrize("at", [5, 100, 4096])
def test_a_flipped_byte_at_its_beginning_costs_nothing(work: Made, at: int) -> None:
    library = work.root / "store" / "library.sqlite"
    with Workspace.open(work.root) as workspace:
        papers, hits = workspace.library.papers(), workspace.search("frog calls")
    content = bytearray(library.read_bytes())
    content[at] ^= 0x55
    library.write_bytes(content)
    assert of(examine(work.root), "library")
    after = repair(work.root)
    assert after.ailments == []
    assert "no paper, decision or talk is missing" in after.mended[0].cure
    with Workspace.open(work.root) as workspace:
        assert (workspace.library.papers(), workspace.search("frog calls")) == (papers, hits)


def test_what_is_lost_for_good_is_wrong_however_much_was_mended(work: Made) -> None:
    with Workspace.open(work.root) as workspace:
        workspace.library.put_talk(None, "2026-01-01", "{}", ['{"question": "What of the ponds?"}'])
    library = work.root / "store" / "library.sqlite"
    content = bytearray(library.read_bytes())
    content[content.find(b"What of the ponds")] ^= 1
    content[5] ^= 1
    library.write_bytes(content)
    (loss,) = repair(work.root).ailments
    assert (loss.part, loss.mendable) == ("library", False)
    assert "1 of the kind “turn of a talk”" in loss.fault


def test_a_library_of_a_newer_program_is_left_alone(work: Made) -> None:
    library = work.root / "store" / "library.sqlite"
    with closing(sqlite3.connect(library)) as db, db:
        db.execute("PRAGMA user_version = 999")
        db.execute("UPDATE counters SET value = 999 WHERE name = 'form'")
    before = library.read_bytes()
    (ailment,) = of(repair(work.root), "library")
    assert "newer survey" in ailment.fault
    assert library.read_bytes() == before


def test_a_disk_without_locks_is_told_and_nothing_is_mended(work: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locking, "_try", refuse)
    for look in (examine, repair):
        (ailment,) = look(work.root).ailments
        assert ailment.part == "lock" and "cannot lock files" in ailment.fault


def test_a_file_that_goes_while_it_is_looked_at_is_no_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    assert [*environment._clock(tmp_path)] == []


def test_a_library_of_an_older_version_is_looked_at_and_brought_up_by_mending_alone(tmp_path: Path) -> None:
    old_library(tmp_path / "store" / "library.sqlite", 4)
    before = files(tmp_path)
    assert ["older version" in ailment.fault for ailment in examine(tmp_path).ailments] == [True]
    assert files(tmp_path) == before
    repair(tmp_path)
    assert (tmp_path / "store" / "library.v4.sqlite").exists()
