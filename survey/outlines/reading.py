"""Reads ``outline.yaml``, as a person may have edited it.

The file is data from anywhere: it is read as nodes, never as objects; every scalar is text; what refers to something else in the file
(anchors, aliases) or nests deeper than an outline is refused, and so is what is too long.
"""

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Protocol

from survey.errors import BadOutline
from survey.records import Outline, PlannedSection

if TYPE_CHECKING:
    from yaml.nodes import Node

_LONGEST_FILE = 4_000_000  # bytes: an outline of 20,000 papers
_DEEPEST = 12  # of lists and tables within each other
_ID = re.compile(r"\w[\w.-]*")
_CHAPTERS = "alone chains comparisons figures issues left-out method notices open-problems overview papers refs report timeline tree"
_TAKEN = frozenset(_CHAPTERS.split())
"""Ids of chapters that are not of the outline."""


Says = Callable[[str, Sequence[str]], bool]
"""Whether a text stands in one of these papers, letter for letter."""


def read_outline(path: Path, keys: Collection[str], says: "Says | None" = None, remarks: "list[str] | None" = None) -> Outline:
    """The outline in a file, of a library with these citekeys.

    Raises :class:`BadOutline` with the line and the cure. A paper that the file lists as known and that is no longer in the library is
    no fault: it is gone. Of what is no fault but is not done as it stands there, ``remarks`` are made, with the line; ``says`` is asked
    of each ``about``.
    """
    try:
        data = path.read_bytes()
        if len(data) > _LONGEST_FILE:
            raise BadOutline(path, 0, f"has more than {_LONGEST_FILE:,} bytes", "No outline is so long; delete what is none")
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise BadOutline(path, 0, f"cannot be read ({error.strerror})", "Check who may read it") from error
    except UnicodeDecodeError as error:
        raise BadOutline(path, data.count(b"\n", 0, error.start) + 1, "is not UTF-8", "Save it as UTF-8") from error
    return parsed_outline(text, path, keys, says, remarks)


def parsed_outline(text: str, path: Path, keys: Collection[str], says: "Says | None" = None, remarks: "list[str] | None" = None) -> Outline:
    """The outline in a text; ``path`` is named in errors. Raises as :func:`read_outline`."""
    return _Reader(path, keys, says, [] if remarks is None else remarks).read(text)


class _Text(NamedTuple):
    text: str
    line: int


