"""The words and patterns of comparing.toml."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> frozenset[str]:
    return frozenset(_read()["words"][name].split())


@cache
def cue(name: str) -> re.Pattern[str]:
    """The lines of an entry as one pattern."""
    return re.compile("|".join(lines(name)))


def lines(name: str) -> list[str]:
    return _read()["cues"][name].strip().splitlines()


@cache
def _read() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files(__package__) / "comparing.toml").read_text(encoding="utf-8"))
