"""A survey is written again: what a person changed in survey.md is kept, and what else changed is told, section by section, with why.

What the program wrote last is known by digests in run.json, so that another version of the program, which writes another text, takes
nothing for an edit.
"""

import difflib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from survey.errors import UnknownSection, UnreadableEdits
from survey.records import Section, Survey
from survey.render.evidence import FORMAT, read_survey_json
from survey.render.markdown import REFERENCES_ANCHOR, section_markdown, survey_markdown
from survey.render.text import anchor
from survey.revising.changes import Change, Grounds, Revision, diff, requoted
from survey.revising.handwritten import Known, Lookup, section_by_hand
from survey.revising.parting import Imprint, Piece, Written, digest, imprint_of, parted, pieces_of

ALL = "all"
"""Of edits to discard: every one."""
HEAD = "head"
"""The name of the lines before the first section."""

_ID = re.compile(r"\{#([^\s{}]+)[^{}]*\}[ \t]*$")
_TITLE = re.compile(r"^title:[ \t]*(.*)$", re.MULTILINE)


class Before(NamedTuple):
    """What lies in a survey's folder. ``text`` is that of survey.md, ``ending`` what its lines end in, ``mark`` a byte order mark.
    Without an ``imprint`` nobody knows what of it the program wrote."""

    text: str
    ending: str = "\n"
    mark: str = ""
    survey: Survey | None = None
    imprint: Imprint | None = None
    run: Mapping[str, Any] = {}


class Revised(NamedTuple):
    """``survey`` with what a person edited in its place, ``markdown`` as survey.md is written, ``imprint`` of that."""

    survey: Survey
    markdown: str
    imprint: Imprint
    revision: Revision


def read_before(folder: Path) -> Before | None:
    """None where no survey.md lies. Raises :class:`UnreadableEdits` for one that cannot be read as text."""
    path = folder / "survey.md"
    if not path.is_file():
        return None
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableEdits(path, getattr(error, "strerror", None) or "it is not UTF-8") from error
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    ending = "\r\n" if "\r\n" in text and not re.search(r"(?<!\r)\n", text) else "\n"
    if ending == "\r\n":
        text = text.replace("\r\n", "\n")
    run = run_of(folder)
    survey = _survey(folder / "survey.json")
    return Before(text, ending, mark, survey, _imprint(run) or (imprint_of(survey) if survey else None), run)


def paths_of(folder: Path) -> list[str]:
    """The paths that the survey in a folder is of, as run.json names them; none: the whole library."""
    return [path for path in run_of(folder).get("paths", ()) if isinstance(path, str)]


def run_of(folder: Path) -> Mapping[str, Any]:
    """The record of the run that wrote the survey in a folder; empty, where there is none that can be read."""
    run = _json(folder / "run.json")
    return {name: value for name, value in run.items() if isinstance(value, _KINDS.get(name, object))}


_KINDS = {"settings": dict, "timings": dict, "paths": list, "placed": list}
"""What of run.json is read again; of another kind it was edited, or is another program's."""


def _imprint(run: Mapping[str, Any]) -> Imprint | None:
    try:
        return Imprint.model_validate(run.get("written"))
    except ValidationError:
        return None


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _survey(path: Path) -> Survey | None:
    """None where there is none of this version."""
    try:
        return read_survey_json(path.read_text(encoding="utf-8"), only=FORMAT)
    except (OSError, ValueError):
        return None


