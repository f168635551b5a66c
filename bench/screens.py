"""The screens of docs/chat.md, made anew: ``python -m bench.screens`` (needs tmux).

The lines of the document that begin with the prompt are typed, one after another, into ``survey chat`` in a tmux of its own over the
example collection; what the screen then shows stands below each of them in the document.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from survey import Workspace
from survey.cli.chat import PROMPT
from survey.workspace import example_paths

DOCUMENT = Path(__file__).parent.parent / "docs" / "chat.md"
_SCREEN = re.compile(r"(?<=^```text\n)(?:›.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
_WIDTH, _SECONDS = 100, 120.0


def screens(document: str) -> list[str]:
    """The blocks that show a talk."""
    return _SCREEN.findall(document)


def told(screen: str) -> list[tuple[str, str]]:
    """Each line that was typed, and what was shown of it."""
    parts = re.split(rf"^{PROMPT}", screen, flags=re.MULTILINE)[1:]
    return [(part.partition("\n")[0].strip(), part.partition("\n")[2].strip()) for part in parts]


def typed(document: str) -> list[str]:
    return [line for screen in screens(document) for line, _ in told(screen)]


def examples(folder: Path) -> None:
    """A workspace with the example collection."""
    with Workspace.open(folder) as workspace:
        workspace.add(example_paths())
        workspace.explore()  # else a screen shows how far that is


def main() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        examples(Path(folder))
        shown = iter(_captured(typed(document), folder))

    def anew(match: re.Match[str]) -> str:
        parts = [f"{PROMPT}{line}\n\n{text}" if (text := next(shown)) else f"{PROMPT}{line}" for line, _ in told(match[0])]
        return "\n\n".join(parts) + "\n"

    DOCUMENT.write_text(_SCREEN.sub(anew, document), encoding="utf-8")


def _captured(lines: list[str], folder: str) -> list[str]:
    """What the screen shows of each line."""
    socket = f"survey-{os.getpid()}"

    def tmux(*arguments: str) -> str:
        return subprocess.run(["tmux", "-L", socket, *arguments], check=True, capture_output=True, text=True, encoding="utf-8").stdout

    def screen(prompts: int) -> str:
        """Once so many prompts stand on it, the last of them empty."""
        late = time.monotonic() + _SECONDS
        while time.monotonic() < late:
            seen = tmux("capture-pane", "-p", "-S", "-").rstrip()
            if len(re.findall(rf"^{PROMPT.strip()}(?: |$)", seen, re.MULTILINE)) == prompts and seen.endswith(f"\n{PROMPT.strip()}"):
                return seen
            time.sleep(0.2)
        raise TimeoutError(f"the screen stayed so:\n{seen}")

    command = shlex.join([sys.executable, "-m", "survey", "chat"])
    configured = Path(folder) / "tmux.conf"
    configured.write_text("set -g history-limit 20000\nset -g default-terminal screen-256color\n", encoding="utf-8")
    tmux("-f", str(configured), "new-session", "-d", "-x", str(_WIDTH), "-y", "50", "-c", folder, command)
    try:
        screen(1)
        for n, line in enumerate(lines, start=2):
            tmux("send-keys", "-l", line)
            tmux("send-keys", "Enter")
            seen = screen(n)
        return [text for _, text in told(seen.rpartition("\n")[0])]  # the last line is the next prompt
    finally:
        tmux("kill-server")


if __name__ == "__main__":
    main()
