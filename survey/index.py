"""Search over the passages of a library: words (BM25) and vectors (Chroma) propose, their sentences decide.

A passage scores by its BM25, by the share of the question's words that one of its sentences holds, and by its nearest sentence's vector.
The method and its weights were chosen on one half of COVID-QA and tried on the other: docs/retrieval.md.

The index is disposable. It is built from the library alone, with the vectors kept there, into a fresh folder beside the old one; a pointer
file then names the new one. Chroma neither survives two writers nor notices a damaged file, so nothing is changed in place, and what
lies there is compared with its checksums and probed before it is used.
"""

import hashlib
import json
import math
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey.embedding import Embedder, Remembered
from survey.errors import StorageError
from survey.library import Library
from survey.records import Hit, PartKind, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = 1
"""Raise it when what is written changes: an index of another format is built anew."""

CANDIDATES = 50
"""Passages taken from each of BM25 and the vectors; more changed nothing (docs/retrieval.md)."""
RANKED_ANEW = 20
"""Best passages whose sentences the finer embedder reads: about 100 sentences, half a second."""
COVERAGE_WEIGHT = 0.6
SENTENCE_WEIGHT = 1.2
"""Beside BM25 with weight 1 (its best passage counts 1)."""
EMBED_BATCH = 512
GRAPH_ON_DISK = 1000
"""From so many passages on, Chroma's graph files hold something. Below, all is in its SQLite file, and they whatever was in memory."""
GRAPH = {"space": "cosine", "ef_construction": 400, "ef_search": 500, "num_threads": 1, "sync_threshold": GRAPH_ON_DISK}
GRAPH_SLACK = 4
"""Chroma's graph differs from build to build. This wide and asked for four times as many, it finds .9993 of the nearest 50 of 14,000."""
POINTER = "index"
STALE_SECONDS = 3600.0
"""A folder that no pointer names and nobody wrote to for so long was left by a killed build."""


@dataclass
class _Generation:
    """An opened index folder: row ``i`` of the BM25 matrix and Chroma id "i" are ``passages[i]``."""

    name: str
    client: Any
    collection: Any
    words: Any
    passages: list[Passage]


