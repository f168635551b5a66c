"""The fish-bone as a picture: the spine runs to the problem's head, the causes slant from it, the issues that stand for them lie on them.

Bones stand in pairs, one above and one below the spine, in reading order from the tail. All bones of a row slant alike, so a row is a
series of parallelograms; each is made as wide as its widest label needs, and no label can meet another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from math import ceil

from survey.phrases import Phrases
from survey.phrases.told import ENGLISH, borne, cause, told
from survey.records import STATUSES, Bone, FishBone
from survey.render.drawing import (
    ACCENT,
    BOX,
    DARK,
    FLAG,
    INK,
    LINE,
    MUTED,
    PAPER,
    Box,
    block_height,
    element,
    evenly,
    number,
    picture,
    text_lines,
    text_width,
    tooltip,
    wrap,
)
from survey.render.mermaid import fishbone_mermaid
from survey.render.outline import bone_anchor, fishbone_facts, issue_anchor, told_issue
from survey.render.text import plain
from survey.render.timeline import chains_svg

__all__ = ["chains_svg", "fishbone_mermaid", "fishbone_svg", "layout"]

_BONE_SIZE, _TWIG_SIZE, _SMALL_SIZE, _HEAD_SIZE = 14.0, 12.5, 11.0, 17.0
_BONE_WIDTH, _TWIG_WIDTH, _HEAD_WIDTH, _LEGEND_WIDTH = 168.0, 158.0, 178.0, 720.0  # widest line of a label
_NAME_WIDTH = 180.0
_MARK = 17.0  # the room of a mark before its label
_PAD, _GAP, _MARGIN = 10.0, 18.0, 22.0
_LEAST_RISE = 96.0
_MOST_NAMES, _MOST_LINES = 2, 5
_WIDE = 920.0  # as a page shows it unscaled, with the contents beside it
_SHAPES = ((1.0, 0.42), (0.85, 0.36), (0.8, 0.3), (0.75, 0.3), (0.7, 0.26))
"""How wide labels may be, and how far a bone runs per unit of its rise (0.42 is about 67°, as printed fish-bones have it): the first shape
that makes the picture no wider than a page. Narrower labels have more lines."""


@dataclass(frozen=True)
class Placed:
    """A label in the picture: ``box`` holds all its text; ``line`` is the stroke that belongs to it (x1, y1, x2, y2); ``small`` are the
    lines under the label: who answered an issue, how a cause is borne, what field the head is the problem of."""

    kind: str  # "head", "bone" or "twig"
    bone: Bone
    lines: tuple[str, ...]
    small: tuple[str, ...]
    box: Box
    line: tuple[float, float, float, float]
    place: int = 0

    def moved(self, by: float) -> "Placed":
        x1, y1, x2, y2 = self.line
        return replace(self, box=Box(self.box.x + by, self.box.y, self.box.width, self.box.height), line=(x1 + by, y1, x2 + by, y2))


@dataclass(frozen=True)
class Layout:
    placed: list[Placed]
    spine: tuple[float, float, float]  # x of the tail, x of the head, y
    legend: list[str]
    width: float
    height: float


class _Label:
    """Lines of a label and small ones under it, and the room they need."""

    def __init__(self, lines: list[str], small: list[str], size: float, *, bold: bool = False, indent: float = 0.0) -> None:
        self.lines, self.small, self.size = lines, small, size
        widths = [text_width(line, size, bold=bold) for line in lines] + [text_width(line, _SMALL_SIZE) for line in small]
        self.width = max(widths) + indent
        self.height = block_height(lines, size) + block_height(small, _SMALL_SIZE)


class _Rib:
    """A bone being measured: what it needs; then where its joint on the spine is."""

    def __init__(self, place: int, bone: Bone, names: Mapping[str, str], say: Phrases, shape: tuple[float, float]) -> None:
        self.place, self.bone, self.joint = place, bone, 0.0
        by, self.slant = shape
        lines = evenly(cause(say, bone.label), by * _BONE_WIDTH, _BONE_SIZE, bold=True, most=ceil(_MOST_LINES / by))
        self.label = _Label(lines, [borne(say, bone)], _BONE_SIZE, bold=True)
        self.twigs = [(twig, _twig_label(twig, names, by)) for twig in bone.children]
        self.box_width, self.box_height = self.label.width + 2 * _PAD, self.label.height + 1.4 * _PAD
        self.rise = max(_LEAST_RISE, sum(label.height + 16 for _, label in self.twigs) + 30)
        # the width of the parallelogram that holds the twigs' labels
        self.breadth = max((label.width + self.slant * label.height + 2 * _PAD + 8 for _, label in self.twigs), default=0.0)


def fishbone_svg(fishbone: FishBone, names: Mapping[str, str] | None = None, page: str | None = "", say: Phrases = ENGLISH) -> str:
    """An SVG document; "" when there is nothing to draw. ``names``: citekey → how the picture names the paper.

    With ``page``, the address of the page whose table its labels lead to, it stands alone and brings its own colours for dark screens;
    without, it is part of that page.
    """
    if not (fishbone.head or fishbone.bones):
        return ""
    plan = layout(fishbone, names, say)
    tail, head, spine = plan.spine
    body = [
        element("style", DARK) if page != "" else "",
        element(
            "path", css="fin", d=f"M{number(tail)} {number(spine)}l-18 -22M{number(tail)} {number(spine)}l-18 22", **_stroke(ACCENT, 2.5)
        ),
        element("line", css="spine", x1=tail, y1=spine, x2=head, y2=spine, **_stroke(ACCENT, 3.5)),
        *(_draw(placed, page, say) for placed in plan.placed),
        text_lines(
            plan.legend, _MARGIN, plan.height - _MARGIN - block_height(plan.legend, _SMALL_SIZE), _SMALL_SIZE, css="count", fill=MUTED
        ),
    ]
    causes = [f"{plain(say('drawings.cause', told=told(say, bone)))} {_told_issues(bone, say)}" for bone in fishbone.bones]
    problem = fishbone.head + (f" ({fishbone.field})" if fishbone.field else "")
    return picture(
        list(filter(None, body)),
        plan.width,
        plan.height,
        css="fishbone",
        title=say("drawings.fishbone", problem=problem),
        description=" ".join([say("drawings.problem", problem=problem), *causes, fishbone_facts(fishbone, say)]),
    )


def _told_issues(bone: Bone, say: Phrases) -> str:
    return " ".join(f"{told_issue(twig, say)}." for twig in bone.children)


def layout(fishbone: FishBone, names: Mapping[str, str] | None = None, say: Phrases = ENGLISH) -> Layout:
    """Where everything stands; the picture's corner is (0, 0). A picture of very many causes fits in no shape and keeps the first."""
    plans = (_layout(fishbone, names or {}, say, shape) for shape in _SHAPES)
    return next((plan for plan in plans if plan.width <= _WIDE), None) or _layout(fishbone, names or {}, say, _SHAPES[0])


