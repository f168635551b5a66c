"""Entries of reference lists whose source marks up what is what: its facts win over what can be read out of the printed line."""

import re
from collections.abc import Mapping
from typing import Any

from survey.readers.entries import parse_entry
from survey.readers.facts import iso_date
from survey.records import Cited


def cited(printed: str, facts: Mapping[str, Any], label: str = "") -> Cited:
    """The entry with ``facts``; where they lack its title or its authors, with what the words of ``printed`` tell.

    ``facts`` that give "authors" empty say that there are none. Without ``printed`` the line is composed of the facts.
    """
    told = {name: value for name, value in facts.items() if value}
    if not printed:
        printed = composed(Cited.model_validate(told))
    read = Cited(printed=printed) if not printed or (told.get("title") and "authors" in facts) else parse_entry(printed)
    return read.model_copy(update={**told, "printed": printed, "label": label or read.label})


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


def pages_of(text: str) -> str:
    """A range of pages as it is written ("pp. 480–4", "480 - 484", "e0815")."""
    text = re.sub(r"^\s*p(?:p|ages?|g)?\.\s*|\s+(?=[-–—])|(?<=[-–—])\s+", "", text.strip(), flags=re.IGNORECASE)
    ends = re.split(r"[-–—]+", text)
    return page_range(*ends) if len(ends) == 2 else re.sub(r"[–—]+|--+", "-", text)


def date_in(text: str, year: str = "") -> str:
    """ISO date of one in words or figures: "3 April 2019", "Apr 3" of ``year``, "2019/04/03", "04/2019"; "" without a year."""
    figures = re.sub(r"(?<=\d)[/.](?=\d)", "-", text)
    if match := re.search(r"(?<!\d)(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?!\d)", figures):
        return iso_date(match[1], match[2], match[3] or "")
    if match := re.search(r"(?<![\d-])(\d{1,2})-(\d{4})(?!\d)", figures):
        return iso_date(match[2], match[1])
    month = next((word for word in re.findall(r"[^\W\d_]{3,}", text) if iso_date("2000", word) != "2000"), "")
    day = re.search(r"(?<!\d)\d{1,2}(?!\d)", text)
    return iso_date(year or text, month, day[0] if day and month else "")
