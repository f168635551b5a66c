"""Words that turn a statement round: denials, and pairs of opposites. The lists stand in cues.toml."""

import re
import tomllib
from importlib.resources import files

_LISTS = tomllib.loads((files("survey") / "support" / "cues.toml").read_text(encoding="utf-8"))
_DENIALS = frozenset(_LISTS["denials"].split())
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def denials(text: str) -> list[str]:
    """The words of a text that deny something, in order, as written."""
    return [word for word in _TOKEN.findall(text) if denies(word)]


def denies(word: str) -> bool:
    lower = word.lower().replace("’", "'")
    return lower in _DENIALS or lower.endswith("n't")
