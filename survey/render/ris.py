"""Papers as RIS, for reference managers.

RIS has no field for an arXiv number (M1, the number of a report, takes it) and none for a list that was cut ("et al." stands as its last
author). Sources, notices and further identifiers but PubMed Central's are left out; a kind that ``fields.KINDS`` does not have becomes
GEN; of keys those come back that look like a person's. What is read back (``readers/ris.py``) and written again gives the same bytes.
"""

import re
from collections.abc import Sequence
from typing import Any

from survey.readers.bibliographies.fields import KINDS, kind_named
from survey.readers.bibliographies.people import split_name
from survey.records import Paper, Reference
from survey.render.text import date_parts, plain

_RIS = {kind.bibtex: kind for kind in KINDS}


def references_ris(papers: Sequence[Reference]) -> str:
    """One record per paper, in the order given; a :class:`~survey.records.Paper` with its abstract."""
    from rispy.writer import RisWriter

    class Writer(RisWriter):  # type: ignore[misc]  # rispy has no types
        def set_header(self, count: int) -> str:
            return ""  # numbers before the records would be read as text by some

    return str(Writer(delimiter_tags_mapping={}).formats([_fields(paper) for paper in papers]))


def _fields(paper: Reference) -> dict[str, Any]:
    kind = paper.kind or ("article" if paper.venue else "misc")
    known = _RIS.get(kind) or _RIS["misc"]
    pages = re.fullmatch(r"(\w+)-(\w+)", paper.page_range)
    pmcid = next((name.removeprefix("pmcid:") for name in paper.ids if name.startswith("pmcid:")), "")
    finer = known.word or ("" if kind_named(known.ris) == known.bibtex else known.bibtex)
    fields = {
        "type_of_reference": known.ris,
        "id": paper.key,
        "type_of_work": finer,
        "authors": [*map(_author, paper.authors), *(["et al."] if paper.more_authors else [])],
        "title": paper.name,
        "secondary_title": paper.venue,
        "year": str(paper.year or ""),
        "date": _date(paper.date),
        "volume": paper.volume,
        "number": paper.number,
        "start_page": pages[1] if pages else paper.page_range,
        "end_page": pages[2] if pages else "",
        "publisher": paper.publisher,
        "doi": paper.doi,
        "note": f"arXiv:{paper.arxiv}" if paper.arxiv else "",
        "accession_number": paper.pmid,
        "name_of_database": "PubMed" if paper.pmid else "",
        "custom2": pmcid,
        "urls": [paper.url] if paper.url else [],
        "keywords": list(paper.keywords),
        "notes": [paper.note] if paper.title and paper.note else [],
        "abstract": paper.abstract if isinstance(paper, Paper) else "",
    }
    lined = {name: [plain(item) for item in value] if isinstance(value, list) else plain(value) for name, value in fields.items()}
    return {name: value for name, value in lined.items() if value}


def _author(author: str) -> str:
    """ "Family, Given, Jr."; the name of a group ends in a comma, or has its first comma doubled."""
    name = split_name(author)
    if name.given:
        return ", ".join(filter(None, (name.family, name.given, name.suffix)))
    if "," in author:
        return author.replace(",", ",,", 1)
    return f"{author}," if " " in author else author


def _date(date: str) -> str:
    """ "2019/07/03/", "2019/07//" or "/05/26/" of what is known beyond the year."""
    year, month, day = date_parts(date)
    return f"{year}/{month}/{day}/" if month else ""
