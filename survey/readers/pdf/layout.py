"""Lines on pages to headings and paragraphs: running heads, tables, figures and formulas left out, line and page breaks healed."""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from survey.readers.assembly import Block, kind_of
from survey.readers.hyphens import Spelling
from survey.readers.pdf.captions import CAPTION, begins_caption, is_caption, length_of
from survey.readers.pdf.columns import in_reading_order
from survey.readers.pdf.headings import BACK_MATTER, NAMED, NUMBERED, Headings, labelled, run_in
from survey.readers.pdf.lines import Line, joined
from survey.readers.pdf.margins import without_margins
from survey.readers.pdf.reflist import entries
from survey.readers.pdf.typical import END, NOTE, Typical

_BULLET = re.compile(r"^(?:[•∙●◦▪‣∗*–—-]|\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])[.)])\s+\S")
_LINK = re.compile(r"(?:https?://\S*[/.\-_=]|\w/)$")


def blocks_of(pages: Sequence[Sequence[Line]], upto: int = 0) -> tuple[list[Block], list[Block]]:
    """Headings and paragraphs of a paper, and its captions; the first ``upto`` lines of its first page (title, authors) are left out."""
    kept = without_margins([list(lines)[upto:] if i == 0 else list(lines) for i, lines in enumerate(pages)])
    lines = [line for page in kept for line in _with_initials(joined(in_reading_order(page)))]
    return _Pages(lines, Spelling((line.text, line.hyphen) for line in lines)).blocks()


class _Chunk(NamedTuple):
    lines: list[Line]
    heading: bool = False


def _with_initials(lines: list[Line]) -> list[Line]:
    """``lines`` with a great initial that stands over several of them put before the rest of its word."""
    found: list[Line] = []
    for line in lines:
        before = found[-1] if found else None
        if (
            before
            and len(before.text) == 1
            and before.text.isupper()
            and before.size > 1.8 * line.size
            and -2 < line.left - before.right < line.size
        ):
            space = " " if before.text in "AI" and line.text[0].isupper() and not line.text[:2].isupper() else ""
            found[-1] = line._replace(text=before.text + space + line.text, lead=0, marks=(), gaps=())
        else:
            found.append(line)
    return found


def _cut(chunk: _Chunk) -> list[_Chunk]:
    """A caption and what follows it without a gap, a table's rows as a rule, are two."""
    length = length_of(chunk.lines) if CAPTION.match(chunk.lines[0].text) else len(chunk.lines)
    return (
        [chunk]
        if length == len(chunk.lines)
        else [_Chunk(chunk.lines[:length], chunk.heading), _Chunk(chunk.lines[length:], chunk.heading)]
    )


def _notes(lines: Sequence[Line]) -> list[list[Line]]:
    """The notes at the foot of a page, one by one."""
    found: list[list[Line]] = []
    for line in lines:
        if found and not (NOTE.match(line.text) and END.search(found[-1][-1].text)):
            found[-1].append(line)
        else:
            found.append([line])
    return found


class _Run:
    """A paragraph that is being put together, with the places at which its pages begin."""

    def __init__(self) -> None:
        self.text = ""
        self.pages: list[tuple[int, int]] = []
        self.hyphen = False

    def add(self, line: Line, spelling: Spelling) -> None:
        if not self.text:
            start, text = 0, line.text
        elif self.hyphen:
            glue = "-" if spelling.keeps(self.text[-80:], line.text) else ""
            start, text = len(self.text) + len(glue), self.text + glue + line.text
        else:
            # A dash or slash at a line's end, as in long links, "A/B" and "12–34", is no place for a space.
            link = self.text[-1] in "/.-_=" and "/" in self.text[-200:] and _LINK.search(self.text[-200:])
            pages = self.text[-1] == "–" and self.text[-2:-1].isdigit() and line.text[0].isdigit()
            space = "" if link or pages else " "
            start, text = len(self.text) + len(space), self.text + space + line.text
        if not self.pages or self.pages[-1][1] != line.page + 1:
            self.pages.append((start if self.text else 0, line.page + 1))
        self.text, self.hyphen = text, line.hyphen


