"""``outline.yaml``: the outline as a file that a person edits."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from survey.errors import BadOutline
from survey.outlines import joined, present
from survey.outlines.reading import Says, composed, fields_of, items_of, parsed_outline
from survey.records import Outline, PlannedSection, Reference, year_letters

if TYPE_CHECKING:
    from yaml.nodes import Node

NAME = "outline.yaml"

_COMMENT = 110  # characters
_PLAIN = re.compile(r"[^\W\d_](?:[\w./+-]|(?<=[^\s:,]) (?=\w))*")
_RESERVED = re.compile(r"(?i)true|false|yes|no|on|off|null|y|n")

_HEAD = """\
# The outline that `survey write` follows. Change whatever you like, then run it again.
#
# rename       change a `title` (leave the `id`: it is the section's anchor)
# move         cut the line of a paper and paste it into another section, or under `alone`
# merge        move all papers of one section into another, and delete the section
# drop         delete a section, or the line of a paper; such papers are left out of the text, and listed
# order        sections are written in the order in which they stand here
# pin          pinned: [citekey] in a section: these papers are told whatever the length
# ask          add a line to `questions`; a new section needs a `title` and either `papers` or `questions`
"""
_ALONE = "# Papers of no section, told by themselves."
_TAIL = """
# Every paper that this outline knows. Leave this list alone: a paper that is here and in no section was left out by you; one that is
# not here is new, and joins the section it is nearest to.
"""


# ---------------------------------------------------------------- writing


def outline_yaml(outline: Outline, papers: Mapping[str, Reference]) -> str:
    """The file; beside each citekey stand the paper's authors, year and title."""
    names = {key: _comment(papers[key], letter) for key, letter in year_letters(papers.values()).items()}
    lines = [_HEAD.rstrip("\n"), ""]
    if outline.topic:
        lines.append(f"topic: {_scalar(outline.topic)}")
    lines.append(f"title: {_scalar(outline.title)}")
    lines += ["", "sections:" if outline.sections else "sections: []"]
    for section in outline.sections:
        lines += [*_section(section, names), ""]
    if outline.alone:
        lines += [_ALONE, *_keys("alone", outline.alone, names, "")]
    return "\n".join(lines).rstrip("\n") + f"\n{_TAIL}{_flow('papers', outline.papers)}\n"


def _section(section: PlannedSection, names: Mapping[str, str]) -> list[str]:
    lines = [f"  - id: {_scalar(section.id)}", f"    title: {_scalar(section.title)}"]
    if section.questions:
        lines += ["    questions:", *(f"      - {_scalar(question)}" for question in section.questions)]
    if section.pinned:
        lines.append(f"    {_flow('pinned', section.pinned, 4)}")
    lines += _keys("papers", section.papers, names, "    ") if section.papers else []
    if section.parts:
        lines.append("    parts:  # of its papers; a part may be deleted")
        for part in section.parts:
            lines += [f"      - id: {_scalar(part.id)}", f"        title: {_scalar(part.title)}"]
            lines += [f"        {line}" for line in _rest(part, 8)]
            lines.append(f"        {_flow('papers', part.papers, 8)}")
    return lines + [f"    {line}" for line in _rest(section, 4)]


def _rest(section: PlannedSection, indent: int) -> list[str]:
    """What a reader seldom changes."""
    terms = [_flow("terms", section.terms, indent)] if section.terms else []
    return [*terms, *([f"about: {_scalar(section.about)}"] if section.about else [])]


def _keys(name: str, keys: Sequence[str], names: Mapping[str, str], indent: str) -> list[str]:
    return [f"{indent}{name}:", *(f"{indent}  - {_scalar(key)}{names.get(key, '')}" for key in keys)]


def _comment(paper: Reference, letter: str) -> str:
    told = " ".join(f"{paper.named(letter)}: {paper.name}".split())
    told = "".join(char if char.isprintable() else "\ufffd" for char in told)
    return f"  # {told if len(told) <= _COMMENT else told[: _COMMENT - 1].rstrip() + '…'}"


def _flow(name: str, values: Sequence[str], indent: int = 0) -> str:
    """``name: [a, b, c]``, broken into lines."""
    lines, start = [""], f"{name}: ["
    for n, value in enumerate(values):
        written = _scalar(value) + ("," if n < len(values) - 1 else "")
        if lines[-1] and indent + len(lines[-1]) + len(written) > _COMMENT:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + written
    pad = "\n" + " " * (indent + 2)
    return f"{start}{lines[0]}]" if len(lines) == 1 else f"{start}{pad}{pad.join(lines)}]"


def _scalar(text: str) -> str:
    """Plain where no reader of YAML could take it for something else, else between double quotes."""
    if _PLAIN.fullmatch(text) and not _RESERVED.fullmatch(text):
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in json.dumps(text, ensure_ascii=False))


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


