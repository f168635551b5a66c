"""Large themes first; among equals the older, then by name. What a section should answer is asked of what its papers speak of."""

from survey.phrases import Phrases
from survey.tasks import Asked, OutlinePlanned, PlannedTheme, PlanOutline

_PROBLEMS = 2  # that are asked about: those that most papers raise


def reply(task: PlanOutline) -> OutlinePlanned:
    ordered = sorted(task.themes, key=lambda t: (-t.papers, t.first_year or 9999, t.name))
    say = Phrases(task.lang)
    asked = tuple(Asked(theme=theme.id, questions=tuple(_questions(theme, say))) for theme in ordered)
    return OutlinePlanned(themes=tuple(theme.id for theme in ordered), asked=asked)


def _questions(theme: PlannedTheme, say: Phrases) -> list[str]:
    problems = [say("outline.problem", problem=problem) for problem in theme.problems[:_PROBLEMS]]
    return [say("outline.hindrance", theme=theme.name), *problems, say("outline.open", theme=theme.name)]
