"""The other kinds of links."""
from collections.abc import Sequence
from survey.ground import Ground
from survey.records import Issue, Link
def relations(ground: Ground, issues: Sequence[Issue]) -> list[Link]:
    return []
