"""The figures that papers report, so that they can stand side by side (docs/comparing.md)."""

from survey.comparing.finding import find_reported
from survey.comparing.tables import comparison, comparison_table, contradicting, differing

__all__ = ["comparison", "comparison_table", "contradicting", "differing", "find_reported"]
