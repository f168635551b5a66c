"""A model behind a server that behaves badly: every case ends in a mended reply or the right error, after exact attempts and waits."""

import json
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, cast

import pytest

from survey import errors
from survey.library import Library
from survey.models.chat import ChatModel
from survey.models.ledger import Ledger
from survey.models.meter import Meter
from survey.models.openai_api import Server
from survey.models.prices import Price
from survey.models.retrying import ATTEMPTS, LONGEST_WAIT
from survey.settings import load_settings
from survey.tasks import CondenseQuestion, FindStatements, Found, PaperSentence, QuestionCondensed, StatementsFound
from tests.models.hostile import (
    USAGE,
    Act,
    FakeClock,
    Hostile,
    called,
    chunk,
    endless,
    hang,
    page,
    raw_stream,
    reset,
    said,
    status,
    usage_of,
    whole,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

CANARY = "sk-canary-7f3e1d"
TASK = CondenseQuestion(question="And rain?", earlier=("What hurts frog detectors?",))
REPLY = QuestionCondensed(question="Does rain hurt frog detectors?")
GOOD = REPLY.model_dump_json()


class Asked:
    """A model at a server with this script, its account and its library."""

    def __init__(self, root: Path, *script: Act, after: Act | None = None, timeout: float = 5, meter: Meter | None = None) -> None:
        self.hostile = Hostile(*script, after=after)
        self.clock = FakeClock()
        self.meter = meter or Meter()
        self.root = root
        self.timeout = timeout
        self.library = Library(root / "store" / "library.sqlite")

    def __enter__(self) -> "Asked":
        self.hostile.__enter__()
        self.model = self.another()
        self.ledger = Ledger(self.model, self.library, self.meter)
        return self

    def another(self) -> ChatModel:
        """The same model as another process would open it."""
        flags = {"model": "tiny", "base_url": self.hostile.url}
        endpoint = load_settings(self.root, flags, {"OPENAI_API_KEY": CANARY}).endpoint("extract")
        assert endpoint
        return ChatModel(Server(endpoint, self.meter, Price(1000, 2000), self.timeout, self.clock), self.root, self.library, most=200)

    def __exit__(self, *error: object) -> None:
        self.model.close()
        self.hostile.__exit__(*error)
        self.library.close()

    def rungs(self) -> list[str]:
        """How each request asked for its format."""
        found = []
        for body in self.hostile.asked:
            wanted = body.get("response_format", {})
            kind = "tool" if "tools" in body else wanted.get("type", "prompt")
            found.append("json_object_schema" if kind == "json_object" and "schema" in wanted else kind)
        return found


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Callable[..., Asked]]:
    opened: list[Asked] = []

    def open_(*script: Act, **options: Any) -> Asked:
        opened.append(Asked(tmp_path, *script, **options).__enter__())
        return opened[-1]

    yield open_
    for one in opened:
        one.__exit__()


Open = Callable[..., Asked]

# ---------------------------------------------------------------- replies that are mended


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Here is the reply you want:\n{GOOD}\nI hope that helps!",
        f'<think>The user {{wants}} json, e.g. {{"question": 1}}</think>\n{GOOD}',
        f"a template swallowed the mark </think>{GOOD}",
        json.dumps({"question": REPLY.question, "confidence": 0.9, "tool": "rm -rf"}),
    ],
    ids=["plain", "fenced", "prose around it", "think", "think without its beginning", "extra fields"],
)
@pytest.mark.parametrize("act", [said, whole], ids=["streamed", "whole"])
def test_what_holds_the_reply_is_read(asked: Open, content: str, act: Callable[[str], Act]) -> None:
    one = asked(act(content))
    assert one.ledger.reply(TASK) == REPLY
    assert len(one.hostile.asked) == 1
    assert one.clock.waits == []
    assert one.meter.total().requests == 1
    assert one.meter.total().tokens == sum(USAGE)


