from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.labels import MOST_WORDS, label_of, shortened
from survey.terms import Weights, words

RAIN = "Detecting frog calls is hampered by rain noise."
WEIGHTS = Weights([RAIN, "Labels are scarce.", "Batteries fade in the cold.", "The detection of frog calls is hampered by rain noise."])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The method is limited by a lack of labelled training data.", "Lack of labelled training data"),
        ("Detection is difficult due to the differences in many habits found in individual frogs.", "Differences in habits"),
    ],
)
def test_a_label_is_what_follows_the_words_that_announce_a_problem(text: str, label: str) -> None:
    assert label_of([text], WEIGHTS) == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("However, direct seeding on the reef failed, since currents carried the larvae away.", "Direct seeding on reef failed"),
        ("However, collecting billions of croaks is expensive.", "Collecting billions of croaks is expensive"),
        ("Ponds are small; the survival of tadpoles remains unknown.", "Survival of tadpoles remains unknown"),
        ("However, existing networks ignore the order of sleep stages, which hurts.", "Networks ignore order of sleep stages"),
        ("Detectors that listen to single calls fail to count frogs.", "Detectors fail to count frogs"),
        ("Many detectors still use wet thresholds, which disregard the local climate.", "Wet thresholds disregard local climate"),
        ("Beginner keepers find it difficult to survey the depth of a pond at night.", "Beginner keepers find it difficult"),
        ("It has been shown that tiny keepers cannot be heard.", "Tiny keepers cannot be heard"),
    ],
)
def test_a_clause_that_says_what_is_wrong_is_shortened_to_a_label(text: str, label: str) -> None:
    assert label_of([text], WEIGHTS) == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Whether frogs call in the rain at night remains to be tested.", "Whether frogs call in rain at night"),
        ("How well toads are counted has not been examined.", "How well toads are counted"),
    ],
)
def test_a_question_that_is_left_is_a_label(text: str, label: str) -> None:
    assert label_of([text], WEIGHTS) == label


def test_else_a_label_is_a_run_of_nouns() -> None:
    assert label_of(["All of it hangs on the bond between transplant and rock (Roe et al., 2019)."], WEIGHTS) == "Bond between transplant"


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("Scarce labels", "Scarce labels"),
        ("Inability to account for differences in meaning", "Inability to account for differences"),
        ("Speech emotion recognition in conversations remains difficult", "Speech emotion recognition remains difficult"),
        ("Dependency over whole sleep cycle is not examined", "Dependency is not examined"),
        ("Voice controlled systems are vulnerable to replay attacks", "Voice controlled systems are vulnerable"),
        ("Construction is extremely time-consuming and requires plenty", "Construction is extremely time-consuming"),
        ("One two three four five six seven eight", "One two three four five six"),
    ],
)
def test_a_label_for_a_twig_keeps_what_is_wrong(label: str, short: str) -> None:
    assert shortened(label, 6) == short


def test_what_all_statements_speak_of_names_the_issue() -> None:
    one = "Batteries fade in the cold and frogs suffer from channel mismatch."
    assert "mismatch" in label_of([one], WEIGHTS)
    assert "cold" in label_of(["The cold fades batteries.", "Batteries in the cold fade fast.", one], WEIGHTS).lower()


LABEL_WORDS = [
    *words("Rain noise suffers from lack of a frog calls the which and is due to detection only lost whether not cannot"),
    ",",
    "9",
]


@given(st.lists(st.sampled_from(LABEL_WORDS), min_size=1).map(" ".join))
def test_the_words_of_a_label_stand_in_its_sentence_and_are_few(text: str) -> None:
    there, cut = Counter(words(text.lower())), Counter(words(label_of([text], WEIGHTS).lower()))
    assert not cut - there
    assert sum(cut.values()) <= MOST_WORDS
