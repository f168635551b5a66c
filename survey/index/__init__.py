"""Search over the passages of a library: words (BM25) and vectors (Chroma) propose, their sentences decide.

A passage scores by its BM25, by how many of the question's words one of its sentences holds and how many of them side by side, by its
nearest sentence's vector and by its own. The method and its weights were chosen on one half of COVID-QA and tried on the other:
docs/retrieval.md. All that a search needs of a passage was made when the index was built.

The index is disposable. It is built from the library alone, with the vectors kept there, into a fresh folder beside the old one, probed in
a child process, and forced to the disk; a pointer file then names it, and the old one is removed. Chroma neither survives two writers nor
notices a damaged file, and some damage ends the process: so nothing is changed in place, and every byte is compared with its checksum
before it is used.
"""

import hashlib
import json
import platform
import shutil
import threading
import uuid
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey.durable import check_handles
from survey.embedding import Embedder, Remembered
from survey.errors import StorageError, cure_of
from survey.index import folders, probing
from survey.index.sentences import Sentences, write_sentences
from survey.index.vectors import UNREACHED, Vectors, write_unreached, write_vectors
from survey.index.words import Asked, Numbering, Words, write_words
from survey.library import Library
from survey.records import PART_KINDS, Ailment, Hit, Part, PartKind, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = 3
"""Raise it when what is written changes: an index of another format is built anew."""

BY_WORDS, BY_VECTOR = 60, 20
"""Passages that BM25 and the vectors propose; more changed nothing (docs/retrieval.md)."""
RANKED_ANEW = 20
"""Best passages whose sentences the finer embedder reads: about 100 sentences, half a second."""
HELD_WEIGHT, PAIRS_WEIGHT, SENTENCE_WEIGHT, PASSAGE_WEIGHT = 1.25, 1.0, 0.75, 0.5
FINE_WEIGHT = 1.5
"""Beside BM25 with weight 1 (its best passage counts 1); the last in place of SENTENCE_WEIGHT where the finer embedder reads."""
OUTDATED = "it was made from another state of the library, or by another version"
_FILES = 48
"""Most that are open while an index is built and opened. Chroma says of one too many that it cannot open its database, or nothing."""
Progress = Callable[[int, int], None]
"""Told (passages done, passages in all)."""


@dataclass(frozen=True)
class _Question:
    """``vector`` to compare with those of passages, ``quick`` with those of sentences."""

    text: str
    asked: Asked
    vector: "NDArray[np.float32]"
    quick: "NDArray[np.float32]"


@dataclass(frozen=True)
class _Generation:
    """An opened index folder: row ``i`` of every array, and Chroma's id "i", are the passage ``ids[i]`` of the paper
    ``keys[papers[i]]``."""

    ids: list[str]
    keys: list[str]
    papers: "NDArray[np.intp]"
    kinds: "NDArray[np.uint8]"
    words: Words
    sentences: Sentences
    vectors: Vectors


