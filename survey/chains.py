"""Issue → solution chains: what one paper leaves open, a later one takes up, which leaves something open in its turn.

Which of two papers is the later is told by their dates, or, where these leave it open, by the one that cites the other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survey.embedding import Embedder
from survey.records import DOING, LEAVING, RAISING, Chain, Citation, Issue, Link, Order, Paper, Statement, is_later
from survey.tasks import Candidate, JudgeLink, LinkJudged, Model, Numbered
from survey.terms import Weights, stem

if TYPE_CHECKING:
    from survey.embedding import Vectors

_NEIGHBOURS = 10  # later papers looked at for each paper
_RELATED = 0.35  # papers less alike than this (cosine of title and abstract) share no problem
_LINKS_OF_AN_ISSUE = 2
_ASKED_OF_AN_ISSUE = 3  # later papers that the model is asked about, the likeliest ones
_CANDIDATES = 3  # sentences of one later paper that are handed over
_LIKELY = 0.33  # well below where the embedded default says yes: a model reads what vectors do not see
_RARE_SHARE = 0.1  # a word is specific when at most this share of the papers has it in title or abstract
_RARE_AT_LEAST = 3


def find_links(
    papers: Sequence[Paper],
    statements: Sequence[Statement],
    issues: Sequence[Issue],
    embedder: Embedder,
    weights: Weights,
    model: Model,
    citations: Iterable[Citation] = (),
) -> list[Link]:
    """Verified links from a problem to what a surely later paper did about it, strongest first. Vectors, words and citations propose; the
    model is asked about the likeliest few answers to each problem, about all problems together; ids and the order in time are checked."""
    papers = sorted(papers, key=lambda p: p.key)
    if len(papers) < 2:
        return []
    vectors = embedder.embed([p.gist for p in papers])
    said: dict[str, list[Statement]] = {p.key: [] for p in papers}
    for statement in statements:
        said[statement.quote.key].append(statement)
    of_statement = {s.id: issue.id for issue in issues for s in issue.statements}
    texts = embedder.embed([s.quote.text for s in statements]) if statements else np.zeros((0, 1), np.float32)
    vector = {s.id: texts[n] for n, s in enumerate(statements)}
    cited_by: dict[str, set[str]] = {p.key: set() for p in papers}
    for citation in citations:
        cited_by[citation.cited].add(citation.citing)
    proposed: list[_Proposed] = []
    by_key = {p.key: p for p in papers}
    for i, paper in enumerate(papers):
        later = _later(paper, by_key, vectors @ vectors[i], cited_by)
        for raised in said[paper.key]:
            if raised.role not in RAISING or raised.id not in of_statement:
                continue
            found = [p for other in later if (p := _propose(raised, paper, other, said[other.paper.key], vector, weights))]
            proposed += sorted(found, key=lambda p: (not p.task.candidates[0].plausible, -p.strength, p.answers[0].id))[:_ASKED_OF_AN_ISSUE]
    of_raised: dict[str, list[Link]] = {}
    for proposal, reply in zip(proposed, model.replies([p.task for p in proposed]), strict=True):
        if link := _link(proposal, reply, of_statement, weights):
            of_raised.setdefault(link.earlier.id, []).append(link)
    links = []
    for own in of_raised.values():
        links += sorted(own, key=lambda link: (-link.score, link.later.id))[:_LINKS_OF_AN_ISSUE]
    links.sort(key=lambda link: (-link.score, link.earlier.id, link.later.id))
    return _without_circles(links)


class _Later(NamedTuple):
    """A paper that may answer another, why it is the later of the two, and whether it cites the other."""

    paper: Paper
    order: Order
    cites: bool


def _later(paper: Paper, papers: Mapping[str, Paper], near: "Vectors", cited_by: Mapping[str, Collection[str]]) -> list[_Later]:
    """Who may answer what ``paper`` left open: the nearest of the papers that are surely later, and all that cite it.

    ``near`` holds how near each of ``papers`` is to ``paper``, in their order.
    """
    ordered = list(papers.values())
    related = (ordered[n] for n in np.argsort(-near, kind="stable") if near[n] >= _RELATED)
    nearest = islice((other.key for other in related if is_later(other.date, paper.date)), _NEIGHBOURS)
    keys = dict.fromkeys([*nearest, *sorted(cited_by[paper.key])])
    return [_Later(papers[k], order, k in cited_by[paper.key]) for k in keys if (order := _order(paper, papers[k], cited_by))]


def _order(earlier: Paper, later: Paper, cited_by: Mapping[str, Collection[str]]) -> Order | None:
    """Why a link may run from the one to the other: by their dates, or, where they do not tell, by a citation; None where it may not."""
    if is_later(later.date, earlier.date):
        return "forward"
    if is_later(earlier.date, later.date) or later.key not in cited_by[earlier.key] or earlier.key in cited_by[later.key]:
        return None
    return "cited"


class _Proposed(NamedTuple):
    """A problem, a later paper and what of it may answer the problem, the likeliest first: ``answers`` are the task's candidates."""

    raised: Statement
    later: _Later
    answers: Sequence[Statement]
    task: JudgeLink

    @property
    def strength(self) -> float:
        return round(self.task.candidates[0].strength, 4)


