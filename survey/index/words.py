"""The words of a question, and BM25 over title and text of each passage, kept as llama-index keeps it."""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from survey.terms import FUNCTION_WORDS, stem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SATURATION, LENGTH = 0.9, 0.4
"""BM25's k1 and b: passages are of one length. Lucene's 1.2 and 0.75, bm25s's 1.5 and 0.75 are a point worse (docs/retrieval.md)."""
FUNCTION_WEIGHT = 0.5
"""Of "what", "does" or "were" beside a word that has a meaning. The most frequent ones ("the", "is") are not indexed at all."""

_WORD = re.compile(r"(?u)\b\w\w+\b")  # llama-index's, so that its BM25Retriever can open the folder


class Numbering(dict[str, int]):
    """Word as written → the number of its stem; -1 for a stop word. Numbers are given in the order in which stems are met."""

    def __init__(self) -> None:
        from bm25s.stopwords import STOPWORDS_EN

        super().__init__(dict.fromkeys(STOPWORDS_EN, -1))
        self.stems: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        number = self[word] = self.stems.setdefault(stem(word), len(self.stems))
        return number

    def of(self, text: str) -> "array[int]":
        return array("i", [number for word in _WORD.findall(text.lower()) if (number := self[word]) >= 0])


@dataclass(frozen=True)
class Asked:
    """The words of a question, each once, in its order: ``numbers`` of their stems (-1: it stands in no passage), what they weigh
    in BM25 (``factors``), and that times their rarity (``weights``; 0 for a word that stands nowhere)."""

    numbers: "NDArray[np.intp]"
    factors: "NDArray[np.float32]"
    weights: "NDArray[np.float64]"


class Words:
    """The opened folder: a matrix of BM25 scores, passages × stems, by columns, read from disk as it is needed."""

    def __init__(self, folder: Path) -> None:
        import bm25s
        import numpy as np

        matrix = bm25s.BM25.load(folder, mmap=True, load_corpus=False, show_progress=False)
        self.stems: dict[str, int] = matrix.vocab_dict
        self._count = int(matrix.scores["num_docs"])
        self._ends, self._rows, self._values = (matrix.scores[name].view(np.ndarray) for name in ("indptr", "indices", "data"))
        self._stop = Numbering()

    def asked(self, question: str) -> Asked | None:
        """None if no passage has any of its words, or only such as have no meaning of their own."""
        import numpy as np

        said = {stem(w): w not in FUNCTION_WORDS for w in _WORD.findall(question.lower()) if self._stop.get(w, 0) >= 0}
        numbers = np.array([self.stems.get(word, -1) for word in said], dtype=np.intp)
        telling = np.array(list(said.values()), dtype=bool)
        if not telling.any():  # "what is it about?"
            telling[:] = True
        if not (telling & (numbers >= 0)).any():
            return None
        factors = np.where(telling, 1, FUNCTION_WEIGHT).astype(np.float32)
        holding = np.where(numbers < 0, self._count, self._ends[numbers + 1] - self._ends[numbers]).astype(np.float64)
        rarity = np.log(1 + (self._count - holding + 0.5) / (holding + 0.5))  # BM25's idf (Lucene)
        return Asked(numbers, factors, np.where(numbers < 0, 0, rarity * factors))

    def scores(self, asked: Asked) -> "NDArray[np.float32]":
        """BM25 of every passage."""
        import numpy as np

        scores = np.zeros(self._count, dtype=np.float32)
        for number, factor in zip(asked.numbers, asked.factors, strict=True):
            if number >= 0:
                column = slice(int(self._ends[number]), int(self._ends[number + 1]))
                values = self._values[column]
                np.add.at(scores, self._rows[column], values if factor == 1 else factor * values)
        return scores


def write_words(folder: Path, ids: Sequence[str], said: Sequence[Sequence[int]], stems: dict[str, int]) -> None:
    """``said``: the numbers of the words of each passage. ``BM25Retriever.from_persist_dir`` opens the folder too; texts are not copied."""
    import bm25s
    from llama_index.core.schema import TextNode  # heavy: 2 s
    from llama_index.core.vector_stores.utils import node_to_metadata_dict
    from llama_index.retrievers.bm25 import BM25Retriever

    matrix = bm25s.BM25(k1=SATURATION, b=LENGTH)
    matrix.index((said, stems), show_progress=False)
    matrix.corpus = [node_to_metadata_dict(TextNode(id_=name)) | {"node_id": name} for name in ids]
    folder.mkdir()
    BM25Retriever(existing_bm25=matrix, similarity_top_k=1).persist(str(folder), show_progress=False)
