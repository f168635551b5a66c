"""Which task is answered by which role, and by whom, by the settings."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from survey.errors import NoPrice
from survey.library import Library
from survey.models.extractive import Extractive
from survey.models.hearing import Heard, hear
from survey.models.meter import Meter
from survey.models.prices import Price, load_prices, price_of
from survey.settings import ROLES, Endpoint, Settings
from survey.tasks import Model, ReplyT, Task, Writing, WrittenT

if TYPE_CHECKING:
    from survey.models import openai_api, vectors

ROLE_OF = {
    "find_statements": "extract",
    "propose_themes": "extract",
    "assign_papers": "extract",
    "condense_question": "extract",
    "merge_issues": "judge",
    "judge_link": "judge",
    "check_support": "judge",
    "name_theme": "write",
    "name_causes": "write",
    "plan_outline": "write",
    "write_section": "write",
    "answer": "write",
}


READ_BY = {
    "extract": "titles and sentences of papers; a question with those before it, and the papers and claims of the last answer",
    "judge": "statements of papers, and the titles of those that raise and take them up; written sentences with their quotes",
    "write": "titles, statements and bylines of papers; a question with sentences found for it",
    "embed": "passages of papers; questions",
}
"""Which texts each role is sent."""


@runtime_checkable
class Remote(Protocol):
    """A model whose replies are worth keeping, and worth waiting for side by side."""

    def key(self, task: Task[Any]) -> str | None:
        """A digest of everything that the reply hangs on, and of whom is asked; None for a reply that costs nothing."""
        ...


class ByRole:
    """Hands each task to the model of its role."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self._models = models
        names = {role: model.name for role, model in models.items()}
        same = len(set(names.values())) == 1
        self.name = next(iter(names.values())) if same else "; ".join(f"{role}: {name}" for role, name in sorted(names.items()))

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        return self._of(task).reply(task)

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        return [self.reply(task) for task in tasks]

    def hear(self, task: Writing[WrittenT], heard: Heard) -> WrittenT:
        return hear(self._of(task), task, heard)

    def key(self, task: Task[Any]) -> str | None:
        model = self._of(task)
        return model.key(task) if isinstance(model, Remote) else None

    def _of(self, task: Task[Any]) -> Model:
        return self._models[ROLE_OF[task.name]]


class Chosen:
    """Who answers, by the settings: the embedded default, unless a model was named. Making it calls nobody.

    ``prices`` holds the model's name and its price, if it is known, for each role that a server has. Raises
    :class:`survey.errors.NoPrice` where a budget is to be kept and it is not.
    """

    def __init__(self, settings: Settings, workspace: Path, library: Library, meter: Meter) -> None:
        endpoints = {role: settings.endpoint(role) for role in ROLES}
        self.model: Model = Extractive()
        self.embedder: vectors.ServerEmbedder | None = None
        self.prices: dict[str, tuple[str, Price | None]] = {}
        self._servers: dict[Endpoint, openai_api.Server] = {}
        if not any(endpoints.values()):
            return
        from survey.models.chat import ChatModel  # these three are needed only where a model was named
        from survey.models.openai_api import Server
        from survey.models.vectors import ServerEmbedder

        known = load_prices(workspace)
        models: dict[str, Model] = {}
        for role, endpoint in endpoints.items():
            if endpoint is None:
                models[role] = Extractive()
                continue
            price = price_of(endpoint, known)
            if price is None and settings.budget is not None:
                raise NoPrice(endpoint.model)
            self.prices[role] = (endpoint.model, price)
            if endpoint not in self._servers:
                self._servers[endpoint] = Server(endpoint, meter, price, settings.timeout)
            server = self._servers[endpoint]
            if role == "embed":
                self.embedder = ServerEmbedder(server, library)
            else:
                shared = next((m for m in models.values() if isinstance(m, ChatModel) and m.server is server), None)
                models[role] = shared or ChatModel(server, workspace, library, settings.reply_tokens)
        answering = {role: model for role, model in models.items() if role != "embed"}
        if any(isinstance(model, ChatModel) for model in answering.values()):
            self.model = ByRole(answering)

    def close(self) -> None:
        for server in self._servers.values():
            server.close()
