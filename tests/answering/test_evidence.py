from pathlib import Path

import pytest

from survey.answering.evidence import tells, units
from survey.answering.parts import parts
from survey.records import Scope
from tests.answering.ponds import ABOUT, ponds

ASKED = {
    "Newts in Garden Ponds": "In how many garden ponds were smooth newts found?",
    "Duckweed and Oxygen": "How much does oxygen fall below duckweed?",
    "Leeches on Toads": "How many toads carry leeches?",
}


@pytest.mark.parametrize(("title", "question"), ASKED.items())
def test_a_paper_left_out_by_a_scope_is_as_if_it_had_never_been_there(title: str, question: str, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "less").mkdir()
    with ponds(tmp_path / "all") as whole, ponds(tmp_path / "less", without=[title]) as less:
        others = tuple(paper.key for paper in whole.library.papers() if paper.title != title)
        bounded, never = whole.ask(question, scope=Scope(papers=others)), less.ask(question)
        assert bounded.strength == never.strength < whole.ask(question).strength
        assert (bounded.found, bounded.sentences, bounded.nearest) == (never.found, never.sentences, never.nearest)
        assert bounded.searched == never.searched


def test_the_sentence_that_holds_the_answer_is_quoted_first(tmp_path: Path) -> None:
    with ponds(tmp_path) as workspace:
        told = ("31 of 40", "60%", "17%")
        for question, words in zip(ASKED.values(), told, strict=True):
            assert words in workspace.ask(question).claims[0].sentence.text


def test_an_author_or_citekey_in_a_question_names_the_paper(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    with ponds(tmp_path / "papers") as workspace:
        for paper in workspace.library.papers():
            answer = workspace.ask(f"What does {paper.key} report on {paper.title}?")
            assert answer.claims[0].quotes[0].key == paper.key
            assert answer.missing == ()


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("Chloride reached 900 mg/l (95% CI: 870-930; P < 0.001) in March (Table 2).", True),
        ("“Ponds” hold water, as others have found [12, 13].", True),
        ("Ponds hold little water in summer and none at all in a dry autumn", False),
        ("Do ponds hold water in summer when it is dry?", False),
        ("Table 5: Accuracies only for the labels of ponds.", False),
        ("12.1 13.4 15.6 | 17.8 19.2 20.1 of 31.", False),
        ("P. Roe is with the Department of Ponds in the city of Lakes.", False),
        ("The authors declare that no money came from any pond.", False),
        ("Ponds dry.", False),
        ("which is what we have found in most of the ponds.", False),
        ("Let W be the map of ∑ over all ponds that hold water.", False),
    ],
)
def test_what_can_answer_when_it_is_quoted_alone(text: str, can: bool) -> None:
    assert tells(text) == can


@pytest.mark.parametrize(
    ("question", "queries"),
    [
        ("What is duckweed?", ["What is duckweed?"]),
        ("What do newts eat, and how large do dragonflies grow?", ["What do newts eat", "how large do dragonflies grow"]),
        ("What is duckweed and why is it harmful?", ["What is duckweed", "What is duckweed why is it harmful"]),
        ("Do newts swim? Do toads sleep in winter?", ["Do newts swim", "Do toads sleep in winter"]),
        ("Which newts and toads live in ponds and lakes?", ["Which newts and toads live in ponds and lakes?"]),
        ("Is it safe and efficient?", ["Is it safe and efficient?"]),
        ("", [""]),
    ],
)
def test_what_is_asked_at_once_is_looked_for_apart(question: str, queries: list[str]) -> None:
    assert [part.query for part in parts(question)] == queries


def test_words_meet_whatever_their_hyphens_and_endings() -> None:
    assert units("COVID-19 patients") & units("A patient with COVID19") == {"covid19", "patient"}
    assert ("pond", "water") in units("the pond's water") and ("pond", "water") not in units("water of the pond")


def test_titles_are_distinct() -> None:
    assert set(ASKED) < set(ABOUT)


def test_a_paper_that_is_dropped_between_search_and_reading_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ponds(tmp_path) as workspace:
        gone = next(paper.key for paper in workspace.library.papers() if paper.title == "Leeches on Toads")
        read = workspace.library.paper
        monkeypatch.setattr(workspace.library, "paper", lambda key: None if key == gone else read(key))
        answer = workspace.ask(ASKED["Leeches on Toads"])
        assert not answer.found
        assert gone not in {near.key for near in answer.nearest}
