"""``python -m tests.dying ROOT WHAT DONE …``: in each workspace ROOT a survey that kills itself when it has told of WHAT that DONE are
done ("4", or "4/9": of nine), then another that runs to its end.
Prints per ROOT how the first ended and what the second asked of its model.

Both are forks of this process, so that the heavy packages are loaded once.
"""

import json
import os
import signal
import sys
from pathlib import Path

import chromadb  # noqa: F401  # loaded here, before the forks
import llama_index.core.node_parser  # noqa: F401
import onnxruntime  # noqa: F401
import scipy.cluster.hierarchy
import scipy.sparse.linalg  # noqa: F401

import survey.index
import survey.outputs
import survey.passages
import survey.pipeline
import survey.readers.pdf  # noqa: F401
from survey.workspace import Progress, Workspace


def run(root: Path, progress: Progress | None, note: Path) -> None:
    with Workspace.open(root, progress=progress) as workspace:
        workspace.survey(paths=[root / "papers"])
        note.write_text(json.dumps(workspace.model.calls), encoding="utf-8")


def forked(root: Path, progress: Progress | None, note: Path) -> int:
    """The wait status of a fork that made the survey."""
    child = os.fork()
    if child == 0:
        try:
            run(root, progress, note)
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def killing_at(what: str, done: str) -> Progress:
    def told(now: str, so_far: int, total: int) -> None:
        if now == what and done in (f"{so_far}", f"{so_far}/{total}"):
            os.kill(os.getpid(), signal.SIGKILL)

    return told


def main(arguments: list[str]) -> None:
    found = {}
    for name, what, done in zip(arguments[::3], arguments[1::3], arguments[2::3], strict=True):
        root = Path(name)
        note = root / "calls.json"
        first = forked(root, killing_at(what, done), note)
        killed = os.WIFSIGNALED(first) and os.WTERMSIG(first) == signal.SIGKILL and not note.exists()
        second = forked(root, None, note)
        found[name] = {"killed": killed, "ended": second == 0, "calls": json.loads(note.read_text(encoding="utf-8"))}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
