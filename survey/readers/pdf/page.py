"""What stands on a page of a PDF, through PDFium: its lines with their places, sizes and types."""

import ctypes
import math
import re
from bisect import bisect
from itertools import pairwise
from typing import Any, NamedTuple

from pypdfium2 import raw

from survey.readers.cleaning import clean
from survey.readers.pdf.accents import ACCENTS, mended
from survey.readers.pdf.calls import address_of, direct
from survey.readers.pdf.lines import SHIFT, WIDE, Line, parted

_PIECE = re.compile(r"[^\r\n\ufffe\x02]+[\ufffe\x02]?")
_BROKEN = re.compile(r"[^\W_]-\s*$")
_BOLD = re.compile(rb"bold|black|heavy|demi|medi|CMBX|BX\d|-B$|\bBd\b", re.IGNORECASE)
_RUN = re.compile(r"[^\W_]+|[∗*†‡§¶]+")
# What a line without index, exponent or mark hardly ever has: letters beside digits, symbols, short words that no language has many of.
_ODD = re.compile(r"[\d=<>^|](?:(?<=\D)|(?<=[^\W\d_]\d)|(?=[^\W\d_]))")
_SYMBOL = re.compile(r"[^\x00-\u017f\u2010-\u2026\ufb00-\ufb06\ufffe]")
# fmt: off
_SHORT = frozenset((
    "&", "-", "...", "1.", "2.", "3.", "A", "An", "And", "Are", "As", "At", "But", "By", "Can", "For", "How", "If", "In", "Is", "It",
    "Its", "Let", "No", "On", "Or", "Our", "So", "The", "To", "Two", "We", "a", "al.", "an", "and", "are", "as", "at", "be", "but",
    "by", "can", "de", "der", "des", "did", "die", "do", "et", "for", "go", "had", "has", "he", "her", "him", "his", "how", "if",
    "in", "is", "it", "its", "la", "le", "les", "let", "may", "me", "my", "new", "no", "nor", "not", "now", "of", "off", "old", "on",
    "one", "or", "our", "out", "own", "per", "see", "she", "six", "so", "ten", "the", "to", "too", "two", "und", "up", "us", "use",
    "via", "was", "way", "we", "who", "why", "yet", "you", "–", "—", "•",
))
# fmt: on
_LINE_NUMBER = re.compile(r"(\d{1,4})\s+(?=\S)")
_LONG = 20
_SAMPLE, _WIDEST = 8, 70
"""Lines that are looked at for a blank between columns, and the characters from which a line may go over two."""
_FRONT = 0.4
"""Of the height of a first page: above it stand title and authors, whose gaps and marks are told."""
_TURNED = 0.6
"""Of the letters of a page: if so many stand on end, the page does, as those do that hold a wide table."""


