"""Figures that a sentence tells one after another in the same way: "by 6.7% on FrogSet and by 2.2% on NewtSet"."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from survey.comparing.figures import Figure
from survey.comparing.measures import Measure
from survey.comparing.naming import CAPITALS, Mention


class Tail(NamedTuple):
    """What a figure is told to be on, for or over: ``word`` is the preposition, ``start`` where the name behind it begins."""

    word: str
    start: int


Run = list[int]
"""The places of such figures among the groups of their sentence."""

_TAIL = re.compile(r" (on|in|for|with|across|from|among|over|against|than|under) (?:the )?(?=[^\W\d])")
_JOINS = re.compile(r"[^.;:]{1,70}?(?:,| and| or|, and)(?: (?:by|of|to|at|up to|about|a|an|even))* $")
DATA = ("on", "in", "for", "across", "from", "among", "with", "under")
"""Of these, those behind which the figures of one measure differ by what they were measured on."""


def runs(text: str, groups: Sequence[Sequence[Figure]], named: Sequence[Measure]) -> list[Run]:
    """Two and more figures, each with the same preposition behind it."""
    found: list[Run] = []
    last: tuple[int, Tail] | None = None
    for at, group in enumerate(groups):
        if not group[0].unit.endswith("%") and text[: group[0].start].endswith("(") and text[group[-1].end :].startswith(")"):
            continue  # "AudioGen (285M)"
        tail = _tail(text, group[-1].end, named) if len(group) == 1 else None
        if last and tail and tail.word == last[1].word and _JOINS.fullmatch(text, last[1].start, group[0].start):
            if found and found[-1][-1] == last[0]:
                found[-1].append(at)
            else:
                found.append([last[0], at])
        last = (at, tail) if tail else None
    return found


def _tail(text: str, end: int, named: Sequence[Measure]) -> Tail | None:
    own = next((one.end for one in named if one.start - end in (0, 1)), end)
    match = _TAIL.match(text, own)
    if match is None or any(one.start <= match.end() < one.end for one in named):
        return None  # "20% in F1" tells the measure
    return Tail(match[1], match.end())


def more_data(text: str, groups: Sequence[Sequence[Figure]], named: Sequence[Measure], data: Sequence[Mention]) -> Iterator[Mention]:
    """Names that stand where others of their list name data: in "80% on FSD50K and 90% on Speech Commands" the second."""
    for run in runs(text, groups, named):
        tails = [tail for at in run if (tail := _tail(text, groups[at][-1].end, named))]
        known = [any(one.start == tail.start for one in data) for tail in tails]
        if tails[0].word in ("on", "across") and any(known):
            for tail, is_known in zip(tails, known, strict=True):
                name = CAPITALS.match(text, tail.start)
                if name and not is_known:
                    yield Mention(name[0], *name.span())


def word_of(text: str, group: Sequence[Figure], named: Sequence[Measure]) -> str:
    """The preposition behind a figure and its measure."""
    tail = _tail(text, group[-1].end, named)
    return tail.word if tail else ""
