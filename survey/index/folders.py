"""The folders ``index-…`` that an index lies in: which one is in use, what its files must be, and what earlier builds left.

A folder is never changed once it is in use. Its ``state.json`` holds what it was made from and the sha256 of each of its files; the file
``index`` beside it (the pointer) names it. Both are written when all else is on the disk.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from survey.durable import sync_folder, write_file

POINTER, STATE = "index", "state.json"
_NAME = re.compile(r"index-[0-9a-f]{12}")
_PIECE = 2**22
"""Bytes hashed at a time: what is smaller makes the threads wait for each other."""
_THREADS = 4


def named(directory: Path) -> str:
    """The folder that the pointer names; "" if it names none."""
    with suppress(OSError, UnicodeDecodeError):
        name = (directory / POINTER).read_text(encoding="utf-8")
        return name if _NAME.fullmatch(name) else ""
    return ""


def state(folder: Path) -> dict[str, Any]:
    """What is known of a folder that was finished; {} of any other."""
    with suppress(OSError, ValueError):
        told = json.loads((folder / STATE).read_bytes())
        if isinstance(told, dict) and isinstance(told.get("files"), dict) and isinstance(told.get("passages"), int):
            return told
    return {}


def faults(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Those of ``files`` (path → sha256) that are not as they were, and what is wrong. Every byte is read: a disk that loses a bit
    leaves size and time as they were."""
    with ThreadPoolExecutor(_THREADS) as threads:
        found = dict(zip(files, threads.map(lambda name: _digest(folder / name), files), strict=True))
    return {
        name: "its bytes are not those that were written" if found[name] else "it is missing or cannot be read"
        for name, digest in files.items()
        if found[name] != digest
    }


def finish(folder: Path, fingerprint: str, passages: int) -> None:
    """Forces the folder to the disk, and then says in it that it is whole."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with ThreadPoolExecutor(_THREADS) as threads:  # the disk takes them together
        list(threads.map(_forced, paths))
        digests = dict(zip((path.relative_to(folder).as_posix() for path in paths), threads.map(_digest, paths), strict=True))
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
    write_file(folder / STATE, json.dumps({"fingerprint": fingerprint, "passages": passages, "files": digests}))
    sync_folder(folder.parent)


def use(folder: Path) -> None:
    """From now on the pointer names ``folder``; all others are removed."""
    write_file(folder.parent / POINTER, folder.name)
    for other in leftovers(folder.parent):
        shutil.rmtree(other, ignore_errors=True)


def leftovers(directory: Path) -> list[Path]:
    """Folders that are not in use: builds that were killed, or what they were to remove. One of them may be being built."""
    name = named(directory)
    return sorted(path for path in directory.glob("index-*") if path.name != name and path.is_dir())


def _forced(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    """Of a file that cannot be read: "" """
    digest = hashlib.sha256()
    with suppress(OSError), path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
        return digest.hexdigest()
    return ""
