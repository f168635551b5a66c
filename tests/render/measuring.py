"""What tests measure in a drawing: boxes of its texts, and that nothing in it is active."""

from collections.abc import Iterator
from xml.etree import ElementTree

from survey.render.drawing import Box, text_width

_SVG = "{http://www.w3.org/2000/svg}"


def inert(svg: str, *more: str) -> ElementTree.Element:
    """The drawing, whose only addresses lead into the page beside it; ``more``: elements that this one may have too."""
    root = ElementTree.fromstring(svg)  # our own output
    names = {element.tag.removeprefix(_SVG) for element in root.iter()}
    assert names <= {"svg", "title", "desc", "rect", "g", "a", "line", "path", "circle", "text", "tspan", *more}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or name == "style" or "}" in name]
    addresses = [element.attrib["href"] for element in root.iter() if "href" in element.attrib]
    assert all(address.removeprefix("survey.html").startswith("#") for address in addresses)
    return root


def texts_of(root: ElementTree.Element) -> list[str]:
    return [" ".join(element.itertext()) for element in root.iter(f"{_SVG}text")]


def nothing_meets_or_runs_out(root: ElementTree.Element) -> None:
    """No line of text meets another, and all stand in the picture."""
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    boxes = sorted((box for text in root.iter(f"{_SVG}text") for box in lines_of(text)), key=lambda box: box.y)
    for nth, box in enumerate(boxes):
        assert box.x >= 0
        assert box.x + box.width <= width
        assert box.y >= 0
        assert box.y + box.height <= height
        for other in boxes[nth + 1 :]:
            if other.y >= box.y + box.height:
                break
            assert not box.overlaps(other)


def no_line_crosses_a_text(root: ElementTree.Element, css: str) -> None:
    """No straight line of this class runs through a text."""
    boxes = [box for text in root.iter(f"{_SVG}text") for box in lines_of(text)]
    for line in root.iter(f"{_SVG}line"):
        if line.get("class") != css:
            continue
        x1, y1, x2, y2 = (float(line.attrib[name]) for name in ("x1", "y1", "x2", "y2"))
        stroke = Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
        assert not any(stroke.overlaps(box) for box in boxes)


def lines_of(text: ElementTree.Element) -> Iterator[Box]:
    size = float(text.attrib["font-size"])
    assert size >= 11  # the least that is read
    for line in text:
        width = text_width(line.text or "", size, bold=text.get("font-weight") == "bold")
        before = 0.5 if text.get("text-anchor") == "middle" else 1.0 if text.get("direction") == "rtl" else 0.0
        if (line.text or "").strip():
            yield Box(float(line.attrib["x"]) - before * width, float(line.attrib["y"]) - size * 0.8, width, size)
