"""One byte of the library flipped: is anything of it ever given out? ``python -m bench.trust.rows`` prints what became of each flip.

First in each column of each kind of row, then at random places of the SQLite file. After every flip all that a library can be asked is
asked. A flip is *refused* where an error names the library, *absent* where what can be made again counts as not there, *harmless* where all
answers are as they were. *Served* is anything else, and *uncaught* an exception that is none of ours; there must be none of these.

Then the file is read without SQLite, as mending reads it where that cannot: each flip may cost the one row that lies across it.
"""

import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

from survey.errors import StorageError
from survey.library import Library
from survey.library.salvaging import PAGE, salvage
from survey.library.schema import KINDS
from survey.passages import passages, split_sentences
from survey.records import Notice, Paper, Part, Skipped, Source

KEYS = [f"roe20{n:02}" for n in range(1, 8)]


def fill(path: Path) -> None:
    """A library with several rows of each kind."""
    with Library(path) as library:
        papers = [
            Paper(
                key=key,
                title=f"Of frogs in pond {n}",
                authors=(f"Ada Roe{n}",),
                doi=f"10.1000/{n}",
                text=f"Frogs of pond {n} call at night. " * (3 + 40 * n) + "They do not call by day.",
                parts=(Part(heading="Method", kind="method", start=0, end=20),),
                sources=(Source(path=f"{key}.md", reader="markdown"),),
            )
            for n, key in enumerate(KEYS)
        ]
        for n, paper in enumerate(papers):
            notice = Notice(source="register", doi=paper.doi, pmid=str(n), title=paper.title, nature="Retraction")
            library.put_records(f"{paper.key}.md", f"3:{n:064x}", [paper], [Skipped(source=paper.key, reason="page 3")], [notice])
        split = [(paper, split_sentences(paper)) for paper in papers]
        library.put_papers([(paper, found, passages(paper, found)) for paper, found in split])
        library.put_decisions([(KEYS[n], KEYS[n + 1]) for n in range(4)], together=True)
        library.put_vectors("e", {f"{n:064x}": bytes([n + 1]) * 64 for n in range(9)})
        for n in range(6):
            library.put_result("themes", f"{n:064x}", f'{{"title": "number {n}"}}')
            library.put_reply(f"{n:064x}", "answer", f'{{"sentences": ["number {n}"]}}')
            library.put_talk(None, f"2026-01-0{n + 1}", "{}", [f'{{"question": "What of pond {n}?"}}', '{"question": "And then?"}'])
        library.put_forgotten("0123456789", ["a" * 32, "b" * 32])


READS: dict[str, Callable[[Library], Any]] = {
    "sources": lambda library: (library.sources(), library.known(), [library.digest(f"{key}.md") for key in KEYS]),
    "records": lambda library: (library.records(), library.sources_of_record(KEYS[3])),
    "skipped": lambda library: (library.skipped(), library.skipped_of([f"{key}.md" for key in KEYS])),
    "notices": lambda library: [library.notices(Paper(title="x", doi=f"10.1000/{n}")) for n in range(len(KEYS))],
    "decisions": lambda library: library.decisions(),
    "papers": lambda library: library.papers(),
    "keys": lambda library: (library.keys(), library.titles(), library.parts(), library.source_paths()),
    "a paper": lambda library: [library.paper(key) for key in KEYS],
    "sentences": lambda library: [library.sentences(key) for key in KEYS],
    "passages": lambda library: (library.passages(), library.passages(KEYS[2:5]), library.passages_named([f"{key}/0" for key in KEYS])),
    "vectors": lambda library: library.vectors("e", [f"{n:064x}" for n in range(9)]),
    "results": lambda library: {n: found for n in range(6) if (found := library.result("themes", f"{n:064x}"))},
    "replies": lambda library: {n: found for n in range(6) if (found := library.reply(f"{n:064x}"))},
    "talks": lambda library: (library.talks(), [library.talk(n) for n in range(1, 7)]),
    "forgotten": lambda library: library.forgotten(),
}
AGAIN = ("vectors", "results", "replies")


def outcome(path: Path, truth: dict[str, Any]) -> str:
    """What becomes of a library that was damaged."""
    seen = "harmless"
    try:
        with Library(path) as library:
            for name, read in READS.items():
                try:
                    found = read(library)
                except StorageError:
                    seen = "refused"
                    continue
                if found != truth[name]:
                    if name not in AGAIN or not found.items() <= truth[name].items():
                        return f"served: {name}"
                    seen = "absent" if seen == "harmless" else seen
    except StorageError:
        return "refused"
    except Exception as error:
        return f"uncaught: {type(error).__name__}: {error}"
    return seen


def asked(path: Path) -> dict[str, Any]:
    with Library(path) as library:
        return {name: read(library) for name, read in READS.items()}


def flips(chance: random.Random, each: int) -> Iterator[tuple[str, Callable[[sqlite3.Connection], object]]]:
    """Kind and what damages a row of it: a byte of a column or of its seal, its key changed for another's, the row gone."""
    for kind, told in KINDS.items():
        for column in (*told.columns, "seal"):
            for _ in range(each):
                yield kind, partial(_flip, kind=kind, column=column, chance=chance)
        for _ in range(each):
            yield kind, partial(_swap, kind=kind, chance=chance)
        if not told.again:
            yield kind, partial(_lose, kind=kind, chance=chance)


