"""Which later papers may have taken up what an earlier one left: hybrid search from each paper to the papers after it, never all pairs.

Five signals are added up, each in units of its own spread, none weighted: words of the title in what a later paper tells (BM25); all that
both tell (tf-idf); the meaning of the title, and of what the paper did, against the later title and abstract; and the statement of the
paper that the later title is nearest to. ``bench/links.py`` measures this very function against real citations.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from survey.embedding import Embedder
from survey.likeness import nearest
from survey.records import DOING, Paper, Statement
from survey.terms import stems

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from survey.embedding import Vectors

    Scores = NDArray[np.float64]

MOST = 10
"""Later papers proposed for each paper."""
_TITLE = 3  # a word of the title counts as three of the text
_K1, _B = 1.5, 0.75  # BM25's usual constants (Robertson & Zaragoza 2009)
_ROWS = 256  # papers of a block: memory grows with the papers, not with their square
_SPREAD_FROM = 512  # papers, as questions, that a signal's spread is taken from


class Proposed(NamedTuple):
    """A later paper; ``score`` is comparable within one collection."""

    key: str
    score: float


def propose(papers: Sequence[Paper], statements: Sequence[Statement], embedder: Embedder, most: int = MOST) -> dict[str, list[Proposed]]:
    """For each paper its ``most`` likeliest successors among the papers that are surely later, the likeliest first."""
    papers = sorted(papers, key=lambda p: p.key)
    found: dict[str, list[Proposed]] = {paper.key: [] for paper in papers}
    born, gone = _dates([p.date for p in papers])
    for start, scores in _scores(papers, statements, embedder) if len(papers) > 1 else ():
        for row, line in enumerate(np.round(scores, 6), start):
            later = np.flatnonzero(born > gone[row])
            best = later[nearest(line[later], most)]
            found[papers[row].key] = [Proposed(papers[n].key, float(line[n])) for n in best]
    return found


def _dates(dates: Sequence[str]) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Numbers that say of each pair what :func:`survey.records.is_later` says: later where the one's first is above the other's second."""
    known = sorted({date for date in dates if date[:4].isdigit()})
    place = {date: n for n, date in enumerate(known)}
    # "2019~" stands behind every date of 2019
    last = {date: int(np.searchsorted(known, f"{date}~")) - 1 for date in known}
    return np.array([place.get(date, -1) for date in dates]), np.array([last.get(date, len(known)) for date in dates])


# ---------------------------------------------------------------- signals


class _Signal(NamedTuple):
    """A paper's score for another is the largest product of its rows of ``asks`` with the other's column of ``tells``; ``first`` says where
    each paper's rows begin (None: one row a paper)."""

    asks: Any
    tells: Any
    first: "NDArray[np.int64] | None" = None

    def block(self, start: int, stop: int) -> "Scores":
        """Shape (stop - start, papers)."""
        if self.first is None:
            product = self.asks[start:stop] @ self.tells
            return np.asarray(product.toarray() if hasattr(product, "toarray") else product, float)
        first = self.first[start : stop + 1]
        return np.asarray(np.maximum.reduceat(self.asks[first[0] : first[-1]] @ self.tells, first[:-1] - first[0], axis=0), float)


def _scores(papers: Sequence[Paper], statements: Sequence[Statement], embedder: Embedder) -> "Iterator[tuple[int, Scores]]":
    """(the first row, scores of shape (rows, papers)), block by block."""
    signals = _signals(papers, statements, embedder)
    spread = [max(float(signal.block(0, min(_SPREAD_FROM, len(papers))).std()), 1e-9) for signal in signals]
    for start in range(0, len(papers), _ROWS):
        stop = min(start + _ROWS, len(papers))
        yield start, np.sum([signal.block(start, stop) / one for signal, one in zip(signals, spread, strict=True)], axis=0)


def _signals(papers: Sequence[Paper], statements: Sequence[Statement], embedder: Embedder) -> list[_Signal]:
    said: dict[str, list[Statement]] = {p.key: [] for p in papers}
    for statement in sorted(statements, key=lambda s: s.id):
        said[statement.quote.key].append(statement)
    titles = [stems(p.name) for p in papers]
    texts = [stems(" ".join([p.gist, *(s.quote.text for s in said[p.key] if s.quote.text not in p.gist)])) for p in papers]
    told = [Counter(title * _TITLE + text) for title, text in zip(titles, texts, strict=True)]
    column = {word: n for n, word in enumerate(sorted({word for counts in told for word in counts}))}
    counts = _matrix(told, column)
    tfidf = _tfidf(counts)
    name, gist = embedder.embed([p.name for p in papers]), embedder.embed([p.gist for p in papers])
    own = [said[p.key] for p in papers]
    each = embedder.embed([text for p in papers for text in (p.name, *(s.quote.text for s in said[p.key]))])
    first = np.cumsum([0, *(1 + len(of) for of in own)])
    return [
        _Signal(_matrix([Counter(set(title)) for title in titles], column), _bm25(counts).T.tocsr()),
        _Signal(tfidf, tfidf.T.tocsr()),
        _Signal(name, gist.T),
        _Signal(_did(each, own, first), gist.T),
        _Signal(each, name.T, first),
    ]


def _did(each: "Vectors", own: Sequence[Sequence[Statement]], first: "NDArray[np.int64]") -> "Vectors":
    """What each paper did: the mean of its title and of its statements of purpose, method and what it resolves."""
    vectors = each[first[:-1]].copy()
    for row, (start, of) in enumerate(zip(first, own, strict=False)):
        if did := [start + n for n, statement in enumerate(of, start=1) if statement.role in (*DOING, "result")]:
            vectors[row] += each[did].mean(axis=0)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


def _matrix(told: Sequence[Counter[str]], column: Mapping[str, int]) -> "csr_array":
    from scipy.sparse import csr_array

    cells = [(row, column[word], count) for row, counts in enumerate(told) for word, count in sorted(counts.items())]
    rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    return csr_array((np.array(values, float), (rows, columns)), shape=(len(told), max(1, len(column))))


def _rarity(counts: "csr_array") -> "Scores":
    n = counts.shape[0]
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.asarray(np.log(1 + (n - df + 0.5) / (df + 0.5)))


def _bm25(counts: "csr_array") -> "csr_array":
    """What each word adds to each paper's score."""
    length = counts.sum(axis=1)
    norm = _K1 * (1 - _B + _B * length / max(float(length.mean()), 1e-9))
    return _with(counts, counts.data * (_K1 + 1) / (counts.data + norm[_rows(counts)]) * _rarity(counts)[counts.indices])


def _tfidf(counts: "csr_array") -> "csr_array":
    weighted = (1 + np.log(counts.data)) * _rarity(counts)[counts.indices]
    length = np.sqrt(np.bincount(_rows(counts), weighted**2, minlength=counts.shape[0]))
    return _with(counts, weighted / np.maximum(length, 1e-9)[_rows(counts)])


def _rows(counts: "csr_array") -> "NDArray[np.int64]":
    """The row of each cell."""
    return np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))


def _with(counts: "csr_array", values: "Scores") -> "csr_array":
    from scipy.sparse import csr_array

    return csr_array((values, counts.indices, counts.indptr), shape=counts.shape)
