"""Reads Markdown that others wrote, by hand or with another tool: *running* prose, in which a sentence ends where it ends and not with its
line, and a list of references that is one by its heading, or by its footnotes."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from survey.render.draft import DraftSentence, Kind, Parsed, Reader, marks_of, sentence_of
from survey.render.lines import Line, addresses_of, lines_of, running_lines_of, tokens_of
from survey.render.marks import KEYS, NAMES, NUMBERS, DraftCitation, notes
from survey.render.prose import sentence_spans
from survey.render.text import plain

if TYPE_CHECKING:
    from markdown_it.token import Token

_LISTED = re.compile(
    r"[\W\d_]*(?:references?(?: list)?|bibliography|works cited|literature(?: cited)?|cited (?:works|literature)|sources|"
    r"literatur(?:verzeichnis)?|quellen(?:verzeichnis)?|bibliographie|références|referencias|bibliografía|riferimenti|参考文献)\W*",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\[\^(?P<note>[^\[\]\s]{1,40})\]:\s*")
_LABEL = re.compile(r"(?:\[(?P<square>[^\[\]]{1,60})\][.:]?|(?P<number>\d{1,4})[.)]|\((?P<round>\d{1,4})\))\s+")
_TELLS_A_PAPER = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b|https?://|\b10\.\d{4,9}/")

Address = tuple[str, int, str]


def read_running(markdown: str) -> list[DraftSentence]:
    """Everything that a text says, which cites in one of the ways of :mod:`survey.render.marks`: the one that it uses most.

    What a citation calls a paper by is for :mod:`survey.manuscripts` to look up. Raises nothing.
    """
    addresses = [found for found in addresses_of(markdown) if found[0].removeprefix("^").isdigit() and "://" in found[2]]
    labels = {label[1:] for label, _, _ in addresses if label.startswith("^")} | _notes_in(markdown)
    readers = [_Running(KEYS), _Running(NUMBERS), *([_Running(notes(sorted(labels)), labels)] if labels else [])]
    found = [reader.told(markdown, addresses) for reader in readers]
    best = max(found, key=_citations)  # of equals the first
    return best if _citations(best) else _Running(NAMES).told(markdown, addresses)


def _citations(said: Sequence[DraftSentence]) -> int:
    return sum(len(s.citations) for s in said if s.kind not in ("reference", "entry"))


def _notes_in(markdown: str) -> set[str]:
    """The labels of the footnotes that are references: they tell a year or an address, and cite nothing themselves."""
    tokens = tokens_of(markdown)[1] if "[^" in markdown else ()
    lines = (line for token in tokens if token.type == "inline" for line in lines_of(token))
    noted = ((line, match) for line in lines if (match := _NOTE.match(line.shape)))
    return {match["note"].casefold() for line, match in noted if _TELLS_A_PAPER.search(line.text) and "@" not in line.shape}


class _Running(Reader):
    """``labels``: of the footnotes that are references."""

    def __init__(self, form: re.Pattern[str], labels: Collection[str] = ()) -> None:
        super().__init__(form)
        self.labels = labels
        self.listing = 0  # the level of the heading of the list of references that is being read
        self.entries = 0
        self.item = ""  # the number of the list item that was begun, or "-"; "" once it was read

    def told(self, markdown: str, addresses: Sequence[Address]) -> list[DraftSentence]:
        """With the addresses that are defined apart as entries."""
        return [*self.read(markdown), *(self._entry(f"[{label}]", text, line, line) for label, line, text in addresses)]

    def _enter(self, token: "Token") -> None:
        super()._enter(token)
        if token.type == "list_item_open":
            self.item = token.info or "-"

    def _lines(self, token: "Token") -> list[Line]:
        return running_lines_of(token, self.listing > 0)

    def _heading(self, lines: list[Line]) -> DraftSentence:
        heading = super()._heading(lines)
        self.listing = self.level if _LISTED.fullmatch(self.section) else self.listing if self.level > self.listing else 0
        return heading

    def _paragraph(self, token: "Token", lines: list[Line]) -> Iterator[DraftSentence]:
        note = _NOTE.match(lines[0].shape) if lines else None
        if self.listing and (ours := self._reference(lines)):
            yield ours
        elif lines and (self.listing or (note and note["note"].casefold() in self.labels)):
            yield from self._entries(lines)
        elif len(lines) == 1 and token.content.startswith(("**", "__")) and _LISTED.fullmatch(lines[0].text):
            self.listing = 6  # a paragraph in bold face instead of a heading: any heading ends it
            yield self._sentence(lines[0].number, "heading", Parsed(plain(lines[0].text), (), ()))
        else:
            yield from super()._paragraph(token, lines)

    def _prose(self, kind: Kind, lines: list[Line]) -> Iterator[DraftSentence]:
        lines = [line for line in lines if line.text.strip()]
        text, shape = " ".join(line.text for line in lines), " ".join(line.shape for line in lines)
        starts = list(accumulate((len(line.text) + 1 for line in lines), initial=0))
        for start, end in sentence_spans(text, shape, marks_of(text, shape, self.form)):
            first, last = (lines[bisect_right(starts, at) - 1].number for at in (start, end - 1))
            yield self._sentence(first, kind, sentence_of(text[start:end], shape[start:end], self.form), last)

    def _entries(self, lines: list[Line]) -> Iterator[DraftSentence]:
        """The entries of a list of references: one for each label that begins a line, or all lines as one."""
        item, self.item = self.item, ""
        begun: list[list[Line]] = []
        for line in lines:
            if not begun or _LABEL.match(line.shape) or _NOTE.match(line.shape):
                begun.append([])
            begun[-1].append(line)
        for entry in begun:
            self.entries += 1
            text, shape = " ".join(line.text for line in entry), " ".join(line.shape for line in entry)
            label = _NOTE.match(shape) or _LABEL.match(shape)
            name = next(filter(None, label.groups()), "") if label else item.strip("-") or str(self.entries)
            key = f"[^{name.casefold()}]" if label and label.re is _NOTE else f"[{name}]" if name.isdigit() else name.removeprefix("@")
            yield self._entry(key, plain(text[label.end() if label else 0 :]), entry[0].number, entry[-1].number)

    def _entry(self, name: str, text: str, line: int, ends: int) -> DraftSentence:
        return self._sentence(line, "entry", Parsed(text, (), (DraftCitation(key=name),)), ends)
