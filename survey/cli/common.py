"""What every command shares: its options, progress on stderr, results on stdout, errors to exit codes."""

import io
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from survey.durable import write_named
from survey.errors import ModelWanted, SurveyError, SystemRefused, UnknownKind, cure_of
from survey.hiding import json_escaped, lines_printable
from survey.locking import writing
from survey.records import PART_KINDS, Scope, Skipped, Survey
from survey.settings import load_settings
from survey.streams import printing

if TYPE_CHECKING:
    from rich.console import RenderableType

    from survey.models.meter import Meter
    from survey.workspace import Workspace

MOST_NAMED = 12
"""Files named on stderr, of each sort; the rest are counted."""
OK, BUG, PARTIAL, CITATION_FAILED, INTERRUPTED = 0, 1, 4, 5, 130

WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", "-w", help="The folder that keeps the library (store/) and the surveys (outputs/).", show_default="here"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no remarks: the result and errors only.")]


class ModelOptions:
    """Whom to ask. Everything else about models stands in ``survey.toml`` or the environment."""

    model = Annotated[
        str | None,
        typer.Option("--model", help="Language model that answers, in place of the embedded default. Papers' text is sent to it."),
    ]
    base_url = Annotated[str | None, typer.Option("--base-url", help="Its OpenAI-compatible server. Default: OpenAI's.")]
    budget = Annotated[
        float | None, typer.Option("--budget", help="Most US dollars to spend; the run then stops with 7 and can go on later.")
    ]
    max_tokens = Annotated[int | None, typer.Option("--max-tokens", help="Most tokens to use, sent and received; as --budget.")]
    concurrency = Annotated[int | None, typer.Option("--concurrency", help="Most calls to a server at a time. Default: 4.")]
    dry_run = Annotated[bool, typer.Option("--dry-run", help="Send nothing: print the calls, tokens and cost to expect, per stage.")]


class ScopeOptions:
    """What a question may be answered from: of each of these any one, of all of them all."""

    paper = Annotated[list[str] | None, typer.Option("--paper", help="Only from this paper: its citekey. Repeatable, as those below.")]
    author = Annotated[list[str] | None, typer.Option("--author", help="Only from papers of this author: the family name.")]
    since = Annotated[int | None, typer.Option("--since", min=1, max=9999, help="Only from papers of this year and later ones.")]
    until = Annotated[int | None, typer.Option("--until", min=1, max=9999, help="Only from papers of this year and earlier ones.")]
    theme = Annotated[list[str] | None, typer.Option("--theme", help="Only from papers of this theme: its name or id in `survey themes`.")]
    section = Annotated[list[str] | None, typer.Option("--section", help=f"Only from sections of this kind: {', '.join(PART_KINDS)}.")]


def scope_of(
    paper: Sequence[str] | None,
    author: Sequence[str] | None,
    since: int | None,
    until: int | None,
    theme: Sequence[str] | None,
    section: Sequence[str] | None,
) -> Scope:
    """The scope that the options give. Raises :class:`UnknownKind`."""
    kinds = tuple(kind for name in section or () for kind in PART_KINDS if kind == name.casefold())
    for name in section or ():
        if name.casefold() not in PART_KINDS:
            raise UnknownKind(name, list(PART_KINDS))
    keys = tuple(key.removeprefix("@") for key in paper or ())
    return Scope(papers=keys, authors=tuple(author or ()), since=since, until=until, themes=tuple(theme or ()), sections=kinds)


class WriteOptions:
    """How a survey is written: how much, for whom, in which language. The same stand in ``survey.toml``."""

    length = Annotated[str | None, typer.Option("--length", help="How much is told: short, standard or long. Default: standard.")]
    depth = Annotated[int | None, typer.Option("--depth", help="1: a section a theme; 2: its subthemes have their own. Default: 1.")]
    audience = Annotated[
        str | None, typer.Option("--audience", help="newcomer: background and terms first; researcher: neither. Default: researcher.")
    ]
    lang = Annotated[str | None, typer.Option("--lang", help="Language of all that is no quotation: en or de. Default: en.")]


class ViewOptions:
    """Of the commands that show what was found; each has formats of its own."""

    topic = Annotated[str, typer.Option("--topic", "-t", help="Only the papers that speak of this.")]
    since = Annotated[int | None, typer.Option("--since", min=1, max=9999, help="Only papers of this year and later ones.")]
    out = Annotated[Path | None, typer.Option("--out", "-o", help="Write it to this file instead of printing it.")]
    as_json = Annotated[bool, typer.Option("--json", help="The same as --format json.")]


