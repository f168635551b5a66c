"""Links: what a later paper does to an earlier one. Here those that resolve an issue; ``relations.py`` finds the other kinds.

A later paper answers a problem when something that it did, or the gap that it names itself, is near to the problem in meaning and in
words: nearer than what other later papers say of this problem, and than what this paper says of other problems. Sentences of one field
are all somewhat near; only the lead tells (docs/chains.md).
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from survey.embedding import Embedder
from survey.links.arguing import is_contrary, only_finds_wanting
from survey.links.ground import Ground, Later, survey_ground
from survey.links.relations import relations
from survey.records import DOING, RAISING, Citation, Issue, Link, LinkKind, Paper, Role, Statement
from survey.tasks import ANSWERS, CITING, SILENT, JudgeLink, LinkJudged, Model, Numbered, Signs
from survey.terms import Weights

_LINKS_OF_AN_ISSUE = 2  # from one paper: who answers best
_ASKED_OF_AN_ISSUE = 3  # later papers that the model is asked about, the likeliest ones
_CANDIDATES = 3  # sentences of one later paper that are handed over
_LIKELY = 0.0  # strength, below where the embedded default says yes: a model reads what vectors do not see
_NAMES_IT = 0.5  # nearness of a gap that a later paper names to the problem, for it to be the same
_STEEP = 8.0  # of the score, which is .5 where the embedded default says yes
_USUAL = 0.5  # nearness that two statements of one field have without meaning the same: a rival is at least this near
_LEFT_LEAD = 0.15  # by which what a paper leaves open is nearer to the problem than what it did: then it has not answered
_WANTING: tuple[Role, ...] = ("improvable",)
_ANSWERING: tuple[Role, ...] = (*DOING, "result")
_SAYS_SO = {"resolved": 0.1, "result": 0.05}  # among sentences that are as near, the one that says what came of it


def find_links(
    papers: Sequence[Paper],
    statements: Sequence[Statement],
    issues: Sequence[Issue],
    embedder: Embedder,
    weights: Weights,
    model: Model,
    citations: Iterable[Citation] = (),
) -> list[Link]:
    """Verified links of all kinds, strongest first. Search, vectors, words and citations propose; the model is asked about the likeliest
    answers to each problem, about all problems together; ids and the order in time are checked."""
    if len(papers) < 2:
        return []
    ground = survey_ground(papers, statements, issues, embedder, weights, citations)
    links = [*_resolving(ground, model), *relations(ground, issues, embedder)]
    links.sort(key=lambda link: (-link.score, link.id))
    return without_circles(links)


# ---------------------------------------------------------------- who resolves what


class _Pair(NamedTuple):
    """A problem and a later paper, with the nearest of what it did (``answer``, nearness ``done``) and of the gaps that it names itself
    (``gap``, None where it names none, nearness ``named``)."""

    raised: int
    later: Later
    answer: int
    done: float
    gap: int | None
    named: float

    @property
    def near(self) -> float:
        return max(self.done, self.named)

    @property
    def nearest(self) -> int:
        return self.answer if self.gap is None or self.named < self.done else self.gap


class _Asked(NamedTuple):
    pair: _Pair
    answers: Sequence[int]
    task: JudgeLink


def _resolving(ground: Ground, model: Model) -> list[Link]:
    pairs = [pair for key in ground.papers for pair in _pairs(key, ground)]
    rival = _rivals(pairs, ground)
    of_problem: dict[int, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        of_problem[pair.raised].append(pair)
    asked: list[_Asked] = []
    for own in of_problem.values():
        leads = [
            (pair.near + CITING * pair.later.cites - SILENT * pair.later.silent - rival[pair.raised, pair.later.key], pair) for pair in own
        ]
        likely = sorted((item for item in leads if item[0] >= _LIKELY), key=lambda item: (-round(item[0], 6), item[1].later.key))
        questions = (_question(pair, rival[pair.raised, pair.later.key], ground) for _, pair in likely)
        asked += islice((question for question in questions if question), _ASKED_OF_AN_ISSUE)
    of_issue: dict[tuple[str, str], dict[str, Link]] = defaultdict(dict)
    for question, reply in zip(asked, model.replies([q.task for q in asked]), strict=True):
        if link := _link(question, reply, ground):
            rivals = of_issue[link.issue, link.ends[0]]  # the same problem said twice by one paper is one link
            held = rivals.get(link.ends[1])
            if held is None or (-link.score, link.id) < (-held.score, held.id):
                rivals[link.ends[1]] = link
    return [link for own in of_issue.values() for link in sorted(own.values(), key=lambda k: (-k.score, k.id))[:_LINKS_OF_AN_ISSUE]]


def _pairs(key: str, ground: Ground) -> list[_Pair]:
    """Each problem of the paper with each later paper that does anything."""
    statements = ground.like.statements
    raised = [row for row in ground.said(key, RAISING) if statements[row].id in ground.issue_of]
    later = [(other, _answers(other.key, ground), _gaps(other.key, ground)) for other in ground.later[key]]
    later = [item for item in later if item[1]]
    told = [row for _, answers, gaps in later for row in (*answers, *gaps)]
    left = [_left(other.key, ground) for other, _, _ in later]
    if not raised or not told:
        return []
    near = ground.like.similarity(raised, told) + ground.like.overlap(raised, told)
    found = []
    at = 0
    for (other, answers, gaps), rest in zip(later, left, strict=True):
        still = ground.like.similarity(raised, rest) + ground.like.overlap(raised, rest) if rest else None
        done, named = near[:, at : at + len(answers)], near[:, at + len(answers) : at + len(answers) + len(gaps)]
        at += len(answers) + len(gaps)
        for n, row in enumerate(raised):
            answer, gap = int(done[n].argmax()), int(named[n].argmax()) if gaps else None  # the first of equals
            pair = _Pair(
                raised=row,
                later=other,
                answer=answers[answer],
                done=float(done[n, answer]),
                gap=None if gap is None else gaps[gap],
                named=0.0 if gap is None else float(named[n, gap]),
            )
            # What a paper found wanting, it took up itself; it is handed on only to a later paper that raises the same issue.
            if still is not None and float(still[n].max()) >= pair.near + _LEFT_LEAD:
                continue  # what it leaves open itself is nearer to the problem than anything that it did
            if statements[row].id in ground.left_open:
                found.append(pair)
            elif pair.gap is not None and ground.issue(pair.gap) == ground.issue(row):
                found.append(pair._replace(done=0.0))
    return found


def _answers(key: str, ground: Ground) -> list[int]:
    """What the paper did and found; what goes against others answers nothing."""
    return [row for row in ground.said(key, _ANSWERING) if not is_contrary(ground.text(row)) and not only_finds_wanting(ground.text(row))]


def _left(key: str, ground: Ground) -> list[int]:
    return [row for row in ground.said(key, RAISING) if ground.like.statements[row].id in ground.left_open]


def _gaps(key: str, ground: Ground) -> list[int]:
    """What the paper finds wanting in the work of others, to set to work itself."""
    wanting = [row for row in ground.said(key, _WANTING) if not is_contrary(ground.text(row))]
    return [row for row in wanting if ground.like.statements[row].id not in ground.left_open]


def _rivals(pairs: Sequence[_Pair], ground: Ground) -> dict[tuple[int, str], float]:
    """(problem, later paper) → the mean of how near the nearest other paper is to this problem, and this paper to the nearest other one."""
    issue = {pair.raised: ground.issue_of[ground.like.statements[pair.raised].id] for pair in pairs}
    of_problem: dict[int, dict[str, float]] = defaultdict(dict)
    of_paper: dict[str, dict[str, float]] = defaultdict(dict)
    for pair in pairs:
        of_problem[pair.raised][pair.later.key] = pair.near
        own = of_paper[pair.later.key]
        own[issue[pair.raised]] = max(own.get(issue[pair.raised], 0.0), pair.near)
    best_of_problem = {problem: _best_two(near) for problem, near in of_problem.items()}
    best_of_paper = {key: _best_two(near) for key, near in of_paper.items()}
    return {
        (pair.raised, pair.later.key): (
            _best_but(pair.later.key, best_of_problem[pair.raised]) + _best_but(issue[pair.raised], best_of_paper[pair.later.key])
        )
        / 2
        for pair in pairs
    }


def _best_two(near: Mapping[str, float]) -> list[tuple[float, str]]:
    return sorted(((value, name) for name, value in near.items()), reverse=True)[:2]


def _best_but(name: str, best: Sequence[tuple[float, str]]) -> float:
    return max([value for value, other in best if other != name] + [_USUAL])


def _question(pair: _Pair, rival: float, ground: Ground) -> _Asked | None:
    """The question whether the paper answers the problem; None where nothing that it did has a telling word of the problem, or of how
    the paper names it: who shares a complaint has not answered it."""
    like, raised = ground.like, [pair.raised]
    answers = _speaking_of(pair, _answers(pair.later.key, ground), ground)
    if not answers:
        return None
    fit = like.similarity(raised, answers)[0] + like.overlap(raised, answers)[0]
    if pair.gap is not None and pair.nearest == pair.gap:  # what answers a gap that the paper names is near to how it names it
        fit = fit + like.similarity([pair.gap], answers)[0] + like.overlap([pair.gap], answers)[0]
    fit = fit + [_SAYS_SO.get(like.statements[row].role, 0.0) for row in answers]
    chosen = [answers[int(n)] for n in np.argsort(-np.round(fit, 6), kind="stable")[:_CANDIDATES]]
    signs = Signs(
        similarity=round(float(like.similarity(raised, [pair.nearest])[0, 0]), 4),
        overlap=round(float(like.overlap(raised, [pair.nearest])[0, 0]), 4),
        rival=round(rival, 4),
        shared=len(ground.weights.shared(ground.text(pair.raised), ground.text(pair.nearest))),
        gap=ground.text(pair.gap) if pair.gap is not None and pair.named >= _NAMES_IT else "",
        cites=pair.later.cites,
        silent=pair.later.silent,
    )
    task = JudgeLink(
        raised_title=ground.papers[like.statements[pair.raised].quote.key].title,
        raised=Numbered(id="a", text=ground.text(pair.raised)),
        resolving_title=ground.papers[pair.later.key].title,
        signs=signs,
        candidates=tuple(Numbered(id=f"b{n}", text=ground.text(row)) for n, row in enumerate(chosen, start=1)),
    )
    return _Asked(pair, chosen, task)


def _speaking_of(pair: _Pair, answers: Sequence[int], ground: Ground) -> list[int]:
    problem = [pair.raised] if pair.gap is None or pair.named < _NAMES_IT else [pair.raised, pair.gap]
    shared = ground.like.overlap(problem, answers).max(axis=0)
    return [row for row, share in zip(answers, shared, strict=True) if share > 0]


def _link(asked: _Asked, reply: LinkJudged, ground: Ground) -> Link | None:
    """The link that the reply makes; none for a "no", or when it names other sentences than those handed over, or one for the other."""
    pair, task = asked.pair, asked.task
    chosen = next((row for c, row in zip(task.candidates, asked.answers, strict=True) if c.id == reply.resolved), None)
    if reply.resolution == "no" or chosen is None or reply.raised != task.raised.id:
        return None
    earlier, later = ground.like.statements[pair.raised], ground.like.statements[chosen]
    bridge = ground.like.statements[pair.gap] if pair.gap is not None and task.signs.gap else None
    kind: LinkKind = "resolves" if reply.resolution == "full" else "partly_resolves"
    terms = ground.weights.shared(
        earlier.quote.text, " ".join([later.quote.text, bridge.quote.text if bridge else "", task.resolving_title])
    )
    return Link(
        id=f"{kind}:{earlier.id}>{later.id}",
        kind=kind,
        earlier=earlier,
        later=later,
        bridge=bridge,
        issue=ground.issue_of[earlier.id],
        order=pair.later.order,
        cites=pair.later.cites,
        verdict="stated" if bridge or pair.later.cites else "inferred",
        similarity=task.signs.similarity,
        overlap=task.signs.overlap,
        score=round(1 / (1 + math.exp(-_STEEP * (task.signs.strength - ANSWERS))), 4),
        reason=reason_of(pair.later.cites, bridge is not None, terms),
        terms=terms,
    )


def reason_of(cites: bool, names_it: bool, terms: Sequence[str]) -> str:
    """In plain words what speaks for a link."""
    said = ["cites it"] * cites + ["names the gap itself"] * names_it + [f"shares: {', '.join(terms)}"] * bool(terms)
    return "; ".join(said)


def without_circles(links: Sequence[Link]) -> list[Link]:
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
