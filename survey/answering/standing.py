"""How sure a claim is, by what can be counted."""

from collections.abc import Mapping, Sequence

from survey.records import Claim, Paper, Standing


def standing(claim: Claim, claims: Sequence[Claim], differing: int, papers: Mapping[str, Paper]) -> Standing:
    """The facts about ``claim`` among all ``claims`` of its answer; ``differing``: papers that say otherwise."""
    keys = {quote.key for quote in claim.quotes}
    parts = dict.fromkeys(part.kind for q in claim.quotes if (part := papers[q.key].part_of(q.start)))
    level = "high" if len(keys) > 1 and not differing else "low" if differing else "medium"
    return Standing(quotes=len(claim.quotes), papers=len(keys), independent=len(keys), differing=differing, parts=tuple(parts), level=level)
