"""Files that are there whole or not at all: written beside their place, forced to the disk, renamed into it.

What is written beside is called ``.survey-*.new`` and held by a lock of the system's, so that what a killed process left is told from what
another is writing just now.
"""

import errno
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from survey.errors import NoFolder, UnwritableOutput

if sys.platform != "win32":
    import fcntl

_LEFT = ".survey-*.new"
_SCRATCH = "survey-scratch-*"
_TRIAL = 2**16
"""Bytes that are written to see whether there is room."""
_HANDLES = 6
"""A database needs some for its file, its log and their folder."""
_OPEN_FILES_MOVE = sys.platform != "win32"

PRIVATE = 0o700
"""Of a folder of the library, when it is made: it holds the text of papers that may be unpublished, and nobody else needs it. One that is
there keeps its mode, so that a group may share it. What is written for others, ``outputs/``, is as the umask says."""


def write_file(path: Path, content: str | bytes) -> None:
    """Writes ``content`` to ``path``; text as UTF-8, where what cannot be encoded becomes "?". A file that holds it already is left alone,
    one that is written anew keeps its permissions; a link is neither followed nor replaced.

    Whenever the process is killed, the file is as it was or as it is to be. Raises :class:`OSError`; then it is as it was."""
    data = as_bytes(content)
    mode = mode_of(path)
    if mode is not None:
        with suppress(OSError):
            if path.read_bytes() == data:
                return
    beside = beside_of(path.parent)
    try:
        with created(beside, data, mode) as handle:
            os.fsync(handle)
            if _OPEN_FILES_MOVE:  # then it is held until it lies in its place
                beside.replace(path)
        if not _OPEN_FILES_MOVE:
            beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    sync_folder(path.parent)


def write_named(path: Path, content: str | bytes) -> None:
    """The same for a file that the user named: where it is a link, what that leads to is written; a device or a pipe is written into. The
    folder that it is to lie in is made if need be, but none above that.

    Raises :class:`NoFolder` and :class:`UnwritableOutput`."""
    check_folder(path)
    there = Path(os.path.realpath(path))
    try:
        there.parent.mkdir(exist_ok=True)
        if there.exists() and not there.is_file() and not there.is_dir():
            with path.open("wb") as stream:  # not ``there``: what /dev/stdout leads to may have no path
                stream.write(as_bytes(content))
        else:
            write_file(there, content)
    except OSError as error:
        raise UnwritableOutput(path, error) from error


def check_folder(path: Path) -> None:
    """Raises :class:`NoFolder` where not even the folder is there that holds the folder of ``path``."""
    if not path.parent.exists() and not path.parent.parent.exists():
        raise NoFolder(path)


def as_bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8", "replace") if isinstance(content, str) else content


def mode_of(path: Path) -> int | None:
    """The permissions of the file at ``path``, None where there is none. Raises :class:`OSError` for what is no file of its own."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found.st_mode):
        raise OSError(errno.ELOOP, f"it is a link, to {path.readlink()}, which is neither followed nor replaced", str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EEXIST, "it is no file", str(path))
    return stat.S_IMODE(found.st_mode)


def beside_of(folder: Path) -> Path:
    """A name in ``folder`` that no other process has, for what is not yet in its place; short, whatever its place is called."""
    return folder / _LEFT.replace("*", secrets.token_hex(8))


@contextmanager
def created(path: Path, data: bytes, mode: int | None = None) -> Iterator[int]:
    """A new file with ``data``, open to be forced to the disk, and held so that no other process takes it for left over."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, 0o666)
    try:
        with suppress(OSError):
            hold(handle)
        if mode is not None:
            path.chmod(mode)
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        yield handle
    finally:
        os.close(handle)


def refusal(folder: Path) -> OSError | None:
    """Why nothing can be written into ``folder``, where that is so; it is tried."""
    beside = beside_of(folder)
    try:
        check_handles(_HANDLES)
        with created(beside, bytes(_TRIAL)):
            return None
    except OSError as error:
        return error
    finally:
        with suppress(OSError):
            beside.unlink()


def check_handles(count: int) -> None:
    """Raises :class:`OSError` where this process may not have so many more files open."""
    handles: list[int] = []
    try:
        while len(handles) < count:
            handles.append(os.open(os.devnull, os.O_RDONLY))
    finally:
        for handle in handles:
            os.close(handle)


def sync_folder(folder: Path) -> None:
    """Forces to the disk which files a folder holds. Does nothing where folders cannot be opened (Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def hold(handle: int) -> bool:
    """Whether an open file or folder is held by this process from now on, until it is closed or the process ends. False: another holds it.
    Raises :class:`OSError` where this cannot be told, as in some network folders; on Windows everything is free."""
    if sys.platform != "win32":
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def new_folder(parent: Path, name: str = _LEFT) -> tuple[Path, int | None]:
    """A new folder in ``parent``, with the handle by which it is held for as long as it is wanted; None where folders cannot be opened."""
    while True:
        path = parent / name.replace("*", secrets.token_hex(8))
        path.mkdir(PRIVATE)
        try:
            handle = open_folder(path)
        except FileNotFoundError:  # swept in this very moment
            continue
        if handle is None:
            return path, None
        with suppress(FileNotFoundError):
            if _is_held(handle) and os.path.samestat(os.fstat(handle), path.stat()):
                return path, handle
        os.close(handle)


def open_folder(path: Path) -> int | None:
    """A handle to hold a folder by; None on Windows, which opens none. Raises :class:`OSError`."""
    try:
        return os.open(path, os.O_RDONLY)
    except PermissionError:
        if os.name == "nt":
            return None
        raise


def scratch() -> tuple[Path, int | None]:
    """A folder among the system's temporary files, as :func:`new_folder`; what killed processes left there is removed first."""
    there = Path(tempfile.gettempdir())
    sweep(there, _SCRATCH)
    return new_folder(there, _SCRATCH)


def end_scratch(path: Path, handle: int | None) -> None:
    shutil.rmtree(path, ignore_errors=True)
    if handle is not None:
        os.close(handle)


def left_over(folder: Path, names: str = _LEFT) -> list[Path]:
    """What processes that were killed left beside their files in ``folder``."""
    found = []
    for path in sorted(folder.glob(names)):
        with _if_nobodys(path) as free:
            found += [path] * free
    return found


def sweep(folder: Path, names: str = _LEFT) -> None:
    """Removes what is left over, as far as it can be."""
    for path in folder.glob(names):
        with _if_nobodys(path) as free:  # and nobody's it stays until it is gone
            if free and path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif free:
                with suppress(OSError):
                    path.unlink()


@contextmanager
def _if_nobodys(path: Path) -> Iterator[bool]:
    """Whether nobody holds a file or folder, this process apart. What cannot be told counts as somebody's; so do links and pipes."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        yield False
        return
    try:
        kind = os.fstat(handle).st_mode
        yield not path.is_symlink() and (stat.S_ISREG(kind) or stat.S_ISDIR(kind)) and _is_held(handle, unknown=False)
    finally:
        os.close(handle)


def _is_held(handle: int, *, unknown: bool = True) -> bool:
    try:
        return hold(handle)
    except OSError:
        return unknown
