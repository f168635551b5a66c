"""Groups of records that grow by joins, each with its reason, and the joins that are refused."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from survey.identity.names import name_words
from survey.identity.numbers import arxiv_of, doi_of, is_layout, is_preprint_doi
from survey.identity.titles import title_of
from survey.records import Paper

By = Literal["user", "number", "file", "title"]
"""What speaks for a join: less can speak against it the further left."""
YEARS = 2
"""A preprint, its publication and their records lie this far apart at most, one from the next."""
_SPAN = 3
"""And all of them, where titles alone join them."""


class Reason(NamedTuple):
    one: int
    other: int
    words: str


class _Group:
    """What is known of the records joined so far. ``numbers`` are (register, number, whether it was more than read off a page)."""

    def __init__(self, at: int, paper: Paper) -> None:
        title = title_of(paper.title)
        self.members = [at]
        self.foes: set[int] = set()
        self.names = set(name_words(paper))
        self.years = {paper.year} if paper.year is not None else set()
        self.notes = {title.note} if title.normal else set()
        firm = not is_layout(paper)
        named = (("doi", doi_of(paper)), ("arxiv", arxiv_of(paper)), ("pmid", paper.pmid))
        self.numbers = {(register, number, firm) for register, number in named if number}

    def take(self, other: "_Group") -> None:
        self.members += other.members
        self.foes |= other.foes
        self.names |= other.names
        self.years |= other.years
        self.notes |= other.notes
        self.numbers |= other.numbers

    def told(self, register: str, firm: bool = False) -> set[str]:
        return {number for kind, number, sure in self.numbers if kind == register and (sure or not firm)}


class Groups:
    """Disjoint sets of ``records`` by their places in the list. Two that a pair of ``apart`` names never meet in one."""

    def __init__(self, records: Sequence[Paper], apart: Sequence[tuple[int, int]]) -> None:
        self._parent = list(range(len(records)))
        self._groups = [_Group(i, paper) for i, paper in enumerate(records)]
        self.reasons: list[Reason] = []
        for one, other in apart:
            self._groups[one].foes.add(other)
            self._groups[other].foes.add(one)

    def root(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def told(self, i: int, register: str) -> set[str]:
        """The numbers that the group of record ``i`` has in ``register``, but for those read off a page."""
        return self._groups[self.root(i)].told(register, firm=True)

    def roots(self) -> list[int]:
        return [self.root(i) for i in range(len(self._parent))]

    def join(self, one: int, other: int, by: By, why: str | Callable[[], str]) -> bool:
        """Joins the groups of two records; False when something speaks against it. ``why`` is told of these two."""
        a, b = self.root(one), self.root(other)
        if a == b:
            return True
        mine, theirs = self._groups[a], self._groups[b]
        if any(self.root(foe) == b for foe in mine.foes) or (by != "user" and self._clash(mine, theirs, by)):
            return False
        if len(mine.members) < len(theirs.members):
            a, b, mine, theirs = b, a, theirs, mine
        mine.take(theirs)
        self._parent[b] = a
        self.reasons.append(Reason(one, other, why if isinstance(why, str) else why()))
        return True

    def _clash(self, one: _Group, other: _Group, by: By) -> bool:
        if _apart(one.notes, other.notes):
            return True  # a correction, a reply and the paper that it is about
        if by == "number":
            return False
        # The user says which file holds the paper: what was read off its pages does not weigh against that.
        firm = by == "file"
        return conflict(one.told("doi", firm), other.told("doi", firm)) or (by == "title" and _other_facts(one, other))


def _other_facts(one: _Group, other: _Group) -> bool:
    preprint = _preprint(one) or _preprint(other)  # PubMed lists it apart from its publication
    return (
        _apart(one.told("arxiv"), other.told("arxiv"))
        or (not preprint and _apart(one.told("pmid"), other.told("pmid")))
        or _apart(one.names, other.names)
        or min((abs(a - b) for a in one.years for b in other.years), default=0) > YEARS
        or _span(one.years | other.years) > max(_SPAN, _span(one.years), _span(other.years))
    )


def _span(years: set[int]) -> int:
    return max(years) - min(years) if years else 0


def _apart(one: set[str], other: set[str]) -> bool:
    """Whether both say something, and nothing the same."""
    return bool(one and other) and one.isdisjoint(other)


def conflict(dois: set[str], others: set[str]) -> bool:
    """Whether these DOIs name different works: a preprint's beside a publisher's may name the same, and so may those of two servers."""
    mine, theirs = ({doi for doi in each if not is_preprint_doi(doi)} for each in (dois, others))
    if _apart(mine, theirs):
        return True
    first, second = (defaultdict[str, set[str]](set) for _ in range(2))
    for each, servers in ((dois - mine, first), (others - theirs, second)):
        for doi in each:
            servers[doi.split("/")[0]].add(doi)
    return any(first[server].isdisjoint(second[server]) for server in first.keys() & second.keys())


def _preprint(group: _Group) -> bool:
    dois = group.told("doi")
    return bool(dois) and all(map(is_preprint_doi, dois))
