"""Vectors → groups of the papers that belong together, and how many groups there are.

Papers of one field are near to all others, and their nearest neighbours tell more than their distances. So each vector is first drawn
to its neighbours, twice; Ward's hierarchy (1963) over what comes out gives the groups, cut where its
heights leap most, and k-means from there settles them. What was tried instead stands in docs/themes.md.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from survey.terms import stems

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Labels = NDArray[np.int64]

FEW = 6  # fewer papers are one group
_NEIGHBOURS = 10  # a paper is drawn to; in a small collection a fifth of it
_DRAWN = 2  # times
_BLOCK = 1024  # rows compared with all others at a time
_TREE = 2_000  # papers in the hierarchy at most, whose cost grows with their square: the others join by k-means
_ROUNDS = 50  # of k-means at most
_SPAN = (0.5, 1.6)
_SPAN_OF_PARTS = (0.0, 0.8)
_LATENT = 60  # directions of the words
_HOLDS = 0.85  # of the papers of a part are nearer to its other papers than to any other part
_LEAST_PART = 3  # papers


def unit(vectors: "Vectors") -> "Vectors":
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


def centred(vectors: "Vectors") -> "Vectors":
    """What all have in common taken out, so that a collection of one field parts as well as one of many."""
    return unit(vectors - vectors.mean(axis=0))


def centres(vectors: "Vectors", groups: Sequence[Sequence[int]]) -> "Vectors":
    return unit(np.stack([vectors[list(group)].mean(axis=0) for group in groups]))


def latent(texts: Sequence[str]) -> "Vectors":
    """Latent semantic analysis (Deerwester et al. 1990) fitted to the collection: tf-idf, then the leading singular directions."""
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import svds

    counts = [Counter(stems(text)) for text in texts]
    df = Counter(word for count in counts for word in count)
    column = {word: n for n, word in enumerate(sorted(w for w, times in df.items() if 1 < times <= len(texts) / 2))}
    size = min(_LATENT, max(10, len(texts) // 3), len(texts) - 1, len(column) - 1)
    if size < 1:
        return np.zeros((len(texts), 1), np.float32)
    cells = [
        (row, column[word], (1 + math.log(times)) * math.log(len(texts) / df[word]))
        for row, count in enumerate(counts)
        for word, times in sorted(count.items())
        if word in column
    ]
    rows, columns, values = zip(*cells, strict=True)
    matrix = csr_array((values, (rows, columns)), shape=(len(texts), len(column)))
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    left, strength, _ = svds(matrix.multiply(1 / np.maximum(lengths, 1e-9)[:, None]).tocsr(), k=size, v0=np.ones(min(matrix.shape)))
    return np.asarray(left * strength, np.float32)


def grouped(vectors: "Vectors", wanted: int = 0, span: tuple[float, float] = _SPAN) -> list[list[int]]:
    """The rows in groups, each in order, the largest first. ``wanted``: how many groups; for 0 the vectors decide, between the two
    multiples ``span`` of the square root of the rows."""
    n = len(vectors)
    if n < FEW or wanted == 1:
        return [list(range(n))] if n else []
    for _ in range(_DRAWN):
        vectors = _drawn(vectors)
    return _in_order(_settled(vectors, _cut(vectors, wanted, span)))


def parts(vectors: "Vectors") -> list[list[int]]:
    """The groups within one group, or none where it is one thing: nearly every paper of each part must be nearer to the others of its
    part than to any other part, in vectors from which what the whole group shares has been taken out."""
    own = centred(vectors)
    found = grouped(own, span=_SPAN_OF_PARTS)
    if len(found) < 2 or min(map(len, found)) < _LEAST_PART:
        return []
    sums = np.stack([own[part].sum(axis=0) for part in found])
    for n, part in enumerate(found):
        others = unit(np.delete(sums, n, axis=0))
        mine = unit(sums[n] - own[part])
        if np.mean((own[part] * mine).sum(axis=1) > (own[part] @ others.T).max(axis=1)) < _HOLDS:
            return []
    return found


def nearest(vectors: "Vectors", count: int) -> "NDArray[np.float64]":
    """How like each row is to those nearest to it: the mean cosine of ``count`` of them."""
    n = len(vectors)
    found = np.zeros(n)
    for start, likeness in _likeness(vectors) if n > count else ():
        found[start : start + _BLOCK] = np.sort(likeness, axis=1)[:, -count:].mean(axis=1)
    return found


def _likeness(vectors: "Vectors") -> Iterator[tuple[int, "Vectors"]]:
    """The cosines of some rows at a time to all, the first of them; to itself each is -2."""
    for start in range(0, len(vectors), _BLOCK):
        likeness = (vectors[start : start + _BLOCK] @ vectors.T).round(6)
        rows = np.arange(len(likeness))
        likeness[rows, start + rows] = -2
        yield start, likeness


def _drawn(vectors: "Vectors") -> "Vectors":
    """Each row half way to the mean of its nearest, weighted by their cosines."""
    n = len(vectors)
    count = max(2, min(_NEIGHBOURS, n // 5))
    drawn = np.empty_like(vectors)
    for start, likeness in _likeness(vectors):
        near = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        weights = np.maximum(np.take_along_axis(likeness, near, 1), 0)
        drawn[start : start + _BLOCK] = vectors[start : start + _BLOCK] + unit(np.einsum("rn,rnd->rd", weights, vectors[near]))
    return unit(drawn)


def _cut(vectors: "Vectors", wanted: int, span: tuple[float, float]) -> "Labels":
    """Ward's hierarchy, cut into ``wanted`` groups or where its heights leap most; a row that had no part in it joins the nearest group."""
    from scipy.cluster.hierarchy import fcluster, linkage

    n = len(vectors)
    chosen = np.unique(np.linspace(0, n - 1, min(n, _TREE)).round().astype(np.int64))
    tree = linkage(vectors[chosen].astype(float), "ward")
    heights = np.maximum(tree[::-1, 2], 1e-9)  # heights[k - 1] joins k + 1 groups to k
    least, most = (max(2, min(round(times * n**0.5), len(heights) - 1)) for times in span)
    count = min(wanted, n) or max(range(least, most + 1), key=lambda k: (round((heights[k - 2] - heights[k - 1]) / heights[k - 2], 6), -k))
    labels = np.asarray(fcluster(tree, count, "maxclust") - 1)
    if len(chosen) == n:
        return labels
    return _joined(vectors, centres(vectors, [chosen[labels == label].tolist() for label in np.unique(labels)]))


def _settled(vectors: "Vectors", labels: "Labels") -> "Labels":
    """Spherical k-means from these groups on, until no row moves. A group that loses all its rows is gone."""
    for _ in range(_ROUNDS):
        moved = _joined(vectors, centres(vectors, [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]))
        if np.array_equal(moved, labels):
            break
        labels = moved
    return labels


def _joined(vectors: "Vectors", middles: "Vectors") -> "Labels":
    return np.asarray((vectors @ middles.T).round(6).argmax(axis=1))


def _in_order(labels: "Labels") -> list[list[int]]:
    groups = [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]
    return sorted(groups, key=lambda group: (-len(group), group[0]))
