"""``python -m survey`` and the command ``survey``."""

import os
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from survey.errors import SurveyError, UnwritableOutput
from survey.hiding import lines_printable
from survey.locking import ahead
from survey.streams import UNHEARD, at_the_end, printing, stand_ins


def main() -> None:
    """Runs the command line; a bug ends with 1 and a short word, an interruption with 130, a reader of stdout that went away with 141 and
    none. No key is shown, whatever happens."""
    stand_ins()
    try:
        _run()
    except SystemExit as end:
        # help and what is wrong with the options is printed by typer, which ends with 1 then
        unheard = UNHEARD if isinstance(end.__context__, BrokenPipeError) else 0
        sys.exit(at_the_end() or unheard or end.code)


def _run() -> None:
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has not both
        if number and signal.getsignal(number) is signal.SIG_DFL:  # else it is ignored, as by nohup
            signal.signal(number, _ended)
    # Before numpy is loaded: sums that do not hang on the number of cores, and no threads that wait for each other on a busy machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        ahead(sys.argv[1:])
        from survey.cli import app
        from survey.settings import check_arguments

        check_arguments(sys.argv[1:])
        app()
    except SurveyError as error:
        _last_word(f"survey: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _last_word("survey: interrupted; what was done is kept, run it again to go on")
        sys.exit(130)
    except Exception as error:
        if isinstance(error, OSError) and (code := _unprinted(error)):
            sys.exit(code)
        from survey.keys import cleaned

        # A user should not have to read a traceback; it is one variable away for whoever reports the bug.
        told = f"survey: a bug: {type(error).__name__}: {error}\nPlease report it with the output of SURVEY_DEBUG=1."
        told = cleaned(traceback.format_exc() if os.environ.get("SURVEY_DEBUG") else told)
        _last_word(told)
        sys.exit(1)


def _last_word(told: str) -> None:
    with printing(err=True):
        print(lines_printable(told), file=sys.stderr)  # noqa: T201  # an exception may hold the text of a paper


def _unprinted(error: OSError) -> int:
    """The exit code where it was typer that could not print: to stderr what is wrong with the options, or help to stdout; else 0."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    if frame.f_globals.get("__name__", "").partition(".")[0] not in ("typer", "rich"):
        return 0
    if wrong := getattr(error.__context__, "exit_code", 0):
        return int(wrong)
    fault = UnwritableOutput(Path("stdout"), error)
    _last_word(f"survey: {fault}")
    return fault.exit_code


def _ended(number: int, frame: object) -> None:
    """Asked to end, or its terminal closed: everything is let go as when it ends by itself, and the exit code is the shell's for it."""
    with suppress(OSError):
        os.write(2, b"survey: ended from outside; what was done is kept, run it again to go on\n")
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
