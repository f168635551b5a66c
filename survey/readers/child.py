"""The process in which files are read: jobs come as JSON lines on stdin, readings go back as JSON lines on stdout.

:mod:`survey.readers.containment` starts it. Whatever a file does to a parser happens here, and under the limits of its job.
"""

import json
import os
import sys
from pathlib import Path

from survey.readers import read


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a parser prints is no answer
    sys.addaudithook(_only_reading)
    for line in sys.stdin.buffer:
        job = json.loads(line)
        _limit(job["seconds"], job["megabytes"])
        reading = read(Path(os.fsdecode(bytes.fromhex(job["path"]))), job["name"], named=job["named"])
        answers.write(reading.model_dump_json().encode() + b"\n")
        answers.flush()


_FORBIDDEN = frozenset(
    {
        *(f"socket.{act}" for act in ("connect", "bind", "getaddrinfo", "gethostbyname", "sendto", "sendmsg")),
        *(f"os.{act}" for act in ("system", "exec", "posix_spawn", "fork", "remove", "rename", "rmdir", "mkdir", "link", "symlink")),
        "subprocess.Popen",
    }
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _only_reading(event: str, arguments: tuple[object, ...]) -> None:
    """This process reads files: whatever a parser is talked into, it connects to nothing, starts nothing and writes nothing."""
    writes = event == "open" and isinstance(flags := arguments[2], int) and flags & _WRITING
    own = "__pycache__" in str(arguments[0]) or arguments[0] == os.devnull if arguments else False
    if (event in _FORBIDDEN or writes) and not own:
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
    ):
        hard = resource.getrlimit(what)[1]
        try:
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (ValueError, OSError):  # macOS has not all of them
            continue


if __name__ == "__main__":
    main()
