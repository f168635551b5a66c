"""Who answered an issue: the later papers that links name, and the papers that name it as a shortcoming and do something about it."""

from collections.abc import Iterable, Mapping

from survey.records import DOING, RESOLVING, Answered, Issue, Link, LinkKind, Statement

_DONE = ("resolved", *(role for role in DOING if role != "resolved"), "result")
"""Roles of what a paper does, what it states to have solved first."""


def find_answers(issues: Iterable[Issue], links: Iterable[Link], statements: Iterable[Statement]) -> Mapping[str, tuple[Answered, ...]]:
    """Issue → who answered it, each paper once: wholly before in part, others before those that raise it, the surest first.

    A shortcoming of earlier work is what the paper that names it is about: it answers it wholly where it states to have solved
    something, in part where it says what it did. What a paper leaves open, only another one answers.
    """
    found: dict[str, dict[str, Answered]] = {}
    for link in sorted(links, key=lambda link: (link.kind != "resolves", link.verdict != "stated", -link.score, link.id)):
        if link.issue and link.kind in RESOLVING:
            quote = link.later.quote
            found.setdefault(link.issue, {}).setdefault(quote.key, Answered(key=quote.key, kind=link.kind, quote=quote))
    done: dict[str, Statement] = {}
    for statement in sorted((s for s in statements if s.role in _DONE), key=lambda s: (_DONE.index(s.role), -s.weight, s.id)):
        done.setdefault(statement.quote.key, statement)
    for issue in issues:
        for key in dict.fromkeys(s.quote.key for s in issue.statements if s.role == "improvable" and s.quote.key in done):
            kind: LinkKind = "resolves" if done[key].role == "resolved" else "partly_resolves"
            found.setdefault(issue.id, {}).setdefault(key, Answered(key=key, kind=kind, quote=done[key].quote))
    return {name: tuple(sorted(by.values(), key=lambda answer: answer.kind != "resolves")) for name, by in found.items()}
