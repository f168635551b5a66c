"""The one source of truth of a workspace: ``store/library.sqlite``.

It holds what the readers read, the papers these were merged to, their sentences and passages, vectors, what each stage made, what models
replied, and talks. Every change is one transaction on a write-ahead log with ``synchronous=FULL``: a process killed at any moment leaves
all of it or nothing.
A commit costs about 5 ms, so callers hand over batches. One connection is shared by the threads of a process, one call at a time.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from survey.durable import PRIVATE
from survey.errors import DamagedLibrary, StorageError, UnwritableLibrary, WorkspaceBusy
from survey.identity import is_of, normal_title
from survey.records import Notice, Paper, Passage, Record, Reference, Skipped, Source, SourceSentence

SCHEMA_VERSION = 4
"""Stands in ``PRAGMA user_version``; raise it with every change of ``SCHEMA``, and add what brings older files up to ``CHANGES``."""

APPLICATION_ID = 0x46_53_55_52
"""Stands in ``PRAGMA application_id`` ("FSUR"), so that somebody else's database is never taken for a library."""

SCHEMA = """
CREATE TABLE sources (path TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (source TEXT, number INTEGER, paper TEXT NOT NULL, PRIMARY KEY (source, number));
CREATE TABLE skipped (source TEXT, number INTEGER, skipped TEXT NOT NULL, PRIMARY KEY (source, number));
CREATE TABLE papers (key TEXT PRIMARY KEY, paper TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE sentences (key TEXT, number INTEGER, start INTEGER NOT NULL, end INTEGER NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE passages (key TEXT, number INTEGER, id TEXT NOT NULL, passage TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (key, number));
CREATE TABLE vectors (embedder TEXT, digest TEXT, vector BLOB NOT NULL, PRIMARY KEY (embedder, digest));
CREATE TABLE results (stage TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (stage, key));
CREATE TABLE replies (key TEXT PRIMARY KEY, task TEXT NOT NULL, reply TEXT NOT NULL) WITHOUT ROWID;
"""
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

CHANGES = {
    2: "CREATE TABLE replies (key TEXT PRIMARY KEY, task TEXT NOT NULL, reply TEXT NOT NULL) WITHOUT ROWID",
    3: _NOTICES,
    4: _TALKS,
}
"""What brings a library to each version from the one before."""

BUSY_SECONDS = 30.0
"""How long to wait for another process that is writing before :class:`WorkspaceBusy`."""

_DISK = frozenset({sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN})

_TELLING = 30
"""Letters and digits that a title must have for a notice without other identity to be taken for the paper's."""

IN_LIST = 500
"""Values in one ``IN (…)``: SQLite builds allow as few as 999 variables."""


class Known(NamedTuple):
    """What a source file was when it was read: the digest of its content, its place as the system names it (relative to the workspace), and
    the places and digests of the further files that its reading took in."""

    digest: str
    place: bytes = b""
    beside: dict[str, str] = {}  # noqa: RUF012 - never changed


class KeptTalk(NamedTuple):
    """A talk as it is listed: ``time`` is of its last turn, ``question`` the first that was asked."""

    id: int
    time: str
    turns: int
    question: str


