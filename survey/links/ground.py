"""What links are found on: the statements of the papers, how near they are, and which papers may follow which.

Which of two papers is the later is told by their dates, or, where these leave it open, by the one that cites the other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from survey.embedding import Embedder
from survey.likeness import Likeness
from survey.links.candidates import propose
from survey.records import DOING, LEAVING, Citation, Issue, Order, Paper, Role, Statement, is_later
from survey.terms import Weights

_A_LIST = 3  # entries; fewer may be a rest of one


class Later(NamedTuple):
    """A paper that may follow another, why it is the later of the two, and whether it cites the other; ``silent``: its reference list is
    known, and does not name the other."""

    key: str
    order: Order
    cites: bool
    silent: bool = False


def left_open(papers: Mapping[str, Paper], statements: Iterable[Statement]) -> frozenset[str]:
    """The ids of what papers leave open: limits that they admit, what they leave to others, and what they find wanting after they have
    said, in the same part, what they did: before it papers speak of others, behind it of themselves."""
    left: set[str] = set()
    done: dict[tuple[str, int], bool] = {}
    for statement in sorted(statements, key=lambda s: (s.quote.key, s.quote.start)):
        part = papers[statement.quote.key].part_of(statement.quote.start)
        place = statement.quote.key, part.start if part else -1
        if statement.role in LEAVING or (statement.role == "improvable" and done.get(place)):
            left.add(statement.id)
        elif statement.role in (*DOING, "result"):
            done[place] = True
    return frozenset(left)


class Ground(NamedTuple):
    """``rows`` are the statements of each paper, by their rows in ``like``, in the order of its text; ``later`` the papers that may follow
    each, the likeliest first; ``issue_of`` maps the id of a statement to that of its issue."""

    papers: Mapping[str, Paper]
    like: Likeness
    rows: Mapping[str, Sequence[int]]
    later: Mapping[str, Sequence[Later]]
    issue_of: Mapping[str, str]
    left_open: frozenset[str]
    cited_by: Mapping[str, Collection[str]]
    weights: Weights

    def order_of(self, earlier: str, later: str) -> Order | None:
        return order_of(self.papers[earlier], self.papers[later], self.cited_by)

    def said(self, key: str, roles: Collection[Role]) -> list[int]:
        return [row for row in self.rows[key] if self.like.statements[row].role in roles]

    def issue(self, row: int) -> str:
        """The id of the issue that the statement belongs to, or ""."""
        return self.issue_of.get(self.like.statements[row].id, "")

    def text(self, row: int) -> str:
        return self.like.statements[row].quote.text


def survey_ground(
    papers: Sequence[Paper],
    statements: Sequence[Statement],
    issues: Sequence[Issue],
    embedder: Embedder,
    weights: Weights,
    citations: Iterable[Citation],
) -> Ground:
    by_key = {paper.key: paper for paper in sorted(papers, key=lambda p: p.key)}
    ordered = sorted(statements, key=lambda s: (s.quote.key, s.quote.start, s.id))
    rows: dict[str, list[int]] = {key: [] for key in by_key}
    for row, statement in enumerate(ordered):
        rows[statement.quote.key].append(row)
    cited_by: dict[str, set[str]] = {key: set() for key in by_key}
    for citation in citations:
        cited_by[citation.cited].add(citation.citing)
    proposed = propose(papers, ordered, embedder)
    later = {}
    for key, paper in by_key.items():
        keys = dict.fromkeys([*(other.key for other in proposed[key]), *sorted(cited_by[key])])
        found = ((other, order_of(paper, by_key[other], cited_by)) for other in keys)
        cites = cited_by[key]
        later[key] = [
            Later(other, order, other in cites, len(by_key[other].cited) >= _A_LIST and other not in cites)
            for other, order in found
            if order
        ]
    issue_of = {statement.id: issue.id for issue in issues for statement in issue.statements}
    return Ground(by_key, Likeness(ordered, embedder, weights), rows, later, issue_of, left_open(by_key, ordered), cited_by, weights)


def order_of(earlier: Paper, later: Paper, cited_by: Mapping[str, Collection[str]]) -> Order | None:
    """Why a link may run from the one to the other: by their dates, or, where they do not tell, by a citation; None where it may not."""
    if is_later(later.date, earlier.date):
        return "forward"
    if is_later(earlier.date, later.date) or later.key not in cited_by[earlier.key] or earlier.key in cited_by[later.key]:
        return None
    return "cited"
