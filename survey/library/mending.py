"""What is wrong with a library, and mending it from what is whole.

What can be made again is removed. A paper whose rows are damaged is removed too, and made again from its records; of records that are
damaged the file is noted as unread, and read again. A library that SQLite itself cannot read is put aside, never deleted, and what can be
read of it is written anew.
"""

import json
import os
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence, Set
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from survey.durable import beside_of, sync_folder
from survey.errors import DamagedLibrary, WorkspaceBusy
from survey.library import NAMED, Library
from survey.library.erasing import ERASING
from survey.library.files import alone_with, is_older, is_void, misled, state
from survey.library.marks import marks_of
from survey.library.salvaging import log_of, salvage
from survey.library.schema import (
    KINDS,
    MADE_OF_PAPERS,
    MERGING,
    SPLITTING,
    TALLIED,
    bring_up,
    seal,
    tally,
)
from survey.records import Ailment, Notice, Paper, Passage, Skipped, Statement

CURE = "survey doctor --repair"
_OF_A_SOURCE = ("records", "skipped", "notices")
_OF_A_PAPER = ("papers", "texts", "sentences", "passages")
_UNFORGOTTEN = "papers that were forgotten may still lie in its pages, and beside it"
_NOT_AGAIN = ("decisions", "talks", "turns", "forgotten")
_UNKNOWN = -1
_MOST = 20
"""Faults told of one sort."""

_PARSED: dict[str, Callable[[str], object]] = {
    "records": Paper.model_validate_json,
    "skipped": Skipped.model_validate_json,
    "notices": Notice.model_validate_json,
    "papers": Paper.model_validate_json,
    "passages": Passage.model_validate_json,
    "turns": json.loads,  # an older answer is kept in its own form
    "sources": json.loads,
    "sentences": json.loads,
}


class _Scan(NamedTuple):
    """Of a table: the rows that are whole, as key and values; the keys of the others; whether the tally is right, or (``miscounted``)
    one of its two numbers is damaged, as the other tells."""

    whole: list[tuple[Any, ...]]
    damaged: list[tuple[Any, ...]]
    tallied: bool
    miscounted: bool


def check(path: Path, *, written: bool = False) -> list[Ailment]:
    """Of the library at ``path``, also of one that cannot be opened. One of an older version is left as it is. While it is being
    ``written``, its pages are left to SQLite. Raises what is no damage: a newer version, another's database."""
    if is_older(path):
        return [_ailment(str(path), "is of an older version of the program: it is brought up by the next command, and a copy is kept")]
    if not written and (fault := misled(path)):
        return [_ailment(str(path), fault)]
    try:
        with Library(path, reads=True) as library:
            return ailments(library)
    except DamagedLibrary as error:
        return [_ailment(str(path), str(error).removeprefix(f"{path}: ").partition(". ")[0])]


def mend(path: Path) -> list[Ailment]:
    """Mends the library at ``path``; returns what was wrong, ``cure`` saying what became of it. The workspace must be locked. Raises
    :class:`WorkspaceBusy` where the file must be replaced, and another process has it open (as `survey chat`).

    Files that are to be read again are ``Library.unread_sources()`` afterwards."""
    fault = misled(path)
    try:
        if not fault:
            with Library(path) as library:
                if _pages(library) is None:
                    return _mended(library)
    except (DamagedLibrary, sqlite3.Error, UnicodeEncodeError):  # the last: a key that is no text any longer, and cannot be asked for
        pass
    void = is_void(path)
    aside, missing = _salvaged(path)
    with Library(path) as library:
        lost = _lost(path, library, missing)
        told = _mended(library, {*missing})
    again = _counted({kind: number for kind, number in missing.items() if kind not in (*_NOT_AGAIN, "sources") and number > 0})
    kept = "what was whole of it was written anew" if missing else "its rows were written anew, and no paper, decision or talk is missing"
    kept += f", what was not is made or read again ({again})" if again else ""
    kept += "; vectors and results that were lost are made again, replies of a model asked for again"
    became = "begun anew, empty" if void else f"{kept}; as it was it is {aside.name}"
    return [_ailment(str(path), fault or "was damaged in its pages", became), *told, *lost]


