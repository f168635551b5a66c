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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from survey.errors import NoFolder, UnwritableOutput

if sys.platform != "win32":
    import fcntl

_LEFT = ".survey-*.new"

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
        hold(handle)
        if mode is not None:
            path.chmod(mode)
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        yield handle
    finally:
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
    """Whether an open file or folder is now held by this process, until it is closed or the process ends. False: another holds it. Where
    the system has no such locks, nobody ever does."""
    if sys.platform != "win32":
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # some network folders
            return True
    return True


def left_over(folder: Path) -> list[Path]:
    """What processes that were killed left beside their files in ``folder``."""
    return [path for path in sorted(folder.glob(_LEFT)) if not path.is_symlink() and _nobodys(path)]


def sweep(folder: Path) -> None:
    """Removes what is left over, as far as it can be."""
    for path in left_over(folder):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _nobodys(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return hold(handle)
    finally:
        os.close(handle)
