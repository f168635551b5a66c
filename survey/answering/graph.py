"""Questions that the graph of issues answers: what is open, who raised or solved a problem, what came after or before a paper.

A claim quotes the statements and links that the stages found; what code says around a quotation is what was found and counted, no more.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal, NamedTuple

from survey.answering.asked import Asked
from survey.answering.claims import weighed
from survey.answering.desk import Desk
from survey.answering.evidence import searched
from survey.answering.matter import Matter
from survey.answering.named import Meant, issues_named, papers_about, papers_named
from survey.answering.ties import Tie, linked, ties
from survey.answering.wording import Draft, said
from survey.gaps import Gap, find_gaps
from survey.phrases.told import ENGLISH, status
from survey.records import (
    LEAVING,
    RESOLVING,
    Answer,
    Answered,
    Claim,
    Issue,
    Level,
    Link,
    Paper,
    PartKind,
    QuestionKind,
    Quote,
    Role,
    Scope,
    Searched,
    Statement,
    Status,
    Survey,
)
from survey.support import fault, quotable
from survey.terms import is_telling, stems, words

MOST = 5
"""Claims of an answer; how many more there are is counted in its summary."""
_PROBLEMS = 3  # that one question means, at most
_LIKEWISE = 3  # papers that raise the same problem, quoted beside the first
_SAME = 1.1  # cosine and share of words from which a statement of a problem says the same as its first


class Ground(NamedTuple):
    """``papers``: those that the answer may quote; ``every``: all of the collection; ``named``: those that the question names.
    ``sections``: the kinds of sections that a quote may stand in, if not any."""

    survey: Survey
    papers: Mapping[str, Paper]
    every: Mapping[str, Paper]
    named: tuple[str, ...]
    desk: Desk
    sections: tuple[PartKind, ...] = ()

    def may_quote(self, *quotes: Quote) -> bool:
        parts = [self.every[q.key].part_of(q.start) if q.key in self.every else None for q in quotes] if self.sections else []
        return all(part is not None and part.kind in self.sections for part in parts)


class Told(NamedTuple):
    """What an answer is made of; ``strength``: how well it fits what was asked."""

    drafts: Sequence[Draft]
    summary: str
    strength: float = 1.0


def from_graph(asked: Asked, scope: Scope, desk: Desk) -> Answer | None:
    """The answer that links and chains give; None where they say nothing of what is asked: passages may."""
    every = {paper.key: paper for paper in desk.library.papers()}
    named = papers_named(asked.subject, tuple(every.values())) if asked.subject else ()
    if not every or (asked.kind in ("after", "before") and not named):  # told before the collection is explored, which may take long
        return None
    survey = desk.explored()  # what is told is of the papers that are there after it
    if survey is None:
        return None
    every = {paper.key: paper for paper in desk.library.papers()}
    keys = desk.papers_of(scope)
    within = {key: every[key] for key in (every if keys is None else keys) if key in every}
    ground = Ground(_there(survey, every), within, every, tuple(key for key in named if key in every), desk, scope.sections)
    told = _TELLERS[asked.kind](asked, ground)
    claims = _claims(told.drafts, ground) if told else ()
    if not told or not claims:
        return _nothing_after(asked, ground, searched(asked.subject, keys, desk)) if not told and not scope.sections else None
    for claim in claims:
        desk.heard(claim)
    return Answer(
        question=asked.text,
        kind=asked.kind,
        found=True,
        summary=told.summary,
        claims=claims,
        missing=_missing(asked.subject, claims, ground) if asked.kind in _OF_A_PROBLEM and not named else (),
        strength=told.strength,
        searched=searched(asked.subject, keys, desk),
    )


def _there(survey: Survey, papers: Mapping[str, Paper]) -> Survey:
    """Without what is of papers that are gone."""
    issues = []
    for issue in survey.issues:
        left = tuple(s for s in issue.statements if s.quote.key in papers)
        answers = tuple(a for a in issue.answers if a.key in papers)
        first = issue.first_raised if issue.first_raised in papers else ""
        if left:
            issues.append(issue.model_copy(update={"statements": left, "answers": answers, "first_raised": first}))
    return survey.model_copy(
        update={
            "issues": tuple(issues),
            "statements": tuple(s for s in survey.statements if s.quote.key in papers),
            "links": tuple(k for k in survey.links if papers.keys() >= set(k.ends)),
            "citations": tuple(c for c in survey.citations if c.citing in papers and c.cited in papers),
        }
    )


def _nothing_after(asked: Asked, ground: Ground, looked_through: Searched) -> Answer | None:
    """That no later paper is tied to one that is there is an answer that passages cannot give."""
    if asked.kind != "after":
        return None
    named = ENGLISH.listed([f"{ground.every[key].byline}, @{key}" for key in ground.named])
    how = {"": "is tied to", "cites": "was found that cites", "contradicts": "was found that contradicts"}[asked.tie]
    summary = f"No later paper of {'those asked' if len(ground.papers) < len(ground.every) else 'the collection'} {how} {named}."
    return Answer(question=asked.text, kind=asked.kind, found=False, reason="empty", summary=summary, searched=looked_through)


_OF_A_PROBLEM: tuple[QuestionKind, ...] = ("solved", "raised")


def _missing(subject: str, claims: Sequence[Claim], ground: Ground) -> tuple[str, ...]:
    """The words of the subject that neither the claims nor the titles and abstracts of their papers have."""
    quotes = [quote for claim in claims for quote in claim.quotes]
    told = {s for text in (*(q.text for q in quotes), *(ground.every[q.key].gist for q in quotes)) for s in stems(text)}
    return tuple(word for word in words(subject) if is_telling(word) and told.isdisjoint(stems(word)))


def _claims(drafts: Sequence[Draft], ground: Ground) -> tuple[Claim, ...]:
    """Those that stand the checks, with what can be counted of each."""
    drafts = [draft for draft in drafts if ground.may_quote(*draft.quotes)]
    made = [(draft, claim) for draft, claim in said(drafts, ground.every) if all(not fault(s, ground.every.get) for s in claim.sentences)]
    counted, _ = weighed([claim for _, claim in made], ground.every)
    return tuple(_as_sure(draft, claim) for (draft, _), claim in zip(made, counted, strict=True))


def _as_sure(draft: Draft, claim: Claim) -> Claim:
    """What was only inferred from words and meaning is not sure. That two papers are quoted for what ties them makes it no surer than the
    words of the one that says so; that these tell of the other is just what they are quoted for. And that many raise a problem does not
    prove it: nothing that is told here is of high confidence."""
    tied = len(set(draft.papers)) > 1 and not claim.likewise
    level: Level = "low" if draft.inferred else "medium" if tied or claim.standing.level == "high" else claim.standing.level
    return claim.model_copy(update={"standing": claim.standing.model_copy(update={"level": level})})


# ---------------------------------------------------------------- what is open


def _open(asked: Asked, ground: Ground) -> Told | None:
    """Problems that nobody resolved, those that most papers raise first; of one subject, those that speak of it."""
    meant = {} if ground.named else {found.issue.id: found for found in _meant(asked.subject, ground)}
    about = _about(asked.subject, ground)
    own = {issue.id: _statements(issue, ground, meant.get(issue.id), about) for issue in ground.survey.issues}
    if ground.named:  # what a paper finds wanting in others it does not leave open
        own = {name: [s for s in said if s.role in LEAVING] for name, said in own.items()}
    there = [issue for issue in ground.survey.issues if own[issue.id]]
    left = [issue for issue in there if issue.status != "resolved"]
    if not left:
        return None
    left.sort(key=lambda i: (-(meant[i.id].score if i.id in meant else 0.0), *_support(i, own[i.id], ground)))
    shown = _varied(left, own)[:MOST]
    gaps = {gap.issue: gap for gap in find_gaps(shown, ground.survey.links, ground.every.values())}
    strength = max((found.score for found in meant.values()), default=0.5) if asked.subject and not ground.named else 1.0
    return Told(
        [_problem(own[issue.id], gaps[issue.id], asked.subject, ground) for issue in shown], _how_many(asked, ground, there, left), strength
    )


def _how_many(asked: Asked, ground: Ground, there: Sequence[Issue], left: Sequence[Issue]) -> str:
    who = "these papers raise" if not asked.subject else f"papers about “{asked.subject}” raise"
    who = f"“{asked.subject}” leaves to others" if ground.named else who
    counts = Counter(issue.status for issue in left)
    kinds = ENGLISH.listed([f"{counts[name]} {status(ENGLISH, name)}" for name in ("open", "partly", "disputed") if counts[name]])
    of = "The one problem" if len(there) == 1 else f"{len(left)} of the {len(there)} problems"
    told = f"{of} that {who} {'is' if len(left) == 1 else 'are'} not resolved: {kinds.removeprefix('1 ') if len(there) == 1 else kinds}."
    return told + (f" Told are {MOST} of them." if len(left) > MOST else "")


def _about(subject: str, ground: Ground) -> Collection[str]:
    if ground.named or not subject:
        return ground.named or tuple(ground.papers)
    return papers_about(subject, ground.survey, tuple(ground.papers.values()), ground.desk.embedder)


def _support(issue: Issue, own: Sequence[Statement], ground: Ground) -> tuple[object, ...]:
    """Where a problem stands among those that are not resolved: what many papers raise first, then what is wholly open and left so by those
    who raise it, in a sentence that can be read by itself; the oldest first."""
    first = own[0]
    date = ground.every[issue.first_raised or first.quote.key].date or "~"
    return (-len(issue.keys), _STATUSES.index(issue.status), not _readable(first), first.role not in LEAVING, -first.weight, date, issue.id)


_STATUSES: tuple[Status, ...] = ("open", "disputed", "partly", "resolved")
_LEANS = re.compile(
    r"^(?:But|And|So|Thus|Hence|Therefore|Specifically|For (?:example|instance)|In (?:this|that|such)|As|\d+\.)\b"
    r"|^(?:\w+,? )?(?:[Tt]h(?:is|ese|ey|ose|at)|[Ii]t|[Ss]uch|[Hh]e|[Ss]he|[Oo]ne|[Tt]he (?:former|latter)) "
    r"|^.{0,60}\b(?:this|these|such) (?!paper|work|study|article)"
)


def _readable(statement: Statement) -> bool:
    """Whether its sentence can be quoted, and read without those before it."""
    return quotable(statement.quote.text) and not _LEANS.match(statement.quote.text)


def _varied(issues: Sequence[Issue], own: Mapping[str, Sequence[Statement]]) -> list[Issue]:
    """In their order, but a further problem of a paper that was told behind all of other papers."""
    told: Counter[str] = Counter()
    turns = []
    for place, issue in enumerate(issues):
        key = own[issue.id][0].quote.key
        turns.append((told[key], place))
        told[key] += 1
    return [issues[place] for _, place in sorted(turns)]


def _statements(issue: Issue, ground: Ground, meant: Meant | None = None, among: Collection[str] | None = None) -> list[Statement]:
    """Its statements by papers that may be quoted, one of each paper: those nearest to what was ``meant`` first, then the plainest that can
    be read by themselves. Of an issue that was not meant, those of the papers ``among`` them."""
    bound = ground.papers.keys() if meant or among is None else ground.papers.keys() & set(among)
    there = [s for s in issue.statements if s.quote.key in bound and (not meant or s.id in meant.fitting) and ground.may_quote(s.quote)]
    there.sort(key=lambda s: (-(meant.near[s.id] if meant else 0.0), not _readable(s)))
    return list({s.quote.key: s for s in reversed(there)}.values())[::-1]


_RAISES: Mapping[Role, str] = {
    "limitation": "{0:name} a limit: {q[0]}",
    "future_work": "{0:leave} open: {q[0]}",
    "improvable": "{0:point} to a difficulty: {q[0]}",
}


def _raises(statement: Statement) -> Draft:
    return Draft(_RAISES[statement.role], (statement.quote.key,), (statement.quote,))


def _raising(own: Sequence[Statement], subject: str, ground: Ground) -> Draft:
    """Who raises a problem, in their words; likewise others that say the same: what was put together as one problem may differ."""
    matter = Matter([s.quote for s in own], ground.desk.embedder, subject)
    same = [s for s in own[1:] if matter.alike(own[0].quote, s.quote).nearness >= _SAME]
    return replace(_raises(own[0]), likewise=tuple(_raises(s) for s in same[:_LIKEWISE]))


def _problem(own: Sequence[Statement], gap: Gap, subject: str, ground: Ground) -> Draft:
    """A problem that is not resolved, who raises it, and who comes nearest to it."""
    there = (near for near in gap.nearest if near.key in ground.papers and ground.may_quote(near.quote))
    near, first = next(((near, s) for near in there for s in own if _is_near(near, s, gap.issue, ground)), (None, own[0]))
    draft = _raising([first, *(s for s in own if s is not first)], subject, ground)
    if near is None:
        return draft
    body, raiser = draft.form.removesuffix("."), draft.papers[0]
    if near.kind not in RESOLVING:
        return replace(draft, form=f"{body}; {{1:work}} on the same task", papers=(raiser, near.key))
    taken = "{1:take} it up" if near.kind == "resolves" else "{1:take} up a part of it"
    taken = taken if near.key != raiser else "the same paper takes up a part of it"
    since = ", but since then it was raised again or contradicted" if gap.status == "disputed" else ""
    return replace(draft, form=f"{body}; {taken}{since}: {{q[1]}}", papers=(raiser, near.key), quotes=(*draft.quotes, near.quote))


def _is_near(near: Answered, statement: Statement, issue: str, ground: Ground) -> bool:
    """Whether it comes near to that very statement of the problem: by a link, or as its own paper's."""
    if near.kind in RESOLVING:
        tied = [k for k in ground.survey.links if k.issue == issue and k.later.quote == near.quote and k.kind in RESOLVING]
        return any(k.earlier.id == statement.id for k in tied) if tied else near.key == statement.quote.key
    return any({near.key, statement.quote.key} == set(k.ends) for k in ground.survey.links if k.kind == near.kind)


