"""Point it at your papers, get a survey whose every sentence you can check.

The Python API is :class:`survey.Workspace`, and for questions :class:`survey.Talk` and :class:`survey.Scope`. They are loaded on first use,
so that ``import survey`` and ``survey --help`` are instant.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survey.records import Scope, Talk
    from survey.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["Scope", "Talk", "Workspace", "__version__"]

_WHERE = {"Scope": "survey.records", "Talk": "survey.records", "Workspace": "survey.workspace"}
"""The workspace loads the stages and numpy, the records pydantic."""


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'survey' has no attribute {name!r}")
