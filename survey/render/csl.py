"""Papers as CSL-JSON, for pandoc, Zotero and other processors of citations.

Sources, notices and further identifiers but PubMed Central's are left out. What is read back (``readers/csljson.py``) and written again
gives the same bytes.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from survey.hiding import json_escaped
from survey.readers.bibliographies.csljson import TAG, TAGS
from survey.readers.bibliographies.fields import KINDS, kind_named
from survey.readers.bibliographies.people import split_name
from survey.records import Paper, Reference
from survey.render.text import date_parts, plain

_CSL = {kind.bibtex: kind for kind in KINDS}


def references_csl(papers: Sequence[Reference]) -> str:
    """An array with one item per paper, in the order given; a :class:`~survey.records.Paper` with its abstract."""
    return json_escaped(json.dumps([_item(paper) for paper in papers], ensure_ascii=False, indent=1)) + "\n"


def _item(paper: Reference) -> dict[str, Any]:
    known = _CSL.get(paper.kind or ("article" if paper.venue else "misc")) or _CSL["misc"]
    pmcid = next((name.removeprefix("pmcid:") for name in paper.ids if name.startswith("pmcid:")), "")
    item = {
        "id": plain(paper.key),
        "citation-key": plain(paper.key),  # an id may be a program's own; this is a person's
        "type": known.csl,
        "genre": known.word or ("" if kind_named(known.csl) == known.bibtex else known.bibtex),
        "title": _set(paper.name),
        "author": [*map(_author, paper.authors), *([{"literal": "others"}] if paper.more_authors else [])],
        "issued": _issued(paper.date),
        "container-title": _set(paper.venue),
        "volume": plain(paper.volume),
        "issue": plain(paper.number),
        "page": plain(paper.page_range),
        "publisher": plain(paper.publisher),
        "DOI": plain(paper.doi),
        "archive": "arXiv" if paper.arxiv else "",
        "archive_location": plain(paper.arxiv),
        "PMID": plain(paper.pmid),
        "PMCID": plain(pmcid),
        "URL": plain(paper.url),
        "keyword": _keywords([plain(word) for word in paper.keywords]),
        "note": plain(paper.note) if paper.title else "",
        "abstract": _set(paper.abstract) if isinstance(paper, Paper) else "",
    }
    return {name: value for name, value in item.items() if value or name == "id"}


def _set(text: str) -> str:
    """``text`` with what would be taken for a tag (<i>, <sup>, …) written so that it is shown."""
    text = re.sub(rf"&(?=(?:amp;)*lt;{TAGS})", "&amp;", plain(text))
    return re.sub(rf"<(?={TAGS})", "&lt;", text) if TAG.search(text) else text


def _keywords(words: list[str]) -> str:
    """Parted by commas, or by semicolons where a comma is part of one; the last semicolon says so of a single one."""
    return "".join(f"{word}; " for word in words).rstrip() if any("," in word for word in words) else ", ".join(words)


def _author(author: str) -> dict[str, str]:
    name = split_name(plain(author))
    if not name.given:
        return {"literal": name.family}
    return {key: value for key, value in name._asdict().items() if value}


def _issued(date: str) -> dict[str, Any]:
    parts = date_parts(date)
    if parts[0]:
        return {"date-parts": [[int(number) for number in parts if number]]}
    return {"literal": plain(date)} if date else {}
