"""survey show: one paper of the library."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from survey.cli.common import JsonOption, QuietOption, WorkspaceOption, handed, opened, result
from survey.hiding import lines_printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey.records import Paper, SourceSentence


def command(
    key: Annotated[str, typer.Argument(help="The paper's citekey, with or without @. `survey status` lists them.")],
    text: Annotated[bool, typer.Option("--text", help="Print exactly the stored text that the offsets of quotes refer to.")] = False,
    roles: Annotated[
        bool, typer.Option("--roles", help="Print what the embedded default takes each sentence for, and how sure it is, from 0 to 1.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show a paper's record; with --text exactly its stored text, so that text[start:end] of a quote can be looked up; with --roles what
    each sentence says in which the paper speaks of itself.

    Examples:

        survey show gongASTAudioSpectrogram2021

        survey show gongASTAudioSpectrogram2021 --text | head -c 500

        survey show gongASTAudioSpectrogram2021 --roles
    """
    with opened(workspace, quiet=True, make=False) as work:
        paper = work.paper(key)
        judged = _judged(paper, work.library.sentences(paper.key)) if roles else []
    if roles and not text:
        lines = [f"{one['role']:<11} {one['confidence']:.2f}  {one['part']:<12}  {one['text']}" for one in judged]
        result("\n".join(lines) or "no sentence stands where a paper speaks of itself", {"key": paper.key, "roles": judged}, as_json)
        return
    if text and not as_json:
        shown = lines_printable(paper.text) if sys.stdout.isatty() else paper.text
        handed(shown.encode("utf-8"))  # no line end added: these are the stored characters
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


def _judged(paper: "Paper", sentences: "Sequence[SourceSentence]") -> list[dict[str, Any]]:
    from survey.statements import every_role  # for this option alone

    return [
        {
            "id": f"{paper.key}#{one.sentence.number}",
            "start": one.sentence.start,
            "end": one.sentence.end,
            "part": one.part,
            "role": one.role,
            "confidence": one.confidence,
            "text": paper.text[one.sentence.start : one.sentence.end],
        }
        for one in every_role(paper, sentences)
    ]
