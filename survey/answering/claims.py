"""The sentences of an answer as claims: those that say the same stand together."""

from collections.abc import Mapping, Sequence

from survey.answering.differing import differences
from survey.answering.standing import standing
from survey.records import Claim, Difference, Paper, Sentence


def grouped(sentences: Sequence[Sentence], papers: Mapping[str, Paper]) -> tuple[Claim, ...]:
    """A claim for each thing that is said; the sentences of other papers that say the same stand ``likewise`` with the first."""
    return tuple(Claim(sentence=sentence) for sentence in sentences)


def weighed(claims: Sequence[Claim], papers: Mapping[str, Paper]) -> tuple[tuple[Claim, ...], tuple[Difference, ...]]:
    """The claims with what can be counted of each, and which of them say otherwise."""
    found = differences(claims, papers)
    made = []
    for n, claim in enumerate(claims):
        against = {quote.key for d in found if n in (d.one, d.other) for quote in claims[d.other if d.one == n else d.one].quotes}
        made.append(claim.model_copy(update={"standing": standing(claim, claims, len(against), papers)}))
    return tuple(made), found
