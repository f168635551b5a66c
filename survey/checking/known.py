"""What the citations of somebody's text mean: papers of the library, by its own list of references and the bibliography beside it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from survey.checking.findings import Lookup
from survey.citations import recognised
from survey.manuscripts import bibliography_of, read_bibliography, read_manuscript
from survey.records import Paper
from survey.render.draft import DraftSentence

_OWN_LIST = "its list of references"


class Known(NamedTuple):
    """The papers of a library by what a text calls them. ``meant``: names of the text whose entry is a paper of the library, with its
    citekey there; ``listed``: those that have an entry somewhere, and no paper. The others are citekeys of the library. ``keys_in``,
    ``others_in``: where a text lists those that it cites by citekey, and by number or author."""

    library: Lookup
    listed: Mapping[str, str] = MappingProxyType({})
    meant: Mapping[str, str] = MappingProxyType({})
    keys_in: str = ""
    others_in: str = ""

    def paper(self, name: str) -> Paper | None:
        return None if name in self.listed else self.library(self.key(name))

    def key(self, name: str) -> str:
        """The citekey of the library for a name of the text; the name itself where it means no paper of the library."""
        return self.meant.get(name, name)

    def unknown(self, name: str) -> str:
        """Why a citation means nothing: it stands in no list and in no library; "" when it does."""
        if name in self.listed or self.paper(name) is not None:
            return ""
        where = self.keys_in if shown(name).startswith("@") else self.others_in
        return f"cites {shown(name)}, which is {f'neither in {where} nor' if where else 'not'} in the library"

    def unchecked(self, name: str) -> str:
        """Why nothing can be said about a citation; "" when it can."""
        return f"{shown(name)} is in {self.listed[name]}, not in the library: add its file to check it" if name in self.listed else ""


def shown(name: str) -> str:
    """A name as it stands in the text: @citekey, [12], Roe et al., 2020."""
    return name if name.startswith("[") or ", " in name else f"@{name}"


def known_of(
    path: Path, text: str, library: Lookup, papers: Callable[[], Sequence[Paper]], bib: Path | None
) -> tuple[Known, list[DraftSentence]]:
    """What a text says, its citations as they stand there, and what they mean: each name is looked up once, in the text's own list and
    bibliography, and never again by the citekey that was found for it."""
    beside = bibliography_of(path, text, bib)
    manuscript = read_manuscript(text, read_bibliography(beside) if beside else ())
    ours = {s.citations[0].key for s in manuscript.said if s.kind == "reference"}
    names = [name for name in manuscript.names if name in manuscript.entries and not (name in ours and library(name))]
    found = recognised([manuscript.entries[name] for name in names], papers()) if names else []
    keys = {name: paper.key for name, paper in zip(names, found, strict=True) if paper is not None}
    own, other = _OWN_LIST if manuscript.references else "", beside.name if beside else ""
    printed = {id(entry) for entry in manuscript.references}
    listed = {name: own if id(manuscript.entries[name]) in printed else other for name in names if name not in keys}
    return Known(library, listed, keys, other or own, own or other), manuscript.said
