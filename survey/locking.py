"""One writer per workspace: an OS lock on ``store/lock``, which ends with the process that holds it.

Light: who comes second hears so before anything heavy is loaded.
"""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from survey.durable import PRIVATE, write_file
from survey.errors import UnwritableLibrary, WorkspaceBusy

LOCK, HOLDER = "lock", "lock.json"


@contextmanager
def writing(root: Path, store: Path) -> Iterator[None]:
    """Holds the lock of the workspace ``root``, whose library lies in ``store``. Who holds it stands in ``lock.json`` beside the lock.

    Raises :class:`WorkspaceBusy` at once while another process holds it, and :class:`UnwritableLibrary`."""
    from filelock import FileLock, Timeout

    lock = FileLock(store / LOCK)
    try:
        store.mkdir(PRIVATE, parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise WorkspaceBusy(root, *holder(store)) from error
    except OSError as error:
        raise UnwritableLibrary(store, error.strerror or str(error)) from error
    try:
        told = {"pid": os.getpid(), "host": socket.gethostname(), "command": " ".join(sys.argv[1:2])}
        with suppress(OSError):
            write_file(store / HOLDER, json.dumps(told))
        yield
    finally:
        lock.release()


def holder(store: Path) -> tuple[int, str]:
    """The process that holds the lock, and its command; (0, "") where that cannot be told."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        told = json.loads((store / HOLDER).read_bytes())
        return int(told["pid"]), str(told["command"])
    return 0, ""
