"""Works of OpenAlex."""

import re
from typing import Any

from survey.readers.bibliographies.fields import date_of, kind_named, page_range, pmcid, record, web
from survey.readers.bibliographies.jsonvalues import Object, mapping, mappings, text, texts
from survey.readers.facts import arxiv_in, doi_of
from survey.readers.formats import Found
from survey.records import Cited, Notice, Paper, Source

_WORK = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:works/)?)?(W\d+)", re.IGNORECASE)
_LONGEST = 100_000
"""Words of an abstract: a position beyond is no abstract's."""


def is_one(item: Object) -> bool:
    own = any(key in item for key in ("abstract_inverted_index", "authorships", "referenced_works", "primary_location", "display_name"))
    return bool(_WORK.fullmatch(text(item.get("id")))) and own


def found(item: Object, source: Source) -> list[Found]:
    ids, biblio = mapping(item.get("ids")), mapping(item.get("biblio"))
    place = mapping(item.get("primary_location"))
    venue = mapping(place.get("source")) or mapping(item.get("host_venue"))
    addresses = [
        text(mapping(where).get(key)) for where in (place, *mappings(item.get("locations"))) for key in ("landing_page_url", "pdf_url")
    ]
    number = doi_of(text(item.get("doi")), text(ids.get("doi")))
    paper = record(
        source,
        abstract=rebuilt(item.get("abstract_inverted_index")),
        kind=_kind(text(item.get("type")), text(item.get("type_crossref")), text(venue.get("type"))),
        title=text(item.get("title")) or text(item.get("display_name")),
        authors=tuple(name for author in mappings(item.get("authorships")) if (name := _name(author))),
        more_authors=item.get("is_authors_truncated") is True,
        date=date_of(text(item.get("publication_date")) or text(item.get("publication_year"))),
        doi=number,
        arxiv=next((found for value in (number, *addresses) if (found := arxiv_in(value))), ""),
        pmid=re.sub(r"\D", "", text(ids.get("pmid")).rpartition("/")[2]),
        ids=(_register(text(item.get("id"))), pmcid(text(ids.get("pmcid")).rpartition("/")[2])),
        url=web(*addresses),
        venue=text(venue.get("display_name")),
        volume=text(biblio.get("volume")),
        number=text(biblio.get("issue")),
        page_range=page_range(text(biblio.get("first_page")), text(biblio.get("last_page"))),
        publisher=text(venue.get("host_organization_name")) if text(venue.get("type")) != "repository" else "",
        keywords=tuple(word for k in mappings(item.get("keywords")) if (word := text(k.get("display_name")) or text(k.get("keyword")))),
        cited=[Cited(ids=(name,)) for work in texts(item.get("referenced_works")) if (name := _register(work))],
    )
    if isinstance(paper, Paper) and item.get("is_retracted") is True:
        return [paper, Notice(nature="Retraction", doi=paper.doi, pmid=paper.pmid, title=paper.title, source=source.path)]
    return [paper]


def rebuilt(index: Any) -> str:
    """The abstract of which ``index`` tells the places of each word."""
    places = {
        at: word
        for word, where in mapping(index).items()
        if isinstance(where, list)
        for at in where
        if isinstance(at, int) and 0 <= at < _LONGEST
    }
    return " ".join(places[at] for at in sorted(places))


def _register(work: str) -> str:
    match = _WORK.fullmatch(work)
    return f"openalex:{match[1].upper()}" if match else ""


def _name(author: Object) -> str:
    return text(mapping(author.get("author")).get("display_name")) or text(author.get("raw_author_name"))


def _kind(kind: str, crossref: str, where: str) -> str:
    if where == "conference" and kind == "article":
        return "inproceedings"
    return kind_named(crossref, kind) or "misc"