def test_a_tool_call_is_a_reply(asked: Open) -> None:
    no = status(400, "response_format is not supported")
    one = asked(no, no, called(GOOD), called(GOOD))
    assert one.ledger.reply(TASK) == REPLY
    assert one.rungs() == ["json_schema", "json_object_schema", "tool"]
    assert one.hostile.asked[-1]["tool_choice"]["function"]["name"] == "reply"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("The question is about rain.", "no whole JSON object"),
        ('{"question": "Does rain', "no whole JSON object"),
        ('{"query": "Does rain hurt?"}', "question"),
        ("", "it was empty"),
        ("[]", "no whole JSON object"),
        ("{" * 2500, "no whole JSON object"),
    ],
    ids=["prose", "truncated", "wrong field", "empty", "a list", "braces"],
)
def test_what_cannot_be_used_is_given_back_once_with_the_reason(asked: Open, bad: str, told: str) -> None:
    one = asked(said(GOOD), said(bad), said(GOOD))
    one.ledger.reply(TASK)  # now it is known how this server is asked
    other = TASK.model_copy(update={"question": "And wind?"})
    assert one.ledger.reply(other) == REPLY
    *_, reply, request = one.hostile.asked[-1]["messages"]
    assert reply["role"] == "assistant"
    assert told in request["content"]
    assert '"required": ["question", ' in request["content"]
    assert one.clock.waits == []


@pytest.mark.parametrize(
    ("bad", "error"), [("It rains.", errors.ReplyUnusable), ("", errors.ReplyEmpty), ('{"question": "a', errors.ReplyUnusable)]
)
def test_twice_unusable_is_an_error_that_shows_its_beginning(asked: Open, bad: str, error: type[errors.ModelError]) -> None:
    one = asked(said(GOOD), after=said(bad))
    one.ledger.reply(TASK)
    with pytest.raises(error) as fault:
        one.ledger.reply(TASK.model_copy(update={"question": "And wind?"}))
    assert "more able model" in str(fault.value) or "another model" in str(fault.value)
    assert bad[:10] in str(fault.value)
    assert len(one.hostile.asked) == 3


def test_numbers_for_ids_are_taken_and_wrong_choices_are_not(asked: Open) -> None:
    task = FindStatements(title="Frogs", sentences=(PaperSentence(id="4", text="Rain hurts.", part="abstract"),))
    one = asked(
        said('{"found": [{"id": 4, "role": "improvable", "weight": 1}]}'),
        said('{"found": [{"id": "4", "role": "villain", "weight": 1}]}'),
        said('{"found": [{"id": "4", "role": "limitation", "weight": 1}]}'),
    )
    assert one.ledger.reply(task) == StatementsFound(found=(Found(id="4", role="improvable"),))
    assert one.ledger.reply(task.model_copy(update={"title": "Toads"})) == StatementsFound(found=(Found(id="4", role="limitation"),))
    assert "role" in one.hostile.asked[-1]["messages"][-1]["content"]


def test_a_reply_about_other_ids_is_given_back_and_says_nothing_of_how_to_ask(asked: Open) -> None:
    task = FindStatements(title="Frogs", sentences=(PaperSentence(id="4", text="Rain hurts.", part="abstract"),))
    one = asked(
        said('{"found": [{"id": "99", "role": "improvable", "weight": 1}]}'),
        said('{"found": [{"id": "4", "role": "improvable", "weight": 1}]}'),
        after=said('{"found": [{"id": "98", "role": "improvable", "weight": 1}]}'),
    )
    assert one.ledger.reply(task) == StatementsFound(found=(Found(id="4", role="improvable"),))
    assert "none of its ids stands in the question: 99" in one.hostile.asked[-1]["messages"][-1]["content"]
    assert {body["response_format"]["type"] for body in one.hostile.asked} == {"json_schema"}
    with pytest.raises(errors.ReplyUnusable, match="98"):
        one.ledger.reply(task.model_copy(update={"title": "Toads"}))
    assert len(one.hostile.asked) == 4


# ---------------------------------------------------------------- how a server is asked