def _propose(
    raised: Statement,
    paper: Paper,
    later: _Later,
    said: Sequence[Statement],
    vector: Mapping[str, "Vectors"],  # of each statement, shape (d,)
    weights: Weights,
) -> _Proposed | None:
    problems = [s for s in said if s.role == "improvable"]
    addressed = max((float(vector[raised.id] @ vector[p.id]) for p in problems), default=0.0)
    context = f"{later.paper.title} " + " ".join(p.quote.text for p in problems)
    found = [
        Candidate(
            id=s.id,
            text=s.quote.text,
            similarity=round(max(0.0, float(vector[raised.id] @ vector[s.id])), 4),
            overlap=round(0.6 * weights.overlap(raised.quote.text, s.quote.text) + 0.4 * weights.overlap(raised.quote.text, context), 4),
            addressed=round(max(0.0, addressed), 4),
            cites=later.cites,
        )
        for s in said
        if s.role in (*DOING, "result") and _specific(raised.quote.text, f"{s.quote.text} {context}", weights)
    ]
    found.sort(key=lambda c: (c.strength, c.id), reverse=True)
    if not found or found[0].strength < _LIKELY:
        return None
    by_id = {s.id: s for s in said}
    candidates = tuple(c.model_copy(update={"id": f"b{n}"}) for n, c in enumerate(found[:_CANDIDATES], start=1))
    task = JudgeLink(
        raised_title=paper.title,
        raised=Numbered(id="a", text=raised.quote.text),
        resolving_title=later.paper.title,
        candidates=candidates,
    )
    return _Proposed(raised, later, [by_id[c.id] for c in found[:_CANDIDATES]], task)


def _link(proposed: _Proposed, reply: LinkJudged, of_statement: Mapping[str, str], weights: Weights) -> Link | None:
    """The link that the reply makes; none for a "no", or when it names other sentences than those handed over, or one for the other."""
    task = proposed.task
    chosen = next(((c, s) for c, s in zip(task.candidates, proposed.answers, strict=True) if c.id == reply.resolved), None)
    if reply.resolution == "no" or chosen is None or reply.raised != task.raised.id:
        return None
    candidate, resolved = chosen
    return Link(
        id=f"{proposed.raised.id} > {resolved.id}",
        kind="resolves" if reply.resolution == "full" else "partly_resolves",
        issue=of_statement[proposed.raised.id],
        earlier=proposed.raised,
        later=resolved,
        order=proposed.later.order,
        cites=candidate.cites,
        similarity=candidate.similarity,
        overlap=candidate.overlap,
        addressed=candidate.addressed,
        terms=weights.shared(proposed.raised.quote.text, f"{resolved.quote.text} {proposed.later.paper.title}"),
        score=round(candidate.strength, 4),
    )


