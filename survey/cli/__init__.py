"""The command line: the only place that prints or exits. One file per command."""

import typer

from survey import __version__
from survey.cli import (
    add,
    ask,
    chains,
    chat,
    config,
    dedupe,
    demo,
    doctor,
    export,
    fetch,
    fishbone,
    forget,
    gaps,
    gc,
    mcp,
    outline,
    rebuild,
    run,
    score,
    show,
    status,
    themes,
    tree,
    verify,
    write,
)

app = typer.Typer(
    name="survey",
    help="Point it at your papers, get a literature survey whose every sentence you can check.",
    epilog="Start with: survey run papers/   ·   Exit codes: 0 ok, 1 bug, 2 usage, 3 no usable paper, 4 partial (something was left out), "
    "5 a citation failed, 6 model or server, 7 budget, 8 storage or lock, 130 interrupted, 141 nobody read the output to its end.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"survey {__version__}")
        raise typer.Exit


@app.callback()
def _main(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version and end.")) -> None:
    pass


for command in (
    run,
    outline,
    write,
    demo,
    add,
    fetch,
    status,
    show,
    dedupe,
    export,
    themes,
    fishbone,
    chains,
    gaps,
    tree,
    ask,
    chat,
    mcp,
    verify,
    score,
    doctor,
    rebuild,
    forget,
    gc,
):
    app.command(name=command.__name__.rpartition(".")[2])(command.command)
app.add_typer(config.app, name="config")