def test_the_ladder_goes_down_and_is_remembered(asked: Open) -> None:
    """As llama.cpp's Python server: json_schema is answered with 500."""
    one = asked(status(500, "internal"), status(500, "internal"), after=said(GOOD))
    assert one.ledger.reply(TASK) == REPLY
    assert one.rungs() == ["json_schema", "json_schema", "json_object_schema"]
    assert len(one.clock.waits) == 1  # a first 500 may be a passing fault
    assert 1 <= one.clock.waits[0] <= 1.25
    model = one.another()
    model.reply(TASK)
    model.close()
    assert one.rungs()[3:] == ["json_object_schema"]
    assert one.meter.total().requests == len(one.hostile.asked) == 4


def test_a_server_that_takes_no_format_is_asked_in_words(asked: Open) -> None:
    no = status(400, "unknown field")
    one = asked(no, no, no, no, said("Sure!"), said(GOOD))
    assert one.ledger.reply(TASK) == REPLY
    assert one.rungs() == ["json_schema", "json_object_schema", "tool", "json_object", "prompt", "prompt"]
    assert "JSON schema" in one.hostile.asked[4]["messages"][-1]["content"]
    assert "JSON schema" not in one.hostile.asked[0]["messages"][-1]["content"]


def test_plain_json_mode_that_gives_an_empty_object_is_passed_over(asked: Open) -> None:
    one = asked(said("{}"), said("{}"), said("{}"), said(GOOD))
    assert one.ledger.reply(TASK) == REPLY
    assert one.rungs() == ["json_schema", "json_object_schema", "tool", "json_object"]


def test_parameters_that_a_model_refuses_are_left_away(asked: Open) -> None:
    """As OpenAI's reasoning models do."""
    one = asked(
        status(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        status(400, "Unsupported value: 'temperature' does not support 0"),
        status(400, "unknown field stream_options"),
        said(GOOD),
    )
    assert one.ledger.reply(TASK) == REPLY
    last = one.hostile.asked[-1]
    assert last["max_completion_tokens"] == 200
    assert not {"max_tokens", "temperature", "stream_options"} & set(last)
    assert one.rungs() == ["json_schema"] * 4


def test_a_remembered_way_that_is_refused_is_found_out_anew(asked: Open) -> None:
    one = asked(said(GOOD), status(400, "response_format"), status(400, "response_format"), said(GOOD))
    one.ledger.reply(TASK)
    model = one.another()
    assert model.reply(TASK) == REPLY
    model.close()
    assert one.rungs() == ["json_schema", "json_schema", "json_schema", "json_object_schema"]


def test_one_reply_that_is_none_does_not_give_a_way_of_asking_up(asked: Open) -> None:
    one = asked(said("Sure!"), after=said(GOOD))
    for _ in range(3):
        assert one.model.reply(TASK) == REPLY
    assert one.rungs() == ["json_schema", "json_object_schema", "json_schema", "json_schema"]


def test_the_second_gives_it_up(asked: Open) -> None:
    no = status(400, "response_format is not supported")
    one = asked(said("Sure!"), no, said(GOOD), said("{}"), after=called(GOOD))
    for _ in range(3):
        assert one.model.reply(TASK) == REPLY
    assert one.rungs() == ["json_schema", "json_object_schema", "tool", "json_schema", "tool", "tool"]
    model = one.another()
    assert model.reply(TASK) == REPLY
    model.close()
    assert one.rungs()[-1] == "tool"


def test_a_refusal_is_looked_into_by_one_for_all(asked: Open) -> None:
    """Two are refused together; the second finds out that the first already did."""
    one = asked(said(GOOD))
    one.model.reply(TASK)
    both = threading.Barrier(2)

    def refused(handler: Any) -> None:
        both.wait(5)
        status(400, "response_format")(handler)

    one.hostile.script = [refused, refused, status(400, "response_format")]
    one.hostile.after = said(GOOD)
    tasks = [TASK.model_copy(update={"question": f"Why {n}?"}) for n in range(2)]
    Ledger(one.model, one.library, one.meter, concurrency=2).replies(tasks)
    assert sorted(one.rungs()[1:]) == ["json_object_schema"] * 2 + ["json_schema"] * 3


# ---------------------------------------------------------------- what may pass


def in_seconds(seconds: int, clock: FakeClock) -> str:
    return format_datetime(datetime.fromtimestamp(clock.wall() + seconds, UTC), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0.5"}, 0.5),
        ({"retry_after": in_seconds(9, FakeClock())}, 9.0),
        ({"retry_after_ms": "250", "retry_after": "1"}, 0.25),
        ({"retry_after": "86400"}, LONGEST_WAIT),
        ({}, None),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "-3"}, None),
        ({"retry_after": "nan"}, None),
        ({"retry_after": in_seconds(-9, FakeClock())}, None),
    ],
    ids=["seconds", "half a second", "date", "milliseconds", "a day", "none", "nonsense", "negative", "nan", "past"],
)
def test_a_server_that_is_busy_is_waited_for_as_it_asks(asked: Open, headers: dict[str, str], wait: float | None) -> None:
    one = asked(status(429, "slow down", **headers), said(GOOD))
    assert one.ledger.reply(TASK) == REPLY
    (waited,) = one.clock.waits
    assert waited == pytest.approx(wait) if wait is not None else 1 <= waited <= 1.25
    assert one.meter.total().requests == 2
    assert one.meter.total().tokens == sum(USAGE)  # a call turned away costs nothing


