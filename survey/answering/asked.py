"""What kind of question it is."""

from survey.records import QuestionKind, Record


class Asked(Record):
    """A question as it is understood: its ``kind``, and what it names: ``subject`` (a paper, a problem, the first of two things that are
    compared) and ``other`` (the second)."""

    text: str
    kind: QuestionKind = "passages"
    subject: str = ""
    other: str = ""


def understood(question: str) -> Asked:
    """What is asked for, by the words of the question alone."""
    return Asked(text=question)
