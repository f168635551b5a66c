"""survey run: papers in, a survey out."""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import (
    JsonOption,
    ModelOptions,
    QuietOption,
    WorkspaceOption,
    WriteOptions,
    estimate,
    from_stdin,
    opened,
    remark,
)
from survey.cli.reporting import faults_by_hand, report, told


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

    The themes stand in outline.yaml beside the survey, which later runs follow: edit it, or see survey outline. What you edit in survey.md
    is kept.

    Examples:

        survey run papers/

        survey run library.bib notes/ --topic "automatic sleep staging" --out outputs/sleep

        survey run papers/ --length short --lang de --audience newcomer

        survey run papers/ --model gpt-4.1-mini --dry-run

        survey run papers/ --model qwen3:8b --base-url http://127.0.0.1:11434/v1 --max-tokens 500000
    """
    settings: dict[str, object] = {"length": length, "depth": depth, "audience": audience, "lang": lang}
    settings |= {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    with opened(workspace, quiet, settings, dry_run, writes=True) as work:
        given = from_stdin(paths or [])
        made = work.write(out or work.folder_of(topic, given), topic=topic, paths=given, library=not given)
        faults = [] if dry_run else faults_by_hand(work, made)
    if dry_run:
        estimate(work, as_json)
    for said in work.remarks:
        remark(said, quiet)
    told(made, quiet, with_diff=False)
    report(made, work, as_json, quiet, faults)
