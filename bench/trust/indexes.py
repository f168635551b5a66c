"""What damage to the index does, and what many changes of the library do to it: ``python -m bench.trust.indexes``.

Every file of an index is deleted, emptied, cut at several places, made longer, flipped in single bits at many places, and replaced by the
same file of another library's index; so are the pointer and ``state.json``. Each fault is tried in a process of its own, so that one that
brings the process down counts. ``index_faults_detected``: the share that is seen before the file is used, or changes no hit. One fault of
each file, and the loss of all, are then mended: ``index_rebuild_calls`` counts the texts that the embedder of passages was asked for, and
``index_top10_exact`` the share of questions whose ten nearest are those of an exact search, with the hits of before.
``graph_crashes``: how many of the same flips in Chroma's graph, unguarded, bring down or hang the child that probes it.

``reachable_share``: of all passages that live after each of 20 rounds of deleting and changing papers, those that their own vector finds;
``reachable_share_bare_chroma``: of the same vectors in one Chroma collection, changed in place. ``reachable_share_graph``: of ours, by
Chroma's graph alone.
"""

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from survey.embedding import StaticEmbedder
from survey.index import Index, folders, probing
from survey.library import Library
from survey.passages import passages, split_sentences
from survey.records import Paper

if TYPE_CHECKING:
    from survey.embedding import Vectors

PASSAGES, FLIPS, CUTS, ROUNDS, QUESTIONS = 1500, 24, 5, 20, 20
LEFT, CHANGED = 0.1, 0.05
"""Shares of the papers that are deleted, and changed, in a round; as many come in as are deleted in the first half of the rounds."""
SECONDS = 60
"""What a fault may take before it counts as a hang."""


class Counting(StaticEmbedder):
    """As on a server that is paid for each text."""

    name = "counted"

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, texts: Sequence[str]) -> "Vectors":
        self.asked += len(texts)
        return super().embed(texts)


