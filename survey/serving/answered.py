"""What `ask` gives back."""

from survey.records import Answer, Level, QuestionKind, Record, Sentence, Verdict
from survey.render.answer.words import confidence, difference, not_found, table_rows
from survey.serving.results import Line, PaperFacts, Text, Words


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
    header first. `asked`: the question made whole. `summary`: what was counted.
    `missing`: what was asked for and not answered. Where nothing was `found`, the collection does not say, whatever else is
    known of the matter: `reason` and `nearest` tell more. `remarks`: what one must know of how the answer was made."""

    found: bool
    kind: QuestionKind
    asked: Line = ""
    summary: Line = ""
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
            asked=answer.asked,
            summary=answer.summary,
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
