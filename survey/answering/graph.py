"""Questions that the graph of issues answers: what is open, who solved something, what came after a paper."""

from survey.answering.asked import Asked
from survey.answering.desk import Desk
from survey.records import Answer, Scope


def from_graph(asked: Asked, scope: Scope, desk: Desk) -> Answer | None:
    """The answer that links and chains give; None where they say nothing of what is asked: passages may."""
    return None
