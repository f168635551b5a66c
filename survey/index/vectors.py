"""The vectors of the passages: in Chroma, whose graph finds the nearest of all, and in one array, for what is to be exact.

Chroma writes to its SQLite file whenever it is opened. So it is opened in a copy, and the folder stays as it was, byte for byte.
"""

import shutil
import weakref
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey.durable import end_scratch, scratch
from survey.embedding import Embedder
from survey.index.arrays import written

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 512
GRAPH = {"space": "cosine", "ef_construction": 200, "ef_search": 100, "num_threads": 1, "sync_threshold": 1000}
"""Of 100,000 passages made at random it finds .86 of the nearest 20; twice the width finds .93 and takes half as long again. What it misses
matters little beside what BM25 proposes (docs/retrieval.md)."""
EXACT = 20_000
"""Up to so many passages all vectors are compared: it takes a millisecond, as the graph does, and misses nothing."""
TOLD, UNREACHED, DATABASE = "vectors.npy", "unreached.npy", "chroma.sqlite3"
OWN, ALIKE = 10, 1e-5
"""A passage is reached if its own vector brings it among so many, or as many that are the same to so much of a cosine."""


class Vectors:
    """``folder`` as :func:`write_vectors` wrote it; opened with a damaged graph, it may end this process: see ``probing.py``."""

    def __init__(self, folder: Path, exact: int = EXACT) -> None:
        import numpy as np

        self._exact = exact
        self._rows = np.load(folder / TOLD, mmap_mode="r").view(np.ndarray)
        self._unreached = np.load(folder / UNREACHED) if (folder / UNREACHED).exists() else np.zeros(0, dtype=np.intp)
        copy, handle = scratch()
        self._end = weakref.finalize(self, end_scratch, copy, handle)
        shutil.copyfile(folder / DATABASE, copy / DATABASE)
        for graph in folder.iterdir():
            if graph.is_dir():
                _linked(graph, copy / graph.name)
        self._client = _chroma(copy)
        self._collection = self._client.get_collection("passages", embedding_function=None)

    def close(self) -> None:
        self._client.close()
        self._end()

    def count(self) -> int:
        """Of the passages, if Chroma has as many."""
        kept = int(self._collection.count())
        if kept != len(self._rows):
            raise ValueError(f"Chroma holds {kept} of {len(self._rows)} passages")
        return kept

    def unreached(self, first: int, last: int) -> list[int]:
        """Of these rows those that Chroma does not bring for their own vectors: it counts what its graph no longer reaches."""
        vectors = self._rows[first:last]
        if not len(vectors):
            return []
        found = self._collection.query(query_embeddings=vectors, n_results=min(OWN, len(self._rows)), include=["distances"])
        told = zip(range(first, last), vectors, found["ids"], found["distances"], strict=True)
        return [row for row, vector, ids, far in told if vector.any() and str(row) not in ids and not (far and far[-1] < ALIKE)]

    def cosines(self, vector: "NDArray[np.float32]", rows: "NDArray[np.intp]") -> "NDArray[Any]":
        import numpy as np

        cosines: NDArray[Any] = np.maximum(self._rows[rows] @ vector, 0)
        return cosines

    def nearest(self, vector: "NDArray[np.float32]", count: int, among: "NDArray[np.intp] | None" = None) -> "NDArray[np.intp]":
        """The ``count`` passages nearest to ``vector``, the first of equal ones. Exactly so, but among more than ``EXACT`` passages: there
        Chroma's graph chooses, save for what it does not reach. Of a choice of rows (``among``) its filtered queries bring too few."""
        import numpy as np

        if among is None:
            among = self._by_graph(vector, count) if len(self._rows) > self._exact else np.arange(len(self._rows))
        # a product with all rows is faster than a copy of many
        near = (self._rows @ vector)[among] if 4 * len(among) > len(self._rows) else self._rows[among] @ vector
        if 0 < count < len(near):
            best = np.flatnonzero(near >= np.partition(near, -count)[-count])
            among, near = among[best], near[best]
        nearest: NDArray[np.intp] = among[np.argsort(-near, kind="stable")[:count]]
        return nearest

    def _by_graph(self, vector: "NDArray[np.float32]", count: int) -> "NDArray[np.intp]":
        import numpy as np

        try:
            found = self._collection.query(query_embeddings=vector[None], n_results=min(count, len(self._rows)), include=[])
        except Exception:  # as after days, when the system has cleaned up its copy
            return np.arange(len(self._rows))
        return np.union1d(np.array([int(name) for name in found["ids"][0]], dtype=np.intp), self._unreached)


def write_vectors(folder: Path, texts: Sequence[str], embedder: Embedder, progress: Callable[[int, int], None]) -> None:
    import numpy as np

    faults = load_chroma().errors
    folder.mkdir()
    try:
        with closing(_chroma(folder)) as client, written(folder / TOLD, np.float32, (len(texts), embedder.dimension)) as write:
            collection = client.create_collection("passages", embedding_function=None, configuration={"hnsw": GRAPH})
            batch = min(BATCH, client.get_max_batch_size())
            for first in range(0, len(texts), batch):
                piece = embedder.embed(texts[first : first + batch])
                write(piece)
                collection.upsert(ids=[str(first + n) for n in range(len(piece))], embeddings=piece)
                progress(first + len(piece), len(texts))
    except faults.ChromaError as error:  # so it tells of a full disk too
        raise OSError(f"Chroma: {error}") from error
    for graph in folder.iterdir():
        if graph.is_dir() and not (graph / "index_metadata.pickle").exists():
            shutil.rmtree(graph)  # of so few passages Chroma makes it anew on opening, and leaves here whatever was in memory


def write_unreached(folder: Path, rows: Sequence[int]) -> None:
    import numpy as np

    np.save(folder / UNREACHED, np.array(rows, dtype=np.intp))


def load_chroma() -> Any:
    """Chroma reads its settings as it is imported; what it reads them with is bounded before."""
    import pydantic_settings

    theirs = pydantic_settings.BaseSettings
    pydantic_settings.BaseSettings = _bounded(theirs)  # type: ignore[misc]
    try:
        import chromadb  # heavy: 1.3 s
        import chromadb.errors
    finally:
        pydantic_settings.BaseSettings = theirs  # type: ignore[misc]
    return chromadb


def _bounded(base: Any) -> Any:
    """Settings that say what they are given, and else what is their default. A .env beside the papers, or the environment, could name a
    server, a tracer, or code to load in its place; and one that is no UTF-8 would end the command."""

    class Bounded(base):  # type: ignore[misc]
        def __init__(self, **values: Any) -> None:
            super().__init__(**values | {"_env_file": None})

        @classmethod
        def settings_customise_sources(cls, settings_cls: Any, init_settings: Any, *others: Any, **named: Any) -> tuple[Any, ...]:
            return (init_settings,)

    return Bounded


def _linked(graph: Path, place: Path) -> None:
    """Chroma only reads it."""
    try:
        place.symlink_to(graph.absolute(), target_is_directory=True)
    except OSError:  # not everybody may, on Windows
        shutil.copytree(graph, place)


def _chroma(folder: Path) -> Any:
    chroma = load_chroma()
    settings = _bounded(chroma.config.Settings)(anonymized_telemetry=False)  # whoever uses our API may have imported it before
    return chroma.PersistentClient(path=str(folder), settings=settings)
