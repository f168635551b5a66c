"""What became of each issue, and who answered it: told by links, and by what papers did about what they found wanting."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from survey.links.ground import left_open
from survey.records import RESOLVING, Answered, Issue, Link, LinkKind, Paper, Role, Statement, Status, is_later
from survey.terms import Weights

_DONE: tuple[Role, ...] = ("resolved", "purpose", "method", "result")
"""Roles of what a paper does about a problem, what it states to have solved first."""


def settled(
    issues: Sequence[Issue], links: Sequence[Link], papers: Sequence[Paper], statements: Sequence[Statement], weights: Weights
) -> list[Issue]:
    """The issues, each with its status and who answered it: wholly before in part, others before those that raise it, the surest first.

    A later paper answers by a link. A paper that names a shortcoming of earlier work before it says what it does answers it itself
    where that speaks of it: wholly where it states to have solved something, else in part. What a paper leaves open, only another one
    answers.
    """
    dates = {paper.key: paper.date for paper in papers}
    answers: dict[str, dict[str, Answered]] = defaultdict(dict)
    said: dict[str, set[str]] = defaultdict(set)  # issue → the statements that answer it
    for link in sorted(links, key=lambda link: (link.kind != "resolves", link.verdict != "stated", -link.score, link.id)):
        if link.kind in RESOLVING and link.issue:
            quote = link.later.quote
            answers[link.issue].setdefault(quote.key, Answered(key=quote.key, kind=link.kind, quote=quote))
            said[link.issue].add(link.later.id)
    against: dict[str, list[Link]] = defaultdict(list)  # by whom it goes against
    for link in links:
        if link.kind == "contradicts":
            against[link.ends[0]].append(link)
    left = left_open({paper.key: paper for paper in papers}, statements)
    done: dict[str, list[Statement]] = defaultdict(list)
    for statement in sorted((s for s in statements if s.role in _DONE), key=lambda s: (_DONE.index(s.role), -s.weight, s.id)):
        done[statement.quote.key].append(statement)
    found = []
    for issue in issues:
        rest = {s.quote.key for s in issue.statements if s.id in left}  # who says that something of it is left
        given = {key: _but_for_a_rest(answer) if key in rest else answer for key, answer in answers[issue.id].items()}
        for statement in issue.statements:
            key = statement.quote.key
            if statement.id not in left and key not in given and (own := _own_answer(statement, done[key], weights)):
                given[key] = own
        denied = any(link.earlier.id in said[issue.id] or link.ends[1] in given for key in given for link in against[key])
        told = tuple(sorted(given.values(), key=lambda answer: answer.kind != "resolves"))
        found.append(issue.model_copy(update={"status": _status(issue, given, denied, dates, left), "answers": told}))
    return found


def _but_for_a_rest(answer: Answered) -> Answered:
    return answer.model_copy(update={"kind": "partly_resolves"})


def _own_answer(raised: Statement, done: Iterable[Statement], weights: Weights) -> Answered | None:
    """What the paper that names the shortcoming says to have done, if a telling word of it is there. More in common, asked for, made
    solved problems of the planted collections look open."""
    for statement in done:
        if weights.overlap(raised.quote.text, statement.quote.text):
            kind: LinkKind = "resolves" if statement.role == "resolved" else "partly_resolves"
            return Answered(key=statement.quote.key, kind=kind, quote=statement.quote)
    return None


def _status(issue: Issue, answers: Mapping[str, Answered], denied: bool, dates: Mapping[str, str], left: Collection[str]) -> Status:
    if not any(answer.kind == "resolves" for answer in answers.values()):
        return "partly" if answers else "open"
    if denied:
        return "disputed"
    again = [s.quote.key for s in issue.statements if s.quote.key not in answers]
    since = any(
        any(is_later(dates[key], dates[answer]) for answer in answers)
        and not any(is_later(dates[answer], dates[key]) for answer in answers)
        for key in again
    )
    return "disputed" if since else "resolved"
