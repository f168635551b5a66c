"""The body of a Chat Completions reply → what it says: server-sent events, or one JSON object from servers that do not stream.

Read here and not by the client package: it takes a stream that just ends for a whole reply, waits for ever on one that never ends, and
its two majors raise different errors.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from survey.models.meter import Use

MOST_BYTES = 16 * 2**20
"""Of one body. A reply of 4,000 tokens streams as about 1 MB."""


class Broken(Exception):  # never leaves the room of models
    """The stream ended early, or holds what is no reply. ``endless``: it would not end."""

    def __init__(self, reason: str, endless: bool = False) -> None:
        super().__init__(reason)
        self.endless = endless


class ServerSaidError(Exception):
    """An error inside the stream: the status was sent before the server failed."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.said = said
        self.status = status


@dataclass
class Received:
    """``text`` is the content, or the arguments of the tool call. ``finish`` is "" while the reply is not whole."""

    pieces: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    thought: int = 0
    finish: str = ""
    usage: Use | None = None

    @property
    def text(self) -> str:
        return "".join(self.arguments) or "".join(self.pieces)

    @property
    def refusal(self) -> str:
        return "".join(self.refused)

    def clean(self, cleaned: Callable[[str], str]) -> None:
        """Puts what ``cleaned`` leaves of each text in its place, halves of characters aside: no request could send them back."""
        for pieces in (self.pieces, self.arguments, self.refused):
            whole = "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            pieces[:] = [cleaned(whole)]


def read_stream(chunks: Iterable[bytes], most_events: int, listening: Callable[[Received], None] = lambda received: None) -> Received:
    """``listening`` is told after each event. Raises :class:`Broken` for a stream without an end of its own, and one of more than
    ``most_events`` pieces."""
    received = Received()
    done = False
    for number, data in enumerate(_events(chunks)):
        if data == "[DONE]":
            done = True
            break
        if number > most_events:
            raise Broken("more pieces came than tokens were allowed", endless=True)
        _take(_object(data), received, "delta")
        listening(received)
    if not received.finish:
        raise Broken("the stream ended before the reply did" if not done else "the stream ended without saying why")
    return received


def read_whole(body: bytes) -> Received:
    received = Received()
    _take(_object(body.decode("utf-8", "replace")), received, "message")
    if not received.finish:
        raise Broken("the reply has no end mark")
    return received


def bounded(chunks: Iterable[bytes], is_late: Callable[[], bool]) -> Iterator[bytes]:
    """The chunks, as long as they are not too many and ``is_late()`` is false: a server may dribble for ever."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES or is_late():
            raise Broken("the reply would not end", endless=True)
        yield chunk


def _events(chunks: Iterable[bytes]) -> Iterator[str]:
    """Values of the ``data`` fields (HTML standard, 9.2.6); comments and other fields are passed over."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip().decode("utf-8", "replace")
    if rest.startswith(b"data:"):
        yield rest[5:].strip().decode("utf-8", "replace")


def _object(data: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Broken("a piece of it is no JSON") from error
    if not isinstance(value, dict):
        raise Broken("a piece of it is no JSON object")
    return value


def _take(chunk: dict[str, Any], received: Received, part: str) -> None:
    if error := chunk.get("error"):
        facts = error if isinstance(error, dict) else {"message": error}
        code = facts.get("code") if isinstance(facts.get("code"), int) else facts.get("status")
        raise ServerSaidError(str(facts.get("message") or error), code if isinstance(code, int) and 400 <= code < 600 else 500)
    usage = chunk.get("usage")
    if isinstance(usage, dict):
        prompt, reply = usage.get("prompt_tokens"), usage.get("completion_tokens")
        if type(prompt) is int and type(reply) is int and prompt > 0 and reply >= 0:
            received.usage = Use(prompt, reply)
    choices = chunk.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return
    said = choices[0].get(part)
    if isinstance(said, dict):
        _keep(received.pieces, said.get("content"))
        _keep(received.refused, said.get("refusal"))
        received.thought += len(str(said.get("reasoning_content") or said.get("reasoning") or ""))
        for call in said.get("tool_calls") or []:
            function = call.get("function") if isinstance(call, dict) else None
            if isinstance(function, dict):
                _keep(received.arguments, function.get("arguments"))
    finish = choices[0].get("finish_reason")
    if isinstance(finish, str) and finish:
        received.finish = finish


def _keep(pieces: list[str], piece: object) -> None:
    if isinstance(piece, str):
        pieces.append(piece)
