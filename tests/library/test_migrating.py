"""Older libraries are brought up, all of one or nothing, and a copy is kept; newer ones are refused and left alone."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from survey.errors import NewerLibrary, UnwritableLibrary, WorkspaceBusy
from survey.library import Library
from survey.library.schema import CHANGES, VERSION
from survey.locking import writing
from survey.records import Paper
from tests.calling import python
from tests.library.old_schemas import TEXT, old_library


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "library.sqlite"


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [*db.iterdump(), str(db.execute("PRAGMA user_version").fetchone())]


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_library_of_an_older_version_is_brought_up_with_all_that_it_holds(path: Path, version: int) -> None:
    old_library(path, version)
    before = dump(path)
    with Library(path) as library:
        paper = library.paper("roe2020")
        assert paper and (paper.title, paper.text) == ("On frogs", TEXT)
        assert [paper.key for paper in library.papers()] == ["bare2021", "roe2020"]
        sentences = library.sentences("roe2020")
        assert [TEXT[s.start : s.end] for s in sentences[:2]] == ["Frogs call at night.", "Toads do not, says Ünïcode."]
        assert (len(sentences), library.count_sentences(), library.sentences("bare2021")) == (22, 22, [])
        assert [*library.passage_digests()] == ["roe2020/0"] and library.passages_named(["roe2020/0"])["roe2020/0"].text == TEXT
        assert ([r.title for r in library.records()], library.skipped()[0].reason) == (["On frogs"], "is empty")
        assert (library.vectors("e", ["d"]), library.result("themes", "k")) == ({"d": b"\1\2"}, "{}")
        assert library.known()["a.md"].digest == "3:abc"
        assert library.reply("r") == ("{}" if version >= 2 else None)
        assert library.decisions() == ([("a", "b", True)] if version >= 3 else [])
        assert len(library.notices(Paper(title="x", doi="10.1/x"))) == (version >= 3)
        assert [(talk.id, talk.question) for talk in library.talks()] == ([(7, "Do frogs call?")] if version >= 4 else [])
        assert library.put_talk(None, "2026-01-02", "{}", []) == (8 if version >= 4 else 1)
        assert library.backup == path.with_name(f"library.v{version}.sqlite")
    assert dump(path.with_name(f"library.v{version}.sqlite")) == before
    with Library(path) as library:
        assert library.backup is None
    assert {file.name for file in path.parent.iterdir()} <= {"library.sqlite", f"library.v{version}.sqlite", "lock", "lock.json"}


KILLED = """
import os, signal, sys
from pathlib import Path
from survey.library import Library, schema
at = int(sys.argv[2])
done = 0
class Watched(list):
    def __iter__(self):
        for n, statement in enumerate(list.__iter__(self)):
            if n == at:
                os.kill(os.getpid(), signal.SIGKILL)
            yield statement
schema.CHANGES[5] = Watched(schema.CHANGES[5])
Library(Path(sys.argv[1]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
@pytest.mark.parametrize("share", [0.0, 0.9])
def test_killed_in_the_midst_of_it_the_old_library_is_whole(path: Path, share: float) -> None:
    old_library(path, 4)
    before = dump(path)
    at = str(int(share * len(CHANGES[5])))
    run = subprocess.run([sys.executable, "-c", KILLED, path, at], check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert run.returncode == -signal.SIGKILL
    assert dump(path) == before
    with Library(path) as library:
        assert library.keys() == ["bare2021", "roe2020"]


def test_without_room_for_the_copy_nothing_is_changed(path: Path) -> None:
    old_library(path, 4)
    before = dump(path)
    (path.parent / "library.v4.sqlite").mkdir()  # where the copy is to lie
    with pytest.raises(UnwritableLibrary):
        Library(path)
    assert dump(path) == before


def test_it_is_not_begun_while_another_process_is_at_work(path: Path) -> None:
    old_library(path, 4)
    at_work = "import sys; from pathlib import Path; from survey.locking import writing\n"
    at_work += "with writing(Path(sys.argv[1]).parent, Path(sys.argv[1])): print('holds', flush=True); sys.stdin.read()"
    with python(["-c", at_work, path.parent]) as other:
        assert other.stdout and other.stdout.readline() == "holds\n"
        with pytest.raises(WorkspaceBusy):
            Library(path)
        other.communicate("")
    with Library(path) as library:
        assert library.keys()


def test_the_command_that_holds_the_lock_brings_it_up(path: Path) -> None:
    old_library(path, 4)
    with writing(path.parent.parent, path.parent), Library(path) as library:
        assert library.backup


def test_a_library_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    Library(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA user_version = 99")
        db.execute("UPDATE counters SET value = 99 WHERE name = 'form'")
    before = path.read_bytes()
    with pytest.raises(NewerLibrary, match=rf"form 99; this one reads up to {VERSION}.*pip install --upgrade"):
        Library(path)
    assert path.read_bytes() == before
