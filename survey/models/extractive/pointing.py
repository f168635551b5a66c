"""Which papers of a talk a question points at: "the second one", "the other paper", "their data", "who else"."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from survey.models.extractive.questions import has_antecedent, is_verb
from survey.records import family_name
from survey.tasks import TalkedOf

_I = re.IGNORECASE
_PAPER = r"(?:(?:papers?|stud(?:y|ies)|articles?|publications?|reports?|works?|ones?|authors?)\b|of (?:them|these|those)\b)"
_BY_ITSELF = r"(?! (?:of|on|in|to|that|which|about|for|by)\b)"  # "the first paper on frogs" needs no talk
_PLACES = ("first|1st|former", "second|2nd", "third|3rd", "fourth|4th", "fifth|5th", "sixth|6th", "last|latter")
_ORDINALS = {name: place for place, told in enumerate(_PLACES) for name in told.split("|")}
_ORDINAL = re.compile(
    rf"\b(?:the )?({'|'.join(_ORDINALS)}) {_PAPER}{_BY_ITSELF}|\bthe ({'|'.join(_ORDINALS)})(?=\s*[?.,]|\s*$)|\bthe (latter|former)\b", _I
)
_ORDINAL_ACTS = re.compile(rf"\b(?:does|did|do|has|have|can|why|what) the ({'|'.join(_ORDINALS)})(?= (\w+))", _I)  # "does the second agree"
_OTHER_PAPER = re.compile(
    rf"\b(?:the|that) other(?: (?:paper|study|article|one|work)\b{_BY_ITSELF}|(?=\s*[?.,]|\s*$"
    r"| (?:say|find|report|agree|use|measure|propose)s?\b))",
    _I,
)
_OTHERS = re.compile(
    rf"\b(?:who|anyone|anybody|someone|somebody|what) else\b|\b(?:any|which|what|do|does|are|some) others?(?: {_PAPER}\b|(?=\s*[?.,]|\s*$))"
    rf"|\b(?:another|other) {_PAPER}\b|\b(?:does|did|do|has|have) (?:anyone|anybody|any {_PAPER})\b|\bwho (?:dis)?agrees?\b",
    _I,
)
_ALL = re.compile(
    rf"\b(?:both|all|each|either) (?:of )?(?:the |these |those )?(?:two |three )?(?:{_PAPER}|them)"
    rf"|\b(?:the|these|those) (?:two )?(?:papers|studies|articles)\b{_BY_ITSELF}|\bboth(?=\s*[?.,]|\s*$| agree)",
    _I,
)
_PEOPLE = re.compile(
    r"\b(?:(?:did|do|have|had|could) they (?=(?:do|use|used|report|find|found|measure|measured|test|tested|propose|evaluate|train|compare|"
    r"collect|recruit|solve|solved|try|tried|conclude|suggest|recommend|argue|claim|define|mean|say|explain|show|shown|handle|address)\b)"
    rf"|the authors?(?: of (?:it|that|this))?\b{_BY_ITSELF}|th(?:is|at|e) (?:paper|study|article|publication|work)\b{_BY_ITSELF}"
    r"|their (?=(?:own )?(?:method|approach|paper|study|work|experiment|data|dataset|corpus|result|finding|model|code|conclusion|setup|"
    r"sample|analys|evaluation|participant|technique|proposal|solution|baseline|limitation)\w*))",
    _I,
)


class Pointed(NamedTuple):
    """The question with the papers that it points at named, the ids of these, and of those that it wants others than."""

    question: str
    about: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def pointed(question: str, papers: Sequence[TalkedOf]) -> Pointed:
    """``papers`` in the order in which they were cited."""
    found = _ORDINAL.search(question) or next((acts for acts in _ORDINAL_ACTS.finditer(question) if is_verb(acts[2])), None)
    if found and (one := _at(_ORDINALS[next(filter(None, found.groups())).lower()], papers)):
        return _about(question, found, one)
    if (found := _OTHER_PAPER.search(question)) and (others := [paper for paper in papers if not paper.last] or papers[1:]):
        return _about(question, found, others)
    if papers and _OTHERS.search(question):
        return Pointed(question, without=tuple(paper.id for paper in papers))
    if (found := _ALL.search(question)) and len(papers) > 1:
        return _about(question, found, papers)
    return _of_people(question, papers)


def _of_people(question: str, papers: Sequence[TalkedOf]) -> Pointed:
    """What names the authors, or means them."""
    if named := tuple(paper.id for paper in papers if _is_named(paper, question)):
        return Pointed(question, about=named)
    last = [paper for paper in papers if paper.last]
    found = _PEOPLE.search(question)
    if not found or not last or (found[0].lower().startswith("their") and has_antecedent(question[: found.start()], possessive=True)):
        return Pointed(question)
    return _about(question, found, last)


def _at(place: int, papers: Sequence[TalkedOf]) -> Sequence[TalkedOf]:
    """The paper at a place of several; the last at the place behind all that have a word."""
    if len(papers) < 2:
        return []
    return papers[-1:] if place == len(_PLACES) - 1 else papers[place : place + 1]


def _about(question: str, found: re.Match[str], papers: Sequence[TalkedOf]) -> Pointed:
    return Pointed(_put(question, found, papers), about=tuple(paper.id for paper in papers))


def _put(question: str, found: re.Match[str], papers: Sequence[TalkedOf]) -> str:
    """The papers' bylines in place of what points at them; "did they use" and "their method" keep their words."""
    named = " and ".join(paper.byline for paper in papers) if len(papers) <= 3 else "these papers"
    said, after = found[0].lower(), question[found.end() :]
    if said.startswith("their"):
        noun = re.match(r"(?:own )?[\w-]+", after, _I)
        noun_end = noun.end() if noun else 0
        named, after = f"the {after[:noun_end]} of {named}", after[noun_end:]
    elif said.endswith("they "):
        named = f"{found[0].split()[0]} {named} "
    elif said.startswith(("both", "all", "each", "either")) and re.search(r"(?:studies|papers|articles)$", said):
        named = f"the {said.split()[-1]} of {named}"
    return f"{question[: found.start()]}{named}{after}"


def _is_named(paper: TalkedOf, question: str) -> bool:
    return any(re.search(rf"(?<=\w ){re.escape(family)}(?:['’]s)?\b", question) for family in families(paper))


def unnamed(text: str, papers: Sequence[TalkedOf]) -> str:
    """Without the bylines and the family names in them: who said something is not what it was about."""
    for paper in papers:
        text = text.replace(paper.byline, "")
        for family in families(paper):
            text = re.sub(rf"\b{re.escape(family)}(?:['’]s)?\b", "", text)
    return " ".join(text.split())


def families(paper: TalkedOf) -> list[str]:
    people = paper.byline.partition(" (")[0].removesuffix(" et al.")
    return [family for name in people.split(" and ") if (family := family_name(name))[:1].isupper()]