def _layout(fishbone: FishBone, names: Mapping[str, str], say: Phrases, shape: tuple[float, float]) -> Layout:
    by = shape[0]
    ribs = [_Rib(place, bone, names, say, shape) for place, bone in enumerate(fishbone.bones, start=1)]
    rows = [ribs[0::2], ribs[1::2]]
    rises = [max((rib.rise for rib in row), default=0.0) for row in rows]
    heading = _Label(
        evenly(fishbone.head, by * _HEAD_WIDTH, _HEAD_SIZE, bold=True),
        ["", *evenly(fishbone.field, by * _HEAD_WIDTH, _SMALL_SIZE)] if fishbone.field else [],
        _HEAD_SIZE,
        bold=True,
    )
    head_height = heading.height + 3.4 * _PAD
    above = max(rises[0] + max((rib.box_height for rib in rows[0]), default=0.0), head_height / 2)
    below = max(rises[1] + max((rib.box_height for rib in rows[1]), default=0.0), head_height / 2)
    spine = _MARGIN + above
    _join_to_spine(rows)
    placed = [item for row, rise, side in zip(rows, rises, (-1, 1), strict=True) for rib in row for item in _place(rib, spine, rise, side)]

    left = min((item.box.x for item in placed), default=0.0)
    boxes = [item.box.x + item.box.width for item in placed]
    near = min((rise for rise in rises if rise), default=0.0) < head_height / 2 + _PAD
    head_x = max([max((rib.joint for rib in ribs), default=60.0) + 40, *(right + _GAP for right in boxes if near)])
    head = Box(head_x, spine - head_height / 2, heading.width + 3.4 * _PAD, head_height)
    whole = Bone(label=fishbone.head)
    placed.append(Placed("head", whole, tuple(heading.lines), tuple(heading.small), head, (head_x, spine, head_x, spine)))
    tail = min([left, *(rib.joint - 56 for rib in ribs)])
    shift = _MARGIN + 18 - min(left, tail)
    right = max(box.x + box.width for box in (item.box for item in placed)) + shift
    legend = evenly(fishbone_facts(fishbone, say), max(right - _MARGIN, _LEGEND_WIDTH), _SMALL_SIZE)
    width = max(right, _MARGIN + max(text_width(line, _SMALL_SIZE) for line in legend)) + _MARGIN
    height = spine + below + 1.6 * _MARGIN + block_height(legend, _SMALL_SIZE)
    return Layout([item.moved(shift) for item in placed], (tail + shift, head_x + shift, spine), legend, width, height)


