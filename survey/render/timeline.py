"""The chains as a picture: years from left to right, a row for each chain.

The picture is no wider than a page, however many years there are: columns narrow, and texts, which begin where their paper or arrow
begins, give way to each other downwards (names) or upwards (terms). They are set from right to left, so that the thin line from a dot
to its name never crosses another name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from survey.records import Chain, Link, Reference, Survey, year_letters
from survey.render.drawing import (
    ACCENT,
    BOX,
    LEADING,
    LINE,
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

_WIDE, _NARROW = 880.0, 640.0  # widest, as a page of 1280 pixels shows it unscaled; narrowest, for the sentences and the legend
_COLUMN, _LEAST_COLUMN, _MARGIN = 144.0, 18.0, 24.0
_REACH = 150.0  # right of the last column: room for a name, and for what is left open
_NAME_WIDTH = 300.0
_TITLE_SIZE, _NAME_SIZE, _TERM_SIZE, _YEAR_SIZE = 13.0, 12.5, 11.5, 12.5
_DOT, _GAP = 6.0, 12.0
_FIRST_ROW = 56.0
_RAISED_LINES = 2

Slot = tuple[int, int]
"""A column: the year, and which paper of a chain within that year."""


@dataclass(frozen=True)
class _Text:
    """A line that begins at ``x``; ``level`` counts away from the row's line."""

    text: str
    x: float
    level: int


@dataclass(frozen=True)
class _Row:
    title: str
    raised: list[str]
    dots: list[float]
    names: list[_Text]
    terms: list[_Text]
    chain: Chain

    @property
    def above(self) -> float:
        """From the top of the row to the line on which its papers stand."""
        title = block_height([self.title], _TITLE_SIZE) + block_height(self.raised, _TITLE_SIZE)
        return title + _depth(self.terms) * _TERM_SIZE * LEADING + 22

    @property
    def height(self) -> float:
        return self.above + _depth(self.names) * _NAME_SIZE * LEADING + 40


def chains_svg(survey: Survey) -> str:
    """A standalone SVG document; "" when the survey has no chain."""
    papers = by_key(survey.papers)
    chains = [chain for chain in survey.chains if chain.links]
    if not chains:
        return ""
    slots = [_slots(chain, papers) for chain in chains]
    columns = {slot: at for at, slot in enumerate(sorted({slot for row in slots for slot in row}))}
    column = max(_LEAST_COLUMN, min(_COLUMN, (_WIDE - 2 * _MARGIN - _REACH) / len(columns)))
    width = max(2 * _MARGIN + column * len(columns) + _REACH, _NARROW)
    letters = year_letters(survey.papers)
    names = {paper.key: short_name(paper, letters[paper.key]) for paper in survey.papers}
    rows = []
    for nth, (chain, own) in enumerate(zip(chains, slots, strict=True), start=1):
        dots = [_MARGIN + column * (columns[slot] + 0.5) for slot in own]
        rows.append(_row(nth, chain, dots, names, width))
    height = _FIRST_ROW + sum(row.height for row in rows) + 34
    body = _years(columns, column, height)
    y = _FIRST_ROW
    for row in rows:
        body += _draw(row, y, papers)
        y += row.height
    body.append(text_lines([_legend(rows)], _MARGIN, height - 24, _TERM_SIZE, css="count", fill=MUTED))
    description = " ".join(f"{row.title}: {', '.join(name.text for name in row.names)}." for row in rows)
    title = counted(len(rows), "chain of a problem and what took it up", "chains of problems and what took them up")
    return picture(body, width, height, css="chains", title=title, description=description)


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


def _row(nth: int, chain: Chain, dots: list[float], shown: dict[str, str], width: float) -> _Row:
    """A chain is headed by the sentence that raises its problem: an issue's label may be another paper's words."""
    raised = wrap(f"“{chain.links[0].earlier.quote.text}", width - 3 * _MARGIN, _TITLE_SIZE, most=_RAISED_LINES)
    raised[-1] += "”"
    names = [
        (_one_line(shown.get(key, key), min(width - _MARGIN - x, _NAME_WIDTH), _NAME_SIZE), x - _DOT)
        for key, x in zip(chain.keys, dots, strict=True)
    ]
    terms = [(_terms(link.terms, width - _MARGIN - x - 12), x + 12) for link, x in zip(chain.links, dots, strict=False)]
    return _Row(f"Chain {nth}", raised, dots, _stacked(names, _NAME_SIZE), _stacked(terms, _TERM_SIZE), chain)


def _one_line(text: str, room: float, size: float) -> str:
    return wrap(text, room, size, most=1)[0]


def _terms(terms: tuple[str, ...], room: float) -> str:
    """The first terms, as many of three as stand whole on a line."""
    texts = [", ".join(map(plain, terms[:count])) for count in (3, 2, 1)]
    return next((text for text in texts if text_width(text, _TERM_SIZE) <= room), _one_line(texts[-1], room, _TERM_SIZE))


