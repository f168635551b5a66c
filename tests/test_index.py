import errno
import json
import math
import os
import re
import resource
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.embedding import REMEMBERED_BATCH, Remembered
from survey.errors import StorageError, SurveyError
from survey.index import (
    BY_VECTOR,
    BY_WORDS,
    HELD_WEIGHT,
    PAIRS_WEIGHT,
    PASSAGE_WEIGHT,
    SENTENCE_WEIGHT,
    Index,
    _nearest_sentence,
    probing,
    vectors,
)
from survey.index.sentences import APART, APART_WEIGHT, TITLE_WEIGHT
from survey.index.words import FUNCTION_WEIGHT, LENGTH, SATURATION
from survey.library import Library
from survey.passages import passages, split_sentences
from survey.records import Paper, Part, PartKind, Passage, SourceSentence
from tests.calling import ended, warm
from tests.fakes import HashingEmbedder

if TYPE_CHECKING:
    from survey.embedding import Vectors

TOPICS = ["replay attack voice", "sleep stage scoring", "audio tagging transformer", "footstep sound synthesis"]


def put(library: Library, key: str, text: str, title: str = "") -> None:
    paper = Paper(key=key, title=title, text=text)
    sentences = split_sentences(paper)
    library.put_papers([(paper, sentences, passages(paper, sentences, 200))])


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "store" / "library.sqlite") as opened:
        for n, topic in enumerate(TOPICS):
            put(opened, f"paper{n}", f"We study {topic} with networks. The method is number{n}.\n\nIn the end {topic} was solved by it.")
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def index(store: Path, library: Library, embedder: HashingEmbedder) -> Iterator[Index]:
    opened = Index(store, library, embedder)
    opened.sync()
    yield opened
    opened.close()


def found(index: Index, query: str, **choice: object) -> list[str]:
    return [hit.passage.key for hit in index.search(query, **choice)]  # type: ignore[arg-type]  # k or keys, as named


def test_the_paper_that_speaks_of_it_comes_first(index: Index) -> None:
    for n, topic in enumerate(TOPICS):
        hits = index.search(f"What about {topic}?")
        assert hits[0].passage.key == f"paper{n}"
        assert all(0 < hit.score <= 1 for hit in hits)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert hits == index.search(f"What about {topic}?")


def test_a_word_of_the_title_finds_the_paper(index: Index, library: Library) -> None:
    put(library, "titled", "Nothing here says so.", title="Quaternions")
    index.sync()
    assert found(index, "quaternion")[0] == "titled"


@pytest.mark.parametrize("query", ["zebra", "What has a zebra?", "", "the of and", "?!", "数据", "x" * 10_000])
def test_no_word_of_it_no_hit(index: Index, query: str) -> None:
    assert index.search(query) == []


def test_a_question_of_nothing_but_function_words_finds_them(index: Index, library: Library) -> None:
    put(library, "why", "Why do we do so?")
    index.sync()
    assert found(index, "why so?")[0] == "why"


def test_an_empty_library_has_no_hits(tmp_path: Path, embedder: HashingEmbedder) -> None:
    with Library(tmp_path / "empty.sqlite") as library:
        index = Index(tmp_path / "store", library, embedder)
        index.sync()
        assert index.search("anything") == []
        put(library, "stop", "The of.")  # no word that counts
        index.sync()
        assert index.search("anything") == []
        put(library, "word", "Anything goes.")
        index.sync()
        assert found(index, "anything") == ["word"]
        index.close()


def test_keys_choose_the_papers_and_bring_as_many_as_there_are(index: Index, library: Library) -> None:
    for n in range(3 * BY_WORDS):
        put(library, f"many{n:03}", f"Common words here. Beside number{n} too.")
    index.sync()
    chosen = [f"many{n:03}" for n in range(100, 150)]
    assert sorted(found(index, "common number7 words", k=60, keys=chosen)) == chosen
    assert len(found(index, "common words", k=100)) == 100
    assert len(found(index, "common words", k=100, keys=[f"many{n:03}" for n in range(120)])) == 100
    assert found(index, "common words", keys=["paper0"]) == []
    assert found(index, "common words", keys=["unknown"]) == []
    assert found(index, "common words", keys=[]) == []
    assert found(index, "common words", k=0) == []


