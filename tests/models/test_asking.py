"""Questions with a model behind a server that breaks off: what is told and printed was checked, and the command says that it is not all."""

import json
import re
from itertools import count
from pathlib import Path

import pytest

from survey import errors
from survey.library import Library
from survey.models import openai_api
from survey.records import Claim
from survey.tasks import AnswerGiven, AnswerQuestion, Prose
from survey.workspace import Workspace
from tests.calling import Outcome, call
from tests.conftest import Made
from tests.fakes import ModelWith
from tests.models.hostile import Act, FakeClock, Handler, Hostile
from tests.models.wire import Wire, streamed

QUESTION = "How many joules does the small network save?"
TRUE, ALTERED = "1,200 joules", "2,100 joules"
NOTHING = streamed('{"sentences": []}')


def stream_for(asked: dict[str, object]) -> bytes:
    """A true sentence of those that were sent, the same with another number, and a true one of another paper; nothing is mended."""
    sent = json.dumps(asked["messages"], ensure_ascii=False).replace("\\n", "\n")
    if ALTERED in sent:
        return NOTHING
    found = re.findall(r"^\[(\w+)\] ([^:]+): (.+)$", sent, re.MULTILINE)
    holds = next(one for one in found if TRUE in one[2])
    other = next(one for one in found if one[1] != holds[1])
    proses = [Prose(text=f"{byline}: “{text}”", ids=(id_,)) for id_, byline, text in (holds, holds, other)]
    proses[1] = proses[1].model_copy(update={"text": proses[1].text.replace(TRUE, ALTERED)})
    return streamed(AnswerGiven(sentences=tuple(proses)).model_dump_json(), size=40)


def test_cut_at_any_place_the_claims_that_are_told_are_the_first_of_the_whole_answer(work: Made, tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite") as library:
        wire = Wire(tmp_path, library)
        with Workspace.open(work.root, model=wire.model) as workspace:

            def told(most: int) -> tuple[list[Claim], int]:
                """With streams of so many bytes: the claims, and the code that the command would end with."""
                heard: list[Claim] = []
                wire.after = lambda asked: stream_for(asked)[:most]
                try:
                    answer = workspace.ask(QUESTION, heard=heard.append)
                except errors.ModelError as fault:
                    return heard, fault.exit_code
                assert [claim.sentences for claim in answer.claims] == [claim.sentences for claim in heard]
                return heard, 0

            cuts = []
            for most in count(0, 7):
                cuts.append(told(most))
                if cuts[-1][1] == 0:
                    break
    *broken, (whole, _) = cuts
    assert [TRUE in claim.sentence.text for claim in whole] == [True, False]
    assert {code for _, code in broken} == {6}
    assert all(heard == whole[: len(heard)] for heard, _ in broken)
    assert {len(heard) for heard, _ in broken} == {0, 1, 2}, "claims are told before the reply is whole"


def cut_at(most: int) -> Act:
    def act(handler: Handler) -> None:
        handler.begin_stream()
        handler.wfile.write(stream_for(handler.asked)[:most])

    return act


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_command_prints_what_was_checked_alone_and_ends_with_6(work: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_api, "SystemClock", FakeClock)  # nobody waits before an attempt

    def ask(most: int) -> Outcome:
        with Hostile(after=cut_at(most)) as hostile:
            return call("ask", QUESTION, "-w", work.root, "--model", "tiny", "--base-url", hostile.url, "--quiet")

    cuts = [ask(most) for most in (0, 300, 600, 900, 1050)]
    whole = ask(10_000)
    assert (whole.code, whole.err) == (0, "")
    assert TRUE in whole.out
    for cut in cuts:
        assert cut.code == 6
        assert "no whole reply came from" in cut.err
        assert cut.out.strip() in whole.out
        assert ALTERED not in cut.out


def pond(title: str, author: str, harms: str) -> str:
    return f"# {title}\n\n{author}\n\n## Results\n\nShallow ponds warm by 3 degrees in summer, which {harms} the eggs of frogs.\n"


PONDS = {"warm.md": pond("Warm ponds", "Ada Roe", "harms"), "cool.md": pond("Cool ponds", "Bo Lee", "does not harm")}


def test_what_papers_say_to_the_contrary_follows_what_a_model_writes(tmp_path: Path) -> None:
    """It was told by then, so nothing is put before it or joined to it."""
    for name, text in PONDS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def one_sided(task: AnswerQuestion) -> AnswerGiven:
        id_ = next(sentence.id for sentence in task.sentences if "which harms" in sentence.text)
        return AnswerGiven(sentences=(Prose(text="Shallow ponds that warm in summer harm the eggs of frogs.", ids=(id_,)),))

    heard: list[Claim] = []
    with Workspace.open(tmp_path, model=ModelWith(answer=one_sided)) as workspace:
        workspace.add([tmp_path])
        answer = workspace.ask("Do shallow ponds that warm in summer harm the eggs of frogs?", heard=heard.append)
    assert [claim.sentences for claim in answer.claims] == [claim.sentences for claim in heard]
    first, contrary = answer.claims
    assert first.sentence.text.startswith("Shallow ponds that warm")
    assert "does not harm" in contrary.sentence.text
