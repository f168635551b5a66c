"""survey ask: a question to the collection."""

from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import JsonOption, QuietOption, WorkspaceOption, opened, result

NOT_SAID = "The collection does not say."


def command(
    question: Annotated[str, typer.Argument(help="The question, in plain words.")],
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Ask the collection. The answer quotes the papers; when they do not say, it says so.

    Examples:

        survey ask "How large is the AudioSet result of PSLA?"

        survey ask "What limits backdoor attacks?" --json
    """
    with opened(workspace, quiet, make=False) as work:
        answer = work.ask(question)
    lines = []
    for sentence in answer.sentences:
        places = [f"@{q.key}" + (f", p. {q.page}" if q.page else "") for q in sentence.quotes]
        lines.append(f"{sentence.text} [{'; '.join(places)}]")
    result("\n\n".join(lines) if answer.found else NOT_SAID, answer.model_dump(mode="json"), as_json)
