"""The timeline of the field: years from left to right, a lane a theme, a dot a paper.

A column is as wide as its fullest cell needs, so that no dot meets another; years without a paper have none, and a break in the axis says
so. Papers without a year stand in a column of their own at the right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil

from survey.phrases import Phrases
from survey.records import Reference, Survey
from survey.render.drawing import (
    ACCENT,
    BOX,
    DARK,
    LINE,
    MUTED,
    block_height,
    element,
    picture,
    text_lines,
    text_width,
    tooltip,
    wrap,
)
from survey.render.text import by_key, names_of, plain
from survey.years import Lane, Turns, lanes, summed, turns

_WIDE = 880.0  # as a page of 1280 pixels shows it unscaled
_MARGIN, _NAMES, _GAP = 24.0, 190.0, 14.0
_RADIUS, _PITCH = 5.0, 13.0
_WAYS = ((1, 4), (2, 4), (0, 4), (0, 2), (0, 1))
"""How much a cell tells, until the picture is no wider than a page: lines below its dots, and dots beside each other."""
_NAME_SIZE, _YEAR_SIZE, _COUNT_SIZE = 13.0, 12.5, 11.0
_TOP, _PAD, _LEAST = 58.0, 10.0, 42.0
_BREAK = 20.0  # where years are left out
_SPARE = 16.0

Cell = tuple[str, ...]
"""The papers of a lane and a year."""


@dataclass(frozen=True)
class _Column:
    """A year (None: no year is known) and where it stands; ``after_gap``: years before it are left out."""

    year: int | None
    x: float
    width: float
    after_gap: bool


@dataclass(frozen=True)
class _Row:
    lane: Lane
    name: list[str]
    cells: Mapping[int | None, Cell]
    marks: Mapping[int | None, list[str]]
    across: int
    height: float


def years_svg(survey: Survey, *, alone: bool = True) -> str:
    """An SVG document, or "" where fewer than two years are known. One that stands ``alone`` knows dark screens itself."""
    years = {paper.key: paper.year for paper in survey.papers}
    known = sorted({year for year in years.values() if year})
    if len(known) < 2:
        return ""
    say = Phrases(survey.lang)
    shown = [*known, *([None] if None in years.values() else [])]
    own = lanes(survey)
    cells = [{year: tuple(key for key in lane.papers if years[key] == year) for year in shown} for lane in own]
    for lines, across in _WAYS:
        marks = _marks(cells, turns(survey), lines)
        columns = _columns(shown, cells, marks, across)
        if columns[-1].x + columns[-1].width + _MARGIN <= _WIDE:
            break
    rows = [_row(*row, across) for row in zip(own, cells, marks, strict=True)]
    legend = _legend(say, rows, columns)
    right = columns[-1].x + columns[-1].width
    width = max(right, _MARGIN + max(text_width(line, _COUNT_SIZE) for line in legend)) + _MARGIN
    bottom = _TOP + sum(row.height for row in rows)
    body = [element("style", DARK) if alone else "", *_axis(columns, cells, bottom, say), *_breaks(columns, bottom)]
    top, papers, names = _TOP, by_key(survey.papers), names_of(survey.papers)
    for row in rows:
        body += _drawn(row, columns, top, right, papers, names)
        top += row.height
    body.append(text_lines(legend, _MARGIN, bottom + _PAD, _COUNT_SIZE, css="count", fill=MUTED))
    height = bottom + _PAD + block_height(legend, _COUNT_SIZE) + _MARGIN / 2
    return picture(body, width, height, css="years", title=say("years.title"), description=_said(rows, shown, say))


def _marks(cells: Sequence[Mapping[int | None, Cell]], by_paper: Mapping[str, Turns], lines: int) -> list[dict[int | None, list[str]]]:
    """Below the dots of each cell, on so many lines: "○3 ✓1"."""

    def mark(cell: Cell) -> list[str]:
        turned = summed(by_paper[key] for key in cell)
        told = [f"○{turned.raised}" if turned.raised else "", f"✓{turned.resolved}" if turned.resolved else ""]
        return [line for line in (told if lines > 1 else [" ".join(filter(None, told))] * lines) if line]

    return [{year: mark(cell) for year, cell in row.items()} for row in cells]


def _columns(
    shown: Sequence[int | None], cells: Sequence[Mapping[int | None, Cell]], marks: Sequence[Mapping[int | None, list[str]]], across: int
) -> list[_Column]:
    """As wide as their cells need; what room the picture has beyond that is shared out."""
    widths = []
    for year in shown:
        dots = max(min(across, len(row[year])) for row in cells) * _PITCH
        widths.append(max(dots, *(text_width(line, _COUNT_SIZE) for row in marks for line in row[year]), 0.0) + _GAP / 2)
    gaps = [0.0, *(_BREAK if _leaves_out(left, right) else 0.0 for left, right in pairwise(shown))]
    room = _WIDE - 2 * _MARGIN - _NAMES - sum(widths) - sum(gaps)
    spare = min(_LEAST, max(0.0, room / len(shown)))
    columns: list[_Column] = []
    x = _MARGIN + _NAMES
    for year, width, gap in zip(shown, widths, gaps, strict=True):
        x += gap
        columns.append(_Column(year, x, width + spare, gap > 0))
        x += width + spare
    return columns


def _leaves_out(left: int | None, right: int | None) -> bool:
    return left is None or right is None or right > left + 1


def _row(lane: Lane, cells: Mapping[int | None, Cell], marks: Mapping[int | None, list[str]], across: int) -> _Row:
    name = wrap(lane.name, _NAMES - _SPARE, _NAME_SIZE, most=3)
    deep = max(ceil(len(cell) / across) for cell in cells.values()) * _PITCH
    marked = max(block_height(lines, _COUNT_SIZE) for lines in marks.values()) + 2
    return _Row(lane, name, cells, marks, across, max(block_height(name, _NAME_SIZE), deep + marked) + 2 * _PAD)


def _axis(columns: Sequence[_Column], cells: Sequence[Mapping[int | None, Cell]], bottom: float, say: Phrases) -> list[str]:
    """A band for each year, every other one shaded; on top its number and how many papers it has, where there is room for them."""
    drawn: list[str] = []
    free = 0.0
    for nth, column in enumerate(columns):
        if nth % 2 == 0:
            drawn.append(element("rect", css="band", x=column.x, y=14, width=column.width, height=bottom - 14, rx=4, fill=BOX))
        label = str(column.year) if column.year else say("common.undated")
        count = str(sum(len(row[column.year]) for row in cells))
        middle = column.x + column.width / 2
        half = max(text_width(label, _YEAR_SIZE, bold=True), text_width(count, _COUNT_SIZE)) / 2
        if middle - half >= free:
            free = middle + half + 4
            drawn.append(text_lines([label], middle, 18, _YEAR_SIZE, css="label", font_weight="bold", text_anchor="middle"))
            drawn.append(text_lines([count], middle, 36, _COUNT_SIZE, css="count", fill=MUTED, text_anchor="middle"))
    return drawn


def _breaks(columns: Sequence[_Column], bottom: float) -> list[str]:
    """Two strokes where years are left out."""
    drawn = []
    for column in columns:
        if column.after_gap and column.year:
            middle = column.x - _BREAK / 2
            drawn += [
                element("line", css="twig", x1=x - 3, y1=bottom + 4, x2=x + 3, y2=bottom - 8, stroke=LINE, stroke_width=1.4)
                for x in (middle - 2.5, middle + 2.5)
            ]
    return drawn


def _drawn(
    row: _Row, columns: Sequence[_Column], top: float, right: float, papers: Mapping[str, Reference], names: Mapping[str, str]
) -> list[str]:
    drawn = [
        element("line", css="twig", x1=_MARGIN, y1=top, x2=right, y2=top, stroke=LINE, stroke_width=0.6),
        text_lines(row.name, _MARGIN, top + _PAD, _NAME_SIZE, _MARGIN + _NAMES - _SPARE, css="label"),
    ]
    for column in columns:
        middle = column.x + column.width / 2
        cell = row.cells[column.year]
        for nth, key in enumerate(cell):
            beside = min(row.across, len(cell) - nth // row.across * row.across)
            x = middle + (nth % row.across - (beside - 1) / 2) * _PITCH
            y = top + _PAD + _PITCH / 2 + nth // row.across * _PITCH
            look: dict[str, str | float] = (
                {"css": "dot", "fill": ACCENT} if column.year else {"css": "undated", "fill": LINE, "fill_opacity": 0.6}
            )
            title = tooltip(f"{names.get(key, key)}: {papers[key].name}")
            drawn.append(element("g", title + element("circle", cx=x, cy=y, r=_RADIUS, **look)))
        if row.marks[column.year]:
            y = top + _PAD + ceil(len(cell) / row.across) * _PITCH + 2
            drawn.append(text_lines(row.marks[column.year], middle, y, _COUNT_SIZE, css="count", fill=MUTED, text_anchor="middle"))
    return drawn


def _legend(say: Phrases, rows: Sequence[_Row], columns: Sequence[_Column]) -> list[str]:
    marks = "".join(line for row in rows for lines in row.marks.values() for line in lines)
    parts = [
        say("years.legend"),
        say("years.legend_raised") if "○" in marks else "",
        say("years.legend_resolved") if "✓" in marks else "",
        say("years.legend_gap") if any(column.after_gap and column.year for column in columns) else "",
    ]
    return wrap(";  ".join(filter(None, parts)), _WIDE - 2 * _MARGIN, _COUNT_SIZE, most=2)


def _said(rows: Sequence[_Row], shown: Sequence[int | None], say: Phrases) -> str:
    def papers(count: int) -> str:
        return say("common.papers", n=count)

    by_lane = [f"{row.lane.name}: {papers(len(row.lane.papers))}" for row in rows]
    by_year = [f"{year or say('common.undated')}: {papers(sum(len(row.cells[year]) for row in rows))}" for year in shown]
    return f"{'; '.join(by_lane)}. {'; '.join(by_year)}."


def upright_years(survey: Survey, cited: Callable[[str], str]) -> str:
    """For narrow screens: of each year its papers, under their themes; ``cited``: a paper's key → its name as markup."""
    say = Phrases(survey.lang)
    years = {paper.key: paper.year for paper in survey.papers}
    own = lanes(survey)
    items = []
    for year in [*sorted({year for year in years.values() if year}), *([None] if None in years.values() else [])]:
        there = [(lane.name, [key for key in lane.papers if years[key] == year]) for lane in own]
        below = "".join(
            f'<li><bdi>{escape(plain(name))}</bdi> <span class="n">{"; ".join(map(cited, keys))}</span></li>'
            for name, keys in there
            if keys
        )
        items.append(f'<p class="chain">{year or escape(say("common.undated"))}</p><ul>{below}</ul>')
    return f'<div class="upright">{"".join(items)}</div>'
