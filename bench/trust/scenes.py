"""What runs are killed over, what lies there afterwards, and the model they ask: of :mod:`bench.trust.kills`."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.trust.points import forked

REPLY_SECONDS = 0.05
_MAY_DIFFER = ("timings",)  # of run.json


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
    """Tables that differ, but for those that count rows and runs. A cache may hold more: a run that was killed when its survey was in its
    place is run again over that survey, and keeps results of that too."""
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


def differing(one: Mapping[str, object], other: Mapping[str, object], what: str) -> list[str]:
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
