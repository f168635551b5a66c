import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.support import evidence_faults
from survey.support.polarity import turned_round

NET = "The small net does not need labelled calls and finds more frogs than the wind filter, although rain lowers its recall."
DRONE = "Because thermal cameras fail in cold water, a drone is unable to count toads before sunrise without a second sensor."
RIVAL = "On PondSet, FrogNet outperforms ToadNet and is faster than the baseline."


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("The small net needs no labelled calls.", NET),
        ("Without labelled calls, the small net finds more frogs than the wind filter.", NET),
        ("The net is able to do without labelled calls.", NET),
        ("They report that their net, which does not rely on labelled calls, detects more frogs than a wind filter does.", NET),
        ("More frogs are found by the small net than by the wind filter.", NET),
        ("Its recall is reduced by rain.", NET),
        ("Roe (2020) describes a small net for frogs and rain.", NET),
        ("Thermal cameras do not work in cold water.", DRONE),
        ("The drone cannot count toads before sunrise unless it has a second sensor.", DRONE),
        ("A second sensor is needed to count toads before sunrise.", DRONE),
        ("FrogNet surpasses ToadNet on PondSet.", RIVAL),
        ("ToadNet is outperformed by FrogNet on PondSet.", RIVAL),
        ("Not only is FrogNet faster than the baseline, it outperforms ToadNet too.", RIVAL),
        ("The frogs did not differ in length.", "The frogs were similar in length."),
        ("No difference in length between the frogs was found.", "The length was the same in all frogs."),
        ("Whales do not sing opera in winter.", NET),  # of something else: not for this check
    ],
)
def test_what_says_the_same_in_other_words_stands(sentence: str, quote: str) -> None:
    assert turned_round(sentence, [quote]) is None


@pytest.mark.parametrize(
    ("sentence", "quote", "told"),
    [
        ("The small net needs labelled calls.", NET, "leaves out “not”"),
        ("The small net does not find more frogs than the wind filter.", NET, "says “not”"),
        ("The small net finds fewer frogs than the wind filter.", NET, "“fewer” where its quote says “more”"),
        ("Although rain raises its recall, the small net finds more frogs.", NET, "“raises” where its quote says “lowers”"),
        ("The wind filter finds more frogs than the small net.", NET, "than"),
        ("Roe (2020) does not show that the small net needs labelled calls.", "The small net needs labelled calls.", "says “not”"),
        ("A drone is unable to count toads after sunrise.", DRONE, "“after” where its quote says “before”"),
        ("Thermal cameras work in cold water.", DRONE, "leaves out “fail”"),
        ("ToadNet outperforms FrogNet on PondSet.", RIVAL, "outperforms"),
        ("FrogNet underperforms ToadNet on PondSet.", RIVAL, "underperforms"),
        ("FrogNet is slower than the baseline on PondSet.", RIVAL, "slower"),
        ("An unsupervised net hears frog calls.", "A supervised net hears frog calls.", "unsupervised"),
        ("Frog calls are sufficient to count ponds.", "Frog calls are insufficient to count ponds.", "insufficient"),
    ],
)
def test_what_says_the_opposite_is_named(sentence: str, quote: str, told: str) -> None:
    turned = turned_round(sentence, ["Newts sleep in winter.", quote])
    assert turned is not None
    assert told in turned.reason


@pytest.mark.parametrize("quote", [NET, DRONE, RIVAL])
def test_where_one_quote_bears_it_out_another_does_not_speak_against_it(quote: str) -> None:
    assert turned_round(quote, [quote, quote.replace(" not ", " ").replace("more", "fewer").replace("before", "after")]) is None


CUES = st.sampled_from(["not", "no", "never", "without", "more", "less", "better", "worse", "before", "after", "fails", "lower"])
THINGS = st.sampled_from(["frogs", "toads", "ponds", "rain", "nets", "calls", "drones", "hears", "counts"])


@given(st.lists(st.one_of(CUES, THINGS), min_size=1, max_size=15).map(" ".join), st.lists(THINGS, max_size=5).map(" ".join))
def test_a_sentence_never_turns_against_itself(sentence: str, other: str) -> None:
    assert turned_round(sentence, [sentence, other]) is None


@given(st.lists(THINGS, min_size=4, max_size=10, unique=True), st.data())
def test_a_not_more_or_less_is_always_seen_among_the_same_words(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(words) - 2))
    plain, denied = " ".join(words), " ".join([*words[:at], "not", *words[at:]])
    assert turned_round(denied, [plain]) is not None
    assert turned_round(plain, [denied]) is not None


def test_words_of_another_language_are_not_compared() -> None:
    assert evidence_faults("Das Netz hört not more Frösche.", [NET], lang="de") == []
