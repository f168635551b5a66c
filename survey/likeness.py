"""How near statements are to each other, in meaning and in words, for many pairs at once. Issues and links must mean the same by it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from survey.embedding import Embedder
from survey.records import Statement
from survey.terms import Weights, stems, telling_stems

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shares = NDArray[np.float64]


class Likeness:
    """Of ``statements``, which are known here by their rows: their places in the sequence."""

    def __init__(self, statements: Sequence[Statement], embedder: Embedder, weights: Weights) -> None:
        self.statements = statements
        self.row = {statement.id: n for n, statement in enumerate(statements)}
        texts = [statement.quote.text for statement in statements]
        self.vectors = embedder.embed(texts) if texts else np.zeros((0, 1), np.float32)
        self._there = [frozenset(stems(text)) for text in texts]
        self._wanted: list[list[tuple[str, float]]] = []
        for text in texts:
            telling = sorted(telling_stems(text))
            total = sum(weights(word) for word in telling)
            self._wanted.append([(word, weights(word) / total) for word in telling])

    def similarity(self, left: Sequence[int], right: Sequence[int]) -> "Shares":
        """Cosines of the rows ``left`` with ``right``, at least 0; shape (len(left), len(right))."""
        return np.asarray(np.round(np.maximum(self.vectors[list(left)] @ self.vectors[list(right)].T, 0.0).astype(float), 6))

    def overlap(self, left: Sequence[int], right: Sequence[int]) -> "Shares":
        """As :meth:`survey.terms.Weights.overlap`: the weighted share of the telling words of ``left`` that ``right`` has too."""
        found = np.zeros((len(left), len(right)))
        for n, row in enumerate(left):
            wanted = self._wanted[row]
            for m, other in enumerate(right):
                there = self._there[other]
                found[n, m] = sum(weight for word, weight in wanted if word in there)
        return np.round(found, 6)


def nearest(line: "Shares", most: int) -> list[int]:
    """Places of the ``most`` greatest values, the greatest first; of equal ones the first."""
    if len(line) > most:
        least = np.partition(line, -most)[-most]
        places = np.flatnonzero(line >= least)
    else:
        places = np.arange(len(line))
    return [int(n) for n in places[np.argsort(-line[places], kind="stable")][:most]]
