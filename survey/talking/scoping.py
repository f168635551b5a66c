"""/focus: what a talk is bounded to, in words."""

from collections.abc import Sequence
from typing import get_args

from survey.errors import BadCommand, UnknownKind
from survey.records import PartKind, Scope

_KEYS = {"author": "authors", "paper": "papers", "theme": "themes", "section": "sections", "since": "since", "until": "until"}
WANTED = "Say @KEY, a number of /papers, author NAME, since YEAR, until YEAR, theme NAME, section KIND, or off"
_KINDS: tuple[PartKind, ...] = get_args(PartKind)


def scope_of(said: str, scope: Scope, listed: Sequence[str]) -> Scope:
    """``scope`` with what is ``said`` in place of what it had of this sort; ``listed``: citekeys by the numbers that the talk gives them.

    Raises :class:`BadCommand` and :class:`UnknownKind`."""
    if said.casefold() in ("off", "all", "none"):
        return Scope()
    told: dict[str, list[str]] = {}
    name = "papers"
    for word in said.split():
        if word.casefold() in _KEYS and word.casefold() not in told:
            name = word.casefold()
            told[name] = []
        elif name == "papers" and not (word.startswith("@") or _is_number(word)):
            raise BadCommand("/focus", f"“{word}” is not understood", WANTED)
        else:
            told.setdefault(name, []).append(word)
    found: dict[str, object] = {_KEYS.get(name, name): _value(name, values, listed) for name, values in told.items()}
    return Scope.model_validate({**scope.model_dump(), **found})


def _value(name: str, values: list[str], listed: Sequence[str]) -> object:
    if not values:
        raise BadCommand("/focus", f"nothing stands behind “{name}”", WANTED)
    if name in ("since", "until"):
        if len(values) != 1 or not _is_number(values[0]):
            raise BadCommand("/focus", f"“{' '.join(values)}” is no year", WANTED)
        return int(values[0])
    if name in ("paper", "papers"):
        return tuple(_key(value, listed) for value in values)
    if name == "section":
        return tuple(_kind(value.strip(",")) for value in values)
    return tuple(part.strip() for part in " ".join(values).split(",") if part.strip())


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _key(value: str, listed: Sequence[str]) -> str:
    if not _is_number(value):
        if key := value.strip("@,"):
            return key
        raise BadCommand("/focus", f"“{value}” names no paper", WANTED)
    if not 1 <= int(value) <= len(listed):
        raise BadCommand(
            "/focus", f"the talk lists {len(listed)} paper{'' if len(listed) == 1 else 's'}, and no number {value}", "/papers shows them"
        )
    return listed[int(value) - 1]


def _kind(name: str) -> PartKind:
    kind = next((kind for kind in _KINDS if kind == name.casefold()), None)
    if kind is None:
        raise UnknownKind(name, list(_KINDS))
    return kind
