import json
from importlib import import_module
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from survey import tasks
from survey.prompting import packaged_prompts
from survey.tasks import TASKS, FindStatements, Found, PaperSentence, StatementsFound, Task

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


@pytest.mark.parametrize(
    ("ids", "fault"),
    [((), ""), (("4",), ""), (("4", "99"), ""), (("99", "voltDrones2023"), "none of its ids stands in the question: 99, voltDrones2023")],
)
def test_a_reply_that_names_only_what_was_not_handed_over_is_misread(ids: tuple[str, ...], fault: str) -> None:
    task = FindStatements(title="Frogs", sentences=(PaperSentence(id="4", text="Rain hurts.", part="abstract"),))
    assert task.misread(StatementsFound(found=tuple(Found(id=id_, role="improvable") for id_ in ids))) == fault


def test_every_task_that_asks_for_ids_knows_those_it_handed_over() -> None:
    told = {task.name for task in TASKS if task.misread is not Task.misread}
    by_itself = {"write_section", "answer"}  # each sentence is checked for itself, and given back
    assert told == {task.name for task in TASKS if _asks_for_ids(task)} - by_itself


def _asks_for_ids(task: type[Task[Any]]) -> bool:
    form = json.dumps(task.reply_type.model_json_schema())
    return any(f'"{name}"' in form for name in ("id", "ids", "members", "terms", "same", "raised", "issues", "themes", "paper", "about"))
