"""What is wrong with a workspace and what it stands on, and mending what can be: `survey doctor`.

Nothing is changed by looking; nothing of the user's own files is changed by mending. It works where :meth:`Workspace.open` does not.
"""

import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from survey import outputs
from survey.embedding import MiniLM, StaticEmbedder
from survey.errors import (
    DamagedLibrary,
    DamagedPackage,
    ModelError,
    StorageError,
    SurveyError,
    UnwritableLibrary,
    UsageError,
    WorkspaceBusy,
)
from survey.library import Library
from survey.locking import writing
from survey.records import Ailment, Record
from survey.settings import ROLES, Settings, load_settings
from survey.workspace import Progress, Workspace

PYTHON, SQLITE = (3, 11), (3, 38)
"""The oldest that will do; from 3.38 on SQLite reads JSON."""
FREE_BYTES = 200 * 2**20
AHEAD_SECONDS = 86_400
"""A file dated so far ahead of the clock tells that one of the two is wrong. No decision rests on either."""
_REINSTALL = "install the program again: pip install --force-reinstall fishbone-survey"


class Part(Record):
    """``found``: what was looked at, in a few words."""

    name: str
    found: str
    ailments: tuple[Ailment, ...] = ()


class Examined(Record):
    parts: tuple[Part, ...]
    mended: tuple[Ailment, ...] = ()
    """What :func:`repair` mended; ``parts`` then tell what is left."""

    @property
    def ailments(self) -> list[Ailment]:
        return [ailment for part in self.parts for ailment in part.ailments]


def examine(root: Path, flags: Mapping[str, Any] | None = None, *, offline: bool = False, progress: Progress | None = None) -> Examined:
    """All parts in turn. ``flags``: settings that go before those of the workspace. ``offline``: no server is asked."""
    told = progress or (lambda what, done, total: None)
    settings, fault = _settings(root, flags)
    parts = [_environment(root, fault)]
    told("environment", 1, 1)
    parts.append(_model(settings, offline))
    told("model", 1, 1)
    with _held(root) as (lock, busy):
        parts.append(lock)
        for name, look in (("library", _library), ("index", _index), ("outputs", _outputs)):
            if busy and name != "library":
                parts.append(Part(name=name, found="not looked at: it is being written"))
            else:
                parts.append(look(root, settings, offline))
            told(name, 1, 1)
    return Examined(parts=tuple(parts))


def repair(root: Path, flags: Mapping[str, Any] | None = None, *, offline: bool = False, progress: Progress | None = None) -> Examined:
    """Mends what can be mended from what is whole, and looks again. Raises :class:`WorkspaceBusy` and other :class:`StorageError`."""
    before = examine(root, flags, offline=offline)
    sick = {ailment.part for ailment in before.ailments if ailment.mendable}
    settings, _ = _settings(root, flags)
    if "library" in sick:
        _mend_library(root, flags, progress)
    if sick & {"library", "index"} and settings and not (offline and settings.endpoint("embed")):
        with suppress(DamagedLibrary), Workspace.open(root, settings=flags, progress=progress) as workspace:
            workspace.rebuild()
    if "outputs" in sick:
        with writing(root, root / "store"):
            for folder in _surveys(root):
                outputs.mend(folder)
    after = examine(root, flags, offline=offline, progress=progress)
    left = {(ailment.part, ailment.place) for ailment in after.ailments}
    return Examined(parts=after.parts, mended=tuple(a for a in before.ailments if (a.part, a.place) not in left))


# ------------------------------------------------------------ environment


def _settings(root: Path, flags: Mapping[str, Any] | None) -> tuple[Settings | None, str]:
    """None, and why, where they cannot be read."""
    try:
        settings = load_settings(root, flags)
        for role in ROLES:
            settings.endpoint(role)  # a key that can be none
    except UsageError as error:
        return None, str(error)
    return settings, ""


