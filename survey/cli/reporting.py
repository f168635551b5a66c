"""What the commands that write a survey say of it."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from survey.cli.common import CITATION_FAILED, OK, PARTIAL, counted, left_out, remark, remark_diff, result, stood_in

if TYPE_CHECKING:
    from survey.workspace import Workspace, WriteResult


def report(
    made: "WriteResult", work: "Workspace", as_json: bool, quiet: bool, faults: Sequence[str] = (), *, preview: bool = False
) -> NoReturn:
    """Says what was made and where. Ends with 5 when what a person edited does not stand, with 4 when something was left out that might
    have been a paper, or a reply could not be used."""
    left_out(made.left_out, quiet)
    if made.followed and work.settings.where("themes") != "default":
        remark("outline.yaml decides how many themes there are; `survey outline --fresh` plans anew", quiet)
    for fault in faults:
        remark(fault, quiet)
    claims = sum(1 for _, sentence in made.sentences if sentence.kind == "claim")
    if not claims:
        remark("No sentence of these papers could be quoted: the survey says no more than which papers there are.", quiet)
    partial = stood_in(work, quiet) or any(not s.expected for s in made.left_out) or not claims
    data = {
        "folder": made.folder.as_posix(),
        "title": made.title,
        "papers": len(made.papers),
        "claims": claims,
        "themes": [theme.name for theme in made.themes],
        "chains": len(made.chains),
        "left_out": [s.model_dump() for s in made.left_out],
        "joined": dict(made.joined),
        "sections": [change.model_dump() for change in made.revision.changes],
        "faults": list(faults),
    }
    check = ["survey", "verify", made.folder.as_posix(), *(["--workspace", work.root.as_posix()] if work.root != Path() else [])]
    said = (
        f"{made.title}\n{counted(len(made.papers), 'paper')}, {counted(len(made.themes), 'theme')}, {counted(len(made.chains), 'chain')}, "
    )
    said += f"{counted(claims, 'claim')}, each with its quote.\n"
    places = f"Read it:  {(made.folder / 'survey.html').as_posix()}\nCheck it: {shlex.join(check)}"
    result(said + ("Nothing was written." if preview else places), data, as_json)
    raise typer.Exit(CITATION_FAILED if faults else PARTIAL if partial else OK)


def told(written: "WriteResult", quiet: bool, with_diff: bool) -> None:
    """Says on stderr what became of each section; unchanged ones, and all of a first writing, are counted."""
    for key, section in written.joined.items():
        remark(f"new  @{key} joins {section}" if section else f"new  @{key} stands alone", quiet)
    changes = written.revision.changes
    if all(change.how == "new" for change in changes):
        return
    for change in changes:
        if change.how != "unchanged":
            remark(change.line, quiet)
            if change.diff and (with_diff or (change.how == "kept" and change.why)):
                remark_diff(change.diff, quiet)
    unchanged = sum(change.how == "unchanged" for change in changes)
    remark(f"{counted(unchanged, 'section')} unchanged", quiet)
    if written.aside:
        remark(f"the survey.md before is kept in {written.aside.as_posix()}: {written.revision.aside}", quiet)


def faults_by_hand(work: "Workspace", written: "WriteResult") -> list[str]:
    """What the checks find in the sections that a person edited, as "file:line: fault: text"."""
    titles = {change.title for change in written.revision.changes if change.how in ("kept", "own")}
    if not titles:
        return []
    file = written.folder / "survey.md"
    return [f"{file.as_posix()}:{f.line}: {f.fault}: {f.text}" for f in work.verify(file) if f.fault and f.section in titles]
