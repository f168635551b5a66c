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
from survey.models.extractive.questions import beside
from survey.records import Answer, Record, Scope, Talk
from survey.tasks import CondenseQuestion, Model, QuestionCondensed, TalkedOf
from survey.terms import numbers, stem, telling_stems

_TALK = 6  # questions before this one that are looked at
_CLAIMS = 3  # of the last answer
_CLAIM_CHARS = 240
_LONGEST = 100  # characters that a question may gain on all of them
_DATED = re.compile(r"(?:\S+ and )?\S+(?: et al\.)? \((?:\d{4}[a-z]?|n\.d\.)\)")  # a byline
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
    reply = _kept(model.reply(task), task) or _by_rules(task)
    about, without = ({id_: keys[id_] for id_ in dict.fromkeys(ids) if id_ in keys} for ids in (reply.about, reply.without))
    if len(without) == len(task.papers):  # "who else": none that was told since the subject began
        without |= {key: key for key in _told(talk)}
    bylines = {paper.id: paper.byline for paper in task.papers}
    whole = _naming(" ".join(reply.question.split()), [bylines[id_] for id_ in about])
    return Followed(
        question=whole,
        sought=_without_names(whole, [bylines[id_] for id_ in about]),
        papers=tuple(sorted(about.values())),
        without=tuple(sorted(set(without.values()))),
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
    some papers of a list alone, and one that follows on and cites a single paper, leave the list as it is."""
    list_: list[str] = []
    last: list[str] = []
    for answer in talk.answers:
        cited = list(dict.fromkeys(quote.key for quote in answer.evidence))
        chosen = [key for key in answer.scope.papers if key in list_]
        last = cited or chosen or last
        goes_on = _goes_on(answer) and bool(list_) and len(cited) == 1
        if cited and not goes_on and not (chosen and set(cited) <= set(list_)):
            list_ = cited
    return list_, last


def _goes_on(answer: Answer) -> bool:
    """Whether its question leant on the talk."""
    return bool(answer.asked) and answer.asked != answer.question


def _told(talk: Talk) -> list[str]:
    """Citekeys of the papers that were cited since the subject began."""
    began = max((n for n, answer in enumerate(talk.answers) if answer.found and not _goes_on(answer)), default=0)
    return list(dict.fromkeys(quote.key for answer in talk.answers[began:] for quote in answer.evidence))


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
    asked, said = (telling_stems(text) | numbers(text) for text in (task.question, whole))
    echo = whole == task.question and not (reply.about or reply.without)
    return None if not whole or echo or _adds(whole, task) or asked - said else reply


def _by_rules(task: CondenseQuestion) -> QuestionCondensed:
    """What the rules make of the question; it beside the last one, each unchanged, where they would bring in what nobody said."""
    reply = condense_question.reply(task)
    if reply.question == task.question or not _adds(reply.question, task):
        return reply
    return reply.model_copy(update={"question": beside(task.earlier[-1], task.question)})


def _adds(whole: str, task: CondenseQuestion) -> bool:
    """Whether it says what stands neither in the question nor in the talk: a word, a number, or a byline that is not whole; or is long."""
    if len(whole) > _LONGEST + sum(map(len, (task.question, *task.earlier))):
        return True
    talk = " ".join([task.question, *task.earlier, *task.claims, *(f"{p.byline} {p.text}" for p in task.papers)])
    said, known = (telling_stems(text) | numbers(text) for text in (whole, talk))
    return bool(said - known - {stem("papers")}) or any(made not in talk for made in _DATED.findall(whole))


def _naming(question: str, bylines: Sequence[str]) -> str:
    """The question with the papers that it is about named in it."""
    missing = [byline for byline in bylines if byline not in question and byline.partition(" (")[0] not in question]
    return f"{' and '.join(missing)}: {question[:1].lower()}{question[1:]}" if 0 < len(missing) <= _NAMED else question


def _without_names(question: str, bylines: Sequence[str]) -> str:
    """The names of papers say where to look, not what for."""
    for byline in bylines:
        question = question.removeprefix(f"{byline}: ").replace(byline, "it")
    return question
