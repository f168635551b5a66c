"""Sentences of a reply while it comes in: the same however it is cut, at a cost that grows with its length alone."""

import json
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey.models.formats import Unusable, parsed, wire_schema
from survey.models.piecewise import Listening
from survey.models.streaming import Received
from survey.tasks import AnswerGiven, Prose

SCHEMA = wire_schema(AnswerGiven)
THREE = (
    Prose(text="Rain hurts.", ids=("1", "2")),
    Prose(text='A “{[,]}” and a \\"quote\\": \\\\', ids=()),
    Prose(text="Frogs smile 😀 in São Paulo.\n", ids=("3",)),
)
WHOLE = AnswerGiven(sentences=THREE)


def heard(pieces: Sequence[str], called: bool = False) -> list[Prose]:
    """What is told of these pieces, each told of before the next one comes."""
    told: list[Prose] = []
    listening = Listening(AnswerGiven, SCHEMA, lambda text: text, told.append)
    received = Received()
    for piece in pieces:
        (received.arguments if called else received.pieces).append(piece)
        listening(received)
    return told


def cut(text: str, places: Sequence[int]) -> list[str]:
    at = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[one:next_] for one, next_ in pairwise(at)]


GOOD = [
    json.dumps(WHOLE.model_dump()),
    json.dumps(WHOLE.model_dump(), ensure_ascii=False, indent=2),
    f"```json\n{WHOLE.model_dump_json()}\n```",
    f"<think>So {{they}} say ``` and </thinking>?</think>\n\n```\n{WHOLE.model_dump_json()}",
    f"<reasoning></reasoning><think>\n</think> {WHOLE.model_dump_json()} That is all.",
    json.dumps({"note": {"sentences": [{"text": "no", "ids": []}]}, "list": [[{}], []], **WHOLE.model_dump(), "more": 1}),
    '{"n":1,"s":"sentences","sent\\u0065nces" : [ ' + " ,\n".join(p.model_dump_json() for p in THREE) + " ] }",
]


@settings(deadline=None)
@given(st.sampled_from(GOOD), st.lists(st.integers(0, 2000), max_size=30), st.booleans())
def test_however_a_reply_is_cut_the_same_is_heard_in_its_order(text: str, places: list[int], called: bool) -> None:
    assert heard(cut(text, places), called) == list(THREE)


@pytest.mark.parametrize("text", GOOD)
def test_each_sentence_is_heard_with_its_last_character(text: str) -> None:
    told = [heard([text[:n]]) for n in range(len(text) + 1)]
    assert [len(one) for one in told] == sorted(len(one) for one in told)
    for n, prose in enumerate(THREE, start=1):
        first = next(at for at, one in enumerate(told) if len(one) == n)
        assert told[first][-1] == prose
        assert text[first - 1] == "}"


@pytest.mark.parametrize(
    "text",
    [
        f"Here it is: {GOOD[0]}",
        f"Let me draft: {GOOD[0]}</think>{GOOD[0]}",
        f"<think>{GOOD[0]}",
        f"[{GOOD[0]}]",
        f"<thinks>{GOOD[0]}",
        '{"found": [{"text": "a", "ids": []}]}',
        '{"sentences": {"text": "a", "ids": []}}',
        '{"sentences": [[{"text": "a", "ids": []}]]}',
        '{"sentences": ["a", {"text": "a", "ids": []}]}',
        '{"sentences": [,{"text": "a", "ids": []}]}',
        '{"sentences": [7 {"text": "a", "ids": []}]}',
        '{"sentences": [{"txt": "a", "ids": []}, {"text": "a", "ids": []}]}',
        '{"sentences": [{"text": "a" "ids": []}, {"text": "a", "ids": []}]}',
        '{"sentences": [{"text": "<think>", "ids": []}, {"text": "</think>", "ids": []}]}',
        '{"a": [{"sentences": [{"text": "a", "ids": []}]}]}',
        '{"sentences" [{"text": "a", "ids": []}]}',
        "", "{", "}", "]", '"', "\\", "``` ```", "<",
    ],
)  # fmt: skip
def test_of_what_is_no_such_reply_or_may_be_thinking_nothing_is_heard(text: str) -> None:
    assert heard([text]) == heard(list(text)) == []


