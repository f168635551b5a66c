"""survey forget: papers out of the library for good."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import JsonOption, QuietOption, WorkspaceOption, counted, opened, remark, result
from survey.errors import NotConfirmed

if TYPE_CHECKING:
    from survey.forgetting import Forgotten


def command(
    keys: Annotated[list[str] | None, typer.Argument(help="Citekeys. Without any: the names under which papers were forgotten.")] = None,
    undo: Annotated[
        list[str] | None, typer.Option("--undo", help="No longer leave out what was forgotten under this name; then `survey add` it again.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Forget papers for good: text, passages, vectors, rows of the index, what models replied on them, answers of talks that name them.

    Your files are not touched. What is forgotten of them is left out from now on, known again by digests of what it is called by: no title
    and no text is kept. Other papers of the same file, as of a bibliography, stay. Surveys that cite the papers are named, not changed.

    Examples:

        survey forget smithPonds2019

        survey forget smithPonds2019 lakes2020 --yes

        survey forget --undo 3f9a1c0b72
    """
    if keys and undo:
        raise typer.BadParameter("give citekeys or --undo, not both")
    with opened(workspace, quiet, make=bool(undo), writes=bool(keys or undo)) as work:
        if undo:
            files = work.remember(undo)
            result("\n".join(["Read again with the next survey add:", *files]), {"read_again": files}, as_json)
            return
        if not keys:
            names = sorted({*work.library.forgotten().values()})
            result("\n".join(names) or "Nothing was forgotten.", {"forgotten": names}, as_json)
            return
        papers = [work.paper(key) for key in keys]
        if not yes:
            if not sys.stdin.isatty():
                raise NotConfirmed("forget")
            for paper in papers:
                remark(f"{paper.key}  {paper.name}", quiet=False)
            typer.confirm(f"Forget {counted(len(papers), 'paper')} for good?", abort=True, err=True)
        told = work.forget(keys)
    _remarks(told, quiet)
    lines = [f"forgot {', '.join(told.papers)}; to have them again: survey forget --undo {told.name}, then survey add"]
    result("\n".join(lines), told.model_dump(mode="json"), as_json)


def _remarks(told: "Forgotten", quiet: bool) -> None:
    if told.turns:
        remark(f"{counted(told.turns, 'answer')} of talks that named them went too", quiet)
    if told.replies:
        remark(f"kept replies of models to questions on them went too: {told.replies}", quiet)
    for copy in told.copies:
        remark(f"removed   {copy}, which held them too", quiet)
    for source in told.sources:
        remark(f"was in    {source}: {_left(source, told)}", quiet)
    if told.beside:
        named = ", ".join(told.beside)
        remark(f"came with it: {named}; what is kept of them stays, but cannot be read again: fetch them again if you want that", quiet)
    for folder in told.surveys:
        cure = "remove it, or write it again without them (an outline.yaml with lines of your own keeps their citekeys)"
        remark(f"cites     {folder}: it was not changed; {cure}", quiet)


def _left(source: str, told: "Forgotten") -> str:
    if source in told.fetched:
        return "it was a service's reply, and was removed"
    if others := told.shared.get(source):
        stay = "1 other record of it stays" if others == 1 else f"{others} other records of it stay"
        return f"it is not touched; what was forgotten is left out of it from now on, {stay}"
    return "it is not touched, and left out from now on"
