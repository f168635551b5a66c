"""A name for an issue, cut out of the words of its statements: at most eight of them, in their order.

Without a tagger, three ways lead to a phrase that reads well, and the one whose words weigh most is taken: what follows the words that
announce a problem ("suffers from …", "a lack of …"); a clause that is short enough to stand as it is ("plots stay small"); a run of nouns
with what hangs on it by prepositions ("bond between transplant and rock").
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import pairwise

from survey.terms import STOP_WORDS, Weights, is_telling, stem, words

_LISTS = tomllib.loads((files("survey") / "labels.toml").read_text(encoding="utf-8"))

MOST_WORDS = 8
_READ = 5  # statements of an issue, the plainest ones
_SHARED = 0.5  # of a word's weight more for each further statement that has it
_ANNOUNCED, _WHOLE_CLAUSE, _WHOLE_NAME = 2.5, 2.0, 2.0  # what a phrase gains by how it was found
_ALONE = -3.0  # what a word without company loses


def label_of(texts: Sequence[str], weights: Weights) -> str:
    """The name of the problem that all of ``texts`` put; the plainest first."""
    texts = texts[:_READ]
    having = [{stem(word) for word in words(text)} for text in texts]
    best: tuple[float, int, list[str]] = (float("-inf"), 0, [])
    for at, text in enumerate(texts):
        for gain, phrase in _phrases(_CITED.sub("", text)):
            telling = {stem(word) for word in phrase if is_telling(word)}
            each = [weights(s) * (1 + _SHARED * (sum(s in own for own in having) - 1)) for s in telling]
            score = round(sum(sorted(each, reverse=True)[:3]) + gain + (_ALONE if len(phrase) == 1 else 0.0), 6)
            if telling and (score, -at) > best[:2]:
                best = (score, -at, phrase)
    phrase = best[2]
    if len(phrase) < 2:
        phrase = (
            _opening(_CITED.sub("", texts[-best[1]]), phrase)
            or phrase
            or _longest_run(_CITED.sub("", texts[0]))
            or words(texts[0])[:MOST_WORDS]
        )
    label = " ".join(phrase)
    return label if not label or any(c.isupper() for c in phrase[0]) else label[0].upper() + label[1:]


_CITED = re.compile(r" ?\([^()]*\)| ?\[[^\[\]]*\]")


def _phrases(text: str) -> Iterator[tuple[float, list[str]]]:
    for match in _NAMING.finditer(text):
        rest = text[match.end() :]
        end = _PHRASE_ENDS.search(rest)
        whole = (match["whole"] or "").split()
        phrase = _noun_phrase(rest[: end.start() if end else len(rest)].split(), whole)
        if phrase and (whole or len(phrase) > 1):
            yield _ANNOUNCED + (_WHOLE_NAME if whole else 0.0), [*whole, *phrase]
    for clause, alone in _clauses(text):
        said = " ".join(clause)
        if alone and 3 <= len(clause) <= MOST_WORDS and _STATES.search(said) and not _NAMING.search(said):
            yield _WHOLE_CLAUSE, clause
        yield from ((0.0, run) for run in _runs(clause))


# ---------------------------------------------------------------- what is announced

# "suffers from X", "a lack of X": the phrase that follows names the problem in the paper's own words. Where the first word belongs
# to the name ("lack of labelled data"), the group "whole" takes it in.
_NAMING = re.compile(
    r"(?P<whole>\b(?:lack|shortage|scarcity|absence|loss|risk|costs?|vulnerability|sensitivity|variability|mismatch|imbalance|dependence|"
    r"reliance|difficulty|complexity|inability|need|want|degradation|instability|leakage|segregation|gap|conflict|trade-off)"
    r"(?: (?:of|to|for|in|between|on|with|from))+ )"
    r"|\b(?:suffers?|suffering|suffered) from |\b(?:limited|hampered|hindered|restricted|affected|caused|held back|constrained) by "
    r"|\b(?:problem|challenge|issue|question|difficulty|task) of |\b(?:due|owing) to |\bbecause of "
    r"|\b(?:vulnerable|prone|susceptible|sensitive) to "
    r"|\b(?:ignor|neglect|overlook|lack)(?:e|s|es|ed|ing)? "
    # What cannot be done to it: the verb is no part of the name.
    r"|\b(?:fails?|failed|unable|hard|difficult|expensive|costly) to "
    r"(?:\w+ly )?(?!be\b)\w+ (?:well |better )?(?:(?:on|in|with|for|from|to|as) )?"
    r"|\b(?:rely|relies|depends?) (?:heavily |mostly |strongly |mainly )?(?:up)?on |\brequires? |\bneeds? ",
    re.IGNORECASE,
)
_PHRASE_ENDS = re.compile(
    r"[.,;:!?()\[\]“”\"]|\s[-–—]+\s|\b(?:which|that|and|because|when|where|while|since|but|so|is|are|was|were|as|by|if|whether|than|"
    r"has|have|can|may|will|does|do|not|or|such|although|though|despite|against|whose|who|unless|until|however|thus|before|after|both|also|"
    r"they|it|we|this|these|during|within|without|could|would|should|must|how|what|at|in order|found|used|made|given|seen|obtained)\b",
    re.IGNORECASE,
)
_SMALL_AT_START = frozenset(_LISTS["small_at_start"].split())
_WEAK_ENDS = frozenset(_LISTS["weak_ends"].split())
_ARTICLES = frozenset(["the", "a", "an", "its", "their"])
_PREPOSITIONS = frozenset(["of", "in", "on", "for", "to", "from", "with", "between", "at", "into", "over"])


def _noun_phrase(phrase: list[str], whole: Sequence[str]) -> list[str]:
    """The words that name something, without what only leads to it or was cut off; [] where they begin with a verb or a preposition."""
    while phrase and not whole and phrase[0].lower() in _SMALL_AT_START:
        phrase = phrase[1:]
    if not phrase or phrase[0].lower().endswith("ly") or (phrase[0].lower() in STOP_WORDS and not whole):
        return []
    # "the semantics | the words convey": an article that follows no preposition begins a clause.
    # Nor does one preposition follow another: "predictions over | from text".
    ends = [
        n
        for n, (one, other) in enumerate(pairwise(word.lower() for word in phrase), 1)
        if (other in _ARTICLES and one not in STOP_WORDS) or {one, other} <= _PREPOSITIONS
    ]
    clause = min(ends, default=len(phrase))
    most = MOST_WORDS - len(whole)
    kept = phrase[: min(clause, most)]
    if most < clause:  # cut in the middle: back to where the last whole phrase ended
        at = max((n for n, w in enumerate(kept) if n > 1 and w.lower() in _WEAK_ENDS), default=0)
        kept = kept[:at] if at else kept
    return _trimmed(kept)


def _trimmed(phrase: list[str]) -> list[str]:
    while phrase and (phrase[-1].lower() in _WEAK_ENDS or phrase[-1].lower() in STOP_WORDS or re.search(r"\wly$", phrase[-1])):
        phrase = phrase[:-1]
    return phrase


# ---------------------------------------------------------------- clauses, and runs of nouns

_CLAUSE = re.compile(
    r"[.,;:!?()“”\"]+(?:\s|$)|\s[-–—]+\s|\b(?:which|that|because|when|where|while|since|but|although|though|whereas|whose|who|unless|until|"
    r"so that|as if|as soon as|hence|and so|and (?=(?:it|we|they|this|these|there|so|no|the|others?)\b))\b",
    re.IGNORECASE,
)
# What makes a clause a problem rather than a remark.
_STATES = re.compile(
    r"\b(?:no|not|none|nobody|nothing|never|cannot|without|fail\w*|lost|lose|los(?:es|ing|s)|miss(?:ed|es|ing)?|remains?|unknown|unclear|"
    r"unexplored|ends?|ended|stays?|drifts?|drifted|decompos\w*|degrad\w*|too|only|small|scarce|rare\w*|hard|difficult|costly|expensive|"
    r"limited|beyond|still|poor\w*|weak\w*|harm\w*|wrong|late|slow\w*|useless|wanting|double[ds]?)\b",
    re.IGNORECASE,
)
_LEADING = frozenset(_LISTS["leading"].split())
_LEANING = frozenset(_LISTS["leaning"].split())
_OF_OURS = frozenset(["we", "our", "us", "this", "these", "it", "its", "they", "them", "their", "how"])


def _clauses(text: str) -> Iterator[tuple[list[str], bool]]:
    """The words of each clause, and whether it can be read without the sentence that it was cut from."""
    at, relative = 0, False
    for match in [*_CLAUSE.finditer(text), None]:
        clause = text[at : match.start() if match else len(text)].split()
        while clause and (clause[0].lower() in _LEADING or clause[0].lower().endswith("ly")):
            clause = clause[1:]
        if clause:
            leans = clause[0].lower() in _LEANING or any(word.lower() in _OF_OURS for word in clause) or clause[-1].lower() in STOP_WORDS
            yield clause, not leans and not relative
        if match:
            at, relative = match.end(), match.group().strip().lower() in ("which", "that", "whose", "who")


def _opening(text: str, phrase: Sequence[str]) -> list[str]:
    """The first words of the clause that has the phrase, for a name that is one word."""
    for clause, _ in _clauses(text):
        found = _trimmed(clause[:MOST_WORDS])
        if set(phrase) <= set(found) and len(found) > 1 and found[0].lower() not in _LEANING and not _OF_OURS & {w.lower() for w in found}:
            return found
    return []


_LONGEST_RUN = 5  # words
_JOINING = frozenset(["of", "for", "in", "on", "to", "between", "from", "with"])


def _runs(clause: Sequence[str]) -> Iterator[list[str]]:
    """Runs of content words, each alone and joined by one small word to the next: "heat tolerance", "market for used batteries"."""
    runs: list[list[str]] = [[]]
    joints: list[str] = []
    for word in clause:
        bare = word.strip("'’`")
        lower = bare.lower()
        if _is_noun_like(bare):
            runs[-1].append(bare)
        else:
            if runs[-1]:
                runs.append([])
                joints.append("")
            joints[-1:] = [(joints[-1] + " " if joints and joints[-1] else "") + lower] if joints else []
    for n, run in enumerate(runs):
        while run and _PARTICIPLE.search(run[-1]):
            run.pop()
        if not run:
            continue
        yield run[-_LONGEST_RUN:]
        joint = joints[n].split() if n < len(joints) else []
        after = runs[n + 1] if n + 1 < len(runs) else []
        if (
            after
            and joint
            and joint[0] in _JOINING
            and set(joint[1:]) <= {"the", "a", "an"}
            and len(run) + len(joint) + len(after) <= MOST_WORDS
        ):
            yield [*run, *joint, *after]


_PARTICIPLE = re.compile(r"(?<!e)ed$|^(?:swept|shown|worn)$", re.IGNORECASE)


def _is_noun_like(word: str) -> bool:
    """Whether the word may stand in the name of a thing, as far as its form tells."""
    lower = word.lower()
    if not word or lower in STOP_WORDS or lower in _NO_NOUNS or lower.endswith("ly") or word[0].isdigit():
        return False
    return bool(re.fullmatch(r"[^\W_][\w’'+-]*", word))


_NO_NOUNS = frozenset(_LISTS["no_nouns"].split())


def _longest_run(text: str) -> list[str]:
    """The longest run of words that are no small ones; of equal ones the first."""
    runs: list[list[str]] = [[]]
    for word in words(text):
        if word.lower() in STOP_WORDS or word.lower().endswith("ly"):
            runs.append([])
        else:
            runs[-1].append(word)
    return max(runs, key=len)[:MOST_WORDS]