def _environment(root: Path, fault: str) -> Part:
    found = [
        *([_ailment("environment", "settings", fault, "correct it; `survey config show` lists the settings")] if fault else []),
        *_python(),
        *_packages(),
        *_weights(),
        *_disk(root),
        *_clock(root / "store"),
    ]
    shown = f"Python {'.'.join(map(str, sys.version_info[:3]))}, SQLite {sqlite3.sqlite_version}"
    return Part(name="environment", found=f"{shown}, packages, weights, disk, clock", ailments=tuple(found))


def _python() -> Iterator[Ailment]:
    if sys.version_info < PYTHON:
        yield _ailment("environment", "Python", f"is {sys.version.split()[0]}", f"install {PYTHON[0]}.{PYTHON[1]} or later")
    if sqlite3.sqlite_version_info < SQLITE:
        cure = f"use a Python that brings {SQLITE[0]}.{SQLITE[1]} or later"
        yield _ailment("environment", "SQLite", f"is {sqlite3.sqlite_version}", cure)


def _packages() -> Iterator[Ailment]:
    """Those that the program asks for, and those of an extra that are there."""
    try:
        wanted = requires("fishbone-survey") or []
    except PackageNotFoundError:
        return  # run from its folder, where nothing says what it needs
    for line in wanted:
        requirement, _, marker = line.partition(";")
        name = re.split(r"[\s\[<>=!~(]", requirement.strip(), maxsplit=1)[0]
        bounds = re.findall(r"(==|>=|<=|<|>)\s*([\w.]+)", requirement)
        try:
            there = version(name)
        except PackageNotFoundError:
            if "extra" not in marker:
                yield _ailment("environment", name, "is not installed", _REINSTALL)
            continue
        if not all(_within(there, how, bound) for how, bound in bounds):
            asked = ",".join(how + bound for how, bound in bounds)
            yield _ailment("environment", name, f"is {there}, and {asked} is needed", f'pip install "{name}{asked}"')


def _within(there: str, how: str, bound: str) -> bool:
    one, other = _release(there), _release(bound)
    length = max(len(one), len(other))
    one, other = (release + (0,) * (length - len(release)) for release in (one, other))
    return {"==": there == bound or one == other, ">=": one >= other, "<=": one <= other, "<": one < other, ">": one > other}[how]


