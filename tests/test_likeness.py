import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from survey.likeness import Likeness, nearest
from survey.terms import Weights
from tests.fakes import HashingEmbedder
from tests.stating import paper, statements

SAID = statements(paper("a", "Rain noise masks frog calls. Frog calls fade. It is so. In 2019 nets cost 9 euros."))
WEIGHTS = Weights(s.quote.text for s in SAID)
ALL = range(len(SAID))


def test_overlap_is_that_of_the_weights_for_each_pair() -> None:
    found = Likeness(SAID, HashingEmbedder(), WEIGHTS).overlap(ALL, ALL)
    for i, one in enumerate(SAID):
        for j, other in enumerate(SAID):
            assert abs(found[i, j] - WEIGHTS.overlap(one.quote.text, other.quote.text)) < 1e-6


def test_similarity_is_the_cosine_but_never_below_nothing() -> None:
    like = Likeness(SAID, HashingEmbedder(), WEIGHTS)
    found = like.similarity(ALL, ALL)
    assert np.allclose(np.diag(found), 1, atol=1e-5)
    assert found.min() >= 0
    assert found[0, 1] > found[0, 2]
    assert like.similarity([], ALL).shape == (0, len(SAID))


@given(arrays(float, st.integers(0, 30), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])), st.integers(1, 10))
def test_the_nearest_are_those_of_a_whole_stable_sort(line: np.ndarray, most: int) -> None:
    assert nearest(line, most) == [int(n) for n in np.argsort(-line, kind="stable")[:most]]
