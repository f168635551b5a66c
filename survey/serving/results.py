"""What the tools give back: small records, bounded in size, of text that is safe to show.

Papers are untrusted text. What could steer a terminal or hide from a reader is replaced, one character by one, so that offsets stay true.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from survey.hiding import lines_printable
from survey.records import Hit, PartKind, Quote, Record, Reference

_LINE, _QUOTE = 600, 4000
_AUTHORS = 12


def safe(text: str) -> str:
    """``text`` of the same length, its line breaks kept."""
    return lines_printable(text)


def _line(text: str) -> str:
    return safe(" ".join(text[: 2 * _LINE].split()))[:_LINE]


Text = Annotated[str, AfterValidator(safe)]
Line = Annotated[str, AfterValidator(_line)]


class Words(Record):
    """Words of a paper, letter for letter: the characters from `start` to `end` (exclusive) of its text, on `page` where it has pages. The
    tool `paper`, with this `key` and `start` as `offset`, shows them where they stand."""

    key: Line
    text: Text
    start: int
    end: int
    page: int | None = None

    @classmethod
    def of(cls, quote: Quote) -> "Words":
        text = quote.text[:_QUOTE]
        return cls(key=quote.key, text=text, start=quote.start, end=quote.start + len(text), page=quote.page)


class PaperFacts(Record):
    """A paper of the collection. `key` is its citekey: cite it as [@key]. `notice`: what a register of retractions says of it, or ""."""

    key: Line
    named: Line = Field(description="As a sentence names it: Roe et al. (2020)")
    title: Line
    authors: tuple[Line, ...] = ()
    year: int | None = None
    venue: Line = ""
    doi: Line = ""
    arxiv: Line = ""
    notice: Line = ""

    @classmethod
    def of(cls, paper: Reference) -> "PaperFacts":
        more = ("et al.",) if paper.more_authors or len(paper.authors) > _AUTHORS else ()
        return cls(
            key=paper.key,
            named=paper.byline,
            title=paper.name,
            authors=(*paper.authors[:_AUTHORS], *more),
            year=paper.year,
            venue=paper.venue,
            doi=paper.doi,
            arxiv=paper.arxiv,
            notice=paper.notice,
        )


class PaperList(Record):
    """`total` papers, of which these are some. Where there are more, `next_offset` is the `offset` that goes on."""

    total: int
    papers: tuple[PaperFacts, ...]
    next_offset: int | None = None


class Passage(Record):
    """A passage; `score` in [0, 1] is comparable within one search only."""

    score: float
    section: Line
    words: Words

    @classmethod
    def of(cls, hit: Hit) -> "Passage":
        found = hit.passage
        quote = Quote(key=found.key, text=found.text, start=found.start, end=found.end, page=found.page)
        return cls(score=hit.score, section=found.section, words=Words.of(quote))


class Passages(Record):
    """The best passages first; `papers` are those that they stand in. No passage: none of the words stands in these papers."""

    passages: tuple[Passage, ...]
    papers: tuple[PaperFacts, ...]


class Section(Record):
    """A section of a paper: the characters from `start` to `end` of its text."""

    heading: Line
    kind: PartKind
    start: int
    end: int


class PaperText(Record):
    """A piece of a paper's text, which is `length` characters long. Where there is more, `next_offset` is the `offset` that goes on."""

    paper: PaperFacts
    length: int
    pages: int
    sections: tuple[Section, ...]
    offset: int
    text: Text
    next_offset: int | None = None