def revise(made: Survey, before: Before | None, paper: Lookup, run: Mapping[str, Any], discard: Collection[str] = ()) -> Revised:
    """What is ``made`` with the edits that survey.md has. ``discard``: ids of sections whose edits are given up (of a
    chapter: with its parts), "head", or "all". ``run`` is the record of this run.

    Raises :class:`UnknownSection` for an id in ``discard`` that no section has, or had."""
    if before is None:
        _all_known(discard, [anchor(s.id) for s in made.sections])
        changes = [Change(id=piece.id, title=piece.title, how="new") for piece in pieces_of(made)]
        return Revised(made, survey_markdown(made), imprint_of(made), Revision(changes=tuple(changes)))
    imprint = before.imprint or Imprint()
    head, pieces = parted(before.text, imprint.sections)
    if not any(piece.id and piece.id != REFERENCES_ANCHOR for piece in pieces):
        _all_known(discard, [*(anchor(s.id) for s in made.sections), *(s.id for s in imprint.sections), *imprint.deleted])
        return _anew(made, before)
    hand = _Hand(made, before, imprint, pieces, discard)
    _all_known(discard, [*(anchor(s.id) for s in made.sections), *hand.text, *(s.id for s in imprint.sections), *imprint.deleted])
    known = Known(made, *([before.survey] if before.survey else []))
    by_id = {anchor(s.id): s for s in made.sections if anchor(s.id) not in hand.deleted}
    sections = by_id | {
        name: section_by_hand(piece.text, by_id[name].id if name in by_id else name, piece.title, piece.level, paper, known)
        for name, piece in hand.kept.items()
    }
    keep_head = (imprint.head_by_hand or digest(head) != imprint.head) and not {HEAD, ALL} & set(discard)
    revised = made.model_copy(
        update={
            "sections": tuple(sections[name] for name in hand.order(list(by_id))),
            "head": head if keep_head else "",
            "title": (_title(head) if keep_head else "") or made.title,
            "beneath": tuple(hand.beneath.values()),
        }
    )
    markdown = before.mark + survey_markdown(revised).replace("\n", before.ending)
    changes = _changes(hand, revised, made, Grounds(before.survey, made, (before.run, run)) if before.survey else None)
    aside = "what was discarded is in it" if hand.discarded else hand.references
    return Revised(revised, markdown, imprint_of(revised, hand.deleted, hand.moved), Revision(changes=tuple(changes), aside=aside))


def _all_known(discard: Collection[str], ids: Iterable[str]) -> None:
    names = list(dict.fromkeys([*ids, HEAD, ALL]))
    for name in discard:
        if name not in names:
            begun = [known for known in names if name and known.startswith(name)]
            raise UnknownSection(name, begun[:3] or difflib.get_close_matches(name, names, n=3, cutoff=0.5))


def _with_parts(names: Collection[str], *orders: Sequence[tuple[str, int]]) -> set[str]:
    """The ids, and those of the parts of each: what follows it on a deeper level. ``orders``: ids with their levels; an id is a part where
    the first order that has it says so."""
    found, seen = set(names), set[str]()
    for order in orders:
        for at, (name, level) in enumerate(order):
            if name in names:
                end = next((n for n in range(at + 1, len(order)) if order[n][1] <= level), len(order))
                found |= {part for part, _ in order[at + 1 : end] if part not in seen}
        seen |= {name for name, _ in order}
    return found


def _anew(made: Survey, before: Before) -> Revised:
    """Nothing in the file can be told to be the program's or a person's."""
    markdown = survey_markdown(made)
    aside = "" if markdown == before.text else "nothing beside it tells what in it was written by hand"
    changes = [Change(id=piece.id, title=piece.title, how="new") for piece in pieces_of(made)]
    return Revised(made, markdown, imprint_of(made), Revision(changes=tuple(changes), aside=aside))


class _Hand:
    """What of survey.md is a person's. ``kept``: sections by id, the person's own among them; ``beneath``: what the program had written in
    their place; ``disk``: the ids as they stand in the file."""

    def __init__(self, made: Survey, before: Before, imprint: Imprint, pieces: Sequence[Piece], discard: Collection[str]) -> None:
        recorded = {section.id: section for section in imprint.sections}
        program = {anchor(s.id): s for s in made.sections}
        every = ALL in discard
        discard = _with_parts(discard, [(anchor(s.id), s.level) for s in made.sections], [(s.id, s.level) for s in imprint.sections])
        self.text: dict[str, str] = {}
        self.kept: dict[str, Piece] = {}
        self.edited: set[str] = set()  # since it was written last
        self.discarded: list[str] = []
        self.own: set[str] = set()
        self.references = ""
        self.disk: list[str] = []
        for piece in pieces:
            name = piece.id or self._named(piece, {*recorded, *program, *self.disk})
            was = recorded.get(name)
            changed = was is None or digest(piece.text) != was.sha256
            self.text[name] = piece.text
            if name == REFERENCES_ANCHOR:
                self.references = "its list of references was changed by hand, but is made from the library" if changed else ""
                continue
            by_hand = changed or (was is not None and was.by_hand)
            if by_hand and (every or name in discard):
                self.discarded.append(name)
                if name in program:
                    self.disk.append(name)
                continue
            self.disk.append(name)
            if by_hand:
                self.kept[name] = piece
                self.edited |= {name} if changed else set()
                self.own |= {name} if name not in program else set()
        self.deleted = [
            name
            for name in dict.fromkeys([*imprint.deleted, *recorded])
            if name in program and name not in self.text and not (every or name in discard)
        ]
        self.gone = [section for section in imprint.sections if section.id not in {*program, *self.kept, REFERENCES_ANCHOR}]
        there = [name for name in self.disk if name in recorded]
        self.moved = not every and (imprint.moved or there != [name for name in recorded if name in there])
        self.first = {name for name in self.kept if name in recorded and not recorded[name].by_hand}
        self.beneath = self._beneath(before.survey, program)

    def _named(self, piece: Piece, taken: Collection[str]) -> str:
        """The id of a section that a person added: the one they gave it, or one made of its title."""
        given = _ID.search(piece.text.split("\n", 1)[0].rstrip("\r"))
        name = anchor(given[1] if given else re.sub(r"[^\w.-]+", "-", piece.title.casefold()).strip("-")[:60])
        return name if name not in taken else next(n for i in range(2, len(taken) + 3) if (n := f"{name}-{i}") not in taken)

    def _beneath(self, old: Survey | None, program: Mapping[str, Section]) -> dict[str, Section]:
        """As it was when the section was edited first; whoever edits it again knew what had changed until then."""
        written = {anchor(s.id): s for s in old.sections} if old else {}
        earlier = {anchor(s.id): s for s in old.beneath} if old else {}
        found = {}
        for name in self.kept:
            if name in program:
                again = name in self.edited and name not in self.first
                found[name] = program[name] if again else (written if name in self.first else earlier).get(name, program[name])
        return found

    def order(self, program: Sequence[str]) -> list[str]:
        """The ids as the program has them, or as a person put them; what the other list has beside stands behind what it follows there."""
        there = {*program, *self.kept}
        disk = [name for name in self.disk if name in there]
        first, second = (disk, program) if self.moved else (program, disk)
        order = list(first)
        for at, name in enumerate(second):
            if name not in order:
                before = next((n for n in reversed(second[:at]) if n in order), None)
                order.insert(order.index(before) + 1 if before else 0, name)
        return order