# ---------------------------------------------------------------- who raised it, who solved it


def _meant(subject: str, ground: Ground) -> list[Meant]:
    """The problems that the subject means, of those that somebody raises who may be quoted."""
    found = issues_named(subject, ground.survey, ground.desk.embedder) if subject else []
    return [one for one in found if _statements(one.issue, ground, one)]


def _solved(asked: Asked, ground: Ground) -> Told | None:
    """Who takes the problem up, then who else raises it; that it is open is an answer too."""
    meant = _meant(asked.subject, ground)[:_PROBLEMS]
    if not meant:
        return None
    solving: list[Draft] = []
    raising: list[Draft] = []
    for one in meant:
        own = _statements(one.issue, ground, one)
        answers = [draft for answer in one.issue.answers if (draft := _answering(answer, one, own, ground))]
        if answers:
            solving += answers[: _ANSWERS if len(meant) == 1 else 1]
            quoted = {quote for draft in solving for quote in draft.quotes}
            raising += [_raises(s) for s in own if s.quote not in quoted][:1]
        else:
            (gap,) = find_gaps([one.issue.model_copy(update={"status": "open", "answers": ()})], ground.survey.links, ground.every.values())
            gap = gap.model_copy(update={"nearest": tuple(near for near in gap.nearest if near.kind not in RESOLVING)})
            raising.append(_problem(own, gap, asked.subject, ground))
    return Told([*solving, *raising], _became(meant, asked.subject, ground), meant[0].score)