def test_chroma_finds_what_numpy_finds(store: Path, library: Library) -> None:
    words = np.random.default_rng(7).integers(0, 300, size=(400, 8))
    library.put_papers(
        [
            (
                paper := Paper(key=f"k{n:03}", text=" ".join(f"word{w}" for w in row) + "."),
                (s := split_sentences(paper)),
                passages(paper, s),
            )
            for n, row in enumerate(words)
        ]
    )
    embedder = HashingEmbedder()
    index = Index(store, library, embedder)
    index.sync()
    folder = store / (store / "index").read_text() / "vectors"
    embedded = embedder.embed([p.text for p in library.passages()])
    for exact in (0, 1000):
        kept = vectors.Vectors(folder, exact)
        for n in range(0, 400, 40):
            query = embedder.embed([f"word{n % 300} word{n % 7} word{n % 31}"])[0]
            near = embedded @ query
            np.testing.assert_allclose(near[kept.nearest(query, BY_VECTOR)], np.sort(near)[::-1][:BY_VECTOR], atol=1e-5)
            for among in (np.arange(100, 140), np.arange(50, 350)):
                best = np.sort(near[among])[::-1][:BY_VECTOR]
                np.testing.assert_allclose(near[kept.nearest(query, BY_VECTOR, among)], best, atol=1e-5)
        kept.close()
    index.close()


def naive(library: Library, embedder: HashingEmbedder, query: str, allowed: set[str]) -> dict[str, float]:
    """The measure as docs/retrieval.md tells it, one passage at a time."""
    every = library.passages()
    titles = library.titles()
    asked = query.split()
    said = {p.id: f"{titles[p.key]} {p.text}".replace(".", "").lower().split() for p in every}
    holding = {word: sum(word in words for words in said.values()) for word in asked}
    rarity = {word: math.log(1 + (len(every) - n + 0.5) / (n + 0.5)) for word, n in holding.items()}
    weight = {word: (FUNCTION_WEIGHT if word == "does" else 1) * rarity[word] if holding[word] else 0.0 for word in asked}
    mean = sum(map(len, said.values())) / len(every)
    pairs = {(a, b): min(weight[a], weight[b]) for a, b in pairwise(asked)}
    vector = embedder.embed([query])[0]

    def bm25(words: list[str]) -> float:
        damp = SATURATION * (1 - LENGTH + LENGTH * len(words) / mean)
        return sum(weight[word] * (words.count(word) / (words.count(word) + damp)) for word in asked)

    def best(passage: Passage) -> float:
        title = titles[passage.key].lower().split()
        sentences = [s.strip().rstrip(".") for s in passage.text.split(". ")]
        told = [sentence.lower().split() for sentence in sentences]
        held = max(sum(weight[w] * (1 if w in s else TITLE_WEIGHT * (w in title)) for w in asked) for s in told) / sum(weight.values())

        def apart(s: list[str], a: str, b: str) -> float:
            gaps = [n - m for m, x in enumerate(s) if x == a for n, y in enumerate(s) if y == b]
            return 1.0 if 1 in gaps else APART_WEIGHT if any(0 < gap <= APART for gap in gaps) else 0.0

        joined = max(sum(w * apart(s, *pair) for pair, w in pairs.items()) for s in told) / (sum(pairs.values()) or 1)
        near = max(0.0, *(float(x) for x in embedder.embed([f"{s}." for s in sentences]) @ vector))
        own = max(0.0, float(embedder.embed([passage.text])[0] @ vector))
        return HELD_WEIGHT * held + PAIRS_WEIGHT * joined + SENTENCE_WEIGHT * near + PASSAGE_WEIGHT * own

    words = {p.id: bm25(said[p.id]) for p in every if p.id in allowed}
    most = max(words.values(), default=0.0)
    if most <= 0:
        return {}
    top = 1 + HELD_WEIGHT + PAIRS_WEIGHT + SENTENCE_WEIGHT + PASSAGE_WEIGHT
    return {p.id: (words[p.id] / most + best(p)) / top for p in every if p.id in allowed}


