import errno
import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from survey.durable import created, left_over, sweep, write_file, write_named
from survey.errors import NoFolder, UnwritableOutput
from tests.mortal import Disk, Killed, failing


@pytest.mark.parametrize("before", [b"", b"old"])
def test_a_file_is_as_it_was_or_as_it_is_to_be_whenever_the_process_dies(before: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    found = set()
    for n in count(1):
        path.write_bytes(before)
        try:
            with failing(Disk(dies_at=n)) as disk:
                write_file(path, "new")
        except Killed:
            disk.cut_power()
            found.add(path.read_bytes())
            sweep(tmp_path)
            assert list(tmp_path.iterdir()) == [path]
        else:
            assert path.read_bytes() == b"new"
            break
    assert found == {before, b"new"}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES])
def test_what_cannot_be_written_leaves_the_file_and_nothing_beside_it(number: int, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("old", encoding="utf-8")
    for n in range(2, 7):  # making, its permissions, writing, forcing, renaming
        with failing(Disk(refuses={n: OSError(number, os.strerror(number))})), pytest.raises(UnwritableOutput) as told:
            write_named(path, "new")
        assert str(path) in str(told.value)
        assert os.strerror(number) in str(told.value)
        assert [(there, there.read_text(encoding="utf-8")) for there in tmp_path.iterdir()] == [(path, "old")]
    write_named(path, "new")
    assert path.read_text(encoding="utf-8") == "new"


def test_a_name_as_long_as_names_may_be_can_be_written(tmp_path: Path) -> None:
    write_file(tmp_path / ("x" * 252 + ".md"), "long")
    with pytest.raises(UnwritableOutput, match="shorter"):
        write_named(tmp_path / ("x" * 300), "longer")


def test_what_another_process_writes_just_now_is_not_left_over(tmp_path: Path) -> None:
    with created(tmp_path / ".survey-0.new", b"being written"):
        program = "import sys; from pathlib import Path; from survey.durable import left_over; print(len(left_over(Path(sys.argv[1]))))"
        counted = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    assert counted.stdout.strip() == "0"
    assert left_over(tmp_path) == [tmp_path / ".survey-0.new"]


def test_where_it_cannot_be_told_who_holds_a_file_it_is_not_left_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(handle: int) -> bool:
        raise OSError(errno.EBADF, "as over NFS, of a file that is opened to be read")

    (tmp_path / ".survey-0.new").write_bytes(b"perhaps being written elsewhere")
    os.mkfifo(tmp_path / ".survey-1.new")
    with monkeypatch.context() as patch:
        patch.setattr("survey.durable.hold", refused)
        assert left_over(tmp_path) == []
        sweep(tmp_path)
        write_file(tmp_path / "a.md", "written all the same")
    assert left_over(tmp_path) == [tmp_path / ".survey-0.new"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the system does not tell which files are open")
def test_where_open_files_cannot_be_renamed_none_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def refused_while_open(old: Path, new: Path) -> None:
        assert str(old) not in {os.path.realpath(handle) for handle in Path("/proc/self/fd").iterdir()}
        replace(old, new)

    monkeypatch.setattr("survey.durable._OPEN_FILES_MOVE", False)
    monkeypatch.setattr(os, "replace", refused_while_open)
    write_file(tmp_path.resolve() / "a.md", "as on Windows")
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["as on Windows"]


def test_a_named_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("old", encoding="utf-8")
    (tmp_path / "link.md").symlink_to("there.md")
    write_named(tmp_path / "link.md", "new")
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "there.md").read_text(encoding="utf-8") == "new"
    with pytest.raises(OSError, match="link"):
        write_file(tmp_path / "link.md", "newer")


def test_a_pipe_is_written_into_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_named(tmp_path / "pipe", "through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()
    write_named(Path("/dev/null"), "gone")
    assert Path("/dev/null").is_char_device()


def test_one_folder_is_made_for_a_file_and_no_more(tmp_path: Path) -> None:
    with pytest.raises(NoFolder, match="Make it"):
        write_named(tmp_path / "typo" / "figures" / "a.md", "x")
    assert not list(tmp_path.iterdir())
    write_named(tmp_path / "figures" / "a.md", "x")
    assert (tmp_path / "figures" / "a.md").read_text(encoding="utf-8") == "x"
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UnwritableOutput):
        write_named(tmp_path / "file" / "a.md", "x")
    assert (tmp_path / "file").read_text(encoding="utf-8") == ""


def test_no_temporary_name_is_taken_for_a_link_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.durable.secrets.token_hex", lambda size: "0")
    (tmp_path / "outside").write_text("mine", encoding="utf-8")
    (tmp_path / ".survey-0.new").symlink_to(tmp_path / "outside")
    with pytest.raises(FileExistsError):
        write_file(tmp_path / "a.md", "x")
    assert (tmp_path / "outside").read_text(encoding="utf-8") == "mine"
