"""Whether sentences speak of the same, in meaning and in words: what is grouped and what is found to differ must mean the same by it."""

from collections.abc import Sequence
from typing import NamedTuple

from survey.embedding import Embedder
from survey.records import Quote
from survey.terms import telling_stems


class Alike(NamedTuple):
    """How near two sentences are: cosine, and the telling words that they share, as a share of those of the one that has more."""

    similarity: float
    overlap: float

    @property
    def nearness(self) -> float:
        return self.similarity + self.overlap


class Matter:
    """Of ``quotes``: how near any two of them are."""

    def __init__(self, quotes: Sequence[Quote], embedder: Embedder) -> None:
        self._row = {quote: n for n, quote in enumerate(dict.fromkeys(quotes))}
        self._vectors = embedder.embed([quote.text for quote in self._row])
        self._words = [telling_stems(quote.text) for quote in self._row]

    def alike(self, one: Quote, other: Quote) -> Alike:
        left, right = self._row[one], self._row[other]
        most = max(len(self._words[left]), len(self._words[right]))
        shared = len(self._words[left] & self._words[right])
        cosine = max(0.0, float(self._vectors[left] @ self._vectors[right]))
        return Alike(round(cosine, 6), round(shared / most, 6) if most else 0.0)