_ANSWERS = 4  # to one problem, that are told


def _link(answer: Answered, issue: Issue, ground: Ground) -> Link | None:
    links = (k for k in ground.survey.links if k.issue == issue.id and k.ends[1] == answer.key and k.kind in RESOLVING)
    return next((k for k in links if k.later.quote == answer.quote), None)


def _fits(answer: Answered, meant: Meant, ground: Ground) -> bool:
    """Whether it answers one of the statements that are meant, or is of a paper that makes one and says what it does about it."""
    link = _link(answer, meant.issue, ground)
    return (
        link.earlier.id in meant.fitting
        if link
        else any(s.quote.key == answer.key and s.id in meant.fitting for s in meant.issue.statements)
    )


def _answering(answer: Answered, meant: Meant, own: Sequence[Statement], ground: Ground) -> Draft | None:
    """Who takes a problem up, behind the words that raise it; without these, if their paper may not be quoted."""
    if answer.key not in ground.papers or not ground.may_quote(answer.quote) or not _fits(answer, meant, ground):
        return None
    taken = "{0:take} it up: {q[0]}" if answer.kind == "resolves" else "{0:take} up a part of it: {q[0]}"
    link = _link(answer, meant.issue, ground)
    if link and link.ends[0] in ground.papers and ground.may_quote(link.earlier.quote):
        return _tie_told(linked(link))
    raised = next((s for s in own if s.quote.key == answer.key and not link), None)
    if raised is None:
        return Draft(taken, (answer.key,), (answer.quote,), inferred=not link or link.verdict != "stated")
    done = taken.replace("{0:take}", "; the same paper takes").replace("q[0]", "q[1]")  # told by its place and words alone
    return Draft(_RAISES[raised.role] + done, (answer.key,), (raised.quote, answer.quote), inferred=True)


