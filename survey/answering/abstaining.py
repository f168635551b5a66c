"""When a collection does not say: what was searched, and what comes nearest."""

from collections.abc import Sequence

from survey.answering.evidence import Evidence
from survey.records import Claim, Near

ENOUGH = 0.5
"""Strength of the evidence below which nothing is answered (docs/retrieval.md)."""
_NEAREST = 3


def is_weak(evidence: Evidence) -> bool:
    return evidence.strength < ENOUGH


def nearest(evidence: Evidence) -> tuple[Near, ...]:
    """The papers whose sentences come nearest, each with its best."""
    best: dict[str, Near] = {}
    for sentence in sorted(evidence.sentences, key=lambda s: -s.strength):
        best.setdefault(sentence.paper, Near(key=sentence.paper, score=round(sentence.strength, 4), quote=evidence.quotes[sentence.id]))
    return tuple(best.values())[:_NEAREST]


def missing(question: str, claims: Sequence[Claim]) -> tuple[str, ...]:
    """What the question asks for and no claim speaks of, in its own words."""
    return ()
