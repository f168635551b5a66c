"""Point it at your papers, get a survey whose every sentence you can check.

The Python API is :class:`survey.Workspace`, and for questions :class:`survey.Talk` and :class:`survey.Scope`. They are loaded on first use,
so that ``import survey`` and ``survey --help`` are instant.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survey.records import Scope, Talk
    from survey.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["Scope", "Talk", "Workspace", "__version__"]

# ONNX Runtime tells its maker of its use, from native threads, unless this is set before it is loaded (measured: docs/trust.md); the others
# would only if they were called so. A process that we start, or that imports us, says nothing of itself.
for _silencing in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
    os.environ[_silencing] = "1"

_WHERE = {"Scope": "survey.records", "Talk": "survey.records", "Workspace": "survey.workspace"}
"""The workspace loads the stages and numpy, the records pydantic."""


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'survey' has no attribute {name!r}")
