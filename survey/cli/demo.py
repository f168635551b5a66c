"""survey demo: the example collection, surveyed."""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import JsonOption, QuietOption, WorkspaceOption, opened
from survey.cli.run import report


def command(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The survey's folder. Default: outputs/demo in the workspace.")] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Survey the example collection of 60 papers that comes with the program.

    The papers join the library of the workspace; to keep yours clean, name another: survey demo --workspace try-it

    Example:

        survey demo --workspace try-it
    """
    with opened(workspace, quiet) as work:
        from survey.workspace import example_paths  # loads the stages

        made = work.survey(paths=example_paths(), out=out or workspace / "outputs" / "demo")
    report(made, workspace, as_json, quiet)
