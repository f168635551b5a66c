"""The tree of insights in words: how its nodes are named everywhere, and the tree as Markdown."""

import re
from collections.abc import Iterator

from survey.records import STATUSES, Node, Quote, Reference, Survey
from survey.render.markdown import escape as marked
from survey.render.text import citekey, counted, names_of, plain


class Names:
    """How papers are called: "Phan et al. 2019a"; one without author by its citekey."""

    def __init__(self, papers: tuple[Reference, ...]) -> None:
        self._names = names_of(papers)
        self._years = {paper.key: paper.year for paper in papers}

    def __call__(self, key: str) -> str:
        return self._names.get(key, key)

    def year(self, key: str) -> int | None:
        return self._years.get(key)

    def spelt(self, how: str, above: str = "") -> str:
        """``Node.how`` with the names of papers for their citekeys; the paper ``above`` is "it"."""
        told = re.sub(r"@([^\s,]+)", lambda match: "it" if match[1] == above else self(match[1]), how)
        return told.replace("same task as it", "same task")


def rest(node: Node) -> str:
    """What of a node is not shown: "and 2 more issues, 5 more papers", or ""."""
    parts = [counted(node.more, "more issue")] if node.more else []
    parts += [counted(len(node.others), "more paper")] if node.others else []
    return f"and {', '.join(parts)}" if parts else ""


def standing(node: Node) -> str:
    """ "◐ partly resolved" of an issue."""
    return " ".join(STATUSES[node.status]) if node.status else ""


def tree_markdown(survey: Survey) -> str:
    """A nested list; "" where there is no tree."""
    if survey.tree is None:
        return ""
    names = Names(survey.papers)
    return (
        f"# {marked(plain(survey.tree.label), first=True)}\n\n"
        + "\n".join(line for child in survey.tree.children for line in _items(child, 0, names))
        + "\n"
    )


def _items(node: Node, depth: int, names: Names, above: str = "") -> Iterator[str]:
    indent = "  " * depth
    label = marked(plain(node.label))
    if node.kind == "paper":
        said = [marked(plain(names.spelt(node.how, above)))] if node.how else []
        said += [f"{what}: “{marked(plain(quote.text))}”" for what, quote in told(node)]
        yield f"{indent}- {label} [@{citekey(node.id)}]" + (f": {'; '.join(said)}" if said else "")
    else:
        text = f"**{label}**" if node.kind == "theme" else f"{standing(node)}: {label}"
        raised = f" “{marked(plain(node.quotes[0].text))}” [@{citekey(node.quotes[0].key)}]" if node.quotes else ""
        yield f"{indent}- {text}{raised}"
    for child in node.children:
        yield from _items(child, depth + 1, names, node.id)
    if rest(node):
        keys = f": [{'; '.join(f'@{citekey(key)}' for key in node.others)}]" if node.others else ""
        yield f"{indent}  - {rest(node)}{keys}"


def told(node: Node) -> list[tuple[str, Quote]]:
    """What a paper resolved, or what it did where it is not told to resolve this issue, and what it left; in its words."""
    did = "resolved" if re.search(r"(?:^|, |and )(?:partly )?resolves it\b", node.how) else "did"
    return [(what, quote) for what, quote in ((did, node.resolved), ("left", node.left)) if quote]
