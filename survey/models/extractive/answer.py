"""The sentences that speak most plainly of what is asked, quoted; none when the question's telling words hardly occur together."""

from survey.tasks import AnswerGiven, AnswerQuestion, PassageSentence, Prose

ENOUGH = 0.5  # see docs/retrieval.md: how often a question that the collection cannot answer is turned away
MOST = 3


def reply(task: AnswerQuestion) -> AnswerGiven:
    ranked = sorted(task.sentences, key=lambda s: (-strength(s), s.id))
    if not ranked or strength(ranked[0]) < ENOUGH:
        return AnswerGiven(sentences=())
    bar = max(ENOUGH, 0.85 * strength(ranked[0]))
    chosen = [s for s in ranked if strength(s) >= bar][:MOST]
    return AnswerGiven(sentences=tuple(Prose(text=f"{s.byline}: “{s.text}”", ids=(s.id,)) for s in chosen))


def strength(sentence: PassageSentence) -> float:
    return 0.5 * sentence.similarity + 0.5 * sentence.overlap
