"""Where papers stand on a map of themes: themes that are alike near each other, and their papers around their middles."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from survey.themes.clustering import centres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

_CLOSE = 0.35  # how far the papers of a theme are spread, of the distance between themes


def places(vectors: "NDArray[np.float32]", groups: Sequence[Sequence[int]], alone: Sequence[int]) -> list[tuple[float, float]]:
    """A point in the unit square for each row: the middles of the groups by classical scaling (Torgerson 1952) of how alike they are, the
    rows of a group around its middle, and those ``alone`` between the middles that they are least unlike."""
    points = np.zeros((len(vectors), 2))
    if groups:
        middles = centres(vectors, groups)
        scaled = _scaled(middles)
        for middle, group in zip(scaled, groups, strict=True):
            rows = list(group)
            spread = _leading(vectors[rows])
            points[rows] = middle + _CLOSE * spread * np.sqrt(len(rows) / len(vectors))
        for i in alone:
            weights = np.maximum(middles @ vectors[i], 0) ** 2 + 1e-3
            points[i] = weights @ scaled / weights.sum()
    low, high = points.min(axis=0), points.max(axis=0)
    square = np.where(high - low > 1e-9, (points - low) / np.maximum(high - low, 1e-9), 0.5)
    return [(round(float(x), 3), round(float(y), 3)) for x, y in square]


def _scaled(middles: "NDArray[np.float32]") -> "Points":
    """The rows in the plane, their distances kept as well as can be, the widest within [-1, 1]."""
    plane = _leading(middles)
    return plane / max(1e-9, float(np.abs(plane).max()))


def _leading(vectors: "NDArray[np.float32]") -> "Points":
    """The two leading principal components; which way they point is fixed by the row farthest along each."""
    rows = (vectors - vectors.mean(axis=0)).astype(np.float64)
    n = len(rows)
    gram = rows @ rows.T if n <= rows.shape[1] else rows.T @ rows  # the smaller of the two tells the same
    strength, directions = np.linalg.eigh(gram)
    two = directions[:, ::-1][:, :2]
    plane = np.zeros((n, 2))
    plane[:, : two.shape[1]] = two * np.sqrt(np.maximum(strength[::-1][:2], 0)) if n <= rows.shape[1] else rows @ two
    for axis in range(2):
        if plane[np.abs(plane[:, axis]).round(6).argmax(), axis] < 0:
            plane[:, axis] *= -1
    return plane
