"""Search over 100,000 passages beside its bare parts: ``python -m bench large --data DIR`` (about ten minutes, 1.5 GB of disk).

The passages are made of the sentences of ``qa/covidqa.json``, drawn at random, and packed as those of any paper. 200 of its questions are
asked, each of every way in turn. ``retrieval_ms``: ``Index.search``, from a question to ten passages, without the finer embedder.
``bare_chroma_ms``: Chroma's query for ten of the same vectors with the question's vector ready, as it is set up by default, and with our
settings (``bare_chroma_own_ms``). ``bare_bm25s_ms``: bm25s's ten best with the question's words ready. All are medians;
``retrieval_ratio`` is the first by the sum of bare Chroma and bare bm25s, ``retrieval_ratio_own`` the same with our settings.
"""

import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.retrieval import covid, stemmed
from survey.embedding import StaticEmbedder
from survey.index import Index
from survey.library import Library
from survey.passages import passages, split_sentences
from survey.records import Paper, Passage, SourceSentence

PASSAGES, SENTENCES, QUESTIONS = 100_000, 80, 200
BATCH = 500


def measure(data: Path) -> dict[str, float]:
    papers, questions = covid(data)
    chance = random.Random(1)
    asked = [question.text for question in chance.sample(questions, QUESTIONS)]
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library.sqlite") as library:
        fill(library, papers, chance)
        embedder = StaticEmbedder()
        index = Index(Path(folder), library, embedder)
        begun = time.perf_counter()
        index.sync()
        figures = {"passages": float(len(library.passage_digests())), "build_s": round(time.perf_counter() - begun, 1)}
        begun = time.perf_counter()
        index.close()
        index.search(asked[0])
        figures["open_s"] = round(time.perf_counter() - begun, 1)
        found = library.passages()
        texts, titles = [passage.text for passage in found], library.titles()
        words = _bm25s([f"{titles[p.key]}\n{p.text}" for p in found])
        default = _chroma(Path(folder) / "default", texts, embedder)
        own: Any = index._open.vectors._collection if index._open else None
        keys = [paper.key for n, paper in enumerate(library.papers()) if n % 10 == 0]
        ready = {query: (embedder.embed([query]), [stemmed([query])[0]]) for query in asked}
        ways: dict[str, Callable[[str], Any]] = {
            "retrieval": lambda query: index.search(query, closely=False),
            "retrieval_tenth": lambda query: index.search(query, keys=keys, closely=False),
            "bare_chroma": lambda query: default.query(query_embeddings=ready[query][0], n_results=10),
            "bare_chroma_own": lambda query: own.query(query_embeddings=ready[query][0], n_results=10),
            "bare_bm25s": lambda query: words.retrieve(ready[query][1], k=10, show_progress=False),
        }
        took: dict[str, list[float]] = {name: [] for name in ways}
        for query in asked:
            for name, way in ways.items():
                begun = time.perf_counter()
                way(query)
                took[name].append(1000 * (time.perf_counter() - begun))
        index.close()
    medians = {name: float(np.median(times[1:])) for name, times in took.items()}  # the first opens files
    figures |= {f"{name}_ms": round(median, 2) for name, median in medians.items()}
    figures["retrieval_ratio"] = round(medians["retrieval"] / (medians["bare_chroma"] + medians["bare_bm25s"]), 2)
    figures["retrieval_ratio_own"] = round(medians["retrieval"] / (medians["bare_chroma_own"] + medians["bare_bm25s"]), 2)
    figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
    return figures


def fill(library: Library, papers: list[Paper], chance: random.Random, wanted: int = PASSAGES) -> None:
    """Papers of sentences of ``papers``, drawn at random, until they have as many passages."""
    drawn = [" ".join(paper.text[s.start : s.end].split()) for paper in papers for s in split_sentences(paper)]
    count = 0
    batch: list[tuple[Paper, list[SourceSentence], list[Passage]]] = []
    while count < wanted:
        chosen = chance.choices(drawn, k=SENTENCES)
        title = " ".join(chance.choice(drawn).split()[:12])
        paper = Paper(key=f"made{len(batch):03}of{count:06}", title=title, text=" ".join(chosen))
        sentences = list(_placed(chosen))
        batch.append((paper, sentences, passages(paper, sentences)))
        count += len(batch[-1][2])
        if len(batch) == BATCH or count >= wanted:
            library.put_papers(batch)
            batch.clear()


def _placed(sentences: list[str]) -> Iterator[SourceSentence]:
    at = 0
    for number, sentence in enumerate(sentences):
        yield SourceSentence(number=number, start=at, end=at + len(sentence))
        at += len(sentence) + 1


def _bm25s(texts: list[str]) -> Any:
    import bm25s

    index = bm25s.BM25()
    index.index(stemmed(texts), show_progress=False)
    return index


def _chroma(folder: Path, texts: list[str], embedder: StaticEmbedder) -> Any:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection("bare", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    for first in range(0, len(texts), BATCH):
        piece = embedder.embed(texts[first : first + BATCH])
        collection.add(ids=[str(first + n) for n in range(len(piece))], embeddings=piece)
    return collection
