"""PDF through pypdf: text without places, for the few files that PDFium cannot open or finds no text in."""

import logging
from io import BytesIO

from survey.readers.cleaning import clean
from survey.readers.pdf.lines import Line

_TRY = 20
"""Pages without text after which the rest is not tried: a scan has none on any."""
_CHARACTERS = 5_000_000
_LETTER, _STEP, _SIZE = 5.0, 12.0, 10.0


def plain_pages(data: bytes, most: int) -> list[list[Line]]:
    """The lines of each page, one under the other as if typed; no pages where pypdf cannot read the file."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pages: list[list[Line]] = []
    length = 0
    try:
        reader = pypdf.PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return []
        for number, page in enumerate(reader.pages):
            if number >= most or length > _CHARACTERS or (number >= _TRY and not length):
                break
            text = _text(page)
            length += len(text)
            pages.append(_lines(text, number))
    except Exception:
        return pages
    return pages


def _text(page: object) -> str:
    try:
        return str(page.extract_text())  # type: ignore[attr-defined]
    except Exception:
        return ""


def _lines(text: str, number: int) -> list[Line]:
    found = []
    for row, line in enumerate(clean(text).split("\n")):
        words = " ".join(line.split())
        if words:
            hyphen = len(words) > 1 and words.endswith("-") and words[-2].isalpha()
            words = words[:-1] if hyphen else words
            found.append(Line(words, number, 72.0, 72.0 + _LETTER * len(words), 700.0 - _STEP * row, _SIZE, hyphen=hyphen))
    return found
