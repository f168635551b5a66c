"""What a web page says of the paper it shows, outside of its text: citation tags, Dublin Core, JSON-LD."""

import json
import re
from collections.abc import Iterator
from typing import Any

from survey.readers.cleaning import one_line
from survey.readers.facts import arxiv_in, arxiv_of, doi, doi_of
from survey.readers.marked.citing import cited, date_in, page_range, pages_of
from survey.readers.marked.flow import Element
from survey.readers.names import turned
from survey.records import Cited

Tags = dict[str, list[str]]
_SCHOLARLY = frozenset(
    {"scholarlyarticle", "medicalscholarlyarticle", "thesis", "chapter", "report", "techarticle", "book", "publicationissue"}
)
_ARTICLES = _SCHOLARLY | {"article", "newsarticle", "blogposting", "creativework"}


def tags_of(root: Element) -> Tags:
    """The page's ``meta`` tags by name, small letters, in their order."""
    tags: Tags = {}
    for meta in root.iter("meta"):
        name = (
            (meta.get("name") or meta.get("property") or "")
            .casefold()
            .replace("dcterms.", "dc.")
            .replace("dc:", "dc.")
            .replace("prism:", "prism.")
        )
        value = one_line(meta.get("content") or "")
        if name and value:
            tags.setdefault(name, []).append(value)
    return tags


def linked_data(root: Element) -> dict[str, Any]:
    """The page's own article as JSON-LD describes it; {} when it does not."""
    found = []
    for script in root.iter("script"):
        if script.get("type", "").casefold() != "application/ld+json":
            continue
        try:
            found += [node for node in _nodes(json.loads(script.text or "")) if _types(node) & _ARTICLES]
        except (ValueError, RecursionError):
            continue
    return max(found, key=lambda node: bool(_types(node) & _SCHOLARLY), default={})


def is_scholarly(node: dict[str, Any]) -> bool:
    return bool(_types(node) & _SCHOLARLY)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Whatever may be the page's main thing: at the top, in a list, in a graph."""
    stack = [value]
    while stack:
        node = stack.pop(0)
        if isinstance(node, list):
            stack += node[:100]
        elif isinstance(node, dict):
            yield node
            stack += [node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if isinstance(node.get(key), list | dict)]


def _types(node: dict[str, Any]) -> frozenset[str]:
    kinds = node.get("@type")
    return frozenset(str(kind).casefold() for kind in (kinds if isinstance(kinds, list) else [kinds]))


_VENUES = {
    "article": ("citation_journal_title", "prism.publicationname"),
    "inproceedings": ("citation_conference_title", "citation_conference"),
    "incollection": ("citation_inbook_title", "citation_book_title"),
    "phdthesis": ("citation_dissertation_institution",),
    "techreport": ("citation_technical_report_institution",),
}


def facts_of(tags: Tags, data: dict[str, Any], address: str = "") -> dict[str, Any]:
    """The facts, the tags made for citing first; ``address`` is where the page was."""

    def tag(*names: str) -> str:
        return next((tags[name][0] for name in names if name in tags), "")

    told = _described(data)
    authors = tags.get("citation_author") or [a for line in tags.get("citation_authors", []) for a in line.split(";")]
    authors = authors or told.get("authors", []) or tags.get("dc.creator", []) or tags.get("dc.contributor", [])
    ids = " ".join([*tags.get("dc.identifier", []), *tags.get("citation_id", [])])
    arxiv = arxiv_of(tag("citation_arxiv_id")) or arxiv_in(f"{ids} {address}")
    venues = {kind: tag(*names) for kind, names in _VENUES.items()}
    kind = next((kind for kind, venue in venues.items() if venue), "")
    pages = page_range(tag("citation_firstpage", "prism.startingpage"), tag("citation_lastpage", "prism.endingpage"))
    keywords = [
        word for line in tags.get("citation_keywords", []) + tags.get("citation_keyword", []) for word in re.split(r"\s*[;,]\s*", line)
    ]
    dates = (
        "citation_publication_date",
        "citation_date",
        "citation_online_date",
        "citation_year",
        "prism.publicationdate",
        "dc.date",
        "dc.issued",
    )
    return {
        "kind": kind or ("article" if told.get("venue") else ""),
        "title": tag("citation_title", "bepress_citation_title") or told.get("title", "") or tag("dc.title"),
        "authors": tuple(dict.fromkeys(turned(one_line(author)) for author in authors if author.strip())),
        "date": date_in(tag(*dates)) or told.get("date", ""), "arxiv": arxiv, "pmid": re.sub(r"\D", "", tag("citation_pmid")),
        "doi": doi_of(tag("citation_doi", "prism.doi", "bepress_citation_doi", "doi")) or doi(ids) or told.get("doi", "") or doi(address),
        "venue": venues.get(kind, "") or told.get("venue", ""), "volume": tag("citation_volume", "prism.volume") or told.get("volume", ""),
        "number": tag("citation_issue", "prism.number") or told.get("number", ""), "page_range": pages or told.get("page_range", ""),
        "publisher": tag("citation_publisher", "dc.publisher") or told.get("publisher", ""),
        "keywords": tuple(dict.fromkeys(filter(None, keywords or told.get("keywords", [])))),
        "url": address if address.startswith(("http://", "https://")) else "",
    }  # fmt: skip