@pytest.mark.parametrize(
    ("act", "error", "told"),
    [
        (status(429, "slow down"), errors.ServerBusy, "concurrency"),
        (status(503, "loading model"), errors.ServerBusy, "503"),
        (status(529, "overloaded"), errors.ServerBusy, "529"),
        (status(502, "bad gateway"), errors.ServerFailed, "502"),
        (page(502), errors.ServerFailed, "502"),
        (raw_stream(chunk(content='{"question":')), errors.ServerUnreachable, "ended before"),
        (raw_stream(chunk(content=GOOD), "[DONE]"), errors.ServerUnreachable, "without saying why"),
        (raw_stream(chunk(content=GOOD[:9]), "{not json"), errors.ServerUnreachable, "no JSON"),
        (raw_stream(chunk(content="a"), {"error": {"message": "out of memory", "code": 503}}), errors.ServerBusy, "out of memory"),
        (reset, errors.ServerUnreachable, "broke off"),
    ],
    ids=["429", "503", "529", "502", "502 page", "cut", "no finish reason", "broken piece", "error in the stream", "reset"],
)
def test_what_does_not_pass_is_an_error_after_five_attempts(asked: Open, act: Act, error: type[errors.ModelError], told: str) -> None:
    one = asked(after=act)
    with pytest.raises(error, match=f"tried {ATTEMPTS} times") as fault:
        one.ledger.reply(TASK)
    assert told in str(fault.value)
    assert len(one.hostile.asked) == ATTEMPTS == one.meter.total().requests
    assert all(base <= wait <= base * 1.25 for base, wait in zip((1, 2, 4, 8), one.clock.waits, strict=True))
    assert one.library.reply(one.model.key(TASK)) is None


@pytest.mark.parametrize("act", [status(503, "loading"), reset, raw_stream(chunk(content="a"))], ids=["503", "reset", "cut"])
def test_what_passes_is_a_reply(asked: Open, act: Act) -> None:
    one = asked(act, act, said(GOOD))
    assert one.ledger.reply(TASK) == REPLY
    assert [int(wait) for wait in one.clock.waits] == [1, 2]


def test_a_server_that_says_nothing_is_given_up(asked: Open) -> None:
    one = asked(after=hang, timeout=0.2)
    with pytest.raises(errors.ServerSilent, match=r"0\.2 seconds .tried 5 times.*`timeout`"):
        one.ledger.reply(TASK)
    assert len(one.hostile.asked) == ATTEMPTS == one.meter.total().requests


