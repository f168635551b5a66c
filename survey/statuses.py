"""What became of each issue: told by links, and by what papers did about what they found wanting."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from survey.ground import left_open
from survey.records import DOING, RESOLVING, Issue, Link, Paper, Statement, Status, is_later


def settled(issues: Sequence[Issue], links: Sequence[Link], papers: Sequence[Paper], statements: Sequence[Statement]) -> list[Issue]:
    """The issues, each with its status.

    A shortcoming of earlier work is what the paper that names it is about: it counts as resolved where the paper states to have solved
    something, as answered in part where it says what it did. What a paper leaves open, only another one answers.
    """
    dates = {paper.key: paper.date for paper in papers}
    roles: dict[str, set[str]] = defaultdict(set)
    for statement in statements:
        roles[statement.quote.key].add(statement.role)
    answers: dict[str, dict[str, Status]] = defaultdict(dict)  # issue → who answers it, and how far
    words: dict[str, set[str]] = defaultdict(set)  # issue → the statements that say so
    for link in links:
        if link.kind in RESOLVING:
            answers[link.issue][link.ends[1]] = "resolved" if link.kind == "resolves" else "partly"
            words[link.issue].add(link.later.id)
    against = [link for link in links if link.kind == "contradicts"]
    left = left_open({paper.key: paper for paper in papers}, statements)
    found = []
    for issue in issues:
        given = answers[issue.id]
        for statement in issue.statements:
            key = statement.quote.key
            if statement.id not in left and roles[key].intersection((*DOING, "result")):
                given.setdefault(key, "resolved" if "resolved" in roles[key] else "partly")
        denied = any(given.keys() >= {*link.ends} or link.earlier.id in words[issue.id] for link in against)
        found.append(issue.model_copy(update={"status": _status(issue, given, denied, dates, left)}))
    return found


def _status(issue: Issue, answers: Mapping[str, Status], denied: bool, dates: Mapping[str, str], left: Collection[str]) -> Status:
    if "resolved" not in answers.values():
        return "partly" if answers else "open"
    if denied:
        return "disputed"
    again = [s.quote.key for s in issue.statements if s.id in left and s.quote.key not in answers]
    since = any(
        any(is_later(dates[key], dates[answer]) for answer in answers)
        and not any(is_later(dates[answer], dates[key]) for answer in answers)
        for key in again
    )
    return "disputed" if since else "resolved"
