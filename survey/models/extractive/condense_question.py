"""A question that leans on the talk ("and on noisy speech?", "why does it fail?") gets the words of the question before it."""

import re

from survey.tasks import CondenseQuestion, QuestionCondensed
from survey.terms import stems

_LEANS = re.compile(
    r"^(?:and|but|so|what about|how about|why|then)\b|\b(?:it|its|they|them|their|this|that|these|those|there|he|she)\b", re.IGNORECASE
)


def reply(task: CondenseQuestion) -> QuestionCondensed:
    leans = bool(_LEANS.search(task.question)) or len(set(stems(task.question))) < 2
    if leans and task.earlier:
        return QuestionCondensed(question=f"{task.earlier[-1]} {task.question}")
    return QuestionCondensed(question=task.question)
