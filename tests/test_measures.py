from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.main import adjusted_mutual, adjusted_rand

LABELS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=2, max_size=12)


def test_mutual_information_by_hand() -> None:
    # Two and two, against one and three: by chance the pair of sizes (2, 1) meets in the one thing half the time, so both tables have
    # the mutual information of this one, and nothing is left of it.
    assert adjusted_mutual(list("aabb"), list("xyyy")) == pytest.approx(0)
    # Two pairs against two pairs: of the three tables one is the same partition (log 2), two are crossed (0): log(2) / 3 on average.
    assert adjusted_mutual(list("aabb"), list("xyxy")) == pytest.approx((0 - log(2) / 3) / (log(2) - log(2) / 3))
    assert adjusted_mutual(list("aabb"), list("yyxx")) == pytest.approx(1)


@given(LABELS)
def test_measures_are_symmetric_do_not_hang_on_names_and_are_one_for_the_same_partition(pairs: list[tuple[str, str]]) -> None:
    gold, found = [one for one, _ in pairs], [other for _, other in pairs]
    for measure in (adjusted_mutual, adjusted_rand):
        assert measure(gold, found) == pytest.approx(measure(found, gold))
        assert measure(gold, found) <= 1 + 1e-9
        if 1 < len(set(gold)) < len(gold):
            assert measure(gold, [label.upper() for label in gold]) == pytest.approx(1)
