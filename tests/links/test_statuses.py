from collections.abc import Sequence

import pytest

from survey.links.statuses import settled
from survey.records import Answered, Issue, Link, LinkKind, Role, Status
from survey.terms import Weights
from tests.stating import paper, statements

PAPERS = [
    paper(key, "Rain masks calls. A net is hung. It keeps rain off. Calls are heard.", date=date)
    for key, date in zip("abcd", "1234", strict=True)
]
WEIGHTS = Weights(p.text for p in PAPERS)
PAPERS = [p.model_copy(update={"date": f"201{p.date}"}) for p in PAPERS]


def issue_of(raised: Sequence[tuple[str, Role]], links: Sequence[tuple[LinkKind, str, str]] = (), does: Role = "resolved") -> Issue:
    """The issue that these papers raise, by their first sentences; each paper does something, by its third."""
    by_key = {p.key: p for p in PAPERS}
    own = [statements(by_key[key], (role,))[0] for key, role in raised]
    said = {p.key: statements(p, ("background", "background", does))[2] for p in PAPERS}
    issue = Issue(id="i", label="Rain", statements=tuple(own))
    first = {p.key: statements(p, ("limitation",))[0] for p in PAPERS}
    made = [
        Link(id=f"{kind}{a}{b}", kind=kind, earlier=said[a] if kind == "contradicts" else first[a], later=said[b], issue="i")
        for kind, a, b in links
    ]
    return settled([issue], made, PAPERS, [*own, *said.values()], WEIGHTS)[0]


def test_what_no_other_paper_answers_is_open() -> None:
    assert issue_of([("a", "limitation"), ("b", "future_work")]).status == "open"
    assert issue_of([("a", "limitation")], [("restates", "a", "b"), ("raises", "a", "b")]).status == "open"


def test_a_link_resolves_an_issue_or_a_part_of_it() -> None:
    assert issue_of([("a", "limitation")], [("resolves", "a", "b")]).status == "resolved"
    assert issue_of([("a", "limitation")], [("partly_resolves", "a", "b")]).status == "partly"
    assert issue_of([("a", "limitation")], [("partly_resolves", "a", "b"), ("resolves", "a", "c")]).status == "resolved"


@pytest.mark.parametrize(
    ("does", "expected"), [("resolved", "resolved"), ("method", "partly"), ("result", "partly"), ("background", "open")]
)
def test_a_shortcoming_is_what_the_paper_that_names_it_is_about(does: Role, expected: Status) -> None:
    assert issue_of([("a", "improvable")], does=does).status == expected


def test_what_is_raised_again_after_the_last_answer_is_disputed() -> None:
    assert issue_of([("a", "limitation"), ("c", "limitation")], [("resolves", "a", "b")]).status == "disputed"
    assert issue_of([("a", "limitation"), ("c", "limitation")], [("resolves", "a", "d")]).status == "resolved"


def test_an_answer_that_says_that_something_is_left_is_one_in_part() -> None:
    assert issue_of([("a", "limitation"), ("b", "limitation")], [("resolves", "a", "b")]).status == "partly"


def test_an_answer_that_is_contradicted_is_disputed() -> None:
    assert issue_of([("a", "limitation")], [("resolves", "a", "b"), ("contradicts", "b", "c")]).status == "disputed"
    assert issue_of([("a", "limitation")], [("resolves", "a", "b"), ("contradicts", "a", "c")]).status == "resolved"


def test_who_answered_is_told_wholly_before_in_part_and_others_before_who_raised_it() -> None:
    issue = issue_of([("a", "improvable")], [("partly_resolves", "a", "b"), ("resolves", "a", "c"), ("restates", "a", "d")], "method")
    assert [(answer.key, answer.kind) for answer in issue.answers] == [
        ("c", "resolves"),
        ("b", "partly_resolves"),
        ("a", "partly_resolves"),
    ]
    assert all(isinstance(answer, Answered) and answer.quote.text == "It keeps rain off." for answer in issue.answers)


def test_work_on_something_else_answers_no_shortcoming() -> None:
    (own,) = statements(paper("x", "Rain masks calls."), ("improvable",))
    other = paper("x", "Rain masks calls. A net of silk is woven.", date="2011")
    said = statements(other, ("improvable", "resolved"))
    (issue,) = settled([Issue(id="i", label="Rain", statements=(own,))], [], [other], said, WEIGHTS)
    assert (issue.status, issue.answers) == ("open", ())
