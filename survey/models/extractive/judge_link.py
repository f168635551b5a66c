"""A later paper takes up a problem when what it does is said in the problem's own telling words and means much the same.

The bars are high on purpose: a missed link leaves the problem open, a false one misleads.
"""

from survey.tasks import JudgeLink, LinkJudged

PARTLY = 0.45
FULL = 0.68


def reply(task: JudgeLink) -> LinkJudged:
    if not task.candidates:
        return LinkJudged(resolution="no")
    best = max(task.candidates, key=lambda c: c.strength)
    score = best.strength
    if score < PARTLY or not best.plausible:
        return LinkJudged(resolution="no")
    return LinkJudged(resolution="full" if score >= FULL and best.overlap >= 0.5 else "partly", raised=task.raised.id, resolved=best.id)
