"""How well search finds the passage that holds the answer: ``python -m bench retrieval --data DIR`` (about ten minutes).

``DIR`` holds ``qa/covidqa.json`` (COVID-QA, SQuAD format, Apache-2.0) and ``qa/pubmedqa_dev.json`` (PubMedQA, MIT). A hit at k: one of the
first k passages of all papers overlaps the gold span; for PubMedQA: belongs to the question's own abstract. The weights of ``survey.index``
were chosen on the COVID-QA papers of even number ("tuned"); those of odd number ("held_out") and PubMedQA played no part in it.
Ways: ``index`` is what ``bench large`` times; ``index_spread`` the same with no more than a few passages of one paper; ``llama_index`` what
the default query engine of llama-index retrieves with the same static embedder over the same passages, ``llama_index_chunks`` over its own.
Figures: ``SET_WAY_hit1``, ``_hit5``, ``_hit10`` and ``_ms`` (milliseconds a question); ``papers`` (of the ten, with and without
spreading); ``passages_per_s`` of each embedder.
"""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.llama_default import as_it_comes, over_passages
from survey.embedding import Embedder, MiniLM, Remembered, StaticEmbedder
from survey.index import Index
from survey.index.spreading import spread
from survey.library import Library
from survey.passages import passages, split_sentences
from survey.records import Hit, Paper, Passage

Search = Callable[[str], list[Passage]]
DEPTH = 10


class Question(NamedTuple):
    text: str
    paper: int
    start: int
    end: int


def covid(data: Path) -> tuple[list[Paper], list[Question]]:
    papers, questions = [], []
    for number, entry in enumerate(json.loads((data / "qa" / "covidqa.json").read_text(encoding="utf-8"))["data"]):
        paragraph = entry["paragraphs"][0]
        text = paragraph["context"]
        papers.append(Paper(key=f"covid{number:03}", title=text.split("\n")[0], text=text))
        for asked in paragraph["qas"]:
            answer = asked["answers"][0]
            start = answer["answer_start"]
            questions.append(Question(asked["question"], number, start, start + len(answer["text"])))
    return papers, questions


def pubmed(data: Path) -> tuple[list[Paper], list[Question]]:
    """The title is left out: it is the question."""
    entries = list(json.loads((data / "qa" / "pubmedqa_dev.json").read_text(encoding="utf-8")).values())
    papers = [Paper(key=f"pubmed{n:03}", text="\n\n".join(entry["CONTEXTS"])) for n, entry in enumerate(entries)]
    return papers, [Question(entry["QUESTION"], n, 0, len(papers[n].text)) for n, entry in enumerate(entries)]


def stemmed(texts: Sequence[str]) -> list[list[str]]:
    """The words of each text as llama-index's BM25 takes them."""
    import bm25s
    import Stemmer

    return list(bm25s.tokenize(list(texts), stopwords="en", stemmer=Stemmer.Stemmer("english"), return_ids=False, show_progress=False))


def words_alone(found: Sequence[Passage], titles: dict[str, str]) -> Search:
    """BM25 as llama-index sets it up, over title and text."""
    import bm25s

    index = bm25s.BM25()
    index.index(stemmed([f"{titles[p.key]}\n{p.text}" for p in found]), show_progress=False)

    def search(query: str) -> list[Passage]:
        terms = [term for term in stemmed([query])[0] if term in index.vocab_dict]
        scores = index.get_scores(terms) if terms else np.zeros(len(found))
        return [found[row] for row in np.argsort(-scores, kind="stable")[:DEPTH] if scores[row] > 0]

    return search


def vectors_alone(found: Sequence[Passage], embedder: Embedder) -> Search:
    vectors = embedder.embed([p.text for p in found])
    return lambda query: [found[row] for row in np.argsort(-(vectors @ embedder.embed([query])[0]), kind="stable")[:DEPTH]]


