"""How near statements are to each other, in meaning and in words, for many pairs at once. Issues and links must mean the same by it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from survey.embedding import Embedder
from survey.records import Statement
from survey.terms import Weights, is_telling, stem, stems, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shares = NDArray[np.float64]


class Likeness:
    """Of ``statements``, which are known here by their rows: their places in the sequence."""

    def __init__(self, statements: Sequence[Statement], embedder: Embedder, weights: Weights) -> None:
        from scipy.sparse import csr_array

        self.statements = statements
        self.row = {statement.id: n for n, statement in enumerate(statements)}
        texts = [statement.quote.text for statement in statements]
        self.vectors = embedder.embed(texts) if texts else np.zeros((0, 1), np.float32)
        has = [sorted(set(stems(text))) for text in texts]
        column = {word: n for n, word in enumerate(sorted({word for own in has for word in own}))}
        shape = len(texts), max(1, len(column))
        wanted: list[tuple[int, int, float]] = []
        for row, text in enumerate(texts):
            telling = {s: weights(s) for word in words(text) if (is_telling(word) or word[0].isdigit()) and (s := stem(word)) in column}
            total = sum(telling.values())
            wanted += [(row, column[word], weight / total) for word, weight in sorted(telling.items())]
        there = [(row, column[word], 1.0) for row, own in enumerate(has) for word in own]

        def matrix(cells: Sequence[tuple[int, int, float]]) -> "csr_array":
            rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
            return csr_array((np.array(values, float), (rows, columns)), shape=shape)

        self._wanted, self._there = matrix(wanted), matrix(there)

    def similarity(self, left: Sequence[int], right: Sequence[int]) -> "Shares":
        """Cosines of the rows ``left`` with ``right``, at least 0; shape (len(left), len(right))."""
        return np.round(np.maximum(self.vectors[list(left)] @ self.vectors[list(right)].T, 0.0).astype(float), 6)

    def overlap(self, left: Sequence[int], right: Sequence[int]) -> "Shares":
        """As :meth:`survey.terms.Weights.overlap`: the weighted share of the telling words of ``left`` that ``right`` has too."""
        return np.round((self._wanted[list(left)] @ self._there[list(right)].T).toarray(), 6)
