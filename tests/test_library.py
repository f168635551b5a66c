import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from survey.errors import DamagedLibrary, NotALibrary, UnwritableLibrary
from survey.library import IN_LIST, Library
from survey.passages import passages, split_sentences
from survey.records import Paper, Part, Passage, Skipped, Source, SourceSentence


def prepared(key: str, text: str = "One is here. Two is there.", **facts: object) -> tuple[Paper, list[SourceSentence], list[Passage]]:
    paper = Paper.model_validate({"key": key, "title": f"On {key}", "text": text, **facts})
    sentences = split_sentences(paper)
    return paper, sentences, passages(paper, sentences)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "library.sqlite"


def test_a_paper_comes_back_as_it_was_put_after_reopening(path: Path) -> None:
    part = Part(heading="Ünïcode ✓", kind="method", start=0, end=12)
    paper, sentences, found = prepared("b", parts=(part,), sources=(Source(path="b.pdf", reader="pdf"),), date="2020-02")
    with Library(path) as library:
        library.put_papers([(paper, sentences, found), prepared("a")])
    with Library(path) as library:
        assert library.paper("b") == paper
        assert [p.key for p in library.papers()] == library.keys() == ["a", "b"]
        assert library.sentences("b") == sentences
        assert library.passages_named(["b/0", "b/99", "b", "b/", "none/0"]) == {"b/0": found[0]}
        assert library.passages(["b"]) == found
        assert [p.key for p in library.passages()] == ["a", "b", "b"]
        assert library.titles() == {"a": "On a", "b": "On b"}
        assert library.paper("c") is None
        assert library.sentences("c") == []


def test_what_is_asked_of_all_papers_together_is_read_once(path: Path) -> None:
    with Library(path) as library:
        assert library.is_empty()
        library.put_papers([prepared("a", parts=(Part(heading="X", kind="method", start=0, end=3),)), prepared("b")])
        asked: list[str] = []
        library._db.set_trace_callback(asked.append)
        assert not library.is_empty()
        assert (library.titles(), library.parts()["b"]) == ({"a": "On a", "b": "On b"}, "[]")
        assert json.loads(library.parts()["a"])[0]["heading"] == "X"
        library._db.set_trace_callback(None)
        assert len([query for query in asked if "seal, key" in query and "papers" in query]) == 1
        library.put_papers([prepared("c")])
        assert set(library.titles()) == set(library.parts()) == {"a", "b", "c"}


def test_a_paper_put_again_replaces_all_of_the_old_one(path: Path) -> None:
    with Library(path) as library:
        library.put_papers([prepared("a", "One. " * 500), prepared("b")])
        before = library.passage_digests()
        library.put_papers([prepared("a", "Only this is left.")])
        assert [p.text for p in library.passages(["a"])] == ["Only this is left."]
        assert len(library.sentences("a")) == 1
        after = library.passage_digests()
        assert after["a/0"] != before["a/0"]
        assert after["b/0"] == before["b/0"]
        library.drop_papers(["a", "unknown"])
        assert library.keys() == ["b"]
        assert library.passages(["a"]) == []


def test_records_are_replaced_by_source_and_keep_their_order(path: Path) -> None:
    with Library(path) as library:
        library.put_records(
            "z.bib", "1", [Paper(title=f"Z{n}") for n in range(12)], [Skipped(source="z.bib", reason="no title", place="entry 3")]
        )
        library.put_records("a.bib", "2", [Paper(title="A")], [])
        assert [p.title for p in library.records()] == ["A", *(f"Z{n}" for n in range(12))]
        assert library.digest("z.bib") == "1"
        assert library.digest("other.bib") is None
        library.put_records("z.bib", "3", [Paper(title="Z")], [])
        assert [p.title for p in library.records()] == ["A", "Z"]
        assert library.skipped() == []
        assert library.digest("z.bib") == "3"
        library.drop_records(["z.bib"])
        assert library.sources() == ["a.bib"]
        assert [p.title for p in library.records()] == ["A"]


def test_more_keys_than_sqlite_has_variables(path: Path) -> None:
    many = 2 * IN_LIST + 7
    with Library(path) as library:
        vectors = {f"digest{n}": bytes([n % 256]) * 8 for n in range(many)}
        library.put_vectors("e", vectors)
        assert library.vectors("e", [*vectors, "missing"]) == vectors
        assert library.vectors("another embedder", list(vectors)) == {}
        library.put_papers([prepared(f"k{n:04}") for n in range(many)])
        assert [p.key for p in library.passages([f"k{n:04}" for n in reversed(range(many))])] == [f"k{n:04}" for n in range(many)]


def test_a_full_disk_is_told_as_such_and_what_was_there_stays(path: Path) -> None:
    with Library(path) as library:
        library.put_result("themes", "kept", "1")
        pages = int(library._db.execute("PRAGMA page_count").fetchone()[0])
        library._db.execute(f"PRAGMA max_page_count = {pages}")  # what a full disk answers, without filling one
        with pytest.raises(UnwritableLibrary, match="Make room"):
            library.put_result("themes", "big", "x" * 1_000_000)
        assert library.result("themes", "kept") == "1"


