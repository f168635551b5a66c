"""A survey's drawings as files that documents can hold: SVG without links, and what typst makes of it for programs that know no SVG."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import NamedTuple

from lxml import etree

from survey.exporting.engines import typst
from survey.phrases import Phrases
from survey.records import Survey
from survey.render.map import themes_svg
from survey.render.markdown import FIGURES
from survey.render.svg import fishbone_svg
from survey.render.text import names_of
from survey.render.timeline import chains_svg
from survey.render.tree import tree_svg
from survey.render.years import years_svg

_SVG = "{http://www.w3.org/2000/svg}"
MAKERS: Mapping[str, Callable[[Survey], str]] = {
    "fishbone": lambda survey: fishbone_svg(survey.fishbone, names_of(survey.papers), None, Phrases(survey.lang)),
    "chains": lambda survey: chains_svg(survey) if survey.chains else "",
    "themes": themes_svg,
    "tree": tree_svg,
    "years": years_svg,
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
_OVERLAP = 30  # pixels: two lines of text


def drawings(survey: Survey, markdown: str) -> dict[str, Drawing]:
    """By file, the survey's drawings that ``markdown`` shows."""
    made = {file: MAKERS[name](survey) for name, file in FIGURES.items() if f"]({file})" in markdown}
    return {file: _printed(file, svg) for file, svg in made.items() if svg}


def _printed(file: str, svg: str) -> Drawing:
    """As it looks on white paper: no links, which lead into another page, and no colours of a dark screen."""
    root = etree.fromstring(svg.encode("utf-8"), _PARSER)
    etree.strip_tags(root, f"{_SVG}a")
    etree.strip_elements(root, f"{_SVG}style", with_tail=False)
    width, height = (float(root.get(side, "0").removesuffix("px") or 0) for side in ("width", "height"))
    return Drawing(file, etree.tostring(root, encoding="unicode"), width or 1, height or 1)


def pieces(drawing: Drawing, tallest: float) -> list[Drawing]:
    """The drawing cut across into equal pieces no higher than that; each begins a little above the end of the one before, so that every
    line of text is whole in one of them."""
    count = ceil((drawing.height - _OVERLAP) / (tallest - _OVERLAP))
    if count < 2:
        return [drawing]
    step = (drawing.height - _OVERLAP) / count
    return [_piece(drawing, number, number * step, step + _OVERLAP) for number in range(count)]


def _piece(drawing: Drawing, number: int, top: float, height: float) -> Drawing:
    root = etree.fromstring(drawing.svg.encode("utf-8"), _PARSER)
    root.set("viewBox", f"0 {top:g} {drawing.width:g} {height:g}")
    root.set("height", f"{height:g}")
    return Drawing(f"{drawing.stem}-{number + 1}.svg", etree.tostring(root, encoding="unicode"), drawing.width, height)


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
