"""The chains as a timeline: years from left to right, a row for each chain, an arc for each link.

The papers of a chain stand on one line, whatever branches the chain has: who takes up what is told by the arcs above it. Their names begin
below their papers and give way to each other downwards. They are set from right to left, so that the thin line from a dot to its name never
crosses another name. The picture is no wider than a page, however many years there are: columns narrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from survey.phrases import Phrases
from survey.records import Chain, Link, Reference, Survey
from survey.render.drawing import (
    ACCENT,
    BOX,
    DARK,
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
from survey.render.text import by_key, names_of, plain

_WIDE, _NARROW = 880.0, 640.0  # widest, as a page of 1280 pixels shows it unscaled; narrowest, for the sentences and the legend
_COLUMN, _MARGIN = 144.0, 24.0
_REACH = 150.0  # right of the last column: room for a name
_NAME_WIDTH = 300.0
_TITLE_SIZE, _NAME_SIZE, _TERM_SIZE, _YEAR_SIZE = 13.0, 12.5, 11.5, 12.5
_DOT, _TIP, _GAP = 6.0, 9.0, 12.0
_LOW_ARC, _SLOPE, _NESTED = 26.0, 0.06, 9.0
_FIRST_ROW = 56.0
_RAISED_LINES, _LEFT_LINES = 2, 2
_MOST = 24  # chains in one picture

Slot = tuple[int, int]
"""A column: the year, and which paper of a chain within that year."""


@dataclass(frozen=True)
class _Name:
    """A paper's name and, behind it, words that it shares with what it takes up; ``level`` counts downwards from the papers' line."""

    text: str
    terms: str
    x: float
    level: int = 0

    @property
    def end(self) -> float:
        return self.x + text_width(self.text, _NAME_SIZE) + (_GAP / 2 + text_width(self.terms, _TERM_SIZE) if self.terms else 0.0)


@dataclass(frozen=True)
class _Row:
    title: str
    raised: list[str]
    dots: dict[str, float]  # citekey → x
    names: list[_Name]
    left: list[str]
    chain: Chain
    dot: float

    @property
    def above(self) -> float:
        """From the top of the row to the line on which its papers stand."""
        title = block_height([self.title], _TITLE_SIZE) + block_height(self.raised, _TITLE_SIZE)
        return title + 0.75 * max(self.rises) + _DOT + 10

    @property
    def rises(self) -> list[float]:
        """How far the handles of each link's arc rise: further for a longer one, and for each shorter one that begins where it does."""
        spans = [(self.dots[earlier], self.dots[later]) for earlier, later in (link.ends for link in self.chain.links)]
        nested = [sum(other[0] == span[0] and other[1] < span[1] for other in spans) for span in spans]
        return [_LOW_ARC + _SLOPE * (right - left) + _NESTED * count for (left, right), count in zip(spans, nested, strict=True)]

    @property
    def below(self) -> float:
        """From there to the lines on what is left open."""
        return 12 + (1 + max(name.level for name in self.names)) * _NAME_SIZE * LEADING + 4

    @property
    def height(self) -> float:
        return self.above + self.below + block_height(self.left, _TERM_SIZE) + 26


def chains_svg(survey: Survey, *, alone: bool = True) -> str:
    """An SVG document; where the survey has no chain it says so, or is "" where it does not stand ``alone``. One that does knows dark
    screens itself."""
    say = Phrases(survey.lang)
    papers = by_key(survey.papers)
    known = [chain for chain in survey.chains if chain.links]
    chains = known[:_MOST]
    if not chains and not alone:
        return ""
    if not chains:
        none = say("drawings.nothing_answers")
        said = text_lines([none], _MARGIN, 20, _NAME_SIZE, css="label")
        return picture([element("style", DARK), said], _NARROW, 56, css="chains", title=say("drawings.no_chains"), description=none)
    slots = [_slots(chain, papers) for chain in chains]
    columns = {slot: at for at, slot in enumerate(sorted({slot for row in slots for slot in row.values()}))}
    column = min(_COLUMN, (_WIDE - 2 * _MARGIN - _REACH) / len(columns))
    width = max(2 * _MARGIN + column * len(columns) + _REACH, _NARROW)
    names = names_of(survey.papers)
    rows = []
    for nth, (chain, own) in enumerate(zip(chains, slots, strict=True), start=1):
        dots = {key: _MARGIN + column * (columns[slot] + 0.5) for key, slot in own.items()}
        rows.append(_row(nth, chain, dots, names, width, min(_DOT, 0.4 * column), say))
    height = _FIRST_ROW + sum(row.height for row in rows) + 34
    body = [element("style", DARK) if alone else "", *_years(columns, column, height, say)]
    y = _FIRST_ROW
    for row in rows:
        body += _draw(row, y, papers, say)
        y += row.height
    legend = wrap(_legend(rows, len(known), say), width - 2 * _MARGIN, _TERM_SIZE, most=1)
    body.append(text_lines(legend, _MARGIN, height - 24, _TERM_SIZE, css="count", fill=MUTED))
    description = " ".join(f"{row.title}: {', '.join(name.text for name in row.names)}." for row in rows)
    title = say("drawings.chains", n=len(rows))
    return picture(body, width, height, css="chains", title=title, description=description)


