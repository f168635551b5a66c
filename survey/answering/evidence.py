"""The sentences that may answer a question, and how strongly they speak of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from survey.answering.desk import Desk
from survey.passages import quotes_within
from survey.records import Paper, Quote, Scope, Searched
from survey.tasks import PassageSentence
from survey.terms import Weights, stems

_PASSAGES = 10


@dataclass(frozen=True)
class Evidence:
    """``sentences`` as a model is handed them, and the quote of each id; ``strength``: how strongly the best of them speak of what is
    asked, in [0, 1]; ``papers``: those that they are of."""

    sentences: tuple[PassageSentence, ...]
    quotes: dict[str, Quote]
    papers: dict[str, Paper]
    strength: float
    searched: Searched


def gather(question: str, scope: Scope, desk: Desk) -> Evidence:
    """The sentences of the best passages for ``question`` within ``scope``."""
    keys = desk.papers_of(scope)
    hits = desk.index.search(question, k=_PASSAGES, keys=keys, sections=scope.sections)
    papers = desk.papers([hit.passage.key for hit in hits])
    found = [q for hit in hits for q in quotes_within(hit.passage, papers[hit.passage.key], desk.library.sentences(hit.passage.key))]
    quotes = list(dict.fromkeys(found))  # passages overlap
    searched = Searched(
        papers=len(desk.library.keys() if keys is None else keys),
        passages=len(desk.library.passage_digests()) if keys is None else len(desk.library.passages(keys)),
        terms=tuple(dict.fromkeys(stems(question))),
    )
    if not quotes:
        return Evidence((), {}, {}, 0.0, searched)
    sentences = _scored(question, quotes, papers, desk)
    strength = max(sentence.strength for sentence in sentences)
    return Evidence(sentences, {str(n): q for n, q in enumerate(quotes)}, papers, strength, searched)


def _scored(question: str, quotes: Sequence[Quote], papers: dict[str, Paper], desk: Desk) -> tuple[PassageSentence, ...]:
    vectors = desk.embedder.embed([question, *(q.text for q in quotes)])
    weights = Weights(q.text for q in quotes)
    return tuple(
        PassageSentence(
            id=str(n),
            text=q.text,
            paper=q.key,
            byline=papers[q.key].byline,
            similarity=round(max(0.0, float(vectors[0] @ vectors[n + 1])), 4),
            overlap=round(weights.overlap(question, f"{q.text} {papers[q.key].title}"), 4),
        )
        for n, q in enumerate(quotes)
    )
