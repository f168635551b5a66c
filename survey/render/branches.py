"""The tree of insights as an outline that folds, in HTML: what each paper resolved and left, with its quotes."""

from collections.abc import Callable, Sequence
from html import escape

from survey.records import STATUSES, Node, Quote
from survey.render.insights import rest, told
from survey.render.text import anchor, counted, plain

Quoted = Callable[[Sequence[Quote]], str]
"""Quotes → the marks that open them, as markup."""


Spelt = Callable[[str, str], str]
"""How a paper comes to its place, and the node above it → the same in plain words."""


def tree_outline(tree: Node, cited: Callable[[str], str], spelt: Spelt, quoted: Quoted) -> str:
    """``cited``: a paper's key → its name as markup."""
    return f'<div class="tree">{"".join(_node(child, cited, spelt, quoted) for child in tree.children)}</div>'


def _node(node: Node, cited: Callable[[str], str], spelt: Spelt, quoted: Quoted) -> str:
    if node.kind == "paper":
        return f"<ul>{_paper(node, cited, spelt, quoted)}</ul>"
    inner = "".join(_node(child, cited, spelt, quoted) for child in node.children) + _rest(node, cited)
    label = f"<bdi>{escape(plain(node.label))}</bdi>"
    if node.status:
        mark, meaning = STATUSES[node.status]
        raised = counted(len({quote.key for quote in node.quotes}), "paper")
        label = f'{mark} {label} <span class="n">{meaning}; raised by {raised}</span>'
    about = f'<p class="about">{_words(node.quotes[0], quoted)}</p>' if node.quotes else ""
    opened = " open" if node.kind == "theme" else ""
    return (
        f'<details class="{node.kind}" id="{escape(anchor(f"tree-{node.id}"))}"{opened}><summary>{label}</summary>{about}{inner}</details>'
    )


def _words(quote: Quote, quoted: Quoted) -> str:
    return f'“<span class="words">{escape(plain(quote.text))}</span>”{quoted([quote])}'


def _paper(node: Node, cited: Callable[[str], str], spelt: Spelt, quoted: Quoted, above: str = "") -> str:
    how = f' <span class="n">{escape(plain(spelt(node.how, above)))}</span>' if node.how else ""
    said = "".join(f'<p><span class="n">{what}:</span> {_words(quote, quoted)}</p>' for what, quote in told(node))
    below = "".join(_paper(child, cited, spelt, quoted, node.id) for child in node.children)
    title = f"<cite><bdi>{escape(plain(node.label))}</bdi></cite>"
    return f"<li>{cited(node.id)}{how} {title}{said}{f'<ul>{below}</ul>' if below else ''}</li>"


def _rest(node: Node, cited: Callable[[str], str]) -> str:
    """What has no node of its own: counted, the papers named."""
    if not rest(node):
        return ""
    named = f": {', '.join(map(cited, node.others))}" if node.others else ""
    return f'<p class="rest">{rest(node)}{named}</p>'
