"""Point it at your papers, get a survey whose every sentence you can check.

The Python API is :class:`survey.Workspace`; it is loaded on first use, so that ``import survey`` and ``survey --help`` are instant.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survey.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["Workspace", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Workspace":
        from survey.workspace import Workspace  # heavy: loads the stages and numpy

        return Workspace
    raise AttributeError(f"module 'survey' has no attribute {name!r}")