def _became(meant: Sequence[Meant], subject: str, ground: Ground) -> str:
    """What became of the problem, as far as the statements go that fit what is asked."""
    fitting = [[answer for answer in one.issue.answers if _fits(answer, one, ground)] for one in meant]
    became = [_status(one.issue, answers) for one, answers in zip(meant, fitting, strict=True)]
    if len(meant) > 1:
        counts = Counter(became)
        kinds = ENGLISH.listed([f"{counts[name]} {status(ENGLISH, name)}" for name in _STATUSES if counts[name]])
        return f"{len(meant)} problems that these papers raise fit “{subject}”: {kinds}."
    keys = {answer.key for answer in fitting[0]}
    taken = f"{len(keys)} {'paper takes' if len(keys) == 1 else 'papers take'} it up" if keys else "no paper was found that takes it up"
    beyond = len(keys - ground.papers.keys())
    taken += f", {f'{beyond} of them ' if beyond < len(keys) else ''}outside the papers asked" if beyond else ""
    more = f" Told are {_ANSWERS} of them." if len(keys) - beyond > _ANSWERS else ""
    return f"By what was found the problem is {status(ENGLISH, became[0])}: {taken}.{more}"


def _status(issue: Issue, answers: Sequence[Answered]) -> Status:
    """Of a problem, by these answers to it."""
    if len(answers) == len(issue.answers):
        return issue.status
    return "open" if not answers else "resolved" if any(answer.kind == "resolves" for answer in answers) else "partly"


