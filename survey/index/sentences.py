"""The sentences of the passages, as numbers: the stems of their words and their vectors, made once and read from disk as needed.

Where a passage's sentences begin stands in ``first``, where a sentence's stems begin in ``begins``; each has one entry more than there are
passages or sentences. A vector is kept as bytes and a scale: its cosines are right to .01.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey.embedding import Embedder
from survey.index.arrays import written
from survey.index.words import Asked, Numbering
from survey.records import Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TITLE_WEIGHT = 0.5
"""Of a question's word that not the sentence has, but the title of its paper."""
APART, APART_WEIGHT = 3, 0.5
"""Two words that stand side by side in the question may stand so far apart in a sentence, and then count half."""
BATCH = 4096

Spans = Sequence[Sequence[tuple[int, int]]]
"""For each passage the places of its sentences, in characters of the passage's text."""


class Sentences:
    def __init__(self, folder: Path) -> None:
        import numpy as np

        def opened(name: str) -> Any:
            return np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray)  # indexing a memmap is slow

        self._first, self._spans = opened("first"), opened("spans")
        self._begins, self._stems = opened("begins"), opened("stems")
        self._title_begins, self._title_stems = opened("title_begins"), opened("title_stems")
        self._vectors, self._scales = opened("vectors"), opened("scales")
        self._different = 1 + int(max((part.max() for part in (self._stems, self._title_stems) if len(part)), default=0))

    def texts(self, row: int, text: str) -> list[str]:
        """The sentences of the passage ``row``, whose text is ``text``."""
        return [text[start:end] for start, end in self._spans[self._first[row] : self._first[row + 1]]]

    def held(self, asked: Asked, rows: "NDArray[np.intp]", papers: "NDArray[np.intp]") -> "tuple[NDArray[Any], NDArray[Any]]":
        """What the best sentence of each of the passages ``rows`` (of ``papers``) holds of the question: the share of its words, weighted
        by rarity, and the share of its pairs of neighbours."""
        import numpy as np

        place = np.zeros(self._different, dtype=np.int16)  # a stem's place in the question, from 1
        known = np.flatnonzero((asked.numbers >= 0) & (asked.numbers < self._different))
        place[asked.numbers[known]] = known + 1
        sentences, starts = _ranges(self._first, rows)
        at, begins = _ranges(self._begins, sentences)
        met = place[self._stems[at]]
        hits = np.flatnonzero(met)
        of = np.searchsorted(begins, hits, side="right") - 1
        words = met[hits] - 1

        own = np.zeros((len(sentences), len(asked.weights)))
        own[of, words] = 1
        titles, owners = np.unique(papers, return_inverse=True)
        at, begins = _ranges(self._title_begins, titles)
        met = place[self._title_stems[at]]
        inside = np.flatnonzero(met)
        if len(inside):
            in_title = np.zeros((len(titles), len(asked.weights)))
            in_title[np.searchsorted(begins, inside, side="right") - 1, met[inside] - 1] = TITLE_WEIGHT
            counts = np.diff(np.append(starts, len(sentences)))
            share = np.maximum(own, in_title[owners].repeat(counts, axis=0)) @ asked.weights / asked.weights.sum()
        else:
            share = own @ asked.weights / asked.weights.sum()

        pairs = np.zeros_like(own)
        for step in range(1, APART + 1):
            both = (of[step:] == of[:-step]) & (words[step:] == words[:-step] + 1)
            gaps = hits[step:] - hits[:-step]
            chosen = np.flatnonzero(both & (gaps <= APART))
            np.maximum.at(pairs, (of[chosen], words[chosen]), np.where(gaps[chosen] == 1, 1, APART_WEIGHT))
        pair_weights = np.append(np.minimum(asked.weights[:-1], asked.weights[1:]), 0)
        joined = pairs @ pair_weights / (pair_weights.sum() or 1)
        return np.maximum.reduceat(share, starts), np.maximum.reduceat(joined, starts)

    def near(self, vector: "NDArray[np.float32]", rows: "NDArray[np.intp]") -> "NDArray[Any]":
        """The cosine of ``vector`` with the nearest sentence of each of the passages ``rows``, at least 0."""
        import numpy as np

        sentences, starts = _ranges(self._first, rows)
        near = (self._vectors[sentences].astype(np.float32) @ vector) * self._scales[sentences]
        return np.maximum(np.maximum.reduceat(near, starts), 0)


def _ranges(begins: "NDArray[Any]", rows: "NDArray[Any]") -> "tuple[NDArray[np.intp], NDArray[np.intp]]":
    """All places of these rows in one array, and where each row begins in it."""
    import numpy as np

    lengths = (begins[rows + 1] - begins[rows]).astype(np.intp)
    ends = lengths.cumsum()
    starts = ends - lengths
    return np.arange(ends[-1] if len(ends) else 0) + (begins[rows] - starts).repeat(lengths), starts


def write_sentences(
    folder: Path, passages: Sequence[Passage], spans: Spans, titles: Sequence[str], embedder: Embedder, numbering: Numbering
) -> "list[array[int]]":
    """Returns the numbers of the words of each passage; those of its words that ``numbering`` did not know are added to it."""
    import numpy as np

    folder.mkdir()
    stems, begins, first = array("i"), array("q", [0]), array("q", [0])
    for passage, places in zip(passages, spans, strict=True):
        for start, end in places:
            stems.extend(numbering.of(passage.text[start:end]))
            begins.append(len(stems))
        first.append(len(begins) - 1)
    title_stems, title_begins = array("i"), array("q", [0])
    for title in titles:
        title_stems.extend(numbering.of(title))
        title_begins.append(len(title_stems))
    kept = {"first": first, "begins": begins, "stems": stems, "title_begins": title_begins, "title_stems": title_stems}
    for name, values in kept.items():
        np.save(folder / f"{name}.npy", np.frombuffer(values, dtype=values.typecode) if len(values) else np.zeros(0, values.typecode))
    np.save(folder / "spans.npy", np.array([place for places in spans for place in places], dtype=np.int32))
    texts = (passage.text[start:end] for passage, places in zip(passages, spans, strict=True) for start, end in places)
    _write_vectors(folder, texts, first[-1], embedder)
    return [stems[begins[a] : begins[b]] for a, b in pairwise(first)]


def _write_vectors(folder: Path, texts: Iterator[str], count: int, embedder: Embedder) -> None:
    import numpy as np

    with (
        written(folder / "vectors.npy", np.int8, (count, embedder.dimension)) as write_vectors,
        written(folder / "scales.npy", np.float32, (count,)) as write_scales,
    ):
        for _ in range(0, count, BATCH):
            made = embedder.embed(list(islice(texts, BATCH)))
            largest = np.abs(made).max(axis=1) / 127
            largest[largest == 0] = 1
            write_vectors(np.rint(made / largest[:, None]))
            write_scales(largest)
