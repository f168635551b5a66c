import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.labels import MOST_WORDS, label_of
from survey.terms import Weights, words

RAIN = "Detecting frog calls is hampered by rain noise."
WEIGHTS = Weights([RAIN, "Labels are scarce.", "Batteries fade in the cold.", "The detection of frog calls is hampered by rain noise."])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Automatic sleep staging suffers from channel mismatch.", "Channel mismatch"),
        ("The method is limited by a lack of labelled training data.", "Lack of labelled training data"),
        ("However, existing networks ignore the order of sleep stages, which hurts.", "Order of sleep stages"),
        ("Frog detectors fail to capture the rhythm of calls.", "Rhythm of calls"),
        ("Frog detectors fail to perform well on noisy summer ponds.", "Noisy summer ponds"),
        ("Detection is difficult due to the differences in many habits found in individual frogs.", "Differences in many habits"),
        ("Toads are vulnerable to heavy rain despite their thick skin.", "Heavy rain"),
        ("Counters fail to keep the steady rhythm the callers had.", "Steady rhythm"),
        ("For want of a quick measure of croaks, keepers guess.", "Want of a quick measure of croaks"),
    ],
)
def test_a_label_is_what_follows_the_words_that_announce_a_problem(text: str, label: str) -> None:
    assert label_of([text], WEIGHTS) == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Observation ends early because grants run for two years.", "Observation ends early"),
        ("However, direct seeding on the reef failed, since currents carried the larvae away.", "Direct seeding on the reef failed"),
        ("However, collecting billions of croaks is expensive.", "Collecting billions of croaks is expensive"),
        ("Ponds are small; the survival of tadpoles remains unknown.", "Survival of tadpoles remains unknown"),
    ],
)
def test_a_short_clause_that_states_a_problem_is_its_label(text: str, label: str) -> None:
    assert label_of([text], WEIGHTS) == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("All of it hangs on the bond between transplant and rock (Roe et al., 2019).", "Bond between transplant"),
        ("Trials beyond our own hospital were short.", "Trials"),
    ],
)
def test_else_a_label_is_a_run_of_nouns(text: str, label: str) -> None:
    assert label_of([text], WEIGHTS) == label


def test_what_all_statements_speak_of_names_the_issue() -> None:
    one = "Batteries fade in the cold and frogs suffer from channel mismatch."
    assert label_of([one], WEIGHTS) == "Channel mismatch"
    assert "cold" in label_of(["The cold fades batteries.", "Batteries in the cold fade fast.", one], WEIGHTS).lower()


LABEL_WORDS = [*words("Rain noise suffers from lack of a frog calls the which and is due to detection only lost it"), ",", "9"]


@given(st.lists(st.sampled_from(LABEL_WORDS), min_size=1).map(" ".join))
def test_a_label_is_cut_out_of_its_sentence_and_short(text: str) -> None:
    label = label_of([text], WEIGHTS)
    there, cut = words(text.lower()), words(label.lower())
    assert any(there[n : n + len(cut)] == cut for n in range(len(there) + 1))
    assert len(cut) <= MOST_WORDS
