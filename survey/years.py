"""How the collection is spread over the years: its themes as lanes, and what each year raised and answered."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from survey.phrases import Phrases
from survey.records import Block, Survey

MOST = 9
"""Themes with a lane of their own; further ones share one."""


class Lane(NamedTuple):
    """A theme, or the papers that stand alone; ``papers`` are citekeys."""

    name: str
    papers: tuple[str, ...]


class Turns(NamedTuple):
    """How many issues were first raised, and how many resolved."""

    raised: int = 0
    resolved: int = 0


def lanes(survey: Survey) -> list[Lane]:
    """In the order of the outline, or else of the themes; a paper stands in one lane."""
    say = Phrases(survey.lang)
    planned = [Lane(one.title, one.papers) for one in survey.outline.sections] or [Lane(one.name, one.papers) for one in survey.themes]
    if len(planned) > MOST:
        rest = planned[MOST - 1 :]
        planned = [*planned[: MOST - 1], Lane(say("years.others", n=len(rest)), tuple(key for lane in rest for key in lane.papers))]
    placed: set[str] = set()
    found = []
    for lane in [*planned, Lane(say("years.alone"), tuple(paper.key for paper in survey.papers))]:
        own = tuple(key for key in dict.fromkeys(lane.papers) if key not in placed)
        placed.update(own)
        if own:
            found.append(Lane(lane.name, own))
    return found


def turns(survey: Survey) -> dict[str, Turns]:
    """citekey → how many issues the paper was the first to raise, and how many it resolved first."""
    raised = Counter(issue.first_raised for issue in survey.issues)
    resolving = ([by.key for by in issue.answers if by.kind == "resolves"] for issue in survey.issues if issue.status == "resolved")
    resolved = Counter(keys[0] for keys in resolving if keys)
    return {paper.key: Turns(raised[paper.key], resolved[paper.key]) for paper in survey.papers}


def summed(found: Iterable[Turns]) -> Turns:
    both = list(found)
    return Turns(sum(one.raised for one in both), sum(one.resolved for one in both))


def timeline_blocks(survey: Survey) -> list[Block]:
    """The drawing, and the same as a table: of each year its papers by theme, the problems first raised in it and those resolved. Nothing
    where fewer than two years are known."""
    say = Phrases(survey.lang)
    years = {paper.key: paper.year for paper in survey.papers}
    known = sorted({year for year in years.values() if year})
    if len(known) < 2:
        return []
    undated = sum(year is None for year in years.values())
    caption = say("years.caption", first=known[0], last=known[-1])
    if undated:
        caption = f"{caption} {say('years.undated', n=undated)}"
    rows, by_paper, themes = [], turns(survey), lanes(survey)
    for year in [*known, *([None] if undated else [])]:
        own = [key for key in years if years[key] == year]
        named = [(lane.name, len(set(lane.papers) & set(own))) for lane in themes]
        turned = summed(by_paper[key] for key in own)
        told = "; ".join(f"{name} ({count})" for name, count in named if count)
        rows.append((str(year or say("common.undated")), str(len(own)), told, str(turned.raised), str(turned.resolved)))
    header = tuple(say(f"years.{name}") for name in ("year", "papers", "themes", "raised", "resolved"))
    return [
        Block(kind="figure", figure="years", caption=caption),
        Block(kind="table", header=header, rows=tuple(rows), caption=say("years.table")),
    ]
