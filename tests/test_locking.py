"""One writer at a time: who comes second is told at once who holds the lock, and whoever ends, however, lets go of it."""

import errno
import os
import signal
import subprocess
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest

from bench.trust.locks import figures
from survey.errors import NoLibrary, NoLocks, NothingYet, NotToldNow, WorkspaceBusy
from survey.locking import HOLDER, ahead, holder, writing
from survey.render.answer import answer_json
from survey.workspace import Workspace
from tests.calling import ended, python
from tests.conftest import PAPERS, Made

HOLD = (
    "import sys, time\nfrom pathlib import Path\nfrom survey.locking import writing\n"
    "with writing(Path(sys.argv[1]), Path(sys.argv[1]) / 'store'):\n    print('held', flush=True)\n    THEN\n"
)


def holding(root: Path, then: str = "sys.stdin.read()") -> "subprocess.Popen[str]":
    """A process that has the lock, until its stdin is closed."""
    process = python(["-c", HOLD.replace("THEN", then), root])
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def busy_with(root: Path) -> int:
    """The process that the lock's error names; 0 if the lock is free."""
    try:
        with writing(root, root / "store"):
            return 0
    except WorkspaceBusy as error:
        assert f"process {error.pid}" in str(error)
        return error.pid


def test_the_second_is_told_who_holds_it_and_gets_it_when_that_one_has_ended(tmp_path: Path) -> None:
    first = holding(tmp_path)
    assert busy_with(tmp_path) == first.pid
    assert ended(first).code == 0
    assert busy_with(tmp_path) == 0


def test_a_killed_holder_holds_nobody_up_and_is_named_to_nobody(tmp_path: Path) -> None:
    first = holding(tmp_path)
    first.kill()
    first.communicate()
    assert busy_with(tmp_path) == 0
    second = holding(tmp_path)
    assert busy_with(tmp_path) == second.pid
    ended(second)


def test_what_the_last_holder_left_is_written_over_whatever_it_is(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / HOLDER).write_text('{"pid": 1, "host": "elsewhere", "command": "' + "x" * 500, encoding="utf-8")
    with writing(tmp_path, tmp_path / "store"):
        assert holder(tmp_path / "store")[0] == os.getpid()
        assert busy_with(tmp_path) == os.getpid()


def test_a_holder_on_another_machine_is_named_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("platform.node", lambda: "far-away")
        held = writing(tmp_path, tmp_path / "store")
        held.__enter__()
    with pytest.raises(WorkspaceBusy, match="on far-away"), writing(tmp_path, tmp_path / "store"):
        pass
    held.__exit__(None, None, None)


def test_who_cannot_be_told_is_another_process(tmp_path: Path) -> None:
    assert WorkspaceBusy(tmp_path).who == "another process"  # SQLite does not say who keeps it waiting


def test_threads_of_one_process_are_two_writers(work: Made) -> None:
    with Workspace.open(work.root) as one, Workspace.open(work.root) as other, writing(work.root, work.root / "store"):
        found: list[object] = []

        def add() -> None:
            try:
                found.append(other.add([work.papers]))
            except WorkspaceBusy as error:
                found.append(error.pid)

        thread = threading.Thread(target=add)
        thread.start()
        thread.join()
        assert found == [os.getpid()]
        assert one.status().papers == len(PAPERS)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no copies of a process")
def test_a_copy_of_the_holder_and_what_it_started_do_not_keep_the_lock(tmp_path: Path) -> None:
    then = (
        "import os, subprocess\n    copy = os.fork() or time.sleep(60)\n"
        "    quiet = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}\n"
        "    started = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], **quiet)\n"
        "    print(copy, started.pid, flush=True)\n    sys.stdin.read()"
    )
    first = holding(tmp_path, then)
    assert first.stdout is not None
    outliving = [int(pid) for pid in first.stdout.readline().split()]
    try:
        assert busy_with(tmp_path) == first.pid
        first.kill()
        first.wait()
        assert busy_with(tmp_path) == 0
    finally:
        for pid in outliving:
            os.kill(pid, signal.SIGKILL)
        first.communicate()


def test_many_that_try_again_and_again_never_hold_it_together_and_name_one_that_lives(tmp_path: Path) -> None:
    code = (
        "import os, sys, time\nfrom pathlib import Path\nfrom survey.errors import WorkspaceBusy\nfrom survey.locking import writing\n"
        "root, wins = Path(sys.argv[1]), 0\n"
        "for _ in range(200):\n"
        "    try:\n"
        "        with writing(root, root / 'store'):\n"
        "            inside = os.open(root / 'inside', os.O_CREAT | os.O_EXCL)\n"  # fails if another is inside
        "            os.close(inside); os.unlink(root / 'inside'); wins += 1\n"
        "    except WorkspaceBusy as error:\n"
        "        print(error.pid)\n"
        "print('wins', wins)\n"
    )
    processes = [python(["-c", code, tmp_path]) for _ in range(3)]
    pids = {str(process.pid) for process in processes}
    done = [ended(process) for process in processes]
    assert [outcome.err for outcome in done] == ["", "", ""]
    lines = [line for outcome in done for line in outcome.out.splitlines()]
    assert sum(int(line.removeprefix("wins ")) for line in lines if line.startswith("wins")) > 0
    assert {line for line in lines if not line.startswith("wins")} <= pids


