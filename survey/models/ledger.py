"""Wraps whoever answers and keeps account of what was asked."""

from collections import Counter

from survey.tasks import Model, ReplyT, Task


class Ledger:
    """A model that counts the calls of each task."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.calls: Counter[str] = Counter()
        self._model = model

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        self.calls[task.name] += 1
        return self._model.reply(task)
