"""What single formats need beyond pandoc: before it writes, and after."""

import base64
import json
import re
from collections.abc import Mapping

from survey.exporting.tree import BARE, Node, Nodes, changed, string, words
from survey.render.markdown import REFERENCES_ANCHOR
from survey.render.text import plain

_SIGNS = "\n".join(
    [
        "\\usepackage{amssymb,newunicodechar}",
        *(
            f"\\newunicodechar{{{sign}}}{{\\ensuremath{{{meant}}}}}"
            for sign, meant in {
                "✓": "\\checkmark",
                "◐": "\\circledcirc",
                "○": "\\circ",
                "⇄": "\\rightleftarrows",
                "⚑": "\\blacktriangleright",
                "→": "\\rightarrow",
            }.items()
        ),
    ]
)
"""The survey's own signs, which TeX's usual fonts do not have."""
_STYLE = """<style>
body { line-height: 1.45; } h1, h2, h3 { color: #1d5c63; } table { font-size: .8em; } td, th { text-align: left; vertical-align: top; }
figcaption { font-size: .85em; } nav#TOC ul { list-style: none; }
</style>"""
ADDED = {"latex": _SIGNS, "html": _STYLE}
"""What a format has at its head beside pandoc's own."""


# ---------------------------------------------------------------- before


def fitted(blocks: Nodes, form: str, title: str, subtitle: str) -> Nodes:
    """``blocks`` as pandoc's writer of ``form`` is to have them; formats without a head begin with the titles."""
    if form in ("gfm", "ipynb"):
        head: Nodes = [{"t": "Header", "c": [1, BARE, words(plain(title))]}]
        head += [{"t": "Para", "c": [{"t": "Emph", "c": words(plain(subtitle))}]}] if subtitle else []
        blocks = changed([*head, *changed(_listed(blocks), _lowered)], _unlinked)
        return _celled(blocks) if form == "ipynb" else blocks
    return _inert(blocks, form) if form in ("markdown", "qmd") else blocks


def _lowered(node: Node) -> Nodes:
    """Headings below the title's, a drawing with its caption as two paragraphs, and no boxes, which would be HTML."""
    match node:
        case {"t": "Div", "c": [_, blocks]}:
            return list(blocks)
        case {"t": "Span", "c": [[name, *_], inlines]} if not name.startswith("ref-"):
            return list(inlines)
        case {"t": "SmallCaps" | "Underline", "c": inlines}:
            return list(inlines)
        case {"t": "Header", "c": [level, attributes, inlines]}:
            return [{"t": "Header", "c": [min(6, level + 1), attributes, inlines]}]
        case {"t": "Figure", "c": [_, [_, caption], content]}:
            said = [{"t": "Para", "c": [{"t": "Emph", "c": block["c"]}]} for block in caption if block["t"] == "Plain"]
            return [*({"t": "Para", "c": block["c"]} if block["t"] == "Plain" else block for block in content), *said]
    return [node]


def _listed(blocks: Nodes) -> Nodes:
    """The references as a list, each with its anchor, for readers that know no styled blocks."""

    def change(node: Node) -> Nodes:
        if node["t"] == "Div" and node["c"][0][0] == REFERENCES_ANCHOR:
            return [{"t": "BulletList", "c": [[_entry(entry)] for entry in node["c"][1]]}] if node["c"][1] else []
        return [node]

    made: Nodes = changed(blocks, change)
    return made


def _entry(entry: Node) -> Node:
    """Its paragraphs' inlines in one; a style's margins are no more than a space."""
    inlines: Nodes = []
    for block in entry["c"][1]:
        for inline in block["c"]:
            inlines += [{"t": "Space"}, *inline["c"][1]] if inline["t"] == "Span" and inline["c"][0][1] else [inline]
    inlines = inlines[1:] if inlines and inlines[0]["t"] == "Space" else inlines
    return {"t": "Plain", "c": [{"t": "Span", "c": [[entry["c"][0][0], [], []], []]}, *inlines]}


def _celled(blocks: Nodes) -> Nodes:
    """A cell a chapter. What Jupyter's Markdown cannot hold, anchors and links to them, is left away."""

    def change(node: Node) -> Nodes:
        match node:
            case {"t": "Span", "c": [_, inlines]}:
                return list(inlines)
            case {"t": "Link", "c": [_, inlines, [address, _]]} if address.startswith("#"):
                return list(inlines)
            case {"t": "Header", "c": [level, _, inlines]}:
                return [{"t": "Header", "c": [level, BARE, inlines]}]
        return [node]

    cells: list[Nodes] = [[]]
    for block in changed(blocks, change):
        if block["t"] == "Header" and block["c"][0] <= 2 and cells[-1]:
            cells.append([])
        cells[-1].append(block)
    return [{"t": "Div", "c": [["", ["cell", "markdown"], []], cell]} for cell in cells]


def _inert(blocks: Nodes, form: str) -> Nodes:
    """Every brace of a text escaped: behind code or a link it would give that attributes, and make it raw markup. For Quarto without what
    it runs: shortcodes, and code in a line."""

    def change(node: Node) -> Nodes:
        match node:
            case {"t": "Str", "c": text} if "{" in text:
                parts = [piece for part in text.split("{") for piece in ({"t": "RawInline", "c": ["markdown", "\\{"]}, string(part))]
                return parts[1:]
            case {"t": "Code", "c": [_, text]} if form == "qmd":
                return change(string(text))
            case {"t": "CodeBlock", "c": [_, text]} if form == "qmd":
                return [{"t": "CodeBlock", "c": [BARE, re.sub(r"(`{3,}\s*|\{\{)(?=[{<])", "\\1\u2060", text)]}]  # an invisible joiner
        return [node]

    made: Nodes = changed(blocks, change)
    return made


_MARKS = {":": "\ufdd0", ".": "\ufdd1"}  # characters that no text has
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)


def _unlinked(node: Node) -> Nodes:
    """A bare address marked where an escape keeps GitHub from making a link of it; pandoc would escape the escape."""
    match node:
        case {"t": "Str", "c": text}:
            return [string(_ADDRESS.sub(lambda found: _MARKS[found[0]], text))]
        case {"t": "Link", "c": [attributes, text, target]} if not target[0].startswith("#"):
            return [{"t": "Link", "c": [attributes, changed(text, _marked_back), target]}]
    return [node]


def _marked_back(node: Node) -> Nodes:
    return [string(_escaped(node["c"], ""))] if node["t"] == "Str" else [node]


# ---------------------------------------------------------------- after


def _escaped(text: str, by: str) -> str:
    for char, mark in _MARKS.items():
        text = text.replace(mark, by + char)
    return text


def finished(data: bytes, form: str, pictures: Mapping[str, bytes]) -> bytes:
    """What pandoc wrote, with the drawings attached to the cells of a notebook."""
    if form not in ("gfm", "ipynb"):
        return data
    text = data.decode("utf-8")
    if form == "gfm":
        return _escaped(text, "\\").encode("utf-8")
    notebook = json.loads(_escaped(text, "\\\\"))
    for number, cell in enumerate(notebook["cells"], start=1):
        text = "".join(cell["source"])
        shown = {name: picture for name, picture in pictures.items() if f"(attachment:{name})" in text}
        cell["id"] = f"cell-{number}"
        if shown:
            cell["attachments"] = {name: {"image/png": base64.b64encode(picture).decode("ascii")} for name, picture in shown.items()}
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")
