"""Lines of a page in the order in which they are read, where the file has them in another: row by row across columns, or block by block."""

from collections.abc import Sequence
from itertools import pairwise

from survey.readers.pdf.lines import Line

_PROSE = 24
"""Characters: lines so long are running text, as a rule; labels and cells are shorter."""
_LEAST_JUMPS = 6
_GUTTER = 6.0


def in_reading_order(lines: list[Line]) -> list[Line]:
    """``lines`` as they are, or, where they jump back and forth between two columns or up and down in one, column by column."""
    long = [line for line in lines if len(line.text) >= _PROSE and not line.turned]
    if len(long) < 2 * _LEAST_JUMPS or _jumps(long) < max(_LEAST_JUMPS, 0.15 * len(long)):
        return lines
    gutter = _gutter(long)
    ordered: list[Line] = []
    band: list[Line] = []  # what stands between two lines that go across the whole page
    for line in sorted((line for line in lines if not line.turned), key=lambda line: (-line.y, line.left)):
        if gutter and line.left < gutter - _GUTTER and line.right > gutter + _GUTTER:
            ordered += [*_columns(band, gutter), line]
            band = []
        else:
            band.append(line)
    return [*ordered, *_columns(band, gutter), *(line for line in lines if line.turned)]


def _jumps(lines: Sequence[Line]) -> int:
    """How often a line stands beside the one before it, or over it in the same column."""
    jumps = 0
    for a, b in pairwise(lines):
        beside = abs(a.y - b.y) < 0.5 * a.size and b.left > a.right
        over = b.y - a.y > 1.5 * a.size and b.left < a.right and a.left < b.right
        jumps += beside or over
    return jumps


def _gutter(lines: Sequence[Line]) -> float:
    """Where the blank between two columns runs; 0 where there is one column."""
    lefts = sorted(line.left for line in lines if line.left > 0.35 * line.width)
    for left in lefts:
        near = [line for line in lines if abs(line.left - left) < 4]
        crossed = sum(line.left < left - _GUTTER and line.right > left for line in lines)
        if len(near) >= _LEAST_JUMPS and crossed < 0.2 * len(lines):
            return left - _GUTTER / 2
    return 0.0


def _columns(band: Sequence[Line], gutter: float) -> list[Line]:
    if not gutter:
        return list(band)
    return [*(line for line in band if line.left < gutter), *(line for line in band if line.left >= gutter)]
