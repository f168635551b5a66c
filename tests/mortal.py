"""A disk that fails: from the n-th operation on the process is dead (:class:`Killed`), or that one operation is refused."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PRIMITIVES = ("open", "write", "fsync", "mkdir", "rename", "replace", "unlink", "rmdir", "chmod")


class Killed(BaseException):
    """No ``except OSError`` and no clearing up comes between: whatever is tried from now on is not done."""


class Disk:
    """Counts what is done to the disk. ``dies_at``: nothing is done from that operation on; ``refuses``: number → the error of that one."""

    def __init__(self, dies_at: int = 0, refuses: dict[int, OSError] | None = None) -> None:
        self.dies_at = dies_at
        self.refuses = refuses or {}
        self.done = 0
        self.unsynced: dict[int, Path] = {}

    def wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def primitive(*given: Any, **named: Any) -> Any:
            if name == "open" and not given[1] & (os.O_WRONLY | os.O_RDWR):
                return real(*given, **named)  # reading
            self.done += 1
            if self.dies_at and self.done >= self.dies_at:
                raise Killed
            if self.done in self.refuses:
                raise self.refuses[self.done]
            if name == "fsync":  # slow, and nothing is lost here but by cut_power
                return self.unsynced.pop(given[0], None)
            result = real(*given, **named)
            if name == "open":
                self.unsynced[result] = Path(given[0])
            elif name in ("rename", "replace"):
                self.unsynced = {n: Path(given[1]) if path == Path(given[0]) else path for n, path in self.unsynced.items()}
            return result

        return primitive

    def cut_power(self) -> None:
        """What was written and not forced to the disk is lost."""
        for path in self.unsynced.values():
            if path.is_file():
                path.write_bytes(b"")


@contextmanager
def failing(disk: Disk) -> Iterator[Disk]:
    with pytest.MonkeyPatch.context() as patch:
        for name in PRIMITIVES:
            patch.setattr(os, name, disk.wrapped(name, getattr(os, name)))
        yield disk
