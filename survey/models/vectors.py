"""Vectors from the embeddings endpoint of an OpenAI-compatible server: an :class:`survey.embedding.Embedder` for passages."""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from survey import errors
from survey.library import Library
from survey.models.meter import Use
from survey.models.openai_api import Body, Came, Errand, Fault, NotAReply, Server
from survey.models.streaming import Broken
from survey.models.tokens import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from survey.models.openai_api import Client

BATCH = 64
"""Texts of one request. OpenAI takes 2,048 and 300,000 tokens; small servers far fewer."""

TASK = "embed"
_DIMENSIONS = "dimensions of embedders"


class ServerEmbedder:
    """Named with its endpoint, since two servers may give the same name to different weights."""

    def __init__(self, server: Server, library: Library) -> None:
        self.name = f"{server.endpoint.model} at {server.endpoint.base_url}"
        self.server = server
        self._library = library

    @property
    def dimension(self) -> int:
        """Known from the first vector that ever came; to know it, one word is sent."""
        return self.known_dimension or self.embed(["dimension"]).shape[1]

    @property
    def known_dimension(self) -> int:
        """0 before the first vector came."""
        return int(self._library.result(_DIMENSIONS, self.name) or 0)

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Float32 vectors of length 1, shape (len(texts), dimension); zeros for a blank text, which servers refuse."""
        import numpy as np  # heavy for `survey --help`

        told = [(row, text) for row, text in enumerate(texts) if text.strip()]
        rows: dict[int, list[float]] = {}
        for first in range(0, len(told), BATCH):
            batch = told[first : first + BATCH]
            rows |= dict(zip((row for row, _ in batch), self._asked([text for _, text in batch]), strict=True))
        if not rows:
            return np.zeros((len(texts), self.dimension), dtype=np.float32)
        width = len(next(iter(rows.values())))
        self._learn(width)
        vectors = np.zeros((len(texts), width), dtype=np.float32)
        for row, values in rows.items():
            vectors[row] = values
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        lengths[lengths == 0] = 1
        unit: NDArray[np.float32] = np.divide(vectors, lengths, dtype=np.float32)
        return unit

    def close(self) -> None:
        self.server.close()

    def _learn(self, width: int) -> None:
        known = self.known_dimension
        if not known:
            with suppress(errors.StorageError):  # the next vectors tell it again
                self._library.put_result(_DIMENSIONS, self.name, str(width))
        elif known != width:
            raise errors.VectorsUnusable(TASK, self.server.name, f"they have {width} numbers, and had {known} before")

    def _asked(self, texts: Sequence[str]) -> list[list[float]]:
        def send(client: "Client", body_of: Callable[[Any], Body]) -> Came[bytes]:
            with client.embeddings.with_streaming_response.create(
                model=self.server.endpoint.model, input=list(texts), encoding_format="float"
            ) as response:
                body = body_of(response)
                if body.kind != "application/json":
                    raise NotAReply(body)
                content = body.whole()
            return Came(content, _used(content), 0)

        tokens = sum(counted(text) for text in texts)
        worst = Use(sum(len(text.encode("utf-8", "replace")) + 4 for text in texts), 0)
        seed = hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()
        came = self.server.ask(Errand(TASK, TASK, seed, worst, tokens), send)
        assert not isinstance(came, Fault)
        vectors = _vectors(came, len(texts))
        if vectors is None:
            raise errors.VectorsUnusable(TASK, self.server.name, f"{len(texts)} were asked for, and something else came")
        return vectors


def _used(content: bytes) -> Use | None:
    body = _object(content)
    usage = body.get("usage")
    tokens = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return Use(tokens, 0) if type(tokens) is int and tokens > 0 else None


def _object(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Broken("the reply is no JSON") from error
    return body if isinstance(body, dict) else {}


def _vectors(content: bytes, wanted: int) -> list[list[float]] | None:
    """By their ``index``; None unless there is one of each, all of one length and of finite numbers."""
    data = _object(content).get("data")
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        return None
    rows = {item.get("index"): item.get("embedding") for item in data if isinstance(item.get("index"), int)}
    found = [rows.get(n) for n in range(wanted)]
    good = len(data) == wanted and all(isinstance(row, list) and row and len(row) == len(found[0] or []) for row in found)
    if not good or not all(type(x) in (int, float) and abs(x) < 1e9 for row in found for x in row or []):
        return None
    return [[float(x) for x in row or []] for row in found]