class Index:
    """The index over the passages of ``library``.

    It lies in ``directory`` (the workspace's ``store``) as a folder ``index-…``, named by the file ``index``.
    ``embedder`` makes the vectors of the passages and of the candidates' sentences; ``fine``, if given, ranks the best few anew.
    ``quick``, if given, takes the sentences over: an ``embedder`` on a server is too slow and too dear for these.
    Safe for the threads of one process; other processes may search the same folder while one builds.
    """

    def __init__(
        self, directory: Path, library: Library, embedder: Embedder, fine: Embedder | None = None, quick: Embedder | None = None
    ) -> None:
        self._directory = directory
        self._library = library
        # the vectors of passages are kept; those of questions and of candidates' sentences are made faster than looked up
        bare = embedder.embedder if isinstance(embedder, Remembered) else embedder
        self._remembered = Remembered(bare, library)
        self._embedder = self._remembered if quick else bare
        self._quick = quick or bare
        self._fine = fine
        self._lock = threading.RLock()
        self._open: _Generation | None = None
        self._sentences: dict[str, list[tuple[int, int]]] = {}

    def close(self) -> None:
        with self._lock:
            if self._open and self._open.client:
                self._open.client.close()
            self._open = None

    def is_stale(self) -> bool:
        """Is there something to do for :meth:`sync`: the library changed, or the index is missing, damaged or of another embedder?"""
        with self._lock:
            return not self._load(self._fingerprint())

    def sync(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Bring the index up to the library. Costs a comparison of digests if nothing changed; else only new texts are embedded.

        ``progress`` is told (passages done, passages in all). Raises :class:`StorageError` if the folder cannot be written.
        """
        with self._lock:
            wanted = self._fingerprint()
            if self._load(wanted):
                return
            try:
                self._build(wanted, progress or (lambda done, total: None))
            except OSError as error:
                raise StorageError(f"{self._directory}: the index cannot be written ({error}). Make room on the disk.") from error
            if not self._load(wanted):
                raise StorageError(f"{self._directory}: the index was built but cannot be read. Check the disk, try again.")

    def search(
        self, query: str, k: int = 10, keys: Collection[str] | None = None, *, sections: Collection[PartKind] = (), closely: bool = True
    ) -> list[Hit]:
        """The ``k`` best passages for ``query`` among the papers ``keys`` (None: all), best first; [] if no passage has any of its words.

        With ``sections``, passages of these kinds of sections alone. Equal scores are ordered by passage id. ``closely``: the
        finer embedder, if there is one, ranks the best few anew.
        """
        import numpy as np  # heavy for `survey --help`

        with self._lock:
            if not self._open or self._pointer() != self._open.name:
                self.sync()
            here = self._open
            if here is None or not here.passages or here.words is None or k < 1:
                return []
            terms = [term for term in _terms([query])[0] if term in here.words.vocab_dict]
            if not terms:
                return []
            words = np.asarray(here.words.get_scores(terms), dtype=np.float64)
            rows = np.arange(len(here.passages))
            if keys is not None:
                wanted = set(keys)
                rows = np.array([row for row, passage in enumerate(here.passages) if passage.key in wanted], dtype=int)
            if sections:
                rows = np.array([row for row in rows if self._kind(here.passages[row]) in sections], dtype=int)
            if not len(rows) or words[rows].max() <= 0:
                return []
            depth = max(CANDIDATES, k)
            if len(rows) > depth:
                by_words = rows[np.argsort(-words[rows], kind="stable")[:depth]]
                by_vector = self._nearest(here, query, rows, depth, whole=keys is None and not sections)
                rows = np.union1d(by_words[words[by_words] > 0], by_vector)
            return self._ranked(here, query, terms, rows, words[rows] / words[rows].max(), self._fine if closely else None)[:k]

    # ------------------------------------------------------------ scoring

    def _nearest(self, here: _Generation, query: str, rows: "NDArray[Any]", depth: int, *, whole: bool) -> "NDArray[Any]":
        """The ``depth`` of ``rows`` whose vectors are nearest. Chroma's filtered queries bring too few: a selection is compared exactly."""
        import numpy as np

        vector = self._embedder.embed([query])
        if whole:
            found = here.collection.query(query_embeddings=vector, n_results=min(GRAPH_SLACK * depth, len(rows)), include=[])
            return np.array([int(row) for row in found["ids"][0][:depth]], dtype=int)
        near = self._remembered.embed([here.passages[row].text for row in rows]) @ vector[0]
        return rows[np.argsort(-near, kind="stable")[:depth]]

    def _ranked(
        self, here: _Generation, query: str, terms: Sequence[str], rows: "NDArray[Any]", words: "NDArray[Any]", fine: Embedder | None
    ) -> list[Hit]:
        texts = [self._sentence_texts(here.passages[row]) for row in rows]
        told = words + COVERAGE_WEIGHT * self._coverage(here, terms, texts)
        scores = told + SENTENCE_WEIGHT * _nearest_sentence(self._quick, query, texts)
        order = sorted(range(len(rows)), key=lambda n: (-round(float(scores[n]), 9), here.passages[rows[n]].id))
        if fine:
            best, rest = order[:RANKED_ANEW], order[RANKED_ANEW:]
            scores[best] = told[best] + SENTENCE_WEIGHT * _nearest_sentence(fine, query, [texts[n] for n in best])
            best.sort(key=lambda n: (-round(float(scores[n]), 9), here.passages[rows[n]].id))
            if rest:  # they were weighed otherwise: keep them behind, in their order
                scores[rest] = scores[rest].clip(max=scores[best].min())
            order = best + rest
        most = 1 + COVERAGE_WEIGHT + SENTENCE_WEIGHT
        hits = [Hit(passage=here.passages[rows[n]], score=round(min(scores[n] / most, 1.0), 6)) for n in order]
        return [hit for hit in hits if hit.score > 0]

    def _coverage(self, here: _Generation, terms: Sequence[str], texts: Sequence[Sequence[str]]) -> "NDArray[Any]":
        """For each passage the largest share of the query's terms, weighted by their rarity, that stand in one of its sentences."""
        import numpy as np

        ends = here.words.scores["indptr"]
        count = len(here.passages)
        rarity: dict[str, float] = {}
        for term in terms:
            column = here.words.vocab_dict[term]
            holding = int(ends[column + 1]) - int(ends[column])
            rarity[term] = math.log(1 + (count - holding + 0.5) / (holding + 0.5))  # BM25's idf (Lucene)
        held = _terms([text for sentences in texts for text in sentences])
        shares = np.array([sum(weight for term, weight in rarity.items() if term in words) for words in map(set, held)])
        return np.asarray(np.maximum.reduceat(shares, _starts(texts))) / sum(rarity.values())

    def _kind(self, passage: Passage) -> PartKind | None:
        paper = self._library.paper(passage.key)
        part = paper.part_of(passage.start) if paper else None
        return part.kind if part else None

    def _sentence_texts(self, passage: Passage) -> list[str]:
        if passage.key not in self._sentences:
            self._sentences[passage.key] = [(s.start, s.end) for s in self._library.sentences(passage.key)]
        inside = [(start, end) for start, end in self._sentences[passage.key] if passage.start <= start and end <= passage.end]
        return [passage.text[start - passage.start : end - passage.start] for start, end in inside] or [passage.text]

    # ------------------------------------------------------------ building and opening

    def _fingerprint(self) -> str:
        """Of everything that the index is made from: another fingerprint, another index."""
        made_from = [FORMAT, self._embedder.name, self._embedder.dimension, self._library.passage_digests(), self._library.titles()]
        return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()

    def _pointer(self) -> str:
        try:
            return (self._directory / POINTER).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _build(self, fingerprint: str, progress: Callable[[int, int], None]) -> None:
        self.close()
        old = self._pointer()
        name = f"index-{uuid.uuid4().hex[:12]}"
        folder = self._directory / name
        folder.mkdir(parents=True)
        passages = self._library.passages()
        titles = self._library.titles()
        if passages:
            _write_words(folder / "words", [passage.id for passage in passages], [f"{titles.get(p.key, '')}\n{p.text}" for p in passages])
            self._write_vectors(folder / "vectors", passages, progress)
        state = {"fingerprint": fingerprint, "passages": len(passages), "files": _checksums(folder, len(passages))}
        (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
        pointer = self._directory / f"{name}.pointer"
        pointer.write_text(name, encoding="utf-8")
        pointer.replace(self._directory / POINTER)
        for other in self._directory.glob("index-*"):
            if other.name == old or (other.name != name and time.time() - other.stat().st_mtime > STALE_SECONDS):
                shutil.rmtree(other, ignore_errors=True)

    def _write_vectors(self, folder: Path, passages: Sequence[Passage], progress: Callable[[int, int], None]) -> None:
        client = _chroma(folder)
        try:
            collection = client.create_collection("passages", embedding_function=None, configuration={"hnsw": GRAPH})
            batch = min(EMBED_BATCH, client.get_max_batch_size())
            for first in range(0, len(passages), batch):
                piece = passages[first : first + batch]
                rows = [str(first + n) for n in range(len(piece))]
                vectors = self._remembered.embed([passage.text for passage in piece])
                collection.upsert(ids=rows, embeddings=vectors, metadatas=[{"id": p.id, "key": p.key} for p in piece])
                progress(first + len(piece), len(passages))
        finally:
            client.close()

    def _load(self, fingerprint: str) -> bool:
        """Open what the pointer names if it is whole and made from what the library holds now."""
        name = self._pointer()
        if self._open and self._open.name == name and self._state(name).get("fingerprint") == fingerprint:
            return True
        self.close()
        folder = self._directory / name
        state = self._state(name)
        passages = self._library.passages()
        if state.get("fingerprint") != fingerprint or state.get("files") != _checksums(folder, len(passages)):
            return False
        self._sentences.clear()
        if not passages:
            self._open = _Generation(name, None, None, None, [])
            return True
        client = None
        try:
            words = _read_words(folder / "words")
            client = _chroma(folder / "vectors")
            collection = client.get_collection("passages", embedding_function=None)
            whole = collection.count() == len(passages) == state["passages"] and self._probe(collection, passages)
        except Exception:  # whatever is wrong with the files, in Chroma's or SQLite's own words, the cure is the same: build anew
            whole = False
        if not whole:
            if client:
                client.close()
            return False
        self._open = _Generation(name, client, collection, words, passages)
        return True

    def _state(self, name: str) -> dict[str, Any]:
        try:
            state = json.loads((self._directory / name / "state.json").read_text(encoding="utf-8")) if name else {}
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _probe(self, collection: Any, passages: Sequence[Passage]) -> bool:
        """Does a passage's own vector find something as near as itself? Chroma counts rows that it can no longer reach."""
        rows = sorted({0, len(passages) // 2, len(passages) - 1})
        vectors = self._remembered.embed([passages[row].text for row in rows])
        found = collection.query(query_embeddings=vectors, n_results=1, include=["distances"])
        return all(len(near) == 1 and near[0] < 1e-3 for near, v in zip(found["distances"], vectors, strict=True) if v.any())


def _nearest_sentence(embedder: Embedder, query: str, texts: Sequence[Sequence[str]]) -> "NDArray[np.float64]":
    """For each passage the cosine of the query with the nearest of its sentences, at least 0."""
    import numpy as np

    near = embedder.embed([text for sentences in texts for text in sentences]) @ embedder.embed([query])[0]
    return np.maximum(np.maximum.reduceat(near, _starts(texts)), 0).astype(np.float64)


def _starts(texts: Sequence[Sequence[str]]) -> list[int]:
    """Where the sentences of each passage begin when all of them stand in one row."""
    return [0, *accumulate(len(sentences) for sentences in texts[:-1])]


def _terms(texts: Sequence[str]) -> list[list[str]]:
    """The stems of the words of each text, stop words left out: as llama-index's ``BM25Retriever`` takes them."""
    import bm25s
    import Stemmer

    return list(bm25s.tokenize(list(texts), stopwords="en", stemmer=Stemmer.Stemmer("english"), return_ids=False, show_progress=False))


def _write_words(folder: Path, ids: Sequence[str], texts: Sequence[str]) -> None:
    """The BM25 index as llama-index keeps it; ``BM25Retriever.from_persist_dir`` opens it too. Nothing if no text has a word."""
    if not any(_terms([text])[0] for text in texts):
        return
    from llama_index.core.schema import TextNode  # heavy: 2 s
    from llama_index.retrievers.bm25 import BM25Retriever

    retriever = BM25Retriever(nodes=[TextNode(id_=i, text=text) for i, text in zip(ids, texts, strict=True)], similarity_top_k=1)
    folder.mkdir()
    retriever.persist(str(folder), show_progress=False)


def _read_words(folder: Path) -> Any:
    if not folder.is_dir():
        return None
    import bm25s

    return bm25s.BM25.load(folder, load_corpus=False, show_progress=False)


def _chroma(folder: Path) -> Any:
    import chromadb  # heavy: 1.3 s
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def _checksums(folder: Path, passages: int) -> dict[str, str]:
    """Path → sha256 of the files that reading leaves alone. Chroma touches its SQLite file on opening, and reports damage there itself."""
    touched = ("state.json", "vectors/chroma.sqlite3" if passages >= GRAPH_ON_DISK else "vectors/")
    return {name: digest for name, digest in _digests(folder) if not name.startswith(touched)}


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                yield path.relative_to(folder).as_posix(), hashlib.file_digest(file, "sha256").hexdigest()
