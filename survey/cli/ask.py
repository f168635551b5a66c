"""survey ask: a question to the collection, or many, one a line."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import (
    OK,
    PARTIAL,
    JsonOption,
    ModelOptions,
    Quiet,
    QuietOption,
    ScopeOptions,
    WorkspaceOption,
    estimate,
    line_width,
    opened,
    progress_bar,
    remark,
    said,
    scope_of,
    stood_in,
)
from survey.errors import BadQuestion
from survey.hiding import json_escaped

if TYPE_CHECKING:
    from survey.records import Answer, Claim


def command(
    question: Annotated[
        str | None, typer.Argument(help="The question, in plain words; - or nothing: those on stdin, one a line.", show_default=False)
    ] = None,
    paper: ScopeOptions.paper = None,
    author: ScopeOptions.author = None,
    since: ScopeOptions.since = None,
    until: ScopeOptions.until = None,
    theme: ScopeOptions.theme = None,
    section: ScopeOptions.section = None,
    save: Annotated[Path | None, typer.Option("--save", help="Keep the answers in this file: .md, .json, .html, or .bib.")] = None,
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
    """Ask the collection. The answer is a list of claims, each with the papers' own words; when they do not say, it says so.

    Each claim is printed as soon as it was checked. [1], [2] are the quotes under Sources, with paper, page and place in its text.

    --save keeps the answers. `survey verify` re-checks a .md or .json.

    With --json one object; of questions on stdin one object a line. docs/asking.md tells what it holds.

    Examples:

        survey ask "How large is the AudioSet result of PSLA?"

        survey ask "What limits backdoor attacks?" --since 2020 --section results --json

        survey ask - --save answers.md < questions.txt
    """
    many = question in (None, "-")
    settings = {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    answers: list[Answer] = []
    with progress_bar(quiet) as progress, opened(workspace, quiet, settings, dry_run, make=False, shown=progress) as work:
        from survey.outputs import check_place, write_talk  # markdown_it
        from survey.records import Talk

        scope = scope_of(paper, author, since, until, theme, section)
        keeps = save if not dry_run else None
        if keeps is not None:
            check_place(keeps)
        try:
            for asked in _questions() if question in (None, "-") else [question]:
                printed = _Printed(progress, asked if many else "", first=not answers)
                answer = work.ask(asked, scope=scope, heard=None if as_json or dry_run else printed.claim)
                answers.append(answer)
                for told in work.remarks:
                    remark(told, quiet)
                if not dry_run:
                    printed.data(answer, one_line=many) if as_json else printed.rest(answer)
        finally:  # what was answered before an error is kept
            if keeps is not None and answers:
                write_talk(Talk(answers=tuple(answers), scope=scope), keeps)
                remark(f"saved to {keeps}", quiet)
    if dry_run:
        estimate(work, as_json)
    raise typer.Exit(PARTIAL if stood_in(work, quiet) else OK)


class _Printed:
    """An answer as it comes to stdout; ``question`` stands above it where there are several."""

    def __init__(self, progress: Quiet, question: str, first: bool) -> None:
        from survey.render.answer import Telling

        self._progress = progress
        self._telling = Telling(line_width())
        self._pieces = [] if first else [""]
        self._pieces += [f"# {question}", ""] if question else []

    def claim(self, claim: "Claim") -> None:
        self._print(self._telling.claim(claim))

    def rest(self, answer: "Answer") -> None:
        self._print(self._telling.rest(answer))

    def data(self, answer: "Answer", one_line: bool) -> None:
        from survey.render.answer import answer_json

        self._progress.stop()
        said(json_escaped(json.dumps(answer_json(answer), ensure_ascii=False, indent=None if one_line else 2)))

    def _print(self, text: str) -> None:
        self._progress.stop()
        said("\n".join([*self._pieces, text]))
        self._pieces = [""]


def _questions() -> Iterator[str]:
    """The questions on stdin, one a line, as they come; blank lines part them. Raises :class:`BadQuestion`."""
    from survey.answering.question import MOST, readable

    if sys.stdin.isatty():
        raise BadQuestion("no question was given", 'Ask one: survey ask "…"; or send some, one a line: survey ask - < questions.txt')
    number, some = 0, False
    while line := sys.stdin.buffer.readline(8 * MOST):
        number += 1
        text = line.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
        if text.strip():
            some = True
            yield readable(text, f"stdin, line {number}")
    if not some:
        raise BadQuestion("no question came on stdin", "Send them one a line")
