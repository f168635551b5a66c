"""A later paper answers a problem when it leads over its rivals: see docs/chains.md. It answers a part of it when its own words say so.

The bar is high on purpose: a missed link leaves the problem open, a false one misleads.
"""

import re

from survey.tasks import ANSWERS, JudgeLink, LinkJudged

_IN_PART = re.compile(
    r"\b(?:part(?:ly|ially)|partial|in part|to some (?:extent|degree)|not (?:yet|fully|entirely|completely)|alleviat\w+|mitigat\w+)\b"
    r"|[,;:] (?:although|though|albeit|but|yet|except|apart from)\b"
    r"|[;:] [^;:]*\b(?:not|no|nil|none|lost|left out|fail\w*|remain\w*)\b",  # a clause that takes something back
    re.IGNORECASE,
)


def reply(task: JudgeLink) -> LinkJudged:
    if not task.candidates or task.signs.strength < ANSWERS or not task.signs.plausible:
        return LinkJudged(resolution="no")
    answer = task.candidates[0]
    return LinkJudged(resolution="partly" if _IN_PART.search(answer.text) else "full", raised=task.raised.id, resolved=answer.id)
