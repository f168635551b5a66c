"""What is wrong with a workspace and what it stands on, and mending what can be: `survey doctor`.

Nothing is changed by looking; nothing of the user's own files is changed by mending. It works where :meth:`Workspace.open` does not.
"""

import os
import platform
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from survey import outputs
from survey.doctor import environment, surveys
from survey.durable import left_over, sweep
from survey.errors import (
    ModelError,
    NoLocks,
    StorageError,
    SurveyError,
    UnwritableLibrary,
    UsageError,
    WorkspaceBusy,
)
from survey.library import Library, files, mending
from survey.locking import held, writing
from survey.records import Ailment, Record
from survey.settings import ROLES, Settings, load_settings
from survey.workspace import Progress, Workspace

_NO_SETTINGS = "not looked at: the settings cannot be read"
_DONE = {"library": "removed", "index": "built anew", "outputs": "made anew, or removed"}
_REPAIR = "survey doctor --repair"


class Part(Record):
    """``found``: what was looked at, in a few words."""

    name: str
    found: str
    ailments: tuple[Ailment, ...] = ()


class Examined(Record):
    parts: tuple[Part, ...]
    mended: tuple[Ailment, ...] = ()
    """What :func:`repair` mended, ``cure`` saying how; ``parts`` then tell what is left."""

    @property
    def ailments(self) -> list[Ailment]:
        return [ailment for part in self.parts for ailment in part.ailments]


class Case(NamedTuple):
    """``flags``: settings that go before those of the workspace. ``settings`` are None where they cannot be read. ``offline``: no server
    is asked. ``written``: another process holds the lock."""

    root: Path
    flags: Mapping[str, Any]
    offline: bool
    settings: Settings | None
    fault: str = ""
    written: bool = False

    @property
    def store(self) -> Path:
        return self.root / "store"

    @property
    def library(self) -> Path:
        return self.store / "library.sqlite"

    @property
    def surveys(self) -> list[Path]:
        return sorted(path for path in (self.root / "outputs").glob("*") if path.is_dir())


def examine(root: Path, flags: Mapping[str, Any] | None = None, *, offline: bool = False, progress: Progress | None = None) -> Examined:
    """All parts in turn. What another process is writing is not looked at."""
    case = _case(root, flags or {}, offline)
    busy, lock = _lock(case)
    case = case._replace(written=busy)
    parts = []
    for name, look in LOOKS.items():
        idle = not busy or name in ("environment", "model", "library")
        parts.append(look(case) if idle else Part(name=name, found="not looked at while it is being written"))
        if progress:
            progress(name, 1, 1)
    return Examined(parts=(*parts, lock))


def repair(root: Path, flags: Mapping[str, Any] | None = None, *, offline: bool = False, progress: Progress | None = None) -> Examined:
    """Mends what can be mended from what is whole, and looks again. Raises :class:`WorkspaceBusy` and other :class:`StorageError`."""
    case = _case(root, flags or {}, offline)
    try:
        with writing(root, case.store) if case.store.is_dir() else nullcontext():
            pass  # who else writes is told before anything is looked at
    except NoLocks:
        return examine(root, flags, offline=offline, progress=progress)  # which says so; without a lock nothing is mended
    before = examine(root, flags, offline=offline)
    sick = {ailment.part for ailment in before.ailments if ailment.mendable}
    mended = _mend_library(case, progress) if "library" in sick else []
    if "index" in sick and _knows_index(case):
        with Workspace.open(root, settings=case.flags, progress=progress) as workspace:
            workspace.rebuild()
    if "outputs" in sick:
        _mend_outputs(case, progress)
    after = examine(root, flags, offline=offline, progress=progress)
    lost = tuple(ailment for ailment in mended if not ailment.mendable)
    mended = [ailment for ailment in mended if ailment.mendable]
    known = {(ailment.part, ailment.place) for ailment in (*after.ailments, *mended)}
    mended += [
        ailment.model_copy(update={"cure": _DONE[ailment.part]})
        for ailment in before.ailments
        if ailment.mendable and (ailment.part, ailment.place) not in known
    ]
    parts = tuple(_told(part, lost) for part in after.parts)
    return Examined(parts=parts, mended=tuple(mended))


def _told(part: Part, lost: tuple[Ailment, ...]) -> Part:
    """After mending: with what was lost of the library."""
    if part.name == "library":
        return part.model_copy(update={"ailments": (*lost, *part.ailments)})
    return part.model_copy(update={"ailments": tuple(map(_left, part.ailments))}) if part.name == "outputs" else part


def _left(ailment: Ailment) -> Ailment:
    """What was mendable, and could not be mended: the library, the program or settings are no longer what the survey was written with."""
    place = Path(ailment.place)
    folder = place if place.is_dir() else place.parent
    return ailment.model_copy(update={"cure": outputs.written_anew(folder), "mendable": False}) if ailment.mendable else ailment


def _case(root: Path, flags: Mapping[str, Any], offline: bool) -> Case:
    try:
        settings = load_settings(root, flags)
        for role in ROLES:
            settings.endpoint(role)  # a key that can be none
    except UsageError as error:
        return Case(root, flags, offline, None, str(error))
    return Case(root, flags, offline, settings)


def _lock(case: Case) -> tuple[bool, Part]:
    """Whether another process is writing, and who."""
    try:
        held(case.root, case.store)
        return False, Part(name="lock", found="free")
    except WorkspaceBusy as error:
        return True, Part(name="lock", found=f"held by process {error.pid}" if error.pid else "held by another process")
    except NoLocks as error:
        told, _, cure = str(error).removeprefix(f"{case.store}: ").partition(". ")
        return False, Part(name="lock", found="cannot be taken", ailments=(_ailment("lock", str(case.store), told, cure),))
    except UnwritableLibrary:
        return False, Part(name="lock", found="cannot be taken here")


