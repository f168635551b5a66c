"""What was paid for is kept; what is independent is asked side by side; the order of replies is that of the tasks."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from survey.errors import ModelError, ReplyCut, ServerFailed
from survey.library import Library
from survey.models.extractive import Extractive
from survey.models.ledger import Ledger
from survey.models.meter import Meter
from survey.tasks import CondenseQuestion, OutlinePlanned, PlanOutline, QuestionCondensed, ReplyT, Task
from tests.fakes import ScriptedModel


class Distant:
    """A model whose replies are worth keeping; ``answer`` is called for each task, perhaps side by side."""

    name = "distant"

    def __init__(self, answer: Callable[[str], str]) -> None:
        self.asked: list[str] = []
        self._answer = answer

    def key(self, task: Task[Any]) -> str:
        return task.model_dump_json()

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        question = cast(CondenseQuestion, task).question
        self.asked.append(question)
        return cast(ReplyT, QuestionCondensed(question=self._answer(question)))

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        return [self.reply(task) for task in tasks]


def question(text: str) -> CondenseQuestion:
    return CondenseQuestion(question=text, earlier=())


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.sqlite") as library:
        yield library


def test_it_hands_on_what_the_model_replies_and_counts_by_task() -> None:
    replies = (QuestionCondensed(question="Why?"), OutlinePlanned(themes=()), QuestionCondensed(question="How?"))
    with ScriptedModel(*replies, name="a model") as model:
        ledger = Ledger(model)
        first, second = question("?"), PlanOutline(topic="", themes=())
        third = question("!")
        assert (ledger.reply(first), ledger.reply(second), ledger.reply(third)) == replies
        assert model.asked == [first, second, third]
    assert ledger.calls == {"condense_question": 2, "plan_outline": 1}
    assert ledger.name == "a model"


def test_a_kept_reply_is_not_asked_for_again(library: Library) -> None:
    first = Distant(str.upper)
    assert Ledger(first, library).reply(question("why")).question == "WHY"
    second, meter = Distant(str.lower), Meter()
    assert Ledger(second, library, meter).reply(question("why")).question == "WHY"
    assert second.asked == []
    assert meter.total().kept == 1


@pytest.mark.parametrize("kept", ['{"question": null}', "{}", "no JSON"])
def test_a_kept_reply_that_does_not_fit_is_asked_for_anew(library: Library, kept: str) -> None:
    model = Distant(str.upper)
    library.put_reply(model.key(question("why")), "condense_question", kept)
    for _ in range(2):
        assert Ledger(model, library).reply(question("why")).question == "WHY"
    assert model.asked == ["why"]


def test_nothing_is_kept_of_a_model_that_costs_nothing(library: Library) -> None:
    for _ in range(2):
        with ScriptedModel(QuestionCondensed(question="Why?")) as model:
            Ledger(model, library).reply(question("why"))


def test_replies_come_in_the_order_of_the_tasks_however_they_end(library: Library) -> None:
    late = threading.Event()

    def answer(text: str) -> str:
        if text == "0":
            assert late.wait(5), "the others were not asked meanwhile"
        if text == "7":
            late.set()
        return f"<{text}>"

    model = Distant(answer)
    told: list[tuple[int, int]] = []
    ledger = Ledger(model, library, concurrency=3, told=lambda done, total: told.append((done, total)))
    tasks = [question(str(n)) for n in range(8)]
    assert [reply.question for reply in ledger.replies(tasks)] == [f"<{n}>" for n in range(8)]
    assert {total for _, total in told} <= {8}


def test_equal_tasks_of_a_batch_are_asked_once(library: Library) -> None:
    model = Distant(str.upper)
    ledger = Ledger(model, library, concurrency=4)
    assert [r.question for r in ledger.replies([question("a"), question("b"), question("a")])] == ["A", "B", "A"]
    assert sorted(model.asked) == ["a", "b"]


def test_no_more_are_asked_at_a_time_than_allowed(library: Library) -> None:
    here, most, lock = 0, 0, threading.Lock()

    def answer(text: str) -> str:
        nonlocal here, most
        with lock:
            here += 1
            most = max(most, here)
        threading.Event().wait(0.001)
        with lock:
            here -= 1
        return text

    Ledger(Distant(answer), library, concurrency=3).replies([question(str(n)) for n in range(40)])
    assert 1 < most <= 3


def test_an_error_calls_off_the_rest_and_what_came_is_kept(library: Library) -> None:
    def answer(text: str) -> str:
        if text == "3":
            raise ServerFailed("condense_question", "m", "h", 500, "", 5)
        return text

    model = Distant(answer)
    tasks = [question(str(n)) for n in range(200)]
    with pytest.raises(ModelError):
        Ledger(model, library, concurrency=2).replies(tasks)
    assert len(model.asked) < 200
    again = Distant(str)
    Ledger(again, library, concurrency=2).replies(tasks)
    assert not {"0", "1", "2"} & set(again.asked)
    assert "3" in again.asked


def test_the_default_stands_in_for_a_reply_that_cannot_be_used_and_nothing_of_it_is_kept(library: Library) -> None:
    def answer(text: str) -> str:
        if text == "bad":
            raise ReplyCut("condense_question", "m", 600)
        return text.upper()

    ledger = Ledger(Distant(answer), library, instead=Extractive())
    tasks = [question("good"), question("bad")]
    assert [reply.question for reply in ledger.replies(tasks)] == ["GOOD", "bad"]
    assert [(fault.task, "600 tokens" in str(fault)) for fault in ledger.stood_in] == [("condense_question", True)]
    again = Distant(str.upper)
    assert [reply.question for reply in Ledger(again, library).replies(tasks)] == ["GOOD", "BAD"]
    assert again.asked == ["bad"]


def test_nothing_stands_in_for_a_server_that_fails(library: Library) -> None:
    def answer(text: str) -> str:
        raise ServerFailed("condense_question", "m", "h", 500, "", 5)

    with pytest.raises(ServerFailed):
        Ledger(Distant(answer), library, instead=Extractive()).reply(question("a"))


def test_an_interruption_is_not_waited_out_and_what_came_is_kept(library: Library) -> None:
    """As Ctrl-C while a server says nothing."""
    over = threading.Event()

    def answer(text: str) -> str:
        if text != "0":
            over.wait(10)
        return text

    def interrupted(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Ledger(Distant(answer), library, concurrency=2, told=interrupted).replies([question(str(n)) for n in range(5)])
    over.set()
    again = Distant(str)
    assert Ledger(again, library).reply(question("0")).question == "0"
    assert again.asked == []
