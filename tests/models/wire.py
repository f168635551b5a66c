"""A server without a socket: each request is answered with the next body of its script, chunk by chunk as it is pulled."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx2

from survey.library import Library
from survey.models.chat import ChatModel, Dialect
from survey.models.extractive import Extractive
from survey.models.formats import Rung
from survey.models.ledger import Ledger
from survey.models.meter import Meter
from survey.models.openai_api import Server
from survey.settings import Endpoint
from tests.models.hostile import FakeClock, chunk, usage_of

Body = bytes | Iterable[bytes] | Callable[[dict[str, Any]], bytes]
"""Of a reply: whole, in chunks, or made of what was asked."""


class _Chunks(httpx2.SyncByteStream):
    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


class Wire:
    """A model at such a server, which is asked as ``rung`` says; ``after`` answers when the script is over."""

    endpoint = Endpoint("tiny", "http://127.0.0.1:9/v1", None, "")

    def __init__(self, root: Path, library: Library, *script: Body, after: Body = b"", rung: Rung | None = "json_schema") -> None:
        self.asked: list[dict[str, Any]] = []
        self.clock = FakeClock()
        self.script = list(script)
        self.after = after
        self.kind = "text/event-stream"
        self.library = library
        if rung:
            library.put_result("dialects of servers", "tiny at http://127.0.0.1:9/v1", Dialect(rung=rung).model_dump_json())
        transport = httpx2.MockTransport(self._answer)
        self.meter = Meter()
        self.model = ChatModel(Server(self.endpoint, self.meter, None, 5, self.clock, transport), root, library, most=1000)

    def ledger(self, concurrency: int = 4) -> Ledger:
        return Ledger(self.model, self.library, self.meter, concurrency, instead=Extractive())

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(json.loads(request.content))
        body = self.script.pop(0) if self.script else self.after
        body = body(self.asked[-1]) if callable(body) else body
        return httpx2.Response(200, headers={"content-type": self.kind}, stream=_Chunks([body] if isinstance(body, bytes) else body))


def event(data: Any, plain: bool = False) -> bytes:
    return f"data: {data if isinstance(data, str) else json.dumps(data, ensure_ascii=not plain)}\n\n".encode()


def streamed(text: str, called: bool = False, size: int = 60, plain: bool = False) -> bytes:
    """A whole stream of this reply; ``plain``: as UTF-8, without escapes."""
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    deltas = [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} if called else {"content": piece} for piece in pieces]
    events = [event({"choices": [{"delta": delta}]}, plain) for delta in deltas]
    ends = [event(chunk("tool_calls" if called else "stop")), event({"choices": [], "usage": usage_of((100, 20))}), event("[DONE]")]
    return b"".join([b": hello\n\n", *events, *ends])
