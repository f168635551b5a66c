"""A tree of marked-up text (JATS, TEI, HTML) to blocks: its headings and paragraphs, each on one line, in their order.

What an element is to the text, its format says: a function from an element to its :class:`Role`.
"""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple, cast

from lxml import etree

from survey.readers.assembly import Block
from survey.readers.cleaning import one_line, without_latex

Element = etree._Element


class Role(NamedTuple):
    """What an element is to the text around it.

    ``block`` stands by itself, as a heading where it has a ``level``; ``line`` too, with no more words than are ``said``. ``lead`` goes in
    front of the next block, on its line, with ``end`` behind it; ``raised`` is a superscript (``mark``: of a citation or a footnote).
    ``skip`` leaves the element's words out; what follows it stays. ``said`` comes before the words; ``page``: the text is on that page
    from here on.
    """

    kind: Literal["inline", "block", "line", "lead", "raised", "skip"] = "inline"
    level: int = 0
    said: str = ""
    end: str = ""
    mark: bool = False
    page: int = 0


INLINE, BLOCK, LEAD, SKIP = Role(), Role("block"), Role("lead"), Role("skip")
SPACE = Role(said=" ")
_APART, _MARKED, _CUT = frozenset({"block", "line"}), frozenset({"lead", "raised"}), frozenset({"line", "skip"})
_RAISED = str.maketrans("0123456789+-−–n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")


def flow(root: Element, role: Callable[[Element], Role], finish: Callable[[str], str] = one_line) -> list[Block]:
    """The blocks of ``root``; ``finish`` brings the text of each to one line."""
    blocks: list[Block] = []
    pieces: list[str] = []
    levels, marks, roles = [0], [0], [BLOCK]
    lead, page, begun = "", 0, 0

    def flush() -> None:
        nonlocal lead, begun
        if text := finish("".join(pieces)):
            blocks.append(Block(f"{lead} {text}" if lead else text, levels[-1], ((0, begun),) if begun else ()))
            lead = ""
        pieces.clear()
        begun = page

    def start(element: Element, what: Role) -> None:
        nonlocal page, begun
        page = what.page or page
        roles.append(what)
        if what.kind in _APART:
            flush()
            levels.append(what.level or levels[-1])
        elif what.kind in _MARKED:
            if what.kind == "lead":
                flush()
            marks.append(len(pieces))
        begun = begun or page
        pieces.extend(filter(None, (what.said, "" if what.kind in _CUT else element.text)))

    def end(element: Element, what: Role) -> None:
        nonlocal lead
        if what.kind in _APART:
            flush()
            levels.pop()
        elif what.kind in _MARKED:
            mark = min(marks.pop(), len(pieces))
            inner = "".join(pieces[mark:])
            del pieces[mark:]
            if what.kind == "lead":
                lead = f"{lead} {said}{what.end}".strip() if (said := finish(inner)) else lead
            else:
                pieces.extend(filter(None, [_raised(inner.strip(), pieces[-1][-1] if pieces else "", what.mark)]))
        if element is not root and element.tail:
            pieces.append(element.tail)

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, node in walker:
        element = cast("Element", node)
        if event == "end":
            end(element, roles.pop())
            continue
        start(element, role(element) if element is not root else BLOCK)
        if roles[-1].kind in _CUT:
            walker.skip_subtree()
    if lead:
        blocks.append(Block(lead))
    return blocks


def _raised(text: str, before: str, mark: bool) -> str:
    """A superscript as it can be read on a line: an exponent must not run into its number, nor a citation's number into a word."""
    if mark and before and re.search(r"\w", text):
        return ("" if before.isspace() or before in "[(–-" else " ") + (text if text.startswith(("[", "(")) else f"[{text}]")
    if before.isdigit() and re.fullmatch(r"[+\-−–]?\s?\d+|[+\-−–]|n", text):
        return text.replace(" ", "").translate(_RAISED)
    return text if before else f"{text} "  # a footnote's own mark


def words(element: Element | None, role: Callable[[Element], Role] = lambda _: INLINE) -> str:
    """All that ``element`` says, on one line; "" for None."""
    return "" if element is None else " ".join(block.text for block in flow(element, role))


# ---------------------------------------------------------------- formulas

_PLAIN = frozenset({"math", "mrow", "mi", "mn", "mo", "mtext", "mstyle", "mspace", "mpadded", "semantics", "annotation", "annotation-xml"})
_BETWEEN = {"mfrac": "/", "msup": "^", "msub": "_", "msubsup": "_", "mover": "", "munder": "_", "munderover": "_"}
_DOCUMENT = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
_RELATION = re.compile(r"[=<>≤≥≈≠±×+−∼≃→⇒∈∝]")


def formula(element: Element) -> str:
    """A formula as text: its MathML where that is one line of signs, or else its LaTeX, or else its MathML with "/", "^" and "_"."""
    math = element if element.tag == "math" else next(element.iter("math"), None)
    if math is not None and all(part.tag in _PLAIN for part in math.iter("*")):
        return one_line(_said(math))
    tex = next((part.text or "" for part in element.iter("tex-math", "annotation") if part.get("encoding", "tex").endswith("tex")), "")
    tex = tex or (math.get("alttext", "") if math is not None else "")
    if tex.strip():
        inside = match[1] if (match := _DOCUMENT.search(tex)) else tex
        return one_line(without_latex(f"${inside.strip().strip('$').strip()}$"))
    return one_line(_said(math)) if math is not None else one_line("".join(map(str, element.itertext())))


def _said(math: Element) -> str:
    if math.tag in {"annotation", "annotation-xml"}:
        return ""
    if len(math) == 0:
        text = " ".join((math.text or "").split())
        return f" {text} " if math.tag == "mo" and _RELATION.fullmatch(text) else text
    pieces = [_said(child).strip() if math.tag in _BETWEEN else _said(child) for child in math]
    if math.tag == "msubsup" and len(pieces) == 3:
        return f"{pieces[0]}_{pieces[1]}^{pieces[2]}"
    if math.tag in _BETWEEN:
        return _BETWEEN[str(math.tag)].join(f"({p})" if len(p) > 1 and not p.replace(".", "").isalnum() else p for p in pieces)
    return f"√({''.join(pieces)})" if math.tag == "msqrt" else "".join(pieces)
