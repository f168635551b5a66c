import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.render.sheets import sheet
from survey.render.text import plain

from .strategies import hostile


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://e.example")', "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n@x", "＝1"])
def test_what_a_spreadsheet_would_reckon_is_text(text: str) -> None:
    assert rows_of(sheet(("a",), [(text,)])) == [["a"], [f"'{text.strip()}"]]


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert sheet(("a", "b", "c"), [(-0.5, 3, None)]) == "a,b,c\r\n-0.5,3,\r\n"


@given(st.lists(st.tuples(hostile, hostile), max_size=5))
def test_any_text_stays_in_its_cell(texts: list[tuple[str, str]]) -> None:
    rows = rows_of(sheet(("a", "b"), texts))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in rows] == [[plain(cell).removeprefix("'") for cell in row] for row in texts]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
