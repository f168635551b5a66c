"""What LaTeX's commands do to the page that is written: notes, links, files taken in, captions, the abstract, the appendix."""

import re
from typing import TYPE_CHECKING

from survey.readers.assembly import Block
from survey.readers.cleaning import one_line
from survey.readers.latex.source import inside, uncommented
from survey.readers.latex.words import UNITS

if TYPE_CHECKING:
    from survey.readers.latex.text import Writer

DEEP = 9
"""The level of the abstract's heading: nothing stands under it."""
MOST_FILES = 20
"""Files that take in one another."""
_BARE_FILE = re.compile(r"[ \t]*([\w./-]+)")


def note(writer: "Writer", word: str) -> None:
    writer.source.option()
    writer.notes.append(writer.plain(writer.source.argument()))


def link(writer: "Writer", word: str) -> None:
    address = writer.source.argument()
    if word == "href":
        return  # the text of the link flows on
    writer.say(re.sub(r"\\([%#_&~{}])", r"\1", address).replace("\\", ""))


def take_in(writer: "Writer", word: str) -> None:
    folder = writer.source.argument() if word in ("import", "subimport") else ""
    bare = None if folder else writer.source.take(_BARE_FILE)
    named = bare[1] if bare else f"{folder}/{writer.source.argument()}" if folder else writer.source.argument()
    name = inside(named)
    if name is None:
        writer.page.missing.append((named, "leads out of the document's folder"))
        return
    here = writer.source.files[-1].rpartition("/")[0] if writer.source.files else ""
    tries = [f"{place}{name}{end}" for place in dict.fromkeys(("", f"{here}/" if here else "")) for end in (".tex", "")]
    for file in tries:
        if file in writer.source.files:
            writer.page.missing.append((named, "takes itself in"))
            return
        if (text := writer.beside(file)) is not None:
            if file.endswith(".bbl") or "\\begin{thebibliography}" in text[:5000]:
                writer.page.lists.append(text)
                return
            writer.macros.make_room(text)
            writer.macros.room -= len(text)
            if len(writer.source.files) >= MOST_FILES:
                writer.page.missing.append((named, "is taken in too deep"))
            elif writer.macros.room > 0:
                body = re.search(r"\\begin\s*\{document\}(.*?)(?:\\end\s*\{document\}|\Z)", text, re.DOTALL)
                writer.source.push(uncommented(body[1] if body else text), file)
            return
    if not name.endswith((".sty", ".cls", ".def", ".cfg", ".pdf_tex", ".pgf")):
        writer.page.missing.append((named, "is not there"))


def bibliography(writer: "Writer", word: str) -> None:
    writer.source.option()
    writer.page.bibliographies += [one_line(part) for part in writer.source.argument().split(",") if part.strip()]


def nocite(writer: "Writer", word: str) -> None:
    writer.page.keys |= dict.fromkeys(one_line(key) for key in writer.source.argument().split(","))


def theorem(writer: "Writer", word: str) -> None:
    writer.source.star()
    name = writer.source.argument()
    writer.source.option()
    writer.page.theorems[name] = writer.plain(writer.source.argument())
    writer.source.option()


def appendix(writer: "Writer", word: str) -> None:
    writer.paragraph()
    if not writer.appended:
        writer.blocks.append(Block("Appendix", 1))
        writer.appended = 1


def thanks(writer: "Writer", word: str) -> None:
    writer.paragraph()
    writer.blocks.append(Block("Acknowledgements", 2))


def columns(writer: "Writer", word: str) -> None:
    if (held := writer.source.option(longest=50_000)) is not None:
        writer.source.push(held)


def caption(writer: "Writer", word: str) -> None:
    if word == "captionof":
        writer.source.argument()
    writer.source.star()
    writer.source.option()
    if said := writer.plain(writer.source.argument()):
        writer.page.captions.append(Block(said))


def abstract(writer: "Writer", word: str) -> None:
    keep_abstract(writer, writer.source.argument())


def keep_abstract(writer: "Writer", text: str) -> None:
    if inner := writer.inner():
        writer.page.abstract += [block.text for block in inner.write(text)]


def ensured(writer: "Writer", word: str) -> None:
    writer.maths(writer.source.argument())


def quantity(writer: "Writer", word: str) -> None:
    """siunitx's numbers with their units: \\SI{500}{\\hertz} is "500 Hz"."""
    writer.source.option()
    numbers = [writer.source.argument()] if word not in ("si", "unit") else []
    if word in ("SIrange", "qtyrange", "numrange"):
        numbers.append(writer.source.argument())
    unit = "" if word.startswith("num") else "".join(_unit(name) for name in _UNIT.findall(writer.source.argument()))
    said = "–".join(writer.plain(number) for number in numbers)
    writer.say(f"{said}{unit}" if not said or unit in ("%", "°", "") else f"{said} {unit}")


def _unit(name: str) -> str:
    return UNITS.get(name, name)


_UNIT = re.compile(r"\\?([A-Za-z%°/]+|\^\{?-?\d+\}?)")
