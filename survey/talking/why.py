"""/why N: a quote where it stands, and what it bears."""

from collections.abc import Sequence

from survey.passages import around
from survey.records import Answer, Claim, Paper, Quote, SourceSentence
from survey.render.answer import confidence
from survey.render.answer.text import wrapped

_AROUND = 2  # sentences before the quote, and after it
_VERDICTS = {
    "supported": "the numbers, names and negations of the claim agree with it",
    "flagged": "the claim is not plainly borne out by it, and is marked ⚑",
    "counted": "the claim was counted, not written",
    "unchecked": "nobody compared the claim with it",
}


def why(number: int, answer: Answer, paper: Paper | None, sentences: Sequence[SourceSentence], width: int) -> str:
    """Quote [``number``] of the answer (from 1): the sentences around it, its section and page, the claims that it bears, what was checked.

    ``paper`` as the library has it now, None if it is gone; ``sentences``: its."""
    quote = answer.evidence[number - 1]
    stands = paper is not None and paper.text[quote.start : quote.end] == quote.text
    byline = next((reference.byline for reference in answer.papers if reference.key == quote.key), "")
    part = paper.part_of(quote.start) if paper and stands else None
    place = [byline, f"@{quote.key}", part.heading or part.kind if part else "", f"p. {quote.page}" if quote.page else ""]
    place.append(f"characters {quote.start}–{quote.end}")
    pieces = [wrapped(", ".join(filter(None, place)), width, f"[{number}] ")]
    pieces += [_around(quote, paper, sentences, width) if paper and stands else wrapped(f"» {quote.text} «", width, "  ")]
    borne = [(n, claim) for n, claim in enumerate(answer.claims, start=1) if quote in claim.quotes]
    pieces += [wrapped(f"Bears claim {n}: {_said(claim, quote)}", width) + _confident(claim, width) for n, claim in borne]
    pieces += [] if borne else [wrapped("Bears a row of the table.", width)]
    here = (
        "it stands at its place in the paper, letter for letter"
        if stands
        else "it no longer stands there: the paper was changed or removed"
    )
    verdicts = {sentence.verdict for _, claim in borne for sentence in claim.sentences if quote in sentence.quotes}
    pieces += [wrapped(f"Checked: {'; '.join([here, *(_VERDICTS[verdict] for verdict in sorted(verdicts))])}.", width)]
    return "\n\n".join("\n".join(lines) for lines in pieces)


def _said(claim: Claim, quote: Quote) -> str:
    return next(sentence.text for sentence in claim.sentences if quote in sentence.quotes)


def _confident(claim: Claim, width: int) -> list[str]:
    return wrapped(confidence(claim.standing), width) if claim.standing.quotes else []


def _around(quote: Quote, paper: Paper, sentences: Sequence[SourceSentence], width: int) -> list[str]:
    before, after = around(quote, paper, sentences, _AROUND)
    texts = [*(q.text for q in before), f"» {quote.text} «", *(q.text for q in after)]
    return [line for text in texts for line in wrapped(text, width, "  ")]
