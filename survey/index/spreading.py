"""Hits of several papers where one paper would fill the list."""

from collections import Counter
from collections.abc import Sequence

from survey.records import Hit

MOST = 3
LEAD = 0.05
"""Of the score: what a further passage of the same paper must be ahead by."""


def spread(hits: Sequence[Hit], k: int, most: int = MOST, lead: float = LEAD) -> list[Hit]:
    """The best ``k`` of ``hits``, in their order: of one paper no more than ``most``, unless it leads those of the others by ``lead``.

    Give it more hits than ``k``. The best hit is always the first.
    """
    left = list(enumerate(hits))
    chosen: list[tuple[int, Hit]] = []
    of: Counter[str] = Counter()
    while left and len(chosen) < k:
        best = left[0][1].score
        others = (n for n, (_, hit) in enumerate(left) if of[hit.passage.key] < most and hit.score >= best - lead)
        place, hit = left.pop(next(others, 0))
        of[hit.passage.key] += 1
        chosen.append((place, hit))
    return [hit for _, hit in sorted(chosen, key=lambda one: one[0])]
