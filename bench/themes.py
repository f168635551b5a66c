"""Themes against human labels: ``python -m bench themes --data DIR`` (about two minutes).

``DIR`` holds ``pdf/papers`` (folders are the labels), ``themes/emnlp2020_tracks.jsonl`` (every second abstract is taken) and
``themes/oastm_domains.jsonl``. Figures: the adjusted Rand index with as many themes as labels, and with the number left to the program
(``_auto``).
"""

import json
import tempfile
from pathlib import Path

from bench.main import adjusted_rand
from survey.embedding import MiniLM, Remembered
from survey.library import Library
from survey.models.extractive import Extractive
from survey.records import Paper, Part
from survey.themes import find_themes


def measure(data: Path) -> dict[str, float]:
    tracks = (data / "themes" / "emnlp2020_tracks.jsonl").read_text(encoding="utf-8").splitlines()[::2]
    domains = (data / "themes" / "oastm_domains.jsonl").read_text(encoding="utf-8").splitlines()
    sets = {"pdf": _pdf(data), "emnlp": [_labelled(line, n) for n, line in enumerate(tracks)]}
    sets["oastm"] = [_labelled(line, n) for n, line in enumerate(domains)]
    figures = {}
    for name, labelled in sets.items():
        papers = [paper for paper, _ in labelled]
        gold = {paper.key: label for paper, label in labelled}
        with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library.sqlite") as library:
            embedder = Remembered(MiniLM(), library)
            for wanted, suffix in ((len(set(gold.values())), ""), (0, "_auto")):
                themes, alone, _ = find_themes(papers, embedder, Extractive(), wanted)
                found = {key: theme.id for theme in themes for key in theme.papers} | {paper.key: paper.nearest for paper in alone}
                keys = sorted(gold)
                figures[f"{name}_ari{suffix}"] = round(adjusted_rand([gold[k] for k in keys], [found[k] for k in keys]), 3)
                figures[f"{name}_themes{suffix}"] = len(themes)
    return figures


def _pdf(data: Path) -> list[tuple[Paper, str]]:
    from survey.identity import merge
    from survey.readers import read_all

    papers = merge(read_all([data / "pdf" / "papers"], data).papers)
    return [(paper, Path(paper.sources[0].path).parent.name) for paper in papers]


def _labelled(line: str, number: int) -> tuple[Paper, str]:
    entry = json.loads(line)
    title = entry["title"] or entry["text"].split("\n")[0]
    abstract = Part(heading="Abstract", kind="abstract", start=0, end=min(len(entry["text"]), 1800))
    return Paper(key=f"paper{number:04}", title=title, text=entry["text"], parts=(abstract,)), entry["label"]
