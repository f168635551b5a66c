"""Which sentences of a paper say plainly what is known, what is lacking, what is done about it, what came out, what is left open."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from survey.records import Paper, Part, PartKind, Role, SourceSentence, Statement
from survey.settings import Settings
from survey.support import quotable
from survey.tasks import FindStatements, Found, Model, PaperSentence

# Where a full paper speaks of itself; its methods and its account of others' work are not searched. How much its sentences are worth to
# a model that is paid by the word: of a long paper it reads the abstract and the ends before the rest.
_WORTH: Mapping[PartKind, float] = {"abstract": 1.0, "conclusion": 0.9, "introduction": 0.7, "discussion": 0.6, "other": 0.3}
_OPENING = 0.15  # of the first and last sentences of a part over those in its middle: problems stand first, limits last


class Judged(NamedTuple):
    """What the embedded default takes a sentence for, and how sure it is, in [0, 1]."""

    sentence: SourceSentence
    part: PartKind
    role: Role
    confidence: float


def find_statements(
    papers: Sequence[tuple[Paper, Sequence[SourceSentence]]], model: Model, settings: Settings
) -> list[tuple[Statement, ...]]:
    """For each paper (with its sentences) its plainest statements, in the order of its text. One question a paper, all asked together."""
    tasks = [_task(paper, sentences) for paper, sentences in papers]
    replies = iter(model.replies([task for task in tasks if task.sentences]))
    return [
        _statements(paper, sentences, task, next(replies).found, settings) if task.sentences else ()
        for (paper, sentences), task in zip(papers, tasks, strict=True)
    ]


def every_role(paper: Paper, sentences: Sequence[SourceSentence]) -> list[Judged]:
    """The role of each sentence in the parts in which the paper speaks of itself, plain or not, by the embedded default."""
    from survey.models.extractive.find_statements import roles  # its weights are read when it is asked

    numbers = {str(sentence.number): sentence for sentence in sentences}
    asked = _task(paper, sentences).sentences
    return [Judged(numbers[one.id], sentence.part, one.role, one.confidence) for sentence, one in zip(asked, roles(asked), strict=True)]


def _task(paper: Paper, sentences: Sequence[SourceSentence]) -> FindStatements:
    kinds = _kinds(paper)
    numbered: list[PaperSentence] = []
    for sentence in sentences:
        part = paper.part_of(sentence.start)
        if part is None and paper.parts:
            continue  # a heading
        kind = kinds[part] if part else "other"
        if kind in _WORTH:
            text = paper.text[sentence.start : sentence.end]
            start, end = (part.start, part.end) if part else (0, len(paper.text))
            place = (sentence.start - start) / max(1, end - start)
            worth = _WORTH[kind] + _OPENING * abs(2 * place - 1) if quotable(text) else 0.0
            heading = part.heading if part and kind in (part.kind, "abstract") else ""
            numbered.append(PaperSentence(id=str(sentence.number), text=text, part=kind, heading=heading, worth=round(worth, 4)))
    return FindStatements(title=paper.title, sentences=tuple(numbered))


def _kinds(paper: Paper) -> dict[Part, PartKind]:
    """What each part is read as: the headings of a short text are those of a structured abstract, and where no introduction is, a
    background is one."""
    own = [part for part in paper.parts if part.kind not in _APART]
    short = sum(part.end - part.start for part in own) <= _SHORT
    introduced = any(part.kind == "introduction" for part in own)
    kinds = {part: part.kind for part in paper.parts}
    for part in own:
        if short and part.kind in _OF_AN_ABSTRACT:
            kinds[part] = "abstract"
        elif part.kind == "related" and not introduced:
            kinds[part] = "introduction"
    return kinds


_APART = ("references", "appendix", "caption")
_OF_AN_ABSTRACT = ("introduction", "related", "method", "results")
_SHORT = 5_000  # characters; a structured abstract has half of it, the shortest of papers more


def _statements(
    paper: Paper, sentences: Sequence[SourceSentence], task: FindStatements, found: Sequence[Found], settings: Settings
) -> tuple[Statement, ...]:
    """What the model found; ids that it made up are dropped."""
    asked = {sentence.id for sentence in task.sentences}
    handed = {str(s.number): s for s in sentences if str(s.number) in asked}
    known = [(_plainness(f.weight), handed[f.id], f.role) for f in found if f.id in handed]
    by_role: dict[Role, list[Statement]] = {}
    said: set[str] = set()
    for weight, at, role in sorted(known, key=lambda item: (-item[0], item[1].number)):
        quote = paper.quote(at.start, at.end)
        most = settings.problems_per_paper if role == "improvable" else settings.statements_per_role
        kept = by_role.setdefault(role, [])
        if role != "other" and quote.text not in said and len(kept) < most:
            said.add(quote.text)
            kept.append(Statement(id=f"{paper.key}#{at.number}", role=role, quote=quote, weight=weight))
    return tuple(sorted((s for kept in by_role.values() for s in kept), key=lambda s: s.quote.start))


def _plainness(weight: float) -> float:
    """A model may write any number; nan says nothing."""
    return 0.0 if math.isnan(weight) else min(1.0, max(0.0, weight))
