"""What the files of a library tell before SQLite opens them, which would take damage for what was meant, and make it so: a file that is
gone it begins anew; a log that is damaged it takes to end there, and empties it when the last process closes it.

Nothing here asks for SQLite's locks: what is found wrong counts if nobody changed the files while they were looked at.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from survey.errors import WorkspaceBusy
from survey.library.salvaging import first_page, log_is_torn, log_of, salvage
from survey.library.schema import APPLICATION_ID, FORM, KINDS, VERSION

if sys.platform != "win32":
    import fcntl

_OURS = APPLICATION_ID.to_bytes(4, "big")
_LOOKS, _PAUSE = 5, 0.05
_LOCKS, _LOCKED = 2**30, 512
"""The bytes of the file that SQLite locks (https://www.sqlite.org/fileformat2.html, "The Lock-Byte Page")."""
_State = tuple[object, ...]


def misled(path: Path) -> str:
    """Why SQLite must not open the library at ``path`` before it is mended, since it would take damage for what was meant; "" if it may."""
    return spoiled(path) or _settled(path, lambda: "the head of its file is not as it was written" * _is_misread(path))


def spoiled(path: Path) -> str:
    """The same of what opening it would destroy. Costs nothing where no process left a log; the file itself is not opened, since this
    process would lose its locks on it."""
    return _settled(path, lambda: _lost(path) or "its log is not as it was written, and more stands behind that" * log_is_torn(path))


def is_void(path: Path) -> bool:
    """Whether nothing was written to it yet."""
    return not _size(path) and not _size(log_of(path))


def is_older(path: Path) -> bool:
    """Whether opening it would bring it up; it is not opened for that: what SQLite writes at its head is looked at."""
    with suppress(OSError):
        head = first_page(path)
        return head[68:72] == _OURS and 0 < int.from_bytes(head[60:64], "big") < VERSION and not _is_misread(path)
    return False


def _lost(path: Path) -> str:
    """Whether there was a library, by what stands beside it: all of that is made after it."""
    if _size(path):
        return ""
    store = path.parent
    beside = [*store.glob("index"), *store.glob("index-*"), *store.glob(f"{path.stem}.*{path.suffix}")]
    log = log_of(path)
    told = [file.name for file in (*([log] if _size(log) else []), *beside)]
    return f"its file is {'empty' if path.exists() else 'gone'}, and {min(told)} stands beside it" if told else ""


def _is_misread(path: Path) -> bool:
    """Whether the head of the file says what its rows know better: another version, another program, a form that SQLite does not write."""
    with suppress(OSError):
        head = first_page(path)
        whole = head[18:20] in (b"\1\1", b"\2\2") and head[68:72] == _OURS
        if whole and int.from_bytes(head[60:64], "big") == VERSION:
            return False
        return _know_better(path, whole, head[:100], state(path))
    return False


@lru_cache(maxsize=1)  # every part that is looked at asks
def _know_better(path: Path, whole: bool, head: bytes, now: _State) -> bool:
    told, sealed = set(), False
    for kind, row, _ in salvage(path):
        sealed = sealed or kind in KINDS
        if kind == "counters" and row[0] == FORM:
            told.add(row[1])
    return VERSION in told if told else sealed and not whole


def _settled(path: Path, look: Callable[[], str]) -> str:
    for _ in range(_LOOKS):
        before = state(path)
        fault = look()
        if not fault or before == state(path):
            return fault
        time.sleep(_PAUSE)
    return ""  # another process is writing to it without pause, and so could read it


def state(path: Path) -> _State:
    """Another one after whatever was done to the file or its log."""
    told: list[object] = []
    for file in (path, log_of(path)):
        with suppress(OSError):
            found = file.stat()
            told += [file.name, found.st_ino, found.st_size, found.st_mtime_ns]
    with suppress(OSError), log_of(path).open("rb") as log:
        told.append(log.read(32))  # which is another for each round through the log
    return tuple(told)


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """While no other process has the library open: each that has holds one of SQLite's locks. Raises :class:`WorkspaceBusy`. The file must
    not be opened within: closing it gives the lock up. (On Windows no file can be replaced that is open.)"""
    with path.open("rb+") as file:
        if sys.platform != "win32":
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKED, _LOCKS)
            except (BlockingIOError, PermissionError) as error:
                raise WorkspaceBusy(path) from error
            except OSError:  # a disk without locks: nobody can hold one
                pass
        yield


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
