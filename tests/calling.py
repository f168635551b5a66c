"""Calls of the command line: in this process, which is fast, or in one of its own, where signals and ``sys.modules`` matter."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

import survey

CHECKOUT = Path(survey.__file__).parent.parent
PYTHONPATH = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH", "")]))


class Outcome(NamedTuple):
    """What a command printed, and the exit code it ended with."""

    code: int
    out: str
    err: str
    raw: bytes = b""

    @property
    def data(self) -> dict[str, Any]:
        """The one JSON object on stdout; anything beside it is an error."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def call(*arguments: object, stdin: bytes = b"") -> Outcome:
    """``survey ARGUMENTS`` in this process. An exception that the command line does not turn into an exit code is raised."""
    from survey.cli import app

    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)


_HEARD: dict[int, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}


def python(arguments: Sequence[object], cwd: Path | None = None) -> "subprocess.Popen[str]":
    """A Python of its own with the package on its path, its output in pipes. It hears the signals that end it, even where the tests do not:
    the child of a background job, or of nohup, would ignore them."""
    before = {number: signal.signal(number, how) for number, how in _HEARD.items()}
    try:
        return subprocess.Popen(
            [sys.executable, *(str(argument) for argument in arguments)],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": PYTHONPATH, "COLUMNS": "120"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
    finally:
        for number, how in before.items():
            signal.signal(number, how)


def warm(arguments: Sequence[object], cwd: Path | None = None) -> "subprocess.Popen[str]":
    """The same for ``-m MODULE …`` and ``-c CODE …``, in a fork of a process that has loaded the heavy packages: seconds faster.

    For all that does not hang on what is loaded, and when.
    """
    return python(warmed(arguments), cwd)


def warmed(arguments: Sequence[object]) -> list[str]:
    """What to call Python with, to have these arguments in such a fork."""
    return ["-S", "-E", str(CHECKOUT / "tests" / "forking.py"), str(_waiting()[0]), *map(str, arguments)]


@cache
def _waiting() -> tuple[Path, "subprocess.Popen[str]"]:
    place = Path(tempfile.mkdtemp()) / "socket"  # a short path, as sockets want it
    server = python(["-m", "tests.forking", place], cwd=CHECKOUT)
    assert server.stdout
    assert server.stdout.readline() == "ready\n"
    return place, server


def stop_waiting() -> None:
    """Ends the process that :func:`warm` forks, if there is one."""
    if _waiting.cache_info().currsize:
        place, server = _waiting()
        ended(server)
        shutil.rmtree(place.parent)
        _waiting.cache_clear()


def ended(process: "subprocess.Popen[str]", seconds: float = 300) -> Outcome:
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Outcome(process.returncode, out, err)


def contents(folder: Path) -> dict[str, bytes]:
    """What the files of a survey hold, ``run.json`` without its timings: what two runs of one input must agree in."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    run = json.loads(found["run.json"])
    del run["timings"]
    return {**found, "run.json": json.dumps(run).encode()}
