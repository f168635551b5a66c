"""The kinds of links that no model is asked about: what a later paper takes over from an earlier one, finds wanting in it, raises again,
contradicts, or names as the cause of its own problem. Each rests on words of both papers; where these leave a doubt, there is no link."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from survey.embedding import Embedder
from survey.links.arguing import cause_and_effect, denies
from survey.links.ground import Ground, Later
from survey.records import DOING, LEAVING, RAISING, Issue, Link, LinkKind, Paper, Role, family_name

_SHARED_TASK = 0.75  # nearness of two aims that are one task; of a paper that is cited, less will do
_CITED = 0.15
_SAME_MATTER = 0.6  # nearness of a shortcoming to what it is found in, and of two results, in a paper that is cited
_OPPOSED, _VERY_NEAR = 0.45, 0.75  # nearness of two results where the earlier paper is called by its name; where it is not even cited
_SAME_CAUSE, _MEANT = 0.6, 0.4  # nearness of what is named as a cause to a problem; its cosine alone
_TASKS: tuple[Role, ...] = ("task", "purpose")
_WANTING: tuple[Role, ...] = ("improvable",)
_FINDINGS: tuple[Role, ...] = ("resolved", "result")


def relations(ground: Ground, issues: Sequence[Issue], embedder: Embedder) -> list[Link]:
    """All of them, one of a kind and issue for two papers."""
    links = list(_restated(ground, issues))
    inherited: dict[str, Link] = {}
    for key in ground.papers:
        for later in ground.later[key]:
            links += [link for link in (_raised(key, later, ground),) if link]
            link = _inherited(key, later, ground)
            if link and (later.key not in inherited or (-link.score, link.id) < (-inherited[later.key].score, inherited[later.key].id)):
                inherited[later.key] = link  # each paper inherits its task once: from the nearest
    return [*links, *inherited.values(), *_contradicted(ground), *_caused(ground, embedder)]


class Near(NamedTuple):
    """Two statements of different papers, by their rows: what they share in meaning and, the smaller way, in words."""

    earlier: int
    later: int
    similarity: float
    overlap: float

    @property
    def nearness(self) -> float:
        return self.similarity + self.overlap


def _nearest(earlier: Sequence[int], later: Sequence[int], ground: Ground) -> Near | None:
    """The nearest two of them that share a telling word."""
    if not earlier or not later:
        return None
    similarity = ground.like.similarity(earlier, later)
    overlap = np.minimum(ground.like.overlap(earlier, later), ground.like.overlap(later, earlier).T)
    at = np.unravel_index(int(np.argmax(np.where(overlap > 0, similarity + overlap, -1.0))), similarity.shape)
    near = Near(earlier[int(at[0])], later[int(at[1])], float(similarity[at]), float(overlap[at]))
    return near if near.overlap > 0 else None


def _link(kind: LinkKind, near: Near, later: Later, reason: str, ground: Ground, issue: str = "", stated: bool = False) -> Link:
    one, two = ground.like.statements[near.earlier], ground.like.statements[near.later]
    terms = ground.weights.shared(one.quote.text, two.quote.text)
    said = [reason, *(["cites it"] if later.cites else []), *([f"shares: {', '.join(terms)}"] if terms else [])]
    return Link(
        id=f"{kind}:{one.id}>{two.id}",
        kind=kind,
        earlier=one,
        later=two,
        issue=issue,
        order=later.order,
        cites=later.cites,
        verdict="stated" if stated or later.cites else "inferred",
        similarity=round(near.similarity, 4),
        overlap=round(near.overlap, 4),
        score=round(min(1.0, near.nearness / 2 + 0.1 * later.cites + 0.1 * stated), 4),
        reason="; ".join(said),
        terms=terms,
    )


# ---------------------------------------------------------------- restates, inherits, raises


def _restated(ground: Ground, issues: Sequence[Issue]) -> Iterator[Link]:
    """Each paper that raises an issue, from the last of those that raised it before."""
    for issue in issues:
        rows: dict[str, list[int]] = {}
        for statement in issue.statements:
            rows.setdefault(statement.quote.key, []).append(ground.like.row[statement.id])
        keys = sorted(rows, key=lambda key: (ground.papers[key].date or "~", key), reverse=True)
        for n, key in enumerate(keys):
            before = ((other, ground.order_of(other, key)) for other in (*keys[n + 1 :], *keys[:n]))
            found = next(((other, order) for other, order in before if order), None)
            if found:
                other, order = found
                later = Later(key, order, key in ground.cited_by[other])
                pairs = [(one, two) for one in rows[other] for two in rows[key]]
                near = max((_between(one, two, ground) for one, two in pairs), key=lambda p: (round(p.nearness, 6), -p.earlier, -p.later))
                yield _link("restates", near, later, "raises the same issue", ground, issue.id, stated=True)


def _between(one: int, two: int, ground: Ground) -> Near:
    overlap = min(ground.like.overlap([one], [two])[0, 0], ground.like.overlap([two], [one])[0, 0])
    return Near(one, two, float(ground.like.similarity([one], [two])[0, 0]), float(overlap))


def _inherited(key: str, later: Later, ground: Ground) -> Link | None:
    near = _nearest(ground.said(key, _TASKS), ground.said(later.key, _TASKS), ground)
    if near is None or near.nearness < _SHARED_TASK - _CITED * later.cites:
        return None
    return _link("inherits", near, later, "works on the same task", ground)


def _raised(key: str, later: Later, ground: Ground) -> Link | None:
    """What the later paper finds wanting in what the earlier one did: it names it, or cites it and speaks of the same matter."""
    wanting = ground.said(later.key, _WANTING)
    naming = [row for row in wanting if names(ground.text(row), ground.papers[key])]
    near = _nearest(ground.said(key, (*DOING, "result", *(LEAVING if naming else ()))), naming or wanting, ground)
    if near is None or not (naming or (later.cites and near.nearness >= _SAME_MATTER)):
        return None
    issue = ground.issue_of.get(ground.like.statements[near.later].id, "")
    return _link("raises", near, later, "finds it wanting", ground, issue, stated=bool(naming))


def names(text: str, paper: Paper) -> bool:
    """Whether the text names the paper by its authors ("Roe et al.", "Roe (2019)", "Roe and Li"), or the name its title begins with."""
    families = [re.escape(family) for author in paper.authors[:2] if (family := family_name(author))]
    if families:
        forms = [rf"{families[0]},? et al\b"] if len(paper.authors) > 2 or paper.more_authors else []
        forms += [rf"{families[0]}(?:'s|’s)?,? \(?{paper.year}\b"] if paper.year else []
        forms += [rf"{families[0]} (?:and|&) {families[1]}\b"] if len(families) > 1 else []
        if forms and re.search(rf"\b(?:{'|'.join(forms)})", text):
            return True
    name, colon, _ = paper.title.partition(":")
    own = re.fullmatch(r"\S*(?:[a-z][A-Z]|[A-Z]{2}|[A-Za-z]-?\d)\S*", name) if colon else None
    return own is not None and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


# ---------------------------------------------------------------- contradicts


def _contradicted(ground: Ground) -> Iterator[Link]:
    """A later paper finds nothing, or the contrary, where an earlier one found something. The less it says whom it goes against, the nearer
    the two must be. What it finds goes against one paper: the nearest."""
    against: dict[int, tuple[float, Link]] = {}
    for key, paper in ground.papers.items():
        found = [row for row in ground.said(key, _FINDINGS) if not denies(ground.text(row))]
        for later in ground.later[key] if found else ():
            near = _nearest(found, [row for row in ground.said(later.key, _FINDINGS) if denies(ground.text(row))], ground)
            if near is None:
                continue
            named = any(names(ground.text(row), paper) for row in ground.rows[later.key])
            if near.nearness >= (_OPPOSED if named else _SAME_MATTER if later.cites else _VERY_NEAR):
                matter = near.nearness + ground.weights.overlap(paper.title, ground.papers[later.key].title)
                if near.later not in against or (matter, key) > (against[near.later][0], against[near.later][1].ends[0]):
                    against[near.later] = matter, _link("contradicts", near, later, "finds the opposite", ground, stated=named)
    yield from (link for _, link in against.values())


# ---------------------------------------------------------------- causes


def _caused(ground: Ground, embedder: Embedder) -> Iterator[Link]:
    """An earlier paper's problem that a later one names as the cause of a problem of its own: of several, the nearest."""
    said = [(row, *parts) for key in ground.papers for row in ground.said(key, RAISING) if (parts := cause_and_effect(ground.text(row)))]
    vectors = dict(zip((row for row, _, _ in said), embedder.embed([cause for _, cause, _ in said]), strict=True)) if said else {}
    by_paper: dict[str, list[tuple[int, str]]] = {}
    for row, cause, _ in said:
        by_paper.setdefault(ground.like.statements[row].quote.key, []).append((row, cause))
    best: dict[int, tuple[Near, Later]] = {}
    for key in ground.papers:
        problems = [row for row in ground.said(key, RAISING) if ground.issue(row)]
        for later in ground.later[key]:
            for row, cause in by_paper.get(later.key, []):
                for problem in problems:
                    similarity = round(max(0.0, float(vectors[row] @ ground.like.vectors[problem])), 6)
                    near = Near(problem, row, similarity, round(ground.weights.overlap(cause, ground.text(problem)), 6))
                    fits = similarity >= _MEANT and near.overlap > 0 and near.nearness >= _SAME_CAUSE
                    if fits and ground.issue(problem) != ground.issue(row) and (row not in best or near.nearness > best[row][0].nearness):
                        best[row] = near, later
    for near, later in best.values():
        yield _link("causes", near, later, "names it as the cause", ground, ground.issue(near.earlier), stated=True)
