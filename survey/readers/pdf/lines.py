"""Lines as they stand on a page, and the pieces of one base line put together."""

import re
from collections.abc import Iterable
from typing import NamedTuple


class Line(NamedTuple):
    """A line as it stands on a page; points, y upwards.

    ``bold``: it begins so; ``wholly``: it ends so too. ``hyphen``: it ends in a hyphen at which a word may have been broken.
    ``gaps``: where a blank of its text is far wider than one between words, as between names; ``marks``: its stretches that are raised or
    lowered; ``lead``: how far it is bold, if it only begins so. Gaps are told of first pages only."""

    text: str
    page: int
    left: float
    right: float
    y: float
    size: float
    bold: bool = False
    wholly: bool = False
    hyphen: bool = False
    turned: bool = False
    width: float = 612
    height: float = 792
    gaps: tuple[int, ...] = ()
    marks: tuple[tuple[int, int], ...] = ()
    lead: int = 0


WIDE = 0.8
"""Of the size of the type: a blank so wide parts what stands side by side; one between words has a quarter, a stretched one half."""
SHIFT = 0.08
"""Of the size of the type: so far off its base line a letter is an index, an exponent or the mark of a note, and no part of the word."""
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)


def parted(before: str, after: str) -> bool:
    """Whether a space parts ``after``, which stands off the base line of ``before`` or on it again: "note 3", "x i", but "4th", "CO2"."""
    if not (after and before[-1:].isalnum() and (after[0].isalnum() or after[0] in "−+")):
        return False
    if before[-1].isdigit() and _ORDINAL.match(after):
        return False
    return not (after[0].isdigit() and re.search(r"(?<![^\W_])[A-Z][A-Za-z]?[A-Z][a-z]?$", before[-6:]))  # NO2, CaCO3


def joined(lines: Iterable[Line]) -> list[Line]:
    """``lines`` with the pieces that stand side by side on one base line put together: raised marks, changes of font."""
    found: list[Line] = []
    for line in lines:
        if line.turned:
            continue
        before = found[-1] if found else None
        if before and not before.hyphen and before.page == line.page:
            size = max(before.size, line.size)
            gap = line.left - before.right
            # What stands under a raised mark, or after that, begins left of where the mark ends.
            back = 2.5 if before.marks and before.marks[-1][1] == len(before.text) else 0.3
            if abs(line.y - before.y) < 0.55 * size and -back * size < gap < 1.2 * size:
                found[-1] = _put_together(before, line, gap, size)
                continue
        found.append(line)
    return found


def _put_together(before: Line, line: Line, gap: float, size: float) -> Line:
    close = gap < 0.12 * size or (line.size < 0.85 * before.size and gap < 0.25 * size) or line.text[0] in ",.;:)"
    raised = bool(line.marks) and line.marks[0][0] == 0, bool(before.marks) and before.marks[-1][1] == len(before.text)
    off = abs(line.y - before.y) > SHIFT * size or raised[0] != raised[1]
    glue = "" if close and not (off and parted(before.text, line.text)) else " "
    at = len(before.text + glue)
    longer, marked = (before, (at, at + len(line.text))) if len(before.text) >= len(line.text) else (line, (0, len(before.text)))
    return before._replace(
        text=before.text + glue + line.text, right=max(line.right, before.right), y=longer.y, size=longer.size,
        hyphen=line.hyphen, wholly=before.wholly and line.wholly,
        lead=before.lead or (at + (line.lead if line.bold else 0) if before.wholly and not line.wholly else 0),
        gaps=(*before.gaps, *([len(before.text)] if gap > WIDE * size else []), *(at + gap for gap in line.gaps)),
        marks=(
            *before.marks, *([marked] if off and glue and not any(raised) else []), *((at + start, at + end) for start, end in line.marks)
        ),
    )  # fmt: skip
