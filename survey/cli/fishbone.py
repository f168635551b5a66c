"""survey fishbone: the fish-bone of what holds the field back."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import ModelOptions, QuietOption, ViewOptions, WorkspaceOption, explored, shown
from survey.phrases.told import ENGLISH, borne, status
from survey.records import STATUSES, Survey

if TYPE_CHECKING:
    from rich.tree import Tree


class Form(StrEnum):
    TEXT = "text"
    MD = "md"
    SVG = "svg"
    MERMAID = "mermaid"
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
    """Show the fish-bone: the problem of the field as its head, the causes as bones, on each the issues that stand for it.

    An issue is marked resolved, partly resolved or open, and names who answered it. A cause is "stated" where a paper says outright that
    it is one, else "grouped".

    Examples:

        survey fishbone

        survey fishbone --topic "sleep staging" --format svg --out fishbone.svg
    """
    settings = {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    survey = explored(workspace, quiet, topic, since, settings, dry_run, as_json)
    from survey.render.evidence import part_json
    from survey.render.mermaid import fishbone_mermaid
    from survey.render.outline import fishbone_markdown
    from survey.render.svg import fishbone_svg
    from survey.render.text import names_of

    if as_json or form is Form.JSON:
        shown(part_json(survey, "fishbone", "issues"), out)
    elif form is Form.MD:
        shown(fishbone_markdown(survey), out)
    elif form is Form.SVG:
        shown(fishbone_svg(survey.fishbone, names_of(survey.papers), None), out)
    elif form is Form.MERMAID:
        shown(fishbone_mermaid(survey.fishbone), out)
    else:
        shown(_drawn(survey), out)


_COLOURS = {"resolved": "green", "partly": "cyan", "open": "yellow", "disputed": "magenta"}


def _drawn(survey: Survey) -> "Tree":
    from rich.text import Text
    from rich.tree import Tree

    from survey.render.outline import fishbone_facts
    from survey.render.text import plain

    fishbone = survey.fishbone
    field = f"\n{plain(fishbone.field)}" if fishbone.field else ""
    drawn = Tree(Text.assemble((plain(fishbone.head), "bold"), field))
    for bone in fishbone.bones:
        branch = drawn.add(Text.assemble((plain(bone.label), "bold"), (f" ({borne(ENGLISH, bone)})", "dim")))
        for twig in bone.children:
            mark, meaning = STATUSES[twig.status], status(ENGLISH, twig.status)
            by = ", ".join(f"@{answer.key}" for answer in twig.answers)
            branch.add(
                Text.assemble((f"{mark} ", _COLOURS[twig.status]), plain(twig.label), (f" {plain(by)}", "dim"), (f" {meaning}", "dim"))
            )
    drawn.add(Text(fishbone_facts(fishbone), "italic dim"))
    return drawn
