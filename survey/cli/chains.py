"""survey chains: from a problem to who took it up, and what that left."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import ModelOptions, QuietOption, ViewOptions, WorkspaceOption, explored, shown
from survey.records import Chain, Survey

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.tree import Tree

_MOST = 20  # chains in a terminal


class Form(StrEnum):
    TEXT = "text"
    MD = "md"
    SVG = "svg"
    CSV = "csv"
    JSON = "json"
    GRAPHML = "graphml"


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
    """Show the chains: a problem that a paper raises, the later papers that take it up, and what these leave open in their turn.

    Text, Markdown and the drawing show the chains; csv holds every link of any kind, with the words at both its ends, and graphml
    all papers, issues and themes besides.

    Examples:

        survey chains

        survey chains --format svg --out chains.svg

        survey chains --since 2019 --format csv > links.csv
    """
    settings = {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    survey = explored(workspace, quiet, topic, since, settings, dry_run, as_json)
    from survey.render.chains import chains_markdown
    from survey.render.evidence import part_json
    from survey.render.graphml import graphml
    from survey.render.tables import links_csv
    from survey.render.timeline import chains_svg

    if as_json or form is Form.JSON:
        shown(part_json(survey, "issues", "links", "chains", "papers"), out)
    elif form is Form.TEXT:
        shown(_drawn(survey), out)
    else:
        made = {Form.MD: chains_markdown, Form.SVG: chains_svg, Form.CSV: links_csv, Form.GRAPHML: graphml}
        shown(made[form](survey), out)


def _drawn(survey: Survey) -> "RenderableType":
    from rich.console import Group
    from rich.text import Text

    from survey.render.insights import Names

    names = Names(survey.papers)
    drawn: list[RenderableType] = [_chain(nth, chain, names) for nth, chain in enumerate(survey.chains[:_MOST], start=1)]
    if not drawn:
        return Text("No later paper was found that takes up what another leaves open.")
    more = len(survey.chains) - len(drawn)
    return Group(*drawn, *([Text(f"and {more} more: --format md has them all")] if more > 0 else []))


def _chain(nth: int, chain: Chain, names: Callable[[str], str]) -> "Tree":
    from rich.text import Text
    from rich.tree import Tree

    from survey.phrases.told import ENGLISH
    from survey.render.chains import TAKEN_UP, taken_up
    from survey.render.text import plain

    def words(text: str) -> tuple[str, str]:
        return f"\n“{plain(text)}”", "dim"

    raised = chain.links[0].earlier.quote
    tree = Tree(Text.assemble((f"Chain {nth}  ", "bold magenta"), (plain(names(raised.key)), "bold"), words(raised.text)))
    branches = {raised.key: tree}
    for link in chain.links:
        mark, how = TAKEN_UP[link.kind], taken_up(ENGLISH, link)
        said = Text.assemble((mark, "cyan"), f" {how} ", (plain(names(link.ends[1])), "bold"), words(link.later.quote.text))
        branches[link.ends[1]] = branches[link.ends[0]].add(said)
    for left in chain.left:
        branches[left.quote.key].add(Text.assemble(("○", "cyan"), " left open", words(left.quote.text)))
    return tree
