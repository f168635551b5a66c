"""Where papers say otherwise, and under which conditions."""

from collections.abc import Mapping, Sequence

from survey.records import Claim, Difference, Paper


def differences(claims: Sequence[Claim], papers: Mapping[str, Paper]) -> tuple[Difference, ...]:
    """The pairs of claims that say otherwise of the same thing."""
    return ()
