"""Which records are one paper, what is known of it, and the citekey it goes by. Pure: no file, no clock, no chance."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from survey.identity.keys import identities, keyed, made_key
from survey.identity.matching import group
from survey.identity.merging import content, in_trust, one_paper
from survey.identity.names import families, family
from survey.identity.numbers import record_name, record_names
from survey.identity.titles import normal_title
from survey.records import Notice, Paper, Record, Reference

__all__ = ["Decisions", "Join", "Merged", "Reason", "identities", "is_of", "joined", "made_key", "merge", "normal_title", "record_name"]


class Decisions(Record):
    """What the user said of pairs of records, by :func:`record_name`: that they are two papers, or one, whatever the rules say.

    A pair stands in one of the two. Where ``apart`` and a chain of ``together`` contradict each other, ``apart`` is kept, and of the chain
    what was decided first.
    """

    apart: tuple[tuple[str, str], ...] = ()
    together: tuple[tuple[str, str], ...] = ()


class Reason(NamedTuple):
    """Why two records were joined, in words."""

    one: str
    other: str
    words: str


class Join(NamedTuple):
    """The records that became the paper ``key``, by name, most believed first, and what joined them: one reason fewer than records."""

    key: str
    records: tuple[str, ...]
    reasons: tuple[Reason, ...]


class Merged(NamedTuple):
    """Papers sorted by citekey, and of each that was made of several records, the join."""

    papers: list[Paper]
    joins: list[Join]


def is_of(notice: Notice, paper: Reference) -> bool:
    """Whether a register's notice is of ``paper``, whose title is the same if no number is."""
    numbers = [(notice.doi, paper.doi), (notice.pmid, paper.pmid)]
    if any(one and one == other for one, other in numbers):
        return True
    if any(one and other for one, other in numbers) or not (notice.authors and paper.authors):
        return False
    years = [int(date[:4]) for date in (notice.published, paper.date) if date[:4].isdecimal()]
    return family(notice.authors[0]) in families(paper) and (len(years) < 2 or abs(years[0] - years[1]) <= 1)


def merge(records: Sequence[Paper], known: Mapping[str, str] | None = None, decisions: Decisions | None = None) -> list[Paper]:
    """The papers of :func:`joined` alone."""
    return joined(records, known, decisions).papers


def joined(records: Sequence[Paper], known: Mapping[str, str] | None = None, decisions: Decisions | None = None) -> Merged:
    """One paper for every group of ``records`` that are the same, each with its citekey, sorted by it.

    ``known`` maps :func:`identities` to the citekeys that papers already go by: those keys are kept, and given to no other paper.
    The result does not depend on the order of ``records``.
    """
    decisions = decisions or Decisions()
    records = in_trust(records)
    groups = group(records, decisions.apart, decisions.together)
    names = record_names(records)
    members: dict[int, list[int]] = defaultdict(list)
    for i in range(len(records)):
        members[groups.root(i)].append(i)
    reasons: dict[int, list[Reason]] = defaultdict(list)
    for one, other, words in groups.reasons:
        reasons[groups.root(one)].append(Reason(names[one], names[other], words))
    made = [(one_paper([records[i] for i in of]), root) for root, of in members.items()]
    made.sort(key=lambda pair: content(pair[0]))
    papers = keyed([(paper, [records[i] for i in members[root]]) for paper, root in made], known or {})
    joins = [
        Join(paper.key, tuple(names[i] for i in members[root]), tuple(reasons[root]))
        for paper, (_, root) in zip(papers, made, strict=True)
        if len(members[root]) > 1
    ]
    return Merged(sorted(papers, key=lambda paper: paper.key), sorted(joins))