def _text(value: Any) -> str:
    """A value of JSON-LD as text: itself, its first, or its name."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("name") or value.get("value") or value.get("@value") or value.get("@id") or ""
    return one_line(str(value)) if isinstance(value, str | int | float) else ""


def _described(data: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"title": _text(data.get("headline") or data.get("name")), "date": date_in(_text(data.get("datePublished")))}
    people = data.get("author") or data.get("creator") or []
    facts["authors"] = [name for person in (people if isinstance(people, list) else [people]) if (name := _person(person))]
    part, depth = data.get("isPartOf"), 0
    while isinstance(part, dict | list) and part and depth < 5:  # the issue, its volume, its journal
        part, depth = (part[0] if isinstance(part, list) else part), depth + 1
        if isinstance(part, dict):
            facts["volume"] = facts.get("volume") or _text(part.get("volumeNumber"))
            facts["number"] = facts.get("number") or _text(part.get("issueNumber"))
            facts["venue"] = _text(part.get("name")) or facts.get("venue", "")
            part = part.get("isPartOf")
    facts["page_range"] = page_range(_text(data.get("pageStart")), _text(data.get("pageEnd"))) or pages_of(_text(data.get("pagination")))
    identifiers = data.get("identifier"), data.get("sameAs"), data.get("@id"), data.get("url")
    facts["doi"] = next(
        (found for value in identifiers for one in (value if isinstance(value, list) else [value]) if (found := doi(_text(one)))), ""
    )
    facts["publisher"] = _text(data.get("publisher"))
    words = data.get("keywords") or []
    facts["keywords"] = [_text(w) for w in words] if isinstance(words, list) else [w.strip() for w in re.split(r"[;,]", _text(words))]
    return facts


def _person(value: Any) -> str:
    if isinstance(value, dict) and not value.get("name"):
        return " ".join(filter(None, (_text(value.get("givenName")), _text(value.get("familyName")))))
    return _text(value)


def abstract_in(tags: Tags, data: dict[str, Any]) -> str:
    """The abstract where the page's tags carry it whole."""
    told = [*tags.get("citation_abstract", []), _text(data.get("abstract")), *tags.get("dc.description", []), *tags.get("dc.abstract", [])]
    told += [
        text for text in (_text(data.get("description")), *tags.get("description", []), *tags.get("og:description", [])) if len(text) > 300
    ]
    whole = [re.sub(r"<[^<>]{1,200}>", " ", text) for text in told if not text.endswith(("...", "…"))]
    return next((one_line(re.sub(r"^\s*abstract\b[\s:.]*", "", text, flags=re.IGNORECASE)) for text in whole if len(text) > 60), "")


def cited_in(tags: Tags) -> list[Cited]:
    """The reference list as publishers put it into tags: "citation_title=…; citation_author=…; …", or as printed."""
    found = []
    for line in tags.get("citation_reference", []):
        fields: Tags = {}
        for name, value in re.findall(r"citation_(\w{1,40})\s*=\s*(.*?)\s*(?:;\s*(?=citation_\w{1,40}\s*=)|;?\s*$)", line[:4000]):
            fields.setdefault(name, []).append(value)
        first = {name: values[0] for name, values in fields.items()}
        facts = {
            "title": first.get("title", ""), "authors": tuple(turned(a) for line_ in fields.get("author", []) for a in line_.split(";")),
            "venue": first.get("journal_title", "") or first.get("conference_title", ""), "volume": first.get("volume", ""),
            "number": first.get("issue", ""), "doi": doi_of(first.get("doi", "")),
            "date": date_in(first.get("publication_date", "") or first.get("date", "") or first.get("year", "")),
            "page_range": page_range(first.get("firstpage", ""), first.get("lastpage", "")) or pages_of(first.get("pages", "")),
        }  # fmt: skip
        found.append(cited("", facts) if fields else cited(line, {}))
    return [entry for entry in found if entry.printed]
