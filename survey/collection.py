"""What a workspace's library holds, brought up to files and folders: read, merged, split.

A file is known by the digest of its content: an unchanged one costs that digest, a changed one replaces what it gave, a missing one is
told, and what it gave is kept.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import sha256
from itertools import combinations, pairwise
from pathlib import Path, PurePosixPath

from survey.errors import NotJoined
from survey.filing import Files, Told
from survey.identity import Decisions, Join, identities, joined, merge, record_name
from survey.library import Library
from survey.library.schema import FORMER, MERGING, SPLITTING
from survey.passages import VERSION as PASSAGES_VERSION
from survey.passages import passages, split_sentences
from survey.readers import VERSION as READERS_VERSION
from survey.readers import is_own, walk
from survey.readers.formats import PAPERS
from survey.records import Notice, Paper, Record, Skipped


class Added(Record):
    """What an ``add`` did.

    ``papers`` are the citekeys that the named paths gave, ``records`` how many records they were merged from; ``missing`` files read before
    that are no longer there, ``forgotten`` those of them that were given up; ``renamed`` citekeys as they were and are, ``dropped`` those
    that no paper goes by any longer; ``notices`` how many notices of retraction the paths gave.
    """

    papers: tuple[str, ...]
    records: int
    new: int
    files_read: int
    files_known: int
    skipped: tuple[Skipped, ...]
    missing: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    dropped: tuple[str, ...] = ()
    notices: int = 0


class Shelf:
    """The library of the workspace at ``root`` as a collection of files. ``name`` says how a file is called in records."""

    def __init__(self, root: Path, library: Library, passage_chars: int, name: Callable[[Path], str], told: Told) -> None:
        self.root = root
        self.library = library
        self.passage_chars = passage_chars
        self.name = name
        self.told = told

    def add(self, paths: Iterable[Path], *, forget_missing: bool = False) -> Added:
        """Reads what ``paths`` name and is not known yet, and the files that bibliographies among them name as the texts of entries."""
        named = set(paths)
        closed: list[str] = []
        listed, outward = walk(sorted(named), closed)
        files = Files(self.root, self.library, self.name, named, self.told)
        files.take(sorted(listed, key=self.name))
        files.told += [_outward(self.name(link)) for link in outward]
        files.told += [_closed(self.name(Path(folder))) for folder in closed]
        attached, beside = self._attached(files.names, named)
        files.told += beside
        files.take(attached, attached=True)
        names = sorted(files.names)
        missing = self._missing_from(named, names, [self.name(Path(folder)) for folder in closed])
        if forget_missing:
            self.library.drop_records(missing)
        before = self.library.source_paths()
        new = self.bring_up()
        gone = sorted(before.keys() - set(self.library.keys()))
        chosen = set(names)
        missed = [] if forget_missing else missing
        return Added(
            papers=tuple(key for key, sources in self.library.source_paths().items() if any(_is_of(path, chosen) for path in sources)),
            records=self.library.count_records(names),
            new=new,
            files_read=files.read,
            files_known=len(names) - files.read,
            skipped=(*files.told, *map(_missed, missed), *self.library.skipped_of(names)),
            missing=tuple(missed),
            forgotten=tuple(missing) if forget_missing else (),
            renamed=tuple((old, now) for old in gone if (now := self.library.result(FORMER, old))),
            dropped=tuple(old for old in gone if not self.library.result(FORMER, old)),
            notices=self.library.count_notices(names),
        )

    def reread(self) -> None:
        """Reads the files again of which something was damaged, as far as they are there, each as it was read before."""
        unread = {self.root / os.fsdecode(known.place): known for known in self.library.known().values() if known.is_unread and known.place}
        there = sorted(path for path in unread if os.path.lexists(path))
        Files(self.root, self.library, self.name, {path for path in there if unread[path].digest}, self.told).take(there)

    def bring_up(self) -> int:
        """Merges the records, unless the papers are made of these records already; returns how many papers are new.

        What tells is in the library, and not what this call read: a call before it may have been killed in between."""
        return 0 if self.library.result(*_MERGED) == self._merged_from else self.merge()

    @property
    def _split_by(self) -> str:
        return f"{READERS_VERSION} {PASSAGES_VERSION} {self.passage_chars}"

    @property
    def _merged_from(self) -> str:
        """Stands for the records, by the digests of their files, and for all else that the papers are made from."""
        files = [(source, known.digest, sorted(known.beside.items())) for source, known in self.library.known().items()]
        return sha256(json.dumps([self._split_by, files, self.library.decisions()]).encode("utf-8", "surrogatepass")).hexdigest()

    def merge(self) -> int:
        """Brings the papers up to the records; returns how many papers are new."""
        before = {p.key: p for p in self.library.papers()}
        merged = [self._noticed(p) for p in merge(self.library.records(), self._known([*before.values()]), self._decisions())]
        as_before = self.library.result(*_SPLIT) == self._split_by
        changed = [p for p in merged if not as_before or before.get(p.key) != p]
        prepared = []
        for done, paper in enumerate(changed, start=1):
            sentences = split_sentences(paper)
            prepared.append((paper, sentences, passages(paper, sentences, self.passage_chars)))
            self.told("splitting", done, len(changed))
        now = {p.key for p in merged}
        renamed = _renamed([p for key, p in before.items() if key not in now], merged)
        with self.library.transaction():
            self.library.put_papers(prepared)
            self.library.drop_papers(before.keys() - now)
            for old, new in renamed.items():
                self.library.put_result(FORMER, old, new)
            self.library.put_result(*_SPLIT, self._split_by)
            self.library.put_result(*_MERGED, self._merged_from)
        return len(now - before.keys() - set(renamed.values()))

    def paper(self, key: str) -> Paper | None:
        """The paper of that citekey; or that went by it, or that one of its records calls so."""
        found, asked = self.library.paper(key), {key}
        while found is None and (now := self.library.result(FORMER, key)) and now not in asked:
            key = now
            asked.add(key)
            found = self.library.paper(key)
        if found is None and (places := {(s.path, s.place) for s in self.library.sources_of_record(key)}):
            also = (p for p in self.library.papers() if places & {(s.path, s.place) for s in p.sources})
            found = next(also, None)
        return found

    # ------------------------------------------------------------ one paper from several records

    def joined(self) -> list[Join]:
        """The papers that come from several records."""
        return joined(self.library.records(), self._known(self.library.papers()), self._decisions()).joins

    def part(self, key: str, number: int | None) -> list[str]:
        """Takes the paper ``key`` apart, or its ``number``-th record out of it; returns the citekeys of what it is now."""
        names = next((join.records for join in self.joined() if join.key == key), ())
        if len(names) < 2 or (number is not None and not 1 <= number <= len(names)):
            raise NotJoined(key, len(names), number)
        pairs = combinations(names, 2)
        self.library.put_decisions([p for p in pairs if number is None or names[number - 1] in p], together=False)
        return self._merged_to(names)

    def join(self, keys: Sequence[str]) -> list[str]:
        """Joins papers to one, whatever was decided on them before."""
        records = [self._records_of(key) for key in keys]
        self.library.put_decisions([(a, b) for one, other in combinations(records, 2) for a in one for b in other], together=None)
        self.library.put_decisions([(one[0], other[0]) for one, other in pairwise(records)], together=True)
        return self._merged_to([name for names in records for name in names])

    def reset(self, keys: Sequence[str]) -> list[str]:
        """Forgets what was decided on the records of these papers."""
        names = {name for key in keys for name in self._records_of(key)}
        decided = [(one, other) for one, other, _ in self.library.decisions() if one in names or other in names]
        self.library.put_decisions(decided, together=None)
        return self._merged_to({*names, *(name for pair in decided for name in pair)})

    def _records_of(self, key: str) -> list[str]:
        paper = self.library.paper(key)
        places = {(s.path, s.place) for s in paper.sources} if paper else set()
        return [record_name(r) for r in self.library.records() if {(s.path, s.place) for s in r.sources} & places]

    def _merged_to(self, names: Collection[str]) -> list[str]:
        self.merge()
        places = {(s.path, s.place) for r in self.library.records() if record_name(r) in names for s in r.sources}
        return [p.key for p in self.library.papers() if {(s.path, s.place) for s in p.sources} & places]

    def _known(self, papers: Sequence[Paper]) -> dict[str, str]:
        return {identity: p.key for p in reversed(papers) for identity in identities(p)}  # of several the first is meant

    def _decisions(self) -> Decisions:
        decided = self.library.decisions()
        return Decisions(
            apart=tuple((one, other) for one, other, together in decided if not together),
            together=tuple((one, other) for one, other, together in decided if together),
        )

    # ------------------------------------------------------------ files that are gone

    def missing(self) -> list[str]:
        """The files that were read and are no longer where they were."""
        places = {source: os.fsdecode(known.place) for source, known in self.library.known().items() if known.place}
        return [source for source, place in places.items() if not os.path.lexists(self.root / place)]

    def _missing_from(self, named: Collection[Path], there: Collection[str], closed: Collection[str]) -> list[str]:
        """Files that were read from one of the ``named`` folders and are in it no longer, or are named themselves and gone. A folder that
        is gone itself, or ``closed``, tells nothing."""
        gone = {self.name(path) for path in named if not os.path.lexists(path)}
        folders = [self.name(path) for path in named if os.path.isdir(path)]
        known = set(there)
        return [
            source
            for source in self.library.sources()
            if source not in known
            and not any(source.startswith(f"{folder}/") for folder in closed)
            and not source.startswith("store/fetched/")  # replies of services, which no walk through a folder meets
            and any(source in gone or source.startswith(f"{f}/") or (f == "." and not source.startswith("../")) for f in folders)
        ]

    # ------------------------------------------------------------ files that a bibliography names

    def _attached(self, names: Collection[str], named: Collection[Path]) -> tuple[list[Path], list[Skipped]]:
        """The first file that is there of each entry read from ``names``; and of each bibliography, what is not there or not to be read.

        A bibliography may come from anybody: it leads to papers in its own folder, in the folders that the user named and in the workspace,
        and to nothing else: no hidden file, no file whose name is not a paper's.
        """
        chosen = set(names)
        allowed = [self.root.resolve(), *(path.resolve() for path in named if os.path.isdir(path))]
        found: dict[Path, None] = {}
        gone: dict[str, list[str]] = {}
        outside: dict[str, list[str]] = {}
        for paper in self.library.records() if chosen else []:
            if not paper.files or paper.sources[0].path not in chosen:
                continue
            source = paper.sources[0].path
            beside = (self.root / source).resolve().parent
            within = [path for path in (self.root / file for file in paper.files) if _leads_into(path, [beside, *allowed])]
            there = next((path for path in within if os.path.isfile(path)), None)
            if there is not None:
                if self.name(there) not in chosen:
                    found.setdefault(there)
            elif within:
                gone.setdefault(source, []).append(paper.files[0])
            else:
                outside.setdefault(source, []).append(paper.files[0])
        export, give = "export the library together with its files", "give the folder that holds them too"
        told = [Skipped(source=s, reason=f"names {_several(files)} not there: {_some(files)}", cure=export) for s, files in gone.items()]
        told += [
            Skipped(source=s, reason=f"names {_several(files)} not in its folder: {_some(files)}", cure=give)
            for s, files in outside.items()
        ]
        return sorted(found, key=self.name), told

    # ------------------------------------------------------------ retractions

    def _noticed(self, paper: Paper) -> Paper:
        """``paper`` with what registers of retractions say of it."""
        notices = self.library.notices(paper)
        return paper.model_copy(update={"notice": _told(notices)}) if notices else paper


_SPLIT, _MERGED = (SPLITTING, "made by"), (MERGING, "made of")
"""Results that say what the papers are made from."""


def _renamed(before: Sequence[Paper], after: Sequence[Paper]) -> dict[str, str]:
    """Old citekeys to new ones, of papers whose sources, as far as they are there, are one paper's."""
    now = {(s.path, s.place): p.key for p in after for s in p.sources}
    keys = {p.key: {now[s.path, s.place] for s in p.sources if (s.path, s.place) in now} for p in before}
    return {old: next(iter(found)) for old, found in keys.items() if len(found) == 1}


