"""The services that can be asked for papers: how a query becomes addresses, and what a reply says of itself. Pure: nothing is sent here."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from survey.errors import BadQuery
from survey.readers.facts import arxiv_of, doi
from survey.readers.marked.markup import Refused, parse

MOST = 10_000
"""Papers for one query: what the services page through without a bulk download."""


class Ask(NamedTuple):
    """One page of a query: ``page`` counts from 0; ``cursor`` is what the page before gave, or ""."""

    query: str
    size: int
    page: int = 0
    cursor: str = ""
    email: str = ""
    has_key: bool = False


class Told(NamedTuple):
    """What a reply says: how many papers it holds, how many there are in all, and the cursor of the next page."""

    papers: int
    total: int
    cursor: str = ""


class Service(NamedTuple):
    """``gap``: seconds between two requests; ``key_header`` and ``key_field``: where its key goes, if it takes one; ``most``: papers
    that it gives for a query."""

    name: str
    title: str
    base_url: str
    suffix: str
    gap: float
    page_size: int
    address: Callable[[Ask], str]
    told: Callable[[bytes, Ask], Told]
    accept: str = "application/json"
    key_header: str = ""
    key_field: str = ""
    other_hosts: bool = False
    most: int = MOST


# ---------------------------------------------------------------- arXiv

_FIELDED = re.compile(r"\b(?:ti|au|abs|co|jr|cat|rn|id|all|submittedDate):|\b(?:AND|OR|ANDNOT)\b|[()]")
_ATOM = "{http://www.w3.org/2005/Atom}"


def _arxiv_address(ask: Ask) -> str:
    words = re.findall(r'"[^"]+"|[^\s",]+', ask.query)
    numbers = [arxiv_of(word) for word in words]
    fields = {"start": str(ask.page * ask.size), "max_results": str(ask.size)}
    if words and all(numbers):
        return "/api/query?" + urlencode({"id_list": ",".join(numbers), **fields})
    search = ask.query if _FIELDED.search(ask.query) else " AND ".join(f"all:{word}" for word in words)
    return "/api/query?" + urlencode({"search_query": search, **fields, "sortBy": "relevance", "sortOrder": "descending"})


def _arxiv_told(data: bytes, ask: Ask) -> Told:
    try:
        feed = parse(data.decode("utf-8"))
    except Refused as refused:
        raise ValueError(refused.reason) from refused
    if feed.tag != f"{_ATOM}feed":
        raise ValueError("it is no Atom feed")
    entries = feed.findall(f"{_ATOM}entry")
    for entry in entries:
        if "/api/errors" in (entry.findtext(f"{_ATOM}id") or ""):
            raise BadQuery("arxiv", " ".join((entry.findtext(f"{_ATOM}summary") or "the query was refused").split())[:200].rstrip("."))
    total = feed.findtext("{http://a9.com/-/spec/opensearch/1.1/}totalResults") or ""
    return Told(len(entries), int(total) if total.strip().isdigit() else len(entries))


# ---------------------------------------------------------------- services that speak JSON


def _loaded(data: bytes) -> dict[str, Any]:
    try:
        reply = json.loads(data)
    except RecursionError as error:
        raise ValueError("it nests too deep") from error
    if not isinstance(reply, dict):
        raise ValueError("it is no JSON object")
    return reply


def _listed(reply: object, name: str) -> list[Any]:
    found = reply.get(name) if isinstance(reply, dict) else None
    if not isinstance(found, list):
        raise ValueError(f"it lacks the list “{name}”")
    return found


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and value >= 0 else otherwise


def _openalex_address(ask: Ask) -> str:
    # Cursors reach further than pages, but are given to those with a key.
    place = {"cursor": ask.cursor or "*"} if ask.has_key and (ask.cursor or not ask.page) else {"page": str(ask.page + 1)}
    contact = {"mailto": ask.email} if ask.email else {}
    return "/works?" + urlencode({"search": ask.query, "per_page": str(ask.size), **place, **contact})


def _openalex_told(data: bytes, ask: Ask) -> Told:
    reply = _loaded(data)
    results = _listed(reply, "results")
    meta = reply.get("meta") if isinstance(reply.get("meta"), dict) else {}
    cursor = meta.get("next_cursor") if meta else ""
    return Told(len(results), _number(meta.get("count") if meta else None, len(results)), cursor if isinstance(cursor, str) else "")


_S2_FIELDS = "title,abstract,authors,year,publicationDate,venue,journal,externalIds,url,publicationTypes,citationCount"


def _s2_address(ask: Ask) -> str:
    fields = {"query": ask.query, "offset": str(ask.page * ask.size), "limit": str(ask.size), "fields": _S2_FIELDS}
    return "/graph/v1/paper/search?" + urlencode(fields)


def _s2_told(data: bytes, ask: Ask) -> Told:
    reply = _loaded(data)
    found = _listed({"data": [], **reply} if reply.get("total") == 0 else reply, "data")
    return Told(len(found), _number(reply.get("total"), len(found)))


def _crossref_address(ask: Ask) -> str:
    contact = {"mailto": ask.email} if ask.email else {}
    return "/works?" + urlencode({"query": ask.query, "rows": str(ask.size), "offset": str(ask.page * ask.size), **contact})


def _crossref_told(data: bytes, ask: Ask) -> Told:
    message = _loaded(data).get("message")
    items = _listed(message, "items")
    return Told(len(items), _number(message.get("total-results") if isinstance(message, dict) else None, len(items)))


def _doi_address(ask: Ask) -> str:
    return "/" + quote(ask.query, safe="/:;().-_")


def _doi_told(data: bytes, ask: Ask) -> Told:
    if not _loaded(data).get("title"):
        raise ValueError("it lacks a title")
    return Told(1, 1)


SERVICES = {
    service.name: service
    for service in (
        Service("arxiv", "arXiv", "https://export.arxiv.org", "xml", 3.0, 100, _arxiv_address, _arxiv_told, "application/atom+xml"),
        Service(
            "openalex", "OpenAlex", "https://api.openalex.org", "json", 1.0, 100, _openalex_address, _openalex_told, key_field="api_key"
        ),
        Service(
            "s2",
            "Semantic Scholar",
            "https://api.semanticscholar.org",
            "json",
            3.0,
            100,
            _s2_address,
            _s2_told,
            key_header="x-api-key",
            most=900,
        ),
        Service("crossref", "Crossref", "https://api.crossref.org", "json", 1.0, 100, _crossref_address, _crossref_told),
        Service(
            *("doi", "doi.org", "https://doi.org", "json", 1.0, 1, _doi_address, _doi_told, "application/vnd.citationstyles.csl+json"),
            other_hosts=True,
        ),
    )
}


def asks(service: Service, query: str, most: int, email: str, has_key: bool) -> list[Ask]:
    """The pages to ask for, the fewest that hold ``most`` papers; for doi one for each DOI of ``query``. Raises :class:`BadQuery`."""
    query = " ".join(query.split())
    if not query:
        raise BadQuery(service.name, "the query is empty")
    if service.name == "doi":
        found = list(dict.fromkeys(number for word in query.split() if (number := doi(word))))
        if not found:
            raise BadQuery("doi", "no DOI in the query; a DOI looks like 10.18653/v1/p18-1088")
        return [Ask(number, 1, email=email) for number in found[:most]]
    most = min(most, service.most)
    pages = -(-most // service.page_size)
    size = -(-most // pages)
    return [Ask(query, size, page, "", email, has_key) for page in range(pages)]
