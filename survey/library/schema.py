"""The tables of the library, what seals their rows, and what brings the file of an older version up to this one.

Every row carries a seal: 64 bits of BLAKE2b over the table's name, its key and its values, so that a byte that was changed is found, and so
is a row that stands under another's key. What cannot be made again is tallied besides, by triggers: how many rows a table has, and all
their seals in one; so is found a row that is gone, or there twice.
"""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from survey.durable import beside_of, sync_folder

VERSION = 5
"""Stands in ``PRAGMA user_version``; raise it with every change of ``TABLES``, and add what brings older files up to ``CHANGES``."""

APPLICATION_ID = 0x46_53_55_52
"""Stands in ``PRAGMA application_id`` ("FSUR"), so that somebody else's database is never taken for a library."""


FORM = "form"
"""A counter that says the version once more, so that it is told whether the head of the file was damaged, or is of another version."""


class Kind(NamedTuple):
    """A table: the columns of its key, and those of its values, which are sealed together. ``again``: a row can be made again, so that one
    that is damaged is as good as none. ``called``: what its rows are called."""

    keys: tuple[str, ...]
    values: tuple[str, ...]
    called: str
    again: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.keys, *self.values)


KINDS = {
    "sources": Kind(("path",), ("digest", "place", "beside"), "file that was read"),
    "records": Kind(("source", "number"), ("paper",), "record"),
    "skipped": Kind(("source", "number"), ("skipped",), "note of what was not read"),
    "notices": Kind(("source", "number"), ("doi", "pmid", "title", "notice"), "notice of retraction"),
    "decisions": Kind(("one", "other"), ("together",), "decision on two records"),
    "papers": Kind(("key",), ("paper",), "paper"),
    "texts": Kind(("key",), ("text",), "text of a paper"),
    "sentences": Kind(("key",), ("spans",), "list of sentences"),
    "passages": Kind(("key", "number"), ("passage",), "passage"),
    "vectors": Kind(("embedder", "digest"), ("vector",), "vector", again=True),
    "results": Kind(("stage", "key"), ("value",), "result of a stage", again=True),
    "replies": Kind(("key",), ("task", "reply", "about"), "reply of a model", again=True),
    "talks": Kind(("id",), ("time", "scope"), "talk"),
    "turns": Kind(("talk", "number"), ("answer",), "turn of a talk"),
    "forgotten": Kind(("mark",), ("name",), "mark of a forgotten paper"),
}

FORMER, SPLITTING, MERGING, MADE_OF_PAPERS = "former key", "splitting", "merging", "statements of a paper"
LASTING = frozenset({SPLITTING, MERGING, FORMER, "dialects of servers", "dimensions of embedders"})
"""Results that are of no stage: small, made of no text, and not to be had again for nothing."""

TABLES = """
CREATE TABLE sources (path TEXT PRIMARY KEY, seal INTEGER NOT NULL, digest TEXT NOT NULL, place BLOB NOT NULL, beside TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (source TEXT, number INTEGER, seal INTEGER NOT NULL, paper TEXT NOT NULL, PRIMARY KEY (source, number));
CREATE TABLE skipped (source TEXT, number INTEGER, seal INTEGER NOT NULL, skipped TEXT NOT NULL, PRIMARY KEY (source, number));
CREATE TABLE notices (source TEXT, number INTEGER, seal INTEGER NOT NULL, doi TEXT, pmid TEXT, title TEXT, notice TEXT NOT NULL, PRIMARY KEY (source, number));
CREATE TABLE decisions (one TEXT, other TEXT, seal INTEGER NOT NULL, together INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE papers (key TEXT PRIMARY KEY, seal INTEGER NOT NULL, paper TEXT NOT NULL);
CREATE TABLE texts (key TEXT PRIMARY KEY, seal INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE sentences (key TEXT PRIMARY KEY, seal INTEGER NOT NULL, spans TEXT NOT NULL);
CREATE TABLE passages (key TEXT, number INTEGER, seal INTEGER NOT NULL, passage TEXT NOT NULL, PRIMARY KEY (key, number));
CREATE TABLE vectors (embedder TEXT, digest TEXT, seal INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (embedder, digest));
CREATE TABLE results (stage TEXT, key TEXT, seal INTEGER NOT NULL, value TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (stage, key));
CREATE TABLE replies (key TEXT PRIMARY KEY, seal INTEGER NOT NULL, task TEXT NOT NULL, reply TEXT NOT NULL, about TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE talks (id INTEGER PRIMARY KEY AUTOINCREMENT, seal INTEGER NOT NULL, time TEXT NOT NULL, scope TEXT NOT NULL);
CREATE TABLE turns (talk INTEGER, number INTEGER, seal INTEGER NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (talk, number));
CREATE TABLE forgotten (mark TEXT PRIMARY KEY, seal INTEGER NOT NULL, name TEXT NOT NULL);
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE tallies (kind TEXT PRIMARY KEY, rows INTEGER NOT NULL, seals INTEGER NOT NULL);
"""  # noqa: E501 - a table a line

# What every change of a row does to the tally of its table; "(a | b) & ~(a & b)" is the exclusive or, which SQLite lacks.
_MIXED = "(seals | {0}.seal) & ~(seals & {0}.seal)"
TALLIED = tuple(name for name, kind in KINDS.items() if not kind.again)
_TALLIES = [
    statement
    for name in TALLIED
    for statement in (
        f"INSERT INTO tallies VALUES ('{name}', 0, 0)",
        f"CREATE TRIGGER {name}_in AFTER INSERT ON {name} BEGIN "
        f"UPDATE tallies SET rows = rows + 1, seals = {_MIXED.format('NEW')} WHERE kind = '{name}'; END",
        f"CREATE TRIGGER {name}_out AFTER DELETE ON {name} BEGIN "
        f"UPDATE tallies SET rows = rows - 1, seals = {_MIXED.format('OLD')} WHERE kind = '{name}'; END",
    )
]


