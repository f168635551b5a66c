"""Figures side by side: those of the same measure on the same data together, and which of them differ."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from survey.comparing.measures import is_comparative, same_measure
from survey.phrases import Phrases
from survey.records import Block, Link, Reference, Reported, Statement

Group = tuple[str, str, bool]
"""The measure and the data, however they are spelt, and whether it is a change."""
MOST: Mapping[str, int] = {"short": 6, "standard": 12, "long": 10_000}
"""Rows of a table, by the length of the survey."""
_WORDS = 170  # characters of a quote in a cell
_NOUNS = re.compile(
    r"\b(?:data ?sets?|corp(?:us|ora)|benchmarks?|databases?|(?:shared )?tasks?|(?:test|dev|development|validation) sets?|data)\b"
)
_CLAUSE = re.compile(r"(?<=[,;:]) |(?= (?:which|while|whereas|that|when|where|compared|and|but|with|using|on|in|for|than) )")


def comparison_table(
    reported: Sequence[Reported], papers: Mapping[str, Reference], say: Phrases, length: Literal["short", "standard", "long"] = "standard"
) -> Block | None:
    """The figures of a theme's papers as a table, a row each, with the quote that each rests on; None where there is none. Columns in which
    no row has anything are left out."""
    rows = comparison(reported, papers, MOST[length])
    if not rows:
        return None
    columns = {
        "paper": [f"@{row.key}" for row in rows],
        "task": [row.task for row in rows],
        "data": [row.data for row in rows],
        "method": [row.method for row in rows],
        "reported": [told(row, say) for row in rows],
        "words": [f"“{trimmed(row)}”" for row in rows],
        "page": [str(row.quote.page or "") for row in rows],
    }
    shown = {name: cells for name, cells in columns.items() if any(cells)}
    return Block(
        kind="table",
        header=tuple(say(f"comparing.{name}") for name in shown),
        rows=tuple(tuple(cell or "–" for cell in row) for row in zip(*shown.values(), strict=True)),
        evidence=tuple((row.quote,) for row in rows),
        caption=say("comparing.caption"),
    )


def comparison(reported: Sequence[Reported], papers: Mapping[str, Reference], most: int) -> list[Reported]:
    """At most so many figures: first those that stand beside another paper's of the same measure and data, then those of the same measure,
    then the plainest, a paper's second after every paper's first. In their groups, each from old to new."""
    groups, measures = _papers_by(reported, group_of), _papers_by(reported, lambda one: group_of(one)[0])
    nth: dict[str, int] = {}
    ranked = []
    for one in sorted(reported, key=_plainness):
        nth[one.key] = nth.get(one.key, 0) + 1
        beside = 0 if one.data and len(groups[group_of(one)]) > 1 else 1
        alike = 0 if len(measures[group_of(one)[0]]) > 1 else 1
        ranked.append(((beside, nth[one.key] > _EACH, alike, nth[one.key]), one))
    chosen = [one for _, one in sorted(ranked, key=lambda item: item[0])][:most]
    first: dict[Group, int] = {}
    for one in chosen:
        first.setdefault(group_of(one), len(first))
    return sorted(chosen, key=lambda one: (first[group_of(one)], _age(one, papers), one.quote.start))


_EACH = 2  # figures of a paper before those of others that have fewer


def differing(reported: Sequence[Reported], papers: Mapping[str, Reference]) -> list[tuple[Reported, Reported]]:
    """The figures of two papers, the earlier first, that differ for the same measure on the same data: of each paper its plainest."""
    plainest: dict[Group, dict[str, Reported]] = {}
    for one in sorted(reported, key=_plainness):
        if one.data and not one.change:
            plainest.setdefault(group_of(one), {}).setdefault(one.key, one)
    pairs = []
    for own in plainest.values():
        ordered = sorted(own.values(), key=lambda one: _age(one, papers))
        pairs += [(left, right) for left, right in pairwise(ordered) if (left.value, left.unit) != (right.value, right.unit)]
    return sorted(pairs, key=lambda pair: (_age(pair[0], papers), pair[0].quote.start))


def contradicting(links: Sequence[Link]) -> list[tuple[Statement, Statement]]:
    """The findings that contradict each other, the earlier first."""
    return [(link.earlier, link.later) for link in links if link.kind == "contradicts"]


def group_of(one: Reported) -> Group:
    """What a figure can be compared by."""
    return same_measure(one.measure), re.sub(r"[\W_]", "", _NOUNS.sub("", one.data.casefold())), one.change


def told(one: Reported, say: Phrases) -> str:
    """ "accuracy 82.5%", or "F1: a difference of 2.1 points, against the baseline"."""
    figure = figure_of(one)
    if is_comparative(one.measure):
        text = say("comparing.compared", measure=one.measure, figure=figure)
    elif not one.change:
        return say("comparing.measured", measure=one.measure, figure=figure)
    else:
        text = say("comparing.changed", measure=one.measure, figure=figure)
    return say("comparing.against", text=text, against=one.against) if one.against else text


def figure_of(one: Reported) -> str:
    """The value with its unit: "82.5%", "481 J/m2"."""
    close = not one.unit or one.unit[0] in "%°×‰-"
    return f"{one.value}{'' if close else ' '}{one.unit}"


def trimmed(one: Reported, most: int = _WORDS) -> str:
    """The clauses of the quote that tell the figure; " … " stands for what is left out."""
    text = " ".join(one.quote.text.split())
    if len(text) <= most:
        return text
    at = text.find(one.value)
    near = [match.start() for match in re.finditer(re.escape(one.measure), text)] or [at]
    place = min(near, key=lambda start: abs(start - at))
    left, right = min(at, place), max(at + len(one.value), place + len(one.measure))
    if (data := text.find(one.data)) >= 0 and one.data and max(right, data + len(one.data)) - min(left, data) <= most:
        left, right = min(left, data), max(right, data + len(one.data))
    cuts = [0, *(match.start() for match in _CLAUSE.finditer(text)), len(text)]
    end = max((cut for cut in cuts if right <= cut <= max(right, left + most * 3 // 4)), default=_word_end(text, right))
    start = min((cut for cut in cuts if max(0, end - most) <= cut <= left), default=_word_start(text, left))
    return f"{'… ' if text[:start].strip() else ''}{text[start:end].strip(' ,;:')}{' …' if text[end:].strip(' .') else text[end:]}"


def _word_end(text: str, at: int) -> int:
    space = text.find(" ", at)
    return space if space >= 0 else len(text)


def _word_start(text: str, at: int) -> int:
    return text.rfind(" ", 0, at) + 1


def _papers_by(reported: Sequence[Reported], key: Callable[[Reported], Hashable]) -> dict[Hashable, set[str]]:
    found: dict[Hashable, set[str]] = {}
    for one in reported:
        found.setdefault(key(one), set()).add(one.key)
    return found


def _plainness(one: Reported) -> tuple[int, int, str, int]:
    """Plainest first: an outright figure before a change, with more said of it, in fewer words."""
    said = sum(bool(cell) for cell in (one.data, one.method, one.unit))
    return one.change, -said, one.key, one.quote.start


def _age(one: Reported, papers: Mapping[str, Reference]) -> tuple[str, str]:
    """Old to new; papers without a year last."""
    paper = papers.get(one.key)
    return (paper.date if paper and paper.year else "9999", one.key)
