"""Whole commands with a model behind a server: what is asked, paid, kept and written down; and that none is asked unless it was named."""

import errno
import json
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bench.llm import Foreseen, Talkative
from bench.slow import digest
from survey.errors import UnwritableLibrary
from survey.library import Library
from survey.workspace import Workspace
from tests.calling import Outcome, call, contents, ended, warm
from tests.conftest import Made
from tests.models.hostile import Act, Handler, Hostile, hang, said, status, vectors, whole

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

CANARY = "sk-canary-51aa09"
QUESTION = "How many joules does the small network save?"


class Place(NamedTuple):
    """A workspace with papers, and a server that says what the embedded default would."""

    root: Path
    papers: Path
    hostile: Hostile

    def run(self, *more: object, command: tuple[object, ...] = ()) -> Outcome:
        first = command or ("run", self.papers)
        return call(*first, "-w", self.root, "--model", "tiny", "--base-url", self.hostile.url, *more)

    @property
    def folder(self) -> Path:
        return self.root / "outputs" / "papers"

    @property
    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        return found


@pytest.fixture(scope="module")
def known(collection: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Digest of the messages → what the embedded default says to them."""
    root = tmp_path_factory.mktemp("foreseen")
    foreseen = Foreseen(root)
    with Workspace.open(root, model=foreseen) as workspace:
        workspace.survey(paths=[collection])
        workspace.ask(QUESTION)
    return foreseen.known


def saying(known: dict[str, dict[str, Any]]) -> Act:
    def act(handler: Handler) -> None:
        found = known.get(digest(handler.asked.get("messages", [])))
        if "input" in handler.asked:
            vectors()(handler)
        elif found:
            whole(found["reply"], usage=(found["prompt"], found["tokens"]))(handler)
        else:
            status(404, "nobody foresaw this")(handler)

    return act


@pytest.fixture
def place(collection: Path, known: dict[str, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    with Hostile(after=saying(known)) as hostile:
        yield Place(tmp_path / "work", collection, hostile)


def test_a_run_with_a_model_is_a_survey_with_its_account(place: Place, made: Made) -> None:
    done = place.run()
    assert done.code == 0, done.err
    assert "extract: tiny at 127.0.0.1" in done.err
    assert "statements: 10 · 10 calls" in done.err
    assert call("verify", place.folder, "-w", place.root, "--quiet").code == 0
    usage = place.record["timings"]["usage"]
    assert usage["total"]["requests"] == len(place.hostile.asked)
    assert usage["total"]["usd"] == 0  # a server on this machine
    assert usage["tasks"]["find_statements"]["role"] == "extract"
    assert place.record["model"].startswith("tiny at 127.0.0.1")
    assert set(place.record["roles"]) == {"extract", "judge", "write"}
    assert set(place.hostile.keys) == {f"Bearer {CANARY}"}
    # the server says what the embedded default says, so the survey is the same, but for who wrote it
    assert but_for_the_writer(place.folder) == but_for_the_writer(made.folder)
    assert "tiny at 127.0.0.1" in (place.folder / "survey.md").read_text(encoding="utf-8")


def but_for_the_writer(folder: Path) -> list[str]:
    lines = (folder / "survey.md").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("| Writing |")]


def test_a_second_run_asks_nothing_and_gives_the_same_bytes(place: Place) -> None:
    assert place.run("--quiet").code == 0
    first, asked = contents(place.folder), len(place.hostile.asked)
    assert place.run("--quiet").code == 0
    assert contents(place.folder) == first
    with closing(sqlite3.connect(place.root / "store" / "library.sqlite")) as library, library:
        library.execute("DELETE FROM results")  # what the stages made is forgotten, what was paid for is not
    assert place.run("--quiet").code == 0
    assert contents(place.folder) == first
    assert len(place.hostile.asked) == asked
    total = place.record["timings"]["usage"]["total"]
    assert (total["requests"], total["replies_kept_before"] > 0) == (0, True)


def test_another_server_of_the_same_host_is_asked_itself(place: Place) -> None:
    """One host may hold several, under paths of their own."""
    assert place.run("--quiet").code == 0
    asked = len(place.hostile.asked)
    (place.folder / "outline.yaml").unlink()  # else the themes are not asked for again
    assert place.run("--quiet", "--base-url", place.hostile.url.replace("/v1", "/other/v1")).code == 0
    assert len(place.hostile.asked) == 2 * asked
    assert sum(path.startswith("/other/") for path in place.hostile.paths) == asked


def test_each_task_is_booked_on_the_model_of_its_role_kept_or_not(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_WRITE_MODEL", "large")
    assert place.run("--quiet").code == 0
    first = place.record["timings"]["usage"]["tasks"]
    with closing(sqlite3.connect(place.root / "store" / "library.sqlite")) as library, library:
        library.execute("DELETE FROM results")
    assert place.run("--quiet").code == 0
    for tasks in (first, place.record["timings"]["usage"]["tasks"]):
        assert {(line["role"], line["model"]) for line in tasks.values()} == {("extract", "tiny"), ("judge", "tiny"), ("write", "large")}


@pytest.mark.parametrize("command", [(), ("ask", QUESTION)], ids=["run", "ask"])
def test_a_wrong_prompt_is_found_before_anything_is_sent(place: Place, command: tuple[str, ...]) -> None:
    """Whichever task it is of: this one comes last."""
    assert call("add", place.papers, "-w", place.root, "--quiet").code == 0
    own = place.root / "prompts" / "write_section.md"
    own.parent.mkdir()
    own.write_text("# System\n{{section}}\n# User\n{{colour}}\n", encoding="utf-8")
    done = place.run(command=command)
    assert done.code == 2
    assert "colour" in done.err
    assert place.hostile.asked == []


def test_a_key_alone_switches_no_model_on(place: Place, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", place.hostile.url)
    done = call("run", place.papers, "-w", place.root, "--quiet")
    assert done.code == 0
    assert place.hostile.asked == []
    for name in ("survey.md", "evidence.jsonl", "references.bib"):
        assert (place.folder / name).read_bytes() == (made.folder / name).read_bytes()
    assert "usage" not in place.record["timings"]
    assert place.record["model"] == "extractive"


def test_a_model_named_in_the_environment_is_asked(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_MODEL", "tiny")
    monkeypatch.setenv("OPENAI_BASE_URL", place.hostile.url)
    assert call("run", place.papers, "-w", place.root, "--quiet").code == 0
    assert place.hostile.asked


def test_a_dry_run_sends_nothing_and_foresees_what_is_used(place: Place) -> None:
    dry = place.run("--dry-run", "--json")
    assert dry.code == 0, dry.err
    assert place.hostile.asked == []
    assert not (place.root / "outputs").exists()
    assert place.run("--quiet").code == 0
    used = place.record["timings"]["usage"]["total"]
    assert dry.data["total"]["requests"] == used["requests"]
    foreseen, real = (sum(line[name] for name in ("prompt_tokens", "reply_tokens")) for line in (dry.data["total"], used))
    assert abs(foreseen - real) <= 0.1 * real
    assert {"statements", "writing"} <= set(dry.data["stages"])
    after = place.run("--dry-run")
    assert after.code == 0
    assert "in all       0 calls" in after.out, "what is kept is not asked for again"


def test_a_thorough_rehearsal_foresees_a_model_that_finds_more(collection: Path, tmp_path: Path) -> None:
    collection = Path(shutil.copytree(collection, tmp_path / "longer"))
    for path in collection.rglob("*.md"):  # sentences that the embedded default names as nothing in particular
        visits = " ".join(f"Pond {n} of {path.stem} lies {n + 2} kilometres north of site {n}." for n in range(12))
        path.write_text(f"{path.read_text(encoding='utf-8').rstrip()} {visits}\n", encoding="utf-8")
    root = tmp_path / "foreseen"
    foreseen = Foreseen(root, Talkative())
    with Workspace.open(root, model=foreseen) as workspace:
        workspace.survey(paths=[collection])
    real = sum(one["prompt"] + one["tokens"] for one in foreseen.known.values())
    found = []
    settings = {"model": "tiny", "base_url": "http://127.0.0.1:9/v1"}
    for thorough in (False, True):
        with Workspace.open(tmp_path / "work", settings=settings) as workspace, workspace.rehearsal(thorough) as rehearsal:
            rehearsal.survey(paths=[collection])
            found.append(rehearsal.meter.total().tokens)
    plain, most = found
    assert plain < most
    assert abs(most - real) < abs(plain - real)
    assert abs(most - real) <= 0.1 * real


def test_a_dry_run_without_a_model_says_that_it_costs_nothing(collection: Path, tmp_path: Path) -> None:
    done = call("run", collection, "-w", tmp_path, "--dry-run", "--quiet")
    assert (done.code, done.out) == (0, "No model was named: nothing is sent, and it costs nothing.\n")


def test_on_reaching_the_budget_it_stops_with_7_and_goes_on_later(place: Place) -> None:
    used = 0
    for most in (12_000, 24_000, 1_000_000):
        asked = len(place.hostile.asked)
        done = place.run("--max-tokens", most, "--concurrency", "8")
        with Workspace.open(place.root) as workspace:
            assert workspace.library.papers()
        if done.code == 0:
            break
        assert done.code == 7, done.err
        assert "run it again, with a larger --budget or --max-tokens" in done.err
        used += len(place.hostile.asked) - asked
    assert used > 0
    assert len(place.hostile.asked) == len({digest(body["messages"]) for body in place.hostile.asked}), "nothing is paid for twice"
    fresh = place.root.parent / "fresh"
    assert call("run", place.papers, "-w", fresh, "--quiet").code == 0
    assert but_for_the_writer(fresh / "outputs" / "papers") == but_for_the_writer(place.folder)


def test_a_budget_in_dollars_is_kept_by_the_prices_of_the_workspace(place: Place) -> None:
    place.root.mkdir()
    (place.root / "prices.toml").write_text("[tiny]\ninput = 100.0\noutput = 100.0\n", encoding="utf-8")
    done = place.run("--budget", "1.0")
    assert done.code == 7
    assert "$1.00" in done.err
    assert len(place.hostile.asked) > 0
    free = place.run("--quiet")
    assert free.code == 0
    total = place.record["timings"]["usage"]["total"]
    assert total["usd"] == pytest.approx((total["prompt_tokens"] + total["reply_tokens"]) * 100e-6, abs=1e-5)


def test_a_budget_without_a_price_is_refused_before_anything_is_read(tmp_path: Path, collection: Path) -> None:
    done = call("run", collection, "-w", tmp_path, "--model", "brand-new", "--budget", "1")
    assert done.code == 2
    assert "prices.toml" in done.err
    assert not (tmp_path / "store" / "library.sqlite").exists() or call("status", "-w", tmp_path).code == 2


def test_what_is_about_a_model_wants_one(collection: Path, tmp_path: Path) -> None:
    done = call("run", collection, "-w", tmp_path, "--base-url", "http://127.0.0.1:9/v1")
    assert done.code == 2
    assert "--base-url is about a language model, and none was named" in done.err


def test_a_server_that_fails_ends_with_6_and_what_was_done_is_kept(place: Place) -> None:
    place.hostile.script += [*(saying_of(place),) * 4, status(401, "no such key")]
    done = place.run("--concurrency", "1")
    assert done.code == 6
    assert "Check OPENAI_API_KEY" in done.err
    assert CANARY not in done.err
    assert len(place.hostile.asked) == 5
    assert place.run("--quiet").code == 0
    assert len({digest(body["messages"]) for body in place.hostile.asked}) == len(place.hostile.asked) - 1


@pytest.mark.parametrize(
    "bad", [said("{", finish="length"), said("", refusal="I cannot."), whole("prose")], ids=["cut", "refused", "prose"]
)
def test_one_bad_reply_does_not_stop_the_rest_and_is_told(place: Place, bad: Act) -> None:
    """Not even a bad model does: the embedded default stands in, it is said where, and the next run asks for it again."""
    good = saying_of(place)
    first = good_then(good, bad)
    place.hostile.after = first
    done = place.run()
    assert done.code == 4
    assert "stood in  the embedded default, " in done.err
    assert call("verify", place.folder, "-w", place.root, "--quiet").code == 0
    faults = place.record["timings"]["usage"]["stood_in"]
    assert len(faults) == 3
    assert not (place.folder / "outline.yaml").exists()  # it is planned from whole replies
    place.hostile.after = good
    asked = len(place.hostile.asked)
    assert place.run("--quiet").code == 0
    assert len(place.hostile.asked) == asked + 3
    assert place.record["timings"]["usage"]["stood_in"] == []


def good_then(good: Act, bad: Act) -> Act:
    """Good but for the last three papers that are read."""

    def act(handler: Handler) -> None:
        text = json.dumps(handler.asked["messages"])
        poor = "Which sentences say what?" in text and any(name in text for name in ("Toads", "Frog Calls in the Rain", "Plating"))
        (bad if poor else good)(handler)

    return act


def saying_of(place: Place) -> Act:
    assert place.hostile.after
    return place.hostile.after


def test_a_question_is_answered_by_the_model(place: Place) -> None:
    assert place.run("--quiet").code == 0
    asked = len(place.hostile.asked)
    dry = place.run("--dry-run", "--json", command=("ask", QUESTION))
    assert (dry.code, len(place.hostile.asked)) == (0, asked)
    done = place.run("--quiet", command=("ask", QUESTION))
    assert done.code == 0, done.err
    assert "joules" in done.out
    assert len(place.hostile.asked) == asked + dry.data["total"]["requests"]
    assert place.run("--quiet", command=("ask", QUESTION)).out == done.out
    assert len(place.hostile.asked) == asked + dry.data["total"]["requests"]


def test_where_nothing_may_be_written_what_was_paid_for_is_given_and_said_not_to_be_kept(
    place: Place, work: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Library._open

    def as_on_a_disk_that_cannot_be_written(self: Library, how: str) -> None:
        if how == "mode=rwc":
            raise UnwritableLibrary(self.path, OSError(errno.EROFS, "Read-only file system"))
        opened(self, how)

    monkeypatch.setattr(Library, "_open", as_on_a_disk_that_cannot_be_written)
    done = call("ask", QUESTION, "-w", work.root, "--model", "tiny", "--base-url", place.hostile.url)
    assert (done.code, place.hostile.asked != []) == (0, True), done.err
    assert "joules" in done.out
    assert "paid for again when the same is asked again" in done.err


def test_roles_may_have_servers_of_their_own(place: Place, known: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_WRITE_MODEL", "author")
    with Hostile(after=saying(known)) as writer:
        monkeypatch.setenv("SURVEY_WRITE_BASE_URL", writer.url)
        assert place.run("--quiet").code == 0
        assert {body["model"] for body in writer.asked} == {"author"}
        assert set(writer.keys) == {"Bearer none"}, "a key goes only to the server that it was meant for"
    assert {body["model"] for body in place.hostile.asked} == {"tiny"}
    assert place.record["roles"]["write"] == f"author at {writer.url.removeprefix('http://').removesuffix('/v1')}"


def test_passages_are_embedded_by_a_server_if_one_is_named_for_that(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_EMBED_MODEL", "small")
    monkeypatch.setenv("SURVEY_EMBED_BASE_URL", place.hostile.url)
    monkeypatch.delenv("OPENAI_API_KEY")
    dry = call("run", place.papers, "-w", place.root, "--dry-run", "--json")
    assert place.hostile.asked == []
    assert list(dry.data["tasks"]) == ["embed"]
    assert call("run", place.papers, "-w", place.root, "--quiet").code == 0
    sent = [text for body in place.hostile.asked for text in body["input"]]
    assert len(sent) == len(set(sent)) > 10
    assert place.record["embedders"]["passages"] == f"small at {place.hostile.url}"
    assert place.record["model"] == "extractive"
    assert call("ask", QUESTION, "-w", place.root, "--quiet").code == 0
    asked = len(place.hostile.asked)
    assert call("ask", QUESTION, "-w", place.root, "--quiet").code == 0
    assert call("run", place.papers, "-w", place.root, "--quiet").code == 0
    assert len(place.hostile.asked) == asked, "a second run asks nothing"


def test_a_changed_prompt_is_asked_anew(place: Place) -> None:
    assert place.run("--quiet").code == 0
    before = len(place.hostile.asked)
    prompts = place.root / "prompts"
    prompts.mkdir()
    packaged = (Path(__file__).parents[2] / "prompts" / "plan_outline.md").read_text(encoding="utf-8")
    (prompts / "plan_outline.md").write_text(packaged.replace("# User", "Mind the years.\n\n# User"), encoding="utf-8")
    (place.folder / "outline.yaml").unlink()
    done = place.run("--quiet")
    assert done.code == 6  # nobody foresaw it, which shows that it was asked
    assert "nobody foresaw this" in done.err
    assert len(place.hostile.asked) == before + 1


def test_an_interruption_leaves_what_was_paid_for(place: Place, known: dict[str, dict[str, Any]]) -> None:
    """Ctrl-C while replies are under way: the next run asks only for the others."""
    held = threading.Event()
    count = 0

    def slowly(handler: Handler) -> None:
        nonlocal count
        count += 1
        if count > 5:
            held.wait(10)
        saying(known)(handler)

    place.hostile.after = slowly

    def progress(what: str, done: int, total: int) -> None:
        if what == "statements" and done >= 3:
            raise KeyboardInterrupt

    settings = {"model": "tiny", "base_url": place.hostile.url, "concurrency": 2}
    with Workspace.open(place.root, settings=settings, progress=progress) as workspace, pytest.raises(KeyboardInterrupt):
        workspace.survey(paths=[place.papers])
    held.set()
    before = {digest(body["messages"]) for body in place.hostile.asked}
    place.hostile.asked.clear()
    assert place.run("--quiet").code == 0
    assert len(before - {digest(body["messages"]) for body in place.hostile.asked}) >= 3


def test_ctrl_c_ends_at_once_with_130_while_a_server_says_nothing(place: Place) -> None:
    place.hostile.after = hang
    papers, options = place.papers, ["-w", place.root, "--model", "tiny", "--base-url", place.hostile.url]
    process = warm(["-m", "survey", "run", papers, *options])
    until = time.monotonic() + 60
    while not place.hostile.asked and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    done = ended(process)
    assert time.monotonic() - started < 60  # a server is given 600 s to answer
    assert done.code == 130
    assert "interrupted; what was done is kept" in done.err
    assert "Traceback" not in done.err


def test_the_key_stands_nowhere_in_the_workspace(place: Place) -> None:
    done = place.run()
    assert CANARY not in done.out + done.err
    for path in place.root.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path
