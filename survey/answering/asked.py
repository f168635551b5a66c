"""What kind of question it is, by its words alone: ``asked.toml`` lists the ways to ask.

A question that is taken for another kind costs time and brings a wrong answer, so only what is plainly asked is understood; all else is
looked for in passages.
"""

import re
import tomllib
from functools import cache, partial
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from survey.records import QuestionKind, Record
from survey.terms import STOP_WORDS, words


class Asked(Record):
    """A question as it is understood: its ``kind``, and what it names: ``subject`` (a paper, a problem, the first of two things that are
    compared) and ``other`` (the second). ``tie``: of papers after or before another one only these are asked for."""

    text: str
    kind: QuestionKind = "passages"
    subject: str = ""
    other: str = ""
    tie: Literal["", "cites", "contradicts"] = ""


_LONGEST = 300
"""Characters; who asks at such length asks for more."""
_AROUND = 100  # further ones, of what is only polite or says where to look


def understood(question: str) -> Asked:
    """What is asked for, by the words of the question alone."""
    said = _bare(question) if len(question) <= _LONGEST + _AROUND else ""
    for way in _ways() if 0 < len(said) <= _LONGEST else ():
        if found := way.form.fullmatch(said):
            named = {name: _thing(value) for name, value in found.groupdict().items() if value}
            if all(_is_thing(name) for name in named.values()) and (not way.names or names_paper(named.get("subject", ""))):
                return Asked(text=question, kind=way.kind, tie=way.tie, **named)
    return Asked(text=question)


def names_paper(text: str) -> bool:
    """Whether the words have the form of a paper's name: a citekey, "Roe et al. (2019)", "the 2019 paper by Roe", "SleepNet"."""
    return _around("paper").search(text) is not None


def _bare(question: str) -> str:
    """The question without what is only polite, and without where it is to be looked for: that goes without saying."""
    said = _around("polite", re.IGNORECASE).sub("", " ".join(question.split()).rstrip("?!. "), count=1)
    while (shorter := _around("where", re.IGNORECASE).sub("", said)) != said:
        said = shorter.rstrip("?!., ")
    return said


def _thing(text: str) -> str:
    """What is named, without the words around it: "the problem of overfitting" is "overfitting"."""
    bare = _around("problem_of", re.IGNORECASE).sub("", text.strip(" ,;:"))
    bare = _around("problem", re.IGNORECASE).sub("", _around("article", re.IGNORECASE).sub("", bare))
    return bare.strip(" ,;:")


def _is_thing(text: str) -> bool:
    """Whether the words name something: no bare "it", which only the talk before could explain, and no piece of a longer sentence."""
    empty = all(word.lower() in STOP_WORDS or word.isdigit() for word in words(text))
    return (not empty or names_paper(text)) and not _around("piece", re.IGNORECASE).search(text)


class _Way(NamedTuple):
    """A way to ask, as ``asked.toml`` has it."""

    kind: QuestionKind
    names: bool
    tie: Literal["", "cites", "contradicts"]
    form: re.Pattern[str]


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((files("survey.answering") / "asked.toml").read_text(encoding="utf-8"))


@cache
def _around(name: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(_read()["around"][name].replace("\\\n", ""), flags)


@cache
def _ways() -> tuple[_Way, ...]:
    lists = {**_read()["lists"], "SUBJECT": "(?P<subject>.{2,160}?)", "OTHER": "(?P<other>.{2,160}?)"}
    spelt = partial(re.compile(rf"\b(?:{'|'.join(sorted(lists, key=len, reverse=True))})(?![A-Za-z_])").sub, lambda match: lists[match[0]])
    forms = [(way, spelt(spelt(form))) for way in _read()["way"] for form in way["asks"]]  # a list may name another
    return tuple(_Way(way["kind"], way.get("names", False), way.get("tie", ""), re.compile(form, re.IGNORECASE)) for way, form in forms)
