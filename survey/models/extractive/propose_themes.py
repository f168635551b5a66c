"""The groups that the vectors propose are taken as they are."""

from survey.tasks import ProposeThemes, ThemesProposed


def reply(task: ProposeThemes) -> ThemesProposed:
    return ThemesProposed(themes=task.proposals)
