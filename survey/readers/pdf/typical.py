"""What is typical of a paper's lines (size, columns, small words), and by that, what of it is running text."""

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from survey.readers.hyphens import Spelling
from survey.readers.pdf.lines import Line

END = re.compile(r"[.?!:;][\"”’')\]\d]{0,4}$")
NOTE = re.compile(r"(?:\d{1,2}|[∗*†‡§¶])\s?\S")
"""How a note at the foot of a page begins."""
_SIGNS = re.compile(r"[=≈≤≥<>∈∑∏∫√±×·⊙⊕∝→←∀∃]|[Α-ω]|\(\d{1,3}[a-z]?\)\W*$")
_CELL = re.compile(r"(?:\d[.,]\d+|\d{2,})(?:[*†‡§%−–-]|\s?±\s?[\d.]+|\s?\([\d., ±-]+\))*$")  # the last of a table's row
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_DIGIT = re.compile(r"\d")
_SMALL = 5
"""Letters of a small word, at most."""
_FEW = 400
"""Words under which a paper does not tell which small words its language has."""


class Typical:
    """``body`` is the size of its running text, ``small`` are the small words of its language: running text is full of them."""

    def __init__(self, lines: Sequence[Line], spelling: Spelling) -> None:
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
        self.body = sizes.most_common(1)[0][0] if sizes else 10.0
        words = spelling.words
        small = sorted((-count, word) for word, count in words.items() if len(word) <= _SMALL and not word[0].isupper())[:60]
        self.small = {word for _, word in small if len(word) > 1 or word in "aeoyiuà"}
        self._few = sum(words.values()) < _FEW
        self._edges = self._columns(lines)

    def _columns(self, lines: Sequence[Line]) -> dict[int, list[tuple[float, float]]]:
        """For each page the left and right edges of its columns."""
        found: dict[int, list[tuple[float, float]]] = {}
        pages: dict[int, list[Line]] = {}
        for line in lines:
            if abs(line.size - self.body) < 1.2 and line.right - line.left > 0.2 * line.width:
                pages.setdefault(line.page, []).append(line)
        for page, wide in pages.items():
            lefts = Counter(round(line.left / 2) * 2 for line in wide)
            edges: list[float] = []
            for left, count in sorted(lefts.items(), key=lambda pair: -pair[1]):
                if count >= 3 and all(abs(left - edge) > 60 for edge in edges):
                    edges.append(left)
            found[page] = [
                (edge, max((line.right for line in wide if -4 < line.left - edge < 30), default=edge + 200)) for edge in sorted(edges)
            ]
        return found

    def column(self, line: Line) -> tuple[float, float]:
        """The left and right edge of the column that ``line`` stands in."""
        near = [edge for edge in self._edges.get(line.page, []) if edge[0] <= line.left + 5]
        return near[-1] if near else (line.left, line.right)

    def is_prose(self, lines: Sequence[Line], *, goes_on: bool) -> bool:  # noqa: PLR0911 - one kind of text after the other
        """Whether ``lines`` are running text, no table, formula or labels of a figure; ``goes_on``: a sentence before is not over."""
        text = " ".join(line.text for line in lines)
        words = [word for word in text.split() if len(word) > 1 or word.casefold() in self.small]  # no signs, no letters of formulas
        letters = [word for word in words if (len(word) > 1 and word.isalpha()) or _LETTERS.search(word) or word.casefold() in self.small]
        if not letters:
            return False
        share = len(letters) / len(words)
        if self._few:
            return share >= 0.5
        if sum(not line.text[-1].isalpha() and bool(_CELL.search(line.text)) for line in lines) > 0.5 * len(lines) > 1:
            return False
        size = median(line.size for line in lines)
        small = sum(1 for word in _WORD.findall(text) if len(word) <= _SMALL and (word in self.small or word.casefold() in self.small))
        telling = small / len(words)
        lower = sum(1 for word in letters if word[0].islower() or not word.lstrip("(\"“'‘[")[:1].isupper()) / len(letters)
        same = abs(size - self.body) < 0.8
        if same and small > 1 and share >= 0.4 and telling >= 0.08 and (lower >= 0.45 or not _DIGIT.search(text)) and self._fill(lines):
            return True
        if len(words) >= 12:
            return share >= 0.55 and lower >= 0.45 and telling >= 0.14 and len(words) / len(lines) >= 3 and size < 1.6 * self.body
        if NOTE.match(text) and size < self.body and lines[-1].y < 0.4 * lines[0].height:
            return (share >= 0.5 and telling >= 0.1 and len(words) > 4) or "http" in text
        ends = bool(END.search(text)) and len(words) > 2
        return same and share >= 0.6 and (telling >= 0.1 or goes_on) and (ends or (goes_on and len(words) > 1 and share > 0.75))

    def _fill(self, lines: Sequence[Line]) -> bool:
        """Whether most of them go from one edge of their column to the other, as running text does."""
        full = 0
        for line in lines:
            left, right = self.column(line)
            full += line.left - left < 2.5 * line.size and right - line.right < 0.6 * line.size
        return full >= 0.5 * len(lines)

    def is_formula(self, line: Line) -> bool:
        """Whether a line is a displayed formula: signs, no running words, and it does not begin where lines of text do."""
        if not _SIGNS.search(line.text) or line.left - self.column(line)[0] < 8:
            return False
        words = _WORD.findall(line.text)
        return not any(word in self.small for word in words if len(word) > 1) and sum(len(word) > 3 for word in words) < 0.4 * len(words)
