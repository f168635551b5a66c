"""PDF: one paper of what stands on the pages, or the reason why there is none; PDFium reads them, pypdf where PDFium finds nothing."""

import gc
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from survey.readers.assembly import Block, assemble, is_heading
from survey.readers.cleaning import clean, opening
from survey.readers.entries import entries_of
from survey.readers.facts import acl_of, arxiv_date, arxiv_in, arxiv_of, doi, iso_date
from survey.readers.pdf.bomb import MOST, is_bomb
from survey.readers.pdf.frontpage import front_matter
from survey.readers.pdf.hidden import Hidden, covered, off_page, too_small, without_hidden
from survey.readers.pdf.layout import blocks_of
from survey.readers.pdf.lines import Line
from survey.readers.pdf.page import frame_of, lines_of
from survey.records import Paper, PartKind, Skipped, Source

PAGES = 2_000
CHARACTERS = 200_000
"""Of one page: a page of the densest print has 20,000."""
_LEAST_LETTERS = 40
"""Letters in all under which a PDF is taken to be images or an empty form."""
_REPORTS, _SHOWN = 20, 12
"""So many pages with hidden text are told of one by one, and so many words of each."""
_ERRORS = {
    raw.FPDF_ERR_PASSWORD: ("is encrypted and needs a password", "save a copy without password"),
    raw.FPDF_ERR_SECURITY: ("is encrypted in a way that cannot be read", "save a copy without protection"),
    raw.FPDF_ERR_FORMAT: ("is damaged or cut off", "download it again, or repair it: qpdf in.pdf out.pdf"),
}
_KEYWORDS = re.compile(r"(?:key ?words(?: and phrases)?|index terms)\s*[:.—–-]+\s*(?=\S)", re.IGNORECASE)
_RECOGNISE = "run text recognition on it: ocrmypdf in.pdf out.pdf"
_REPAIR = "download it again, or repair it: qpdf in.pdf out.pdf"


class _Read(NamedTuple):
    """The lines of every page; the numbers of pages that gave none, by why; what was hidden."""

    pages: list[list[Line]]
    info: dict[str, str]
    broken: list[int]
    images: list[int]
    cut: list[int]
    hidden: list[Hidden]


def read(data: bytes, name: str) -> list[Paper | Skipped]:
    """One paper and what of it could not be read, or the reason why the file gives none: encrypted, damaged, without text, too long."""
    collects = gc.isenabled()
    gc.disable()  # a paper has 50,000 lines and words, no cycles: looking for some takes a seventh of the time
    try:
        return _found(data, name)
    finally:
        if collects:
            gc.enable()


def _found(data: bytes, name: str) -> list[Paper | Skipped]:
    def skip(reason: str, cure: str, place: str = "", *, expected: bool = False) -> Skipped:
        return Skipped(source=name, place=place, reason=reason, cure=cure, expected=expected)

    found = _read(data)
    if isinstance(found, tuple) and not isinstance(found, _Read):
        return [skip(*found)]
    letters = _letters(found.pages)
    if letters < _LEAST_LETTERS:
        if found.broken and len(found.broken) == len(found.pages):
            return [skip("is damaged: no page can be opened", _REPAIR)]
        if sum(map(str.isalpha, "".join(piece.words for piece in found.hidden))) >= _LEAST_LETTERS:
            return [skip("holds no text that can be seen", "look at it: its text is hidden"), *_told(found.hidden, name)]
        some = f"holds only {letters} letters of text, too few for a paper"
        return [skip(some if letters else "holds no text, only images or an empty form", _RECOGNISE)]
    paper = _paper(found.pages, found.info, name)
    if not paper.text:
        return [skip("holds no running text", f"give the paper as text, or {_RECOGNISE}")]
    left: list[Skipped] = []
    for numbers, reason, cure in (
        (found.broken, "could not be opened", _REPAIR),
        (found.images, "no text, only an image", _RECOGNISE),
        (found.cut, f"more than {CHARACTERS:,} characters: the rest was left out", "look at the page if it matters"),
    ):
        if numbers:
            left.append(skip(reason, cure, _place(numbers)))
    return [paper, *left, *_told(found.hidden, name)]


