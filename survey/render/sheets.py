"""Tables for spreadsheets, as CSV (RFC 4180, UTF-8).

A cell that a spreadsheet would take for a formula is written behind an apostrophe, which spreadsheets read as "this is text": what a paper
says must not be reckoned, nor reach for an address.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from survey.render.text import plain

Cell = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def sheet(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Numbers stand as they are; of None nothing does."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return file.getvalue()


def _cell(cell: Cell) -> str:
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    text = plain(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
