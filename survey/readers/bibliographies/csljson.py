"""CSL-JSON, as Zotero, Better BibTeX, pandoc and doi.org give it."""

import re

from survey.readers.bibliographies.fields import (
    KINDS,
    beside,
    date_of,
    doi_in_address,
    keywords_in,
    kind_named,
    page_range,
    pmcid,
    record,
    web,
)
from survey.readers.bibliographies.jsonvalues import Object, mapping, mappings, text, texts
from survey.readers.bibliographies.people import OTHERS
from survey.readers.cleaning import one_line
from survey.readers.facts import arxiv_in, arxiv_of, doi_of
from survey.readers.formats import Found
from survey.records import Source

TAGS = r"/?(?:i|b|sup|sub|sc|span)\b"
"""Names of the only tags that CSL-JSON sets text with."""
TAG = re.compile(rf"<{TAGS}[^<>]*>")
_OWN = frozenset(("article", "preprint"))
"""CSL's words for what is published nowhere else."""
_CSL = {kind.bibtex: kind.csl for kind in KINDS}


def is_one(item: Object) -> bool:
    return bool(text(item.get("type"))) and any(item.get(key) for key in ("title", "author", "DOI", "container-title", "issued"))


def found(item: Object, source: Source) -> list[Found]:
    authors = [_name(name) for name in mappings(item.get("author"))]
    genre, kind = text(item.get("genre")), text(item.get("type"))
    lines = [one_line(line) for line in item["note"].split("\n")] if isinstance(item.get("note"), str) else []
    extra = {match[1].casefold(): match[2] for line in lines if (match := _EXTRA.fullmatch(line))}
    address = text(item.get("URL"))
    return [
        record(
            source,
            abstract=set_plain(text(item.get("abstract"))),
            key=text(item.get("citation-key")) or extra.get("citation key", "") or _key(text(item.get("id"))),
            kind="misc" if kind in _OWN else kind_named(genre) if _same(genre, kind) else kind_named(kind) or "misc",
            title=set_plain(text(item.get("title"))),
            authors=tuple(name for name in authors if name and name.casefold() not in OTHERS),
            more_authors=any(name.casefold() in OTHERS for name in authors),
            date=_date(mapping(item.get("issued"))),
            doi=doi_of(text(item.get("DOI")), extra.get("doi", "")) or doi_in_address(address),
            arxiv=_arxiv(item, extra),
            pmid=re.sub(r"\D", "", text(item.get("PMID")) or extra.get("pmid", "")),
            ids=(pmcid(text(item.get("PMCID")) or extra.get("pmcid", "")),),
            url=web(address),
            venue=set_plain(text(item.get("container-title")) or text(item.get("collection-title"))),
            volume=text(item.get("volume")),
            number=text(item.get("issue")) or text(item.get("number")),
            page_range=page_range(text(item.get("page")) or text(item.get("article-number"))),
            publisher=text(item.get("publisher")),
            keywords=tuple(texts(item["keyword"])) if isinstance(item.get("keyword"), list) else keywords_in(text(item.get("keyword"))),
            note=" ".join(line for line in lines if not _EXTRA.fullmatch(line)),
            files=beside(source.path, [text(file.get("path")) for file in mappings(item.get("attachments"))]),
        )
    ]


def set_plain(value: str) -> str:
    """``value`` without the tags that set it; a tag that is meant as text is written "&lt;b>"."""
    value = TAG.sub("", value)
    value = re.sub(rf"&lt;(?={TAGS})", "<", value)
    return re.sub(rf"&amp;(?=(?:amp;)*lt;{TAGS})", "&", value)


_EXTRA = re.compile(r"(citation key|doi|pmid|pmcid|arxiv|eprint)\s*:\s*(.+)", re.IGNORECASE)

"""What Zotero's users write among their notes, a line each."""


def _same(genre: str, kind: str) -> bool:
    """Whether ``genre`` says more finely what ``kind`` says ("PhD thesis" of a thesis)."""
    return bool(kind_named(genre)) and _CSL[kind_named(genre)] == _CSL.get(kind_named(kind))


def _key(name: str) -> str:
    """An ``id`` unless it is a program's own: "http://zotero.org/…", "12345/ABCD2345", "ITEM-1", a DOI."""
    programs = re.fullmatch(r"https?:.*|\d*/?[A-Z0-9]{8}|\d+|item-?\d*|10\.\d{4,}/.*|[0-9a-f-]{32,}", name, re.IGNORECASE)
    return "" if programs and not re.fullmatch(r"[a-z]+\d{1,4}[a-z]?", name) else name


def _name(name: Object) -> str:
    if literal := text(name.get("literal")) or text(name.get("name")):
        return literal
    order = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return " ".join(part for field in order if (part := text(name.get(field))))


def _date(issued: Object) -> str:
    parts = issued.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, list) and first and text(first[0]):
        numbers = [text(number) for number in first[:3]]
        return date_of("-".join([numbers[0], *(number.zfill(2) for number in numbers[1:] if number.isdigit())]))
    return date_of(text(issued.get("raw")) or text(issued.get("literal")))


def _arxiv(item: Object, extra: dict[str, str]) -> str:
    told = [
        text(item.get("number")),
        text(item.get("archive_location")),
        text(item.get("URL")),
        text(item.get("DOI")),
        extra.get("arxiv", ""),
    ]
    if text(item.get("archive")).casefold() == "arxiv":
        told.insert(0, f"arXiv:{arxiv_of(text(item.get('archive_location')))}")
    return next((number for value in told if (number := arxiv_in(value))), arxiv_of(extra.get("arxiv", "")))
