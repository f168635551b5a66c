"""Where the calls of a client are worked on: one at a time, at an open workspace."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anyio import from_thread
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

from survey.errors import SurveyError
from survey.render.answer.words import counted
from survey.serving.results import safe
from survey.workspace import Workspace

_SECONDS_BETWEEN = 0.3


class Reporter:
    """Tells the client of the call at hand how far its work is; ends the work when the client called it off."""

    def __init__(self) -> None:
        self._call: Call | None = None
        self._thread = 0
        self._steps = 0
        self._last = 0.0

    @contextmanager
    def to(self, call: "Call") -> Iterator[None]:
        self._call, self._thread, self._steps, self._last = call, threading.get_ident(), 0, 0.0
        try:
            yield
        finally:
            self._call = None

    def told(self, what: str, done: int, total: int) -> None:
        if self._call is None or threading.get_ident() != self._thread:
            return
        from_thread.check_cancelled()
        if time.monotonic() - self._last < _SECONDS_BETWEEN:
            return
        self._last = time.monotonic()
        self._steps += 1  # the protocol wants numbers that grow, and stages begin anew
        from_thread.run(self._call.report_progress, float(self._steps), None, f"{what}: {done} of {total}" if total > 1 else what)


class Desk:
    """A client may call side by side; a workspace has one account, one index and, where something is to be found first, one writer. So each
    call waits for its turn. ``folders``: where files may be read beside the workspace."""

    def __init__(self, workspace: Workspace, reporter: Reporter | None = None, folders: Sequence[Path] = ()) -> None:
        self.folders = (workspace.root, *folders)
        self._workspace = workspace
        self._reporter = reporter or Reporter()
        self._turn = threading.Lock()

    @contextmanager
    def at_work(self, call: "Call") -> Iterator[Workspace]:
        """The workspace, for this call alone. Faults of the call are told to the client in our words."""
        with self._turn:
            from_thread.check_cancelled()  # while it waited
            try:
                with self._reporter.to(call):
                    yield self._workspace
            except SurveyError as error:
                raise ToolError(safe(str(error))) from error

    @property
    def asks_servers(self) -> bool:
        """Whether a language model was named."""
        return self._workspace.asks_servers

    def titles(self) -> dict[str, str]:
        """Citekey → title of every paper."""
        return self._workspace.library.titles()

    def remarks(self, stood_in_before: int) -> tuple[str, ...]:
        """What one must know of how something was made, since so many replies had been stood in for."""
        model = self._workspace.model
        times = len(model.stood_in) - stood_in_before
        told = [f"{model.name} gave no usable reply, {counted(times, 'time')}; the embedded default stood in"] if times else []
        told += [safe(f"replies of {model.name} are not kept: {model.unkept[0]}")] if model.unkept else []
        return tuple(told)


Call = Context[Desk, Any]


def desk_of(call: Call) -> Desk:
    desk: Desk = call.request_context.lifespan_context
    return desk
