"""The tools as a client sees them, connected within this process; tests/cli/test_mcp.py has the command and its pipes."""

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client, MCPError
from mcp_types import CallToolResult, TextContent

from survey.errors import ReplyEmpty
from survey.locking import writing
from survey.passages import passages, split_sentences
from survey.records import Paper, Quote
from survey.serving import Desk, Reporter, server
from survey.serving.results import Words, safe
from survey.tasks import ReplyT, Task
from survey.workspace import Workspace
from tests.calling import contents
from tests.conftest import PAPERS, Made

TOADS = "thornCountingToadsDrones"


class Connection:
    """A client connected to a workspace; a connection a call."""

    def __init__(self, workspace: Workspace, reporter: Reporter | None = None, folders: tuple[Path, ...] = ()) -> None:
        self.workspace = workspace
        self._desk = Desk(workspace, reporter, folders)

    def do(self, what: Callable[[Client], Any]) -> Any:
        async def connected() -> Any:
            async with Client(server(self._desk)) as client:
                return await what(client)

        return anyio.run(connected)

    def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        """What a tool gives; it must be no error, and the same as text."""
        result: CallToolResult = self.do(lambda client: client.call_tool(tool, arguments))
        assert not result.is_error, said(result)
        assert isinstance(result.structured_content, dict)
        assert json.loads(said(result)) == result.structured_content
        return result.structured_content

    def fault(self, tool: str, **arguments: object) -> str:
        result: CallToolResult = self.do(lambda client: client.call_tool(tool, arguments))
        assert result.is_error
        assert result.structured_content is None
        assert "Traceback" not in said(result)
        return said(result)


