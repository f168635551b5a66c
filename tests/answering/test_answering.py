from collections.abc import Callable

import pytest

from survey.answering import about
from survey.records import Answer, Paper, Talk
from survey.tasks import AnswerGiven, AnswerQuestion, CondenseQuestion, Prose, QuestionCondensed
from survey.workspace import AnswerResult, Workspace
from tests.conftest import Made
from tests.fakes import HashingEmbedder, ModelWith, ScriptedModel

QUESTION = "How many joules does the small network save?"


@pytest.fixture
def asked(work: Made) -> Callable[..., AnswerResult]:
    def ask(question: str, *earlier: str, **replies: object) -> AnswerResult:
        with Workspace.open(work.root, model=ModelWith(**replies)) as workspace:  # type: ignore[arg-type]  # each is a reply
            answer = workspace.ask(question, Talk(answers=tuple(Answer(question=e, found=False) for e in earlier)))
            for sentence in answer.sentences:
                assert sentence.quotes
                for quote in sentence.quotes:
                    assert workspace.paper(quote.key).text[quote.start : quote.end] == quote.text
            return answer

    return ask


@pytest.mark.parametrize(
    ("question", "key", "words"),
    [
        (QUESTION, "maarLowEnergyFrogCall2022", "1,200 joules"),
        ("How much does the charging protocol reduce lithium plating?", "volt2023", "37%"),
        ("How many toads does the drone find?", "thornCountingToadsDrones", "83 of 90 toads"),
        ("What error does the recurrent model reach on lithium batteries?", "quist2019", "4.5%"),
    ],
)
def test_the_answer_quotes_the_sentence_that_holds_it(asked: Callable[..., AnswerResult], question: str, key: str, words: str) -> None:
    answer = asked(question)
    assert answer.found
    assert answer.question == question
    assert [sentence.citekeys for sentence in answer.sentences if words in sentence.text] == [(key,)]
    assert {paper.key for paper in answer.papers} == {key}


@pytest.mark.parametrize(
    "question",
    [
        "Who won the football world cup in Brazil?",
        "Which medieval tapestry shows a comet?",
        "What is the boiling point of mercury?",
        "?",
        "the of and",
    ],
)
def test_what_the_collection_does_not_say_is_not_answered(asked: Callable[..., AnswerResult], question: str) -> None:
    answer = asked(question)
    assert not answer.found
    assert answer.sentences == ()
    assert {paper.key for paper in answer.papers} == {near.key for near in answer.nearest}


def test_a_question_that_leans_on_the_talk_is_answered_from_it(asked: Callable[..., AnswerResult]) -> None:
    answer = asked("And how much of the frog calls does it detect?", "How does the denoising network fare in rain noise?")
    assert any("81.5%" in sentence.text for sentence in answer.sentences)


@pytest.mark.parametrize(
    "prose",
    [
        Prose(text="It saves 9,999 joules.", ids=("0",)),
        Prose(text="It saves a lot.", ids=()),
        Prose(text="It saves a lot.", ids=("999", "x", "-1", "volt2023")),
        Prose(text="Maar: “It saves everything.”", ids=("0",)),
    ],
    ids=["number", "no ground", "made-up ground", "made-up quotation"],
)
def test_what_a_model_makes_up_is_not_part_of_the_answer(asked: Callable[..., AnswerResult], prose: Prose) -> None:
    assert not asked(QUESTION, answer=AnswerGiven(sentences=(prose,))).found

    def with_a_true_one(task: AnswerQuestion) -> AnswerGiven:
        return AnswerGiven(sentences=(prose, Prose(text=f"“{task.sentences[0].text}”", ids=(task.sentences[0].id,))))

    answer = asked(QUESTION, answer=with_a_true_one)
    assert [sentence.text.startswith("“") for sentence in answer.sentences] == [True]


def test_an_answer_is_of_three_sentences_at_most_however_many_are_written(asked: Callable[..., AnswerResult]) -> None:
    def at_length(task: AnswerQuestion) -> AnswerGiven:
        made_up = Prose(text="It saves 9,999 joules.", ids=(task.sentences[0].id,))
        true = [Prose(text=f"{s.byline}: “{s.text}”", ids=(s.id,)) for s in task.sentences]
        return AnswerGiven(sentences=(made_up, *true))

    answer = asked(QUESTION, answer=at_length)
    assert len(answer.sentences) == 3
    assert not any("9,999" in sentence.text for sentence in answer.sentences)


def test_the_question_made_whole_is_what_is_searched(work: Made) -> None:
    nothing = AnswerGiven(sentences=())
    with ScriptedModel(QuestionCondensed(question=QUESTION), nothing) as model, Workspace.open(work.root, model=model) as workspace:
        earlier = "How many joules are saved?"
        assert not workspace.ask("And by the small network?", Talk(answers=(Answer(question=earlier, found=False),))).found
        first, second = model.asked
        assert isinstance(first, CondenseQuestion)
        assert first.earlier == (earlier,)
        assert isinstance(second, AnswerQuestion)
        assert second.question == QUESTION
        assert any("1,200 joules" in sentence.text for sentence in second.sentences)


def test_an_empty_library_says_nothing(work: Made) -> None:
    with Workspace.open(work.root / "new") as workspace:
        assert not workspace.ask(QUESTION).found


def test_a_topic_is_spoken_of_by_its_words_or_its_meaning() -> None:
    papers = [Paper(key="a", title="Frog calls in rain noise"), Paper(key="b", title="Lithium batteries"), Paper(key="c", title="")]
    assert about("rain noise", papers, HashingEmbedder()) == {"a"}
    assert about("frog calls in rain noise", papers, HashingEmbedder()) == {"a"}
    assert about("lithium", papers, HashingEmbedder()) == {"b"}
    assert about("lithium", [], HashingEmbedder()) == set()
