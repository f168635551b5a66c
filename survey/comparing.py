"""The figures that papers report, so that they can stand side by side."""

from collections.abc import Callable, Sequence

from survey.records import Paper, Reported, SourceSentence, Statement


def find_reported(
    papers: Sequence[Paper], sentences: Callable[[str], Sequence[SourceSentence]], statements: Sequence[Statement]
) -> list[Reported]:
    """In the order of the papers, and of each paper's text."""
    return []
