"""Whether sentences speak of the same, in meaning and in words: what is grouped and what is found to differ must mean the same by it."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from survey.embedding import Embedder
from survey.records import Quote
from survey.terms import stems, telling_stems

_NAME = r"[^\W\d_][\w’'-]*"
_YEAR = r"(?:19|20)\d\d[a-z]?"
_CITED = re.compile(
    rf"\([^()]*\b{_YEAR}\b[^()]*\)|\[[\d,;–\s-]+\]|{_NAME}(?:, {_NAME})* et al\.?(?:,? {_YEAR})?"
    r"|\b[A-Z][\w’'-]+ (?:and|&) [A-Z][\w’'-]+,? (?=\(\d)"
)
"""Whom a sentence cites: that two of them cite the same is not that they say the same."""


class Alike(NamedTuple):
    """How near two sentences are: cosine, and the telling words that they share, as a share of those of the one that has more. ``beside``:
    the same share of all their words but those of the question."""

    similarity: float
    overlap: float
    beside: float

    @property
    def nearness(self) -> float:
        return self.similarity + self.overlap


class Matter:
    """Of ``quotes``: how near any two of them are."""

    def __init__(self, quotes: Sequence[Quote], embedder: Embedder, question: str = "") -> None:
        self._row = {quote: n for n, quote in enumerate(dict.fromkeys(quotes))}
        self._vectors = embedder.embed([quote.text for quote in self._row])
        told = [_CITED.sub(" ", quote.text) for quote in self._row]
        self._telling = list(map(telling_stems, told))
        self._beside = [set(stems(text)) - set(stems(question)) for text in told]

    def alike(self, one: Quote, other: Quote) -> Alike:
        left, right = self._row[one], self._row[other]
        cosine = max(0.0, float(self._vectors[left] @ self._vectors[right]))
        shares = (_share(words[left], words[right]) for words in (self._telling, self._beside))
        return Alike(round(cosine, 6), *shares)


def _share(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    return round(len(one & other) / max(len(one), len(other), 1), 6)