def said(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@pytest.fixture
def here(work: Made) -> Iterator[Connection]:
    with Workspace.open(work.root) as workspace:
        yield Connection(workspace)


def words_in(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if {"key", "text", "start", "end"} <= value.keys():
            yield value
        for inner in value.values():
            yield from words_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_in(inner)


# ---------------------------------------------------------------- what is offered


def test_each_tool_is_read_only_described_and_typed(here: Connection) -> None:
    tools = here.do(lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == {"search", "ask", "papers", "paper", "chains", "gaps", "verify"}
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert not tool.annotations.open_world_hint
        assert tool.description
        assert tool.output_schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False
        for argument in tool.input_schema["properties"].values():
            assert argument["description"]
            assert is_bounded(argument), argument


def is_bounded(argument: dict[str, Any]) -> bool:
    bounds = {"string": "maxLength", "array": "maxItems", "integer": "minimum"}
    kinds = [kind for kind in argument.get("anyOf", [argument]) if kind["type"] != "null"]
    return all(bounds[kind["type"]] in kind for kind in kinds)


CALLS: list[tuple[str, dict[str, object]]] = [
    ("search", {"query": "toads from the air", "limit": 3}),
    ("ask", {"question": "How many toads does the drone find?"}),
    ("ask", {"question": "What is the boiling point of tungsten?"}),
    ("papers", {}),
    ("paper", {"key": TOADS}),
    ("chains", {}),
    ("gaps", {}),
    ("verify", {"file": "outputs/papers"}),
]


@pytest.mark.parametrize(("tool", "arguments"), CALLS, ids=lambda value: value if isinstance(value, str) else "")
def test_every_quote_stands_at_its_offsets_and_its_paper_is_told(here: Connection, tool: str, arguments: dict[str, object]) -> None:
    result = here.call(tool, **arguments)
    told = {paper["key"] for paper in result.get("papers", ())}
    for words in words_in({name: value for name, value in result.items() if name != "nearest"}):
        paper = here.workspace.paper(words["key"])
        assert paper.text[words["start"] : words["end"]] == words["text"]
        assert paper.page_of(words["start"]) == words["page"]
        assert words["key"] in told


def test_nothing_of_the_collection_is_changed(here: Connection, work: Made) -> None:
    def state() -> object:
        library = here.workspace.library
        return library.keys(), library.passage_digests(), library.papers(), library.decisions(), contents(work.folder)

    before = state()
    for tool, arguments in CALLS:
        here.call(tool, **arguments)
    assert state() == before


# ---------------------------------------------------------------- what they tell


def test_search_keeps_to_its_bounds(here: Connection) -> None:
    found = here.call("search", query="lithium plating", limit=4)
    assert 0 < len(found["passages"]) <= 4
    since = here.call("search", query="lithium plating", since=2023)
    assert {words["key"] for words in words_in(since)} == {"volt2023"}
    of_paper = here.call("search", query="lithium plating", papers=["@tarr2021"])
    assert {words["key"] for words in words_in(of_paper)} == {"tarr2021"}
    assert here.call("search", query="zzyzx")["passages"] == []


def test_an_answer_cites_its_evidence_by_numbers(here: Connection) -> None:
    answer = here.call("ask", question="How many toads does the drone find?")
    assert answer["found"]
    cited = [n for claim in answer["claims"] for said in (claim["said"], *claim["likewise"]) for n in said["cites"]]
    assert sorted(set(cited)) == list(range(1, len(answer["evidence"]) + 1))
    assert any("83 of 90 toads" in words["text"] and words["page"] == 1 for words in answer["evidence"])


def test_what_the_papers_do_not_say_is_not_answered(here: Connection) -> None:
    answer = here.call("ask", question="What is the boiling point of tungsten?")
    assert (answer["found"], answer["claims"], answer["evidence"]) == (False, [], [])
    assert f"Searched: {len(PAPERS)} papers, " in answer["reason"]


def test_a_long_text_and_a_long_list_come_in_pieces(here: Connection) -> None:
    text, offset = "", 0
    while offset is not None:
        piece = here.call("paper", key=TOADS, offset=offset, limit=50)
        assert (piece["offset"], len(piece["text"]) <= 50) == (offset, True)
        text, offset = text + piece["text"], piece["next_offset"]
    assert text == here.workspace.paper(TOADS).text
    assert piece["length"] == len(text)
    assert piece["pages"] == 2
    keys: list[str] = []
    offset = 0
    while offset is not None:
        listed = here.call("papers", offset=offset, limit=3)
        keys, offset = [*keys, *(paper["key"] for paper in listed["papers"])], listed["next_offset"]
    assert keys == sorted(PAPERS)
    assert here.call("paper", key=TOADS, offset=10**9)["text"] == ""
    assert [paper["key"] for paper in here.call("papers", titled="toads drones")["papers"]] == [TOADS]


@pytest.mark.parametrize("tool", ["chains", "gaps"])
def test_what_was_found_comes_in_pieces(here: Connection, tool: str) -> None:
    whole = here.call(tool, limit=50)
    assert whole["total"] == len(whole[tool]) > 1
    first, second = here.call(tool, limit=1), here.call(tool, limit=1, offset=1)
    assert [*first[tool], *second[tool]] == whole[tool][:2]
    assert first["next_offset"] == 1


def test_resources_and_the_prompt(here: Connection) -> None:
    listed = here.do(lambda client: client.read_resource("survey://papers")).contents[0].text
    assert [line.partition(":")[0] for line in listed.splitlines()] == sorted(PAPERS)
    text = here.do(lambda client: client.read_resource(f"survey://paper/{TOADS}")).contents[0].text
    assert text == here.workspace.paper(TOADS).text

    async def wrongly(client: Client) -> None:
        with pytest.raises(MCPError, match=f"Did you mean {TOADS}"):
            await client.read_resource(f"survey://paper/{TOADS[:-3]}")

    here.do(wrongly)
    prompt = here.do(lambda client: client.get_prompt("answer", {"question": "Why toads?"}))
    assert "Why toads?" in prompt.messages[0].content.text


class Mute:
    """A server that never says anything of use."""

    name = "mute"

    def key(self, task: Task[Any]) -> str:
        return f"mute {task.model_dump_json()}"

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        raise ReplyEmpty(task.name, self.name)

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        return [self.reply(task) for task in tasks]


def test_a_model_that_was_stood_in_for_is_told(work: Made) -> None:
    with Workspace.open(work.root, model=Mute()) as workspace:
        answer = Connection(workspace).call("ask", question="How many toads does the drone find?")
    assert answer["found"]
    assert [remark for remark in answer["remarks"] if "mute gave no usable reply" in remark]


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("paper", {"key": "thornCountingToads"}, f"Did you mean {TOADS}"),
        ("search", {"query": "toads", "papers": ["nobody"]}, "No paper 'nobody' in the library"),
        ("search", {"query": "toads", "since": 2199}, "No paper of the library is within since 2199"),
        ("search", {"query": "toads", "limt": 3}, "limt"),
        ("search", {"query": "toads", "limit": 1000}, "less than or equal to 30"),
        ("search", {"query": ""}, "at least 1 character"),
        ("search", {"query": "toads", "sections": ["chorus"]}, "sections"),
        ("paper", {"key": TOADS, "offset": -1}, "greater than or equal to 0"),
        ("verify", {}, "one of the two"),
        ("verify", {"text": "No citation."}, "The text cannot be checked: it cites no paper."),
        ("gaps", {"topic": "the price of tea"}, "Widen the topic"),
    ],
)
def test_a_fault_of_the_call_is_told_in_words(here: Connection, tool: str, arguments: dict[str, object], told: str) -> None:
    assert told in here.fault(tool, **arguments)


def test_a_workspace_that_is_written_to_is_busy_and_no_more(here: Connection, work: Made) -> None:
    with writing(work.root, work.root / "store"):
        assert "another survey command is writing" in here.fault("gaps", since=2019)
        assert here.call("ask", question="How many toads does the drone find?")["found"]
    assert here.call("gaps", since=2019)["total"]


@given(st.text())
def test_text_is_made_safe_and_keeps_its_length(text: str) -> None:
    made = safe(text)
    assert len(made) == len(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", made)
    assert [a for a, b in zip(text, made, strict=True) if a != b and a.isprintable()] == []
    made.encode()


def test_no_control_character_of_a_paper_reaches_the_client(here: Connection) -> None:
    text = "Owls hoot \x1b[31mred\u202e at night over the old barn."
    evil = Paper(key="evil2020", title="Owls \x1b]0;title\x07", authors=("E\x9bvil",), date="2020", text=text)
    sentences = split_sentences(evil)
    here.workspace.library.put_papers([(evil, sentences, passages(evil, sentences, 1000))])
    results = [
        here.call("search", query="owls hoot at night"),
        here.call("ask", question="When do owls hoot over the old barn?"),
        here.call("papers", titled="owls"),
        here.call("paper", key="evil2020"),
        here.call("gaps"),
        here.call("verify", text="Owls “hoot \x1b[31mred” [@evil2020]."),
    ]
    assert results[3]["text"] == text.replace("\x1b", "\ufffd").replace("\u202e", "\ufffd")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", "".join(map(strings, results)))


def strings(value: object) -> str:
    if isinstance(value, dict):
        return "".join(map(strings, value.values()))
    return "".join(map(strings, value)) if isinstance(value, list) else value if isinstance(value, str) else ""


def test_a_quote_is_cut_with_its_offsets() -> None:
    words = Words.of(Quote(key="a", text="\x1b[31m" + "x" * 9000, start=7, end=9012))
    assert len(words.text) == words.end - words.start < 5000
    assert words.text.startswith("\ufffd[31mx")


# ---------------------------------------------------------------- while others are at work


def test_what_another_command_adds_is_seen_and_may_be_added_meanwhile(here: Connection, work: Made) -> None:
    assert here.call("search", query="heron migration")["passages"] == []
    note = work.root / "herons.md"
    note.write_text("# Heron Migration by Radar\n\nAnn Ibis, 2020\n\n## Abstract\n\nHeron migration is followed by radar over two lakes.\n")
    with Workspace.open(work.root) as other:
        (key,) = other.add([note]).papers
    assert here.call("search", query="heron migration")["passages"][0]["words"]["key"] == key
    assert here.call("papers")["total"] == len(PAPERS) + 1
    assert "two lakes" in here.call("paper", key=key)["text"]


def test_calls_side_by_side_all_get_their_own_answer(here: Connection) -> None:
    got: dict[str, str] = {}

    async def all_at_once(client: Client) -> None:
        async def read(key: str) -> None:
            got[key] = (await client.call_tool("paper", {"key": key})).structured_content["paper"]["key"]
            await client.call_tool("search", {"query": key})
            await client.call_tool("gaps", {"limit": 1})

        async with anyio.create_task_group() as group:
            for key in PAPERS:
                group.start_soon(read, key)

    here.do(all_at_once)
    assert got == {key: key for key in PAPERS}


def test_the_client_hears_how_far_the_work_is(collection: Path, tmp_path: Path) -> None:
    heard: list[tuple[float, str | None]] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, message))

    reporter = Reporter()
    with Workspace.open(tmp_path, progress=reporter.told) as workspace:
        workspace.add([collection])
        Connection(workspace, reporter).do(lambda client: client.call_tool("gaps", {}, progress_callback=told))
    assert [progress for progress, _ in heard] == [float(n) for n in range(1, len(heard) + 1)]
    assert heard


