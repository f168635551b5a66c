"""survey themes: what the collection is about."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import ModelOptions, QuietOption, ViewOptions, WorkspaceOption, explored, shown
from survey.records import Survey, Theme

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_MOST_NAMED = 3  # papers of a theme in a terminal


class Form(StrEnum):
    TEXT = "text"
    MD = "md"
    CSV = "csv"
    SVG = "svg"
    JSON = "json"


def command(
    topic: ViewOptions.topic = "",
    since: ViewOptions.since = None,
    form: Annotated[Form, typer.Option("--format", "-f", help="What to write it in.")] = Form.TEXT,
    out: ViewOptions.out = None,
    workspace: WorkspaceOption = Path(),
    model: ModelOptions.model = None,
    base_url: ModelOptions.base_url = None,
    budget: ModelOptions.budget = None,
    max_tokens: ModelOptions.max_tokens = None,
    concurrency: ModelOptions.concurrency = None,
    dry_run: ModelOptions.dry_run = False,
    as_json: ViewOptions.as_json = False,
    quiet: QuietOption = False,
) -> None:
    """Show the themes of the collection and their parts, what each is about in a paper's words, and the papers that stand alone.

    md lists every paper under its theme; csv has a row a paper; svg is a map, where each paper is a dot.

    Examples:

        survey themes

        survey themes --format svg --out themes.svg

        survey themes --topic "sleep staging" --since 2019 --json
    """
    settings = {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    survey = explored(workspace, quiet, topic, since, settings, dry_run, as_json)
    from survey.render.evidence import part_json
    from survey.render.map import themes_svg
    from survey.render.tables import themes_csv, themes_markdown

    if as_json or form is Form.JSON:
        shown(part_json(survey, "themes", "alone", "places", "papers"), out)
    elif form is Form.TEXT:
        shown(_drawn(survey), out)
    else:
        made = {Form.MD: themes_markdown, Form.CSV: themes_csv, Form.SVG: themes_svg}
        shown(made[form](survey), out)


def _drawn(survey: Survey) -> "RenderableType":
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from survey.render.insights import Names
    from survey.render.text import plain

    names = Names(survey.papers)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, ratio in (("Theme, and what it is about", 6), ("Papers", 0), ("Years", 0), ("Most typical", 3)):
        table.add_column(title, ratio=ratio or None, justify="right" if title == "Papers" else "left")
    years = {paper.key: paper.year for paper in survey.papers}

    def row(theme: Theme, label: "Text") -> None:
        dated = sorted(year for key in theme.papers if (year := years.get(key)))
        span = f"{dated[0]}–{dated[-1]}" if dated and dated[0] < dated[-1] else f"{dated[0]}" if dated else "n.d."
        table.add_row(label, str(len(theme.papers)), span, Text(plain("; ".join(map(names, theme.papers[:_MOST_NAMED])))))

    for theme in survey.themes:
        about = (f"\n“{plain(theme.about.text)}”", "dim") if theme.about else ""
        row(theme, Text.assemble((plain(theme.name), "bold"), about))
        for part in theme.subthemes:
            row(part, Text(f"  · {plain(part.name)}"))
    nearest = {theme.id: plain(theme.name) for theme in survey.themes}
    alone = [
        Text(f"  ○ {plain(names(paper.key))}" + (f"  nearest: {nearest[paper.nearest]}" if paper.nearest in nearest else ""))
        for paper in survey.alone
    ]
    return Group(table, *([Text("\nStanding alone", "bold"), *alone] if alone else []))
