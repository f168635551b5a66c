"""Lines on pages to headings and paragraphs: running heads, tables, figures and formulas left out, line and page breaks healed."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from survey.readers.assembly import Block, kind_of
from survey.readers.captions import CAPTION, begins_caption, is_caption, length_of
from survey.readers.columns import in_reading_order
from survey.readers.hyphens import Spelling
from survey.readers.lines import Line, joined
from survey.readers.margins import without_margins
from survey.readers.reflist import entries

_NUMBERED = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}(?=\.)|[A-H](?=\.?\s|\.\d)(?:\.\d{1,2})*)\.?\s+(?=\S*[^\W\d_])")
_BULLET = re.compile(r"^(?:[•∙●◦▪‣∗*–—-]|\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])[.)])\s+\S")
_ENTRY = re.compile(r"^\[\d+\]|^\[[A-Z][\w+]*\d{2}[a-z]?\]|^\d{1,3}\.\s+[A-Z]")
_LINK = re.compile(r"(?:https?://\S*[/.\-_=]|\w/)$")
_SIGNS = re.compile(r"[=≈≤≥<>∈∑∏∫√±×·⊙⊕∝→←∀∃]|[Α-ω]|\(\d{1,3}[a-z]?\)\W*$")
_DIGIT = re.compile(r"\d")
_NOTE = re.compile(r"(?:\d{1,2}|[∗*†‡§¶])\s?\S")
_CELL = re.compile(r"(?:\d[.,]\d+|\d{2,})(?:[*†‡§%−–-]|\s?±\s?[\d.]+|\s?\([\d., ±-]+\))*$")  # the last of a table's row
_YEAR = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
_NAMED = re.compile(
    r"^(?:abstract|a b s t r a c t|introduction|related works?|background|conclusions?|conclusions? and future works?|references|"
    r"bibliography|"
    r"acknowledge?ments?|appendix|appendices|discussions?|results|methods?|experiments?|evaluation|methodology|summary|zusammenfassung|einleitung|literatur|résumé)\W?$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_RUN_IN = re.compile(r"^(Abstract|ABSTRACT|Summary|SUMMARY|Key ?words(?: and phrases)?|KEY ?WORDS|Index Terms)\s*(?:[.:]|[—–-])\s*(?=\S)")
_IN_ABSTRACT = re.compile(
    r"(?:introduction|background|context|rationale|importance|aims?|objectives?|purpose|hypothesis|design|settings?|participants|patients|"
    r"interventions?|exposures?|main outcomes?(?: and measures?)?|measurements?|methods?|materials and methods|methodology/principal findings|"
    r"methods? and (?:findings|results)|results?|findings|principal findings|conclusions?|conclusions?/significance|significance|interpretation|"
    r"discussion|limitations|funding|trial registration)(?: and (?:aims?|objectives?|purpose|methods|conclusions?|relevance))?\W?",
    re.IGNORECASE,
)
_BACK_MATTER = re.compile(r"acknowledg|funding|contribution|conflict|competing|availab|ethic|abbreviat", re.IGNORECASE)
_RUN_IN_LEVEL = 5
_TELLS = re.compile(r"[^\W\d_]{3}.*[.:]$|(?<![^\W_])[a-zß-öø-ÿ]{4}|[^\W\d_]{3} [^\W\d_]{3}")
_END = re.compile(r"[.?!:;][\"”’')\]\d]{0,4}$")


def blocks_of(pages: Sequence[Sequence[Line]], upto: int = 0) -> tuple[list[Block], list[Block]]:
    """The headings and paragraphs of a paper, and its captions; the first ``upto`` lines of its first page (title, authors) are left out."""
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
        if before and len(before.text) == 1 and before.text.isupper() and before.size > 1.8 * line.size and -2 < line.left - before.right < line.size:
            space = " " if before.text in "AI" and line.text[0].isupper() and not line.text[:2].isupper() else ""
            found[-1] = line._replace(text=before.text + space + line.text, lead=0, marks=(), gaps=())
        else:
            found.append(line)
    return found


def _labelled(block: Block, found: list[Block]) -> Block:
    """``block``, a heading, or a paragraph of its words where it labels a part of the abstract ("Background", "Methods", "Results")."""
    last = next((i for i in range(len(found) - 1, -1, -1) if found[i].level), -1)
    if last < 0 or kind_of(found[last].text) != "abstract" or not _IN_ABSTRACT.fullmatch(block.text):
        return block
    parted = last == len(found) - 1 or bool(_IN_ABSTRACT.fullmatch(found[last + 1].text))
    return Block(block.text, 0, block.pages) if parted else block


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
        if found and not (_NOTE.match(line.text) and _END.search(found[-1][-1].text)):
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
            # A dash or slash at a line's end, as in long links and "A/B", is no place for a space.
            space = "" if self.text[-1] in "/.-_=" and _LINK.search(self.text[-200:]) else " "
            start, text = len(self.text) + len(space), self.text + space + line.text
        if not self.pages or self.pages[-1][1] != line.page + 1:
            self.pages.append((start if self.text else 0, line.page + 1))
        self.text, self.hyphen = text, line.hyphen


class _Pages:
    """The lines of a whole paper and what is typical of them."""

    def __init__(self, lines: list[Line], spelling: Spelling) -> None:
        self.lines = lines
        self.spelling = spelling
        words = spelling.words
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
        self.body = sizes.most_common(1)[0][0] if sizes else 10.0
        # The small words of its language: running text is full of them, tables and figures are not.
        small = sorted((-count, word) for word, count in words.items() if len(word) <= 5 and not word[0].isupper())[:60]
        self.small = {word for _, word in small if len(word) > 1 or word in "aeoyiuà"}
        self.few = sum(words.values()) < 400
        self.edges = self._columns()
        self.references = False
        self.abstract = 0.0  # the size of the abstract's heading
        ends = re.compile(r"introduction|(?:\d\W*)?conclusion|references", re.IGNORECASE)
        named = [line.size for line in lines if ends.match(line.text) and self._shape(line)]
        self.tall = median(named) if named else max((line.size for line in lines if self._shape(line)), default=self.body)

    def _columns(self) -> dict[int, list[tuple[float, float]]]:
        """For each page the left and right edges of its columns."""
        found: dict[int, list[tuple[float, float]]] = {}
        pages: dict[int, list[Line]] = {}
        for line in self.lines:
            pages.setdefault(line.page, []).append(line)
        for page, lines in pages.items():
            wide = [line for line in lines if abs(line.size - self.body) < 1.2 and line.right - line.left > 0.2 * line.width]
            lefts = Counter(round(line.left / 2) * 2 for line in wide)
            edges: list[float] = []
            for left, count in sorted(lefts.items(), key=lambda pair: -pair[1]):
                if count >= 3 and all(abs(left - edge) > 60 for edge in edges):
                    edges.append(left)
            found[page] = [
                (edge, max((line.right for line in wide if -4 < line.left - edge < 30), default=edge + 200)) for edge in sorted(edges)
            ]
        return found

    def _column(self, line: Line) -> tuple[float, float]:
        near = [edge for edge in self.edges.get(line.page, []) if edge[0] <= line.left + 5]
        return near[-1] if near else (line.left, line.right)

    # ------------------------------------------------------------ headings

    def _shape(self, line: Line) -> bool:  # noqa: PLR0911 - one test after the other, cheapest first
        """Whether ``line`` stands out as a heading does."""
        text = line.text
        if len(text) > 120 or len(text.split()) > 16 or CAPTION.match(text) or text[-1] in ",;" or not _LETTERS.search(text):
            return False
        number = _NUMBERED.match(text)
        larger = line.size > self.body * 1.06 + 0.2
        if not (number or line.bold or larger or _NAMED.match(text)):
            return False
        telling = text[number.end() :] if number else text
        if (
            text[0].islower()
            or text.count("(") != text.count(")")
            or sum(c.isalpha() for c in telling) < 0.6 * len(telling.replace(" ", ""))
        ):
            return False
        if _NAMED.match(text) and (line.bold or larger or text.isupper() or len(text.split()) == 1):
            return line.size >= self.body * (0.7 if kind_of(text) == "references" else 0.85)
        if number and number["number"].isdigit() and int(number["number"]) > 20:
            return False
        if number and telling[0].islower() and not line.bold:
            return False
        if line.bold and line.size >= self.body * 0.95:
            runs_in = 0 < line.lead < 0.6 * len(text)
            return (bool(number) and not runs_in) or (line.wholly and (larger or not text.endswith((".", ":"))))
        if not number or text.endswith(".") or line.size < self.body * 0.9:
            return False
        return larger or telling.isupper() or self._stands_alone(line, number["number"])

    def _stands_alone(self, line: Line, number: str) -> bool:
        """Whether a line with the number of a sub-section, in the type of the text, is far from filling its column: "2.1. Birds"."""
        left, right = self._column(line)
        short = line.right < right - 0.2 * (right - left) and len(line.text.split()) <= 10
        return short and ("." in number or bool(re.match(r"[A-H]\. [A-Z]", line.text))) and line.text[-1].isalpha()

    def _level(self, line: Line) -> int:
        if number := _NUMBERED.match(line.text):
            return 1 + number["number"].rstrip(".").count(".")
        return 1 if _NAMED.match(line.text) or line.size > self.tall - 0.6 else 2

    # ------------------------------------------------------------ chunks

    def _chunks(self) -> list[_Chunk]:
        """Lines that stand together: one column, one size, no gap."""
        chunks: list[_Chunk] = []
        for i, line in enumerate(self.lines):
            heading = self._shape(line) and self._apart(i)
            before = chunks[-1].lines[-1] if chunks else None
            together = before is not None and before.page == line.page and 0.3 * line.size < before.y - line.y < 1.75 * max(line.size, 8.0)
            together = together and before is not None and abs(before.size - line.size) < 0.13 * before.size + 0.2
            together = together and before is not None and line.left < before.right and before.left < line.right
            together = together and not begins_caption(line, before)
            if together and heading == chunks[-1].heading and not (heading and (_NUMBERED.match(line.text) or _NAMED.match(line.text))):
                chunks[-1].lines.append(line)
            else:
                chunks.append(_Chunk([line], heading))
        return [piece for chunk in chunks for piece in _cut(chunk)]

    def _apart(self, i: int) -> bool:
        """Whether the line is no bold stretch within a paragraph or a table: what is above ends, what is below begins."""
        line = self.lines[i]
        after = self.lines[i + 1] if i + 1 < len(self.lines) else None
        if after is None or (after.page == line.page and abs(after.y - line.y) < 0.4 * line.size and not _NAMED.match(line.text)):
            return False
        before = self.lines[i - 1] if i else None
        beside = before is not None and before.page == line.page and abs(before.y - line.y) < 0.4 * line.size
        return not beside or bool(_NAMED.match(line.text))

    def _heads(self, chunk: _Chunk, after: list[_Chunk]) -> bool:
        """Whether a heading without number or known name has text under it; a table's bold head has numbers there."""
        text = chunk.lines[0].text
        if kind_of(text) == "references":
            below = [line.text for chunk in after[:12] for line in chunk.lines][:16]
            return sum(bool(_ENTRY.match(line) or _YEAR.search(line)) for line in below) >= min(3, 0.2 * len(below))
        if _NUMBERED.match(text) or _NAMED.match(text):
            return True
        if not after:
            return False
        below = after[0]
        words = sum(len(line.text.split()) for line in below.lines[:3])
        return below.heading or (
            words > 7 and (below.lines[0].lead or not below.lines[0].text[0].islower()) and self._is_prose(below, open_end=False)
        )

    def _is_prose(self, chunk: _Chunk, open_end: bool) -> bool:
        text = " ".join(line.text for line in chunk.lines)
        words = [word for word in text.split() if len(word) > 1 or word.casefold() in self.small]  # no signs, no single letters of formulas
        letters = [word for word in words if _LETTERS.search(word) or word.casefold() in self.small]
        if not letters:
            return False
        if self.few:
            return len(letters) >= 0.5 * len(words)
        if sum(bool(_CELL.search(line.text)) for line in chunk.lines) > 0.5 * len(chunk.lines) > 1:
            return False
        size = median(line.size for line in chunk.lines)
        same = abs(size - self.body) < 0.8
        ratio = len(letters) / len(words)
        small = sum(1 for word in _WORD.findall(text) if word in self.small or word.casefold() in self.small)
        telling = small / len(words)
        lower = sum(1 for word in letters if not word.lstrip("(\"“'‘[")[:1].isupper()) / len(letters)
        if same and small > 1 and ratio >= 0.4 and (lower >= 0.45 or not _DIGIT.search(text)) and telling >= 0.08 and self._fills(chunk):
            return True
        if len(words) >= 12:
            return ratio >= 0.55 and lower >= 0.45 and telling >= 0.14 and len(words) / len(chunk.lines) >= 3 and size < 1.6 * self.body
        if _NOTE.match(text) and size < self.body and chunk.lines[-1].y < 0.4 * chunk.lines[0].height:
            return (ratio >= 0.5 and telling >= 0.1 and len(words) > 4) or "http" in text
        ends = bool(_END.search(text))
        return (
            same
            and ratio >= 0.6
            and (telling >= 0.1 or open_end)
            and ((ends and len(words) > 2) or (open_end and len(words) > 1 and ratio > 0.75))
        )

    def _fills(self, chunk: _Chunk) -> bool:
        """Whether most of its lines go from one edge of their column to the other, as running text does."""
        full = 0
        for line in chunk.lines:
            left, right = self._column(line)
            full += line.left - left < 2.5 * line.size and right - line.right < 0.6 * line.size
        return full >= 0.5 * len(chunk.lines)

    def _is_formula(self, line: Line) -> bool:
        """Whether a line is a displayed formula: signs, no running words, and it does not begin where lines of text do."""
        if not _SIGNS.search(line.text) or line.left - self._column(line)[0] < 8:
            return False
        words = _WORD.findall(line.text)
        return sum(word in self.small for word in words if len(word) > 1) == 0 and sum(len(word) > 3 for word in words) < 0.4 * len(words)

    def _in_float(self, chunks: list[_Chunk], number: int) -> bool:
        """Whether a chunk in small type belongs to a table or figure: nothing but more of its kind stands between it and a caption."""
        chunk = chunks[number]
        if not chunk.lines[0].size < 0.95 * self.body or self.references or len(chunk.lines) > 30:
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
        found: list[Block] = []
        captions: list[Block] = []
        cited: list[Line] = []
        floats: list[Block] = []
        run = _Run()

        def flush() -> None:
            nonlocal run
            found.extend(self._block(entry) for entry in entries(cited))
            cited.clear()
            if run.text:
                found.append(Block(run.text, 0, tuple(run.pages)))
            found.extend(floats)
            floats.clear()
            run = _Run()

        chunks = self._chunks()
        above: Line | None = None
        for number, chunk in enumerate(chunks):
            first = chunk.lines[0]
            if chunk.heading and self._heads(chunk, chunks[number + 1 : number + 13]):
                flush()
                title = _Run()
                for line in chunk.lines:
                    title.add(line, self.spelling)
                known = _NAMED.match(title.text) or _NUMBERED.match(title.text)
                self.references = kind_of(title.text) == "references" or (self.references and not known)
                heading = Block(title.text, self._level(first), tuple(title.pages))
                if kind_of(title.text) == "abstract":
                    self.abstract = first.size
                found.append(_labelled(heading, found) if first.size < self.abstract - 0.3 else heading)
                above = chunk.lines[-1]
                continue
            open_end = bool(run.text) and (run.hyphen or not _END.search(run.text[-12:]))
            if self.references:
                cited += [] if is_caption(first, "") else chunk.lines
                continue
            if is_caption(first, run.text):
                captions.append(self._block(chunk.lines))
                continue
            back = bool(found) and not run.text and found[-1].level and _BACK_MATTER.search(found[-1].text)
            if (not self._is_prose(chunk, open_end) and not back) or (not _NOTE.match(first.text) and self._in_float(chunks, number)):
                continue
            # Notes at the foot stand in smaller type; they wait until the paragraph around them has ended.
            if run.text and not self.references and first.size < self.body * 0.93 and abs(first.size - self.body) > 0.5:
                floats += [self._block(note) for note in _notes(chunk.lines)]
                continue
            chunk = chunk._replace(lines=[line for line in chunk.lines if not self._is_formula(line)] or chunk.lines)  # noqa: PLW2901
            shape = self._shape_of(chunk)
            for i, line in enumerate(chunk.lines):
                if self._begins(chunk, i, shape) if i else not self._goes_on(run, line):
                    flush()
                rest = self._run_in(line, found, above) if not run.text else line
                above = line
                run.add(rest, self.spelling)
        flush()
        return found, captions

    def _run_in(self, line: Line, found: list[Block], above: Line | None) -> Line:
        """The rest of a paragraph's first line that begins with a heading of its own, which goes to the blocks ``found``."""
        match = _RUN_IN.match(line.text)
        if match and (not any(block.level for block in found) or match[1].casefold()[:3] in {"key", "ind"}):
            found.append(Block(match[1], 1, ((0, line.page + 1),)))
            return line._replace(text=line.text[match.end() :])
        lead, rest = line.text[: line.lead], line.text[line.lead :].lstrip(" .:—–-")
        if not line.lead or not rest or not (rest[0].isupper() or rest[0].isdigit() or not rest[0].isalpha()):
            return line
        goes_on = (
            above is not None
            and above.wholly
            and found
            and found[-1].level > 1
            and 0 < above.y - line.y < 1.6 * line.size
            and abs(above.size - line.size) < 0.3
        )
        if goes_on:
            found[-1] = Block(f"{found[-1].text} {lead.rstrip(' .:')}", _RUN_IN_LEVEL, found[-1].pages)
        elif _labelled(Block(lead.rstrip(" .:—–-"), 1), found).level == 0:
            return line  # a label within the abstract
        elif lead[0].isupper() and len(lead) < 100 and _TELLS.search(lead) and kind_of(lead) != "references":
            found.append(Block(lead.rstrip(" .:—–-"), _RUN_IN_LEVEL, ((0, line.page + 1),)))
        else:
            return line
        return line._replace(text=rest)

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
        if _END.search(run.text[-12:]) or (self.references and _ENTRY.match(line.text)) or _BULLET.match(line.text):
            return False
        if line.text[0].islower() or line.text[0] in "(,":
            return True
        indent = line.left - self._column(line)[0]
        return indent < 5 and not (self.references and self._hangs(line))

    def _hangs(self, line: Line) -> bool:
        return bool(re.match(r"[A-Z][\w'’.-]+,? ", line.text))

    def _begins(self, chunk: _Chunk, i: int, shape: tuple[float, float, float]) -> bool:
        """Whether a paragraph begins with the ``i``-th line of ``chunk``."""
        line, before = chunk.lines[i], chunk.lines[i - 1]
        if before.hyphen:
            return False
        left, right, step = shape
        if _BULLET.match(line.text) and (_END.search(before.text) or before.right < right - 20):
            return True
        apart = before.y - line.y > 1.3 * step
        indented = 5 < line.left - max(left, before.left) < 40 and not line.text[0].islower()
        short = before.right < right - 0.1 * (right - left)
        return (apart or indented or short) and bool(_END.search(before.text))

    def _shape_of(self, chunk: _Chunk) -> tuple[float, float, float]:
        """The left and right edge of the lines of ``chunk``, and the usual step from one to the next."""
        edge, right = self._column(chunk.lines[0])
        lines = chunk.lines
        left = min(line.left for line in lines) if len(lines) > 2 else edge
        right = max(line.right for line in lines) if len(lines) > 3 else right
        return left, right, median([a.y - b.y for a, b in pairwise(lines)]) if len(lines) > 1 else 0.0
