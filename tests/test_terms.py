import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.terms import Weights, candidate_terms, numbers, spelt_numbers, stem, stems, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,024 cells and −74.50 degrees", {"1024", "74.5"}),
        ("an accuracy of 88.8%, a kappa of 0.852.", {"88.8", "0.852"}),
        ("1,234,567.80 in all", {"1234567.8"}),
        ("ein Fehler von 2,5", {"2.5"}),
        ("between 3 and 5-10 of 100", {"3", "5", "10", "100"}),
        ("p < .05, not p < .01", {"0.05", "0.01"}),
        ("Fig.5 and Tab.12", {"5", "12"}),
        ("ResNet-18 with F1", {"18"}),
        ("no digits", set()),
        ("10.0 and 10", {"10"}),
    ],
)
def test_numbers_as_they_are_written(text: str, found: set[str]) -> None:
    assert numbers(text) == found


@given(st.integers(0, 10**9))
def test_a_whole_number_is_the_same_with_and_without_commas_and_sign(number: int) -> None:
    assert numbers(f"of {number} cells") == numbers(f"of {number:,} cells") == numbers(f"of −{number}.") == {str(number)}


@given(st.decimals(0, 10_000, places=3, allow_nan=False))
def test_zeros_behind_the_point_change_nothing_and_other_digits_do(number: object) -> None:
    assert numbers(f"{number} dB") == numbers(f"({number}00 dB)")
    assert numbers(f"{number}1 dB") != numbers(f"{number} dB")


@given(st.text(max_size=200))
def test_any_text_can_be_searched_for_words_and_numbers(text: str) -> None:
    assert all(word in text for word in words(text))
    assert all(found and not set(found) & set(",−+ ") for found in numbers(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("with ninety-nine percent accuracy on four hundred datasets", ["99", "400"]),
        ("Two thousand and five of three million, two hundred and six", ["2005", "3000000", "206"]),
        ("1.2 million hours, 5 hundred ponds and a hundred toads", ["1200000", "500", "100"]),
        ("two networks of three-layer blocks, one for each of the twelve ponds", []),
        ("two percent, three times, four per cent, five-fold, tenfold, six percentage points, seven %", [*"2345", "10", "6", "7"]),
        ("thirteen ponds, twenty-one toads, two dozen newts", ["13", "21", "24"]),
        ("six point five joules", ["6.5"]),
        ("two three-layer networks, nineteen ninety", ["19", "90"]),
        ("thousands of hours", ["1000"]),
        ("someone weighs tons; no one often hundredfold", ["100"]),
        ("", []),
    ],
)
def test_numbers_in_words_save_small_counts(text: str, found: list[str]) -> None:
    assert [number.value for number in spelt_numbers(text) if not number.small] == found


@given(st.text(max_size=60), st.lists(st.sampled_from(["two", "twenty", "hundred", "and", "point", "million", "7", "-", ",", "fold"])))
def test_any_text_can_be_searched_for_numbers_in_words(text: str, tokens: list[str]) -> None:
    for number in (*spelt_numbers(text), *spelt_numbers(" ".join(tokens))):
        assert number.text
        assert numbers(number.value) == {number.value}


def test_stems_leave_out_stop_words_and_part_hyphenated_ones() -> None:
    assert stems("the frogs of a low-energy pond's edge") == [stem(w) for w in ("frogs", "low-energy", "low", "energy", "pond's", "edge")]
    assert stem("calls") == stem("Called")
    assert stem("pond’s") == stem("pond")


def test_terms_begin_and_end_with_words_that_name_something() -> None:
    found = set(candidate_terms("We propose a novel automatic sleep staging method for noisy rooms, and rain noise."))
    assert "sleep staging" in found
    assert "rain noise" in found
    assert not any(term.startswith(("novel", "We")) or term.endswith("method") for term in found)
    assert not any("rooms rain" in term for term in found)  # a comma parts them


def test_rare_words_weigh_more_and_shared_ones_are_named_by_weight() -> None:
    weights = Weights(["frog pond", "frog lake", "frog toad noise"])
    assert weights("toad") > weights(stem("frog"))
    assert weights.shared("Frogs and toads", "a toad, a frog") == ("toads", "Frogs")


@given(st.lists(st.sampled_from(["frog", "toad", "pond", "rain", "12", "the"]), max_size=8).map(" ".join), st.text(max_size=40))
def test_an_overlap_is_a_share(left: str, right: str) -> None:
    weights = Weights(["frog pond", "rain", left])
    assert 0.0 <= weights.overlap(left, right) <= 1.0
    assert weights.overlap(left, f"{left} {right}") == pytest.approx(1.0 if set(left.split()) - {"the"} else 0.0)


def test_a_clause_of_a_script_without_spaces_is_no_term() -> None:
    clause = "本研究は夜のふくろうの耳をEEGで調べ雨の中で誤りが減ることを示しさらに昼の光の中でも同じである"
    assert list(candidate_terms(f"{clause}。 Ohren der Eule")) == ["Ohren", "Ohren der", "Ohren der Eule", "der", "der Eule", "Eule"]