def _statements(script: str) -> list[str]:
    return [statement.strip() for statement in script.split(";") if statement.strip()]


SCHEMA = [*_statements(TABLES), *_TALLIES]
"""What makes an empty library; nothing is ever updated in place in a tallied table, for which there is no trigger."""

_NOTICES = """
CREATE TABLE notices (source TEXT, number INTEGER, doi TEXT, pmid TEXT, title TEXT, notice TEXT NOT NULL, PRIMARY KEY (source, number));
CREATE INDEX notices_doi ON notices (doi);
CREATE INDEX notices_pmid ON notices (pmid);
CREATE INDEX notices_title ON notices (title);
ALTER TABLE sources ADD COLUMN place BLOB NOT NULL DEFAULT x'';
ALTER TABLE sources ADD COLUMN beside TEXT NOT NULL DEFAULT '{}';
CREATE TABLE decisions (one TEXT, other TEXT, together INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
"""
_TALKS = """
CREATE TABLE talks (id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, scope TEXT NOT NULL);
CREATE TABLE turns (talk INTEGER, number INTEGER, answer TEXT NOT NULL, PRIMARY KEY (talk, number)) WITHOUT ROWID;
"""
_BEFORE_SEALS = (
    *("sources", "records", "skipped", "notices", "decisions", "papers", "sentences", "passages", "vectors", "results", "replies"),
    *("talks", "turns"),
)
_MOVED = {
    "papers": "SELECT key, seal('papers', key, paper), paper FROM old_papers",
    "texts": "SELECT key, seal('texts', key, text), text FROM old_papers",
    "sentences": "SELECT key, seal('sentences', key, spans), spans FROM (SELECT key, '[' || coalesce((SELECT group_concat(place) FROM "
    "(SELECT start || ',' || end AS place FROM old_sentences s WHERE s.key = p.key ORDER BY number)), '') || ']' AS spans "
    "FROM old_papers p)",
    "replies": "SELECT key, seal('replies', key, task, reply, ''), task, reply, '', 0 FROM old_replies",
    "results": "SELECT stage, key, seal('results', stage, key, value), value, 0 FROM old_results",
}
"""Into the tables that are not made as they were."""


def _moved(name: str) -> str:
    keys, columns = ", ".join(KINDS[name].keys), ", ".join(KINDS[name].columns)
    values = ", ".join(KINDS[name].values)
    return f"INSERT INTO {name} {_MOVED.get(name) or f'''SELECT {keys}, seal('{name}', {columns}), {values} FROM old_{name}'''}"


CHANGES = {
    2: ["CREATE TABLE replies (key TEXT PRIMARY KEY, task TEXT NOT NULL, reply TEXT NOT NULL) WITHOUT ROWID"],
    3: _statements(_NOTICES),
    4: _statements(_TALKS),
    5: [
        *(f"DROP INDEX notices_{column}" for column in ("doi", "pmid", "title")),
        *(f"ALTER TABLE {name} RENAME TO old_{name}" for name in _BEFORE_SEALS),
        *SCHEMA,
        *(_moved(name) for name in (*_BEFORE_SEALS, "texts")),
        *(f"DROP TABLE old_{name}" for name in _BEFORE_SEALS),
    ],
}
"""What brings a library to each version from the one before."""


def seal(kind: str, *values: object) -> int:
    """Of a row of the table ``kind``: its key and its values."""
    parts = [kind.encode()]
    for value in values:
        if isinstance(value, str):
            data = value.encode("utf-8", "surrogateescape")
            parts += (b"\0s%d\0" % len(data), data)
        elif isinstance(value, bytes):
            parts += (b"\0b%d\0" % len(value), value)
        else:
            parts.append(b"\0n%s" % str(value).encode())
    return int.from_bytes(blake2b(b"".join(parts), digest_size=8).digest(), "big", signed=True)


def decoded(text: bytes) -> str:
    """What SQLite holds as text; bytes that are none are kept, so that the seal tells of them."""
    return text.decode("utf-8", "surrogateescape")


def bring_up(db: sqlite3.Connection, found: int) -> None:
    """The tables of this version, made in an open transaction from nothing (``found`` is 0) or from those of version ``found``."""
    db.create_function("seal", -1, seal, deterministic=True)
    for statements in [SCHEMA] if found == 0 else [CHANGES[step] for step in range(found + 1, VERSION + 1)]:
        for statement in statements:
            db.execute(statement)
    db.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (FORM, VERSION))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def backed_up(path: Path, version: int) -> Path:
    """A copy of the library at ``path`` as it was with ``version``, beside it: there whole or not at all."""
    kept = path.with_name(f"{path.stem}.v{version}{path.suffix}")
    beside = beside_of(path.parent)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(beside)) as target:
            target.execute("PRAGMA locking_mode = EXCLUSIVE")
            target.execute("PRAGMA journal_mode = MEMORY")  # it counts once it has its name
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(kept)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    sync_folder(path.parent)
    return kept


def tally(seals: Iterable[int]) -> tuple[int, int]:
    """How many rows, and all their seals in one."""
    number, mixed = 0, 0
    for one in seals:
        number += 1
        mixed ^= one
    return number, mixed
