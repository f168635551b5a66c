"""Which task is answered by which role, and the model that hands each task to its own."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from survey.tasks import Model, ReplyT, Task

ROLE_OF = {
    "find_statements": "extract",
    "propose_themes": "extract",
    "assign_themes": "extract",
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

    def key(self, task: Task[Any]) -> str | None:
        model = self._of(task)
        return model.key(task) if isinstance(model, Remote) else None

    def _of(self, task: Task[Any]) -> Model:
        return self._models[ROLE_OF[task.name]]
