"""What a survey that is written again changes, section by section, and why."""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal

from survey.phrases.told import ENGLISH, status
from survey.records import Issue, Record, Section, Survey
from survey.render.text import names_of

How = Literal["unchanged", "rewritten", "kept", "new", "gone", "deleted", "own"]
"""kept: a person's edits stand; deleted: by a person, and not written again; own: a person added it."""

NO_CAUSE = "what it rests on is the same; it reads differently"
_NAMED = 6  # papers and issues that a reason names


class Change(Record):
    """What became of a section. ``why``: what changed of what it is made from; nothing where it only reads differently. ``quotes``: how
    many came and went. ``diff`` is a unified diff of its Markdown; of one that is kept, to what the program would have written."""

    id: str
    title: str
    how: How
    why: tuple[str, ...] = ()
    quotes: str = ""
    diff: str = ""

    @property
    def line(self) -> str:
        told = {
            "kept": "kept as you edited it" + ("; what it rests on changed" if self.diff else ""),
            "deleted": "stays deleted, as you left it",
            "own": "your own, kept",
        }
        why = "; ".join(filter(None, [*self.why, self.quotes])) or (NO_CAUSE if self.how == "rewritten" else "")
        return f"{self.id}  {told.get(self.how, self.how)}{f': {why}' if why else ''}"


class Revision(Record):
    """What writing again did: the sections in order, those that are gone last. ``aside`` says why a copy of the old survey.md was kept."""

    changes: tuple[Change, ...] = ()
    aside: str = ""


class Grounds:
    """What the sections of two surveys are made from, the one before and the one after; ``runs`` are the records of their runs."""

    def __init__(self, before: Survey, after: Survey, runs: tuple[Mapping[str, Any], Mapping[str, Any]]) -> None:
        self.before, self.after = before, after
        self._names = names_of(before.papers), names_of(after.papers)
        self._issues = {issue.id: issue for issue in before.issues}, {issue.id: issue for issue in after.issues}
        self._planned = {s.id: s for s in before.outline.sections}, {s.id: s for s in after.outline.sections}
        self._settings = tuple(_settings(*runs))

    def why(self, old: Section, new: Section) -> tuple[str, ...]:
        """What of the grounds of a section changed: its papers and their names, what became of the issues that they raise, what was asked
        of it; and the settings. A chapter that is on no theme rests on all papers."""
        was, now = cited(old), cited(new)
        more, less = now - was, was - now
        unit = self._unit(new.id)
        if not unit:
            before, after = set(self._names[0]), set(self._names[1])
            more, less, was, now = more | (after - before), less | (before - after), was | before, now | after
        came = [f"{sign} {_named([f'@{key}' for key in sorted(keys)])}" for sign, keys in (("+", more), ("−", less)) if keys]
        return (*self._settings, *came, *self._renamed(was & now), *self._settled(was | now), *self._asked(unit, bool(came)))

    def _unit(self, name: str) -> str:
        """The section of the outline that a section belongs to, as "theme-2" of "theme-2-open"; "" for a chapter that is on no theme."""
        units = (*self._planned[0], *self._planned[1], "alone")
        return max((unit for unit in units if name == unit or name.startswith(f"{unit}-")), key=len, default="")

    def _renamed(self, keys: Collection[str]) -> Iterator[str]:
        before, after = self._names
        renamed = [f"{before[k]} is now {after[k]}" for k in sorted(keys) if k in before and k in after and before[k] != after[k]]
        if renamed:
            yield _named(renamed)

    def _settled(self, keys: Collection[str]) -> Iterator[str]:
        """Problems of these papers, or that these answered or answer, of which something else became."""
        before, after = self._issues
        turned = []
        for name in sorted(before.keys() & after.keys()):
            old, new = before[name], after[name]
            of = {*new.keys, *_answers(old), *_answers(new)}
            if (old.status, _answers(old)) != (new.status, _answers(new)) and of & set(keys):
                turned.append(f"“{new.label}” {_turn(old, new)}")
        if turned:
            yield _named(turned)

    def _asked(self, name: str, moved: bool) -> Iterator[str]:
        """What the outline says otherwise; which papers came and went is told by themselves."""
        before, after = self._planned[0].get(name), self._planned[1].get(name)
        if before and after:
            fields = ("title", "questions", "pinned", *(() if moved else ("papers",)))
            changed = [field for field in fields if getattr(before, field) != getattr(after, field)]
            if changed:
                yield f"its {', '.join(changed)} in outline.yaml"


def _answers(issue: Issue) -> dict[str, str]:
    """Who answered it, and how far."""
    return {answer.key: answer.kind for answer in issue.answers}


def _turn(old: Issue, new: Issue) -> str:
    if old.status != new.status:
        return f"{status(ENGLISH, old.status)} → {status(ENGLISH, new.status)}"
    return f"answered by {_named([f'@{key}' for key in _answers(new)]) or 'nobody'} now"


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Settings and makers that differ; of the model's prompts only that they do."""
    was, now = before.get("settings", {}), after.get("settings", {})
    for name in sorted({*was, *now} - {"topic"}):
        if was.get(name) != now.get(name):
            yield f"{name}: {was.get(name)} → {now.get(name)}"
    for name in ("version", "model"):
        if before.get(name) != after.get(name):
            yield f"{name}: {before.get(name)} → {after.get(name)}"
    if after.get("roles") and before.get("prompts") != after.get("prompts"):
        yield "the prompts changed"


def cited(section: Section) -> set[str]:
    """The papers that a section names."""
    cells = (cell for block in section.blocks for row in block.rows for cell in row if cell.startswith("@"))
    named = {key.removeprefix("@") for cell in cells for key in cell.split("; ")}
    return named | {key for block in section.blocks for item in block.items for sentence in item for key in sentence.citekeys}


def requoted(old: Section, new: Section) -> str:
    """How many quotes came and went."""
    was, now = _quotes(old), _quotes(new)
    came = (("new", now - was), ("gone", was - now))
    return ", ".join(f"{len(keys)} quote{'' if len(keys) == 1 else 's'} {what}" for what, keys in came if keys)


def _quotes(section: Section) -> set[tuple[str, int, int]]:
    quotes = [q for block in section.blocks for item in block.items for sentence in item for q in sentence.quotes]
    quotes += [q for block in section.blocks for row in block.evidence for q in row]
    return {(quote.key, quote.start, quote.end) for quote in quotes}


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def diff(old: str, new: str, name: str) -> str:
    """A unified diff of two texts."""
    return "\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), f"{name}, as it was", f"{name}, as it is now", "", "", 1, ""))