def _specific(left: str, right: str, weights: Weights) -> bool:
    """Whether the texts share a telling word that few papers of the collection use: words of the whole field link everything."""
    most = max(_RARE_AT_LEAST, _RARE_SHARE * weights.count)
    return any(weights.df(stem(word)) <= most for word in weights.shared(left, right, most=50))


def find_chains(papers: Sequence[Paper], links: Sequence[Link], statements: Sequence[Statement]) -> list[Chain]:
    """Links joined end to end. The heaviest chain (sum of scores) comes first; each link stands in one chain, a paper once in a chain."""
    dates = {p.key: p.date for p in papers}
    rank = _ranks(links, dates)
    left = sorted(links, key=lambda k: (rank[k.ends[0]], k.earlier.id, k.later.id), reverse=True)
    chains: list[Chain] = []
    while left:
        best = _heaviest(left)
        left = [link for link in left if link not in best]
        keys = {key for link in best for key in link.ends}
        # A second telling of the same step between the same papers adds nothing to a reader.
        left = [k for k in left if not keys.issuperset(k.ends)]
        opens = [s for s in statements if s.role in LEAVING and s.quote.key == best[-1].ends[1]]
        still = sorted(opens, key=lambda s: (-s.weight, s.id))[:1]
        chains.append(Chain(id=f"chain-{len(chains) + 1}", links=tuple(best), left=tuple(still)))
    return chains


def _ranks(links: Iterable[Link], dates: Mapping[str, str]) -> dict[str, int]:
    """The place of each linked paper in an order in which every link runs upwards, by date where the links leave it open."""
    after: dict[str, set[str]] = {key: set() for key in dates}
    waiting = dict.fromkeys(dates, 0)  # papers that must come first
    for earlier, later in {link.ends for link in links}:
        after[earlier].add(later)
        waiting[later] += 1
    ready = [(dates[key], key) for key, count in waiting.items() if not count]
    heapify(ready)
    rank: dict[str, int] = {}
    while ready:
        _, key = heappop(ready)
        rank[key] = len(rank)
        for later in after[key]:
            waiting[later] -= 1
            if not waiting[later]:
                heappush(ready, (dates[later], later))
    return rank


def _without_circles(links: Sequence[Link]) -> list[Link]:
    """``links``, strongest first, but for those that dates do not bear out and that would lead round to where they began."""
    after: dict[str, set[str]] = {}
    kept: set[str] = set()
    for link in sorted(links, key=lambda link: link.order != "forward"):  # links by dates alone make no circle
        earlier, later = link.ends
        if link.order == "forward" or not _reaches(after, later, earlier):
            after.setdefault(earlier, set()).add(later)
            kept.add(link.id)
    return [link for link in links if link.id in kept]


def _reaches(after: Mapping[str, Collection[str]], start: str, goal: str) -> bool:
    seen, ahead = {start}, [start]
    while ahead and goal not in seen:
        new = set(after.get(ahead.pop(), ())) - seen
        seen |= new
        ahead += sorted(new)
    return goal in seen


def _heaviest(links: Sequence[Link]) -> list[Link]:
    """The path of links with the greatest sum of scores; ``links`` come latest raised first, so every continuation is already known."""
    best: dict[str, tuple[float, list[Link]]] = {}  # by the paper a path begins at
    for link in links:
        tail_score, tail = best.get(link.ends[1], (0.0, []))
        candidate = (link.score + tail_score, [link, *tail])
        key = link.ends[0]
        if key not in best or candidate[0] > best[key][0] + 1e-9:
            best[key] = candidate
    return max(best.values(), key=lambda item: (item[0], item[1][0].earlier.id))[1]
