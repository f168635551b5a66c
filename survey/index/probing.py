"""Own-vector probes in a child process: a graph that is damaged brings the process down that opens it, or never answers.

The child is started when first needed, lives as long as the program, and is replaced when it dies: loading Chroma takes it a second.
"""

import atexit
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from survey.durable import end_scratch, scratch
from survey.readers.containment import start_child

SILENT_SECONDS = 300.0
"""A child that says nothing for so long hangs. A thousand passages, after which it answers, take it a second; loading Chroma two, or a
minute on a machine that is at its limits."""


class ProbeFailed(Exception):
    """Says what became of the child, or what Chroma said in it."""


class _Probing:
    """The child, and who is asking it."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """As in a copy of this process, whose child it is not."""
        self.lock = threading.Lock()
        self.child: subprocess.Popen[bytes] | None = None

    def started(self) -> subprocess.Popen[bytes]:
        if self.child is None or self.child.poll() is not None:
            self.lose()
            self.child = start_child("survey.index.child")
        return self.child

    def lose(self) -> int:
        """Ends the child; its exit code."""
        child, self.child = self.child, None
        if child is None:
            return 0
        child.kill()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        return child.wait()


_probing = _Probing()
atexit.register(_probing.lose)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_probing.forget)


def _end(child: subprocess.Popen[bytes], hung: threading.Event) -> None:
    hung.set()
    child.kill()


def warm() -> None:
    """Starts the child, which loads Chroma while something else is done; if it cannot be, who needs it will say so."""
    with _probing.lock, suppress(OSError):
        _probing.started()


def stop() -> None:
    """Ends a probe that nobody waits for any more."""
    child = _probing.child
    if child is not None:
        child.kill()


@contextmanager
def _scratch() -> Iterator[Path]:
    """Where the child may write, and what it leaves there if it is killed."""
    path, handle = scratch()
    try:
        yield path
    finally:
        end_scratch(path, handle)


def probe(folder: Path, silent: float = SILENT_SECONDS) -> list[int]:
    """The passages of ``folder`` that Chroma does not bring for their own vectors. Raises :class:`ProbeFailed`."""
    with _probing.lock, _scratch() as place:
        child = _probing.started()
        assert child.stdin is not None and child.stdout is not None
        unreached: list[int] = []
        hung = threading.Event()
        with suppress(OSError, ValueError):
            child.stdin.write(json.dumps({"folder": str(folder.absolute()), "scratch": str(place)}).encode() + b"\n")
            child.stdin.flush()
            while True:
                clock = threading.Timer(silent, _end, (child, hung))
                clock.daemon = True
                clock.start()
                try:
                    told = json.loads(child.stdout.readline())
                finally:
                    clock.cancel()
                if "fault" in told:
                    raise ProbeFailed(told["fault"])
                unreached += told["unreached"]
                if told["done"]:
                    return unreached
        code = _probing.lose()
    raise ProbeFailed(f"no answer for {silent:g} seconds" if hung.is_set() else f"the probing process ended with code {code}")
