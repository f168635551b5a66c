"""Papers forgotten for good, and what nothing uses any more given up. The folder of the workspace is cleared of both, not only the library.

Files that the user gave are never touched; replies of services that were kept in ``store/fetched`` are ours, and go with the paper.
"""

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from survey.durable import end_scratch, left_over, scratch, sync_folder
from survey.library import Library
from survey.library.erasing import ERASING, compact, erase, naming, remember, unused
from survey.records import Paper, Record

_FETCHED = "store/fetched/"


class Forgotten(Record):
    """``name``: a digest by which they can be taken in again; ``sources``: the files that had given them; ``surveys``: folders whose texts
    still cite them, and were left as they are; how many kept ``replies`` of models and ``turns`` of talks went with them; ``copies`` of the
    library and ``fetched`` files that went."""

    papers: tuple[str, ...]
    name: str
    sources: tuple[str, ...]
    surveys: tuple[str, ...]
    replies: int
    turns: int
    copies: tuple[str, ...]
    fetched: tuple[str, ...]
    beside: tuple[str, ...] = ()
    """Other papers that had come with the same replies; what is kept of them stays."""
    shared: dict[str, int] = {}  # noqa: RUF012 - never changed
    """How many other records those files gave that hold some: these stay, and are read again."""


class Freed(Record):
    """What was given up, or would be: rows by kind, files and folders, and by how many bytes the store shrinks."""

    rows: dict[str, int]
    files: tuple[str, ...]
    bytes: int


def forget(root: Path, store: Path, library: Library, papers: Sequence[Paper]) -> Forgotten:
    """Nothing of them is left in ``store``, not even in pages that were freed. The index is gone afterwards, and must be built anew.

    Raises :class:`survey.errors.WorkspaceBusy` while another process reads the library; ``survey gc`` then does what is left to do.
    """
    keys = [paper.key for paper in papers]
    fetched = sorted({s.path for paper in papers for s in paper.sources if s.path.startswith(_FETCHED)})
    others = [paper for paper in library.papers() if paper.key not in keys and any(s.path in fetched for s in paper.sources)]
    for path in fetched:  # before the rows, which alone tell of them: killed in between, it can be forgotten again
        (root / path).unlink(missing_ok=True)
    erased = erase(library, papers)
    removed = clear(store, library)
    return Forgotten(
        papers=tuple(keys),
        name=erased.name,
        sources=tuple(erased.sources),
        surveys=tuple(path.relative_to(root).as_posix() for path in citing(root, keys)),
        replies=erased.replies,
        turns=erased.turns,
        copies=tuple(path.name for path in removed),
        fetched=tuple(fetched),
        beside=tuple(paper.key for paper in others),
        shared={source: number for source in erased.sources if (number := library.count_records([source]))},
    )


def clear(store: Path, library: Library) -> list[Path]:
    """Removes the index and all copies of the library, those of a damaged one too, and writes the library anew; returns the copies."""
    removed = copies(store)
    remove([store / "index", *store.glob("index-*"), *removed, *leftovers(store)])
    compact(library)
    return removed


def pending(library: Library) -> bool:
    """Whether what was forgotten may still lie in the file, since the process was killed, or another one was reading."""
    return bool(library.count(ERASING))


def citing(root: Path, keys: Collection[str]) -> Iterator[Path]:
    """The folders of surveys whose files name one of the citekeys."""
    named = naming(keys)
    for folder in sorted(path for path in (root / "outputs").glob("*") if path.is_dir()):
        texts = (path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*")) if path.is_file())
        with suppress(OSError):
            if any(named.search(text) for text in texts):
                yield folder


def leftovers(store: Path) -> list[Path]:
    """What killed processes left half written, copies of the library from before it was brought up, and folders of an index that the
    pointer does not name. What was put aside since it was damaged is not among them: it may hold what nothing else does."""
    from survey.index import folders  # it brings numpy

    written = [path for folder in (store, *store.glob("fetched/*")) for path in left_over(folder)]
    written += store.glob(".survey-*.new-*")  # SQLite's, beside such a file
    return sorted([*written, *(path for path in copies(store) if ".damaged-" not in path.name), *folders.leftovers(store)])


def copies(store: Path) -> list[Path]:
    """Of the library, as it was earlier."""
    now = {"library.sqlite", "library.sqlite-wal", "library.sqlite-shm"}
    return sorted(path for path in store.glob("library.*") if path.name not in now)


def remove(paths: Sequence[Path]) -> None:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    for folder in {path.parent for path in paths}:
        sync_folder(folder)


def gc(store: Path, library: Library, keep: int, dry: bool = False) -> Freed:
    """Gives up results and replies that none of the last ``keep`` runs used, vectors of texts that are no paper's any longer, and
    leftovers; then writes the library anew. Where what was forgotten may still lie there, that goes too, and the index, which holds it.

    ``dry``: nothing is written to the store; what the library would come to is tried on a copy."""
    rows = unused(library, keep)
    index = [store / "index", *store.glob("index-*")] if pending(library) else []
    files = sorted({*leftovers(store), *(copies(store) if index else ())} - {*index})
    log = store / f"{library.path.name}-wal"
    before = sum(map(_size, [library.path, *([log] if log.exists() else ()), *files]))
    if dry:
        folder, handle = scratch()  # it holds all papers: a killed one's is swept by the next
        try:
            with library.copied(folder / library.path.name) as copy:
                after = _given_up(copy, rows)
        finally:
            end_scratch(folder, handle)
    else:
        remove([*index, *files])
        after = _given_up(library, rows)
    freed = max(before - after, 0)
    return Freed(rows={kind: len(keys) for kind, keys in rows.items()}, files=tuple(path.name for path in files), bytes=freed)


def _given_up(library: Library, rows: Mapping[str, Sequence[tuple[str, ...]]]) -> int:
    """The size of the library without these rows, and with an empty log."""
    with library.transaction():
        for kind, keys in rows.items():
            library.drop_rows(kind, keys)
    compact(library)
    return _size(library.path)


def _size(path: Path) -> int:
    return sum(file.lstat().st_size for file in ([*path.rglob("*")] if path.is_dir() else [path]) if not file.is_dir())


__all__ = ["Forgotten", "Freed", "clear", "forget", "gc", "pending", "remember"]
