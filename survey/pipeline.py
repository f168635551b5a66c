"""From papers to a survey: STAGES, in order. Each stage fills its fields of the survey from those filled before it.

What a stage made is kept in the library under a digest of everything it was made from, so a run does only what changed, and a run
that was killed goes on where it stopped.
"""

import hashlib
import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

from survey.chains import find_chains
from survey.citations import find_citations
from survey.comparing import find_reported
from survey.embedding import Embedder
from survey.fishbone import build_fishbone
from survey.issues import find_issues
from survey.library import Library
from survey.library.schema import MADE_OF_PAPERS
from survey.links import find_links
from survey.links.statuses import settled
from survey.links.steady import steady
from survey.outlines import answered_by, joined, plan_outline, present, themes_of
from survey.passages import quotes_within
from survey.phrases import Phrases
from survey.records import Hit, Link, Outline, Paper, Record, SourceSentence, Statement, Survey
from survey.settings import Settings
from survey.statements import find_statements
from survey.support import quotable
from survey.tasks import Model
from survey.terms import Weights
from survey.themes import find_themes
from survey.themes.placing import place
from survey.tree import build_tree
from survey.writing import Sources, inside, survey_title, write_survey


@dataclass(frozen=True)
class Tools:
    """What the stages work with. ``progress(stage, done, total)`` is told how far a stage is; ``asked`` stands for the servers
    that are asked and the prompts that they are sent, and ``search`` finds passages of these papers.

    While ``is_whole()`` is false, something had to stand in for replies of the model: what is made of it is not kept."""

    papers: Sequence[Paper]
    sentences: Callable[[str], Sequence[SourceSentence]]
    library: Library
    embedder: Embedder
    model: Model
    settings: Settings
    weights: Weights
    progress: Callable[[str, int, int], None] = field(default=lambda stage, done, total: None)
    asked: str = ""
    is_whole: Callable[[], bool] = field(default=lambda: True)
    search: Callable[[str, Collection[str]], Sequence[Hit]] | None = None
    outline: Outline | None = None
    """That the survey is to follow; without one it is planned."""
    before: Survey | None = None
    """The survey as it was, where it grows."""


@dataclass(frozen=True)
class Stage:
    """``make(survey, tools)`` gives the values of ``fields``, unless they are ``given``. ``hangs_on``: what these hang on beside papers,
    settings and the stages before; None for nothing."""

    name: str
    fields: tuple[str, ...]
    make: Callable[[Survey, Tools], Mapping[str, object]]
    given: Callable[[Tools], Mapping[str, object] | None] = lambda tools: None
    hangs_on: Callable[[Survey, Tools], object] = lambda survey, tools: None


_PAPERS_AT_ONCE = 500  # whose sentences are held in memory


def _citations(survey: Survey, tools: Tools) -> Mapping[str, object]:
    return {"citations": tuple(find_citations(tools.papers))}


class _Statements(Record):
    statements: tuple[Statement, ...]


def _statements(survey: Survey, tools: Tools) -> Mapping[str, object]:
    """Kept paper by paper, so that one new paper costs one call; all others are asked about together."""
    code = code_digest()
    known: dict[str, _Statements] = {}
    missing: list[tuple[Paper, str]] = []
    for paper in tools.papers:
        key = digest(code, tools.model.name, tools.asked, tools.settings.model_dump(), paper.model_dump(exclude={"sources", "cited"}))
        kept = tools.library.result(MADE_OF_PAPERS, key)
        if kept is None:
            missing.append((paper, key))
        else:
            known[paper.key] = _Statements.model_validate_json(kept)
    for start in range(0, len(missing), _PAPERS_AT_ONCE):
        batch = missing[start : start + _PAPERS_AT_ONCE]
        read = [(paper, tools.sentences(paper.key)) for paper, _ in batch]
        for (paper, key), statements in zip(batch, find_statements(read, tools.model, tools.settings), strict=True):
            known[paper.key] = _Statements(statements=statements)
            if tools.is_whole():
                tools.library.put_result(MADE_OF_PAPERS, key, known[paper.key].model_dump_json())
        tools.progress("statements", len(known), len(tools.papers))
    found = [statement for paper in tools.papers for statement in known[paper.key].statements]
    return {"statements": tuple(found)}