def _raised(asked: Asked, ground: Ground) -> Told | None:
    """Who raises the problem, in the order of time."""
    meant = _meant(asked.subject, ground)[:_PROBLEMS]
    if not meant:
        return None
    drafts: list[Draft] = []
    for one in meant:
        own = _statements(one.issue, ground, one)
        own.sort(key=lambda s: (s.quote.key != one.issue.first_raised, ground.every[s.quote.key].date or "~"))
        drafts += [_raises(s) for s in own[: MOST if len(meant) == 1 else _LIKEWISE]]
    return Told(drafts[: MOST + 1], _became(meant, asked.subject, ground), meant[0].score)


# ---------------------------------------------------------------- what came after, what before


_TIED: Mapping[str, str] = {
    "resolves": "LEAVES: {q[0]} Then {1:take} it up: {q[1]}",
    "partly_resolves": "LEAVES: {q[0]} Then {1:take} up a part of it: {q[1]}",
    "contradicts": "{0:report}: {q[0]} But {1:report}: {q[1]}",
    "raises": "{1:name} {0} and {1:~point} to a difficulty: {q[0]}",
    "causes": "LEAVES: {q[0]} Then {1:name} it as the cause of another difficulty: {q[1]}",
    "restates": "LEAVES: {q[0]} Then {1:raise} it again: {q[1]}",
    "names": "{1:cite} {0} and {1:~write}: {q[0]}",
    "cites": "{1:list} {0} among the references: {q[0]}",
    "inherits": "{0:write}: {q[0]} {1:work} on the same task: {q[1]}",
}
_BY: Mapping[str, Collection[str]] = {
    "by a problem that is taken up": RESOLVING,
    "by a finding that is contradicted": ("contradicts",),
    "by a citation": ("names", "cites"),
    "by a mention": ("raises",),
    "by a difficulty that is raised again": ("causes", "restates"),
    "by the same task": ("inherits",),
}


