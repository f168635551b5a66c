"""``python -m survey`` and the command ``survey``."""

import os
import signal
import sys
import traceback
from contextlib import suppress

from survey.errors import SurveyError
from survey.hiding import lines_printable
from survey.locking import ahead
from survey.streams import UNHEARD, at_the_end, stand_ins


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
        print(lines_printable(f"survey: {error}"), file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("survey: interrupted; what was done is kept, run it again to go on", file=sys.stderr)  # noqa: T201  # last resort
        sys.exit(130)
    except Exception as error:
        from survey.keys import cleaned

        # A user should not have to read a traceback; it is one variable away for whoever reports the bug.
        told = f"survey: a bug: {type(error).__name__}: {error}\nPlease report it with the output of SURVEY_DEBUG=1."
        told = cleaned(traceback.format_exc() if os.environ.get("SURVEY_DEBUG") else told)
        print(lines_printable(told), file=sys.stderr)  # noqa: T201  # an exception may hold the text of a paper
        sys.exit(1)


def _ended(number: int, frame: object) -> None:
    """Asked to end, or its terminal closed: everything is let go as when it ends by itself, and the exit code is the shell's for it."""
    with suppress(OSError):
        os.write(2, b"survey: ended from outside; what was done is kept, run it again to go on\n")
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
