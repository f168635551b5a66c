"""Papers that belong together, named by their own words.

Vectors propose, the model decides, and every paper ends in exactly one theme.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from survey.embedding import Embedder
from survey.records import OTHER_SUBJECTS, Paper, Theme
from survey.tasks import Model, NameTheme, Numbered, Proposal, ProposeThemes
from survey.terms import key_terms, stems

if TYPE_CHECKING:
    from survey.embedding import Vectors

_FEW = 6  # fewer papers are one theme
_WORDS_FROM = 20_000  # characters of a text that its words are taken from
_LOOSE = 0.6  # of the median group's likeness to its centre: below it papers are together only because they fit nowhere else


def find_themes(papers: Sequence[Paper], embedder: Embedder, model: Model, wanted: int = 0) -> list[Theme]:
    """Themes, the largest first. ``wanted``: how many; 0 lets the collection decide. The papers that fit
    nowhere else are the last theme."""
    papers = sorted(papers, key=lambda p: p.key)
    if not papers:
        return []
    vectors = _vectors(papers, embedder)
    groups, loose = _without_loose(vectors, _assigned(papers, _cluster(vectors, wanted), model))
    members = {f"theme-{n + 1}": group for n, group in enumerate(groups)}
    terms = key_terms(
        {name: [papers[i].gist for i in group] for name, group in members.items()},
        {name: [papers[i].title for i in group] for name, group in members.items()},
    )
    themes = []
    for name, group in members.items():
        keys = [papers[i].key for i in _by_centrality(vectors, group)]
        titles = tuple(papers[i].name for i in group)
        theme_name = OTHER_SUBJECTS if group == loose else _name(terms[name], titles, model)
        themes.append(Theme(id=name, name=theme_name, terms=tuple(terms[name][:8]), papers=tuple(keys)))
    return themes


def _name(terms: Sequence[str], titles: tuple[str, ...], model: Model) -> str:
    numbered = tuple(Numbered(id=str(n), text=term) for n, term in enumerate(terms))
    if not numbered:
        return next((title for title in titles if not title.startswith("[untitled]")), OTHER_SUBJECTS)
    by_id = {term.id: term.text for term in numbered}
    chosen = [by_id[i] for i in model.reply(NameTheme(titles=titles, terms=numbered)).terms if i in by_id] or [terms[0]]
    name = ", ".join(chosen)
    return name[0].upper() + name[1:]


def _assigned(papers: Sequence[Paper], labels: Sequence[int], model: Model) -> list[list[int]]:
    """What the model makes of the proposal; a paper that it forgot, or named twice, stays where its vector put it."""
    proposed: dict[int, list[int]] = {}
    for i, label in enumerate(labels):
        proposed.setdefault(label, []).append(i)
    task = ProposeThemes(
        papers=tuple(Numbered(id=p.key, text=p.name) for p in papers),
        proposals=tuple(Proposal(id=str(label), papers=tuple(papers[i].key for i in group)) for label, group in sorted(proposed.items())),
    )
    place = {p.key: i for i, p in enumerate(papers)}
    seen: set[int] = set()
    groups: dict[str, list[int]] = {}
    for theme in model.reply(task).themes:
        for key in theme.papers:
            if key in place and place[key] not in seen:
                seen.add(place[key])
                groups.setdefault(theme.id, []).append(place[key])
    for i, label in enumerate(labels):
        if i not in seen:
            groups.setdefault(str(label), []).append(i)
    return sorted((sorted(group) for group in groups.values()), key=lambda g: (-len(g), g[0]))


def _tightness(vectors: "Vectors", group: Sequence[int]) -> float:
    """Mean cosine to the group's centre."""
    return float(np.mean(vectors[list(group)] @ _unit(vectors[list(group)].mean(axis=0, keepdims=True))[0]))


def _without_loose(vectors: "Vectors", groups: list[list[int]]) -> tuple[list[list[int]], list[int]]:
    """The groups with those that nothing holds together made one, and that one ([] if there is none)."""
    tightness = [_tightness(vectors, group) for group in groups]
    bar = _LOOSE * float(np.median(tightness))
    loose = [group for group, tight in zip(groups, tightness, strict=True) if len(group) > 2 and tight < bar]
    joined = sorted(i for group in loose for i in group)
    kept = [group for group in groups if group not in loose]
    return [*kept, *([joined] if joined else [])], joined


def _by_centrality(vectors: "Vectors", group: Sequence[int]) -> list[int]:
    centre = vectors[list(group)].mean(axis=0)
    return sorted(group, key=lambda i: (-round(float(vectors[i] @ centre), 5), i))


# ---------------------------------------------------------------- vectors and clusters


def _vectors(papers: Sequence[Paper], embedder: Embedder) -> "Vectors":
    """Title with abstract, title alone, and the words of the whole text, each centred on the collection, side by side.

    Centring takes out what all papers share, so that a collection of one field parts as well as one of many. The weights were
    chosen on three labelled sets (docs/retrieval.md).
    """
    parts = [
        (1.0, embedder.embed([p.gist for p in papers])),
        (0.7, embedder.embed([p.name for p in papers])),
        (0.7, _latent([f"{p.gist} {p.text[:_WORDS_FROM]}" for p in papers])),
    ]
    return _unit(np.concatenate([weight * _unit(vectors - vectors.mean(axis=0)) for weight, vectors in parts], axis=1))


def _latent(texts: Sequence[str]) -> "Vectors":
    """Latent semantic analysis (Deerwester et al. 1990) fitted to the collection: tf-idf, then the leading singular directions."""
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import svds

    counts = [Counter(stems(text)) for text in texts]
    df = Counter(word for count in counts for word in count)
    column = {word: n for n, word in enumerate(sorted(w for w, times in df.items() if 1 < times <= len(texts) / 2))}
    size = min(60, max(10, len(texts) // 3), len(texts) - 1, len(column) - 1)
    if size < 1:
        return np.zeros((len(texts), 1), np.float32)
    cells = [
        (row, column[word], (1 + math.log(times)) * math.log(len(texts) / df[word]))
        for row, count in enumerate(counts)
        for word, times in sorted(count.items())
        if word in column
    ]
    rows, columns, values = zip(*cells, strict=True)
    matrix = csr_array((values, (rows, columns)), shape=(len(texts), len(column)))
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    left, strength, _ = svds(matrix.multiply(1 / np.maximum(lengths, 1e-9)[:, None]).tocsr(), k=size, v0=np.ones(min(matrix.shape)))
    return np.asarray(left * strength, np.float32)


def _unit(vectors: "Vectors") -> "Vectors":
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


def _cluster(vectors: "Vectors", wanted: int) -> list[int]:
    """A label for each paper: Ward's hierarchy (1963), cut into ``wanted`` groups; for 0 where the heights leap most, between √n and
    1.5 √n groups. Memory grows with the square of the papers: 5,000 need 100 MB."""
    from scipy.cluster.hierarchy import fcluster, linkage

    n = len(vectors)
    if n < _FEW or wanted == 1:
        return [0] * n
    tree = linkage(vectors.astype(float), "ward")
    heights = tree[:, 2]
    least = round(n**0.5)
    leaps = {
        k: (heights[n - k] - heights[n - k - 1]) / max(heights[n - k], 1e-9) for k in range(least, min(n // 2, round(1.5 * least)) + 1)
    }
    count = min(wanted, n) or max(leaps, key=lambda k: (round(leaps[k], 6), -k))
    return [int(label) for label in fcluster(tree, count, "maxclust")]
