"""One writer at a time: ``python -m bench.trust.locks`` (a quarter of an hour).

Eight commands of the real command line begin at once on one workspace, round after round; each would add a paper of its own. A round is
ok if one or more of them add theirs (a late one finds the lock free again), and every other ends with exit code 8, in under two seconds,
naming a process of the round that won and lived at the same time. ``lock_slowest_seconds``: the longest that one which was turned
away took, from its start to its end. ``lock_losses``: in the end, papers of winners that are not in the library and found by a search,
those of others that are, and whatever is wrong with the library or the survey's index.
"""

import argparse
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

PROCESSES, ROUNDS = 8, 100
SECONDS = 2.0
BUSY = 8


class Call(NamedTuple):
    """One of the commands of a round; ``start`` and ``end`` in seconds of one clock."""

    pid: int
    paper: str
    code: int
    said: str
    start: float
    end: float

    @property
    def named(self) -> int:
        found = re.search(r"\(process (\d+)", self.said)
        return int(found[1]) if found else 0


def measure() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        return figures(laid(Path(folder)))


def laid(root: Path) -> Path:
    """A workspace: where there is none yet, a command loads for 0.4 seconds before it knows that one is to be made, and its lock taken."""
    assert all(call.code == 0 for call in round_of(root, -1, 1))
    return root


def figures(root: Path, processes: int = PROCESSES, rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, float]:
    """Says on stderr what is wrong."""
    done: list[list[Call]] = []
    ok = 0
    for number in range(rounds):
        done.append(round_of(root, number, processes))
        faults = faults_of(done[-1], seconds)
        ok += not faults
        for fault in faults:
            print(f"round {number}: {fault}", file=sys.stderr, flush=True)
    calls = [call for of_round in done for call in of_round]
    lost = losses(root, calls)
    for fault in lost:
        print(fault, file=sys.stderr)
    turned_away = sorted(call.end - call.start for call in calls if call.code == BUSY)
    return {
        "lock_rounds": rounds,
        "lock_rounds_ok": ok,
        "lock_winners": sum(call.code == 0 for call in calls),
        "lock_turned_away": len(turned_away),
        "lock_median_seconds": round(turned_away[len(turned_away) // 2], 2) if turned_away else 0.0,
        "lock_slowest_seconds": round(turned_away[-1], 2) if turned_away else 0.0,
        "lock_losses": len(lost),
    }


def round_of(root: Path, number: int, processes: int) -> list[Call]:
    papers = []
    for n in range(processes):
        name = f"Newts of round {number} and pond {n}"
        papers.append(root / f"round-{number}-{n}.md")
        text = f"Pond {number * processes + n} held newts that nobody had counted before the rain."
        papers[-1].write_text(f"---\ntitle: {name}\n---\n\n{text}\n", encoding="utf-8")
    started = []
    for paper in papers:
        command = [sys.executable, "-m", "survey", "add", str(paper), "--workspace", str(root), "--quiet"]
        started.append((subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True), paper, time.monotonic()))
    done: list[Call] = []
    while len(done) < len(started):
        known = {call.pid for call in done}
        for process, paper, start in started:
            if process.pid not in known and process.poll() is not None:
                end = time.monotonic()
                done.append(Call(process.pid, paper.name, process.returncode, process.communicate()[1], start, end))
        time.sleep(0.002)
    return done


def faults_of(calls: Sequence[Call], seconds: float = SECONDS) -> list[str]:
    """What is wrong with a round."""
    winners = {call.pid: call for call in calls if call.code == 0}
    found = [] if winners else ["nobody won"]
    for call in calls:
        winner = winners.get(call.named)
        if call.code == 0:
            continue
        if call.code != BUSY:
            found.append(f"exit code {call.code}: {call.said}")
        elif winner is None or winner.end < call.start:
            found.append(f"names process {call.named}, which did not hold the lock: {call.said}")
        elif call.end - call.start >= seconds:
            found.append(f"took {call.end - call.start:.2f} seconds")
    return found


def losses(root: Path, calls: Sequence[Call]) -> list[str]:
    """What is missing in the end, or there and should not be, or damaged."""
    from survey.workspace import Workspace

    with closing(sqlite3.connect(root / "store" / "library.sqlite")) as db:
        said = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
    found = [] if said == ["ok"] else said
    with Workspace.open(root) as workspace:
        there = {source.path for paper in workspace.library.papers() for source in paper.sources}
        for call in calls:
            if (call.code == 0) is not (call.paper in there):
                found.append(f"{call.paper}: exit code {call.code}, and {'in' if call.paper in there else 'not in'} the library")
        found += ["the index is not of what the library holds"] if workspace.index.is_stale() else []
        for paper in workspace.library.papers():
            if paper.key not in {hit.passage.key for hit in workspace.search(paper.text, k=3)}:
                found.append(f"{paper.key}: not found by its own words")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.trust.locks", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, value in figures(laid(Path(folder)), options.processes, options.rounds).items():
            print(f"{name:<24}  {value:g}")


if __name__ == "__main__":
    main()
