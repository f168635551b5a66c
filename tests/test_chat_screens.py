"""docs/chat.md shows what a talk shows: its screens, captured in tmux, against the same lines sent through stdin."""

from collections.abc import Sequence
from pathlib import Path

from bench.screens import DOCUMENT, examples, screens, told
from survey.records import Talk
from survey.talking import Conversation
from survey.workspace import Workspace

STALE = "docs/chat.md is stale: run `python -m bench.screens` and commit it"


def test_the_screens_in_the_document_are_what_the_same_lines_give(tmp_path: Path) -> None:
    """Lines break where the screen ends, so that words are compared."""
    captured = [pair for screen in screens(DOCUMENT.read_text(encoding="utf-8")) for pair in told(screen)]
    assert len(captured) > 5
    examples(tmp_path)
    with Workspace.open(tmp_path) as workspace:
        said: list[str] = []
        conversation = Conversation(workspace, said.append, Talk(), width=100)
        for line, screen in captured:
            said.clear()
            conversation.take(line)
            assert folded([screen]) == folded(said), STALE


def folded(texts: Sequence[str]) -> str:
    return " ".join(" ".join(texts).split())
