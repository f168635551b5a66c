"""What a workspace's library holds, brought up to files and folders: read, merged, split.

A file is known by the digest of its content: an unchanged one costs that digest, a changed one replaces what it gave, a missing one is
told, and what it gave is kept.
"""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import combinations, pairwise
from pathlib import Path, PurePosixPath

from survey.errors import NotJoined
from survey.identity import Decisions, Join, identities, joined, merge, record_name
from survey.library import Library
from survey.passages import VERSION as PASSAGES_VERSION
from survey.passages import passages, split_sentences
from survey.readers import VERSION, find, read, shown_name
from survey.readers.containment import Job, read_contained
from survey.readers.formats import LATEX
from survey.records import Notice, Paper, Record, Skipped

Told = Callable[[str, int, int], None]


class Added(Record):
    """What an ``add`` did. ``papers`` are the citekeys that the named paths gave, ``records`` how many records they were merged from;
    ``missing`` are files read before that are no longer there, ``notices`` how many notices of retraction the paths gave."""

    papers: tuple[str, ...]
    records: int
    new: int
    files_read: int
    files_known: int
    skipped: tuple[Skipped, ...]
    missing: tuple[str, ...] = ()
    notices: int = 0


class Shelf:
    """The library of the workspace at ``root`` as a collection of files. ``name`` says how a file is called in records."""

    def __init__(self, root: Path, library: Library, passage_chars: int, name: Callable[[Path], str], told: Told) -> None:
        self.root = root
        self.library = library
        self.passage_chars = passage_chars
        self.name = name
        self.told = told

    def add(self, paths: Iterable[Path]) -> Added:
        """Reads what ``paths`` name and is not known yet, and the files that bibliographies among them name as the texts of entries."""
        named = set(paths)
        listed = sorted(find(sorted(named)), key=self.name)
        names: list[str] = []
        passing: list[Skipped] = []
        read_now = 0
        for wave in (listed, None):
            if wave is None:
                wave, beside = self._attached(names, named)  # noqa: PLW2901 - known only when the first are read
                passing += beside
            jobs, digests = [], []
            for path in wave:
                name = self.name(path)
                content = _digest(path, path in named)
                if content is None:
                    # a missing path or an empty folder: told now, not kept; what lies outside as it was named
                    passing += read(path, shown_name(str(path)) if name.startswith("../") else name).skipped
                    continue
                names.append(name)
                if self.library.digest(name) != content:
                    jobs.append(Job(path, name, path in named or wave is not listed))
                    digests.append(content)
            for job, content, reading in zip(jobs, digests, read_contained(jobs), strict=True):
                records = [self._with_files(paper) for paper in reading.papers]
                self.library.put_records(job.name, content, records, reading.skipped, reading.notices)
                read_now += 1
                self.told("reading", read_now, len(names))
        self.told("reading", len(names), len(names))
        missing = self._missing_from(named, names)
        new = self.merge()
        chosen = set(names)
        papers = tuple(p.key for p in self.library.papers() if any(_is_of(s.path, chosen) for s in p.sources))
        return Added(
            papers=papers,
            records=sum(1 for r in self.library.records() if any(_is_of(s.path, chosen) for s in r.sources)),
            new=new,
            files_read=read_now,
            files_known=len(names) - read_now,
            skipped=(*passing, *map(_missed, missing), *(s for s in self.library.skipped() if _is_of(s.source, chosen))),
            missing=tuple(missing),
            notices=self.library.count_notices(names),
        )

    def merge(self) -> int:
        """Brings the papers up to the records; returns how many papers are new."""
        before = {p.key: p for p in self.library.papers()}
        merged = [self._noticed(p) for p in merge(self.library.records(), self._known([*before.values()]), self._decisions())]
        split_by = f"{PASSAGES_VERSION} {self.passage_chars}"
        as_before = self.library.result("splitting", "made by") == split_by
        changed = [p for p in merged if not as_before or before.get(p.key) != p]
        prepared = []
        for done, paper in enumerate(changed, start=1):
            sentences = split_sentences(paper)
            prepared.append((paper, sentences, passages(paper, sentences, self.passage_chars)))
            self.told("splitting", done, len(changed))
        self.library.put_papers(prepared)
        self.library.put_result("splitting", "made by", split_by)
        self.library.drop_papers(before.keys() - {p.key for p in merged})
        return len({p.key for p in merged} - before.keys())

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
        return [source for source in self.library.sources() if not os.path.lexists(self.root / source)]

    def forget(self, sources: Collection[str]) -> None:
        """Drops what these files gave, and papers that nothing else gives."""
        self.library.drop_records(sources)
        self.merge()

    def _missing_from(self, named: Collection[Path], there: Collection[str]) -> list[str]:
        """Files that were read from one of the ``named`` folders and are in it no longer. A folder that is gone itself tells nothing."""
        folders = [self.name(path) for path in named if path.is_dir()]
        known = set(there)
        return [
            source
            for source in self.library.sources()
            if source not in known
            and not source.startswith("store/fetched/")  # replies of services, which no walk through a folder meets
            and any(source.startswith(f"{f}/") or (f == "." and not source.startswith("../")) for f in folders)
        ]

    # ------------------------------------------------------------ files that a bibliography names

    def _with_files(self, paper: Paper) -> Paper:
        """``paper`` with its files called as sources are."""
        if not paper.files:
            return paper
        return paper.model_copy(update={"files": tuple(dict.fromkeys(self.name(self.root / file) for file in paper.files))})

    def _attached(self, names: Sequence[str], named: Collection[Path]) -> tuple[list[Path], list[Skipped]]:
        """The first file that is there of each entry read from ``names``; and of each bibliography, what is not there or not to be read.

        A bibliography may come from anybody: it leads to files in its own folder, in the folders that the user named and in the workspace,
        and nowhere else.
        """
        chosen = set(names)
        allowed = [self.root.resolve(), *(path.resolve() for path in named if path.is_dir())]
        found: dict[Path, None] = {}
        gone: dict[str, list[str]] = {}
        outside: dict[str, list[str]] = {}
        for paper in self.library.records() if chosen else []:
            if not paper.files or paper.sources[0].path not in chosen:
                continue
            source = paper.sources[0].path
            beside = (self.root / source).resolve().parent
            within = [path for path in (self.root / file for file in paper.files) if _leads_into(path, [beside, *allowed])]
            there = next((path for path in within if path.is_file()), None)
            if there is not None:
                if self.name(there) not in chosen:
                    found.setdefault(there)
            elif within:
                gone.setdefault(source, []).append(paper.files[0])
            else:
                outside.setdefault(source, []).append(paper.files[0])
        export, give = "export the library together with its files", "give the folder that holds them too"
        told = [Skipped(source=s, reason=f"names {_several(files)} not there: {files[0]}", cure=export) for s, files in gone.items()]
        told += [
            Skipped(source=s, reason=f"names {_several(files)} not in its folder: {files[0]}", cure=give) for s, files in outside.items()
        ]
        return sorted(found, key=self.name), told

    # ------------------------------------------------------------ retractions

    def _noticed(self, paper: Paper) -> Paper:
        """``paper`` with what registers of retractions say of it."""
        notices = self.library.notices(paper)
        return paper.model_copy(update={"notice": _told(notices)}) if notices else paper


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
    try:
        there = path.resolve()
    except (OSError, RuntimeError, ValueError):  # a name too long, links in a circle, a null character
        return False
    return any(there.is_relative_to(folder) for folder in folders)


def _several(files: Sequence[str]) -> str:
    return f"{len(files)} files that are" if len(files) > 1 else "a file that is"


def _missed(source: str) -> Skipped:
    cure = "put it back, or forget what it gave: survey add --forget-missing"
    return Skipped(source=source, reason="is missing: it was read before, and what it gave is kept", cure=cure, expected=True)


def _is_of(source: str, files: Collection[str]) -> bool:
    """Whether a record was read from one of ``files``: itself, or a member of one that is an archive ("papers.zip/a.pdf")."""
    return source in files or any(str(above) in files for above in PurePosixPath(source).parents)


def _digest(path: Path, named: bool) -> str | None:
    """sha256 of the content (of a LaTeX document with the files that it takes in), with the readers' version and whether the user named the
    file itself, which a README is read for; None for what is no readable file."""
    if not path.is_file():
        return None
    beside: Sequence[Path] = ()
    if path.suffix.casefold() in LATEX:
        from survey.readers.latex import files_of

        beside = files_of(path)
    try:
        digests = [_of_content(file) for file in (path, *beside)]
    except OSError:
        return None
    whole = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return f"{VERSION}:{whole}{':named' if named else ''}"


def _of_content(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