def _slots(chain: Chain, papers: dict[str, Reference]) -> dict[str, Slot]:
    """A column for each paper, from left to right, each to the right of the paper that it takes up: in its year or, where it has none or an
    earlier one, in that paper's."""
    first = chain.keys[0]
    years = {first: (papers[first].year if first in papers else None) or 0}
    for earlier, later in (link.ends for link in chain.links):
        years[later] = max((papers[later].year if later in papers else None) or 0, years[earlier])
    slots: dict[str, Slot] = {}
    for year, keys in groupby(sorted(chain.keys, key=years.__getitem__), key=years.__getitem__):
        slots |= {key: (year, nth) for nth, key in enumerate(keys)}
    return slots


def _row(nth: int, chain: Chain, dots: dict[str, float], shown: dict[str, str], width: float, dot: float, say: Phrases) -> _Row:
    """A chain is headed by the sentence that raises its problem: an issue's label may be another paper's words."""
    room = width - 3 * _MARGIN
    raised = wrap(f"“{chain.links[0].earlier.quote.text}", room, _TITLE_SIZE, most=_RAISED_LINES)
    raised[-1] += "”"
    terms = {link.ends[1]: link.terms for link in chain.links}
    names = []
    for key, x in dots.items():
        text = wrap(shown.get(key, key), min(width - _MARGIN - x, _NAME_WIDTH), _NAME_SIZE, most=1)[0]
        left = width - _MARGIN - x - text_width(text, _NAME_SIZE) - _GAP / 2
        names.append(_Name(text, _terms(terms.get(key, ()), left), x - dot))
    open_ends = [
        wrap(f"{say('drawings.left_open_by', paper=shown.get(s.quote.key, s.quote.key))} “{s.quote.text}", room, _TERM_SIZE, most=1)[0]
        + "”"
        for s in chain.left[:_LEFT_LINES]
    ]
    if len(chain.left) > _LEFT_LINES:
        open_ends.append(say("drawings.and_more", n=len(chain.left) - _LEFT_LINES))
    return _Row(say("drawings.chain", n=nth), raised, dots, _stacked(names), open_ends, chain, dot)


def _terms(terms: tuple[str, ...], room: float) -> str:
    """The first terms, as many of three as stand whole behind the name."""
    texts = [", ".join(map(plain, terms[:count])) for count in (3, 2, 1)]
    return next((text for text in texts if text_width(text, _TERM_SIZE) <= room), "")


def _stacked(names: Sequence[_Name]) -> list[_Name]:
    """The names, left to right, each on the first level where it meets neither one to its right nor the line that leads to one."""
    begins: list[float] = []  # of each level, its leftmost name so far
    stacked: list[_Name] = []
    for name in reversed(names):
        level = next((at for at in range(len(begins)) if name.end + _GAP <= min(begins[at:])), len(begins))
        begins[level : level + 1] = [name.x]
        stacked.insert(0, _Name(name.text, name.terms, name.x, level))
    return stacked


def _years(columns: dict[Slot, int], column: float, height: float, say: Phrases) -> list[str]:
    """A band per year, every other one shaded, with its number on top where there is room for it."""
    drawn: list[str] = []
    free = 0.0
    for nth, (year, slots) in enumerate(groupby(columns, key=lambda slot: slot[0])):
        own = list(slots)
        x, width = _MARGIN + column * columns[own[0]], column * len(own)
        if nth % 2 == 0:
            drawn.append(element("rect", css="band", x=x, y=14, width=width, height=height - 50, rx=4, fill=BOX))
        label = str(year) if year else say("drawings.no_date")
        middle, half = x + width / 2, text_width(label, _YEAR_SIZE, bold=True) / 2
        if middle - half >= free:
            free = middle + half + 4
            drawn.append(text_lines([label], middle, 20, _YEAR_SIZE, css="count", fill=MUTED, font_weight="bold", text_anchor="middle"))
    return drawn


