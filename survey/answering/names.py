"""The names in a question: "R-BERT", "COVID-19", "Llama 3", "type 1", "vitamin D". What is said of another name does not answer it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from survey.acronyms import definitions
from survey.records import Paper
from survey.terms import STOP_WORDS, words

_INSIDE = re.compile(r"[^\W\d_].*[A-Z]|[A-Z][^\W\d_]*-?\d|[a-z]+-?\d|\d[A-Z]")  # "SleepNet", "AST", "R-BERT", "Covid-19", "p53"
_SORTS = "type|grade|stage|phase|class|level|category|factor|version|variant|model|hepatitis|influenza|vitamin|interleukin|task|trial"
_NUMBERED = re.compile(
    rf"(?<![\w-])(?:(?P<sort>(?i:{_SORTS})s?)|(?P<name>[A-Z][\w-]+)|(?P<kind>[a-z]{{4,}}))"
    r" (?P<number>[IVX]{1,4}|[A-Z]|\d+(?:\.\d+)?[a-zA-Z]?)(?!\w|\.\d|-|%| ?%)"
)
_A_YEAR = re.compile(r"(?:19|20)\d\d")
_OFTEN = 5
"""Times that a paper's text has a name from which it speaks of what is named, and not of what it is compared with alone."""


def names(question: str) -> tuple[str, ...]:
    """In the order of the question; none where all of it is in capitals."""
    if question.isupper():
        return ()
    found = dict.fromkeys(_numbered(question))
    inside = " ".join(found).split()
    for word in words(question):
        bare = re.sub(r"['’]s$", "", word)
        if _INSIDE.search(bare) and bare not in inside:
            found[bare] = None
    return tuple(found)


def _numbered(question: str) -> Iterator[str]:
    for match in _NUMBERED.finditer(question):
        word, number = match[0].split()
        digits = number[0].isdigit()
        if word.lower() in STOP_WORDS or _A_YEAR.fullmatch(number) or number == "I" or (match["kind"] and digits):
            continue  # "in 2019", "aged 65"
        yield match[0]


@lru_cache(maxsize=1000)
def _spelt(name: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"[\s-]+|(?<=[^\W\d_])(?=\d)", name) if part]
    parts = [re.sub(r"(?<=[a-z]{3})s$", "s?", part) for part in parts]  # "grades C and D"
    return re.compile(r"(?<!\w)" + r"[\s‐–-]*".join(parts) + r"s?(?!\w|\.\d|-\d)", re.IGNORECASE)


def stands(name: str, text: str) -> bool:
    """Whether the text has the name, with or without hyphens; no longer name that begins so ("Llama 3.1", "SARS-CoV-2")."""
    return bool(_spelt(name).search(text))


def speaks_of(name: str, paper: Paper) -> bool:
    """Whether the paper is about what is named: it has it in title or abstract, spells it out, or has it time and again."""
    if stands(name, f"{paper.gist} {' '.join(paper.authors)} {paper.key}"):
        return True
    times = sum(1 for _ in _spelt(name).finditer(paper.text))
    return times >= _OFTEN or (times > 0 and any(one.short == name for one in definitions(paper.text)))