class Frame(NamedTuple):
    """How a page is looked at: the left lower corner of what is shown, its size, and how often it is turned by 90 degrees clockwise."""

    left: float
    bottom: float
    width: float
    height: float
    turns: int = 0

    @property
    def size(self) -> tuple[float, float]:
        return (self.height, self.width) if self.turns % 2 else (self.width, self.height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the file as it is seen."""
        x, y = x - self.left, y - self.bottom
        return ((x, y), (y, self.width - x), (self.width - x, self.height - y), (self.height - y, x))[self.turns]

    def direction(self, a: float, b: float) -> tuple[float, float]:
        return ((a, b), (b, -a), (-a, -b), (-b, a))[self.turns]


def frame_of(page: Any) -> Frame:
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right - left, top - bottom, page.get_rotation() // 90 % 4)


def lines_of(textpage: Any, text: str, number: int, frame: Frame) -> list[Line]:
    """The lines of ``text``, which is that of the page (what must not be read is blanked out), in the order of the file."""
    reader = _Reader(textpage, text, number, frame)
    lines = reader.lines()
    letters = sum(len(line.text) for line in lines)
    if letters > 200 and sum(len(line.text) for line in lines if line.turned) > _TURNED * letters:
        turns = (frame.turns + (1 if reader.upwards > 0 else 3)) % 4
        return _Reader(textpage, text, number, frame._replace(turns=turns)).lines()
    return lines


def places(textpage: Any, text: str) -> "range | _Places":
    """From an index in a page's text to PDFium's number of that character."""
    count = textpage.count_chars()
    return range(count) if count == len(text) else _Places(textpage, text)


class _Places:
    """The two part where a font gives letters without a code."""

    def __init__(self, textpage: Any, text: str) -> None:
        self._page = address_of(textpage.raw)
        self._count = textpage.count_chars()
        self._wide = [i for i, character in enumerate(text) if character > "\uffff"]

    def __getitem__(self, index: int) -> int:
        unit = index + bisect(self._wide, index - 1)  # PDFium counts in UTF-16 units
        return int(min(max(direct.FPDFText_GetCharIndexFromTextIndex(self._page, unit), 0), self._count - 1))


def _has_signs(text: str) -> bool:
    return bool(_ODD.search(text) or (not text.isascii() and _SYMBOL.search(text)))


def _has_short(text: str) -> bool:
    return not _SHORT.issuperset([word for word in text.split() if len(word) < 4])


class _Reader:
    """One page."""

    def __init__(self, textpage: Any, text: str, number: int, frame: Frame) -> None:
        self.page = address_of(textpage.raw)
        self.text = text
        self.number = number
        self.frame = frame
        self.left, self.bottom, self.turns = frame.left, frame.bottom, frame.turns
        self.size = frame.size
        self.usual = 1000.0  # the size of the lines before
        self.upwards = 0
        self.at = places(textpage, text)

    def lines(self) -> list[Line]:
        """PDFium marks a hyphen at a line's end by U+FFFE or U+0002 and runs the lines together."""
        lines: list[Line] = []
        for first, bare, broken in self._pieces():
            # At a page's end PDFium leaves the hyphen of a broken word as it stands.
            hyphen = broken or bool(bare[-1] == "-" and _BROKEN.search(bare))
            line = self._shown(self._line(bare, first, hyphen), first)
            if line.bold and not line.wholly:
                line = line._replace(lead=self._lead(bare, first, line.text))
            if hyphen and line.text.endswith("-"):
                line = line._replace(text=line.text[:-1])
            if line.text:
                lines.append(line)
        return lines

    def _pieces(self) -> list[tuple[int, str, bool]]:
        """Where each line begins, its text, and whether its last word is broken; PDFium runs together what stands side by side."""
        found = []
        for match in _PIECE.finditer(self.text):
            piece = match.group()
            words = piece.rstrip("\ufffe\x02")
            if bare := words.strip():
                found.append((match.start() + len(words) - len(words.lstrip()), bare, len(words) < len(piece)))
        numbered = [(first, bare) for first, bare, _ in found if _LINE_NUMBER.match(bare)]
        if (
            len(numbered) >= _SAMPLE
            and len(numbered) > 0.4 * len(found)
            and all(self._words(*one)[0][2] - self._words(*one)[0][1] > 4 for one in numbered[:_SAMPLE])
        ):
            found = [part for first, bare, broken in found for part in self._cut(first, bare, broken, _LINE_NUMBER)]
        return self._without_gutter(found)

    def _cut(self, first: int, bare: str, broken: bool, pattern: re.Pattern[str]) -> list[tuple[int, str, bool]]:
        match = pattern.match(bare)
        if not match:
            return [(first, bare, broken)]
        return [(first, match[1], False), (first + match.end(), bare[match.end() :], broken)]

    def _without_gutter(self, found: list[tuple[int, str, bool]]) -> list[tuple[int, str, bool]]:
        """Lines that go on from one column into the other are cut between the two."""
        long = [(first, bare) for first, bare, _ in found if len(bare) > _WIDEST]
        if len(long) < _SAMPLE:
            return found
        gutters: list[tuple[float, float]] = []
        for i in range(_SAMPLE):
            if gap := self._wide_gap(*long[i * len(long) // _SAMPLE]):
                gutters.append(gap)
            elif i >= len(gutters) + 2:  # the third without
                return found
        left, right = max(gap[0] for gap in gutters), min(gap[1] for gap in gutters)
        if right - left < 4:
            return found
        parts = []
        for first, bare, broken in found:
            at = self._gap_over(first, bare, left, right) if len(bare) > _WIDEST // 2 else 0
            parts += [(first, bare[:at].rstrip(), False), (first + at, bare[at:], broken)] if at else [(first, bare, broken)]
        return parts

    def _words(self, first: int, bare: str) -> list[tuple[int, float, float]]:
        """Where each word but the first begins, and the edges of the blank before it."""
        words = list(re.finditer(r"\S+", bare))
        return [(b.start(), self._edges(first + a.end() - 1)[1], self._edges(first + b.start())[0]) for a, b in pairwise(words)]

    def _wide_gap(self, first: int, bare: str) -> tuple[float, float] | None:
        blanks = self._words(first, bare)
        _, left, right = max(blanks, key=lambda blank: blank[2] - blank[1], default=(0, 0.0, 0.0))
        return (left, right) if right - left > 8 else None

    def _gap_over(self, first: int, bare: str, left: float, right: float) -> int:
        return next((at for at, start, end in self._words(first, bare) if end - start > 4 and start <= left + 1 and end >= right - 1), 0)

    def _line(self, bare: str, first: int, hyphen: bool) -> Line:
        last = first + len(bare) - 1
        half = len(bare) // 2
        middle = first + (half + 1 if bare[half] == " " else half)
        height, at = self._size(self.at[middle]), middle
        turn = (_matrix.a, _matrix.b)
        # A raised mark, or a word in another type, is smaller than the line it stands in. What is as large as the line before is none.
        for spot in (first, last) if height < self.usual else ():
            if (size := self._size(self.at[spot])) > height:
                height, at = size, spot
                turn = (_matrix.a, _matrix.b)
            elif size == height:
                break
        bold = self._bold(first) and self._bold(first + (2 if bare[2:3].strip() else 0))
        left, right = self._edges(first)
        self.usual = height if len(bare) > _LONG else max(height, self.usual)
        if self.turns:
            turn = self.frame.direction(*turn)
        turned = abs(turn[1]) > abs(turn[0])
        if turned:
            self.upwards += len(bare) if turn[1] > 0 else -len(bare)
        return Line(
            text=bare, page=self.number, left=left, right=max(right, self._edges(last)[1]), y=self._base(at), size=round(height, 1),
            bold=bold, wholly=bold and self._bold(last), hyphen=hyphen, turned=turned, width=self.size[0], height=self.size[1],
        )  # fmt: skip

    def _shown(self, line: Line, first: int) -> Line:
        """``line`` with its accents put back and its raised marks set apart; with its wide gaps and its marks, if it is a first page's."""
        bare = line.text
        front = not self.number and line.y > _FRONT * line.height
        accents = not bare.isascii() and bool(ACCENTS.search(bare))
        shifts = [] if accents else self._shifts(line, first, front)
        if not shifts and not front:
            shown = clean(mended(bare, lambda at: self._edges(first + at)) if accents else bare)
            if shown != bare or "  " in shown:
                shown = " ".join(shown.split())
            return line if shown == bare else line._replace(text=shown)
        if accents:
            shown = clean(mended(bare, lambda at: self._edges(first + at)))
            there, here = list(re.finditer(r"\S+", bare)), list(re.finditer(r"\S+", shown))
            text = " ".join(shown.split())
            if len(there) != len(here):
                return line._replace(text=text)
            ends = [len(" ".join(word.group() for word in here[: i + 1])) for i in range(len(here))]
            blanks = [self._gap(first + a.end() - 1, first + b.start()) for a, b in pairwise(there)]
            gaps = tuple(end for end, blank in zip(ends, blanks, strict=False) if blank > WIDE * line.size)
            return line._replace(text=text, gaps=gaps)
        return self._parted(line, shifts) if not front else self._pieced(line, first, shifts)

    def _parted(self, line: Line, shifts: list[tuple[int, int]]) -> Line:
        """``line`` with what stands off its base line set apart from the words beside it."""
        bare, shown, marks = line.text, "", []
        off = {start for start, _ in shifts}
        cuts = sorted({0, len(bare), *(at for shift in shifts for at in shift)})
        for start, end in pairwise(cuts):
            piece = clean(bare[start:end])
            if shown and parted(shown[-8:], piece):
                shown += " "
            if start in off:
                marks.append((len(shown), len(shown) + len(piece)))
            shown += piece
        return line._replace(text=" ".join(shown.split()), marks=tuple(marks))

    def _pieced(self, line: Line, first: int, shifts: list[tuple[int, int]]) -> Line:
        bare, shown = line.text, ""
        gaps: list[int] = []
        marks: list[tuple[int, int]] = []
        cuts = sorted({at for shift in shifts for at in shift})
        before = -1  # the end of the piece before
        for word in re.finditer(r"\S+", bare):
            inner = [at for at in cuts if word.start() < at < word.end()]
            for start, end in zip([word.start(), *inner], [*inner, word.end()], strict=True):
                piece = "".join(clean(bare[start:end]).split())
                if start == word.start() and shown:
                    if self._gap(first + before - 1, first + start) > WIDE * line.size:
                        gaps.append(len(shown))
                    shown += " "
                elif shown and parted(shown, piece):
                    shown += " "
                if any(a <= start < b for a, b in shifts):
                    marks.append((len(shown), len(shown) + len(piece)))
                shown += piece
                before = end
        return line._replace(text=shown, gaps=tuple(gaps), marks=tuple(marks))

    def _shifts(self, line: Line, first: int, front: bool) -> list[tuple[int, int]]:
        """The stretches of ``line`` that stand off its base line."""
        bare = line.text
        plain = not front and not _has_signs(bare)
        if line.turned or (plain and not _has_short(bare)) or self._is_level(first, first + len(bare) - 1, line.y):
            return []
        near, base = SHIFT * line.size, line.y
        found: list[tuple[int, int]] = []
        for run in _RUN.finditer(bare):
            start, end = run.span()
            word = run.group()
            length = end - start
            if length == 1 and not front and 0 < start < len(bare) - 1:
                continue  # it stands apart as it is
            if plain and ((length > 3 and word.islower()) or (length > 5 and word.istitle())):
                continue  # a plain word
            if length > 2 and word in _SHORT:
                continue
            off = abs(self._base(first + end - 1) - base) > near
            if not off and (front or word[0].isdigit()) and length > 1:
                off = abs(self._base(first + start) - base) > near
            if not off:
                continue
            bases = [self._base(first + i) for i in range(start, end)]
            for i in range(start, end):
                if abs(bases[i - start] - base) > near:
                    if found and found[-1][1] == i and i > start and abs(bases[i - start] - bases[i - start - 1]) <= near:
                        found[-1] = (found[-1][0], i + 1)
                    else:
                        found.append((i, i + 1))
        return found

    # ------------------------------------------------------------ characters

    def _lead(self, bare: str, first: int, shown: str) -> int:
        """How far into ``shown`` the line is bold: whole words."""
        words = list(re.finditer(r"\S+", bare))
        low, high = 1, len(words)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._bold(first + words[middle].start()) else (low, middle)
        ends = [word.end() for word in re.finditer(r"\S+", shown)]
        return ends[low - 1] if low < len(ends) else 0

    def _gap(self, before: int, after: int) -> float:
        return self._edges(after)[0] - self._edges(before)[1]

    def _edges(self, at: int) -> tuple[float, float]:
        """The left and right edge of a character."""
        direct.FPDFText_GetCharBox(self.page, self.at[at], *_box_out)
        if not self.turns:
            return _left.value - self.left, _right.value - self.left
        one, other = self.frame.point(_left.value, _bottom.value), self.frame.point(_right.value, _top.value)
        return min(one[0], other[0]), max(one[0], other[0])

    def _is_level(self, first: int, last: int, base: float) -> bool:
        """Whether a stretch is of one text object, whose letters all stand on ``base``; PDFium has a rectangle for each object."""
        start = self.at[first]
        return bool(direct.FPDFText_CountRects(self.page, start, self.at[last] - start + 1) == 1 and self._base(last) == base)

    def _base(self, at: int) -> float:
        """How high the base line of a character stands."""
        direct.FPDFText_GetCharOrigin(self.page, self.at[at], _x_out, _y_out)
        return self.frame.point(_x.value, _y.value)[1] if self.turns else _y.value - self.bottom

    def _size(self, number: int) -> float:
        """The size of the type as it shows: the font's, scaled by the text's matrix."""
        direct.FPDFText_GetMatrix(self.page, number, _matrix_out)
        return float(direct.FPDFText_GetFontSize(self.page, number)) * (math.hypot(_matrix.c, _matrix.d) or 1.0)

    def _bold(self, at: int) -> bool:
        direct.FPDFText_GetFontInfo(self.page, self.at[at], _font_out, 128, _flags_out)
        name = _font.value
        if name not in _is_bold:
            _is_bold[name] = bool(_BOLD.search(name))
        return _is_bold[name]


_is_bold: dict[bytes, bool] = {}
_left, _right, _bottom, _top, _x, _y = (ctypes.c_double() for _ in range(6))
_box_out = tuple(map(ctypes.addressof, (_left, _right, _bottom, _top)))
_x_out, _y_out = map(ctypes.addressof, (_x, _y))
_matrix = raw.FS_MATRIX()
_matrix_out = ctypes.addressof(_matrix)
_font = ctypes.create_string_buffer(128)
_flags = ctypes.c_int()
_font_out, _flags_out = map(ctypes.addressof, (_font, _flags))
