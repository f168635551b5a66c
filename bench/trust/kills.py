"""Killed at any moment, the next run gives the same: ``python -m bench.trust.kills`` (hours; ``--help`` shows how to do less).

Runs of `survey run` and `survey add` are killed with SIGKILL, from outside at random moments, and by themselves before and after each
call by which something lasts (:mod:`bench.trust.points`); then run again, and killed again, until one comes to its end: a chain. Three
scenes: the example collection in an empty workspace (``run``), over a survey of half of it whose survey.md was edited (``rewrite``), and
``survey add`` of files that were changed (``add``). Each with the embedded default and with a model behind a server of this machine, that
says what the embedded default says and writes down what it is asked.

After every kill: the library is whole by SQLite's own check, every file of a survey is the former or the new one (``torn_files``), all of
them are of one run (``mixed_sets``) once the next command has ended what was begun (``unsettled_sets``: where it had to), and no process is
left. After every chain: the outputs, and the library row by row, are those of an
undisturbed run (``identical_share``, of kills whose chain ended so). ``repeated_calls_per_kill_most``: what the model was asked in the run
that was killed and again in a later one.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from bench.trust.points import Ended, Point, left, load, points_of, run
from bench.trust.scenes import differing, fault_of, lacking, lay, outputs, rows, scripted, settled, shown

WORKERS = 4
MODELS = ("embedded", "scripted")
SWEEPS = ("embedded run", "embedded rewrite", "embedded add", "scripted run", "scripted rewrite")  # `add` asks nobody
POINTS_OF_A_CHAIN = 12


class Kill(NamedTuple):
    """One kill, and what it left."""

    at: str
    torn: list[str]
    mixed: bool
    unsettled: bool
    fault: str
    repeated: int = 0


class Chain(NamedTuple):
    """Kills of one workspace, and what differed in the end."""

    kills: list[Kill]
    differs: list[str]
    foreign: int
    """Requests that an undisturbed run does not send."""
    left: int
    """Runs of which a process lives on."""


class Whole(NamedTuple):
    """What an undisturbed run makes of a scene."""

    arguments: list[str]
    code: int | None
    seconds: float
    before: dict[str, bytes]
    after: dict[str, bytes]
    rows: dict[str, frozenset[str]]
    asked: frozenset[str]
    points: list[Point]


class Stage:
    """A scene set up in ``folder``: the workspace ``laid`` out, and the ``whole`` of what a run makes of it."""

    def __init__(self, folder: Path, scene: str, papers: Sequence[Path], url: str = "", asked: Path | None = None) -> None:
        self.folder, self.scene, self._asked = folder, scene, asked
        self.log = folder / "log"
        self._laid, self._n = folder / "laid", 0
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._more = ["--model", "foreseen", "--base-url", url, "--concurrency", str(WORKERS)] if url else []
        lay(scene, self._laid, papers, self._surveyed)
        self.whole = self._undisturbed()

    def chain(self, points: Sequence[Point] = (), moments: Iterable[float] = ()) -> Chain:
        """Runs until one comes to its end: each killed at the first of ``points`` that it meets and none before it did, or after the
        seconds that ``moments`` says, while it says any."""
        root, whole, to_meet, moment = self._copy(), self.whole, set(points), iter(moments)
        kills: list[Kill] = []
        lives: list[set[str]] = []
        sessions: list[int] = []
        while True:
            offset = self._requests()[1]
            ended = run(self._call(root), root, self.log, to_meet, next(moment, None))
            sessions.append(ended.session)
            lives.append(set(self._requests(offset)[0]))
            if ended.code is not None:
                break
            if ended.at:
                to_meet.discard(ended.at)
            kills.append(self._seen(root, ended))
        last = {key: n for n, life in enumerate(lives) for key in life}
        kills = [kill._replace(repeated=sum(last[key] > n for key in lives[n])) for n, kill in enumerate(kills)]
        differs = [f"exit code {ended.code}"] if ended.code != whole.code else []
        differs += differing(whole.after, outputs(root), "outputs") + lacking(whole.rows, rows(root))
        if differs:
            shutil.copytree(root, self.folder / f"differs-{self._n}", dirs_exist_ok=True)
        shutil.rmtree(root)
        return Chain(kills, differs, len(set().union(*lives) - whole.asked), left(sessions))

    def _seen(self, root: Path, ended: Ended) -> Kill:
        now, before, after = shown(outputs(root)), self.whole.before, self.whole.after
        torn = [name for name, data in now.items() if data not in (before.get(name), after.get(name))]
        found = settled(root)
        mixed = found not in (shown(before), shown(after))
        return Kill(str(ended.at or f"{ended.seconds:.2f} s"), torn, mixed, found != now, fault_of(root))

    # ------------------------------------------------------------ setting up

    def _surveyed(self, root: Path) -> None:
        ended = run(self._call(root, "run"), root, self.log)
        assert ended.code == 0, self.log.read_text(encoding="utf-8")

    def _call(self, root: Path, name: str = "") -> list[str]:
        name = name or ("add" if self.scene == "add" else "run")
        more = ["--forget-missing"] if name == "add" else self._more
        return [name, str(root / "papers"), "--workspace", str(root), "--quiet", *more]

    def _copy(self) -> Path:
        self._n += 1
        root = self.folder / f"work-{self._n}"
        shutil.copytree(self._laid, root)
        return root

    def _undisturbed(self) -> Whole:
        root = self._copy()
        before, offset = outputs(root), self._requests()[1]
        ended, points = points_of(self._call(root), root, self.log)
        assert ended.code in (0, 4), self.log.read_text(encoding="utf-8")
        asked = frozenset(self._requests(offset)[0])
        whole = Whole(self._call(root), ended.code, ended.seconds, before, outputs(root), rows(root), asked, list(dict.fromkeys(points)))
        shutil.rmtree(root)
        return whole

    def _requests(self, offset: int = 0) -> tuple[list[str], int]:
        """What the server was asked since ``offset`` of what it writes down, and where that ends."""
        if self._asked is None or not self._asked.exists():
            return [], 0
        time.sleep(0.05)  # what was sent when the run was killed is still being read
        data = self._asked.read_bytes()
        return data[offset:].decode().split(), len(data)


# ---------------------------------------------------------------- sweeps


class Told:
    """What was found so far, a line of JSON a chain, in a file from which a later call goes on."""

    def __init__(self, log: Path | None) -> None:
        self._log = log
        self.chains: dict[str, list[Chain]] = defaultdict(list)
        if log and log.exists():
            for line in log.read_text(encoding="utf-8").splitlines():
                sweep, kills, *rest = json.loads(line)
                self.chains[sweep].append(Chain([Kill(*kill) for kill in kills], *rest))

    def add(self, sweep: str, chain: Chain) -> None:
        self.chains[sweep].append(chain)
        if self._log:
            with self._log.open("a", encoding="utf-8") as file:
                file.write(json.dumps([sweep, *chain]) + "\n")

    def kills(self, sweep: str) -> list[Kill]:
        return [kill for chain in self.chains[sweep] for kill in chain.kills]


def at_random(stage: Stage, name: str, kills: int, seed: int, told: Told) -> None:
    """Kills at moments drawn over the length of an undisturbed run, until there are so many; the seed is of the chain."""
    while (done := len(told.kills(name))) < kills:
        chance = random.Random(f"{seed} {name} {len(told.chains[name])}")
        told.add(name, stage.chain(moments=(chance.uniform(0, stage.whole.seconds) for _ in range(kills - done))))


def at_points(stage: Stage, name: str, most: int | None, seed: int, told: Told) -> None:
    """A kill at every point, or at ``most`` of them, drawn by ``seed``."""
    points = stage.whole.points
    chosen = points if most is None else random.Random(seed).sample(points, min(most, len(points)))
    met = {kill.at for kill in told.kills(name)}
    todo = [point for point in chosen if str(point) not in met]
    while todo:
        chains = max(1, round(len(todo) / POINTS_OF_A_CHAIN))
        before = len(todo)
        for n in range(chains):
            chain = stage.chain(todo[n::chains])
            told.add(name, chain)
            met |= {kill.at for kill in chain.kills}
        todo = [point for point in todo if str(point) not in met]
        if len(todo) == before:
            print(f"{name}: not met: {', '.join(map(str, todo))}", file=sys.stderr)
            break


def sweep(
    papers: Sequence[Path],
    sweeps: Sequence[str] = SWEEPS,
    kills: int = 200,
    points: int | None = None,
    seed: int = 1,
    log: Path | None = None,
) -> dict[str, list[Chain]]:
    """Chain by chain, what was found, under "MODEL SCENE random" and "MODEL SCENE points". ``points``: how many of each; None: all."""
    load()
    told = Told(log)
    with tempfile.TemporaryDirectory() as folder:
        for model in MODELS:
            scenes = [name.split()[1] for name in sweeps if name.split()[0] == model]
            asking = model == "scripted" and scenes
            with scripted(Path(folder), scenes, papers) if asking else nullcontext(("", None)) as (url, asked):
                for scene in scenes:
                    stage = Stage(Path(folder) / f"{model}-{scene}", scene, papers, url, asked)
                    at_random(stage, f"{model} {scene} random", kills if scene == "run" else -(-kills // 5), seed, told)
                    at_points(stage, f"{model} {scene} points", points, seed, told)
    return told.chains


def figures(chains: Sequence[Chain]) -> dict[str, float]:
    kills = [kill for chain in chains for kill in chain.kills]
    same = sum(len(chain.kills) for chain in chains if not chain.differs)
    return {
        "kills": len(kills),
        "identical_share": round(same / max(1, len(kills)), 4),
        "torn_files": sum(len(kill.torn) for kill in kills),
        "mixed_sets": sum(kill.mixed for kill in kills),
        "unsettled_sets": sum(kill.unsettled for kill in kills),
        "damaged_libraries": sum(bool(kill.fault) for kill in kills),
        "processes_left": sum(chain.left for chain in chains),
        "repeated_calls_per_kill_most": max((kill.repeated for kill in kills), default=0),
        "foreign_calls": sum(chain.foreign for chain in chains),
    }


def measure() -> dict[str, float]:
    from survey.workspace import example_paths

    return summary(sweep(example_paths()))


def summary(chains: Mapping[str, Sequence[Chain]]) -> dict[str, float]:
    """Of all sweeps together; ``kills`` and ``kill_points`` by how they were drawn, ``…_MODEL`` of those with a model."""

    def of(word: str) -> list[Chain]:
        return [chain for name, found in chains.items() if word in name.split() for chain in found]

    everything = figures([chain for found in chains.values() for chain in found])
    everything |= {"kills": figures(of("random"))["kills"], "kill_points": figures(of("points"))["kills"]}
    for model in MODELS:
        everything |= {f"{name}_{model}": value for name, value in figures(of(model)).items() if of(model)}
    return everything


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.trust.kills", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--papers", type=Path, nargs="+", help="files and folders; default: the example collection")
    parser.add_argument("--sweeps", nargs="+", choices=SWEEPS, default=SWEEPS)
    parser.add_argument("--kills", type=int, default=200, help="at random moments of `run`; a fifth of it of the other scenes")
    parser.add_argument("--points", default="all", help="how many of the points, evenly spread; default: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print the figures of each sweep as one JSON object")
    parser.add_argument("--log", type=Path, help="a file to which every chain is written, and from which a later call goes on")
    options = parser.parse_args()
    from survey.workspace import example_paths

    points = None if options.points == "all" else int(options.points)
    papers = options.papers or example_paths()
    chains = sweep(papers, options.sweeps, options.kills, points, options.seed, options.log)
    if options.json:
        print(json.dumps({name: figures(found) for name, found in chains.items()}))
        return
    for name, found in chains.items():
        for chain in found:
            faults = [
                f"{kill.at}: {fault}" for kill in chain.kills for fault in (*kill.torn, kill.fault, "a mixed set" * kill.mixed) if fault
            ]
            for fault in [*faults, *(f"{', '.join(kill.at for kill in chain.kills)}: differs: {where}" for where in chain.differs)]:
                print(f"{name}: {fault}")
    table = {name: figures(found) for name, found in chains.items()}
    for figure in figures([]):
        print(f"{figure:<30}" + "".join(f"{of[figure]:>12g}" for of in table.values()))
    print("of " + " | ".join(table))


if __name__ == "__main__":
    main()
