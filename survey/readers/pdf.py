"""PDF through pypdfium2: what stands on the pages, as lines with their places; :mod:`survey.readers.layout` makes paragraphs of them."""

import re
from pathlib import PurePath
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from survey.readers.assembly import Block, assemble, is_heading
from survey.readers.cleaning import clean, opening
from survey.readers.facts import acl_of, arxiv_date, arxiv_in, arxiv_of, doi, iso_date
from survey.readers.frontpage import front_matter
from survey.readers.layout import blocks_of
from survey.readers.lines import Line
from survey.readers.pdfpage import frame_of, lines_of
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
    blocks, captions = blocks_of(pages, front.upto)
    body = assemble(blocks, lead=_lead(blocks), captions=captions)
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
                pages.append(lines_of(text, text.get_text_range(), number, frame_of(page)))
            finally:
                text.close()
        except pdfium.PdfiumError:
            pages.append([])
            broken += 1
        finally:
            page.close()
    return pages, broken
