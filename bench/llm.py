"""The language-model way: ``python -m bench llm --data DIR`` (about two minutes).

``foreign_citations``, ``valid_lost``: of 1,000 adversarial drafts (:mod:`bench.adversarial`). ``over_budget``: of 200 random schedules of
8 workers at the cap, those that spent more than it. Then real runs against a server in a process of its own (:mod:`bench.slow`) that gives
each reply after 200 ms; what it says is what the embedded default says, found out by a run beforehand, so the survey comes out the same.
Both sides count tokens with :mod:`survey.models.tokens`.

``dry_run_error``: how far the tokens that ``--dry-run`` foresaw for the example collection lie from those used, as a share of these;
what the server says there is what the rehearsal stands in with, so this measures the counting alone. ``dry_run_error_other``: the same with
a server that says something else (:class:`Talkative`); ``dry_run_error_thorough``: that, foreseen by a thorough rehearsal.
``tokens_per_abstract``: of the 60 examples; ``tokens_per_full_paper``: of the PDFs of ``DIR/pdf/papers``. On the PDFs too, with 4 calls at
a time: ``wall_s``, the whole run; ``compute_s``, the same run with the embedded default, which asks nobody; ``bound_s``:
(``rounds`` + ``calls`` / 4) × 200 ms, where a round is a time at which the pipeline waits for one or several replies.
``wall_over_bound`` is (``wall_s`` - ``compute_s``) / ``bound_s``: what asking adds, over what asking must add;
``wall_over_bound_with_compute`` is ``wall_s`` / ``bound_s``: reading 38 PDFs, splitting and indexing them take as long as asking, and are
done before it.
Both are the best of three, with the imports done: on two cores anything else that runs falls on one of them.
"""

import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast, get_args

from survey import Workspace
from survey.errors import BudgetReached
from survey.models.extractive import Extractive
from survey.models.ledger import Ledger
from survey.models.meter import Meter, Use
from survey.models.prices import Price
from survey.models.tokens import counted, prompt_tokens
from survey.prompting import messages
from survey.records import Record, Role
from survey.tasks import CondenseQuestion, FindStatements, Found, Model, QuestionCondensed, ReplyT, StatementsFound, Task, Writing, Written
from survey.workspace import example_paths

SECONDS = 0.2
CONCURRENCY = 4
DRAFTS = 1000
SCHEDULES = 200


def measure(data: Path) -> dict[str, float]:
    from bench.adversarial import adversarial

    drafts = adversarial(1, DRAFTS)
    abstracts = asked(example_paths())
    other = asked(example_paths(), says=Talkative())
    full = asked([data / "pdf" / "papers"], times=3)
    bound = (full.rounds + full.calls / CONCURRENCY) * SECONDS
    return {
        "foreign_citations": drafts.foreign_citations,
        "valid_lost": drafts.valid_lost,
        "over_budget": sum(spent > most for spent, most in map(schedule, range(SCHEDULES))),
        "dry_run_error": round(abs(abstracts.foreseen - abstracts.tokens) / abstracts.tokens, 4),
        "dry_run_error_other": round(abs(other.foreseen - other.tokens) / other.tokens, 4),
        "dry_run_error_thorough": round(abs(other.most - other.tokens) / other.tokens, 4),
        "tokens_per_abstract": round(abstracts.tokens / abstracts.papers),
        "tokens_per_full_paper": round(full.tokens / full.papers),
        "wall_over_bound": round((full.wall - full.compute) / bound, 3),
        "wall_over_bound_with_compute": round(full.wall / bound, 3),
        "calls": full.calls,
        "rounds": full.rounds,
        "tokens": full.tokens,
        "wall_s": round(full.wall, 2),
        "compute_s": round(full.compute, 2),
        "bound_s": round(bound, 2),
    }


# ---------------------------------------------------------------- runs against the slow server


class Run(NamedTuple):
    papers: int
    calls: int
    rounds: int
    tokens: int
    foreseen: int
    most: int
    wall: float
    compute: float


class Talkative(Extractive):
    """Another model than the one that the rehearsal stands in with: every sentence of a paper says something to it, and it says in its
    own words what it writes."""

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        reply: Record = super().reply(task)
        if isinstance(reply, StatementsFound):
            reply = self._more(cast(FindStatements, task), reply)
        if isinstance(reply, Written) and not cast(Writing[Written], task).returned:
            said = tuple(prose.model_copy(update={"text": _reworded(prose.text)}) for prose in reply.sentences)
            reply = reply.model_copy(update={"sentences": said})
        return cast(ReplyT, reply)

    def _more(self, task: FindStatements, reply: StatementsFound) -> StatementsFound:
        """All sentences that have no role, in the order of the text, with the roles in turn; the stage keeps what the settings say."""
        taken = {one.id for one in reply.found}
        new = [s.id for s in task.shown().sentences if s.id not in taken]
        roles: tuple[Role, ...] = get_args(Role)
        return StatementsFound(found=(*reply.found, *(Found(id=one, role=roles[n % 4], weight=0.5) for n, one in enumerate(new))))


