"""A survey.md in pieces: its head and its sections, each with all that stands under its heading, character for character."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from survey.phrases import Phrases
from survey.records import Record, Survey
from survey.render.draft import read_draft
from survey.render.markdown import REFERENCES_ANCHOR, head_markdown, references_markdown, section_markdown
from survey.render.text import anchor, plain

_HEADING = re.compile(r"#{1,6}[ \t].*\{#([^\s{}]+)[^{}\n]*\}[ \t]*")
_MARKS = re.compile(r" {0,3}(#{1,6})(?=\s|$)")
_BLANK_END = re.compile(r"(?:\r?\n[ \t]*)*\Z")


class Piece(NamedTuple):
    """``id`` is "" for one that the program did not write."""

    id: str
    title: str
    level: int
    text: str


class Written(Record):
    """A section as it was written: what tells, later on, whether a person has changed it."""

    id: str
    title: str
    level: int
    sha256: str
    by_hand: bool = False


class Imprint(Record):
    """What was written to survey.md: its sections in order, the reference list last. ``deleted`` are ids of sections that a person
    deleted; ``moved``: the order is a person's."""

    head: str = ""
    head_by_hand: bool = False
    sections: tuple[Written, ...] = ()
    deleted: tuple[str, ...] = ()
    moved: bool = False


def digest(text: str) -> str:
    """The same for the same text, whatever ends its lines, and however many blank lines follow it."""
    return hashlib.sha256(ended(text.replace("\r\n", "\n")).encode("utf-8", "surrogatepass")).hexdigest()


def ended(text: str) -> str:
    """Without the blank lines behind it."""
    return _BLANK_END.sub("", text)


def pieces_of(survey: Survey) -> list[Piece]:
    """What the program writes of it: the sections and the reference list."""
    written = [Piece(anchor(s.id), s.title, s.level, section_markdown(s, survey)) for s in survey.sections]
    say = Phrases(survey.lang)
    references = references_markdown(survey.papers, say)
    return [*written, *([Piece(REFERENCES_ANCHOR, say("page.references"), 1, "\n\n".join(references))] if references else [])]


def imprint_of(survey: Survey, deleted: Sequence[str] = (), moved: bool = False) -> Imprint:
    by_hand = {anchor(section.id) for section in survey.sections if section.by_hand}
    sections = tuple(
        Written(id=p.id, title=plain(p.title), level=p.level, sha256=digest(p.text), by_hand=p.id in by_hand) for p in pieces_of(survey)
    )
    head = digest(survey.head or head_markdown(survey))
    return Imprint(head=head, head_by_hand=bool(survey.head), sections=sections, deleted=tuple(deleted), moved=moved)


def parted(text: str, known: Sequence[Written]) -> tuple[str, list[Piece]]:
    """The head of a file, and its sections.

    A section begins at a heading with one of the ``known`` ids, wherever it stands; at a heading without id that has the title and level of
    one that is missing; and at any other heading of the first level, which a person added. What follows a heading is its section's.
    """
    lines = _lines(text)
    ids = {section.id: section for section in known}
    begins: dict[int, Piece] = {}
    for number, line in enumerate(lines):
        match = _HEADING.fullmatch(line.rstrip("\r\n"))
        if match and match[1] in ids and all(piece.id != match[1] for piece in begins.values()):
            begins[number] = Piece(match[1], ids[match[1]].title, ids[match[1]].level, "")
    missing = [section for section in known if section.id not in {piece.id for piece in begins.values()}]
    for number, level, title in _headings(text, lines):
        if number in begins:
            continue
        same = next((s for s in missing if (s.title, s.level) == (title, level)), None)
        if same:
            missing.remove(same)
            begins[number] = Piece(same.id, title, level, "")
        elif level == 1:
            begins[number] = Piece("", title, level, "")
    edges = [*sorted(begins), len(lines)]
    pieces = [begins[start]._replace(text="".join(lines[start:end])) for start, end in pairwise(edges)]
    return "".join(lines[: edges[0]]), pieces


def _lines(text: str) -> list[str]:
    return [line for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text) if line]


def _headings(text: str, lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(line from 0, level, title) of the headings that stand by themselves."""
    for heading in read_draft(text):
        if heading.kind == "heading" and 0 < heading.line <= len(lines):
            marks = _MARKS.match(lines[heading.line - 1])
            below = lines[heading.line].strip() if heading.line < len(lines) else ""
            if marks:
                yield heading.line - 1, len(marks[1]), heading.text
            elif below and set(below) <= {"="}:
                yield heading.line - 1, 1, heading.text
