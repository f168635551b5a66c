"""Question → Answer, made of quotes; and which papers speak of a topic."""

from collections.abc import Collection, Sequence

from survey.drafts import Drafts
from survey.embedding import Embedder
from survey.index import Index
from survey.library import Library
from survey.passages import quotes_within
from survey.records import Answer, Paper
from survey.tasks import AnswerQuestion, CondenseQuestion, Model, PassageSentence
from survey.terms import Weights

_PASSAGES = 10
_SENTENCES = 3  # of an answer, as its prompt asks
_TALK = 6  # questions before this one that are looked at
_LONGEST = 100  # characters that a question may gain on all of them
_ABOUT = 0.42  # cosine of topic and title with abstract (MiniLM) from which a paper speaks of the topic whatever its words
_NAMES = 0.99  # weighted share of the topic's words that the title and abstract have


def answer(question: str, earlier: Sequence[str], index: Index, library: Library, embedder: Embedder, model: Model, judged: bool) -> Answer:
    """What the collection says to ``question``, made whole by the ``earlier`` questions; ``found`` is False when it does not say.
    ``judged``: the model is asked of every sentence whether its quotes bear it out."""
    whole = _whole(question, earlier, model)
    hits = index.search(whole, k=_PASSAGES)
    papers = {key: paper for key in {hit.passage.key for hit in hits} if (paper := library.paper(key))}
    found = [quote for hit in hits for quote in quotes_within(hit.passage, papers[hit.passage.key], library.sentences(hit.passage.key))]
    quotes = list(dict.fromkeys(found))  # passages overlap
    if not quotes:
        return Answer(question=question, found=False)
    vectors = embedder.embed([whole, *(q.text for q in quotes)])
    weights = Weights(q.text for q in quotes)
    sentences = tuple(
        PassageSentence(
            id=str(n),
            text=q.text,
            paper=q.key,
            byline=papers[q.key].byline,
            similarity=round(max(0.0, float(vectors[0] @ vectors[n + 1])), 4),
            overlap=round(weights.overlap(whole, f"{q.text} {papers[q.key].title}"), 4),
        )
        for n, q in enumerate(quotes)
    )
    drafts = Drafts(papers, {key: paper.byline for key, paper in papers.items()}, model, judged)
    (kept,) = drafts.write([(AnswerQuestion(question=whole, sentences=sentences), {str(n): q for n, q in enumerate(quotes)})], _SENTENCES)
    cited = sorted({q.key for s in kept for q in s.quotes})
    return Answer(question=question, found=bool(kept), sentences=tuple(kept), papers=tuple(papers[key].reference for key in cited))


def _whole(question: str, earlier: Sequence[str], model: Model) -> str:
    """The question made whole by the last few before it; as it was asked if the model makes nothing, or a tale, of it."""
    if not earlier:
        return question
    whole = " ".join(model.reply(CondenseQuestion(question=question, earlier=tuple(earlier[-_TALK:]))).question.split())
    return whole if 0 < len(whole) <= _LONGEST + sum(map(len, (question, *earlier[-_TALK:]))) else question


def about(topic: str, papers: Sequence[Paper], embedder: Embedder) -> Collection[str]:
    """Citekeys of the papers that speak of ``topic``: all its telling words stand in the title and abstract, or the meaning is near."""
    if not papers:
        return set()
    vectors = embedder.embed([topic, *(p.gist for p in papers)])
    weights = Weights(p.gist for p in papers)
    near = vectors[1:] @ vectors[0]
    return {p.key for p, similarity in zip(papers, near, strict=True) if similarity >= _ABOUT or weights.overlap(topic, p.gist) >= _NAMES}
