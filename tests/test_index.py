import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from survey.embedding import Remembered
from survey.index import CANDIDATES, Index
from survey.library import Library
from survey.passages import passages, split_sentences
from survey.records import Paper
from tests.fakes import HashingEmbedder

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


@pytest.mark.parametrize("query", ["zebra", "", "the of and", "?!", "数据", "x" * 10_000])
def test_no_word_of_it_no_hit(index: Index, query: str) -> None:
    assert index.search(query) == []


def test_an_empty_library_has_no_hits(tmp_path: Path, embedder: HashingEmbedder) -> None:
    with Library(tmp_path / "empty.sqlite") as library:
        index = Index(tmp_path / "store", library, embedder)
        assert index.search("anything") == []
        put(library, "stop", "The of.")  # no word that counts
        index.sync()
        assert index.search("anything") == []
        put(library, "word", "Anything goes.")
        index.sync()
        assert found(index, "anything") == ["word"]
        index.close()


def test_keys_choose_the_papers_and_bring_as_many_as_there_are(index: Index, library: Library) -> None:
    for n in range(3 * CANDIDATES):
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
    here = index._open
    assert here is not None
    vectors = embedder.embed([p.text for p in here.passages])
    rows = np.arange(len(vectors))
    for n in range(0, 400, 40):
        query = f"word{n % 300} word{n % 7} word{n % 31}"
        exact = np.sort(vectors @ embedder.embed([query])[0])[::-1][:CANDIDATES]
        near = index._nearest(here, query, rows, CANDIDATES, whole=True)
        np.testing.assert_allclose(np.sort(vectors[near] @ embedder.embed([query])[0])[::-1], exact, atol=1e-5)
        part = rows[100:300]
        of_part = index._nearest(here, query, part, CANDIDATES, whole=False)
        best = np.sort(vectors[part] @ embedder.embed([query])[0])[::-1][:CANDIDATES]
        np.testing.assert_allclose(np.sort(vectors[of_part] @ embedder.embed([query])[0])[::-1], best, atol=1e-5)
    index.close()


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
    with_progress = Index(store, library, Remembered(embedder, library))
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
        path = next(folder.rglob(name))
        content = bytearray(path.read_bytes())
        content[len(content) // 2 :] = bytes(255 - byte for byte in content[len(content) // 2 :])
        path.write_bytes(content)


@pytest.mark.parametrize("name", ["pointer", "state", "removed", "chroma.sqlite3", "data.csc.index.npy", "vocab.index.json"])
def test_a_lost_or_damaged_index_is_rebuilt_without_the_embedder(store: Path, library: Library, name: str) -> None:
    index = Index(store, library, HashingEmbedder())
    before = index.search("sleep scoring")
    index.close()
    damaged(store, name)
    again = HashingEmbedder()
    index = Index(store, library, again)
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
    assert found(index, "number77")[0] == "k0077"
    assert not index.is_stale()
    index.close()


def test_another_embedder_makes_another_index(store: Path, library: Library, index: Index) -> None:
    index.sync()
    other = HashingEmbedder("other", 32)
    second = Index(store, library, other)
    assert second.is_stale()
    second.sync()
    assert len(other.asked) == len(library.passages())
    second.close()


def test_old_generations_are_removed_and_fresh_ones_of_others_left(store: Path, library: Library, index: Index) -> None:
    index.sync()
    (store / "index-beingbuilt").mkdir()
    (store / "index-abandoned").mkdir()
    os.utime(store / "index-abandoned", (0, 0))
    put(library, "new", "One more text.")
    index.sync()
    assert sorted(p.name for p in store.glob("index-*")) == sorted(["index-beingbuilt", (store / "index").read_text()])


OTHER_PROCESS = """
import sys
from pathlib import Path
from survey.index import Index
from survey.library import Library
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
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", OTHER_PROCESS, str(store)], check=True, env=env, timeout=60)
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