def _changes(hand: _Hand, revised: Survey, made: Survey, grounds: Grounds | None) -> list[Change]:
    old = {anchor(s.id): s for s in grounds.before.sections} if grounds else {}
    program = {anchor(s.id): s for s in made.sections}
    changes = []
    if revised.head:
        changes.append(Change(id=HEAD, title="the lines before the first section", how="kept"))
    for piece in pieces_of(revised):
        section, was = program.get(piece.id), old.get(piece.id)
        if piece.id in hand.own:
            change = Change(id=piece.id, title=piece.title, how="own")
        elif piece.id in hand.kept and section:
            change = _kept(piece, hand.beneath[piece.id], section, grounds)
        elif piece.id not in hand.text:
            change = Change(id=piece.id, title=piece.title, how="new")
        elif digest(piece.text) == digest(hand.text[piece.id]):
            change = Change(id=piece.id, title=piece.title, how="unchanged")
        else:
            why: tuple[str, ...] = ("your edits were discarded",) if piece.id in hand.discarded else ()
            if piece.id == REFERENCES_ANCHOR and grounds:
                why = grounds.why(Section(id=piece.id, title=""), Section(id=piece.id, title=""))
            elif section and was and grounds:
                why += grounds.why(was, section)
            changed = diff(hand.text[piece.id], piece.text, piece.id)
            quotes = requoted(was, section) if was and section else ""
            change = Change(id=piece.id, title=piece.title, how="rewritten", why=why, quotes=quotes, diff=changed)
        changes.append(change)
    changes += [Change(id=name, title=program[name].title, how="deleted") for name in hand.deleted]
    return changes + [Change(id=section.id, title=section.title, how="gone") for section in hand.gone]


def _kept(piece: Piece, beneath: Section, section: Section, grounds: Grounds | None) -> Change:
    """With what the program would have written, where that is no longer what it was when the section was edited."""
    would = section_markdown(section, grounds.after) if grounds else piece.text
    if grounds is None or digest(section_markdown(beneath, grounds.before)) == digest(would):
        return Change(id=piece.id, title=piece.title, how="kept")
    changed = diff(piece.text, would, piece.id)
    why, quotes = grounds.why(beneath, section), requoted(beneath, section)
    return Change(id=piece.id, title=piece.title, how="kept", why=why, quotes=quotes, diff=changed)


def _title(head: str) -> str:
    """The title in the YAML block, as plain text."""
    from survey.render.draft import read_draft

    said = next((s.text for s in read_draft(head) if s.kind == "title" and s.text.startswith("title:")), "")
    return said.removeprefix("title:").strip().strip("'\"").replace("''", "'").replace("\\", "")


__all__ = ["ALL", "HEAD", "Before", "Change", "Imprint", "Revised", "Revision", "Written", "paths_of", "read_before", "revise"]
