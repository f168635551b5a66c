"""The schemas that go over the wire, prices and tokens."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import BadPrices
from survey.models.formats import Unusable, parsed, wire_schema, without_thinking
from survey.models.prices import FREE, Price, load_prices, price_of
from survey.models.roles import READ_BY, ROLE_OF
from survey.models.tokens import counted, prompt_bound, prompt_tokens
from survey.prompting import Message
from survey.settings import ROLES, Endpoint
from survey.tasks import TASKS, QuestionCondensed, StatementsFound


def nodes(schema: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    return [schema, *(node for part in inner for node in nodes(part))]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_strict_servers_take_every_schema(task: Any) -> None:
    """Every field required, nothing beside them, no references, no bounds, no open objects."""
    schema = wire_schema(task.reply_type)
    assert json.loads(json.dumps(schema)) == schema
    for node in nodes(schema):
        assert set(node) <= {"type", "enum", "properties", "required", "additionalProperties", "items", "anyOf"}
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])


def test_every_task_has_a_role_and_every_role_says_what_it_is_sent() -> None:
    assert set(ROLE_OF) == {task.name for task in TASKS}
    assert set(ROLE_OF.values()) | {"embed"} == set(ROLES) == set(READ_BY)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        parsed(text, QuestionCondensed, wire_schema(QuestionCondensed))
    except Unusable as fault:
        assert str(fault)


@given(st.text(max_size=60))
def test_a_reply_is_found_whatever_stands_before_it(before: str) -> None:
    reply = QuestionCondensed(question="Why {not} ```this```?")
    text = f"{without_thinking(before)}\n{reply.model_dump_json()}"
    if "{" not in before and "<" not in before:
        assert parsed(text, QuestionCondensed, wire_schema(QuestionCondensed)) == reply


def test_deep_nesting_is_no_way_to_break_it() -> None:
    with pytest.raises(Unusable):
        parsed('{"found":' * 3000, StatementsFound, wire_schema(StatementsFound))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_reply_that_could_not_be_read_back_is_none(number: str) -> None:
    text = f'{{"found": [{{"id": "4", "role": "improvable", "weight": {number}}}]}}'
    with pytest.raises(Unusable, match="weight"):
        parsed(text, StatementsFound, wire_schema(StatementsFound))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<think>a</think>b<thinking>c</thinking>d", "bd"),
        ("<think>a<thinking>b</thinking>c", "<think>ac"),
        ("a</think>b<think>c</think>d", "bd"),
        ("<think>a</thinking>b", "b"),
        ("a <think> b", "a <think> b"),
    ],
)
def test_thinking_is_passed_over(text: str, left: str) -> None:
    assert without_thinking(text) == left


def test_many_marks_that_nothing_closes_are_passed_over_at_once() -> None:
    started = time.process_time()
    without_thinking("<think><thinking>" * 20_000 + "</reasoning>")
    assert time.process_time() - started < 1  # 8 s where each mark looks for its end


def test_of_a_text_without_end_its_end_is_looked_at() -> None:
    reply = QuestionCondensed(question="Why?")
    assert parsed("{" * 300_000 + "\n</think>" + reply.model_dump_json(), QuestionCondensed, wire_schema(QuestionCondensed)) == reply


def test_tokens_are_counted_with_the_vocabulary_that_is_installed() -> None:
    assert counted("The quick brown fox jumps over the lazy dog.") == 10
    assert counted("") == 0


@given(st.text(max_size=200))
def test_the_bound_of_a_prompt_is_above_its_count(text: str) -> None:
    messages = [Message("system", text), Message("user", text)]
    assert prompt_tokens(messages) <= prompt_bound(messages, "{}")


def test_prices_of_the_workspace_go_first_and_dated_names_have_a_price(tmp_path: Path) -> None:
    def price(model: str, base_url: str = "https://api.openai.com/v1") -> Price | None:
        return price_of(Endpoint(model, base_url, None, ""), load_prices(tmp_path))

    assert price("gpt-4.1-mini") == price("gpt-4.1-mini-2025-04-14") == Price(400, 1600)
    assert price("brand-new") is None
    assert price("brand-new", "http://127.0.0.1:1/v1") == FREE
    (tmp_path / "prices.toml").write_text("[brand-new]\ninput = 0.1\noutput = 3\n", encoding="utf-8")
    assert price("brand-new") == Price(100, 3000)
    assert price("gpt-4.1-mini") == Price(400, 1600)


@pytest.mark.parametrize("text", ["[m]\ninput = 1", "m = 3", "[m]\ninput = -1\noutput = 1", "[m]\ninput = '1'\noutput = 1", "[m"])
def test_a_bad_table_of_prices_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "prices.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadPrices, match=r"prices\.toml.*per million"):
        load_prices(tmp_path)