def _stacked(texts: Sequence[tuple[str, float]], size: float) -> list[_Text]:
    """Each (text, x), left to right, on the first level where it does not meet one to its right."""
    begins: list[float] = []  # of each level, its leftmost text so far
    stacked: list[_Text] = []
    for text, x in reversed(texts):
        end = x + text_width(text, size) + _GAP
        level = next((at for at, begin in enumerate(begins) if end <= begin), len(begins))
        begins[level : level + 1] = [x]
        stacked.insert(0, _Text(text, x, level))
    return stacked


def _depth(texts: Sequence[_Text]) -> int:
    return max((text.level + 1 for text in texts if text.text), default=0)


def _years(columns: dict[Slot, int], column: float, height: float) -> list[str]:
    """A band per year, every other one shaded, with its number on top where there is room for it."""
    drawn: list[str] = []
    free = 0.0
    for nth, (year, slots) in enumerate(groupby(columns, key=lambda slot: slot[0])):
        own = list(slots)
        x, width = _MARGIN + column * columns[own[0]], column * len(own)
        if nth % 2 == 0:
            drawn.append(element("rect", css="band", x=x, y=14, width=width, height=height - 50, rx=4, fill=BOX))
        label = str(year) if year else "no date"
        middle, half = x + width / 2, text_width(label, _YEAR_SIZE, bold=True) / 2
        if middle - half >= free:
            free = middle + half + 4
            drawn.append(text_lines([label], middle, 20, _YEAR_SIZE, css="count", fill=MUTED, font_weight="bold", text_anchor="middle"))
    return drawn


def _draw(row: _Row, top: float, papers: dict[str, Reference]) -> list[str]:
    y = top + row.above
    title = text_lines([row.title], _MARGIN + 8, top, _TITLE_SIZE, css="label", font_weight="bold")
    raised = text_lines(row.raised, _MARGIN + 8, top + block_height([row.title], _TITLE_SIZE), _TITLE_SIZE, css="label")
    links = [
        _arrow(link, term, left, right, y)
        for link, term, left, right in zip(row.chain.links, row.terms, row.dots[:-1], row.dots[1:], strict=True)
    ]
    dots = [
        _paper(papers[key].name if key in papers else key, name, x, y)
        for key, name, x in zip(row.chain.keys, row.names, row.dots, strict=True)
    ]
    return [title, raised, *links, *dots, *_open_end(row.chain, row.dots[-1], y)]


def _paper(title: str, name: _Text, x: float, y: float) -> str:
    top = y + 12 + name.level * _NAME_SIZE * LEADING
    leader = _leader(x, y + _DOT, top + 2) if name.level else ""
    dot = element("circle", css="dot", cx=x, cy=y, r=_DOT, fill=ACCENT)
    return element("g", tooltip(title) + leader + dot + text_lines([name.text], name.x, top, _NAME_SIZE, css="label"))


def _leader(x: float, y1: float, y2: float) -> str:
    return element("line", css="twig", x1=x, y1=y1, x2=x, y2=y2, stroke=LINE, stroke_width=1)


def _arrow(link: Link, term: _Text, left: float, right: float, y: float) -> str:
    dash: dict[str, str | float] = {} if link.kind == "resolves" else {"stroke_dasharray": "5 4"}
    shared = f" Shared terms: {', '.join(link.terms)}." if link.terms else ""
    drawn = tooltip(f"Raised: “{link.earlier.quote.text}” Taken up: “{link.later.quote.text}”{shared}")
    if right - left > 2 * _DOT + 12:  # else the dots stand so close that only its tip has room
        drawn += element("line", css="arrow", x1=left + _DOT + 2, y1=y, x2=right - _DOT - 8, y2=y, stroke=ACCENT, stroke_width=1.6, **dash)
    drawn += element("path", css="tip", d=f"M{number(right - _DOT - 2)} {number(y)}l-9 -4.5v9z", fill=ACCENT)
    if term.text:
        top = y - 10 - (term.level + 1) * _TERM_SIZE * LEADING
        drawn += _leader(term.x + 1, top + _TERM_SIZE * LEADING, y - 2) if term.level else ""
        drawn += text_lines([term.text], term.x, top, _TERM_SIZE, css="count", fill=MUTED)
    return element("g", drawn)


def _open_end(chain: Chain, x: float, y: float) -> list[str]:
    if not chain.left:
        return []
    end = x + _REACH / 3
    drawn = tooltip(f"Left open: “{chain.left[0].quote.text}”")
    drawn += element("line", css="arrow", x1=x + _DOT + 2, y1=y, x2=end - 6, y2=y, stroke=ACCENT, stroke_width=1.6, stroke_dasharray="2 4")
    drawn += element("circle", css="open", cx=end, cy=y, r=_DOT - 1, fill=PAPER, stroke=ACCENT, stroke_width=1.6)
    drawn += text_lines(["open"], end + 10, y - 8, _TERM_SIZE, css="count", fill=MUTED, font_style="italic")
    return [element("g", drawn)]


def _legend(rows: list[_Row]) -> str:
    parts = ["→ taken up by"]
    if any(link.kind != "resolves" for row in rows for link in row.chain.links):
        parts.append("broken line: in part")
    if any(row.chain.left for row in rows):
        parts.append("○ left open")
    return ";  ".join(parts) + ".  Years without a paper are left out."
