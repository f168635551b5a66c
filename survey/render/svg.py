"""The fish-bone as a picture: the spine runs to the problem's head, the causes slant from it, their sub-causes lie on them as twigs.

Bones stand in pairs, one above and one below the spine, in reading order from the tail. All bones of a row slant alike, so a row is a
series of parallelograms; each is made as wide as its widest label needs, and no label can meet another.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from survey.records import Bone, FishBone, Quote
from survey.render.drawing import (
    ACCENT,
    BOX,
    LINE,
    MUTED,
    PAPER,
    Box,
    block_height,
    element,
    number,
    picture,
    text_lines,
    text_width,
    tooltip,
    wrap,
)
from survey.render.mermaid import fishbone_mermaid
from survey.render.text import all_quotes, counted, plain
from survey.render.timeline import chains_svg

__all__ = ["chains_svg", "fishbone_mermaid", "fishbone_svg", "layout"]

_SLANT = 0.42  # run of a bone per unit of its rise: about 67°, as printed fish-bones have it
_BONE_SIZE, _TWIG_SIZE, _COUNT_SIZE, _HEAD_SIZE = 13.5, 12.5, 12.0, 16.0
_BONE_WIDTH, _TWIG_WIDTH, _HEAD_WIDTH = 158.0, 150.0, 176.0  # widest line of a label
_PAD, _GAP, _MARGIN = 10.0, 16.0, 20.0
_LEAST_RISE = 96.0
_NOTE = "(n): how many quotes of the papers bear a cause"


@dataclass(frozen=True)
class Placed:
    """A label in the picture: ``box`` holds all its lines; ``line`` is the stroke that belongs to it (x1, y1, x2, y2)."""

    kind: str  # "head", "bone" or "twig"
    label: str
    lines: tuple[str, ...]
    box: Box
    line: tuple[float, float, float, float]
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Layout:
    placed: list[Placed]
    spine: tuple[float, float, float]  # x of the tail, x of the head, y
    width: float
    height: float


@dataclass
class _Rib:
    """A bone being measured: what it needs, then where its joint on the spine is."""

    bone: Bone
    lines: list[str]
    twigs: list[tuple[Bone, list[str]]]
    joint: float = 0.0
    quotes: tuple[Quote, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.quotes = all_quotes(self.bone)

    @property
    def box_width(self) -> float:
        widest = max(text_width(line, _BONE_SIZE, bold=True) for line in self.lines)
        return max(widest, text_width(_count(self.quotes), _COUNT_SIZE)) + 2 * _PAD

    @property
    def box_height(self) -> float:
        return block_height(self.lines, _BONE_SIZE) + block_height([""], _COUNT_SIZE) + 1.4 * _PAD

    @property
    def rise(self) -> float:
        return max(_LEAST_RISE, sum(_twig_height(lines) + 12 for _, lines in self.twigs) + 30)

    @property
    def breadth(self) -> float:
        """The width of the parallelogram that holds the twigs' labels."""
        return max((_widest(lines) + _SLANT * _twig_height(lines) + 2 * _PAD + 6 for _, lines in self.twigs), default=0.0)


def fishbone_svg(fishbone: FishBone) -> str:
    """A standalone SVG document; "" when there is nothing to draw."""
    if not (fishbone.head or fishbone.bones):
        return ""
    plan = layout(fishbone)
    tail, head, spine = plan.spine
    body = [
        element(
            "path", css="fin", d=f"M{number(tail)} {number(spine)}l-16 -20M{number(tail)} {number(spine)}l-16 20", **_stroke(ACCENT, 2.5)
        ),
        element("line", css="spine", x1=tail, y1=spine, x2=head, y2=spine, **_stroke(ACCENT, 3)),
        *(_draw(placed) for placed in plan.placed),
        *_legend(fishbone, plan),
    ]
    description = f"Problem: {fishbone.head}. " + " ".join(f"Cause: {_outline(bone)}." for bone in fishbone.bones)
    return picture(body, plan.width, plan.height, css="fishbone", title=f"Fish-bone: {fishbone.head}", description=description)


def layout(fishbone: FishBone) -> Layout:
    """Where everything stands; the picture's corner is (0, 0)."""
    ribs = [_measured(bone) for bone in fishbone.bones]
    rows = [ribs[0::2], ribs[1::2]]
    rises = [max((rib.rise for rib in row), default=0.0) for row in rows]
    head_lines = wrap(fishbone.head, _HEAD_WIDTH, _HEAD_SIZE, bold=True)
    head_height = block_height(head_lines, _HEAD_SIZE) + 3 * _PAD
    above = max(rises[0] + max((rib.box_height for rib in rows[0]), default=0.0), head_height / 2)
    below = max(rises[1] + max((rib.box_height for rib in rows[1]), default=0.0), head_height / 2)
    spine = _MARGIN + above
    _join_to_spine(rows)
    placed = [item for row, rise, side in zip(rows, rises, (-1, 1), strict=True) for rib in row for item in _place(rib, spine, rise, side)]

    left = min((item.box.x for item in placed), default=0.0) - _MARGIN
    last = max((rib.joint for rib in ribs), default=60.0)
    boxes = [item.box.x + item.box.width for item in placed]
    near = min((rise for rise in rises if rise), default=0.0) < head_height / 2 + _PAD
    head_x = max([last + 36, *(right + _GAP for right in boxes if near)])
    head_width = max(text_width(line, _HEAD_SIZE, bold=True) for line in head_lines) + 3 * _PAD
    head = Box(head_x, spine - head_height / 2, head_width, head_height)
    placed.append(Placed("head", fishbone.head, tuple(head_lines), head, (head_x, spine, head_x, spine)))
    tail = min([left + _MARGIN, *(rib.joint - 50 for rib in ribs)])
    shift = _MARGIN + 18 - min(left + _MARGIN, tail)
    width = max(max([head_x + head_width, *boxes]) + shift, _MARGIN + text_width(_NOTE, _COUNT_SIZE)) + _MARGIN
    return Layout([_moved(item, shift) for item in placed], (tail + shift, head_x + shift, spine), width, spine + below + _MARGIN + 22)


