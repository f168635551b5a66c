"""survey tree: the tree of insights."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import ModelOptions, QuietOption, ViewOptions, WorkspaceOption, explored, shown
from survey.records import Node, Survey

if TYPE_CHECKING:
    from rich.tree import Tree


class Form(StrEnum):
    TEXT = "text"
    MD = "md"
    SVG = "svg"
    HTML = "html"
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
    """Show the tree of insights: the topic, its themes, their issues, and the papers that inherit each, the newest at the leaves.

    Each paper is told with how it comes there (it raises the issue, resolves it, works on the same task, cites), what it resolved and
    what it left, in its own words. What the tree has no room for is counted.

    Examples:

        survey tree

        survey tree --topic "sleep staging" --since 2019 --format svg --out tree.svg
    """
    settings = {"model": model, "base_url": base_url, "budget": budget, "max_tokens": max_tokens, "concurrency": concurrency}
    survey = explored(workspace, quiet, topic, since, settings, dry_run, as_json)
    from survey.render.evidence import part_json
    from survey.render.graphml import graphml
    from survey.render.html import tree_html
    from survey.render.insights import tree_markdown
    from survey.render.tree import tree_svg

    if as_json or form is Form.JSON:
        shown(part_json(survey, "tree", "papers"), out)
    elif form is Form.TEXT:
        shown(_drawn(survey), out)
    else:
        made = {Form.MD: tree_markdown, Form.SVG: tree_svg, Form.HTML: tree_html, Form.GRAPHML: graphml}
        shown(made[form](survey), out)


def _drawn(survey: Survey) -> "Tree":
    from rich.text import Text
    from rich.tree import Tree

    from survey.render.insights import Names, rest, standing, told
    from survey.render.text import plain

    names = Names(survey.papers)

    def label(node: Node, above: str = "") -> Text:
        if node.kind == "paper":
            how = f", {names.spelt(node.how, above)}" if node.how else ""
            said = "".join(f"\n{what}: “{plain(quote.text)}”" for what, quote in told(node))
            return Text.assemble((plain(names(node.id)), "bold"), plain(how), f"\n{plain(node.label)}", (said, "dim"))
        if node.kind == "issue":
            return Text.assemble((standing(node), "cyan"), f"  {plain(node.label)}")
        return Text(plain(node.label), "bold magenta" if node.kind == "theme" else "bold")

    def grow(node: Node, drawn: "Tree") -> "Tree":
        for child in node.children:
            grow(child, drawn.add(label(child, node.id)))
        if rest(node):
            drawn.add(Text(rest(node), "italic dim"))
        return drawn

    root = survey.tree or Node(kind="topic", id="", label=survey.title)
    return grow(root, Tree(label(root)))
