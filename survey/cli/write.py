"""survey write: a survey after its outline; what a person edited is kept."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import (
    JsonOption,
    ModelOptions,
    QuietOption,
    WorkspaceOption,
    WriteOptions,
    estimate,
    opened,
    remark,
)
from survey.cli.reporting import faults_by_hand, report, told
from survey.errors import NoOutline, WhichSurvey

if TYPE_CHECKING:
    from survey.workspace import Workspace

NAMES = ("outline.yaml", "survey.json")
"""Either of these makes a folder that of a survey."""


def command(
    folder: Annotated[Path | None, typer.Argument(help="The survey's folder. Default: the one in outputs/, if there is one.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Write nothing: show what would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the change of each section, line by line.")] = False,
    discard: Annotated[
        list[str] | None,
        typer.Option("--discard-edits", help="Give up what was edited by hand in this section, by its id, or in all. A copy is kept."),
    ] = None,
    length: WriteOptions.length = None,
    depth: WriteOptions.depth = None,
    audience: WriteOptions.audience = None,
    lang: WriteOptions.lang = None,
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
    """Write a survey after its outline.yaml; write it again when papers were added, the outline or a setting changed.

    A section of survey.md that you edited is kept as it is and checked; a section that you added stays; one that you deleted stays deleted.
    Of the others those are rewritten whose papers, outline or settings changed. Each change is told, with its reason.

    The survey keeps the length, depth, audience and language that it was written with, unless an option says otherwise.

    Examples:

        survey write outputs/sleep

        survey write outputs/sleep --preview --diff

        survey write outputs/sleep --discard-edits theme-2
    """
    settings: dict[str, object] = {"length": length, "depth": depth, "audience": audience, "lang": lang, "model": model}
    settings |= {"base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    with opened(workspace, quiet, settings, dry_run, make=False, writes=True) as work:
        written = work.write(_meant(work, folder), discard=discard or (), preview=preview)
        faults = [] if preview or dry_run else faults_by_hand(work, written)
    if dry_run:
        estimate(work, as_json)
    for said in work.remarks:
        remark(said, quiet)
    told(written, quiet, diff or preview)
    report(written, work, as_json, quiet, faults, preview=preview)


def _meant(work: "Workspace", folder: Path | None) -> Path:
    """The folder that was named, which holds an outline or a survey; the one of the workspace, where there is one only."""
    found = sorted(path.parent for name in NAMES for path in (work.root / "outputs").glob(f"*/{name}"))
    folders = list(dict.fromkeys(found))
    if folder is None:
        if len(folders) != 1:
            raise WhichSurvey(work.root, folders)
        return folders[0]
    if (folder.is_dir() or not folder.exists()) and not any((folder / name).is_file() for name in NAMES):
        raise NoOutline(folder, folders)
    return folder
