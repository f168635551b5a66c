"""Output that nobody reads to its end, or that cannot be written."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from survey.cli.common import fail_by_system
from survey.errors import UnwritableOutput
from survey.streams import UNHEARD, printing
from tests.calling import PYTHONPATH
from tests.conftest import Made

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and streams as Unix has them")
SURVEY = [sys.executable, "-m", "survey"]
WITH_PATH = {**os.environ, "PYTHONPATH": PYTHONPATH}


@contextmanager
def unread() -> Iterator[int]:
    """A pipe whose reader is gone."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.parametrize("arguments", [["--version"], ["run", "--help"], ["status"]])
def test_a_reader_that_went_away_ends_it_without_a_word(made: Made, arguments: list[str]) -> None:
    with unread() as pipe:
        done = subprocess.run([*SURVEY, *arguments], cwd=made.root, env=WITH_PATH, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (UNHEARD, b"")


def test_streams_that_were_closed_before_it_began_are_no_fault(made: Made) -> None:
    closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *SURVEY, "status"]
    assert subprocess.run(closed, cwd=made.root, env=WITH_PATH, check=False).returncode == 0


def test_a_stdout_that_is_full_is_told_with_the_cure_and_a_full_stderr_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.streams._end", lambda stream: None)
    with pytest.raises(UnwritableOutput, match=r"stdout: cannot be written .*Make room"), printing():
        raise OSError(errno.ENOSPC, "No space left on device")
    with printing(err=True):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(("arguments", "code"), [("--help >/dev/full", 8), ("ask --none 2>/dev/full", 2), ("run 2>/dev/full --model", 2)])
def test_help_that_cannot_be_printed_and_wrong_options_that_cannot_be_told_of(tmp_path: Path, arguments: str, code: int) -> None:
    line = ["sh", "-c", f'"$@" {arguments}', "sh", *SURVEY]
    environment = {name: value for name, value in WITH_PATH.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert (done.stdout, "a bug" in done.stderr) == ("", False)
    assert ("stdout: cannot be written" in done.stderr) == (code == 8)


def test_a_pipe_to_a_process_of_ours_is_not_taken_for_stdout() -> None:
    with pytest.raises(RuntimeError, match="a pipe broke"):
        fail_by_system(BrokenPipeError(errno.EPIPE, "Broken pipe"), Path())