# ------------------------------------------------------------ looking


def _environment(case: Case) -> Part:
    fault = [_ailment("environment", "settings", case.fault, "correct it: survey config show")] if case.fault else []
    shown = (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; packages, weights, disk, clock{environment.room(case.store)}"
    )
    return Part(name="environment", found=shown, ailments=(*fault, *environment.look(case.store)))


def _model(case: Case) -> Part:
    """One small request to each server that is named."""
    if case.settings is None:
        return Part(name="model", found=_NO_SETTINGS)
    endpoints = list(dict.fromkeys(endpoint for role in ROLES if (endpoint := case.settings.endpoint(role))))
    if not endpoints:
        return Part(name="model", found="embedded default, nothing to ask")
    if case.offline:
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


def _library(case: Case) -> Part:
    path = case.library
    if files.is_void(path) and not files.misled(path):
        return Part(name="library", found="none yet")
    fault = "was left by a process that was killed"
    left = [_ailment("library", str(file), fault, _REPAIR, mendable=True) for file in left_over(case.store)]
    try:
        found = mending.check(path, written=case.written)
        aside = [file.name for file in sorted(case.store.glob("library.damaged-*.sqlite"))]
        shown = f"{path}, row by row" + (f"; kept as it was when it was damaged: {', '.join(aside)}" if aside else "")
        return Part(name="library", found=shown, ailments=(*found, *(() if found else _unread(case)), *left))
    except StorageError as error:  # it is whole, and of a newer version or another program
        told, _, cure = str(error).removeprefix(f"{path}: ").partition(". ")
        return Part(name="library", found=str(path), ailments=(_ailment("library", str(path), told, cure), *left))


def _unread(case: Case) -> list[Ailment]:
    """Files that damage is to be mended from, and are not there."""
    with Library(case.library, reads=True) as library:
        places = {source: os.fsdecode(known.place) for source, known in library.known().items() if known.is_unread}
        gone = [source for source, place in places.items() if not place or not os.path.lexists(case.root / place)]
        left_out = {note.source for note in library.skipped_of(gone) if note.expected}  # as a README is, that never was a paper
        gone = [source for source in gone if source not in left_out or library.count_records([source])]
    fault, cure = "what it gave was damaged, and the file is not there to be read again", "put it back, then survey add it"
    if len(gone) > 1:
        fault, cure = fault.replace("it gave", "they gave").replace("file is", "files are"), "put them back, then survey add their folders"
    return [_ailment("library", place, fault, cure) for place in mending.grouped(gone, 1)]


def _knows_index(case: Case) -> bool:
    """Whether it can be said what the index should be: of one whose vectors a server makes, that server is asked."""
    return (
        case.library.exists()
        and not files.is_void(case.library)
        and not files.is_older(case.library)
        and case.settings is not None
        and not (case.offline and case.settings.endpoint("embed"))
    )


def _index(case: Case) -> Part:
    if files.is_older(case.library):
        return Part(name="index", found="not looked at: the library is of an older version")
    if files.misled(case.library):
        return Part(name="index", found="not looked at: the library is damaged")
    if not _knows_index(case):
        why = "none yet" if case.settings else _NO_SETTINGS
        return Part(name="index", found="not looked at: a server makes its vectors" if case.library.exists() and case.settings else why)
    try:
        with Workspace.open(case.root, settings=case.flags, reads=True) as workspace:
            return _looked_at(workspace.index.check())
    except SurveyError as error:
        return Part(name="index", found=f"not looked at: {error}")


def _looked_at(ailments: list[Ailment]) -> Part:
    """An index that is whole and of an earlier library, as a killed run leaves it, needs no mending."""
    from survey.index import OUTDATED  # is loaded by now

    shown = "every file, and every passage by its own vector"
    if [ailment.fault for ailment in ailments] == [OUTDATED]:
        return Part(name="index", found=f"{shown}; {OUTDATED}: the next run builds it anew")
    return Part(name="index", found=shown, ailments=tuple(ailments))


def _outputs(case: Case) -> Part:
    ailments = [ailment for folder in case.surveys for ailment in outputs.check(folder)]
    found = len(case.surveys)
    return Part(name="outputs", found=f"{found} survey{'s' * (found != 1)}", ailments=tuple({a.place: a for a in ailments}.values()))


def _mend_library(case: Case, progress: Progress | None) -> list[Ailment]:
    """What was wrong, and what became of it."""
    with writing(case.root, case.store):
        sweep(case.store)
        told = mending.mend(case.library)
    if case.settings:
        with Workspace.open(case.root, settings=case.flags, progress=progress) as workspace:
            told += workspace.mend()
    return told


def _mend_outputs(case: Case, progress: Progress | None) -> None:
    with writing(case.root, case.store):
        for folder in case.surveys:
            outputs.mend(folder)
        lacking = [folder for folder in case.surveys if outputs.lacking(folder)]
        if not lacking or not _knows_index(case):
            return
        with Workspace.open(case.root, settings=case.flags, progress=progress, locked=True) as workspace:
            for folder in lacking:
                surveys.restore(workspace, folder)


LOOKS: dict[str, Callable[[Case], Part]] = {
    "environment": _environment,
    "model": _model,
    "library": _library,
    "index": _index,
    "outputs": _outputs,
}


def _ailment(part: Any, place: str, fault: str, cure: str, *, mendable: bool = False) -> Ailment:
    return Ailment(part=part, place=place, fault=fault, cure=cure, mendable=mendable)
