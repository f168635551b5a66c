from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from survey.index.spreading import LEAD, MOST, spread
from survey.records import Hit, Passage


def hit(number: int, key: str, score: float) -> Hit:
    return Hit(passage=Passage(id=f"{key}/{number}", key=key, text="x", start=0, end=1), score=score)


def named(hits: list[Hit]) -> str:
    return " ".join(hit.passage.key for hit in hits)


def test_one_paper_gives_way_to_others_that_are_nearly_as_good() -> None:
    hits = [hit(n, key, 0.9 - n / 100) for n, key in enumerate("aaaaabc")]
    assert named(spread(hits, 5)) == "a a a b c"
    assert named(spread(hits, 5, most=2)) == "a a a b c"  # nobody else is left for the fifth place
    assert named(spread(hits, 3)) == "a a a"


def test_a_paper_that_leads_by_far_stays_alone() -> None:
    hits = [hit(n, "a", 0.9) for n in range(5)] + [hit(9, "b", 0.9 - 2 * LEAD)]
    assert named(spread(hits, 5)) == "a a a a a"
    assert named(spread(hits, 9)) == "a a a a a b"


HITS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20))).map(
    lambda drawn: [hit(n, key, score / 20) for n, (key, score) in enumerate(sorted(drawn, key=lambda d: -d[1]))]
)


@given(HITS, st.integers(1, 8))
def test_it_chooses_k_in_their_order_and_none_is_passed_over_for_nothing(hits: list[Hit], k: int) -> None:
    chosen = spread(hits, k)
    assert len(chosen) == min(k, len(hits))
    assert chosen == [hit for hit in hits if hit in chosen]
    assert chosen[:1] == hits[:1]
    of = Counter(hit.passage.key for hit in chosen)
    for skipped in hits:
        if skipped not in chosen:
            worse = [hit for hit in chosen if hit.score < skipped.score]
            assert not worse or of[skipped.passage.key] >= MOST
            assert all(hit.score >= skipped.score - LEAD for hit in worse)
