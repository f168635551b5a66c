"""What every command shares: its options, progress on stderr, results on stdout, errors to exit codes."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from survey.errors import SurveyError
from survey.records import Skipped

if TYPE_CHECKING:
    from survey.workspace import Workspace

OK, BUG, PARTIAL, CITATION_FAILED, INTERRUPTED = 0, 1, 4, 5, 130

WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", "-w", help="The folder that keeps the library (store/) and the surveys (outputs/).", show_default="here"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no remarks: the result and errors only.")]


@contextmanager
def opened(directory: Path, quiet: bool, *, make: bool = True) -> "Iterator[Workspace]":
    """The workspace (made if need be, unless ``make`` is False), with progress shown on stderr; ends the process with the right exit code when it cannot go on."""
    try:
        from survey.workspace import Workspace  # loads the stages

        with progress_bar(quiet) as progress, Workspace.open(directory, progress=progress, make=make) as workspace:
            yield workspace
    except SurveyError as error:
        fail(error)
    except KeyboardInterrupt as error:  # typer would end with 130 too, but without a word
        typer.echo("survey: interrupted; what was done is kept, run it again to go on", err=True)
        raise typer.Exit(INTERRUPTED) from error


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A line per stage on a terminal; one plain line per finished stage where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if quiet:
        yield lambda what, done, total: None
        return
    if not console.is_terminal:
        said: set[str] = set()

        def plainly(what: str, done: int, total: int) -> None:
            if done >= total and (line := f"{what}: {total}" if total > 1 else what) not in said:
                said.add(line)
                print(line, file=sys.stderr, flush=True)

        yield plainly
        return
    with Progress(
        TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console, transient=True
    ) as bar:
        tasks: dict[str, Any] = {}

        def drawn(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield drawn


def result(text: str, data: dict[str, Any], as_json: bool) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else text)


def remark(text: str, quiet: bool) -> None:
    if not quiet:
        typer.echo(text, err=True)


def left_out(skipped: Sequence[Skipped], quiet: bool) -> None:
    """Names what was not read, on stderr; the full list stands in the survey and in run.json."""
    most = 12
    for item in skipped[:most]:
        remark(f"left out  {item}", quiet)
    if len(skipped) > most:
        remark(f"left out  … and {len(skipped) - most} more", quiet)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def fail(error: SurveyError) -> NoReturn:
    typer.echo(f"survey: {error}", err=True)
    raise typer.Exit(error.exit_code)
