"""What the tools give back: small records, bounded in size, of text that is safe to show.

Papers are untrusted text. What could steer a terminal or hide from a reader is replaced, one character by one, so that offsets stay true.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from survey.gaps import Gap
from survey.records import (
    Answer,
    Chain,
    Hit,
    Level,
    Link,
    LinkKind,
    PartKind,
    QuestionKind,
    Quote,
    Record,
    Reference,
    Sentence,
    Status,
    Verdict,
)
from survey.render.answer.words import confidence, difference, not_found, table_rows
from survey.render.text import printable

_HIDING = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")  # turn the direction of writing, or are seen by nobody
_LINE, _QUOTE = 600, 4000
_AUTHORS, _KEYS, _STEPS = 12, 30, 40


def safe(text: str) -> str:
    """``text`` of the same length, its line breaks kept, every other control character replaced by U+FFFD."""
    return _HIDING.sub("\ufffd", "\n".join(printable(line) for line in text.split("\n")))


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


# ---------------------------------------------------------------- an answer


class Said(Record):
    """A checked sentence; `cites` are the numbers of the evidence that bears it out. "flagged": its quotes do not plainly do so."""

    text: Text
    cites: tuple[int, ...]
    verdict: Verdict

    @classmethod
    def of(cls, sentence: Sentence, answer: Answer) -> "Said":
        return cls(text=sentence.text, cites=answer.numbers(sentence.quotes), verdict=sentence.verdict)


class Claimed(Record):
    """One thing that the collection says, and `likewise`, how other papers say it. `confidence` is read from what was `counted`."""

    said: Said
    likewise: tuple[Said, ...] = ()
    confidence: Level
    counted: Line = ""


class Differing(Record):
    """The claims of these numbers (from 1) say otherwise, and under which `conditions`: "data: A / B"."""

    claims: tuple[int, int]
    told: Line
    conditions: tuple[Line, ...] = ()


class Row(Record):
    cells: tuple[Line, ...]
    cites: tuple[int, ...] = ()


class Nearest(Record):
    """A paper that comes near the question without answering it."""

    key: Line
    score: float
    words: Words | None = None


class Answered(Record):
    """What the collection says, claim by claim. `evidence`: the quotes; the n-th (from 1) is what [n] cites. `table`: of a comparison, its
    header first. `missing`: what was asked for and not answered. Where nothing was `found`, the collection does not say, whatever else is
    known of the matter: `reason` and `nearest` tell more. `remarks`: what one must know of how the answer was made."""

    found: bool
    kind: QuestionKind
    claims: tuple[Claimed, ...] = ()
    evidence: tuple[Words, ...] = ()
    differences: tuple[Differing, ...] = ()
    table: tuple[Row, ...] = ()
    missing: tuple[Line, ...] = ()
    reason: Line = ""
    nearest: tuple[Nearest, ...] = ()
    papers: tuple[PaperFacts, ...] = ()
    remarks: tuple[Line, ...] = ()

    @classmethod
    def of(cls, answer: Answer, remarks: tuple[str, ...] = ()) -> "Answered":
        return cls(
            found=answer.found,
            kind=answer.kind,
            claims=tuple(
                Claimed(
                    said=Said.of(claim.sentence, answer),
                    likewise=tuple(Said.of(sentence, answer) for sentence in claim.likewise),
                    confidence=claim.standing.level,
                    counted=confidence(claim.standing),
                )
                for claim in answer.claims
            ),
            evidence=tuple(Words.of(quote) for quote in answer.evidence),
            differences=tuple(
                Differing(claims=(found.one + 1, found.other + 1), told=told, conditions=tuple(conditions))
                for found in answer.differences
                for told, conditions in [difference(found)]
            ),
            table=tuple(Row(cells=cells, cites=cites) for cells, cites in table_rows(answer)),
            missing=answer.missing,
            reason="" if answer.found else " ".join(not_found(answer)),
            nearest=tuple(Nearest(key=n.key, score=n.score, words=Words.of(n.quote) if n.quote else None) for n in answer.nearest),
            papers=tuple(PaperFacts.of(paper) for paper in answer.papers),
            remarks=remarks,
        )


# ---------------------------------------------------------------- chains and gaps


class Step(Record):
    """What the paper of `words` does to the `earlier` one. `verdict`: it says so itself, or it is inferred, for the `reason` told."""

    earlier: Line
    kind: LinkKind
    verdict: Line
    reason: Line
    words: Words

    @classmethod
    def of(cls, link: Link) -> "Step":
        return cls(earlier=link.ends[0], kind=link.kind, verdict=link.verdict, reason=link.reason, words=Words.of(link.later.quote))


class Course(Record):
    """A problem that a paper raised, the `steps` of later papers that took it up, and what the last of them `left` open."""

    id: Line
    issue: Line
    raised: Words
    steps: tuple[Step, ...]
    left: tuple[Words, ...] = ()

    @classmethod
    def of(cls, chain: Chain, label: str) -> "Course":
        return cls(
            id=chain.id,
            issue=label,
            raised=Words.of(chain.links[0].earlier.quote),
            steps=tuple(Step.of(link) for link in chain.links[:_STEPS]),
            left=tuple(Words.of(statement.quote) for statement in chain.left[:_STEPS]),
        )


class Courses(Record):
    """`total` chains, of which these are some. Where there are more, `next_offset` is the `offset` that goes on."""

    total: int
    chains: tuple[Course, ...]
    papers: tuple[PaperFacts, ...]
    next_offset: int | None = None
    remarks: tuple[Line, ...] = ()


class Attempt(Record):
    """A paper that comes near a problem: answers it in part (`partly_resolves`), disputedly (`resolves`), or works on it (`inherits`)."""

    kind: LinkKind
    words: Words


class OpenProblem(Record):
    """A problem that no later paper resolved for good. `raised_by`: citekeys, the oldest first, `papers` of them in all."""

    problem: Line
    status: Status
    papers: int
    raised_by: tuple[Line, ...]
    since: int | None
    words: Words
    nearest: tuple[Attempt, ...] = ()

    @classmethod
    def of(cls, gap: Gap) -> "OpenProblem":
        return cls(
            problem=gap.label,
            status=gap.status,
            papers=len(gap.raised),
            raised_by=gap.raised[:_KEYS],
            since=gap.since,
            words=Words.of(gap.quote),
            nearest=tuple(Attempt(kind=near.kind, words=Words.of(near.quote)) for near in gap.nearest),
        )


class OpenProblems(Record):
    """`total` problems, what most papers raise first. Where there are more, `next_offset` is the `offset` that goes on."""

    total: int
    gaps: tuple[OpenProblem, ...]
    papers: tuple[PaperFacts, ...]
    next_offset: int | None = None
    remarks: tuple[Line, ...] = ()


# ---------------------------------------------------------------- a draft


class Fault(Record):
    """A sentence of the draft, the line that it begins on, and what does not hold of it."""

    line: int
    section: Line
    text: Line
    cites: tuple[Line, ...]
    fault: Line


class Verified(Record):
    """`checked` sentences, rows and quotes, `cited` of them with citations. `failed`: what does not hold; `warned`: what holds, of a paper
    retracted since. `not_in_library`: what could not be checked. Of each list at most as many as was asked for; the numbers are of all."""

    checked: int
    cited: int
    failures: int
    warnings: int
    unchecked: int
    failed: tuple[Fault, ...] = ()
    warned: tuple[Fault, ...] = ()
    not_in_library: tuple[Line, ...] = ()