def _measured(bone: Bone) -> _Rib:
    twigs = [(child, _twig_lines(child)) for child in bone.children]
    return _Rib(bone, wrap(bone.label, _BONE_WIDTH, _BONE_SIZE, bold=True), twigs)


def _twig_lines(twig: Bone, indent: str = "") -> list[str]:
    count = len(all_quotes(twig))
    lines = wrap(indent + plain(twig.label), _TWIG_WIDTH, _TWIG_SIZE)
    lines[-1] += f" ({count})" if count else ""  # never alone on a line: it may stand out a little
    return [*lines, *(line for child in twig.children for line in _twig_lines(child, "– "))]


def _join_to_spine(rows: list[list[_Rib]]) -> None:
    """Gives each pair the place where it joins the spine, far enough from the pair before it."""
    joint = 0.0
    for column in range(len(rows[0])):
        pair = [(row[column], row[column - 1] if column else None) for row in rows if column < len(row)]
        joint += max(max(rib.breadth, (rib.box_width + before.box_width) / 2 + _GAP if before else 0.0) for rib, before in pair)
        for rib, _ in pair:
            rib.joint = joint


def _place(rib: _Rib, spine: float, rise: float, side: int) -> Iterator[Placed]:
    end_x, end_y = rib.joint - _SLANT * rise, spine + side * rise
    top = end_y - rib.box_height if side < 0 else end_y
    box = Box(end_x - rib.box_width / 2, top, rib.box_width, rib.box_height)
    yield Placed("bone", rib.bone.label, tuple(rib.lines), box, (end_x, end_y, rib.joint, spine), rib.quotes)
    heights = [_twig_height(lines) for _, lines in rib.twigs]
    space = (rise - 18 - sum(heights)) / (len(heights) + 1)
    y = min(end_y, spine) + (9 if side < 0 else 12)
    for (twig, lines), height in zip(rib.twigs, heights, strict=True):
        y += space
        upper, lower = (rib.joint - _SLANT * abs(at - spine) for at in (y, y + height))
        right = min(upper, lower) - _PAD
        width = _widest(lines)
        yield Placed(
            "twig",
            twig.label,
            tuple(lines),
            Box(right - width, y, width, height),
            (right - width, y + height, lower, y + height),
            twig.quotes,
        )
        y += height


def _twig_height(lines: list[str]) -> float:
    return block_height(lines, _TWIG_SIZE) + 3


def _widest(lines: list[str]) -> float:
    return max(text_width(line, _TWIG_SIZE) for line in lines)


def _moved(item: Placed, shift: float) -> Placed:
    x1, y1, x2, y2 = item.line
    box = Box(item.box.x + shift, item.box.y, item.box.width, item.box.height)
    return Placed(item.kind, item.label, item.lines, box, (x1 + shift, y1, x2 + shift, y2), item.quotes)


def _count(quotes: tuple[Quote, ...]) -> str:
    return counted(len(quotes), "quote") if quotes else "no quote"


def _outline(bone: Bone) -> str:
    return bone.label + (f" ({'; '.join(map(_outline, bone.children))})" if bone.children else "")


def _stroke(colour: str, width: float) -> dict[str, str | float]:
    return {"stroke": colour, "stroke_width": width, "stroke_linecap": "round", "fill": "none"}


def _draw(item: Placed) -> str:
    x1, y1, x2, y2 = item.line
    box = item.box
    said = tooltip(item.label + (f" — “{item.quotes[0].text}” ({item.quotes[0].key})" if item.quotes else ""))
    lines = list(item.lines)
    if item.kind == "twig":
        drawn = element("line", css="twig", x1=x1, y1=y1, x2=x2, y2=y2, **_stroke(LINE, 1))
        drawn += text_lines(lines, box.x, box.y, _TWIG_SIZE, css="label")
        return element("g", said + drawn)
    middle = box.x + box.width / 2
    size = _HEAD_SIZE if item.kind == "head" else _BONE_SIZE
    colours = {"fill": ACCENT} if item.kind == "head" else {"fill": BOX, "stroke": ACCENT, "stroke_width": "1.2"}
    drawn = element("rect", css=f"{item.kind}-box", x=box.x, y=box.y, width=box.width, height=box.height, rx=6, **colours)
    if item.kind == "head":
        drawn += text_lines(lines, middle, box.y + 1.5 * _PAD, size, css="head-label", text_anchor="middle", font_weight="bold", fill=PAPER)
        return element("g", said + drawn)
    bone = element("line", css="bone", x1=x1, y1=y1, x2=x2, y2=y2, **_stroke(LINE, 2))
    drawn += text_lines(lines, middle, box.y + 0.6 * _PAD, size, css="label", text_anchor="middle", font_weight="bold")
    count_y = box.y + 0.6 * _PAD + block_height(lines, size)
    drawn += text_lines([_count(item.quotes)], middle, count_y, _COUNT_SIZE, css="count", text_anchor="middle", fill=MUTED)
    return element("g", said + bone + drawn)


def _legend(fishbone: FishBone, plan: Layout) -> list[str]:
    if not any(child.quotes for bone in fishbone.bones for child in bone.children):
        return []
    return [text_lines([_NOTE], _MARGIN, plan.height - 22, _COUNT_SIZE, css="count", fill=MUTED)]
