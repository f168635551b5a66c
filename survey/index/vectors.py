"""The vectors of the passages: in Chroma, whose graph finds the nearest of all, and in one array, for what is to be exact."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey.embedding import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 512
ON_DISK = 1000
"""From so many passages on, Chroma's graph files hold something. Below, all is in its SQLite file, and they whatever was in memory."""
GRAPH = {"space": "cosine", "ef_construction": 200, "ef_search": 100, "num_threads": 1, "sync_threshold": ON_DISK}
"""Of 100,000 passages made at random it finds .86 of the nearest 20; twice the width finds .93 and takes half as long again. What it misses
matters little beside what BM25 proposes (docs/retrieval.md)."""
TOLD = "vectors.npy"


class Vectors:
    def __init__(self, folder: Path) -> None:
        import numpy as np

        self._rows = np.load(folder / TOLD, mmap_mode="r").view(np.ndarray)
        self._client = _chroma(folder)
        self._collection = self._client.get_collection("passages", embedding_function=None)

    def close(self) -> None:
        self._client.close()

    def count(self) -> int:
        return min(len(self._rows), int(self._collection.count()))

    def reaches(self, rows: Sequence[int]) -> bool:
        """Does a passage's own vector find something as near as itself? Chroma counts rows that it can no longer reach."""
        vectors = self._rows[list(rows)]
        found = self._collection.query(query_embeddings=vectors, n_results=1, include=["distances"])
        return all(len(near) == 1 and near[0] < 1e-3 for near, vector in zip(found["distances"], vectors, strict=True) if vector.any())

    def cosines(self, vector: "NDArray[np.float32]", rows: "NDArray[np.intp]") -> "NDArray[Any]":
        import numpy as np

        cosines: NDArray[Any] = np.maximum(self._rows[rows] @ vector, 0)
        return cosines

    def nearest(self, vector: "NDArray[np.float32]", count: int, among: "NDArray[np.intp] | None" = None) -> "NDArray[np.intp]":
        """The ``count`` passages nearest to ``vector``. Chroma's filtered queries bring too few: a choice of rows (``among``) is compared
        exactly."""
        import numpy as np

        if among is None:
            found = self._collection.query(query_embeddings=vector[None], n_results=min(count, len(self._rows)), include=[])
            return np.array([int(name) for name in found["ids"][0]], dtype=np.intp)
        # a product with all rows is faster than a copy of many
        near = (self._rows @ vector)[among] if 4 * len(among) > len(self._rows) else self._rows[among] @ vector
        nearest: NDArray[np.intp] = among[np.argsort(-near, kind="stable")[:count]]
        return nearest


def write_vectors(folder: Path, texts: Sequence[str], embedder: Embedder, progress: Callable[[int, int], None]) -> None:
    import numpy as np
    from numpy.lib.format import open_memmap

    folder.mkdir()
    rows = open_memmap(folder / TOLD, "w+", np.float32, (len(texts), embedder.dimension))
    client = _chroma(folder)
    try:
        collection = client.create_collection("passages", embedding_function=None, configuration={"hnsw": GRAPH})
        batch = min(BATCH, client.get_max_batch_size())
        for first in range(0, len(texts), batch):
            piece = embedder.embed(texts[first : first + batch])
            rows[first : first + batch] = piece
            collection.upsert(ids=[str(first + n) for n in range(len(piece))], embeddings=piece)
            progress(first + len(piece), len(texts))
    finally:
        client.close()
    rows.flush()


def _chroma(folder: Path) -> Any:
    import chromadb  # heavy: 1.3 s
    from chromadb.config import Settings

    class Own(Settings):
        @classmethod
        def settings_customise_sources(cls, settings_cls: Any, init_settings: Any, *others: Any, **named: Any) -> tuple[Any, ...]:
            """Else a .env beside the papers, or the environment, could name a server, a tracer, or code to load in its place."""
            return (init_settings,)

    return chromadb.PersistentClient(path=str(folder), settings=Own(anonymized_telemetry=False))
