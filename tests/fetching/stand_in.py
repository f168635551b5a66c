"""A server on this machine that stands in for a service: it does the acts of its script, one for each request."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Act = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Says nothing."""

    def give(self, content: bytes, code: int = 200, length: int | None = None, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)


class StandIn:
    """``paths`` and ``headers`` hold what was asked."""

    def __init__(self, *script: Act) -> None:
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.script = list(script)
        stand_in = self

        class Bound(Handler):
            def do_GET(self) -> None:  # the name that http.server calls
                stand_in.paths.append(self.path)
                stand_in.headers.append({name.lower(): value for name, value in self.headers.items()})
                (stand_in.script.pop(0) if stand_in.script else status(418))(self)

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def sends(content: bytes) -> Act:
    return lambda handler: handler.give(content)


def sends_json(content: Any) -> Act:
    return sends(json.dumps(content).encode())


def status(code: int, **headers: str) -> Act:
    return lambda handler: handler.give(b"no", code, headers=headers)


def redirect(to: str) -> Act:
    return lambda handler: handler.give(b"", 302, headers={"location": to})


def cut(content: bytes) -> Act:
    """Says that more comes than does, and hangs up."""

    def act(handler: Handler) -> None:
        handler.close_connection = True
        handler.give(content, length=len(content) + 100)

    return act


def feed(*titles: str, total: int | None = None) -> bytes:
    """An Atom reply of arXiv, with an entry for each title."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2101.{number:05}v1</id><title>{title}</title><summary>Of {title}.</summary>"
        f"<published>2021-01-02T00:00:00Z</published><author><name>Ann Quist</name></author></entry>"
        for number, title in enumerate(titles, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<opensearch:totalResults>{len(titles) if total is None else total}</opensearch:totalResults>{entries}</feed>"
    ).encode()


def works(count: int, total: int, cursor: str | None = None) -> dict[str, Any]:
    """A reply of OpenAlex."""
    results = [{"id": f"https://openalex.org/W{number}", "title": f"Ponds {number}"} for number in range(count)]
    return {"meta": {"count": total, "next_cursor": cursor}, "results": results}
