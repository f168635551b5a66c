"""The first term of several words, and a second one of several words that adds to it; one word only where there is nothing better."""

from survey.tasks import NameTheme, ThemeNamed
from survey.terms import term_key


def reply(task: NameTheme) -> ThemeNamed:
    several = [term for term in task.terms if " " in term.text]
    ordered = several or list(task.terms)
    chosen: list[str] = []
    seen: set[str] = set()
    for term in ordered:
        key = set(term_key(term.text))
        if not key & seen:
            chosen.append(term.id)
            seen |= key
        if len(chosen) == 2:
            break
    return ThemeNamed(terms=tuple(chosen))
