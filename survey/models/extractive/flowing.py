"""English sentences that a quotation goes on: "Phan et al. (2019) propose “a network …”", "The model of Lee (2020) “outperforms …”".

Papers are quoted in English, so only an English sentence can do this; in other languages a quotation stands behind its lead
(``survey/phrases/<language>/leads.toml``).
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from survey.models.extractive.clauses import COMMON, Clause
from survey.models.extractive.verbs import HELPING, base_form, finite_verbs, is_past, third_person
from survey.tasks import Relation


class Name(NamedTuple):
    """A paper's byline, and whether its verb stands in the plural."""

    text: str
    several: bool


def named(byline: str) -> Name:
    if byline.startswith("‘"):  # a title, whatever words are in it
        return Name(byline, several=False)
    return Name(byline, " et al. (" in byline or " and " in byline.rpartition("(")[0])


class Flow(NamedTuple):
    """A subject and a predicate that ends in a quotation; ``front``: the quoted adverbial before them. ``by_name``: the subject is the
    byline itself; ``plain``: only common words stand outside the quotation."""

    subject: str
    predicate: str
    front: str = ""
    by_name: bool = True

    @property
    def is_past(self) -> bool:
        return is_past(self.predicate.lstrip("“").split(maxsplit=1)[0].lower())

    @property
    def text(self) -> str:
        return " ".join(filter(None, [f"“{self.front}”" if self.front else "", self.subject, self.predicate]))


def flows(clause: Clause, by: Name, verbs: tuple[str, ...]) -> list[Flow]:
    """The ways in which a sentence can go on with what the clause says, the most natural first. ``verbs``: what a paper does when it
    states a clause, in the plural: "report", "note"."""
    if clause.kind == "bare" or _OWN.search(clause.front):
        return []
    found = [] if clause.kind == "clause" else list(_spoken(clause, by))
    if clause.kind == "clause" and (that := _after_that(clause, by)):
        found += [Flow(by.text, f"{_verb(verb, by)} that {that}") for verb in verbs]
    elif clause.kind == "own" and by.several and not clause.front:
        found += [Flow(by.text, f"{verb} that their {_noun(clause)} “{clause.quoted(clause.said)}”") for verb in verbs[:1]]
    return [flow._replace(front=clause.front) for flow in found]


_OWN = re.compile(r"\b(?:our|we|us)\b", re.IGNORECASE)


def _spoken(clause: Clause, by: Name) -> Iterator[Flow]:
    """What the authors, their paper or their model do."""
    said = f"“{clause.quoted(clause.said)}”"
    first = clause.text[clause.said :].split(maxsplit=1)[0].lower()
    if clause.kind == "aim":
        yield Flow(by.text, f"{_verb('set', by)} out to {said}")
        yield Flow(f"the aim of {by.text}", f"is to {said}", by_name=False)
    if clause.kind in ("we", "paper") and clause.verb and not _differs_in_number(clause, by):
        verb = base_form(clause.verb.lower()) if clause.kind == "paper" else clause.verb.lower()
        if rest := _behind(clause, by):
            yield Flow(by.text, f"{_verb(verb, by)} {rest}")
    if clause.kind == "we" and (by.several or (is_past(first) and first not in HELPING) or first in _ANY_NUMBER):
        yield Flow(by.text, said)
    if clause.kind in ("paper", "own"):
        yield Flow(f"the {_noun(clause)} of {by.text}", said, by_name=False)


def _noun(clause: Clause) -> str:
    """As it stands within a sentence."""
    first, _, rest = clause.noun.partition(" ")
    return f"{first.lower() if first.istitle() else first} {rest}".strip()


def _differs_in_number(clause: Clause, by: Name) -> bool:
    """Whether a further verb of the quotation would not agree with the byline: "This paper presents a net and shows …" of several."""
    if by.several == (clause.kind == "we"):
        return False
    return any(match[1] in finite_verbs() for match in _AND_VERB.finditer(clause.quoted(clause.after)))


_AND_VERB = re.compile(r"\band (?:[a-z]+ly |also |then )*([a-z]+)\b")
_ANY_NUMBER = frozenset(["can", "cannot", "could", "did", "may", "might", "must", "should", "will", "would"])


def _behind(clause: Clause, by: Name) -> str:
    """The quotation behind the first verb; small words that make no quotation's beginning, and "our", come before its mark."""
    at = clause.after
    own = ""
    if match := _SMALL.match(clause.text, at, clause.end):
        at, own = match.end(), match[0].lower()
    if by.several and (match := _FIRST_PERSON.match(clause.text, at, clause.end)):
        at, own = match.end(), f"{own}{_THIRD_PERSON[match[1].lower()]} "
    rest = clause.quoted(at)
    if not rest or rest.startswith(("and ", "or ", "…", ",")) or len(rest.split()) < 2:
        return ""
    return f"{own}“{rest}”"


