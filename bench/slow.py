"""``python -m bench.slow REPLIES SECONDS [ASKED]``: a server that knows its replies and gives each after so many seconds; prints its port.

``REPLIES`` is a JSON file: digest of the messages → the reply and the tokens of both. The digest of whatever is asked becomes a line of the
file ``ASKED``. A process of its own, so that the one that is measured has its interpreter for itself.
"""

import hashlib
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def digest(messages: list[dict[str, str]]) -> str:
    return hashlib.sha256(json.dumps([[m["role"], m["content"]] for m in messages]).encode()).hexdigest()


def main(file: str, seconds: str, note: str = os.devnull) -> None:
    known = json.loads(Path(file).read_text(encoding="utf-8"))
    log = os.open(note, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            started = time.monotonic()
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            key = digest(asked["messages"])
            os.write(log, f"{key}\n".encode())
            found = known.get(key)
            body: dict[str, Any] = {"error": {"message": f"nobody foresaw this: {asked['messages'][-1]['content'][:200]}"}}
            if found:
                message = {"role": "assistant", "content": found["reply"]}
                usage = {"prompt_tokens": found["prompt"], "completion_tokens": found["tokens"]}
                body = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}
            content = json.dumps(body).encode()
            time.sleep(max(0.0, float(seconds) - (time.monotonic() - started)))
            self.send_response(200 if found else 404)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Says nothing: who asked was killed."""

    Handler.wbufsize = -1  # head and body in one packet: in two, the second waits 40 ms for the first to be acknowledged
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
