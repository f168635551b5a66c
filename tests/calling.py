"""Calls of the command line: in this process, which is fast, or in one of its own, where signals and ``sys.modules`` matter."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

import survey

CHECKOUT = Path(survey.__file__).parent.parent


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


def python(arguments: Sequence[object], cwd: Path | None = None) -> "subprocess.Popen[str]":
    """A Python of its own with the package on its path, its output in pipes."""
    known = os.environ.get("PYTHONPATH", "")
    return subprocess.Popen(
        [sys.executable, *(str(argument) for argument in arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT), known])), "COLUMNS": "120"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def ended(process: "subprocess.Popen[str]", seconds: float = 60) -> Outcome:
    out, err = process.communicate(timeout=seconds)
    return Outcome(process.returncode, out, err)


def contents(folder: Path) -> dict[str, bytes]:
    """What the files of a survey hold, ``run.json`` without its timings: what two runs of one input must agree in."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    run = json.loads(found["run.json"])
    del run["timings"]
    return {**found, "run.json": json.dumps(run).encode()}
