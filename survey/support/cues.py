"""Words that turn a statement round: denials, and opposites. The lists stand in cues.toml."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from survey.terms import stem

_LISTS = tomllib.loads((files("survey") / "support" / "cues.toml").read_text(encoding="utf-8"))
_DENIALS = frozenset(_LISTS["denials"].split())
_SOFT = frozenset(stem(word) for word in _LISTS["soft"].split())
NO_DENIAL = frozenset(_LISTS["no_denial"].split())
_SIDES = [
    (group, side, frozenset(words.split()))
    for group, pair in _LISTS["opposites"].items()
    for side, words in zip((1, -1), pair, strict=True)
]
REPORTS = frozenset(stem(word) for word in _LISTS["reports"].split())
PREFIXES = tuple(_LISTS["prefixes"].split())
_OPPOSITES = {form: (group, side) for group, side, words in _SIDES for word in sorted(words) for form in (word, stem(word))}
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_PREFIXED = re.compile(r"un(?!der|i[^n]|til|less)\w{4,}|non-?\w{4,}|(?:in|im|il|ir)\w{3,}(?:able|ible|ably|ibly|ability|ibility)")


def denials(text: str) -> list[str]:
    """The words of a text that deny something, in order, as written."""
    return [word for word in _TOKEN.findall(text) if denies(word)]


def denies(word: str) -> bool:
    lower = word.lower().replace("’", "'")
    return lower in _DENIALS or lower.endswith("n't")


@lru_cache(maxsize=50_000)
def softens(word: str) -> bool:
    """Whether a word may say otherwise what a denial says: "difficult", "ignores", "unknown"."""
    lower = word.lower()
    return stem(lower) in _SOFT or _PREFIXED.fullmatch(lower) is not None


@lru_cache(maxsize=50_000)
def side(word: str) -> tuple[str, int]:
    """Of which pair of opposites a word is, and on which side (1, -1); ("", 0) when of none."""
    lower = word.lower()
    return _OPPOSITES.get(lower) or _OPPOSITES.get(stem(lower), ("", 0))
