from collections.abc import Iterator

import pytest

from survey.records import Scope
from survey.tasks import AnswerGiven, Prose
from survey.workspace import Workspace
from tests.answering.ponds import ponds
from tests.fakes import ModelWith

NEWTS = "In how many garden ponds were smooth newts found?"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with ponds(tmp_path_factory.mktemp("ponds")) as workspace:
        yield workspace


@pytest.mark.parametrize(
    "question",
    [
        "How many bats hunt above garden ponds?",  # of the field, and open
        "Does liming help toads in acid lakes?",
    ],
)
def test_what_only_comes_near_is_not_answered(question: str, workspace: Workspace) -> None:
    answer = workspace.ask(question)
    assert (answer.found, answer.reason) == (False, "weak")
    assert answer.claims == ()
    assert answer.missing == ()


def test_what_shares_no_word_with_the_papers_finds_nothing(workspace: Workspace) -> None:
    answer = workspace.ask("Who won the football cup in Brazil?")
    assert (answer.found, answer.reason, answer.strength, answer.nearest) == (False, "empty", 0.0, ())


def test_an_answer_none_of_whose_claims_stands_the_checks_is_none(workspace: Workspace) -> None:
    made_up = AnswerGiven(sentences=(Prose(text="They were found in 99 ponds.", ids=("0",)),))
    with Workspace.open(workspace.root, model=ModelWith(answer=made_up)) as other:
        answer = other.ask(NEWTS)
        assert (answer.found, answer.reason) == (False, "unverified")
        assert answer.nearest[0].quote is not None
        assert "newts" in answer.nearest[0].quote.text


def test_it_says_what_was_searched_and_what_came_nearest(workspace: Workspace) -> None:
    answer = workspace.ask("How many bats hunt above garden ponds?")
    assert (answer.searched.papers, answer.searched.passages) == (6, len(workspace.library.passages()))
    assert answer.searched.terms == ("bats", "hunt", "garden", "ponds")
    scores = [near.score for near in answer.nearest]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == answer.strength
    assert workspace.paper(answer.nearest[0].key).title == "Newts in Garden Ponds"
    for near in answer.nearest:
        assert near.quote
        assert workspace.paper(near.key).text[near.quote.start : near.quote.end] == near.quote.text


def test_a_scope_is_what_was_searched(workspace: Workspace) -> None:
    key = next(paper.key for paper in workspace.library.papers() if paper.title == "Leeches on Toads")
    answer = workspace.ask(NEWTS, scope=Scope(papers=(key,)))
    assert not answer.found
    assert answer.searched.papers == 1
    assert {near.key for near in answer.nearest} <= {key}


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        (NEWTS, ()),
        ("How many toads carry leeches, and how do leeches find a Komodo dragon?", ("how do leeches find a Komodo dragon",)),
        ("In how many garden ponds of Utrecht were smooth newts found?", ("Utrecht",)),
        ("In how many garden ponds were smooth newts found by sonography?", ("sonography",)),
        ("In how many garden ponds were smoth newtts found?", ()),  # misspelt, not missing
    ],
)
def test_an_answer_names_what_it_leaves_out(question: str, missing: tuple[str, ...], workspace: Workspace) -> None:
    answer = workspace.ask(question)
    assert answer.found
    assert answer.missing == missing
