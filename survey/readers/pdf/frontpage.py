"""The first page's front matter: the title by its size, the authors under it."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from survey.readers.assembly import is_heading, kind_of
from survey.readers.names import is_name
from survey.readers.pdf.lines import Line, joined


class Front(NamedTuple):
    """``upto``: how many of the first page's lines are front matter (title, authors, addresses)."""

    title: str = ""
    authors: tuple[str, ...] = ()
    upto: int = 0


_HEADER = re.compile(
    r"^(?:arxiv:|proceedings of|published as|published in|accepted|under review|preprint|to appear|in proceedings|copyright|©|doi:|https?://|"
    r"www\.|(?:ieee|acm) (?:trans|journal)|journal of|international (?:journal|conference)|.{0,40}\bvol(?:ume|\.) ?\d|research article|"
    r"original (?:article|paper|research)|"
    r"review article|open access|contents lists|available online|technical report\b|article$|letter$|nature$|science$|\d+$|[\d .]+$)",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(
    r"^(?:abstract|summary|zusammenfassung|résumé|resumen|a\s?b\s?s\s?t\s?r\s?a\s?c\s?t)\b\s*(?:$|[.:—–-])", re.IGNORECASE
)
_INTRODUCTION = re.compile(r"^(?:(?:1|I)\.?\s+)?introduction$|^(?:einleitung|keywords|index terms|categories and subject)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"universit|institut|department|school|college|laborator|\blab\b|\blabs\b|research|center|centre|faculty|academy|\binc\b|\bltd\b|"
    r"corporation|company|google|microsoft|facebook|amazon|alibaba|tencent|baidu|huawei|\bibm\b|technolog|engineering|science|hospital|"
    r"ministry|\busa\b|\bchina\b|street|avenue|@|http|group|division|\bai\b|key |national|\bjapan\b|germany|india|\buk\b|france|canada|"
    r"korea|singapore|language|comput|intelligence|proceedings|conference|association",
    re.IGNORECASE,
)
_RANK = re.compile(r",?\s*(?:(?:Graduate |Student |Senior |Life |Associate )*(?:Member|Fellow),? (?:IEEE|ACM|OSA|SPIE))")
# fmt: off
_DEGREES = frozenset((
    "md", "phd", "msc", "bsc", "mph", "dphil", "mbbs", "mbchb", "rn", "ms", "ma", "ba",
    "mba", "dds", "pharmd", "frcp", "scd", "dsc", "drph", "mse", "facc",
))
# fmt: on
_MARKS = re.compile(r"[\d*†‡§¶∗⋆♠♣♥♦♭♮♯✉⊥∥‖#⇤◇△□¹²³⁴⁵⁶⁷⁸⁹⁰ªº]+(?:\s*,\s*[\d*†‡§¶∗⋆♠♣♥♦⊥∥‖#]+)*")


def front_matter(pages: Sequence[Sequence[Line]]) -> Front:
    """Title, authors, and where the text begins. Authors are given only where every one of them reads as a name."""
    if not pages or not pages[0]:
        return Front()
    lines = pages[0]
    abstract, introduction = _first(lines, _ABSTRACT), _first(lines, _INTRODUCTION)
    upper = [line for line in lines if not line.turned and line.y > 0.4 * line.height and not _HEADER.match(line.text)]
    before = set(lines[: abstract or introduction or len(lines)])
    rows = joined([line for line in upper if line in before] or upper)
    run = _title_run(rows, _body(pages), told=bool(abstract))
    if not run:
        return Front(upto=abstract)
    last = rows.index(run[-1])
    upto = abstract or _prose(lines, next(i for i, line in enumerate(lines) if line.y == run[-1].y and not line.turned) + 1)
    return Front(_title(run), _authors(rows[last + 1 :], run[0].size), upto)


def _title_run(rows: list[Line], body: float, told: bool) -> list[Line]:
    """The lines of the title: the largest that hold three words or more, or else the largest at all.

    ``told``: an abstract stands below, so that what is above it holds a title even if no size tells it from the text.
    """
    sizes = sorted({row.size for row in rows if sum(c.isalpha() for c in row.text) > 3}, reverse=True)
    for words in (3, 1):
        for size in sizes:
            run = _run(rows, size)
            title = _title(run)
            letters = 0 if is_heading(title) else sum(c.isalpha() for c in title)
            if letters >= 6 and len(title) <= 300 and len(title.split()) >= words and size > body * (0.95 if told else 1.1):
                return run
    return []


def _body(pages: Sequence[Sequence[Line]]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages[:4]:
        for line in page:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _first(lines: Sequence[Line], pattern: re.Pattern[str]) -> int:
    """The number of the first line that matches; 0 when none does (a page does not begin with its abstract)."""
    return next((i for i, line in enumerate(lines) if pattern.match(line.text) and not line.turned), 0)


def _prose(lines: Sequence[Line], start: int) -> int:
    """Where running text begins after the title, on a page that names no abstract: three full lines of one size."""
    for i in range(start, len(lines) - 2):
        three = lines[i : i + 3]
        if _INTRODUCTION.match(lines[i].text) or (
            all(len(line.text.split()) > 4 and abs(line.size - three[0].size) < 0.3 and "@" not in line.text for line in three)
            and not _PLACE.search(three[0].text)
        ):
            return next((k for k in range(i - 1, max(start, i - 3) - 1, -1) if _is_head(lines[k].text)), i)
    return start


def _is_head(text: str) -> bool:
    return len(text.split()) <= 8 and (kind_of(text) != "other" or bool(re.match(r"(?:\d{1,2}|[IVX]+)\.?\s+[A-Z]", text)))


def _run(rows: list[Line], size: float) -> list[Line]:
    """The first lines of that size that follow one another."""
    start = next(i for i, row in enumerate(rows) if row.size == size and sum(c.isalpha() for c in row.text) > 3)
    run = [rows[start]]
    for row in rows[start + 1 :]:
        gap = run[-1].y - row.y
        if abs(row.size - size) > 0.06 * size or not -0.5 * size < gap < 2.2 * size or row.bold != run[0].bold:
            break
        run.append(row)
    return run


def _title(run: list[Line]) -> str:
    text = ""
    for row in run:
        glue = "" if not text else ("-" if text.endswith("\x00") else " ")
        raised = next((start for start, end in row.marks if end == len(row.text) and row is run[-1]), len(row.text))  # of a note
        text = text.rstrip("\x00") + glue + row.text[:raised] + ("\x00" if row.hyphen else "")
    text = re.sub(r"\s*[*†‡§¶∗⋆]$", "", text.rstrip("\x00"))
    return " ".join(text.split())


def _authors(rows: list[Line], size: float) -> tuple[str, ...]:
    """The names under the title; () as soon as one of them is in doubt.

    Names that stand in one type (bold, as a rule) and addresses in another are told apart by that, in any number of columns.
    """
    rows = [row for row in rows if not row.turned]
    if not rows or rows[0].size > size:
        return ()
    first = rows[0]
    if first.bold:
        chosen = [row for row in rows if row.bold and abs(row.size - first.size) < 0.5]
    else:
        chosen = [row for row in rows if abs(row.y - first.y) < 0.5 * row.size]
        for row in rows[len(chosen) :]:
            if _PLACE.search(row.text) or abs(row.size - first.size) > 0.5 or len(chosen) > 6:
                break
            chosen.append(row)
    if any(row not in chosen and row.bold == first.bold and _names(row) for row in rows[:8]):
        return ()
    names: list[str] = []
    for row in sorted(chosen, key=lambda row: (-round(row.y / 4), row.left)):
        found = _names(row)
        if found is None:
            return ()
        names += found
    shouted = [any(word.isupper() and len(word) > 2 for word in name.split()) for name in names]
    return () if any(shouted) and not all(shouted) else tuple(dict.fromkeys(names))


def _names(row: Line) -> list[str] | None:
    """The names in ``row``, parted by commas, marks, or blanks as wide as those between columns."""
    if _PLACE.search(row.text):
        return None
    cuts = sorted({0, *row.gaps, *(at for mark in row.marks for at in mark), len(row.text)})
    text = ";".join(row.text[start:end] for start, end in pairwise(cuts) if not any(a <= start < b for a, b in row.marks))
    text = _RANK.sub("", text)
    text = re.sub(r"\s*,?\s*\band\b\s*|\s*&\s*|\s*[;,·•|]\s*", ";", _MARKS.sub(" ; ", text))
    pieces = [re.sub(r"^\W+|[^\w.]+$", "", piece).rstrip(".") for piece in text.split(";")]
    pieces = [piece for piece in pieces if any(map(str.isalpha, piece)) and piece.casefold().replace(".", "") not in _DEGREES]
    return pieces if pieces and all(is_name(piece) and 2 <= len(piece.split()) <= 4 for piece in pieces) else None