def measure() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        figures = faults(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        return figures | reaching(Path(folder))


# ------------------------------------------------------------ damage


def faults(folder: Path) -> dict[str, float]:
    store, other = folder / "store", folder / "other"
    for place, seed in ((store, 1), (other, 2)):
        with Library(place / "library.sqlite") as library:
            put(library, {f"p{n:04}": text for n, text in enumerate(texts(PASSAGES, seed))})
            index = Index(place, library, Counting(), quick=StaticEmbedder())
            index.sync()
            index.close()
    questions = texts(QUESTIONS, 3)
    hits = _asked(store, questions)[1]
    told: Counter[tuple[str, str]] = Counter()
    for path, kind, damage in damages(store, other):
        whole = path.read_bytes()
        path.unlink() if damage is None else path.write_bytes(damage)
        told[kind, _in_a_child(lambda: _seen(store, questions, hits))] += 1
        path.write_bytes(whole)
    _table(told)
    shown = sum(count for (_, what), count in told.items() if what in ("seen", "harmless"))
    calls, exact, mended = _mended(store, other, questions, hits)
    return {
        "index_faults": float(told.total()),
        "index_faults_detected": shown / told.total(),
        "index_rebuilds": float(mended),
        "index_rebuild_calls": float(calls),
        "index_top10_exact": exact,
        "graph_crashes": float(_crashes(store)),
    }


def damages(store: Path, other: Path) -> Iterator[tuple[Path, str, bytes | None]]:
    """File, kind of damage, and what the file then holds (None: it is gone)."""
    chance = random.Random(4)
    mine = store / folders.named(store)
    its = _files(other / folders.named(other))
    for path in [store / folders.POINTER, *_files(mine).values()]:
        content = path.read_bytes()
        yield path, "deleted", None
        yield path, "longer", content + b"\0"
        if content:
            yield path, "emptied", b""
            for n in range(CUTS):
                yield path, "cut", content[: len(content) * n // CUTS if n else -1]
            for place in {0, len(content) - 1, *(chance.randrange(len(content)) for _ in range(FLIPS))}:
                yield path, "bit flipped", content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]
        like = next((its[name] for name, file in _files(mine).items() if file == path), other / folders.POINTER).read_bytes()
        if like != content:
            yield path, "another's", like


def _files(folder: Path) -> dict[str, Path]:
    """By what they are: the folder of Chroma's graph is called otherwise in each index."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {"/".join("graph" if len(part) == 36 else part for part in path.relative_to(folder).parts): path for path in found}


def _seen(store: Path, questions: Sequence[str], hits: list[Any]) -> str:
    with Library(store / "library.sqlite") as library:
        index = Index(store, library, Counting(), quick=StaticEmbedder())
        stale = index.is_stale()
        index.close()
    return "seen" if stale else "harmless" if _asked(store, questions)[1] == hits else "WRONG"


def _in_a_child(work: Callable[[], str]) -> str:
    """What ``work`` returns in a fork of this process, or how that ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            import signal

            signal.alarm(SECONDS)
            os.write(writing, work().encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:  # noqa: PTH123  # a pipe has no path
        said = answer.read().decode()
    status = os.waitpid(child, 0)[1]
    return said or f"DIED ({os.WTERMSIG(status)})"


def _asked(store: Path, questions: Sequence[str]) -> tuple[int, list[Any], float]:
    """How many texts were embedded anew, the hits, and the share of questions whose ten nearest vectors are the exact ones."""
    embedder = Counting()
    with Library(store / "library.sqlite") as library:
        index = Index(store, library, embedder, quick=StaticEmbedder())
        index.sync()
        calls = embedder.asked
        hits = [index.search(question) for question in questions]
        assert index._open is not None
        vectors = StaticEmbedder().embed([passage.text for passage in library.passages()])
        asked = StaticEmbedder().embed(questions)
        exact = [np.sort(vectors @ q)[::-1][:10] for q in asked]
        found = [vectors[index._open.vectors.nearest(q, 10)] @ q for q in asked]
        index.close()
    return calls, hits, float(np.mean([np.allclose(a, b, atol=1e-5) for a, b in zip(exact, found, strict=True)]))


def _mended(store: Path, other: Path, questions: Sequence[str], hits: list[Any]) -> tuple[int, float, int]:
    calls, shares = 0, []
    kinds = ("deleted", "bit flipped", "cut", "another's")
    names = list(_files(store / folders.named(store)))
    for n in range(len(names) + 2):
        folder = store / folders.named(store)
        if n == len(names):
            shutil.rmtree(folder)
        elif n > len(names):
            (store / folders.POINTER).unlink()
        else:
            file = _files(folder)[names[n]]
            told = (damage for path, kind, damage in damages(store, other) if path == file and kind == kinds[n % 4])
            damage = next(told, None)
            file.unlink() if damage is None else file.write_bytes(damage)
        asked, found, exact = _asked(store, questions)
        calls += asked
        shares.append(exact if found == hits else 0.0)
    return calls, float(np.mean(shares)), len(shares)


def _crashes(store: Path) -> int:
    """How often a graph with one bit flipped brings down, or hangs, who opens it."""
    chance, crashes = random.Random(5), 0
    folder = store / folders.named(store) / "vectors"
    graph = next(folder.rglob("data_level0.bin"))
    whole = graph.read_bytes()
    size = len(whole) // PASSAGES
    for _ in range(FLIPS):
        place = chance.randrange(PASSAGES) * size + chance.randrange(60)  # where the numbers of neighbours stand, not the vector
        graph.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
        try:
            probing.probe(folder, silent=SECONDS)
        except probing.ProbeFailed:
            crashes += 1
    graph.write_bytes(whole)
    return crashes


def _table(told: Counter[tuple[str, str]]) -> None:
    ends = sorted({end for _, end in told})
    print(f"{'fault':<12}", *(f"{end:>10}" for end in ends))
    for kind in dict.fromkeys(kind for kind, _ in told):
        print(f"{kind:<12}", *(f"{told[kind, end]:>10}" for end in ends))


# ------------------------------------------------------------ many changes


def reaching(folder: Path, rounds: int = ROUNDS, count: int = PASSAGES) -> dict[str, float]:
    """``rounds`` of deleting and changing papers of ``count``."""
    import chromadb
    from chromadb.config import Settings

    chance = random.Random(6)
    fresh = iter(texts(count * (rounds + 2), 7))
    embedder = StaticEmbedder()
    client: Any = chromadb.PersistentClient(path=str(folder / "bare"), settings=Settings(anonymized_telemetry=False))
    bare = client.create_collection("bare", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    reached = reached_bare = lived = lost = 0
    with Library(folder / "library.sqlite") as library:
        index = Index(folder / "store", library, embedder)
        live: dict[str, str] = {}
        for n in range(rounds + 1):
            gone = chance.sample(sorted(live), round(LEFT * len(live)))
            changed = chance.sample(sorted(live.keys() - set(gone)), round(CHANGED * len(live)))
            come = [f"p{n:02}n{m:05}" for m in range(count if not n else len(gone) if n <= rounds // 2 else 0)]
            new = {key: next(fresh) for key in [*changed, *come]}
            live = {key: text for key, text in live.items() if key not in gone} | new
            library.drop_papers(gone)
            put(library, new)
            index.sync()
            if gone:
                bare.delete(ids=gone)
            for first in range(0, len(new), 500):
                piece = sorted(new)[first : first + 500]
                bare.upsert(ids=piece, embeddings=embedder.embed([new[key] for key in piece]))
            if n:
                keys = sorted(live)
                vectors = embedder.embed([live[key] for key in keys])
                assert index._open is not None
                ours = [index._open.keys[index._open.papers[row]] for row in (index._open.vectors.nearest(v, 1)[0] for v in vectors)]
                found = bare.query(query_embeddings=vectors, n_results=1, include=[])["ids"]
                lived += len(keys)
                lost += len(index._open.vectors.unreached(0, len(keys)))
                reached += sum(key == own for key, own in zip(keys, ours, strict=True))
                reached_bare += sum(own == [key] for key, own in zip(keys, found, strict=True))
        index.close()
    client.close()
    print(f"of {lived} passages alive after {rounds} rounds, unreached: {lived - reached}; in bare Chroma: {lived - reached_bare}")
    return {
        "reachable_share": reached / lived,
        "reachable_share_graph": round(1 - lost / lived, 6),
        "reachable_share_bare_chroma": round(reached_bare / lived, 6),
    }


def put(library: Library, told: dict[str, str]) -> None:
    papers = [Paper(key=key, text=text) for key, text in told.items()]
    library.put_papers([(paper, (sentences := split_sentences(paper)), passages(paper, sentences)) for paper in papers])


def texts(count: int, seed: int) -> list[str]:
    """Sentences that differ from each other, of words as they come in one field."""
    chance = random.Random(seed)
    words = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").split()
    vocabulary = sorted({word.lower() for word in words if word.isalpha()})
    weights = [1 / (n + 1) for n in range(len(vocabulary))]
    chance.shuffle(vocabulary)
    return [f"{' '.join(chance.choices(vocabulary, weights, k=18)).capitalize()} number{seed}x{n}." for n in range(count)]


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:<28} {value:g}")
