"""What is written, on the seeds (``DIR/../seeds``) and on real papers (``DIR/pdf/papers``), by the embedded default.

Every figure of the first group is the worse of the two collections; each collection's own stand under its name. Quotes are looked up
here in the stored text, without the program's own checks. ``cited_sentence_share``: of all sentences of paragraphs and lists in survey.md,
those with a citation. ``max_trigram_overlap``: of all pairs of sentences, the largest share of the shorter one's word trigrams that
stand in the other. ``within_retrieved_share``: claims of sections that quote only what was found for the section.
The second group plants faults (:mod:`bench.faults`); the third edits a survey and adds a paper to it (:mod:`bench.living`); the last puts
hostile text into every export (:mod:`bench.exports`).
"""

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.exports import measure_exports
from bench.faults import measure_faults
from bench.living import measure_living
from survey import Workspace
from survey.records import Paper, Sentence
from survey.scoring import score

WORSE = {
    "claims_cited_share": min,
    "quotes_exact_share": min,
    "papers_accounted_share": min,
    "cited_sentence_share": min,
    "references_with_year": min,
    "max_trigram_overlap": max,
    "within_retrieved_share": min,
}


def measure(data: Path) -> dict[str, float]:
    own = {name: _written(paths) for name, paths in (("seeds", [data.parent / "seeds"]), ("pdf", [data / "pdf" / "papers"]))}
    figures = {name: worse(found[name] for found in own.values()) for name, worse in WORSE.items()}
    figures |= {f"{collection}_{name}": value for collection, found in own.items() for name, value in found.items()}
    return {**figures, **measure_faults(data), **measure_living(data), **measure_exports(data)}


def _written(paths: Sequence[Path]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, Workspace.open(folder) as workspace:
        made = workspace.survey(paths=paths)
        papers = {paper.key: paper for paper in workspace.library.papers()}
        starts = {key: [(s.start, s.end) for s in workspace.library.sentences(key)] for key in papers}
        text = (made.folder / "survey.md").read_text(encoding="utf-8")
        lines = [json.loads(line) for line in (made.folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]
        marks = score(text, papers=list(papers.values()))
    claims = [line for line in lines if line["kind"] == "claim"]
    quotes = [quote for line in lines for quote in line["quotes"]]
    quotes += [q.model_dump() | {"citekey": q.key} for s in made.sections for b in s.blocks for row in b.evidence for q in row]
    within = [_within(sentence, section.retrieved, starts) for section, sentence in made.sentences if sentence.quotes and section.retrieved]
    return {
        "claims": len(claims),
        "claims_cited_share": _share(bool(c["citekeys"]) and bool(c["quotes"]) and all(k in papers for k in c["citekeys"]) for c in claims),
        "quotes_exact_share": _share(_exact(quote, papers) for quote in quotes),
        "papers_accounted_share": _share(f"@{key}" in text or any(s.source == f"@{key}" for s in made.left_out) for key in papers),
        "cited_sentence_share": round(marks.cited_sentence_share, 4),
        "references_with_year": round(marks.references.with_year, 4),
        "max_trigram_overlap": round(marks.repetition.max_trigram_overlap, 4),
        "within_retrieved_share": _share(within),
        "sections_retrieved": sum(bool(section.retrieved) for section in made.sections),
        "sentences": marks.sentences,
        "words": marks.words,
    }


def _share(good: Iterable[bool]) -> float:
    found = list(good)
    return round(sum(found) / max(1, len(found)), 4)


def _exact(quote: Mapping[str, Any], papers: Mapping[str, Paper]) -> bool:
    return bool(papers[quote["citekey"]].text[quote["start"] : quote["end"]] == quote["text"])


def _within(sentence: Sentence, retrieved: Sequence[str], starts: dict[str, list[tuple[int, int]]]) -> bool:
    found = {(name.rpartition("#")[0], *starts[name.rpartition("#")[0]][int(name.rpartition("#")[2])]) for name in retrieved}
    return all(any(q.key == key and start <= q.start and q.end <= end for key, start, end in found) for q in sentence.quotes)
