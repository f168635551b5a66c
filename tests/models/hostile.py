"""A server on this machine that speaks Chat Completions over HTTP, well or badly, as its script says; and a clock that does not wait."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Act = Callable[["Handler"], None]
"""What is done with one request."""

USAGE = (100, 20)


class FakeClock:
    """Time passes only while somebody sleeps."""

    def __init__(self, wall: float = 1_700_000_000.0) -> None:
        self.waits: list[float] = []
        self._wall = wall

    def now(self) -> float:
        return sum(self.waits)

    def wall(self) -> float:
        return self._wall + sum(self.waits)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


class Hostile:
    """Does the acts of its script, one per request; then ``after`` for ever. ``asked`` holds the bodies of the requests.

    >>> with Hostile(status(500), said("{}")) as server:  # doctest: +SKIP
    ...     server.url
    """

    def __init__(self, *script: Act, after: Act | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.keys: list[str] = []
        self.over = threading.Event()
        self.script = list(script)
        self.after = after
        self._lock = threading.Lock()
        hostile = self

        class Bound(Handler):
            def do_POST(self) -> None:  # the name that http.server calls
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.asked = body
                with hostile._lock:
                    hostile.asked.append(body)
                    hostile.paths.append(self.path)
                    hostile.keys.append(self.headers.get("authorization", ""))
                    act = hostile.script.pop(0) if hostile.script else hostile.after
                self.over = hostile.over
                (act or status(418, "the script is empty"))(self)

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: dict[str, Any]
    over: threading.Event

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Says nothing."""

    def give(self, code: int, kind: str, content: bytes, **headers: str) -> None:
        self.send_response(code)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("connection", "close")  # the end of the stream is the end of the connection
        self.end_headers()
        self.close_connection = True

    def event(self, data: Any) -> None:
        self.wfile.write(b"data: " + (data if isinstance(data, str) else json.dumps(data)).encode() + b"\n\n")
        self.wfile.flush()


def chunk(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def usage_of(usage: tuple[int, int]) -> dict[str, int]:
    return {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}


def said(content: str, finish: str = "stop", usage: tuple[int, int] | None = USAGE, **more: Any) -> Act:
    """A stream in pieces, as servers send it: the role first, the usage after the end, a comment between."""

    def act(handler: Handler) -> None:
        handler.begin_stream()
        handler.event(chunk(role="assistant", content=""))
        handler.wfile.write(b": keep-alive\n\n")
        for first in range(0, len(content), 7):
            handler.event(chunk(content=content[first : first + 7]))
        handler.event(chunk(finish, **more))
        if usage and handler.asked.get("stream_options", {}).get("include_usage"):
            handler.event({"object": "chat.completion.chunk", "choices": [], "usage": usage_of(usage)})
        handler.event("[DONE]")

    return act


def whole(content: str | None, finish: str = "stop", usage: tuple[int, int] | None = USAGE, **more: Any) -> Act:
    """One JSON object, from a server that does not stream."""

    def act(handler: Handler) -> None:
        choice = {"index": 0, "message": {"role": "assistant", "content": content, **more}, "finish_reason": finish}
        body = {"object": "chat.completion", "choices": [choice], **({"usage": usage_of(usage)} if usage else {})}
        handler.give(200, "application/json", json.dumps(body).encode())

    return act


def called(arguments: str) -> Act:
    """The reply as the arguments of a tool call, in two pieces."""

    def act(handler: Handler) -> None:
        handler.begin_stream()
        half = len(arguments) // 2
        first = {"index": 0, "id": "c", "type": "function", "function": {"name": "reply", "arguments": arguments[:half]}}
        handler.event(chunk(role="assistant", content=None, tool_calls=[first]))
        handler.event(chunk(tool_calls=[{"index": 0, "function": {"arguments": arguments[half:]}}]))
        handler.event(chunk("tool_calls"))
        handler.event("[DONE]")

    return act


def status(code: int, message: str = "no", code_name: str = "", **headers: str) -> Act:
    body = {"error": {"message": message, "type": "error", "code": code_name or None}}
    return lambda handler: handler.give(code, "application/json", json.dumps(body).encode(), **headers)


def page(code: int = 200) -> Act:
    return lambda handler: handler.give(code, "text/html", b"<!doctype html><title>Welcome to the proxy</title>")


def raw_stream(*events: Any) -> Act:
    """A stream that ends after these events, whatever they say."""

    def act(handler: Handler) -> None:
        handler.begin_stream()
        for event in events:
            handler.event(event)

    return act


def endless(handler: Handler) -> None:
    handler.begin_stream()
    try:
        while not handler.over.is_set():
            handler.event(chunk(content="and "))
    except OSError:
        pass  # the other side has had enough


def hang(handler: Handler) -> None:
    handler.over.wait(30)


def reset(handler: Handler) -> None:
    """Breaks off in the middle of a stream, with a TCP reset."""
    handler.begin_stream()
    handler.event(chunk(content='{"question": '))
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def vectors(dimension: int = 8, change: Callable[[dict[str, Any]], None] | None = None) -> Act:
    """One vector for each text, out of order; it hangs on the text's length alone."""

    def act(handler: Handler) -> None:
        texts = handler.asked["input"]
        rows = [
            {"object": "embedding", "index": n, "embedding": [float(len(t) % (k + 7)) + 1 for k in range(dimension)]}
            for n, t in enumerate(texts)
        ]
        body: dict[str, Any] = {
            "object": "list",
            "data": rows[::-1],
            "usage": {"prompt_tokens": 3 * len(texts), "total_tokens": 3 * len(texts)},
        }
        if change:
            change(body)
        handler.give(200, "application/json", json.dumps(body).encode())

    return act
