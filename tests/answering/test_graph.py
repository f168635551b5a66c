import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.answering.asked import Asked, understood
from survey.answering.graph import MOST, from_graph
from survey.answering.ties import mention
from survey.answering.wording import Draft
from survey.answering.wording import said as said_of
from survey.records import Answer, Answered, Citation, Cited, Paper, QuestionKind, Scope, Survey, Talk
from survey.render.answer.cards import answer_html
from survey.render.answer.saved import visible
from survey.render.answer.text import answer_text
from survey.support import evidence_faults, fault, names_of
from tests.answering.pond import EK, LI, MO, PAPERS, ROE, SURVEY, desk
from tests.growing import collections, issue_of, link

KINDS: tuple[QuestionKind, ...] = ("open", "solved", "raised", "after", "before")


def asked(question: str, *keys: str) -> Answer:
    answer = from_graph(understood(question), Scope(papers=keys), desk())
    assert answer is not None, question
    return answer


def said(answer: Answer) -> list[str]:
    return [claim.sentence.text for claim in answer.claims]


def test_what_is_open_is_told_by_support_and_counted() -> None:
    answer = asked("What is still open?")
    assert answer.kind == "open"
    assert answer.summary == "3 of the 4 problems that these papers raise are not resolved: 2 open and 1 partly resolved."
    assert said(answer) == [
        "Roe et al. (2016) name a limit: “Toads under leaves remain untested.”",
        "Mo (2021) points to a difficulty: “Batteries of loggers run empty at night.”",
        "Ek (2020) points to a difficulty: “Denoisers are slow on small devices.”; the same paper takes up a part of it: "
        "“A small denoiser is proposed.”",
    ]
    assert [sentence.text for sentence in answer.claims[0].likewise] == [
        "Ek (2020) names a limit: “Toads under leaves remain open here too.”"
    ]


def test_what_is_open_in_a_theme_is_of_its_papers_alone() -> None:
    answer = asked("Which problems are open in frog calls?")
    assert {quote.key for quote in answer.evidence} == {"roe2016", "ek2020"}
    assert answer.summary.startswith("2 of the 3 problems that papers about “frog calls” raise are not resolved")


def test_what_a_paper_leaves_open_is_not_what_it_finds_wanting_in_others() -> None:
    assert said(asked("What does PondNet leave open?")) == ["Roe et al. (2016) name a limit: “Toads under leaves remain untested.”"]


def test_who_solved_a_problem() -> None:
    answer = asked("Who solved rain noise?")
    assert answer.summary == "By what was found the problem is resolved: 1 paper takes it up."
    assert said(answer) == [
        "Roe et al. (2016) point to a difficulty: “Rain noise masks frog calls.” Then Li and Fu (2018) take it up: "
        "“We extend PondNet (Roe et al., 2016) by a denoiser.”",
        "Li and Fu (2018) point to a difficulty: “Rain noise hides the calls of frogs.”",
    ]


def test_that_nobody_solved_it_is_an_answer() -> None:
    answer = asked("Has anyone solved the problem of toads under leaves?")
    assert answer.summary == "By what was found the problem is open: no paper was found that takes it up."
    assert {quote.key for quote in answer.evidence} == {"roe2016", "ek2020"}


def test_who_raised_a_problem_is_told_from_the_first_on() -> None:
    assert [text.split(" (")[0] for text in said(asked("Who raised the problem of rain noise?"))] == ["Roe et al.", "Li and Fu"]


def test_what_came_after_a_paper_is_told_in_time_with_the_words_of_both() -> None:
    answer = asked("What came after PondNet?")
    assert answer.summary == (
        "2 later papers are tied to “PondNet”: 1 by a problem that is taken up and 1 by a finding that is contradicted."
    )
    assert said(answer) == [
        "Roe et al. (2016) point to a difficulty: “Rain noise masks frog calls.” Then Li and Fu (2018) take it up: "
        "“We extend PondNet (Roe et al., 2016) by a denoiser.”",
        "Roe et al. (2016) report: “It detects 81% of the frogs.” But Ek (2020) reports: "
        "“It does not detect more frogs than the first one.”",
    ]


def test_who_cites_a_paper_is_told_in_the_words_that_cite_it_or_its_list() -> None:
    assert said(asked("Who cites Roe et al. (2016)?")) == [
        "Li and Fu (2018) cite Roe et al. (2016) and write: “We extend PondNet (Roe et al., 2016) by a denoiser.”",
        "Ek (2020) lists Roe et al. (2016) among the references: “Denoisers are slow on small devices.”",
    ]