def _letters(pages: Sequence[Sequence[Line]]) -> int:
    letters = 0
    for line in (line for lines in pages for line in lines):
        letters += sum(map(str.isalpha, line.text))
        if letters >= _LEAST_LETTERS:
            break
    return letters


def _place(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number + 1) for number in numbers[:8])
    return f"page {shown}" if len(numbers) == 1 else f"pages {shown}" + (" …" if len(numbers) > 8 else "")


def _told(hidden: Iterable[Hidden], name: str) -> list[Skipped]:
    """Hidden text page by page: why it was not seen, and its first words."""
    pages: dict[int, list[Hidden]] = {}
    for piece in hidden:
        pages.setdefault(piece.page, []).append(piece)
    found = []
    for number in sorted(pages)[:_REPORTS]:
        why = ", ".join(dict.fromkeys(piece.why for piece in pages[number]))
        words = clean(" … ".join(piece.words for piece in pages[number])).split()
        shown = " ".join(words[:_SHOWN])[:120] + (" …" if len(words) > _SHOWN else "")
        found.append(
            Skipped(source=name, place=f"page {number + 1}", reason=f"hidden text was left out ({why}): “{shown}”",
                    cure="look at the page if it matters", expected=True)
        )  # fmt: skip
    if len(pages) > _REPORTS:
        rest = sorted(pages)[_REPORTS:]
        found.append(
            Skipped(source=name, place=_place(rest), reason=f"hidden text was left out of {len(rest)} more pages",
                    cure="look at the pages if it matters", expected=True)
        )  # fmt: skip
    return found


# ---------------------------------------------------------------- pages


def _read(data: bytes) -> _Read | tuple[str, str]:
    """What stands on the pages, or reason and cure."""
    if is_bomb(data):
        return f"unpacks to more than {MOST // 1024**2} MiB", "print it to a new PDF, if you trust it"
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        refusal = _ERRORS.get(code, _ERRORS[raw.FPDF_ERR_FORMAT])
        plain = _plainly(data) if code not in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY} else None
        return plain or refusal
    try:
        if len(document) > PAGES:
            return f"has {len(document):,} pages, more than {PAGES:,}", "split it into its papers"
        found = _Read([], _info(document), [], [], [], [])
        for number in range(len(document)):
            _add_page(document, number, found)
    finally:
        document.close()
    if _letters(found.pages) < _LEAST_LETTERS and not found.hidden:
        return _plainly(data) or found
    pages, small = too_small(found.pages)
    return found._replace(pages=pages, hidden=[*found.hidden, *small])


def _plainly(data: bytes) -> _Read | None:
    """The pages through pypdf; None when it finds no text either."""
    from survey.readers.pdf.plain import plain_pages  # slower, and seldom needed

    pages = plain_pages(data, PAGES)
    return _Read(pages, {}, [], [], [], []) if _letters(pages) >= _LEAST_LETTERS else None


def _info(document: Any) -> dict[str, str]:
    try:
        return dict(document.get_metadata_dict(skip_empty=True))
    except (UnicodeError, pdfium.PdfiumError):
        return {}


def _add_page(document: Any, number: int, found: _Read) -> None:
    lines: list[Line] = []
    try:
        page = document[number]
    except pdfium.PdfiumError:
        found.pages.append(lines)
        found.broken.append(number)
        return
    try:
        textpage = page.get_textpage()
        try:
            count = textpage.count_chars()
            if count > CHARACTERS:
                found.cut.append(number)
            text = textpage.get_text_range(0, CHARACTERS) if count > CHARACTERS else textpage.get_text_range() if count else ""
            text, hidden = without_hidden(page, textpage, text, number)
            lines, beside = off_page(lines_of(textpage, text, number, frame_of(page)), number)
            found.hidden.extend([*hidden, *beside])
            if not lines and covered(page):
                found.images.append(number)
        finally:
            textpage.close()
    except pdfium.PdfiumError:
        found.broken.append(number)
    finally:
        page.close()
    found.pages.append(lines)


# ---------------------------------------------------------------- the paper