def test_a_library_that_may_only_be_read_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library(path) as library:
        library.put_result("themes", "kept", "1")
    opened = Library._open
    tried: list[str] = []

    def as_on_a_disk_that_cannot_be_written(self: Library, how: str) -> None:
        tried.append(how)
        if how == "mode=rwc":
            raise UnwritableLibrary(self.path, "attempt to write a readonly database")
        opened(self, how)

    monkeypatch.setattr(Library, "_open", as_on_a_disk_that_cannot_be_written)
    with Library(path) as library:
        assert library.result("themes", "kept") == "1"
        with pytest.raises(UnwritableLibrary):
            library.put_result("themes", "more", "2")
    assert len(tried) == 2


def test_a_failing_batch_leaves_nothing(path: Path) -> None:
    paper, sentences, found = prepared("b")
    with Library(path) as library:
        library.put_papers([prepared("a")])
        with pytest.raises(ValueError, match="numbered"):
            library.put_papers([prepared("c"), (paper, sentences * 2, found)])
        assert library.keys() == ["a"]
        library.put_papers([prepared("b")])
        assert library.keys() == ["a", "b"]


KILLED = """
import os, signal, sys
from pathlib import Path
from survey.library import Library
from survey.records import Paper
library = Library(Path(sys.argv[1]))
library.put_records("first", "1", [Paper(title="kept")], [])
def papers():
    for n in range(20_000):
        if n == 15_000:
            os.kill(os.getpid(), signal.SIGKILL)
        yield Paper(key=f"k{n}", title="lost"), [], []
library.put_records("second", "2", [], [])
library.put_papers(papers())
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
def test_killed_in_the_midst_of_a_transaction_it_holds_what_was_committed(path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert run.returncode == -signal.SIGKILL
    with Library(path) as library:
        assert [p.title for p in library.records()] == ["kept"]
        assert library.sources() == ["first", "second"]
        assert library.papers() == []
        library.put_papers([prepared("a")])
        assert library.keys() == ["a"]


def test_a_file_that_is_no_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "text.sqlite"
    text.write_text("no database " * 100)
    with pytest.raises(DamagedLibrary, match=r"survey doctor --repair"):
        Library(text)
    assert text.read_text() == "no database " * 100
    other = tmp_path / "other.sqlite"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE bookmarks (url TEXT)")
    db.commit()
    db.close()
    with pytest.raises(NotALibrary, match="another program"):
        Library(other)


def test_a_damaged_page_is_a_damaged_library(path: Path) -> None:
    with Library(path) as library:
        library.put_papers([prepared(f"k{n:03}", f"Sentence {n}. " * 50) for n in range(100)])
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(DamagedLibrary), Library(path) as library:
        library.papers()


def test_threads_share_one_library(path: Path) -> None:
    with Library(path) as library:
        failures: list[BaseException] = []

        def work(n: int) -> None:
            try:
                for m in range(10):
                    library.put_result("stage", f"{n}/{m}", "1")
                    assert library.result("stage", f"{n}/{m}") == "1"
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []


def test_a_talk_comes_back_and_grows_by_its_turns(path: Path) -> None:
    with Library(path) as library:
        first = library.put_talk(None, "2026-01-01T10:00:00", "{}", ['{"question": "Do frogs call?"}'])
        second = library.put_talk(None, "2026-01-01T11:00:00", "{}", ['{"question": "Do toads?"}'])
        longer = ['{"question": "Do frogs call?"}', '{"question": "Why?"}']
        assert library.put_talk(first, "2026-01-02T10:00:00", '{"since": 2019}', longer) == first
    with Library(path) as library:
        assert library.talk(first) == ('{"since": 2019}', longer)
        assert [(kept.id, kept.turns, kept.question) for kept in library.talks()] == [
            (first, 2, "Do frogs call?"),
            (second, 1, "Do toads?"),
        ]
        assert library.talk(99) is None


def test_no_turn_of_a_talk_is_written_over(path: Path) -> None:
    """Two windows go on with one talk: the second to write begins a talk of its own."""
    with Library(path) as library:
        talk = library.put_talk(None, "1", "{}", ["1"])
        assert library.put_talk(talk, "2", "{}", ["1", "2a"]) == talk
        other = library.put_talk(talk, "3", "{}", ["1", "2b"])
        assert other != talk
        assert (library.talk(talk), library.talk(other)) == (("{}", ["1", "2a"]), ("{}", ["1", "2b"]))


def test_a_talk_is_kept_while_another_process_reads_and_after_it_wrote(path: Path) -> None:
    with Library(path) as library, Library(path) as other:
        talk = library.put_talk(None, "1", "{}", ["1"])
        assert other.talk(talk) == ("{}", ["1"])
        other.put_reply("key", "answer", "{}")
        assert library.put_talk(talk, "2", "{}", ["1", "2"]) == talk
