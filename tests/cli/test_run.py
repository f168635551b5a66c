import json
import shlex
from pathlib import Path

import pytest

from tests.calling import call, contents
from tests.conftest import PAPERS, Made

TITLELESS = "@article{nameless, author = {Roe, Ada}, year = {2020}, abstract = {Frogs.}}\n"


def test_a_run_says_where_the_survey_is_and_how_to_check_it(work: Made) -> None:
    done = call("run", work.papers, "-w", work.root)
    assert done.code == 0
    assert "10 papers" in done.out
    assert f"survey verify {work.folder.as_posix()}" in done.out
    assert (work.folder / "survey.html").as_posix() in done.out


def test_json_is_one_object_and_progress_goes_to_stderr(made: Made, tmp_path: Path) -> None:
    done = call("run", made.papers, "-w", tmp_path, "--out", tmp_path / "mine", "--json")
    assert done.code == 0
    assert done.data["papers"] == len(PAPERS)
    assert done.data["folder"] == (tmp_path / "mine").as_posix()
    assert done.data["left_out"] == []
    assert done.data["claims"] == sum(1 for _, s in made.result.sentences if s.kind == "claim")
    for word in ("reading", "statements", "writing"):
        assert word in done.err
    assert contents(tmp_path / "mine").keys() == contents(made.folder).keys()


def test_quiet_says_nothing_on_stderr_when_all_is_well(work: Made) -> None:
    done = call("run", work.papers, "-w", work.root, "--quiet")
    assert (done.code, done.err) == (0, "")
    assert done.out


def test_without_paths_the_whole_library_is_surveyed(work: Made) -> None:
    done = call("run", "-w", work.root, "--json")
    assert done.code == 0
    assert done.data["papers"] == len(PAPERS)


def test_a_topic_leaves_papers_out_and_that_is_no_fault(work: Made) -> None:
    done = call("run", "-w", work.root, "--topic", "lithium plating", "--json")
    assert done.code == 0
    assert done.data["papers"] == 3
    assert {skipped["source"] for skipped in done.data["left_out"]} >= {"@holtFrogCallDetection2020"}
    assert "left out  @holtFrogCallDetection2020: does not speak of “lithium plating”" in done.err


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("torn.pdf", b"%PDF-1.5\n1 0 obj", ["torn.pdf"]),
        ("noise.txt", bytes(range(256)) * 40, ["noise.txt", "not text", "UTF-8"]),
        ("mixed.bib", TITLELESS.encode(), ["mixed.bib", "nameless", "title"]),
    ],
)
def test_a_bad_file_is_partial_and_named_with_place_and_cure(work: Made, name: str, content: bytes, told: list[str]) -> None:
    (work.papers / name).write_bytes(content)
    done = call("run", work.papers, "-w", work.root, "--json")
    assert done.code == 4
    assert done.data["papers"] >= len(PAPERS)
    (line,) = [line for line in done.err.splitlines() if line.startswith("left out")]
    for word in told:
        assert word in line
    assert line.endswith(")")  # the cure
    run = json.loads((work.folder / "run.json").read_text(encoding="utf-8"))
    assert [skipped["source"] for skipped in run["left_out"]] == [f"papers/{name}"]
    assert name in (work.folder / "survey.md").read_text(encoding="utf-8").split("{#left-out}")[1]
    assert call("verify", work.folder, "-w", work.root, "--quiet").code == 0


def test_a_missing_path_is_partial_while_others_can_be_read(work: Made) -> None:
    done = call("run", work.papers, work.root / "nowhere", "-w", work.root, "--quiet")
    assert done.code == 4
    assert "nowhere" in (work.folder / "survey.md").read_text(encoding="utf-8") or (work.root / "outputs").is_dir()


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_nothing_usable_ends_with_3_and_says_why_and_what_to_give(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    done = call("run", tmp_path / name, "-w", tmp_path / "work", "--quiet")
    assert done.code == 3
    assert done.out == ""
    assert name in done.err
    assert ("does not exist" if name == "nowhere" else "holds no files") in done.err
    assert "Give a file or folder" in done.err


def test_an_empty_library_ends_with_3(tmp_path: Path) -> None:
    assert call("run", "-w", tmp_path).code == 3


def test_a_folder_that_cannot_be_written_ends_with_8(work: Made) -> None:
    (work.root / "taken").write_text("", encoding="utf-8")
    done = call("run", "-w", work.root, "--out", work.root / "taken")
    assert done.code == 8
    assert "--out" in done.err


def test_what_is_in_the_way_of_the_survey_is_told_before_the_work(made: Made, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    done = call("run", made.papers, "-w", tmp_path / "work", "--out", tmp_path / "taken")
    assert (done.code, "reading" in done.err) == (8, False)


def test_the_line_that_checks_it_can_be_typed_as_it_is(work: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    home = work.root.rename(work.root.with_name("my work"))
    done = call("run", home / "papers", "-w", home, "--quiet")
    (line,) = [line for line in done.out.splitlines() if line.startswith("Check it: ")]
    monkeypatch.chdir(home.parent)
    assert call(*shlex.split(line.removeprefix("Check it: survey "))).code == 0


def test_a_missing_path_is_named_as_it_was_typed(work: Made) -> None:
    done = call("run", work.papers, "/nowhere/at/all", "-w", work.root)
    assert "left out  /nowhere/at/all: does not exist" in done.err
