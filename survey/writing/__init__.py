"""The survey's sections: quotes, attributed, joined by what was counted.

What the model writes is checked sentence by sentence (:mod:`survey.drafts`): kept, flagged, or dropped, and counted.
"""

from collections import Counter
from collections.abc import Sequence

from survey.gaps import Gap, find_gaps
from survey.records import Checked, Paper, Quote, Section, Survey
from survey.settings import Settings
from survey.tasks import Model
from survey.writing import account, chapters, overview, tables, themes
from survey.writing.desk import Desk, Part, Sources, Written, claims
from survey.writing.naming import inside, listed, survey_title

__all__ = ["Sources", "inside", "listed", "survey_title", "write_survey"]


def write_survey(
    found: Survey, papers: Sequence[Paper], model: Model, settings: Settings, sources: Sources | None = None
) -> tuple[tuple[Section, ...], Checked]:
    """The sections of what was ``found`` in reading order, and the counts ``generated = kept + flagged + dropped``. First all parts are
    chosen, then they are written together. ``sources``: where questions are looked up."""
    desk = Desk(found, papers, model, settings, sources)
    units = themes.units(desk)
    gaps = find_gaps(found.issues, found.links, found.papers)
    ranked = sorted(gaps, key=_support)[: desk.scope.gaps]
    every = [unit for chapter in units for unit in chapter.all]
    opposed = {unit.id: themes.differences(unit, desk) for unit in every}
    asked = overview.field(units, desk)
    parts_of = {unit.id: themes.choose(unit, opposed[unit.id], desk) for unit in every}
    left = chapters.still_open(ranked, desk)
    parts: dict[str, Part] = {"overview": asked}
    parts |= {f"{unit} {name}": part for unit, own in parts_of.items() for name, part in own.items()}
    written = desk.write(parts | {"open": left})
    own = {unit.id: {name: written[f"{unit.id} {name}"] for name in parts_of[unit.id]} for unit in every}
    known = tables.told({unit.title: list(own[unit.id].values()) for unit in every})
    made = [section for unit in every for section in themes.sections(unit, parts_of[unit.id], own[unit.id], known, desk)]
    places = {quote: unit.title for unit in every for part in own[unit.id].values() for quote in _quoted(part)}
    whole = [
        *overview.overview(units, written["overview"], desk),
        *chapters.notices(desk),
        account.reading(desk),
        *overview.terms(desk),
        *made,
        *chapters.chains(places, desk),
        *chapters.fishbone(desk),
        *chapters.timeline(desk),
        *chapters.open_problems(gaps, ranked, written["open"], desk),
        *chapters.tree(desk),
        chapters.papers(desk),
        *chapters.left_out(desk),
    ]
    checked = _checked(whole, desk)
    return (*whole, account.account(whole, checked, desk)), checked


def _support(gap: Gap) -> tuple[int, bool, bool]:
    """Problems of most papers first; those that nobody took up before others, last those that only their own papers work on."""
    return -len(gap.raised), bool(gap.nearest) and gap.nearest[0].key in gap.raised, gap.status != "open"


def _quoted(part: Written) -> list[Quote]:
    return [quote for item in part.items for sentence in item for quote in sentence.quotes]


def _checked(sections: Sequence[Section], desk: Desk) -> Checked:
    """What stands, by its verdict; what was written beyond that was dropped, be it for a fault or as said again."""
    verdicts = Counter(claim.verdict for claim in claims(sections))
    kept, flagged = verdicts["supported"], verdicts["flagged"]
    generated = desk.drafts.counts["generated"] + desk.quoted
    return Checked(generated=generated, kept=kept, flagged=flagged, dropped=generated - kept - flagged)
