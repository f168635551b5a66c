"""Papers that belong together, named by their own words.

Vectors propose (spherical k-means: Dhillon & Modha 2001), the model decides, and every paper ends in exactly one theme.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from survey.embedding import Embedder
from survey.records import Paper, Theme
from survey.tasks import Model, NameTheme, Numbered, Proposal, ProposeThemes
from survey.terms import key_terms

if TYPE_CHECKING:
    from survey.embedding import Vectors

_RESTARTS = 12
_ROUNDS = 60
_SMALLEST = 2


def find_themes(papers: Sequence[Paper], embedder: Embedder, model: Model, wanted: int = 0) -> list[Theme]:
    """Themes, the largest first. ``wanted``: how many; 0 lets the collection decide. Linear in papers."""
    papers = sorted(papers, key=lambda p: p.key)
    if not papers:
        return []
    vectors = embedder.embed([p.gist for p in papers])
    count = min(wanted or _fitting_count(vectors), len(papers))
    groups = _assigned(papers, vectors, _cluster(vectors, count), model)
    members = {f"theme-{n + 1}": group for n, group in enumerate(groups)}
    terms = key_terms({name: [papers[i].gist for i in group] for name, group in members.items()})
    themes = []
    for name, group in members.items():
        keys = [papers[i].key for i in _by_centrality(vectors, group)]
        titles = tuple(papers[i].name for i in group)
        themes.append(Theme(id=name, name=_name(terms[name], titles, model), terms=tuple(terms[name][:8]), papers=tuple(keys)))
    return themes


def _name(terms: Sequence[str], titles: tuple[str, ...], model: Model) -> str:
    numbered = tuple(Numbered(id=str(n), text=term) for n, term in enumerate(terms))
    if not numbered:
        return titles[0]
    by_id = {term.id: term.text for term in numbered}
    chosen = [by_id[i] for i in model.reply(NameTheme(titles=titles, terms=numbered)).terms if i in by_id] or [terms[0]]
    name = ", ".join(chosen)
    return name[0].upper() + name[1:]


def _assigned(papers: Sequence[Paper], vectors: "Vectors", labels: Sequence[int], model: Model) -> list[list[int]]:
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


def _by_centrality(vectors: "Vectors", group: Sequence[int]) -> list[int]:
    centre = vectors[list(group)].mean(axis=0)
    return sorted(group, key=lambda i: (-round(float(vectors[i] @ centre), 5), i))


# ---------------------------------------------------------------- clustering


def _fitting_count(vectors: "Vectors") -> int:
    """The number of themes with the best mean silhouette on cosine (Rousseeuw 1987, centroid form), between about √n/1.6 and 1.5 √n:
    fewer say nothing, more cannot be read."""
    n = len(vectors)
    if n < 6:
        return 1
    root = n**0.5
    low, high = max(2, round(root / 1.6)), min(n // 2, max(3, round(1.5 * root)), 24)
    scores = {k: _silhouette(vectors, _cluster(vectors, k)) for k in range(low, max(low, high) + 1)}
    return max(scores, key=lambda k: (round(scores[k], 4), -k))


def _silhouette(vectors: "Vectors", labels: Sequence[int]) -> float:
    marks = np.asarray(labels)
    centres = np.stack([vectors[marks == label].mean(axis=0) for label in sorted(set(labels))])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    near = vectors @ centres.T
    own = near[np.arange(len(marks)), marks]
    near[np.arange(len(marks)), marks] = -1.0
    a, b = 1 - own, 1 - near.max(axis=1)
    return float(np.mean((b - a) / np.maximum(np.maximum(a, b), 1e-9)))


def _cluster(vectors: "Vectors", count: int) -> list[int]:
    """Labels 0..count-1 from the best of several seeded runs of spherical k-means; groups of one join their nearest neighbours."""
    if count <= 1:
        return [0] * len(vectors)
    best: tuple[float, list[int]] | None = None
    for seed in range(_RESTARTS):
        labels, tightness = _k_means(vectors, count, np.random.default_rng(seed))
        if best is None or tightness > best[0] + 1e-6:
            best = (tightness, labels)
    assert best is not None  # _RESTARTS > 0
    return _without_loners(vectors, best[1])


def _k_means(vectors: "Vectors", count: int, rng: np.random.Generator) -> tuple[list[int], float]:
    centres = vectors[_spread(vectors, count, rng)].copy()
    labels = np.zeros(len(vectors), dtype=int)
    for _ in range(_ROUNDS):
        new = np.argmax(vectors @ centres.T, axis=1)
        if np.array_equal(new, labels) and _ > 0:
            break
        labels = new
        for k in range(count):
            if (labels == k).any():
                centre = vectors[labels == k].mean(axis=0)
                centres[k] = centre / max(float(np.linalg.norm(centre)), 1e-9)
    return labels.tolist(), float(np.sum(vectors * centres[labels]))


def _spread(vectors: "Vectors", count: int, rng: np.random.Generator) -> list[int]:
    """Starting points far apart (k-means++: Arthur & Vassilvitskii 2007)."""
    chosen = [int(rng.integers(len(vectors)))]
    while len(chosen) < count:
        distance = np.clip(1 - (vectors @ vectors[chosen].T).max(axis=1), 0, None).astype(float) ** 2
        distance[chosen] = 0
        total = distance.sum()
        remaining = [i for i in range(len(vectors)) if i not in chosen]
        chosen.append(int(rng.choice(len(vectors), p=distance / total)) if total > 0 else remaining[0])
    return chosen


def _without_loners(vectors: "Vectors", labels: Sequence[int]) -> list[int]:
    marks = np.asarray(labels)
    sizes = {label: int((marks == label).sum()) for label in set(labels)}
    homes = [label for label in sorted(sizes) if sizes[label] >= _SMALLEST]
    if homes and len(homes) < len(sizes):
        centres = np.stack([vectors[marks == label].mean(axis=0) for label in homes])
        for i in np.flatnonzero([sizes[label] < _SMALLEST for label in labels]):
            marks[i] = homes[int(np.argmax(vectors[i] @ centres.T))]
    names = {label: n for n, label in enumerate(sorted(set(marks.tolist())))}
    return [names[label] for label in marks.tolist()]
