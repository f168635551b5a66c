"""A model that is heard while it writes: what is told was checked, stays, and is told in time; a reply that breaks off is an error."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey import errors
from survey.drafts import Drafts
from survey.library import Library
from survey.models.extractive import Extractive
from survey.models.formats import Rung, wire_schema
from survey.models.ledger import Ledger
from survey.models.piecewise import Listening
from survey.models.retrying import ATTEMPTS
from survey.models.roles import ROLE_OF, ByRole
from survey.models.streaming import Broken, read_stream
from survey.records import Sentence
from survey.tasks import AnswerGiven, AnswerQuestion, PassageSentence, Prose
from tests.models.wire import Wire, streamed
from tests.stating import paper

FROGS = paper("frogs2019", "Rain noise masks 62% of frog calls. A small net hears frog 🐸 calls in rain.", "Frogs", "2019")
TOADS = paper("toads2021", "Toads hide from nets at night in São Paulo.", "Toads", "2021", authors=("Bo Lee",))
PAPERS = {p.key: p for p in (FROGS, TOADS)}
QUOTES = {"1": FROGS.quote(0, 35), "2": FROGS.quote(36, len(FROGS.text)), "3": TOADS.quote(0, len(TOADS.text))}
TASK = AnswerQuestion(
    question="What about frogs?",
    sentences=tuple(
        PassageSentence(id=i, text=q.text, paper=q.key, byline=PAPERS[q.key].byline, similarity=0.9, overlap=0.9) for i, q in QUOTES.items()
    ),
)

NOISE = Prose(text="Rain noise masks 62% of frog calls.", ids=("1",))
ALTERED = Prose(text="Rain noise masks 26% of frog calls.", ids=("1",))
NET = Prose(text="Roe (2019): “A small net hears frog 🐸 calls in rain.”", ids=("2",))
TOAD = Prose(text="Toads hide at night in São Paulo.", ids=("3",))
REPLY = AnswerGiven(sentences=(NOISE, ALTERED, NET))
MENDED = AnswerGiven(sentences=(TOAD,))
TEXT = json.dumps(REPLY.model_dump())
AT_ONCE, IN_ALL = [NOISE.text, NET.text], [NOISE.text, NET.text, TOAD.text]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Library]]:
    root = tmp_path_factory.mktemp("heard")
    with Library(root / "store" / "library.sqlite") as library:
        yield root, library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.sqlite") as library:
        yield library


class Told(NamedTuple):
    told: list[str]
    stood: list[Sentence] | None
    fault: errors.ModelError | None


def listen(model: Any, most: int = 3, judged: bool = False, heard: Callable[[Sentence], None] = lambda sentence: None) -> Told:
    """What is told, in its order, and what the answer then is."""
    told: list[str] = []

    def hear(sentence: Sentence) -> None:
        told.append(sentence.text)
        heard(sentence)

    drafts = Drafts(PAPERS, {key: p.byline for key, p in PAPERS.items()}, model, judged)
    try:
        stood = drafts.answer(TASK, QUOTES, most, hear)
    except errors.ModelError as fault:
        return Told(told, None, fault)
    assert [sentence.text for sentence in stood] == told, "what was told is the answer"
    assert drafts.counts["generated"] == drafts.counts["kept"] + drafts.counts["flagged"] + drafts.counts["dropped"]
    assert drafts.counts["kept"] + drafts.counts["flagged"] == len(stood)
    return Told(told, stood, None)


STREAMS: dict[str, tuple[Rung, bytes]] = {
    "schema": ("json_schema", streamed(TEXT)),
    "json object": ("json_object", streamed(REPLY.model_dump_json(), plain=True)),
    "tool": ("tool", streamed(TEXT, called=True)),
    "words": ("prompt", streamed(f"<think>Frogs?</think>\n```json\n{REPLY.model_dump_json()}\n```", plain=True)),
    "prose before it": ("prompt", streamed(f"Here it is: {REPLY.model_dump_json()}")),
}
streams = pytest.mark.parametrize(("rung", "stream"), STREAMS.values(), ids=STREAMS.keys())
MEND = streamed(MENDED.model_dump_json())


def whole_from(stream: bytes) -> int:
    """With how many bytes the reply is whole: what comes then is the blank line, what was used, and the mark of the end."""
    return stream.index(b"\n\n", stream.index(b'"finish_reason": "'))


@streams
def test_a_whole_stream_is_told_as_it_is_checked_and_what_was_faulty_when_it_is_mended(
    place: tuple[Path, Library], rung: Rung, stream: bytes
) -> None:
    wire = Wire(*place, stream, MEND, rung=rung)
    assert listen(wire.model).told == IN_ALL
    assert "26" in wire.asked[1]["messages"][-1]["content"]


def test_what_was_called_off_is_not_asked_again(place: tuple[Path, Library]) -> None:
    wire = Wire(*place)

    def cut(asked: dict[str, Any]) -> bytes:
        wire.meter.stop()
        raise httpx2.ReadTimeout("slow")

    wire.after = cut
    assert isinstance(listen(wire.model).fault, errors.ModelError)
    assert len(wire.asked) == 1
    assert wire.clock.waits == []


def test_cut_at_any_byte_it_ends_in_an_error_and_what_was_told_was_checked(place: tuple[Path, Library]) -> None:
    """Each of the attempts is cut there."""
    rung, stream = STREAMS["schema"]
    wire = Wire(*place, rung=rung)
    lengths = []
    for n in range(whole_from(stream)):
        wire.asked.clear()
        wire.after = stream[:n]
        told, stood, fault = listen(wire.model)
        assert told == AT_ONCE[: len(told)]
        assert isinstance(fault, errors.ServerUnreachable), n
        assert fault.exit_code == 6
        assert stood is None
        assert len(wire.asked) == ATTEMPTS
        lengths.append(len(told))
    assert lengths == sorted(lengths)
    assert lengths[-1] == len(AT_ONCE), "some is told before the end"


@streams
def test_cut_at_any_byte_no_way_of_asking_gives_anything_but_sentences_of_the_reply(rung: Rung, stream: bytes) -> None:
    lengths = []
    for n in range(whole_from(stream)):
        told: list[Prose] = []
        with pytest.raises(Broken):
            read_stream([stream[:n]], 1000, Listening(AnswerGiven, wire_schema(AnswerGiven), str, told.append))
        assert told == list(REPLY.sentences)[: len(told)]
        lengths.append(len(told))
    assert lengths == sorted(lengths)
    assert lengths[-1] == (0 if b"Here" in stream else len(REPLY.sentences))


@streams
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_after_a_cut_at_any_byte_the_next_attempt_says_nothing_twice(
    place: tuple[Path, Library], rung: Rung, stream: bytes, data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, whole_from(stream) - 1))
    wire = Wire(*place, stream[:n], stream, MEND, rung=rung)
    assert listen(wire.model).told == IN_ALL
    assert len(wire.asked) == 3


@streams
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_however_the_bytes_come_the_same_is_told(place: tuple[Path, Library], rung: Rung, stream: bytes, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=40)))
    chunks = [stream[one:other] for one, other in zip([0, *places], [*places, len(stream)], strict=True)]
    wire = Wire(*place, chunks, MEND, rung=rung)
    assert listen(wire.model).told == IN_ALL


def test_byte_by_byte_the_same_is_told(place: tuple[Path, Library]) -> None:
    for rung, stream in STREAMS.values():
        wire = Wire(*place, [bytes([byte]) for byte in stream], MEND, rung=rung)
        assert listen(wire.model).told == IN_ALL


def test_a_server_that_does_not_stream_is_heard_at_the_end_and_cut_at_any_byte_not_at_all(place: tuple[Path, Library]) -> None:
    wire = Wire(*place)
    wire.kind = "application/json"

    def body(reply: AnswerGiven) -> bytes:
        return json.dumps({"choices": [{"message": {"content": reply.model_dump_json()}, "finish_reason": "stop"}]}).encode()

    for n in range(0, len(body(REPLY)) - 1):
        wire.script, wire.after = [body(REPLY)[:n]], b'{"error": {"message": "no such key", "code": 401}}'
        told, _, fault = listen(wire.model)
        assert (told, type(fault)) == ([], errors.KeyRefused)
    wire.script = [body(REPLY), body(MENDED)]
    assert listen(wire.model).told == IN_ALL


# ---------------------------------------------------------------- in time


@pytest.mark.parametrize("rung", ["json_schema", None], ids=["known", "first call"])
@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_sentence_is_told_before_the_last_chunk_is_sent(library: Library, tmp_path: Path, concurrency: int, rung: Rung | None) -> None:
    first = threading.Event()
    stream = streamed(TEXT, size=7)
    middle = stream.index(b"26")

    def sent() -> Iterator[bytes]:
        yield stream[:middle]
        assert first.wait(5), "nothing was told before the rest was sent"
        yield stream[middle:]

    wire = Wire(tmp_path, library, sent(), MEND, rung=rung)
    told = listen(wire.ledger(concurrency), heard=lambda sentence: first.set())
    assert told.told == IN_ALL


# ---------------------------------------------------------------- with others beside it


DOUBTFUL = Prose(text="Rain noise masks frog calls and angers people.", ids=("1", "99"))
OTHER = Prose(text="Rain noise masks calls of frogs.", ids=("1",))


def test_an_attempt_that_says_other_things_adds_to_what_was_told_and_takes_nothing_back(place: tuple[Path, Library]) -> None:
    broken = streamed(TEXT)[: whole_from(streamed(TEXT)) - 5]
    other = streamed(AnswerGiven(sentences=(OTHER, TOAD)).model_dump_json())
    assert listen(Wire(*place, broken, other, MEND).model, most=4).told == [*AT_ONCE, OTHER.text, TOAD.text]
    assert listen(Wire(*place, broken, other).model, most=3).told == [*AT_ONCE, OTHER.text], "and no more than were asked for"


def test_a_reply_that_is_given_back_adds_to_what_was_told(place: tuple[Path, Library]) -> None:
    bad = streamed(TEXT[:-2] + ', {"txt": "Frogs."}]}')
    wire = Wire(*place, bad, streamed(AnswerGiven(sentences=(NOISE, OTHER)).model_dump_json()), MEND)
    assert listen(wire.model, most=4).told == [*AT_ONCE, OTHER.text, TOAD.text]
    assert "could not be used" in wire.asked[1]["messages"][-1]["content"]


@pytest.mark.parametrize(("anew", "verdict"), [(TOAD, "supported"), (DOUBTFUL, "flagged")], ids=["mended", "as it was"])
def test_what_is_doubtful_is_given_back_before_it_is_told_with_a_flag(place: tuple[Path, Library], anew: Prose, verdict: str) -> None:
    wire = Wire(
        *place,
        streamed(AnswerGiven(sentences=(DOUBTFUL, NET)).model_dump_json()),
        streamed(AnswerGiven(sentences=(anew,)).model_dump_json()),
    )
    told, stood, _ = listen(wire.model)
    assert told == [NET.text, anew.text]
    assert stood
    assert [sentence.verdict for sentence in stood] == ["supported", verdict]


def test_what_is_worded_alike_is_told_once_and_counted_once(place: tuple[Path, Library]) -> None:
    again = NOISE.model_copy(update={"ids": ("2", "1")})
    assert listen(Wire(*place, streamed(AnswerGiven(sentences=(NOISE, NOISE, again)).model_dump_json())).model).told == [NOISE.text]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.decimals(0, 10_000, places=1).map(str) | st.integers(0, 10**6).map(str))
def test_a_sentence_whose_number_was_altered_is_never_told(place: tuple[Path, Library], number: str) -> None:
    text = NOISE.text.replace("62", number)
    stream = streamed(AnswerGiven(sentences=(Prose(text=text, ids=("1",)), TOAD)).model_dump_json())
    assert listen(Wire(*place, stream, stream).model).told == [*([text] if float(number) == 62 else []), TOAD.text]


def test_once_there_is_enough_nothing_is_given_back(place: tuple[Path, Library]) -> None:
    wire = Wire(*place, streamed(TEXT))
    assert listen(wire.model, most=2).told == AT_ONCE
    assert len(wire.asked) == 1


def verdict(which: str) -> bytes:
    return streamed(json.dumps({"verdict": which}))


@pytest.mark.parametrize("rung", ["json_schema", None], ids=["known", "first call"])
@pytest.mark.parametrize("budget", [None, 3500])
def test_the_judge_is_asked_while_the_others_are_written(library: Library, tmp_path: Path, rung: Rung | None, budget: int | None) -> None:
    """Neither the first call, which holds off the others, nor a budget that holds one call only makes them wait for each other for ever."""
    reply = streamed(AnswerGiven(sentences=(NOISE, NET)).model_dump_json())
    wire = Wire(tmp_path, library, reply, verdict("supported"), verdict("not"), streamed('{"sentences": []}'), rung=rung)
    wire.meter.most_tokens = budget
    assert listen(wire.ledger(), judged=True).told == [NOISE.text]


@pytest.mark.parametrize(("concurrency", "most"), [(1, 1), (2, 2)])
def test_no_more_calls_are_under_way_than_allowed(library: Library, tmp_path: Path, concurrency: int, most: int) -> None:
    """There are servers that break a reply off when they are asked for another one."""
    here, highest, judged = 0, 0, threading.Event()

    def counted(stream: bytes, last: bool) -> Iterator[bytes]:
        nonlocal here, highest
        here += 1
        highest = max(here, highest)
        yield stream[:-20]
        judged.set() if last else judged.wait(0.5)
        here -= 1
        yield stream[-20:]

    reply = streamed(AnswerGiven(sentences=(NOISE,)).model_dump_json(), size=7)
    wire = Wire(tmp_path, library, counted(reply, False), counted(verdict("supported"), True))
    assert listen(wire.ledger(concurrency), judged=True).told == [NOISE.text]
    assert highest == most


def test_a_fault_of_the_listener_is_not_taken_for_one_of_the_server_and_the_reply_is_kept(library: Library, tmp_path: Path) -> None:
    def closed(sentence: Sentence) -> None:
        raise BrokenPipeError

    def slow() -> Iterator[bytes]:
        stream = streamed(TEXT, size=7)
        yield stream[:-300]
        threading.Event().wait(0.2)
        yield stream[-300:]

    wire = Wire(tmp_path, library, slow())
    ledger = wire.ledger()
    with pytest.raises(BrokenPipeError):
        listen(ledger, heard=closed)
    assert library.reply(wire.model.key(TASK)) is not None
    wire.script = [MEND]
    assert listen(ledger).told == IN_ALL
    assert len(wire.asked) == 2


def test_an_interruption_is_not_waited_out_and_leaves_the_server_free(library: Library, tmp_path: Path) -> None:
    """As Ctrl-C in a talk, while the only call that is allowed at a time would go on for minutes."""
    over = threading.Event()

    def slow() -> Iterator[bytes]:
        yield streamed(TEXT, size=7)[:-300]
        for _ in range(1000):
            if over.wait(0.01):
                return
            yield b": not yet\n\n"

    def interrupted(sentence: Sentence) -> None:
        raise KeyboardInterrupt

    wire = Wire(tmp_path, library, slow(), streamed(TEXT), MEND)
    ledger = wire.ledger(concurrency=1)
    with pytest.raises(KeyboardInterrupt):
        listen(ledger, heard=interrupted)
    assert listen(ledger).told == IN_ALL
    over.set()


def test_a_kept_reply_is_told_as_it_was(library: Library, tmp_path: Path) -> None:
    wire = Wire(tmp_path, library, streamed(TEXT), MEND)
    assert listen(wire.ledger()).told == IN_ALL
    assert listen(wire.ledger()).told == IN_ALL
    assert len(wire.asked) == 2


def test_where_a_reply_is_cut_by_its_length_the_default_stands_in_and_adds(library: Library, tmp_path: Path) -> None:
    cut = streamed(TEXT).replace(b'"stop"', b'"length"')
    ledger = Wire(tmp_path, library, cut).ledger()
    assert listen(ledger, most=4).told == [*AT_ONCE, f"Roe (2019): “{QUOTES['1'].text}”", f"Lee (2021): “{QUOTES['3'].text}”"]
    assert [type(fault) for fault in ledger.stood_in] == [errors.ReplyCut]


def test_each_role_is_heard_as_it_can_be(library: Library, tmp_path: Path) -> None:
    first = threading.Event()

    def sent() -> Iterator[bytes]:
        yield streamed(TEXT, size=7)[:-20]
        assert first.wait(5)
        yield streamed(TEXT, size=7)[-20:]

    wire = Wire(tmp_path, library, sent(), MEND)
    roles = dict.fromkeys(ROLE_OF.values(), Extractive())
    assert listen(ByRole({**roles, "write": wire.model}), heard=lambda sentence: first.set()).told == IN_ALL
    told = listen(Ledger(ByRole({**roles, "judge": wire.model})), most=2).told
    assert len(told) == 2
    assert len(wire.asked) == 2