def test_work_that_the_client_calls_off_ends(collection: Path, tmp_path: Path) -> None:
    """At the next word of progress; the workspace is free for the next call."""
    reporter = Reporter()
    with Workspace.open(tmp_path, progress=reporter.told) as workspace:
        workspace.add([collection])

        async def called_off(client: Client) -> CallToolResult:
            with anyio.CancelScope() as scope:

                async def told(progress: float, total: float | None, message: str | None) -> None:
                    scope.cancel()

                await client.call_tool("gaps", {}, progress_callback=told)
            assert scope.cancelled_caught
            return await client.call_tool("paper", {"key": TOADS})

        assert not Connection(workspace, reporter).do(called_off).is_error
        with writing(tmp_path, tmp_path / "store"):
            pass


# ---------------------------------------------------------------- verify, and what it may read


def test_a_draft_is_held_to_the_papers(here: Connection) -> None:
    good = f"The drone “finds 83 of 90 toads around six ponds” [@{TOADS}, p. 1]."
    checked = here.call("verify", text=good)
    assert (checked["cited"], checked["failures"]) == (1, 0)
    wrong = here.call("verify", text=good.replace("83", "88") + "\n\nToads sing [@nobody2020].")
    assert [fault["line"] for fault in wrong["failed"]] == [1, 3]
    assert "does not stand" in wrong["failed"][0]["fault"]
    assert len(here.call("verify", text=good.replace("83", "88") + "\n\nToads sing [@nobody2020].", limit=1)["failed"]) == 1
    bib = "@article{t18, title={Counting Toads with Drones}, author={Thorn, Oskar and Ulm, Petra}}"
    assert here.call("verify", text=good.replace(TOADS, "t18"), bibliography=bib)["failures"] == 0
    assert "refs.bib: is no bibliography" in here.fault("verify", text=good, bibliography="none at all")


