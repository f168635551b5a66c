"""What fails in part, moves, or was made at another time or by another version: the rest is delivered, the failed is named."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from survey.errors import UnwritableLibrary
from survey.library import Library
from survey.readers import containment
from survey.readers.containment import Child
from survey.workspace import Workspace
from tests.calling import call, ended, python
from tests.conftest import Made

PAPER = "# {0} in the Rain\n\nAbstract. We count {0} in the rain with two microphones. Wind remains a problem for our {0}.\n"
NAMES = ("Frogs", "Toads", "Newts")


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.md").write_text(PAPER.format(name), encoding="utf-8")
    return folder


def titles(root: Path) -> set[str]:
    with Workspace.open(root) as workspace:
        return {paper.title.partition(" ")[0] for paper in workspace.library.papers()}


# ---------------------------------------------------------------- k of n fail: the rest is delivered


def damage(path: Path) -> None:
    path.with_suffix(".pdf").write_bytes(b"%PDF-1.7\n1 0 obj<<")
    path.unlink()


@pytest.mark.parametrize("fail", [damage, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"\x00\x01" * 99)])
def test_of_three_files_one_fails_two_are_surveyed_and_one_is_named(fail: Callable[[Path], None], papers: Path, tmp_path: Path) -> None:
    fail(papers / "Toads.md")
    for command, named in (("add", "skipped"), ("run", "left_out")):
        done = call(command, papers, "-w", tmp_path / "work", "--json")
        assert done.code == 4
        assert "Toads" in done.err
        assert "Frogs" not in done.err
        assert [Path(item["source"]).stem for item in done.data[named]] == ["Toads"]
    assert titles(tmp_path / "work") == {"Frogs", "Newts"}


def test_a_file_that_vanishes_between_listing_and_reading_is_named_and_read_when_it_is_back(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, real = papers / "Toads.md", containment._start

    def start() -> Child:
        gone.unlink(missing_ok=True)
        return real()

    containment._children.end()
    with Workspace.open(tmp_path) as workspace:
        with monkeypatch.context() as patch:
            patch.setattr(containment, "_start", start)
            added = workspace.add([papers])
        assert [(skipped.source, skipped.reason) for skipped in added.skipped] == [("papers/Toads.md", "does not exist")]
        gone.write_text(PAPER.format("Toads"), encoding="utf-8")
        assert workspace.add([papers]).skipped == ()
    assert titles(tmp_path) == set(NAMES)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import os; os.kill(os.getpid(), 9)", "needs more than"),  # as the system does when memory runs out
        ("", "no process could be started"),
    ],
)
def test_a_reader_that_is_killed_every_time_costs_its_files_and_no_more(
    program: str, reason: str, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start() -> Child:
        if not program:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    with Workspace.open(tmp_path) as workspace:
        workspace.add([papers / "Frogs.md"])
        containment._children.end()
        with monkeypatch.context() as patch:
            patch.setattr(containment, "_start", start)
            added = workspace.add([papers])
        assert all(reason in skipped.reason for skipped in added.skipped)
        assert len(added.skipped) == 2
        assert titles(tmp_path) == {"Frogs"}
        assert workspace.add([papers]).new == 2


def test_too_few_open_files_are_told_with_how_many_there_may_be_and_how_to_have_more(papers: Path, tmp_path: Path) -> None:
    done = ended(
        python(
            [
                "-c",
                "import resource, sys; from survey.cli import app; import survey.workspace\n"
                "resource.setrlimit(resource.RLIMIT_NOFILE, (6, 6))\ntry:\n    app(sys.argv[1:])\n"
                "finally:\n    print('allowed', *resource.getrlimit(resource.RLIMIT_NOFILE))",
                *("add", papers, "-w", tmp_path / "work"),
            ]
        )
    )
    assert done.code in (3, 4, 8)
    assert "Traceback" not in done.err
    assert "allowed 6 6" in done.out  # and not raised on the way
    assert str(tmp_path / "work") in done.err
    assert "program may have 6 files open here" in done.err and "ulimit -n 1024" in done.err


# ---------------------------------------------------------------- clocks and places


def test_a_file_of_the_same_size_and_an_older_date_is_read_anew(papers: Path, tmp_path: Path) -> None:
    with Workspace.open(tmp_path) as workspace:
        workspace.add([papers])
        path = papers / "Toads.md"
        path.write_text(path.read_text(encoding="utf-8").replace("Toads", "Crows"), encoding="utf-8")
        for when in (0, 2**33):  # long ago, and long from now
            os.utime(path, (when, when))
            workspace.add([papers])
            assert titles(tmp_path) == {"Frogs", "Crows", "Newts"}


def test_a_clock_that_goes_backwards_changes_no_output(work: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in work.root.rglob("*"):
        os.utime(path, (2**33, 2**33))  # everything is of the future
    before = contents(work.folder)
    monkeypatch.setattr("time.time", lambda: 1.0)
    with Workspace.open(work.root) as workspace:
        workspace.write(work.folder, paths=[work.papers])
        assert workspace.ask("How many toads does the drone find?").found
    assert contents(work.folder) == before


def contents(folder: Path) -> dict[str, object]:
    files: dict[str, object] = {path.name: path.read_bytes() for path in folder.iterdir()}
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return {**files, "run.json": {name: value for name, value in run.items() if name != "timings"}}


@pytest.mark.parametrize("linked", [False, True])
def test_a_workspace_that_was_moved_or_is_reached_by_a_link_is_the_same(work: Made, tmp_path: Path, linked: bool) -> None:
    before, there = contents(work.folder), tmp_path / "elsewhere" / "deep"
    there.parent.mkdir()
    if linked:
        there.symlink_to(work.root, target_is_directory=True)
    else:
        shutil.move(work.root, there)
    with Workspace.open(there) as workspace:
        added = workspace.add([there / "papers"])
        assert (added.files_read, added.missing, added.new) == (0, (), 0)
        workspace.write(there / "outputs" / "papers")
        assert contents(there / "outputs" / "papers") == before
        assert not any(finding.fault for finding in workspace.verify(there / "outputs" / "papers"))


@pytest.mark.parametrize(
    ("number", "cure"),
    [(errno.EROFS, "mount it to be written"), (errno.EACCES, "Check who may write there"), (errno.ENOSPC, "Make room")],
)
def test_a_library_that_cannot_be_written_is_told_with_what_to_change(
    number: int, cure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Path, *rest: object, **named: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("survey.locking._taken", refused)
    done = call("run", tmp_path, "-w", tmp_path)
    assert done.code == 8 and cure in done.err
    assert ("Make room" in done.err) == (number == errno.ENOSPC)


def test_a_workspace_that_may_only_be_read_answers_and_is_checked(work: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Library._open

    def as_on_a_disk_that_cannot_be_written(self: Library, how: str) -> None:
        if how == "mode=rwc":
            raise UnwritableLibrary(self.path, "attempt to write a readonly database")
        opened(self, how)

    monkeypatch.setattr(Library, "_open", as_on_a_disk_that_cannot_be_written)
    assert call("ask", "How many toads does the drone find?", "-w", work.root, "--quiet").code == 0
    for command in (["status"], ["verify", work.folder], ["show", "quist2019"], ["themes"]):
        assert call(*command, "-w", work.root).code == 0
    with monkeypatch.context() as patch:
        patch.setattr(Workspace, "_writing", lambda self: nullcontext())  # the lock would tell before
        done = call("run", work.papers, "--topic", "toads", "-w", work.root)
    assert done.code == 8
    assert "who may write there" in done.err


@pytest.mark.parametrize("beside", [True, False])
def test_what_was_committed_last_is_read_where_nothing_may_be_written_or_its_lack_is_told(
    beside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log of a process that was killed; ``beside``: SQLite can read it without writing there."""
    (tmp_path / "killed").mkdir()
    with Library(tmp_path / "library.sqlite") as library:
        library.count("asked", 7)
        for name in ("library.sqlite", "library.sqlite-wal"):
            shutil.copy(tmp_path / name, tmp_path / "killed" / name)
    opened = Library._open

    def as_on_a_disk_that_cannot_be_written(self: Library, how: str) -> None:
        if how == "mode=rwc" or (how == "mode=ro" and not beside):
            raise UnwritableLibrary(self.path, "attempt to write a readonly database")
        opened(self, how)

    monkeypatch.setattr(Library, "_open", as_on_a_disk_that_cannot_be_written)
    if beside:
        with Library(tmp_path / "killed" / "library.sqlite") as library:
            assert library.count("asked") == 7
    else:
        with pytest.raises(UnwritableLibrary, match=r"library\.sqlite-wal"):
            Library(tmp_path / "killed" / "library.sqlite")