def fused(one: Search, other: Search) -> Search:
    """Reciprocal rank fusion with equal weights and the usual constant 60 (Cormack et al. 2009)."""

    def search(query: str) -> list[Passage]:
        scores: dict[str, float] = {}
        known: dict[str, Passage] = {}
        for way in (one, other):
            for rank, passage in enumerate(way(query), start=1):
                known[passage.id] = passage
                scores[passage.id] = scores.get(passage.id, 0) + 1 / (60 + rank)
        return [known[name] for name in sorted(scores, key=lambda name: (-scores[name], name))]

    return search


def rank(found: Sequence[Passage], key: str, question: Question) -> int:
    """The place (from 0) of the first passage that overlaps the gold span; DEPTH if none does."""
    return next((n for n, p in enumerate(found[:DEPTH]) if p.key == key and p.start < question.end and question.start < p.end), DEPTH)


def study(name: str, papers: Sequence[Paper], questions: Sequence[Question]) -> dict[str, float]:
    sentences = [split_sentences(paper) for paper in papers]
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library.sqlite") as library:
        library.put_papers([(paper, ss, passages(paper, ss)) for paper, ss in zip(papers, sentences, strict=True)])
        found = library.passages()
        static, fine = StaticEmbedder(), Remembered(MiniLM(), library)
        index, anew = Index(Path(folder), library, static), Index(Path(folder), library, static, fine)
        index.sync()
        words, by_static, by_minilm = words_alone(found, library.titles()), vectors_alone(found, static), vectors_alone(found, fine)
        ways: dict[str, Search] = {
            "bm25": words,
            "static": by_static,
            "minilm": by_minilm,
            "fused_static": fused(words, by_static),
            "fused_minilm": fused(words, by_minilm),
            "llama_index": over_passages(found, library.titles(), static, DEPTH),
            "llama_index_chunks": as_it_comes(papers, static, DEPTH),
            "index": lambda query: _passages(index.search(query, DEPTH)),
            "index_spread": lambda query: _passages(spread(index.search(query, 3 * DEPTH), DEPTH)),
            "index_minilm": lambda query: _passages(anew.search(query, DEPTH)),
        }
        for way, search in ways.items():
            begun = time.perf_counter()
            brought = [(q, search(q.text)) for q in questions]
            figures[f"{name}_{way}_ms"] = round(1000 * (time.perf_counter() - begun) / len(questions), 1)
            ranks = [(q, rank(ten, papers[q.paper].key, q)) for q, ten in brought]
            if way.startswith("index"):
                figures[f"{name}_{way}_papers"] = round(float(np.mean([len({p.key for p in ten}) for _, ten in brought])), 1)
            halves = {"tuned": 0, "held_out": 1} if name == "covidqa" else {}
            for half, rest in halves.items():
                figures |= hits(f"{name}_{half}_{way}", [r for q, r in ranks if q.paper % 2 == rest])
            figures |= hits(f"{name}_{way}", [r for _, r in ranks])
        index.close()
        anew.close()
    return figures


def hits(name: str, ranks: Sequence[int]) -> dict[str, float]:
    places = np.array(ranks)
    return {f"{name}_hit{k}": round(float((places < k).mean()), 3) for k in (1, 5, 10)}


def _passages(hits: Sequence[Hit]) -> list[Passage]:
    return [hit.passage for hit in hits]


def speed(papers: Sequence[Paper]) -> dict[str, float]:
    texts = [p.text for paper in papers[:20] for p in passages(paper, split_sentences(paper))]
    figures: dict[str, float] = {}
    embedders: tuple[tuple[Embedder, int], ...] = ((StaticEmbedder(), 2000), (MiniLM(), 200))
    for embedder, some in embedders:
        embedder.embed(["loads the weights"])
        begun = time.perf_counter()
        embedder.embed(texts[:some])
        figures[f"{type(embedder).__name__}_passages_per_s"] = round(len(texts[:some]) / (time.perf_counter() - begun))
    return figures


def measure(data: Path) -> dict[str, float]:
    papers, questions = covid(data)
    return {**speed(papers), **study("covidqa", papers, questions), **study("pubmedqa", *pubmed(data))}
