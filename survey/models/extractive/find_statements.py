"""The role of every sentence, and which say theirs plainly.

Two classifiers (:mod:`.zones`) know part of the ten roles each: one tells background, objective, method and result, the other what was
resolved from what is left to do. Cue phrases (:mod:`.cues`) split the rest; docs/roles.md gives the rule with its reasons.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from math import exp
from typing import NamedTuple

from survey.models.extractive.cues import evidence, hits
from survey.models.extractive.zones import Section, probabilities
from survey.records import RAISING, PartKind, Role
from survey.support import quotable
from survey.tasks import FindStatements, Found, PaperSentence, StatementsFound
from survey.terms import STOP_WORDS, words


class Judged(NamedTuple):
    """``confidence``: the probability of the role and of the one beside it in its kind (:data:`_KINDS`), in [0, 1]."""

    id: str
    role: Role
    confidence: float


# Roles that serve one purpose, so that neither loses a sentence by being hard to tell from the other.
_KINDS: tuple[tuple[Role, ...], ...] = (
    ("improvable", "limitation", "future_work"), ("resolved",), ("purpose", "method"), ("result",), ("background", "task"), ("other",)
)  # fmt: skip
# What a sentence must reach to be named. What a paper is said to leave open, or earlier work to lack, carries issues and links: it is
# named only when it is rather this than anything else.
_ENOUGH: Mapping[Role, float] = {"improvable": 0.55, "limitation": 0.55, "future_work": 0.55, "task": 0.5, "background": 0.5}
_ENOUGH_ELSE = 0.4
_LIKELY = 0.15
_NEVER: tuple[PartKind, ...] = ("references", "appendix")
_WANTED: tuple[tuple[Role, ...], ...] = (("purpose", "method", "resolved"), ("result",))
# What goes on from the sentence before, and what stands among the details of a paper that has better places, is not as plain; what speaks
# of something that the sentence before named cannot be read alone.
_GOING_ON = 0.65
_LEANING = 0.8
_AMONG_DETAILS = 0.7
_GOES_ON = re.compile(
    r"^(?:that is|to this end|therefore|thus|hence|consequently|as a result|then|here|also|moreover|furthermore|in addition|additionally|"
    r"besides|for example|for instance|specifically|in particular|in contrast|on the (?:one|other) hand|another|first|second|finally)\b",
    re.IGNORECASE,
)
_NAMED_BEFORE = r"(?:these|this (?!paper|work|study|article|letter|thesis|survey|review)|those|such|the former|the latter)\b"
_SAYS_NOTHING = r"it (?:\w+ )?(?:is|was|has been|remains?|seems?|appears?) (?:\w+ ){1,2}?(?:to|that|how|whether|when|what|why)\b"
_LEANS_BACK = re.compile(
    rf"^(?:(?:however|but|yet|so|and|thus|hence|therefore|that is|specifically),? )?(?!{_SAYS_NOTHING})"
    rf"(?:it|they|its|their|both|{_NAMED_BEFORE})",
    re.IGNORECASE,
)
_LEANS_A_LITTLE = re.compile(rf"^(?:[\w’'-]+,? ){{1,4}}?{_NAMED_BEFORE}", re.IGNORECASE)


def reply(task: FindStatements) -> StatementsFound:
    structured = any(sentence.part not in ("abstract", "other") for sentence in task.sentences)
    judged: list[Found] = []
    for sentence, one in zip(task.sentences, roles(task.sentences), strict=True):
        if one.role != "other" and sentence.part not in _NEVER and quotable(sentence.text) and not _LEANS_BACK.match(sentence.text):
            plain = one.confidence * (_GOING_ON if _GOES_ON.match(sentence.text) else 1.0)
            plain *= _LEANING if _LEANS_A_LITTLE.match(sentence.text) else 1.0
            plain *= _AMONG_DETAILS if structured and sentence.part == "other" else 1.0
            judged.append(Found(id=sentence.id, role=one.role, weight=round(plain, 4)))
    found = [one for one in judged if one.weight >= _ENOUGH.get(one.role, _ENOUGH_ELSE)]
    for wanted in _WANTED:  # nearly every paper says what it does and what came out: then the likeliest sentence will do
        if not any(one.role in wanted for one in found):
            likely = [one for one in judged if one.role in wanted and one.weight >= _LIKELY]
            found += sorted(likely, key=lambda one: -one.weight)[:1]
    return StatementsFound(found=tuple(found))


def roles(sentences: Sequence[PaperSentence]) -> list[Judged]:
    """The likeliest role of each sentence, in their order."""
    # An abstract is one whole, whatever headings part it: what stands under its "Methods" does not open a paper.
    runs = [list(run) for _, run in groupby(sentences, key=lambda s: (s.part, "" if s.part == "abstract" else s.heading))]
    sections = [
        Section(run[0].part if run[0].part == "abstract" else run[0].heading or run[0].part, tuple(s.text for s in run)) for run in runs
    ]
    if not sections:
        return []
    heads = probabilities(sections)
    judged: list[Judged] = []
    for sentence, zones, ends in zip(sentences, heads["abstracts"].tolist(), heads["conclusions"].tolist(), strict=True):
        shares = _shares(sentence, zones, ends)
        kind = max(_KINDS, key=lambda kind: round(sum(shares.get(role, 0.0) for role in kind), 9))
        role = max(kind, key=lambda role: round(shares.get(role, 0.0), 9))
        judged.append(Judged(sentence.id, role, round(sum(shares.get(role, 0.0) for role in kind), 4)))
    return judged


# ---------------------------------------------------------------- ten roles

# How far the second classifier, which knows the ends of papers, is believed when it finds something left to do.
_LEFT: Mapping[PartKind, float] = {"conclusion": 1.0, "discussion": 1.0, "abstract": 0.6, "introduction": 0.2}
_LEFT_ELSE = 0.5
_CLOSING: tuple[PartKind, ...] = ("conclusion", "discussion")
# A sentence about somebody else's paper: "He et al., (2017) reported …", "Miwa and Bansal (2016) show …"; about the field at large.
_OF_OTHERS = re.compile(r"^(?:[\w’'-]+,? ){0,4}?[A-Z][\w’'-]+ (?:et al\.|and [A-Z][\w’'-]+),? ?[(\[]")
_OF_THE_FIELD = re.compile(
    r"(?:in recent years|in the past|recent(?:ly)?\b|over the (?:past|last)|traditional|conventional|most (?:existing|previous)|many |"
    r"several |previous|prior |existing|earlier|to date|so far|current )",
    re.IGNORECASE,
)
_OWN: tuple[Role, ...] = ("purpose", "method", "resolved", "result", "limitation")
_FOREIGN = 0.3  # what is left of the paper's own roles in such a sentence
_THANKS = re.compile(
    r"\b(?:thank|acknowledge?|grateful|gratitude)\b|\b(?:supported|funded|sponsored)\b.{0,40}\bby\b"
    r"|\bwith the (?:department|school|faculty)\b",
    re.IGNORECASE,
)
_SOME = 0.02  # of each role, whatever the classifiers say
_OF_PURPOSE = 0.4  # what speaks for a purpose speaks for a method too, and the classifier tells them apart
_STRONG = 1.25  # these cues were weighed with most care
_FAINT = 1.5  # evidence; "problem" alone makes no gap, and "only" no limit
_AMONG_FINDINGS = 0.1  # of the sentences on what was done and found admit a limit
_OUR = re.compile(
    r"\bours?\b|\b(?:we|authors) (?:(?:did|do|have|could|can|was|were|are) ?)?(?:not|never|unable)\b|\bthe present (?:study|work)\b",
    re.IGNORECASE,
)
_OF_LACK = 0.8  # what speaks for a lack speaks for a limit too, and whose it is tells them apart
_MISPLACED = 1.0
_OURS = 0.8  # evidence that a lack is the paper's own
# What a paper sets out to do, it does not find wanting, whatever else the sentence names.
_SETS_OUT = re.compile(
    r"^(?:in )?this (?:review|paper|study|article|work|survey)\b,?(?: we)? (?:aims?|presents?|proposes?|introduces?|describes?|gives?|"
    r"surveys?|reviews?|discuss(?:es)?|investigates?|develops?)\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(r"\blimitations?\b", re.IGNORECASE)
_HEADED_BY: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("purpose", re.compile(r"\b(?:objectives?|aims?|purpose)\b", re.IGNORECASE)),
    ("method", re.compile(r"\b(?:methods?|materials|design|approach)\b", re.IGNORECASE)),
    ("result", re.compile(r"\b(?:results?|findings)\b", re.IGNORECASE)),
)
_HEADED = 1.5  # evidence that such a heading gives to its sentences


def _shares(sentence: PaperSentence, zones: Sequence[float], ends: Sequence[float]) -> dict[Role, float]:
    """The probability of each role: what the classifiers give it, times what its cues speak for it."""
    if not _is_english(sentence.text) or _THANKS.search(sentence.text):
        return {"other": 1.0}
    shares = _prior(sentence.part, zones, ends)
    if _OF_OTHERS.search(sentence.text) or _OF_THE_FIELD.match(sentence.text):
        for role in _OWN:
            shares["background"] += shares[role] * (1 - _FOREIGN)
            shares[role] *= _FOREIGN
    cue = _evidence(sentence)
    raised = {role: (share + _SOME) * exp(cue.get(role, 0.0)) for role, share in shares.items()}
    total = sum(raised.values())
    return {role: share / total for role, share in raised.items()}


def _evidence(sentence: PaperSentence) -> dict[Role, float]:
    """What the cues speak for each role. Some speak for two, and ownership, section or heading tells which is meant."""
    cue = evidence(hits(sentence.text))
    lack = cue.get("improvable", 0.0)
    cue["method"] = cue.get("method", 0.0) + _OF_PURPOSE * cue.get("purpose", 0.0)
    cue["limitation"] = max(cue.get("limitation", 0.0), _OF_LACK * lack)
    if sentence.part in _CLOSING:  # what a paper says there that it does, it has done; what it says there to be hard is its own matter
        cue["resolved"] = cue.get("resolved", 0.0) + max(cue["method"], cue.get("purpose", 0.0))
        cue["improvable"] = lack - _MISPLACED
    elif sentence.part == "introduction":  # a paper does not begin with its own limits
        cue["limitation"] -= _MISPLACED
    if _SETS_OUT.match(sentence.text):
        cue |= dict.fromkeys(RAISING, 0.0)
    for role in RAISING:
        cue[role] = cue.get(role, 0.0) * _STRONG if cue.get(role, 0.0) >= _FAINT else -1.0
    if _OUR.search(sentence.text):
        cue["limitation"] += _OURS if cue["limitation"] > 0 else 0.0
        cue["improvable"] -= _OURS
    if sentence.part == "abstract" and all(cue.get(role, 0.0) < _FAINT for role in RAISING):  # a lack is one under any heading
        for role, heading in _HEADED_BY:
            if heading.search(sentence.heading):
                cue[role] = cue.get(role, 0.0) + _HEADED
    if _LIMITS.search(sentence.heading):
        cue["limitation"] = max(cue["limitation"], _HEADED)
    return cue


def _prior(part: PartKind, zones: Sequence[float], ends: Sequence[float]) -> dict[Role, float]:
    """What the classifiers give to groups of roles, parted by section: papers begin with what earlier work lacks and end with what they
    have resolved."""
    background, objective, method, result, other = zones
    solved, _, finding = ends
    closing = part in _CLOSING
    left = finding * _LEFT.get(part, _LEFT_ELSE)
    resolved = 0.6 * solved if closing else 0.1
    lack = 0.05 if closing else 0.3
    return {
        "background": (1 - left) * background * (0.8 - lack),
        "task": (1 - left) * background * 0.2,
        "improvable": (1 - left) * (background + (method + result) * _AMONG_FINDINGS) * lack + left * lack,
        "purpose": (1 - left) * objective * (1 - resolved),
        "method": (1 - left) * method * (1 - resolved),
        "result": (1 - left) * result * (1 - resolved),
        "resolved": (1 - left) * (objective + method + result) * resolved,
        "limitation": left * (1 - lack) * 0.5 + (1 - left) * (method + result) * _AMONG_FINDINGS,
        "future_work": left * (1 - lack) * 0.5,
        "other": (1 - left) * other,
    }


def _is_english(text: str) -> bool:
    """Whether words and cues, which are English, can tell anything of the text: small words are a third of English, and rare in what is
    none."""
    found = [word.lower() for word in words(text)]
    return sum(word in STOP_WORDS for word in found) >= _SMALL_WORDS * len(found)


_SMALL_WORDS = 0.15
