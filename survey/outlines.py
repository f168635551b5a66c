"""What the survey's sections are written after: an outline, planned from the themes."""

from collections.abc import Mapping, Sequence

from survey.records import Outline, PlannedSection, Reference, Theme
from survey.tasks import Model, PlannedTheme, PlanOutline


def plan_outline(title: str, topic: str, themes: Sequence[Theme], papers: Mapping[str, Reference], model: Model) -> Outline:
    """The themes in the order in which the model would read them; those it forgot come last."""
    planned = tuple(
        PlannedTheme(
            id=t.id, name=t.name, papers=len(t.papers), first_year=min((y for k in t.papers if (y := papers[k].year)), default=None)
        )
        for t in themes
    )
    named = dict.fromkeys(model.reply(PlanOutline(topic=topic, themes=planned)).themes)
    order = {theme_id: n for n, theme_id in enumerate(named)}
    read = sorted(themes, key=lambda t: (order.get(t.id, len(order)), t.id))
    return Outline(title=title, sections=tuple(PlannedSection(id=t.id, title=t.name, papers=t.papers) for t in read))


def _first_year(theme: Theme, papers: Mapping[str, Reference]) -> int | None:
    return min((year for key in theme.papers if (year := papers[key].year)), default=None)