def test_a_stream_without_an_end_is_cut_and_not_asked_again(asked: Open) -> None:
    one = asked(after=endless)
    with pytest.raises(errors.ServerUnreachable, match="more pieces came than tokens were allowed"):
        one.ledger.reply(TASK)
    assert len(one.hostile.asked) == 1


def test_nobody_there_is_told_with_the_cure(asked: Open) -> None:
    one = asked()
    one.hostile.__exit__()
    with pytest.raises(errors.ServerUnreachable, match=r"no connection.*--base-url"):
        one.ledger.reply(TASK)
    assert len(one.clock.waits) == ATTEMPTS - 1
    assert one.meter.total().tokens == 0
    one.hostile = Hostile().__enter__()  # so that the fixture can close one


# ---------------------------------------------------------------- what will not pass


@pytest.mark.parametrize(
    ("act", "error", "told"),
    [
        (status(401, "bad key"), errors.KeyRefused, "OPENAI_API_KEY"),
        (status(403, "forbidden"), errors.KeyRefused, "OPENAI_API_KEY"),
        (status(404, "The model `tiny` does not exist"), errors.NoSuchModel, "--model"),
        (status(429, "You exceeded your current quota", "insufficient_quota", retry_after="1"), errors.QuotaExhausted, "quota"),
        (status(400, "This model's maximum context length is 4096 tokens"), errors.PromptTooLong, "longer context"),
        (status(418, "I am a teapot"), errors.RequestRefused, "418"),
        (page(), errors.NotAnApi, "Welcome to the proxy"),
        (page(404), errors.NoSuchModel, "--base-url"),
        (status(302, "moved", location="http://127.0.0.1:9/"), errors.RequestRefused, "302"),
        (said("", refusal="I cannot help with that."), errors.ReplyDeclined, "cannot help"),
        (whole(None, refusal="I cannot help with that."), errors.ReplyDeclined, "cannot help"),
        (said(GOOD[:12], finish="length"), errors.ReplyCut, "reply_tokens"),
        (said("", finish="content_filter"), errors.ReplyFiltered, "content filter"),
    ],
    ids=[
        "401", "403", "404", "quota", "too long", "418", "page", "404 page", "redirect", "refusal", "whole refusal", "cut", "filtered",
    ],
)  # fmt: skip
def test_what_will_not_pass_is_asked_once(asked: Open, act: Act, error: type[errors.ModelError], told: str) -> None:
    one = asked(act)
    with pytest.raises(error) as fault:
        one.ledger.reply(TASK)
    assert told in str(fault.value)
    assert "tiny at 127.0.0.1" in str(fault.value)
    assert fault.value.exit_code == 6
    assert len(one.hostile.asked) == 1 == one.meter.total().requests
    assert one.clock.waits == []
    assert one.library.reply(one.model.key(TASK)) is None, "refusals and cut replies are not kept"


def test_every_rung_failing_is_the_server_failing(asked: Open) -> None:
    one = asked(after=status(500, "broken"))
    with pytest.raises(errors.ServerFailed, match=r"broken.*tried 6 times"):
        one.ledger.reply(TASK)
    assert len(one.hostile.asked) == 6 == one.meter.total().requests


@pytest.mark.parametrize(
    ("act", "error", "requests"),
    [(status(401, "bad key"), errors.KeyRefused, 1), (status(503, "loading"), errors.ServerBusy, ATTEMPTS), (page(), errors.NotAnApi, 1)],
)
def test_what_the_first_call_ends_in_is_told_to_all_who_wait_for_it(
    asked: Open, act: Act, error: type[errors.ModelError], requests: int
) -> None:
    """A server that is down is tried by one, not by each in turn."""
    waiting = 4
    one = asked(after=act)
    queue = Queue(waiting)
    one.model._probing = cast(Any, queue)
    faults: list[BaseException] = []

    def call() -> None:
        try:
            one.model.reply(TASK)
        except errors.ModelError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=call) for _ in range(waiting)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(fault) for fault in faults] == [error] * waiting
    assert len(one.hostile.asked) == requests == one.meter.total().requests
    with pytest.raises(error):
        one.model.reply(TASK)  # who comes later asks again: it may have passed
    assert len(one.hostile.asked) == 2 * requests