_WORDS = {
    "show": "demonstrate", "shows": "demonstrates", "propose": "put forward", "proposes": "puts forward", "use": "make use of",
    "uses": "makes use of", "is": "is found to be", "are": "are found to be", "but": "yet", "report": "describe", "reports": "describes",
    "large": "considerable", "small": "limited", "many": "a good number of", "however": "nevertheless", "often": "in many cases",
}  # fmt: skip


def _reworded(text: str) -> str:
    """Somewhat longer, not quoted, and in other words: a stand-in for prose that nobody foresaw."""
    return re.sub(r"[a-z]+", lambda found: _WORDS.get(found[0], found[0]), re.sub("[“”]", "", text))


class Foreseen:
    """``default``, that writes down what it is asked and what it says."""

    name = "foreseen"

    def __init__(self, workspace: Path, default: Model | None = None) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self._workspace = workspace
        self._default = default or Extractive()

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        from bench.slow import digest

        reply = self._default.reply(task)
        sent = messages(task, self._workspace)
        text = reply.model_dump_json()
        entry = {"reply": text, "prompt": prompt_tokens(sent), "tokens": counted(text)}
        self.known[digest([message._asdict() for message in sent])] = entry
        return reply

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        return [self.reply(task) for task in tasks]


class Rounds:
    """A ledger's front that counts how often the pipeline waits for a server."""

    def __init__(self, ledger: Ledger) -> None:
        self.name = ledger.name
        self.rounds = 0
        self.stood_in = ledger.stood_in
        self._ledger = ledger

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        return self.replies([task])[0]

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        before = self._ledger.meter.total().requests
        found = self._ledger.replies(tasks)
        self.rounds += self._ledger.meter.total().requests > before
        return found


def asked(paths: Sequence[Path], times: int = 1, says: Model | None = None) -> Run:
    """Fresh workspaces: to find out the replies, and then in turn to time the embedded default and to ask the server."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        foreseen = Foreseen(root, says)
        with Workspace.open(root / "foreseen", model=foreseen) as workspace:
            workspace.survey(paths=paths)
        (root / "replies.json").write_text(json.dumps(foreseen.known), encoding="utf-8")
        with slow(root / "replies.json") as url:
            settings = {"model": "foreseen", "base_url": url, "concurrency": CONCURRENCY}
            foresaw: dict[bool, int] = {}
            for thorough in (False, True):
                with Workspace.open(root / "rehearsed", settings=settings) as workspace, workspace.rehearsal(thorough) as rehearsal:
                    rehearsal.survey(paths=paths)
                    foresaw[thorough] = rehearsal.meter.total().tokens
            walls, computes = [], []
            for turn in range(times):
                started = time.perf_counter()
                with Workspace.open(root / f"default {turn}", model=Extractive()) as workspace:
                    workspace.survey(paths=paths)
                computes.append(time.perf_counter() - started)
                started = time.perf_counter()
                with Workspace.open(root / f"asked {turn}", settings=settings) as workspace:
                    rounds = Rounds(workspace.model)
                    workspace.__dict__["model"] = rounds  # the cached property: the stages ask through it
                    made = workspace.survey(paths=paths)
                    walls.append(time.perf_counter() - started)
                    total = workspace.meter.total()
        return Run(len(made.papers), total.requests, rounds.rounds, total.tokens, foresaw[False], foresaw[True], min(walls), min(computes))


@contextmanager
def slow(replies: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.slow", str(replies), str(SECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.terminate()


# ---------------------------------------------------------------- the budget


class Chancy:
    """A model whose calls take any time, use any share of the worst they can, fail, and are tried again; it keeps an account of its own."""

    name = "chancy"

    def __init__(self, seed: int, meter: Meter) -> None:
        self.spent = 0
        self._meter = meter
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    def key(self, task: Task[Any]) -> str:
        return task.model_dump_json()

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        price = Price(250, 2000)
        while True:
            with self._lock:
                worst = Use(self._chance.randrange(100, 4000), self._chance.randrange(100, 4000))
                used = Use(self._chance.randint(0, worst.prompt), self._chance.randint(0, worst.reply))
                says, fails, pause = self._chance.random() < 0.8, self._chance.random() < 0.3, self._chance.random() / 1000
            ticket = self._meter.reserve(task.name, "extract", self.name, price, worst)
            time.sleep(pause)
            with self._lock:
                self.spent += price.of(*used)
            self._meter.settle(ticket, used if says else None)
            if not fails:
                reply: Record = QuestionCondensed(question="")
                return reply  # type: ignore[return-value]  # only one task is asked

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        return [self.reply(task) for task in tasks]


def schedule(seed: int) -> tuple[int, int]:
    """What 8 workers spent who ask until the budget is reached, and the budget, in billionths of a dollar."""
    most = random.Random(seed).randrange(10, 60) * 1_000_000
    meter = Meter(most_nano=most)
    model = Chancy(seed, meter)
    tasks = [CondenseQuestion(question=str(n), earlier=()) for n in range(1000)]
    try:
        Ledger(model, meter=meter, concurrency=8).replies(tasks)
    except BudgetReached:
        return model.spent, most
    raise AssertionError("the budget was not reached")
