"""survey add: papers into the library."""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import OK, PARTIAL, JsonOption, QuietOption, WorkspaceOption, counted, fail, left_out, opened, result
from survey.errors import NoUsablePaper


def command(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders: PDF, Markdown, text, BibTeX, arXiv Atom, saved listing pages.")],
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read papers into the library without writing a survey. Known files are not read again.

    Examples:

        survey add papers/ library.bib

        survey add new.pdf --workspace thesis --json
    """
    with opened(workspace, quiet) as work:
        added = work.add(paths)
    left_out(added.skipped, quiet)
    if not added.papers:
        fail(NoUsablePaper([str(path) for path in paths], [str(s) for s in added.skipped[:5]] if quiet else []))
    joined = f" from {added.records} records" if added.records != len(added.papers) else ""
    text = f"{counted(len(added.papers), 'paper')}{joined}, {added.new} of them new; "
    text += f"{counted(added.files_read, 'file')} read, {added.files_known} known."
    result(text, added.model_dump(mode="json"), as_json)
    raise typer.Exit(PARTIAL if any(not s.expected for s in added.skipped) else OK)
