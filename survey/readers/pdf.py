"""PDF through pypdfium2: what stands on the pages, as lines with their places; :mod:`survey.readers.layout` makes paragraphs of them."""

import ctypes
import math
import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import PurePath
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from survey.readers.accents import ACCENTS, mended
from survey.readers.assembly import Block, assemble, is_heading
from survey.readers.cleaning import clean, opening
from survey.readers.entries import entries_of
from survey.readers.facts import acl_of, arxiv_date, arxiv_in, arxiv_of, doi, iso_date
from survey.readers.frontpage import front_matter
from survey.readers.layout import WIDE, Line, blocks_of
from survey.records import Paper, PartKind, Skipped, Source

PAGES = 2_000
_LEAST_LETTERS = 40
"""Letters in all under which a PDF is taken to be images or an empty form."""
_ERRORS = {
    raw.FPDF_ERR_PASSWORD: ("is encrypted and needs a password", "save a copy without password"),
    raw.FPDF_ERR_SECURITY: ("is encrypted in a way that cannot be read", "save a copy without protection"),
    raw.FPDF_ERR_FORMAT: ("is damaged or cut off", "download it again, or repair it: qpdf in.pdf out.pdf"),
}


def read(data: bytes, name: str) -> list[Paper | Skipped]:
    """One paper, or the reason why the file gives none: encrypted, damaged, without text, too long."""

    def skip(reason: str, cure: str) -> list[Paper | Skipped]:
        return [Skipped(source=name, reason=reason, cure=cure)]

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        return skip(*_ERRORS.get(code, _ERRORS[raw.FPDF_ERR_FORMAT]))
    try:
        if len(document) > PAGES:
            return skip(f"has {len(document):,} pages, more than {PAGES:,}", "split it into its papers")
        pages, broken = _pages(document)
        info = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    letters = 0
    for line in (line for lines in pages for line in lines):
        letters += sum(map(str.isalpha, line.text))
        if letters >= _LEAST_LETTERS:
            break
    if letters < _LEAST_LETTERS:
        if broken == len(pages) and pages:
            return skip("is damaged: no page can be opened", "download it again, or repair it: qpdf in.pdf out.pdf")
        reason = (
            "holds no text, only images or an empty form" if not letters else f"holds only {letters} letters of text, too few for a paper"
        )
        return skip(reason, "run text recognition on it: ocrmypdf in.pdf out.pdf")
    paper = _paper(pages, info, name)
    if not paper.text:
        return skip("holds no running text", "give the paper as text, or run text recognition on it: ocrmypdf in.pdf out.pdf")
    return [paper]


def _paper(pages: list[list[Line]], info: dict[str, str], name: str) -> Paper:
    first = [line for line in pages[0] if line.text]
    start = "\n".join(line.text for line in first)
    stamp = next((line.text for line in first if line.turned and "arxiv" in line.text.casefold()), "")
    file = PurePath(name).name
    front = front_matter(pages)
    title = front.title or _meant(info.get("Title", ""))
    arxiv = arxiv_in(stamp) or arxiv_of(file) or arxiv_in(start)
    acl, acl_year = acl_of(file)
    blocks = blocks_of(pages, front.upto)
    body = entries_of(assemble(blocks, lead=_lead(blocks)))
    return Paper(
        title=title,
        authors=front.authors,
        date=arxiv_date(arxiv) or acl_year or _year(start, info),
        doi=doi(start),
        arxiv=arxiv,
        url=f"https://aclanthology.org/{acl}" if acl else "",
        text=body.text,
        parts=body.parts,
        pages=body.pages,
        cited=body.cited,
        note="" if title else opening(body.text),
        sources=(Source(path=name, reader="pdf"),),
    )


def _lead(blocks: list[Block]) -> PartKind:
    """What stands before the first heading: the abstract where none is named, if it has the length of one."""
    first = next((i for i, block in enumerate(blocks) if block.level), len(blocks))
    length = sum(len(block.text) for block in blocks[:first])
    whole = first == len(blocks)
    return "abstract" if length <= 5000 and (whole or (length >= 200 and first <= 4)) else "other"


def _meant(title: str) -> str:
    """A title from the metadata that was set by a person, not by a program ("Microsoft Word - final2.doc", "untitled")."""
    title = " ".join(clean(title).split())
    program = re.search(r"\.(?:docx?|tex|dvi|pdf|indd|ps)\b|^microsoft|^untitled|^slide|^\W*$|^arxiv:", title, re.IGNORECASE)
    return "" if program or len(title.split()) < 3 or is_heading(title) else title


def _year(start: str, info: dict[str, str]) -> str:
    """The year that the first page gives (proceedings, copyright, "Published …"), or that of the file's making."""
    patterns = (
        r"(?:proceedings of|in proceedings)[^\n]{0,120}?\b((?:19|20)\d\d)\b",
        r"(?:©|\(c\)|copyright)\s*\D{0,20}((?:19|20)\d\d)\b",
        r"(?:published|accepted|received|available online)[^\n]{0,60}?\b((?:19|20)\d\d)\b",
        r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+"
        r"(?:\d{1,2}(?:[–-]\d{1,2})?,?\s+)?((?:19|20)\d\d)\b",
    )
    for pattern in patterns:
        if match := re.search(pattern, start, re.IGNORECASE):
            return match[1]
    made = re.match(r"(?:D:)?(\d{4})(\d\d)?", info.get("CreationDate", ""))
    return iso_date(made[1]) if made and 1990 <= int(made[1]) <= 2100 else ""