class Index:
    """The index over the passages of ``library``.

    It lies in ``directory`` (the workspace's ``store``) as a folder ``index-…``, named by the file ``index``.
    ``embedder`` makes the vectors of passages and questions; ``fine``, if given, ranks the best few anew. ``quick``, if given, takes the
    sentences over: an ``embedder`` on a server is too slow and too dear for these.
    Safe for the threads of one process; other processes may search the same folder while one builds. Whoever builds holds the lock of the
    workspace (:mod:`survey.locking`).
    """

    def __init__(
        self, directory: Path, library: Library, embedder: Embedder, fine: Embedder | None = None, quick: Embedder | None = None
    ) -> None:
        self._directory = directory
        self._pointer_path = directory / folders.POINTER
        self._library = library
        # the vectors of passages are kept; those of questions and of sentences are made faster than looked up
        bare = embedder.embedder if isinstance(embedder, Remembered) else embedder
        self._remembered = Remembered(bare, library)
        self._embedder = self._remembered if quick else bare
        self._quick = quick or bare
        self._fine = fine
        self._lock = threading.RLock()
        self._open: _Generation | None = None
        self._opened = ""
        self._mark: tuple[int, ...] = ()

    def close(self) -> None:
        with self._lock:
            if self._open:
                self._open.vectors.close()
            self._open, self._opened = None, ""

    def is_stale(self) -> bool:
        """Is there something to do for :meth:`sync`: the library changed, or the index is missing, damaged or of another embedder?"""
        with self._lock:
            return not self._load(self._fingerprint())

    def stands(self) -> bool:
        """Opens the index as it lies there, though the library has changed since, for a reader while another process is about to renew it.
        Passages that are gone are not found then. False where there is none that is whole."""
        with self._lock:
            name = folders.named(self._directory)
            made_of = folders.state(self._directory / name).get("fingerprint") if name else None
            return isinstance(made_of, str) and self._load(made_of)

    def _stands_soon(self) -> bool:
        """A second look where another process put the next index in place, and removed this one, during the first."""
        mark = self._pointer_mark()
        return self.stands() or (self._pointer_mark() != mark and self.stands())

    def sync(self, progress: Progress | None = None) -> None:
        """Bring the index up to the library. Costs a comparison of digests if nothing changed; else only new passages are embedded.

        Raises :class:`StorageError` if the folder cannot be written, or what was written cannot be searched. Whatever is
        raised, a server's fault among it, the index before stands, and the vectors that came are kept.
        """
        self._renew(progress, anew=False)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Build the index anew, whatever is there. Raises as :meth:`sync`."""
        self._renew(progress, anew=True)

    def _renew(self, progress: Progress | None, anew: bool) -> None:
        with self._lock:
            wanted = self._fingerprint()
            if not anew and self._load(wanted):
                return
            try:
                check_handles(_FILES)
                self._build(wanted, progress or (lambda done, total: None))
            except OSError as error:
                cure = cure_of(error, "--workspace") or "Make room on the disk."
                raise StorageError(f"{self._directory}: the index cannot be written ({error.strerror or error}). {cure}") from error
            except probing.ProbeFailed as error:
                raise StorageError(
                    f"{self._directory}: the index was built but not searched ({error}). Check the disk, try again."
                ) from error
            if not self._load(wanted):
                raise StorageError(f"{self._directory}: the index was built but cannot be read. Check the disk, try again.")

    def check(self) -> list[Ailment]:
        """What is wrong with the index as it lies there: each of its bytes, and in a child process each passage's own vector. All of it can
        be built anew."""
        with self._lock:
            name = folders.named(self._directory)
            folder, state = self._directory / name, folders.state(self._directory / name) if name else {}
            wrong = {} if state.get("fingerprint") == self._fingerprint() else {folders.POINTER: _no_state(state)}
            if not name and not self._library.passage_digests():
                wrong = {}  # nothing was indexed yet
            damaged = {f"{name}/{file}": fault for file, fault in folders.faults(folder, state.get("files", {})).items()}
            if not damaged and (folder / "vectors").is_dir():
                damaged = {f"{name}/vectors": fault for fault in _unfound(folder / "vectors")}
            left = {other.name: "it was left by a build that did not end" for other in folders.leftovers(self._directory)}
        faults = {**wrong, **damaged, **left}.items()
        cure = "build it anew: survey rebuild"
        place = self._directory.name
        return [Ailment(part="index", place=f"{place}/{file}", fault=fault, cure=cure, mendable=True) for file, fault in faults]

    def search(
        self, query: str, k: int = 10, keys: Collection[str] | None = None, *, sections: Collection[PartKind] = (), closely: bool = True
    ) -> list[Hit]:
        """The ``k`` best passages for ``query`` among the papers ``keys`` (None: all), best first; [] if no passage has any of its words.

        With ``sections``, passages of these kinds of sections alone. Equal scores are ordered by passage id. ``closely``: the
        finer embedder, if there is one, ranks the best few anew.

        Builds nothing: finds what stands there, also if another process has renewed it since. Raises :class:`StorageError` if none does.
        """
        with self._lock:
            if (not self._opened or self._pointer_mark() != self._mark) and not self._stands_soon():
                raise StorageError(f"{self._directory}: there is no index that is whole. Build it anew: survey rebuild")
            here = self._open
            asked = here.words.asked(query) if here and k > 0 else None
            if here is None or asked is None:
                return []
            words = here.words.scores(asked)
            among = _among(here, keys, sections)
            if among is not None:
                words[~among] = 0
            best = float(words.max(initial=0))
            if best <= 0:
                return []
            vector = self._embedder.embed([query])[0]
            rows = _proposed(here, words, vector, max(BY_WORDS, k), among)
            question = _Question(query, asked, vector, vector if self._quick is self._embedder else self._quick.embed([query])[0])
            return self._ranked(here, question, rows, words[rows] / best, self._fine if closely else None, k)

    # ------------------------------------------------------------ scoring

    def _ranked(
        self, here: _Generation, question: _Question, rows: "NDArray[np.intp]", words: "NDArray[Any]", fine: Embedder | None, k: int
    ) -> list[Hit]:
        """The best ``k`` of ``rows``; ``words`` is the BM25 of each, at most 1."""
        import numpy as np  # heavy for `survey --help`

        held, pairs = here.sentences.held(question.asked, rows, here.papers[rows])
        cosines = here.vectors.cosines(question.vector, rows)
        told = words + HELD_WEIGHT * held + PAIRS_WEIGHT * pairs + PASSAGE_WEIGHT * cosines
        scores = told + SENTENCE_WEIGHT * here.sentences.near(question.quick, rows)
        names = [here.ids[row] for row in rows]
        order = _order(scores, names, range(len(rows)))
        most = 1 + HELD_WEIGHT + PAIRS_WEIGHT + PASSAGE_WEIGHT + (FINE_WEIGHT if fine else SENTENCE_WEIGHT)
        first = order[: max(k, RANKED_ANEW if fine else 0)]
        held_there = self._library.passages_named([names[n] for n in first])
        passages = {n: held_there[names[n]] for n in first if names[n] in held_there}
        if fine:
            best = [n for n in order[:RANKED_ANEW] if n in passages]
            near = _nearest_sentence(fine, question.text, [here.sentences.texts(int(rows[n]), passages[n].text) for n in best])
            scores[best] = told[best] + FINE_WEIGHT * near
            order = _order(scores, names, best) + [n for n in order if n not in best]
            scores[order] = np.minimum.accumulate(scores[order])  # the rest were weighed otherwise: they stay behind, in their order
        hits = [Hit(passage=passages[n], score=round(min(float(scores[n]) / most, 1.0), 6)) for n in order[:k] if n in passages]
        return [hit for hit in hits if hit.score > 0]

    # ------------------------------------------------------------ building and opening

    def _fingerprint(self) -> str:
        """Of everything that the index is made from and read by: another fingerprint, another index."""
        embedders = [(embedder.name, embedder.dimension) for embedder in (self._embedder, self._quick)]
        library = [self._library.passage_digests(), self._library.titles(), self._library.parts()]
        program = [FORMAT, version("chromadb"), platform.machine()]
        return hashlib.sha256(json.dumps([program, embedders, library]).encode()).hexdigest()

    def _pointer_mark(self) -> tuple[int, ...]:
        """Changes when the pointer does; cheaper than reading it."""
        try:
            seen = self._pointer_path.stat()
        except OSError:
            return ()
        return seen.st_ino, seen.st_mtime_ns, seen.st_size

    def _build(self, fingerprint: str, progress: Progress) -> None:
        self.close()
        folder = self._directory / f"index-{uuid.uuid4().hex[:12]}"
        try:
            folder.mkdir(parents=True)
            folders.finish(folder, fingerprint, self._write(folder, progress))
            folders.use(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _write(self, folder: Path, progress: Progress) -> int:
        """Writes what the index holds; returns the number of its passages. The vectors first, since only they can cost money; they are
        probed while the rest is made."""
        passages = self._library.passages()
        if not passages:
            return 0
        probing.warm()
        write_vectors(folder / "vectors", [passage.text for passage in passages], self._remembered, progress)
        with ThreadPoolExecutor(1, "probing") as threads:
            unreached = threads.submit(probing.probe, folder / "vectors")
            try:
                self._write_texts(folder, passages)
            except BaseException:
                probing.stop()
                raise
        write_unreached(folder / "vectors", unreached.result())
        return len(passages)

    def _write_texts(self, folder: Path, passages: Sequence[Passage]) -> None:
        import numpy as np

        keys = sorted({passage.key for passage in passages})
        numbers = {key: n for n, key in enumerate(keys)}
        papers = [numbers[passage.key] for passage in passages]
        spans = _spans(passages, self._library)
        titles, numbering = self._library.titles(), Numbering()
        told = [titles.get(key, "") for key in keys]
        said = write_sentences(folder / "sentences", passages, spans, told, self._quick, numbering)
        if numbering.stems:
            of_title = [numbering.of(title) for title in told]
            write_words(
                folder / "words", [p.id for p in passages], [of_title[n] + s for n, s in zip(papers, said, strict=True)], numbering.stems
            )
        np.save(folder / "papers.npy", np.array(papers, dtype=np.int32))
        np.save(folder / "kinds.npy", np.array(_kinds(passages, self._library), dtype=np.uint8))
        (folder / "names.json").write_text(json.dumps({"keys": keys, "ids": [p.id for p in passages]}), encoding="utf-8")

    def _load(self, fingerprint: str) -> bool:
        """Open what the pointer names if it is whole and made from what the library holds now."""
        mark, name = self._pointer_mark(), folders.named(self._directory)
        state = folders.state(self._directory / name) if name else {}
        if state.get("fingerprint") != fingerprint:
            self.close()
            return False
        if self._opened != name:
            self.close()
            if folders.faults(self._directory / name, state["files"]):
                return False
            if state["passages"] and "words/params.index.json" in state["files"]:  # else no passage has a word
                self._open = _opened(self._directory / name, state["passages"])
                if self._open is None:
                    return False
        self._opened, self._mark = name, mark
        return True


def _opened(folder: Path, count: int) -> _Generation | None:
    """None if the folder does not hold ``count`` passages."""
    import numpy as np

    opened = None
    try:
        opened = Vectors(folder / "vectors")
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        if opened.count() == len(names["ids"]) == count:
            opened.unreached(0, 1)  # Chroma reads its graph when it is first asked, and the folder may be gone by then
            papers, kinds = np.load(folder / "papers.npy").astype(np.intp), np.load(folder / "kinds.npy")
            return _Generation(names["ids"], names["keys"], papers, kinds, Words(folder / "words"), Sentences(folder / "sentences"), opened)
    except Exception:  # the bytes are right, so Chroma's copy failed, or another process removed the folder: the cure is the same
        pass
    if opened:
        opened.close()
    return None


def _no_state(state: dict[str, Any]) -> str:
    return OUTDATED if state else "there is no index, or what it was is lost"


def _unfound(folder: Path) -> list[str]:
    """What is wrong with vectors whose bytes are those that were written."""
    import numpy as np

    try:
        unreached = set(probing.probe(folder)).difference(np.load(folder / UNREACHED).tolist())
    except probing.ProbeFailed as error:
        return [str(error)]
    if len(unreached) == 1:
        return ["1 passage is not found by its own vector"]
    return [f"{len(unreached)} passages are not found by their own vectors"] if unreached else []


def _among(here: _Generation, keys: Collection[str] | None, sections: Collection[PartKind]) -> "NDArray[np.bool_] | None":
    """Which passages are of these papers and kinds of sections; None: all."""
    import numpy as np

    if keys is None and not sections:
        return None
    among = np.ones(len(here.ids), dtype=bool)
    if keys is not None:
        wanted = set(keys)
        among &= np.array([key in wanted for key in here.keys], dtype=bool)[here.papers]
    if sections:
        among &= np.array([kind in sections for kind in PART_KINDS] + [False], dtype=bool)[here.kinds]
    return among


def _proposed(
    here: _Generation, words: "NDArray[np.float32]", vector: "NDArray[np.float32]", depth: int, among: "NDArray[np.bool_] | None"
) -> "NDArray[np.intp]":
    """The rows to be ranked: the ``depth`` best by words and the nearest by vector."""
    import numpy as np

    near = here.vectors.nearest(vector, BY_VECTOR, None if among is None else np.flatnonzero(among))
    return np.union1d(_largest(words, depth), near)


def _largest(scores: "NDArray[np.float32]", count: int) -> "NDArray[np.intp]":
    """Where the ``count`` largest of the positive ``scores`` stand; of equal ones the first."""
    import numpy as np

    rows = np.flatnonzero(scores > scores.max() / 2)  # mostly enough, and few
    if len(rows) < count:
        rows = np.flatnonzero(scores > 0)
    if len(rows) > count:
        edge = np.partition(scores[rows], len(rows) - count)[len(rows) - count]
        rows = rows[scores[rows] >= edge]
    return rows[np.argsort(-scores[rows], kind="stable")[:count]]


def _order(scores: "NDArray[Any]", names: Sequence[str], chosen: Iterable[int]) -> list[int]:
    """Best first, equal ones by name. What stands beyond the sixth digit depends on how many were reckoned at once."""
    return sorted(chosen, key=lambda n: (-round(float(scores[n]), 6), names[n]))


def _nearest_sentence(embedder: Embedder, query: str, texts: Sequence[Sequence[str]]) -> "NDArray[np.float64]":
    """For each passage the cosine of the query with the nearest of its sentences, at least 0."""
    import numpy as np

    if not texts:
        return np.zeros(0)
    near = embedder.embed([text for sentences in texts for text in sentences]) @ embedder.embed([query])[0]
    starts = np.cumsum([0, *(len(sentences) for sentences in texts[:-1])])
    return np.maximum(np.maximum.reduceat(near, starts), 0).astype(np.float64)


def _spans(passages: Sequence[Passage], library: Library) -> list[list[tuple[int, int]]]:
    """The sentences of each passage, as places in its text; all of it if there are none."""
    spans: list[list[tuple[int, int]]] = []
    for key, own in groupby(passages, key=lambda passage: passage.key):
        sentences = library.sentences(key)
        starts = [sentence.start for sentence in sentences]
        for passage in own:
            here = sentences[bisect_left(starts, passage.start) : bisect_left(starts, passage.end)]
            inside = [(s.start - passage.start, s.end - passage.start) for s in here if s.end <= passage.end]
            spans.append(inside or [(0, len(passage.text))])
    return spans


def _kinds(passages: Sequence[Passage], library: Library) -> list[int]:
    """The kind of section in which each passage begins, as a place in ``PART_KINDS``; behind its end where a paper has no section there."""
    parts = {key: [Part.model_validate(part) for part in json.loads(told)] for key, told in library.parts().items()}
    found = (next((part for part in parts.get(p.key, ()) if part.start <= p.start < part.end), None) for p in passages)
    return [PART_KINDS.index(part.kind) if part else len(PART_KINDS) for part in found]
