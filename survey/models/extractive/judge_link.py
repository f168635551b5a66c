"""A later paper takes up a problem when what it does is said in the problem's own telling words and means much the same.

The bars are high on purpose: a missed link leaves the problem open, a false one misleads.
"""

from survey.tasks import Candidate, JudgeLink, LinkJudged

PARTLY = 0.45
FULL = 0.68


def reply(task: JudgeLink) -> LinkJudged:
    if not task.candidates:
        return LinkJudged(resolution="no")
    best = max(task.candidates, key=lambda c: (strength(c), c.id))
    score = strength(best)
    if score < PARTLY or best.overlap < 0.2 or best.similarity < 0.4:
        return LinkJudged(resolution="no")
    return LinkJudged(resolution="full" if score >= FULL and best.overlap >= 0.5 else "partly", id=best.id)


def strength(candidate: Candidate) -> float:
    return 0.5 * candidate.similarity + 0.3 * candidate.overlap + 0.2 * candidate.addressed