def _tied(end: Literal[0, 1], asked: Asked, ground: Ground) -> Told | None:
    """The papers that are tied to those that are named, which stand at the ``end`` of the tie: 0 the earlier, 1 the later."""
    papers = {key: ground.every[key] for key in (*ground.papers, *ground.named)}

    def fits(ends: tuple[str, str]) -> bool:
        return ends[end] in ground.named and ends[1 - end] in ground.papers and ends[1 - end] not in ground.named

    links = [k for k in ground.survey.links if asked.tie in ("", k.kind) and fits(k.ends)]
    cited = [c for c in ground.survey.citations if asked.tie in ("", "cites") and fits((c.cited, c.citing))]
    best: dict[str, Tie] = {}
    for tie in ties(links, cited, papers, ground.desk.library):
        best.setdefault((tie.later, tie.earlier)[end], tie)
    found = [tie for tie in best.values() if ground.may_quote(*tie.quotes)]
    if not found:
        return None
    further = _further(end, found, ground) if len(found) < MOST and not asked.tie else []
    kinds = [f"{count} {how}" for how, names in _BY.items() if (count := sum(tie.kind in names for tie in found))]
    told = f"{len(found)} {('later', 'earlier')[end]} {'paper is' if len(found) == 1 else 'papers are'} tied to “{asked.subject}”"
    rest = f" Told are the {MOST} strongest ties, in the order of time." if len(found) > MOST else ""
    rest += f" {len(further)} more {'is' if len(further) == 1 else 'are'} tied to these." if further else ""
    dates = {key: paper.date or "~" for key, paper in papers.items()}
    ordered = sorted([*found, *further][:MOST], key=lambda tie: (dates[tie.later], tie.later, dates[tie.earlier], tie.earlier))
    return Told([_tie_told(tie) for tie in ordered], f"{told}: {ENGLISH.listed(kinds)}.{rest}")


def _further(end: Literal[0, 1], found: Sequence[Tie], ground: Ground) -> list[Tie]:
    """What takes up what the papers at the other ends leave open, or what they take up: a step further on the chains."""
    at = {(tie.later, tie.earlier)[end] for tie in found}
    links = [link for link in ground.survey.links if link.kind in RESOLVING and link.ends[end] in at]
    beyond = [link for link in links if link.ends[1 - end] in ground.papers and link.ends[1 - end] not in {*at, *ground.named}]
    best: dict[str, Tie] = {}
    for tie in ties(beyond, (), ground.papers, ground.desk.library):
        best.setdefault((tie.later, tie.earlier)[end], tie)
    return [tie for tie in best.values() if ground.may_quote(*tie.quotes)]


def _tie_told(tie: Tie) -> Draft:
    leaves = "{0:leave} open" if tie.left else "{0:point} to a difficulty"
    return Draft(_TIED[tie.kind].replace("LEAVES", leaves), (tie.earlier, tie.later), tie.quotes, inferred=not tie.stated)


_TELLERS: Mapping[QuestionKind, Callable[[Asked, Ground], Told | None]] = {
    "open": _open,
    "solved": _solved,
    "raised": _raised,
    "after": partial(_tied, 0),
    "before": partial(_tied, 1),
}
