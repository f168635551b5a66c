"""Papers of Semantic Scholar's interface and data sets."""

from survey.readers.bibliographies.fields import date_of, kind_named, page_range, pmcid, record, web
from survey.readers.bibliographies.jsonvalues import Object, mapping, mappings, text, texts
from survey.readers.facts import arxiv_of, doi_of
from survey.readers.formats import Found
from survey.records import Cited, Source


def is_one(item: Object) -> bool:
    inner = _inner(item)
    return any(key in inner for key in ("paperId", "corpusId", "corpusid", "externalIds", "externalids")) and (
        "title" in inner or "paperId" in inner
    )


def _inner(item: Object) -> Object:
    """The paper itself, where a list of references or recommendations wraps it."""
    return mapping(item.get("citedPaper")) or mapping(item.get("citingPaper")) or item


def found(item: Object, source: Source) -> list[Found]:
    item = _inner(item)
    return [record(source, abstract=text(item.get("abstract")), cited=_cited(item), **_facts(item))]


def _facts(item: Object) -> dict[str, object]:
    ids = {key.casefold(): text(value) for key, value in mapping(item.get("externalIds") or item.get("externalids")).items()}
    journal, venue = mapping(item.get("journal")), mapping(item.get("publicationVenue") or item.get("publicationvenue"))
    types = texts(item.get("publicationTypes") or item.get("publicationtypes"))
    corpus = text(item.get("corpusId")) or text(item.get("corpusid")) or ids.get("corpusid", "")
    named = (("s2", text(item.get("paperId"))), ("corpusid", corpus), ("acl", ids.get("acl", "")), ("dblp", ids.get("dblp", "")))
    fields = [*texts(item.get("fieldsOfStudy")), *(text(field.get("category")) for field in mappings(item.get("fieldsofstudy")))]
    return {
        "kind": _kind(types, text(venue.get("type"))),
        "title": text(item.get("title")),
        "authors": tuple(name for author in mappings(item.get("authors")) if (name := text(author.get("name")))),
        "date": date_of(text(item.get("publicationDate") or item.get("publicationdate")) or text(item.get("year"))),
        "doi": doi_of(ids.get("doi", "")),
        "arxiv": arxiv_of(ids.get("arxiv", "")),
        "pmid": ids.get("pubmed", ""),
        "ids": tuple(filter(None, (*(f"{register}:{n}" for register, n in named if n), pmcid(ids.get("pubmedcentral", ""))))),
        "url": web(text(item.get("url"))),
        "venue": text(journal.get("name")) or text(venue.get("name")) or text(item.get("venue")),
        "volume": text(journal.get("volume")),
        "page_range": page_range(text(journal.get("pages"))),
        "keywords": tuple(dict.fromkeys(filter(None, fields))),
    }


def _cited(item: Object) -> list[Cited]:
    listed = [mapping(entry.get("citedPaper")) or entry for entry in mappings(item.get("references"))]
    facts = [{k: v for k, v in _facts(entry).items() if k != "keywords"} for entry in listed]
    return [Cited.model_validate(f) for f in facts if f["title"] or f["ids"]]


def _kind(types: list[str], where: str) -> str:
    """A conference's paper is often called an article too."""
    kinds = {kind for name in types if (kind := kind_named(name))}
    if "Conference" in types or where == "conference":
        return "inproceedings"
    if "Book" in types and "JournalArticle" not in types:
        return "book"
    return "article" if kinds & {"article"} or where == "journal" else ""
