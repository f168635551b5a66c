"""The sentences that speak most plainly of what is asked, quoted, the plainest first; of each part of a question its own.

Whether to answer at all was decided before, by the strength of the evidence (survey/answering/abstaining.py).
"""

import re
from collections.abc import Collection, Sequence

from survey.tasks import AnswerGiven, AnswerQuestion, PassageSentence, Prose
from survey.terms import numbers, spelt_numbers, stems, without_citations

MOST = 3
NEAR_BEST = 0.85
"""Of the best sentence's worth, what another must have to be quoted beside it; and a paper's, to tell a result."""
_COUNTS, _DATES, _TELLS_WHY, _DEFINES = 0.2, 0.1, 0.1, 0.1
"""For holding what the question's first words ask for. More makes any figure an answer."""
_LEANS_LESS = 0.03
_SAME = 0.8
_RESULT = 0.3
_AIMS_LESS = 0.2
"""A question for yes or no is put nearly as a paper puts its aim; its result answers, in other words."""


def reply(task: AnswerQuestion) -> AnswerGiven:
    if task.returned or not task.sentences:  # a quotation that was found faulty would be written the same again
        return AnswerGiven(sentences=())
    near = _near(task.sentences)
    worth = {s.id: _worth(task.question, s, near) for s in task.sentences}
    ranked = sorted(task.sentences, key=lambda s: (-worth[s.id], s.id))
    chosen = [s for s in ranked if s is ranked[0] or worth[s.id] >= NEAR_BEST * worth[ranked[0].id]]
    firsts = {s.part: s for s in reversed(chosen)}
    chosen = [*(firsts[part] for part in sorted(firsts)), *(s for s in chosen if s not in firsts.values())]
    return AnswerGiven(sentences=tuple(Prose(text=f"{s.byline}: “{s.text}”", ids=(s.id,)) for s in _new(chosen)[:MOST]))


def _new(sentences: Sequence[PassageSentence]) -> list[PassageSentence]:
    """Without those that say in the words of one before, in the same paper, what it said."""
    kept: list[tuple[PassageSentence, set[str]]] = []
    for sentence in sentences:
        own = set(stems(sentence.text))
        if not any(before.paper == sentence.paper and len(own & there) > _SAME * len(own) for before, there in kept):
            kept.append((sentence, own))
    return [sentence for sentence, _ in kept]


def _near(sentences: Sequence[PassageSentence]) -> set[str]:
    """The papers that are as good as the best, each by its best sentence."""
    best: dict[str, float] = {}
    for s in sentences:
        best[s.paper] = max(s.strength, best.get(s.paper, 0.0))
    return {paper for paper, strength in best.items() if strength >= NEAR_BEST * max(best.values())}


def _worth(question: str, sentence: PassageSentence, near: Collection[str]) -> float:
    """Its strength, more if it holds the kind of thing that is asked for, less if it says what is meant by "it" elsewhere, or only what a
    paper set out to find. ``near``: the papers whose results are looked for."""
    told = without_citations(sentence.text)
    worth = sentence.strength
    worth += max((more for asks, holds, more in _KINDS if asks.search(question) and holds(question, told)), default=0.0)
    worth -= _LEANS_LESS * bool(_LEANS.search(told))
    if _YES_OR_NO.search(question):
        aims = bool(_AIMS.search(told))
        worth -= _AIMS_LESS * aims
        worth += _RESULT * (not aims and sentence.paper in near and bool(_RESULTS.search(told)))
    return worth


def _has_number(question: str, told: str) -> bool:
    return bool(numbers(_LETTERED.sub(" ", told)) - numbers(question) or spelt_numbers(told))


def _has_date(question: str, told: str) -> bool:
    return bool(_DATE.search(told))


def _has_cause(question: str, told: str) -> bool:
    return bool(_CAUSE.search(told))


def _defines(question: str, told: str) -> bool:
    asked = _WHAT_IS.search(question)
    if not asked:
        return False
    name = re.escape(asked["name"])
    return bool(
        re.search(
            rf"\({name}s?\)|\b{name}s?(?: \([^()]*\))?,? (?:(?:is|are|was|were) (?:an?|the|any|one)|refers? to|means?)\b",
            told,
            re.IGNORECASE,
        )
    )


_WHAT_IS = re.compile(
    r"^\W*what(?:'s| is| are| does| was| were) (?:an? |the (?:acronym |term )?)?(?P<name>[\w-]+(?: [\w-]+){0,4}?)(?: stand for| mean)?\W*$",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"[A-Za-z][\w-]*")  # "F1", "CoNLL-2012": names, not counts
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
_RESULTS = re.compile(
    r"\b[Pp]\s?[<=>]|\d ?%|\bCI\b|\bsignifican\w+|\b(?:associat|correlat|increas|decreas|reduc|improv)ed\b|\bconclu\w+"
    r"|\b(?:higher|lower|greater|better|worse|more|less|fewer|larger|smaller|shorter|longer) \w+"
    r"|\bno (?:\w+ )?(?:difference|effect|association|correlation|change)|\bwe (?:found|show|demonstrate|observed)"
    r"|\b(?:shows?|showed|found|demonstrated|revealed|indicates?|indicated|suggests?) that\b"
    r"|\b(?:results|findings) (?:show|suggest|indicate|demonstrate)",
    re.IGNORECASE,
)
_KINDS = (
    (
        re.compile(
            r"\bhow (?:many|much|long|old|often|far|large|big|high|fast|soon)\b|\b(?:what|which) (?:[\w-]+ ){0,2}"
            r"(?:percentage|proportion|rate|numbers?|share|size|score|accuracy|F1|BLEU|ROUGE|recall|precision|error|speed|cost)\b",
            re.IGNORECASE,
        ),
        _has_number,
        _COUNTS,
    ),
    (re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|month)\b", re.IGNORECASE), _has_date, _DATES),
    (re.compile(r"\bwhy\b|\bwhat (?:\w+ )?(?:causes?|caused|reasons?)\b", re.IGNORECASE), _has_cause, _TELLS_WHY),
    (_WHAT_IS, _defines, _DEFINES),
)
