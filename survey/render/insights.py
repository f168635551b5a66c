"""The tree of insights in words: how its nodes are named everywhere, and the tree as Markdown."""

from collections.abc import Iterator, Sequence

from survey.phrases import Phrases
from survey.phrases.told import ENGLISH, came
from survey.phrases.told import standing as told_standing
from survey.records import RESOLVING, Node, Quote, Reference, Survey, Tie
from survey.render.markdown import escape as marked
from survey.render.text import citekey, names_of, plain


class Names:
    """How papers are called: "Phan et al. 2019a"; one without author by its citekey."""

    def __init__(self, papers: tuple[Reference, ...], say: Phrases = ENGLISH) -> None:
        self._say = say
        self._names = names_of(papers)
        self._years = {paper.key: paper.year for paper in papers}

    def __call__(self, key: str) -> str:
        return self._names.get(key, key)

    def year(self, key: str) -> int | None:
        return self._years.get(key)

    def spelt(self, how: Sequence[Tie], above: str = "") -> str:
        """``Node.how`` in words; the paper ``above`` is "it"."""
        return came(self._say, how, self, above)


def rest(node: Node, say: Phrases = ENGLISH) -> str:
    """What of a node is not shown: "and 2 more issues, 5 more papers", or ""."""
    parts = [say("drawings.more_issues", n=node.more)] if node.more else []
    parts += [say("drawings.more_papers", n=len(node.others))] if node.others else []
    return say("drawings.and", what=", ".join(parts)) if parts else ""


def standing(node: Node, say: Phrases = ENGLISH) -> str:
    """ "◐ partly resolved" of an issue."""
    return told_standing(say, node.status) if node.status else ""


def tree_markdown(survey: Survey) -> str:
    """A nested list; "" where there is no tree."""
    if survey.tree is None:
        return ""
    say = Phrases(survey.lang)
    names = Names(survey.papers, say)
    return (
        f"# {marked(plain(survey.tree.label), first=True)}\n\n"
        + "\n".join(line for child in survey.tree.children for line in _items(child, 0, names, say))
        + "\n"
    )


def _items(node: Node, depth: int, names: Names, say: Phrases, above: str = "") -> Iterator[str]:
    indent = "  " * depth
    label = marked(plain(node.label))
    if node.kind == "paper":
        said = [marked(plain(names.spelt(node.how, above)))] if node.how else []
        said += [f"{what}: “{marked(plain(quote.text))}”" for what, quote in told(node, say)]
        yield f"{indent}- {label} [@{citekey(node.id)}]" + (f": {'; '.join(said)}" if said else "")
    else:
        text = f"**{label}**" if node.kind == "theme" else f"{standing(node, say)}: {label}"
        raised = f" “{marked(plain(node.quotes[0].text))}” [@{citekey(node.quotes[0].key)}]" if node.quotes else ""
        yield f"{indent}- {text}{raised}"
    for child in node.children:
        yield from _items(child, depth + 1, names, say, node.id)
    if more := rest(node, say):
        keys = f": [{'; '.join(f'@{citekey(key)}' for key in node.others)}]" if node.others else ""
        yield f"{indent}  - {more}{keys}"


def told(node: Node, say: Phrases = ENGLISH) -> list[tuple[str, Quote]]:
    """What a paper resolved, or what it did where it is not told to resolve this issue, and what it left; in its words."""
    did = "resolved" if any(tie.kind in RESOLVING for tie in node.how) else "did"
    return [(say(f"drawings.{what}"), quote) for what, quote in ((did, node.resolved), ("left", node.left)) if quote]
