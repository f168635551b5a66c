"""How sure a claim is, by what can be counted: docs/asking-claims.md."""

from collections.abc import Iterable, Mapping, Sequence

from survey.identity.names import family, initials
from survey.records import Claim, Level, Paper, PartKind, Quote, Reference, Standing

RETOLD: tuple[PartKind, ...] = ("introduction", "related", "references")
"""Where a paper tells again what others found."""
_SURE = 2  # independent papers


def standing(claim: Claim, differing: int, papers: Mapping[str, Paper]) -> Standing:
    """The facts about ``claim``; ``differing``: papers that say otherwise."""
    keys = dict.fromkeys(quote.key for quote in claim.quotes)
    sound = [papers[key] for key in keys if not papers[key].retracted]
    facts = Standing(
        quotes=len(claim.quotes),
        papers=len(keys),
        independent=independent(sound),
        differing=differing,
        retracted=len(keys) - len(sound),
        flagged=sum(sentence.verdict == "flagged" for sentence in claim.sentences),
        parts=tuple(dict.fromkeys(part_of(quote, papers[quote.key]) for quote in claim.quotes)),
    )
    return facts.model_copy(update={"level": level(facts)})


def level(facts: Standing) -> Level:
    """High: two independent papers and more say so, in words of their own, none says otherwise and no sentence is flagged. Low: as many
    say otherwise, or it stands on one flagged sentence or one paper that only tells it again, or on retracted papers alone."""
    told_again = bool(facts.parts) and all(part in RETOLD for part in facts.parts)
    if facts.independent <= facts.differing or (facts.independent < _SURE and (told_again or facts.flagged)):
        return "low"
    return "medium" if facts.independent < _SURE or told_again or facts.differing or facts.flagged else "high"


def independent(papers: Sequence[Reference]) -> int:
    """How many groups of papers are left when those with an author in common are taken for one; all whose authors are not known are one."""
    groups: list[set[tuple[str, str]]] = []
    for paper in papers:
        people = set(_people(paper.authors)) or {("", "")}
        shared = [group for group in groups if group & people]
        groups = [group for group in groups if group not in shared] + [people.union(*shared)]
    return len(groups)


def _people(authors: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Family name and initials, by which "Smith, J." is "John Smith": rather one author too few than a wrong "independent"."""
    for author in authors:
        yield from ((family(author), initial) for initial in initials(author) or [""])


def part_of(quote: Quote, paper: Paper) -> PartKind:
    part = paper.part_of(quote.start)
    return part.kind if part else "other"
