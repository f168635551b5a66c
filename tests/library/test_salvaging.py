"""Whatever byte of a library is flipped, no row is lost or altered but that which lies across it, and what is lost is said."""

import random
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.trust.rows import KEYS, fill, rows_of, salvages
from survey.library import Library
from survey.library.erasing import ERASING, erase
from survey.library.mending import check, mend
from survey.library.salvaging import PAGE, log_is_torn, salvage
from survey.library.schema import KINDS, VERSION, decoded
from survey.records import Paper

Row = tuple[Any, ...]
TOLD_OF = {"papers": "paper", "texts": "paper", "sentences": "paper", "passages": "paper"}
"""Kinds that go together, where one is damaged: a paper is made again from its records."""


def stored(path: Path) -> set[tuple[str, Row]]:
    with closing(sqlite3.connect(path)) as db:
        db.text_factory = decoded
        return {(kind, row) for kind, told in KINDS.items() for row in db.execute(f"SELECT {', '.join(told.columns)}, seal FROM {kind}")}


def surely(path: Path) -> set[tuple[str, Row]]:
    return {(found.kind, found.row) for found in salvage(path) if found.kind in KINDS and found.sure}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "library.sqlite"
    fill(path)
    with Library(path) as library:
        library.put_papers([(Paper(key="long2020", title="Of all ponds", text="Frogs call, and are heard. " * 900), [], [])])
    return path


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As a killed process leaves it: nearly all of it in the log alone."""
    folder = tmp_path_factory.mktemp("logged")
    fill(folder / "made.sqlite")
    with Library(folder / "made.sqlite") as library:
        library.put_talk(None, "2026-02-01", "{}", ['{"question": "Last of all?"}'])
        for name in ("made.sqlite", "made.sqlite-wal"):
            shutil.copyfile(folder / name, folder / name.replace("made", "library"))
    return folder / "library.sqlite"


def flipped(path: Path, folder: Path, at: int, bits: int, end: str = "") -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in (path, path.with_name(f"{path.name}-wal")):
        if name.exists():
            shutil.copyfile(name, folder / name.name)
    with (folder / f"{path.name}{end}").open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ bits]))
    return folder / path.name


def test_all_rows_are_read_without_sqlite_also_those_in_the_log_alone(whole: Path, logged: Path) -> None:
    assert surely(whole) == stored(whole)
    assert any(len(row[1]) > 5 * PAGE for kind, row in rows_of(whole) if kind == "texts")  # it overflows several pages
    before = logged.read_bytes()
    rows = surely(logged)
    assert logged.read_bytes() == before
    assert ("2026-02-01", "{}") in {row[1:3] for kind, row in rows if kind == "talks"}
    assert len(rows) == len(stored(whole)) - 3 + 2


def test_a_flipped_byte_costs_the_one_row_that_lies_across_it(tmp_path: Path) -> None:
    assert {*salvages(tmp_path, 40)} <= {0, 1}


@settings(max_examples=12)
@given(share=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_what_is_mended_has_every_other_row_and_says_what_it_has_not(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, share: float, bits: int
) -> None:
    at = int(share * whole.stat().st_size)
    holds_to_law(whole, flipped(whole, tmp_path_factory.getbasetemp() / "mended", at, bits))


@pytest.mark.parametrize("at", [5, 18, 63, 70, 100, 103, 105, PAGE, PAGE + 3, PAGE + 5])
def test_damage_to_the_first_pages_costs_nothing(whole: Path, tmp_path: Path, at: int) -> None:
    path = flipped(whole, tmp_path / "mended", at, 0xA5)
    assert check(path)
    holds_to_law(whole, path)
    assert stored(path) == stored(whole)


def holds_to_law(whole: Path, path: Path) -> None:
    truth, found = stored(whole), check(path)
    told = mend(path)
    now = stored(path)
    assert check(path) == []
    assert {(kind, row) for kind, row in now - truth if kind != "sources"} == set(), "a row was altered"
    lost = {(kind, row[0]) for kind, row in truth} - {(kind, row[0]) for kind, row in now}
    assert len({TOLD_OF.get(kind, kind) for kind, _ in lost}) <= 1
    assert not lost or found
    assert (
        not any(kind in ("decisions", "talks", "turns", "forgotten") for kind, _ in lost)
        or not all(one.mendable for one in told)
        or any("cannot be made again" in one.cure for one in told)
    )


def test_in_the_log_too_one_row_at_most_is_lost(logged: Path, tmp_path: Path) -> None:
    truth = rows_of(logged)
    size = logged.with_name(f"{logged.name}-wal").stat().st_size
    chance = random.Random(3)
    for at in (0, 8, 17, *(chance.randrange(size // 2) for _ in range(30))):
        path = flipped(logged, tmp_path / "flipped", at, 1 + at % 255, "-wal")
        assert len(truth - rows_of(path)) <= 1, at
    assert log_is_torn(path) and not log_is_torn(logged)
    assert ["log" in ailment.fault for ailment in check(path)] == [True]
    mend(path)
    assert len(truth - stored(path)) <= 1


def test_pages_of_the_log_that_were_zeroed_or_cut_out_cost_what_lay_in_them_and_nothing_behind_them(whole: Path, tmp_path: Path) -> None:
    path, frame = tmp_path / "library.sqlite", PAGE + 24
    shutil.copyfile(whole, tmp_path / "made.sqlite")
    with Library(tmp_path / "made.sqlite") as library:
        for n in range(8):
            library.put_talk(None, f"2026-02-0{n + 1}", "{}", ['{"question": "And now?"}'])
        data = (tmp_path / "made.sqlite-wal").read_bytes()
        shutil.copyfile(tmp_path / "made.sqlite", path)
    log = path.with_name("library.sqlite-wal")
    log.write_bytes(data)
    truth = rows_of(path)
    ends = [at + frame for at in range(32, len(data), frame) if any(data[at + 4 : at + 8])]
    assert not log_is_torn(path) and len(ends) == 8
    pages = range(0, ends[-2] - PAGE, PAGE)
    for damaged in (
        *(data[:at] + bytes(PAGE) + data[at + PAGE :] for at in (*pages[:4], *pages[4 :: len(pages) // 5], pages[-1])),
        *(data[: ends[n]] + data[ends[n] + frame :] for n in (1, 5)),
        data[: ends[2] - 3 * frame] + bytes(5 * frame) + data[ends[2] + 2 * frame :],
    ):
        log.write_bytes(damaged)
        assert log_is_torn(path)
        rows = rows_of(path)
        assert rows <= truth
        assert "2026-02-08" in {row[1] for kind, row in rows if kind == "talks"}


def test_rows_that_were_deleted_do_not_come_back(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    shutil.copyfile(whole, path)
    with Library(path) as library:
        library.drop_records([f"{KEYS[1]}.md"])
        library.put_records(f"{KEYS[2]}.md", "anew", [], [])
        erase(library, [paper for paper in library.papers() if paper.key == KEYS[5]])
    left = stored(path)
    for at in (5, 33, 36, PAGE, 3 * PAGE + 4):
        damaged = flipped(path, tmp_path / "flipped", at, 0x55)
        assert rows_of(damaged) <= left
        mend(damaged)
        with Library(damaged) as library:
            assert library.count(ERASING) and KEYS[5] not in {*library.keys()}
            assert {f"{KEYS[1]}.md", f"{KEYS[2]}.md"} & {row[0] for row in library.rows("records")} == set()


def test_what_cannot_be_made_again_is_missed(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    data = bytearray(whole.read_bytes())
    data[data.find(b"What of pond 3?")] ^= 1
    data[5] ^= 1
    path.write_bytes(data)
    loss = mend(path)[-1]
    assert "1 of the kind “turn of a talk”" in loss.fault and "cannot be made again" in loss.cure
    data[: 40 * PAGE] = bytes(40 * PAGE)
    path.write_bytes(data)
    loss = mend(path)[-1]
    assert not loss.mendable and "cannot be told" in loss.fault and "survey add" in loss.cure


def test_a_chain_that_leads_to_itself_ends(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    data = bytearray(whole.read_bytes())
    for page in range(1, len(data) // PAGE):
        if data[page * PAGE] == 0:
            data[page * PAGE : page * PAGE + 4] = (page + 1).to_bytes(4, "big")
    path.write_bytes(data)
    kinds = Counter(kind for kind, _ in rows_of(path))
    assert kinds["papers"] == len(KEYS) + 1 and kinds["texts"] == len(KEYS)


def test_the_version_is_told_twice(whole: Path, tmp_path: Path) -> None:
    with Library(whole) as library:
        assert library.count("form") == VERSION
