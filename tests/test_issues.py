import random

from hypothesis import given
from hypothesis import strategies as st

from survey.issues import find_issues
from survey.models.extractive import Extractive
from survey.records import Statement
from survey.tasks import IssuesMerged, MergeIssues
from survey.terms import Weights
from tests.fakes import HashingEmbedder, ModelWith, ScriptedModel
from tests.stating import paper, statements

RAIN = "Detecting frog calls is hampered by rain noise."
PAPERS = [
    paper("a", f"{RAIN} Labels are scarce."),
    paper("b", f"{RAIN} A net is proposed. It helps much. Toads remain untested."),
    paper("c", "Batteries fade in the cold. Labels are scarce."),
    paper("d", "The detection of frog calls is hampered by rain noise."),
]
SAID = [
    s
    for p in PAPERS
    for s in statements(p, ("improvable", "limitation", "purpose", "limitation") if p.key == "b" else ("improvable", "limitation"))
]
WEIGHTS = Weights(p.gist for p in PAPERS)


def test_statements_of_one_problem_are_one_issue_whose_label_is_their_own_words() -> None:
    issues = find_issues(SAID, HashingEmbedder(), WEIGHTS, Extractive())
    first = issues[0]
    assert set(first.keys) >= {"a", "b"}
    assert first.label == "Detection of frog calls is hampered"
    assert next(i for i in issues if i.statements[0].id == "c#0").keys == ("c",)


def test_every_problem_and_open_end_is_in_one_issue_and_nothing_else_is() -> None:
    issues = find_issues(SAID, HashingEmbedder(), WEIGHTS, Extractive())
    found = [s.id for issue in issues for s in issue.statements]
    assert sorted(found) == sorted(s.id for s in SAID if s.role in ("improvable", "limitation"))


@given(st.randoms(use_true_random=False))
def test_issues_do_not_hang_on_the_order_of_statements(rng: random.Random) -> None:
    expected = find_issues(SAID, HashingEmbedder(), WEIGHTS, Extractive())
    assert find_issues(rng.sample(SAID, len(SAID)), HashingEmbedder(), WEIGHTS, Extractive()) == expected


@given(st.sets(st.sampled_from(["0-2", "0-5", "2-5", "1-4", "nonsense"])), st.randoms(use_true_random=False))
def test_whatever_the_model_calls_the_same_the_order_changes_nothing(same: set[str], rng: random.Random) -> None:
    def issues(said: list[Statement]) -> object:
        return find_issues(said, HashingEmbedder(), WEIGHTS, ModelWith(merge_issues=IssuesMerged(same=tuple(sorted(same)))))

    assert issues(rng.sample(SAID, len(SAID))) == issues(SAID)


def test_one_no_between_two_groups_keeps_them_apart() -> None:
    def all_but_one(task: MergeIssues) -> IssuesMerged:
        text = {statement.id: statement.text for statement in task.statements}
        return IssuesMerged(same=tuple(pair.id for pair in task.pairs if {text[pair.left], text[pair.right]} != {first, last}))

    raised = [s for s in SAID if "rain noise" in s.quote.text]
    first, last = raised[1].quote.text, raised[2].quote.text  # b and d; a agrees with both
    issues = find_issues(raised, HashingEmbedder(), WEIGHTS, ModelWith(merge_issues=all_but_one))
    assert len(issues) == 2


def test_many_pairs_are_asked_about_in_several_calls_with_each_statement_once_in_a_call() -> None:
    many = [paper(f"p{n:02}", f"Frog calls in rain noise are hard to hear in pond {n}.") for n in range(30)]
    asked: list[MergeIssues] = []

    def same(task: MergeIssues) -> IssuesMerged:
        asked.append(task)
        return IssuesMerged(same=tuple(pair.id for pair in task.pairs))

    said = [s for p in many for s in statements(p, ("improvable",))]
    issues = find_issues(said, HashingEmbedder(), Weights(p.gist for p in many), ModelWith(merge_issues=same))
    assert len(asked) > 1
    pairs = [pair.id for task in asked for pair in task.pairs]
    assert len(pairs) == len(set(pairs))
    for task in asked:
        ids = [statement.id for statement in task.statements]
        assert len(ids) == len(set(ids))
        assert set(ids) == {side for pair in task.pairs for side in (pair.left, pair.right)}
    assert sorted(s.id for issue in issues for s in issue.statements) == sorted(s.id for s in said)


def test_a_paper_that_says_a_problem_twice_raises_one_issue() -> None:
    twice = paper("t", f"{RAIN} {RAIN} Labels are scarce.")
    said = statements(twice, ("improvable", "limitation", "limitation"))
    assert [len(issue.statements) for issue in find_issues(said, HashingEmbedder(), WEIGHTS, Extractive())] == [2, 1]


def test_the_earliest_paper_raised_an_issue_first_and_undated_ones_come_last() -> None:
    for dates, first in [({"a": "2020", "b": "2019-03"}, "b"), ({"a": "2020", "b": ""}, "a"), ({}, "d")]:
        issues = find_issues(SAID, HashingEmbedder(), WEIGHTS, Extractive(), {"d": "2021", **dates})
        assert issues[0].first_raised == first


def test_nothing_raised_is_no_issue_and_no_call() -> None:
    with ScriptedModel() as model:
        assert find_issues([s for s in SAID if s.role == "purpose"], HashingEmbedder(), WEIGHTS, model) == []