WORDS = ["lake", "pond", "river", "frog", "does", "carp", "delta", "marsh", "creek"]
KINDS: list[PartKind] = ["abstract", "method", "results"]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_filtered_search_scores_as_it_is_told_and_brings_what_is_allowed(data: st.DataObject) -> None:
    """On fewer passages than are proposed, against one passage at a time."""
    sentences = st.lists(st.lists(st.sampled_from(WORDS), min_size=2, max_size=7).map(lambda s: " ".join(s).capitalize() + "."), min_size=1)
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library.sqlite") as library:
        kind_of: dict[str, PartKind] = {}
        for n in range(data.draw(st.integers(1, 5), "papers")):
            texts = [" ".join(data.draw(sentences)) for _ in KINDS]
            starts = list(accumulate((len(t) + 2 for t in texts), initial=0))
            parts = tuple(Part(heading="", kind=k, start=a, end=b) for k, a, b in zip(KINDS, starts, starts[1:], strict=False))
            paper = Paper(key=f"p{n}", title=data.draw(st.sampled_from(["", "Pond frog", "Lake"])), text="\n\n".join(texts), parts=parts)
            spans = sentences_of(paper)
            cut = passages(paper, spans, 60)
            library.put_papers([(paper, spans, cut)])
            kind_of |= {p.id: part.kind for p in cut if (part := paper.part_of(p.start))}
        embedder = HashingEmbedder()
        index = Index(Path(folder), library, embedder)
        index.sync()
        query = " ".join(data.draw(st.lists(st.sampled_from([*WORDS, "zebra"]), min_size=1, max_size=5, unique=True), "query"))
        keys = data.draw(st.none() | st.sets(st.sampled_from(["p0", "p1", "p3", "none"])), "keys")
        sections = data.draw(st.sets(st.sampled_from(KINDS)), "sections")
        allowed = {p.id for p in library.passages() if (keys is None or p.key in keys) and (not sections or kind_of[p.id] in sections)}
        hits = index.search(query, 1000, keys, sections=sections)
        index.close()
        telling = {w for w in query.split() if w != "does"} or {"does"}
        known = any(word in f"{library.titles()[p.key]} {p.text}".lower() for p in library.passages() for word in telling)
        wanted = naive(library, embedder, query, allowed) if known else {}
        assert {hit.passage.id for hit in hits} <= allowed
        if len(allowed) <= BY_VECTOR:
            assert {hit.passage.id for hit in hits} >= {name for name, score in wanted.items() if score > 0.01}
        for hit in hits:  # vectors of sentences are kept as bytes: what scores nothing may score a little
            assert hit.score == pytest.approx(wanted.get(hit.passage.id, 0.0), abs=0.01)


def sentences_of(paper: Paper) -> list[SourceSentence]:
    return [SourceSentence(number=n, start=m.start(), end=m.end()) for n, m in enumerate(re.finditer(r"[A-Z][^.]*\.", paper.text))]


def test_changed_and_dropped_papers_are_gone(index: Index, library: Library) -> None:
    assert found(index, "replay")[0] == "paper0"
    put(library, "paper0", "Now about something else.")
    library.drop_papers(["paper1"])
    assert index.is_stale()
    index.sync()
    assert not index.is_stale()
    assert found(index, "replay") == []
    assert found(index, "sleep scoring") == []
    assert found(index, "something else")[0] == "paper0"


def test_only_new_texts_are_embedded(store: Path, library: Library, embedder: HashingEmbedder) -> None:
    told: list[tuple[int, int]] = []
    with_progress = Index(store, library, Remembered(embedder, library), quick=HashingEmbedder())
    with_progress.sync(lambda done, total: told.append((done, total)))
    assert told[-1] == (len(library.passages()), len(library.passages()))
    assert len(embedder.asked) == len(library.passages())
    with_progress.sync()
    put(library, "new", "One more text.")
    with_progress.sync()
    assert embedder.asked[-1] == "One more text."
    assert len(embedder.asked) == len(library.passages())
    with_progress.close()


