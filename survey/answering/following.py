"""A question made whole by the talk before it, and what it is bounded to by that.

A model, or the rules, say what the question leans on. Whatever a model brings in that stands neither in the question nor in the talk, and
whatever it leaves out, undoes its reply: then the rules make the question whole.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from survey.answering.desk import Desk
from survey.errors import EmptyScope
from survey.models.extractive import condense_question
from survey.records import Answer, Record, Scope, Talk
from survey.tasks import CondenseQuestion, Model, QuestionCondensed, TalkedOf
from survey.terms import numbers, telling_stems

_TALK = 6  # questions before this one that are looked at
_CLAIMS = 3  # of the last answer
_CLAIM_CHARS = 240
_LONGEST = 100  # characters that a question may gain on all of them
_NAMED = 3  # papers that a question names


class Followed(Record):
    """A question made whole. It is of these ``papers`` alone, or of all ``without`` some; ``sought``: what is searched for in them."""

    question: str
    sought: str
    papers: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def made_whole(question: str, talk: Talk, model: Model) -> Followed:
    if not talk.answers:
        return Followed(question=question, sought=question)
    task, keys = _handed(_quotes_named(question, talk), talk)
    reply = _kept(model.reply(task), task) or condense_question.reply(task)
    about, without = ({id_: keys[id_] for id_ in dict.fromkeys(ids) if id_ in keys} for ids in (reply.about, reply.without))
    bylines = {paper.id: paper.byline for paper in task.papers}
    whole = _naming(" ".join(reply.question.split()), [bylines[id_] for id_ in about])
    return Followed(
        question=whole,
        sought=_without_names(whole, [bylines[id_] for id_ in about]),
        papers=tuple(sorted(about.values())),
        without=tuple(sorted(without.values())),
    )


def bounded(followed: Followed, talk: Talk, scope: Scope, desk: Desk) -> tuple[Scope, Desk]:
    """``scope`` within that of the talk and what the question follows; and a desk that shuts out what it is to be without."""
    scope = within(within(scope, talk.scope, desk), Scope(papers=followed.papers), desk)
    shut = set(followed.without)
    if not shut:
        return scope, desk

    def papers_of(scope: Scope) -> list[str]:
        keys = desk.papers_of(scope)
        if left := [key for key in (desk.library.keys() if keys is None else keys) if key not in shut]:
            return left
        raise EmptyScope(f"others than {', '.join(sorted(shut))}")

    return scope, replace(desk, papers_of=papers_of)


def within(scope: Scope, bound: Scope, desk: Desk) -> Scope:
    """What meets both. Where both name authors or themes, the papers of ``bound`` are named instead: a paper may meet one of each.

    Raises :class:`EmptyScope` where nothing can."""
    if (scope.authors and bound.authors) or (scope.themes and bound.themes):
        bound = Scope(papers=tuple(desk.papers_of(bound) or ()), sections=bound.sections)
    met = {name: value or getattr(bound, name) for name, value in scope}
    for name in ("papers", "sections"):
        own, others = getattr(scope, name), getattr(bound, name)
        if own and others:
            met[name] = tuple(value for value in own if value in others)
            if not met[name]:
                raise EmptyScope(f"{scope}; {bound}")
    met["since"] = max(filter(None, (scope.since, bound.since)), default=None)
    met["until"] = min(filter(None, (scope.until, bound.until)), default=None)
    return Scope.model_validate(met)


def listed(talk: Talk) -> tuple[list[str], list[str]]:
    """Citekeys of the papers that the talk last listed, in the order of their citation, and of those that it spoke of last: an answer from
    some papers of a list alone leaves the list as it is."""
    list_: list[str] = []
    last: list[str] = []
    for answer in talk.answers:
        cited = list(dict.fromkeys(quote.key for quote in answer.evidence))
        chosen = [key for key in answer.scope.papers if key in list_]
        last = cited or chosen or last
        if cited and not (chosen and set(cited) <= set(list_)):
            list_ = cited
    return list_, last


def _handed(question: str, talk: Talk) -> tuple[CondenseQuestion, dict[str, str]]:
    """The task, and the citekey of each id in it."""
    list_, last = listed(talk)
    known = {paper.key: paper for answer in talk.answers for paper in answer.papers}
    keys = {str(n): key for n, key in enumerate(dict.fromkeys([*list_, *last]), start=1) if key in known}
    papers = tuple(TalkedOf(id=n, text=known[key].name, byline=known[key].byline, last=key in last) for n, key in keys.items())
    earlier = tuple(answer.asked or answer.question for answer in talk.answers[-_TALK:])
    task = CondenseQuestion(question=" ".join(question.split()), earlier=earlier, papers=papers, claims=_claims(talk.answers))
    return task, keys


def _quotes_named(question: str, talk: Talk) -> str:
    """ "What does [2] say?": the paper of the quote that the last answer cites so."""
    last = next((answer for answer in reversed(talk.answers) if answer.found), None)
    if last is None:
        return question
    bylines = {paper.key: paper.byline for paper in last.papers}
    named = {f"[{n}]": bylines[quote.key] for n, quote in enumerate(last.evidence, start=1) if quote.key in bylines}
    return re.sub(r"\[\d+\]", lambda mark: named.get(mark[0], mark[0]), question)


def _claims(answers: Sequence[Answer]) -> tuple[str, ...]:
    last = next((answer for answer in reversed(answers) if answer.found), None)
    return tuple(claim.sentence.text[:_CLAIM_CHARS] for claim in last.claims[:_CLAIMS]) if last else ()


def _kept(reply: QuestionCondensed, task: CondenseQuestion) -> QuestionCondensed | None:
    """The reply, if it says what was asked, with nothing that stands neither in the question nor in the talk; an echo says nothing."""
    whole = " ".join(reply.question.split())
    talk = " ".join([task.question, *task.earlier, *task.claims, *(f"{p.byline} {p.text}" for p in task.papers)])
    said, asked, known = (telling_stems(text) | numbers(text) for text in (whole, task.question, talk))
    echo = whole == task.question and not (reply.about or reply.without)
    is_long = len(whole) > _LONGEST + sum(map(len, (task.question, *task.earlier)))
    return None if not whole or echo or is_long or said - known or asked - said else reply


def _naming(question: str, bylines: Sequence[str]) -> str:
    """The question with the papers that it is about named in it."""
    missing = [byline for byline in bylines if byline not in question and byline.partition(" (")[0] not in question]
    return f"{' and '.join(missing)}: {question[:1].lower()}{question[1:]}" if 0 < len(missing) <= _NAMED else question


def _without_names(question: str, bylines: Sequence[str]) -> str:
    """The names of papers say where to look, not what for."""
    for byline in bylines:
        question = question.removeprefix(f"{byline}: ").replace(byline, "it")
    return question
