"""survey gaps: what the collection leaves open."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import ModelOptions, QuietOption, ViewOptions, WorkspaceOption, explored, shown
from survey.phrases.told import ENGLISH, standing
from survey.records import Survey

if TYPE_CHECKING:
    from rich.console import RenderableType

_MOST = 40  # rows in a terminal


class Form(StrEnum):
    TEXT = "text"
    MD = "md"
    CSV = "csv"
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
    """Show what is left open: each issue that no later paper resolved for good, who raised it, since when, and who came nearest.

    What most papers raise comes first.

    Examples:

        survey gaps

        survey gaps --topic "sleep staging" --format csv --out gaps.csv
    """
    settings = {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    survey = explored(workspace, quiet, topic, since, settings, dry_run, as_json)
    from survey.render.tables import gaps_csv, gaps_json, gaps_markdown

    if as_json or form is Form.JSON:
        shown(gaps_json(survey), out)
    elif form is Form.TEXT:
        shown(_drawn(survey), out)
    else:
        shown(gaps_csv(survey) if form is Form.CSV else gaps_markdown(survey), out)


def _drawn(survey: Survey) -> "RenderableType":
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from survey.render.insights import Names
    from survey.render.tables import NEAR, gaps_of
    from survey.render.text import plain

    names = Names(survey.papers)
    gaps = gaps_of(survey)
    if not gaps:
        return Text("Nothing is left open in what these papers say." if survey.issues else "These papers raise no issue.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, ratio in (("Status", 0), ("Problem, in a paper's words", 5), ("Papers", 0), ("Since", 0), ("Raised by", 2), ("Nearest", 2)):
        table.add_column(title, ratio=ratio or None, justify="right" if title in ("Papers", "Since") else "left")
    for gap in gaps[:_MOST]:
        raised = [names(key) for key in gap.raised[:3]] + ([f"and {len(gap.raised) - 3} more"] if len(gap.raised) > 3 else [])
        table.add_row(
            Text(standing(ENGLISH, gap.status), "cyan"),
            Text.assemble((plain(gap.label), "bold"), (f"\n“{plain(gap.quote.text)}”", "dim")),
            str(len(gap.raised)),
            str(gap.since or "n.d."),
            Text(plain("; ".join(raised))),
            Text("\n".join(f"{plain(names(near.key))} ({NEAR[near.kind]})" for near in gap.nearest) or "–"),
        )
    more = len(gaps) - _MOST
    return Group(table, *([Text(f"and {more} more: --format csv has them all", "italic")] if more > 0 else []))