def _row(db: sqlite3.Connection, kind: str, chance: random.Random) -> tuple[Any, ...]:
    return tuple(chance.choice(db.execute(f"SELECT {', '.join(KINDS[kind].keys)} FROM {kind}").fetchall()))


def _where(kind: str) -> str:
    return " AND ".join(f"{key} = ?" for key in KINDS[kind].keys)


def _flip(db: sqlite3.Connection, kind: str, column: str, chance: random.Random) -> None:
    for _ in range(100):
        row = _row(db, kind, chance)
        (value,) = db.execute(f"SELECT {column} FROM {kind} WHERE {_where(kind)}", row).fetchone()
        bit = 1 << chance.randrange(8)
        if isinstance(value, int):
            db.execute(f"UPDATE {kind} SET {column} = ? WHERE {_where(kind)}", (value ^ bit, *row))
            return
        data = bytearray(value.encode() if isinstance(value, str) else value)
        if data:
            data[chance.randrange(len(data))] ^= bit
            db.execute(
                f"UPDATE {kind} SET {column} = {'CAST(? AS TEXT)' if isinstance(value, str) else '?'} WHERE {_where(kind)}",
                (bytes(data), *row),
            )
            return


def _swap(db: sqlite3.Connection, kind: str, chance: random.Random) -> None:
    """The values of one row under the key of another."""
    values = [*KINDS[kind].values, "seal"]
    for _ in range(100):
        one, other = _row(db, kind, chance), _row(db, kind, chance)
        if one != other:
            found = db.execute(f"SELECT {', '.join(values)} FROM {kind} WHERE {_where(kind)}", one).fetchone()
            db.execute(f"UPDATE {kind} SET {', '.join(f'{v} = ?' for v in values)} WHERE {_where(kind)}", (*found, *other))
            return


def _lose(db: sqlite3.Connection, kind: str, chance: random.Random) -> None:
    db.execute(f"DROP TRIGGER {kind}_out")
    db.execute(f"DELETE FROM {kind} WHERE {_where(kind)}", _row(db, kind, chance))


def sweep(folder: Path, each: int, places: int, seed: int = 1) -> dict[str, Counter[str]]:
    """Kind of row, or "the file" → outcome → how often."""
    chance = random.Random(seed)
    whole = folder / "whole" / "library.sqlite"
    fill(whole)
    truth, content = asked(whole), whole.read_bytes()
    path = folder / "damaged" / "library.sqlite"
    path.parent.mkdir()
    found: dict[str, Counter[str]] = {}
    for kind, damage in flips(chance, each):
        _fresh(path, content)
        with closing(sqlite3.connect(path, isolation_level=None)) as db, suppress(sqlite3.IntegrityError):
            damage(db)
        found.setdefault(kind, Counter())[outcome(path, truth)] += 1
    for _ in range(places):
        data = bytearray(content)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        _fresh(path, bytes(data))
        found.setdefault("the file", Counter())[outcome(path, truth)] += 1
    return found


def salvages(folder: Path, places: int, seed: int = 2) -> Counter[int]:
    """Rows that are lost, or not as they were written → after how many flips; half of these are in what tells of a page's cells."""
    chance = random.Random(seed)
    whole, path = folder / "sound.sqlite", folder / "flipped.sqlite"
    fill(whole)
    truth, content = rows_of(whole), whole.read_bytes()
    lost: Counter[int] = Counter()
    for n in range(places):
        data = bytearray(content)
        at = chance.randrange(len(data)) if n % 2 else PAGE * chance.randrange(len(data) // PAGE) + chance.randrange(12)
        data[at] ^= chance.randrange(1, 256)
        path.write_bytes(data)
        lost[len(truth ^ rows_of(path))] += 1
    return lost


def rows_of(path: Path) -> set[tuple[str, tuple[Any, ...]]]:
    return {(found.kind, found.row) for found in salvage(path) if found.kind in KINDS}


def _fresh(path: Path, content: bytes) -> None:
    for other in path.parent.iterdir():
        other.unlink()
    path.write_bytes(content)


def measure(each: int = 40, places: int = 4000) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        found = sweep(Path(folder), each, places)
        lost = salvages(Path(folder), places)
    outcomes = sorted({seen.partition(":")[0] for counts in found.values() for seen in counts})
    print(f"{'':10}", *(f"{name:>9}" for name in ("flipped", *outcomes)))
    for kind, counts in found.items():
        print(f"{kind:10}", f"{counts.total():9}", *(f"{sum(n for seen, n in counts.items() if seen.startswith(o)):9}" for o in outcomes))
    bad = {seen: n for counts in found.values() for seen, n in counts.items() if seen.startswith(("served", "uncaught"))}
    for seen, n in bad.items():
        print(f"{n} × {seen}")
    print("rows lost by a flip:", ", ".join(f"{rows} after {flips} flips" for rows, flips in sorted(lost.items())))
    flipped = float(sum(counts.total() for counts in found.values()))
    return {"rows_flipped": flipped, "rows_served": float(sum(bad.values())), "rows_lost_most": float(max(lost))}


if __name__ == "__main__":
    print(measure())
