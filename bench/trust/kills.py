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
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from bench.trust.points import Ended, Point, forked, left, load, points_of, run

WORKERS = 4
MODELS = ("embedded", "scripted")
SCENES = ("run", "rewrite", "add")
POINTS_OF_A_CHAIN = 12
REPLY_SECONDS = 0.05
_MAY_DIFFER = ("timings",)  # of run.json


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
        differs += _differing(whole.after, outputs(root), "outputs") + lacking(whole.rows, rows(root))
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


# ---------------------------------------------------------------- scenes


def lay(scene: str, root: Path, papers: Sequence[Path], surveyed: Callable[[Path], None]) -> None:
    """A workspace as the run of a scene finds it, its files in ``papers``; ``surveyed`` makes the survey that is there before."""
    folder = root / "papers"
    folder.mkdir(parents=True)
    files = [path for given in papers for path in (sorted(given.iterdir()) if given.is_dir() else [given]) if path.is_file()]
    first, later = (files[::2], files[1::2]) if scene == "rewrite" else (files, [])
    for path in first:
        shutil.copyfile(path, folder / path.name)
    if scene == "run":
        return
    surveyed(root)
    for path in later:
        shutil.copyfile(path, folder / path.name)
    if scene == "rewrite":
        _edit(root / "outputs" / "papers" / "survey.md")
        return
    gone, *changed = [path for path in sorted(folder.iterdir()) if path.suffix == ".md"][:4]
    gone.unlink()
    for path in changed:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\nA later reading of {path.stem} shows that rain at night hides a third of all calls.\n")
    (folder / "newts.md").write_text(_NEW, encoding="utf-8")


_NEW = """---
title: Newt Calls in Rain
authors: [Nina Orr]
date: 2024
---

Newt calls in rain noise are hard to detect, since newts are quiet. A horn is proposed to hear newt calls in rain noise.
"""


def _edit(path: Path) -> None:
    """A paragraph by hand before the second heading."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    second = [n for n, line in enumerate(lines) if line.startswith("#")][1]
    path.write_text("".join([*lines[:second], "These papers were read by hand on rainy days.\n\n", *lines[second:]]), encoding="utf-8")


# ---------------------------------------------------------------- what lies there


def outputs(root: Path) -> dict[str, bytes]:
    """Every file below outputs/, hidden ones too; ``run.json`` without its timings."""
    found = {}
    for path in sorted((root / "outputs").rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.name == "run.json":
                try:
                    run_record = {name: value for name, value in json.loads(data).items() if name not in _MAY_DIFFER}
                    data = json.dumps(run_record).encode()
                except ValueError:
                    pass  # torn
            found[path.relative_to(root / "outputs").as_posix()] = data
    return found


def shown(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Without what lies beside them while they are written."""
    return {name: data for name, data in files.items() if not any(part.startswith(".") for part in Path(name).parts)}


def settled(root: Path) -> dict[str, bytes]:
    """The files of the outputs as the next command finds them, which ends what was begun; in a copy."""
    from survey.outputs import settle

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "outputs"
        if (root / "outputs").exists():
            shutil.copytree(root / "outputs", copy)
            for survey in copy.iterdir():
                settle(survey)
        return shown(outputs(Path(folder)))


def rows(root: Path) -> dict[str, frozenset[str]]:
    """Table → the sha256 of each of its rows, but for when it was last used."""
    found = {}
    with closing(sqlite3.connect(root / "store" / "library.sqlite")) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall():
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] != "used"]
            held = db.execute(f"SELECT {', '.join(columns)} FROM {table}")
            found[table] = frozenset(sha256(repr(row).encode()).hexdigest() for row in held)
    return found


_CACHES = ("results", "vectors", "replies")
_COUNTS = {"tallies", "counters"}


