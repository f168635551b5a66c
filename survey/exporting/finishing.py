"""What single formats need beyond pandoc: before it writes, and after."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping

from survey.exporting.tree import BARE, Node, Nodes, changed, plain_text, string
from survey.render.markdown import REFERENCES_ANCHOR

LATEX_SIGNS = "\n".join(
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


def unchanged(blocks: Nodes) -> Nodes:
    return blocks


# ---------------------------------------------------------------- before


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
    for block in changed(_listed(blocks), change):
        if block["t"] == "Header" and block["c"][0] == 1 and cells[-1]:
            cells.append([])
        cells[-1].append(block)
    return [{"t": "Div", "c": [["", ["cell", "markdown"], []], cell]} for cell in cells]


def _inert(blocks: Nodes) -> Nodes:
    """Without what Quarto runs: its shortcodes, and code in a line."""

    def change(node: Node) -> Nodes:
        match node:
            case {"t": "Code", "c": [_, text]}:
                return [string(text.replace("{{<", _BROKEN))]
            case {"t": "CodeBlock", "c": [_, text]}:
                return [{"t": "CodeBlock", "c": [BARE, text.replace("{{<", _BROKEN)]}]
            case {"t": "Str", "c": text} if "{{<" in text:
                return [string(text.replace("{{<", _BROKEN))]
        return [node]

    made: Nodes = changed(blocks, change)
    return made


_BROKEN = "{\u2060{<"  # an invisible joiner in between


def _without_list(blocks: Nodes) -> Nodes:
    """biblatex prints the heading too."""
    return [node for node in blocks if not (node["t"] == "Div" and node["c"][0][0] == REFERENCES_ANCHOR)]


FITTING: Mapping[str, Callable[[Nodes], Nodes]] = {"gfm": _listed, "ipynb": _celled, "qmd": _inert}
FINISHED: Mapping[str, Callable[[bytes], bytes]] = {}
