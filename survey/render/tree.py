"""The tree of insights as a picture.

From left to right: themes, their issues, and the papers of each. A paper has a row of its own and stands at its year, to the right of the
paper that it stands under, so lines run to the right and downwards only and cross no text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt

from survey.phrases import Phrases
from survey.phrases.told import status
from survey.records import RESOLVING, STATUSES, Node, Survey, Tie
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
from survey.render.insights import Names, rest, told
from survey.render.text import anchor, citekey, plain

_MARGIN, _GAP, _ROW_GAP = 24.0, 30.0, 9.0
_THEME_X, _THEME_WIDTH, _INDENT = 46.0, 160.0, 16.0
_ISSUE_WIDTH = 200.0
_AXIS, _LEAST_YEAR, _MOST_YEAR = 250.0, 4.0, 46.0  # all years; one
_LABEL_ROOM = 300.0
_NEST = 16.0  # to the right of the paper above, whatever the years
_PAD = 7.0
_HEAD_SIZE, _THEME_SIZE, _ISSUE_SIZE, _NAME_SIZE, _SMALL = 16.0, 13.5, 13.0, 12.5, 11.5
_DOT = 5.0
_TOP, _ACROSS = 58.0, 44.0  # where the first theme stands; the line from the topic to further columns
_START = _THEME_X + _THEME_WIDTH + _GAP + _ISSUE_WIDTH + _GAP  # of the papers
_SHEET = 1.414  # its width to its height


@dataclass
class _Plan:
    """A column of the picture while it grows downwards: ``y`` is where its next row begins."""

    names: Names
    say: Phrases
    page: str | None
    years: dict[int, float]  # year → x, in the first column
    width: float
    left: float = 0.0
    y: float = _TOP
    lines: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)

    def link(self, target: str, content: str) -> str:
        return content if self.page is None else element("a", content, href=f"{self.page}#{target}")

    def at(self, year: int | None) -> float:
        return self.left + self.years.get(year or 0, 0.0)


def tree_svg(survey: Survey, page: str | None = None) -> str:
    """A standalone SVG document; "" where there is no tree. A long tree runs through columns, as wide as a sheet on its side.

    With ``page``, papers and issues are links into that page; "" stands for the one that holds the drawing, and has room for one column.
    """
    tree = survey.tree
    if tree is None or not tree.children:
        return ""
    say = Phrases(survey.lang)
    names = Names(survey.papers, say)
    years = sorted({year for node in _all(tree) if node.kind == "paper" and (year := names.year(node.id))})
    step = max(_LEAST_YEAR, min(_MOST_YEAR, _AXIS / max(1, len(years))))
    width = _START + step * len(years) + _LABEL_ROOM + _MARGIN
    places = {year: _START + step * (at + 0.5) for at, year in enumerate(years)}
    head = wrap(tree.label, _START - _MARGIN - 2 * _GAP, _HEAD_SIZE, bold=True, most=3)
    below = 16 + block_height(head, _HEAD_SIZE) + 2 * _PAD
    columns = _columns(tree.children, _Plan(names, say, page, places, width), 1 if page == "" else 0)
    plans = []
    for nth, themes in enumerate(columns):
        plan = _Plan(names, say, page, places, width, left=nth * width, y=max(below + 18, _TOP) if nth == 0 else _TOP)
        trunk, top, last = plan.left + _MARGIN + 8, below if nth == 0 else _ACROSS, 0.0
        for theme in themes:
            last = plan.y + 14
            plan.lines.append(_line(trunk, last, plan.left + _THEME_X, last))
            _theme(theme, _THEME_X, plan)
            plan.y += 16
        plan.lines.append(_line(trunk, top, trunk, last))
        plans.append(plan)
    if len(plans) > 1:
        plans[0].lines.append(_line(_MARGIN + 20, _ACROSS, plans[-1].left + _MARGIN + 8, _ACROSS))
    height = max(plan.y for plan in plans) + 34
    body = [
        element("style", DARK) if page != "" else "",
        *(mark for plan in plans for mark in _years(plan)),
        *(line for plan in plans for line in plan.lines),
        _head(head),
        *(drawn for plan in plans for drawn in plan.drawn),
        text_lines([say("drawings.tree_legend")], _MARGIN, height - 26, _SMALL, css="count", fill=MUTED),
    ]
    spoken = " ".join(f"{theme.label}: {'; '.join(_spoken(theme, say))}." for theme in tree.children)
    title = say("drawings.tree", topic=tree.label)
    return picture(body, width * len(plans), height, css="tree", title=title, description=spoken)


def _columns(themes: Sequence[Node], plan: _Plan, count: int) -> list[list[Node]]:
    """The themes in ``count`` columns of about one height; 0: as many as give the picture the shape of a sheet on its side."""
    heights = []
    for theme in themes:
        begun = plan.y
        _theme(theme, _THEME_X, plan)
        heights.append(plan.y + 16 - begun)
    whole = sum(heights)
    count = count or max(1, round(sqrt(_SHEET * whole / plan.width)))
    columns: list[list[Node]] = [[] for _ in range(count)]
    done = 0.0
    for theme, height in zip(themes, heights, strict=True):
        columns[min(count - 1, int((done + height / 2) / whole * count))].append(theme)
        done += height
    return [column for column in columns if column]


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)


def _spoken(theme: Node, say: Phrases) -> list[str]:
    issues = [node for node in _all(theme) if node.kind == "issue"]
    return [f"{node.label} ({status(say, node.status or 'open')})" for node in issues] or [say("drawings.no_issue")]


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = LINE, dash: str = "") -> str:
    css = "twig" if colour == LINE else "arrow"
    dashed: dict[str, str | float] = {"stroke_dasharray": dash} if dash else {}
    return element("line", css=css, x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=1.2, **dashed)


def _head(lines: list[str]) -> str:
    width = max(text_width(line, _HEAD_SIZE, bold=True) for line in lines) + 4 * _PAD
    box = element(
        "rect", css="head-box", x=_MARGIN, y=16, width=width, height=block_height(lines, _HEAD_SIZE) + 2 * _PAD, rx=6, fill=ACCENT
    )
    return box + text_lines(lines, _MARGIN + 2 * _PAD, 16 + _PAD, _HEAD_SIZE, css="head-label", font_weight="bold", fill=PAPER)


def _theme(theme: Node, indent: float, plan: _Plan) -> None:
    """``indent``: from the left of the column."""
    top, x, right = plan.y, plan.left + indent, plan.left + _THEME_X + _THEME_WIDTH
    lines = wrap(theme.label, right - x - 2 * _PAD, _THEME_SIZE, bold=True, most=4)
    height = block_height(lines, _THEME_SIZE) + 2 * _PAD
    box = element("rect", css="bone-box", x=x, y=top, width=right - x, height=height, rx=6, fill=BOX, stroke=ACCENT, stroke_width=1.2)
    text = text_lines(lines, x + _PAD, top + _PAD, _THEME_SIZE, css="label", font_weight="bold")
    said = theme.label + (f" — “{theme.quotes[0].text}”" if theme.quotes else "")
    plan.drawn.append(element("g", tooltip(said) + plan.link(anchor(f"tree-{theme.id}"), box + text)))
    trunk, last = right + _GAP / 2, top + 14
    for child in theme.children:
        if child.kind == "theme":
            continue
        last = plan.y + 14
        if child.kind == "issue":
            plan.lines.append(_line(trunk, last, right + _GAP, last))
            _issue(child, right + _GAP, plan)
        else:
            last = plan.y + _NAME_SIZE * 0.65
            _paper(child, trunk, plan)
            plan.y += _ROW_GAP
    if plan.y > top:
        plan.lines.append(_line(right, top + 14, trunk, top + 14))
        plan.lines.append(_line(trunk, top + 14, trunk, last))
    if rest(theme, plan.say):
        plan.y += _rest(theme, right + _GAP, plan) + _ROW_GAP
    plan.y = max(plan.y, top + height + _ROW_GAP)
    below = top + height
    for sub in (child for child in theme.children if child.kind == "theme"):
        plan.lines.append(_line(x + 8, below, x + 8, plan.y + 14))
        plan.lines.append(_line(x + 8, plan.y + 14, x + _INDENT, plan.y + 14))
        below = plan.y + 14
        _theme(sub, indent + _INDENT, plan)


def _issue(issue: Node, x: float, plan: _Plan) -> None:
    top = plan.y
    mark, meaning = STATUSES[issue.status or "open"], status(plan.say, issue.status or "open")
    lines = wrap(f"{mark} {plain(issue.label)}", _ISSUE_WIDTH - 2 * _PAD, _ISSUE_SIZE, most=4)
    raised = len({quote.key for quote in issue.quotes})
    note = plan.say("drawings.raised_by", status=meaning, n=raised)
    height = block_height(lines, _ISSUE_SIZE) + block_height([note], _SMALL) + 1.6 * _PAD
    box = element("rect", css="band", x=x, y=top, width=_ISSUE_WIDTH, height=height, rx=4, fill=BOX)
    text = text_lines(lines, x + _PAD, top + 0.8 * _PAD, _ISSUE_SIZE, css="label")
    text += text_lines([note], x + _PAD, top + 0.8 * _PAD + block_height(lines, _ISSUE_SIZE), _SMALL, css="count", fill=MUTED)
    said = f"{issue.label} ({meaning})" + (f" — “{issue.quotes[0].text}” ({issue.quotes[0].key})" if issue.quotes else "")
    plan.drawn.append(element("g", tooltip(said) + plan.link(anchor(f"tree-{issue.id}"), box + text)))
    trunk = plan.left + _START - _GAP / 2
    last = top
    for child in issue.children:
        last = plan.y + _NAME_SIZE * 0.65
        _paper(child, trunk, plan)
    if issue.children:
        first = top + _NAME_SIZE * 0.65
        plan.lines.append(_line(x + _ISSUE_WIDTH, first, trunk, first))
        plan.lines.append(_line(trunk, first, trunk, last))
    if rest(issue, plan.say):
        plan.y += _rest(issue, plan.left + _START, plan)
    plan.y = max(plan.y, top + height) + _ROW_GAP


def _rest(node: Node, x: float, plan: _Plan) -> float:
    """Draws what is not shown; how high it is."""
    said = ", ".join(map(plan.names, node.others[:40]))
    text = text_lines([rest(node, plan.say)], x, plan.y, _SMALL, css="count", fill=MUTED, font_style="italic")
    plan.drawn.append(element("g", (tooltip(said) if said else "") + text))
    return _SMALL * LEADING


def _paper(node: Node, parent: float, plan: _Plan, above: str = "") -> None:
    """A row, joined to the vertical line at ``parent``; then the papers that stand under it."""
    x = max(plan.at(plan.names.year(node.id)), parent + _NEST)
    middle = plan.y + _NAME_SIZE * 0.65
    first = node.how[0].kind if node.how else None
    answers, partly = first in RESOLVING, first == "partly_resolves"
    line = _line(parent, middle, x - _DOT, middle, ACCENT if answers else LINE, "4 3" if partly else "")
    plan.lines.append(line)
    left = x + _DOT + 6
    room = plan.left + plan.width - _MARGIN - left
    name = wrap(plan.names(node.id), room, _NAME_SIZE, bold=True, most=1)[0]
    text = text_lines([name], left, plan.y, _NAME_SIZE, css="label", font_weight="bold")
    taken = text_width(name, _NAME_SIZE, bold=True) + 6
    how = plan.names.spelt(node.how, above)
    if how and room - taken > 60:
        text += text_lines(wrap(how, room - taken, _SMALL, most=1), left + taken, plan.y + 0.9, _SMALL, css="count", fill=MUTED)
    title = wrap(node.label, room, _SMALL, most=1)
    text += text_lines(title, left, plan.y + _NAME_SIZE * LEADING, _SMALL, css="count", fill=MUTED)
    said = "; ".join(filter(None, [how, *(f"{what}: “{quote.text}”" for what, quote in told(node, plan.say))]))
    drawn = plan.link(f"ref-{citekey(node.id)}", _dot(x, middle, node.how) + text)
    plan.drawn.append(element("g", tooltip(f"{node.label}" + (f" — {said}" if said else "")) + drawn))
    plan.y += _NAME_SIZE * LEADING + _SMALL * LEADING + 5
    last = middle
    for child in node.children:
        last = plan.y + _NAME_SIZE * 0.65
        _paper(child, x, plan, node.id)
    if node.children:
        plan.lines.append(_line(x, middle + _DOT, x, last))


def _dot(x: float, y: float, how: Sequence[Tie]) -> str:
    kinds = [tie.kind for tie in how]
    partly = "partly_resolves" in kinds
    if "resolves" in kinds and not partly:
        return element("circle", css="dot", cx=x, cy=y, r=_DOT, fill=ACCENT)
    if partly or kinds[:1] in (["raises"], ["restates"]):
        ring = element("circle", css="open", cx=x, cy=y, r=_DOT - 0.8, fill=PAPER, stroke=ACCENT, stroke_width=1.6)
        half = f"M{number(x)} {number(y - _DOT)}a{number(_DOT)} {number(_DOT)} 0 0 0 0 {number(2 * _DOT)}z"
        return ring + (element("path", css="dot", d=half, fill=ACCENT) if partly else "")
    return element("circle", css="count", cx=x, cy=y, r=_DOT - 2, fill=MUTED)


def _years(plan: _Plan) -> Iterable[str]:
    """A rule for each year that has room for its number on top."""
    free = 0.0
    for year, place in plan.years.items():
        x, half = plan.left + place, text_width(str(year), _SMALL, bold=True) / 2
        if x - half >= free:
            free = x + half + 6
            yield element("line", css="rule", x1=x, y1=34, x2=x, y2=plan.y, stroke=LINE, stroke_width=0.5, stroke_dasharray="1 5")
            yield text_lines([str(year)], x, 16, _SMALL, css="count", fill=MUTED, font_weight="bold", text_anchor="middle")
