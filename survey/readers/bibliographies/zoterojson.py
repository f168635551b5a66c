"""Items of Zotero in JSON: Better BibTeX's export, which names the files, and replies of Zotero's own interface."""

import re

from survey.readers.bibliographies.fields import beside, date_of, doi_in_address, kind_named, page_range, pmcid, record, web
from survey.readers.bibliographies.jsonvalues import Object, mapping, mappings, text
from survey.readers.facts import arxiv_in, doi_of
from survey.readers.formats import Found
from survey.records import Skipped, Source

_NO_WORKS = frozenset(("attachment", "note", "annotation"))
_AUTHORS = frozenset(("author", "inventor", "programmer", "presenter", "artist", "director", "contributor"))
_VENUES = ("publicationTitle", "proceedingsTitle", "bookTitle", "encyclopediaTitle", "dictionaryTitle", "websiteTitle", "blogTitle",
           "conferenceName", "repository", "series")  # fmt: skip


def is_one(item: Object) -> bool:
    return isinstance(item.get("itemType"), str) or isinstance(mapping(item.get("data")).get("itemType"), str)


def found(item: Object, source: Source) -> list[Found]:
    item = item if "itemType" in item else mapping(item["data"])
    kind = text(item.get("itemType"))
    if kind in _NO_WORKS:
        return [
            Skipped(source=source.path, place=source.place, reason=f"is no paper but Zotero's {kind}", cure="none is needed", expected=True)
        ]
    extra = item.get("extra") if isinstance(item.get("extra"), str) else ""
    told = {key.casefold(): value for key, value in re.findall(r"^([\w ]+):\s*(.+)$", str(extra), re.MULTILINE)}
    creators = mappings(item.get("creators"))
    people = [c for c in creators if text(c.get("creatorType")) in _AUTHORS]
    return [
        record(
            source,
            abstract=text(item.get("abstractNote")),
            key=text(item.get("citationKey")) or text(item.get("citekey")) or told.get("citation key", ""),
            kind=kind_named(text(item.get("thesisType")), kind) or "misc",
            title=text(item.get("title")),
            authors=tuple(filter(None, (_name(creator) for creator in people))),
            date=date_of(text(item.get("date"))),
            doi=doi_of(text(item.get("DOI")), told.get("doi", "")) or doi_in_address(text(item.get("url"))),
            arxiv=next((n for v in (text(item.get("archiveID")), str(extra), text(item.get("url"))) if (n := arxiv_in(v))), ""),
            pmid=re.sub(r"\D", "", told.get("pmid", "")),
            ids=(pmcid(told.get("pmcid", "")),),
            url=web(text(item.get("url"))),
            venue=next((venue for field in _VENUES if (venue := text(item.get(field)))), ""),
            volume=text(item.get("volume")),
            number=text(item.get("issue")) or text(item.get("reportNumber")) or text(item.get("number")),
            page_range=page_range(text(item.get("pages"))),
            publisher=text(item.get("publisher")) or text(item.get("university")) or text(item.get("institution")),
            keywords=tuple(dict.fromkeys(word for tag in mappings(item.get("tags")) if (word := text(tag.get("tag"))))),
            files=beside(source.path, [text(file.get("path")) for file in mappings(item.get("attachments"))]),
        )
    ]


def _name(creator: Object) -> str:
    return text(creator.get("name")) or f"{text(creator.get('firstName'))} {text(creator.get('lastName'))}".strip()
