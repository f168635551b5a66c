"""The command and its pipes, with a real client at the other end; the tools are tested in tests/serving/test_tools.py."""

import json
import re
import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp_types import TextContent

from tests.calling import CHECKOUT, PYTHONPATH, ended, python, warm, warmed
from tests.conftest import PAPERS, Made

TOADS = "thornCountingToadsDrones"


def test_a_client_lists_calls_and_is_told_of_faults(made: Made) -> None:
    async def session(client: Client) -> None:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert {"search", "ask", "paper", "chains", "gaps", "verify"} <= names
        answer = await client.call_tool("ask", {"question": "How many toads does the drone find?"})
        assert any("83 of 90 toads" in words["text"] for words in answer.structured_content["evidence"])
        missing = await client.call_tool("paper", {"key": "thornCounting"})
        assert missing.is_error
        assert isinstance(missing.content[0], TextContent)
        assert f"Did you mean {TOADS}" in missing.content[0].text

    talk(made, session)


def test_calls_side_by_side_over_the_pipes(made: Made) -> None:
    got: dict[str, str] = {}

    async def session(client: Client) -> None:
        async def read(key: str) -> None:
            got[key] = (await client.call_tool("paper", {"key": key})).structured_content["paper"]["key"]

        async with anyio.create_task_group() as group:
            for key in PAPERS:
                group.start_soon(read, key)

    talk(made, session)
    assert got == {key: key for key in PAPERS}


def talk(made: Made, session: Callable[[Client], Any]) -> None:
    arguments = warmed(["-m", "survey", "mcp", "-w", made.root])
    command = StdioServerParameters(command=sys.executable, args=arguments, env={"PYTHONPATH": PYTHONPATH}, cwd=made.root)

    async def connected() -> None:
        async with Client(command, read_timeout_seconds=120) as client:
            await session(client)

    anyio.run(connected)


# ---------------------------------------------------------------- the pipes themselves

INITIALIZE = {
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
INITIALIZED = {"method": "notifications/initialized"}


def message(number: int, what: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", **({} if "notifications" in what["method"] else {"id": number}), **what}) + "\n"


def test_garbage_is_survived_and_nothing_but_the_protocol_is_printed(made: Made) -> None:
    server = warm(["-m", "survey", "mcp", "-w", made.root])
    garbage = 'garbage\n\n[]\n{}\n{"jsonrpc": "2.0", "id": 7}\n{"jsonrpc": "2.0", "id": 8, "method": "none"}\n' + "[" * 5000 + "\n"
    calls = [
        {"method": "tools/call", "params": {"name": "gaps", "arguments": arguments}} for arguments in ({}, {"limit": "many"}, {"x": 1})
    ]
    assert server.stdin
    assert server.stdout
    server.stdin.write(garbage + message(1, INITIALIZE) + message(0, INITIALIZED) + "".join(map(message, (2, 3, 4), calls)))
    server.stdin.flush()
    replies: dict[int, Any] = {}
    while not {1, 2, 3, 4} <= replies.keys():
        reply = json.loads(server.stdout.readline())
        replies[reply.get("id")] = reply
    done = ended(server)
    assert (done.code, done.out) == (0, "")
    assert "Traceback" not in done.err
    assert replies[8]["error"]["message"] == "Method not found"
    assert replies[2]["result"]["structuredContent"]["total"]
    assert [replies[n]["result"]["isError"] for n in (3, 4)] == [True, True]


NOISY = """
import sys
from survey.serving import Desk, Reporter, serve
from survey.workspace import Workspace

class Noisy(Reporter):
    def told(self, what, done, total):
        print("noise")
        print("more noise", file=sys.__stdout__, flush=True)

reporter = Noisy()
with Workspace.open(sys.argv[1], progress=reporter.told) as workspace:
    serve(Desk(workspace, reporter))
"""


def test_what_a_library_prints_goes_to_stderr(made: Made) -> None:
    server = warm(["-c", NOISY, made.root])
    assert server.stdin
    assert server.stdout
    server.stdin.write(message(1, INITIALIZE) + message(0, INITIALIZED))
    server.stdin.write(message(2, {"method": "tools/call", "params": {"name": "gaps", "arguments": {"topic": "lithium plating"}}}))
    server.stdin.flush()
    assert [json.loads(server.stdout.readline())["id"] for _ in range(2)] == [1, 2]
    done = ended(server)
    assert (done.code, done.out) == (0, "")
    assert "noise" in done.err
    assert "more noise" in done.err


def test_it_ends_with_0_when_the_client_hangs_up_or_with_ctrl_c(made: Made) -> None:
    for stopped in (False, True):
        server = warm(["-m", "survey", "mcp", "-w", made.root])
        assert server.stdin
        assert server.stdout
        server.stdin.write(message(1, INITIALIZE))
        server.stdin.flush()
        assert json.loads(server.stdout.readline())["id"] == 1
        if stopped:
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=20) == 0
        assert ended(server) == (0, "", "", b"")


def test_without_a_library_it_says_so_at_once(tmp_path: Path) -> None:
    done = ended(warm(["-m", "survey", "mcp", "-w", tmp_path]))
    assert (done.code, done.out) == (2, "")
    assert "the library is empty" in done.err
    assert not (tmp_path / "store").exists()


def test_help_loads_no_protocol() -> None:
    code = "import sys\nfrom survey.cli import app\ntry:\n    app(['mcp', '--help'])\nfinally:\n    assert 'mcp' not in sys.modules"
    done = ended(python(["-c", code]))
    assert done.code == 0, done.err
    assert "Model Context Protocol" in done.out


# ---------------------------------------------------------------- its document

DOCUMENT = (CHECKOUT / "docs" / "mcp.md").read_text(encoding="utf-8")


def test_the_document_names_each_tool(made: Made) -> None:
    tools: set[str] = set()

    async def session(client: Client) -> None:
        tools.update(tool.name for tool in (await client.list_tools()).tools)

    talk(made, session)
    assert set(re.findall(r"^\| `(\w+)` \|", DOCUMENT, re.MULTILINE)) == tools


def test_the_examples_of_the_document_work(made: Made, tmp_path: Path) -> None:
    (client,), (settings,) = (re.findall(rf"^```{name}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL) for name in ("python", "json"))
    assert json.loads(settings)["mcpServers"]["papers"]["args"][0] == "mcp"
    command = tmp_path / "survey"
    survey = shlex.join([sys.executable, *warmed(["-m", "survey"])])
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{CHECKOUT}:$PYTHONPATH" exec {survey} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    done = ended(warm(["-c", client.replace('command="survey"', f'command="{command}"')], cwd=made.root))
    assert done.code == 0, done.err
    assert done.out.startswith("[")
