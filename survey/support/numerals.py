"""The numbers of a sentence beside those of its quotes, in digits, in words and in signs."""

import re
import unicodedata
from collections.abc import Iterable

from survey.terms import numbers, spelt_numbers

YEAR_OF_BYLINE = re.compile(r"\((?:\d{4}|n\.d\.)[a-z]?(?:, retracted)?\)")


def missing_numbers(sentence: str, quotes: Iterable[str], names: Iterable[str] = (), years: bool = False) -> list[str]:
    """Numbers of the sentence that stand in none of its quotes, sorted; those of the ``names`` of its papers do not count, nor, without
    ``years``, what looks like the year of a byline."""
    there = {number for quote in quotes for number in _values(quote)}
    for name in names:
        sentence = sentence.replace(name, " ")
    sentence = sentence if years else YEAR_OF_BYLINE.sub(" ", sentence)
    written_out = {number for spelt in spelt_numbers(sentence) if spelt.value in there for number in numbers(spelt.text)}
    grouped = {number for match in _GROUPED.findall(sentence) if match.replace(".", "") in there for number in numbers(match)}
    return sorted(numbers(sentence) - there - written_out - grouped)


_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?![\w.,]\d)")  # thousands as German and others print them


def _values(text: str) -> set[str]:
    return numbers(text) | {spelt.value for spelt in spelt_numbers(text)}


def unsaid_number(sentence: str, quotes: Iterable[str]) -> str:
    """The first number in words ("four hundred"), as a sign ("Ⅻ") or below zero that no quote has, "" when none does. Of numbers in words
    up to twelve, those of a measure alone."""
    there, plain = " ".join(quotes), unicodedata.normalize("NFKC", sentence)
    values = _values(there)
    for number in spelt_numbers(plain):
        vague = number.vague and any(_is_number(value) and float(value) >= float(number.value) for value in values)
        if not number.small and not vague and number.value not in values:
            return number.text
    for char in sentence:
        if unicodedata.category(char) in ("Nl", "No") and char not in there:
            return char
    below = {number for match in _BELOW_ZERO.findall(there) for number in numbers(match)}
    found = (match for match in _BELOW_ZERO.findall(plain) if " " not in match)  # else a dash, which the words of a paper may part
    return next((str(match) for match in found if not numbers(match) <= below), "")


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).isascii() and value.replace(".", "", 1).isdigit()


_BELOW_ZERO = re.compile(r"(?<![\w.,)\]%-])[-−–]\s?(?:\d+(?:[.,]\d+)*|\.\d+)")
