"""Causes: what research of any field says holds it back, and where a sentence says outright that something does.

The kinds are ours (``causes.toml``): each is what is wrong, as a clause, and the words that speak for it.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from survey.support import coverage

_PLAIN = 3  # a word in what the sentence calls the cause counts as many as three elsewhere
_OWN_SHARE = 0.5  # of the telling words of a label that the papers' words must have


class _Kind(NamedTuple):
    label: str
    speaks: re.Pattern[str]
    tier: int


_KINDS = [
    _Kind(kind["label"], re.compile("|".join(kind["words"]), re.IGNORECASE), kind.get("tier", 0))
    for kind in tomllib.loads((files(__package__) / "causes.toml").read_text(encoding="utf-8"))["kind"]
]
_BY_LABEL = {kind.label: kind for kind in _KINDS}

# What stands behind the one is the cause, and before the other. What only limits or makes something says so of trouble alone.
_CAUSE_FOLLOWS = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|on account of|in view of|stem(?:s|ming|med)? from|aris(?:es?|ing) from|result(?:s|ing|ed)? from"
    r"|attribut(?:ed|able) to|suffer(?:s|ed|ing)? from|as a (?:result|consequence) of"
    r"|(?:limit|caus|hamper|hinder|imped|restrict|constrain|affect|prevent|complicat|weaken|degrad|plagu|worsen|aggravat|driv|obstruct|slow"
    r"|threaten|confound|undermin)\w*(?:ed|en|ied) (?:down )?by|held back by)\b",
    re.IGNORECASE,
)
_CAUSE_PRECEDES = re.compile(
    r"\b(?:lead(?:s|ing)? to|led to|result(?:s|ing|ed)? in|caus(?:es?|ing)|giv(?:es?|ing) rise to"
    r"|mak(?:es?|ing) (?:[\w-]+ ){1,6}"
    r"(?:difficult|hard|impossible|impractical|challenging|fail|costly|slow|unreliable|infeasible|prone|vulnerable|sparse)"
    r"|hinder(?:s|ed|ing)?|hamper(?:s|ed|ing)?|imped(?:es?|ing)|limit(?:s|ing)?|restrict(?:s|ing)?|prevent(?:s|ing)?|undermin(?:es?|ing)"
    r"|weaken(?:s|ing)?|degrad(?:es|ing)|complicat(?:es|ing)|threaten(?:s|ing)?|obstruct(?:s|ing)?|aggravat(?:es|ing)|worsen(?:s|ing)?"
    r"|hurt(?:s|ing)?|reduc(?:es|ing)|preclud(?:es|ing)|posing|poses?)\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(
    r"[.;:!?](?=\s|$)|,\s+(?:which|whereas|while|but|although|though|yet|so|and (?:little|large|how|whether))\b|,? which\b|,? rather than\b"
)
_LEADS_ON = re.compile(
    r"[\s,]*(?:\b(?:which|that|and|thus|thereby|hence|this|can|may|could|might|will|often|further|even|also|so|it|severely|greatly)\b[\s,]*)*$",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|never|without|n[’']t)\W+(?:\w+\W+)?$|\b(?:whether|how|if)\b[^,.;]*$", re.IGNORECASE)
_WELCOME = re.compile(
    r"\b(?:improve|better|gain|success|benefi|promising|outperform|increas\w+ (?:accuracy|performance)|reduc\w+ (?:cost|error))",
    re.IGNORECASE,
)


@lru_cache(maxsize=10_000)
def causes_in(text: str) -> tuple[str, ...]:
    """The stretches of a sentence that it says outright to be the cause of some trouble."""
    return tuple(_causes_in(text))


def _causes_in(text: str) -> Iterator[str]:
    for cue in _CAUSE_FOLLOWS.finditer(text):
        rest = text[cue.end() :]
        end = _CLAUSE_ENDS.search(rest)
        yield rest[: end.start() if end else len(rest)]
    for cue in _CAUSE_PRECEDES.finditer(text):
        before, after = text[: cue.start()], text[cue.end() :]
        if not _WELCOME.search(after) and not _DENIED.search(before):
            yield _CAUSE_FOLLOWS.split(_CLAUSE_ENDS.split(_LEADS_ON.sub("", before))[-1])[-1]


@lru_cache(maxsize=10_000)
def kinds_of(text: str) -> tuple[str, ...]:
    """The kinds of cause that a sentence speaks of, the plainest first: those with the most different words, what it calls a cause counted
    threefold; none that has less than two words for the plainest's three, and a vague one only where no other speaks."""
    outright = " | ".join(causes_in(text))
    found = []
    for place, kind in enumerate(_KINDS):
        said = _different(kind, text) + (_PLAIN - 1) * _different(kind, outright)
        if said:
            found.append((kind.tier, -said, place, kind.label))
    found.sort()
    return tuple(label for tier, said, _, label in found if tier == found[0][0] and 3 * said <= 2 * found[0][1])


