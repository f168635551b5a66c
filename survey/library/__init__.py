"""The one source of truth of a workspace: ``store/library.sqlite``.

It holds what the readers read, the papers these were merged to, their sentences and passages, vectors, what each stage made, what models
replied, and talks. Every change is one transaction on a write-ahead log with ``synchronous=FULL``: a process killed at any moment leaves
all of it or nothing.
A commit costs about 5 ms, so callers hand over batches. One connection is shared by the threads of a process, one call at a time.

Every row is sealed (:mod:`survey.library.schema`), and what is read is compared with its seal. A row that is damaged is never given out:
what can be made again counts as not there, for anything else :class:`DamagedRow` is raised.
"""

import errno
import json
import os
import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from survey.durable import PRIVATE, refusal
from survey.errors import DamagedLibrary, DamagedRow, NewerLibrary, NotALibrary, StorageError, UnwritableLibrary, WorkspaceBusy
from survey.identity import is_of, normal_title
from survey.library.files import misled, spoiled
from survey.library.marks import marks_of_texts
from survey.library.schema import APPLICATION_ID, FORM, KINDS, LASTING, MERGING, VERSION, backed_up, bring_up, decoded, seal, tally
from survey.locking import holder, writing
from survey.records import Ailment, Notice, Paper, Passage, Record, Reference, Skipped, Source, SourceSentence

BUSY_SECONDS = 30.0
"""How long to wait for another process that is writing before :class:`WorkspaceBusy`."""

_DISK = {
    **dict.fromkeys((sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN), errno.EACCES),
    **{sqlite3.SQLITE_IOERR: errno.EIO, sqlite3.SQLITE_FULL: errno.ENOSPC},
}
"""What SQLite says of a disk, and what the system says for it; which it was, SQLite may not know."""

_RUNS = "runs"

_TELLING = 30
"""Letters and digits that a title must have for a notice without other identity to be taken for the paper's."""

IN_LIST = 500
"""Values in one ``IN (…)``: SQLite builds allow as few as 999 variables."""


NAMED = ":named"
"""Ends the digest of a file that was read since the user named it itself, and would be left out in a folder."""


class Known(NamedTuple):
    """What a source file was when it was read: the digest of its content, its place as the system names it (relative to the workspace), and
    the places and digests of the further files that its reading took in."""

    digest: str
    place: bytes = b""
    beside: dict[str, str] = {}  # noqa: RUF012 - never changed

    @property
    def is_unread(self) -> bool:
        """Whether the file is to be read again, as one that was named itself or as one that lay in a folder."""
        return self.digest in ("", NAMED)


class KeptTalk(NamedTuple):
    """A talk as it is listed: ``time`` is of its last turn, ``question`` the first that was asked."""

    id: int
    time: str
    turns: int
    question: str


