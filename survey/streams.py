"""Stdout and stderr, whose reader may be gone before all is said (`survey status | head -1`): the command then ends without a word, with
the exit code that the shell gives to others for it.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from survey.errors import UnwritableOutput

UNHEARD = 141
"""128 + SIGPIPE. The signal itself would end us in the midst of work with a server or a child, whose pipes may break too."""


@contextmanager
def printing(*, err: bool = False) -> Iterator[None]:
    """Raises :class:`SystemExit` where nobody reads any longer, :class:`UnwritableOutput` where stdout cannot be written for another
    reason; a remark that cannot be said keeps nobody from working."""
    try:
        yield
    except BrokenPipeError:
        _end(sys.stderr if err else sys.stdout)
        raise SystemExit(UNHEARD) from None
    except OSError as error:
        if not err:
            _end(sys.stdout)
            raise UnwritableOutput(Path("stdout"), error) from error


def stand_ins() -> None:
    """Where the caller closed a stream (`>&-`), the next file that is opened would take its place, and be written into."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - to the end of the process


def at_the_end() -> int:
    """Says what is not yet said, as the interpreter would, with a traceback where it cannot; the exit code that follows, 0 for none."""
    try:
        with printing():
            sys.stdout.flush()
        with printing(err=True):
            try:
                sys.stderr.flush()
            except OSError:
                _end(sys.stderr)  # else the interpreter tries again, and ends with 120
                raise
    except SystemExit:
        return UNHEARD
    except UnwritableOutput as error:
        return error.exit_code
    return 0


def _end(stream: object) -> None:
    """What is still said there goes nowhere, also at the end of the process."""
    with suppress(OSError, AttributeError, ValueError):  # in a test, or a program of others, it may be no file
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())  # type: ignore[attr-defined]
        os.close(null)
