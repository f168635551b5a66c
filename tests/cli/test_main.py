"""What all commands share: help, exit codes of the storage, interruption, and the last resort."""

import json
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey import __version__
from tests.calling import call, ended, python, warm
from tests.conftest import Made

COMMANDS = ("run", "demo", "add", "fetch", "status", "show", "dedupe", "export", "ask", "verify")


def test_help_names_every_command_and_every_exit_code() -> None:
    done = call("--help")
    assert done.code == 0
    for name in COMMANDS:
        assert name in done.out
    for code in (
        "0 ok",
        "1 bug",
        "2 usage",
        "3 no usable paper",
        "4 partial",
        "5 a citation failed",
        "6 model",
        "7 budget",
        "8 storage",
        "130",
    ):
        assert code in " ".join(done.out.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_what_it_does_with_an_example(name: str) -> None:
    done = call(name, "--help")
    assert done.code == 0
    assert "Example" in done.out
    assert f"survey {name}" in done.out
    for option in ("--workspace", "--json", "--quiet"):
        assert option in done.out


def test_the_version_is_printed() -> None:
    assert call("--version").out == f"survey {__version__}\n"


@pytest.mark.parametrize("arguments", [("fly",), ("run", "--fly"), ("show",), ("ask",)], ids=" ".join)
def test_a_call_that_makes_no_sense_is_usage(arguments: tuple[str, ...]) -> None:
    assert call(*arguments).code == 2


def test_a_bad_setting_is_usage_and_names_file_and_name(work: Made) -> None:
    (work.root / "survey.toml").write_text("chain = 3\n", encoding="utf-8")
    done = call("status", "-w", work.root)
    assert done.code == 2
    assert "survey.toml" in done.err
    assert "'chain'" in done.err


# ---------------------------------------------------------------- storage


@pytest.mark.parametrize("command", [("status",), ("run",), ("ask", "Why?"), ("show", "volt2023")], ids=lambda command: command[0])
@pytest.mark.parametrize("damage", ["text", "half", "other"])
def test_a_library_that_cannot_be_read_is_named_with_what_to_do(work: Made, command: tuple[str, ...], damage: str) -> None:
    path = work.root / "store" / "library.sqlite"
    if damage == "text":
        path.write_text("this is no database, however long one looks at it" * 100, encoding="utf-8")
    elif damage == "half":
        data = path.read_bytes()
        path.write_bytes(data[:200] + b"\xff" * (len(data) - 200))
    else:
        path.unlink()
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE birds (name TEXT)")
        other.close()
    done = call(*command, "-w", work.root)
    assert done.code == 8
    assert "library.sqlite" in done.err
    assert ("Move it away" if damage == "other" else "survey doctor --repair") in done.err
    assert done.out == ""


@pytest.fixture
def busy(work: Made) -> Iterator[Made]:
    """A workspace that another process is writing to."""
    code = "import sys, filelock\nlock = filelock.FileLock(sys.argv[1])\nlock.acquire()\nprint('held', flush=True)\nsys.stdin.read()"
    holder = python(["-c", code, work.root / "store" / "lock"])
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    yield work
    holder.communicate()


def test_a_workspace_that_another_process_writes_to_is_busy_and_can_still_be_read(busy: Made) -> None:
    for command in (("run", busy.papers), ("add", busy.papers)):
        done = call(*command, "-w", busy.root)
        assert done.code == 8
        assert "another survey command" in done.err
    assert call("status", "-w", busy.root).code == 0
    assert call("verify", busy.folder, "-w", busy.root).code == 0
    assert call("ask", "How many joules does the small network save?", "-w", busy.root).code == 0


def test_a_lock_that_a_killed_process_left_holds_nobody_up(work: Made) -> None:
    code = "import os, signal, sys, filelock\nfilelock.FileLock(sys.argv[1]).acquire()\nos.kill(os.getpid(), signal.SIGKILL)"
    assert ended(python(["-c", code, work.root / "store" / "lock"])).code == -signal.SIGKILL
    assert call("run", work.papers, "-w", work.root).code == 0


def test_a_workspace_that_is_a_file_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = call("status", "-w", tmp_path / "file")
    assert done.code in (2, 8)
    assert "file" in done.err


# ---------------------------------------------------------------- interruption and the last resort


def interrupted(process: "subprocess.Popen[str]") -> str:
    """The whole of stderr of a process that is interrupted once it has said its first word."""
    assert process.stderr is not None
    first = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    return first + process.communicate(timeout=300)[1]


def test_an_interruption_ends_with_130_and_the_work_goes_on_where_it_stopped(made: Made, tmp_path: Path) -> None:
    process = warm(["-m", "survey", "run", made.papers, "-w", tmp_path])
    told = interrupted(process)
    assert process.returncode == 130
    assert "interrupted" in told
    assert "run it again" in told
    assert "Traceback" not in told
    assert call("run", made.papers, "-w", tmp_path, "--quiet").code == 0


def test_a_bug_ends_with_1_in_a_line_and_with_a_traceback_where_it_is_asked_for() -> None:
    code = "import os, sys, survey.cli\nsurvey.cli.app = lambda: 1 / 0\nfrom survey.__main__ import main\nmain()"
    done = ended(warm(["-c", code]))
    assert done.code == 1
    assert "ZeroDivisionError" in done.err
    assert "SURVEY_DEBUG" in done.err
    assert "Traceback" not in done.err
    asked = ended(warm(["-c", f"import os\nos.environ['SURVEY_DEBUG'] = '1'\n{code}"]))
    assert "Traceback" in asked.err
    assert asked.code == 1


def test_nothing_connects_and_nothing_is_started(made: Made, tmp_path: Path) -> None:
    """Promise 7: without a model named, no address is looked up, no connection opened, no program started."""
    code = (
        "import json, sys\n"
        "seen = []\n"
        "names = ('socket.connect', 'socket.getaddrinfo', 'socket.sendto', 'subprocess.Popen', 'os.system', 'os.exec', 'os.posix_spawn')\n"
        "sys.addaudithook(lambda name, args: seen.append(f'{name} {args}') if name in names else None)\n"
        "from survey.cli import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit as end:\n    print(json.dumps({'code': end.code, 'seen': seen}), file=sys.stderr)\n"
    )
    done = ended(python(["-c", code, "run", made.papers, "-w", tmp_path, "--quiet"]))
    told = json.loads(done.err.splitlines()[-1])
    assert told["code"] in (0, None)
    known = ("ldconfig", "uname", "survey.readers.child", "survey.index.child")  # what ctypes and platform ask; processes of our own
    assert not [event for event in told["seen"] if not any(word in event for word in known)]
