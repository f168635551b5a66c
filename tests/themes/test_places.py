from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from survey.themes.places import places
from tests.themes.test_clustering import clouds


@given(st.lists(st.integers(1, 8), min_size=1, max_size=5), st.integers(0, 3))
def test_every_row_has_a_place_in_the_unit_square(sizes: list[int], alone: int) -> None:
    rows = clouds([*sizes, *[1] * alone])
    ends = np.cumsum([0, *sizes])
    groups = [list(range(start, end)) for start, end in pairwise(ends)]
    found = places(rows, groups, list(range(ends[-1], len(rows))))
    assert len(found) == len(rows)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in found)


def test_groups_that_are_alike_stand_near_each_other() -> None:
    one, other, far = np.eye(3, 6, dtype=np.float32)
    rows = np.stack([one, one, one + 0.4 * other, one + 0.4 * other, far, far])
    found = np.array(places(rows, [[0, 1], [2, 3], [4, 5]], []))
    middles = [found[n : n + 2].mean(axis=0) for n in (0, 2, 4)]
    assert np.linalg.norm(middles[0] - middles[1]) < np.linalg.norm(middles[0] - middles[2])


def test_nothing_to_place() -> None:
    assert places(np.zeros((2, 3), np.float32), [], [0, 1]) == [(0.5, 0.5), (0.5, 0.5)]
