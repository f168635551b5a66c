"""Does the ranking that proposes links find the papers that cite? ``python -m bench links --data DIR`` (two minutes).

``DIR/links/hotpotqa_insights.csv`` holds closing sections of papers on question answering and the papers that each cites. A question
is a paper with a date that some later paper of the file cites; right are the later papers that cite it. Dates are those of the arXiv
numbers. What cites what is hidden from the ranking, which is that of :func:`survey.links.candidates.propose`, the program's
own, over papers
and statements made of the file as the program makes them. ``mrr`` is the mean over the questions of one over the rank of the first
paper that is right, ``hit10`` the share of questions with one among the first ten; ``_half0`` and ``_half1`` are the same by halves of
the questions, by a hash of their ids: choices were made on the first alone. ``mrr_links`` is the mean over all links, each by its own
rank.

Beside them stand two floors, tf-idf and cosine: what is left open against what is done (``floor_finding``), and title, what is left open
and what is done against title and text (``floor_text``). The file's own columns for these two are empty, so they are told by the program's
roles.
"""

import ast
import csv
import hashlib
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from survey.embedding import MiniLM, Remembered
from survey.library import Library
from survey.links.candidates import propose
from survey.models.extractive import Extractive
from survey.passages import split_sentences
from survey.records import RAISING, Paper, Part, Statement
from survey.settings import Settings
from survey.statements import find_statements
from survey.terms import stems


def measure(data: Path) -> dict[str, float]:
    papers, cites = read(data / "links" / "hotpotqa_insights.csv")
    found = find_statements([(p, split_sentences(p)) for p in papers], Extractive(), Settings())
    said = {p.key: own for p, own in zip(papers, found, strict=True)}
    right = {p.key: {q.key for q in papers if p.key in cites[q.key] and q.date > p.date} for p in papers}
    questions = [p.key for p in papers if right[p.key]]
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library.sqlite") as library:
        ranked = propose(papers, [s for own in found for s in own], Remembered(MiniLM(), library), most=len(papers))
    ranking = {key: [candidate.key for candidate in ranked[key]] for key in questions}
    open_, done, told, text = (_texts(papers, said, fields) for fields in ("f", "r", "tfr", "tx"))
    figures: dict[str, float] = {"papers": len(papers), "questions": len(questions), "links": sum(len(r) for r in right.values())}
    figures |= _figures("", ranking, right, questions)
    for half in (0, 1):
        figures |= _figures(f"_half{half}", ranking, right, [key for key in questions if _half(key) == half])
    figures |= _figures("_floor_finding", _by_tfidf(papers, questions, open_, done), right, questions)
    figures |= _figures("_floor_text", _by_tfidf(papers, questions, told, text), right, questions)
    return figures


def read(path: Path) -> tuple[list[Paper], dict[str, set[str]]]:
    """The dated papers, and for each the keys of those that it cites."""
    csv.field_size_limit(sys.maxsize)
    texts: dict[str, list[tuple[str, str]]] = {}
    title: dict[str, str] = {}
    date: dict[str, str] = {}
    cites: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = f"p{row['corpusid']}"
            number = re.search(r"/(\d\d)(0[1-9]|1[0-2])\.\d{4,5}", row["pdfurl"])
            if number:
                date[key] = f"20{number[1]}-{number[2]}"
                title[key] = row["paper-title"]
                texts.setdefault(key, []).append((row["section-title"], _raised(row["Content"])))
                references = row["ref_paper_id"].strip()
                cites.setdefault(key, set()).update(f"p{other}" for other in (ast.literal_eval(references) if references else ()))
    return [_paper(key, title[key], date[key], texts[key]) for key in sorted(texts)], cites


def _raised(text: str) -> str:
    """The file is all in small letters, with blanks lost behind full stops; a sentence begins with a capital."""
    parted = re.sub(r"(?<=[a-z\])])\.(?=[a-z])", ". ", text)
    return re.sub(r"(^|[.!?][\"”)]? )([a-z])", lambda match: match[1] + match[2].upper(), parted)


def _paper(key: str, title: str, date: str, sections: Sequence[tuple[str, str]]) -> Paper:
    parts = []
    at = 0
    for heading, text in sections:
        parts.append(Part(heading=heading, kind="conclusion", start=at, end=at + len(text)))
        at += len(text) + 2
    return Paper(key=key, title=title, date=date, text="\n\n".join(text for _, text in sections), parts=tuple(parts))


def _half(key: str) -> int:
    return hashlib.sha256(key.encode()).digest()[0] % 2


def _figures(name: str, ranking: Mapping[str, Sequence[str]], right: Mapping[str, set[str]], questions: Sequence[str]) -> dict[str, float]:
    ranks = [sorted(ranking[key].index(other) + 1 for other in right[key]) for key in questions]
    return {
        f"mrr{name}": round(float(np.mean([1 / own[0] for own in ranks])), 4),
        f"hit10{name}": round(float(np.mean([own[0] <= 10 for own in ranks])), 4),
        f"mrr_links{name}": round(float(np.mean([1 / rank for own in ranks for rank in own])), 4),
    }


# ---------------------------------------------------------------- floors


def _texts(papers: Sequence[Paper], said: Mapping[str, Sequence[Statement]], fields: str) -> list[str]:
    """t: title; f: what the paper leaves open; r: what it does and finds; x: its text."""

    def text(paper: Paper) -> str:
        own = said[paper.key]
        parts = {
            "t": paper.title,
            "f": " ".join(s.quote.text for s in own if s.role in RAISING),
            "r": " ".join(s.quote.text for s in own if s.role not in RAISING),
            "x": paper.text,
        }
        return " ".join(parts[field] for field in fields)

    return [text(paper) for paper in papers]


def _by_tfidf(papers: Sequence[Paper], questions: Sequence[str], asked: Sequence[str], told: Sequence[str]) -> dict[str, list[str]]:
    documents = [Counter(stems(text)) for text in told]
    df = Counter(word for counts in documents for word in counts)
    column = {word: n for n, word in enumerate(sorted(df))}

    def vectors(texts: Sequence[Counter[str]]) -> NDArray[np.float64]:
        rows = np.zeros((len(texts), len(column)))
        for row, counts in enumerate(texts):
            for word in counts.keys() & column.keys():
                rows[row, column[word]] = (1 + np.log(counts[word])) * (np.log((1 + len(papers)) / (1 + df[word])) + 1)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))

    scores = vectors([Counter(stems(text)) for text in asked]) @ vectors(documents).T
    rows = {paper.key: row for row, paper in enumerate(papers)}
    return {
        key: [papers[n].key for n in np.argsort(-scores[rows[key]], kind="stable") if papers[n].date > papers[rows[key]].date]
        for key in questions
    }