def _issues(survey: Survey, tools: Tools) -> Mapping[str, object]:
    return {
        "issues": tuple(find_issues(survey.statements, tools.embedder, tools.weights, tools.model, {p.key: p.date for p in tools.papers}))
    }


def _themes(survey: Survey, tools: Tools) -> Mapping[str, object]:
    """The outline that is planned from them: the themes of the survey are made from it, planned or given."""
    papers = {p.key: p for p in tools.papers}
    found = find_themes(tools.papers, tools.embedder, tools.model, tools.settings.themes, tools.sentences, survey.statements)
    title = survey_title(survey.topic, found.themes)
    known = Outline(topic=survey.topic, title=title, alone=tuple(paper.key for paper in found.alone))
    return {"outline": plan_outline(known, found.themes, survey.issues, papers, tools.model, tools.settings.lang)}


def _outline(survey: Survey, tools: Tools) -> Mapping[str, object]:
    """The themes as the outline has them. A paper that is new to it joins the nearest section, or those that stand alone."""
    papers = {p.key: p for p in tools.papers}
    outline = present(survey.outline, papers)
    new = sorted(papers.keys() - {*outline.papers, *outline.told})
    sections = {section.id: section.papers for section in outline.sections if section.papers}
    placed = place(tools.papers, tools.embedder, sections, outline.alone, new)
    outline = joined(outline, placed.joined)
    return {
        "title": outline.title or survey_title(survey.topic, themes_of(outline, papers)),
        "outline": answered_by(outline, tools.papers, tools.embedder),
        "themes": themes_of(outline, papers),
        "alone": tuple(placed.alone),
        "places": tuple(placed.places),
    }


def _links(survey: Survey, tools: Tools) -> Mapping[str, object]:
    found = find_links(tools.papers, survey.statements, survey.issues, tools.embedder, tools.weights, tools.model, survey.citations)
    return {"links": tuple(found)}


def _steady(survey: Survey, tools: Tools) -> tuple[Link, ...]:
    """The links, with those of the survey before where these stand."""
    return tuple(steady(survey.links, survey, tools.before)) if tools.before else survey.links


def _chains(survey: Survey, tools: Tools) -> Mapping[str, object]:
    links = _steady(survey, tools)
    issues = settled(survey.issues, links, tools.papers, survey.statements, tools.weights)
    return {"links": links, "issues": tuple(issues), "chains": tuple(find_chains(links, survey.statements, issues))}


def _tree(survey: Survey, tools: Tools) -> Mapping[str, object]:
    tree = build_tree(survey.title, tools.papers, survey.themes, survey.issues, survey.statements, survey.links, survey.citations)
    return {"tree": tree}


def _fishbone(survey: Survey, tools: Tools) -> Mapping[str, object]:
    field, settings = inside(survey.title), tools.settings
    fishbone = build_fishbone(survey.topic, field, survey.issues, tools.model, settings.bones, settings.twigs, Phrases(settings.lang))
    return {"fishbone": fishbone}


def _comparing(survey: Survey, tools: Tools) -> Mapping[str, object]:
    return {"reported": tuple(find_reported(tools.papers, tools.sentences, survey.statements, survey.themes))}


def _writing(survey: Survey, tools: Tools) -> Mapping[str, object]:
    papers = {paper.key: paper for paper in tools.papers}
    sources = Sources(partial(_sentences, tools, papers), partial(_found, tools, papers))
    sections, checked = write_survey(survey, tools.papers, tools.model, tools.settings, sources)
    return {"sections": sections, "checked": checked}


def _sentences(tools: Tools, papers: Mapping[str, Paper], key: str) -> list[Statement]:
    """All sentences of a paper, with the ids that its statements have."""
    return [
        Statement(id=f"{key}#{sentence.number}", role="other", quote=papers[key].quote(sentence.start, sentence.end))
        for sentence in tools.sentences(key)
    ]


_OF_A_PASSAGE = 2  # sentences


