"""NBIB, which is PubMed's MEDLINE format: tags of up to four letters, values that go on in indented lines."""

import re
from collections.abc import Iterator

from survey.readers.bibliographies.fields import date_of, page_range, pmcid, record
from survey.readers.bibliographies.people import person
from survey.readers.facts import arxiv_in, doi
from survey.readers.formats import Found
from survey.readers.names import turned
from survey.records import Notice, Paper, Skipped, Source

_TAG = re.compile(r"([A-Z]{2,4}) *- ?(.*)")
_LABEL = re.compile(r"\s(?=[A-Z][A-Z &/,()-]{3,60}: )")
"""The labels of an abstract in parts ("METHODS: …") begin a paragraph each."""

Tags = list[tuple[str, str]]


def read(text: str, name: str) -> list[Found]:
    """A paper for every record with a title or an identifier, and a notice for those that were retracted."""
    found: list[Found] = []
    for number, (line, tags) in enumerate(_records(text), 1):
        paper = _paper(tags, Source(path=name, place=f"record {number}, line {line}", reader="nbib"))
        found.append(paper)
        if isinstance(paper, Paper) and "Retracted Publication" in _all(tags, "PT"):
            found.append(Notice(nature="Retraction", doi=paper.doi, pmid=paper.pmid, title=paper.title, source=name))
    if not found:
        return [Skipped(source=name, reason="holds no MEDLINE record", cure="save the records again in PubMed's format")]
    return found


def _records(text: str) -> Iterator[tuple[int, Tags]]:
    tags: list[tuple[str, list[str]]] = []
    begun = 0
    for number, line in enumerate(text.split("\n"), 1):
        match = _TAG.match(line)
        if match and match[1] == "PMID" and tags:
            yield begun, _whole(tags)
            tags = []
        if match:
            begun = begun if tags else number
            tags.append((match[1], [match[2]]))
        elif tags and line.startswith(" ") and line.strip():
            tags[-1][1].append(line)
    if tags:
        yield begun, _whole(tags)


def _whole(tags: list[tuple[str, list[str]]]) -> Tags:
    return [(tag, " ".join(line.strip() for line in lines).strip()) for tag, lines in tags]


def _all(tags: Tags, *names: str) -> list[str]:
    return [value for name, value in tags if name in names and value]


def _paper(tags: Tags, source: Source) -> Found:
    def first(*names: str) -> str:
        return next((value for name in names for value in _all(tags, name)), "")

    identifiers = [*_all(tags, "LID", "AID"), *_all(tags, "SO")]
    abstract = first("AB", "OAB")
    return record(
        source,
        abstract=_LABEL.split(abstract) if re.match(r"[A-Z][A-Z &/,()-]{3,60}: ", abstract) else abstract,
        kind=_kind(_all(tags, "PT")),
        title=first("TI", "BTI", "TT").removesuffix("."),
        authors=tuple(_authors(tags)),
        date=_date(first("DP"), first("DEP")),
        doi=next((number for value in identifiers if "[doi]" in value and (number := doi(value))), "") or doi(first("SO")),
        arxiv=next((number for value in identifiers if (number := arxiv_in(value))), ""),
        pmid=first("PMID"),
        ids=(pmcid(first("PMC")),),
        venue=first("JT", "TA", "BTI" if _all(tags, "TI") else "CTI"),
        volume=first("VI"),
        number=first("IP"),
        page_range=page_range(first("PG")) or next((v.removesuffix("[pii]").strip() for v in _all(tags, "LID") if v.startswith("e")), ""),
        publisher=first("PB"),
        keywords=_keywords(tags),
    )


def _authors(tags: Tags) -> Iterator[str]:
    """Full names where they are given, groups at their place among them."""
    full = bool(_all(tags, "FAU"))
    for name, value in tags:
        if value and name == ("FAU" if full else "AU"):
            yield turned(value) if full else person(value)
        elif value and name == "CN":
            yield value


def _kind(types: list[str]) -> str:
    for word, kind in (("Preprint", "misc"), ("Book Chapter", "incollection"), ("Book", "book"), ("Study Guide", "book")):
        if word in types:
            return kind
    return "article"


def _date(published: str, electronic: str) -> str:
    """The date of the issue; the day on which it was out before only where it is of that month or the issue's is not known."""
    date, early = date_of(published), date_of(electronic)
    return early if not date or early.startswith(date) else date


def _keywords(tags: Tags) -> tuple[str, ...]:
    """The authors' words, then the register's headings without their qualifiers."""
    headings = [value.split("/")[0].lstrip("*") for value in _all(tags, "MH")]
    return tuple(dict.fromkeys([*(value.lstrip("*") for value in _all(tags, "OT")), *headings]))
