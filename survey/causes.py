"""Kinds of causes: what research of any field says holds it back. The kinds are ours (``causes.toml``)."""

import re
import tomllib
from importlib.resources import files

_KINDS = [
    (kind["label"], re.compile("|".join(kind["words"]), re.IGNORECASE))
    for kind in tomllib.loads((files(__package__) / "causes.toml").read_text(encoding="utf-8"))["kind"]
]


def kind_of(text: str) -> str:
    """The kind with the most different words in the text; the one named first in causes.toml on a tie; "" when none speaks."""
    counts = [(len({m.group(0).lower() for m in pattern.finditer(text)}), -n, label) for n, (label, pattern) in enumerate(_KINDS)]
    best = max(counts)
    return best[2] if best[0] else ""