def _release(text: str) -> tuple[int, ...]:
    """The numbers at the beginning of a version: what stands behind them, as in 1.0rc1 or 0.4.0.post1, is left out."""
    found = re.match(r"\d+(\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found else ()


def _weights() -> Iterator[Ailment]:
    for file in (StaticEmbedder.WEIGHTS, StaticEmbedder.TOKENIZER, MiniLM.WEIGHTS, MiniLM.TOKENIZER):
        try:
            file.read()
        except DamagedPackage as error:
            yield _ailment("environment", f"{file.package}/{file.name}", str(error).partition(": ")[2].split(". ")[0], _REINSTALL)


def _disk(root: Path) -> Iterator[Ailment]:
    store = root / "store"
    there = next(path for path in (store, root, *root.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    size = sum(path.stat().st_size for path in store.glob("index-*/**/*") if path.is_file())
    if free < FREE_BYTES + size:
        need = f"{(FREE_BYTES + size) // 2**20} MB are wanted: a new index is built beside the old one"
        yield _ailment("environment", str(there), f"{free // 2**20} MB are free; {need}", "make room on the disk")
    if store.is_dir():
        try:
            with tempfile.TemporaryFile(dir=store):
                pass
        except OSError as error:
            cure = "check who may write there; until then it can be read and searched, not changed"
            yield _ailment("environment", str(store), f"nothing can be written ({error.strerror})", cure)


def _clock(store: Path) -> Iterator[Ailment]:
    dated = [(path.stat().st_mtime, path) for path in store.glob("*") if path.is_file()]
    if dated and max(dated)[0] > time.time() + AHEAD_SECONDS:
        when = time.strftime("%Y-%m-%d", time.gmtime(max(dated)[0]))
        fault = f"is dated {when}, later than this machine's clock"
        yield _ailment("environment", str(max(dated)[1]), fault, "set the clock; nothing is lost, since no decision rests on it")


# ------------------------------------------------------------ the model


def _model(settings: Settings | None, offline: bool) -> Part:
    """One small request to each server that is named."""
    endpoints = {e: role for role in reversed(ROLES) if settings and (e := settings.endpoint(role))}
    if not endpoints:
        return Part(name="model", found="embedded default, nothing to ask" if settings else "not looked at: the settings cannot be read")
    if offline:
        return Part(name="model", found=f"{', '.join(f'{e.model} at {e.host}' for e in endpoints)}: not asked (--offline)")
    from survey.models.presence import REQUEST, presence  # openai takes seconds

    told, ailments = [], []
    for endpoint in endpoints:
        name = f"{endpoint.model} at {endpoint.host}"
        try:
            told.append(f"{name}: {presence(endpoint)} (asked: {REQUEST})")
        except ModelError as error:
            told.append(f"{name}: asked {REQUEST}")
            fault, _, cure = str(error).partition(". ")
            ailments.append(_ailment("model", name, fault.removeprefix(f"{name}, asked for doctor: "), cure))
    return Part(name="model", found="; ".join(told), ailments=tuple(ailments))


# ------------------------------------------------------------ the workspace


@contextmanager
def _held(root: Path) -> Iterator[tuple[Part, bool]]:
    """The lock, held while the workspace is looked at where that can be; and whether another process holds it."""
    store = root / "store"
    if not store.is_dir():
        yield Part(name="lock", found="free"), False
        return
    try:
        holding = writing(root, store)
        holding.__enter__()
    except WorkspaceBusy as error:
        yield Part(name="lock", found=f"held by process {error.pid}" if error.pid else "held by another process"), True
        return
    except UnwritableLibrary:
        yield Part(name="lock", found="cannot be taken here"), False
        return
    try:
        yield Part(name="lock", found="free"), False
    finally:
        holding.__exit__(None, None, None)


def _library(root: Path, settings: Settings | None, offline: bool) -> Part:
    path = root / "store" / "library.sqlite"
    if not path.exists():
        return Part(name="library", found="none yet")
    try:
        with Library(path) as library:
            ailments = tuple(library.check())
            return Part(name="library", found=f"{len(library.keys())} papers: {path}", ailments=ailments)
    except StorageError as error:
        fault, _, cure = str(error).removeprefix(f"{path}: ").partition(". ")
        mendable = type(error) is DamagedLibrary
        ailment = Ailment(
            part="library", place=str(path), fault=fault, cure="survey doctor --repair" if mendable else cure, mendable=mendable
        )
        return Part(name="library", found=str(path), ailments=(ailment,))


def _index(root: Path, settings: Settings | None, offline: bool) -> Part:
    if not (root / "store" / "library.sqlite").exists():
        return Part(name="index", found="none yet")
    if settings is None or (offline and settings.endpoint("embed")):
        return Part(
            name="index", found="not looked at: it is made by a server" if settings else "not looked at: the settings cannot be read"
        )
    try:
        with Workspace.open(root, settings=settings.model_dump(exclude_defaults=True)) as workspace:
            passages = len(workspace.library.passage_digests())
            return Part(name="index", found=f"{passages} passages, each by its own vector", ailments=tuple(workspace.index.check()))
    except SurveyError as error:
        return Part(name="index", found=f"not looked at: {error}")


def _outputs(root: Path, settings: Settings | None, offline: bool) -> Part:
    folders = _surveys(root)
    ailments = [ailment for folder in folders for ailment in outputs.check(folder)]
    return Part(name="outputs", found=f"{len(folders)} surveys", ailments=tuple(ailments))


def _surveys(root: Path) -> list[Path]:
    return sorted(path for path in (root / "outputs").glob("*") if path.is_dir())


def _ailment(part: Any, place: str, fault: str, cure: str) -> Ailment:
    return Ailment(part=part, place=place, fault=fault, cure=cure)
