"""The sentences that may answer a question, and how strongly they speak of it.

A passage speaks of a question as strongly as the mean of three says, each in [0, 1]: the cosine (MiniLM) of the question with the nearest
of its sentences; that with the whole passage; and the share of the question's words that stand in it or name its paper. A word weighs
the more the fewer of the passages found have it: what all of them speak of is the field, and a name that none has weighs most. Only what
was found is counted, so that a collection answers the same whether a paper was never in it or is left out by a scope.
How it was chosen: docs/abstaining.md.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from survey.answering.desk import Desk
from survey.answering.parts import Part, parts
from survey.index.spreading import spread
from survey.records import Hit, Paper, Quote, Scope, Searched, SourceSentence
from survey.tasks import PassageSentence
from survey.terms import STOP_WORDS, stem, stems, words

PASSAGES = 10
"""The best ones of a part of a question; an answer is quoted from these alone."""
_SPREAD = 3  # times as many are looked at, lest one paper fill the list
ENOUGH = 0.56
"""Strength from which passages answer. At this bar about one question in twenty-five is answered though its paper was taken out, and
nineteen in twenty are whose paper is there: docs/abstaining.md."""


@dataclass(frozen=True)
class Evidence:
    """``sentences`` as a model is handed them, and the quote of each id; ``papers``: those that they are of, and how strongly each
    speaks of what is asked, in [0, 1], the strongest first: ``strengths``; ``parts``: the same for each part of the question.
    """

    sentences: tuple[PassageSentence, ...]
    quotes: dict[str, Quote]
    papers: dict[str, Paper]
    strengths: dict[str, float]
    parts: tuple[tuple[str, float], ...]
    searched: Searched

    @property
    def strength(self) -> float:
        """How strongly the best passage speaks of what is asked, or of a part of it."""
        return max(self.strengths.values(), default=0.0)


@dataclass(frozen=True)
class _Told:
    """What was found for a part of a question: sentences without ids, with their quotes, and the strength of each paper."""

    sentences: list[tuple[Quote, PassageSentence]]
    papers: dict[str, Paper]
    strengths: dict[str, float]

    @property
    def strength(self) -> float:
        return max(self.strengths.values(), default=0.0)


def gather(question: str, scope: Scope, desk: Desk) -> Evidence:
    """The sentences of the best passages for each part of ``question`` within ``scope``, those of the first part first. Where
    some parts have enough, the others have no sentence."""
    keys = desk.papers_of(scope)
    asked = parts(question)
    told = [_told(part, number, keys, scope, desk) for number, part in enumerate(asked)]
    answering = [one for one in told if one.strength >= ENOUGH] or told
    best: dict[Quote, PassageSentence] = {}
    for quote, sentence in (pair for one in answering for pair in one.sentences):
        if quote not in best or best[quote].strength < sentence.strength:
            best[quote] = sentence
    strengths: dict[str, float] = {}
    for key, strength in (item for one in answering for item in one.strengths.items()):
        strengths[key] = max(strength, strengths.get(key, 0.0))
    return Evidence(
        sentences=tuple(sentence.model_copy(update={"id": str(n)}) for n, sentence in enumerate(best.values())),
        quotes={str(n): quote for n, quote in enumerate(best)},
        papers={key: paper for one in answering for key, paper in one.papers.items()},
        strengths=dict(sorted(strengths.items(), key=lambda item: (-item[1], item[0]))),
        parts=tuple((part.text, one.strength) for part, one in zip(asked, told, strict=True)),
        searched=searched(question, keys, desk),
    )


def searched(question: str, keys: Sequence[str] | None, desk: Desk) -> Searched:
    """What is looked through within a scope of these papers, None: all."""
    passages = desk.library.passage_digests()
    if keys is not None:
        wanted = set(keys)
        passages = {name: digest for name, digest in passages.items() if name.rpartition("/")[0] in wanted}
    return Searched(
        papers=len(desk.library.keys() if keys is None else keys),
        passages=len(passages),
        terms=tuple(dict.fromkeys(word for word in words(question) if stems(word))),
    )


def _told(part: Part, number: int, keys: Sequence[str] | None, scope: Scope, desk: Desk) -> _Told:
    hits = spread(desk.index.search(part.query, k=_SPREAD * PASSAGES, keys=keys, sections=scope.sections), PASSAGES)
    papers = desk.papers([hit.passage.key for hit in hits])
    found = [(hit, quotes) for hit in hits if (quotes := _quotes(hit, papers, desk.library.sentences(hit.passage.key)))]
    if not found:
        return _Told([], {}, {})
    every = list(dict.fromkeys(quote for _, quotes in found for quote in quotes))  # passages overlap
    vectors = desk.embedder.embed([part.query, *(quote.text for quote in every), *(hit.passage.text for hit, _ in found)])
    near = [max(0.0, float(vector @ vectors[0])) for vector in vectors[1:]]
    similar = dict(zip(every, near, strict=False))
    titled = {key: units(named(paper)) for key, paper in papers.items()}
    wanted = units(part.query)
    held = [wanted & (units(hit.passage.text) | titled[hit.passage.key]) for hit, _ in found]
    if not any(held):  # they share words like "much" alone
        return _Told([], {}, {})
    weights = _rarity(wanted, held)
    content = {unit: weight for unit, weight in weights.items() if isinstance(unit, str)}
    strengths: dict[str, float] = {}
    made: dict[Quote, PassageSentence] = {}
    for (hit, quotes), whole, there in zip(found, near[len(every) :], held, strict=True):
        strength = round((max(similar[quote] for quote in quotes) + whole + _share(content, there)) / 3, 4)
        strengths[hit.passage.key] = max(strength, strengths.get(hit.passage.key, 0.0))
        for quote in quotes:
            overlap = _share(weights, units(quote.text) | titled[quote.key])
            sentence = PassageSentence(
                id="", text=quote.text, paper=quote.key, byline=papers[quote.key].byline, part=number,
                similarity=round(similar[quote], 4), overlap=round(overlap, 4), rank=round(hit.score / hits[0].score, 4),
            )  # fmt: skip
            made.setdefault(quote, sentence)
    return _Told(list(made.items()), {hit.passage.key: papers[hit.passage.key] for hit, _ in found}, strengths)


# ---------------------------------------------------------------- words

Unit = str | tuple[str, str]


def units(text: str) -> frozenset[Unit]:
    """What two texts are compared by: the stems of their content words, hyphens taken out ("COVID-19", "COVID19"), and their pairs that
    follow each other: "hospital mortality" is more than both words."""
    row = [_plain(stem(word)) for word in words(text) if word.lower() not in STOP_WORDS]
    return frozenset({*map(_plain, stems(text)), *pairwise(row)})


def named(paper: Paper) -> str:
    """By what a question may name a paper."""
    return " ".join((paper.title, *paper.authors, paper.key))


def _plain(stem_: str) -> str:
    return stem_.replace("-", "")


def _rarity(wanted: Collection[Unit], held: Sequence[Collection[Unit]]) -> dict[Unit, float]:
    """How much each unit weighs by how many of the passages found hold it: inverse document frequency among these alone."""
    count = len(held)
    holding = {unit: sum(unit in one for one in held) for unit in wanted}
    return {unit: math.log(1 + count / n) if n else math.log(2 + count) for unit, n in holding.items()}


def _share(weights: Mapping[Unit, float] | Mapping[str, float], there: Collection[Unit]) -> float:
    total = math.fsum(weights.values())  # exact, whatever the order of a set
    return math.fsum(weight for unit, weight in weights.items() if unit in there) / total if total else 0.0


# ---------------------------------------------------------------- what can be quoted

_LETTERS = 0.55
"""Of the characters of a sentence that answers, letters and spaces: results are told in figures, tables are not told."""
_BOILERPLATE = re.compile(
    r"@|https?://|www\.|©|\bdoi\b|\b(?:competing|conflicts? of) interests?\b|\bauthors? (?:contributions?|declare|thanks?|acknowledge)"
    r"|\b(?:Creative Commons|licen[cs]e|copyright|corresponding author)\b|\b(?:Department|School|Faculty) of\b"
    r"|^(?:Table|Fig(?:ure)?\.?|Algorithm|Box) ?\w+ ?[:.|]|\bsupported by (?:the|a|an) (?:grant|national|research)\b",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"[∑∏∂∈∀⊕⊗∇∪∩∥]|\\\\")
_MARKS = re.compile(r"[\s”\"’')\]\d,–-]*$")
_CITED = re.compile(r"\[[\d,;–\s-]+\]|\([^()]*\b(?:19|20)\d\d[a-z]?\)")


def _quotes(hit: Hit, papers: Mapping[str, Paper], sentences: Sequence[SourceSentence]) -> list[Quote]:
    passage, paper = hit.passage, papers[hit.passage.key]
    inside = (paper.quote(s.start, s.end) for s in sentences if passage.start <= s.start and s.end <= passage.end)
    return [quote for quote in inside if tells(quote.text)]


def tells(text: str) -> bool:
    """Whether a sentence can answer anything when it is quoted alone: whole, of readable length, no question,
    heading, table, formula, address or licence.

    Wider than what a survey quotes: an answer may well be a figure with its interval, or point to a table."""
    if not 25 <= len(text) <= 600 or not (text[0].isupper() or text[0].isdigit() or text[0] in "“\"‘'(") or _BOILERPLATE.search(text):
        return False
    if not _MARKS.sub("", text).endswith((".", "!")) or _FORMULA.search(text):
        return False
    told = _CITED.sub(" ", text)
    return sum(c.isalpha() or c.isspace() for c in told) > _LETTERS * len(told) and len(words(told)) > 4
