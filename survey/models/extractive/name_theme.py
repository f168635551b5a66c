"""The first term of several words, and a second one that adds to it."""

from survey.tasks import NameTheme, ThemeNamed
from survey.terms import term_key


def reply(task: NameTheme) -> ThemeNamed:
    ordered = sorted(task.terms, key=lambda term: " " not in term.text and "-" not in term.text)  # stable: keeps the order of weight
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
