"""``prompts/<task>.md`` and a task → messages. A prompt is a Markdown file that a researcher can read and change.

A prompt has two parts, under the headings ``# System`` and ``# User``; ``{{name}}`` stands for a field of the task. A workspace's own
``prompts/<task>.md`` goes before the packaged one.
"""

import hashlib
import re
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from survey.errors import BadPrompt, UnreadablePrompt
from survey.hiding import unpiled, without_hiding
from survey.tasks import TASKS, Task

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_PARTS = re.compile(r"^# (System|User)[ \t]*$", re.MULTILINE)


class Message(NamedTuple):
    role: str
    content: str


def packaged_prompts() -> Path:
    """The folder of prompts that comes with the program: of the wheel, or of the checkout."""
    package = Path(str(files("survey")))
    packaged = package / "packaged" / "prompts"
    return packaged if packaged.is_dir() else package.parent / "prompts"


def prompt_path(name: str, workspace: Path) -> Path:
    own = workspace / "prompts" / f"{name}.md"
    return own if own.is_file() else packaged_prompts() / f"{name}.md"


def prompt_hashes(workspace: Path) -> dict[str, str]:
    """sha256 of each task's prompt, in hexadecimal."""
    return {task.name: hashlib.sha256(prompt_path(task.name, workspace).read_bytes()).hexdigest() for task in TASKS}


def check_prompts(workspace: Path) -> None:
    """Raises :class:`BadPrompt` for the first that has a fault, before anything is paid for."""
    for task in TASKS:
        _parts(task, workspace)


def messages(task: Task[Any], workspace: Path) -> list[Message]:
    """The prompt with the task's fields filled in. Raises :class:`BadPrompt` for a missing or unknown variable or part.

    Of a long task the prompt holds what :meth:`Task.shown` chooses. A text is filled in on one line, a list one line an item. What a paper
    says can open no item, close no marked block, begin no part and take no role: its line breaks are blanks, the line that it stands on
    begins with an id, a dash or the prompt's own words, ``<`` and ``>`` are written as ``‹`` and ``›``, the words in brackets by which chat
    templates part roles and tools have brackets that no template knows, and nothing is hidden in it.
    """
    parts = _parts(type(task), workspace)
    shown = task.shown()
    values = {name: _filled(getattr(shown, name)) for name in type(task).model_fields}
    contents = [_VARIABLE.sub(lambda match: values[match[1]], part).strip() for part in parts]
    return [Message("system", contents[0]), Message("user", contents[1])]


def _parts(task: type[Task[Any]], workspace: Path) -> list[str]:
    """What stands under the two headings."""
    path = prompt_path(task.name, workspace)
    try:
        text = path.read_text(encoding="utf-8-sig")  # as editors of Windows write it
    except UnicodeDecodeError as error:
        raise UnreadablePrompt(path) from error
    fields = set(task.model_fields)
    used = set(_VARIABLE.findall(text))
    parts = _PARTS.split(text)
    headings = parts[1::2]
    if used != fields or headings != ["System", "User"]:
        missing = sorted(fields - used) + [f"# {part}" for part in ("System", "User") if part not in headings]
        raise BadPrompt(path, missing, sorted(used - fields))
    return parts[2::2]


def _filled(value: Any) -> str:
    if isinstance(value, tuple):
        return "\n".join(f"- {_filled(item)}" if isinstance(item, str) else _filled(item) for item in value) or "(none)"
    line = unpiled(without_hiding(" ".join(str(getattr(value, "line", value)).split())))
    return _TEMPLATE.sub("［\\1］", line).replace("<", "‹").replace(">", "›")


_TEMPLATE = re.compile(
    r"\[(/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_[A-Z]+|IMG(?:_[A-Z]+)?|PREFIX|SUFFIX|MIDDLE|THINK|ARGS|CALL_ID|MODEL_SETTINGS))\]"
)
"""Of templates that part a talk by words in square brackets; the others do it in angle brackets."""
