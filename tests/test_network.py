"""Who is connected to: nobody, unless a server was named; then that server. Native code is watched too, where ``strace`` may watch it."""

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.calling import CHECKOUT
from tests.conftest import FIXTURES
from tests.models.hostile import Hostile, said

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WATCHED = """
import json, sys
sought = []
def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto", "socket.sendmsg"):
        sought.append(list(arguments[:2]))
    if event == "open" and str(arguments[0]).endswith(".env"):
        sought.append([str(arguments[0]), 0])
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        sought.append(list(arguments[1][:2]))
sys.addaudithook(watch)
import typer
from survey.cli import app
codes = []
for command in json.loads(sys.argv[1]):
    try:
        codes.append(app(command, standalone_mode=False) or 0)
    except typer.Exit as end:
        codes.append(end.exit_code)
print("\\n" + json.dumps({"codes": codes, "sought": sought}))
"""
HARM = """chroma_api_impl=chromadb.api.fastapi.FastAPI
chroma_server_host=127.0.0.1
chroma_server_http_port=9
chroma_otel_granularity=all
chroma_otel_collection_endpoint=http://127.0.0.1:9
anonymized_telemetry=true
"""
_CONNECTED = re.compile(r'sa_family=AF_INET6?, sin6?_port=htons\((\d+)\).*?"([0-9a-f.:]+)"')


@cache
def strace() -> list[str]:
    """What watches the calls of a program and of all that it starts; [] where there is none, or it may not."""
    found = shutil.which("strace")
    allowed = found and not subprocess.run([found, "-qq", "-e", "trace=none", "true"], capture_output=True, check=False).returncode
    return [found, "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg"] if found and allowed else []


def test_only_the_server_that_was_named_is_connected_to(tmp_path: Path) -> None:
    """Nothing before it is named; what the environment tells the packages that we build on changes nothing, and a folder's ``.env``, which
    here is no text besides, is not so much as opened."""
    (tmp_path / "papers").mkdir()
    for name in ("holt.md", "ferns.md"):
        shutil.copy(FIXTURES / "collection" / "notes" / name, tmp_path / "papers")
    (tmp_path / ".env").write_bytes(HARM.encode() + "nor=text".encode("utf-16"))
    question = "Is detecting frog calls in rain noise difficult?"
    with Hostile(after=said("no reply")) as server:
        commands = [
            ["run", "papers"],
            ["ask", question],
            ["export", "outputs/papers", "-t", "bibtex", "--out", "papers.bib"],
            ["verify", "outputs/papers"],
        ]
        commands.append(["ask", question, "--model", "tiny", "--base-url", server.url])
        port = int(server.url.split(":")[2].partition("/")[0])
        environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
        environment |= {"PYTHONPATH": str(CHECKOUT), "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "otlp"}
        environment |= dict(line.upper().split("=", 1) for line in HARM.split())
        environment |= {"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}  # stands not between this machine and itself
        log = tmp_path / "calls.txt"
        watched = [*strace(), *(["-o", str(log)] if strace() else [])]
        done = subprocess.run(
            [*watched, sys.executable, "-c", WATCHED, json.dumps(commands)],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert server.asked, done.stdout[-400:] + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["codes"] == [0, 0, 0, 0, 4], done.stderr
    assert {tuple(place) for place in told["sought"]} == {("127.0.0.1", port)}
    if watched:
        places = {(host, int(number)) for number, host in _CONNECTED.findall(log.read_text(encoding="utf-8", errors="replace"))}
        assert places == {("127.0.0.1", port)}


def test_what_reports_of_its_use_is_silenced_before_it_is_loaded() -> None:
    loud = {name: value for name, value in os.environ.items() if "TELEMETRY" not in name} | {"PYTHONPATH": str(CHECKOUT)}
    code = "import sys, survey, os; print(os.environ['ORT_DISABLE_TELEMETRY'], 'onnxruntime' in sys.modules)"
    for environment in (loud, loud | {"ORT_DISABLE_TELEMETRY": "0"}):
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["1", "False"]