class _Pages:
    """A whole paper that is being put together out of its lines."""

    def __init__(self, lines: list[Line], spelling: Spelling) -> None:
        self.lines = lines
        self.spelling = spelling
        self.typical = Typical(lines, spelling)
        self.body = self.typical.body
        self.headings = Headings(lines, self.typical)
        self.references = 0.0  # the size of the heading of the list that is being read
        self.abstract = 0.0  # that of the abstract's
        self.back_matter = False  # what is being read stands under "Acknowledgements" or the like
        self.above: Line | None = None  # the last line that was read
        self.found: list[Block] = []
        self.captions: list[Block] = []
        self.cited: list[Line] = []
        self.notes: list[Block] = []
        self.run = _Run()

    # ------------------------------------------------------------ chunks

    def _chunks(self) -> list[_Chunk]:
        """Lines that stand together: one column, one size, no gap."""
        chunks: list[_Chunk] = []
        for i, line in enumerate(self.lines):
            heading = self.headings.stands_out(line) and self._apart(i)
            before = chunks[-1].lines[-1] if chunks else None
            together = before is not None and before.page == line.page and 0.3 * line.size < before.y - line.y < 1.75 * max(line.size, 8.0)
            together = together and before is not None and abs(before.size - line.size) < 0.13 * before.size + 0.2
            together = together and before is not None and line.left < before.right and before.left < line.right
            together = together and not begins_caption(line, before)
            if together and heading == chunks[-1].heading and not (heading and (NUMBERED.match(line.text) or NAMED.match(line.text))):
                chunks[-1].lines.append(line)
            else:
                chunks.append(_Chunk([line], heading))
        return [piece for chunk in chunks for piece in _cut(chunk)]

    def _apart(self, i: int) -> bool:
        """Whether the line is no bold stretch within a paragraph or a table: what is above ends, what is below begins."""
        line = self.lines[i]
        after = self.lines[i + 1] if i + 1 < len(self.lines) else None
        if after is None or (after.page == line.page and abs(after.y - line.y) < 0.4 * line.size and not NAMED.match(line.text)):
            return False
        before = self.lines[i - 1] if i else None
        beside = before is not None and before.page == line.page and abs(before.y - line.y) < 0.4 * line.size
        return not beside or bool(NAMED.match(line.text))

    def _is_headed(self, chunks: list[_Chunk], number: int) -> bool:
        below = chunks[number + 1 : number + 13]
        return self.headings.is_headed(
            chunks[number].lines[0].text, [chunk.lines for chunk in below], heading=bool(below) and below[0].heading
        )

    def _in_float(self, chunks: list[_Chunk], number: int) -> bool:
        """Whether a chunk in small type belongs to a table or figure: nothing but more of its kind stands between it and a caption."""
        chunk = chunks[number]
        if not chunk.lines[0].size < 0.95 * self.body or len(chunk.lines) > 30:
            return False
        for step in (-1, 1):
            at = number
            while 0 <= at + step < len(chunks) and abs(at - number) < 12:
                at, last = at + step, chunks[at]
                one, other = (chunks[at], last) if step < 0 else (last, chunks[at])  # the upper, the lower
                apart = one.lines[-1].y - other.lines[0].y
                if one.lines[0].page != other.lines[0].page or not -60 * self.body < apart < 4 * self.body:
                    break
                if CAPTION.match(chunks[at].lines[0].text):
                    return True
                if chunks[at].heading or chunks[at].lines[0].size > 0.97 * self.body:
                    break
        return False

    # ------------------------------------------------------------ blocks

    def blocks(self) -> tuple[list[Block], list[Block]]:
        """Headings and paragraphs in reading order, and captions; a paragraph that a float or a page break cut is put together again."""
        chunks = self._chunks()
        for number, chunk in enumerate(chunks):
            first = chunk.lines[0]
            if chunk.heading and not self._cuts_in(chunk) and self._is_headed(chunks, number):
                self._add_heading(chunk)
            elif is_caption(first, self.run.text):
                self.captions.append(self._block(chunk.lines))
            elif self.references:
                self.cited += chunk.lines
            elif self._is_text(chunks, number):
                # Notes at the foot stand in smaller type; they wait until the paragraph around them has ended.
                if self.run.text and first.size < self.body * 0.93 and abs(first.size - self.body) > 0.5:
                    self.notes += [self._block(note) for note in _notes(chunk.lines)]
                else:
                    self._add_prose(chunk)
        self._flush()
        return self.found, self.captions

    def _cuts_in(self, chunk: _Chunk) -> bool:
        """Whether what looks like a heading without number or known name stands in the midst of a sentence: the head of a table."""
        text = chunk.lines[0].text
        whole = not self.run.text or not (self.run.hyphen or self.run.text[-1].islower() or self.run.text[-1] == ",")
        return not whole and chunk.lines[0].size < 1.15 * self.body and not NUMBERED.match(text) and not NAMED.match(text)

    def _flush(self) -> None:
        """What was being put together is whole."""
        self.found.extend(self._block(entry) for entry in entries(self.cited))
        if self.run.text:
            self.found.append(Block(self.run.text, 0, tuple(self.run.pages)))
        self.found.extend(self.notes)
        self.run, self.cited, self.notes = _Run(), [], []

    def _add_heading(self, chunk: _Chunk) -> None:
        self._flush()
        title, size = self._block(chunk.lines), chunk.lines[0].size
        heading = title._replace(level=self.headings.level(chunk.lines[0]))
        kind = kind_of(title.text)
        if kind == "references":
            self.references = size
        elif NAMED.match(title.text) or NUMBERED.match(title.text) or size > self.references - 0.3:
            self.references = 0.0
        if kind == "abstract":
            self.abstract = size
        self.back_matter = bool(BACK_MATTER.search(title.text))
        self.found.append(labelled(heading, self.found) if size < self.abstract - 0.3 else heading)
        self.above = chunk.lines[-1]

    def _add_prose(self, chunk: _Chunk) -> None:
        chunk = chunk._replace(lines=[line for line in chunk.lines if not self.typical.is_formula(line)] or chunk.lines)
        shape = self._shape_of(chunk)
        for i, line in enumerate(chunk.lines):
            if self._begins(chunk, i, shape) if i else not self._goes_on(self.run, line):
                self._flush()
            rest = line if self.run.text else run_in(line, self.found, self.above)
            self.above = line
            self.run.add(rest, self.spelling)

    def _is_text(self, chunks: list[_Chunk], number: int) -> bool:
        """Whether a chunk is running text that belongs to no table or figure; under "Acknowledgements" and the like all is."""
        lines = chunks[number].lines
        last = self.found[-1] if self.found and not self.run.text else None
        goes_on = bool(self.run.text) and (self.run.hyphen or not END.search(self.run.text[-12:]))
        if (last and last.level and BACK_MATTER.search(last.text)) or (goes_on and self.back_matter):
            return True
        return self.typical.is_prose(lines, goes_on=goes_on) and (bool(NOTE.match(lines[0].text)) or not self._in_float(chunks, number))

    def _block(self, lines: Sequence[Line]) -> Block:
        run = _Run()
        for line in lines:
            run.add(line, self.spelling)
        return Block(run.text, 0, tuple(run.pages))

    def _goes_on(self, run: _Run, line: Line) -> bool:
        """Whether a new chunk goes on with the paragraph before it."""
        if not run.text:
            return False
        if run.hyphen:
            return True
        if END.search(run.text[-12:]) or _BULLET.match(line.text):
            return False
        if line.text[0].islower() or line.text[0] in "(,":
            return True
        return line.left - self.typical.column(line)[0] < 5

    def _begins(self, chunk: _Chunk, i: int, shape: tuple[float, float, float]) -> bool:
        """Whether a paragraph begins with the ``i``-th line of ``chunk``."""
        line, before = chunk.lines[i], chunk.lines[i - 1]
        if before.hyphen:
            return False
        left, right, step = shape
        if _BULLET.match(line.text) and (END.search(before.text) or before.right < right - 20):
            return True
        apart = before.y - line.y > 1.3 * step
        indented = 5 < line.left - max(left, before.left) < 40 and not line.text[0].islower()
        short = before.right < right - 0.1 * (right - left)
        return (apart or indented or short) and bool(END.search(before.text))

    def _shape_of(self, chunk: _Chunk) -> tuple[float, float, float]:
        """The left and right edge of the lines of ``chunk``, and the usual step from one to the next."""
        edge, right = self.typical.column(chunk.lines[0])
        lines = chunk.lines
        left = min(line.left for line in lines) if len(lines) > 2 else edge
        right = max(line.right for line in lines) if len(lines) > 3 else right
        return left, right, median([a.y - b.y for a, b in pairwise(lines)]) if len(lines) > 1 else 0.0
