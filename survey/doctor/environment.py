"""What the program stands on: Python and its packages, the weights that came with them, the disk, the clock."""

import os
import re
import shutil
import sqlite3
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from survey.embedding import MiniLM, StaticEmbedder
from survey.errors import DamagedPackage
from survey.records import Ailment

PYTHON, SQLITE = (3, 11), (3, 38)
"""The oldest that will do; from 3.38 on SQLite reads JSON."""
FREE_BYTES = 16 * 2**20
"""To be free beside as much as the store takes, in which a new index is built beside the old one: a run of 60 papers writes 10 MB."""
AHEAD_SECONDS = 86_400
"""A file dated so far ahead of the clock tells that one of the two is wrong. No decision rests on either."""
_REINSTALL = "install the program again: pip install --force-reinstall fishbone-survey"


def look(store: Path) -> list[Ailment]:
    return [*_python(), *_packages(requires_of()), *_weights(), *_disk(store), *_clock(store)]


def requires_of() -> list[str]:
    """What the program says that it needs; nothing where it is run from its folder without being installed."""
    try:
        return requires("fishbone-survey") or []
    except PackageNotFoundError:
        return []


def _python() -> Iterator[Ailment]:
    if sys.version_info < PYTHON:
        yield _ailment("Python", f"is {sys.version.split()[0]}", f"install {PYTHON[0]}.{PYTHON[1]} or later")
    if sqlite3.sqlite_version_info < SQLITE:
        cure = f"use a Python that brings {SQLITE[0]}.{SQLITE[1]} or later"
        yield _ailment("SQLite", f"is {sqlite3.sqlite_version}", cure)


def _packages(wanted: list[str]) -> Iterator[Ailment]:
    """Those that the program asks for, and those of an extra that are there."""
    for line in wanted:
        requirement, _, marker = line.partition(";")
        name = re.split(r"[\s\[<>=!~(]", requirement.strip(), maxsplit=1)[0]
        bounds = re.findall(r"(==|>=|<=|<|>)\s*([\w.]+)", requirement)
        try:
            there = version(name)
        except PackageNotFoundError:
            if "extra" not in marker:
                yield _ailment(name, "is not installed", _REINSTALL)
            continue
        if not all(_within(there, how, bound) for how, bound in bounds):
            asked = ",".join(how + bound for how, bound in bounds)
            yield _ailment(name, f"is {there}, and {asked} is needed", f'pip install "{name}{asked}"')


def _within(there: str, how: str, bound: str) -> bool:
    one, other = _release(there), _release(bound)
    length = max(len(one), len(other))
    one, other = (release + (0,) * (length - len(release)) for release in (one, other))
    return {"==": there == bound, ">=": one >= other, "<=": one <= other, "<": one < other, ">": one > other}[how]


def _release(text: str) -> tuple[int, ...]:
    """The numbers at the beginning of a version: what stands behind them, as in 1.0rc1 or 0.4.0.post1, is left out."""
    found = re.match(r"\d+(\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found else ()


def _weights() -> Iterator[Ailment]:
    for file in (StaticEmbedder.WEIGHTS, StaticEmbedder.TOKENIZER, MiniLM.WEIGHTS, MiniLM.TOKENIZER):
        try:
            file.read()
        except DamagedPackage as error:
            yield _ailment(f"{file.package}/{file.name}", str(error).partition(": ")[2].split(". ")[0], _REINSTALL)


def room(store: Path) -> str:
    """A remark, where a run can end, and not many more will."""
    free, need, _ = _room(store)
    return f"; {free // 2**20} MB of disk are free" if need <= free < 4 * need else ""


def _room(store: Path) -> tuple[int, int, Path]:
    """Bytes that are free, those that a run needs, and where."""
    there = next(path for path in (store.absolute(), *store.absolute().parents) if path.is_dir())
    size = sum(facts.st_size for _, facts in _files(store, "**/*"))
    return shutil.disk_usage(there).free, size + FREE_BYTES, there


def _disk(store: Path) -> Iterator[Ailment]:
    free, need, there = _room(store)
    if free < need:
        fault = f"{free // 2**20} MB are free, and a run needs about {-(-need // 2**20)}: a new index is built beside the old one"
        yield _ailment(str(there), fault, "make room on the disk")
    if store.is_dir():
        try:
            with tempfile.TemporaryFile(dir=store):
                pass
        except OSError as error:
            cure = "check who may write there; until then it can be read and searched, not changed"
            yield _ailment(str(store), f"nothing can be written ({error.strerror})", cure)


def _files(store: Path, names: str) -> Iterator[tuple[Path, os.stat_result]]:
    """Without those that another command removes just now."""
    for path in store.glob(names):
        with suppress(OSError):
            facts = path.stat()
            if stat.S_ISREG(facts.st_mode):
                yield path, facts


def _clock(store: Path) -> Iterator[Ailment]:
    dated = [(facts.st_mtime, path) for path, facts in _files(store, "*")]
    if dated and max(dated)[0] > time.time() + AHEAD_SECONDS:
        when = time.strftime("%Y-%m-%d", time.gmtime(max(dated)[0]))
        fault = f"is dated {when}, later than this machine's clock"
        yield _ailment(str(max(dated)[1]), fault, "set the clock; nothing is lost, since no decision rests on it")


def _ailment(place: str, fault: str, cure: str) -> Ailment:
    return Ailment(part="environment", place=place, fault=fault, cure=cure)
