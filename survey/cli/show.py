"""survey show: one paper of the library."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from survey.cli.common import JsonOption, QuietOption, WorkspaceOption, opened, result


def command(
    key: Annotated[str, typer.Argument(help="The paper's citekey, with or without @. `survey status` lists them.")],
    text: Annotated[bool, typer.Option("--text", help="Print exactly the stored text that the offsets of quotes refer to.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show a paper's record; with --text exactly its stored text, so that text[start:end] of a quote can be looked up.

    Examples:

        survey show gongASTAudioSpectrogram2021

        survey show gongASTAudioSpectrogram2021 --text | head -c 500
    """
    with opened(workspace, quiet=True, make=False) as work:
        paper = work.paper(key)
    if text and not as_json:
        sys.stdout.buffer.write(paper.text.encode("utf-8"))  # no line end added: these are the stored characters
        sys.stdout.buffer.flush()
        return
    data = paper.model_dump(mode="json", exclude=set() if text else {"text"})
    lines = [paper.name, ", ".join(paper.authors) + (" et al." if paper.more_authors else "")]
    lines += [
        f"{name}: {value}"
        for name in ("date", "venue", "volume", "number", "page_range", "doi", "arxiv", "pmid", "url", "notice")
        if (value := getattr(paper, name))
    ]
    if paper.keywords:
        lines.append(f"keywords: {', '.join(paper.keywords)}")
    lines.append(f"text: {len(paper.text)} characters" + (f", {len(paper.pages)} pages" if paper.pages else ""))
    lines += [f"section: {part.heading or part.kind} ({part.start}:{part.end})" for part in paper.parts]
    if paper.cited:
        lines.append(f"references: {len(paper.cited)}")
    lines += [f"read from: {source.path}{f', {source.place}' if source.place else ''} ({source.reader})" for source in paper.sources]
    result("\n".join(line for line in lines if line), data, as_json)