_SMALL = re.compile(r"(?:that|on|upon|how|whether|to)\s+(?![,;])", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"(our|we)\s+", re.IGNORECASE)
_THIRD_PERSON = {"our": "their", "we": "they"}


def _after_that(clause: Clause, by: Name) -> str:
    """The clause as it can follow "that": a word that has its capital from opening the sentence only comes before the mark."""
    first = clause.text[clause.start :].split(maxsplit=1)[0]
    theirs = _FIRST_PERSON.match(clause.text, clause.start)
    if _OWN.search(clause.quoted(clause.start + len(first))) or (theirs and not by.several):
        return ""
    if theirs:
        at = clause.start + len(first) + 1
        return f"{_THIRD_PERSON[first.lower()]} “{clause.quoted(at)}”"
    if first[0].islower() or first[0].isdigit() or any(char.isupper() or char.isdigit() for char in first[1:]):
        return f"“{clause.quoted(clause.start)}”"
    if first.lower() in COMMON:
        return f"{first.lower()} “{clause.quoted(clause.start + len(first) + 1)}”"
    return ""


def _verb(plural: str, by: Name) -> str:
    """The verb as the byline wants it: "propose", "proposes"; a past form as it is."""
    verb, _, rest = plural.partition(" ")
    if by.several or is_past(verb):
        return plural
    return f"{third_person(verb)} {rest}".strip()


WRAPPED: Mapping[Relation, tuple[str, ...]] = {
    "": (
        "{flow}",
        "{subject}, in turn, {predicate}",
        "In their work, {flow}",
        "Then there is the work of {by}, who {predicate}",
        "Here belongs the work of {by}, who {predicate}",
        "In addition, {flow}",
    ),
    "answers": (
        "In answer, {flow}",
        "{by} take{s} this up and {predicate}",
        "This is taken up by {by}, who {predicate}",
        "An answer comes from {by}, who {predicate}",
    ),
    "partly answers": (
        "In partial answer, {flow}",
        "In part this is answered by {by}, who {predicate}",
        "A part of it is taken up by {by}, who {predicate}",
        "{by} answer{s} this in part and {predicate}",
        "With {by}, who {predicate}, a part of it is answered",
    ),
    "raises again": ("Again, {flow}", "The difficulty is raised again by {by}, who {predicate}"),
    "agrees": ("{by} agree{s} and {predicate}", "The same is said by {by}, who {predicate}"),
    "differs": ("By contrast, {flow}", "{by} differ{s} and {predicate}"),
}
"""Sentences around a flow, by what it does to the issue; the first is the plainest."""
GOING_ON: Mapping[Relation, tuple[str, ...]] = {
    "": ("They {predicate}",),
    "answers": ("In answer, they {predicate}", "They take this up themselves and {predicate}"),
    "partly answers": ("In part they answer this themselves and {predicate}", "For a part of it they {predicate}"),
}
"""The same, where the sentence before spoke of the same authors."""


_AFTER_OTHERS = ("{subject}, in turn, {predicate}", "Then there is the work of {by}, who {predicate}", "In addition, {flow}")


def wrapped(flow: Flow, by: Name, relation: Relation, before: str, paper: str) -> Iterator[tuple[str, str]]:
    """The pattern of each sentence around the flow, and the sentence. ``before``: the paper of the sentence before; "" at the beginning."""
    people = not by.text.startswith("‘")
    patterns = [p for p in WRAPPED.get(relation, WRAPPED[""]) if p not in _AFTER_OTHERS or before not in ("", paper)]
    if before == paper and by.several and people:
        patterns = [*GOING_ON.get(relation, ()), *patterns]
    for pattern in patterns:
        names_them = pattern != "{flow}" and not pattern.endswith(", {flow}")  # it needs the byline as its subject
        their_own = "their work" in pattern and not (by.several and flow.by_name)
        personal = not people and ("who" in pattern or "their" in pattern)
        if not ((flow.front and pattern != "{flow}") or (names_them and not flow.by_name) or their_own or personal):
            s = "" if by.several else "s"
            yield pattern, pattern.format(flow=flow.text, by=by.text, s=s, subject=flow.subject, predicate=flow.predicate)


def after(years: int, flow: Flow, by: Name, relation: Relation) -> str:
    """So many years after what the sentence before told."""
    does = _DOES_AFTER.get(relation, "").format(s="" if by.several else "s")
    return f"{_AFTER.get(years, 'Later')}, {flow.subject}{does} {flow.predicate}"


_AFTER = {0: "In the same year", 1: "A year later"}
_DOES_AFTER: Mapping[Relation, str] = {"answers": " take{s} this up and", "partly answers": " answer{s} this in part and"}


def whereas(first: Flow, second: Flow) -> str:
    """Two that differ, side by side."""
    return f"{first.text}, whereas {second.text}"
