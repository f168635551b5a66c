"""survey demo: the example collection, surveyed."""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import JsonOption, ModelOptions, QuietOption, WorkspaceOption, estimate, opened
from survey.cli.reporting import faults_by_hand, report, told


def command(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The survey's folder. Default: outputs/demo in the workspace.")] = None,
    workspace: WorkspaceOption = Path(),
    model: ModelOptions.model = None,
    base_url: ModelOptions.base_url = None,
    budget: ModelOptions.budget = None,
    max_tokens: ModelOptions.max_tokens = None,
    concurrency: ModelOptions.concurrency = None,
    dry_run: ModelOptions.dry_run = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Survey the example collection of 60 papers that comes with the program.

    The papers join the library of the workspace; to keep yours clean, name another: survey demo --workspace try-it

    Example:

        survey demo --workspace try-it
    """
    settings = {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    with opened(workspace, quiet, settings, dry_run, writes=True) as work:
        from survey.workspace import example_paths  # loads the stages

        made = work.write(out or workspace / "outputs" / "demo", paths=example_paths())
        faults = [] if dry_run else faults_by_hand(work, made)
    if dry_run:
        estimate(work, as_json)
    told(made, quiet, with_diff=False)
    report(made, work, as_json, quiet, faults)
