"""The chains as a nested list."""

from collections.abc import Iterator

from survey.records import Chain, LinkKind, Survey
from survey.render.markdown import escape
from survey.render.text import citekey, plain

HOW: dict[LinkKind, tuple[str, str]] = {"resolves": ("✓", "taken up by"), "partly_resolves": ("◐", "taken up in part by")}
"""Whether later work suffices is the reader's to judge."""


def chains_markdown(survey: Survey) -> str:
    """All chains, each with the words of its papers."""
    title = f"# From problem to solution: {escape(plain(survey.title))}"
    return "\n".join([title, "", *(line for nth, chain in enumerate(survey.chains, start=1) for line in _chain(nth, chain))])


def _chain(nth: int, chain: Chain) -> Iterator[str]:
    raised = chain.links[0].earlier.quote
    yield f"## Chain {nth}"
    yield ""
    yield f"- [@{citekey(raised.key)}]: “{escape(plain(raised.text))}”"
    yield from _below(raised.key, chain, 1)
    yield ""


def _below(key: str, chain: Chain, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for link in chain.links:
        if link.ends[0] == key:
            said = link.later.quote
            yield f"{indent}- {HOW[link.kind][1]} [@{citekey(said.key)}]: “{escape(plain(said.text))}”"
            yield from _below(said.key, chain, depth + 1)
    for left in chain.left:
        if left.quote.key == key:
            yield f"{indent}- left open: “{escape(plain(left.quote.text))}”"
