"""survey outline: the plan of a survey, to be edited before a word is written."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import (
    JsonOption,
    ModelOptions,
    QuietOption,
    WorkspaceOption,
    WriteOptions,
    counted,
    estimate,
    opened,
    remark,
    remark_diff,
    result,
    stood_in,
)

if TYPE_CHECKING:
    from survey.workspace import OutlineResult


def command(
    topic: Annotated[str, typer.Option("--topic", "-t", help="Plan a survey of the papers that speak of this only.")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The survey's folder. Default: outputs/NAME in the workspace.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Plan anew where an outline lies; shows the change and keeps a copy.")] = False,
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
    """Plan a survey of the library: write outline.yaml, with the themes, the questions each should answer, and its papers.

    Edit it (rename, merge, move, drop, reorder, pin papers, ask a question), then run survey write. An outline that lies there is shown and
    left as it is, unless --fresh. What each edit does stands in docs/outline.md.

    Examples:

        survey outline

        survey outline --topic "automatic sleep staging" --out outputs/sleep

        survey outline --out outputs/sleep --fresh
    """
    settings: dict[str, object] = {"lang": lang, "model": model, "base_url": base_url, "budget": budget}
    settings |= {"max_tokens": max_tokens, "concurrency": concurrency}
    with opened(workspace, quiet, settings, dry_run, make=False, writes=True) as work:
        planned = work.outline(out or work.folder_of(topic), topic, fresh=fresh)
    if dry_run:
        estimate(work, as_json)
    stood_in(work, quiet)
    for said in work.remarks:
        remark(said, quiet)
    report(planned, as_json, quiet)


def report(planned: "OutlineResult", as_json: bool, quiet: bool) -> None:
    from survey.revising.changes import diff

    outline, file = planned.outline, planned.file.as_posix()
    changed = diff(planned.was, planned.now, planned.file.name) if planned.was and planned.now else ""
    if changed:
        remark_diff(changed, quiet)
    if planned.aside:
        remark(f"the outline before is kept in {planned.aside.as_posix()}", quiet)
    if not planned.now:
        remark(f"{file} is there already and was left as it is; --fresh plans anew", quiet)
    lines = [f"{outline.title}", ""]
    for section in outline.sections:
        lines.append(f"  {section.title}  ({counted(len(section.papers), 'paper')})")
        lines += [f"      {question}" for question in section.questions]
    if outline.alone:
        lines.append(f"  {counted(len(outline.alone), 'paper')} by themselves")
    lines += ["", f"Edit it:  {file}", f"Write it: survey write {planned.file.parent.as_posix()}"]
    result("\n".join(lines), {"file": file, "planned": bool(planned.now), "diff": changed, **outline.model_dump()}, as_json)
