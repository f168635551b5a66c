"""survey gc: what nothing uses any more, given up."""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import JsonOption, QuietOption, WorkspaceOption, counted, opened, remark, result

_CALLED = {"results": "result of a stage", "replies": "reply of a model", "vectors": "vector"}


def command(
    keep: Annotated[int, typer.Option("--keep", min=1, help="Keep results and replies that one of the last so many runs used.")] = 10,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Remove nothing: say what would be, and how much that frees. Needs no lock.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make the store smaller: remove results and replies that no recent run used, vectors of texts that are gone, copies of the library
    from before it was brought up to a new version, and what killed commands left.

    Nothing is removed that could not be made again; but a model's replies cost what they cost when they are asked for again. A run is a
    command that used something kept. Where `survey forget` was cut short, its work is finished.

    Examples:

        survey gc --dry-run

        survey gc --keep 3
    """
    with opened(workspace, quiet, make=False, writes=not dry_run, reads=dry_run) as work:
        freed = work.gc(keep, dry=dry_run)
    for file in freed.files:
        remark(f"{'would go' if dry_run else 'removed'}  {file}", quiet)
    told = [f"{number} × {_CALLED[kind]}" for kind, number in freed.rows.items() if number]
    told += [counted(len(freed.files), "file or folder")] if freed.files else []
    what = ", ".join(told) or "nothing is unused"
    result(f"{'to free' if dry_run else 'freed'} {freed.bytes / 1e6:.1f} MB: {what}", freed.model_dump(mode="json"), as_json)
