"""A disk that is full at each write: the former output stays, the message is clear, the next run succeeds.

    python -m bench.trust.filling [--points 24]

``disk``: `survey run` over a survey of half of the example collection, on a small tmpfs of its own with a number of bytes left, from
none to what an undisturbed run needs (it wants root and Linux: elsewhere this part is left out, and says so). ``sets``: the writing of
that survey's files alone, each operation on the disk refused once, and each refused with all that come after it.

``full_disk_points`` is how many runs met a full disk; of these ``full_disk_intact``: every file of the former survey is byte for byte as
it was, or all are the new ones, and the library passes SQLite's own check and `survey verify`; ``full_disk_clear``: it ended with 8, one
message that names a place and says to make room, and no traceback; ``full_disk_recovered``: run again with room, it gives what an
undisturbed run gives.
"""

import argparse
import errno
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from survey.outputs import settle, write_set
from survey.workspace import example_paths
from tests.mortal import Disk, failing

POINTS = 24
_ROOM = 512 << 20


class Point(NamedTuple):
    """A run on a disk that was full ``at`` some point: how it ended, and what it left."""

    part: str
    at: str
    code: int | None
    said: str
    intact: bool
    recovered: bool

    @property
    def clear(self) -> bool:
        return self.code == 8 and "Make room" in self.said and "Traceback" not in self.said and self.said.count("\n") <= 1


def measure(points: int = POINTS) -> dict[str, float]:
    found = [*_sets(), *_disk(points)]
    _print(found)
    number = len(found)
    return {
        "full_disk_points": float(number),
        "full_disk_intact": sum(point.intact for point in found) / number,
        "full_disk_clear": sum(point.clear for point in found) / number,
        "full_disk_recovered": sum(point.recovered for point in found) / number,
    }


def _print(found: Sequence[Point]) -> None:
    print(f"{'part':<6} {'points':>6} {'intact':>6} {'clear':>6} {'recovered':>9}")
    for part in dict.fromkeys(point.part for point in found):
        these = [point for point in found if point.part == part]
        good = [sum(getattr(point, name) for point in these) for name in ("intact", "clear", "recovered")]
        print(f"{part:<6} {len(these):>6} {good[0]:>6} {good[1]:>6} {good[2]:>9}")
    for point in found:
        if not (point.intact and point.clear and point.recovered):
            print(f"{point.part} {point.at}: {point.code}, intact {point.intact}, recovered {point.recovered}: {point.said[-2000:]}")


# ---------------------------------------------------------------- the files of a survey, each operation refused


def _sets() -> Iterator[Point]:
    files = {f"file{n}.md": f"old {n}\n" * 500 for n in range(17)}
    new = {name: text.replace("old", "new") for name, text in files.items()}
    with tempfile.TemporaryDirectory() as place:
        for there, stays_full in ((there, stays) for there in (files, {}) for stays in (False, True)):
            for n in count(1):
                folder = Path(place) / "survey"
                shutil.rmtree(folder, ignore_errors=True)
                if there:
                    write_set(folder, there)
                refused = range(n, n + 1000) if stays_full else [n]
                code, said = 0, ""
                with failing(Disk(refuses={m: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) for m in refused})) as disk:
                    try:
                        write_set(folder, new)
                    except Exception as error:
                        code = getattr(error, "exit_code", 1)
                        said = f"{error}" if code == 8 else traceback.format_exc()
                if disk.done < n:
                    break
                if code:
                    settle(folder)
                    intact = _texts(folder) in (there, new)
                    write_set(folder, new)
                    recovered = _texts(folder) == new and not list(Path(place).rglob(".survey*"))
                    yield Point("sets", f"{len(there)} files, operation {n}", code, said, intact, recovered)


def _texts(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}


# ---------------------------------------------------------------- a small disk


