"""The units of the numbers of a sentence, and what they count, beside those of its quotes.

A unit is what stands behind a number ("5 ms", "5-fold", "3 million dollars"), or before it ("$5"); in "3, 5 and 7 ms" all three have it.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from survey.terms import STOP_WORDS, numbers, stem


class Measure(NamedTuple):
    """A number as ``written`` with its unit, its ``value`` as :func:`survey.terms.numbers` has it, its ``units``, each of which may be read
    in several ways, and the stems of what it ``counts``. ``shared``: it has them from a later number of its row."""

    written: str
    value: str
    units: tuple[frozenset[str], ...]
    counts: tuple[str, ...]
    shared: bool = False


def other_unit(sentence: str, quotes: Sequence[str]) -> str:
    """The first number of the sentence, with its unit, that stands in the quotes with other units alone; "" when there is none."""
    there = [measure for quote in quotes for measure in measures(quote)]
    loose = {name for quote in quotes for name in _loose(quote)}
    for measure in measures(sentence):
        same = [other for other in there if other.value == measure.value]
        if same and not any(_agree(measure, other, loose) for other in same):
            return measure.written
    return ""


def _agree(said: Measure, quoted: Measure, loose: set[str]) -> bool:
    """Whether each unit that is said is quoted with the number, or stands elsewhere in the quotes where the number has none; and whether
    none of its scales was lost ("3" for "3 million")."""
    if not quoted.shared and any(unit & _SCALES and not any(unit & own for own in said.units) for unit in quoted.units):
        return False
    return all(any(unit & own for own in quoted.units) or (not quoted.units and bool(unit & loose)) for unit in said.units)


def other_count(sentence: str, quotes: Sequence[str]) -> str:
    """The first number that counts something ("three datasets") of which the quotes count another number alone; "" when there is none."""
    there = [measure for quote in quotes for measure in measures(quote)]
    values = {measure.value for measure in there}
    for measure in measures(sentence):
        alike = {other.value for other in there if measure.counts[:1] and measure.counts[0] in other.counts}
        in_words = measure.written[0].isalpha()
        if alike and measure.value not in alike and (in_words or measure.value in values):  # digits that no quote has are a missing number
            return measure.written
    return ""


def measures(text: str) -> list[Measure]:
    """The numbers of a text with what stands behind them; those up to twelve in words too, but no number within a name (CIFAR-10)."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text))
    found: list[Measure] = []
    next_at = len(tokens)
    for at in range(len(tokens) - 1, -1, -1):  # from behind: in a row ("3, 5 and 7 ms") a number has the unit of the next
        value = _value(tokens, at)
        if not value:
            continue
        units, end = _units(tokens, at)
        counts = _counts(tokens, end)
        shared = bool(found) and not units and not counts and all(token.lower() in _IN_ROW for token in tokens[at + 1 : next_at])
        if shared:
            units, counts = found[-1].units, found[-1].counts
        found.append(Measure("".join(tokens[at:end]).strip(), value, units, counts, shared))
        next_at = at
    return found[::-1]


_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:[.,]\d+)*|(?<!\w)\.\d+|[^\W\d_]+|°[CF]\b|%-points?|\s+|.")
_IN_ROW = {" ", ",", ";", "/", "-", "–", "—", "±", "(", ")", "and", "or", "to", "vs", "versus", "respectively", "und", "oder", "bis"}
_SMALL_WORDS = "zero one two three four five six seven eight nine ten eleven twelve"
_SMALL = {word: str(n) for n, word in enumerate(_SMALL_WORDS.split())}


def _value(tokens: Sequence[str], at: int) -> str:
    """The value of the number that stands at this place, "" where none does, or a name has it."""
    token = tokens[at]
    if not token[-1].isdigit():
        return _SMALL.get(token.lower(), "")
    before = "".join(tokens[max(0, at - 2) : at])
    return "" if _IN_NAME.search(before) else next(iter(numbers(token)), "")


_IN_NAME = re.compile(r"[^\W\d_]-?$|[^\W_]\.$")


def _units(tokens: Sequence[str], at: int) -> tuple[tuple[frozenset[str], ...], int]:
    """The units of the number at this place, and where they end."""
    found = [_form(tokens[at - 1])] if at and _form(tokens[at - 1]) and tokens[at - 1] in _BEFORE else []
    end, after = at + 1, at + 1
    per = False
    while after < min(len(tokens), end + 4):
        token = tokens[after]
        pair = "_".join(t.lower() for t in (token, *tokens[after + 2 : after + 3])) if tokens[after + 1 : after + 2] == [" "] else ""
        unit, length = (_form(pair), 3) if pair and _form(pair) else (_form(token), 1)
        if unit:
            found.append(frozenset(f"per {name}" for name in unit) if per else unit)
            after, end, per = after + length, after + length, False
        elif token.lower() in ("/", "per") and found:
            after, per = after + 1, True
        elif token in (" ", "-") or (token == "(" and not found):
            after += 1
        else:
            break
    return tuple(found), end


def is_unit(word: str) -> bool:
    return bool(_form(word))


def _counts(tokens: Sequence[str], at: int) -> tuple[str, ...]:
    """The stems of the words that follow, as far as they may be one noun with what describes it."""
    found = []
    for token in (t for t in tokens[at : at + 7] if t not in (" ", "-")):
        if not token.isalpha() or token.lower() in STOP_WORDS:
            break
        found.append(stem(token))
    return tuple(found[:3])


def _loose(text: str) -> Iterator[str]:
    """Units that stand in a text with no number: "accuracy (%)"."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text))
    taken = {at for start in range(len(tokens)) if _value(tokens, start) for at in range(start, _units(tokens, start)[1])}
    for at, token in enumerate(tokens):
        if at not in taken and (len(token) > 1 or not token.isalpha()):
            yield from _form(token)


@lru_cache(maxsize=10_000)
def _form(written: str) -> frozenset[str]:
    """What a form of a unit may stand for; empty for what is none."""
    if written in _EXACT:
        return frozenset(_EXACT[written])
    lower = written.lower()
    return frozenset(_FOLDED.get(lower, ()) or (_FOLDED.get(lower[:-1], ()) if lower.endswith("s") and len(lower) > 3 else ()))


def _read(lists: Mapping[str, Mapping[str, str]]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    exact: dict[str, set[str]] = {}
    folded: dict[str, set[str]] = {}
    for name, forms in [*lists["scales"].items(), *lists["words"].items(), *lists["spelt"].items()]:
        for form in forms.split():
            folded.setdefault(form, set()).add(name)
    for name, forms in lists["symbols"].items():
        for form in forms.split():
            exact.setdefault(form, set()).add(name)
            for prefix, signs in lists["prefixes"].items():
                for sign in signs.split():
                    exact.setdefault(sign + form, set()).add(f"{prefix}{name}")
    for name, forms in lists["spelt"].items():
        for form in forms.split():
            for prefix in lists["prefixes"]:
                folded.setdefault(prefix + form, set()).add(f"{prefix}{name}")
    for form, names in lists["letters"].items():
        exact[form] = set(names.split())
    return exact, folded


_LISTS = tomllib.loads((files("survey") / "support" / "units.toml").read_text(encoding="utf-8"))
_EXACT, _FOLDED = _read(_LISTS)
_SCALES = frozenset(_LISTS["scales"])
_BEFORE = tuple("$€£¥")