@contextmanager
def opened(
    directory: Path,
    quiet: bool,
    settings: Mapping[str, Any] | None = None,
    dry_run: bool = False,
    *,
    make: bool = True,
    shown: "Quiet | None" = None,
    writes: bool = False,
    reads: bool = False,
) -> "Iterator[Workspace]":
    """The workspace, with progress shown on stderr, or by ``shown``; ends the process with the right exit code when it cannot go on.

    It is made if need be, unless ``make`` is False.
    With ``dry_run`` a rehearsal of it, where nobody is asked. With ``writes`` no other command writes meanwhile: the lock is taken before
    anything heavy is loaded, so that who comes second is told at once. With ``reads`` the library and its log are left
    as they are.
    """
    try:
        load_settings(directory, settings)  # what is wrong with them is told before anything is made
        store = directory / "store"
        locked = writes and not dry_run and (make or store.is_dir())
        with ExitStack() as stack:
            if locked:
                stack.enter_context(writing(directory, store))
            from survey.workspace import Workspace  # loads the stages

            progress = stack.enter_context(nullcontext(shown) if shown else progress_bar(quiet))
            opening = Workspace.open(directory, settings=settings, progress=progress.told, make=make, locked=locked, reads=reads)
            workspace = stack.enter_context(opening)
            if workspace.library.backup:
                remark(f"the library was brought up to this version; as it was it is kept in {workspace.library.backup}", quiet)
            if settings is not None:
                _asked(workspace, settings, quiet or dry_run)
            if dry_run:
                with workspace.rehearsal() as rehearsal:
                    yield rehearsal
            else:
                progress.meter = workspace.meter
                yield workspace
    except SurveyError as error:
        fail(error)
    except OSError as error:
        fail_by_system(error, directory)
    except KeyboardInterrupt as error:  # typer would end with 130 too, but without a word
        said("survey: interrupted; what was done is kept, run it again to go on", err=True)
        raise typer.Exit(INTERRUPTED) from error


def _asked(workspace: "Workspace", settings: Mapping[str, Any], quiet: bool) -> None:
    """Says who is asked; refuses options that are about a model where none was named."""
    for name in ("base_url", "budget", "max_tokens"):
        if settings.get(name) is not None and not workspace.asks_servers:
            raise ModelWanted(f"--{name.replace('_', '-')}")
    for role, place in workspace.roles.items():
        remark(f"{role}: {place}", quiet)


class Quiet:
    """Progress that is not shown. ``meter``: the account of what servers are asked, shown with each stage."""

    def __init__(self) -> None:
        self.meter: Meter | None = None

    def told(self, what: str, done: int, total: int) -> None:
        pass

    def stop(self) -> None:
        """Takes away what is drawn, for good: what is printed from now on stands alone."""

    def account(self, what: str) -> str:
        """Calls, tokens and cost of a stage so far; "" where no server is asked."""
        line = self.meter.by_stage().get(what) if self.meter else None
        return f"{line}" if line else ""


