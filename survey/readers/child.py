"""The process in which files are read: jobs come as JSON lines on stdin, readings go back as JSON lines on stdout.

:mod:`survey.readers.containment` starts it. Whatever a file does to a parser happens here, and under the limits of its job.
"""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from survey.readers import read

_FORBIDDEN = frozenset(
    {
        *(f"socket.{act}" for act in ("connect", "bind", "getaddrinfo", "gethostbyname", "gethostbyaddr", "sendto", "sendmsg")),
        *(f"os.{act}" for act in ("system", "exec", "posix_spawn", "spawn", "startfile", "fork", "forkpty", "kill", "killpg", "putenv")),
        *(f"os.{act}" for act in ("remove", "rename", "rmdir", "mkdir", "link", "symlink", "chmod", "chown", "truncate", "utime")),
        *("subprocess.Popen", "shutil.rmtree", "sqlite3.connect", "ctypes.dlopen", "webbrowser.open", "pty.spawn"),
    }
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a parser prints is no answer
    import pypdfium2  # noqa: F401  # loads its library, which is forbidden below

    opened: set[str] = set()
    sys.addaudithook(_only_reading)
    sys.addaudithook(lambda event, arguments: opened.add(os.fsdecode(arguments[0])) if event == "open" and _is_path(arguments[0]) else None)
    for line in sys.stdin.buffer:
        job = json.loads(line)
        _limit(job["seconds"], job["megabytes"])
        path = Path(os.fsdecode(bytes.fromhex(job["path"])))
        if "survey.readers.latex" in sys.modules:
            sys.modules["survey.readers.latex"].forget()  # what is not opened anew would not be seen here
        opened.clear()
        reading = read(path, job["name"], named=job["named"])
        reading = reading.model_copy(update={"opened": tuple(_beside(path, opened))})
        answers.write(reading.model_dump_json().encode() + b"\n")
        answers.flush()


def _is_path(what: object) -> bool:
    return isinstance(what, str | bytes)


def _beside(path: Path, opened: Iterable[str]) -> list[str]:
    """Those of the files ``opened`` that belong to the reading of ``path``, and not to this program."""
    around = os.path.realpath(path.parent.parent.parent).rstrip(os.sep) + os.sep
    found = {os.path.realpath(file) for file in opened} - {os.path.realpath(path)}
    program = tuple(os.path.realpath(place) + os.sep for place in {sys.prefix, sys.base_prefix, str(Path(__file__).parents[1])})
    kept = [file for file in found if file.startswith(around) and not file.startswith(program) and not file.endswith((".py", ".pyc"))]
    return sorted(os.fsencode(file).hex() for file in kept)


def _only_reading(event: str, arguments: tuple[object, ...]) -> None:
    """This process reads files: whatever a parser is talked into, it connects to nothing, starts nothing and writes nothing.

    This holds for Python code; for the parsers' own, that no file can grow (see :func:`_limit`).
    """
    writes = event == "open" and arguments[0] != os.devnull and isinstance(flags := arguments[2], int) and flags & _WRITING
    if event in _FORBIDDEN or writes:
        raise PermissionError(f"a file that is read led to {event}")


def _limit(seconds: int, megabytes: int) -> None:
    """Memory, and processor time from now on, of this process, where the system has such limits."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock alone
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    for what, most in (
        (resource.RLIMIT_DATA, megabytes * 2**20),
        (resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds + 1),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),  # of the files that it may write; pipes are none
    ):
        hard = resource.getrlimit(what)[1]
        try:
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (ValueError, OSError):  # macOS has not all of them
            continue


if __name__ == "__main__":
    main()
