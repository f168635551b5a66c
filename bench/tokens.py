"""Tokens that each task sends and gets back per paper: ``python -m bench tokens --data DIR`` (a minute).

The embedded default answers, and every prompt and reply is counted as a language model would be sent it (:mod:`survey.models.tokens`). Two
collections: the packaged example (``abstract …``) and ``DIR/pdf/papers`` (``full …``). A model that writes at greater length than the
default quotes costs more in ``write_section``; what it must write anew is not foreseen here. ``calls`` are those of the whole collection.
"""

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from survey import Workspace
from survey.models.extractive import Extractive
from survey.models.tokens import counted, prompt_tokens
from survey.prompting import messages
from survey.tasks import ReplyT, Task
from survey.workspace import example_paths


class Counting:
    """The embedded default, and what its prompts and replies would cost."""

    name = "counting"

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()
        self._default = Extractive()

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        reply = self._default.reply(task)
        self.calls[task.name] += 1
        self.tokens[task.name] += prompt_tokens(messages(task, Path())) + counted(reply.model_dump_json())
        return reply

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        return [self.reply(task) for task in tasks]


def measure(data: Path) -> dict[str, float]:
    figures: dict[str, float] = {}
    for kind, paths in (("abstract", example_paths()), ("full", [data / "pdf" / "papers"])):
        model = Counting()
        with tempfile.TemporaryDirectory() as folder, Workspace.open(folder, model=model) as workspace:
            papers = len(workspace.survey(paths=paths, out=Path(folder) / "out").papers)
        for task, tokens in model.tokens.items():
            figures[f"{kind} {task}"] = round(tokens / papers)
            figures[f"{kind} {task} calls"] = model.calls[task]
        figures[f"{kind} all"] = round(sum(model.tokens.values()) / papers)
        figures[f"{kind} papers"] = papers
    return figures