class _Reader:
    def __init__(self, path: Path, keys: Collection[str], says: "Says | None", remarks: list[str]) -> None:
        self.path = path
        self.says = says
        self.remarks = remarks
        self.keys = set(keys)
        self.placed: dict[str, tuple[str, int]] = {}  # citekey → where it is told, and the line
        self.ids: set[str] = set()

    def read(self, text: str) -> Outline:
        root = composed(text, self._fail)
        top = self._table(root, "the outline", ("topic", "title", "sections", "alone", "papers"))
        known = [key.text for key in self._texts(top.get("papers"), "papers")]
        self.keys |= set(known)
        written = self._list(top.get("sections"), "sections")
        self.ids = set()
        sections = [self._section(node) for node in written]
        alone = [self._placed(key, "alone") for key in self._texts(top.get("alone"), "alone")]
        if not sections and not alone:
            self._fail(1, "it has no section", "Add one under `sections`, or plan anew with `survey outline --fresh`")
        return Outline(
            topic=self._one(top.get("topic"), "topic").text,
            title=self._one(top.get("title"), "title").text,
            sections=tuple(self._with_parts(section, node) for section, node in zip(sections, written, strict=True)),
            alone=tuple(alone),
            papers=tuple(sorted(dict.fromkeys(known))),
        )

    def _section(self, node: "Node") -> PlannedSection:
        fields = ("id", "title", "questions", "pinned", "papers", "parts", "terms", "about")
        table = self._table(node, "a section", fields)
        line = _line(node)
        title = self._titled(table, line)
        papers = [self._placed(key, title) for key in self._texts(table.get("papers"), "papers")]
        pinned = [self._known(key) for key in self._texts(table.get("pinned"), "pinned")]
        for key in pinned:
            if key.text not in papers:
                papers.append(self._placed(key, title))
        questions = tuple(question.text for question in self._texts(table.get("questions"), "questions"))
        if not papers and not questions and not table.get("parts"):
            self._fail(line, f"the section “{title}” has neither papers nor questions", "Give it either, or delete it")
        return PlannedSection(
            id=self._id(table, title, line),
            title=title,
            questions=questions,
            papers=tuple(papers),
            pinned=tuple(key.text for key in pinned),
            terms=tuple(term.text for term in self._texts(table.get("terms"), "terms")),
            about=self._one(table.get("about"), "about").text,
        )

    def _with_parts(self, section: PlannedSection, node: "Node") -> PlannedSection:
        """A part has those of its papers that its section has; a paper that stands in parts alone is in the section of the first."""
        listed = self._list(self._table(node, "a section", None).get("parts"), "parts")
        tables = [(self._table(part, "a part", ("id", "title", "papers", "terms", "about")), _line(part)) for part in listed]
        keys = [[self._known(key) for key in self._texts(table.get("papers"), "papers")] for table, _ in tables]
        for key in (key for part in keys for key in part):
            if key.text not in self.placed:
                section = section.model_copy(update={"papers": (*section.papers, self._placed(key, section.title))})
                said = f"@{key.text} is in a part, but not among the papers of “{section.title}”, and is told there"
                self._remark(key.line, said, "Add it to those, or delete it from the part")
            elif key.text not in section.papers:
                where, line = self.placed[key.text]
                said = f"@{key.text} is told in “{where}” (line {line}), so not in a part of “{section.title}”"
                self._remark(key.line, said, "Delete it from the part, or move it back")
        used: set[str] = set()
        parts = []
        for (table, line), part in zip(tables, keys, strict=True):
            title = self._titled(table, line)
            own = tuple(k for k in dict.fromkeys(key.text for key in part) if k in section.papers and k not in used)
            used |= set(own)
            terms = tuple(term.text for term in self._texts(table.get("terms"), "terms"))
            about = self._about(table, own or section.papers, title)
            if own:
                parts.append(PlannedSection(id=self._id(table, title, line), title=title, papers=own, terms=terms, about=about))
        self._about(self._table(node, "a section", None), section.papers, section.title)
        return section.model_copy(update={"parts": tuple(parts)})

    def _about(self, table: Mapping[str, "Node"], papers: Sequence[str], title: str) -> str:
        about = self._one(table.get("about"), "about")
        if about.text and self.says and not self.says(about.text, papers):
            said = f"`about` is no sentence of a paper of “{title}”, which opens without it"
            self._remark(about.line, said, "Copy one from its papers letter for letter, or delete the line")
        return about.text

    def _titled(self, table: Mapping[str, "Node"], line: int) -> str:
        title = self._one(table.get("title"), "title").text
        if not title.strip():
            self._fail(line, "a section has no title", "Give it a `title`")
        return title

    def _id(self, table: Mapping[str, "Node"], title: str, line: int) -> str:
        """The id as it is given; else one made of the title."""
        given = self._one(table.get("id"), "id")
        name = given.text
        if not name:
            words = re.sub(r"[^\w.-]+", "-", title.casefold()).strip("-.")[:60] or "section"
            name = next(n for n in (words, *(f"{words}-{i}" for i in range(2, 10_000))) if n not in self.ids and n not in _TAKEN)
        elif not _ID.fullmatch(name):
            self._fail(given.line, f"the id “{name}” is none", "Use letters, digits, - and . only, or delete the line")
        elif name in _TAKEN or name in self.ids:
            whose = "a chapter of every survey" if name in _TAKEN else "another section"
            self._fail(given.line, f"the id “{name}” is that of {whose}", "Choose another, or delete the line")
        self.ids.add(name)
        return name

    def _placed(self, key: _Text, where: str) -> str:
        self._known(key)
        if key.text in self.placed:
            other, line = self.placed[key.text]
            self._fail(key.line, f"@{key.text} stands in “{where}” and in “{other}” (line {line})", "Leave it in one of them")
        self.placed[key.text] = (where, key.line)
        return key.text

    def _known(self, key: _Text) -> _Text:
        name = key.text.removeprefix("@")
        if name not in self.keys:
            near = difflib.get_close_matches(name, self.keys, n=3, cutoff=0.6)
            cure = f"Did you mean {', '.join(near)}?" if near else "`survey status` lists the papers"
            self._fail(key.line, f"no paper @{name} is in the library", cure)
        return _Text(name, key.line)

    # ------------------------------------------------------------ nodes

    def _table(self, node: "Node", what: str, fields: Sequence[str] | None) -> dict[str, "Node"]:
        from yaml.nodes import MappingNode, ScalarNode

        if not isinstance(node, MappingNode):
            self._fail(_line(node), f"{what} is not a table", "Write `name: value` lines")
        found: dict[str, Node] = {}
        for name, value in node.value:
            if not isinstance(name, ScalarNode) or (fields is not None and name.value not in fields):
                near = difflib.get_close_matches(str(name.value), fields or (), n=1)
                cure = f"Did you mean `{near[0]}`?" if near else f"Known are {', '.join(fields or ())}"
                self._fail(_line(name), f"{what} has no field “{name.value if isinstance(name, ScalarNode) else '…'}”", cure)
            if name.value in found:
                self._fail(_line(name), f"{what} has the field “{name.value}” twice", "Join the two")
            found[name.value] = value
        return found

    def _list(self, node: "Node | None", name: str) -> "list[Node]":
        from yaml.nodes import SequenceNode

        if node is None or _is_empty(node):
            return []
        if not isinstance(node, SequenceNode):
            self._fail(_line(node), f"`{name}` is not a list", "Write one entry a line, each after `- `")
        return list(node.value)

    def _texts(self, node: "Node | None", name: str) -> list[_Text]:
        found = [self._one(entry, name) for entry in self._list(node, name)]
        return [_Text(entry.text.removeprefix("@"), entry.line) if name in _OF_PAPERS else entry for entry in found if entry.text]

    def _one(self, node: "Node | None", name: str) -> _Text:
        from yaml.nodes import ScalarNode

        if node is None:
            return _Text("", 0)
        if not isinstance(node, ScalarNode):
            self._fail(_line(node), f"`{name}` is not a text", "Put it between double quotes, if it has brackets or a colon")
        return _Text("" if _is_empty(node) else node.value, _line(node))

    def _remark(self, line: int, reason: str, cure: str) -> None:
        self.remarks.append(str(BadOutline(self.path, line, reason, cure)))

    def _fail(self, line: int, reason: str, cure: str) -> NoReturn:
        raise BadOutline(self.path, line, reason, cure)


