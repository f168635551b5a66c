"""Reads a ``survey.md`` back, as a person may have edited it: the inverse of :mod:`survey.render.markdown`.

The file is read as CommonMark tokens. The parser keeps escaped characters apart from live ones, so a mark of the form (a quotation mark,
a bracket, an ``@``) is told from the same character in a paper's text: each inline text is held twice, once as its characters and once as
its *shape*, in which every escaped character is U+0000.

A person writes more than the renderer does: other quotation marks, block quotations, ``@key [p. 4] says, “…”``. What others write is read
by :mod:`survey.render.running`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

from survey.quotations import is_open, quotations
from survey.records import Record
from survey.render.lines import Line, lines_of, tokens_of
from survey.render.markdown import REFERENCES_ANCHOR, ends_in_quoted_stop
from survey.render.marks import ENDING, KEYS, PANDOC, DraftCitation, Mark, marks_in
from survey.render.text import plain

if TYPE_CHECKING:
    from markdown_it.token import Token

_NAMED_NEAR = 50  # citations before a quotation among which the paper that the sentence names is looked for
_NOTHING_BETWEEN = re.compile(r"[\s.,;:?!…]*")
_ATTRIBUTES = re.compile(r"\s*\{#(?P<id>[^\s{}]+)[^{}]*\}\s*$")
_REFERENCE = re.compile(r"\[(?P<key>[^\[\]]+)\]\{#ref-[^{}]*\}")


Kind = Literal["title", "heading", "paragraph", "list", "quotation", "table", "caption", "reference", "entry"]
"""An entry is a reference as others print it."""


class DraftQuote(Record):
    """The words of a quotation and the citations that go with it (none: nobody is named); ``mark`` opened it, ">" a block quotation."""

    text: str
    citations: tuple[DraftCitation, ...] = ()
    mark: str = "“"


class DraftSentence(Record):
    """A sentence of a draft or a block quotation; a heading, a row of a table, a caption, a printed reference; a title of its head.

    ``line`` counts from 1; ``block`` counts the paragraphs, items, tables and figures of the file; ``text`` is plain and without citations;
    ``level`` is that of a heading; it ``ends`` on the line of that number.
    """

    section: str
    anchor: str
    line: int
    block: int
    kind: Kind
    text: str
    quotes: tuple[DraftQuote, ...] = ()
    citations: tuple[DraftCitation, ...] = ()
    level: int = 0
    ends: int = 0

    @property
    def citekeys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(citation.key for citation in self.citations))

    @property
    def prose(self) -> bool:
        """Whether it is a sentence of the survey's text, and so belongs to the evidence."""
        return self.kind in ("paragraph", "list", "quotation")


class Parsed(NamedTuple):
    text: str
    quotes: tuple[DraftQuote, ...]
    citations: tuple[DraftCitation, ...]


def read_draft(markdown: str) -> list[DraftSentence]:
    """Everything that a draft says, in reading order. Raises nothing: whatever is not of the form is read as plain text."""
    return list(Reader(PANDOC).read(markdown))


def join_stop(body: str, stop: str) -> str:
    """The text whose citation stood between ``body`` and ``stop``; inverse of :func:`survey.render.markdown.split_stop`."""
    return body if ends_in_quoted_stop(body) else body + stop


