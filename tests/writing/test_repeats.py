from hypothesis import given
from hypothesis import strategies as st

from survey.scoring import max_trigram_overlap
from survey.writing.repeats import AGAIN, closest, repeated, same_claim, twins

_TEXTS = st.lists(st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), min_size=5, max_size=9).map(" ".join), max_size=8)


@given(_TEXTS)
def test_what_is_left_of_texts_is_below_the_bar(texts: list[str]) -> None:
    again = repeated([("", text) for text in texts])
    left = [text for at, text in enumerate(texts) if at not in again]
    assert closest(left) < AGAIN
    assert max_trigram_overlap(left) < AGAIN
    assert bool(again) == (closest(texts) >= AGAIN)


@given(_TEXTS)
def test_twins_are_mutual(texts: list[str]) -> None:
    found = twins({str(n): text for n, text in enumerate(texts)})
    assert all(name in found[other] for name, others in found.items() for other in others)


def test_a_pair_may_stand_side_by_side() -> None:
    one, other = "the small net finds most frogs here", "the small net finds most frogs there"
    assert repeated([("x", one), ("x", other)]) == set()
    assert repeated([("x", one), ("y", other)]) == {1}


def test_other_numbers_and_denials_are_other_claims() -> None:
    assert same_claim("It finds 9 of 10 frogs.", "This finds 9 of 10 frogs.")
    assert not same_claim("It finds 9 of 10 frogs.", "It finds 8 of 10 frogs.")
    assert not same_claim("It finds the frogs.", "It does not find the frogs.")
