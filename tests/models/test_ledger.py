from survey.models.ledger import Ledger
from survey.tasks import CondenseQuestion, OutlinePlanned, PlanOutline, QuestionCondensed
from tests.fakes import ScriptedModel


def test_it_hands_on_what_the_model_replies_and_counts_by_task() -> None:
    replies = (QuestionCondensed(question="Why?"), OutlinePlanned(themes=()), QuestionCondensed(question="How?"))
    with ScriptedModel(*replies, name="a model") as model:
        ledger = Ledger(model)
        first, second = CondenseQuestion(question="?", earlier=()), PlanOutline(topic="", themes=())
        third = CondenseQuestion(question="!", earlier=())
        assert (ledger.reply(first), ledger.reply(second), ledger.reply(third)) == replies
        assert model.asked == [first, second, third]
    assert ledger.calls == {"condense_question": 2, "plan_outline": 1}
    assert ledger.name == "a model"
