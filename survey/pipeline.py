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
from survey.links import find_links
from survey.links.statuses import settled
from survey.outlines import plan_outline
from survey.passages import quotes_within
from survey.phrases import Phrases
from survey.records import Hit, Paper, Quote, Record, SourceSentence, Statement, Survey
from survey.settings import Settings
from survey.statements import find_statements
from survey.tasks import Model
from survey.terms import Weights
from survey.themes import find_themes
from survey.tree import build_tree
from survey.writing import inside, survey_title, write_survey


@dataclass(frozen=True)
class Tools:
    """What the stages work with. ``progress(stage, done, total)`` is told how far a stage is; ``asked`` stands for the servers
    that are asked and the prompts that they are sent, and ``search`` finds passages of these papers for a model that writes.

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


@dataclass(frozen=True)
class Stage:
    """``make(survey, tools)`` gives the values of ``fields``."""

    name: str
    fields: tuple[str, ...]
    make: Callable[[Survey, Tools], Mapping[str, object]]


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
        kept = tools.library.result("statements of a paper", key)
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
                tools.library.put_result("statements of a paper", key, known[paper.key].model_dump_json())
        tools.progress("statements", len(known), len(tools.papers))
    found = [statement for paper in tools.papers for statement in known[paper.key].statements]
    return {"statements": tuple(found)}


def _issues(survey: Survey, tools: Tools) -> Mapping[str, object]:
    return {
        "issues": tuple(find_issues(survey.statements, tools.embedder, tools.weights, tools.model, {p.key: p.date for p in tools.papers}))
    }


def _themes(survey: Survey, tools: Tools) -> Mapping[str, object]:
    found = find_themes(tools.papers, tools.embedder, tools.model, tools.settings.themes, tools.sentences, survey.statements)
    return {"themes": tuple(found.themes), "alone": tuple(found.alone), "places": tuple(found.places)}


def _outline(survey: Survey, tools: Tools) -> Mapping[str, object]:
    title = survey_title(survey.topic, survey.themes)
    outline = plan_outline(title, survey.topic, survey.themes, {p.key: p for p in tools.papers}, tools.model)
    return {"title": title, "outline": outline}


def _chains(survey: Survey, tools: Tools) -> Mapping[str, object]:
    links = find_links(tools.papers, survey.statements, survey.issues, tools.embedder, tools.weights, tools.model, survey.citations)
    issues = settled(survey.issues, links, tools.papers, survey.statements, tools.weights)
    return {"links": tuple(links), "issues": tuple(issues), "chains": tuple(find_chains(links, survey.statements, issues))}


def _tree(survey: Survey, tools: Tools) -> Mapping[str, object]:
    tree = build_tree(survey.title, tools.papers, survey.themes, survey.issues, survey.statements, survey.links, survey.citations)
    return {"tree": tree}


def _fishbone(survey: Survey, tools: Tools) -> Mapping[str, object]:
    field, settings = inside(survey.title), tools.settings
    fishbone = build_fishbone(survey.topic, field, survey.issues, tools.model, settings.bones, settings.twigs, Phrases(settings.lang))
    return {"fishbone": fishbone}


def _comparing(survey: Survey, tools: Tools) -> Mapping[str, object]:
    return {"reported": tuple(find_reported(tools.papers, tools.sentences, survey.statements))}


def _writing(survey: Survey, tools: Tools) -> Mapping[str, object]:
    retrieve = partial(_retrieved, tools, tools.search) if tools.search else None
    sections, checked = write_survey(survey, tools.papers, tools.model, tools.settings, retrieve)
    return {"sections": sections, "checked": checked}


_OF_A_PASSAGE = 2  # sentences


def _retrieved(tools: Tools, search: Callable[[str, Collection[str]], Sequence[Hit]], query: str, keys: Collection[str]) -> list[Quote]:
    """The sentences of these papers that speak of the query, from the best passages."""
    papers = {paper.key: paper for paper in tools.papers}
    found: list[Quote] = []
    for hit in search(query, keys):
        key = hit.passage.key
        within = quotes_within(hit.passage, papers[key], tools.sentences(key))
        found += sorted(within, key=lambda quote: -round(tools.weights.overlap(query, quote.text), 6))[:_OF_A_PASSAGE]
    return list(dict.fromkeys(found))


STAGES = (
    Stage("citations", ("citations",), _citations),
    Stage("statements", ("statements",), _statements),
    Stage("issues", ("issues",), _issues),
    Stage("themes", ("themes", "alone", "places"), _themes),
    Stage("outline", ("title", "outline"), _outline),
    Stage("chains", ("links", "issues", "chains"), _chains),
    Stage("tree", ("tree",), _tree),
    Stage("fishbone", ("fishbone",), _fishbone),
    Stage("comparing", ("reported",), _comparing),
    Stage("writing", ("sections", "checked"), _writing),
)
FINDING = STAGES[:-1]
"""All but the writing: what is found, and views are made of."""


def run(survey: Survey, tools: Tools, stages: Sequence[Stage] = STAGES) -> tuple[Survey, dict[str, float]]:
    """The survey with the fields of the stages filled, and the seconds of each stage that had to be done (kept ones are not named)."""
    code = code_digest()
    read = digest(*(p.model_dump(exclude={"sources"}) for p in tools.papers))
    seconds: dict[str, float] = {}
    for stage in stages:
        key = digest(code, tools.model.name, tools.asked, tools.embedder.name, tools.settings.model_dump(), read, survey.model_dump_json())
        kept = tools.library.result(stage.name, key)
        if kept is not None:
            fields = {name: getattr(Survey.model_validate_json(kept), name) for name in stage.fields}
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
