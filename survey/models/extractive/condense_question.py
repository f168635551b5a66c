"""A question that leans on the talk gets from it what it leans on; one that stands on its own stays as it is.

Looked at in this order: which papers it points at ("the second one", "who else"); whether it is a piece of a question, which takes its
place in the last one ("and on noisy speech?", "why?"); what its pronouns stand for. Where no rule tells the place of a piece, the last
question stands before it: nothing is guessed.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from survey.models.extractive.fragments import JOINS, WHAT_ABOUT, whole_of
from survey.models.extractive.pointing import pointed, unnamed
from survey.models.extractive.questions import (
    AUXILIARY,
    BEFORE_NOUN,
    PRONOUN,
    alone,
    bare,
    beside,
    has_antecedent,
    head,
    is_name,
    is_plural,
    is_verb,
    lower_first,
    names,
    parsed,
    phrases,
    trailing,
)
from survey.tasks import CondenseQuestion, QuestionCondensed, TalkedOf
from survey.terms import FUNCTION_WORDS, STOP_WORDS, telling_stems, words

_I = re.IGNORECASE
_MOST = 8  # pronouns of a question that are looked at
_NUMBERS = (("does", "do"), ("is", "are"), ("was", "were"), ("has", "have"))  # of one, of several
_AGREE = re.compile(
    r"\b(?:(?:dis)?agrees?|confirms?|supports?|contradicts?|says? (?:so|the same)|finds? the same|den(?:y|ies)|doubts?|disputes?|concurs?"
    r"|sees? (?:it|that|this) (?:so|differently|otherwise))\b(?: (?:with|to|on|about))?(?: (?:it|that|this|them|these))?\s*$",
    _I,
)
_IDLE_IT = re.compile(
    r"\bit\b(?=(?: \w+){0,2} (?:that|whether|to|if)\b)|\b(?:is|was) it\b(?= (?:\w+ )?\w+ (?:to|that|whether|for)\b)|\bit (?:rains|snows)\b",
    _I,
)
_DEMONSTRATIVE = re.compile(r"\b(?:this|that|these|those) ([a-z][\w-]+)((?: [a-z][\w-]+)?)\b", _I)
_WHICH_ONE = re.compile(
    r"^which(?: (?:one|of them|of the two|of these)\b| (?=(?:is|are|was|were|has|works?|needs?) (?:\w+er|more|less|fewer|best|\w+est)\b))",
    _I,
)


class _Talk(NamedTuple):
    """What a question may lean on: the last question, those before it, what was answered, and the papers by their numbers."""

    last: str
    before: Sequence[str]
    claims: Sequence[str]
    papers: Sequence[TalkedOf]


def reply(task: CondenseQuestion) -> QuestionCondensed:
    asked = " ".join(task.question.split())
    if not task.earlier or not asked:
        return QuestionCondensed(question=task.question)
    earlier = [alone(question) for question in task.earlier]
    talk = _Talk(earlier[-1], earlier[:-1], [_claim(claim) for claim in task.claims], task.papers)
    question, about, without = pointed(asked, task.papers)
    whole = next((made for rule in _RULES if (made := rule(question, bool(about or without), talk))), question)
    if whole == asked:
        return QuestionCondensed(question=task.question, about=about, without=without)
    return QuestionCondensed(question=_sentence(whole), about=about, without=without)


def _agreement(question: str, points: bool, talk: _Talk) -> str:
    """ "Does the second one agree?": with what was asked before."""
    found = _AGREE.search(bare(question))
    if not found or not (points or not telling_stems(question[: found.start()])):
        return ""
    said = re.sub(r"\s*\b(?:with|to|on|about)?\s*\b(?:it|that|this|them|these)$", "", bare(question), flags=_I)
    return f"{JOINS.sub('', said)}: {lower_first(trailing(talk.last))}"


def _piece(question: str, points: bool, talk: _Talk) -> str:
    return whole_of(question, points, [*talk.before, talk.last], talk.papers)


def _elliptic(question: str, points: bool, talk: _Talk) -> str:
    """What says nothing of its own ("who else?", "since when?") stands beside the last question."""
    said = [word for word in words(unnamed(question, talk.papers)) if word.lower() not in FUNCTION_WORDS and not word.isdigit()]
    return "" if said else beside(trailing(talk.last), bare(JOINS.sub("", question)))


def _sentence(question: str) -> str:
    whole = " ".join(bare(question).split())
    return f"{whole[:1].upper()}{whole[1:]}?"


def _which_one(question: str, points: bool, talk: _Talk) -> str:
    """ "Which one is faster?": of those that were named last."""
    found = _WHICH_ONE.match(JOINS.sub("", question))
    told = list(dict.fromkeys(name for text in (talk.last, *reversed(talk.before[-1:])) for name in names(unnamed(text, talk.papers))))
    if not found or not 2 <= len(told) <= 4:
        return ""
    return f"{bare(JOINS.sub('', question))}: {', '.join(told[:-1])} or {told[-1]}"


def _resolved(question: str, points: bool, talk: _Talk) -> str:
    """The question with its pronouns replaced; "" if it has none that leans on the talk."""
    said = JOINS.sub("", question)
    joined = said != question
    if joined and WHAT_ABOUT.match(said):
        said = WHAT_ABOUT.sub("", said)
    made = _noun_found(said, talk)
    place = 0
    for _ in range(_MOST):
        if not (found := PRONOUN.search(made, place)):
            break
        place = found.end()
        if (
            (found[0] != found[0].lower() and found.start() > 0)  # "He" is a family name too
            or _is_idle(made, found)
            or (not joined and has_antecedent(unnamed(made[: found.start()], talk.papers), bool(found[2])))
        ):
            continue
        entity = _entity(found[0].lower(), talk)
        if not entity:
            continue
        put = f"{entity}{'’' if entity.endswith('s') else '’s'}" if found[2] else entity
        before = made[: found.start()] if found[2] else _agreeing(made[: found.start()], is_plural(entity))
        made = f"{before}{put}{made[found.end() :]}"
        place = len(before) + len(put)
    return made if made != said else ""


def _agreeing(before: str, plural: bool) -> str:
    """The auxiliary before a subject in its number: "why does it" → "why do" (replay attacks)."""
    for pair in _NUMBERS:
        before = re.sub(rf"\b{pair[not plural]} $", f"{pair[plural]} ", before, flags=_I)
    return before


def _noun_found(question: str, talk: _Talk) -> str:
    """ "That test": the noun with the words that it had in the talk; "these effects": the effects of what was spoken of."""
    found = _DEMONSTRATIVE.search(question)
    if not found or found[1].lower() in STOP_WORDS or is_verb(found[1]) or _IDLE_IT.search(question):
        return question
    before = question[: found.start()].split()[-1:]
    if found[0].lower().startswith("that ") and not (before and before[0].lower() in (AUXILIARY | BEFORE_NOUN)):
        return question  # "networks that learn"
    noun = next(iter([*phrases(f"{found[1]}{found[2]}"), found[1]])) if not found[2].endswith("ing") else found[1]
    end = found.start(1) + len(noun)
    fuller = [
        p for text in (talk.last, *talk.claims, *reversed(talk.before[-2:])) for p in phrases(text) if head(p) == head(noun) and " " in p
    ]
    if fuller:
        return f"{question[: found.start()]}the {fuller[0].removeprefix('the ')}{question[end:]}"
    entity = _entity("they" if is_plural(noun) else "it", talk) if " " not in noun else ""
    return f"{question[: found.start()]}the {noun} of {entity}{question[end:]}" if entity and entity != noun else question


def _is_idle(question: str, found: re.Match[str]) -> bool:
    """ "Is it possible to …", "the data that …"."""
    if found[1] and found[1].lower() == "it":
        return any(idle.start() <= found.start() < max(idle.end(), idle.start() + 1) for idle in _IDLE_IT.finditer(question))
    if found[3] and found[3].lower() == "that":
        before = question[: found.start()].split()[-1:]
        return not before or before[0].lower() not in AUXILIARY | BEFORE_NOUN | {"why", "how"}
    return False


def _entity(pronoun: str, talk: _Talk) -> str:
    """What was spoken of last: by name, else the subject of the question, or what the answer says where it asked for the subject."""
    plural = pronoun in ("they", "them", "their", "these", "those")
    last = unnamed(trailing(talk.last), talk.papers)
    told = parsed(last)
    named = names(last)
    if named and not plural:
        return _first(named, [*re.findall(r"\bof (?:the )?([\w-]+)", last), told.subject])
    answered = [] if told.auxiliary or plural else [_claim_subject(claim) for claim in talk.claims[:1]]  # "What detects cracks?"
    asked_for = re.sub(r"^(?:how many|how much|which|what|whose)\b", "", told.opening, flags=_I)
    found = [told.subject, *answered, *phrases(f"{told.subject} {told.rest}"), *phrases(asked_for), *named]
    found = [phrase for phrase in found if telling_stems(phrase) and not is_verb(phrase)]
    agreeing = [phrase for phrase in found if is_plural(phrase) == plural]
    if chosen := next(iter([*agreeing, *found]), ""):
        return chosen
    return _entity(pronoun, talk._replace(last=talk.before[-1], before=talk.before[:-1], claims=())) if talk.before else ""


def _first(named: Sequence[str], places: Sequence[str]) -> str:
    """The name that stands in the first of these places that has one; else the first name."""
    return next((name for place in places for name in named if name in place), named[0])


def _claim_subject(claim: str) -> str:
    """ "A magnetic pulse test detects …": its first words, if they name something."""
    told = next(phrases(claim, states=True), "")
    before = claim[: claim.find(told)].strip().lower() if told else "-"
    if before not in ("", "a", "an", "the") or len(told.split()) > 5 or claim.endswith(told):
        return ""
    if not (before or " " in told or is_name(told)):
        return ""
    return f"the {told}" if before else told if is_name(told) else told[:1].lower() + told[1:]


def _claim(claim: str) -> str:
    """The words of the paper, without who says so."""
    quoted = re.search(r"“(.+)”", claim)
    return quoted[1] if quoted else claim


_RULES: tuple[Callable[[str, bool, _Talk], str], ...] = (_agreement, _which_one, _piece, _resolved, _elliptic)