def test_while_the_first_papers_are_read_a_question_is_told_to_wait(work: Made, tmp_path: Path) -> None:
    first = holding(tmp_path)
    with pytest.raises(NothingYet, match=rf"are being read by process {first.pid}.*; ask again when"):
        Workspace.open(tmp_path, make=False)
    ended(first)
    with pytest.raises(NoLibrary):
        Workspace.open(tmp_path, make=False)
    (work.root / "store" / "index").unlink()  # read, but not indexed yet
    second = holding(work.root)
    with Workspace.open(work.root, make=False) as reader, pytest.raises(NothingYet, match=f"process {second.pid}"):
        reader.search("frog calls")
    ended(second)


def test_a_later_run_keeps_no_reader_from_what_stands(work: Made) -> None:
    with Workspace.open(work.root) as workspace:
        gone, *others = workspace.library.keys()
        workspace.library.drop_papers([gone])  # so that neither the index nor what was found is of this library
    run = holding(work.root)
    with Workspace.open(work.root, make=False) as reader:
        assert reader.search("frog calls")
        with pytest.raises(NotToldNow, match=f"cannot be told now.*while process {run.pid}"):
            reader.ask("Which problems are open?")  # a graph's to answer
        answer = reader.ask("What is still open about frog calls?")  # of which passages tell something, too
        assert answer.found
        assert f"while process {run.pid}" in answer_json(answer)["remarks"][0]
        assert reader.paper(others[0]).key == others[0]
        assert len(reader.verify(work.folder))
        assert not any(hit.passage.key == gone for hit in reader.search("frog calls"))
    assert busy_with(work.root) == run.pid
    ended(run)


def test_a_disk_that_keeps_no_locks_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("survey.locking._try", refused)
    with pytest.raises(NoLocks, match="--workspace"), writing(tmp_path, tmp_path / "store"):
        pass


# ---------------------------------------------------------------- the command line


def test_a_command_that_comes_second_says_so_before_it_loads_anything(tmp_path: Path) -> None:
    first = holding(tmp_path)
    code = (
        "import sys\nfrom survey.__main__ import main\ntry:\n    main()\n"
        "finally:\n    print([name for name in ('typer', 'pydantic', 'numpy') if name in sys.modules])"
    )
    for arguments in (["add", "x.md", "-w", tmp_path], ["run", f"--workspace={tmp_path}"], ["write", "-qw", tmp_path]):
        done = ended(python(["-c", code, *arguments]))
        assert (done.code, done.out) == (8, "[]\n")
        assert f"process {first.pid}" in done.err
    assert ended(python(["-m", "survey", "status", "-w", tmp_path])).err.endswith("ask again when it is done.\n")
    for arguments in (["add", "--help"], ["add", "x.md", "-w", tmp_path / "other"], ["-w", tmp_path]):
        assert ended(python(["-m", "survey", *arguments])).code in (0, 2, 3)
    ended(first)


def test_of_commands_that_begin_at_once_one_wins_and_the_others_name_it(tmp_path: Path) -> None:
    found = figures(tmp_path, processes=3, rounds=1, seconds=60)
    assert (found["lock_rounds_ok"], found["lock_losses"]) == (1, 0)
    assert found["lock_winners"] + found["lock_turned_away"] == 3


def test_a_lock_taken_ahead_is_handed_on_and_let_go(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    ahead(["add", "x.md", "-w", str(tmp_path)])
    assert holder(tmp_path / "store").pid == os.getpid()
    with writing(tmp_path, tmp_path / "store"):
        assert busy_with(tmp_path) == os.getpid()
    assert busy_with(tmp_path) == 0


@pytest.mark.parametrize("arguments", [["--json"], ["-q"], ["k2020"], ["--undo", "0a"], ["--undo=0a"], ["-y", "k2020"]])
def test_what_was_forgotten_is_listed_while_another_writes(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "store").mkdir()
    changes = any(word.startswith("--undo") or word[0] != "-" for word in arguments)
    with holding(tmp_path), pytest.raises(WorkspaceBusy) if changes else nullcontext():
        ahead(["forget", "-w", str(tmp_path), *arguments])
