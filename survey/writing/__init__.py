"""The survey's sections: quotes, attributed, joined by what was counted.

What the model writes is checked sentence by sentence (:mod:`survey.drafts`): kept, flagged, or dropped, and counted.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from survey.gaps import find_gaps
from survey.records import Checked, Paper, Section, Survey
from survey.settings import Settings
from survey.tasks import Model
from survey.writing import account, chapters, overview, themes
from survey.writing.desk import Desk, Part, Sources, claims
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
    ranked = gaps[: desk.scope.gaps]
    asked = overview.field(units, desk)
    parts_of = {unit.id: themes.choose(unit, desk) for chapter in units for unit in chapter.all}
    left = chapters.still_open(ranked, desk)
    parts: dict[str, Part] = {"overview": asked}
    parts |= {f"{unit} {name}": part for unit, own in parts_of.items() for name, part in own.items()}
    written = desk.write(parts | {"open": left})
    made: list[Section] = []
    for unit in (unit for chapter in units for unit in chapter.all):
        own = {name: written[f"{unit.id} {name}"] for name in parts_of[unit.id]}
        made += themes.sections(unit, parts_of[unit.id], own, desk)
    made = _with_tables(units, made, desk)
    title_of = {section.id: section.title for section in made}
    places = {quote: title_of[_unit(section, units)] for section in made for claim in claims([section]) for quote in claim.quotes}
    whole = [
        *overview.overview(units, written["overview"], desk),
        *chapters.notices(desk),
        account.reading(desk),
        *made,
        *chapters.chains(places, desk),
        *chapters.fishbone(desk),
        *chapters.open_problems(gaps, ranked, written["open"], desk),
        *chapters.tree(desk),
        chapters.papers(desk),
        *chapters.left_out(desk),
    ]
    checked = _checked(whole, desk)
    return (*whole, account.account(whole, checked, desk)), checked


def _unit(section: Section, units: Sequence[themes.Unit]) -> str:
    """The id of the theme or subtheme that a section belongs to."""
    names = [unit.id for chapter in units for unit in chapter.all]
    return max((name for name in names if section.id == name or section.id.startswith(f"{name}-")), key=len)


def _with_tables(units: Sequence[themes.Unit], made: Sequence[Section], desk: Desk) -> list[Section]:
    """With the tables that stand in the section of a theme: who agrees, and who is only listed and why."""
    of: dict[str, list[Section]] = defaultdict(list)
    for section in made:
        of[_unit(section, units)].append(section)
    told: dict[str, list[str]] = defaultdict(list)  # citekey → titles of the themes that tell it
    for own in of.values():
        for key in {quote.key for claim in claims(own) for quote in claim.quotes}:
            told[key].append(own[0].title)
    ordered: list[Section] = []
    for unit in (unit for chapter in units for unit in chapter.all):
        ordered += themes.with_tables(unit, of[unit.id], told, desk)
    return ordered


def _checked(sections: Sequence[Section], desk: Desk) -> Checked:
    """What stands, by its verdict; what was written beyond that was dropped, be it for a fault or as said again."""
    verdicts = Counter(claim.verdict for claim in claims(sections))
    kept, flagged = verdicts["supported"], verdicts["flagged"]
    generated = desk.drafts.counts["generated"] + desk.quoted
    return Checked(generated=generated, kept=kept, flagged=flagged, dropped=generated - kept - flagged)
