"""pandoc's document tree (its JSON): how it is walked, and what of a text is let into it.

A survey may hold sections that somebody wrote by hand, and all of it quotes papers. Whatever a format could act upon is taken out here, by
what it is in the tree, whatever syntax brought it in: raw markup, formulas, addresses other than the web's, attributes, code that is told
apart from text by them.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from survey.hiding import printable

Node = dict[str, Any]
"""An element: its type ``t``, and its content ``c``."""
Nodes = list[Any]

BARE: Nodes = ["", [], []]
"""No identifier, no classes, no attributes."""
_ADDRESS = re.compile(r"(?i:https?)://[^\s\\\"<>{}|^`\[\]]+|#[\w.:+/-]+")
_NAME = re.compile(r"\w[\w.:+/-]*")
_CLASSES = frozenset(
    (
        "references",
        "csl-bib-body",
        "hanging-indent",
        "csl-entry",
        "csl-left-margin",
        "csl-right-inline",
        "csl-indent",
        "csl-block",
        "unnumbered",
    )
)


def string(text: str) -> Node:
    return {"t": "Str", "c": text}


def words(text: str) -> Nodes:
    """``text`` as strings parted by spaces."""
    parted: Nodes = []
    for word in text.split():
        parted += [{"t": "Space"}, string(word)]
    return parted[1:]


def plain_text(value: Any) -> str:
    """The characters of a tree, without addresses and names."""
    if isinstance(value, list):
        return "".join(map(plain_text, value))
    match value:
        case {"t": "Str", "c": text} | {"t": "Code" | "CodeBlock" | "Math", "c": [_, text]}:
            return str(text)
        case {"t": "Space" | "SoftBreak" | "LineBreak"}:
            return " "
        case {"t": "Cite" | "Span" | "Div" | "Link" | "Image" | "Quoted", "c": [_, content, *_]}:
            return plain_text(content)
        case {"c": content}:
            return plain_text(content)
    return ""


def changed(value: Any, change: Callable[[Node], Nodes]) -> Any:
    """The tree with every element, innermost first, replaced by what ``change`` makes of it."""
    if isinstance(value, list):
        made: Nodes = []
        for item in value:
            if isinstance(item, dict) and "t" in item:
                made += change({**item, "c": changed(item["c"], change)} if "c" in item else item)
            else:
                made.append(changed(item, change))
        return made
    if isinstance(value, dict):
        if "t" in value:
            (one,) = change(value) or [value]
            return one
        return {name: changed(inner, change) for name, inner in value.items()}
    return value


def elements(value: Any) -> Iterator[Node]:
    if isinstance(value, list):
        for item in value:
            yield from elements(item)
    elif isinstance(value, dict):
        if "t" in value:
            yield value
        for inner in value.values():
            yield from elements(inner)


def safe(blocks: Nodes, images: Collection[str]) -> Nodes:
    """``blocks`` with nothing that acts, and of images those named."""

    def change(node: Node) -> Nodes:
        made: Nodes = [node]
        match node:
            case {"t": "RawInline" | "RawBlock"}:
                made = []
            case {"t": "Str", "c": text} | {"t": "Math", "c": [_, text]}:
                made = [string(printable(text))]
            case {"t": "Code" | "CodeBlock" as kind, "c": [_, text]}:
                made = [{"t": kind, "c": [BARE, "\n".join(map(printable, text.split("\n")))]}]
            case {"t": "Link", "c": [_, text, [address, _]]}:
                made = [{"t": "Link", "c": [BARE, text, [address, ""]]}] if _ADDRESS.fullmatch(address) else text
            case {"t": "Image", "c": [_, text, [address, _]]}:
                made = [{"t": "Image", "c": [BARE, text, [address, ""]]}] if address in images else text
            case {"t": "Figure", "c": [_, caption, content]}:
                drawn = any(inner["t"] == "Image" for inner in elements(content))
                made = [{"t": "Figure", "c": [BARE, caption, content]}] if drawn else content
            case {"t": "Header", "c": [level, attributes, text]}:
                made = [{"t": "Header", "c": [level, _kept(attributes), text]}]
            case {"t": "Div" | "Span" | "Table" as kind, "c": [attributes, *rest]}:
                made = [{"t": kind, "c": [_kept(attributes), *rest]}]
            case {"t": "Cite", "c": [cited, text]} if not all(_NAME.fullmatch(citation["citationId"]) for citation in cited):
                made = text
        return made

    safe_blocks: Nodes = changed(blocks, change)
    return safe_blocks


def _kept(attributes: Nodes) -> Nodes:
    name, classes, _ = attributes
    return [name if _NAME.fullmatch(name) else "", [one for one in classes if one in _CLASSES], []]


def anchored(blocks: Nodes) -> Nodes:
    """``blocks`` with no link to a place that is not there: typst would refuse them, and a reader be sent nowhere."""
    places = {f"#{attributes[0]}" for node in elements(blocks) for attributes in _attributes(node)}

    def change(node: Node) -> Nodes:
        match node:
            case {"t": "Link", "c": [_, text, [address, _]]} if address.startswith("#") and address not in places:
                return list(text)
        return [node]

    made: Nodes = changed(blocks, change)
    return made


def _attributes(node: Node) -> Nodes:
    match node:
        case {"t": "Header", "c": [_, attributes, _]} | {"t": "Div" | "Span", "c": [attributes, *_]}:
            return [attributes]
    return []
