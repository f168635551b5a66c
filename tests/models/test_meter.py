"""The budget is never exceeded, whatever the order in which calls begin and end."""

import threading
from collections.abc import Callable

import pytest

from bench.llm import schedule
from survey.errors import BudgetReached, NoPrice
from survey.models.meter import Meter, Use
from survey.models.prices import Price

PRICE = Price(1000, 2000)


def test_eight_workers_at_the_cap_spend_no_more_in_200_random_schedules() -> None:
    for seed in range(200):
        spent, most = schedule(seed)
        assert 0 < spent <= most, seed


def test_what_a_call_did_not_need_is_free_again() -> None:
    meter = Meter(most_tokens=100)
    first = meter.reserve("answer", "write", "m", PRICE, Use(50, 40))
    meter.settle(first, Use(10, 5))
    meter.settle(meter.reserve("answer", "write", "m", PRICE, Use(45, 40)), Use(45, 40))
    with pytest.raises(BudgetReached, match=r"100 of 100 tokens used, and the next call may need 1"):
        meter.reserve("answer", "write", "m", PRICE, Use(1, 0))
    assert meter.total().tokens == 100
    assert meter.total().nano == 55 * 1000 + 45 * 2000


def test_a_call_waits_for_those_in_flight_before_the_budget_counts_as_reached() -> None:
    meter = Meter(most_tokens=100)
    first = meter.reserve("answer", "write", "m", PRICE, Use(60, 0))
    found: list[object] = []
    waiting = threading.Thread(target=lambda: found.append(meter.reserve("answer", "write", "m", PRICE, Use(60, 0))))
    waiting.start()
    waiting.join(0.05)
    assert not found
    meter.settle(first, Use(40, 0))
    waiting.join(5)
    assert len(found) == 1


class Meanwhile(threading.Condition):
    """While somebody waits, this happens."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self._happens = happens

    def wait(self, timeout: float | None = None) -> bool:
        self._happens()
        return True


def test_nobody_waits_once_the_work_is_called_off() -> None:
    meter = Meter(most_tokens=100)
    meter.reserve("answer", "write", "m", PRICE, Use(60, 0))
    meter._changed = Meanwhile(meter.stop)
    with pytest.raises(BudgetReached):
        meter.reserve("answer", "write", "m", PRICE, Use(60, 0))


def test_work_that_begins_after_an_interruption_waits_again() -> None:
    """As in a notebook, where the workspace stays open after Ctrl-C."""
    meter = Meter(most_tokens=100)
    first = meter.reserve("answer", "write", "m", PRICE, Use(60, 0))
    meter.stop()
    meter._changed = Meanwhile(lambda: meter.settle(first, Use(40, 0)))
    assert meter.reserve("answer", "write", "m", PRICE, Use(60, 0)).tokens == 60


def test_what_a_server_does_not_say_is_charged_in_full_and_shown_as_estimated() -> None:
    meter = Meter(most_tokens=100)
    meter.settle(meter.reserve("answer", "write", "m", PRICE, Use(50, 40)), None, Use(20, 4))
    assert meter.spent_tokens == 90
    assert (meter.total().tokens, meter.total().estimated) == (24, 1)


def test_a_budget_in_dollars_needs_a_price() -> None:
    with pytest.raises(NoPrice, match=r"prices\.toml"):
        Meter(most_nano=1).reserve("answer", "write", "new", None, Use(1, 1))
    unknown = Meter()
    unknown.settle(unknown.reserve("answer", "write", "new", None, Use(1, 1)), Use(1, 1))
    assert unknown.total().cost == "price unknown"


def test_the_account_is_by_stage_and_by_task() -> None:
    meter = Meter()
    for stage, task in (("statements", "find_statements"), ("statements", "find_statements"), ("writing", "write_section")):
        meter.stage = stage
        meter.settle(meter.reserve(task, "extract", "m", PRICE, Use(9, 9)), Use(5, 1))
    meter.kept("write_section", "extract", "m")
    assert {stage: (line.requests, line.tokens, line.kept) for stage, line in meter.by_stage().items()} == {
        "statements": (2, 12, 0),
        "writing": (1, 6, 1),
    }
    assert str(meter.by_stage()["writing"]) == "1 call and 1 kept before, 5 + 1 tokens, $0.0000"
    assert set(meter.as_json()["tasks"]) == {"find_statements", "write_section"}  # type: ignore[call-overload]
