"""survey chat: questions one after another, each understood from the talk before it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import (
    BUG,
    OK,
    PARTIAL,
    ModelOptions,
    Plain,
    Quiet,
    QuietOption,
    ScopeOptions,
    WorkspaceOption,
    counted,
    line_width,
    opened,
    remark,
    said,
    scope_of,
    stood_in,
)
from survey.errors import SurveyError

if TYPE_CHECKING:
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document

    from survey.records import Scope, Talk
    from survey.talking import Conversation
    from survey.workspace import Workspace

PROMPT = "› "


def command(
    paper: ScopeOptions.paper = None,
    author: ScopeOptions.author = None,
    since: ScopeOptions.since = None,
    until: ScopeOptions.until = None,
    theme: ScopeOptions.theme = None,
    section: ScopeOptions.section = None,
    resume: Annotated[bool, typer.Option("--resume/--new", help="Go on with the last talk, or begin a new one.")] = False,
    talk: Annotated[int | None, typer.Option("--talk", min=1, help="Go on with this talk: its number in --list.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the talks that are kept, the last first.")] = False,
    workspace: WorkspaceOption = Path(),
    model: ModelOptions.model = None,
    base_url: ModelOptions.base_url = None,
    budget: ModelOptions.budget = None,
    max_tokens: ModelOptions.max_tokens = None,
    concurrency: ModelOptions.concurrency = None,
    quiet: QuietOption = False,
) -> None:
    """Talk with the collection. "And on which data?", "does the second one agree?" are understood from the talk so far.

    Lines that begin with / are commands; /help lists them. Ctrl-C interrupts an answer, Ctrl-D ends. Talks are kept in the library.

    Where stdin is no terminal, its lines are taken one by one; the exit code is that of the last one, 4 if an earlier one failed.

    Examples:

        survey chat

        survey chat --resume --since 2020

        survey chat < questions.txt
    """
    settings = {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    with opened(workspace, quiet, settings, make=False, shown=Quiet() if quiet else Plain()) as work:
        if listing:
            _list(work)
            raise typer.Exit(OK)
        code = _talk(work, scope_of(paper, author, since, until, theme, section), _chosen(work, resume, talk), quiet)
        raise typer.Exit(code or (PARTIAL if stood_in(work, quiet) else OK))


def _talk(work: "Workspace", scope: "Scope", number: int | None, quiet: bool) -> int:
    """The talk, to its end; the exit code that its last line, or a fault before it, calls for."""
    from survey.records import Scope, Talk
    from survey.talking import Conversation, ended, fallen_text

    talk = work.talk(number) if number is not None else Talk()
    if scope != Scope():
        work.papers_of(scope)  # what leaves no paper is told before the first question
        talk = talk.model_copy(update={"scope": scope})
    conversation = Conversation(work, _printed, talk, number, line_width())
    is_terminal = sys.stdin.isatty()
    if number is not None:
        remark(f"talk {number} goes on after {counted(len(talk.answers), 'answer')}", quiet)
        for line in fallen_text(work, talk):
            remark(line, quiet)
    if is_terminal:
        remark(f"{counted(len(work.library.keys()), 'paper')}. Ask, or /help; Ctrl-D ends.", quiet)
    codes = [OK]
    for line in _typed(work, talk) if is_terminal else _sent():
        if ended(line):
            break
        codes.append(_taken(conversation, line, is_terminal))
        while work.remarks:
            remark(work.remarks.pop(0), quiet)
    if is_terminal:
        return OK
    return codes[-1] or (PARTIAL if any(codes) else OK)


def _taken(conversation: "Conversation", line: str, is_terminal: bool) -> int:
    """Whatever goes wrong with a line is told, and the talk goes on."""
    try:
        conversation.take(line)
    except SurveyError as error:
        said(f"survey: {error}", err=True)
        return error.exit_code
    except KeyboardInterrupt:
        if not is_terminal:
            raise
        said("\nInterrupted: this answer is dropped, the talk goes on.", err=True)
    except Exception as error:
        if os.environ.get("SURVEY_DEBUG"):
            raise
        told = f"survey: a bug: {type(error).__name__}: {error}\nPlease report it with the output of SURVEY_DEBUG=1. The talk goes on."
        said(told, err=True)
        return BUG
    return OK


def _printed(text: str) -> None:
    said(f"{text}\n")


def _sent() -> Iterator[str]:
    """The lines of stdin, as they come."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "surrogateescape").removeprefix("\ufeff").rstrip("\r\n")


def _typed(work: "Workspace", talk: "Talk") -> Iterator[str]:
    """Lines typed at the terminal, with the questions of the talk as history; Ctrl-C begins the line anew."""
    from prompt_toolkit import PromptSession  # needed at a terminal alone
    from prompt_toolkit.history import InMemoryHistory

    history = InMemoryHistory([answer.question for answer in talk.answers])
    session: PromptSession[str] = PromptSession(history=history, completer=_completer(work))
    while True:
        try:
            yield session.prompt(PROMPT)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _completer(work: "Workspace") -> "Completer":
    """Completes commands at the beginning of a line, and citekeys."""
    from prompt_toolkit.completion import Completer, Completion

    from survey.render.text import plain
    from survey.talking import COMMANDS

    titles = {f"@{key}": plain(title) for key, title in work.library.titles().items()}
    commands = {f"/{name}": told.tells for name, told in COMMANDS.items()}

    class Known(Completer):
        def get_completions(self, document: "Document", complete_event: "CompleteEvent") -> "Iterator[Completion]":
            line = document.text_before_cursor
            word = line.split(" ")[-1]
            known = commands if line.startswith("/") and word == line else titles if word.startswith("@") else {}
            found = (name for name in known if name.casefold().startswith(word.casefold()))
            yield from (Completion(name, -len(word), display_meta=known[name]) for name in found)

    return Known()


def _chosen(work: "Workspace", resume: bool, number: int | None) -> int | None:
    kept = work.talks() if resume and number is None else []
    return number if number is not None else kept[0].id if kept else None


def _list(work: "Workspace") -> None:
    from survey.render.text import plain

    lines = [
        f"{kept.id:>4}  {kept.time[:16].replace('T', ' ')}  {counted(kept.turns, 'answer'):<11} {plain(kept.question)}"
        for kept in work.talks()
    ]
    said("\n".join(lines) or "No talk is kept yet.")
