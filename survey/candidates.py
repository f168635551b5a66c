"""Which later papers may have taken up what an earlier one left: hybrid search from each paper to the papers after it, never all pairs.

Four signals are added up, each in units of its own spread, none weighted: words of the title in what a later paper tells (BM25), all that
both tell (tf-idf), and what they mean (the title, and what the paper did, against title and abstract). A paper is found, too, by what its
nearest papers tell: half of a score is theirs. ``bench/links.py`` measures this very function against real citations.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survey.embedding import Embedder
from survey.records import Paper, Statement
from survey.terms import stems

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from survey.embedding import Vectors

    Scores = NDArray[np.float64]

DOING = ("solution", "result")
MOST = 10
"""Later papers proposed for each paper, unless they cite it."""
_TITLE = 3  # a word of the title counts as three of the text
_K1, _B = 1.5, 0.75  # BM25's usual constants (Robertson & Zaragoza 2009)
_NEIGHBOURS, _THEIR_SHARE = 5, 0.5
_ROWS = 256  # of a block: memory grows with the papers, not with their square
_SPREAD_FROM = 512  # papers that the signals' spread is taken from


class Candidate(NamedTuple):
    """A paper that may be later; ``score`` in standard deviations over an average pair, comparable within one collection."""

    key: str
    score: float


def propose(papers: Sequence[Paper], statements: Sequence[Statement], embedder: Embedder, most: int = MOST) -> dict[str, list[Candidate]]:
    """For each paper its ``most`` likeliest successors among the papers that are surely later, the likeliest first."""
    papers = sorted(papers, key=lambda p: p.key)
    if len(papers) < 2:
        return {paper.key: [] for paper in papers}
    search = _Search(papers, statements, embedder)
    born, gone = _dates([p.date for p in papers])
    found: dict[str, list[Candidate]] = {}
    for start, scores in search.blocks():
        for row, line in enumerate(np.round(scores, 6)):
            later = np.flatnonzero(born > gone[start + row])
            best = later[np.argsort(-line[later], kind="stable")[:most]]
            found[papers[start + row].key] = [Candidate(papers[n].key, float(line[n])) for n in best]
    return found


def _dates(dates: Sequence[str]) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Numbers that say what :func:`survey.records.is_later` says of each pair: later where the one's first is above the other's second."""
    known = sorted({date for date in dates if date[:4].isdigit()})
    first = [known.index(date) if date in known else -1 for date in dates]
    last = [int(np.searchsorted(known, f"{date}~")) - 1 if date in known else len(known) for date in dates]  # "~" is above every digit
    return np.array(first), np.array(last)


class _Search:
    """The signals of a collection; each gives the scores of some papers as questions (rows) to all papers (columns)."""

    def __init__(self, papers: Sequence[Paper], statements: Sequence[Statement], embedder: Embedder) -> None:
        said: Mapping[str, list[Statement]] = defaultdict(list)
        for statement in sorted(statements, key=lambda s: s.id):
            said[statement.quote.key].append(statement)
        titles = [stems(p.name) for p in papers]
        texts = [stems(f"{p.gist} " + " ".join(s.quote.text for s in said[p.key] if s.quote.text not in p.gist)) for p in papers]
        told = [Counter(title * _TITLE + text) for title, text in zip(titles, texts, strict=True)]
        words = sorted({word for counts in told for word in counts})
        column = {word: n for n, word in enumerate(words)}
        counts = _matrix(told, column)
        self._titles = _matrix([Counter(set(title)) for title in titles], column)
        self._bm25 = _bm25(counts).T.tocsr()
        self._tfidf = _tfidf(counts)
        self._tfidf_columns = self._tfidf.T.tocsr()
        self._name = embedder.embed([p.name for p in papers])
        self._gist = embedder.embed([p.gist for p in papers])
        self._did = _did(self._name, [[s for s in said[p.key] if s.role in DOING] for p in papers], embedder)
        self.count = len(papers)
        sample = [signal[np.isfinite(signal)] for signal in self._signals(slice(0, _SPREAD_FROM))]
        self._scale = [(float(s.mean()), max(float(s.std()), 1e-9)) for s in sample]

    def _signals(self, rows: slice) -> "list[Scores]":
        return [
            (self._titles[rows] @ self._bm25).toarray(),
            (self._tfidf[rows] @ self._tfidf_columns).toarray(),
            self._name[rows] @ self._gist.T,
            self._did[rows] @ self._gist.T,
        ]

    def _own(self, rows: slice) -> "Scores":
        return sum(
            ((s - mean) / spread for s, (mean, spread) in zip(self._signals(rows), self._scale, strict=True)),
            start=np.zeros((1, 1)),
        )

    def blocks(self) -> "Iterator[tuple[int, Scores]]":
        """(the first row, scores of shape (rows, papers))."""
        near = self._neighbours()
        for start in range(0, self.count, _ROWS):
            own = self._own(slice(start, start + _ROWS))
            yield start, own + _THEIR_SHARE * (near @ own.T).T

    def _neighbours(self) -> "csr_array":
        """Shape (papers, papers): in each row the nearest papers, which share 1 between them."""
        from scipy.sparse import csr_array

        few = min(_NEIGHBOURS, self.count - 1)
        columns = []
        for start in range(0, self.count, _ROWS):
            rows = slice(start, start + _ROWS)
            near = (self._tfidf[rows] @ self._tfidf_columns).toarray() / self._scale[1][1] + self._gist[rows] @ self._gist.T / self._scale[2][1]
            near[np.arange(len(near)), np.arange(start, start + len(near))] = -np.inf
            columns.append(np.argsort(-np.round(near, 6), axis=1, kind="stable")[:, :few])
        shape = self.count, self.count
        return csr_array((np.full(self.count * few, 1 / few), (np.repeat(np.arange(self.count), few), np.concatenate(columns).ravel())), shape=shape)


def _did(names: "Vectors", doing: Sequence[Sequence[Statement]], embedder: Embedder) -> "Vectors":
    """What each paper did: the mean of its title and of its statements of purpose, method and what it resolves."""
    said = embedder.embed([s.quote.text for own in doing for s in own]) if any(doing) else names[:0]
    at, vectors = 0, names.copy()
    for row, own in enumerate(doing):
        if own:
            vectors[row] += said[at : at + len(own)].mean(axis=0)
            at += len(own)
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
    lengths = counts.sum(axis=1)
    norm = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()), 1e-9))
    return _with(counts, counts.data * (_K1 + 1) / (counts.data + np.repeat(norm, np.diff(counts.indptr))) * _rarity(counts)[counts.indices])


def _tfidf(counts: "csr_array") -> "csr_array":
    weighted = (1 + np.log(counts.data)) * _rarity(counts)[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(rows, weighted**2, minlength=counts.shape[0]))
    return _with(counts, weighted / np.maximum(lengths, 1e-9)[rows])


def _with(counts: "csr_array", values: "Scores") -> "csr_array":
    from scipy.sparse import csr_array

    return csr_array((values, counts.indices, counts.indptr), shape=counts.shape)
