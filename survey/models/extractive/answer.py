"""The sentences that speak most plainly of what is asked, quoted, the plainest first; of each part of a question its own.

Whether to answer at all was decided before, by the strength of the evidence (survey/answering/abstaining.py).
"""

import re

from survey.tasks import AnswerGiven, AnswerQuestion, PassageSentence, Prose
from survey.terms import numbers, spelt_numbers

MOST = 3
NEAR_BEST = 0.85
"""Of the best sentence's worth, what another must have to be quoted beside it."""
_FITS = 0.05
"""For holding what the question's first words ask for. More makes any figure an answer."""
_LEANS_LESS = 0.03
_AIMS_LESS = 0.1


def reply(task: AnswerQuestion) -> AnswerGiven:
    if task.returned:  # a quotation that was found faulty would be written the same again
        return AnswerGiven(sentences=())
    worth = {s.id: _worth(task.question, s) for s in task.sentences}
    ranked = sorted(task.sentences, key=lambda s: (-worth[s.id], s.id))
    chosen = [s for s in ranked if worth[s.id] >= NEAR_BEST * worth[ranked[0].id]]
    firsts = {s.part: s for s in reversed(chosen)}
    chosen = [*(firsts[part] for part in sorted(firsts)), *(s for s in chosen if s not in firsts.values())]
    return AnswerGiven(sentences=tuple(Prose(text=f"{s.byline}: “{s.text}”", ids=(s.id,)) for s in chosen[:MOST]))


def _worth(question: str, sentence: PassageSentence) -> float:
    """Its strength, more if it holds the kind of thing that is asked for, less if it says what is meant by "it" elsewhere, or only what a
    paper set out to find."""
    told = _CITED.sub(" ", sentence.text)
    fits = any(asks.search(question) and holds(question, told) for asks, holds in _KINDS)
    leans = bool(_LEANS.search(told))
    aims = bool(_YES_OR_NO.search(question) and _AIMS.search(told))
    return sentence.strength + _FITS * fits - _LEANS_LESS * leans - _AIMS_LESS * aims


def _has_number(question: str, told: str) -> bool:
    return bool(numbers(told) - numbers(question) or spelt_numbers(told))


def _has_date(question: str, told: str) -> bool:
    return bool(_DATE.search(told))


def _has_cause(question: str, told: str) -> bool:
    return bool(_CAUSE.search(told))


_CITED = re.compile(r"\[[\d,;–\s-]+\]|\([^()]*\b(?:19|20)\d\d[a-z]?\)")
_LEANS = re.compile(r"^(?:However, |Moreover, |Thus, |Therefore, )?(?:It|This|These|Those|They|Its|Their|He|She)\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b(?:century|decades?)\b"
)
_CAUSE = re.compile(
    r"\b(?:because|due to|since|owing|therefore|caus\w+|result\w* (?:in|from)|le(?:ads?|d) to|attributed|so that|in order to|explain\w*)\b",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(r"(?:^\W*|[:,] )(?:do|does|did|is|are|was|were|can|could|should|will|would|has|have|may|might)\b", re.IGNORECASE)
_AIMS = re.compile(
    r"\b(?:aim(?:s|ed)?|objectives?|purpose|hypothes\w+|sought|question|whether|unclear|unknown)\b"
    r"|\bto (?:determine|investigate|assess|evaluate|examine|compare|explore|test|study|analy[sz]e|establish)\b",
    re.IGNORECASE,
)
_KINDS = (
    (
        re.compile(
            r"\bhow (?:many|much|long|old|often|far|large|big|high|fast|soon)\b"
            r"|\b(?:what|which) (?:\w+ )?(?:percentage|proportion|rate|number|share)\b",
            re.IGNORECASE,
        ),
        _has_number,
    ),
    (re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|month)\b", re.IGNORECASE), _has_date),
    (re.compile(r"\bwhy\b|\bwhat (?:\w+ )?(?:causes?|caused|reasons?)\b", re.IGNORECASE), _has_cause),
)