class Library:
    """An open library. Raises :class:`DamagedLibrary` if the file cannot be read, :class:`WorkspaceBusy` while another process writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(PRIVATE, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{path.parent}: cannot be made ({error.strerror}). Name another folder with --workspace.") from error
        try:
            self._open("mode=rwc")
        except UnwritableLibrary:
            if not path.is_file():
                raise
            self._open("mode=ro&immutable=1")  # a disk that cannot be written holds nothing that changes

    def _open(self, how: str) -> None:
        with self._faults():
            address = f"{self.path.absolute().as_uri()}?{how}"
            self._db = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            self._prepare("immutable" in how)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # ------------------------------------------------------------ what readers read

    def put_records(
        self, source: str, read: "str | Known", records: Sequence[Paper], skipped: Sequence[Skipped], notices: Sequence[Notice] = ()
    ) -> None:
        """Keep what ``source`` gave when it was as ``read`` says (or had that digest), in place of what it gave before."""
        known = Known(read) if isinstance(read, str) else read
        with self._writing() as db:
            self._drop_source(db, source)
            db.execute("INSERT INTO sources VALUES (?, ?, ?, ?)", (source, known.digest, known.place, json.dumps(known.beside)))
            db.executemany("INSERT INTO records VALUES (?, ?, ?)", ((source, n, _json(r)) for n, r in enumerate(records)))
            db.executemany("INSERT INTO skipped VALUES (?, ?, ?)", ((source, n, _json(s)) for n, s in enumerate(skipped)))
            db.executemany(
                "INSERT INTO notices VALUES (?, ?, ?, ?, ?, ?)",
                ((source, n, x.doi, x.pmid, normal_title(x.title), _json(x)) for n, x in enumerate(notices)),
            )

    def drop_records(self, sources: Iterable[str]) -> None:
        """Forget what these source files gave (they are gone from the collection)."""
        with self._writing() as db:
            for source in sources:
                self._drop_source(db, source)

    def digest(self, source: str) -> str | None:
        """The content hash under which the file was last read; None if it never was."""
        rows = self._read("SELECT digest FROM sources WHERE path = ?", (source,))
        return str(rows[0][0]) if rows else None

    def known(self) -> "dict[str, Known]":
        """Every source file, as it was when it was read."""
        rows = self._read("SELECT path, digest, place, beside FROM sources ORDER BY path")
        return {path: Known(digest, place, json.loads(beside)) for path, digest, place, beside in rows}

    def sources(self) -> list[str]:
        return [path for (path,) in self._read("SELECT path FROM sources ORDER BY path")]

    def count_records(self, sources: Sequence[str]) -> int:
        """How many records these files gave."""
        return sum(count for (count,) in self._read_in("SELECT COUNT(*) FROM records WHERE source IN ({})", sorted(set(sources))))

    def skipped_of(self, sources: Sequence[str]) -> list[Skipped]:
        """What of these files was not read."""
        rows = self._read_in("SELECT skipped FROM skipped WHERE source IN ({}) ORDER BY source, number", sorted(set(sources)))
        return [Skipped.model_validate_json(row) for (row,) in rows]

    def records(self) -> list[Paper]:
        """All records, by source path and then in the order in which they stand in it."""
        return [Paper.model_validate_json(paper) for (paper,) in self._read("SELECT paper FROM records ORDER BY source, number")]

    def sources_of_record(self, key: str) -> list[Source]:
        """Where records stand that bring this citekey."""
        rows = self._read("SELECT paper FROM records WHERE json_extract(paper, '$.key') = ? ORDER BY source, number", (key,))
        return [source for (paper,) in rows for source in Paper.model_validate_json(paper).sources]

    def skipped(self) -> list[Skipped]:
        return [Skipped.model_validate_json(row) for (row,) in self._read("SELECT skipped FROM skipped ORDER BY source, number")]

    def notices(self, paper: Reference) -> list[Notice]:
        """What registers of retractions say of ``paper``: by DOI or PubMed number, or by a long title, if its first author and year agree
        and no number of theirs is another."""
        title = normal_title(paper.title)
        rows = self._read(
            "SELECT notice FROM notices WHERE doi = ? AND doi != '' OR pmid = ? AND pmid != '' OR title = ? ORDER BY source, number",
            [paper.doi, paper.pmid, title if len(title) >= _TELLING else "-"],
        )
        return [notice for (row,) in rows if is_of(notice := Notice.model_validate_json(row), paper)]

    def count_notices(self, sources: Sequence[str]) -> int:
        """How many notices of retraction these files gave."""
        return sum(count for (count,) in self._read_in("SELECT COUNT(*) FROM notices WHERE source IN ({})", sorted(set(sources))))

    # ------------------------------------------------------------ what the user decided on which records are one paper

    def decisions(self) -> list[tuple[str, str, bool]]:
        """Pairs of records, and whether they are one paper."""
        return [(one, other, bool(together)) for one, other, together in self._read("SELECT * FROM decisions ORDER BY one, other")]

    def put_decisions(self, pairs: Iterable[tuple[str, str]], together: bool | None) -> None:
        """Keep for each pair that its records are one paper or are not; None: leave it to the rules again."""
        rows = [tuple(sorted(pair)) for pair in pairs]
        with self._writing() as db:
            db.executemany("DELETE FROM decisions WHERE one = ? AND other = ?", rows)
            if together is not None:
                db.executemany("INSERT INTO decisions VALUES (?, ?, ?)", ((*row, int(together)) for row in rows))

    # ------------------------------------------------------------ what they were merged to

    def put_papers(self, papers: Sequence[tuple[Paper, Sequence[SourceSentence], Sequence[Passage]]]) -> None:
        """Insert or replace papers with their sentences and passages, all in one transaction."""
        with self._writing() as db:
            for paper, sentences, passages in papers:
                self._drop_paper(db, paper.key)
                rows = [(passage.id, passage.model_dump_json()) for passage in passages]
                db.execute("INSERT INTO papers VALUES (?, ?, ?)", (paper.key, _json(paper, {"text"}), paper.text))
                db.executemany("INSERT INTO sentences VALUES (?, ?, ?, ?)", ((paper.key, s.number, s.start, s.end) for s in sentences))
                db.executemany(
                    "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
                    ((paper.key, n, name, row, hashlib.sha256(row.encode()).hexdigest()) for n, (name, row) in enumerate(rows)),
                )

    def drop_papers(self, keys: Iterable[str]) -> None:
        with self._writing() as db:
            for key in keys:
                self._drop_paper(db, key)

    def papers(self) -> list[Paper]:
        """All papers with their text, by citekey."""
        return [_paper(*row) for row in self._read("SELECT paper, text FROM papers ORDER BY key")]

    def paper(self, key: str) -> Paper | None:
        rows = self._read("SELECT paper, text FROM papers WHERE key = ?", (key,))
        return _paper(*rows[0]) if rows else None

    def keys(self) -> list[str]:
        return [key for (key,) in self._read("SELECT key FROM papers ORDER BY key")]

    def source_paths(self) -> dict[str, set[str]]:
        """Citekey → the files that every paper was read from, without reading the texts."""
        rows = self._read("SELECT key, json_extract(paper, '$.sources') FROM papers ORDER BY key")
        return {key: {source["path"] for source in json.loads(sources or "[]")} for key, sources in rows}

    def titles(self) -> dict[str, str]:
        """Citekey → title of every paper, without reading the texts."""
        return dict(self._read("SELECT key, coalesce(json_extract(paper, '$.title'), '') FROM papers ORDER BY key"))

    def parts(self) -> dict[str, str]:
        """Citekey → the sections of every paper, as JSON, without reading the texts."""
        return dict(self._read("SELECT key, coalesce(json_extract(paper, '$.parts'), '[]') FROM papers ORDER BY key"))

    def sentences(self, key: str) -> list[SourceSentence]:
        """The sentences of a paper in the order of its text; [] for an unknown paper."""
        rows = self._read("SELECT number, start, end FROM sentences WHERE key = ? ORDER BY number", (key,))
        return [SourceSentence(number=number, start=start, end=end) for number, start, end in rows]

    def passages(self, keys: Collection[str] | None = None) -> list[Passage]:
        """The passages of these papers (None: of all), by citekey and then in the order of the text."""
        if keys is None:
            rows = self._read("SELECT passage FROM passages ORDER BY key, number")
        else:
            rows = self._read_in("SELECT passage FROM passages WHERE key IN ({}) ORDER BY key, number", sorted(set(keys)))
        return [Passage.model_validate_json(passage) for (passage,) in rows]

    def passages_named(self, names: Sequence[str]) -> dict[str, Passage]:
        """Those of these ids that there are."""
        places = [name.rpartition("/") for name in names]
        found: list[Any] = []
        for first in range(0, len(places), IN_LIST // 2):
            piece = places[first : first + IN_LIST // 2]
            among = " OR ".join(["(key = ? AND number = ?)"] * len(piece))
            found += self._read(f"SELECT passage FROM passages WHERE {among}", [x for key, _, number in piece for x in (key, number)])
        passages = [Passage.model_validate_json(passage) for (passage,) in found]
        return {passage.id: passage for passage in passages if passage.id in names}

    def passage_digests(self) -> dict[str, str]:
        """Passage id → sha256 of the whole passage record, in the order of :meth:`passages`: tells cheaply what changed."""
        return dict(self._read("SELECT id, digest FROM passages ORDER BY key, number"))

    def version(self) -> int:
        """Another number whenever another process has written."""
        return int(self._read("PRAGMA data_version")[0][0])

    # ------------------------------------------------------------ vectors

    def vectors(self, embedder: str, digests: Sequence[str]) -> dict[str, bytes]:
        """Text digest → vector (float32, little endian) for those of ``digests`` that this embedder has already seen."""
        query = "SELECT digest, vector FROM vectors WHERE digest IN ({}) AND embedder = ?"
        return dict(self._read_in(query, sorted(set(digests)), embedder))

    def put_vectors(self, embedder: str, vectors: Mapping[str, bytes]) -> None:
        with self._writing() as db:
            db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", ((embedder, d, v) for d, v in vectors.items()))

    # ------------------------------------------------------------ stage results

    def result(self, stage: str, key: str) -> str | None:
        """The JSON that ``put_result`` kept for this stage under ``key`` (a digest of what it was made from); None if there is none."""
        rows = self._read("SELECT value FROM results WHERE stage = ? AND key = ?", (stage, key))
        return str(rows[0][0]) if rows else None

    def put_result(self, stage: str, key: str, value: str) -> None:
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (stage, key, value))

    # ------------------------------------------------------------ replies of models

    def reply(self, key: str) -> str | None:
        """The JSON that ``put_reply`` kept under ``key`` (a digest of all that was asked, and whom); None if there is none."""
        rows = self._read("SELECT reply FROM replies WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def put_reply(self, key: str, task: str, reply: str) -> None:
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?)", (key, task, reply))

    # ------------------------------------------------------------ talks

    def talks(self) -> list[KeptTalk]:
        """The talks, the last first."""
        rows = self._read(
            "SELECT id, time, (SELECT COUNT(*) FROM turns WHERE talk = id), coalesce(json_extract(answer, '$.question'), '') "
            "FROM talks LEFT JOIN turns ON talk = id AND number = 0 ORDER BY time DESC, id DESC"
        )
        return [KeptTalk(*row) for row in rows]

    def talk(self, id_: int) -> tuple[str, list[str]] | None:
        """The JSON of a talk's scope, and of its answers, oldest first; None if there is no such talk."""
        rows = self._read("SELECT scope FROM talks WHERE id = ?", (id_,))
        turns = self._read("SELECT answer FROM turns WHERE talk = ? ORDER BY number", (id_,))
        return (str(rows[0][0]), [answer for (answer,) in turns]) if rows else None

    def put_talk(self, id_: int | None, time: str, scope: str, answers: Sequence[str]) -> int:
        """Keeps a talk, and returns its id. Of one that is kept, only the turns that are new are written. Where it went on otherwise
        meanwhile, as in another window, it becomes a talk of its own: no turn is written over."""
        with self._writing() as db:
            turns = [answer for (answer,) in db.execute("SELECT answer FROM turns WHERE talk = ? ORDER BY number", (id_,))]
            if not turns or turns != answers[: len(turns)]:
                id_, turns = db.execute("INSERT INTO talks (time, scope) VALUES (?, ?)", (time, scope)).lastrowid, []
            assert id_ is not None
            db.execute("UPDATE talks SET time = ?, scope = ? WHERE id = ?", (time, scope, id_))
            db.executemany("INSERT INTO turns VALUES (?, ?, ?)", ((id_, n, answers[n]) for n in range(len(turns), len(answers))))
        return id_

    # ------------------------------------------------------------ within

    def copied(self, path: Path) -> "Library":
        """A copy at ``path``, to try something on; it is not kept in step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, self._faults(), closing(sqlite3.connect(path)) as target:
            self._db.backup(target)
        return Library(path)

    @staticmethod
    def _drop_source(db: sqlite3.Connection, source: str) -> None:
        db.execute("DELETE FROM sources WHERE path = ?", (source,))
        for table in ("records", "skipped", "notices"):
            db.execute(f"DELETE FROM {table} WHERE source = ?", (source,))

    @staticmethod
    def _drop_paper(db: sqlite3.Connection, key: str) -> None:
        for table in ("papers", "sentences", "passages"):
            db.execute(f"DELETE FROM {table} WHERE key = ?", (key,))

    def _prepare(self, read_only: bool) -> None:
        with self._faults():
            version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            application = int(self._db.execute("PRAGMA application_id").fetchone()[0])
            empty = not self._db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            if not empty and application != APPLICATION_ID:
                raise DamagedLibrary(self.path, "it is a database of another program")
            if version > SCHEMA_VERSION:
                raise DamagedLibrary(self.path, f"a newer version of survey wrote it: schema {version}, here {SCHEMA_VERSION}")
            if read_only and version == SCHEMA_VERSION:
                return
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
        with self._writing() as db:
            # asked again inside the transaction: another process may have made the tables meanwhile
            found = int(db.execute("PRAGMA user_version").fetchone()[0])
            if found == 0:
                for statement in _statements(SCHEMA + _NOTICES + _TALKS):
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            else:
                for step in range(found + 1, SCHEMA_VERSION + 1):
                    for statement in _statements(CHANGES[step]):
                        db.execute(statement)
            if found != SCHEMA_VERSION:
                db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """SQLite's errors as ours: locked → :class:`WorkspaceBusy`, a disk that is full or may not be written → :class:`StorageError`,
        unreadable → :class:`DamagedLibrary`; the rest are our own mistakes."""
        try:
            yield
        except sqlite3.OperationalError as error:
            code = error.sqlite_errorcode & 0xFF  # the rest of its bits are details
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise WorkspaceBusy(self.path) from error
            if code in _DISK:
                raise UnwritableLibrary(self.path, str(error)) from error
            raise DamagedLibrary(self.path, str(error)) from error
        except sqlite3.DatabaseError as error:
            if type(error) is sqlite3.DatabaseError:  # its subclasses are faults of the statement, not of the file
                raise DamagedLibrary(self.path, str(error)) from error
            raise

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._faults():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _read(self, query: str, values: Sequence[str | int] = ()) -> list[Any]:
        with self._lock, self._faults():
            return self._db.execute(query, values).fetchall()

    def _read_in(self, query: str, values: Sequence[str], *more: str) -> list[Any]:
        """``query`` with "IN ({})" filled by ``values``, a slice of them at a time; sorted values keep the rows of the slices in order."""
        rows: list[Any] = []
        for first in range(0, len(values), IN_LIST):
            piece = values[first : first + IN_LIST]
            rows += self._read(query.format(",".join("?" * len(piece))), [*piece, *more])
        return rows


def _json(record: Record, without: set[str] | None = None) -> str:
    """What is as by default is left out: most fields of most records."""
    return record.model_dump_json(exclude=without, exclude_defaults=True)


def _statements(script: str) -> list[str]:
    return [statement for statement in script.split(";") if statement.strip()]


def _paper(facts: str, text: str) -> Paper:
    return Paper.model_validate_json(facts).model_copy(update={"text": text})
