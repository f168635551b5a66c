"""The survey's own words, by language: ``phrases/<language>/<area>.toml``.

An entry is a text, several texts that say the same in turn, or a table ``one`` and ``other`` chosen by the number ``n``; ``{name}`` is
filled in. A language is a folder: one more, with the same names, and surveys can be written in it.

>>> say = Phrases("en")
>>> say("common.papers", n=3)
'3 papers'
"""

import string
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType

Entry = str | tuple[str, ...] | Mapping[str, str]


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that surveys can be written in, sorted."""
    return tuple(sorted(there.name for there in files(__package__).iterdir() if there.is_dir() and not there.name.startswith("_")))


@cache
def entries(lang: str) -> Mapping[str, Entry]:
    """Every phrase of a language, by "area.name"."""
    found: dict[str, Entry] = {}
    for file in sorted(files(__package__).joinpath(lang).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            area = file.name.removesuffix(".toml")
            for name, value in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found[f"{area}.{name}"] = tuple(value) if isinstance(value, list) else value
    return MappingProxyType(found)


def placeholders(entry: Entry) -> set[str]:
    """The names that are filled in."""
    texts = [entry] if isinstance(entry, str) else list(entry.values()) if isinstance(entry, Mapping) else list(entry)
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


class Phrases:
    """The words of one language. Raises KeyError for a phrase that is not there: a bug."""

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang
        self._entries = entries(lang)

    def __call__(self, name: str, **values: object) -> str:
        """The phrase, filled in; of several that say the same, the first. ``n`` chooses between ``one`` and ``other``."""
        entry = self._entries[name]
        if isinstance(entry, Mapping):
            entry = entry["one" if values.get("n") == 1 else "other"]
        return (entry if isinstance(entry, str) else entry[0]).format(**values)

    def variants(self, name: str) -> tuple[str, ...]:
        """The ways to say it, not filled in."""
        entry = self._entries[name]
        return (entry,) if isinstance(entry, str) else tuple(entry.values()) if isinstance(entry, Mapping) else tuple(entry)

    def listed(self, names: Sequence[str]) -> str:
        """ "a", "a and b", "a, b and c"."""
        if len(names) < 2:
            return "".join(names)
        return self("common.and", first=", ".join(names[:-1]), last=names[-1])