class Library:
    """An open library. Raises :class:`DamagedLibrary` if the file cannot be read, :class:`NewerLibrary` if a newer program wrote it, and
    :class:`WorkspaceBusy` while another process writes.

    A file of an older version is brought up to this one, all of it or nothing; a copy of it is kept. ``reads``: nothing is written, and a
    log that a killed process left stays (SQLite keeps a file of its own beside that, ``-shm``)."""

    def __init__(self, path: Path, *, reads: bool = False) -> None:
        self.path = path
        self._reads = reads
        self.backup: Path | None = None
        """Where the library lies as it was, if opening it brought it up from an older version."""
        self._lock = threading.RLock()
        self._used: dict[str, set[tuple[str, ...]]] = {"results": set(), "replies": set()}
        self._told: tuple[object, tuple[dict[str, str], dict[str, str]]] | None = None
        self._notices: tuple[object, dict[tuple[str, str], list[tuple[Any, ...]]]] | None = None
        try:
            if not reads:
                path.parent.mkdir(PRIVATE, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{path.parent}: cannot be made ({error.strerror}). Name another folder with --workspace.") from error
        self.open()

    def open(self) -> None:
        """Again, after :meth:`close`."""
        if fault := spoiled(self.path):  # SQLite would make it so
            raise DamagedLibrary(self.path, fault)
        if self._reads:
            self._open_to_read()
            return
        try:
            self._open("mode=rwc")
        except UnwritableLibrary:
            if not self.path.is_file():
                raise
            self._open_to_read()

    def _open_to_read(self) -> None:
        """Where this process may write nothing. Another may, so the log is read too, if that can be done without writing beside it; a file
        without a log is all that there is."""
        log = self.path.with_name(f"{self.path.name}-wal")
        if self._reads and not log.exists():
            self._open("mode=ro&immutable=1")  # else SQLite would lay an empty log beside it
            return
        try:
            self._open("mode=ro")
        except UnwritableLibrary as error:
            if log.exists() and log.stat().st_size:
                reason = f"{log.name} holds what was committed last, and is read only where it may be written"
                raise UnwritableLibrary(self.path, reason) from error
            self._open("mode=ro&immutable=1")

    def _open(self, how: str) -> None:
        with self._faults():
            address = f"{self.path.absolute().as_uri()}?{how}"
            self._db = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            self._prepare("mode=ro" in how)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        with self._lock:
            if any(self._used.values()):
                with suppress(StorageError):  # it is for `survey gc` alone
                    self._note_used()
            self._db.close()

    def runs(self) -> int:
        """How often the library was opened and something that is kept was used: the clock of :meth:`used_before`."""
        return self.count(_RUNS)

    def used_before(self, kind: str, run: int) -> list[tuple[str, ...]]:
        """Keys of the results or replies that were used last before that run."""
        return self._read(f"SELECT {', '.join(KINDS[kind].keys)} FROM {kind} WHERE used <= {int(run)} ORDER BY 1")

    def _note_used(self) -> None:
        """In one short transaction, for which nobody is waited for."""
        used, self._used = self._used, {"results": set(), "replies": set()}
        self._db.execute("PRAGMA busy_timeout = 0")
        with self._writing() as db:
            now = 1 + self.runs()
            for kind, keys in used.items():
                where = " AND ".join(f"{name} = ?" for name in KINDS[kind].keys)
                db.executemany(f"UPDATE {kind} SET used = {now} WHERE {where}", sorted(keys))
            self.count(_RUNS, now)

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
            self._put(db, "sources", [(source, known.digest, known.place, json.dumps(known.beside))])
            self._put(db, "records", ((source, n, _json(r)) for n, r in enumerate(records)))
            self._put(db, "skipped", ((source, n, _json(s)) for n, s in enumerate(skipped)))
            self._put(db, "notices", ((source, n, x.doi, x.pmid, normal_title(x.title), _json(x)) for n, x in enumerate(notices)))

    def drop_records(self, sources: Iterable[str]) -> None:
        """Forget what these source files gave (they are gone from the collection)."""
        with self._writing() as db:
            for source in sources:
                self._drop_source(db, source)

    def digest(self, source: str) -> str | None:
        """The content hash under which the file was last read; None if it never was."""
        row = self._one("sources", source)
        return str(row[0]) if row else None

    def known(self) -> "dict[str, Known]":
        """Every source file, as it was when it was read."""
        return {path: Known(digest, place, json.loads(beside)) for path, digest, place, beside in self._all("sources", "ORDER BY path")}

    def sources(self) -> list[str]:
        return [row[0] for row in self._all("sources", "ORDER BY path")]

    def count_records(self, sources: Sequence[str]) -> int:
        """How many records these files gave."""
        return sum(count for (count,) in self._read_in("SELECT COUNT(*) FROM records WHERE source IN ({})", sorted(set(sources))))

    def skipped_of(self, sources: Sequence[str]) -> list[Skipped]:
        """What of these files was not read."""
        rows = self._among("skipped", sorted(set(sources)), "ORDER BY source, number")
        return [Skipped.model_validate_json(row) for _, _, row in rows]

    def records(self) -> list[Paper]:
        """All records, by source path and then in the order in which they stand in it."""
        return [Paper.model_validate_json(paper) for _, _, paper in self._all("records", "ORDER BY source, number")]

    def sources_of_record(self, key: str) -> list[Source]:
        """Where records stand that bring this citekey."""
        rows = self._some("records", "WHERE json_extract(paper, '$.key') = ? ORDER BY source, number", (key,))
        return [source for _, _, paper in rows for source in Paper.model_validate_json(paper).sources]

    def skipped(self) -> list[Skipped]:
        return [Skipped.model_validate_json(row) for _, _, row in self._all("skipped", "ORDER BY source, number")]

    def notices(self, paper: Reference) -> list[Notice]:
        """What registers of retractions say of ``paper``: by DOI or PubMed number, or by a long title, if its first author and year agree
        and no number of theirs is another."""
        registered = self._registered()
        title = normal_title(paper.title)
        told = registered.get(("doi", paper.doi), []) + registered.get(("pmid", paper.pmid), [])
        told += registered.get(("title", title), []) if len(title) >= _TELLING else []
        found = (Notice.model_validate_json(row[-1]) for row in sorted(set(told)))
        return [notice for notice in found if is_of(notice, paper)]

    def _registered(self) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
        """The notices by what they may be found by: all are read at once, since one that is looked up alone and not found may be lost."""
        now = self._read("PRAGMA data_version")[0][0], self._db.total_changes
        if self._notices is None or self._notices[0] != now:
            found: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
            for row in self._all("notices"):
                for name, value in zip(("doi", "pmid", "title"), row[2:5], strict=True):
                    if value:
                        found[name, value].append(row)
            self._notices = now, found
        return self._notices[1]

    def count_notices(self, sources: Sequence[str]) -> int:
        """How many notices of retraction these files gave."""
        return sum(count for (count,) in self._read_in("SELECT COUNT(*) FROM notices WHERE source IN ({})", sorted(set(sources))))

    # ------------------------------------------------------------ what the user decided on which records are one paper

    def decisions(self) -> list[tuple[str, str, bool]]:
        """Pairs of records, and whether they are one paper."""
        return [(one, other, bool(together)) for one, other, together in self._all("decisions", "ORDER BY one, other")]

    def put_decisions(self, pairs: Iterable[tuple[str, str]], together: bool | None) -> None:
        """Keep for each pair that its records are one paper or are not; None: leave it to the rules again."""
        rows = [tuple(sorted(pair)) for pair in pairs]
        with self._writing() as db:
            db.executemany("DELETE FROM decisions WHERE one = ? AND other = ?", rows)
            if together is not None:
                self._put(db, "decisions", ((*row, int(together)) for row in dict.fromkeys(rows)))

    # ------------------------------------------------------------ what they were merged to

    def put_papers(self, papers: Sequence[tuple[Paper, Sequence[SourceSentence], Sequence[Passage]]]) -> None:
        """Insert or replace papers with their sentences and passages, all in one transaction."""
        with self._writing() as db:
            for paper, sentences, passages in papers:
                self._drop_paper(db, paper.key)
                self._put(db, "papers", [(paper.key, _json(paper, {"text"}))])
                self._put(db, "texts", [(paper.key, paper.text)])
                self._put(db, "sentences", [(paper.key, _spans(sentences))])
                self._put(db, "passages", ((paper.key, n, passage.model_dump_json()) for n, passage in enumerate(passages)))

    def drop_papers(self, keys: Iterable[str]) -> None:
        with self._writing() as db:
            for key in keys:
                self._drop_paper(db, key)

    def papers(self) -> list[Paper]:
        """All papers with their text, by citekey."""
        with self._reading():
            heads = self._all("papers", "ORDER BY key")
            texts = dict(self._all("texts"))
        if len(texts) != len(heads) or not all(key in texts for key, _ in heads):
            raise DamagedRow(self.path, KINDS["texts"].called)
        return [_paper(facts, texts[key]) for key, facts in heads]

    def paper(self, key: str) -> Paper | None:
        with self._reading():
            head, text = self._one("papers", key), self._one("texts", key)
        if (head is None) != (text is None):
            raise DamagedRow(self.path, KINDS["papers" if head is None else "texts"].called, key)
        return _paper(head[0], text[0]) if head and text else None

    def keys(self) -> list[str]:
        return [key for key, _ in self._all("papers", "ORDER BY key")]

    def is_empty(self) -> bool:
        """Whether it has no paper; nothing of them is read."""
        return not self._read("SELECT 1 FROM papers LIMIT 1")

    def source_paths(self) -> dict[str, set[str]]:
        """Citekey → the files that every paper was read from, without reading the texts."""
        told = self._of_papers("sources", "[]")
        return {key: {source["path"] for source in json.loads(sources)} for key, sources in told.items()}

    def titles(self) -> dict[str, str]:
        """Citekey → title of every paper, without reading the texts."""
        return dict(self._heads()[0])

    def parts(self) -> dict[str, str]:
        """Citekey → the sections of every paper, as JSON, without reading the texts."""
        return dict(self._heads()[1])

    def _heads(self) -> tuple[dict[str, str], dict[str, str]]:
        """Titles and parts: who asks for the one asks for the other, and each row is read and compared with its seal once."""
        now = self._read("PRAGMA data_version")[0][0], self._db.total_changes
        if self._told is None or self._told[0] != now:
            both = "json_array(coalesce(json_extract(paper, '$.title'), ''), coalesce(json_extract(paper, '$.parts'), '[]') || '')"
            told = {key: json.loads(pair) for key, _, pair in self._all("papers", "ORDER BY key", both)}
            self._told = now, ({key: pair[0] for key, pair in told.items()}, {key: pair[1] for key, pair in told.items()})
        return self._told[1]

    def sentences(self, key: str) -> list[SourceSentence]:
        """The sentences of a paper in the order of its text; [] for an unknown paper."""
        with self._reading():
            row = self._one("sentences", key)
            if row is None and self._one("papers", key):
                raise DamagedRow(self.path, KINDS["sentences"].called, key)
        spans = json.loads(row[0]) if row else []
        return [SourceSentence(number=n // 2, start=spans[n], end=spans[n + 1]) for n in range(0, len(spans), 2)]

    def count_sentences(self) -> int:
        return sum(spans.count(",") // 2 + 1 for _, spans in self._all("sentences") if spans != "[]")

    def passages(self, keys: Collection[str] | None = None) -> list[Passage]:
        """The passages of these papers (None: of all), by citekey and then in the order of the text."""
        if keys is None:
            rows = self._all("passages", "ORDER BY key, number")
        else:
            rows = self._among("passages", sorted(set(keys)), "ORDER BY key, number")
        return [Passage.model_validate_json(passage) for _, _, passage in rows]

    def passages_named(self, names: Sequence[str]) -> dict[str, Passage]:
        """Those of these ids that there are."""
        wanted = set(names)
        places = [name.rpartition("/") for name in names]
        found: list[Any] = []
        for first in range(0, len(places), IN_LIST // 2):
            piece = places[first : first + IN_LIST // 2]
            among = " OR ".join(["(key = ? AND number = ?)"] * len(piece))
            found += self._some("passages", f"WHERE {among}", [x for key, _, number in piece for x in (key, number)])
        return {name: Passage.model_validate_json(row) for key, number, row in found if (name := f"{key}/{number}") in wanted}

    def passage_digests(self) -> dict[str, str]:
        """Passage id → digest of the whole passage record, in the order of :meth:`passages`: tells cheaply what changed.

        The digests are the seals, so nothing of a passage is read here; when it is, it is compared with its seal."""
        with self._reading() as db:
            rows = db.execute("SELECT key || '/' || number, seal FROM passages ORDER BY key, number").fetchall()
            self._check_tally("passages", (row[1] for row in rows))
        return {name: f"{mark & (1 << 64) - 1:016x}" for name, mark in rows}

    def version(self) -> int:
        """Another number whenever another process has written."""
        return int(self._read("PRAGMA data_version")[0][0])

    # ------------------------------------------------------------ vectors

    def vectors(self, embedder: str, digests: Sequence[str]) -> dict[str, bytes]:
        """Text digest → vector (float32, little endian) for those of ``digests`` that this embedder has already seen."""
        rows = self._among("vectors", sorted(set(digests)), "AND embedder = ?", embedder, column="digest")
        return {digest: vector for made_by, digest, vector in rows if made_by == embedder}

    def put_vectors(self, embedder: str, vectors: Mapping[str, bytes]) -> None:
        with self._writing() as db:
            self._put(db, "vectors", ((embedder, d, v) for d, v in vectors.items()))

    # ------------------------------------------------------------ stage results

    def result(self, stage: str, key: str) -> str | None:
        """The JSON that ``put_result`` kept for this stage under ``key`` (a digest of what it was made from); None if there is none."""
        row = self._one("results", stage, key)
        if row and stage not in LASTING:
            self._used["results"].add((stage, key))
        return str(row[0]) if row else None

    def put_result(self, stage: str, key: str, value: str) -> None:
        if stage not in LASTING:
            self._used["results"].add((stage, key))
        with self._writing() as db:
            self._put(db, "results", [(stage, key, value)])

    # ------------------------------------------------------------ replies of models

    def reply(self, key: str) -> str | None:
        """The JSON that ``put_reply`` kept under ``key`` (a digest of all that was asked, and whom); None if there is none."""
        row = self._one("replies", key)
        if row:
            self._used["replies"].add((key,))
        return str(row[1]) if row else None

    def put_reply(self, key: str, task: str, reply: str, asked: Iterable[str] | None = None) -> None:
        """``asked``: the texts that the question was put with, if they are known; of the longer ones, marks are kept."""
        self._used["replies"].add((key,))
        about = "" if asked is None else " ".join(sorted(marks_of_texts(asked))) or "-"
        with self._writing() as db:
            self._put(db, "replies", [(key, task, reply, about)])

    # ------------------------------------------------------------ talks

    def talks(self) -> list[KeptTalk]:
        """The talks, the last first."""
        with self._reading():
            talks = self._all("talks", "ORDER BY time DESC, id DESC")
            turns = self._all("turns", "ORDER BY talk, number")
        numbers = Counter(talk for talk, _, _ in turns)
        first = {talk: json.loads(answer) for talk, number, answer in turns if number == 0}
        return [KeptTalk(id_, time, numbers[id_], str(first.get(id_, {}).get("question", ""))) for id_, time, _ in talks]

    def talk(self, id_: int) -> tuple[str, list[str]] | None:
        """The JSON of a talk's scope, and of its answers, oldest first; None if there is no such talk."""
        with self._reading():
            row = self._one("talks", id_)
            turns = self._turns(id_)
        return (str(row[1]), turns) if row else None

    def put_talk(self, id_: int | None, time: str, scope: str, answers: Sequence[str]) -> int:
        """Keeps a talk, and returns its id. Of one that is kept, only the turns that are new are written. Where it went on otherwise
        meanwhile, as in another window, it becomes a talk of its own: no turn is written over."""
        with self._writing() as db:
            turns = [] if id_ is None else self._turns(id_)
            if id_ is None or not turns or turns != answers[: len(turns)]:
                last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'talks'").fetchone()
                id_, turns = 1 + (last[0] if last else 0), []
            db.execute("DELETE FROM talks WHERE id = ?", (id_,))
            self._put(db, "talks", [(id_, time, scope)])
            self._put(db, "turns", ((id_, n, answers[n]) for n in range(len(turns), len(answers))))
        return id_

    def _turns(self, id_: int) -> list[str]:
        rows = self._some("turns", "WHERE talk = ? ORDER BY number", (id_,))
        if [number for _, number, _ in rows] != [*range(len(rows))]:
            raise DamagedRow(self.path, KINDS["turns"].called, f"{id_} {len(rows)}")
        return [answer for _, _, answer in rows]

    # ------------------------------------------------------------ what was forgotten

    def forgotten(self) -> dict[str, str]:
        """Marks of forgotten papers (:mod:`survey.library.marks`) → the name under which each was forgotten."""
        return dict(self._all("forgotten", "ORDER BY mark"))

    def put_forgotten(self, name: str, marks: Iterable[str]) -> None:
        """A mark that stood under another name stands under this one."""
        rows = [(mark, name) for mark in sorted(set(marks))]
        with self._writing() as db:
            self.drop_rows("forgotten", [(mark,) for mark, _ in rows])
            self._put(db, "forgotten", rows)

    # ------------------------------------------------------------ for what sweeps through it (gc, forget, doctor)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is done within is done whole or not at all."""
        with self._writing():
            yield

    def rows(self, kind: str, order: str = "") -> list[tuple[Any, ...]]:
        """All rows of a table, key and values; without those that are damaged, where they can be made again."""
        if KINDS[kind].again:
            return self._some(kind, order, ())
        return self._all(kind, order)

    def row_keys(self, kind: str) -> list[tuple[str, ...]]:
        """The keys alone, of rows that can be made again: nothing is taken from them."""
        return self._read(f"SELECT {', '.join(KINDS[kind].keys)} FROM {kind}")

    def put_rows(self, kind: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self._writing() as db:
            self._put(db, kind, rows)

    def drop_rows(self, kind: str, keys: Iterable[tuple[Any, ...]]) -> None:
        with self._writing() as db:
            db.executemany(f"DELETE FROM {kind} WHERE {' AND '.join(f'{name} = ?' for name in KINDS[kind].keys)}", keys)

    def drop_source(self, source: str) -> None:
        with self._writing() as db:
            self._drop_source(db, source)

    def unread_sources(self) -> list[str]:
        """Files that are to be read again."""
        return [source for source, known in self.known().items() if known.is_unread]

    def tally_anew(self, kind: str) -> None:
        with self._writing() as db:
            rows = tally(row[0] for row in db.execute(f"SELECT seal FROM {kind}").fetchall())
            db.execute("INSERT OR REPLACE INTO tallies VALUES (?, ?, ?)", (kind, *rows))

    def check(self) -> list[Ailment]:
        """What is wrong with it: see :mod:`survey.library.mending`, which looks at libraries that cannot be opened, too."""
        from survey.library.mending import ailments  # it works on libraries

        return ailments(self)

    def mend(self) -> list[Ailment]:
        """Mends it, so that :meth:`check` finds nothing more; see :func:`survey.library.mending.mend`."""
        from survey.library.mending import mend

        self.close()
        try:
            return mend(self.path)
        finally:
            self.open()

    def unread(self, source: str) -> None:
        """The file is read again the next time that it is met; until then what it gave is kept."""
        with self._writing() as db:
            known = self._one("sources", source)
            self.drop_rows("sources", [(source,)])
            db.execute("DELETE FROM results WHERE stage = ?", (MERGING,))  # made of these files, it says, which give something else now
            if known:
                self._put(db, "sources", [(source, NAMED if known[0].endswith(NAMED) else "", *known[1:])])

    def count(self, name: str, value: int | None = None) -> int:
        """A counter's value, which is ``value`` from now on, if that is given."""
        if value is not None:
            with self._writing() as db:
                db.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (name, value))
        rows = self._read("SELECT value FROM counters WHERE name = ?", (name,))
        return int(rows[0][0]) if rows else 0

    def vacuum(self) -> None:
        """Writes the file anew, and empties the log. Raises :class:`WorkspaceBusy` while another process reads."""
        with self._lock, self._faults():
            self._db.execute("PRAGMA temp_store = MEMORY")  # no copy of it elsewhere
            self._db.execute("VACUUM")
            if self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise WorkspaceBusy(self.path)

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
        for table in ("papers", "texts", "sentences", "passages"):
            db.execute(f"DELETE FROM {table} WHERE key = ?", (key,))

    def _prepare(self, read_only: bool) -> None:
        with self._faults():
            self._db.text_factory = decoded
            form = self._form()  # before the version: another process may be bringing it up
            version = self._version()
            application = int(self._db.execute("PRAGMA application_id").fetchone()[0])
            empty = not self._db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            if form == VERSION and (application, version) != (APPLICATION_ID, VERSION):
                raise DamagedLibrary(self.path, "the head of its file is not as it was written")
            if not empty and application != APPLICATION_ID:
                raise NotALibrary(self.path)
            if version > VERSION:
                raise NewerLibrary(self.path, version, VERSION)
            if read_only and version == VERSION:
                return
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA secure_delete = ON")  # what was deleted is not there for mending to find
        if version == VERSION:
            return
        with nullcontext() if empty else self._alone(), self._writing() as db:
            found = self._version()  # asked again inside the transaction: another process may have made the tables meanwhile
            if 0 < found < VERSION:
                try:
                    self.backup = backed_up(self.path, found)
                except OSError as error:
                    fault = OSError(error.errno, f"no copy of the older one can be kept: {error.strerror}")
                    raise UnwritableLibrary(self.path, fault) from error
            if found != VERSION:
                bring_up(db, found)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While no other process is at work: one of the older version would not know the tables any longer."""
        store = self.path.parent
        with ExitStack() as stack:
            try:
                stack.enter_context(writing(store.parent, store))
            except WorkspaceBusy:
                if (held := holder(store)).pid != os.getpid() or held.host:  # this command holds it already
                    raise
            yield

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _form(self) -> int:
        """The version as a row tells it; 0 if none does."""
        with suppress(sqlite3.Error, UnicodeDecodeError):
            return int(self._db.execute("SELECT value FROM counters WHERE name = ?", (FORM,)).fetchone()[0])
        return 0

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """SQLite's errors as ours: locked → :class:`WorkspaceBusy`, a disk that is full or may not be written → :class:`UnwritableLibrary`,
        anything else that it says of the file → :class:`DamagedLibrary`."""
        try:
            yield
        except sqlite3.ProgrammingError:  # our own mistake
            raise
        except UnicodeDecodeError as error:  # SQLite cites a schema that is no text
            raise DamagedLibrary(self.path, "its schema is no text") from error
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of its bits are details
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise WorkspaceBusy(self.path) from error
            if code == sqlite3.SQLITE_READONLY and (fault := misled(self.path)):  # one byte of its head says so
                raise DamagedLibrary(self.path, fault) from error
            if code in _DISK:
                raise UnwritableLibrary(self.path, refusal(self.path.parent) or OSError(_DISK[code], str(error))) from error
            raise DamagedLibrary(self.path, str(error)) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._faults():
            if self._db.in_transaction:  # within transaction(): its thread holds the lock
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Everything that is read within was written together."""
        with self._lock, self._faults():
            begins = not self._db.in_transaction
            if begins:
                self._db.execute("BEGIN")
            try:
                yield self._db
            finally:
                if begins and self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    @staticmethod
    def _put(db: sqlite3.Connection, kind: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Rows of key and values. One that can be made again takes the place of what was there."""
        columns = KINDS[kind].columns
        how = "INSERT OR REPLACE" if KINDS[kind].again else "INSERT"
        query = f"{how} INTO {kind} ({', '.join(columns)}, seal) VALUES ({', '.join('?' * len(columns))}, ?)"
        db.executemany(query, ((*row, seal(kind, *row)) for row in rows))

    def _all(self, kind: str, order: str = "", more: str = "NULL") -> list[tuple[Any, ...]]:
        """All rows of a table that is tallied; ``more``: an expression whose value stands behind the others, unless it is NULL."""
        with self._reading() as db:
            seals: list[int] = []
            rows = self._whole(kind, db.execute(self._select(kind, order, more)), seals)
            self._check_tally(kind, seals)
        return rows if more != "NULL" else [row[:-1] for row in rows]

    def _some(self, kind: str, where: str, values: Sequence[str | int]) -> list[tuple[Any, ...]]:
        with self._lock, self._faults():
            return [row[:-1] for row in self._whole(kind, self._db.execute(self._select(kind, where), values))]

    def _among(self, kind: str, wanted: Sequence[str], rest: str = "", *more: str, column: str = "") -> list[tuple[Any, ...]]:
        """The rows whose ``column`` (the first of the key) is among those ``wanted``; sorted ones keep the rows in order."""
        column = column or KINDS[kind].keys[0]
        place, there = KINDS[kind].columns.index(column), set(wanted)
        rows: list[tuple[Any, ...]] = []
        for first in range(0, len(wanted), IN_LIST):
            piece = wanted[first : first + IN_LIST]
            rows += self._some(kind, f"WHERE {column} IN ({','.join('?' * len(piece))}) {rest}", [*piece, *more])
        return [row for row in rows if row[place] in there]

    def _one(self, kind: str, *key: str | int) -> tuple[Any, ...] | None:
        """The values of the row with that key; None if there is none."""
        keys = KINDS[kind].keys
        rows = self._some(kind, f"WHERE {' AND '.join(f'{name} = ?' for name in keys)}", key)
        if rows and rows[0][: len(keys)] != key:  # a damaged index leads to another row
            raise DamagedRow(self.path, KINDS[kind].called, " ".join(map(str, key)))
        return rows[0][len(keys) :] if rows else None

    @staticmethod
    def _select(kind: str, rest: str, more: str = "NULL") -> str:
        return f"SELECT seal, {', '.join(KINDS[kind].columns)}, {more} FROM {kind} {rest}"

    def _whole(self, kind: str, found: Iterable[tuple[Any, ...]], seals: list[int] | None = None) -> list[tuple[Any, ...]]:
        """The rows without their seals, which must be true."""
        keys, columns, called, again = len(KINDS[kind].keys), len(KINDS[kind].columns), KINDS[kind].called, KINDS[kind].again
        rows: list[tuple[Any, ...]] = []
        for mark, *row in found:
            if mark == seal(kind, *row[:columns]):
                rows.append(tuple(row))
                if seals is not None:
                    seals.append(mark)
            elif not again:
                raise DamagedRow(self.path, called, " ".join(map(str, row[:keys])))
        return rows

    def _check_tally(self, kind: str, seals: Iterable[int]) -> None:
        told = self._db.execute("SELECT rows, seals FROM tallies WHERE kind = ?", (kind,)).fetchone()
        if told != tally(seals):
            raise DamagedRow(self.path, KINDS[kind].called)

    def _of_papers(self, name: str, default: str) -> dict[str, str]:
        rows = self._all("papers", "ORDER BY key", f"coalesce(json_extract(paper, '$.{name}'), '{default}')")
        return {key: told for key, _, told in rows}

    def _read(self, query: str, values: Sequence[str | int] = ()) -> list[Any]:
        with self._lock, self._faults():
            return self._db.execute(query, values).fetchall()

    def _read_in(self, query: str, values: Sequence[str]) -> list[Any]:
        """``query`` with "IN ({})" filled by ``values``, a slice of them at a time."""
        rows: list[Any] = []
        for first in range(0, len(values), IN_LIST):
            piece = values[first : first + IN_LIST]
            rows += self._read(query.format(",".join("?" * len(piece))), piece)
        return rows


def _json(record: Record, without: set[str] | None = None) -> str:
    """What is as by default is left out: most fields of most records."""
    return record.model_dump_json(exclude=without, exclude_defaults=True)


def _spans(sentences: Sequence[SourceSentence]) -> str:
    """Where each sentence starts and ends, as JSON; their numbers are their places."""
    if [sentence.number for sentence in sentences] != [*range(len(sentences))]:
        raise ValueError("sentences are numbered from 0 in their order")
    return json.dumps([place for sentence in sentences for place in (sentence.start, sentence.end)], separators=(",", ":"))


def _paper(facts: str, text: str) -> Paper:
    return Paper.model_validate_json(facts).model_copy(update={"text": text})