def test_a_survey_of_the_workspace_is_checked_by_its_name(here: Connection, work: Made) -> None:
    assert here.call("verify", file="outputs/papers")["failures"] == 0
    survey = work.folder / "survey.md"
    survey.write_text(survey.read_text(encoding="utf-8").replace("81.5%", "85.1%"), encoding="utf-8")
    assert here.call("verify", file="outputs/papers/survey.md")["failures"] == 1


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """What a client must not get at: beside the workspace, which is ``tmp_path / "work"``."""
    folder = tmp_path / "secret"
    folder.mkdir()
    (folder / "draft.md").write_text("Hush [@volt2023].", encoding="utf-8")
    (folder / "refs.bib").write_text("@article{hush, title={Hush}}", encoding="utf-8")
    (folder / "survey.md").write_text("Hush [@volt2023].", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "../secret/draft.md",
        "outputs/../../secret/draft.md",
        "{secret}/draft.md",
        "link.md",
        "linked/draft.md",
        "linked",
        "folder",
        "listed/draft.md",
        "headed.md",
        "headed_absolutely.md",
        ".hidden/draft.md",
        "pipe.md",
        "no\0name",
        "x" * 900,
        "none.md",
        "..",
    ],
)
def test_nothing_outside_is_read_whatever_the_name(here: Connection, work: Made, secret: Path, name: str) -> None:
    root = work.root
    (root / "link.md").symlink_to(secret / "draft.md")
    (root / "linked").symlink_to(secret)
    (root / "folder").mkdir()
    (root / "folder" / "survey.md").symlink_to(secret / "survey.md")
    (root / "listed").mkdir()
    (root / "listed" / "draft.md").write_text("Hush [@hush].", encoding="utf-8")
    (root / "listed" / "refs.bib").symlink_to(secret / "refs.bib")
    (root / "headed.md").write_text("---\nbibliography: ../secret/refs.bib\n---\n\nHush [@hush].", encoding="utf-8")
    (root / "headed_absolutely.md").write_text(f"---\nbibliography: [{secret}/refs.bib]\n---\n\nHush [@hush].", encoding="utf-8")
    (root / ".hidden").mkdir()
    (root / ".hidden" / "draft.md").write_text("Hush [@volt2023].", encoding="utf-8")
    os.mkfifo(root / "pipe.md")
    assert re.search(r"No file|leads out|is no file", here.fault("verify", file=name.replace("{secret}", str(secret))))


def test_the_head_of_a_text_leads_nowhere(here: Connection, secret: Path) -> None:
    text = f"---\nbibliography: {secret}/refs.bib\n---\n\nHush [@hush]."
    assert "leads out" in here.fault("verify", text=text)
    assert here.call("verify", text=text, bibliography="@article{volt, title={Charging}}")["failures"] == 1


def test_a_head_that_would_grow_to_gigabytes_is_left_aside(here: Connection) -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    text = "\n".join(["---", "a0: &a0 [x]", *levels, "bibliography: *a11", "---", "", "Toads sing [@nobody2020]."])
    assert here.call("verify", text=text)["failures"] == 1


def test_a_folder_that_the_user_opens_may_be_read(work: Made, secret: Path) -> None:
    with Workspace.open(work.root) as workspace:
        allowed = Connection(workspace, folders=(secret,))
        assert allowed.call("verify", file="draft.md")["cited"] == 1
        assert allowed.call("verify", file=str(secret / "draft.md"))["cited"] == 1
