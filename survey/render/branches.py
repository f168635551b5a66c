"""The tree of insights as an outline that folds, in HTML: what each paper resolved and left, with its quotes."""

from collections.abc import Callable, Sequence
from html import escape

from survey.phrases import Phrases
from survey.phrases.told import status
from survey.records import STATUSES, Node, Quote, Tie
from survey.render.insights import rest, told
from survey.render.text import anchor, plain

Quoted = Callable[[Sequence[Quote]], str]
"""Quotes → the marks that open them, as markup."""


Spelt = Callable[[Sequence[Tie], str], str]
"""How a paper comes to its place, and the node above it → the same in plain words."""


def tree_outline(tree: Node, cited: Callable[[str], str], spelt: Spelt, quoted: Quoted, say: Phrases) -> str:
    """``cited``: a paper's key → its name as markup."""
    return f'<div class="tree">{"".join(_node(child, cited, spelt, quoted, say) for child in tree.children)}</div>'


def _node(node: Node, cited: Callable[[str], str], spelt: Spelt, quoted: Quoted, say: Phrases) -> str:
    if node.kind == "paper":
        return f"<ul>{_paper(node, cited, spelt, quoted, say)}</ul>"
    inner = "".join(_node(child, cited, spelt, quoted, say) for child in node.children) + _rest(node, cited, say)
    label = f"<bdi>{escape(plain(node.label))}</bdi>"
    if node.status:
        raised = say("drawings.raised_by", status=status(say, node.status), n=len({quote.key for quote in node.quotes}))
        label = f'{STATUSES[node.status]} {label} <span class="n">{raised}</span>'
    about = f'<p class="about">{_words(node.quotes[0], quoted)}</p>' if node.quotes else ""
    opened = " open" if node.kind == "theme" else ""
    return (
        f'<details class="{node.kind}" id="{escape(anchor(f"tree-{node.id}"))}"{opened}><summary>{label}</summary>{about}{inner}</details>'
    )


def _words(quote: Quote, quoted: Quoted) -> str:
    return f'“<span class="words">{escape(plain(quote.text))}</span>”{quoted([quote])}'


def _paper(node: Node, cited: Callable[[str], str], spelt: Spelt, quoted: Quoted, say: Phrases, above: str = "") -> str:
    how = f' <span class="n">{escape(plain(spelt(node.how, above)))}</span>' if node.how else ""
    said = "".join(f'<p><span class="n">{what}:</span> {_words(quote, quoted)}</p>' for what, quote in told(node, say))
    below = "".join(_paper(child, cited, spelt, quoted, say, node.id) for child in node.children)
    title = f"<cite><bdi>{escape(plain(node.label))}</bdi></cite>"
    return f"<li>{cited(node.id)}{how} {title}{said}{f'<ul>{below}</ul>' if below else ''}</li>"


def _rest(node: Node, cited: Callable[[str], str], say: Phrases) -> str:
    """What has no node of its own: counted, the papers named."""
    if not (more := rest(node, say)):
        return ""
    named = f": {', '.join(map(cited, node.others))}" if node.others else ""
    return f'<p class="rest">{more}{named}</p>'