def damaged(store: Path, name: str) -> None:
    folder = store / (store / "index").read_text()
    if name == "pointer":
        (store / "index").write_text("index-gone")
    elif name == "state":
        (folder / "state.json").write_text("[]")
    elif name == "removed":
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    else:
        path = next(path for path in folder.rglob(Path(name).name) if path.as_posix().endswith(name))
        content = bytearray(path.read_bytes())
        content[len(content) // 2 :] = bytes(255 - byte for byte in content[len(content) // 2 :])
        path.write_bytes(content)


FILES = ["pointer", "state", "removed", "chroma.sqlite3", "data.csc.index.npy", "vocab.index.json"]
FILES += ["names.json", "papers.npy", "kinds.npy", "vectors/vectors.npy", "sentences/vectors.npy", "sentences/first.npy", "title_stems.npy"]


@pytest.mark.parametrize("name", FILES)
def test_a_lost_or_damaged_index_is_rebuilt_without_the_embedder(store: Path, library: Library, name: str) -> None:
    index = Index(store, library, HashingEmbedder(), quick=HashingEmbedder())
    index.sync()
    before = index.search("sleep scoring")
    index.close()
    damaged(store, name)
    again = HashingEmbedder()
    index = Index(store, library, again, quick=HashingEmbedder())
    assert index.is_stale()
    assert again.asked == []
    index.sync()
    assert not index.is_stale()
    assert again.asked == []
    assert index.search("sleep scoring") == before
    index.close()


def test_a_flipped_byte_in_the_vectors_is_noticed(store: Path, library: Library) -> None:
    many = [Paper(key=f"k{n:04}", text=f"Text number{n}.") for n in range(1100)]  # Chroma writes its graph to disk from 1,000 rows on
    library.put_papers([(p, (s := split_sentences(p)), passages(p, s)) for p in many])
    index = Index(store, library, HashingEmbedder(dimension=8))
    index.sync()
    index.close()
    damaged(store, "data_level0.bin")
    index = Index(store, library, HashingEmbedder(dimension=8))
    assert index.is_stale()
    index.sync()
    assert found(index, "number77")[0] == "k0077"
    assert not index.is_stale()
    index.close()


def test_another_embedder_makes_another_index(store: Path, library: Library, index: Index, embedder: HashingEmbedder) -> None:
    index.sync()
    other = HashingEmbedder("other", 32)
    second = Index(store, library, other, quick=embedder)
    assert second.is_stale()
    second.sync()
    assert len(other.asked) == len(library.passages())
    second.close()


class Failing(HashingEmbedder):
    """A server that gives out after so many texts, each of them paid for."""

    def __init__(self, after: int) -> None:
        super().__init__("server", 16)
        self.left = after

    def embed(self, texts: Sequence[str]) -> "Vectors":
        if len(texts) > self.left:
            raise SurveyError("the server is gone")
        self.left -= len(texts)
        return super().embed(texts)


def test_a_server_that_fails_halfway_leaves_the_old_index_and_is_not_paid_twice(store: Path, library: Library) -> None:
    quick = HashingEmbedder()
    library.put_papers(
        [(p := Paper(key=f"k{n:03}", text=f"Text number{n}."), (s := split_sentences(p)), passages(p, s)) for n in range(600)]
    )
    before = Index(store, library, quick)
    before.sync()
    hits = before.search("number77 sleep")
    server = Failing(after=300)
    after = Index(store, library, server, quick=quick)
    with pytest.raises(SurveyError, match="gone"):
        after.sync()
    assert len(server.asked) == REMEMBERED_BATCH
    assert [path.name for path in store.glob("index-*")] == [(store / "index").read_text()]
    assert not before.is_stale()
    assert before.search("number77 sleep") == hits
    server.left = 1000
    after.sync()
    assert len(server.asked) == len(set(server.asked)) == len(library.passages())
    assert found(after, "number77")[0] == "k077"
    before.close()
    after.close()


def test_two_builds_and_an_opened_folder_find_the_same(tmp_path: Path, library: Library) -> None:
    rng = np.random.default_rng(3)
    texts = {f"k{n:04}": " ".join(f"word{w}" for w in row) + "." for n, row in enumerate(rng.integers(0, 400, size=(1100, 9)))}
    library.put_papers([(p := Paper(key=k, text=t), (s := split_sentences(p)), passages(p, s)) for k, t in texts.items()])
    indexes = [Index(tmp_path / name, library, HashingEmbedder()) for name in ("one", "two", "one")]
    for index in indexes:
        index.sync()
    queries = [f"word{n} word{2 * n} word{n + 7}" for n in range(0, 200, 10)]
    found = [[index.search(query) for query in queries] for index in indexes]
    assert found[0] == found[1] == found[2]
    assert all(found[0])
    for index in indexes:
        index.close()


def test_kinds_of_sections_are_brought_up_to_the_library(index: Index, library: Library) -> None:
    text = "Frogs live in ponds."
    for kind in ("method", "results"):
        paper = Paper(key="frogs", text=text, parts=(Part(heading="", kind=kind, start=0, end=len(text)),))
        sentences = split_sentences(paper)
        library.put_papers([(paper, sentences, passages(paper, sentences))])
        index.sync()
        assert found(index, "frogs", sections=["results"]) == (["frogs"] if kind == "results" else [])
    assert found(index, "sleep scoring", sections=["results"]) == []  # its paper has no sections


def test_a_build_removes_what_others_left_whatever_the_clock_says(store: Path, library: Library, index: Index) -> None:
    index.sync()
    (store / "index-0123456789ab").mkdir()
    os.utime(store / "index-0123456789ab", (2**33, 2**33))
    put(library, "new", "One more text.")
    index.sync()
    assert [p.name for p in store.glob("index-*")] == [(store / "index").read_text()]


def test_a_search_builds_nothing(store: Path, library: Library, index: Index, embedder: HashingEmbedder) -> None:
    reader, before = Index(store, library, embedder), (store / "index").read_text()
    put(library, "new", "A zebra was added.")
    assert found(reader, "replay")[0] == "paper0"
    assert found(reader, "zebra") == []
    assert (store / "index").read_text() == before
    index.sync()
    assert found(reader, "zebra")[0] == "new"
    damaged(store, "pointer")
    with pytest.raises(StorageError, match="survey rebuild"):
        reader.search("zebra")
    assert (store / "index").read_text() == "index-gone"
    reader.close()


def several(library: Library, count: int) -> None:
    """Chroma writes its graph to the disk from 1,000 rows on."""
    made = [Paper(key=f"k{n:04}", text=f"Text number{n}.") for n in range(count)]
    library.put_papers([(p, (s := split_sentences(p)), passages(p, s)) for p in made])


def test_a_graph_that_brings_a_process_down_or_hangs_is_a_failed_probe(store: Path, library: Library) -> None:
    several(library, 1100)
    index = Index(store, library, HashingEmbedder(dimension=8))
    index.sync()
    folder = store / (store / "index").read_text() / "vectors"
    assert probing.probe(folder) == []
    graph = next(folder.rglob("data_level0.bin"))
    content = graph.read_bytes()
    graph.write_bytes(bytes(255 - byte for byte in content))
    with pytest.raises(probing.ProbeFailed, match="ended with code -"):
        probing.probe(folder)
    graph.write_bytes(content)
    with pytest.raises(probing.ProbeFailed, match="no answer"):
        probing.probe(folder, silent=0)
    index.close()


def test_what_the_graph_does_not_reach_is_found_all_the_same(store: Path, library: Library, index: Index) -> None:
    index.sync()
    kept = store / (store / "index").read_text() / "vectors"
    shutil.copytree(kept, store / "copy")
    vectors.write_unreached(store / "copy", [3])
    opened = vectors.Vectors(store / "copy", exact=0)
    own = opened._rows[3]
    opened._collection.delete(ids=["3"])
    assert opened.unreached(0, 4) == [3]
    assert opened.nearest(own, 1).tolist() == [3]
    opened._client.close()  # as when its copy is lost
    assert opened.nearest(own, 1).tolist() == [3]
    opened.close()


def test_opening_and_searching_change_no_file(store: Path, library: Library, index: Index) -> None:
    several(library, 1100)
    index.sync()
    before = {path: path.read_bytes() for path in store.rglob("index-*/**/*") if path.is_file()}
    index.close()
    assert index.search("number77")
    index.close()
    assert {path: path.read_bytes() for path in store.rglob("index-*/**/*") if path.is_file()} == before


def test_each_damage_to_each_file_is_seen(store: Path, library: Library, index: Index) -> None:
    index.sync()
    index.close()
    assert index.check() == []
    folder = store / (store / "index").read_text()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        place = len(content) // 3
        flipped = content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]
        for damage in (None, b"", content[:-1], content + b"x", flipped):
            path.unlink() if damage is None else path.write_bytes(damage)
            assert index.is_stale(), (path, damage)
            assert index.check(), (path, damage)
            path.write_bytes(content)
    assert not index.is_stale()
    (store / "index-0123456789ab").mkdir()
    assert [ailment.place for ailment in index.check()] == ["store/index-0123456789ab"]
    put(library, "new", "One more text.")
    assert [ailment.place for ailment in index.check()] == ["store/index", "store/index-0123456789ab"]
    index.rebuild()
    assert index.check() == []


