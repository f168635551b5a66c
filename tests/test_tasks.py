from importlib import import_module
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from survey import tasks
from survey.prompting import packaged_prompts
from survey.tasks import TASKS, Task

BY_NAME = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


def test_the_list_is_closed() -> None:
    defined = {value for value in vars(tasks).values() if isinstance(value, type) and issubclass(value, Task) and "name" in vars(value)}
    assert defined == set(TASKS)
    assert len({task.name for task in TASKS}) == len(TASKS)


@BY_NAME
def test_each_task_has_a_prompt_and_an_embedded_answer(task: type[Task[Any]]) -> None:
    assert (packaged_prompts() / f"{task.name}.md").is_file()
    assert callable(import_module(f"survey.models.extractive.{task.name}").reply)


@BY_NAME
def test_a_reply_has_no_place_for_offsets_pages_paths_or_quoted_text(task: type[Task[Any]]) -> None:
    def names(record: Any) -> set[str]:
        found = set()
        for name, field in record.model_fields.items():
            found.add(name)
            for kind in (field.annotation, *get_args(field.annotation)):
                if hasattr(kind, "model_fields"):
                    found |= names(kind)
        return found

    assert not names(task.reply_type) & {"quote", "quotes", "start", "end", "page", "path", "url", "citekey", "command"}


@BY_NAME
def test_a_reply_takes_nothing_beyond_its_schema(task: type[Task[Any]]) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        task.reply_type.model_validate({"run": "rm -rf /"})