# ---------------------------------------------------------------- other versions


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": 99}, "newer version of the program wrote it: format 99"),
        ({"format": 2, "tree": {"kind": 3}}, "older version of the program wrote it: format 2"),
        ({"sections": "none"}, "sections"),
    ],
)
def test_a_survey_of_another_version_is_told_with_what_to_do(change: dict[str, object], told: str, work: Made) -> None:
    record = work.folder / "survey.json"
    record.write_text(json.dumps({**json.loads(record.read_bytes()), **change}), encoding="utf-8")
    done = call("export", work.folder, "-t", "csv")
    assert done.code == 2
    assert told in done.err
    assert "survey.json" in done.err
    assert "survey run" in done.err
    assert call("write", work.folder, "-w", work.root, "--quiet").code == 0  # it is written anew, whatever it was
    assert call("export", work.folder, "-t", "csv").code == 0


@pytest.mark.parametrize("text", ["{", "[1]", '{"written": 7, "paths": 7, "settings": [], "files": 3, "placed": 1}'])
def test_a_run_json_of_whatever_kind_stops_nothing(text: str, work: Made) -> None:
    (work.folder / "run.json").write_text(text, encoding="utf-8")
    assert call("write", work.folder, "-w", work.root, "--quiet").code == 0
    assert json.loads((work.folder / "run.json").read_bytes())["format"] == 1