def _twig_label(twig: Bone, names: Mapping[str, str], by: float) -> _Label:
    lines = evenly(twig.label, by * _TWIG_WIDTH, _TWIG_SIZE, most=ceil(_MOST_LINES / by))
    return _Label(lines, _answerers([names.get(answer.key, answer.key) for answer in twig.answers], by), _TWIG_SIZE, indent=_MARK)


def _answerers(names: list[str], by: float) -> list[str]:
    """Whoever answered, side by side as far as they fit; a name is parted only where it is too long for a line."""
    more = [f"+{len(names) - _MOST_NAMES}"] if len(names) > _MOST_NAMES else []
    lines: list[str] = []
    for name in [*names[:_MOST_NAMES], *more]:
        joined = f"{lines[-1]}, {name}" if lines else name
        if lines and text_width(joined, _SMALL_SIZE) <= by * _TWIG_WIDTH:
            lines[-1] = joined
        else:
            lines[-1:] = [f"{line}," for line in lines[-1:]]
            lines += wrap(name, by * _NAME_WIDTH, _SMALL_SIZE, most=2)
    return lines


def _join_to_spine(rows: list[list[_Rib]]) -> None:
    """Gives each pair the place where it joins the spine, far enough from the pair before it."""
    joint = 0.0
    for column in range(len(rows[0])):
        pair = [(row[column], row[column - 1] if column else None) for row in rows if column < len(row)]
        joint += max(max(rib.breadth, (rib.box_width + before.box_width) / 2 + _GAP if before else 0.0) for rib, before in pair)
        for rib, _ in pair:
            rib.joint = joint


