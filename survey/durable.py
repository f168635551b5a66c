"""Files that are there whole or not at all: written beside their place, forced to the disk, renamed into it."""

import os
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o700
"""Of a folder of the library, when it is made: it holds the text of papers that may be unpublished, and nobody else needs it. One that is
there keeps its mode, so that a group may share it. What is written for others, ``outputs/``, is as the umask says."""


def write_file(path: Path, content: str | bytes) -> None:
    """Writes ``content`` to ``path``; text as UTF-8, where what cannot be encoded becomes "?". A file that holds it already is left alone.

    Whenever the process is killed, the file is as it was or as it is to be. Raises :class:`OSError`; then it is as it was."""
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    with suppress(OSError):
        if path.read_bytes() == data:
            return
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Forces to the disk which files a folder holds. Does nothing where folders cannot be opened (Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