@pytest.mark.parametrize("between", ["", " ", ", ,", " 7,", ",7", ', "a" ', ", {}, ", '}, "more": [', "], "])
def test_where_the_form_is_lost_nothing_more_is_heard(between: str) -> None:
    one, other = (prose.model_dump_json() for prose in THREE[:2])
    assert heard([f'{{"sentences": [{one}{between}{other}]}}']) == [THREE[0]]


MARKS = ['{"sentences": [', '{"text": "a", "ids": ["1"]}', '{"text": "b", "ids": []}', ",", "]", "}", '"', "\\", "{", "[", " ", "<think>",
         "</think>", "```json\n", "a"]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(MARKS), max_size=12).map("".join), st.lists(st.integers(0, 200), max_size=8))
@example('{"sentences": [{"text": "a", "ids": ["1"]}{"text": "b", "ids": []}]}', [])
def test_no_text_breaks_it_and_of_one_object_nothing_else_is_heard_than_the_whole_says(text: str, places: list[int]) -> None:
    told = heard(cut(text, places))
    assert told == heard([text])
    if "</" not in text and text.count("{") == 1 + text.count('{"text"'):
        try:
            whole = parsed(text, AnswerGiven, SCHEMA)
        except Unusable:
            return
        assert isinstance(whole, AnswerGiven)
        assert told == list(whole.sentences)[: len(told)]


@settings(deadline=None)
@given(st.text(), st.integers(0, 50))
def test_a_surrogate_pair_may_be_cut_in_the_middle(text: str, place: int) -> None:
    """Within an escape, and between the two of a pair, which some servers send in two events as they are."""
    prose = Prose(text=f"{text}😀", ids=())
    reply = json.dumps({"sentences": [prose.model_dump()]})
    assert heard(cut(reply, [place, place + 3])) == [prose]
    one, _, other = reply.partition("\\ud83d\\ude00")
    assert heard([f"{one}\ud83d", f"\ude00{other}"]) == heard([f"{one}😀{other}"])


def test_arguments_of_a_call_go_before_what_was_said_beside_them() -> None:
    told: list[Prose] = []
    listening = Listening(AnswerGiven, SCHEMA, lambda text: text, told.append)
    received = Received()
    received.pieces.append("I call the function. ")
    listening(received)
    for piece in cut(GOOD[0], range(0, 300, 7)):
        received.arguments.append(piece)
        listening(received)
    assert told == list(THREE)


def test_what_is_cleaned_out_of_the_whole_is_cleaned_out_of_what_is_heard() -> None:
    told: list[Prose] = []
    listening = Listening(AnswerGiven, SCHEMA, lambda text: text.replace("sk-canary", "[key]"), told.append)
    received = Received(pieces=['{"sentences": [{"text": "sk-', 'canary is a key", "ids": []}'])
    listening(received)
    assert [prose.text for prose in told] == ["[key] is a key"]


ENDLESS = {
    "space": " ",
    "thinking": "<think>",
    "closed thinking": "<think></think>",
    "fences": "```\n",
    "one sentence": '{"sentences": [{"text": "' + "a",
    "escapes": '{"sentences": [{"text": "' + "\\\\",
    "brackets": '{"sentences": [' + "[",
    "braces": '{"a": ' + "{",
    "values": '{"a": ' + "[]",
    "names": '{"a": "b"' + ', "a": "b"',
    "nothing": '{"sentences": [' + ",",
    "empty sentences": '{"sentences": [' + '{"text":"","ids":[]},',
}


@pytest.mark.parametrize("size", [1, 7, 10**7])
@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_would_not_end_costs_what_it_is_long(text: str, size: int) -> None:
    """A million characters are read in about a second, in pieces of whatever size; a reader that goes back takes minutes."""
    repeated = text[-1:] if text.startswith("{") else text
    for tail in ("[]", ', "a": "b"', "\\\\", '{"text":"","ids":[]},'):
        repeated = tail if text.endswith(tail) else repeated
    endless = text + repeated * (200_000 // len(repeated))
    pieces = [endless[at : at + size] for at in range(0, len(endless), size)]
    started = time.process_time()
    heard(pieces)
    assert time.process_time() - started < 2
