"""The account of what is asked of servers: requests, tokens and cost; and the budget, which is never exceeded.

Before a request the worst that it can cost is reserved, after it the true figure takes that place. A request that does not fit waits
for those in flight, whose true figures free what they did not need; with none in flight the budget is reached.

Where the server says what it used, that is booked. Where it does not, the account shows an estimate, and the budget is charged the
worst case; so is a request that broke off, since its server may have worked, and charge for it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from survey.errors import BudgetReached, NoPrice
from survey.models.prices import Price


class Use(NamedTuple):
    """Tokens of one request."""

    prompt: int
    reply: int


@dataclass
class Line:
    """One line of the account. ``requests`` were sent; ``kept`` replies were in the library; cost in billionths of a dollar."""

    requests: int = 0
    kept: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0
    nano: int = 0
    priced: bool = True
    estimated: int = 0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.reply_tokens

    def add(self, other: "Line") -> None:
        for name in ("requests", "kept", "prompt_tokens", "reply_tokens", "nano", "estimated"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.priced = self.priced and other.priced

    def __str__(self) -> str:
        calls = f"{self.requests:,} {'call' if self.requests == 1 else 'calls'}"
        kept = f" and {self.kept:,} kept before" if self.kept else ""
        return f"{calls}{kept}, {self.prompt_tokens:,} + {self.reply_tokens:,} tokens, {self.cost}"

    @property
    def cost(self) -> str:
        return dollars(self.nano) if self.priced else "price unknown"

    def as_json(self) -> dict[str, object]:
        """``requests_estimated``: of these the server did not say what it used."""
        return {
            "requests": self.requests,
            "replies_kept_before": self.kept,
            "prompt_tokens": self.prompt_tokens,
            "reply_tokens": self.reply_tokens,
            "usd": round(self.nano / 1e9, 6) if self.priced else None,
            "requests_estimated": self.estimated,
        }


def dollars(nano: int) -> str:
    return f"${nano / 1e9:.2f}" if nano >= 10**9 or not nano else f"${nano / 1e9:.4f}"


@dataclass
class Ticket:
    """A place in the budget for one request."""

    task: str
    role: str
    model: str
    price: Price | None
    tokens: int
    nano: int
    stage: str
    stops: int = 0
    settled: bool = False


@dataclass
class Meter:
    """``most_tokens`` and ``most_nano`` (billionths of a dollar) bound the sum over all requests; None: no bound. Thread-safe."""

    most_tokens: int | None = None
    most_nano: int | None = None
    stage: str = ""
    lines: dict[tuple[str, str, str, str], Line] = field(default_factory=dict)
    spent_tokens: int = 0
    spent_nano: int = 0
    _reserved_tokens: int = 0
    _reserved_nano: int = 0
    _in_flight: int = 0
    _stops: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def reserve(self, task: str, role: str, model: str, price: Price | None, worst: Use) -> Ticket:
        """Waits while requests in flight hold what this one needs. Raises :class:`BudgetReached`, :class:`NoPrice`."""
        if price is None and self.most_nano is not None:
            raise NoPrice(model)
        tokens, nano = sum(worst), price.of(*worst) if price else 0
        with self._changed:
            stops = self._stops
            while not self._fits(tokens, nano):
                if not self._in_flight or self._stops > stops:
                    raise self._reached(tokens, nano)
                self._changed.wait()
            self._reserved_tokens += tokens
            self._reserved_nano += nano
            self._in_flight += 1
            return Ticket(task, role, model, price, tokens, nano, self.stage, stops)

    def settle(self, ticket: Ticket, used: Use | None, estimate: Use | None = None) -> None:
        """``used``: what the server says; ``Use(0, 0)`` for a request that it turned away; None if it does not say."""
        shown = (estimate or Use(0, 0)) if used is None else used
        price = ticket.price or Price(0, 0)
        with self._changed:
            if ticket.settled:
                return
            ticket.settled = True
            self._in_flight -= 1
            self._reserved_tokens -= ticket.tokens
            self._reserved_nano -= ticket.nano
            self.spent_tokens += ticket.tokens if used is None else sum(used)
            self.spent_nano += ticket.nano if used is None else price.of(*used)
            line = Line(1, 0, shown.prompt, shown.reply, price.of(*shown), ticket.price is not None, int(used is None))
            self._line(ticket.stage, ticket.task, ticket.role, ticket.model).add(line)
            self._changed.notify_all()

    def kept(self, task: str, role: str, model: str) -> None:
        """A reply was in the library, and cost nothing."""
        with self._changed:
            self._line(self.stage, task, role, model).kept += 1

    def stop(self) -> None:
        """Whoever waits, waits no longer: the work was called off. What begins later waits again."""
        with self._changed:
            self._stops += 1
            self._changed.notify_all()

    def is_off(self, ticket: Ticket) -> bool:
        """Whether the request was called off since: nobody reads on."""
        return self._stops > ticket.stops

    def total(self) -> Line:
        return self._sum(lambda key: "")[""] if self.lines else Line()

    def by_stage(self) -> dict[str, Line]:
        return self._sum(lambda key: key[0])

    def as_json(self) -> dict[str, object]:
        """For ``run.json``: by task, with its role and model, and in all."""
        by_task = self._sum(lambda key: key[1])
        owners = {key[1]: {"role": key[2], "model": key[3]} for key in self.lines}
        return {
            "total": self.total().as_json(),
            "tasks": {task: {**owners[task], **line.as_json()} for task, line in sorted(by_task.items())},
        }

    @contextmanager
    def working(self, stage: str) -> Iterator[None]:
        before, self.stage = self.stage, stage
        try:
            yield
        finally:
            self.stage = before

    def _fits(self, tokens: int, nano: int) -> bool:
        in_tokens = self.most_tokens is None or self.spent_tokens + self._reserved_tokens + tokens <= self.most_tokens
        return in_tokens and (self.most_nano is None or self.spent_nano + self._reserved_nano + nano <= self.most_nano)

    def _reached(self, tokens: int, nano: int) -> BudgetReached:
        if self.most_tokens is not None and self.spent_tokens + tokens > self.most_tokens:
            return BudgetReached(f"{self.spent_tokens:,}", f"{self.most_tokens:,} tokens", f"{tokens:,}")
        return BudgetReached(dollars(self.spent_nano), dollars(self.most_nano or 0), dollars(nano))

    def _line(self, *key: str) -> Line:
        stage, task, role, model = key
        return self.lines.setdefault((stage, task, role, model), Line())

    def _sum(self, of: Callable[[tuple[str, str, str, str]], str]) -> dict[str, Line]:
        with self._changed:
            sums: dict[str, Line] = {}
            for key, line in self.lines.items():
                sums.setdefault(of(key), Line()).add(line)
            return sums