def _told(notices: Sequence[Notice]) -> str:
    """Notices in the order of their dates, the one that counts first: a paper is retracted unless it was reinstated since."""

    def said(notice: Notice) -> str:
        when = f" on {notice.date}" if notice.date else ""
        why = f" ({notice.reason})" if notice.reason else ""
        return f"{notice.nature}{when}{why}, says {notice.source}"

    ordered = sorted(set(notices), key=lambda n: (n.date, n.nature, n.reason))
    last = next((n for n in reversed(ordered) if n.nature.casefold() in {"retraction", "reinstatement"}), None)
    first = [last] if last is not None else []
    return "; ".join(said(notice) for notice in [*first, *(n for n in ordered if n is not last)])


def _leads_into(path: Path, folders: Iterable[Path]) -> bool:
    """Whether ``path`` is a paper's file, by its name, in one of the ``folders``, links followed."""
    try:
        there = Path(os.path.realpath(path))
    except (OSError, ValueError):
        return False
    within = [there.relative_to(folder).parts for folder in folders if there.is_relative_to(folder)]
    return path.suffix.casefold() in PAPERS and any(parts and not is_own(parts) for parts in within)


def _closed(name: str) -> Skipped:
    return Skipped(source=name, reason="is a folder that may not be looked into", cure="check the permissions of the folder")


def _outward(name: str) -> Skipped:
    return Skipped(
        source=name, reason="is a link that leads out of its folder, or to nothing", cure="give what it leads to by its own name"
    )


def _some(files: Sequence[str], most: int = 5) -> str:
    return ", ".join(files[:most]) + (", …" if len(files) > most else "")


def _several(files: Sequence[str]) -> str:
    return f"{len(files)} files that are" if len(files) > 1 else "a file that is"


def _missed(source: str) -> Skipped:
    cure = "put it back, or forget what it gave: survey add --forget-missing"
    return Skipped(source=source, reason="is missing: it was read before, and what it gave is kept", cure=cure, expected=True)


def _is_of(source: str, files: Collection[str]) -> bool:
    """Whether a record was read from one of ``files``: itself, or a member of one that is an archive ("papers.zip/a.pdf")."""
    return source in files or any(str(above) in files for above in PurePosixPath(source).parents)
