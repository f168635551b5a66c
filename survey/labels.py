"""A name for an issue, cut out of the words of its statements: at most eight of them, in their order, small words left out.

A name should read as a problem. Without a tagger, four ways lead to one, and the best that a statement allows is taken: what is
announced ("suffers from …", "a lack of …"); the question that is left ("whether …", "how well …"); the clause that says what is wrong
("warning systems disregard the regional climate"), shortened where it can do without the rest; else a run of nouns.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import NamedTuple

from survey.terms import STOP_WORDS, Weights, is_telling, stem, words

_LISTS = tomllib.loads((files("survey") / "labels.toml").read_text(encoding="utf-8"))

MOST_WORDS = 8
_READ = 5  # statements of an issue, the plainest ones
_SHARED = 0.5  # of a word's weight more for each further statement that has it
_MOST_TELLING = 3  # words that weigh
_LONG = 6  # words; a longer name is worse by as much a word
_TOO_LONG = 0.6
_OPENING = -1.0  # the first words of a clause that says nothing wrong
_RUN = {1: -9.0, 2: -3.0, 3: 0.0}  # a word alone names no problem, nor do two of them often


_NAMES_NOTHING = frozenset(_LISTS["names_nothing"].split())


class _Phrase(NamedTuple):
    """``gain``: how well it reads, by how it was found."""

    words: list[str]
    gain: float


def label_of(texts: Sequence[str], weights: Weights) -> str:
    """The name of the problem that all of ``texts`` put; the plainest first."""
    texts = [_CITED.sub(" ", text) for text in texts[:_READ]]
    having = [{stem(word) for word in words(text)} for text in texts]
    best: tuple[float, int, list[str]] = (float("-inf"), 0, [])
    for at, text in enumerate(texts):
        for phrase in _phrases(text):
            telling = {stem(word) for word in phrase.words if is_telling(word) and word.lower() not in _NAMES_NOTHING}
            each = sorted((weights(s) * (1 + _SHARED * (sum(s in own for own in having) - 1)) for s in telling), reverse=True)
            long = max(0, len(phrase.words) - _LONG) * _TOO_LONG
            score = round(sum(each[:_MOST_TELLING]) + phrase.gain - long, 6)
            if telling and (score, -at) > best[:2]:
                best = (score, -at, phrase.words)
    found = best[2] or _longest_run(texts[0]) or words(texts[0])[:MOST_WORDS]
    label = " ".join(found)
    return label if not label or any(c.isupper() for c in found[0]) else label[0].upper() + label[1:]


_CITED = re.compile(r" ?\([^()]*\)| ?\[[^\[\]]*\]|[“”\"]")


def _phrases(text: str) -> Iterator[_Phrase]:
    yield from _announced(text)
    yield from _questions(text)
    for clause in _clauses(text):
        if _WRONG.search(" ".join(clause)) and (short := _shortened(clause)):
            yield _Phrase(short, 3.5 if len(short) > 2 else 0.0)
        opening = _cut(_headline(clause))
        if len(opening) > 2 and opening[0].lower() not in _NO_SUBJECT and not _WANTING.search(" ".join(opening)):
            yield _Phrase(opening, _OPENING)
        yield from (_Phrase(run, _RUN[min(len(run), 3)]) for run in _runs(clause))


# ---------------------------------------------------------------- what is announced

# "suffers from X", "a lack of X": the phrase that follows names the problem in the paper's own words. Where the first word belongs
# to the name ("lack of labelled data"), the group "whole" takes it in.
_NAMING = re.compile(
    r"(?P<whole>\b(?:lack|shortage|scarcity|absence|loss|risk|vulnerability|sensitivity|variability|mismatch|imbalance|dependence|"
    r"reliance|inability|degradation|instability|leakage|high costs?|slowdown|(?:high|low|poor|long|short|coarse|limited|weak|slow) \w+)"
    r"(?: (?:of|to|for|in|between|on|with|from))+ )"
    r"|\b(?:suffers?|suffering|suffered) from |\b(?:limited|hampered|hindered|restricted|affected|caused|held back|constrained|impeded|"
    r"prevented|precluded|compromised|plagued) by |\b(?:due|owing) to |\bbecause of |\b(?:vulnerable|prone|susceptible|sensitive) to ",
    re.IGNORECASE,
)
_PHRASE_ENDS = re.compile(
    r"[.,;:!?()\[\]“”\"]|\s[-–—]+\s|\b(?:which|that|and|because|when|where|while|since|but|so|is|are|was|were|as|by|if|whether|than|"
    r"has|have|had|can|may|will|does|do|not|or|such|although|though|despite|against|whose|who|unless|until|however|thus|before|after|both|also|"
    r"they|it|we|this|these|during|within|without|could|would|should|must|how|what|at|in order|found|used|made|given|seen|obtained|"
    r"remains?|makes?|causes?|leads?)\b",
    re.IGNORECASE,
)


def _announced(text: str) -> Iterator[_Phrase]:
    for match in _NAMING.finditer(text):
        rest = text[match.end() :]
        end = _PHRASE_ENDS.search(rest)
        whole = (match["whole"] or "").split()
        phrase = _headline(rest[: end.start() if end else len(rest)].split())
        if phrase and not phrase[0].lower().endswith("ly") and phrase[0].lower() not in STOP_WORDS:
            name = _cut([*_headline(whole), *phrase])
            if len(name) > (2 if whole else 1):
                yield _Phrase(name, 4.0 if whole else 2.5)


# ---------------------------------------------------------------- what is left to ask

_QUESTION = re.compile(
    r"\b(?P<asked>(?:whether|how(?: (?:well|much|many|far|long|often|strongly))?|why|when|what|to what extent)\b [^,;:.]+)", re.IGNORECASE
)
_UNANSWERED = re.compile(
    r"\b(?:un\w+|not|open|remains?|future|further|needs?|nothing|little|nobody|no study|never|ask|stud(?:y|ied)|investigat\w+|examin\w+)\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r" (?:remains?|is|are|was|were|has|have|needs?|must|should|will)(?: (?:still|yet|to|be|been|not|un\w+|an|open|question|examined|tested|"
    r"known|clear|studied|investigated|seen|determined|shown|explored|determine|difficult|reported|stated|hard))+$",
    re.IGNORECASE,
)


def _questions(text: str) -> Iterator[_Phrase]:
    for match in _QUESTION.finditer(text):
        asked = match["asked"].rstrip("? ")
        rest = text[: match.start()] + text[match.end() :]
        bare = _ANSWER.sub("", asked)
        if bare != asked or _UNANSWERED.search(rest):
            said = _headline(bare.split(), keep_first=True)
            name = _cut(said)
            if len(name) > 3:
                yield _Phrase(name, 3.5 if name == said else 1.5)


# ---------------------------------------------------------------- what is wrong

_CLAUSE = re.compile(
    r"[.,;:!?()“”\"]+(?:\s|$)|\s[-–—]+\s|\b(?:because|when|where|while|since|but|although|though|whereas|whose|unless|until|so that|as if|"
    r"as soon as|hence|therefore|and so|and thus|and hence|and (?=(?:it|we|they|this|these|there|no|the|others?|little|many|most)\b))\b"
    r"|\b(?:we|they|it) (?:\w+ )?(?:found|find|shows?|showed|observed?|noted?|noticed|turned out|reported|argue) that\b"
    r"|\b(?:have|has|was|were|is|are) (?:been )?(?:shown|demonstrated|found|reported|pointed out) that\b"
    r"|\b(?:is|was|are|were|be) that\b|\bknown (?:to be|that)\b",
    re.IGNORECASE,
)
# What makes a clause a problem rather than a remark; where it stands is what must not be cut away.
_WRONG = re.compile(
    r"\b(?:not|never|nothing|cannot|can't|unable|fail(?:s|ed)?|lacks?|lacked|lost|loses?|miss(?:es|ed|ing)?|"
    r"remains? (?:an? )?(?:\w+ )?(?:un\w+|open|difficult|"
    r"challenging|hard|limited|poor\w*|problem|challenge|scarce|costly|expensive|elusive|low|poorly|to be \w+)|"
    r"un(?:known|clear|explored|tested|reliable|suitable|stable|certain|realistic|"
    r"resolved|solved)|too|only|scarce|scarcely|rarely|seldom|hardly|hard|difficult|costly|expensive|tedious|laborious|time-consuming|"
    r"labou?r-intensive|cumbersome|error-prone|impractical|infeasible|prohibitive|subjective|challenging|limited|restricted|confined|excluded|hampered|hindered|prevented|"
    r"precluded|compromised|impeded|ignore[ds]?|neglect(?:s|ed)?|overlook(?:s|ed)?|disregard(?:s|ed)?|degrad\w+|deteriorat\w+|suffers?|suffered|"
    r"in(?:sufficient|adequate|complete|accurate|efficient|consistent|flexible)|poor|poorly|weak|vulnerable|prone|sensitive|slow|slows|"
    r"drop(?:s|ped)?|declin\w+|depends?|relies|rely|requires?|needs?|must|has to|have to|had to|little|few|no|get stuck|overfits?|wasted?|"
    r"differs?|varies|vary|distort(?:s|ed)?|hurts?|harms?|hallucinate|misleads?|biased|outside|beyond|without)\b",
    re.IGNORECASE,
)
# What names nothing yet where it ends.
_WANTING = re.compile(
    r"\b(?:suffers?|suffered|requires?|needs?|lacks?|relies|rely|depends?|ignores?d?|neglects?|overlooks?|disregards?|misses|hinders?|prevents?|"
    r"limits?|fails?|unable|has|have|had|only|no|too|very|time-consuming|labou?r-intensive|incurs?|poses?)$",
    re.IGNORECASE,
)
_AUXILIARY = frozenset(["is", "are", "was", "were", "has", "have", "remains", "remain", "cannot", "does", "do", "did", "can", "may"])
_OURS = frozenset(
    ["we", "i", "it", "they", "this", "these", "those", "them", "he", "she", "there", "one", "which", "who", "another", "others", "some"]
)
_RELATIVE = re.compile(r"^(?:which|who|that)$", re.IGNORECASE)
_LEADING = frozenset(_LISTS["leading"].split())


def _clauses(text: str) -> Iterator[list[str]]:
    """The words of each clause that can be read without the sentence that it was cut from."""
    before: list[str] = []
    for piece in _CLAUSE.split(text):
        clause = (piece or "").split()
        while clause and (clause[0].lower() in _LEADING or (clause[0].lower().endswith("ly") and len(clause) > 3)):
            clause = clause[1:]
        if len(clause) > 1 and _RELATIVE.match(clause[0]) and before:  # "…, which disregard the climate": of what stands before
            run = _noun_phrase_at_end(before)
            agrees = bool(run) and (run[-1].endswith("s") and not run[-1].endswith("ss")) != clause[1].endswith("s")
            clause = [*run, *clause[1:]] if agrees else []
        if clause and clause[0].lower() not in _OURS and clause[0].lower() not in _NO_SUBJECT:
            yield clause
        before = clause


_NO_SUBJECT = frozenset(_LISTS["no_subject"].split())


def _noun_phrase_at_end(clause: Sequence[str]) -> list[str]:
    run: list[str] = []
    for word in reversed(clause):
        if not _is_noun_like(word):
            break
        run.insert(0, word)
    return run[-4:]


_FILLERS = frozenset(_LISTS["fillers"].split())
_KEPT = frozenset(
    ["more", "most", "other", "any", "each", "all", "so", "further", "every", "some"]
)  # where they say something: "no other", "not all"


def _headline(clause: Sequence[str], keep_first: bool = False) -> list[str]:
    """The words without those that a headline leaves out."""
    kept: list[str] = []
    for n, word in enumerate(clause):
        lower = word.lower().strip(",;:")
        if lower in _FILLERS and not (n == 0 and keep_first):
            if lower in _KEPT and kept and kept[-1].lower() in ("not", "no", "than", "only", "needs", "requires", "require", "need", "for"):
                kept.append(word)
            continue
        kept.append(word.strip(",;:-"))
    return kept


_BREAKS = frozenset(_LISTS["breaks"].split())
_WEAK_ENDS = frozenset(_LISTS["weak_ends"].split()) | _BREAKS


def _shortened(clause: Sequence[str]) -> list[str]:
    """The clause as a headline of at most eight words, what is wrong among them; [] where that cannot be."""
    return _fitted(_without_inner(_headline(clause)), MOST_WORDS)


def _fitted(said: Sequence[str], most: int) -> list[str]:
    """As many words, what is wrong among them: the end goes first, then the first modifiers of a long subject, then what stands between
    the subject and what is wrong with it."""
    wrong = _WRONG.search(" ".join(said))
    first = len(" ".join(said)[: wrong.start()].split()) if wrong else 0  # the word with which it begins
    if first == 0 or said[0].lower() in _BREAKS:
        return []
    ways = [list(said)]
    predicate = next((n for n, word in enumerate(said) if n and word.lower() in _AUXILIARY), 0)
    subject = next((n for n, word in enumerate(said[:predicate]) if n and word.lower() in _BREAKS), 0)
    if subject:
        ways.append([*said[:subject], *said[predicate:]])
    while len(said) > most and first > 2 and said[1].lower() not in _NO_SUBJECT | _BREAKS:  # a predicate alone says of nothing
        said, first = said[1:], first - 1
        ways.append(list(said))
    names = ((_cut(way, most), way) for way in ways)
    return next((name for name, way in names if len(name) >= max(3, _last(way)) and not _WANTING.search(" ".join(name))), [])


def shortened(label: str, most: int) -> str:
    """``label`` in at most so many words, what is wrong among them where that can be."""
    said = label.split()
    kept = " ".join(_fitted(said, most) or _cut(said, most) or said[:most]) if len(said) > most else label
    return kept[:1].upper() + kept[1:]


def _last(said: Sequence[str]) -> int:
    """How many words there are up to where what is wrong has been said."""
    wrong = _WRONG.search(" ".join(said))
    return len(" ".join(said)[: wrong.end()].split()) if wrong else len(said) + 1


def _without_inner(said: Sequence[str]) -> list[str]:
    """Without what a phrase in its subject says beside the way: "fuzzers that mutate bytes fail" → "fuzzers fail"."""
    for n, word in enumerate(said[:6]):
        if n and word.lower() in ("that", "which", "who"):
            for end in range(n + 2, min(n + 7, len(said))):
                if _WRONG.match(said[end]) and said[end].lower() not in ("not", "no", "only", "too"):
                    return [*said[:n], *said[end:]]
    return list(said)


def _cut(said: Sequence[str], most: int = MOST_WORDS) -> list[str]:
    """At most so many words, ending where a phrase ends."""
    kept = list(said[:most])
    if len(said) > most:
        at = max((n for n, word in enumerate(kept) if n > 2 and word.lower() in _BREAKS), default=0)
        kept = kept[:at] if at else kept
    while kept and (kept[-1].lower() in _WEAK_ENDS or kept[-1].lower() in _FILLERS or re.search(r"\wly$", kept[-1])):
        kept.pop()
    return kept


# ---------------------------------------------------------------- runs of nouns

_LONGEST_RUN = 5  # words
_JOINING = frozenset(["of", "for", "in", "on", "to", "between", "from", "with"])
_PARTICIPLE = re.compile(r"(?<!e)ed$|^(?:swept|shown|worn)$", re.IGNORECASE)
_NO_NOUNS = frozenset(_LISTS["no_nouns"].split())


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
        if after and joint and joint[0] in _JOINING and set(joint[1:]) <= {"the", "a", "an"} and len(run) + 1 + len(after) <= MOST_WORDS:
            yield [*run, joint[0], *after]


def _is_noun_like(word: str) -> bool:
    """Whether the word may stand in the name of a thing, as far as its form tells."""
    lower = word.lower()
    if not word or lower in STOP_WORDS or lower in _NO_NOUNS or lower.endswith("ly") or word[0].isdigit():
        return False
    return bool(re.fullmatch(r"[^\W_][\w’'+-]*", word))


def _longest_run(text: str) -> list[str]:
    """The longest run of words that are no small ones; of equal ones the first."""
    runs: list[list[str]] = [[]]
    for word in words(text):
        if word.lower() in STOP_WORDS or word.lower().endswith("ly"):
            runs.append([])
        else:
            runs[-1].append(word)
    return max(runs, key=len)[:MOST_WORDS]