def lacking(whole: Mapping[str, frozenset[str]], now: Mapping[str, frozenset[str]]) -> list[str]:
    """Tables that differ, but for those that count rows and runs. A cache may hold more: written over its own survey, which was in its place when the run was killed, a run keeps
    results of that too."""
    return [
        f"library: {table}"
        for table in sorted({*whole, *now} - _COUNTS)
        if (whole.get(table, frozenset()) - now.get(table, frozenset())) or (table not in _CACHES and whole.get(table) != now.get(table))
    ]


def fault_of(root: Path) -> str:
    """What SQLite finds wrong with a copy of the library as it was left; "" if nothing."""
    library = root / "store" / "library.sqlite"
    if not library.exists():
        return ""
    with tempfile.TemporaryDirectory() as folder:
        for path in (library, library.with_name("library.sqlite-wal")):
            if path.exists():
                shutil.copyfile(path, Path(folder) / path.name)
        try:
            with closing(sqlite3.connect(Path(folder) / library.name)) as db:
                (said,) = db.execute("PRAGMA integrity_check").fetchone()
                return "" if said == "ok" else str(said)
        except sqlite3.Error as error:
            return str(error)


def _differing(one: Mapping[str, object], other: Mapping[str, object], what: str) -> list[str]:
    return [f"{what}: {name}" for name in sorted({*one, *other}) if one.get(name) != other.get(name)]


# ---------------------------------------------------------------- the model


@contextmanager
def scripted(folder: Path, scenes: Sequence[str], papers: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """The address of a server that says what the embedded default says in these scenes, and the file in which it writes down what it is
    asked."""
    replies, asked = folder / "replies.json", folder / "asked"
    if not replies.exists():
        _foresee(folder, scenes, papers, replies)
    command = [sys.executable, "-m", "bench.slow", str(replies), str(REPLY_SECONDS), str(asked)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}/v1", asked
        finally:
            server.terminate()


def _foresee(folder: Path, scenes: Sequence[str], papers: Sequence[Path], replies: Path) -> None:
    """Writes down what the embedded default says to all that is asked in these scenes."""

    def work() -> None:
        from bench.llm import Foreseen
        from survey.workspace import Workspace

        known: dict[str, Any] = {}

        def surveyed(root: Path) -> None:
            foreseen = Foreseen(root)
            with Workspace.open(root, model=foreseen) as workspace:
                workspace.survey(paths=[root / "papers"])
            known.update(foreseen.known)

        for scene in scenes:
            root = folder / f"foreseen-{scene}"
            lay(scene, root, papers, surveyed)
            surveyed(root)
        replies.write_text(json.dumps(known), encoding="utf-8")

    assert os.waitpid(forked(work, folder / "foreseen.log"), 0)[1] == 0, (folder / "foreseen.log").read_text(encoding="utf-8")


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
    models: Sequence[str] = MODELS,
    scenes: Sequence[str] = SCENES,
    kills: int = 200,
    points: int | None = None,
    seed: int = 1,
    log: Path | None = None,
) -> dict[str, list[Chain]]:
    """Chain by chain, what the sweeps "MODEL SCENE random" and "MODEL SCENE points" found. ``points``: how many of each; None: all."""
    load()
    told = Told(log)
    with tempfile.TemporaryDirectory() as folder:
        for model in models:
            of_model = [scene for scene in scenes if model == "embedded" or scene != "add"]  # which asks nobody
            with scripted(Path(folder), of_model, papers) if model == "scripted" else nullcontext(("", None)) as (url, asked):
                for scene in of_model:
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
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS)
    parser.add_argument("--scenes", nargs="+", choices=SCENES, default=SCENES)
    parser.add_argument("--kills", type=int, default=200, help="at random moments of `run`; a fifth of it of the other scenes")
    parser.add_argument("--points", default="all", help="how many of the points, evenly spread; default: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print the figures of each sweep as one JSON object")
    parser.add_argument("--log", type=Path, help="a file to which every chain is written, and from which a later call goes on")
    options = parser.parse_args()
    from survey.workspace import example_paths

    points = None if options.points == "all" else int(options.points)
    papers = options.papers or example_paths()
    chains = sweep(papers, options.models, options.scenes, options.kills, points, options.seed, options.log)
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
