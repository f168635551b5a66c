"""Do sentences get the roles that people gave them?

CSAbstruct: trained on its training abstracts, measured on its dev abstracts. The insight sentences: five folds, no paper in two of them.
Beside each a floor, trained on the same parts: tf-idf of words and pairs (and the place in the abstract), one sentence at a time.
The splits and the confusion matrices go to stderr.
"""

import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix, diags

from bench.train_roles import RECIPES, Labelled, fit, read_abstracts, read_conclusions, train_head
from survey.models.extractive.zones import Section, grams, places, probabilities, softmax

if TYPE_CHECKING:
    from survey.models.extractive.zones import Block, Head, Matrix

FOLDS = 5
CONFIDENT = 0.75
_FLOOR_PENALTY = 0.3


def measure(data: Path) -> dict[str, float]:
    train, dev = (read_abstracts(data / "roles" / f"csabstruct_{part}.jsonl") for part in ("train", "dev"))
    print(f"csabstruct: {_size(train)} to learn from, {_size(dev)} to measure on", file=sys.stderr)
    abstracts = train_head(train, RECIPES["abstracts"])
    started = time.perf_counter()
    found = probabilities(dev.sections, {"abstracts": abstracts})["abstracts"].argmax(axis=1)
    seconds = time.perf_counter() - started
    sure = dev.confidence >= CONFIDENT
    figures = {
        "csabstruct_micro_f1": _share(found == dev.labels),
        "csabstruct_floor": _share(_floor(train, dev, placed=True) == dev.labels),
        "csabstruct_confident_micro_f1": _share((found == dev.labels)[sure]),
        "csabstruct_confident": int(sure.sum()),
    }
    _confusion(dev.names, dev.labels, found)
    figures |= _insight(read_conclusions(data / "roles" / "insight_sentences.csv"), abstracts)
    return figures | {"seconds_per_1000": round(1000 * seconds / len(dev.labels), 2)}


def _insight(data: Labelled, abstracts: "Head") -> dict[str, float]:
    """Papers are dealt to the folds in the order of the file. Each fold's classifier never saw a sentence of its papers."""
    found = np.zeros_like(data.labels)
    floor = np.zeros_like(data.labels)
    rows = np.repeat(data.papers % FOLDS, [len(section.sentences) for section in data.sections])
    for fold in range(FOLDS):
        train, test = data.of(data.papers % FOLDS != fold), data.of(data.papers % FOLDS == fold)
        print(f"insight, fold {fold + 1}: {_size(train)} to learn from, {_size(test)} to measure on", file=sys.stderr)
        heads = {"abstracts": abstracts, "conclusions": train_head(train, RECIPES["conclusions"], abstracts)}
        found[rows == fold] = probabilities(test.sections, heads)["conclusions"].argmax(axis=1)
        floor[rows == fold] = _floor(train, test, placed=False)
    _confusion(data.names, data.labels, found)
    ours, theirs = f1(data.labels, found, len(data.names)), f1(data.labels, floor, len(data.names))
    finding = data.names.index("Finding")
    return {
        "insight_macro_f1": round(float(ours.mean()), 3),
        "insight_macro_floor": round(float(theirs.mean()), 3),
        "insight_finding_f1": round(float(ours[finding]), 3),
        "insight_finding_floor": round(float(theirs[finding]), 3),
        "insight_accuracy": _share(found == data.labels),
    }


def f1(gold: "Matrix", found: "Matrix", count: int) -> "Matrix":
    """Of each label."""
    hits = [((gold == n) & (found == n)).sum() for n in range(count)]
    sizes = [(gold == n).sum() + (found == n).sum() for n in range(count)]
    return 2 * np.array(hits) / np.maximum(1, sizes)


def _floor(train: Labelled, test: Labelled, placed: bool) -> "Matrix":
    """The labels that logistic regression over tf-idf finds; every sentence counts alike."""
    counts = Counter(gram for section in train.sections for text in section.sentences for gram in grams(text))
    column = {gram: n for n, gram in enumerate(sorted(gram for gram, count in counts.items() if count > 1))}
    total = len(train.labels)
    idf = np.log(1 + total / np.array([counts[gram] for gram in column]))

    def blocks(sections: list[Section]) -> "dict[str, Block]":
        rows = [sorted(column[gram] for gram in grams(text) if gram in column) for section in sections for text in section.sentences]
        starts = np.cumsum([0, *map(len, rows)])
        table = csr_matrix((np.ones(starts[-1]), [n for row in rows for n in row], starts), shape=(len(rows), len(column))) @ diags(idf)
        lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
        found: dict[str, Block] = {"words": csr_matrix(diags(1 / np.maximum(lengths, 1e-9)) @ table)}
        return found | ({"place": places(sections)} if placed else {})

    rarity = total / np.bincount(train.labels, minlength=len(train.names))
    weights = np.ones(total) if placed else rarity[train.labels]
    layer = fit(blocks(train.sections), train.labels, len(train.names), _FLOOR_PENALTY, weights)
    labels: Matrix = softmax(layer.scores(blocks(test.sections))).argmax(axis=1)
    return labels


def _confusion(names: tuple[str, ...], gold: "Matrix", found: "Matrix") -> None:
    width = max(map(len, names)) + 2
    print("".join(f"{name:>{width}}" for name in ("gold \\ found", *names)), file=sys.stderr)
    for n, name in enumerate(names):
        print("".join(f"{cell!s:>{width}}" for cell in (name, *np.bincount(found[gold == n], minlength=len(names)))), file=sys.stderr)


def _size(data: Labelled) -> str:
    return f"{len(set(data.papers.tolist()))} papers with {len(data.labels)} sentences"


def _share(right: "Matrix") -> float:
    return round(float(right.mean()), 3)
