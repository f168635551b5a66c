"""Trains the two classifiers of ``survey/models/extractive/zones.py``: ``python -m bench.train_roles --data DIR`` writes ``zones.json``.

Multinomial logistic regression with an L2 penalty, by L-BFGS. The second layer learns from what first layers say that were trained without
the section in question, so that it trusts the first no more than it should.
"""

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from survey.models.extractive.cues import cues, learned
from survey.models.extractive.zones import (
    AROUND,
    HEADS,
    PLACES,
    Head,
    Layer,
    Section,
    around,
    grams,
    logits,
    places,
    section_numbers,
    sentence_blocks,
    softmax,
    word_block,
)

if TYPE_CHECKING:
    from survey.models.extractive.zones import Block, Matrix

ZONES = Path(__file__).parent.parent / "survey" / "models" / "extractive" / "zones.json"
FOLDS = 5


class Labelled(NamedTuple):
    """``labels``, ``confidence``: of each sentence; ``papers``: the number of the paper of each section."""

    names: tuple[str, ...]
    sections: list[Section]
    papers: "Matrix"
    labels: "Matrix"
    confidence: "Matrix"

    def of(self, kept: "Matrix") -> "Labelled":
        """The part of the sections that ``kept`` says, one flag a section."""
        rows = np.repeat(kept, [len(section.sentences) for section in self.sections])
        sections = [section for section, wanted in zip(self.sections, kept, strict=True) if wanted]
        return Labelled(self.names, sections, self.papers[kept], self.labels[rows], self.confidence[rows])


class Recipe(NamedTuple):
    """``words``: size of the vocabulary; ``alone``, ``placed``: L2 penalties of the layers; ``trust``: exponent of the annotators'
    confidence in a sentence's weight; ``balance``: exponents, of each layer, of a label's rarity in it."""

    words: int
    alone: float
    placed: float
    trust: float = 0.0
    balance: tuple[float, float] = (0.0, 0.0)


# Chosen by cross-validation within the training abstracts, and within the conclusions (docs/roles.md).
RECIPES = {"abstracts": Recipe(4000, 3, 3, trust=2), "conclusions": Recipe(1000, 1, 2, balance=(0.5, 0.75))}


def read_abstracts(path: Path) -> Labelled:
    """CSAbstruct: an abstract a line, with a label of each sentence and how far its annotators agreed."""
    names = ("background", "objective", "method", "result", "other")
    read = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    labels = [names.index(label) for abstract in read for label in abstract["labels"]]
    sections = [Section("abstract", tuple(abstract["sentences"])) for abstract in read]
    return Labelled(names, sections, np.arange(len(read)), np.array(labels), np.array([c for a in read for c in a["confs"]]))


def read_conclusions(path: Path) -> Labelled:
    """Sentences of concluding sections, lower-cased, labelled ReSolved, Neutral or Finding; in the order of their papers."""
    names = ("ReSolved", "Neutral", "Finding")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    papers: dict[str, dict[str, list[dict[str, str]]]] = {}
    for row in rows:
        papers.setdefault(row["corpusid"], {}).setdefault(row["section-title"], []).append(row)
    ordered = [(number, heading, found) for number, paper in enumerate(papers.values()) for heading, found in paper.items()]
    sections = [Section(heading, tuple(row["Sentence"] for row in found)) for _, heading, found in ordered]
    labels = np.array([names.index(row["Label"]) for _, _, found in ordered for row in found])
    return Labelled(names, sections, np.array([number for number, _, _ in ordered]), labels, np.ones(len(labels)))


# ---------------------------------------------------------------- learning


