"""The tasks that papers work on, as their themes and titles name them."""

import re
from collections.abc import Iterable, Sequence

from survey.comparing.words import words
from survey.records import Paper, Theme


def task_terms(themes: Iterable[Theme], papers: Sequence[Paper]) -> dict[str, list[str]]:
    """citekey → the names and terms of its themes that several papers have, those of most words first: what they work on."""
    gists = {paper.key: paper.gist.casefold() for paper in papers}
    found: dict[str, set[str]] = {}
    for theme in themes:
        for part in (theme, *theme.subthemes):
            named = {term for term in (*re.split(r", | and ", part.name), *part.terms) if " " in term or term[:1].isupper()}
            shared = {term for term in named if _is_task(term) and sum(term.casefold() in gists.get(key, "") for key in theme.papers) > 1}
            for key in part.papers:
                found.setdefault(key, set()).update(shared)
    return {key: sorted(terms, key=lambda term: (-len(term.split()), -len(term), term)) for key, terms in found.items()}


def _is_task(term: str) -> bool:
    """Whether a term tells a task by its last word ("sleep staging"), or by its first ("counting frogs", but "tagging networks")."""
    parts = term.casefold().split()
    return parts[-1] in words("tasks") or (parts[0].endswith("ing") and parts[0] in words("tasks") and not {*parts} & words("means"))


def task_in(terms: Iterable[str], paper: Paper, text: str) -> str:
    """The longest term of its theme that stands in the title, or else in the sentence, as it reads there."""
    for place in ("" if paper.title.isupper() else paper.title, text):
        for term in terms:
            if match := re.search(rf"(?<![\w-]){re.escape(term)}(?![\w-])", place, re.IGNORECASE):
                return match[0]
    return ""
