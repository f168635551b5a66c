"""The links of a survey that grows: what it said of two papers stands, whatever papers are added beside them.

How rare a word is and how near the rivals are hang on the whole collection, so a new paper can tip a link between two others. A reader
who adds a paper on one theme should not find what another theme resolved open again.
"""

from collections import defaultdict
from collections.abc import Sequence

from survey.links import without_circles
from survey.records import Link, Survey


def steady(links: Sequence[Link], survey: Survey, before: Survey) -> list[Link]:
    """``links`` of the ``survey``, but between two papers that it knew ``before``, and that say the same, the links from then."""
    same = _same_papers(survey, before)
    known = {s.id for s in survey.statements}
    issue_of, issue_then = _issues(survey), _issues(before)
    kept = []
    for link in before.links:
        named = {s.id for s in (link.earlier, link.later, *([link.bridge] if link.bridge else []))}
        if not (same.issuperset(link.ends) and named <= known):
            continue
        if not link.issue:
            kept.append(link)
            continue
        # The problem is the earlier paper's where it is answered, the later one's where that raises it.
        problem = next((s for s in (link.earlier, link.later) if issue_then.get(s.id) == link.issue), link.earlier)
        if problem.id in issue_of:
            kept.append(link.model_copy(update={"issue": issue_of[problem.id]}))
    new = [link for link in links if not same.issuperset(link.ends)]
    return without_circles(sorted([*kept, *new], key=lambda link: (-link.score, link.id)))


def _issues(survey: Survey) -> dict[str, str]:
    """Statement → the issue that it raises."""
    return {s.id: issue.id for issue in survey.issues for s in issue.statements}


def _same_papers(survey: Survey, before: Survey) -> set[str]:
    """The papers of both, with the same dates and statements."""

    def told(one: Survey) -> dict[str, tuple[str, set[str]]]:
        said: dict[str, set[str]] = defaultdict(set)
        for statement in one.statements:
            said[statement.quote.key].add(f"{statement.id} {statement.role} {statement.quote.text}")
        return {paper.key: (paper.date, said[paper.key]) for paper in one.papers}

    now, then = told(survey), told(before)
    return {key for key in now.keys() & then.keys() if now[key] == then[key]}
