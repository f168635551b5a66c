"""Whatever happens while a survey is written: its folder holds the old files or the new ones, and all of a person's."""

import errno
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey import filesets
from survey.filesets import STAGE, digest, settle, write_files
from tests.mortal import Disk, Killed, failing

MINE = {"notes.txt": b"my own", "mine.new": b"mine"}
OLD = {"survey.md": b"old text", "run.json": b"{}", "chains.svg": b"<svg/>"}
NEW = {"survey.md": b"new text", "run.json": b"{1}", "tree.svg": b"<svg>new</svg>"}


def filled(folder: Path, files: Mapping[str, bytes]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    if files:
        folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def killed_everywhere(folder: Path, before: Mapping[str, bytes], new: Mapping[str, bytes], *, power_cut: bool) -> list[dict[str, bytes]]:
    """What the folder holds when it is opened again, for each operation at which the process that writes ``new`` could die."""
    found = []
    for n in count(1):
        filled(folder, before)
        disk = Disk(dies_at=n)
        try:
            with failing(disk):
                write_files(folder, new, gone=before.keys() - new.keys() - MINE.keys())
        except Killed:
            if power_cut:
                disk.cut_power()
            settle(folder)
            found.append(held(folder))
        else:
            assert held(folder) == {**{name: data for name, data in before.items() if name in MINE}, **new}
            return found
    raise AssertionError


@pytest.mark.parametrize("power_cut", [False, True])
@pytest.mark.parametrize("before", [{}, MINE, {**OLD, **MINE}])
def test_a_set_is_whole_or_not_there_whenever_the_process_dies(before: dict[str, bytes], power_cut: bool, tmp_path: Path) -> None:
    mine = {name: data for name, data in before.items() if name in MINE}
    found = killed_everywhere(tmp_path / "outputs" / "thesis", before, NEW, power_cut=power_cut)
    assert len(found) > 10
    assert all(there in (before, {**mine, **NEW}) for there in found)
    assert before in found
    assert {**mine, **NEW} in found


def test_settling_may_be_killed_too(tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    for n in count(1):
        filled(folder, {**OLD, **MINE})
        (folder / STAGE).mkdir()
        for name, data in {**NEW, "journal": json.dumps({name: ["", digest(data)] for name, data in NEW.items()}).encode()}.items():
            (folder / STAGE / name).write_bytes(data)
        try:
            with failing(Disk(dies_at=n)):
                settle(folder)
        except Killed:
            settle(folder)
            assert {**held(folder), **NEW, **MINE} == held(folder)
            assert set(OLD.values()) <= set(held(folder).values())  # nobody knew of them: kept aside
        else:
            assert n > 5
            assert {**held(folder), **NEW, **MINE} == held(folder)
            break


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    old=st.dictionaries(st.sampled_from("abc"), st.binary(max_size=4)),
    new=st.dictionaries(st.sampled_from("abcd"), st.binary(max_size=4)),
)
def test_of_any_two_sets_one_is_found(old: dict[str, bytes], new: dict[str, bytes], tmp_path: Path) -> None:
    before = {**old, **MINE}
    for there in killed_everywhere(tmp_path / "thesis", before, new, power_cut=False):
        assert there in (before, {**MINE, **new})


def test_a_disk_that_refuses_any_one_operation_leaves_the_old_files_or_a_set_that_is_then_finished(tmp_path: Path) -> None:
    folder, told = tmp_path / "thesis", 0
    for n in count(1):
        filled(folder, {**OLD, **MINE})
        with failing(Disk(refuses={n: OSError(errno.ENOSPC, "No space left on device")})) as disk:
            try:
                write_files(folder, NEW, gone=["chains.svg"])
            except OSError:
                told += 1
        settle(folder)
        assert held(folder) in ({**OLD, **MINE}, {**MINE, **NEW})
        write_files(folder, NEW, gone=["chains.svg"])
        assert held(folder) == {**MINE, **NEW}
        assert not list(tmp_path.rglob(".survey*"))
        if disk.done < n:
            break
    assert told > 10


def test_what_a_person_saves_before_a_committed_set_is_in_place_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    for n in count(1):
        filled(folder, {**OLD, **MINE})
        try:
            with failing(Disk(dies_at=n)):
                write_files(folder, NEW, gone=["chains.svg"])
        except Killed:
            (folder / "survey.md").write_bytes(b"saved by a person")
            settle(folder)
            assert b"saved by a person" in held(folder).values()
        else:
            assert n > 10
            break


def test_what_a_person_saved_since_the_text_was_made_is_kept_and_named(tmp_path: Path) -> None:
    folder = filled(tmp_path / "thesis", OLD)
    was = {"survey.md": digest(OLD["survey.md"])}
    assert write_files(folder, {"survey.md": b"next"}, was=was) == []
    (folder / "survey.md").write_bytes(b"saved meanwhile")
    assert write_files(folder, NEW, was=was) == [folder / "survey.md.bak-1"]
    assert (folder / "survey.md.bak-1").read_bytes() == b"saved meanwhile"
    assert (folder / "survey.md").read_bytes() == NEW["survey.md"]


def test_files_keep_their_permissions_and_links_are_neither_followed_nor_replaced(tmp_path: Path) -> None:
    folder = filled(tmp_path / "thesis", OLD)
    (folder / "survey.md").chmod(0o600)
    write_files(folder, NEW)
    assert (folder / "survey.md").stat().st_mode & 0o777 == 0o600
    outside = tmp_path / "outside.md"
    outside.write_bytes(b"outside")
    (folder / "survey.md").unlink()
    (folder / "survey.md").symlink_to(outside)
    with pytest.raises(OSError, match="link"):
        write_files(folder, {"survey.md": b"x", "run.json": b"y"})
    assert (outside.read_bytes(), (folder / "run.json").read_bytes()) == (b"outside", NEW["run.json"])


def test_a_folder_that_is_a_link_is_written_into(tmp_path: Path) -> None:
    there = filled(tmp_path / "elsewhere", OLD)
    (tmp_path / "thesis").symlink_to(there, target_is_directory=True)
    write_files(tmp_path / "thesis", NEW)
    assert (tmp_path / "thesis").is_symlink()
    assert (there / "survey.md").read_bytes() == NEW["survey.md"]
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OSError, match="no folder"):
        write_files(tmp_path / "dangling", NEW)