# ---------------------------------------------------------------- papers that are gone, and new ones


def without_gone(text: str, file: Path, papers: Mapping[str, Reference], keys: Collection[str], says: Says) -> str:
    """The file without the papers that are in the library, whose citekeys are ``keys``, no longer: they may have been forgotten. It is
    written anew if all of it is as the program writes it and no section is lost, and then without sentences of theirs too (``says`` is
    asked of each `about`); else what stands beside their citekeys goes. As it is, where none is gone."""
    outline = parsed_outline(text, file, keys)
    gone = {*outline.papers, *outline.told} - {*keys}
    if not gone:
        return text
    left = present(outline, keys)
    plain = _BESIDE.sub(r"\1", text).partition(_TAIL)
    own = plain[0] == outline_yaml(outline, {}).partition(_TAIL)[0] and "#" not in plain[2]
    if own and len(left.sections) == len(outline.sections):
        sections = tuple(_in_its_own_words(section, says) for section in left.sections)
        return outline_yaml(left.model_copy(update={"sections": sections}), papers)
    return _BESIDE.sub(lambda line: line[1] if line[2].strip('"') in gone else line[0], text)


def _in_its_own_words(section: PlannedSection, says: Says) -> PlannedSection:
    parts = tuple(_in_its_own_words(part, says) for part in section.parts)
    about = section.about if section.about and says(section.about, section.papers) else ""
    return section.model_copy(update={"about": about, "parts": parts})


_BESIDE = re.compile(r'^( *- ("?[^\s"#]+"?))  # [^\r\n]*\((?:\d{4}|n\.d\.)[a-z]?(?:, retracted)?\): [^\r\n]*', re.MULTILINE)
"""A citekey and what the program writes beside it."""


def put_in(text: str, file: Path, new: Mapping[str, str], papers: Mapping[str, Reference], keys: Collection[str]) -> str:
    """The file with a line for each ``new`` paper at the end of the section that it joins ("": those alone), all its papers known, and
    nothing else changed; as it is, where it is written in a way that lines cannot be added to. ``keys`` are those of the library."""
    outline = parsed_outline(text, file, keys)
    wanted = joined(outline, new)
    known = sorted({*wanted.papers} - {*outline.papers})
    now = _with_papers(text, new, known, papers)
    with suppress(BadOutline):
        return now if parsed_outline(now, file, keys) == wanted else text
    return text


def _with_papers(text: str, new: Mapping[str, str], known: Sequence[str], papers: Mapping[str, Reference]) -> str:
    top = fields_of(composed(text, _unreachable))
    lines = text.splitlines(keepends=True)
    letters = year_letters(papers.values())
    listed = {_id_of(node): fields_of(node).get("papers") for node in items_of(top.get("sections"))}
    edits: list[tuple[int, int, str]] = []  # line, column, what is put in there
    for name in dict.fromkeys(new.values()):
        names = {key: _comment(papers[key], letters[key]) for key, where in new.items() if where == name}
        edits += _inserted(listed.get(name) if name else top.get("alone"), names, lines)
    edits += _inserted(top.get("papers"), dict.fromkeys(known, ""), lines)
    for line, column, put in sorted(edits, reverse=True):
        lines[line] = lines[line][:column] + put + lines[line][column:]
    behind = []
    if (apart := [key for key, where in new.items() if not where]) and "alone" not in top:
        names = {key: _comment(papers[key], letters[key]) for key in apart}
        behind += ["", _ALONE, *_keys("alone", apart, names, "")]
    if known and "papers" not in top:
        behind += [*_TAIL.splitlines(), _flow("papers", known)]
    ended = "" if not behind or text.endswith("\n") else "\n"
    return "".join([*lines, ended, *(f"{line}\n" for line in behind)])


def _inserted(node: "Node | None", keys: Mapping[str, str], lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Behind the last entry of a list, in its own way of writing."""
    items = items_of(node)
    if node is None or not keys:
        return
    if not items:
        yield node.start_mark.line, node.start_mark.column + 1, ", ".join(map(_scalar, keys))
    elif getattr(node, "flow_style", False):
        yield items[-1].end_mark.line, items[-1].end_mark.column, "".join(f", {_scalar(key)}" for key in keys)
    else:
        first, line = lines[items[-1].start_mark.line], items[-1].end_mark.line
        indent = first[: first.index("-")]
        ending = "" if lines[line].endswith("\n") else "\n"
        yield line, len(lines[line]), ending + "".join(f"{indent}- {_scalar(key)}{comment}\n" for key, comment in keys.items())


def _id_of(node: "Node") -> str:
    return str(getattr(fields_of(node).get("id"), "value", ""))


def _unreachable(line: int, reason: str, cure: str) -> NoReturn:
    raise ValueError(f"line {line}: {reason}")
