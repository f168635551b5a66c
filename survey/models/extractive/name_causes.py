"""Causes by kind: what research of any field says holds it back. The kind is ours, every twig below it is a paper's own words."""

import re
import tomllib
from importlib.resources import files

from survey.tasks import Cause, CausesNamed, NameCauses

_KINDS = [
    (kind["label"], re.compile("|".join(kind["words"]), re.IGNORECASE))
    for kind in tomllib.loads((files(__package__) / "causes.toml").read_text(encoding="utf-8"))["kind"]
]


def reply(task: NameCauses) -> CausesNamed:
    grouped: dict[str, list[str]] = {}
    for issue in task.issues:
        label = kind_of(issue.text)
        if label:
            grouped.setdefault(label, []).append(issue.id)
    order = sorted(grouped, key=lambda label: (-len(grouped[label]), label))[: task.most]
    return CausesNamed(causes=tuple(Cause(label=label, issues=tuple(grouped[label])) for label in order))


def kind_of(text: str) -> str:
    """The kind with the most different words in the text; the one named first in causes.toml on a tie; "" when none speaks."""
    counts = [(len({m.group(0).lower() for m in pattern.finditer(text)}), -n, label) for n, (label, pattern) in enumerate(_KINDS)]
    best = max(counts)
    return best[2] if best[0] else ""