# ---------------------------------------------------------------- the lines of a page


def _pages(document: Any) -> tuple[list[list[Line]], int]:
    """The lines of every page, and how many pages could not be opened."""
    pages: list[list[Line]] = []
    broken = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            pages.append([])
            broken += 1
            continue
        try:
            text = page.get_textpage()
            try:
                pages.append(_lines(text, number, page.get_size()))
            finally:
                text.close()
        except pdfium.PdfiumError:
            pages.append([])
            broken += 1
        finally:
            page.close()
    return pages, broken


def _lines(textpage: Any, number: int, size: tuple[float, float]) -> list[Line]:
    """The page's lines in the order of the file. PDFium marks a hyphen at a line's end by U+FFFE or U+0002 and runs the lines together."""
    text = textpage.get_text_range()
    places = _places(textpage, text)
    lines: list[Line] = []
    for match in re.finditer(r"[^\r\n\ufffe\x02]+[\ufffe\x02]?", text):
        piece = match.group()
        words = piece.rstrip("\ufffe\x02")
        if not words.strip():
            continue
        first = match.start() + len(words) - len(words.lstrip())
        last = match.start() + len(words.rstrip()) - 1
        # At a page's end PDFium leaves the hyphen of a broken word as it stands.
        hyphen = len(words) < len(piece) or bool(re.search(r"[^\W\d_]-\s*$", words))
        shown = mended(words.strip(), partial(_box_at, textpage, places, first)) if ACCENTS.search(words) else words
        if shown := " ".join(clean(shown).split()).removesuffix("-" if hyphen else ""):
            line = _line(textpage, shown, places(first), places(last), hyphen, number, size)
            lines.append(line if number else line._replace(gaps=_gaps(textpage, words, match.start(), line, places)))
    return lines


def _gaps(textpage: Any, words: str, start: int, line: Line, places: Callable[[int], int]) -> tuple[int, ...]:
    """Where the text of ``line`` has wide blanks; () where its words are not those that stand on the page."""
    there, shown = list(re.finditer(r"\S+", words)), list(re.finditer(r"\S+", line.text))
    if len(there) != len(shown):
        return ()
    edges = [(_box(textpage, places(start + a.end() - 1))[1], _box(textpage, places(start + b.start()))[0]) for a, b in pairwise(there)]
    return tuple(word.end() for word, (right, left) in zip(shown, edges, strict=False) if left - right > WIDE * line.size)


def _places(textpage: Any, text: str) -> Callable[[int], int]:
    """From an index in ``text`` to PDFium's number of that character: they part where a font gives letters without a code."""
    if textpage.count_chars() == len(text):
        return int
    units = [0]  # PDFium counts in UTF-16 units
    for character in text:
        units.append(units[-1] + (2 if character > "\uffff" else 1))
    last = textpage.count_chars() - 1
    return lambda i: min(max(raw.FPDFText_GetCharIndexFromTextIndex(textpage, units[i]), 0), last)


def _box_at(textpage: Any, places: Callable[[int], int], first: int, at: int) -> tuple[float, float]:
    return _box(textpage, places(first + at))


def _box(textpage: Any, at: int) -> tuple[float, float]:
    """The left and right edge of a character."""
    left, right, bottom, top, _, _ = _doubles
    raw.FPDFText_GetCharBox(textpage, at, left, right, bottom, top)
    return left.value, right.value


_doubles = [ctypes.c_double() for _ in range(6)]
_matrix = raw.FS_MATRIX()
_font = ctypes.create_string_buffer(128)
_flags = ctypes.c_int()
_BOLD = re.compile(rb"bold|black|heavy|demi|medi|CMBX|BX\d|-B$|\bBd\b", re.IGNORECASE)


def _line(textpage: Any, text: str, first: int, last: int, hyphen: bool, number: int, size: tuple[float, float]) -> Line:
    spots = sorted({_letter(textpage, first + (last - first) * quarter // 4, last) for quarter in (1, 2, 3)})
    bold = _bold(textpage, first) and any(_bold(textpage, spot) for spot in [*spots, last])
    height, at = max([(_height(textpage, spot), -spot) for spot in spots])  # a raised mark is smaller than the line it stands in
    x, y = _doubles[4:]
    end = _box(textpage, last)[1]
    start, right_of_first = _box(textpage, first)
    raw.FPDFText_GetCharOrigin(textpage, -at, x, y)
    raw.FPDFText_GetMatrix(textpage, -at, _matrix)
    return Line(
        text=text, page=number, left=start, right=max(end, right_of_first), y=y.value,
size=round(height, 1), bold=bold, wholly=bold and _bold(textpage, last),
        hyphen=hyphen, turned=abs(_matrix.b) > abs(_matrix.a), width=size[0], height=size[1],
    )  # fmt: skip


def _letter(textpage: Any, at: int, last: int) -> int:
    return at + 1 if at < last and raw.FPDFText_GetUnicode(textpage, at) == ord(" ") else at


def _height(textpage: Any, at: int) -> float:
    """The size of the type as it shows: the font's, scaled by the text's matrix."""
    raw.FPDFText_GetMatrix(textpage, at, _matrix)
    return float(raw.FPDFText_GetFontSize(textpage, at)) * (math.hypot(_matrix.c, _matrix.d) or 1.0)


def _bold(textpage: Any, at: int) -> bool:
    raw.FPDFText_GetFontInfo(textpage, at, _font, 128, _flags)
    return bool(_BOLD.search(_font.value))
