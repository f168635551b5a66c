"""Damage of every kind is found, and mended from what is whole; what cannot be opened is put aside and salvaged."""

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bench.trust.rows import KEYS, READS, asked, fill, flips
from survey.library import Library
from survey.library.mending import check, mend
from survey.workspace import Workspace
from tests.conftest import Made
from tests.library.old_schemas import old_library


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store" / "library.sqlite"
    fill(path)
    return path


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def test_a_whole_library_has_no_ailment_and_an_older_one_is_looked_at_and_left_as_it_is(path: Path, tmp_path: Path) -> None:
    assert check(path) == mend(path) == []
    old = tmp_path / "old" / "library.sqlite"
    old_library(old, 4)
    before = {file.name: file.read_bytes() for file in old.parent.iterdir()}
    assert ["older version" in ailment.fault for ailment in check(old)] == [True]
    assert {file.name: file.read_bytes() for file in old.parent.iterdir()} == before
    mend(old)
    assert check(old) == []


def test_every_damage_is_found_and_mended_and_the_rest_is_as_it_was(path: Path) -> None:
    truth, content = asked(path), path.read_bytes()
    for kind, damage in flips(random.Random(7), each=1):
        path.write_bytes(content)
        with closing(sqlite3.connect(path, isolation_level=None)) as db, suppress(sqlite3.IntegrityError):
            damage(db)
        if path.read_bytes() == content:
            continue
        found = check(path)
        assert found and all(ailment.mendable and "survey doctor --repair" in ailment.cure for ailment in found), kind
        assert mend(path)
        assert check(path) == [], kind
        now = asked(path)
        assert now["keys"][0] == truth["keys"][0] or set(now["keys"][0]) < set(KEYS)
        assert {one.text for one in now["passages"][0]} <= {one.text for one in truth["passages"][0]}
        assert {one.text for one in now["records"][0]} <= {one.text for one in truth["records"][0]}
        assert now["vectors"].items() <= truth["vectors"].items() and now["replies"].items() <= truth["replies"].items()


def test_a_file_that_sqlite_cannot_read_is_put_aside_and_what_can_be_read_is_kept(path: Path) -> None:
    data = bytearray(path.read_bytes())
    pages = len(data) // 4096
    for page in (pages // 3, pages // 2):
        data[4096 * page : 4096 * page + 200] = b"\xff" * 200
    path.write_bytes(data)
    assert check(path)
    told = mend(path)
    aside = path.with_name("library.damaged-1.sqlite")
    assert aside.read_bytes() == data and aside.name in told[0].cure
    assert check(path) == []
    with Library(path) as library:
        assert set(library.keys()) <= set(KEYS) and library.sources()


@pytest.mark.parametrize("at", range(4))
def test_killed_while_it_is_put_aside_a_library_is_there_and_nothing_is_lost(path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 9000)
    steps = iter(range(4))

    def stopping(done: Callable[..., object]) -> Callable[..., object]:
        def step(*given: object, **how: object) -> object:
            if next(steps, -1) == at:
                raise KeyboardInterrupt
            return done(*given, **how)

        return step

    for where, name in ((os, "link"), (Path, "unlink"), (Path, "replace")):
        monkeypatch.setattr(where, name, stopping(getattr(where, name)))
    with suppress(KeyboardInterrupt):
        mend(path)
    assert path.is_file()
    monkeypatch.undo()
    mend(path)
    assert check(path) == []
    assert path.with_name("library.damaged-1.sqlite").is_file()


@pytest.mark.parametrize("data", [b"", b"no database " * 500, b"SQLite format 3\0" + b"\xff" * 9000])
def test_of_what_is_no_library_at_all_a_new_one_is_begun(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "library.sqlite"
    path.write_bytes(data)
    mend(path)
    assert check(path) == []
    assert not data or path.with_name("library.damaged-1.sqlite").read_bytes() == data


def test_what_is_true_to_its_seal_and_does_not_fit_is_found(path: Path) -> None:
    with Library(path) as library:
        library.put_rows("sentences", [("nobody1999", "[0,9]")])
        library.drop_rows("sentences", [(KEYS[0],)])
        library.put_rows("sentences", [(KEYS[0], "[0,999999]")])
        library.drop_rows("turns", [(2, 0)])
        found = {ailment.place: ailment.fault for ailment in library.check()}
    assert found[f"@{KEYS[0]}"] == "has sentences beyond its text"
    assert found["@nobody1999"] == "has no paper and no text of a paper"
    assert found["talk 2"]
    assert mend(path)
    assert check(path) == []
    with Library(path) as library:
        assert READS["talks"](library)[1][1][1] == ['{"question": "And then?"}']


def test_what_is_lost_for_good_is_not_called_mended_and_a_wrong_number_costs_nothing(path: Path) -> None:
    truth = asked(path)
    change(path, "UPDATE tallies SET rows = rows + 32 WHERE kind = 'records'", "UPDATE tallies SET seals = ~seals WHERE kind = 'talks'")
    told = mend(path)
    assert [(ailment.cure, ailment.mendable) for ailment in told] == [("counted anew", True)] * 2
    assert asked(path) == truth
    change(path, "UPDATE turns SET answer = 'x' WHERE talk = 3 AND number = 1")
    assert [(ailment.place, ailment.mendable) for ailment in mend(path)] == [("turn of a talk 3 1", False)]
    assert check(path) == []


def test_papers_and_records_come_back_from_their_files(work: Made) -> None:
    path = work.root / "store" / "library.sqlite"
    truth = asked(path)
    change(
        path,
        "UPDATE texts SET text = replace(text, 'e', 'a') WHERE key = 'volt2023'",
        "UPDATE records SET paper = replace(paper, 'drone', 'crane') WHERE source LIKE '%toads.pdf'",
        "DELETE FROM passages WHERE key = 'quist2019'",
        "DELETE FROM sentences WHERE key = 'tarr2021'",
    )
    files = {file: file.read_bytes() for file in work.papers.rglob("*") if file.is_file()}
    with Workspace.open(work.root) as opened:
        assert opened.library.check()
        assert opened.mend()
        assert opened.library.check() == []
        assert opened.search("toads")
    now = asked(path)
    for name in ("records", "papers", "keys", "sentences", "passages", "skipped", "sources"):
        assert now[name] == truth[name], name
    assert files == {file: file.read_bytes() for file in files}
