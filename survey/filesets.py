"""The files of a survey: all of them are written, or none.

A folder that is not there is made beside its place and renamed into it. One that is there may hold a person's own files, some of them open
in editors, so it is never swapped for another: what is new is staged in the hidden folder ``.survey.set`` within it, forced to the disk,
committed by the renaming of one journal, and then renamed file by file. Whoever opens the folder next moves the rest of a committed set
into its place, and throws one away that was not committed: :func:`settle`.
"""

import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

from survey.durable import as_bytes, beside_of, created, hold, mode_of, new_folder, open_folder, sweep, sync_folder

STAGE = ".survey.set"
_JOURNAL = "journal"
"""Name → the sha256 of what lay there when its new text was made, and that of the new text; "": no file."""
_WAIT = 30.0  # seconds, for another process that writes the same folder


def write_files(
    folder: Path, files: Mapping[str, str | bytes], gone: Iterable[str] = (), was: Mapping[str, str] | None = None
) -> list[Path]:
    """Puts ``files`` into ``folder`` and takes those that are ``gone`` out of it: whenever the process is killed, the folder is found as it
    was, or as it is to be, by who settles it. Files that hold their text already are left alone.

    ``was``: sha256 of what a file held when its new text was made. If it holds something else now, somebody wrote in it meanwhile: that is
    kept as ``NAME.bak-1``; returns these. Raises :class:`OSError`, and then the folder is as it was, or will be settled as it is to be."""
    new = {name: as_bytes(content) for name, content in files.items()}
    if not os.path.lexists(folder) and _made_whole(folder, new):
        return []
    with _alone(folder):
        aside = _settled(folder)
        sweep(folder)
        journal = {}
        for name, now in {**{name: digest(data) for name, data in new.items()}, **dict.fromkeys(gone, "")}.items():
            there = digest_of(folder / name)
            if there != now:
                journal[name] = ((was or {}).get(name, there), now)
        if journal:
            stage = folder / STAGE
            try:
                _commit(stage, {name: new[name] for name in journal if name in new}, journal)
            except BaseException:
                if not (stage / _JOURNAL).exists():
                    shutil.rmtree(stage, ignore_errors=True)
                raise
            aside += _rolled_forward(folder)
    return aside


def settle(folder: Path) -> list[Path]:
    """Ends what a process that was killed had begun to write into ``folder``. Returns what a person had saved there meanwhile, which is
    kept aside. Costs nothing where nothing is to be done. Raises :class:`OSError`."""
    if not (folder / STAGE).is_dir() or (folder / STAGE).is_symlink():
        return []
    try:
        with _alone(folder):
            return _settled(folder)
    except OSError:
        if is_committed(folder):
            raise
        return []  # of what was never committed nothing shows


def is_committed(folder: Path) -> bool:
    """Whether a set lies in the folder that is not yet in its place."""
    return not (folder / STAGE).is_symlink() and (folder / STAGE / _JOURNAL).exists()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str:
    """The sha256 of a file; "" where there is none. Raises :class:`OSError`, also for what is no file of its own."""
    return "" if mode_of(path) is None else digest(path.read_bytes())


# ---------------------------------------------------------------- within


def _made_whole(folder: Path, new: Mapping[str, bytes]) -> bool:
    """Makes a folder with all its files; False where another process has made it meanwhile."""
    _make(folder.parent)
    sweep(folder.parent)
    beside, handle = new_folder(folder.parent)
    try:
        inner = beside / folder.name
        _stage(inner, new, {})
        try:
            inner.rename(folder)
        except OSError:
            if folder.exists():
                return False
            raise
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if handle is not None:
            os.close(handle)
    return True


def _make(folder: Path) -> None:
    """Makes a folder and those above it, and forces to the disk that they are there."""
    if not folder.is_dir():
        _make(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir()
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, f"{folder} is no folder", str(folder))
        sync_folder(folder.parent)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else writes sets into the folder meanwhile; the lock is on the folder itself and leaves no file behind."""
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{folder} is no folder", str(folder))
    handle = open_folder(folder)
    try:
        until = time.monotonic() + _WAIT
        while handle is not None and not _held(handle):
            if time.monotonic() > until:
                raise TimeoutError(errno.EBUSY, "another process is writing there", str(folder))
            time.sleep(0.02)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _held(handle: int) -> bool:
    try:
        return hold(handle)
    except OSError:  # a folder that keeps no locks: the workspace's own keeps writers apart
        return True


def _stage(stage: Path, files: Mapping[str, bytes], modes: Mapping[str, int | None]) -> None:
    """Writes all files first and then forces all to the disk: the system does that for many in little more time than for one."""
    stage.mkdir()
    with ExitStack() as open_files:
        handles = [open_files.enter_context(created(stage / name, data, modes.get(name))) for name, data in files.items()]
        for handle in handles:
            os.fsync(handle)
    sync_folder(stage)


def _commit(stage: Path, files: Mapping[str, bytes], journal: Mapping[str, tuple[str, str]]) -> None:
    _stage(stage, files, {name: mode_of(stage.parent / name) for name in files})
    sync_folder(stage.parent)
    written = beside_of(stage)
    with created(written, json.dumps(journal).encode()) as handle:
        os.fsync(handle)
    written.rename(stage / _JOURNAL)  # from here on the set is written, whatever happens
    sync_folder(stage)


def _settled(folder: Path) -> list[Path]:
    if is_committed(folder):
        return _rolled_forward(folder)
    if (folder / STAGE).is_symlink():  # not ours, and what it leads to even less
        (folder / STAGE).unlink()
    elif os.path.lexists(folder / STAGE):
        shutil.rmtree(folder / STAGE)
    return []


def _rolled_forward(folder: Path) -> list[Path]:
    """Renames what was committed into its place. A file that is staged no more is there already, and what it became since is a person's."""
    stage = folder / STAGE
    aside = []
    for name, (was, now) in _journal(stage).items():
        place = folder / name
        if now and not (stage / name).exists():
            continue
        there = digest_of(place)
        if there not in ("", was, now):
            aside.append(_free(place))
            place.rename(aside[-1])
        if now:
            (stage / name).replace(place)
        elif there == was:
            place.unlink(missing_ok=True)
    sync_folder(folder)
    (stage / _JOURNAL).unlink()
    shutil.rmtree(stage, ignore_errors=True)
    return aside


def _journal(stage: Path) -> dict[str, tuple[str, str]]:
    """Empty, where it or a file that is staged is not as it was committed: the disk damaged it, or the folder is somebody else's making."""
    try:
        entries = {name: (str(was), str(now)) for name, (was, now) in json.loads((stage / _JOURNAL).read_bytes()).items()}
    except (ValueError, TypeError, AttributeError):
        return {}
    plain = all(name and name == Path(name).name for name in entries)
    return entries if plain and all(digest_of(stage / name) in ("", now) for name, (_, now) in entries.items() if now) else {}


def _free(path: Path) -> Path:
    return next(there for n in count(1) if not os.path.lexists(there := path.with_name(f"{path.name}.bak-{n}")))
