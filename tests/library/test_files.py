"""What opening a library would destroy is told before it is opened; and nothing is told of what another process is just writing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.trust.rows import fill, rows_of
from survey.errors import DamagedLibrary, WorkspaceBusy
from survey.library import Library
from survey.library.files import _settled, misled, spoiled
from survey.library.mending import check, mend


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store" / "library.sqlite"
    fill(path)
    return path


@pytest.fixture
def log(path: Path) -> Path:
    """Of several turns, as a killed process leaves it."""
    log = path.with_name(f"{path.name}-wal")
    with Library(path) as library:
        for n in range(4):
            library.put_talk(None, f"2026-02-0{n + 1}", "{}", ['{"question": "And now?"}'])
        left = path.read_bytes(), log.read_bytes()
    path.write_bytes(left[0])
    log.write_bytes(left[1])
    return log


def contents(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if not file.name.endswith("-shm")}


@pytest.mark.parametrize("reads", [False, True])
def test_a_damaged_log_is_refused_and_stays_as_it_is_until_it_is_mended(path: Path, log: Path, reads: bool) -> None:
    data = bytearray(log.read_bytes())
    data[len(data) // 3] ^= 4
    log.write_bytes(data)
    before, rows = contents(path), rows_of(path)
    for _ in range(2):
        with pytest.raises(DamagedLibrary, match=r"log is not as it was written.*survey doctor --repair"):
            Library(path, reads=reads)
    assert contents(path) == before
    mend(path)
    assert {row[1] for kind, row in rows if kind == "talks"} >= {"2026-02-03", "2026-02-04"}
    with Library(path) as library:
        assert {talk.time for talk in library.talks()} >= {"2026-02-03", "2026-02-04"}


def test_a_whole_log_is_read(path: Path, log: Path) -> None:
    assert not misled(path)
    with Library(path) as library:
        assert library.talks()[0].time == "2026-02-04"


@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize("beside", ["index", "library.v4.sqlite", "library.sqlite-wal"])
def test_a_library_that_is_gone_or_empty_is_missed_by_what_stands_beside_it(path: Path, gone: bool, beside: str) -> None:
    shutil.rmtree(path.parent)
    other = path.parent / beside
    other.parent.mkdir(parents=True)
    other.write_text("something")
    if not gone:
        path.touch()
    before = sorted(path.parent.rglob("*"))
    for reads in (False, True):
        with pytest.raises(DamagedLibrary, match=f"{'gone' if gone else 'empty'}, and {other.name} stands"):
            Library(path, reads=reads)
    assert sorted(path.parent.rglob("*")) == before
    assert check(path)
    assert any("decided, asked or had forgotten" in ailment.cure and not ailment.mendable for ailment in mend(path))
    assert check(path) == []


def test_a_library_that_never_was_is_begun(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    (tmp_path / "library.sqlite").touch()
    with Library(tmp_path / "library.sqlite") as library:
        assert library.is_empty()


@pytest.mark.parametrize(("at", "bits"), [(60, 1), (63, 1), (63, 5), (68, 1), (71, 1), (18, 4), (19, 4)])
def test_a_flipped_byte_of_the_head_is_damage_and_no_other_version_or_program(path: Path, at: int, bits: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= bits
    path.write_bytes(data)
    with pytest.raises(DamagedLibrary, match="survey doctor --repair"), Library(path) as library:
        library.put_result("themes", "x", "{}")
    assert contents(path) == {path.name: data}
    assert "no paper, decision or talk is missing" in mend(path)[0].cure


def test_what_is_found_while_the_files_change_is_not_told(path: Path) -> None:
    def look() -> str:
        with path.open("ab") as file:
            file.write(b"more")
        return "torn"

    assert _settled(path, look) == ""
    assert _settled(path, lambda: "torn") == "torn"


@pytest.mark.skipif(sys.platform == "win32", reason="no file can be replaced there that is open")
def test_what_another_process_has_open_is_not_replaced(path: Path) -> None:
    talking = (
        f"import sqlite3; db = sqlite3.connect({str(path)!r}); db.execute('SELECT * FROM talks').fetchall(); print(flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", talking], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        with path.open("r+b") as file:
            file.seek(5)
            file.write(b"x")
        before = contents(path)
        with pytest.raises(WorkspaceBusy):
            mend(path)
        assert contents(path) == before
        other.communicate(b"\n")
    mend(path)
    assert not spoiled(path) and check(path) == []
