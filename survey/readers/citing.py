"""Entries of reference lists whose source marks up what is what: its facts win over what can be read out of the printed line."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from survey.records import Cited


def cited(printed: str, facts: Mapping[str, Any], label: str = "") -> Cited:
    """The entry with ``facts``; where they name no title, with what the words of ``printed`` tell. Made up of the facts if not printed."""
    told = {name: value for name, value in facts.items() if value}
    if not printed:
        printed = composed(Cited.model_validate(told))
    read = Cited(printed=printed) if told.get("title") or not printed else _parsed(printed)
    return read.model_copy(update={**told, "printed": printed, "label": label or read.label})


def _parsed(printed: str) -> Cited:
    if find_spec("survey.readers.entries") is None:
        return Cited(printed=printed)
    parse = cast("Callable[[str], Cited]", import_module("survey.readers.entries").parse_entry)
    return parse(printed)


def composed(entry: Cited) -> str:
    """The line that a list would print: "Ada Byron, Emmy Noether. On Owls. Journal of Birds 7(2):12-19, 2019. doi:10.1234/5"."""
    authors = ", ".join(entry.authors) + (" et al" if entry.more_authors else "")
    where = f"{entry.venue} {entry.volume}".strip() + (f"({entry.number})" if entry.number else "")
    where += (":" if entry.volume or entry.number else " ") + entry.page_range if entry.page_range else ""
    source = ", ".join(filter(None, (where.strip(" :"), entry.publisher, entry.date[:4])))
    ids = [f"doi:{entry.doi}" if entry.doi else "", f"arXiv:{entry.arxiv}" if entry.arxiv else "", entry.url]
    said = [part if part.endswith((".", "?", "!")) else f"{part}." for part in (authors, entry.title, source) if part]
    return " ".join([*said, next(filter(None, ids), "")]).strip()


def page_range(first: str, last: str) -> str:
    """ "480" and "4" → "480-484": lists shorten the last page."""
    if first.isdigit() and last.isdigit() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return f"{first}-{last}" if first and last and first != last else first or last
