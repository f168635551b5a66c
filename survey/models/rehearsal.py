"""``--dry-run``: answers as the embedded default does, and counts what a language model would have been sent.

A reply that is kept in the library is taken from it and costs nothing. Tokens are estimated (:mod:`survey.models.tokens`); what is not
foreseen: how many statements the model finds, on which hangs what later stages ask (:class:`Thorough` finds the most); turns of repair,
calls that are tried again, the first calls that find out how a server is asked, and a model's thinking.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast, get_args

from survey.library import Library
from survey.models.extractive import Extractive
from survey.models.ledger import kept_reply
from survey.models.meter import Meter, Use
from survey.models.prices import Price
from survey.models.roles import ROLE_OF, Remote
from survey.models.tokens import counted, prompt_tokens
from survey.models.vectors import BATCH, TASK, ServerEmbedder
from survey.prompting import messages
from survey.records import Record, Role
from survey.settings import Settings
from survey.tasks import FindStatements, Found, Model, ReplyT, StatementsFound, Task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embeds(Protocol):
    dimension: int

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]": ...


class Thorough(Extractive):
    """The embedded default, but it finds as many statements of a paper as are kept of it: what later stages ask hangs on their number."""

    def __init__(self, settings: Settings) -> None:
        self._most: dict[Role, int] = dict.fromkeys(get_args(Role), settings.statements_per_role)
        self._most["improvable"] = settings.problems_per_paper

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        reply: Record = super().reply(task)
        if isinstance(task, FindStatements) and isinstance(reply, StatementsFound):
            reply = self._filled(task, reply)
        return cast(ReplyT, reply)

    def _filled(self, task: FindStatements, reply: StatementsFound) -> StatementsFound:
        """Of the sentences that a prompt shows, those of most worth, each in the role that has most room."""
        found = list(reply.found)
        taken = {one.id for one in found}
        left = {role: most - sum(one.role == role for one in found) for role, most in self._most.items()}
        for sentence in sorted(task.shown().sentences, key=lambda s: -s.worth):
            role = max(left, key=left.__getitem__)
            if left[role] > 0 and sentence.id not in taken:
                left[role] -= 1
                found.append(Found(id=sentence.id, role=role))
        return StatementsFound(found=tuple(found))


class Rehearsal:
    """Stands in for ``model``, under its name, and says what ``default`` does. ``prices``: of each role, with the name of its model."""

    def __init__(
        self,
        model: Model,
        workspace: Path,
        library: Library,
        meter: Meter,
        prices: Mapping[str, tuple[str, Price | None]],
        default: Model | None = None,
    ) -> None:
        self.name = model.name
        self.meter = meter
        self._model = model
        self._workspace = workspace
        self._library = library
        self._prices = prices
        self._default = default or Extractive()
        self._asked: dict[str, Record] = {}

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        key = self._model.key(task) if isinstance(self._model, Remote) else None
        if key is None:
            return self._default.reply(task)
        role = ROLE_OF[task.name]
        model, price = self._prices[role]
        kept = kept_reply(self._library, key, task) or cast(ReplyT | None, self._asked.get(key))
        if kept is not None:
            self.meter.kept(task.name, role, model)
            return kept
        reply = self._default.reply(task)
        self._asked[key] = reply
        use = Use(prompt_tokens(messages(task, self._workspace)), counted(reply.model_dump_json()))
        self.meter.settle(self.meter.reserve(task.name, role, model, price, use), use)
        return reply

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        return [self.reply(task) for task in tasks]

    def key(self, task: Task[Any]) -> None:
        """None: nothing of a rehearsal is kept."""


class RehearsalEmbedder:
    """Stands in for an embedder at a server, under its name: counts, and gives vectors of ``local`` in its length."""

    def __init__(self, server: ServerEmbedder, local: "Embeds", meter: Meter, price: tuple[str, Price | None]) -> None:
        self.name = server.name
        self.dimension = server.known_dimension or local.dimension
        self._local = local
        self._meter = meter
        self._price = price

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np

        model, price = self._price
        for first in range(0, len(texts), BATCH):
            use = Use(sum(counted(text) for text in texts[first : first + BATCH]), 0)
            self._meter.settle(self._meter.reserve(TASK, TASK, model, price, use), use)
        made = self._local.embed(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        width = min(self.dimension, made.shape[1])
        vectors[:, :width] = made[:, :width]
        return vectors