class Reader:
    """Tokens → sentences. ``form``: the citations that are seen."""

    def __init__(self, form: re.Pattern[str]) -> None:
        self.form = form
        self.section = self.anchor = ""
        self.block = self.level = 0
        self.open: list[str] = []  # the containers around the token, outermost first
        self.row: list[Line] = []
        self.held: list[Line] = []  # of the block quotation that is open
        self.led: tuple[DraftCitation, ...] = ()  # of the sentence before, if it ends in a colon

    def read(self, markdown: str) -> Iterator[DraftSentence]:
        head, tokens = tokens_of(markdown)
        for number, line in enumerate(head, start=1):
            if line.startswith(("title:", "subtitle:")):
                yield self._sentence(number, "title", Parsed(plain(line), (), ()))
        for token in tokens:
            if token.nesting == 1:
                self._enter(token)
            elif token.nesting == -1:
                yield from self._leave(self.open.pop())
            elif token.type == "inline":
                yield from self._inline(token)
            elif token.content.strip():  # a code block: not of the form, but it is there to be read, and pandoc takes it for a note's text
                self.block += 1
                lines = enumerate(token.content.split("\n"), start=(token.map or [0])[0] + 1)
                yield from self._prose("paragraph", [Line(number, line, line) for number, line in lines])

    def _enter(self, token: "Token") -> None:
        name = token.type.removesuffix("_open")
        self.open.append(name)
        if name == "tr":
            self.row = []
        if name in ("paragraph", "table"):
            self.block += 1
        if name == "heading":
            self.level = int(token.tag.removeprefix("h"))

    def _leave(self, name: str) -> Iterator[DraftSentence]:
        if name == "tr":
            yield self._table_row()
        elif name == "blockquote" and "blockquote" not in self.open:
            held, self.held = self.held, []
            yield from self._block_quotation(held)

    def _inline(self, token: "Token") -> Iterator[DraftSentence]:
        lines = self._lines(token)
        if "heading" in self.open:
            yield self._heading(lines)
        elif "tr" in self.open:
            self.row += lines
        elif "blockquote" in self.open and "list_item" not in self.open:
            self.held += lines
        elif self._is_figure(token):
            for line in lines:
                yield self._sentence(line.number, "caption", _join(list(_sentences(line, self.form))))
        else:
            yield from self._paragraph(token, lines)

    def _lines(self, token: "Token") -> list[Line]:
        return lines_of(token)

    def _paragraph(self, token: "Token", lines: list[Line]) -> Iterator[DraftSentence]:
        if self.anchor == REFERENCES_ANCHOR and (entry := self._reference(lines)):
            yield entry
        else:
            yield from self._prose("list" if "list_item" in self.open else "paragraph", lines)

    def _reference(self, lines: list[Line]) -> DraftSentence | None:
        """A reference as :mod:`survey.render.markdown` prints it."""
        entry = _REFERENCE.match(lines[0].shape) if lines else None
        if not entry:
            return None
        text = plain(" ".join([lines[0].text[entry.end() :], *(line.text for line in lines[1:])]))
        return self._sentence(lines[0].number, "reference", Parsed(text, (), (DraftCitation(key=entry["key"]),)), lines[-1].number)

    def _prose(self, kind: Kind, lines: list[Line]) -> Iterator[DraftSentence]:
        for line in _whole(lines):
            for sentence in _sentences(line, self.form):
                yield self._sentence(line.number, kind, sentence, line.ends)

    def _block_quotation(self, lines: list[Line]) -> Iterator[DraftSentence]:
        """The words of a paper, if it cites one or the sentence before leads to it with a citation and a colon; else text like any other,
        and so is one that is for the most part between quotation marks already."""
        text, shape = " ".join(line.text for line in lines), " ".join(line.shape for line in lines)
        marks = marks_of(text, shape, self.form)
        citations = tuple(place for mark in marks for place in mark.places)
        stopped = bool(marks) and text[marks[-1].end :].strip() == "."  # the stop behind a citation is not the paper's
        said = plain(_cut(text[: marks[-1].end] if stopped else text, marks))
        marked = sum(span.end - span.start for span in quotations(shape))
        if not said or 2 * marked >= len(said) or not (citations or self.led):
            yield from self._prose("paragraph", lines)
        else:
            quote = DraftQuote(text=said, citations=citations or self.led, mark=">")
            yield self._sentence(lines[0].number, "quotation", Parsed(said, (quote,), citations), lines[-1].number)

    def _heading(self, lines: list[Line]) -> DraftSentence:
        text, shape = " ".join(line.text for line in lines), " ".join(line.shape for line in lines)
        attributes = _ATTRIBUTES.search(shape)
        end = attributes.start() if attributes else len(text)
        self.anchor = text[attributes.start("id") : attributes.end("id")] if attributes else ""
        self.section = plain(text[:end])
        return self._sentence(lines[0].number if lines else 0, "heading", sentence_of(text[:end], shape[:end], self.form))

    def _table_row(self) -> DraftSentence:
        cells = [_join(list(_sentences(cell, self.form))) for cell in self.row]
        cited = tuple(citation for cell in cells for citation in cell.citations)
        quotes = tuple(q if q.citations else q.model_copy(update={"citations": cited}) for cell in cells for q in cell.quotes)
        return self._sentence(self.row[0].number if self.row else 0, "table", Parsed(" | ".join(c.text for c in cells), quotes, cited))

    @staticmethod
    def _is_figure(token: "Token") -> bool:
        return [child.type for child in token.children or []] == ["image"]

    def _sentence(self, line: int, kind: Kind, parsed: Parsed, ends: int = 0) -> DraftSentence:
        self.led = parsed.citations if parsed.text.rstrip("”").endswith(":") else ()
        return DraftSentence(
            section=self.section,
            anchor=self.anchor,
            line=line,
            ends=ends or line,
            block=self.block,
            kind=kind,
            text=parsed.text,
            quotes=parsed.quotes,
            citations=parsed.citations,
            level=self.level if kind == "heading" else 0,
        )


