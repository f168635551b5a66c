"""Reads a ``survey.md`` back, as a person may have edited it: the inverse of :mod:`survey.render.markdown`.

The file is read as CommonMark tokens. The parser keeps escaped characters apart from live ones, so a mark of the form (a quotation mark,
a bracket, an ``@``) is told from the same character in a paper's text: each inline text is held twice, once as its characters and once as
its *shape*, in which every escaped character is U+0000.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from survey.records import Record
from survey.render.markdown import REFERENCES_ANCHOR, ends_in_quoted_stop
from survey.render.text import plain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_HIDDEN = "\0"  # cannot stand in the input: the parser replaces it
_KEY = r"@(?:\{(?P<braced>[^{}]+)\}|(?P<key>\w+(?:[:.+/-]+\w+)*))"
_BRACKET = re.compile(r"[ ]?\[[^\[\]]*@[^\[\]]*\]")
_BARE = re.compile(rf"(?<![\w{_HIDDEN}]){_KEY}")
_PLACE = re.compile(rf"{_KEY}(?:\s*,\s*(?P<locator>.*))?", re.DOTALL)
_PAGE = re.compile(r"(?:p\.|pp\.|page|pages)\s*(\d+)")
_ATTRIBUTES = re.compile(r"\s*\{#(?P<id>[^\s{}]+)[^{}]*\}\s*$")
_REFERENCE = re.compile(r"\[(?P<key>[^\[\]]+)\]\{#ref-[^{}]*\}")


class DraftCitation(Record):
    """``[@key, p. 4]``; ``locator`` is all that follows the comma, ``page`` the first page it names."""

    key: str
    page: int | None = None
    locator: str = ""


class DraftQuote(Record):
    """The words between “ and ”, and the citations of the first bracket that follows (none: nothing follows)."""

    text: str
    citations: tuple[DraftCitation, ...] = ()


class DraftSentence(Record):
    """A sentence of a draft, or a row of a table, a caption, a printed reference.

    ``line`` counts from 1; ``block`` counts the paragraphs, items, tables and figures of the file; ``text`` is plain and without citations.
    """

    section: str
    anchor: str
    line: int
    block: int
    kind: Literal["paragraph", "list", "table", "caption", "reference"]
    text: str
    quotes: tuple[DraftQuote, ...] = ()
    citations: tuple[DraftCitation, ...] = ()

    @property
    def citekeys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(citation.key for citation in self.citations))

    @property
    def prose(self) -> bool:
        """Whether it is a sentence of the survey's text, and so belongs to the evidence."""
        return self.kind in ("paragraph", "list")


class _Line(NamedTuple):
    number: int
    text: str
    shape: str


class _Parsed(NamedTuple):
    text: str
    quotes: tuple[DraftQuote, ...]
    citations: tuple[DraftCitation, ...]


def read_draft(markdown: str) -> list[DraftSentence]:
    """Everything that a draft says, in reading order. Raises nothing: whatever is not of the form is read as plain text."""
    return list(_Reader().read(markdown))


def join_stop(body: str, stop: str) -> str:
    """The text whose citation stood between ``body`` and ``stop``; inverse of :func:`survey.render.markdown.split_stop`."""
    return body if ends_in_quoted_stop(body) else body + stop


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # 0.1 s, and only a check of a draft needs it

    # text_join would merge escaped characters with live ones; raw HTML then is text like any other
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("text_join")


class _Reader:
    def __init__(self) -> None:
        self.section = self.anchor = ""
        self.block = 0
        self.open: list[str] = []  # the containers around the token, outermost first
        self.row: list[_Line] = []

    def read(self, markdown: str) -> Iterator[DraftSentence]:
        for token in _parser().parse(_without_head(markdown)):
            if token.nesting == 1:
                self._enter(token)
            elif token.nesting == -1:
                self.open.pop()
                if token.type == "tr_close":
                    yield self._table_row()
            elif token.type == "inline":
                yield from self._inline(token)
            elif token.content.strip():  # a code block: not of the form, but it is there to be read
                self.block += 1
                yield self._sentence((token.map or [0])[0] + 1, "paragraph", _Parsed(plain(token.content), (), ()))

    def _enter(self, token: "Token") -> None:
        name = token.type.removesuffix("_open")
        self.open.append(name)
        if name == "tr":
            self.row = []
        if name in ("paragraph", "table"):
            self.block += 1

    def _inline(self, token: "Token") -> Iterator[DraftSentence]:
        lines = _lines(token)
        if "heading" in self.open:
            self._heading(lines)
        elif "tr" in self.open:
            self.row += lines
        elif self._is_figure(token):
            for line in lines:
                yield self._sentence(line.number, "caption", _Parsed(plain(line.text), (), ()))
        elif self.anchor == REFERENCES_ANCHOR and lines and (entry := _REFERENCE.match(lines[0].shape)):
            text = plain(" ".join([lines[0].text[entry.end() :], *(line.text for line in lines[1:])]))
            yield self._sentence(lines[0].number, "reference", _Parsed(text, (), (DraftCitation(key=entry["key"]),)))
        else:
            kind: Literal["list", "paragraph"] = "list" if "list_item" in self.open else "paragraph"
            for line in _whole(lines):
                for sentence in _sentences(line):
                    yield self._sentence(line.number, kind, sentence)

    def _heading(self, lines: list[_Line]) -> None:
        text, shape = " ".join(line.text for line in lines), " ".join(line.shape for line in lines)
        attributes = _ATTRIBUTES.search(shape)
        self.anchor = text[attributes.start("id") : attributes.end("id")] if attributes else ""
        self.section = plain(text[: attributes.start()] if attributes else text)

    def _table_row(self) -> DraftSentence:
        cells = [_join(list(_sentences(cell))) for cell in self.row]
        text = " | ".join(cell.text for cell in cells)
        quotes = tuple(quote for cell in cells for quote in cell.quotes)
        return self._sentence(
            self.row[0].number if self.row else 0, "table", _Parsed(text, quotes, tuple(c for cell in cells for c in cell.citations))
        )

    @staticmethod
    def _is_figure(token: "Token") -> bool:
        return [child.type for child in token.children or []] == ["image"]

    def _sentence(self, line: int, kind: Literal["paragraph", "list", "table", "caption", "reference"], parsed: _Parsed) -> DraftSentence:
        return DraftSentence(
            section=self.section,
            anchor=self.anchor,
            line=line,
            block=self.block,
            kind=kind,
            text=parsed.text,
            quotes=parsed.quotes,
            citations=parsed.citations,
        )


