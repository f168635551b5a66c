"""Which papers speak of a topic."""

from collections.abc import Collection, Sequence

from survey.embedding import Embedder
from survey.records import Paper
from survey.terms import Weights

_ABOUT = 0.42  # cosine of topic and title with abstract (MiniLM) from which a paper speaks of the topic whatever its words
_NAMES = 0.99  # weighted share of the topic's words that the title and abstract have


def about(topic: str, papers: Sequence[Paper], embedder: Embedder) -> Collection[str]:
    """Citekeys of the papers that speak of ``topic``: all its telling words stand in the title and abstract, or the meaning is near."""
    if not papers:
        return set()
    vectors = embedder.embed([topic, *(p.gist for p in papers)])
    weights = Weights(p.gist for p in papers)
    near = vectors[1:] @ vectors[0]
    return {p.key for p, similarity in zip(papers, near, strict=True) if similarity >= _ABOUT or weights.overlap(topic, p.gist) >= _NAMES}