def _found(tools: Tools, papers: Mapping[str, Paper], query: str, keys: Collection[str]) -> list[Statement]:
    """The sentences of these papers that speak of the query, from the best passages."""
    found: dict[str, Statement] = {}
    for hit in tools.search(query, keys) if tools.search and keys else ():
        key = hit.passage.key
        within = {(quote.start, quote.end) for quote in quotes_within(hit.passage, papers[key], tools.sentences(key))}
        spoken = [s for s in _sentences(tools, papers, key) if (s.quote.start, s.quote.end) in within and quotable(s.quote.text)]
        spoken.sort(key=lambda s: -round(tools.weights.overlap(query, s.quote.text), 6))
        found |= {s.id: s for s in spoken[:_OF_A_PASSAGE]}
    return list(found.values())


STAGES = (
    Stage("citations", ("citations",), _citations),
    Stage("statements", ("statements",), _statements),
    Stage("issues", ("issues",), _issues),
    Stage("themes", ("outline",), _themes, given=lambda tools: {"outline": tools.outline} if tools.outline else None),
    Stage("outline", ("title", "outline", "themes", "alone", "places"), _outline),
    Stage("links", ("links",), _links),
    Stage(
        "chains",
        ("links", "issues", "chains"),
        _chains,
        hangs_on=lambda survey, tools: None if (now := _steady(survey, tools)) == survey.links else now,
    ),
    Stage("tree", ("tree",), _tree),
    Stage("fishbone", ("fishbone",), _fishbone),
    Stage("comparing", ("reported",), _comparing),
    Stage("writing", ("sections", "checked"), _writing),
)
FINDING = STAGES[:-1]
"""All but the writing: what is found, and views are made of."""
PLANNING = STAGES[: [stage.name for stage in STAGES].index("outline") + 1]
"""Those that end in an outline, and the themes as it has them."""


def run(survey: Survey, tools: Tools, stages: Sequence[Stage] = STAGES) -> tuple[Survey, dict[str, float]]:
    """The survey with the fields of the stages filled, and the seconds of each stage that had to be done (kept ones are not named)."""
    read = _read(tools)
    seconds: dict[str, float] = {}
    for stage in stages:
        if given := stage.given(tools):
            survey = survey.model_copy(update=given)
            continue
        key = _key(stage, survey, tools, read)
        known = tools.library.result(stage.name, key)
        if known is not None:
            fields = {name: getattr(Survey.model_validate_json(known), name) for name in stage.fields}
        else:
            tools.progress(stage.name, 0, 1)
            started = time.perf_counter()
            fields = dict(stage.make(survey, tools))
            seconds[stage.name] = round(time.perf_counter() - started, 3)
            made = Survey.model_validate(fields).model_dump_json(include=set(stage.fields))
            if tools.is_whole():
                tools.library.put_result(stage.name, key, made)
        tools.progress(stage.name, 1, 1)
        survey = survey.model_copy(update=fields)
    return survey, seconds


def kept(survey: Survey, tools: Tools, stages: Sequence[Stage]) -> Survey | None:
    """The survey as :func:`run` makes it, if all of it was made before; nothing is made or written."""
    read = _read(tools)
    for stage in stages:
        found = tools.library.result(stage.name, _key(stage, survey, tools, read))
        if found is None:
            return None
        made = Survey.model_validate_json(found)
        survey = survey.model_copy(update={name: getattr(made, name) for name in stage.fields})
    return survey


def _read(tools: Tools) -> str:
    return digest(*(p.model_dump(exclude={"sources"}) for p in tools.papers))


def _key(stage: Stage, survey: Survey, tools: Tools, read: str) -> str:
    """What a stage's result is kept under: a digest of all it is made from."""
    more = stage.hangs_on(survey, tools)
    beside = [] if more is None else [more]
    made_by = code_digest(), tools.model.name, tools.asked, tools.embedder.name, tools.settings.model_dump()
    return digest(*made_by, read, survey.model_dump_json(), *beside)


@cache
def code_digest() -> str:
    """sha256 of the program's own text: what another version of it made is not taken for what this one would make."""
    package = Path(str(files("survey")))
    texts = [
        path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.suffix in {".py", ".toml", ".json"} and "packaged" not in path.parts
    ]
    return hashlib.sha256(b"".join(texts)).hexdigest()


def digest(*parts: object) -> str:
    """sha256 over the JSON of the parts, in hexadecimal."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")).hexdigest()
