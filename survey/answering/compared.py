"""A question that compares: a table, a row a thing, a cell a quote."""

from survey.answering.asked import Asked
from survey.answering.desk import Desk
from survey.records import Answer, Scope


def compared(asked: Asked, scope: Scope, desk: Desk) -> Answer | None:
    """The things that are compared side by side; None where the papers do not say enough of both."""
    return None