def fit(blocks: "Mapping[str, Block]", labels: "Matrix", count: int, penalty: float, weights: "Matrix") -> Layer:
    """The layer that is likeliest for these labels; ``weights``: how much each sentence counts, 1 on average."""
    features = csr_matrix(hstack([csr_matrix(block) for block in blocks.values()]))
    across = csr_matrix(features.T)
    rows, width = features.shape
    wanted = np.eye(count)[labels]
    weights = weights / weights.mean()

    def loss(flat: "Matrix") -> tuple[float, "Matrix"]:
        table, bias = flat[: width * count].reshape(width, count), flat[width * count :]
        shares = softmax(features @ table + bias)
        value = -(weights * np.log(shares[np.arange(rows), labels] + 1e-12)).sum() + penalty / 2 * (table**2).sum()
        off = (shares - wanted) * weights[:, None]
        return float(value), np.concatenate([(across @ off + penalty * table).ravel(), off.sum(axis=0)])

    found = minimize(loss, np.zeros((width + 1) * count), jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    table, bias = found[: width * count].reshape(width, count), found[width * count :]
    ends = np.cumsum([block.shape[1] for block in blocks.values()])[:-1]
    return Layer(bias, dict(zip(blocks, np.split(table, ends), strict=True)))


def train_head(data: Labelled, recipe: Recipe, hint: Head | None = None) -> Head:
    """A head for these labels; ``hint``: the head whose first layer it is told of."""
    texts = [text for section in data.sections for text in section.sentences]
    count, numbers = len(data.names), section_numbers(data.sections)
    papers = np.repeat(data.papers, [len(section.sentences) for section in data.sections])
    rarity = len(data.labels) / count / np.maximum(1, np.bincount(data.labels, minlength=count))
    first, second = (data.confidence**recipe.trust * rarity[data.labels] ** power for power in recipe.balance)
    known = sentence_blocks(texts)
    if hint is not None:
        known["hint"] = hint_block(hint, texts, known)
    vocabulary = _vocabulary(texts, data.labels, count, recipe, first)
    blocks = {"words": word_block(texts, vocabulary), **known}
    unseen = np.zeros((len(texts), count))
    for fold in range(FOLDS):
        out = papers % FOLDS == fold
        layer = fit({name: block[~out] for name, block in blocks.items()}, data.labels[~out], count, recipe.alone, first[~out])
        unseen[out] = softmax(layer.scores({name: block[out] for name, block in blocks.items()}))
    alone = fit(blocks, data.labels, count, recipe.alone, first)
    context = {**known, "place": places(data.sections), "around": around(unseen, numbers)}
    return Head(data.names, vocabulary, alone, fit(context, data.labels, count, recipe.placed, second))


def hint_block(head: Head, texts: Sequence[str], known: "Mapping[str, Block]") -> "Matrix":
    return logits(softmax(head.alone.scores({**known, "words": word_block(texts, head.vocabulary)}))) / 2


_RARE = 4  # sentences that a word must stand in


def _vocabulary(texts: Sequence[str], labels: "Matrix", count: int, recipe: Recipe, weights: "Matrix") -> tuple[str, ...]:
    """The words and pairs that tell most: by their weight in a first fit, and in how many sentences they stand."""
    counts = Counter(gram for text in texts for gram in grams(text))
    common = sorted(gram for gram, n in counts.items() if n >= _RARE)
    table = fit({"words": word_block(texts, common)}, labels, count, recipe.alone, weights).blocks["words"]
    telling = np.abs(table).max(axis=1) * np.sqrt([counts[gram] for gram in common])
    return tuple(sorted(common[n] for n in np.argsort(-telling.round(6), kind="stable")[: recipe.words]))


# ---------------------------------------------------------------- writing


def train(data: Path) -> dict[str, Head]:
    abstracts = train_head(read_abstracts(data / "roles" / "csabstruct_train.jsonl"), RECIPES["abstracts"])
    conclusions = read_conclusions(data / "roles" / "insight_sentences.csv")
    return dict(zip(HEADS, (abstracts, train_head(conclusions, RECIPES["conclusions"], abstracts)), strict=True))


def written(heads: Mapping[str, Head]) -> str:
    """JSON, a feature a line: its name and its weight for each label, in hundredths."""
    text = json.dumps({name: _plain(head, heads) for name, head in heads.items()}, ensure_ascii=False, separators=(",", ":"))
    return _LINES.sub(r"\1\n", text)


_LINES = re.compile(r"([]}],|:\{)(?=\")")


def _plain(head: Head, heads: Mapping[str, Head]) -> dict[str, Any]:
    first = next(iter(heads.values())).labels
    names: dict[str, Sequence[str]] = {
        "words": head.vocabulary,
        "cues": [cue.name for cue in cues()[: learned()]],
        "vector": [str(n) for n in range(head.alone.blocks["vector"].shape[0])],
        "hint": first,
        "place": PLACES,
        "around": [f"{which}: {label}" for which in AROUND for label in head.labels],
    }

    def rows(layer: Layer) -> dict[str, dict[str, list[int]]]:
        tables = {"bias": layer.bias[None, :], **layer.blocks}
        return {
            kind: dict(zip(names.get(kind, ["bias"]), np.round(table * 100).astype(int).tolist(), strict=True))
            for kind, table in tables.items()
        }

    return {"labels": list(head.labels), "alone": rows(head.alone), "placed": rows(head.placed)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.train_roles", description="Write zones.json anew; see docs/roles.md.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of labelled data")
    ZONES.write_text(written(train(parser.parse_args().data)) + "\n", encoding="utf-8")
    print(f"{ZONES}: {ZONES.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
