"""A survey's drawings as files that documents can hold: SVG without links, and what typst makes of it for programs that know no SVG."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from lxml import etree

from survey.exporting.engines import typst
from survey.records import Survey
from survey.render.map import themes_svg
from survey.render.markdown import FIGURES
from survey.render.svg import fishbone_svg
from survey.render.text import names_of
from survey.render.timeline import chains_svg
from survey.render.tree import tree_svg

_SVG = "{http://www.w3.org/2000/svg}"
_MAKERS: Mapping[str, Callable[[Survey], str]] = {
    "fishbone": lambda survey: fishbone_svg(survey.fishbone, names_of(survey.papers), None),
    "chains": lambda survey: chains_svg(survey) if survey.chains else "",
    "themes": themes_svg,
    "tree": tree_svg,
}


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


class Drawing(NamedTuple):
    """``file`` is what the survey's Markdown calls it; width and height are in CSS pixels, of which an inch has 96."""

    file: str
    svg: str
    width: float
    height: float

    @property
    def stem(self) -> str:
        return self.file.removesuffix(".svg")

    @property
    def wide(self) -> bool:
        """Whether it reads better on a page turned on its side."""
        return self.width > _PAGE and self.width > 1.2 * self.height


_PAGE = 640  # pixels between the margins of a page of A4
_PPI = 144  # of 72 points an inch: twice a drawing's own pixels
_SHARPEST = 3200  # pixels of the longer side


def drawings(survey: Survey) -> dict[str, Drawing]:
    """By file, the drawings that the survey's figures name."""
    named = {block.figure for section in survey.sections for block in section.blocks if block.kind == "figure"}
    made = {FIGURES[name]: _MAKERS[name](survey) for name in _MAKERS if name in named}
    return {file: _printed(file, svg) for file, svg in made.items() if svg}


def _printed(file: str, svg: str) -> Drawing:
    """As it looks on white paper: no links, which lead into another page, and no colours of a dark screen."""
    root = etree.fromstring(svg.encode("utf-8"), _PARSER)
    etree.strip_tags(root, f"{_SVG}a")
    etree.strip_elements(root, f"{_SVG}style", with_tail=False)
    width, height = (float(root.get(side, "0").removesuffix("px") or 0) for side in ("width", "height"))
    return Drawing(file, etree.tostring(root, encoding="unicode"), width or 1, height or 1)


def png(drawing: Drawing) -> bytes:
    """At twice its size, for sharp print; a large one smaller."""
    ppi = min(_PPI, 72 * _SHARPEST / max(drawing.width, drawing.height))
    return typst(_page(drawing), "png", {drawing.file: in_own_type(drawing)}, ppi=ppi)


def pdf(drawing: Drawing) -> bytes:
    return typst(_page(drawing), "pdf", {drawing.file: in_own_type(drawing)})


def in_own_type(drawing: Drawing) -> bytes:
    """The SVG in the typeface that typst brings: the same picture on every machine."""
    root = etree.fromstring(drawing.svg.encode("utf-8"), _PARSER)
    root.set("font-family", "Libertinus Serif, Georgia, serif")
    return etree.tostring(root)


def _page(drawing: Drawing) -> str:
    """A page that is the drawing; a point for a pixel."""
    size = f"width: {drawing.width:g}pt, height: {drawing.height:g}pt"
    return f'#set page({size}, margin: 0pt, fill: white)\n#image("{drawing.file}", {size})\n'
