"""The chains as a nested list."""

from collections.abc import Iterator

from survey.phrases import Phrases
from survey.records import Chain, Link, LinkKind, Survey
from survey.render.markdown import escape
from survey.render.text import citekey, plain

TAKEN_UP: dict[LinkKind, str] = {"resolves": "✓", "partly_resolves": "◐"}


def taken_up(say: Phrases, link: Link) -> str:
    """ "taken up by": whether later work suffices is the reader's to judge."""
    return say("drawings.taken_up_by" if link.kind == "resolves" else "drawings.taken_up_partly_by")


def chains_markdown(survey: Survey) -> str:
    """All chains, each with the words of its papers."""
    say = Phrases(survey.lang)
    title = f"# {say('drawings.chains_of', title=escape(plain(survey.title)))}"
    return "\n".join([title, "", *(line for nth, chain in enumerate(survey.chains, start=1) for line in _chain(nth, chain, say))])


def _chain(nth: int, chain: Chain, say: Phrases) -> Iterator[str]:
    raised = chain.links[0].earlier.quote
    yield f"## {say('drawings.chain', n=nth)}"
    yield ""
    yield f"- [@{citekey(raised.key)}]: “{escape(plain(raised.text))}”"
    yield from _below(raised.key, chain, 1, say)
    yield ""


def _below(key: str, chain: Chain, depth: int, say: Phrases) -> Iterator[str]:
    indent = "  " * depth
    for link in chain.links:
        if link.ends[0] == key:
            said = link.later.quote
            yield f"{indent}- {taken_up(say, link)} [@{citekey(said.key)}]: “{escape(plain(said.text))}”"
            yield from _below(said.key, chain, depth + 1, say)
    for left in chain.left:
        if left.quote.key == key:
            yield f"{indent}- {say('drawings.left_open')}: “{escape(plain(left.quote.text))}”"
