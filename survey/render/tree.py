"""The tree of insights as a picture, as Markdown, and in words.

From left to right: themes, their issues, and the papers of each. A paper has a row of its own and stands at its year, to the right of the
paper that it stands under, so lines run to the right and downwards only and cross no text.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from survey.records import Node, Quote, Reference, Status, Survey, year_letters
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
from survey.render.markdown import escape as marked
from survey.render.text import anchor, by_key, citekey, counted, plain, short_name

MARKS: dict[Status | None, str] = {"open": "○", "partly": "◐", "resolved": "✓", "disputed": "⇄", None: ""}

_MARGIN, _GAP, _ROW_GAP = 24.0, 30.0, 9.0
_THEME_X, _THEME_WIDTH, _INDENT = 46.0, 160.0, 16.0
_ISSUE_WIDTH = 200.0
_AXIS, _LEAST_YEAR, _MOST_YEAR = 250.0, 4.0, 46.0  # all years; one
_LABEL_ROOM = 300.0
_NEST = 16.0  # to the right of the paper above, whatever the years
_PAD = 7.0
_HEAD_SIZE, _THEME_SIZE, _ISSUE_SIZE, _NAME_SIZE, _SMALL = 16.0, 13.5, 13.0, 12.5, 11.5
_DOT = 5.0
_TOP = 58.0


# ---------------------------------------------------------------- in words


class Names:
    """How papers are called: "Phan et al. 2019a"; one without author by its citekey."""

    def __init__(self, papers: tuple[Reference, ...]) -> None:
        self._papers = by_key(papers)
        self._letters = year_letters(papers)

    def __call__(self, key: str) -> str:
        paper = self._papers.get(key)
        return short_name(paper, self._letters[key]) if paper and paper.authors else key

    def year(self, key: str) -> int | None:
        paper = self._papers.get(key)
        return paper.year if paper else None

    def spelt(self, how: str) -> str:
        """``Node.how`` with the names of papers for their citekeys."""
        return re.sub(r"@([^\s,]+)", lambda match: self(match[1]), how)


def rest(node: Node) -> str:
    """What of a node is not shown: "and 2 more issues, 5 more papers", or ""."""
    parts = [counted(node.more, "more issue")] if node.more else []
    parts += [counted(len(node.others), "more paper")] if node.others else []
    return f"and {', '.join(parts)}" if parts else ""


def standing(node: Node) -> str:
    """ "○ open" of an issue."""
    return f"{MARKS[node.status]} {node.status}" if node.status else ""


def tree_markdown(survey: Survey) -> str:
    """A nested list; "" where there is no tree."""
    if survey.tree is None:
        return ""
    names = Names(survey.papers)
    return (
        f"# {marked(plain(survey.tree.label), first=True)}\n\n"
        + "\n".join(line for child in survey.tree.children for line in _items(child, 0, names))
        + "\n"
    )


def _items(node: Node, depth: int, names: Names) -> Iterator[str]:
    indent = "  " * depth
    label = marked(plain(node.label))
    if node.kind == "paper":
        said = [marked(plain(names.spelt(node.how)))] if node.how else []
        said += [f"{what}: “{marked(plain(quote.text))}”" for what, quote in told(node)]
        yield f"{indent}- {label} [@{citekey(node.id)}]" + (f": {'; '.join(said)}" if said else "")
    else:
        text = f"**{label}**" if node.kind == "theme" else f"{standing(node)}: {label}"
        raised = f" “{marked(plain(node.quotes[0].text))}” [@{citekey(node.quotes[0].key)}]" if node.quotes else ""
        yield f"{indent}- {text}{raised}"
    for child in node.children:
        yield from _items(child, depth + 1, names)
    if rest(node):
        keys = f": [{'; '.join(f'@{citekey(key)}' for key in node.others)}]" if node.others else ""
        yield f"{indent}  - {rest(node)}{keys}"


def told(node: Node) -> list[tuple[str, Quote]]:
    """What a paper resolved, or what it did where it is not told to resolve this issue, and what it left; in its words."""
    did = "resolved" if "resolves" in node.how else "did"
    return [(what, quote) for what, quote in ((did, node.resolved), ("left", node.left)) if quote]


# ---------------------------------------------------------------- the picture


@dataclass
class _Plan:
    """The picture while it grows downwards: ``y`` is where the next row begins."""

    names: Names
    link: Callable[[str, str], str]
    columns: dict[int, float]  # year → x
    start: float  # x of the papers' column
    width: float
    y: float
    lines: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)


def tree_svg(survey: Survey, page: str | None = None) -> str:
    """A standalone SVG document; "" where there is no tree. With ``page``, papers and issues are links into that page ("" for the one that
    holds the drawing)."""
    tree = survey.tree
    if tree is None or not tree.children:
        return ""
    names = Names(survey.papers)
    start = _THEME_X + _THEME_WIDTH + _GAP + _ISSUE_WIDTH + _GAP
    years = sorted({year for node in _all(tree) if node.kind == "paper" and (year := names.year(node.id))})
    column = max(_LEAST_YEAR, min(_MOST_YEAR, _AXIS / max(1, len(years))))
    width = start + column * len(years) + _LABEL_ROOM + _MARGIN
    columns = {year: start + column * (at + 0.5) for at, year in enumerate(years)}
    plan = _Plan(names, lambda target, content: _linked(page, target, content), columns, start, width, 0.0)
    head = wrap(tree.label, start - _MARGIN - 2 * _GAP, _HEAD_SIZE, bold=True, most=3)
    _head(head, plan)
    trunk, top = _MARGIN + 8, plan.y
    plan.y = max(plan.y + 18, _TOP)
    last = top
    for theme in tree.children:
        last = plan.y + 14
        plan.lines.append(_line(trunk, last, _THEME_X, last))
        _theme(theme, _THEME_X, plan)
        plan.y += 16
    plan.lines.append(_line(trunk, top, trunk, last))
    height = plan.y + 34
    legend = "○ raises an issue;  ● resolves it;  ◐ resolves a part;  • inherits it by task or citation"
    body = [
        *_years(columns, column, height),
        *plan.lines,
        *plan.drawn,
        text_lines([legend], _MARGIN, height - 26, _SMALL, css="count", fill=MUTED),
    ]
    themes = " ".join(f"{theme.label}: {'; '.join(_spoken(theme))}." for theme in tree.children)
    return picture(body, width, height, css="tree", title=f"Tree of insights: {tree.label}", description=themes)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)


def _spoken(theme: Node) -> list[str]:
    return [f"{node.label} ({node.status})" for node in _all(theme) if node.kind == "issue"] or ["no issue"]


def _linked(page: str | None, target: str, content: str) -> str:
    return content if page is None else element("a", content, href=f"{page}#{target}")


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = LINE, dash: str = "") -> str:
    css = "twig" if colour == LINE else "arrow"
    dashed: dict[str, str | float] = {"stroke_dasharray": dash} if dash else {}
    return element("line", css=css, x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=1.2, **dashed)


def _head(lines: list[str], plan: _Plan) -> None:
    width = max(text_width(line, _HEAD_SIZE, bold=True) for line in lines) + 4 * _PAD
    height = block_height(lines, _HEAD_SIZE) + 2 * _PAD
    plan.drawn.append(element("rect", css="head-box", x=_MARGIN, y=16, width=width, height=height, rx=6, fill=ACCENT))
    plan.drawn.append(text_lines(lines, _MARGIN + 2 * _PAD, 16 + _PAD, _HEAD_SIZE, css="head-label", font_weight="bold", fill=PAPER))
    plan.y = 16 + height


def _theme(theme: Node, x: float, plan: _Plan) -> None:
    top, right = plan.y, _THEME_X + _THEME_WIDTH
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
    if rest(theme):
        plan.y += _rest(theme, right + _GAP, plan) + _ROW_GAP
    plan.y = max(plan.y, top + height + _ROW_GAP)
    below = top + height
    for sub in (child for child in theme.children if child.kind == "theme"):
        plan.lines.append(_line(x + 8, below, x + 8, plan.y + 14))
        plan.lines.append(_line(x + 8, plan.y + 14, x + _INDENT, plan.y + 14))
        below = plan.y + 14
        _theme(sub, x + _INDENT, plan)


def _issue(issue: Node, x: float, plan: _Plan) -> None:
    top = plan.y
    lines = wrap(f"{MARKS[issue.status]} {plain(issue.label)}", _ISSUE_WIDTH - 2 * _PAD, _ISSUE_SIZE, most=4)
    raised = len({quote.key for quote in issue.quotes})
    note = f"{issue.status}; raised by {counted(raised, 'paper')}"
    height = block_height(lines, _ISSUE_SIZE) + block_height([note], _SMALL) + 1.6 * _PAD
    box = element("rect", css="band", x=x, y=top, width=_ISSUE_WIDTH, height=height, rx=4, fill=BOX)
    text = text_lines(lines, x + _PAD, top + 0.8 * _PAD, _ISSUE_SIZE, css="label")
    text += text_lines([note], x + _PAD, top + 0.8 * _PAD + block_height(lines, _ISSUE_SIZE), _SMALL, css="count", fill=MUTED)
    said = f"{issue.label} ({issue.status})" + (f" — “{issue.quotes[0].text}” ({issue.quotes[0].key})" if issue.quotes else "")
    plan.drawn.append(element("g", tooltip(said) + plan.link(anchor(f"tree-{issue.id}"), box + text)))
    trunk = plan.start - _GAP / 2
    last = top
    for child in issue.children:
        last = plan.y + _NAME_SIZE * 0.65
        _paper(child, trunk, plan)
    if issue.children:
        first = top + _NAME_SIZE * 0.65
        plan.lines.append(_line(x + _ISSUE_WIDTH, first, trunk, first))
        plan.lines.append(_line(trunk, first, trunk, last))
    if rest(issue):
        plan.y += _rest(issue, plan.start, plan)
    plan.y = max(plan.y, top + height) + _ROW_GAP


def _rest(node: Node, x: float, plan: _Plan) -> float:
    """Draws what is not shown; how high it is."""
    said = ", ".join(map(plan.names, node.others[:40]))
    text = text_lines([rest(node)], x, plan.y, _SMALL, css="count", fill=MUTED, font_style="italic")
    plan.drawn.append(element("g", (tooltip(said) if said else "") + text))
    return _SMALL * LEADING


def _paper(node: Node, parent: float, plan: _Plan) -> None:
    """A row, joined to the vertical line at ``parent``; then the papers that stand under it."""
    x = max(plan.columns.get(plan.names.year(node.id) or 0, 0.0), parent + _NEST)
    middle = plan.y + _NAME_SIZE * 0.65
    resolves, partly = node.how.startswith("resolves"), node.how.startswith("partly")
    line = _line(parent, middle, x - _DOT, middle, ACCENT if resolves or partly else LINE, "4 3" if partly else "")
    plan.lines.append(line)
    left = x + _DOT + 6
    room = plan.width - _MARGIN - left
    name = wrap(plan.names(node.id), room, _NAME_SIZE, bold=True, most=1)[0]
    text = text_lines([name], left, plan.y, _NAME_SIZE, css="label", font_weight="bold")
    taken = text_width(name, _NAME_SIZE, bold=True) + 6
    how = plan.names.spelt(node.how)
    if how and room - taken > 60:
        text += text_lines(wrap(how, room - taken, _SMALL, most=1), left + taken, plan.y + 0.9, _SMALL, css="count", fill=MUTED)
    title = wrap(node.label, room, _SMALL, most=1)
    text += text_lines(title, left, plan.y + _NAME_SIZE * LEADING, _SMALL, css="count", fill=MUTED)
    said = "; ".join(filter(None, [how, *(f"{what}: “{quote.text}”" for what, quote in told(node))]))
    drawn = plan.link(f"ref-{citekey(node.id)}", _dot(x, middle, node.how) + text)
    plan.drawn.append(element("g", tooltip(f"{node.label}" + (f" — {said}" if said else "")) + drawn))
    plan.y += _NAME_SIZE * LEADING + _SMALL * LEADING + 5
    last = middle
    for child in node.children:
        last = plan.y + _NAME_SIZE * 0.65
        _paper(child, x, plan)
    if node.children:
        plan.lines.append(_line(x, middle + _DOT, x, last))


def _dot(x: float, y: float, how: str) -> str:
    if how.startswith("resolves"):
        return element("circle", css="dot", cx=x, cy=y, r=_DOT, fill=ACCENT)
    if how.startswith(("raises", "partly")):
        ring = element("circle", css="open", cx=x, cy=y, r=_DOT - 0.8, fill=PAPER, stroke=ACCENT, stroke_width=1.6)
        half = f"M{number(x)} {number(y - _DOT)}a{number(_DOT)} {number(_DOT)} 0 0 0 0 {number(2 * _DOT)}z"
        return ring + (element("path", css="dot", d=half, fill=ACCENT) if how.startswith("partly") else "")
    return element("circle", css="count", cx=x, cy=y, r=_DOT - 2, fill=MUTED)


def _years(columns: dict[int, float], column: float, height: float) -> Iterable[str]:
    """A rule for each year that has room for its number on top."""
    free = 0.0
    for year, x in columns.items():
        half = text_width(str(year), _SMALL, bold=True) / 2
        if x - half >= free:
            free = x + half + 6
            yield element("line", css="rule", x1=x, y1=34, x2=x, y2=height - 40, stroke=LINE, stroke_width=0.5, stroke_dasharray="1 5")
            yield text_lines([str(year)], x, 16, _SMALL, css="count", fill=MUTED, font_weight="bold", text_anchor="middle")