def test_only_contradictions_where_these_are_asked_for() -> None:
    assert [claim.sentence.citekeys for claim in asked("Who contradicts PondNet?").claims] == [("roe2016", "ek2020")]


def test_what_a_paper_builds_on() -> None:
    answer = asked("What does Ek (2020) build on?")
    assert {tuple(sorted(claim.sentence.citekeys)) for claim in answer.claims} == {("ek2020", "roe2016"), ("ek2020", "li2018")}


def test_what_was_inferred_is_not_sure_and_two_halves_are_no_agreement() -> None:
    levels = {claim.sentence.citekeys: claim.standing.level for claim in asked("What does Ek (2020) build on?").claims}
    assert levels["li2018", "ek2020"] == "low"
    assert "high" not in levels.values()


@pytest.mark.parametrize(
    "question",
    [
        "Who solved climate change?",
        "What is open in machine translation?",
        "What came after SleepNet?",
    ],
)
def test_what_the_graph_does_not_know_is_left_to_passages(question: str) -> None:
    assert from_graph(understood(question), Scope(), desk()) is None


def test_for_a_paper_that_is_not_there_nothing_is_explored() -> None:
    def explored() -> Survey:
        raise AssertionError("it may take long")

    assert from_graph(understood("What came after SleepNet?"), Scope(), desk(explored=explored)) is None


def test_an_answer_stands_beside_the_very_statement_that_it_answers() -> None:
    partly = (Answered(key="li2018", kind="partly_resolves", quote=LI[1].quote),)
    both = issue_of(MO[0], ROE[0], label="Difficulties").model_copy(update={"status": "partly", "answers": partly})
    links = (link(ROE[0], LI[1], "partly_resolves", both.id),)
    answer = from_graph(understood("What is open?"), Scope(), desk(SURVEY.model_copy(update={"issues": (both,), "links": links})))
    assert answer is not None
    assert [quote.key for quote in answer.evidence] == ["roe2016", "li2018"]


def test_that_nothing_came_after_a_paper_is_told() -> None:
    answer = asked("Who contradicts Li and Fu (2018)?")
    assert not answer.found
    assert answer.summary == "No later paper of the collection was found that contradicts Li and Fu (2018), @li2018."
    for shown in (answer_text(answer, 1000), visible(Talk(answers=(answer,))), answer_html(answer)):
        assert shown.count("No later paper of the collection") == 1


def test_no_paper_beyond_the_scope_is_quoted() -> None:
    assert {quote.key for quote in asked("What is open?", "ek2020", "mo2021").evidence} == {"ek2020", "mo2021"}
    assert [claim.sentence.citekeys for claim in asked("What came after PondNet?", "ek2020").claims] == [("roe2016", "ek2020")]
    answer = asked("What came after PondNet?", "mo2021")
    assert (answer.found, answer.summary) == (False, "No later paper of those asked is tied to Roe et al. (2016), @roe2016.")


def test_who_solved_a_problem_whose_raiser_is_beyond_the_scope_is_told_in_their_own_words() -> None:
    answer = asked("Who solved rain noise?", "li2018")
    assert said(answer)[0] == "Li and Fu (2018) take it up: “We extend PondNet (Roe et al., 2016) by a denoiser.”"
    answer = asked("Who solved rain noise?", "roe2016")
    assert answer.summary.endswith("1 paper takes it up, outside the papers asked.")
    assert {quote.key for quote in answer.evidence} == {"roe2016"}


def test_of_what_was_put_together_only_the_problem_that_is_meant_is_told() -> None:
    heap = issue_of(ROE[0], EK[0], MO[0], label="Difficulties").model_copy(
        update={"status": "resolved", "answers": (Answered(key="ek2020", kind="resolves", quote=EK[1].quote),)}
    )
    survey = SURVEY.model_copy(update={"issues": (heap,), "links": ()})
    answer = from_graph(understood("Who solved rain noise?"), Scope(), desk(survey))
    assert answer is not None
    assert answer.summary == "By what was found the problem is open: no paper was found that takes it up."
    assert said(answer) == ["Roe et al. (2016) point to a difficulty: “Rain noise masks frog calls.”"]
    every = from_graph(understood("What is open?"), Scope(), desk(survey.model_copy(update={"issues": (OPEN_HEAP,)})))
    assert every is not None
    assert not every.claims[0].likewise


