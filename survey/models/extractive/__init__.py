"""The embedded default: answers every task with no key, no network and no weights. It quotes, it never invents.

One file per task, named as its prompt; each has a function ``reply(task)``.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, cast

from survey.tasks import ReplyT, Task


class Extractive:
    """The model of the seam that needs nothing: see :class:`survey.tasks.Model`."""

    name = "extractive"

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        answer = cast(Callable[[Any], ReplyT], import_module(f"survey.models.extractive.{task.name}").reply)
        return answer(task)

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        return [self.reply(task) for task in tasks]
