"""Two small papers on ponds, what was found in them, and what is written of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from survey.records import Issue, Link, LinkKind, Paper, Section, Sentence, Statement, Survey, Theme
from survey.settings import Settings
from survey.writing import Sources, write_survey
from tests.stating import paper, statements

FROGS = paper(
    "frogs", "Rain noise masks 62% of frog calls. A net is proposed. It finds 81 of 90 calls. Toads remain untested.", date="2019-05"
)
TOADS = paper(
    "toads", "Toads hide from nets. A drone is proposed. It counts 17 toads. Cold nights remain untested.", date="2021", authors=("Bo Lee",)
)
PAPERS = [FROGS, TOADS]
SAID = [s for p in PAPERS for s in statements(p)]
BY_ID = {s.id: s for s in SAID}


def found(papers: Sequence[Paper] = PAPERS, said: Sequence[Statement] = SAID, **more: Any) -> Survey:
    issues = tuple(
        Issue(id=s.id, label=s.quote.text[:30], statements=(s,), first_raised=s.quote.key)
        for s in said
        if s.role in ("improvable", "limitation")
    )
    theme = Theme(id="theme-1", name="Ponds", terms=("pond",), papers=tuple(p.key for p in papers))
    return Survey(papers=tuple(p.reference for p in papers), statements=tuple(said), **{"themes": (theme,), "issues": issues, **more})


def write(
    model: Any,
    papers: Sequence[Paper] = PAPERS,
    said: Sequence[Statement] = SAID,
    settings: Mapping[str, Any] | None = None,
    sources: Sources | None = None,
    **more: Any,
) -> Survey:
    survey = found(papers, said, **more)
    sections, checked = write_survey(survey, papers, model, Settings(**(settings or {})), sources)
    return survey.model_copy(update={"sections": sections, "checked": checked})


def linked(earlier: Statement, later: Statement, kind: LinkKind = "resolves", issue: str = "") -> Link:
    return Link(
        id=f"{kind}:{earlier.id}>{later.id}", issue=issue or earlier.id, earlier=earlier, later=later, kind=kind, terms=("net",), score=0.5
    )


def claims(survey: Survey) -> list[Sentence]:
    return [s for _, s in survey.sentences if s.kind == "claim"]


def section(survey: Survey, name: str) -> Section:
    return next(s for s in survey.sections if s.id == name)


def has(survey: Survey, name: str) -> bool:
    return any(s.id == name for s in survey.sections)


def told(survey: Survey, name: str) -> str:
    """The text of a section, and of the sections below it."""
    return " ".join(s.text for where, s in survey.sentences if where.id == name or where.id.startswith(f"{name}-"))


def quotes(survey: Survey, name: str) -> list[str]:
    return [q.text for where, s in survey.sentences if where.id == name for q in s.quotes]


def rows(survey: Survey, name: str) -> list[tuple[str, ...]]:
    return [row for block in section(survey, name).blocks for row in block.rows]


def keys_in(sections: Iterable[Section]) -> set[str]:
    """Every paper that is cited, in a sentence or in a table."""
    found: set[str] = set()
    for part in sections:
        for block in part.blocks:
            found |= {key for item in block.items for s in item for key in s.citekeys}
            found |= {one[1:] for row in block.rows for cell in row for one in cell.split("; ") if one.startswith("@")}
    return found