def test_a_link_in_the_place_of_the_stage_is_removed_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    folder, there = filled(tmp_path / "thesis", OLD), filled(tmp_path / "elsewhere", MINE)
    (folder / STAGE).symlink_to(there, target_is_directory=True)
    write_files(folder, NEW)
    assert held(folder) == {**OLD, **NEW}
    assert held(there) == MINE


def test_a_new_folder_that_is_being_made_is_not_left_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import sys; from pathlib import Path; from survey.durable import sweep; sweep(Path(sys.argv[1]))"
    stage = filesets._stage

    def and_another_sweeps(*given: Any) -> None:
        stage(*given)
        subprocess.run([sys.executable, "-c", program, tmp_path], check=True)

    monkeypatch.setattr(filesets, "_stage", and_another_sweeps)
    write_files(tmp_path / "thesis", NEW)
    assert held(tmp_path / "thesis") == NEW


@pytest.mark.parametrize(
    "journal", ["{", "[]", "{}", '{"survey.md": 1}', '{"../survey.md": ["", "HASH"]}', '{"survey.md": ["HASH", "another"]}']
)
def test_a_journal_that_nobody_committed_so_moves_nothing(journal: str, tmp_path: Path) -> None:
    folder = filled(tmp_path / "deep" / "thesis", OLD)
    (folder / STAGE).mkdir()
    (folder / STAGE / "survey.md").write_bytes(b"planted")
    (folder / STAGE / "journal").write_text(journal.replace("HASH", digest(b"planted")), encoding="utf-8")
    settle(folder)
    assert held(folder) == OLD
    assert held(tmp_path).keys() == {f"deep/thesis/{name}" for name in OLD}


def test_who_comes_while_another_writes_waits_and_throws_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = filled(tmp_path / "thesis", OLD)
    monkeypatch.setattr("survey.filesets._WAIT", 0.05)
    with failing(Disk(dies_at=12)), pytest.raises(Killed):
        write_files(folder, NEW)
    monkeypatch.setattr("survey.filesets.hold", lambda handle: False)
    before = held(folder)
    with pytest.raises(OSError, match="another process"):
        write_files(folder, NEW)
    settle(folder)
    assert held(folder) == before
    assert f"{STAGE}/run.json" in before
