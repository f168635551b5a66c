"""How sure a claim is, by what can be counted: docs/claims.md."""

import re
from collections.abc import Iterable, Mapping, Sequence

from survey.comparing.words import cue
from survey.identity.names import family, initials
from survey.records import Claim, Level, Paper, PartKind, Quote, Reference, Standing

_OF_OTHERS: tuple[PartKind, ...] = ("introduction", "related")
_SURE = 2  # independent papers


def standing(claim: Claim, differing: int, papers: Mapping[str, Paper]) -> Standing:
    """The facts about ``claim``; ``differing``: papers that say otherwise."""
    keys = dict.fromkeys(quote.key for quote in claim.quotes)
    sound = [papers[key] for key in keys if not papers[key].retracted]
    facts = Standing(
        quotes=len(claim.quotes),
        retold=sum(is_retold(quote, papers[quote.key]) for quote in claim.quotes),
        papers=len(keys),
        independent=independent(sound),
        retracted=len(keys) - len(sound),
        differing=differing,
        flagged=sum(sentence.verdict == "flagged" for sentence in claim.sentences),
        parts=tuple(dict.fromkeys(part_of(quote, papers[quote.key]) for quote in claim.quotes)),
    )
    return facts.model_copy(update={"level": level(facts)})


def level(facts: Standing) -> Level:
    """High: two independent papers say so or more, not all of them telling others again, none says otherwise and no sentence is flagged.
    Low: as many say otherwise, or all were retracted, or it is one paper's that only tells it again, or whose sentence is flagged."""
    retold = facts.retold == facts.quotes
    if facts.independent <= facts.differing or (facts.independent < _SURE and (retold or facts.flagged)):
        return "low"
    return "medium" if facts.independent < _SURE or retold or facts.differing or facts.flagged else "high"


def is_retold(quote: Quote, paper: Paper) -> bool:
    """Whether a paper tells again what others found: it does not speak of itself, and cites, or stands where papers tell of others."""
    if cue("own").search(quote.text) or _SHOWN.search(quote.text):
        return False
    return part_of(quote, paper) in _OF_OTHERS or cue("cites").search(quote.text) is not None


_SHOWN = re.compile(
    r"\b(?:experiment\w*|results|evaluations?|analys[ie]s)\b[^.,;]* (?:show|demonstrate|indicate|suggest|confirm|reveal)", re.IGNORECASE
)


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