class Queue:
    """A lock whose first holder goes on when all have come."""

    def __init__(self, all_: int) -> None:
        self._lock = threading.Lock()
        self._left = all_
        self._come = threading.Event()

    def __enter__(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._come.set()
        self._lock.acquire()
        assert self._come.wait(5)

    def __exit__(self, *error: object) -> None:
        self._lock.release()


# ---------------------------------------------------------------- the key


def echo(code: int) -> Act:
    """A server that sends the key back wherever it can."""

    def act(handler: Any) -> None:
        key = handler.headers["authorization"]
        body = {"error": {"message": f"bad {key}", "code": key}, "choices": [{"message": {"content": key}, "finish_reason": "stop"}]}
        handler.give(code, "application/json", json.dumps(body).encode(), x_key=key)

    return act


def echo_stream(handler: Any) -> None:
    key = handler.headers["authorization"]
    handler.begin_stream()
    for piece in (key[:9], key[9:]):
        handler.event(chunk(content=piece))
    handler.event(chunk("stop"))


def echo_reply(handler: Any) -> None:
    said(json.dumps({"question": f"Is {handler.headers['authorization']} a key?"}))(handler)


def echo_page(handler: Any) -> None:
    handler.give(200, "text/html", f"<title>{handler.headers['authorization']}</title>".encode())


@pytest.mark.parametrize(
    "act",
    [
        *(echo(code) for code in (200, 400, 401, 404, 429, 500, 529)),
        echo_stream, echo_reply, echo_page, page(), reset, hang, endless,
        raw_stream(chunk(content="a")), status(302, "x", location="http://127.0.0.1:9/"), said("", refusal="no"),
    ],
)  # fmt: skip
def test_the_key_is_in_no_log_cache_error_or_output(asked: Open, act: Act, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    one = asked(after=act, timeout=0.2)
    shown = ""
    try:
        shown = one.ledger.reply(TASK).model_dump_json()
    except errors.ModelError as error:
        shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.args) + repr(error.__context__)
    assert one.hostile.keys[0] == f"Bearer {CANARY}"
    shown += repr(one.model.__dict__) + repr(one.model.server.endpoint) + json.dumps(one.meter.as_json())
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path
    assert CANARY not in shown
    assert CANARY not in caplog.text


def test_without_a_key_none_is_sent_elsewhere(tmp_path: Path) -> None:
    """A server that survey.toml names does not get the key that the environment holds for OpenAI's."""
    with Hostile(said(GOOD)) as hostile, Library(tmp_path / "store" / "library.sqlite") as library:
        (tmp_path / "survey.toml").write_text(f'model = "tiny"\nbase_url = "{hostile.url}"\n', encoding="utf-8")
        endpoint = load_settings(tmp_path, {}, {"OPENAI_API_KEY": CANARY}).endpoint("extract")
        assert endpoint
        model = ChatModel(Server(endpoint, Meter()), tmp_path, library)
        assert model.reply(TASK) == REPLY
        model.close()
        assert hostile.keys == ["Bearer none"]


# ---------------------------------------------------------------- the account


def test_a_server_that_does_not_say_what_it_used_is_estimated_and_charged_the_most(asked: Open) -> None:
    one = asked(said(GOOD, usage=None))
    one.ledger.reply(TASK)
    line = one.meter.total()
    assert line.estimated == 1
    assert 0 < line.prompt_tokens < 1000
    assert one.meter.spent_tokens > line.tokens


def test_usage_that_comes_on_every_piece_is_counted_once(asked: Open) -> None:
    pieces = [{**chunk(content=GOOD), "usage": usage_of((100, 3))}, {**chunk("stop"), "usage": usage_of(USAGE)}]
    one = asked(raw_stream(*pieces))
    assert one.ledger.reply(TASK) == REPLY
    assert one.meter.total().tokens == sum(USAGE)
    assert one.meter.total().nano == 100 * 1000 + 20 * 2000
