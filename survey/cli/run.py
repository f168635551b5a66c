"""survey run: papers in, a survey out."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import (
    OK,
    PARTIAL,
    JsonOption,
    ModelOptions,
    QuietOption,
    WorkspaceOption,
    WriteOptions,
    counted,
    estimate,
    from_stdin,
    left_out,
    opened,
    remark,
    result,
    stood_in,
)

if TYPE_CHECKING:
    from survey.workspace import SurveyResult, Workspace


def command(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders of papers, - for names on stdin. Without any: the library.")
    ] = None,
    topic: Annotated[str, typer.Option("--topic", "-t", help="Survey only the papers that speak of this; the others are listed.")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The survey's folder. Default: outputs/NAME in the workspace.")] = None,
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
    """Read papers and write a survey of them: themes, issue → solution chains, a fish-bone, open problems, references.

    Every claim quotes a paper and names its place. No key and no network are needed: the embedded default quotes, it does not invent.
    With --model a language model answers in its place; a key alone changes nothing.

    Examples:

        survey run papers/

        survey run library.bib notes/ --topic "automatic sleep staging" --out outputs/sleep

        survey run papers/ --length short --lang de --audience newcomer

        survey run papers/ --model gpt-4.1-mini --dry-run

        survey run papers/ --model qwen3:8b --base-url http://127.0.0.1:11434/v1 --max-tokens 500000
    """
    settings: dict[str, object] = {"length": length, "depth": depth, "audience": audience, "lang": lang}
    settings |= {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    with opened(workspace, quiet, settings, dry_run) as work:
        made = work.survey(topic=topic, paths=from_stdin(paths or []), out=out)
    if dry_run:
        estimate(work, as_json)
    report(made, work, as_json, quiet)


def report(made: "SurveyResult", work: "Workspace", as_json: bool, quiet: bool) -> None:
    """Says what was made and where. Ends with 4 when something was left out that might have been a paper, or a reply could not be used."""
    left_out(made.left_out, quiet)
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
    }
    check = ["survey", "verify", made.folder.as_posix(), *(["--workspace", work.root.as_posix()] if work.root != Path() else [])]
    text = (
        f"{made.title}\n"
        f"{counted(len(made.papers), 'paper')}, {counted(len(made.themes), 'theme')}, {counted(len(made.chains), 'chain')}, "
        f"{counted(claims, 'claim')}, each with its quote.\n"
        f"Read it:  {(made.folder / 'survey.html').as_posix()}\n"
        f"Check it: {shlex.join(check)}"
    )
    result(text, data, as_json)
    raise typer.Exit(PARTIAL if partial else OK)
