"""What a check found, and words that every check uses."""

from collections.abc import Callable
from typing import Literal

from survey.records import Paper, Record

RECORD = "survey.json"
Lookup = Callable[[str], Paper | None]


class Finding(Record):
    """Something that was checked. ``fault``: why it does not hold, "" when it does. ``warning``: what a reader must know of it: a paper
    that it cites was retracted. ``unchecked``: why something of it could not be checked: the paper is not in the library.

    ``line`` counts from 1 in the file named, ``ends`` is the line that it ends on; ``quotations`` counts those with a citation,
    ``standing`` those of them that stand in a paper cited.
    """

    file: str
    line: int
    section: str
    text: str
    citekeys: tuple[str, ...] = ()
    fault: str = ""
    warning: str = ""
    unchecked: str = ""
    ends: int = 0
    kind: Literal["sentence", "heading", "title", "row", "reference", "quote", "paper", "deleted"] = "sentence"
    quotations: int = 0
    standing: int = 0


class Remembered:
    """Looks each paper up once."""

    def __init__(self, paper: Lookup) -> None:
        self._paper = paper
        self._known: dict[str, Paper | None] = {}

    def __call__(self, key: str) -> Paper | None:
        if key not in self._known:
            self._known[key] = self._paper(key)
        return self._known[key]


_GRAVE = ("retraction", "expression of concern")


def notice_of(paper: Paper | None) -> str:
    """What a reader of a citation must know: that the paper was retracted, or that there is concern about it; "" otherwise."""
    if paper is None or not paper.notice.casefold().startswith(_GRAVE):
        return ""
    return f"@{paper.key} is {'retracted' if paper.retracted else 'doubted'} since: {paper.notice}"
