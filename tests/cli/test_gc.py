"""survey gc: what nothing uses goes, what is used stays, and a run afterwards has nothing to do."""

from fnmatch import fnmatch
from pathlib import Path

import pytest

from survey import forgetting
from survey.durable import _SCRATCH, end_scratch
from survey.library import Library
from survey.locking import writing
from survey.workspace import Workspace
from tests.calling import call
from tests.conftest import Made


def test_what_no_recent_run_used_goes_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with Library(path) as library:
        for name in ("used", "stale"):
            library.put_result("themes", name, "{}")
            library.put_reply(name, "answer", "{}")
        library.put_result("splitting", "made by", "3")
    for _ in range(3):
        with Library(path) as library:
            assert library.result("themes", "used") and library.reply("used") and library.result("splitting", "made by")
    with Library(path) as library:
        assert library.runs() == 4
        assert library.used_before("results", 1) == [("splitting", "made by"), ("themes", "stale")]
        assert library.used_before("replies", 1) == [("stale",)]
        assert library.used_before("replies", 0) == []


def test_a_library_that_was_only_looked_at_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    Library(path).close()
    before = path.read_bytes()
    with Library(path) as library:
        assert library.result("themes", "none") is None and library.keys() == []
    assert path.read_bytes() == before


def test_to_ask_what_would_go_leaves_the_log_of_a_killed_command_where_it_is(work: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    store = work.root / "store"
    tried: list[Path] = []
    with Workspace.open(work.root) as opened:
        opened.library.put_vectors("e", {"0" * 64: b"1234" * 5000})
        lying = {path: path.read_bytes() for path in (store / "library.sqlite", store / "library.sqlite-wal")}
    for path, data in lying.items():  # as if it had not been closed
        path.write_bytes(data)

    def ended(path: Path, handle: int | None) -> None:
        tried.append(path)
        end_scratch(path, handle)

    monkeypatch.setattr(forgetting, "end_scratch", ended)
    assert call("gc", "--dry-run", "--json", "-w", work.root).data["rows"]["vectors"] >= 1
    assert {path: path.read_bytes() for path in lying} == lying
    assert fnmatch(tried[0].name, _SCRATCH) and not tried[0].exists()  # what the next one sweeps, if this one is killed


def test_a_run_after_it_has_nothing_to_do_again(work: Made) -> None:
    store = work.root / "store"
    (store / "library.v4.sqlite").write_bytes(b"x" * 100_000)
    (store / ".survey-0123456789abcdef.new").write_text("cut")
    (store / "index-left").mkdir()
    (store / "library.damaged-1.sqlite").write_bytes(b"may hold what nothing else does")
    with Workspace.open(work.root) as opened:
        opened.library.put_vectors("e", {"0" * 64: b"1234" * 5000})
        opened.library.put_result("themes", "stale", "{}" * 50_000)
        kept = {kind: len(opened.library.row_keys(kind)) for kind in ("results", "vectors")}
    for _ in range(2):
        with Workspace.open(work.root) as opened:
            opened.survey(paths=[work.papers])
    lying = {path: path.read_bytes() for path in store.rglob("*") if path.is_file() and path.name != "lock.json"}
    with writing(work.root, store):
        would = call("gc", "--keep", "1", "--dry-run", "--json", "-w", work.root)
    assert {path: path.read_bytes() for path in lying} == lying, "it only reads, and needs no lock"
    size = sum(file.stat().st_size for file in store.rglob("*") if file.is_file())
    done = call("gc", "--keep", "1", "--json", "-w", work.root)
    assert done.code == 0 and (store / "library.damaged-1.sqlite").exists()
    assert done.data == would.data and done.data["bytes"] > 200_000
    assert sorted(done.data["files"]) == [".survey-0123456789abcdef.new", "index-left", "library.v4.sqlite"]
    assert done.data["rows"]["results"] >= 1 and done.data["rows"]["vectors"] >= 1
    assert size - sum(file.stat().st_size for file in store.rglob("*") if file.is_file()) > 100_000
    with Workspace.open(work.root) as opened:
        told: list[str] = []
        opened._told = lambda what, done, total: told.append(what) if done < total else None
        opened.survey(paths=[work.papers])
        left = {kind: len(opened.library.row_keys(kind)) for kind in ("results", "vectors")}
        assert opened.library.check() == []
    assert not {"statements", "themes", "links", "writing", "indexing"} & {*told}, "nothing was made again"
    assert left["results"] <= kept["results"]


def test_it_wants_at_least_one_run(tmp_path: Path) -> None:
    assert call("gc", "--keep", "0", "-w", tmp_path).code == 2