def _place(rib: _Rib, spine: float, rise: float, side: int) -> Iterator[Placed]:
    end_x, end_y = rib.joint - rib.slant * rise, spine + side * rise
    top = end_y - rib.box_height if side < 0 else end_y
    box = Box(end_x - rib.box_width / 2, top, rib.box_width, rib.box_height)
    yield Placed("bone", rib.bone, tuple(rib.label.lines), tuple(rib.label.small), box, (end_x, end_y, rib.joint, spine), rib.place)
    heights = [label.height + 4 for _, label in rib.twigs]
    space = (rise - 18 - sum(heights)) / (len(heights) + 1)
    y = min(end_y, spine) + (9 if side < 0 else 12)
    for (twig, label), height in zip(rib.twigs, heights, strict=True):
        y += space
        upper, lower = (rib.joint - rib.slant * abs(at - spine) for at in (y, y + height))
        left = min(upper, lower) - _PAD - label.width
        line = (left, y + height, lower, y + height)
        yield Placed("twig", twig, tuple(label.lines), tuple(label.small), Box(left, y, label.width, height), line, rib.place)
        y += height


def _stroke(colour: str, width: float) -> dict[str, str | float]:
    return {"stroke": colour, "stroke_width": width, "stroke_linecap": "round", "fill": "none"}


def _draw(item: Placed, page: str | None, say: Phrases) -> str:
    if item.kind == "twig":
        return _leading(item, _twig(item), told_issue(item.bone, say), page, issue_anchor(item.bone.issue) if item.bone.issue else "")
    box, middle = item.box, item.box.x + item.box.width / 2
    lines, small, is_head = list(item.lines), list(item.small), item.kind == "head"
    size, top = (_HEAD_SIZE, box.y + 1.7 * _PAD) if is_head else (_BONE_SIZE, box.y + 0.7 * _PAD)
    colours = {"fill": ACCENT} if is_head else {"fill": BOX, "stroke": ACCENT, "stroke_width": "1.4"}
    dashes = {} if is_head or item.bone.stated else {"stroke_dasharray": "5 4"}
    drawn = element("rect", css=f"{item.kind}-box", x=box.x, y=box.y, width=box.width, height=box.height, rx=7, **colours, **dashes)
    css, ink = ("head-label", PAPER) if is_head else ("label", INK)
    drawn += text_lines(lines, middle, top, size, css=css, fill=ink, text_anchor="middle", font_weight="bold")
    if small:
        css, ink = ("head-label", PAPER) if is_head else ("count", MUTED)
        drawn += text_lines(small, middle, top + block_height(lines, size), _SMALL_SIZE, css=css, fill=ink, text_anchor="middle")
    if is_head:
        return element("g", tooltip(item.bone.label) + drawn)
    x1, y1, x2, y2 = item.line
    bone = element("line", css="bone", x1=x1, y1=y1, x2=x2, y2=y2, **_stroke(LINE, 2.2), **dashes)
    return bone + _leading(item, drawn, plain(told(say, item.bone)), page, bone_anchor(item.place))


def _twig(item: Placed) -> str:
    x1, y1, x2, y2 = item.line
    box, status = item.box, item.bone.status
    drawn = element("line", css="twig", x1=x1, y1=y1, x2=x2, y2=y2, **_stroke(LINE, 1))
    drawn += text_lines(
        [STATUSES[status]], box.x, box.y, _TWIG_SIZE, css=f"mark {status}", fill=FLAG if status in ("open", "disputed") else ACCENT
    )
    lines, small, left, right = list(item.lines), list(item.small), box.x + _MARK, box.x + box.width
    drawn += text_lines(lines, left, box.y, _TWIG_SIZE, right, css="label", fill=INK)
    if small:
        drawn += text_lines(small, left, box.y + block_height(lines, _TWIG_SIZE), _SMALL_SIZE, right, css="count", fill=MUTED)
    return drawn


def _leading(item: Placed, drawn: str, label: str, page: str | None, anchor: str) -> str:
    """What is drawn as a link to its quotes, and what it says when pointed at."""
    said = tooltip(label + (f" — “{item.bone.quotes[0].text}” ({item.bone.quotes[0].key})" if item.bone.quotes else ""))
    return element("a", said + drawn, href=f"{escape(page)}#{anchor}") if anchor and page is not None else element("g", said + drawn)
