"""Themes against human labels: ``python -m bench themes --data DIR`` (three to five minutes).

``DIR`` holds ``pdf/papers`` (folders are the labels), ``themes/emnlp2020_tracks.jsonl`` and ``themes/oastm_domains.jsonl``. Figures: the
adjusted Rand index and the adjusted mutual information with as many themes as labels, and with the number left to the program
(``_auto``); a paper that stands alone counts with its nearest theme. ``lsa`` and ``minilm``: plain k-means over the same vectors, the
mean of ten starts. ``emnlp_seconds``: the stage for 781 abstracts, their vectors known.
``stability``: one of some papers after another is left out; the share of the pairs of all others that are together
or apart as before (1: nothing moves), and of those pairs together before or after that are so both times (``_together``).
"""

import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.main import adjusted_mutual, adjusted_rand
from survey.embedding import Embedder, MiniLM, Remembered
from survey.library import Library
from survey.models.extractive import Extractive
from survey.passages import split_sentences
from survey.records import Paper, Part, SourceSentence
from survey.themes import Themes, find_themes
from survey.themes.clustering import latent, unit

if TYPE_CHECKING:
    from survey.embedding import Vectors

_STARTS = 10
_LEFT_OUT = 8  # papers of each set


def measure(data: Path) -> dict[str, float]:
    sets = {"pdf": _pdf(data)}
    for name, file in (("emnlp", "emnlp2020_tracks"), ("oastm", "oastm_domains")):
        lines = (data / "themes" / f"{file}.jsonl").read_text(encoding="utf-8").splitlines()
        sets[name] = [_labelled(line, n) for n, line in enumerate(lines)]
    figures: dict[str, float] = {}
    stable: list[tuple[float, float]] = []
    for name, labelled in sets.items():
        papers = [paper for paper, _ in labelled]
        gold = {paper.key: label for paper, label in labelled}
        with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library.sqlite") as library:
            embedder = Remembered(MiniLM(), library)
            for wanted, suffix in ((len(set(gold.values())), ""), (0, "_auto")):
                found = _themes_of(find_themes(papers, embedder, Extractive(), wanted))
                figures |= _scores(name, suffix, gold, found)
                figures[f"{name}_themes{suffix}"] = len(set(found.values()))
            stable.append(_stability(papers, embedder))
            figures[f"{name}_stability"], figures[f"{name}_stability_together"] = (round(share, 3) for share in stable[-1])
            if name == "emnlp":
                figures |= _baselines(papers, embedder, gold)
                figures["emnlp_seconds"], figures["emnlp_cpu_seconds"] = _seconds(papers, embedder)
    figures["stability"] = round(float(np.mean([pairs for pairs, _ in stable])), 3)
    return figures


def _themes_of(found: Themes) -> dict[str, str]:
    return {key: theme.id for theme in found.themes for key in theme.papers} | {paper.key: paper.nearest for paper in found.alone}


def _scores(name: str, suffix: str, gold: Mapping[str, str], found: Mapping[str, str]) -> dict[str, float]:
    keys = sorted(gold)
    both = [gold[k] for k in keys], [found[k] for k in keys]
    return {f"{name}_ari{suffix}": round(adjusted_rand(*both), 3), f"{name}_ami{suffix}": round(adjusted_mutual(*both), 3)}


def _seconds(papers: Sequence[Paper], embedder: Embedder) -> tuple[float, float]:
    """Of the whole stage with names and sentences, when all vectors are known: by the clock, and of the processor."""
    sentences: dict[str, list[SourceSentence]] = {paper.key: split_sentences(paper) for paper in papers}
    find_themes(papers, embedder, Extractive(), 0, sentences.__getitem__)  # fills the store of vectors
    clock, processor = time.perf_counter(), time.process_time()
    find_themes(papers, embedder, Extractive(), 0, sentences.__getitem__)
    return round(time.perf_counter() - clock, 1), round(time.process_time() - processor, 1)


def _stability(papers: Sequence[Paper], embedder: Embedder) -> tuple[float, float]:
    def labels(some: Sequence[Paper]) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
        theme_of = _themes_of(find_themes(some, embedder, Extractive()))
        names = np.array([theme_of[paper.key] for paper in some])
        together: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = names[:, None] == names[None, :]
        return together

    whole = labels(papers)
    shares = []
    for out in np.linspace(0, len(papers) - 1, _LEFT_OUT).round().astype(int):
        rest = [n for n in range(len(papers)) if n != out]
        before, after = whole[np.ix_(rest, rest)], labels([papers[n] for n in rest])
        pairs = ~np.eye(len(rest), dtype=bool)
        shares.append(((before == after)[pairs].mean(), (before & after & pairs).sum() / max(1, ((before | after) & pairs).sum())))
    same, together = np.mean(shares, axis=0)
    return float(same), float(together)


def _baselines(papers: Sequence[Paper], embedder: Embedder, gold: Mapping[str, str]) -> dict[str, float]:
    """What k-means makes of one kind of vectors alone."""
    vectors: dict[str, Callable[[], Vectors]] = {
        "lsa": lambda: unit(latent([paper.gist for paper in papers])),
        "minilm": lambda: embedder.embed([paper.gist for paper in papers]),
    }
    figures: dict[str, float] = {}
    for kind, made in vectors.items():
        rows = made()
        runs = [_k_means(rows, len(set(gold.values())), seed) for seed in range(_STARTS)]
        scores = [_scores(f"emnlp_{kind}", "", gold, {p.key: str(n) for p, n in zip(papers, run, strict=True)}) for run in runs]
        figures |= {figure: round(float(np.mean([score[figure] for score in scores])), 3) for figure in scores[0]}
    return figures


def _k_means(rows: "Vectors", count: int, seed: int) -> list[int]:
    """Lloyd's, begun by k-means++ (Arthur & Vassilvitskii 2007)."""
    rng = np.random.default_rng(seed)
    middles = rows[[int(rng.integers(len(rows)))]]
    while len(middles) < count:
        far = ((rows[:, None] - middles[None]) ** 2).sum(axis=2).min(axis=1)
        middles = np.vstack([middles, rows[rng.choice(len(rows), p=far / far.sum())]])
    labels = np.full(len(rows), -1)
    while True:
        moved = ((rows**2).sum(axis=1)[:, None] - 2 * rows @ middles.T + (middles**2).sum(axis=1)).argmin(axis=1)
        if np.array_equal(moved, labels):
            return [int(label) for label in labels]
        labels = moved
        middles = np.stack([rows[labels == n].mean(axis=0) if (labels == n).any() else middles[n] for n in range(count)])


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
