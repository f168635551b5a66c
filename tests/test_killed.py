"""Killed at any moment, the next run gives the same: a handful of the kills of :mod:`bench.trust.kills`, and signals that ask to end."""

import os
import signal
from pathlib import Path

import pytest

from bench.trust.kills import WORKERS
from survey.errors import WorkspaceBusy
from survey.locking import writing
from survey.workspace import Workspace
from tests.calling import call, contents, ended, python, warm
from tests.conftest import PAPERS, Made

pytestmark = pytest.mark.skipif(not hasattr(os, "fork") or not Path("/proc/self/fd").exists(), reason="needs fork and /proc")

QUESTION = "How many joules does the small network save?"


def test_a_killed_run_leaves_everything_whole_and_the_next_gives_the_same_bytes(collection: Path) -> None:
    """A model that is asked over HTTP, and `survey add` of changed files."""
    papers = [collection / "notes", collection / "archive.txt"]
    how = ["--sweeps", "embedded add", "scripted run", "--kills", "1", "--points", "1", "--json"]
    done = ended(python(["-m", "bench.trust.kills", *how, "--papers", *papers]), seconds=600)
    assert done.code == 0, done.err
    assert {name: found["kills"] for name, found in done.data.items()} == {
        "embedded add random": 1,
        "embedded add points": 1,
        "scripted run random": 1,
        "scripted run points": 1,
    }
    for name, found in done.data.items():
        assert found["identical_share"] == 1, name
        for fault in ("torn_files", "mixed_sets", "damaged_libraries", "processes_left", "foreign_calls"):
            assert found[fault] == 0, (name, fault)
        assert found["repeated_calls_per_kill_most"] <= (WORKERS if "scripted" in name else 0)


def test_what_was_read_before_a_kill_is_merged_by_the_next_command(work: Made, tmp_path: Path) -> None:
    """Whatever that is: another `add`, or a survey of the library as it is."""
    text = "Newt calls in rain noise are hard to detect, since newts are quiet. A horn is proposed to hear newt calls."
    (work.papers / "newts.md").write_text(f"---\ntitle: Newt Calls\ndate: 2024\n---\n\n{text}\n", encoding="utf-8")
    with Workspace.open(work.root) as workspace:
        with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("survey.collection.Shelf.merge", interrupted)
            workspace.add([work.papers])
        assert workspace.status().papers == len(PAPERS)
        assert len(workspace.add([work.papers]).papers) == len(PAPERS) + 1
        with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("survey.collection.Shelf.merge", interrupted)
            (work.papers / "newts.md").unlink()
            workspace.add([work.papers], forget_missing=True)
        assert len(workspace.survey().papers) == len(PAPERS)


def interrupted(_: object) -> None:
    raise KeyboardInterrupt


def test_a_reader_waits_for_no_writer(work: Made) -> None:
    """Also while the library is ahead of the index, which the writer is about to renew."""
    (work.papers / "newts.md").write_text("# Newt Calls\n\nNewt calls are hard to detect, since newts are quiet.\n", encoding="utf-8")
    with Workspace.open(work.root) as writer, writing(work.root, work.root / "store"):
        writer._shelf.add([work.papers])
        with Workspace.open(work.root) as reader:
            assert reader.status().papers == len(PAPERS) + 1
            assert reader.ask(QUESTION).found
            with pytest.raises(WorkspaceBusy):
                reader.add([work.papers])


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_to_end_lets_go_of_everything_and_what_is_done_is_kept(name: str, made: Made, tmp_path: Path) -> None:
    process = warm(["-m", "survey", "run", made.papers, "-w", tmp_path])
    assert process.stderr is not None
    assert process.stderr.readline()  # of a stage that is done
    process.send_signal(getattr(signal, name))
    done = ended(process)
    assert done.code == 128 + getattr(signal, name)
    assert "what was done is kept" in done.err
    assert "Traceback" not in done.err
    if name == "SIGTERM":
        assert call("run", made.papers, "-w", tmp_path, "--quiet").code == 0
        assert contents(tmp_path / "outputs" / "papers").keys() == contents(made.folder).keys()
