"""The numbers of a sentence, with their units, beside those of its quotes."""

import re
from collections.abc import Iterable

from survey.terms import numbers


def missing_numbers(sentence: str, quotes: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Numbers of the sentence that stand in none of its quotes, sorted; those of the ``names`` of its papers and years of bylines do not
    count."""
    there = {number for quote in quotes for number in numbers(quote)}
    for name in names:
        sentence = sentence.replace(name, " ")
    return sorted(numbers(YEAR_OF_BYLINE.sub(" ", sentence)) - there)


YEAR_OF_BYLINE = re.compile(r"\((?:\d{4}|n\.d\.)[a-z]?\)")
