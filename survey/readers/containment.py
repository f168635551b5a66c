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
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from queue import Empty, LifoQueue
from typing import NamedTuple

from survey.readers import REPAIR, Reading, shown_name
from survey.records import Skipped

SECONDS, SECONDS_PER_MB = 20, 2
"""Processor time that a file may take; a PDF of 10 MB has 40 seconds, and needs one."""
MEGABYTES, MEGABYTES_PER_MB = 512, 20
"""Memory of the process that reads a file; a paper needs about 100. Large bibliographies need many times their size."""
_WALL = 3
"""Times the processor time: how long the clock may run on a busy machine before the child counts as hung."""


class Job(NamedTuple):
    """A file to read; ``name`` and ``named`` as :func:`survey.readers.read` takes them."""

    path: Path
    name: str
    named: bool = True


def read_contained(jobs: Sequence[Job]) -> Iterator[Reading]:
    """The reading of each job, in their order. Never raises for a bad file."""
    threads = ThreadPoolExecutor(max(1, min(len(jobs), os.cpu_count() or 1)), "reading")
    try:
        yield from threads.map(_read, jobs)
    finally:
        threads.shutdown(cancel_futures=True)


def _read(job: Job) -> Reading:
    size = 0
    with contextlib.suppress(OSError):
        size = job.path.stat().st_size // 2**20
    seconds, megabytes = SECONDS + SECONDS_PER_MB * size, MEGABYTES + MEGABYTES_PER_MB * size
    try:
        child = _idle().get_nowait()
    except Empty:
        child = _start()
    order = {"path": os.fsencode(job.path).hex(), "name": job.name, "named": job.named, "seconds": seconds, "megabytes": megabytes}
    hung = threading.Event()

    def give_up() -> None:
        hung.set()
        child.kill()

    clock = threading.Timer(_WALL * seconds, give_up)
    clock.daemon = True
    clock.start()
    try:
        line = _asked(child, json.dumps(order).encode() + b"\n")
    finally:
        clock.cancel()
    if line.endswith(b"\n") and not hung.is_set():
        _idle().put(child)
        return Reading.model_validate_json(line)
    child.kill()
    code = child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    late = hung.is_set() or code == -getattr(signal, "SIGXCPU", 0)
    crash = f"brings its reader down: it is damaged, or needs more than {megabytes} MB"
    reason = f"takes more than {seconds} seconds to read" if late else crash
    return Reading(skipped=(Skipped(source=shown_name(job.name), reason=reason, cure=REPAIR),))


def _asked(child: "subprocess.Popen[bytes]", order: bytes) -> bytes:
    """The child's answer; what does not end in a line feed is none."""
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(order)
        child.stdin.flush()
        return child.stdout.readline()
    except (OSError, ValueError):
        return b""


@cache
def _idle() -> "LifoQueue[subprocess.Popen[bytes]]":
    children: LifoQueue[subprocess.Popen[bytes]] = LifoQueue()
    atexit.register(_end, children)
    return children


def _end(children: "LifoQueue[subprocess.Popen[bytes]]") -> None:
    with contextlib.suppress(Empty):
        while child := children.get_nowait():
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()  # it ends when no job can come any more
            child.wait()


def _start() -> "subprocess.Popen[bytes]":
    """A child with the modules of this process, and without the folder it happens to stand in: papers may lie there, and run nothing."""
    here = str(Path(__file__).parents[2])
    path = os.pathsep.join(dict.fromkeys([here, *filter(None, sys.path)]))
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "survey.readers.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", "")},
    )
