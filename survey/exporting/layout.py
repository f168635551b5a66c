"""What a page has room for: the width of a table's columns, the size of a drawing, pages turned on their side."""

import base64
from collections.abc import Mapping
from typing import Literal

from survey.exporting.drawings import Drawing, pdf, pieces, png
from survey.exporting.office import TURNED
from survey.exporting.tree import BARE, Node, Nodes, changed, elements, plain_text

Held = Literal["svg", "png", "attached", "pdf", "named", "typst"]
"""How a document holds a drawing: within it, as SVG or PNG, or attached to a cell; beside it, as PDF for TeX or as it is; typst sets it."""

_UPRIGHT, _SIDEWAYS = (16.0, 23.0), (24.5, 14.5)  # room for a drawing on a page of A4, in cm, with its caption below
_PIXELS = 96 / 2.54  # of a centimetre
_LARGEST = 1.25  # times its own size
_LITTLE = 1.4  # times the height of a page
_WORD = 12  # characters of a word that a column must hold unbroken
_MOST = 60
_MANY, _LONG = 6, 10  # columns and rows of a table that an upright page makes too narrow, and that fills one on its side
_TURNED = {"typst": ("#page(flipped: true)[", "]"), "openxml": TURNED}
"""What begins and ends a page on its side, where a format knows such."""


def in_pieces(drawn: Mapping[str, Drawing], held: Held) -> dict[str, list[Drawing]]:
    """By file, a drawing as it is; for pages one that is too high for one in pieces."""
    return {file: pieces(drawing, _tallest(drawing)) if held in _PAGED else [drawing] for file, drawing in drawn.items()}


_PAGED = ("typst", "png")


def _tallest(drawing: Drawing) -> float:
    """What a page holds of it, in its own pixels; one that is little higher is made smaller instead."""
    page = _UPRIGHT[1] * _PIXELS / _scale(drawing, _UPRIGHT[0])
    return drawing.height if drawing.wide or drawing.height < _LITTLE * page else page


def _scale(drawing: Drawing, width: float) -> float:
    return min(_LARGEST, width * _PIXELS / drawing.width)


def laid_out(blocks: Nodes, drawn: Mapping[str, list[Drawing]], held: Held, turned: str = "", cells: str = "") -> Nodes:
    """``turned``: the raw format in which pages can be turned, "" where they cannot. ``cells``: the style of what stands in tables."""

    def change(node: Node) -> Nodes:
        match node:
            case {"t": "Image", "c": [_, text, [address, _]]}:
                return [_image(piece, text, held, turned) for piece in drawn[address]]
            case {"t": "Table", "c": content}:
                return [{"t": "Table", "c": _table(content, cells)}]
        return [node]

    made: Nodes = []
    for block in blocks:
        if turned and _wide(block, drawn):
            at = len(made)
            while at and made[at - 1]["t"] == "Header":  # they go with it
                at -= 1
            begin, end = ({"t": "RawBlock", "c": [turned, raw]} for raw in _TURNED[turned])
            made = [*made[:at], begin, *made[at:], block, end]
        else:
            made.append(block)
    return list(changed(made, change))


def _wide(block: Node, drawn: Mapping[str, list[Drawing]]) -> bool:
    if block["t"] == "Table":
        return len(block["c"][2]) >= _MANY and sum(len(body[3]) for body in block["c"][4]) >= _LONG
    return block["t"] == "Figure" and any(drawn[node["c"][2][0]][0].wide for node in elements(block) if node["t"] == "Image")


def beside(drawn: Mapping[str, Drawing], held: Held) -> dict[str, bytes]:
    """The drawings that lie beside a document, by name."""
    if held == "pdf":
        return {f"{drawing.stem}.pdf": pdf(drawing) for drawing in drawn.values()}
    return {drawing.file: drawing.svg.encode("utf-8") for drawing in drawn.values()} if held == "named" else {}


def attached(drawn: Mapping[str, Drawing], held: Held) -> dict[str, bytes]:
    return {f"{drawing.stem}.png": png(drawing) for drawing in drawn.values()} if held == "attached" else {}


def _image(drawing: Drawing, text: Nodes, held: Held, turned: str) -> Node:
    address, attributes = drawing.file, BARE
    if held == "pdf":
        address = f"{drawing.stem}.pdf"
    elif held == "attached":
        address = f"attachment:{drawing.stem}.png"
    elif held in ("svg", "png"):
        kind, data = ("image/png", png(drawing)) if held == "png" else ("image/svg+xml", drawing.svg.encode("utf-8"))
        address = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
    if turned or held == "png":
        room = _SIDEWAYS if drawing.wide and turned else _UPRIGHT
        scale = min(_scale(drawing, room[0]), room[1] * _PIXELS / drawing.height)
        attributes = ["", [], [["width", f"{scale * drawing.width / _PIXELS:.2f}cm"]]]
    return {"t": "Image", "c": [attributes, text, [address, ""]]}


# ---------------------------------------------------------------- tables


def _table(content: Nodes, cells: str) -> Nodes:
    attributes, caption, columns, head, bodies, foot = content
    rows = [row[1] for row in [*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]]]
    told = [[plain_text(cell[4]) for cell in row] for row in rows]
    widths = _widths([[row[at] for row in told if at < len(row)] for at in range(len(columns))])
    columns = [[align, {"t": "ColWidth", "c": width}] for (align, _), width in zip(columns, widths, strict=True)]
    if cells:
        for cell in (cell for row in rows for cell in row):
            blocks = [{**block, "t": "Para"} if block["t"] == "Plain" else block for block in cell[4]]  # a plain text keeps its own style
            cell[4] = [{"t": "Div", "c": [["", [], [["custom-style", cells]]], blocks]}] if blocks else []
    return [attributes, caption, columns, head, bodies, foot]


def _widths(columns: list[list[str]]) -> list[float]:
    """Shares of a page's width: by how much stands in a column, and enough for its longest word."""
    needs = []
    for texts in columns:
        word = max((len(word) for text in texts for word in text.split()), default=1)
        mean = sum(map(len, texts)) / max(1, len(texts))
        needs.append(min(_MOST, max(min(word, _WORD) + 3.0, min(max(map(len, texts), default=1), mean * 1.2))))
    whole = sum(needs) or 1.0
    return [round(need / whole, 4) for need in needs]
