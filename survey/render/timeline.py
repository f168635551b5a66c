"""The issue → solution chains as a picture: years from left to right, a row for each chain."""

from dataclasses import dataclass
from itertools import groupby

from survey.records import Chain, Link, Reference, Survey, year_letters
from survey.render.drawing import (
    ACCENT,
    BOX,
    MUTED,
    PAPER,
    block_height,
    element,
    number,
    picture,
    text_lines,
    text_width,
    tooltip,
    wrap,
)
from survey.render.text import by_key, counted, plain, short_name

_COLUMN, _MARGIN = 144.0, 24.0
_TITLE_SIZE, _NAME_SIZE, _TERM_SIZE, _YEAR_SIZE = 13.5, 12.5, 11.5, 12.5
_DOT = 6.0
_OPEN_REACH = 62.0
_FIRST_ROW = 56.0

Slot = tuple[int, int]
"""A column: the year, and which paper of a chain within that year."""


@dataclass(frozen=True)
class _Row:
    title: list[str]
    slots: list[Slot]
    names: list[list[str]]
    terms: list[list[str]]
    chain: Chain

    @property
    def height(self) -> float:
        names, terms = max(map(len, self.names)), max(map(len, self.terms))
        title = block_height(self.title, _TITLE_SIZE)
        return title + block_height([""] * terms, _TERM_SIZE) + block_height([""] * names, _NAME_SIZE) + 50


def chains_svg(survey: Survey) -> str:
    """A standalone SVG document; "" when the survey has no chain."""
    papers = by_key(survey.papers)
    chains = [chain for chain in survey.chains if chain.links]
    if not chains:
        return ""
    slots = [_slots(chain, papers) for chain in chains]
    columns = {slot: at for at, slot in enumerate(sorted({slot for row in slots for slot in row}))}
    width = max(2 * _MARGIN + _COLUMN * len(columns) + _OPEN_REACH, 420.0)
    letters = year_letters(survey.papers)
    labels = {issue.id: issue.label for issue in survey.issues}
    names = {paper.key: short_name(paper, letters[paper.key]) for paper in survey.papers}
    rows = [_row(chain, own, names, labels, columns, width) for chain, own in zip(chains, slots, strict=True)]
    height = _FIRST_ROW + sum(row.height for row in rows) + 34
    body = _years(columns, height)
    y = _FIRST_ROW
    for row in rows:
        body += _draw(row, columns, y, papers)
        y += row.height
    body.append(text_lines([_legend(rows)], _MARGIN, height - 24, 11, css="count", fill=MUTED))
    description = " ".join(f"{' '.join(row.title)}: {', '.join(' '.join(name) for name in row.names)}." for row in rows)
    return picture(
        body,
        width,
        height,
        css="chains",
        title=counted(len(rows), "chain of issue and solution", "chains of issues and solutions"),
        description=description,
    )


def _slots(chain: Chain, papers: dict[str, Reference]) -> list[Slot]:
    """A column for each paper, never to the left of the paper before it; one without a year stands behind its neighbour."""
    slots: list[Slot] = []
    for key in chain.keys:
        year = papers[key].year if key in papers else None
        before = slots[-1] if slots else None
        if before and (year is None or year <= before[0]):
            slots.append((before[0], before[1] + 1))
        else:
            slots.append((year or 0, 0))
    return slots


def _row(chain: Chain, slots: list[Slot], shown: dict[str, str], labels: dict[str, str], columns: dict[Slot, int], width: float) -> _Row:
    issue = chain.links[0].issue
    names = [wrap(shown.get(key, key), _COLUMN - 16, _NAME_SIZE, most=3) for key in chain.keys]
    terms = []
    for link, left, right in zip(chain.links, slots[:-1], slots[1:], strict=True):
        room = min(_COLUMN * (columns[right] - columns[left]) - 34, 230)
        terms.append(_terms(link.terms, room))
    title = wrap(labels.get(issue, issue), width - 2 * _MARGIN - 16, _TITLE_SIZE, bold=True, most=3)
    return _Row(title, slots, names, terms, chain)


def _terms(terms: tuple[str, ...], room: float) -> list[str]:
    """The first terms, as many of three as stand whole in four lines."""
    for count in (3, 2, 1):
        lines = wrap(", ".join(map(plain, terms[:count])), room, _TERM_SIZE)
        if len(lines) <= 4:
            break
    return lines[:4] if terms else [""]


