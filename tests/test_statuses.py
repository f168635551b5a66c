from collections.abc import Sequence

import pytest

from survey.records import Issue, Link, LinkKind, Role, Status
from survey.statuses import settled
from tests.stating import paper, statements

PAPERS = [
    paper(key, "Rain masks calls. A net is hung. It helped. Calls are heard.", date=date) for key, date in zip("abcd", "1234", strict=True)
]
PAPERS = [p.model_copy(update={"date": f"201{p.date}"}) for p in PAPERS]


def status(raised: Sequence[tuple[str, Role]], links: Sequence[tuple[LinkKind, str, str]] = (), does: Role = "resolved") -> Status:
    """Of an issue that these papers raise, by their first sentences; each paper does something, by its third."""
    by_key = {p.key: p for p in PAPERS}
    own = [statements(by_key[key], (role,))[0] for key, role in raised]
    said = {p.key: statements(p, ("background", "background", does))[2] for p in PAPERS}
    issue = Issue(id="i", label="Rain", statements=tuple(own))
    first = {p.key: statements(p, ("limitation",))[0] for p in PAPERS}
    made = [
        Link(id=f"{kind}{a}{b}", kind=kind, earlier=said[a] if kind == "contradicts" else first[a], later=said[b], issue="i")
        for kind, a, b in links
    ]
    return settled([issue], made, PAPERS, [*own, *said.values()])[0].status


def test_what_no_other_paper_answers_is_open() -> None:
    assert status([("a", "limitation"), ("b", "future_work")]) == "open"
    assert status([("a", "limitation")], [("restates", "a", "b"), ("raises", "a", "b")]) == "open"


def test_a_link_resolves_an_issue_or_a_part_of_it() -> None:
    assert status([("a", "limitation")], [("resolves", "a", "b")]) == "resolved"
    assert status([("a", "limitation")], [("partly_resolves", "a", "b")]) == "partly"
    assert status([("a", "limitation")], [("partly_resolves", "a", "b"), ("resolves", "a", "c")]) == "resolved"


@pytest.mark.parametrize(
    ("does", "expected"), [("resolved", "resolved"), ("method", "partly"), ("result", "partly"), ("background", "open")]
)
def test_a_shortcoming_is_what_the_paper_that_names_it_is_about(does: Role, expected: Status) -> None:
    assert status([("a", "improvable")], does=does) == expected


def test_what_is_raised_again_after_the_last_answer_is_disputed() -> None:
    assert status([("a", "limitation"), ("c", "limitation")], [("resolves", "a", "b")]) == "disputed"
    assert status([("a", "limitation"), ("c", "limitation")], [("resolves", "a", "d")]) == "resolved"
    assert status([("a", "limitation"), ("b", "limitation")], [("resolves", "a", "b")]) == "resolved"  # it leaves a rest, and says so


def test_an_answer_that_is_contradicted_is_disputed() -> None:
    assert status([("a", "limitation")], [("resolves", "a", "b"), ("contradicts", "b", "c")]) == "disputed"
    assert status([("a", "limitation")], [("resolves", "a", "b"), ("contradicts", "a", "c")]) == "resolved"