def _paper(pages: list[list[Line]], info: dict[str, str], name: str) -> Paper:
    first = [line for line in next((lines for lines in pages if lines), []) if line.text]
    start = "\n".join(line.text for line in first)
    stamp = next((line.text for line in first if line.turned and "arxiv" in line.text.casefold()), "")
    file = PurePath(name).name
    front = front_matter(pages)
    title = front.title or _meant(info.get("Title", ""))
    arxiv = arxiv_in(stamp) or arxiv_of(file) or arxiv_in(start)
    acl, acl_year = acl_of(file)
    blocks, captions = blocks_of(pages, front.upto)
    body = entries_of(assemble(blocks, lead=_lead(blocks), captions=captions))
    return Paper(
        title=title,
        authors=front.authors,
        date=arxiv_date(arxiv) or acl_year or _year(first, info),
        doi=doi(start),
        arxiv=arxiv,
        url=f"https://aclanthology.org/{acl}" if acl else "",
        text=body.text,
        parts=body.parts,
        pages=body.pages,
        cited=body.cited,
        keywords=_keywords(first),
        note="" if title else opening(body.text),
        sources=(Source(path=name, reader="pdf"),),
    )


def _keywords(first: Sequence[Line]) -> tuple[str, ...]:
    """The keywords that stand on the first page in one line or two, parted by commas or the like."""
    for line, below in zip(first, [*first[1:], None], strict=True):
        if match := _KEYWORDS.match(line.text):
            text = line.text[match.end() :]
            if (
                below
                and below.left < line.right
                and 0 < line.y - below.y < 1.5 * line.size
                and (line.hyphen or text.rstrip()[-1:] in ",;·•")
            ):
                text += ("" if line.hyphen else " ") + below.text
            words = [" ".join(word.split()).strip(" .") for word in re.split(r"[;,·•|]|\s[–—]\s", text)]
            return tuple(word for word in words if word and len(word) < 80) if len(words) > 1 else ()
    return ()


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


_A_YEAR = r"\b((?:19|20)[0-9][0-9])\b"
_MONTHS = (
    r"\b(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?|july?|aug(?:ust|\.)?|sept?(?:ember|\.)?|"
    r"oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_TOLD = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:proceedings of|in proceedings)[^\n]{{0,120}}?{_A_YEAR}",
        rf"(?<!first )\bpublished\b(?! (?:in|by) \D{{30}})[^\n]{{0,60}}?{_A_YEAR}",
        rf"(?:©|\(c\)|copyright)\s*\D{{0,20}}{_A_YEAR}",
        rf"\bvol(?:ume|\.)?\s?\d+[^\n]{{0,60}}?{_A_YEAR}",
        r"[a-z.]\s\d{1,4}\s?\(((?:19|20)[0-9][0-9])\)\s?(?:\d|[a-z]\d)",  # "Acta Strigum 12 (2009) 123–130"
        rf"available online[^\n]{{0,60}}?{_A_YEAR}",
        rf"\baccepted[^\n]{{0,60}}?{_A_YEAR}",
    )
)
_DATED = re.compile(rf"{_MONTHS}\s+(?:\d{{1,2}}(?:[–-]\d{{1,2}})?,?\s+)?((?:19|20)[0-9][0-9])\b", re.IGNORECASE)
_RECEIVED = re.compile(rf"\breceived[^\n]{{0,60}}?{_A_YEAR}", re.IGNORECASE)


def _year(first: Sequence[Line], info: dict[str, str]) -> str:
    """The year that the first page gives (proceedings, copyright, "Published …", its head or foot), or that of the file's making."""
    start = "\n".join(line.text for line in first)
    for pattern in _TOLD:
        if match := pattern.search(start):
            return str(match[1])
    margin = "\n".join(line.text for line in first if not 0.1 * line.height < line.y < 0.9 * line.height)
    if len(years := set(re.findall(_A_YEAR, margin))) == 1:
        return str(years.pop())
    for pattern in (_DATED, _RECEIVED):
        if match := pattern.search(start):
            return str(match[1])
    made = re.match(r"(?:D:)?(\d{4})", info.get("CreationDate", ""))
    return iso_date(made[1]) if made and 1990 <= int(made[1]) <= 2100 else ""