class Plain(Quiet):
    """One line per finished stage, where stderr is no terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def told(self, what: str, done: int, total: int) -> None:
        line = f"{what}: {total}" if total > 1 else what
        if done >= total and line not in self._said:
            self._said.add(line)
            account = self.account(what)
            said(f"{line} · {account}" if account else line, err=True)


class Drawn(Quiet):
    """A bar per stage on a terminal, with the time that is left."""

    def __init__(self, bar: Any) -> None:
        super().__init__()
        self._bar = bar
        self._tasks: dict[str, Any] = {}
        self._most: dict[str, int] = {}

    def stop(self) -> None:
        self._bar.stop()

    def told(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total, account="")
        self._most[what] = max(total, self._most.get(what, 0))  # a stage ends with (1, 1), whatever it had to do
        whole = self._most[what] if done >= total else done
        self._bar.update(self._tasks[what], completed=whole, total=self._most[what], account=self.account(what))


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Quiet]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield Quiet() if quiet else Plain()
        return
    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[account]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield Drawn(bar)


def explored(
    workspace: Path, quiet: bool, topic: str, since: int | None, settings: Mapping[str, Any], dry_run: bool, as_json: bool
) -> Survey:
    """What is found in the library, for a view. With ``dry_run`` prints what it would cost, and ends the process."""
    with opened(workspace, quiet, settings, dry_run, make=False) as work:
        found = work.explore(topic, since)
    if dry_run:
        estimate(work, as_json)
    beside = sum(skipped.source.startswith("@") for skipped in found.left_out)
    if beside:
        remark(f"left out  {counted(beside, 'paper')} of the library, by --topic or --since", quiet)
    stood_in(work, quiet)
    return found


def shown(view: "RenderableType", out: Path | None) -> None:
    """Prints a view, or writes it to ``out``, as UTF-8: a string as it is; else drawn by rich, in colour on a terminal alone.

    Give rich ``Text(plain(…))`` of what papers say: markup is off, control characters would pass.
    """
    data = (view if isinstance(view, str) else _drawn(view, sys.stdout.isatty() and out is None)).encode("utf-8", "replace")
    try:
        handed(data, out)
    except SurveyError as error:
        fail(error)


def handed(data: bytes, out: Path | None = None) -> None:
    """To a file, or to stdout as they are, whatever the terminal is."""
    if out is not None:
        write_named(out, data)
        return
    with printing():
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


_PIPED_WIDTH = 120  # columns, where nobody says how many there are


def _drawn(view: "RenderableType", terminal: bool) -> str:
    from rich.console import Console

    width = shutil.get_terminal_size((_PIPED_WIDTH, 24)).columns
    console = Console(file=io.StringIO(), force_terminal=terminal or None, width=width, highlight=False, emoji=False, markup=False)
    console.print(view)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().split("\n"))


def line_width() -> int:
    """Columns of a line of prose: as the terminal has them, a hundred at most; in a pipe a paragraph is a line."""
    return min(100, shutil.get_terminal_size((100, 24)).columns) if sys.stdout.isatty() else 100_000


def from_stdin(paths: Sequence[Path]) -> list[Path]:
    """``paths`` with the lines of stdin in place of "-": one path a line, or parted by null characters (find -print0)."""
    if Path("-") not in paths:
        return list(paths)
    lines = os.fsdecode(sys.stdin.buffer.read()).removeprefix("\ufeff")
    listed = [Path(line.rstrip("\r")) for line in lines.split("\0" if "\0" in lines else "\n") if line.strip()]
    return [*(path for path in paths if path != Path("-")), *listed]


def estimate(work: "Workspace", as_json: bool) -> NoReturn:
    """What a rehearsal found: calls, tokens and cost, per stage and in all."""
    meter = work.meter
    stages = {**meter.by_stage(), "in all": meter.total()}
    lines = [f"{stage:<12} {line}" for stage, line in stages.items() if line.requests or line.kept or stage == "in all"]
    text = "\n".join(lines) if work.asks_servers else "No model was named: nothing is sent, and it costs nothing."
    names = {stage: line.as_json() for stage, line in meter.by_stage().items()}
    result(text, {"stages": names, **meter.as_json()}, as_json)
    raise typer.Exit(OK)


def said(text: str, *, err: bool = False) -> None:
    """Prints lines, at once. They are of papers, names of files and models: nothing in them steers the terminal."""
    with printing(err=err):
        typer.echo(lines_printable(text), err=err)
        (sys.stderr if err else sys.stdout).flush()


def result(text: str, data: dict[str, Any], as_json: bool) -> None:
    said(json_escaped(json.dumps(data, ensure_ascii=False, indent=2)) if as_json else text)


def remark_diff(diff: str, quiet: bool) -> None:
    """A unified diff: on a terminal with what came in green and what went in red."""
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        remark(diff, quiet)
    elif not quiet:
        colours = {"+": typer.colors.GREEN, "-": typer.colors.RED, "@": typer.colors.CYAN}
        with printing(err=True):
            typer.echo("\n".join(typer.style(line, fg=colours.get(line[:1])) for line in lines_printable(diff).split("\n")), err=True)


def remark(text: str, quiet: bool) -> None:
    if not quiet:
        said(text, err=True)


def left_out(skipped: Sequence[Skipped], quiet: bool) -> None:
    """Names what was not read, on stderr; the full list stands in the survey and in run.json."""
    for item in skipped[:MOST_NAMED]:
        remark(f"left out  {item}", quiet)
    if len(skipped) > MOST_NAMED:
        remark(f"left out  … and {len(skipped) - MOST_NAMED} more", quiet)


def stood_in(work: "Workspace", quiet: bool) -> bool:
    """Whether, and says where, the embedded default had to stand in for replies that could not be used."""
    faults = work.model.stood_in if work.asks_servers else []
    for task, count in Counter(fault.task for fault in faults).items():
        first = next(fault for fault in faults if fault.task == task)
        remark(f"stood in  the embedded default, {counted(count, 'time')}, for: {first}", quiet)
    if unkept := work.model.unkept if work.asks_servers else []:
        one = "1 reply of the model is" if len(unkept) == 1 else f"{len(unkept)} replies of the model are"
        remark(f"not kept  {one} paid for again when the same is asked again: {unkept[0]}", quiet)
    return bool(faults)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def fail_by_system(error: OSError, place: Path) -> NoReturn:
    """Says what the system refused, where that is a matter of room, rights or the disk; else it is a fault of the program, and raised."""
    if isinstance(error, BrokenPipeError):  # to a process of ours; typer would take it for stdout's, and say nothing
        raise RuntimeError("a pipe broke") from error
    if not cure_of(error):
        raise error
    fail(SystemRefused(Path(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else place, error))


def fail(error: SurveyError) -> NoReturn:
    said(f"survey: {error}", err=True)
    raise typer.Exit(error.exit_code)
