"""The sentences that speak most plainly of what is asked, quoted; none when the question's telling words hardly occur together."""

from survey.tasks import AnswerGiven, AnswerQuestion, Prose

ENOUGH = 0.5  # see docs/retrieval.md: how often a question that the collection cannot answer is turned away
MOST = 3


def reply(task: AnswerQuestion) -> AnswerGiven:
    if task.returned:  # a quotation that was found faulty would be written the same again
        return AnswerGiven(sentences=())
    ranked = sorted(task.sentences, key=lambda s: (-s.strength, s.id))
    if not ranked or ranked[0].strength < ENOUGH:
        return AnswerGiven(sentences=())
    bar = max(ENOUGH, 0.85 * ranked[0].strength)
    chosen = [s for s in ranked if s.strength >= bar][:MOST]
    return AnswerGiven(sentences=tuple(Prose(text=f"{s.byline}: “{s.text}”", ids=(s.id,)) for s in chosen))