def _draw(row: _Row, top: float, papers: dict[str, Reference], say: Phrases) -> list[str]:
    y = top + row.above
    title = text_lines([row.title], _MARGIN + 8, top, _TITLE_SIZE, css="label", font_weight="bold")
    raised = text_lines(row.raised, _MARGIN + 8, top + block_height([row.title], _TITLE_SIZE), _TITLE_SIZE, css="label")
    links = [
        _arc(link, row.dots[link.ends[0]], row.dots[link.ends[1]], y, rise, row.dot, say)
        for link, rise in zip(row.chain.links, row.rises, strict=True)
    ]
    left = {s.quote.key: s.quote.text for s in row.chain.left}
    dots = [
        _paper(papers[key].name if key in papers else key, name, x, y, left.get(key, ""), row.dot, say)
        for (key, x), name in zip(row.dots.items(), row.names, strict=True)
    ]
    open_ends = [text_lines(row.left, _MARGIN + 8, y + row.below, _TERM_SIZE, css="count", fill=MUTED)] if row.left else []
    return [title, raised, *links, *dots, *open_ends]


def _paper(title: str, name: _Name, x: float, y: float, left: str, radius: float, say: Phrases) -> str:
    """Its dot, hollow where it leaves something open, and its name."""
    top = y + 12 + name.level * _NAME_SIZE * LEADING
    drawn = tooltip(f"{title} — {say('drawings.left_open_here')} “{left}”" if left else title)
    if name.level:
        drawn += element("line", css="twig", x1=x, y1=y + radius, x2=x, y2=top + 1, stroke=LINE, stroke_width=1)
    if left:
        drawn += element("circle", css="open", cx=x, cy=y, r=radius - 0.8, fill=PAPER, stroke=ACCENT, stroke_width=1.6)
    else:
        drawn += element("circle", css="dot", cx=x, cy=y, r=radius, fill=ACCENT)
    drawn += text_lines([name.text], name.x, top, _NAME_SIZE, css="label")
    if name.terms:
        behind = name.x + text_width(name.text, _NAME_SIZE) + _GAP / 2
        drawn += text_lines([name.terms], behind, top + 0.9, _TERM_SIZE, css="count", fill=MUTED)
    return element("g", drawn)


def _arc(link: Link, left: float, right: float, y: float, rise: float, radius: float, say: Phrases) -> str:
    """From dot to dot above the line; its tip stands on the later paper."""
    dash: dict[str, str | float] = {} if link.kind == "resolves" else {"stroke_dasharray": "5 4"}
    taken_up = say("drawings.taken_up" if link.kind == "resolves" else "drawings.taken_up_partly")
    shared = [say("drawings.shared_terms", terms=", ".join(link.terms))] if link.terms else []
    said = " ".join([say("drawings.raised"), f"“{link.earlier.quote.text}”", taken_up, f"“{link.later.quote.text}”", *shared])
    foot, end, lean = y - radius - 1, y - radius - _TIP, 0.25 * (right - left)
    points = ((left + radius / 2, foot), (left + lean, y - rise), (right, y - rise), (right, end))
    start, *rest = (f"{number(x)} {number(y)}" for x, y in points)
    curve = f"M{start}C{' '.join(rest)}"
    half = min(_TIP / 2, radius)
    drawn = element("path", css="arrow", d=curve, fill="none", stroke=ACCENT, stroke_width=1.6, **dash)
    tip = f"M{number(right)} {number(foot)}l{number(-half)} {number(-_TIP)}h{number(2 * half)}z"
    return element("g", tooltip(said) + drawn + element("path", css="tip", d=tip, fill=ACCENT))


def _legend(rows: list[_Row], known: int, say: Phrases) -> str:
    parts = [say("drawings.arcs")]
    if any(link.kind != "resolves" for row in rows for link in row.chain.links):
        parts.append(say("drawings.broken"))
    if any(row.chain.left for row in rows):
        parts.append(say("drawings.hollow"))
    shown = [say("drawings.strongest", n=len(rows), all=known)] if known > len(rows) else []
    return "  ".join([";  ".join(parts) + ".", say("drawings.no_years"), *shown])
