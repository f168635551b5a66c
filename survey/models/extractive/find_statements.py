"""Roles by cue phrases, position and section: what problem is raised, what is done about it, what came out, what is left open.

Cue phrases for rhetorical roles follow the idea of Teufel & Moens (2002, "Summarizing Scientific Articles", argumentative zoning);
the lists and weights are ours. A sentence takes the role with the most evidence, if that is enough to say so.
"""

import math
import re
import tomllib
from importlib.resources import files

from survey.records import PartKind, Role
from survey.support import quotable
from survey.tasks import FindStatements, Found, PaperSentence, StatementsFound
from survey.terms import STOP_WORDS, numbers, words

_Cues = dict[Role, list[tuple[float, re.Pattern[str]]]]


def _load_cues() -> tuple[_Cues, _Cues]:
    """The cues that speak for each role, and those that speak against it."""
    data = tomllib.loads((files(__package__) / "cues.toml").read_text(encoding="utf-8"))
    lists = {name: "(?:" + "|".join(parts) + ")" for name, parts in data["lists"].items()}

    def compiled(cues: list[str]) -> re.Pattern[str]:
        pattern = "|".join(cues)
        for name, alternatives in lists.items():
            pattern = pattern.replace(name, alternatives)
        return re.compile(pattern, re.IGNORECASE)

    speaking = {role: [(group["weight"], compiled(group["cues"])) for group in data[role]] for role in ROLES}
    unlike = {role: [(group["weight"], compiled(group["cues"])) for group in data["unlike"] if group["role"] == role] for role in ROLES}
    return speaking, unlike


ROLES: tuple[Role, ...] = ("improvable", "purpose", "result", "limitation")
_CUES, _UNLIKE = _load_cues()

# Where a role is at home: added to its evidence. Methods and related work speak mostly of other things, or of others' problems.
_AT_HOME: dict[PartKind, dict[Role, float]] = {
    "abstract": {"improvable": 0.5, "purpose": 0.6, "result": 0.6, "limitation": 0.0},
    "introduction": {"improvable": 0.3, "purpose": 0.2, "result": -0.3, "limitation": -1.2},
    "conclusion": {"improvable": -1.0, "purpose": 0.1, "result": 0.4, "limitation": 0.8},
    "discussion": {"improvable": -0.6, "purpose": -0.6, "result": 0.2, "limitation": 0.6},
    "other": {"improvable": -0.8, "purpose": -0.8, "result": -0.8, "limitation": -0.4},
    "related": {"improvable": -1.2, "purpose": -2.5, "result": -2.0, "limitation": -1.5},
    "method": {"improvable": -1.5, "purpose": -1.0, "result": -2.0, "limitation": -1.0},
    "results": {"improvable": -1.5, "purpose": -1.5, "result": 0.0, "limitation": -0.8},
}
_ENOUGH = 2.0
_LIKELY = 1.0
_WANTED: tuple[Role, ...] = ("purpose", "result")
# A sentence about somebody else's paper: "He et al., (2017) reported …", "Miwa and Bansal (2016) show …".
_OF_OTHERS = re.compile(r"^(?:[\w’'-]+,? ){0,4}?[A-Z][\w’'-]+ (?:et al\.|and [A-Z][\w’'-]+),? ?[(\[]")
_OF_THE_FIELD = re.compile(
    r"(?:in recent years|in the past|recent(?:ly)?\b|over the (?:past|last)|traditional|conventional|most (?:existing|previous)|many |"
    r"several |previous|prior |existing|earlier|to date|so far|current )",
    re.IGNORECASE,
)
_LEANS_BACK = re.compile(
    r"^(?:this|these|that|those|it|they|such|to this end|therefore|thus|hence|as a result|then|here|also|moreover|furthermore|"
    r"in addition|additionally|besides|for example|for instance|specifically|in particular|its|their|both|the former|the latter|"
    r"first|second|finally)\b",
    re.IGNORECASE,
)


def reply(task: FindStatements) -> StatementsFound:
    last = max(1, len(task.sentences) - 1)
    whole = all(sentence.part in ("abstract", "other") for sentence in task.sentences)
    judged = [
        (sentence.id, *judge(sentence, _home(number / last, sentence.part, whole)))
        for number, sentence in enumerate(task.sentences)
        if sentence.part not in ("references", "appendix") and quotable(sentence.text)
    ]
    found = [item for item in judged if item[2] >= _ENOUGH]
    foreign = {sentence.id for sentence in task.sentences if not _is_english(sentence.text)}
    for role in _WANTED:  # nearly every paper says what it does and what came out: then the likeliest sentence will do
        if not any(item[1] == role for item in found):
            likely = [item for item in judged if item[1] == role and item[2] >= _LIKELY and item[0] not in foreign]
            found += sorted(likely, key=lambda item: -item[2])[:1]
    return StatementsFound(found=tuple(Found(id=i, role=role, weight=round(1 - math.exp(-evidence / 4), 4)) for i, role, evidence in found))


def _is_english(text: str) -> bool:
    """Whether the cues, which are English, can tell anything of the text: small words are a third of English, and rare in what is none."""
    found = [word.lower() for word in words(text)]
    return sum(word in STOP_WORDS for word in found) >= _SMALL_WORDS * len(found)


_SMALL_WORDS = 0.15


def _home(place: float, part: PartKind, whole: bool) -> dict[Role, float]:
    """Priors of the roles: by section; in a text of an abstract alone, by place: problems come first, results late, open points last."""
    if not whole:
        return _AT_HOME.get(part, _AT_HOME["other"])
    return {
        "improvable": 0.9 if place < 0.34 else (0.2 if place < 0.6 else -0.9),
        "purpose": 0.6 if 0.05 < place < 0.7 else 0.0,
        "result": 0.7 if place > 0.4 else -0.8,
        "limitation": 0.9 if place > 0.7 else -0.6,
    }


def judge(sentence: PaperSentence, home: dict[Role, float]) -> tuple[Role, float]:
    """The role with the most evidence, and how much that is; what leans on the sentence before it counts less."""
    text = sentence.text
    scores: dict[Role, float] = {}
    for role, cues in _CUES.items():
        hits = sorted((weight for weight, cue in cues if cue.search(text)), reverse=True)
        # Later cues say little that the first did not: halved each time.
        scores[role] = sum(weight / 2**n for n, weight in enumerate(hits)) + (home[role] if hits else -1.0)
        if hits:
            scores[role] -= sum(weight for weight, cue in _UNLIKE[role] if cue.search(text))
    if numbers(text) and scores["result"] > 0:
        scores["result"] += 0.3
    if scores["limitation"] >= 2.6:  # what a paper says it leaves open is not also its problem
        scores["improvable"] -= 1.0
    if _OF_OTHERS.search(text):
        scores = {role: score - 2.0 for role, score in scores.items()}
    if _OF_THE_FIELD.match(text):
        scores |= {"purpose": scores["purpose"] - 2.0, "result": scores["result"] - 2.0}
    role = max(scores, key=lambda r: (scores[r], r))
    return role, scores[role] - (0.8 if _LEANS_BACK.match(text) else 0.0)
