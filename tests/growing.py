"""Collections of invented papers with issues, links, themes and citations, and what stages make of them."""

from itertools import pairwise

from hypothesis import strategies as st

from survey.records import (
    Answered,
    Citation,
    Issue,
    Link,
    LinkKind,
    Paper,
    Statement,
    Survey,
    Theme,
    is_later,
)
from survey.tree import build_tree
from tests.stating import paper, statements

KINDS: tuple[LinkKind, ...] = ("resolves", "partly_resolves", "raises", "inherits", "restates", "contradicts", "causes")
LABELS = st.sampled_from(["rain noise", "a label of twelve words that goes on and on until it ends", "池塘里的青蛙", "🐸"])
_TEXT = "Rain noise masks {}. A denoiser is proposed for {}. It detects frogs in {}. Toads in {} remain untested."


def link(earlier: Statement, later: Statement, kind: LinkKind = "resolves", issue: str = "", *, cites: bool = False) -> Link:
    return Link(id=f"{earlier.id} > {later.id}, {kind}", kind=kind, earlier=earlier, later=later, issue=issue, cites=cites, score=0.5)


def issue_of(*raised: Statement, label: str = "Rain noise", answered: Statement | None = None) -> Issue:
    """``answered``: what the paper that raises it says to have done about it in part."""
    answers = (Answered(key=answered.quote.key, kind="partly_resolves", quote=answered.quote),) if answered else ()
    return Issue(id=raised[0].id, label=label, statements=raised, first_raised=raised[0].quote.key, answers=answers)


def grown(survey: Survey, papers: list[Paper]) -> Survey:
    """The survey with its tree."""
    tree = build_tree("frogs", papers, survey.themes, survey.issues, survey.statements, survey.links, survey.citations)
    return survey.model_copy(update={"tree": tree, "papers": tuple(p.reference for p in papers)})


@st.composite
def collections(draw: st.DrawFn, texts: st.SearchStrategy[str] = LABELS, most: int = 14) -> tuple[Survey, list[Paper]]:
    """A survey without its tree, and its papers. Every link is lawful: it runs to a paper that is surely later."""
    dates = draw(st.lists(st.integers(1990, 2024).map(str) | st.just(""), min_size=1, max_size=most))
    people = st.sampled_from([(), ("Ada Roe",), ("Lan Phan", "Bo van der Linde", "Cy Mo")])
    papers = [
        paper(f"p{n}", _TEXT.format(*[f"pond {n}"] * 4), draw(texts) or "t", date, draw(people)) for n, date in enumerate(sorted(dates))
    ]
    said = {p.key: statements(p) for p in papers}
    issues, links = [], []
    for raiser in papers:
        if not draw(st.booleans()):
            continue
        later = [p for p in papers if is_later(p.date, raiser.date)]
        again = draw(st.lists(st.sampled_from(later), max_size=3, unique_by=lambda p: p.key)) if later else []
        own = issue_of(said[raiser.key][0], *(said[p.key][0] for p in again), label=draw(texts) or "l")
        issues.append(own.model_copy(update={"status": draw(st.sampled_from(["open", "partly", "resolved", "disputed"]))}))
        for other in draw(st.lists(st.sampled_from(later), max_size=4, unique_by=lambda p: p.key)) if later else []:
            kind = draw(st.sampled_from(KINDS))
            links.append(link(said[raiser.key][0], said[other.key][1], kind, own.id, cites=draw(st.booleans())))
    pairs = draw(st.lists(st.tuples(st.sampled_from(papers), st.sampled_from(papers)), max_size=12)) if papers else []
    citations = [Citation(citing=a.key, cited=b.key, match="doi") for a, b in pairs if a is not b]
    survey = Survey(
        title="frogs",
        statements=tuple(s for own in said.values() for s in own),
        issues=tuple(issues),
        links=tuple(links),
        themes=tuple(_themes(draw, papers, texts)),
        citations=tuple(citations),
        papers=tuple(p.reference for p in papers),
    )
    return survey, papers


def _themes(draw: st.DrawFn, papers: list[Paper], names: st.SearchStrategy[str]) -> list[Theme]:
    """Up to three, of neighbours, the last papers in none; some have two subthemes."""
    cuts = sorted(draw(st.lists(st.integers(0, len(papers)), min_size=2, max_size=4)))
    themes = []
    for n, (start, end) in enumerate(pairwise(cuts)):
        keys = tuple(p.key for p in papers[start:end])
        halves = [keys[: len(keys) // 2], keys[len(keys) // 2 : -1]] if len(keys) > 3 and draw(st.booleans()) else []
        below = tuple(Theme(id=f"t{n}.{m}", name=draw(names), terms=(), papers=half) for m, half in enumerate(halves))
        if keys:
            themes.append(Theme(id=f"t{n}", name=draw(names), terms=(), papers=keys, subthemes=below))
    return themes
