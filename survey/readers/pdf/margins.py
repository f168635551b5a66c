"""What stands in the margins of pages and is no text: running heads and feet, page numbers, stamps, the numbers of lines."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from survey.readers.pdf.lines import Line

_EDGE, _WIDER = 0.085, 0.12
"""Of a page's height: its upper and lower margin, and where what comes back on page after page is still a running head."""
_PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?(?:\d{1,6}|[ivxlc]{1,6}|[A-Z]?\d{1,4})(?:\s*(?:of|/)\s*\d+)?\W*", re.IGNORECASE)
_STAMP = re.compile(
    r"proceedings of |published (?:as|in|at) |accepted (?:as|at|to) |under review|preprint|copyright|©|c ⃝|\(c\)|"
    r"permission to make|to appear in |https?://doi\.org/\S+$|[a-z]{1,12} ?c?\s*20[0-9][0-9] association for|c 20[0-9][0-9],? association",
    re.IGNORECASE,
)
_NO_KEY = re.compile(r"[\d\s]+")
_LINE_NUMBER = re.compile(r"\d{1,4}")
_LEAST_NUMBERS = 8


def without_margins(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """``pages`` without what comes back in the margin of several pages, page numbers, stamps and line numbers."""
    pages = [_without_line_numbers(lines) for lines in pages]
    seen = Counter(key for lines in pages for key in {_key(line) for line in lines if _in_margin(line, _WIDER)})
    often = max(2, len(pages) // 4)
    kept = []
    for lines in pages:
        page = []
        for line in lines:
            if line.turned:
                continue
            low = line.y < 0.15 * line.height
            if not low and not _in_margin(line, _WIDER):
                page.append(line)
                continue
            stamp = _STAMP.match(line.text)
            if stamp and low:
                continue
            key = _key(line)
            if _in_margin(line, _EDGE) and (stamp or seen[key] >= often or _PAGE_NUMBER.fullmatch(line.text)):
                continue
            if _in_margin(line, _WIDER) and seen[key] >= max(3, len(pages) // 3) and len(key) > 3:
                continue
            page.append(line)
        kept.append(page)
    return kept


def _in_margin(line: Line, edge: float) -> bool:
    return line.y < edge * line.height or line.y > (1 - edge) * line.height


def _key(line: Line) -> str:
    return _NO_KEY.sub("", line.text).casefold()


def _without_line_numbers(lines: Sequence[Line]) -> list[Line]:
    """A review version numbers its lines in the margin: many numbers, one under the other, each the one above and a fixed step."""
    numbers = [line for line in lines if line.text.isdigit() and _LINE_NUMBER.fullmatch(line.text)]
    if len(numbers) < _LEAST_NUMBERS:
        return list(lines)
    found: set[int] = set()
    for edges in ({round(line.right) for line in numbers}, {round(line.left) for line in numbers}):
        for edge in edges:
            column = sorted((n for n in numbers if min(abs(n.right - edge), abs(n.left - edge)) < 2), key=lambda n: -n.y)
            steps = Counter(int(b.text) - int(a.text) for a, b in itertools.pairwise(column))
            if len(column) >= _LEAST_NUMBERS and steps:
                step, times = steps.most_common(1)[0]
                if step > 0 and times >= 0.8 * (len(column) - 1):
                    found |= {id(n) for n in column}
    return [line for line in lines if id(line) not in found]
