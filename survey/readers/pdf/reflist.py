"""A printed list of references taken apart into its entries: by their numbers, by how their lines hang, by the space between them."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from survey.readers.pdf.lines import Line

_BRACKETED = re.compile(r"\[(?:\d{1,4}|[A-Z][\w+]*\s?\d{2,4}[a-z]?|[A-Z][^\]]{1,60}\d{4}[a-z]?)\]")
_NUMBERED = re.compile(r"\(?(\d{1,3})(?:[.)]|\s)\s?(?=[^\W\d]|[\"“'‘\[(]|$)|(\d{1,3})$")
_NAME = re.compile(r"[^\W\d_][\w'’-]*,|(?:[^\W\d_]\.[ -]?)+ ?[^\W\d_]|[^\W\d_][\w'’-]+ [^\W\d_]|(?:van|von|de|del|der|di|da|la|le|al|el)\b")
_AUTHOR = re.compile(r"[^\W\d_][\w'’-]+,? (?:[^\W\d_]\.|[^\W\d_][\w'’-]+,)")
_OVER = re.compile(r"[.\d)\]/”\"]$|https?://\S*$|\b10\.\d{4,}\S*$|\w\.\w\S*$")
_INDENT = 3.0
_APART = 60.0
"""Points: lines that begin so far from one another stand in different columns."""


def entries(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each entry, in order."""
    if not lines:
        return []
    begins = _numbered(lines) or _hanging(lines) or _spaced(lines) or _told(lines)
    found: list[list[Line]] = []
    for line, begin in zip(lines, begins, strict=True):
        if begin or not found:
            found.append([line])
        else:
            found[-1].append(line)
    return found


def _numbered(lines: Sequence[Line]) -> list[bool]:
    least = max(2, len(lines) // 12)
    begins = [bool(_BRACKETED.match(line.text)) for line in lines]
    if sum(begins) >= least:
        return begins
    begins, last = [], 0
    for line in lines:
        match = _NUMBERED.match(line.text)
        number = int(match[1] or match[2]) if match else 0
        begins.append(last < number <= last + 2 if last else number == 1)
        last = number if begins[-1] else last
    return begins if sum(begins) >= max(3, len(lines) // 12) else []


def _edges(lines: Sequence[Line]) -> list[float]:
    """For each line the left edge of its column: the leftmost beginning that several lines share."""
    found: dict[int, list[float]] = {}
    for page in {line.page for line in lines}:
        columns: list[list[float]] = []
        for left in sorted(line.left for line in lines if line.page == page):
            if columns and left - columns[-1][0] < _APART:
                columns[-1].append(left)
            else:
                columns.append([left])
        found[page] = []
        for lefts in columns:
            often = Counter(round(left) for left in lefts)
            found[page].append(next((left for left in sorted(lefts) if often[round(left)] > 1 or len(lefts) < 4), lefts[0]))
    return [max((edge for edge in found[line.page] if edge <= line.left + 2), default=line.left) for line in lines]


def _hanging(lines: Sequence[Line]) -> list[bool]:
    edges = _edges(lines)
    inner = [line.left - edge > _INDENT for line, edge in zip(lines, edges, strict=True)]
    if not 0.1 * len(lines) < sum(inner) < 0.95 * len(lines):
        return []
    # The first line of an entry may stand out or stand in: behind a true beginning the line before is over.
    ways = ([not is_inner for is_inner in inner], inner)
    return max(ways, key=lambda way: _sense(lines, way))


def _sense(lines: Sequence[Line], begins: Sequence[bool]) -> float:
    after = [(lines[i - 1], lines[i]) for i in range(1, len(lines)) if begins[i]]
    return sum(bool(_OVER.search(a.text)) and bool(_NAME.match(b.text)) for a, b in after) / max(1, len(after))


def _spaced(lines: Sequence[Line]) -> list[bool]:
    steps = [a.y - b.y for a, b in itertools.pairwise(lines) if a.page == b.page and 0 < a.y - b.y < 40]
    if len(steps) < 4:
        return []
    usual = median(sorted(steps)[: max(1, len(steps) * 2 // 3)])
    begins = [True]
    for a, b in itertools.pairwise(lines):
        follows = a.page == b.page and 0 < a.y - b.y < 40
        begins.append(a.y - b.y > 1.1 * usual if follows else bool(_OVER.search(a.text) and _NAME.match(b.text)))
    return begins if 0.12 * len(lines) < sum(begins) < 0.7 * len(lines) and _sense(lines, begins) > 0.5 else []


def _told(lines: Sequence[Line]) -> list[bool]:
    """By what they say alone: one is over, the next begins with a name, and has a year soon."""
    begins = [True]
    for i in range(1, len(lines)):
        ahead = " ".join(line.text for line in lines[i : i + 3])
        follows = _OVER.search(lines[i - 1].text) and _AUTHOR.match(lines[i].text)
        begins.append(bool(follows and re.search(r"\b(?:19|20)[0-9][0-9]", ahead)))
    return begins