def _without_head(markdown: str) -> str:
    """The YAML head blanked, so that line numbers stay."""
    lines = markdown.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != "---":
        return "\n".join(lines)
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), 0)
    return "\n".join([""] * (end + 1) + lines[end + 1 :]) if end else "\n".join(lines)


def _lines(token: "Token") -> list[_Line]:
    """The source lines of an inline token as characters and shape."""
    texts, shapes = [""], [""]
    for child in _flat(token.children or []):
        if child.type in ("softbreak", "hardbreak"):
            texts.append("")
            shapes.append("")
        else:
            texts[-1] += child.content
            shapes[-1] += child.content if child.type == "text" else _HIDDEN * len(child.content)
    first = (token.map or [0])[0] + 1
    return [_Line(first + at, text, shape) for at, (text, shape) in enumerate(zip(texts, shapes, strict=True))]


def _flat(tokens: "list[Token]") -> "Iterator[Token]":
    for token in tokens:
        if token.type == "image":
            yield from _flat(token.children or [])
        else:
            yield token


def _whole(lines: list[_Line]) -> list[_Line]:
    """A quotation that an editor broke over lines, joined again."""
    whole: list[_Line] = []
    for line in lines:
        if whole and whole[-1].shape.count("“") > whole[-1].shape.count("”"):
            before = whole.pop()
            whole.append(_Line(before.number, f"{before.text} {line.text}", f"{before.shape} {line.shape}"))
        else:
            whole.append(line)
    return whole


def _sentences(line: _Line) -> Iterator[_Parsed]:
    """The sentences of a line: a citation with a full stop behind it ends one, and the line ends the last."""
    start = 0
    for bracket in _BRACKET.finditer(line.shape):
        end = bracket.end()
        if line.shape[end : end + 1] == "." and line.shape[end + 1 : end + 2] in ("", " "):
            yield _sentence(line.text[start : end + 1], line.shape[start : end + 1])
            start = end + 1
    if line.text[start:].strip():
        yield _sentence(line.text[start:], line.shape[start:])


def _sentence(text: str, shape: str) -> _Parsed:
    quotes: list[DraftQuote] = []
    cited: list[DraftCitation] = []
    said: list[str] = []
    waiting = 0  # quotes[waiting:] have not met their citation yet
    at = 0
    spans = _quotations(shape)
    for start, end, places in _cited(text, shape):
        quotes += [DraftQuote(text=plain(text[a + 1 : b - 1])) for a, b in spans if at <= a < start]
        quotes[waiting:] = [quote.model_copy(update={"citations": places}) for quote in quotes[waiting:]]
        waiting = len(quotes)
        cited += places
        said.append(text[at:start])
        at = end
    quotes += [DraftQuote(text=plain(text[a + 1 : b - 1])) for a, b in spans if a >= at]
    rest = text[at:]
    body = "".join(said)
    whole = join_stop(body, rest) if said and rest == "." else body + rest
    return _Parsed(plain(whole), tuple(quotes), tuple(cited))


def _quotations(shape: str) -> list[tuple[int, int]]:
    """(start, end) of each outermost “…”, marks included; one that is never closed runs to the end."""
    spans: list[tuple[int, int]] = []
    depth = start = 0
    for at, char in enumerate(shape):
        if char == "“":
            start = start if depth else at
            depth += 1
        elif char == "”" and depth:
            depth -= 1
            if not depth:
                spans.append((start, at + 1))
    return [*spans, (start, len(shape) + 1)] if depth else spans


def _cited(text: str, shape: str) -> Iterator[tuple[int, int, tuple[DraftCitation, ...]]]:
    """(start, end, citations) of each bracket and each bare ``@key``, in order."""
    at = 0
    for bracket in _BRACKET.finditer(shape):
        yield from _bare(text, shape, at, bracket.start())
        places = tuple(filter(None, (_place(part) for part in text[bracket.start() : bracket.end()].strip(" []").split(";"))))
        yield bracket.start(), bracket.end(), places
        at = bracket.end()
    yield from _bare(text, shape, at, len(shape))


def _bare(text: str, shape: str, start: int, end: int) -> Iterator[tuple[int, int, tuple[DraftCitation, ...]]]:
    for match in _BARE.finditer(shape, start, end):
        yield match.start(), match.end(), (DraftCitation(key=match["braced"] or match["key"]),)


def _place(part: str) -> DraftCitation | None:
    match = _PLACE.search(part)
    if not match:
        return None
    locator = (match["locator"] or "").strip()
    page = _PAGE.match(locator)
    return DraftCitation(key=match["braced"] or match["key"], page=int(page[1]) if page else None, locator=locator)


def _join(parts: list[_Parsed]) -> _Parsed:
    return _Parsed(
        " ".join(part.text for part in parts),
        tuple(quote for part in parts for quote in part.quotes),
        tuple(citation for part in parts for citation in part.citations),
    )