def _x(columns: dict[Slot, int], slot: Slot) -> float:
    return _MARGIN + _COLUMN * (columns[slot] + 0.5)


def _years(columns: dict[Slot, int], height: float) -> list[str]:
    """A band per year, every other one shaded, with its number on top."""
    drawn: list[str] = []
    for nth, (year, slots) in enumerate(groupby(columns, key=lambda slot: slot[0])):
        own = list(slots)
        x, width = _MARGIN + _COLUMN * columns[own[0]], _COLUMN * len(own)
        if nth % 2 == 0:
            drawn.append(element("rect", css="band", x=x, y=14, width=width, height=height - 50, rx=4, fill=BOX))
        label = str(year) if year else "no date"
        drawn.append(text_lines([label], x + width / 2, 20, _YEAR_SIZE, css="count", fill=MUTED, font_weight="bold", text_anchor="middle"))
    return drawn


def _draw(row: _Row, columns: dict[Slot, int], top: float, papers: dict[str, Reference]) -> list[str]:
    bottom = top + block_height(row.title, _TITLE_SIZE) + block_height([""] * max(map(len, row.terms)), _TERM_SIZE) + 6  # of the terms
    y = bottom + 8
    places = [_x(columns, slot) for slot in row.slots]
    widest = max(text_width(line, _TITLE_SIZE, bold=True) for line in row.title)
    right = _MARGIN + _COLUMN * len(columns)
    at = max(_MARGIN + 8, min(places[0] - _DOT, right - widest))  # above the first paper, where it is seen when the picture is scrolled
    title = text_lines(row.title, at, top, _TITLE_SIZE, css="label", font_weight="bold")
    links = [
        _arrow(link, terms, left, right, y)
        for link, terms, left, right in zip(row.chain.links, row.terms, places[:-1], places[1:], strict=True)
    ]
    dots = [
        element(
            "g",
            tooltip(papers[key].name if key in papers else key)
            + element("circle", css="dot", cx=x, cy=y, r=_DOT, fill=ACCENT)
            + text_lines(name, x, y + 12, _NAME_SIZE, css="label", text_anchor="middle"),
        )
        for key, name, x in zip(row.chain.keys, row.names, places, strict=True)
    ]
    return [title, *links, *dots, *_open_end(row.chain, places[-1], y)]


def _arrow(link: Link, terms: list[str], left: float, right: float, y: float) -> str:
    dash: dict[str, str | float] = {} if link.resolution == "full" else {"stroke_dasharray": "5 4"}
    shared = f" Shared terms: {', '.join(link.terms)}." if link.terms else ""
    drawn = tooltip(f"Raised: “{link.raised.quote.text}” Resolved: “{link.resolved.quote.text}”{shared}")
    drawn += element("line", css="arrow", x1=left + _DOT + 2, y1=y, x2=right - _DOT - 8, y2=y, stroke=ACCENT, stroke_width=1.6, **dash)
    drawn += element("path", css="tip", d=f"M{number(right - _DOT - 2)} {number(y)}l-9 -4.5v9z", fill=ACCENT)
    if terms != [""]:
        top = y - 8 - block_height(terms, _TERM_SIZE)
        drawn += text_lines(terms, (left + right) / 2, top, _TERM_SIZE, css="count", fill=MUTED, text_anchor="middle")
    return element("g", drawn)


def _open_end(chain: Chain, x: float, y: float) -> list[str]:
    if not chain.open:
        return []
    end = x + _COLUMN / 2
    drawn = tooltip(f"Left open: “{chain.open.quote.text}”")
    drawn += element("line", css="arrow", x1=x + _DOT + 2, y1=y, x2=end - 6, y2=y, stroke=ACCENT, stroke_width=1.6, stroke_dasharray="2 4")
    drawn += element("circle", css="open", cx=end, cy=y, r=_DOT - 1, fill=PAPER, stroke=ACCENT, stroke_width=1.6)
    drawn += text_lines(["open"], end + 10, y - 8, _TERM_SIZE, css="count", fill=MUTED, font_style="italic")
    return [element("g", drawn)]


def _legend(rows: list[_Row]) -> str:
    parts = ["→ resolves"]
    if any(link.resolution != "full" for row in rows for link in row.chain.links):
        parts.append("broken line: partly")
    if any(row.chain.open for row in rows):
        parts.append("○ left open")
    return ";  ".join(parts) + ".  Years without a paper are left out."