_OF_PAPERS = ("papers", "pinned", "alone")


def _line(node: "Node") -> int:
    return int(node.start_mark.line) + 1


def _is_empty(node: "Node") -> bool:
    return node.tag.endswith(":null") and not getattr(node, "style", None)


class Fail(Protocol):
    """Told of what cannot be read: the line, the reason, the cure. Raises."""

    def __call__(self, line: int, reason: str, cure: str) -> NoReturn: ...


def composed(text: str, fail: "Fail") -> "Node":
    """The file as nodes. Events are looked at first, one by one: no alias is followed and no depth is entered."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                fail(line, "it has an anchor or an alias (& or *)", "Write each entry out, and put texts that begin so between quotes")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                fail(line, "its lists are nested too deep", "Compare it with what `survey outline` writes")
        node: Node | None = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        reason = " ".join(str(getattr(error, "problem", "") or error).split())[:200]
        fail(mark.line + 1 if mark else 0, f"it is not YAML: {reason}", "Check the indentation, and quote texts with a colon or a #")
    if node is None:
        fail(1, "it is empty", "Plan anew with `survey outline --fresh`")
    return node


def fields_of(node: "Node") -> "dict[str, Node]":
    """The entries of a table; none of what is no table."""
    from yaml.nodes import MappingNode

    return {name.value: value for name, value in node.value} if isinstance(node, MappingNode) else {}


def items_of(node: "Node | None") -> "list[Node]":
    from yaml.nodes import SequenceNode

    return list(node.value) if isinstance(node, SequenceNode) else []
