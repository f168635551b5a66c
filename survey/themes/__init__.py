"""Papers that belong together, on two levels, named by their own words.

Vectors propose, the model decides, and every paper ends in exactly one theme or stands alone beside the nearest.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survey.embedding import Embedder
from survey.records import Alone, Paper, Place, Statement, Theme
from survey.support import plain_label
from survey.tasks import AssignPapers, Doubtful, Group, Model, Numbered, ProposeThemes
from survey.terms import term_key
from survey.themes.clustering import FEW, centres, grouped, parts
from survey.themes.keyterms import key_terms
from survey.themes.naming import Lot, Named, Readings, Sentences, named
from survey.themes.places import places
from survey.themes.placing import beside, is_usual, vectors_of

if TYPE_CHECKING:
    from survey.embedding import Vectors

_SHOWN = 6  # titles of a group that the model sees: what sets a group apart, not all that is in it
_SHOWN_IN_ALL = 200  # about 5,000 tokens: small models hold little more
_FEWEST_SHOWN = 2
_TYPICAL = 3  # titles that stand for a theme without a name
_APART = 120  # characters of what sets a theme apart that a second look is shown
_DOUBT = 0.2  # of cosine: a smaller lead over the next theme is none
_DOUBTFUL_SHARE = 0.4  # of the papers that get a second look at most
_LOOKED_AT = 40  # papers a call; a longer list is read less well
_BIG = 8  # papers from which a theme may have subthemes
_TERMS = 8  # of a theme


class Themes(NamedTuple):
    """The themes, the largest first, the papers of none of them, and where each paper stands on the map."""

    themes: list[Theme]
    alone: list[Alone]
    places: list[Place]


def find_themes(
    papers: Sequence[Paper],
    embedder: Embedder,
    model: Model,
    wanted: int = 0,
    sentences: Sentences | None = None,
    statements: Sequence[Statement] = (),
) -> Themes:
    """``wanted``: how many themes; 0 lets the collection decide. What a theme is about is chosen from the ``sentences`` of its papers'
    abstracts and from their ``statements``."""
    papers = sorted(papers, key=lambda p: p.key)
    if not papers:
        return Themes([], [], [])
    vectors, gists = vectors_of(papers, embedder)
    found, alone = _gathered(vectors, wanted)
    groups = _assigned(papers, vectors, _proposed(papers, vectors, found, model), model)
    groups = [_Group(_by_centrality(vectors, group.papers), group.name) for group in groups]
    within = [_subgroups(vectors, group) for group in groups]
    readings = Readings(papers, gists, embedder, sentences, statements)
    lots = _lots(readings, groups)
    lots += [lot for whole, group in zip(tuple(lots), within, strict=True) for lot in _lots(readings, group, whole.terms[:1])]
    names = iter(zip(named(lots, readings, model), lots, strict=True))
    themes = [_theme(f"theme-{n}", *next(names), papers) for n in range(1, len(groups) + 1)]
    below = [tuple(_theme(f"theme-{n}-{m}", *next(names), papers) for m, _ in enumerate(group, 1)) for n, group in enumerate(within, 1)]
    themes = [theme.model_copy(update={"subthemes": subthemes}) for theme, subthemes in zip(themes, below, strict=True)]
    members = [group.papers for group in groups]
    standing = places(vectors, members, alone)
    middles = centres(vectors, members) if members else vectors[:0]
    return Themes(
        themes,
        [beside(papers[i].key, vectors[i], [theme.id for theme in themes], middles) for i in alone],
        [Place(key=p.key, x=x, y=y) for p, (x, y) in zip(papers, standing, strict=True)],
    )


def _gathered(vectors: "Vectors", wanted: int) -> tuple[list[list[int]], list[int]]:
    """The papers in groups, and those that stand alone: far less like even the papers nearest to them than is usual. They are taken out
    first, since they would pull groups out of shape. A group of one stands alone too, unless so many groups are wanted."""
    usual = is_usual(vectors)
    among = np.flatnonzero(usual) if usual.sum() >= max(FEW, wanted) else np.arange(len(vectors))
    found = [[int(among[n]) for n in group] for group in grouped(vectors[among], wanted)]
    if not wanted and len(found) > 1:
        found = [group for group in found if len(group) > 1]
    together = {i for group in found for i in group}
    return found, [i for i in range(len(vectors)) if i not in together]


def _theme(id_: str, name: Named, lot: Lot, papers: Sequence[Paper]) -> Theme:
    keys = tuple(papers[i].key for i in lot.papers)
    return Theme(id=id_, name=name.name, terms=tuple(lot.terms[:_TERMS]), papers=keys, about=name.about)


def _lots(readings: Readings, groups: Sequence["_Group"], shared: Sequence[str] = ()) -> list[Lot]:
    """The groups with the terms that set each apart from the others, each with the one that has it most. ``shared``: what they
    all have in common is none's."""
    members = {str(n): group.papers for n, group in enumerate(groups)}
    terms = key_terms(
        {name: [readings.papers[i].gist for i in group] for name, group in members.items()},
        {name: [readings.papers[i].title for i in group] for name, group in members.items()},
    )
    owner: dict[tuple[str, ...], int] = dict.fromkeys(map(term_key, shared), -1)
    for key in {term_key(term) for found in terms.values() for term in found} - owner.keys():
        having = [sum(readings.stems[i].issuperset(key) for i in group.papers) / len(group.papers) for group in groups]
        named = [n for n in range(len(groups)) if key in map(term_key, terms[str(n)])]
        owner[key] = max(named, key=lambda n: (having[n], -n))
    own = [[term for term in terms[str(n)] if owner[term_key(term)] == n] or terms[str(n)] for n in range(len(groups))]
    return [Lot(group.papers, group.name, words) for group, words in zip(groups, own, strict=True)]


def _subgroups(vectors: "Vectors", group: "_Group") -> list["_Group"]:
    if len(group.papers) < _BIG:
        return []
    return [_Group([group.papers[n] for n in part]) for part in parts(vectors[group.papers])]


@dataclass
class _Group:
    """Papers that are to be one theme, by their numbers. ``name`` is "" as long as their own words are to name it."""

    papers: list[int]
    name: str = ""
    sets_apart: str = ""


# ---------------------------------------------------------------- what the model makes of the groups


def _proposed(papers: Sequence[Paper], vectors: "Vectors", found: Sequence[Sequence[int]], model: Model) -> list[_Group]:
    """The groups of the vectors as the model joins, names and mends them, from the titles nearest to each middle. Ids that were not
    handed over fall away; a group that no theme takes stays one by itself, and what is named twice goes where it was named first."""
    groups = {str(n): group for n, group in enumerate(found, start=1)}
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
    made: dict[int | str, _Group] = {n: _Group([], plain_label(theme.name), theme.sets_apart[:_APART]) for n, theme in enumerate(themes)}
    for name, group in groups.items():
        for i in group:
            place = theme_of.get(title_of.get(i, ""), theme_of.get(name, name))
            made.setdefault(place, _Group([])).papers.append(i)
    return _sorted(group for group in made.values() if group.papers)


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
    middles = centres(vectors, [group.papers for group in groups])
    found = []
    for n, group in enumerate(groups):
        for i in group.papers:
            near = middles @ vectors[i]
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


def _by_centrality(vectors: "Vectors", group: Sequence[int]) -> list[int]:
    centre = vectors[list(group)].mean(axis=0)
    return sorted(group, key=lambda i: (-round(float(vectors[i] @ centre), 5), i))
