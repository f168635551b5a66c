import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.themes.clustering import FEW, centred, grouped, latent, nearest, parts, unit


def clouds(sizes: list[int], spread: float = 0.3, seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Rows around one direction of their own for each size."""
    rng = np.random.default_rng(seed)
    middles = unit(rng.standard_normal((len(sizes), 40)).astype(np.float32))
    rows = [middle + spread * unit(rng.standard_normal((size, 40)).astype(np.float32)) for middle, size in zip(middles, sizes, strict=True)]
    return unit(np.concatenate(rows))


@pytest.mark.parametrize("wanted", [0, 4])
def test_clouds_are_found_with_and_without_their_number(wanted: int) -> None:
    found = grouped(centred(clouds([20, 9, 14, 6])), wanted)
    assert [len(group) for group in found] == [20, 14, 9, 6]
    assert found[0] == list(range(20))


def test_more_rows_than_the_hierarchy_holds_are_grouped_as_well() -> None:
    assert [len(group) for group in grouped(clouds([900, 800, 600]), 3)] == [900, 800, 600]


@given(st.integers(0, 40), st.integers(0, 45))
def test_every_row_is_in_one_group_and_groups_are_no_more_than_wanted(rows: int, wanted: int) -> None:
    found = grouped(clouds([rows], spread=1.0) if rows else np.zeros((0, 3), np.float32), wanted)
    assert sorted(row for group in found for row in group) == list(range(rows))
    assert not wanted or len(found) <= wanted
    assert rows >= FEW or len(found) <= 1


def test_rows_that_are_all_alike_or_empty_do_no_harm() -> None:
    for rows in (np.zeros((9, 4), np.float32), np.ones((9, 4), np.float32)):
        assert sorted(row for group in grouped(rows) for row in group) == list(range(9))
        assert nearest(rows, 2).shape == (9,)


def test_a_group_has_parts_where_it_really_falls_apart() -> None:
    assert sorted(map(len, parts(clouds([8, 12])))) == [8, 12]
    assert parts(clouds([20], spread=1.0)) == []
    assert parts(clouds([4])) == []


def test_what_is_like_nothing_has_far_neighbours() -> None:
    near = nearest(np.concatenate([clouds([9]), clouds([1], seed=5)]), 2)
    assert near.argmin() == 9


def test_words_of_the_whole_collection_and_of_one_text_say_nothing() -> None:
    texts = ["frogs sing at ponds"] * 3 + ["nets read names at ponds"] * 3
    vectors = unit(latent(texts))
    assert vectors[0] @ vectors[1] == pytest.approx(1, abs=1e-5)
    assert abs(vectors[0] @ vectors[5]) < 0.1
    assert latent(["a b", "c d"]).shape[0] == 2
