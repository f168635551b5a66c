"""Files are read in child processes, under limits of memory and time: a file that brings a parser down costs itself and nothing else.

The children are started when first needed and live as long as the program; one that dies is replaced. They read side by side, and what they
read comes back in the order asked for.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from survey.errors import cure_of
from survey.readers import REPAIR, Reading
from survey.readers.cleaning import shown_name
from survey.records import Skipped

Child = subprocess.Popen[bytes]

SECONDS, SECONDS_PER_MB = 20, 2
"""Processor time that a file may take; a PDF of 10 MB has 40 seconds, and needs one."""
MEGABYTES, MEGABYTES_PER_MB = 512, 20
"""Memory of the process that reads a file; a paper needs about 100. Large bibliographies need many times their size."""
_WALL = 3
"""Times the processor time: how long the clock may run on a busy machine before the child counts as hung."""
_CHILDREN = 8
"""Most children: each may take as much memory as a file may."""
_ANSWER = 2**30
"""Most bytes of a reading."""


class Job(NamedTuple):
    """A file to read; ``name`` and ``named`` as :func:`survey.readers.read` takes them."""

    path: Path
    name: str
    named: bool = True


def read_contained(jobs: Sequence[Job]) -> Iterator[Reading]:
    """The reading of each job, in their order. Never raises for a bad file. A few readings are made ahead, and no more held.

    Not to be called by two threads at once. When it is left before its end, what is being read is stopped.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    workers = max(1, min(len(jobs), cores, _CHILDREN))
    threads = ThreadPoolExecutor(workers, "reading")
    waiting: deque[Future[Reading]] = deque()
    whole = False
    try:
        for job in jobs:
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
            waiting.append(threads.submit(_read, job))
        while waiting:
            yield waiting.popleft().result()
        whole = True
    finally:
        if not whole:
            _children.stop_busy()
        threads.shutdown(cancel_futures=True)


class _Children:
    """The processes that read: those that wait for a file, and those that are at one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.idle: list[Child] = []
        self.busy: set[Child] = set()

    def take(self) -> tuple[Child, bool]:
        """A child, and whether it is a new one."""
        with self._lock:
            while self.idle:
                child = self.idle.pop()
                if child.poll() is None:
                    self.busy.add(child)
                    return child, False
                _close(child)
            child = _start()
            self.busy.add(child)
            return child, True

    def give_back(self, child: Child) -> None:
        with self._lock:
            self.busy.discard(child)
            self.idle.append(child)

    def lose(self, child: Child) -> int:
        """Ends a child that is not to be used again; its exit code."""
        with self._lock:
            self.busy.discard(child)
        child.kill()
        code = child.wait()
        _close(child)
        return code

    def stop_busy(self) -> None:
        with self._lock:
            for child in self.busy:
                child.kill()

    def end(self) -> None:
        self.stop_busy()
        for child in self.idle:
            _close(child)  # it ends when no job can come any more
            try:
                child.wait(1)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.idle.clear()

    def forget(self) -> None:
        """In a copy of this process: its children are not ours."""
        self.__init__()  # type: ignore[misc]  # whatever the lock was at


_children = _Children()
atexit.register(_children.end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_children.forget)


def _read(job: Job) -> Reading:
    size = 0
    with contextlib.suppress(OSError):
        size = job.path.stat().st_size // 2**20
    seconds, megabytes = SECONDS + SECONDS_PER_MB * size, MEGABYTES + MEGABYTES_PER_MB * size
    order = {"path": os.fsencode(job.path).hex(), "name": job.name, "named": job.named, "seconds": seconds, "megabytes": megabytes}
    while True:
        try:
            child, fresh = _children.take()
        except OSError as error:  # too many processes or open files, no memory: no fault of the file, and the rest may go well
            fault = f"no process could be started to read it: {error.strerror or type(error).__name__}"
            told = cure_of(error) or "Close other programs, and run it again."
            cure = f"{told[0].lower()}{told[1:]}".removesuffix(".")
            return Reading(skipped=(Skipped(source=shown_name(job.name), reason=fault, cure=cure),), accident=True)
        hung = threading.Event()
        clock = threading.Timer(_WALL * seconds, lambda hung=hung, child=child: (hung.set(), child.kill()))
        clock.daemon = True
        clock.start()
        try:
            line = _asked(child, json.dumps(order).encode() + b"\n")
        finally:
            clock.cancel()
        if line.endswith(b"\n") and not hung.is_set():
            _children.give_back(child)
            return Reading.model_validate_json(line)
        code = _children.lose(child)
        if fresh or hung.is_set():
            break  # a child that had read before may have fallen over something else: the file is given to a new one
    late = hung.is_set() or code == -getattr(signal, "SIGXCPU", 0)
    crash = f"brings its reader down: it is damaged, or needs more than {megabytes} MB"
    reason = f"takes more than {seconds} seconds to read" if late else crash
    return Reading(skipped=(Skipped(source=shown_name(job.name), reason=reason, cure=REPAIR),), accident=True)


def _asked(child: Child, order: bytes) -> bytes:
    """The child's answer; what does not end in a line feed is none."""
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(order)
        child.stdin.flush()
        return child.stdout.readline(_ANSWER)
    except (OSError, ValueError):
        return b""


def _close(child: Child) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


_PASSED_ON = ("PATH", "HOME", "LANG", "LC_", "TZ", "TMP", "TEMP", "SYSTEMROOT", "PYTHON", "LD_", "DYLD_")


def _start() -> Child:
    return start_child("survey.readers.child")


def start_child(module: str) -> Child:
    """A child that runs ``module``, with the modules of this process, and without the folder it happens to stand in:
    papers may lie there, and run nothing.

    It is told nothing that it need not know: keys stand in the environment.
    """
    here = str(Path(__file__).parents[2])
    path = os.pathsep.join(dict.fromkeys([here, *filter(None, sys.path)]))
    return subprocess.Popen(
        [sys.executable, "-P", "-B", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name.upper().startswith(_PASSED_ON)} | {"PYTHONPATH": path},
    )
