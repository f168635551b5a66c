"""Stand-ins for what a test does not want for real. They are handed in, never patched in."""

import hashlib
import re
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

import numpy as np

from survey.embedding import MiniLM
from survey.models.extractive import Extractive
from survey.records import Record
from survey.tasks import ReplyT, Task

if TYPE_CHECKING:
    from survey.embedding import Vectors


class HashingEmbedder:
    """Every word adds a direction of its own, so that texts are near as far as they share words. Counts what it was asked for."""

    def __init__(self, name: str = "hashing", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> "Vectors":
        self.asked += texts
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
                vectors[row] += np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        lengths[lengths == 0] = 1
        unit: Vectors = np.divide(vectors, lengths, dtype=np.float32)
        return unit


class RecallingMiniLM(MiniLM):
    """Embeds no text twice in one process: a vector depends on its text alone, and most tests are of the same few papers."""

    _known: ClassVar[dict[str, "Vectors"]] = {}

    def embed(self, texts: Sequence[str]) -> "Vectors":
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, super().embed(new), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)


Reply = Record | Callable[[Any], Record]
"""A reply as it is, or what makes one of the task."""


class ScriptedModel:
    """Gives its replies one by one, in the order of the script. Use it with ``with``: what the script still holds at the end is a fault.

    A call too many, and a reply of the wrong type, are faults at once.
    """

    def __init__(self, *script: Reply, name: str = "scripted") -> None:
        self.name = name
        self.asked: list[Task[Any]] = []
        self._script = list(script)

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        assert self._script, f"the script is empty, but {task.name} was asked"
        self.asked.append(task)
        step = self._script.pop(0)
        given = step if isinstance(step, Record) else step(task)
        assert isinstance(given, task.reply_type), f"{task.name} was asked, but the script has {type(given).__name__}"
        return cast(ReplyT, given)

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        return [self.reply(task) for task in tasks]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert error or not self._script, f"{len(self._script)} replies of the script were not asked for"


class ModelWith:
    """The embedded default, but for the tasks that ``replies`` names: ``ModelWith(name_theme=reply)``."""

    def __init__(self, **replies: Reply) -> None:
        self.name = "default but for " + ", ".join(replies)
        self.asked: list[Task[Any]] = []
        self._replies = replies
        self._default = Extractive()

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        self.asked.append(task)
        step = self._replies.get(task.name)
        if step is None:
            return self._default.reply(task)
        return cast(ReplyT, step if isinstance(step, Record) else step(task))

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        """One by one, in order, so that what was ``asked`` is the same in every run."""
        return [self.reply(task) for task in tasks]
