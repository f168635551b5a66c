"""How much is told: what `length` means for each part of a survey."""

from typing import NamedTuple

from survey.settings import Settings

_ALL = 10_000


class Scope(NamedTuple):
    """Most of each, of one theme's section unless it says otherwise."""

    issues: int
    """Problems told with what was done about them."""
    raising: int
    """Papers that raise one problem."""
    answers: int
    """Papers that answer one problem."""
    papers: int
    """Papers told; the others are listed."""
    sentences: int
    """Sentences on the work of one paper."""
    opposed: int
    """Pairs of papers that differ."""
    rows: int
    """Rows of a table of results."""
    left: int
    """Sentences on what stays open."""
    background: int
    """Sentences that a newcomer reads first."""
    years: int
    """Years of which the overview tells what moved, in the whole survey."""
    chains: int
    """In the whole survey."""
    gaps: int
    """Open problems ranked in the whole survey; gaps.csv has all."""


_SCOPES = {
    "short": Scope(
        issues=2, raising=1, answers=1, papers=4, sentences=1, opposed=1, rows=5, left=1, background=2, years=4, chains=5, gaps=10
    ),
    "standard": Scope(
        issues=5, raising=2, answers=2, papers=12, sentences=2, opposed=3, rows=12, left=3, background=3, years=8, chains=12, gaps=25
    ),
    "long": Scope(
        issues=_ALL, raising=4, answers=4, papers=_ALL, sentences=4, opposed=_ALL, rows=60, left=_ALL, background=6, years=_ALL,
        chains=_ALL, gaps=_ALL,
    ),
}  # fmt: skip


def scope_of(settings: Settings) -> Scope:
    """What `length` says, but for what the settings say themselves."""
    said = {"papers": settings.theme_papers, "chains": settings.chains, "gaps": settings.open_problems}
    return _SCOPES[settings.length]._replace(**{name: most for name, most in said.items() if most is not None})
