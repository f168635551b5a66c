"""Verbs of papers, by their form: a word that may be one, its number, its tense. The lists are in clauses.toml."""

import tomllib
from functools import cache
from importlib.resources import files

LISTS = tomllib.loads((files(__package__) / "clauses.toml").read_text(encoding="utf-8"))
HELPING = frozenset(LISTS["helping"].split())
PAST = frozenset(LISTS["past"].split())


@cache
def plain_verbs() -> frozenset[str]:
    """Verbs that carry a meaning of their own, in every finite form."""
    found = set(PAST - HELPING)
    for verb in LISTS["verbs"].split():
        found |= {verb, third_person(verb), past(verb)}
    return frozenset(found)


@cache
def finite_verbs() -> frozenset[str]:
    return plain_verbs() | HELPING


def third_person(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2:-1] not in "aeiou" else f"{verb}s"


def base_form(verb: str) -> str:
    """Of a verb in the third person: "studies" gives "study"; of another form, itself."""
    return _bases().get(verb, verb)


@cache
def _bases() -> dict[str, str]:
    return {third_person(verb): verb for verb in LISTS["verbs"].split()}


def past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if verb.endswith("y") and verb[-2:-1] not in "aeiou" else f"{verb}ed"


def is_past(word: str) -> bool:
    return word in PAST or word.endswith("ed")
