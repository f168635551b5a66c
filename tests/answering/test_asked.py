import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answering.asked import Asked, names_paper, understood

ASKED = """
open    |                        | What is still open?
open    |                        | which gaps remain
open    |                        | What limitations are unresolved in these papers?
open    |                        | Can you tell me what is open?
open    |                        | what has nobody solved yet?
open    |                        | What should be worked on next?
open    | speech enhancement     | open problems in speech enhancement
open    | sleep staging          | Which research gaps remain in sleep staging?
open    | audio tagging          | Show me all unresolved issues in audio tagging
open    | audio tagging          | Which problems of audio tagging are still open?
open    | Phan et al. (2019)     | What does Phan et al. (2019) leave open?
open    | SleepTransformer       | What limitations does SleepTransformer have?
solved  | catastrophic forgetting| Who solved catastrophic forgetting?
solved  | channel mismatch       | Has the problem of channel mismatch been solved?
solved  | channel mismatch       | is channel mismatch still an open problem?
solved  | channel mismatch       | How was channel mismatch overcome?
solved  | channel mismatch       | which papers tackle channel mismatch
solved  | channel mismatch       | What has been done about channel mismatch so far?
solved  | channel mismatch       | Did anyone solve the channel mismatch problem?
solved  | channel mismatch       | Is there a solution to channel mismatch?
raised  | noisy labels           | Who raised the problem of noisy labels?
raised  | noisy labels           | who first pointed out noisy labels
after   | SleepTransformer       | What came after SleepTransformer?
after   | Phan et al. (2019)     | Who built on Phan et al. (2019)?
after   | 2019 paper by Phan     | what followed the 2019 paper by Phan
after   | @phan2019              | follow-ups of @phan2019
after   | Phan et al. (2019)     | Who solved what Phan et al. (2019) left open?
before  | SleepTransformer       | What does SleepTransformer build on?
before  | SleepTransformer       | Which problems does SleepTransformer solve?
compare | A-net                  | compare A-net with B-net
compare | A-net                  | A-net vs. B-net
compare | CNNs                   | Which is better: CNNs or Transformers?
compare | CNNs                   | Are CNNs faster than Transformers?
compare | CNNs                   | what is the difference between CNNs and Transformers?
compare | CNNs                   | Do CNNs outperform Transformers?
"""

NOT_ASKED = """
What is the open reading frame of the virus?
What happened after treatment?
What happened after 2019?
Why are open-source models compared with closed ones?
Who was infected after the contact?
What is the solution used in the buffer?
Is the wound left open?
How was the tissue fixed?
Which cells were fixed in formaldehyde?
How many problems are there in the benchmark?
What came after it?
Who solved it?
What are the challenges of sleep staging?
Who is the author of SleepTransformer?
What is left ventricular hypertrophy?
Are tumours larger than 7 cm operated on?
"""


@pytest.mark.parametrize("line", ASKED.strip().splitlines())
def test_what_is_asked_for_and_of_what(line: str) -> None:
    kind, subject, question = (part.strip() for part in line.split("|"))
    found = understood(question)
    assert (found.kind, found.subject, found.text) == (kind, subject, question)


@pytest.mark.parametrize("question", [*NOT_ASKED.strip().splitlines(), "", "?", "what is open " * 40])
def test_an_ordinary_question_is_for_passages(question: str) -> None:
    assert understood(question) == Asked(text=question)


@pytest.mark.parametrize(
    ("question", "other"),
    [("Compare CNNs and Transformers on AudioSet", "Transformers on AudioSet"), ("How do CNNs differ from Transformers?", "Transformers")],
)
def test_the_other_side_of_a_comparison(question: str, other: str) -> None:
    assert understood(question).other == other


def test_a_certain_tie_may_be_asked_for() -> None:
    assert [understood(f"Who {verb} Roe et al. (2019)?").tie for verb in ("cites", "contradicts", "built on")] == [
        "cites",
        "contradicts",
        "",
    ]


@pytest.mark.parametrize(
    "name", ["@roe2019", "Roe et al.", "Roe (2019)", "the 2019 paper by Roe", "Roe's work", "SleepNet", "L-Net", "“On Ponds”"]
)
def test_forms_of_a_papers_name(name: str) -> None:
    assert names_paper(name)


@pytest.mark.parametrize("name", ["treatment", "2019", "the 2009 pandemic", "rain noise"])
def test_what_is_no_papers_name(name: str) -> None:
    assert not names_paper(name)


_WORDS = "what who which is are a the open problem solved has been after paper or and vs compare better than remain in , : ? SleepNet"
_PIECES = st.sampled_from(_WORDS.split())


@given(st.lists(_PIECES, max_size=80).map(" ".join) | st.text(max_size=300))
def test_any_question_is_understood_at_once_and_what_it_names_stands_in_it(question: str) -> None:
    started = time.perf_counter()
    found = understood(question)
    assert time.perf_counter() - started < 1
    plain = " ".join(question.split())
    assert found.subject in plain
    assert found.other in plain


@pytest.mark.parametrize(
    "question", ["What is not open in sleep staging?", "Which problems are not open in sleep staging?", "What is no longer open?"]
)
def test_what_is_not_open_is_another_question(question: str) -> None:
    assert understood(question).kind == "passages"


def test_a_long_question_is_not_looked_at() -> None:
    start = time.perf_counter()
    assert understood("What is open" + ", " * 1900 + "x?").kind == "passages"
    assert understood("," * 4000).kind == "passages"
    assert time.perf_counter() - start < 0.5
