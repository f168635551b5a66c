"""A small invented collection with its graph, and a desk to ask it at."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from survey.answering.desk import Desk
from survey.library import Library
from survey.passages import split_sentences
from survey.records import Answered, Citation, Cited, Issue, Paper, Scope, SourceSentence, Survey, Theme
from tests.fakes import HashingEmbedder, ModelWith
from tests.growing import issue_of, link
from tests.stating import paper, statements

_TEXTS = {
    "roe2016": "Rain noise masks frog calls. PondNet is proposed for the calls of frogs. It detects 81% of the frogs. "
    "Toads under leaves remain untested.",
    "li2018": "Rain noise hides the calls of frogs. We extend PondNet (Roe et al., 2016) by a denoiser. It detects 95% of the frogs. "
    "Night recordings remain untested.",
    "ek2020": "Denoisers are slow on small devices. A small denoiser is proposed. It does not detect more frogs than the first one. "
    "Toads under leaves remain open here too.",
    "mo2021": "Batteries of loggers run empty at night. A lamp is proposed. The lamp works for nine nights. Costs remain unknown.",
}
_TITLES = {
    "roe2016": "PondNet: Frog Calls in Rain",
    "li2018": "Denoising Frog Calls",
    "ek2020": "Small Denoisers",
    "mo2021": "Lamps for Loggers",
}
_AUTHORS = {"roe2016": ("Ada Roe", "Lan Phan", "Cy Mo"), "li2018": ("Bo Li", "Di Fu"), "ek2020": ("Ed Ek",), "mo2021": ("Cy Mo",)}
_ENTRY = Cited(printed="Roe A, Phan L, Mo C. 2016. PondNet: Frog Calls in Rain.", authors=("Ada Roe",), date="2016")

PAPERS = [
    paper(key, text, _TITLES[key], key[-4:], _AUTHORS[key]).model_copy(update={"cited": (_ENTRY,) if key in ("li2018", "ek2020") else ()})
    for key, text in _TEXTS.items()
]
SAID = {p.key: statements(p) for p in PAPERS}
ROE, LI, EK, MO = (SAID[key] for key in _TEXTS)


def _issue(label: str, *raised: int, of: Sequence[Any], status: str = "open", answers: tuple[Answered, ...] = ()) -> Issue:
    made = issue_of(*(said[n] for said, n in zip(of, raised, strict=True)), label=label)
    return made.model_copy(update={"status": status, "answers": answers})


RAIN = _issue(
    "Rain noise masks calls", 0, 0, of=(ROE, LI), status="resolved", answers=(Answered(key="li2018", kind="resolves", quote=LI[1].quote),)
)
TOADS = _issue("Toads under leaves", 3, 3, of=(ROE, EK))
SLOW = _issue("Slow denoisers", 0, of=(EK,), status="partly", answers=(Answered(key="ek2020", kind="partly_resolves", quote=EK[1].quote),))
BATTERIES = _issue("Batteries run empty", 0, of=(MO,))

SURVEY = Survey(
    statements=tuple(s for said in SAID.values() for s in said),
    issues=(RAIN, TOADS, SLOW, BATTERIES),
    links=(
        link(ROE[0], LI[1], "resolves", RAIN.id, cites=True).model_copy(update={"verdict": "stated"}),
        link(ROE[2], EK[2], "contradicts").model_copy(update={"verdict": "stated"}),
        link(LI[1], EK[1], "inherits"),
    ),
    citations=(
        Citation(citing="li2018", cited="roe2016", match="title", printed=_ENTRY.printed),
        Citation(citing="ek2020", cited="roe2016", match="title", printed=_ENTRY.printed, quote=EK[0].quote),
    ),
    themes=(Theme(id="theme-1", name="Frog calls", terms=("frog calls",), papers=("roe2016", "li2018", "ek2020")),),
    papers=tuple(p.reference for p in PAPERS),
)


class _Shelf:
    """What of a library the graph is answered from."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = {p.key: p for p in papers}

    def papers(self) -> list[Paper]:
        return list(self._papers.values())

    def paper(self, key: str) -> Paper | None:
        return self._papers.get(key)

    def keys(self) -> list[str]:
        return list(self._papers)

    def passage_digests(self) -> dict[str, str]:
        return {f"{key}/{n}": "" for key in self._papers for n in range(2)}

    def sentences(self, key: str) -> list[SourceSentence]:
        return split_sentences(self._papers[key])


def desk(survey: Survey = SURVEY, papers: Sequence[Paper] = PAPERS, explored: Callable[[], Survey] | None = None) -> Desk:
    """A scope is bounded by its papers alone."""
    return Desk(
        library=cast(Library, _Shelf(papers)),
        index=cast(Any, None),
        embedder=HashingEmbedder(),
        model=ModelWith(),
        judged=False,
        explored=explored or (lambda: survey),
        papers_of=_bounded,
    )


def _bounded(scope: Scope) -> Sequence[str] | None:
    return scope.papers or None
