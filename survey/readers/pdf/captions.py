"""Captions of figures and tables: where one begins, and where it ends and the table's own words begin."""

import re
from collections.abc import Sequence

from survey.readers.pdf.lines import Line

_WHAT = (
    r"(?:(?:Supplement(?:ary|al)|Extended Data|Online|Web|Appendix)\s+)?"
    r"(?:Figure|FIGURE|Fig\.?|FIG\.?|Table|TABLE|Tab\.|Algorithm|ALGORITHM|Listing|Scheme|SCHEME|Chart|Plate|Box|Exhibit|Abbildung|Abb\.|Tabelle|"
    r"Tableau|Figura|Tabla|Tabela|Quadro)"
)
_NUMBER = r"(?:[A-Z]{0,2}[.-]?\d+(?:[.-]\d+)*[a-z]?|[IVX]+)"
CAPTION = re.compile(rf"{_WHAT}\s*{_NUMBER}\s*(?:[.:|–—]|\([a-z]\)|$|[A-Z(\"“])")
_SURE = re.compile(rf"{_WHAT}\s*{_NUMBER}\s*(?:[.:|–—](?:\s|$)|$)")
_POINTS_ON = re.compile(
    r"(?:\b(?:in|see|and|of|from|to|by|on|both|with|cf\.|our|the|as|or|at|than|per|also|like|using|via|following)|[(,;&-])$", re.IGNORECASE
)
_WORDS = re.compile(r"[^\W\d_]{2,}")


def begins_caption(line: Line, before: Line | None) -> bool:
    """Whether a caption begins with ``line``; ``before`` is the line right above it in its column, if there is one."""
    if not CAPTION.match(line.text):
        return False
    return before is None or bool(_SURE.match(line.text) and not _POINTS_ON.search(before.text))


def is_caption(line: Line, run: str) -> bool:
    """Whether what begins with ``line`` is a caption, and not the next line of ``run``, a paragraph that a page break cut."""
    return bool(CAPTION.match(line.text)) and not (_POINTS_ON.search(run[-20:]) and not _SURE.match(line.text))


_LABEL = re.compile(rf"{_WHAT}\s*{_NUMBER}\s*[.:|–—]?")


def length_of(lines: Sequence[Line]) -> int:
    """How many of ``lines`` are the caption: the table's rows may follow without a gap, once its sentence has ended."""
    width = max(line.right - line.left for line in lines[:3])
    label = bool(_LABEL.fullmatch(lines[0].text))  # "TABLE I", and what it shows in the lines below
    for i, line in enumerate(lines[1:], 1):
        above = lines[i - 1]
        if label and (i == 1 or (line.text.isupper() and above.text.isupper())) and not re.search(r"\d", line.text):
            continue
        if abs(line.size - lines[0].size) > 0.13 * lines[0].size + 0.2:
            return i
        ended = above.text.endswith((".", ")", ":")) or above.right - above.left < 0.85 * width
        if ended and not _reads(line):
            return i
    return len(lines)


def _reads(line: Line) -> bool:
    """Whether ``line`` reads as a sentence does: words, most of them small, and few numbers."""
    words = line.text.split()
    telling = [word for word in words if _WORDS.search(word)]
    return len(telling) > 0.6 * len(words) and sum(word[0].islower() for word in telling) >= 0.4 * len(telling)
