"""One writer per workspace: an OS lock on ``store/lock``, which ends with the process that holds it, however it ends.

What reads files in, builds the index or writes a survey holds it, from before the heavy packages are loaded to the end of the command. Not
so what is one short transaction of the library, which SQLite keeps apart (WAL): a turn of a talk, what a view found. Readers never wait.

Who holds it stands in ``store/lock.json``, which has a lock of its own: it is held for the instant in which the other is tried and, once
won, the name written. So whoever finds the first lock taken reads the name of its holder there, and of nobody before.

Light: who comes second hears so before anything heavy is loaded.
"""

import errno
import json
import os
import platform
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from survey.durable import PRIVATE, hold
from survey.errors import NoLocks, UnwritableLibrary, WorkspaceBusy

LOCK, HOLDER = "lock", "lock.json"

_INSTANT = 1.0
"""Seconds for which the name may be held by another: only if that process is stopped in between, or the machine crawls."""

_ours: set[int] = set()
"""Handles of lock files that this process has open."""

if sys.platform == "win32":
    import msvcrt

    _BEYOND = 2**30  # a locked byte cannot be read, so one is locked that is not there

    def _try(handle: int) -> bool:
        os.lseek(handle, _BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLK):
                return False
            raise
        return True
else:
    _try = hold


class Holder(NamedTuple):
    """Of the lock; ``pid`` is 0 where it cannot be told, ``host`` named only if it is another machine."""

    pid: int = 0
    command: str = ""
    host: str = ""


@contextmanager
def writing(root: Path, store: Path) -> Iterator[None]:
    """Holds the lock of the workspace ``root``, whose library lies in ``store``: for this caller, not for others of the same process.

    Raises :class:`WorkspaceBusy` at once while another holds it, :class:`NoLocks` and :class:`UnwritableLibrary`."""
    try:
        store.mkdir(PRIVATE, parents=True, exist_ok=True)
        handle: int | Holder | None = _ahead.pop(_real(store), None)
        handle = _taken(store) if handle is None else handle
    except OSError as error:
        raise _refused(store, error) from error
    if isinstance(handle, Holder):
        raise WorkspaceBusy(root, *handle)
    try:
        yield
    finally:
        _close(handle)


WRITERS = frozenset({"run", "outline", "write", "demo", "add", "fetch", "forget", "gc", "rebuild"})
"""Commands that hold the lock from their beginning to their end."""


def ahead(arguments: Sequence[str]) -> None:
    """Takes the lock that a command line is going to want, before that is loaded: eight that begin at once on two cores would be at it for
    two seconds. :func:`writing` hands it on; whatever else is wrong the command tells later. Raises :class:`WorkspaceBusy`."""
    if not arguments or arguments[0] not in WRITERS or {"--help", "--dry-run"} & set(arguments) or _only_lists(arguments):
        return
    root = _workspace(arguments)
    with suppress(OSError):
        if (root / "store").is_dir():  # else it may be that nothing is to be made
            handle = _taken(root / "store")
            if isinstance(handle, Holder):
                raise WorkspaceBusy(root, *handle)
            _ahead[_real(root / "store")] = handle


def _only_lists(arguments: Sequence[str]) -> bool:
    """Whether it is `survey forget` without anything that is to be forgotten, or remembered."""
    left = iter(arguments[1:])
    others = [word for word in left if not (re.fullmatch(r"--workspace|-q*w", word) and [next(left, "")])]
    return arguments[0] == "forget" and all(word.startswith("-") and not word.startswith("--undo") for word in others)


_ahead: dict[str, int] = {}
"""The store whose lock was taken ahead, and its handle."""


def _workspace(arguments: Sequence[str]) -> Path:
    """As the command line understands it: the last --workspace DIR, --workspace=DIR, -w DIR, -wDIR or -qw DIR."""
    root = "."
    for n, argument in enumerate(arguments):
        if argument == "--":
            break
        if found := re.fullmatch(r"--workspace(?:=(.*))?|-q*w(.*)", argument, re.DOTALL):
            root = found[1] or found[2] or next(iter(arguments[n + 1 :]), root)
    return Path(root)


def _real(store: Path) -> str:
    return os.path.realpath(store)


def held(root: Path, store: Path) -> None:
    """Raises what :func:`writing` would, and leaves the files of the lock as they are: for who only looks."""
    handles: list[int] = []
    try:
        for name in (HOLDER, LOCK):
            with suppress(FileNotFoundError):  # nobody has locked anything yet
                handles.append(_opened(store / name, os.O_RDONLY))
                if not _tried(handles[-1], _INSTANT if name == HOLDER else 0) and name == LOCK:
                    raise WorkspaceBusy(root, *holder(store))
    except OSError as error:
        raise _refused(store, error) from error
    finally:
        for handle in handles:
            _close(handle)


def writer(store: Path) -> Holder | None:
    """Who else is writing just now; None: nobody, or it cannot be told."""
    try:
        held(store.parent, store)
    except WorkspaceBusy as busy:
        return Holder(busy.pid, busy.command, busy.host) if busy.pid != os.getpid() or busy.host else None
    except (NoLocks, UnwritableLibrary):
        pass
    return None


def holder(store: Path) -> Holder:
    """Who holds the lock, or held it last."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        told = json.loads((store / HOLDER).read_bytes())
        host = str(told["host"])
        return Holder(int(told["pid"]), str(told["command"]), "" if host == platform.node() else host)
    return Holder()


_UNKNOWN = {getattr(errno, name) for name in ("ENOLCK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS") if hasattr(errno, name)}


def _refused(store: Path, error: OSError) -> NoLocks | UnwritableLibrary:
    return (NoLocks if error.errno in _UNKNOWN else UnwritableLibrary)(store, error)


def _tried(handle: int, seconds: float) -> bool:
    """Whether the lock was won within that time."""
    started = time.monotonic()
    while not (won := _try(handle)) and time.monotonic() - started < seconds:
        time.sleep(0.005)
    return won


def _taken(store: Path) -> int | Holder:
    """The handle of the lock, or who else holds it."""
    with _turn(store) as name:
        lock = _opened(store / LOCK)
        taken = False
        try:
            taken = _try(lock)
            if not taken:
                return holder(store)
            told = json.dumps({"pid": os.getpid(), "host": platform.node(), "command": " ".join(sys.argv[1:2])})
            with suppress(OSError):  # a full disk keeps nobody from working
                os.lseek(name, 0, os.SEEK_SET)
                os.ftruncate(name, os.write(name, told.encode()))
            return lock
        finally:
            if not taken:
                _close(lock)


@contextmanager
def _turn(store: Path) -> Iterator[int]:
    """The file of the name, held: without it nobody tries the lock."""
    name = _opened(store / HOLDER)
    try:
        _tried(name, _INSTANT)
        yield name
    finally:
        _close(name)


def _opened(path: Path, how: int = os.O_RDWR | os.O_CREAT) -> int:
    """Not handed on to programs that are started; see :func:`_let_go` for copies of this process."""
    handle = os.open(path, how | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0), 0o666)
    _ours.add(handle)
    return handle


def _close(handle: int) -> None:
    _ours.discard(handle)
    os.close(handle)


def _let_go() -> None:
    """In a copy of this process: the lock is not its own, and must not outlive the one whose it is."""
    for handle in _ours:
        with suppress(OSError):
            os.close(handle)
    _ours.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)
