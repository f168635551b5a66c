"""Each group that the vectors propose is a theme as it is, to be named by its own words."""

from survey.tasks import ProposeThemes, ThemeProposed, ThemesProposed


def reply(task: ProposeThemes) -> ThemesProposed:
    return ThemesProposed(themes=tuple(ThemeProposed(name="", sets_apart="", members=(group.id,)) for group in task.groups))
