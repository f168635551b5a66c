"""Cue phrases: which stand in a sentence, and how much they speak for each role.

Cue phrases for rhetorical roles follow the idea of Teufel & Moens (2002, "Summarizing Scientific Articles", argumentative zoning);
the lists and weights, in ``cues.toml``, are ours.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple, get_args

from survey.records import Role


class Cue(NamedTuple):
    """A group of phrases: ``weight`` is negative where they speak against the role."""

    name: str
    role: Role
    weight: float
    pattern: re.Pattern[str]


@cache
def cues() -> tuple[Cue, ...]:
    data = tomllib.loads((files(__package__) / "cues.toml").read_text(encoding="utf-8"))
    lists = {name: "(?:" + "|".join(parts) + ")" for name, parts in data["lists"].items()}

    def pattern(group: dict[str, list[str]]) -> re.Pattern[str]:
        joined = "|".join(group["cues"])
        for name, alternatives in lists.items():
            joined = joined.replace(name, alternatives)
        return re.compile(joined, re.IGNORECASE)

    found = [
        Cue(f"{role} {number}", role, group["weight"], pattern(group))
        for role in get_args(Role)
        for number, group in enumerate(data.get(role, []), start=1)
    ]
    unlike = [Cue(f"unlike {group['role']}", group["role"], -group["weight"], pattern(group)) for group in data["unlike"]]
    late = [Cue(f"late {group['role']}", group["role"], group["weight"], pattern(group)) for group in data["late"]]
    return (*found, *unlike, *late)


@cache
def learned() -> int:
    """How many of :func:`cues`, the first ones, are features of the classifiers."""
    return sum(not cue.name.startswith("late ") for cue in cues())


@lru_cache(maxsize=2_000)  # the classifiers ask, and then whoever weighs the evidence
def hits(text: str) -> tuple[bool, ...]:
    """Which of :func:`cues` stand in the text."""
    return tuple(bool(cue.pattern.search(text)) for cue in cues())


def evidence(found: Sequence[bool]) -> dict[Role, float]:
    """The weight of the cues that were found, by role; a later cue says little that the first did not, and is halved each time."""
    speaking: dict[Role, list[float]] = {}
    against: dict[Role, float] = {}
    for cue, hit in zip(cues(), found, strict=True):
        if hit and cue.weight > 0:
            speaking.setdefault(cue.role, []).append(cue.weight)
        elif hit:
            against[cue.role] = against.get(cue.role, 0.0) + cue.weight
    return {
        role: sum(weight / 2**n for n, weight in enumerate(sorted(weights, reverse=True))) + against.get(role, 0.0)
        for role, weights in speaking.items()
    }
