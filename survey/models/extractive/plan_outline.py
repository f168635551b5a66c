"""Large themes first; among equals the older, then by name."""

from survey.tasks import OutlinePlanned, PlanOutline


def reply(task: PlanOutline) -> OutlinePlanned:
    ordered = sorted(task.themes, key=lambda t: (-t.papers, t.first_year or 9999, t.name))
    return OutlinePlanned(themes=tuple(t.id for t in ordered))
