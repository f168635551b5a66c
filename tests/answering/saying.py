"""Small papers of a sentence or two, and a desk that holds them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from survey.answering import Desk
from survey.index import Index
from survey.library import Library
from survey.models.extractive import Extractive
from survey.passages import split_sentences
from survey.records import Claim, Paper, Part, PartKind, Quote, Sentence, Survey, Verdict
from tests.fakes import RecallingMiniLM


def paper(
    key: str,
    text: str,
    *,
    author: str = "",
    kind: PartKind = "results",
    date: str = "2020",
    title: str = "Frogs",
    notice: str = "",
) -> Paper:
    """A paper of one part, whose author is nobody else's."""
    part = Part(heading="", kind=kind, start=0, end=len(text))
    authors = (author or f"{key.capitalize()} Roe-{key.capitalize()}",)
    return Paper(key=key, title=title, authors=authors, date=date, text=text, parts=(part,), notice=notice)


def quote(of: Paper, words: str = "") -> Quote:
    start = of.text.index(words)
    return of.quote(start, start + len(words or of.text))


def claim(*papers: Paper, flagged: bool = False) -> Claim:
    """The whole texts of the papers as one claim."""
    verdict: Verdict = "flagged" if flagged else "supported"
    told = [Sentence(text=f"{p.byline}: “{p.text}”", kind="claim", quotes=(quote(p),), verdict=verdict) for p in papers]
    return Claim(sentence=told[0], likewise=tuple(told[1:]))


@contextmanager
def desk_of(papers: Sequence[Paper], folder: Path) -> Iterator[Desk]:
    with Library(folder / "library.sqlite") as library:
        library.put_papers([(p, split_sentences(p), []) for p in papers])
        nothing_is_searched = cast(Index, None)
        yield Desk(library, nothing_is_searched, RecallingMiniLM(), Extractive(), judged=False, explored=Survey)