def _whole(lines: list[Line]) -> list[Line]:
    """A quotation that an editor broke over lines, joined again."""
    whole: list[Line] = []
    for line in lines:
        if whole and _goes_on(whole[-1].shape, line.shape):
            before = whole.pop()
            whole.append(Line(before.number, f"{before.text} {line.text}", f"{before.shape} {line.shape}", line.number))
        else:
            whole.append(line)
    return whole


def _goes_on(before: str, line: str) -> bool:
    """A mark that other languages and units use too must be closed in the line that follows."""
    if before.count("“") > before.count("”"):
        return True
    return is_open(before) and not is_open(f"{before} {line}")


def _sentences(line: Line, form: re.Pattern[str]) -> Iterator[Parsed]:
    """The sentences of a line: a citation with a full stop behind it ends one, and the line ends the last."""
    start = 0
    for ending in ENDING.finditer(line.shape):
        yield sentence_of(line.text[start : ending.end()], line.shape[start : ending.end()], form)
        start = ending.end()
    if line.text[start:].strip():
        yield sentence_of(line.text[start:], line.shape[start:], form)


def marks_of(text: str, shape: str, form: re.Pattern[str]) -> list[Mark]:
    """The citations of a text. Within a quotation, numbers and names are the words of the paper quoted."""
    marks = list(marks_in(text, shape, form))
    if form in (PANDOC, KEYS):
        return marks
    quoted = quotations(shape)
    ends = list(accumulate((span.end for span in quoted), max))

    def is_quoted(mark: Mark) -> bool:
        begun = bisect_left(quoted, mark.start, key=lambda span: span.start)
        return begun > 0 and mark.start < ends[begun - 1] - 1

    return [mark for mark in marks if not is_quoted(mark)]


def sentence_of(text: str, shape: str, form: re.Pattern[str]) -> Parsed:
    marks = marks_of(text, shape, form)
    quotes = tuple(
        DraftQuote(text=plain(text[start + 1 : end - 1]), citations=_citations_of(start, end, marks, shape), mark=mark)
        for start, end, mark in quotations(shape)
    )
    body, rest = _cut(text[: marks[-1].end], marks) if marks else "", text[marks[-1].end :] if marks else text
    whole = join_stop(body, rest) if marks and rest == "." else body + rest
    return Parsed(plain(whole), quotes, tuple(place for mark in marks for place in mark.places))


def _cut(text: str, marks: Sequence[Mark]) -> str:
    """The text without its citations."""
    edges = [0, *(at for mark in marks if not mark.spoken for at in (mark.start, mark.end)), len(text)]
    return "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))


def _citations_of(start: int, end: int, marks: list[Mark], shape: str) -> tuple[DraftCitation, ...]:
    """The citation right behind the quotation; else that of the paper which the sentence names before it; else the next; else the last."""
    at = bisect_left(marks, start, key=lambda mark: mark.start)
    behind = marks[at] if at < len(marks) else None
    named = next((marks[n] for n in range(at - 1, max(-1, at - _NAMED_NEAR), -1) if marks[n].narrative), None)
    if behind and named and not (not behind.narrative and _NOTHING_BETWEEN.fullmatch(shape, end, max(end, behind.start))):
        return named.places
    chosen = behind or named or (marks[at - 1] if at else None)
    return chosen.places if chosen else ()


def _join(parts: list[Parsed]) -> Parsed:
    return Parsed(
        " ".join(part.text for part in parts),
        tuple(quote for part in parts for quote in part.quotes),
        tuple(citation for part in parts for citation in part.citations),
    )
