"""survey ask: a question to the collection."""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import OK, PARTIAL, JsonOption, ModelOptions, QuietOption, WorkspaceOption, estimate, opened, result, stood_in

NOT_SAID = "The collection does not say."


def command(
    question: Annotated[str, typer.Argument(help="The question, in plain words.")],
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
    """Ask the collection. The answer quotes the papers; when they do not say, it says so.

    Examples:

        survey ask "How large is the AudioSet result of PSLA?"

        survey ask "What limits backdoor attacks?" --json
    """
    settings = {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    with opened(workspace, quiet, settings, dry_run, make=False) as work:
        answer = work.ask(question)
    if dry_run:
        estimate(work, as_json)
    partial = stood_in(work, quiet)
    lines = []
    for sentence in answer.sentences:
        places = [f"@{q.key}" + (f", p. {q.page}" if q.page else "") for q in sentence.quotes]
        flag = " ⚑ (its quotes do not plainly bear it out)" if sentence.verdict == "flagged" else ""
        lines.append(f"{sentence.text} [{'; '.join(places)}]{flag}")
    result("\n\n".join(lines) if answer.found else NOT_SAID, answer.model_dump(mode="json"), as_json)
    raise typer.Exit(PARTIAL if partial else OK)
