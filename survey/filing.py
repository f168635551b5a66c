"""Which files of a collection are known as they are, and the reading of the others.

A file is known by the digest of its content, and by those of the files that its reading took in; by its name where the name decides.
"""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from survey.library import NAMED, Known, Library
from survey.library.marks import left_out, mark_of_file, parted
from survey.readers import PDF_BYTES, VERSION, is_left_in_folders, read
from survey.readers.cleaning import shown_name
from survey.readers.containment import Job, read_contained
from survey.records import Paper, Skipped

Told = Callable[[str, int, int], None]


class Files:
    """The files of one ``add``. ``name`` says how a file is called in records, ``named`` are the paths that the user gave."""

    def __init__(self, root: Path, library: Library, name: Callable[[Path], str], named: Collection[Path], told: Told) -> None:
        self._root = root
        self._library = library
        self._name = name
        self._named = named
        self._progress = told
        self._known = library.known()
        self._forgotten = library.forgotten()
        self._digests: dict[str, str] = {}
        self.names: dict[str, None] = {}
        self.told: list[Skipped] = []
        """What is said of paths that hold no file: told now, not kept."""
        self.read = 0

    def take(self, paths: Iterable[Path], *, attached: bool = False) -> None:
        jobs: list[tuple[Job, Known]] = []
        for path in paths:
            name = self._name(path)
            if name in self.names:
                continue
            if not os.path.isfile(path):
                self.told += read(path, shown_name(str(path)) if name.startswith("../") else name).skipped
                continue
            self.names[name] = None
            named = attached or path in self._named
            digest = self._digest(path) + (NAMED if named and is_left_in_folders(path) else "")
            if self._is_known(name, digest):
                continue
            known = Known(digest, os.fsencode(_from(self._root, path)))
            if forgotten := self._forgotten.get(mark_of_file(digest)):
                self._library.put_records(name, known, [], [left_out(name, forgotten, whole=True)])
            else:
                jobs.append((Job(path, name, named), known))
        for (job, known), reading in zip(jobs, read_contained([job for job, _ in jobs]), strict=True):
            records = [self._with_files(paper) for paper in reading.papers]
            opened = [Path(os.fsdecode(bytes.fromhex(file))) for file in reading.opened]
            beside = {_from(Path(os.path.realpath(self._root)), file): self._digest(file) for file in opened}
            if job.name in self._known and not records and not reading.notices and any(not s.expected for s in reading.skipped):
                # A file that came to harm gives nothing; what it gave before is kept, as that of a missing one is.
                records = [record for record in self._library.records() if record.sources[0].path == job.name]
            # What an accident left unread is not known: it is tried again the next time.
            now = known._replace(digest="" if reading.accident else known.digest, beside=beside)
            records, forgotten_of = parted(records, self._forgotten)
            skipped = [*reading.skipped, *(left_out(job.name, under, whole=not records) for under in dict.fromkeys(forgotten_of))]
            self._library.put_records(job.name, now, records, skipped, reading.notices)
            self.read += 1
            self._progress("reading", self.read, len(self.names))
        self._progress("reading", len(self.names), len(self.names))

    def _with_files(self, paper: Paper) -> Paper:
        """``paper`` with its files called as sources are; a share of another machine is not even looked for."""
        files = [file for file in paper.files if not file.startswith(("//", "\\\\"))]
        if not paper.files:
            return paper
        return paper.model_copy(update={"files": tuple(dict.fromkeys(self._name(self._root / file) for file in files))})

    def _is_known(self, name: str, digest: str) -> bool:
        """Whether the file was read as it is now, and so were those that it takes in. What was read for its name's sake stays read."""
        known = self._known.get(name)
        return (
            known is not None
            and known.digest in {digest, f"{digest}{NAMED}"}
            and all(self._digest(self._root / os.path.normpath(place)) == then for place, then in known.beside.items())
        )

    def _digest(self, path: Path) -> str:
        """sha256 of the content, with the readers' version; of a file larger than any that is read, its size and date instead."""
        place = os.path.realpath(path)
        if place not in self._digests:
            self._digests[place] = _digest(path)
        return self._digests[place]


def _from(root: Path, path: Path) -> str:
    """Where ``path`` lies as seen from ``root``, which may be moved with it."""
    try:
        return os.path.relpath(path, root)
    except ValueError:  # on another drive
        return str(path.absolute())


def _digest(path: Path) -> str:
    try:
        facts = path.stat()
        if facts.st_size > PDF_BYTES:
            return f"{VERSION}:{facts.st_size}:{facts.st_mtime_ns}"
        with path.open("rb") as file:
            return f"{VERSION}:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except (OSError, ValueError):
        return f"{VERSION}:unreadable"
