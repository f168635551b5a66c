"""When a collection does not say: whether to answer at all, what an answer leaves out, and what comes nearest."""

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from itertools import groupby
from operator import itemgetter

from survey.answering.desk import Desk
from survey.answering.evidence import ENOUGH, Evidence, named, units
from survey.answering.names import names, speaks_of, stands
from survey.records import Claim, Near, Scope
from survey.terms import is_telling, words

_NEAREST = 3
_NEAR = ENOUGH / 2
"""Strength below which a paper is not even near."""


def is_weak(evidence: Evidence) -> bool:
    return not any(enough for _, enough in evidence.parts)


def nearest(evidence: Evidence) -> tuple[Near, ...]:
    """The papers that come nearest, each with its nearest sentence."""
    best = {s.paper: evidence.quotes[s.id] for s in sorted(evidence.sentences, key=lambda s: s.strength)}
    near = [(key, strength) for key, strength in evidence.strengths.items() if strength >= _NEAR]
    return tuple(Near(key=key, score=strength, quote=best.get(key)) for key, strength in near[:_NEAREST])


def missing(claims: Sequence[Claim], evidence: Evidence, scope: Scope, desk: Desk) -> tuple[str, ...]:
    """What the question asks for and no claim speaks of, in its own words: a part of it that the evidence is too weak for; and of the other
    parts the names that neither the claims nor the abstracts of their papers have, and the terms that no passage searched has, unless
    a claim means them by other words."""
    weak = [part for part, enough in evidence.parts if not enough]
    quotes = [quote for claim in claims for quote in claim.quotes]
    papers = [evidence.papers[key] for key in dict.fromkeys(quote.key for quote in quotes)]
    text = " ".join([*(quote.text for quote in quotes), *(f"{paper.gist} {named(paper)}" for paper in papers)])
    heard, spelt = units(text), sorted({word.lower() for word in words(text)})
    keys = desk.papers_of(scope)
    asked = [name for part, enough in evidence.parts if enough for name in names(part)]
    unnamed = [name for name in asked if not stands(name, text) and not any(speaks_of(name, paper) for paper in papers)]

    def is_absent(word: str, first: bool) -> bool:
        if not is_telling(word) or units(word) & heard:
            return False
        if _NAME.search(word) and not first:
            return True
        if len(word) < _TERM or get_close_matches(word.lower(), spelt, 1, _MISSPELT):
            return False
        return not desk.index.search(word, 1, keys, sections=scope.sections, closely=False)

    left = [phrase for part, enough in evidence.parts if enough for phrase in _runs(words(part), is_absent)]
    if not left or not quotes:
        return (*weak, *unnamed)
    near = desk.embedder.embed(left) @ desk.embedder.embed([quote.text for quote in quotes]).T
    meant = [phrase for phrase, row in zip(left, near, strict=True) if row.max() >= _MEANT]
    further = [phrase for phrase in left if phrase not in meant and not any(one in phrase or phrase in one for one in unnamed)]
    return (*weak, *unnamed, *further)


def _runs(asked: Sequence[str], is_absent: Callable[[str, bool], bool]) -> list[str]:
    """The absent words, those that follow each other as one phrase."""
    marks = [is_absent(word.removesuffix("'s").removesuffix("’s"), n == 0) for n, word in enumerate(asked)]
    runs = groupby(zip(asked, marks, strict=True), key=itemgetter(1))
    return list(dict.fromkeys(" ".join(word for word, _ in run) for absent, run in runs if absent))


_NAME = re.compile(r"[A-Z]|\d")
_TERM = 5
"""Letters of a word that may be a term: shorter ones stand in any text, or for anything."""
_MISSPELT = 0.85
_MEANT = 0.3
"""Cosine of a term and a quote from which the quote means it without its word."""