def ailments(library: Library) -> list[Ailment]:
    place = str(library.path)
    fault = _pages(library)
    if fault is not None:
        return [_ailment(place, fault)]
    found: list[Ailment] = []
    if library.count(ERASING):
        found.append(_ailment(place, _UNFORGOTTEN))
    scans = _scans(library)
    for kind, scan in scans.items():
        called = KINDS[kind].called
        found += [_ailment(f"{called} {_named(key)}", "is not as it was written") for key in scan.damaged[:_MOST]]
        if len(scan.damaged) > _MOST:
            found.append(_ailment(place, f"{len(scan.damaged) - _MOST} more rows of the kind “{called}” are not as they were written"))
        if scan.miscounted:
            found.append(_ailment(place, f"how many rows of the kind “{called}” there are is not as it was written"))
        elif not scan.tallied and not scan.damaged:
            found.append(_ailment(place, f"a {called} is missing, or there twice"))
    found += [_ailment(f"@{key}", fault) for key, fault in _unsound(scans).items()]
    found += [_ailment(place, "gave something, and is not known to have been read") for place in grouped(sorted(_orphans(scans)))]
    found += [_ailment(f"talk {talk}", "has lost a turn, or its beginning") for talk in sorted(_broken_talks(scans))]
    return found


def _pages(library: Library) -> str | None:
    """What SQLite finds wrong with the file, or what is not ours in its tables; None if nothing is."""
    try:
        with library._reading() as db:
            said = [str(row[0]) for row in db.execute("PRAGMA integrity_check(3)")]
            if said != ["ok"]:
                return f"SQLite finds: {'; '.join(said)[:200]}"
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as empty:
                bring_up(empty, 0)
                if _tables(db) != _tables(empty):
                    return "its tables are not those of a library"
            for kind in TALLIED:
                if db.execute("SELECT COUNT(*) FROM tallies WHERE kind = ?", (kind,)).fetchone() != (1,):
                    return "its tallies are not whole"
    except (DamagedLibrary, sqlite3.Error) as error:
        return f"SQLite says: {error}"[:200]
    return None