def _different(kind: _Kind, text: str) -> int:
    return len({match.group().lower() for match in kind.speaks.finditer(text)})


def states(label: str, text: str) -> bool:
    """Whether the text says outright that what the label says is a cause of trouble."""
    return any(borne_out(label, [cause]) for cause in causes_in(text)) and not tier_of(label)


def plainness(label: str, text: str) -> int:
    """How plainly the text says that it is held back so: 3, outright; 2; 1, it only asks, or has not tried."""
    if states(label, text):
        return 3
    return 1 if any(kind.tier == 1 and kind.speaks.search(text) for kind in _KINDS) else 2


def borne_out(label: str, texts: Sequence[str]) -> bool:
    """Whether the texts speak of the kind that the label names, or have the telling words of another label."""
    if label in _BY_LABEL:
        return any(_BY_LABEL[label].speaks.search(text) for text in texts)
    return coverage(_about(label), texts) >= _OWN_SHARE


def tier_of(label: str) -> int:
    """How vague a kind is: 0 a cause of its own, 1 what any paper may say of itself, 2 what is said of all that fits no other."""
    return _BY_LABEL[label].tier if label in _BY_LABEL else 0


def says_wrong(label: str) -> bool:
    """Whether a label says what is wrong, and not only what it is about."""
    return label in _BY_LABEL or bool(_WRONG.search(label))


_WRONG = re.compile(
    r"\b(?:not?|without|lacks?|lacking|missing|few|fewer|little|less|only|too|poor(?:ly)?|low|weak|bad(?:ly)?|hard(?:ly)?|difficult\w*|cost(?:s|ly)"
    r"|expens\w+|slow\w*|scarc\w+|scant\w*|shortages?|absen\w+|in(?:suffic|adequa|effic|consist|complete|abil|accura|stab)\w+"
    r"|unable|un(?:known|clear|stable|reliable|seen|even|certain\w*|explored|solved|tested)|limit(?:s|ed|ations?)?|narrow|restrict\w+|nois[ey]"
    r"|mismatch\w*|differ\w*|var(?:y|ies|iab\w+)|drifts?|los[et]s?|loss(?:es)?|fail\w*|falls?|errors?|wrong\w*|bias\w*|vulnerab\w+|prone"
    r"|hinder\w*|hamper\w*|rel(?:y|ies|iance)|depend\w*|sensitiv\w+|open to|degrad\w+|collapse\w*|overfit\w*|neglect\w*|ignor\w+"
    r"|overlook\w*|cannot|gaps?|barriers?|conflict\w*|ambigu\w+|opaque|rare(?:ly)?|small|sparse\w*|imbalance\w*|complex\w*|heterogene\w+"
    r"|harm\w*|toxic\w*|risk\w*|threat\w*|burden\w*|high)\b"
    r"|n[’']t\b",
    re.IGNORECASE,
)
_SHORT = {False: "falls short", True: "fall short"}


def falls_short(term: str) -> str:
    """What a term names, as a cause: "attention mechanisms" → "Attention mechanisms fall short"."""
    last = term.rsplit(maxsplit=1)[-1].lower()
    plural = last.endswith("s") and not last.endswith(("ss", "us", "is", "ics"))
    return f"{term[0].upper()}{term[1:]} {_SHORT[plural]}"


def _about(label: str) -> str:
    """The label without our own words that something falls short."""
    return re.sub(rf" (?:{'|'.join(_SHORT.values())})$", "", label)