OPEN_HEAP = issue_of(ROE[0], EK[0], MO[0], label="Difficulties")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_quoted_from_other_sections(kind: QuestionKind) -> None:
    problem = kind in ("solved", "raised")
    question = Asked(text="?", kind=kind, subject="rain noise" if problem else "li2018" if kind == "before" else "roe2016")
    assert from_graph(question, Scope(), desk())
    assert from_graph(question, Scope(), desk()) == from_graph(question, Scope(sections=("abstract",)), desk())
    assert from_graph(question, Scope(sections=("method",)), desk()) is None


def test_what_was_searched_is_counted_as_for_passages() -> None:
    assert (asked("What is open?").searched.papers, asked("What is open?").searched.passages) == (4, 8)
    assert (asked("What is open?", "ek2020").searched.papers, asked("What is open?", "ek2020").searched.passages) == (1, 2)


def test_a_paper_that_is_gone_meanwhile_is_not_told() -> None:
    answer = from_graph(understood("Who solved rain noise?"), Scope(), desk(SURVEY, [p for p in PAPERS if p.key != "roe2016"]))
    assert answer is not None
    assert {quote.key for quote in answer.evidence} == {"li2018"}


def test_words_are_not_put_into_the_mouth_of_another_paper() -> None:
    wrong = Draft("{0:take} up what {1:raise}: {q[0]}", ("roe2016", "li2018"), (LI[0].quote,))
    by_key = {paper.key: paper for paper in PAPERS}
    assert said_of([wrong], by_key) == []
    assert said_of([replace(wrong, papers=("li2018", "roe2016"), form="{0:write}: {q[0]}")], by_key)


def test_every_claim_is_heard_as_it_stands_in_the_answer() -> None:
    heard: list[object] = []
    made = desk()
    answer = from_graph(understood("What is open?"), Scope(), type(made)(**{**made.__dict__, "heard": heard.append}))
    assert answer is not None
    assert heard == list(answer.claims)


@settings(max_examples=60, deadline=None)
@given(collections(), st.sampled_from(KINDS), st.sampled_from(["", "rain noise", "p0", "toads in pond 3", "frogs", "Roe"]))
def test_whatever_is_told_its_quotes_stand_and_bear_it_out(made: tuple[Survey, list[Paper]], kind: QuestionKind, subject: str) -> None:
    survey, papers = made
    by_key = {paper.key: paper for paper in papers}
    answer = from_graph(Asked(text="?", kind=kind, subject=subject), Scope(), desk(survey, papers))
    if answer is None or not answer.found:
        return
    assert answer == from_graph(Asked(text="?", kind=kind, subject=subject), Scope(), desk(survey, papers))
    assert 0 < len(answer.claims) <= MOST + 1
    for sentence in answer.sentences:
        keys = sentence.citekeys
        names = {by_key[key].named(letter) for key in keys for letter in ("", *"abcdefghijklmn")}
        assert sentence.quotes
        assert not fault(sentence, by_key.get)
        quotes = [quote.text for quote in sentence.quotes]
        if len({paper.byline for paper in papers}) == len(papers):  # the first that is named before a quotation is its paper
            before = ""
            for gap, quote in zip(sentence.text.split("“"), sentence.quotes, strict=False):
                named = [(gap.rfind("”") < at, at, key) for key in keys if (at := gap.find(by_key[key].byline, gap.rfind("”") + 1)) >= 0]
                before = min(named)[2] if named else before
                assert before == quote.key
        assert not evidence_faults(sentence.text, quotes, [*names, *names_of(keys, by_key.get)], [by_key[key].title for key in keys])


def test_the_collection_of_these_tests_is_sound() -> None:
    for statement in SURVEY.statements:
        paper = next(p for p in PAPERS if p.key == statement.quote.key)
        assert paper.text[statement.quote.start : statement.quote.end] == statement.quote.text


def test_a_long_list_of_numbers_is_read_in_no_time() -> None:
    entry = Cited(printed="[7] Roe A. 2016.", label="[7]")
    citing = LI_PAPER.model_copy(update={"cited": (entry,), "text": "It is based on [" + "1," * 20000 + "] and what others wrote. " * 2})
    citation = Citation(citing="li2018", cited="roe2016", match="title", printed=entry.printed)
    start = time.perf_counter()
    assert mention(citing, PAPERS[0], citation, desk(papers=[citing]).library) is None
    assert time.perf_counter() - start < 1


LI_PAPER = next(paper for paper in PAPERS if paper.key == "li2018")
