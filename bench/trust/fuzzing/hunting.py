"""The hunt: inputs of a target are changed at random and read, those that do something new are changed further, findings are kept."""

import hashlib
import json
import random
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.trust.fuzzing.laws import Broken
from bench.trust.fuzzing.mutating import mutated
from bench.trust.fuzzing.seeds import seeds, words
from bench.trust.fuzzing.targets import TARGETS, Came, Run, tried

SLOW, SLOW_PER_KB = 1.5, 0.04
"""Processor seconds beyond which an input is looked at, and more for each kilobyte: targets read it up to five times."""
GROWS, ENDLESS = 2.7, 8
"""Then it is too slow if its first half takes less than 1/2.7 of that (as the square grows), or if it takes so many seconds."""
_TWICE = 16  # one of so many inputs is read twice, and must give the same
_MOST_KEPT = 1000  # inputs that are changed further,
_CHANGED = 15_000  # and the longest of them, in bytes


class Finding(NamedTuple):
    """``name`` is the same for the same fault."""

    name: str
    told: str
    data: bytes


class Hunt(NamedTuple):
    """What a hunt came to: processor seconds, inputs read, inputs that did something new, and what was found."""

    seconds: float
    executions: int
    kept: int
    findings: list[Finding]


def hunt(
    target: str,
    seconds: float,
    seed: int,
    more: list[bytes] | None = None,
    told: Callable[[bytes], None] = lambda data: None,
    keep: Callable[[bytes], None] = lambda data: None,
    most: int | None = None,
) -> Hunt:
    """Processor seconds, or at ``most`` so many inputs. ``told`` is called before each input is read: should this process not come back."""
    chance = random.Random(f"{target} {seed}")
    run, vocabulary = TARGETS[target], words(target)
    pool = [*seeds(target), *(more or [])]
    seen: set[str] = set()
    findings: dict[str, Finding] = {}
    for first in pool[: len(seeds(target))]:
        attempt(run, first)  # what is imported and compiled the first time is no time of an input
    started, executions = time.process_time(), 0
    waiting = list(pool)
    while time.process_time() - started < seconds and (most is None or executions < most):
        data = waiting.pop() if waiting else mutated(chance, _chosen(chance, pool), vocabulary, pool)
        told(data)
        outcome = attempt(run, data, again=executions % _TWICE == 0)
        executions += 1
        if isinstance(outcome, Finding):
            findings.setdefault(outcome.name, outcome)
        elif outcome.features - seen and len(data) <= _CHANGED and data not in pool:
            pool.append(data)
            keep(data)
        if isinstance(outcome, Came):
            seen |= outcome.features
        if len(pool) > _MOST_KEPT:
            del pool[chance.randrange(len(pool))]
    return Hunt(time.process_time() - started, executions, len(pool), list(findings.values()))


def _chosen(chance: random.Random, pool: list[bytes]) -> bytes:
    """More often one that was found of late: it does what others did not."""
    return pool[-chance.randint(1, min(len(pool), 40))] if chance.random() < 0.4 else chance.choice(pool)


def attempt(run: Run, data: bytes, *, again: bool = False) -> Came | Finding:
    """What came of ``data``, or what is wrong with that."""
    outcome, took = _timed(run, data)
    if took > _bound(data) and (took := min(took, _timed(run, data)[1])) > _bound(data):
        half = _timed(run, data[: len(data) // 2])[1]
        if took > ENDLESS or took > GROWS * half:
            return Finding("slow", f"{took:.1f} processor seconds for {len(data):,} bytes, {half:.1f} for the first half", data)
    if again and isinstance(outcome, Came) and (other := _outcome(run, data)) and isinstance(other, Came) and other.text != outcome.text:
        return Finding("differs", f"not the same the second time:\n{outcome.text[:2000]}\n{other.text[:2000]}", data)
    return outcome


def _timed(run: Run, data: bytes) -> tuple[Came | Finding, float]:
    started = time.process_time()
    return _outcome(run, data), time.process_time() - started


def _bound(data: bytes) -> float:
    return SLOW + SLOW_PER_KB * len(data) / 1000


def _outcome(run: Run, data: bytes) -> Came | Finding:
    try:
        return tried(run, data)
    except Broken as law:
        return _finding(law, data, str(law).partition(":")[0])
    except Exception as fault:  # the very thing that is looked for
        return _finding(fault, data, "")


def _finding(fault: BaseException, data: bytes, law: str) -> Finding:
    """Named by its kind and the last of our functions that it came through."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if "/survey/" in frame.filename]
    last = ours[-1] if ours else frames[-1]
    place = f"{Path(last.filename).stem}.{last.name}"
    name = "-".join(filter(None, [type(fault).__name__, "" if law else place, "".join(c if c.isalnum() else "-" for c in law)[:50]]))
    return Finding(name, "".join(traceback.format_exception(fault))[-6000:], data)


def minimised(run: Run, finding: Finding, seconds: float = 20) -> bytes:
    """A shorter input with the same finding: pieces are left away, ever smaller ones, as long as it stays."""
    data, size = finding.data, max(1, len(finding.data) // 2)
    stop = time.process_time() + seconds
    while size and time.process_time() < stop:
        at = 0
        while at < len(data) and time.process_time() < stop:
            shorter = data[:at] + data[at + size :]
            found = attempt(run, shorter)
            if isinstance(found, Finding) and found.name == finding.name:
                data = shorter
            else:
                at += size
        size //= 2
    return data


def digest(run: Run, inputs: list[bytes]) -> str:
    """Of what came of all of these: the same in every process."""
    texts = [outcome.text if isinstance(outcome := attempt(run, data), Came) else outcome.name for data in inputs]
    return hashlib.sha256(json.dumps(texts).encode("utf-8", "surrogatepass")).hexdigest()
