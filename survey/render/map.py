"""The themes as a map: each paper a dot, each theme an island of them under its name, alike ones near each other.

The survey says where papers stand (:class:`survey.records.Place`); an island is put as near to the middle of its papers as the others let
it, and its dots are packed around that middle in the same directions. So nothing overlaps, however many papers there are.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from survey.phrases import Phrases
from survey.records import Reference, Survey, Theme
from survey.render.drawing import ACCENT, BOX, LINE, MUTED, PAPER, Box, element, picture, text_lines, text_width, tooltip, wrap
from survey.render.text import by_key

_DOTS = ((150, 7.5), (400, 6.0), (10**9, 5.0))  # up to how many papers dots have which radius
_PITCH = 2.7  # from one dot to the next, in radii
_KEY = 6.0  # radius of a dot of the legend
_NAME_SIZE, _COUNT_SIZE, _PART_SIZE = 15.0, 12.0, 12.0
_NAME_WIDTH, _PART_WIDTH = 190.0, 120.0  # of a line, where the dots need no wider
_PAD, _GAP, _MARGIN, _LEGEND = 14.0, 12.0, 24.0, 40.0
_LEAD = 1.28
_WIDE = 1.45  # width of the whole over its height, about that of a sheet
_CROWDED = 0.5  # of the space that the islands need: they start too close and move apart, no farther than they must
_STEP = 7.0
_FAINT = 0.3  # opacity of the oldest paper


@dataclass(frozen=True)
class Dot:
    key: str
    x: float
    y: float
    radius: float
    alone: bool = False

    @property
    def box(self) -> Box:
        return Box(self.x - self.radius, self.y - self.radius, 2 * self.radius, 2 * self.radius)


@dataclass(frozen=True)
class Label:
    """``kind``: "name" of a theme, "count" of its papers, "part": the name of a subtheme."""

    kind: str
    lines: tuple[str, ...]
    size: float
    x: float
    y: float

    @property
    def box(self) -> Box:
        return Box(self.x, self.y, _widest(self.lines, self.size, self.kind == "name"), len(self.lines) * self.size * _LEAD)


@dataclass(frozen=True)
class Island:
    """A theme, or (``theme`` None) a paper that stands alone; everything is measured from the corner of ``box`` until it is placed."""

    theme: Theme | None
    box: Box
    labels: tuple[Label, ...]
    dots: tuple[Dot, ...]

    def at(self, x: float, y: float) -> "Island":
        return Island(
            self.theme,
            Box(x, y, self.box.width, self.box.height),
            tuple(Label(label.kind, label.lines, label.size, label.x + x, label.y + y) for label in self.labels),
            tuple(Dot(dot.key, dot.x + x, dot.y + y, dot.radius, dot.alone) for dot in self.dots),
        )


def themes_svg(survey: Survey) -> str:
    """A standalone SVG document; "" when there is no paper."""
    say = Phrases(survey.lang)
    islands = layout(survey)
    if not islands:
        return ""
    papers = by_key(survey.papers)
    years = [paper.year for paper in survey.papers if paper.year]
    span = (min(years), max(years)) if years else None
    legend = _legend(span, any(dot.alone for island in islands for dot in island.dots), say)
    width = max(*(island.box.x + island.box.width for island in islands), _MARGIN + _legend_width(legend)) + _MARGIN
    base = max(island.box.y + island.box.height for island in islands)
    body = [_drawn(island, papers, span) for island in islands]
    body += _legend_drawn(legend, base + _MARGIN)
    described = [f"{t.name}: {say('common.papers', n=len(t.papers))}{_parts_said(t)}." for t in survey.themes]
    if survey.alone:
        described.append(say("drawings.alone_are", papers=say("common.papers", n=len(survey.alone))))
    title = say("drawings.themes", title=survey.title or survey.topic or say("common.papers", n=len(survey.papers)))
    return picture(body, width, base + _LEGEND + _MARGIN, css="themes", title=title, description=" ".join(described))


def _parts_said(theme: Theme) -> str:
    return f" ({'; '.join(f'{sub.name}, {len(sub.papers)}' for sub in theme.subthemes)})" if theme.subthemes else ""


# ---------------------------------------------------------------- where everything stands


def layout(survey: Survey) -> list[Island]:
    """The islands of the map, the themes in their order and then the papers alone; the picture's corner is (0, 0)."""
    places = {place.key: (place.x, place.y) for place in survey.places}
    together = {key for theme in survey.themes for key in theme.papers}
    alone = [key for key in dict.fromkeys([*(a.key for a in survey.alone), *(p.key for p in survey.papers)]) if key not in together]
    radius = next(radius for most, radius in _DOTS if len(together) + len(alone) <= most)
    say = Phrases(survey.lang)
    made = [_island(theme, places, radius, say) for theme in survey.themes if theme.papers]
    edge = 1.5 * radius
    made += [Island(None, Box(0, 0, 2 * edge, 2 * edge), (), (Dot(key, edge, edge, radius, alone=True),)) for key in alone]
    if not made:
        return []
    area = sum((island.box.width + _GAP) * (island.box.height + _GAP) for island in made) * _CROWDED
    height = math.sqrt(area / _WIDE)
    placed: dict[int, Box] = {}
    for n in sorted(range(len(made)), key=lambda n: (-made[n].box.width * made[n].box.height, n)):
        x, y = _middle([dot.key for dot in made[n].dots], places)
        placed[n] = _free(made[n].box, x * height * _WIDE, y * height, list(placed.values()))
    left, top = (min(getattr(box, axis) for box in placed.values()) - _MARGIN for axis in ("x", "y"))
    return [made[n].at(round(placed[n].x - left, 1), round(placed[n].y - top, 1)) for n in range(len(made))]


