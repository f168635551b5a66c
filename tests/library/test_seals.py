"""One byte of what is stored, flipped anywhere: never given out."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.trust.rows import fill, sweep
from survey.errors import DamagedRow
from survey.library import Library
from survey.library.schema import KINDS, decoded, seal


def test_no_flip_in_any_kind_of_row_nor_anywhere_in_the_file_is_given_out(tmp_path: Path) -> None:
    found = sweep(tmp_path, each=1, places=40)
    assert found.keys() == {*KINDS, "the file"}
    assert not [(kind, seen) for kind, counts in found.items() for seen in counts if seen.startswith(("served", "uncaught"))]
    assert all(counts.keys() - {"harmless"} for counts in found.values()), "a sweep that damages nothing shows nothing"


def test_the_error_names_the_file_the_row_and_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "store" / "library.sqlite"
    fill(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE texts SET text = replace(text, 'night', 'noon') WHERE key = 'roe2003'")
    with Library(path) as library:
        assert library.paper("roe2004")
        with pytest.raises(DamagedRow, match=r"library\.sqlite: .*text of a paper roe2003 .*survey doctor --repair"):
            library.paper("roe2003")
        with pytest.raises(DamagedRow):
            library.papers()


def test_what_can_be_made_again_counts_as_not_there_and_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "store" / "library.sqlite"
    with Library(path) as library:
        library.put_vectors("e", {"a": b"1234", "b": b"5678"})
        library.put_reply("r", "answer", "{}")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE vectors SET vector = x'00' WHERE digest = 'a'")
        db.execute("UPDATE replies SET key = 's'")
    with Library(path) as library:
        assert library.vectors("e", ["a", "b"]) == {"b": b"5678"}
        assert library.reply("r") is library.reply("s") is None
        library.put_vectors("e", {"a": b"1234"})
        assert library.vectors("e", ["a"]) == {"a": b"1234"}


VALUES = st.one_of(st.text(max_size=9), st.binary(max_size=9), st.integers(-(2**63), 2**63 - 1))


@settings(deadline=None)
@given(st.lists(VALUES, max_size=4), st.lists(VALUES, max_size=4))
def test_rows_of_other_values_have_other_seals(one: list[object], other: list[object]) -> None:
    assert (seal("papers", *one) == seal("papers", *other)) == ([*map(type, one), *one] == [*map(type, other), *other])
    assert seal("papers", *one) != seal("texts", *one)


@settings(deadline=None)
@given(st.binary(max_size=20))
def test_bytes_that_are_no_text_have_a_seal(data: bytes) -> None:
    assert -(2**63) <= seal("papers", decoded(data)) < 2**63
