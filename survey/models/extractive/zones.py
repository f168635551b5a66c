"""In which rhetorical zone does a sentence stand? Two linear classifiers, read from ``zones.json``; docs/roles.md is their card.

Each has two layers. The first reads the sentence alone: its words and pairs of words, its cue phrases, its static vector. The second reads
the cue phrases and the vector again, where in its section the sentence stands, and what the first layer says of it and of the sentences
around it. Letter case is ignored: one of the two was trained on lower-cased text. ``bench/train_roles.py`` trains them.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from survey.models.extractive.cues import hits, learned
from survey.terms import stem

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from survey.embedding import StaticEmbedder

    Matrix: TypeAlias = NDArray[Any]
    Block: TypeAlias = Matrix | csr_matrix
    """Features of one kind, a row a sentence."""

HEADS = ("abstracts", "conclusions")
"""What each was trained on. The second is also told what the first says of a sentence."""


class Section(NamedTuple):
    """Sentences that stand together, and the words of their heading."""

    heading: str
    sentences: tuple[str, ...]


class Layer(NamedTuple):
    """``blocks``: for each kind of features its weights, shape (features, labels)."""

    bias: "Matrix"
    blocks: "Mapping[str, Matrix]"

    def scores(self, blocks: "Mapping[str, Block]") -> "Matrix":
        total: Matrix = sum(blocks[name] @ weights for name, weights in self.blocks.items()) + self.bias
        return total


class Head(NamedTuple):
    labels: tuple[str, ...]
    vocabulary: tuple[str, ...]
    alone: Layer
    placed: Layer


def probabilities(sections: Sequence[Section], heads: Mapping[str, Head] | None = None) -> "dict[str, Matrix]":
    """For each head the probability of each of its labels, a row a sentence."""
    texts = [text for section in sections for text in section.sentences]
    blocks = {**sentence_blocks(texts), "place": places(sections)}
    numbers = section_numbers(sections)
    found: dict[str, Matrix] = {}
    for name, head in (heads or load_heads()).items():
        blocks["words"] = word_block(texts, head.vocabulary)
        alone = softmax(head.alone.scores(blocks))
        blocks["around"] = around(alone, numbers)
        found[name] = softmax(head.placed.scores(blocks))
        blocks["hint"] = logits(alone) / 2
    return found


@cache
def load_heads() -> dict[str, Head]:
    """The trained heads, in the order of :data:`HEADS`."""
    data = json.loads((files(__package__) / "zones.json").read_text(encoding="utf-8"))
    return {name: _head(data[name]) for name in HEADS}


def _head(data: Mapping[str, "Mapping[str, Mapping[str, list[float]]]"]) -> Head:
    import numpy as np

    def layer(name: str) -> Layer:
        rows = {kind: np.array(list(block.values())) / 100 for kind, block in data[name].items()}
        return Layer(rows.pop("bias")[0], rows)

    return Head(tuple(data["labels"]), tuple(data["alone"]["words"]), layer("alone"), layer("placed"))


# ---------------------------------------------------------------- features

_TOKEN = re.compile(r"[a-z]+(?:['’][a-z]+)?|\d+(?:[.,]\d+)*|[%()\[\]:;?]")
_WORDS, _CUES, _VECTOR = (
    1.5,
    0.5,
    0.7,
)  # how much each kind weighs against the others before it is learned; chosen on the training abstracts


def grams(text: str) -> set[str]:
    """Stems and pairs of stems, "^" and "$" being the ends of the sentence and "0" any number."""
    stems = [stem(token) if token[0].isalpha() else ("0" if token[0].isdigit() else token) for token in _TOKEN.findall(text.lower())]
    return {*stems, *(f"{left} {right}" for left, right in zip(["^", *stems], [*stems, "$"], strict=True))}


def sentence_blocks(texts: Sequence[str]) -> "dict[str, Block]":
    """Cue phrases and static vector of each sentence."""
    import numpy as np

    found = np.array([hits(text)[: learned()] for text in texts], dtype=float).reshape(len(texts), learned())
    return {"cues": found * _CUES, "vector": _embedder().embed([text.lower() for text in texts]).astype(float) * _VECTOR}


@cache
def _embedder() -> "StaticEmbedder":
    from survey.embedding import StaticEmbedder  # 19 MB of weights: for a run, not for `survey --help`

    return StaticEmbedder()


def word_block(texts: Sequence[str], vocabulary: Sequence[str]) -> "csr_matrix":
    """Which words and pairs of the vocabulary a sentence has; rows of one length, so that long sentences say no more than short ones."""
    import numpy as np
    from scipy.sparse import csr_matrix

    column = {gram: number for number, gram in enumerate(vocabulary)}
    rows = [sorted(column[gram] for gram in grams(text) if gram in column) for text in texts]
    values = np.concatenate([np.full(len(row), _WORDS / max(1, len(row)) ** 0.5) for row in rows] or [np.zeros(0)])
    starts = np.cumsum([0, *map(len, rows)])
    return csr_matrix((values, [number for row in rows for number in row], starts), shape=(len(rows), len(vocabulary)))


_HEADINGS = ("conclu", "limit", "discuss", "future|outlook", "summar")
PLACES = (
    *(f"tenth {n}" for n in range(1, 11)),
    *(f"{n} after the start" for n in range(5)),
    *(f"{n} before the end" for n in range(5)),
    "place", "place squared", "log of sentences", "characters", "number", "question",
    *(f"heading: {words}" for words in _HEADINGS),
)  # fmt: skip
_LONGEST = 30  # sentences; abstracts and conclusions have fewer


def places(sections: Sequence[Section]) -> "Matrix":
    """Where in its section each sentence stands, and what can be seen of it from afar."""
    import numpy as np

    rows: list[list[float]] = []
    for section in sections:
        count = len(section.sentences)
        heading = [float(bool(re.search(words, section.heading, re.IGNORECASE))) for words in _HEADINGS]
        for number, text in enumerate(section.sentences):
            place = number / max(1, count - 1)
            tenth, first, last = [0.0] * 10, [0.0] * 5, [0.0] * 5
            tenth[min(9, int(place * 10))] = first[min(4, number)] = last[min(4, count - 1 - number)] = 1.0
            seen = [min(len(text), 600) / 200, float(any(map(str.isdigit, text))), float(text.rstrip().endswith("?"))]
            rows.append([*tenth, *first, *last, place, place**2, float(np.log(min(count, _LONGEST))), *seen, *heading])
    return np.array(rows).reshape(len(rows), len(PLACES))


AROUND = ("itself", "one before", "one after", "two before", "two after", "sum before", "sum after")
_SUMMED = 3.0  # sentences: more before or after say no more


def around(alone: "Matrix", numbers: "Matrix") -> "Matrix":
    """What is said of each sentence, of its neighbours in the section, and of all before and after it there."""
    import numpy as np

    blocks = [logits(alone) / 2]
    for step, weight in ((-1, 2.0), (1, 2.0), (-2, 1.0), (2, 1.0)):
        at = np.arange(len(alone)) + step
        inside = (at >= 0) & (at < len(alone))
        at = at.clip(0, len(alone) - 1)
        blocks.append(alone[at] * (weight * (inside & (numbers[at] == numbers)))[:, None])
    before, after = np.zeros_like(alone), np.zeros_like(alone)
    for number in np.unique(numbers):
        rows = np.flatnonzero(numbers == number)
        running = np.cumsum(alone[rows], axis=0)
        before[rows], after[rows] = running - alone[rows], running[-1] - running
    return np.hstack([*blocks, np.minimum(before, _SUMMED) / 2, np.minimum(after, _SUMMED) / 2])


def section_numbers(sections: Sequence[Section]) -> "Matrix":
    import numpy as np

    return np.repeat(np.arange(len(sections)), [len(section.sentences) for section in sections])


def logits(probability: "Matrix") -> "Matrix":
    """Logarithms about their mean; what is ruled out is not minus infinity."""
    import numpy as np

    logs = np.log(probability + 1e-3)
    centred: Matrix = logs - logs.mean(axis=1, keepdims=True)
    return centred


def softmax(scores: "Matrix") -> "Matrix":
    import numpy as np

    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Matrix = raised / raised.sum(axis=1, keepdims=True)
    return shares