def _middle(keys: Iterable[str], places: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    points = [places.get(key, (0.5, 0.5)) for key in keys]
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _free(island: Box, x: float, y: float, others: Sequence[Box]) -> Box:
    """The box with its middle as near to (x, y) as the others leave room: along a spiral, wider than high as the whole is."""
    wide, high = island.width, island.height
    turn = 0.0
    while True:
        reach = _STEP * turn / (2 * math.pi)
        left = x + _WIDE * reach * math.cos(turn) - wide / 2
        top = y + reach * math.sin(turn) - high / 2
        room = Box(left - _GAP, top - _GAP, wide + 2 * _GAP, high + 2 * _GAP)
        if not any(room.overlaps(other) for other in others):
            return Box(left, top, wide, high)
        turn += min(0.5, _STEP / max(reach, _STEP))


def _island(theme: Theme, places: Mapping[str, tuple[float, float]], radius: float, say: Phrases) -> Island:
    """The name, the number of papers, and beneath them the dots; those of each subtheme together above its name."""
    cells = [_cell(sub.papers, places, radius, sub.name) for sub in theme.subthemes]
    inside = {key for sub in theme.subthemes for key in sub.papers}
    if rest := [key for key in theme.papers if key not in inside]:
        cells.append(_cell(rest, places, radius))
    columns = math.ceil(math.sqrt(len(cells)))
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    dots_width = max(sum(cell.box.width for cell in row) + _PAD * (len(row) - 1) for row in rows)
    name = Label("name", tuple(wrap(theme.name, max(dots_width, _NAME_WIDTH), _NAME_SIZE, bold=True, most=4)), _NAME_SIZE, _PAD, _PAD)
    count = Label("count", (say("common.papers", n=len(theme.papers)),), _COUNT_SIZE, _PAD, _PAD + name.box.height)
    width = max(dots_width, name.box.width, count.box.width)
    labels, dots = [name, count], list[Dot]()
    y = count.y + count.box.height + 0.7 * _PAD
    for row in rows:
        spare = (width - sum(cell.box.width for cell in row)) / (len(row) + 1)
        x = _PAD + spare
        for cell in row:
            moved = cell.at(x, y)
            labels += moved.labels
            dots += moved.dots
            x += cell.box.width + spare
        y += max(cell.box.height for cell in row) + _PAD
    return Island(theme, Box(0, 0, width + 2 * _PAD, y), tuple(labels), tuple(dots))


def _cell(keys: Sequence[str], places: Mapping[str, tuple[float, float]], radius: float, name: str = "") -> Island:
    """Dots close together around their middle, over the name if there is one."""
    points = [(key, x * radius, y * radius) for key, x, y in _packed(keys, places)]
    left, top = min(x for _, x, _ in points) - radius, min(y for _, _, y in points) - radius
    wide, high = max(x for _, x, _ in points) + radius - left, max(y for _, _, y in points) + radius - top
    width, height = wide, high
    labels: tuple[Label, ...] = ()
    if name:
        label = Label("part", tuple(wrap(name, max(wide, _PART_WIDTH), _PART_SIZE, most=4)), _PART_SIZE, 0, high + 5)
        width, height = max(wide, label.box.width), high + 5 + label.box.height
        labels = (Label(label.kind, label.lines, label.size, (width - label.box.width) / 2, label.y),)
    shift = (width - wide) / 2
    return Island(None, Box(0, 0, width, height), labels, tuple(Dot(key, x - left + shift, y - top, radius) for key, x, y in points))


def _packed(keys: Sequence[str], places: Mapping[str, tuple[float, float]]) -> list[tuple[str, float, float]]:
    """Every paper on a place of a hexagonal grid, in radii of a dot: those nearest to the middle inside, each ring in the order of
    directions."""
    x, y = _middle(keys, places)
    polar = {key: (math.hypot(*away), math.atan2(away[1], away[0])) for key in keys if (away := _away(key, places, x, y))}
    rest = sorted(keys, key=lambda key: (polar[key][0], key))
    found: list[tuple[str, float, float]] = []
    grid = sorted(_grid(len(keys)), key=lambda place: (round(math.hypot(*place), 3), round(math.atan2(place[1], place[0]), 3)))
    for _, ring in groupby(grid, key=lambda place: round(math.hypot(*place), 3)):
        around = list(ring)
        inner, rest = rest[: len(around)], rest[len(around) :]
        inner.sort(key=lambda key: (polar[key][1], key))
        found += [(key, *place) for key, place in zip(inner, around, strict=True)]
    return found


def _away(key: str, places: Mapping[str, tuple[float, float]], x: float, y: float) -> tuple[float, float]:
    across, down = places.get(key, (0.5, 0.5))
    return across - x, down - y


def _grid(count: int) -> list[tuple[float, float]]:
    """The ``count`` places of a hexagonal grid nearest to a place, to the middle of two or to that of three: whichever is closest."""
    reach = math.ceil(math.sqrt(count)) + 2
    rows = range(-reach, reach + 1)
    high = math.sqrt(0.75)
    best: list[tuple[float, float]] = []
    for right, down in ((0.0, 0.0), (0.5, 0.0), (0.5, high / 3)):
        grid = [((column + row % 2 / 2 - right) * _PITCH, (row * high - down) * _PITCH) for row in rows for column in rows]
        near = sorted(grid, key=lambda place: (round(math.hypot(*place), 3), place[1], place[0]))[:count]
        if not best or round(math.hypot(*near[-1]), 3) < round(math.hypot(*best[-1]), 3):
            best = near
    return best


# ---------------------------------------------------------------- drawing


def _drawn(island: Island, papers: Mapping[str, Reference], span: tuple[int, int] | None) -> str:
    parts = [_dot(dot, papers.get(dot.key), span) for dot in island.dots]
    if island.theme is None:
        return "".join(parts)
    theme, box = island.theme, island.box
    about = f" “{theme.about.text}”" if theme.about else ""
    shore = element(
        "rect", css="island", x=box.x, y=box.y, width=box.width, height=box.height, rx=22, fill=BOX, stroke=LINE, stroke_width=1.2
    )
    labels = [_label(label) for label in island.labels]
    return element("g", "".join([tooltip(f"{theme.name}.{about}"), shore, *labels, *parts]), css="theme")


def _label(label: Label) -> str:
    if label.kind == "name":
        return text_lines(list(label.lines), label.x, label.y, label.size, css="name", font_weight="bold")
    if label.kind == "count":
        return text_lines(list(label.lines), label.x, label.y, label.size, css="count", fill=MUTED)
    return text_lines(list(label.lines), label.x + label.box.width / 2, label.y, label.size, css="part", fill=MUTED, text_anchor="middle")


def _dot(dot: Dot, paper: Reference | None, span: tuple[int, int] | None) -> str:
    name = f"{paper.byline}: {paper.name}" if paper else dot.key
    look = {"fill": PAPER} if dot.alone else _shade(paper.year if paper else None, span)
    circle = element(
        "circle", css="alone" if dot.alone else "dot", cx=dot.x, cy=dot.y, r=dot.radius - 0.6, stroke=ACCENT, stroke_width=1.2, **look
    )
    return element("g", tooltip(name) + circle)


def _shade(year: int | None, span: tuple[int, int] | None) -> dict[str, str | float]:
    """The newer, the darker; grey without a year."""
    if year is None or span is None:
        return {"fill": LINE, "fill_opacity": 0.5}
    age = (year - span[0]) / max(1, span[1] - span[0]) if span[1] > span[0] else 1.0
    return {"fill": ACCENT, "fill_opacity": round(_FAINT + (1 - _FAINT) * age, 1)}


def _legend(span: tuple[int, int] | None, alone: bool, say: Phrases) -> list[tuple[str, dict[str, str | float]]]:
    """What each kind of dot means."""
    entries: list[tuple[str, dict[str, str | float]]] = []
    if span:
        entries = [(str(year), _shade(year, span)) for year in dict.fromkeys([span[0], sum(span) // 2, span[1]])]
    return entries + ([(say("drawings.stands_alone"), {"fill": PAPER})] if alone else [])


def _legend_width(entries: Sequence[tuple[str, object]]) -> float:
    return sum(4 * _KEY + text_width(text, _COUNT_SIZE) + _PAD for text, _ in entries)


def _legend_drawn(entries: Sequence[tuple[str, Mapping[str, str | float]]], y: float) -> list[str]:
    drawn, x = [], _MARGIN
    for text, look in entries:
        kind = "key alone" if look.get("fill") == PAPER else "key dot"
        drawn.append(element("circle", css=kind, cx=x + _KEY, cy=y + 8, r=_KEY - 0.6, stroke=ACCENT, stroke_width=1.2, **look))
        drawn.append(text_lines([text], x + 3 * _KEY, y, _COUNT_SIZE, css="key", fill=MUTED))
        x += 4 * _KEY + text_width(text, _COUNT_SIZE) + _PAD
    return drawn


def _widest(lines: Iterable[str], size: float, bold: bool) -> float:
    return max((text_width(line, size, bold=bold) for line in lines), default=0.0)
