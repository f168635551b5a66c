"""How well search finds the passage that holds the answer: ``python -m bench.retrieval_study --data DIR``.

``DIR`` holds ``qa/covidqa.json`` (COVID-QA, SQuAD format, Apache-2.0) and ``qa/pubmedqa_dev.json`` (PubMedQA, MIT). A hit at k: one of the
first k passages of all papers overlaps the gold span; for PubMedQA: belongs to the question's own abstract. The weights of ``survey.index``
were chosen on the COVID-QA papers of even number ("tuned"); those of odd number ("held out") and PubMedQA played no part in it.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from survey.embedding import Embedder, MiniLM, Remembered, StaticEmbedder
from survey.index import Index, _terms
from survey.library import Library
from survey.passages import PASSAGE_CHARACTERS, passages, split_sentences
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


def words_alone(found: Sequence[Passage], titles: dict[str, str]) -> Search:
    """BM25 as llama-index sets it up, over title and text."""
    import bm25s

    index = bm25s.BM25()
    index.index(_terms([f"{titles[p.key]}\n{p.text}" for p in found]), show_progress=False)

    def search(query: str) -> list[Passage]:
        terms = [term for term in _terms([query])[0] if term in index.vocab_dict]
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


def told(ranks: Sequence[int]) -> str:
    places = np.array(ranks)
    return "/".join(f"{(places < k).mean():.3f}" for k in (1, 5, 10))


def study(name: str, papers: Sequence[Paper], questions: Sequence[Question], size: int, minilm: bool) -> None:
    sentences = [split_sentences(paper) for paper in papers]
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library.sqlite") as library:
        library.put_papers([(paper, ss, passages(paper, ss, size)) for paper, ss in zip(papers, sentences, strict=True)])
        found = library.passages()
        static, fine = StaticEmbedder(), Remembered(MiniLM(), library)
        begun = time.perf_counter()
        index = Index(Path(folder), library, static)
        index.sync()
        spent = time.perf_counter() - begun
        print(f"\n{name}: {len(questions)} questions, {len(papers)} papers, {len(found)} passages of at most {size} characters")
        print(f"index built in {spent:.1f} s, loading included: {len(found) / spent:.0f} passages/s")
        anew = Index(Path(folder), library, static, fine)
        words = words_alone(found, library.titles())
        ways: dict[str, Search] = {
            "BM25": words,
            "static vectors": vectors_alone(found, static),
            "BM25 + static, rank fusion": fused(words, vectors_alone(found, static)),
            "Index": lambda query: _passages(index.search(query, DEPTH)),
        }
        if minilm:
            ways["Index, MiniLM ranks the best 20 anew"] = lambda query: _passages(anew.search(query, DEPTH))
            ways["MiniLM vectors"] = vectors_alone(found, fine)
            ways["BM25 + MiniLM, rank fusion"] = fused(words, ways["MiniLM vectors"])
        for way, search in ways.items():
            begun = time.perf_counter()
            ranks = [rank(search(q.text), papers[q.paper].key, q) for q in questions]
            spent = (time.perf_counter() - begun) / len(questions)
            shares = f"all {told(ranks)}"
            if name == "COVID-QA":
                tuned = [r for r, q in zip(ranks, questions, strict=True) if q.paper % 2 == 0]
                held_out = [r for r, q in zip(ranks, questions, strict=True) if q.paper % 2]
                shares = f"tuned {told(tuned)}  held out {told(held_out)}  {shares}"
            print(f"{way:38} hit@1/5/10 {shares}  {1000 * spent:.0f} ms a question")
        index.close()
        anew.close()


def _passages(hits: Sequence[Hit]) -> list[Passage]:
    return [hit.passage for hit in hits]


def speed(papers: Sequence[Paper]) -> None:
    sentences = [split_sentences(paper) for paper in papers[:20]]
    texts = [p.text for paper, ss in zip(papers, sentences, strict=False) for p in passages(paper, ss)]
    short = [paper.text[s.start : s.end] for paper, ss in zip(papers, sentences, strict=False) for s in ss]
    print(f"\nSpeed on {os.cpu_count()} cores, models loaded")
    for embedder, some in ((StaticEmbedder(), 2000), (MiniLM(), 200)):
        embedder.embed(["loads the weights"])
        for what, pieces in (("passages", texts[:some]), ("sentences", short[:some])):
            begun = time.perf_counter()
            embedder.embed(pieces)
            print(f"{embedder.name:45} {len(pieces) / (time.perf_counter() - begun):7.0f} {what}/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--minilm", action="store_true", help="with MiniLM too (seven minutes)")
    parser.add_argument("--size", type=int, default=PASSAGE_CHARACTERS, help="most characters of a passage")
    options = parser.parse_args()
    papers, questions = covid(options.data)
    speed(papers)
    study("COVID-QA", papers, questions, options.size, minilm=options.minilm)
    study("PubMedQA", *pubmed(options.data), options.size, minilm=options.minilm)


if __name__ == "__main__":
    main()