def _disk(points: int) -> Iterator[Point]:
    with tempfile.TemporaryDirectory() as place:
        disk, papers = Path(place) / "disk", Path(place) / "papers"
        try:
            with _mounted(disk):
                pass
        except (OSError, subprocess.CalledProcessError):
            print("no small disk can be mounted here: that part is left out")
            return
        before, after = _papers(papers)
        with _mounted(disk):
            _run(disk, before, Path(place))
            shutil.copytree(disk, Path(place) / "former")
            used = _used(disk)
            code, said = _run(disk, after, Path(place))
            assert code in (0, 4), said
            whole, needed = _survey(disk), _used(disk) - used + (2 << 20)
        for n in range(points):
            left = 4096 + needed * n // points // 4096 * 4096
            if (point := _filled(disk, left, after, Path(place), whole)) is not None:
                yield point


def _papers(folder: Path) -> tuple[list[Path], list[Path]]:
    """Half of the example collection, and all of it."""
    library, notes = example_paths()
    folder.mkdir()
    entries = library.read_text(encoding="utf-8").split("\n@")
    (folder / "half.bib").write_text("\n@".join(entries[: len(entries) // 2]), encoding="utf-8")
    return [folder / "half.bib"], [library, notes]


def _filled(disk: Path, left: int, papers: Sequence[Path], place: Path, whole: dict[str, bytes]) -> Point | None:
    """None where the room was enough."""
    with _mounted(disk):
        shutil.copytree(place / "former", disk, dirs_exist_ok=True)
        former = _survey(disk)
        _resized(disk, _used(disk) + left)
        code, said = _run(disk, papers, place)
        if code in (0, 4):
            return None
        _resized(disk, _ROOM)
        intact = _survey(disk) == former and _library_is_whole(disk) and _verified(disk, place)
        again = _run(disk, papers, place)[0]
        return Point("disk", f"{left:,} bytes left", code, said, intact, again in (0, 4) and _survey(disk) == whole)


@contextmanager
def _mounted(disk: Path) -> Iterator[None]:
    disk.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_ROOM}", "tmpfs", disk], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", disk], check=True)


def _resized(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True, capture_output=True)


def _used(disk: Path) -> int:
    facts = os.statvfs(disk)
    return (facts.f_blocks - facts.f_bfree) * facts.f_frsize


def _run(disk: Path, papers: Sequence[Path], place: Path) -> tuple[int | None, str]:
    return _called(["run", *map(str, papers), "--workspace", str(disk), "--out", str(disk / "outputs" / "s"), "--quiet"], place)


def _verified(disk: Path, place: Path) -> bool:
    return _called(["verify", str(disk / "outputs" / "s"), "--workspace", str(disk), "--quiet"], place)[0] == 0


def _called(arguments: list[str], place: Path) -> tuple[int | None, str]:
    """How a command ends in a fork of this process, so that the heavy packages are loaded once, and what it says on stderr."""
    import chromadb  # noqa: F401
    import onnxruntime  # noqa: F401
    import scipy.cluster.hierarchy  # noqa: F401

    import survey.cli
    import survey.index
    import survey.pipeline

    log = place / "stderr"
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        with log.open("wb", buffering=0) as file:
            os.dup2(file.fileno(), 2)
            sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO()), os.fdopen(2, "w")
            try:
                survey.cli.app(arguments)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0
            except BaseException:
                traceback.print_exc()
            sys.stderr.flush()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), log.read_text(encoding="utf-8", errors="replace")


def _survey(disk: Path) -> dict[str, bytes]:
    """The files of the survey, without what differs between any two runs."""
    files = {path.name: path.read_bytes() for path in (disk / "outputs" / "s").rglob("*") if path.is_file()}
    run = json.loads(files["run.json"])
    return {**files, "run.json": json.dumps({name: value for name, value in run.items() if name != "timings"}).encode()}


def _library_is_whole(disk: Path) -> bool:
    with closing(sqlite3.connect(disk / "store" / "library.sqlite")) as library:
        return library.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=POINTS, help="sizes of the small disk that are tried")
    for name, value in measure(parser.parse_args().points).items():
        print(f"{name:<24} {value:g}")
