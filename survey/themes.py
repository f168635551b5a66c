"""Papers that belong together, named by their own words.

Vectors propose, the model decides, and every paper ends in exactly one theme.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survey.embedding import Embedder
from survey.records import Alone, Paper, Place, Theme
from survey.support import coverage, plain_label
from survey.tasks import AssignPapers, Doubtful, Group, Model, NameTheme, Numbered, ProposeThemes
from survey.terms import key_terms, stems

if TYPE_CHECKING:
    from survey.embedding import Vectors

_FEW = 6  # fewer papers are one theme
_WORDS_FROM = 20_000  # characters of a text that its words are taken from
_SHOWN = 6  # titles of a group that the model sees: what sets a group apart, not all that is in it
_SHOWN_IN_ALL = 200  # about 5,000 tokens: small models hold little more
_FEWEST_SHOWN = 2
_TYPICAL = 3  # titles that stand for a theme without a name
_APART = 120  # characters of what sets a theme apart that a second look is shown
_DOUBT = 0.2  # of cosine: a smaller lead over the next theme is none
_DOUBTFUL_SHARE = 0.4  # of the papers that get a second look at most
_LOOKED_AT = 40  # papers a call; a longer list is read less well
_OWN_SHARE = 0.5  # of the telling words of a name that the papers must have
_TERMS_OF_A_NAME = 3
_UNNAMED = "Papers without a title"
_LOOSE = 0.6  # of the median group's likeness to its centre: below it papers are together only because they fit nowhere else


class Themes(NamedTuple):
    """The themes, the largest first, the papers of none of them, and where each paper stands on the map."""

    themes: list[Theme]
    alone: list[Alone]
    places: list[Place]


def find_themes(papers: Sequence[Paper], embedder: Embedder, model: Model, wanted: int = 0) -> Themes:
    """``wanted``: how many themes; 0 lets the collection decide."""
    papers = sorted(papers, key=lambda p: p.key)
    if not papers:
        return Themes([], [], [])
    vectors = _vectors(papers, embedder)
    proposed = _proposed(papers, vectors, _cluster(vectors, wanted), model)
    groups, loose = _without_loose(vectors, _assigned(papers, vectors, proposed, model))
    groups = [group for group in groups if group is not loose]
    members = {f"theme-{n + 1}": group.papers for n, group in enumerate(groups)}
    terms = key_terms(
        {name: [papers[i].gist for i in group] for name, group in members.items()},
        {name: [papers[i].title for i in group] for name, group in members.items()},
    )
    names = _names([g.name for g in groups], list(members.values()), [terms[id_] for id_ in members], papers, model)
    themes = [
        Theme(id=id_, name=name, terms=tuple(terms[id_][:8]), papers=tuple(papers[i].key for i in _by_centrality(vectors, group)))
        for (id_, group), name in zip(members.items(), names, strict=True)
    ]
    alone = [_alone(papers[i].key, vectors[i], members, vectors) for i in (loose.papers if loose else [])]
    return Themes(themes, alone, _places(papers, vectors))


def _alone(key: str, own: "Vectors", members: Mapping[str, Sequence[int]], vectors: "Vectors") -> Alone:
    near = {id_: round(float(own @ _unit(vectors[list(group)].mean(axis=0, keepdims=True))[0]), 4) for id_, group in members.items()}
    nearest = max(near, key=lambda id_: near[id_], default="")
    return Alone(key=key, nearest=nearest, similarity=near.get(nearest, 0.0))


def _places(papers: Sequence[Paper], vectors: "Vectors") -> list[Place]:
    """The two leading principal components, scaled to fill the map."""
    left, strength, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    plane = np.zeros((len(papers), 2))
    plane[:, : min(2, left.shape[1])] = (left * strength)[:, :2]
    plane -= plane.min(axis=0)
    plane /= np.maximum(plane.max(axis=0), 1e-9)
    return [Place(key=p.key, x=round(float(x), 3), y=round(float(y), 3)) for p, (x, y) in zip(papers, plane, strict=True)]


@dataclass
class _Group:
    """Papers that are to be one theme, by their numbers. ``name`` is "" as long as their own words are to name it."""

    papers: list[int]
    name: str = ""
    sets_apart: str = ""


# ---------------------------------------------------------------- what the model makes of the groups


def _proposed(papers: Sequence[Paper], vectors: "Vectors", labels: Sequence[int], model: Model) -> list[_Group]:
    """The groups of the vectors as the model joins, names and mends them, from the titles nearest to each middle. Ids that were not
    handed over fall away; a group that no theme takes stays one by itself, and what is named twice goes where it was named first."""
    groups: dict[str, list[int]] = {}
    for i, label in enumerate(labels):
        groups.setdefault(str(label), []).append(i)
    groups = {name: groups[name] for name in sorted(groups, key=int)}
    each = max(_FEWEST_SHOWN, min(_SHOWN, _SHOWN_IN_ALL // len(groups)))
    shown = {f"{name}.{n}": i for name, group in groups.items() for n, i in enumerate(_by_centrality(vectors, group)[:each], start=1)}
    task = ProposeThemes(
        groups=tuple(
            Group(
                id=name,
                papers=len(group),
                titles=tuple(Numbered(id=id_, text=papers[i].name) for id_, i in shown.items() if id_.partition(".")[0] == name),
            )
            for name, group in groups.items()
        )
    )
    themes = model.reply(task).themes
    theme_of: dict[str, int] = {}
    for n, theme in enumerate(themes):
        for id_ in theme.members:
            if id_ in groups or id_ in shown:
                theme_of.setdefault(id_, n)
    title_of = {i: id_ for id_, i in shown.items()}
    made: dict[int | str, _Group] = {n: _Group([], _label(theme.name), theme.sets_apart[:_APART]) for n, theme in enumerate(themes)}
    for name, group in groups.items():
        for i in group:
            place = theme_of.get(title_of.get(i, ""), theme_of.get(name, name))
            made.setdefault(place, _Group([])).papers.append(i)
    return _sorted(group for group in made.values() if group.papers)


def _label(name: str) -> str:
    return plain_label(name)


def _assigned(papers: Sequence[Paper], vectors: "Vectors", groups: list[_Group], model: Model) -> list[_Group]:
    """Every paper against every theme: one that is about as near to another theme as to its own gets a second look, and goes where the
    model says, if that is one of the two."""
    doubtful = _doubtful(vectors, groups)
    if not doubtful:
        return groups
    ids = {str(n): group for n, group in enumerate(groups, start=1)}
    id_of = {id(group): name for name, group in ids.items()}
    themes = tuple(Numbered(id=name, text=_described(group, papers, vectors)) for name, group in ids.items())
    numbered = {str(n): entry for n, entry in enumerate(doubtful, start=1)}
    asked = tuple(
        Doubtful(id=name, text=papers[i].name, stands=id_of[id(own)], other=id_of[id(other)]) for name, (i, own, other) in numbered.items()
    )
    batches = [asked[start : start + _LOOKED_AT] for start in range(0, len(asked), _LOOKED_AT)]
    tasks = [_second_look(themes, batch) for batch in batches]
    for task, reply in zip(tasks, model.replies(tasks), strict=True):
        handed = {paper.id: paper for paper in task.papers}
        for assignment in reply.assigned:
            paper = handed.pop(assignment.paper, None)  # what is said first counts
            if paper and assignment.theme == paper.other:
                i, own, other = numbered[paper.id]
                own.papers.remove(i)
                other.papers.append(i)
    return _sorted(group for group in groups if group.papers)


def _second_look(themes: tuple[Numbered, ...], batch: tuple[Doubtful, ...]) -> AssignPapers:
    named = {name for paper in batch for name in (paper.stands, paper.other)}
    return AssignPapers(themes=tuple(theme for theme in themes if theme.id in named), papers=batch)


def _doubtful(vectors: "Vectors", groups: Sequence[_Group]) -> list[tuple[int, _Group, _Group]]:
    """(paper, its group, the nearest other group), the most doubtful first."""
    if len(groups) < 2:
        return []
    centres = _unit(np.stack([vectors[group.papers].mean(axis=0) for group in groups]))
    found = []
    for n, group in enumerate(groups):
        for i in group.papers:
            near = centres @ vectors[i]
            other = max((m for m in range(len(groups)) if m != n), key=lambda m: (round(float(near[m]), 5), -m))
            lead = round(float(near[n] - near[other]), 5)
            if lead < _DOUBT:
                found.append((lead, i, group, groups[other]))
    found.sort(key=lambda item: item[:2])
    return [(i, own, other) for _, i, own, other in found[: math.ceil(_DOUBTFUL_SHARE * len(vectors))]]


def _described(group: _Group, papers: Sequence[Paper], vectors: "Vectors") -> str:
    if group.name:
        return f"{group.name}: {group.sets_apart}" if group.sets_apart else group.name
    return "; ".join(papers[i].name for i in _by_centrality(vectors, group.papers)[:_TYPICAL])


def _sorted(groups: Iterable[_Group]) -> list[_Group]:
    """The largest first."""
    groups = list(groups)
    for group in groups:
        group.papers.sort()
    return sorted(groups, key=lambda group: (-len(group.papers), group.papers[0]))


def _names(
    given: Sequence[str], members: Sequence[Sequence[int]], terms: Sequence[Sequence[str]], papers: Sequence[Paper], model: Model
) -> list[str]:
    """The names ``given``, where the papers bear them out and no theme before has them; the others are made of the papers' own terms, all
    asked for together."""
    names: list[str] = []
    for name, group in zip(given, members, strict=True):
        taken = {other.casefold() for other in names}
        fits = coverage(name, [papers[i].gist for i in group]) >= _OWN_SHARE
        names.append(name if fits and name.casefold() not in taken else "")
    unnamed = [n for n, name in enumerate(names) if not name and terms[n]]
    tasks = [
        NameTheme(
            titles=tuple(papers[i].name for i in members[n]),
            terms=tuple(Numbered(id=str(at), text=term) for at, term in enumerate(terms[n])),
        )
        for n in unnamed
    ]
    for n, reply in zip(unnamed, model.replies(tasks), strict=True):
        by_id = {str(at): term for at, term in enumerate(terms[n])}
        chosen = [by_id[i] for i in dict.fromkeys(reply.terms) if i in by_id][:_TERMS_OF_A_NAME] or [terms[n][0]]
        spare = [term for term in terms[n] if term not in chosen]
        taken = {name.casefold() for name in names}
        while ", ".join(chosen).casefold() in taken and spare:
            chosen.append(spare.pop(0))
        name = ", ".join(chosen)
        names[n] = name[0].upper() + name[1:]
    return [name or _titled(group, papers) for name, group in zip(names, members, strict=True)]


def _titled(group: Sequence[int], papers: Sequence[Paper]) -> str:
    """The title of the most typical paper that has one."""
    return next((papers[i].title for i in group if papers[i].title), _UNNAMED)


def _tightness(vectors: "Vectors", group: Sequence[int]) -> float:
    """Mean cosine to the group's centre."""
    return float(np.mean(vectors[list(group)] @ _unit(vectors[list(group)].mean(axis=0, keepdims=True))[0]))


def _without_loose(vectors: "Vectors", groups: list[_Group]) -> tuple[list[_Group], _Group | None]:
    """The groups with those that nothing holds together made one, and that one (None if there is none). What the model named is held
    together by its name."""
    tightness = [_tightness(vectors, group.papers) for group in groups]
    bar = _LOOSE * float(np.median(tightness))
    loose = [group for group, tight in zip(groups, tightness, strict=True) if len(group.papers) > 2 and tight < bar and not group.name]
    if not loose:
        return groups, None
    joined = _Group(sorted(i for group in loose for i in group.papers))
    return [*(group for group in groups if group not in loose), joined], joined


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
