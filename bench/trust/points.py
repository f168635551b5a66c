"""Runs of the command line in forks of this process, which die when they are told to: so the heavy packages are loaded once.

A point is a call by which something lasts: a file forced to the disk, named or removed, a transaction of SQLite. It has a name that is the
same in every run of the same input, as far as threads leave it its turn.
"""

import json
import os
import re
import signal
import sqlite3
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

PRIMITIVES = ("fsync", "fdatasync", "replace", "rename", "link", "symlink", "truncate", "ftruncate", "unlink", "remove", "mkdir", "rmdir")
SIDES = ("before", "after")


class Point(NamedTuple):
    name: str
    side: str

    def __str__(self) -> str:
        return f"{self.side} {self.name}"


class Ended(NamedTuple):
    """``code`` is None for a run that was killed, ``at`` then the point where it killed itself."""

    code: int | None
    at: Point | None
    seconds: float
    session: int
    """Of which every process is that it started."""


def load() -> None:
    """Loads here, before the forks, what a run needs; but nothing that starts threads."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import bm25s  # noqa: F401
    import chromadb
    import chromadb.api.rust  # noqa: F401
    import llama_index.core.node_parser  # noqa: F401
    import nupunkt  # noqa: F401
    import onnxruntime  # noqa: F401
    import openai  # noqa: F401
    import tokenizers  # noqa: F401

    import survey.cli
    import survey.index
    import survey.outputs
    import survey.passages
    import survey.pipeline
    import survey.readers.pdf
    import survey.revising
    import survey.workspace  # noqa: F401


def forked(work: Callable[[], object], log: Path, dying: Callable[[], object] = lambda: None) -> int:
    """A fork of this process, at the head of a session of its own, that does ``work`` and ends; its pid."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.setsid()
        with log.open("ab", buffering=0) as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        dying()
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # whatever it was, this copy of the process ends here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def command(arguments: Sequence[object]) -> Callable[[], None]:
    """``survey ARGUMENTS``."""

    def work() -> None:
        from survey.__main__ import main

        sys.argv = ["survey", *(str(argument) for argument in arguments)]
        main()

    return work


def run(arguments: Sequence[object], root: Path, log: Path, points: Collection[Point] = (), seconds: float | None = None) -> Ended:
    """Runs ``survey ARGUMENTS``, that it kills itself at the first of ``points`` which it meets, or is killed after so many ``seconds``."""
    told, tell = os.pipe()
    started = time.monotonic()
    child = forked(command(arguments), log, lambda: watch(root, lambda point: _die(tell, point) if point in points else None))
    os.close(tell)
    while seconds is not None and not os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        if time.monotonic() - started > seconds:
            os.kill(child, signal.SIGKILL)
            break
        time.sleep(0.002)
    status = os.waitpid(child, 0)[1]
    took = time.monotonic() - started
    name = os.read(told, 65536).decode()
    os.close(told)
    at = Point(*json.loads(name)) if name else None
    return Ended(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else None, at, took, child)


def points_of(arguments: Sequence[object], root: Path, log: Path) -> tuple[Ended, list[Point]]:
    """An undisturbed run, and its points in their order."""
    met: list[Point] = []
    note = log.with_suffix(".points")

    def work() -> None:
        try:
            command(arguments)()
        finally:
            note.write_text(json.dumps(met), encoding="utf-8")

    started = time.monotonic()
    child = forked(work, log, lambda: watch(root, met.append))
    status = os.waitpid(child, 0)[1]
    ended = Ended(os.waitstatus_to_exitcode(status), None, time.monotonic() - started, child)
    return ended, [Point(*entry) for entry in json.loads(note.read_text(encoding="utf-8"))]


def watch(root: Path, met: Callable[[Point], object]) -> None:
    """``met`` is told each point that this process comes to from now on, within ``root``."""
    turns: Counter[str] = Counter()
    lock = threading.Lock()

    def watched(name: str, call: Callable[[], Any]) -> Any:
        with lock:
            turns[name] += 1
            turn = turns[name]
        named = name if turn == 1 else f"{name} ({turn})"
        met(Point(named, "before"))
        try:
            return call()
        finally:
            met(Point(named, "after"))

    def wrapped(name: str, primitive: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            place = _place(root, given[-1] if name in ("replace", "rename", "link", "symlink") else given[0], named.get("dir_fd"))
            if place is None:
                return primitive(*given, **named)
            return watched(f"{name} {place}", lambda: primitive(*given, **named))

        return call

    for name in PRIMITIVES:
        setattr(os, name, wrapped(name, getattr(os, name)))

    class Watched(sqlite3.Connection):
        _said, _about = sha256(), ""

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            if sql == "COMMIT" and self.in_transaction:
                name = f"commit {self._said.hexdigest()[:12]} {self._about}"
                return cast_cursor(watched(name, lambda: super(Watched, self).execute(sql)))
            if sql.startswith("BEGIN"):
                self._said, self._about = sha256(), ""
            self._says(sql, parameters)
            return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
            rows = list(parameters)
            self._says(sql, rows)
            return super().executemany(sql, rows)

        def _says(self, sql: str, parameters: Any) -> None:
            self._said.update(f"{sql} {parameters!r}".encode("utf-8", "replace"))
            if found := re.match(r"(?:INSERT|DELETE|UPDATE)\D*?(?:INTO|FROM|UPDATE) (\w+)", sql):
                self._about = found[1]

    connect = sqlite3.connect
    sqlite3.connect = lambda *given, **named: connect(*given, **{"factory": Watched, **named})


def cast_cursor(found: Any) -> sqlite3.Cursor:
    assert isinstance(found, sqlite3.Cursor)
    return found


def _place(root: Path, given: object, folder: int | None) -> str | None:
    """What is called within ``root``, but for what chance put into its name; None if it lies elsewhere."""
    try:
        path = _open_at(given) if isinstance(given, int) else os.fsdecode(str(given))
        path = f"{_open_at(folder)}/{path}" if isinstance(folder, int) else path
    except OSError:
        return None
    inside = Path(path).absolute().as_posix().removeprefix(f"{root.absolute().as_posix()}/")
    return (
        re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12,}", "*", inside)
        if inside != Path(path).absolute().as_posix()
        else None
    )


def _open_at(handle: int) -> str:
    return str(Path(f"/proc/self/fd/{handle}").readlink())


def _die(tell: int, point: Point) -> None:
    os.write(tell, json.dumps(point).encode())
    os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()  # whoever called goes no further


def left(sessions: Collection[int], seconds: float = 60) -> int:
    """Of how many sessions a process lives on for more than so many ``seconds``; they are ended."""
    until = time.monotonic() + seconds
    for session in (there := set(sessions)).copy():
        while session in there:
            try:
                os.killpg(session, 0)
            except (ProcessLookupError, PermissionError):
                there.discard(session)
            else:
                if time.monotonic() > until:
                    os.killpg(session, signal.SIGKILL)
                    break
                time.sleep(0.01)
    return len(there)
