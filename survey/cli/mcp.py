"""survey mcp: the collection as tools for a program that talks to a language model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import ModelOptions, Quiet, QuietOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from survey.serving import Reporter


def command(
    workspace: WorkspaceOption = Path(),
    reads: Annotated[
        list[Path] | None, typer.Option("--reads", help="A further folder that `verify` may read drafts from. May be given several times.")
    ] = None,
    model: ModelOptions.model = None,
    base_url: ModelOptions.base_url = None,
    budget: ModelOptions.budget = None,
    max_tokens: ModelOptions.max_tokens = None,
    concurrency: ModelOptions.concurrency = None,
    quiet: QuietOption = False,
) -> None:
    """Serve the collection over the Model Context Protocol, on stdin and stdout, to the program that starts this.

    It may then search, ask, list and read papers, see chains and gaps, and verify drafts, and change nothing. A budget is for as long as it
    runs. It ends when the program hangs up, or with Ctrl-C.

    Examples:

        survey mcp --workspace ~/thesis

        survey mcp --workspace ~/thesis --reads ~/drafts
    """
    from survey.serving import Desk, Reporter, serve  # the protocol's package takes a second

    settings = {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    reporter = Reporter()
    with opened(workspace, quiet, settings, make=False, shown=_Reported(reporter)) as work:
        serve(Desk(work, reporter, reads or ()))


class _Reported(Quiet):
    """Progress that the client is told."""

    def __init__(self, reporter: "Reporter") -> None:
        super().__init__()
        self._reporter = reporter

    def told(self, what: str, done: int, total: int) -> None:
        self._reporter.told(what, done, total)
