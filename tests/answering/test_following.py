"""Follow-ups, measured on the talks of bench/talks: twenty written before the rules, ten held out."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.talks import FIRST, HELD_OUT, Turn, followed, turns
from survey.answering.following import Followed, bounded, listed, made_whole, within
from survey.errors import EmptyScope
from survey.models.extractive import Extractive
from survey.records import Answer, Claim, Quote, Reference, Scope, Sentence, Talk
from survey.tasks import CondenseQuestion, QuestionCondensed
from survey.workspace import Workspace
from tests.conftest import Made
from tests.fakes import ModelWith


def faults(file: str, scripted: bool = False) -> list[Turn]:
    return [turn for talk in turns(file, scripted) for turn in talk if turn.fault]


def test_of_twenty_talks_a_scripted_model_follows_eighteen() -> None:
    assert len(list(turns(FIRST))) == 20
    assert followed(FIRST, scripted=True) >= 18, faults(FIRST, scripted=True)


def test_of_twenty_talks_the_embedded_default_follows_eighteen() -> None:
    assert followed(FIRST) >= 18, faults(FIRST)


def test_of_ten_talks_that_were_held_out_it_follows_seven() -> None:
    assert followed(HELD_OUT) >= 7, faults(HELD_OUT)


# ---------------------------------------------------------------- what a model makes of a question

FROGS = Reference(key="fern2018", title="Frog Calls", authors=("Ada Fern",), date="2018")
TOADS = Reference(key="holt2020", title="Toad Calls in Rain", authors=("Mara Holt", "Ivo Ray"), date="2020")


def answered(question: str, *papers: Reference, asked: str = "", scope: Scope | None = None) -> Answer:
    quotes = [Quote(key=paper.key, text=f"{paper.title} carry far.", start=0, end=5) for paper in papers]
    claims = tuple(Claim(sentence=Sentence(text=f"“{quote.text}”", kind="claim", quotes=(quote,))) for quote in quotes)
    return Answer(question=question, asked=asked or question, scope=scope or Scope(), found=bool(papers), claims=claims, papers=papers)


TALK = Talk(answers=(answered("How far do frog calls carry?", FROGS, TOADS),))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "   ",
        "Why do they fade in rain?",
        "Why do newts fade in rain?",
        "Why do frog calls fade in rain on BatNet?",
        "Why do 99 frog calls fade in rain?",
        "Why do frog calls fade in rain? " * 30,
        "Why do frog calls carry?",
    ],
    ids=["empty", "blank", "echo", "foreign word", "foreign name", "foreign number", "tale", "another question"],
)
def test_a_bad_reply_is_undone_and_the_rules_follow(said: str) -> None:
    made = made_whole("Why do they fade in rain?", TALK, ModelWith(condense_question=QuestionCondensed(question=said)))
    assert made.question == "Why do frog calls fade in rain?"


def test_a_model_is_handed_the_state_of_the_talk() -> None:
    model = ModelWith()
    made_whole("Why do they?", TALK, model)
    (task,) = model.asked
    assert isinstance(task, CondenseQuestion)
    assert task.earlier == ("How far do frog calls carry?",)
    assert [paper.line for paper in task.papers] == ["[1] Fern (2018): Frog Calls", "[2] Holt and Ray (2020): Toad Calls in Rain"]
    assert task.claims == ("“Frog Calls carry far.”", "“Toad Calls in Rain carry far.”")


@pytest.mark.parametrize(
    ("reply", "papers", "without", "question"),
    [
        (
            {"question": "How far do they carry in rain?", "about": ("2",)},
            ("holt2020",),
            (),
            "Holt and Ray (2020): how far do they carry in rain?",
        ),
        (
            {"question": "How far do they carry in rain?", "about": ("7", "2")},
            ("holt2020",),
            (),
            "Holt and Ray (2020): how far do they carry in rain?",
        ),
        (
            {"question": "How far do toad calls carry in rain?", "without": ("1",)},
            (),
            ("fern2018",),
            "How far do toad calls carry in rain?",
        ),
    ],
)
def test_the_ids_of_a_reply_bind_the_question_and_code_puts_in_the_names(
    reply: Mapping[str, object], papers: tuple[str, ...], without: tuple[str, ...], question: str
) -> None:
    made = made_whole("How far do they carry in rain?", TALK, ModelWith(condense_question=QuestionCondensed.model_validate(reply)))
    assert (made.papers, made.without, made.question) == (papers, without, question)
    assert "Holt" not in made.sought


@given(st.text(max_size=60))
def test_a_first_question_is_never_touched_and_no_question_breaks_the_rules(question: str) -> None:
    assert made_whole(question, Talk(), Extractive()) == Followed(question=question, sought=question)
    made = made_whole(question, TALK, Extractive())
    assert made.question or not question.split()


def test_the_number_of_a_quote_names_its_paper() -> None:
    made = made_whole("What does [2] say of rain?", TALK, Extractive())
    assert (made.question, made.papers) == ("What does Holt and Ray (2020) say of rain?", ("holt2020",))


# ---------------------------------------------------------------- the rules

WU = Reference(key="wu2019", title="R-BERT", authors=("Shan Wu", "Yi He"), date="2019")


def wholes(*questions: str, paper: Reference = FROGS) -> list[str]:
    talk = Talk()
    for question in questions:
        made = made_whole(question, talk, Extractive())
        talk = Talk(answers=(*talk.answers, answered(question, paper, asked=made.question, scope=Scope(papers=made.papers))))
    return [answer.asked for answer in talk.answers[1:]]


def test_a_piece_whose_place_is_in_doubt_stands_beside_the_last_question_and_does_not_pile_up() -> None:
    last = "What mAP does SSAST reach on AudioSet?"
    made = wholes("What mAP does AST reach on AudioSet?", "and of SSAST?", "why?", "on which data?")
    assert made == [last, f"{last} Why?", f"{last} On which data?"]


def test_no_family_name_is_taken_for_a_pronoun() -> None:
    assert wholes("How does R-BERT work?", "what did the authors leave open?", paper=WU) == ["What did Wu and He (2019) leave open?"]


def test_a_rewriting_of_the_rules_that_brings_in_a_name_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in ("Wu and Frog (2019): how far do frog calls carry?", "Why do newts call?"):
        monkeypatch.setattr("survey.models.extractive.condense_question.reply", lambda task, q=said: QuestionCondensed(question=q))
        made = made_whole("Why do they?", TALK, ModelWith(condense_question=QuestionCondensed(question="")))
        assert made.question == "How far do frog calls carry? Why do they?"


def test_the_auxiliary_agrees_with_what_takes_the_place_of_its_subject() -> None:
    assert wholes("How well are replay attacks detected?", "why does it fail?") == ["Why do replay attacks fail?"]


@pytest.mark.parametrize("question", ["its " * 1_000, "why does it fail " + "of the net " * 1_000], ids=["pronouns", "nested"])
def test_a_line_of_thousands_of_words_is_followed_within_bounds(question: str) -> None:
    made = made_whole(question, TALK, Extractive())
    assert len(made.question) <= len(question) + 200
    made_whole("Why?", Talk(answers=(answered("Why do ends " + "of the net " * 1_000 + "fail?", FROGS),)), Extractive())


def test_a_follow_up_from_one_paper_leaves_the_list_and_who_else_shuts_out_all_that_were_told() -> None:
    fuller = answered("and in rain?", WU, asked="How far do frog calls carry in rain?")
    talk = Talk(answers=(*TALK.answers, fuller))
    assert listed(talk) == (["fern2018", "holt2020"], ["wu2019"])
    several = answered("and on ice?", WU, TOADS, asked="How far do frog calls carry on ice?")
    made = made_whole("who else?", Talk(answers=(*talk.answers, several)), Extractive())
    assert made.without == ("fern2018", "holt2020", "wu2019")


# ---------------------------------------------------------------- what the talk lists, and bounds


def test_an_answer_from_one_paper_of_a_list_leaves_the_list() -> None:
    second = answered("And the second?", TOADS, scope=Scope(papers=("holt2020",)))
    assert listed(Talk(answers=(*TALK.answers, second))) == (["fern2018", "holt2020"], ["holt2020"])
    elsewhere = answered("What of newts?", TOADS)
    assert listed(Talk(answers=(*TALK.answers, elsewhere))) == (["holt2020"], ["holt2020"])
    silent = Answer(question="Do newts call?", found=False)
    assert listed(Talk(answers=(*TALK.answers, silent))) == (["fern2018", "holt2020"], ["fern2018", "holt2020"])


def test_a_question_is_bounded_by_the_talk_by_its_own_scope_and_by_what_it_points_at(work: Made) -> None:
    with Workspace.open(work.root) as workspace:
        desk_of = workspace.papers_of
        talk = Talk(scope=Scope(since=2019, until=2022))
        scope, desk = bounded(Followed(question="?", sought="?", papers=("volt2023",)), talk, Scope(until=2030), _desk(workspace))
        assert scope == Scope(papers=("volt2023",), since=2019, until=2022)
        with pytest.raises(EmptyScope):
            desk.papers_of(scope)
        shut = Followed(question="?", sought="?", without=("quist2019",))
        _, desk = bounded(shut, Talk(), Scope(), _desk(workspace))
        assert set(desk.papers_of(Scope(authors=("Tarr",))) or ()) == set(desk_of(Scope(authors=("Tarr",))) or ()) - {"quist2019"} != set()


def test_of_two_authors_a_paper_of_both_is_left(work: Made) -> None:
    with Workspace.open(work.root) as workspace:
        both = within(Scope(authors=("Tarr",)), Scope(authors=("Usman",)), _desk(workspace))
        assert workspace.papers_of(both) == ["tarr2021"]
        with pytest.raises(EmptyScope):
            within(Scope(papers=("tarr2021",)), Scope(papers=("volt2023",)), _desk(workspace))


def _desk(workspace: Workspace):  # type: ignore[no-untyped-def]  # as Workspace.ask makes it
    from survey.answering import Desk

    return Desk(
        library=workspace.library,
        index=workspace.index,
        embedder=workspace._meaning,
        model=workspace.model,
        judged=False,
        explored=workspace.explore,
        papers_of=workspace.papers_of,
    )


# ---------------------------------------------------------------- over a collection


def test_a_talk_over_a_collection_is_followed_from_paper_to_paper(work: Made) -> None:
    with Workspace.open(work.root) as workspace:
        talk = Talk()
        for question in ("How well is lithium plating detected?", "who else speaks of it?"):
            answer = workspace.ask(question, talk)
            talk = Talk(answers=(*talk.answers, Answer.model_validate(answer.model_dump())))
        first, second = talk.answers
        assert first.found
        assert "lithium plating" in second.asked
        assert not {quote.key for quote in first.evidence} & {quote.key for quote in second.evidence}