def _tables(db: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return sorted(db.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"))


def _scans(library: Library) -> dict[str, _Scan]:
    with library._reading() as db:
        return {kind: _scan(db, kind) for kind in KINDS}


def _scan(db: sqlite3.Connection, kind: str) -> _Scan:
    keys, columns = KINDS[kind].keys, KINDS[kind].columns
    whole, damaged, seals = [], [], []
    for mark, *row in db.execute(f"SELECT seal, {', '.join(columns)} FROM {kind} ORDER BY {', '.join(keys)}"):
        if mark == seal(kind, *row) and _parses(kind, row):
            whole.append(tuple(row))
        else:
            damaged.append(tuple(row[: len(keys)]))
        seals.append(mark)
    told = db.execute("SELECT rows, seals FROM tallies WHERE kind = ?", (kind,)).fetchone()
    now = tally(seals)
    tallied = kind not in TALLIED or told == now
    return _Scan(whole, damaged, tallied, not tallied and not damaged and (told[0] == now[0] or told[1] == now[1]))


def _parses(kind: str, row: list[Any]) -> bool:
    try:
        if kind in _PARSED:
            _PARSED[kind](row[-1])
        if kind == "results" and row[0] == MADE_OF_PAPERS:
            for statement in json.loads(row[-1])["statements"]:
                Statement.model_validate(statement)
    except (ValueError, TypeError, KeyError):
        return False
    return True


def _unsound(scans: dict[str, _Scan]) -> dict[str, str]:
    """Citekey → what of the paper does not fit together, although each row is as it was written; or is missing."""
    rows: dict[str, dict[str, list[tuple[Any, ...]]]] = defaultdict(lambda: defaultdict(list))
    for kind in _OF_A_PAPER:
        for row in scans[kind].whole:
            rows[row[0]][kind].append(row)
    damaged = {key[0] for kind in _OF_A_PAPER for key in scans[kind].damaged}
    found = {}
    for key, own in rows.items():
        if key in damaged:
            continue
        lost = [KINDS[kind].called for kind in ("papers", "texts", "sentences") if len(own[kind]) != 1]
        fault = f"has no {' and no '.join(lost)}" if lost else _misplaced(own)
        if fault:
            found[key] = fault
    return found


def _misplaced(own: dict[str, list[tuple[Any, ...]]]) -> str:
    text = own["texts"][0][1]
    spans = json.loads(own["sentences"][0][1])
    if len(spans) % 2 or any(not 0 <= start <= end <= len(text) for start, end in zip(spans[::2], spans[1::2], strict=True)):
        return "has sentences beyond its text"
    for key, number, row in own["passages"]:
        passage = Passage.model_validate_json(row)
        if passage.id != f"{key}/{number}" or passage.text != text[passage.start : passage.end]:
            return f"does not hold its passage {number} where that is said to stand"
    if [row[1] for row in own["passages"]] != [*range(len(own["passages"]))]:
        return "has lost a passage"
    return ""


def _orphans(scans: dict[str, _Scan]) -> set[str]:
    """Sources that gave something and are not known."""
    return {row[0] for kind in _OF_A_SOURCE for row in scans[kind].whole} - {row[0] for row in scans["sources"].whole}


def _broken_talks(scans: dict[str, _Scan]) -> set[int]:
    numbers: dict[int, list[int]] = defaultdict(list)
    for talk, number, _ in scans["turns"].whole:
        numbers[talk].append(number)
    known = {row[0] for row in scans["talks"].whole}
    return {talk for talk, found in numbers.items() if talk not in known or found != [*range(len(found))]}


# ------------------------------------------------------------ mending


def _mended(library: Library, missing: Set[str] = frozenset()) -> list[Ailment]:
    """Mends rows, in one transaction; the pages are whole. ``missing``: kinds of which rows are known to be."""
    told = [ailment for ailment in ailments(library) if ailment.fault != _UNFORGOTTEN]  # which Workspace.mend sees to, in the whole store
    if not told and not missing:
        return []
    with library.transaction():
        scans = _scans(library)
        for kind, scan in scans.items():
            library.drop_rows(kind, scan.damaged)
        lost = {kind for kind, scan in scans.items() if not (scan.tallied or scan.miscounted) or scan.damaged} | missing
        _papers_again(library, scans, lost)
        _sources_again(library, scans, lost)
        _talks_again(library, scans)
        for kind in TALLIED:
            library.tally_anew(kind)
    return [*map(_became, told)]


def _papers_again(library: Library, scans: dict[str, _Scan], lost: set[str]) -> None:
    """What is left of a damaged paper goes, so that merging makes it anew from its records."""
    keys = {key[0] for kind in _OF_A_PAPER for key in scans[kind].damaged} | _unsound(scans).keys()
    library.drop_papers(keys)
    if keys or lost & {*_OF_A_PAPER}:
        library.drop_rows("results", [key for key in library.row_keys("results") if key[0] in (SPLITTING, MERGING)])


def _sources_again(library: Library, scans: dict[str, _Scan], lost: set[str]) -> None:
    """Files of which something is damaged are read again; if it cannot be told of which something is missing, all are."""
    again = _orphans(scans) | {key[0] for kind in _OF_A_SOURCE for key in scans[kind].damaged}
    known = {row[0] for row in scans["sources"].whole}
    if not again <= known | _orphans(scans) or any(kind in lost and not scans[kind].damaged for kind in ("sources", *_OF_A_SOURCE)):
        again |= known
    for source in again & known:
        library.unread(source)
    read = {row[0] for kind in ("records", "notices") for row in scans[kind].whole}
    rows = ((source, NAMED if source in read else "", os.fsencode(source), "{}") for source in sorted(_orphans(scans)))
    library.put_rows("sources", rows)


def _talks_again(library: Library, scans: dict[str, _Scan]) -> None:
    """The turns of a talk that lost one close up; one that lost its beginning begins with what is left, bounded to nothing."""
    for talk in _broken_talks(scans):
        turns = [row[2] for row in scans["turns"].whole if row[0] == talk]
        began = next((row for row in scans["talks"].whole if row[0] == talk), (talk, "", "{}"))
        library.drop_rows("turns", [row[:2] for row in scans["turns"].whole if row[0] == talk])
        library.drop_rows("talks", [(talk,)])
        library.put_rows("talks", [began])
        library.put_rows("turns", ((talk, n, answer) for n, answer in enumerate(turns)))


def _became(ailment: Ailment) -> Ailment:
    """What became of what was damaged, for the user; what cannot be made again is not mended."""
    if any(ailment.place.startswith(KINDS[kind].called) or f"a {KINDS[kind].called} is" in ailment.fault for kind in _NOT_AGAIN):
        return ailment.model_copy(update={"cure": "removed; it cannot be made again", "mendable": False})
    counted = ailment.fault.startswith("how many")
    return ailment.model_copy(update={"cure": "counted anew" if counted else "removed, to be made or read again"})


def _lost(path: Path, library: Library, missing: dict[str, int]) -> list[Ailment]:
    """What is missing of a library that was written anew, and is not made or read again of itself."""
    gone = {kind: missing[kind] for kind in (*_NOT_AGAIN, "sources") if kind in missing}
    if gone.get("sources", 0) > 0:
        gone["sources"] -= len(_orphans(_scans(library)))  # which are known by what they gave, and read again
    known = _counted({kind: number for kind, number in gone.items() if number > 0})
    unknown = [f"“{KINDS[kind].called}”" for kind, number in gone.items() if number == _UNKNOWN]
    cure = " and ".join(
        [
            *(["survey add the folders of your papers again"] if gone.get("sources") else []),
            *(["what you decided, asked or had forgotten cannot be made again"] if {*gone} & {*_NOT_AGAIN} else []),
        ]
    )
    told = [f"has lost rows: {known}"] if known else []
    told += [f"may have lost rows, which cannot be told, of the kinds {', '.join(unknown)}"] if unknown else []
    return [Ailment(part="library", place=str(path), fault=fault, cure=cure, mendable=False) for fault in told]


def _counted(rows: dict[str, int]) -> str:
    return ", ".join(f"{number} of the kind “{KINDS[kind].called}”" for kind, number in rows.items())


def _salvaged(path: Path) -> tuple[Path, dict[str, int]]:
    """Keeps the file aside, and writes the rows that are whole into a new one, which takes its place at one stroke: at any moment a library
    is there. Returns where the old one lies, and of which kinds how many rows are missing, see :func:`_missing`."""
    path.touch()
    before = state(path)
    aside = _aside(path)
    beside = beside_of(path.parent)
    with closing(sqlite3.connect(beside, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")  # it counts once it is in its place
        db.execute("BEGIN")
        bring_up(db, 0)
        missing = _refilled(db, path)
        db.execute("COMMIT")
    try:
        with alone_with(path):
            if state(path) != before:  # a turn of a talk, which needs no lock of the workspace
                raise WorkspaceBusy(path)
            _replaced(path, beside, aside)
    except WorkspaceBusy:
        beside.unlink()
        raise
    return aside, missing


def _replaced(path: Path, beside: Path, aside: Path) -> None:
    log = log_of(path)  # is there if SQLite could not even end it
    if log.exists():
        _keep(log, aside.with_name(f"{aside.name}-wal"))
    if log.exists() or path.stat().st_size:
        _keep(path, aside)
    sync_folder(path.parent)
    for end in ("-wal", "-shm"):  # of the old file: SQLite would take it for the new one's
        path.with_name(path.name + end).unlink(missing_ok=True)
    beside.replace(path)
    sync_folder(path.parent)


def _refilled(db: sqlite3.Connection, path: Path) -> dict[str, int]:
    """Puts into an empty library what is whole of the one at ``path``; returns of which kinds how many rows are missing.

    Doubtful rows may have been deleted: they are taken if as many are missing, and none of a paper that was forgotten ever is."""
    doubtful: dict[str, dict[tuple[Any, ...], None]] = defaultdict(dict)
    tallies: dict[str, tuple[int, int]] = {}
    erasing = False
    for kind, row, sure in salvage(path):
        if kind == "tallies":
            if sure or row[0] not in tallies:
                tallies[row[0]] = row[1:]
        elif kind == "counters":
            erasing = erasing or (row[0] == ERASING and bool(row[1]))
        elif sure:
            _insert(db, kind, row)
        else:
            doubtful[kind][row] = None
    if erasing:
        db.execute("INSERT INTO counters VALUES (?, 1)", (ERASING,))
    for kind, rows in doubtful.items():
        new = [row for row in rows if not _has(db, kind, row)]
        wanted = _missing(db, tallies, [kind]).get(kind, 0)
        if not erasing if KINDS[kind].again else wanted == _UNKNOWN or wanted >= len(new):
            for row in new:
                _insert(db, kind, row)
    _leave_forgotten(db)
    return _missing(db, tallies)


def _missing(db: sqlite3.Connection, tallies: dict[str, tuple[int, int]], kinds: Sequence[str] = TALLIED) -> dict[str, int]:
    """Kinds of which rows are missing → how many, or ``_UNKNOWN``. Where the number was damaged and the seals agree, none is."""
    found = {}
    for kind in kinds:
        number, seals = tally(row[0] for row in db.execute(f"SELECT seal FROM {kind}"))
        told = tallies.get(kind, (-1, ~seals))
        if told[1] != seals and told[0] != number:
            found[kind] = told[0] - number if told[0] > number else _UNKNOWN
    return found


def _insert(db: sqlite3.Connection, kind: str, row: tuple[Any, ...]) -> None:
    columns = (*KINDS[kind].columns, "seal")
    db.execute(f"INSERT OR IGNORE INTO {kind} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", row)


def _has(db: sqlite3.Connection, kind: str, row: tuple[Any, ...]) -> bool:
    keys = KINDS[kind].keys
    where = " AND ".join(f"{key} = ?" for key in keys)
    return db.execute(f"SELECT 1 FROM {kind} WHERE {where}", row[: len(keys)]).fetchone() is not None


def _leave_forgotten(db: sqlite3.Connection) -> None:
    """A forgotten paper's rows may have lain in pages that were freed."""
    forgotten = dict(db.execute("SELECT mark, name FROM forgotten"))
    if not forgotten:
        return
    for kind in ("records", "papers"):
        for *key, row in db.execute(f"SELECT {', '.join(KINDS[kind].columns)} FROM {kind}").fetchall():
            if _parses(kind, [*key, row]) and not marks_of(Paper.model_validate_json(row)).isdisjoint(forgotten):
                db.execute(f"DELETE FROM {kind} WHERE {' AND '.join(f'{name} = ?' for name in KINDS[kind].keys)}", key)


def _keep(path: Path, aside: Path) -> None:
    """The file under a second name, whole; where a disk knows no such thing, as a copy."""
    try:
        os.link(path, aside)
    except OSError:
        beside = beside_of(path.parent)
        shutil.copyfile(path, beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(aside)


def _aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    return aside


def grouped(places: Sequence[str], most: int = 3) -> list[str]:
    """For one line, where there are many."""
    return [*places] if len(places) <= most else [f"{', '.join(places[:most])} and {len(places) - most} more"]


def _named(key: tuple[Any, ...]) -> str:
    return " ".join(str(part).encode("ascii", "replace").decode() for part in key)[:100]


def _ailment(place: str, fault: str, cure: str = CURE) -> Ailment:
    return Ailment(part="library", place=place, fault=fault, cure=cure, mendable=True)
