"""What may be asked at all."""

import unicodedata

from survey.errors import BadQuestion

MOST = 4000
"""Characters of a question: a long paragraph. What is longer is a text that was meant for something else."""


def readable(question: str, place: str = "") -> str:
    """The question on one line. ``place``: where it stands among several.

    Raises :class:`BadQuestion` for one that is blank, too long, or holds what is no character of a text."""
    if len(question) > MOST:
        raise BadQuestion(f"the question has more than {MOST:,} characters", "Ask what you want to know in a few sentences", place)
    whole = " ".join(question.split())
    if not whole:
        raise BadQuestion("the question is blank", 'Say what you want to know: survey ask "…"', place)
    for at, char in enumerate(whole, start=1):
        if unicodedata.category(char) in ("Cc", "Cs"):
            what = "a character that is not UTF-8" if unicodedata.category(char) == "Cs" else "a control character"
            raise BadQuestion(f"the question holds {what} (U+{ord(char):04X}) at character {at}", "Leave it away", place)
    return whole
