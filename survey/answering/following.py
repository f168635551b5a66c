"""A question made whole by the talk before it."""

from survey.answering.desk import Desk
from survey.records import Talk
from survey.tasks import CondenseQuestion

_TALK = 6  # questions before this one that are looked at
_LONGEST = 100  # characters that a question may gain on all of them


def made_whole(question: str, talk: Talk, desk: Desk) -> str:
    """The question made whole by the last few before it; as it was asked if the model makes nothing, or a tale, of it."""
    earlier = [answer.asked or answer.question for answer in talk.answers[-_TALK:]]
    if not earlier:
        return question
    whole = " ".join(desk.model.reply(CondenseQuestion(question=question, earlier=tuple(earlier))).question.split())
    return whole if 0 < len(whole) <= _LONGEST + sum(map(len, (question, *earlier))) else question
