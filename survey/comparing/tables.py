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
Row = tuple[Reported, ...]
"""What one sentence reports of one method on the same data."""
MOST: Mapping[str, int] = {"short": 6, "standard": 12, "long": 10_000}
"""Rows of a table, by the length of the survey."""
_WORDS = 210  # characters of a quote in a cell
_NOUNS = re.compile(r"\b(?:data ?sets?|corp(?:us|ora)|benchmarks?|databases?|(?:shared )?tasks?|test sets?|data)\b")
_SENTENCE = re.compile(r"; |, (?:and|but|so) (?=(?:we|it|they|our|this|the) )|,? (?:while|whereas) ")
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
        "paper": [f"@{row[0].key}" for row in rows],
        "task": [row[0].task for row in rows],
        "data": [row[0].data for row in rows],
        "method": [row[0].method for row in rows],
        "reported": [_told_once(row, say) for row in rows],
        "words": [f"“{trimmed(row)}”" for row in rows],
        "page": [str(row[0].quote.page or "") for row in rows],
    }
    shown = {name: cells for name, cells in columns.items() if any(cells)}
    return Block(
        kind="table",
        header=tuple(say(f"comparing.{name}") for name in shown),
        rows=tuple(tuple(cell or "–" for cell in row) for row in zip(*shown.values(), strict=True)),
        evidence=tuple((row[0].quote,) for row in rows),
        caption=say("comparing.caption"),
    )


def comparison(reported: Sequence[Reported], papers: Mapping[str, Reference], most: int) -> list[Row]:
    """At most so many rows: first those that stand beside another paper's of the same measure and data, then those of the same measure,
    then the plainest, a paper's third after every other's second. In their groups, each from old to new."""
    groups, measures = _papers_by(reported, group_of), _papers_by(reported, lambda one: group_of(one)[0])

    def lonely(one: Reported) -> tuple[bool, bool]:
        return not (one.data and len(groups[group_of(one)]) > 1), len(measures[group_of(one)[0]]) < 2

    rows: dict[tuple[str, int, str, str], list[Reported]] = {}
    for one in sorted(reported, key=lambda one: (lonely(one), _plainness(one))):
        rows.setdefault((one.key, one.quote.start, one.data, one.method), []).append(one)
    nth: dict[str, int] = {}
    ranked = []
    for row in rows.values():
        key = row[0].key
        nth[key] = nth.get(key, 0) + 1
        beside, alike = lonely(row[0])
        ranked.append(((beside, nth[key] > _EACH, alike, nth[key]), tuple(row)))
    chosen = [ranked_row for _, ranked_row in sorted(ranked, key=lambda item: item[0])][:most]
    first: dict[Group, int] = {}
    for ranked_row in chosen:
        first.setdefault(group_of(ranked_row[0]), len(first))
    return sorted(chosen, key=lambda row: (first[group_of(row[0])], _age(row[0], papers), row[0].quote.start))


_EACH = 2  # rows of a paper before those of others that have fewer


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


def _told_once(row: Row, say: Phrases) -> str:
    """The figures of a row in the order of the sentence; what several are told against, once behind the last."""
    parts = sorted(row, key=_place)
    same = [one.model_copy(update={"against": ""}) if one.against == after.against else one for one, after in pairwise(parts)]
    return "; ".join(told(one, say) for one in (*same, parts[-1]))


def told(one: Reported, say: Phrases) -> str:
    """ "accuracy 82.5%", or "F1 (difference) 2.1 points, against the baseline"."""
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


def trimmed(row: Row, most: int = _WORDS) -> str:
    """The clauses of the quote that tell the figures, of what and on what they are; "…" stands for what is left out. The
    beginning goes only where a clause with a subject of its own begins behind it."""
    text = " ".join(row[0].quote.text.split())
    if len(text) <= most:
        return text
    spans = [*map(_place, row), *(_first(text, cell) for cell in (row[0].data, row[0].method, *(one.against for one in row)) if cell)]
    left, right = min(start for start, _ in spans), max(end for _, end in spans)
    starts = [0, *(match.end() for match in _SENTENCE.finditer(text) if match.end() <= left)]
    start = max(starts)
    ends = [*(match.start() for match in _CLAUSE.finditer(text)), len(text)]
    end = max((cut for cut in ends if right <= cut <= max(right, start + most)), default=_word_end(text, right))
    return f"{'… ' if start else ''}{text[start:end].strip(' ,;:')}{' …' if text[end:].strip(' .') else text[end:]}"


def _place(one: Reported) -> tuple[int, int]:
    """Where the figure and its measure stand in the words, on one line."""
    text = " ".join(one.quote.text.split())
    value = " ".join(one.value.split())
    at = text.find(value if value in text else value.partition(" ")[2])
    measure = " ".join(one.measure.split())
    place = min((match.start() for match in re.finditer(re.escape(measure), text)), key=lambda start: abs(start - at), default=at)
    return min(at, place), max(at + len(value), place + len(measure))


def _word_end(text: str, at: int) -> int:
    space = text.find(" ", at)
    return space if space >= 0 else len(text)


def _first(text: str, cell: str) -> tuple[int, int]:
    """Where a cell stands in the words; nowhere that matters, if it is of the title."""
    match = re.search(rf"(?<![\w-]){re.escape(' '.join(cell.split()))}(?![\w-])", text)
    return match.span() if match else (len(text), 0)


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