@pytest.mark.parametrize("room", [0, 1_000, 30_000, 100_000])
def test_a_full_disk_leaves_the_index_before_and_the_next_run_succeeds(store: Path, library: Library, index: Index, room: int) -> None:
    hits = index.search("sleep scoring")
    before = (store / "index").read_text()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(StorageError, match="cannot be written"):
            index.rebuild()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [p.name for p in store.glob("index-*")] == [(store / "index").read_text()] == [before]
    assert not index.is_stale()
    assert index.search("sleep scoring") == hits
    index.rebuild()
    assert index.search("sleep scoring") == hits


def test_where_no_process_can_be_started_that_is_said_and_not_that_the_disk_is_full(
    store: Path, library: Library, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(module: str) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(probing, "start_child", refused)
    monkeypatch.setattr(probing, "_probing", probing._Probing())
    put(library, "new", "One more text.")
    with pytest.raises(StorageError, match="more processes") as told:
        index.sync()
    assert "room" not in str(told.value)
    library.drop_papers(library.keys())
    index.sync()  # nothing is to be probed


def test_the_copy_that_a_killed_process_left_is_removed_by_the_next(
    store: Path, library: Library, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    kept = store / (store / "index").read_text() / "vectors"
    code = (
        "import os, sys, tempfile; from pathlib import Path; from survey.index.vectors import Vectors\n"
        "tempfile.tempdir = sys.argv[2]; kept = Vectors(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    )
    ended(warm(["-c", code, kept, tmp_path / "tmp"]))
    left = set((tmp_path / "tmp").glob("survey-*"))
    one = vectors.Vectors(kept)
    other = vectors.Vectors(kept)
    assert len(left) == 1
    assert len(set((tmp_path / "tmp").glob("survey-*")) - left) == 2
    assert not left & set((tmp_path / "tmp").glob("survey-*"))
    one.close()
    other.close()
    assert not list((tmp_path / "tmp").glob("survey-*"))


OTHER_PROCESS = """
import sys
from pathlib import Path
from survey.index import Index
from survey.library import Library
from tests.calling import ended, warm
from tests.fakes import HashingEmbedder
from tests.test_index import put
with Library(Path(sys.argv[1]) / "library.sqlite") as library:
    put(library, "later", "A zebra was added.")
    index = Index(Path(sys.argv[1]), library, HashingEmbedder())
    index.sync()
    index.close()
"""


def test_an_open_index_sees_what_another_process_added(store: Path, index: Index) -> None:
    assert found(index, "zebra") == []
    done = ended(warm(["-c", OTHER_PROCESS, store]))
    assert done.code == 0, done.err
    assert found(index, "zebra")[0] == "later"


def test_the_finer_embedder_ranks_the_best_anew(store: Path, library: Library, embedder: HashingEmbedder) -> None:
    class Contrary(HashingEmbedder):
        """Finds nothing near but what names method number2."""

        def embed(self, texts):  # type: ignore[no-untyped-def]  # as in the class above
            self.asked += texts
            return np.array([[1, 0] if "number2" in text or text == "networks" else [0, 1] for text in texts], dtype=np.float32)

    fine = Contrary("contrary", 2)
    plain = Index(store, library, embedder)
    index = Index(store, library, embedder, fine)
    index.sync()
    assert found(index, "networks")[0] == "paper2"
    assert sorted(found(index, "networks")) == sorted(found(plain, "networks"))
    assert "We study replay attack voice with networks." in fine.asked
    plain.close()
    index.close()


def test_llama_index_reads_the_words(store: Path, library: Library, index: Index) -> None:
    from llama_index.retrievers.bm25 import BM25Retriever

    index.sync()
    folder = store / (store / "index").read_text() / "words"
    nodes = BM25Retriever.from_persist_dir(str(folder)).retrieve("sleep scoring")
    assert nodes[0].node.node_id == index.search("sleep scoring")[0].passage.id
    assert json.loads((folder / "params.index.json").read_text())["num_docs"] == len(library.passages())


def test_where_all_best_passages_are_gone_none_is_read_anew() -> None:
    assert _nearest_sentence(HashingEmbedder(), "frogs", []).tolist() == []
