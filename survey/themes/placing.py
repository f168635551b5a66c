"""Where papers stand among themes that are given: the theme that a new one joins, those nearest to the papers of none, the map."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survey.embedding import Embedder
from survey.records import Alone, Paper, Place
from survey.themes.clustering import centred, centres, latent, nearest, unit
from survey.themes.places import places

if TYPE_CHECKING:
    from survey.embedding import Vectors

_WORDS_FROM = 20_000  # characters of a text that its words are taken from
_LOOSE = 0.6  # of what is usual: a paper less like those nearest to it stands alone
_STRANGE = 0.25  # of the papers at most do
_NEAREST = 2  # papers


class Placed(NamedTuple):
    """``joined``: the theme that each new paper joins, or "" for one that stands alone."""

    joined: dict[str, str]
    alone: list[Alone]
    places: list[Place]


def place(
    papers: Sequence[Paper], embedder: Embedder, themes: Mapping[str, Sequence[str]], alone: Sequence[str], new: Sequence[str]
) -> Placed:
    """``themes``: id → citekeys. A ``new`` paper joins the theme whose middle is nearest, unless it is far less like even the papers
    nearest to it than is usual. Every one of the ``papers`` is in a theme, alone or new."""
    papers = sorted(papers, key=lambda p: p.key)
    if not papers:
        return Placed({}, [], [])
    vectors, _ = vectors_of(papers, embedder)
    row = {p.key: n for n, p in enumerate(papers)}
    groups = {name: [row[key] for key in keys] for name, keys in themes.items() if keys}
    names = list(groups)
    usual = is_usual(vectors)
    joined = dict.fromkeys(new, "")
    if groups:
        middles = centres(vectors, list(groups.values()))
        for key in new:
            if usual[row[key]]:
                joined[key] = names[int((middles @ vectors[row[key]]).round(5).argmax())]
    for key, name in joined.items():
        if name:
            groups[name].append(row[key])
    apart = [*alone, *(key for key, name in joined.items() if not name)]
    middles = centres(vectors, list(groups.values())) if groups else vectors[:0]
    standing = places(vectors, list(groups.values()), [row[key] for key in apart])
    return Placed(
        joined,
        [beside(key, vectors[row[key]], names, middles) for key in apart],
        [Place(key=p.key, x=x, y=y) for p, (x, y) in zip(papers, standing, strict=True)],
    )


def beside(key: str, own: "Vectors", names: Sequence[str], middles: "Vectors") -> Alone:
    near = [round(float(likeness), 4) for likeness in middles @ own]
    return Alone(key=key, nearest=names[near.index(max(near))], similarity=max(0.0, *near)) if near else Alone(key=key)


def is_usual(vectors: "Vectors") -> "np.typing.NDArray[np.bool_]":
    """Which papers are not far less like even the papers nearest to them than is usual."""
    near = nearest(vectors, _NEAREST) - _on_average(vectors)
    bar = min(_LOOSE * float(np.median(near)), float(np.quantile(near, _STRANGE)))
    return np.asarray(near.round(6) >= round(bar, 6))


def _on_average(vectors: "Vectors") -> float:
    """The cosine of two papers, whichever: below 0, the fewer papers were centred the more."""
    n = len(vectors)
    return float((np.sum(vectors.sum(axis=0) ** 2) - n) / max(1, n * (n - 1)))


def vectors_of(papers: Sequence[Paper], embedder: Embedder) -> tuple["Vectors", "Vectors"]:
    """Title with abstract, title alone, and the words of the whole text, each centred on the collection, side by side; and the first of
    these as they are. What the weights rest on stands in docs/themes.md."""
    gists = embedder.embed([p.gist for p in papers])
    weighted = [
        (1.0, gists),
        (0.7, embedder.embed([p.name for p in papers])),
        (0.7, latent([f"{p.gist} {p.text[:_WORDS_FROM]}" for p in papers])),
    ]
    return unit(np.concatenate([weight * centred(vectors) for weight, vectors in weighted], axis=1)), gists
