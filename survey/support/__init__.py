"""Is this sentence borne out by these quotes, and do the quotes stand in their papers? Pure, no model."""

from survey.support.checks import evidence_faults, fault, names_of, prose_fault
from survey.support.cleaning import LABEL_WORDS, cleaned, plain_label
from survey.support.finding import CHECKS, QUOTED_LANG, SEES, Check, Fault
from survey.support.numerals import missing_numbers
from survey.support.quotes import (
    denial_left_out,
    find_quote,
    find_quotes,
    misquoted,
    normalised,
    quotation_pieces,
    quote_stands,
    spelt_out_at,
    stands_in,
)
from survey.support.wording import coverage, quotable, speaks_of

__all__ = [
    "CHECKS",
    "LABEL_WORDS",
    "QUOTED_LANG",
    "SEES",
    "Check",
    "Fault",
    "cleaned",
    "coverage",
    "denial_left_out",
    "evidence_faults",
    "fault",
    "find_quote",
    "find_quotes",
    "misquoted",
    "missing_numbers",
    "names_of",
    "normalised",
    "plain_label",
    "prose_fault",
    "quotable",
    "quotation_pieces",
    "quote_stands",
    "speaks_of",
    "spelt_out_at",
    "stands_in",
]
