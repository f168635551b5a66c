"""Works of Crossref: replies of its interface, and lines of its data."""

import re

from lxml import etree

from survey.readers.bibliographies.fields import date_of, kind_named, page_range, record, web
from survey.readers.bibliographies.jsonvalues import Object, mapping, mappings, text, texts
from survey.readers.cleaning import one_line
from survey.readers.facts import arxiv_in, doi_of
from survey.readers.formats import Found
from survey.records import Cited, Notice, Source

_PARAGRAPHS = frozenset(("p", "sec", "title", "list-item", "label"))
_DATES = ("issued", "published", "published-print", "published-online", "posted")
_NATURES = {
    **dict.fromkeys(("retraction", "withdrawal", "removal"), "Retraction"),
    **dict.fromkeys(("correction", "corrigendum", "erratum"), "Correction"),
    "expression_of_concern": "Expression of concern",
}


def is_one(item: Object) -> bool:
    return isinstance(item.get("DOI"), str) and (
        isinstance(item.get("title"), list)
        or isinstance(item.get("container-title"), list)
        or "member" in item
        or "is-referenced-by-count" in item
    )


def found(item: Object, source: Source) -> list[Found]:
    number, title = doi_of(text(item.get("DOI"))), _titled(item)
    paper = record(
        source,
        abstract=paragraphs(text(item.get("abstract"))),
        kind=kind_named(text(item.get("type"))) or "misc",
        title=title,
        authors=tuple(name for author in mappings(item.get("author")) if (name := _name(author))),
        date=_date(item),
        doi=number,
        arxiv=arxiv_in(number),
        url=web(text(item.get("URL"))),
        venue=untagged(text(item.get("container-title"))) or text(mapping(item.get("institution")).get("name")),
        volume=text(item.get("volume")),
        number=text(item.get("issue")),
        page_range=page_range(text(item.get("page")) or text(item.get("article-number"))),
        publisher=text(item.get("publisher")),
        keywords=tuple(texts(item.get("subject"))),
        cited=[_cited(entry) for entry in mappings(item.get("reference"))],
    )
    return [paper, *_notices(item, source, number)]


def _notices(item: Object, source: Source, number: str) -> list[Found]:
    """What the work, a notice of its publisher, says of other papers, and what was said of it."""
    made: list[Found] = []
    for said, about in (*((u, True) for u in mappings(item.get("update-to"))), *((u, False) for u in mappings(item.get("updated-by")))):
        nature, other = _NATURES.get(text(said.get("type")).casefold().replace(" ", "_"), ""), doi_of(text(said.get("DOI")))
        if nature and other and number:
            paper, notice = (other, number) if about else (number, other)
            date = _parts(mapping(said.get("updated")))
            made.append(Notice(nature=nature, date=date, doi=paper, notice_doi=notice, source=source.path))
    return made


def _titled(item: Object) -> str:
    title, more = untagged(text(item.get("title"))), untagged(text(item.get("subtitle")))
    if not more or more.casefold() in title.casefold():
        return title
    return f"{title}{' ' if title.endswith(('?', '!', ':')) else ': '}{more}" if title else more


def untagged(value: str) -> str:
    """``value`` on one line without the tags that set it."""
    return " ".join(paragraphs(value))


def paragraphs(value: str) -> list[str]:
    """The paragraphs of a text in JATS's tags; the word "Abstract" that heads it is none of them."""
    if not re.search(r"<[/\w]|&\w", value):
        return [one_line(value)] if value.strip() else []
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)  # forgives what is not closed
    root = etree.fromstring(f"<div>{value}</div>", parser)
    pieces: list[list[str]] = [[]]
    for event, element in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        block = str(element.tag).rpartition(":")[2] in _PARAGRAPHS
        if block:
            pieces.append([])
        pieces[-1].append((element.text if event == "start" else element.tail) or "")
    found = [line for piece in pieces if (line := one_line("".join(piece)))]
    return found[1:] if len(found) > 1 and re.fullmatch(r"(?:abstract|summary)\W*", found[0], re.IGNORECASE) else found


def _name(author: Object) -> str:
    parts = (text(author.get(part)) for part in ("given", "family", "suffix"))
    return " ".join(filter(None, parts)) or text(author.get("name"))


def _date(item: Object) -> str:
    """When it was published first, as finely as another of its dates in that year tells."""
    dates = [date for name in _DATES if (date := _parts(mapping(item.get(name))))]
    return max((date for date in dates if date.startswith(dates[0])), key=len, default="")


def _parts(value: Object) -> str:
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    return date_of("-".join(text(number).zfill(2) for number in first if text(number)))


def _cited(entry: Object) -> Cited:
    author = text(entry.get("author"))
    return Cited(
        printed=untagged(text(entry.get("unstructured"))),
        label=text(entry.get("key")),
        title=untagged(text(entry.get("article-title")) or text(entry.get("volume-title"))),
        authors=(author,) if author else (),
        date=date_of(text(entry.get("year"))),
        doi=doi_of(text(entry.get("DOI")), text(entry.get("unstructured"))),
        arxiv=arxiv_in(text(entry.get("unstructured"))),
        venue=untagged(text(entry.get("journal-title")) or text(entry.get("series-title"))),
        volume=text(entry.get("volume")),
        page_range=page_range(text(entry.get("first-page"))),
    )
