"""Zotero's RDF export: ``library.rdf`` beside the folder ``files`` that holds the attachments."""

import re
from collections import Counter
from typing import Any
from urllib.parse import unquote

from survey.readers.assembly import Block, assemble
from survey.readers.bibliographies.fields import beside
from survey.readers.cleaning import without_latex
from survey.readers.facts import arxiv_date, arxiv_in, doi
from survey.readers.marked.citing import date_in, pages_of
from survey.readers.marked.flow import Element, words
from survey.readers.marked.markup import Refused, bare, parse
from survey.records import Paper, Skipped, Source

_KINDS = {
    "journalarticle": "article", "article": "article", "magazinearticle": "article", "newspaperarticle": "article", "book": "book",
    "booksection": "incollection", "encyclopediaarticle": "incollection",
    "conferencepaper": "inproceedings", "thesis": "phdthesis", "report": "techreport",
    "manuscript": "unpublished", "preprint": "misc", "webpage": "misc", "blogpost": "misc", "dataset": "misc", "computerprogram": "misc",
    "presentation": "misc", "document": "misc",
}  # fmt: skip
_NO_ITEMS = frozenset({"Attachment", "Memo", "Journal", "Collection", "Series", "Periodical", "Newspaper", "CourtReporter", "Website"})


def read(text: str, name: str) -> list[Paper | Skipped]:
    """A paper for every item; notes and collections are none. Of a damaged export, those that could be saved."""
    damage: list[Refused] = []
    try:
        root = bare(parse(text, damage))
    except Refused as refused:
        return [Skipped(source=name, place=refused.place, reason=refused.reason, cure="export the library again")]
    library = _Library(root)
    items = [node for node in root if _is_item(node, library)]
    if not items and not damage:
        return [Skipped(source=name, reason="holds no item of a Zotero library", cure="export it again, as Zotero RDF with files")]
    found = [_item(node, library, name, number) for number, node in enumerate(items, 1)]
    return found + [
        Skipped(source=name, place=refused.place, reason=f"{refused.reason}: items behind it are missing", cure="export the library again")
        for refused in damage
    ]


class _Library:
    """What stands in the export beside the items, by its name; how many items point at it."""

    def __init__(self, root: Element) -> None:
        self.nodes = {about: node for node in root if (about := node.get("about"))}
        self.used = Counter(part.get("resource", "") for part in root.iterfind("*/isPartOf"))

    def parts(self, item: Element) -> list[Element]:
        """The journal or book around ``item``, and what that stands in."""
        found: list[Element] = []
        for part in item.findall("isPartOf"):
            inside = [*part]
            if (there := self.nodes.get(part.get("resource", ""))) is not None:
                inside.append(there)
            for node in inside:
                found += [node, *(deeper for again in node.findall("isPartOf") for deeper in again)]
        return found

    def attachments(self, item: Element) -> list[Element]:
        links = [link.get("resource", "") for link in item.findall("link")]
        return [self.nodes[link] for link in links if link in self.nodes and self.nodes[link].tag == "Attachment"]


def _is_item(node: Element, library: _Library) -> bool:
    kind = _text(node, "itemType").casefold()
    if node.tag in _NO_ITEMS or kind in {"attachment", "note", "annotation"}:
        return False
    return bool(kind) or node.get("about", "") not in library.used


def _text(node: Element, path: str) -> str:
    return words(node.find(path))


def _item(item: Element, library: _Library, name: str, number: int) -> Paper | Skipped:
    title = without_latex(_text(item, "title"))
    if not title:
        return Skipped(source=name, place=f"item {number}", reason="the item has no title", cure="give it a title, and export it again")
    around = library.parts(item)
    extra = "\n".join(node.text or "" for node in item.findall("description"))
    kind = _KINDS.get((_text(item, "itemType") or str(item.tag)).casefold(), "")
    made = assemble([Block(without_latex(words(item.find("abstract"))))], lead="abstract")
    conference = _text(item, "presentedAt/Conference/title")
    facts: dict[str, Any] = {
        "key": _text(item, "citationKey") or _told(extra, r"citation key|bibtex"), "kind": kind, "title": title, "authors": _authors(item),
        "venue": next(filter(None, (_text(node, "title") for node in around)), "") or conference or _text(item, "publicationTitle"),
        "volume": _first(item, around, "volume"), "number": _first(item, around, "number"), "page_range": pages_of(_text(item, "pages")),
        "publisher": _text(item, "publisher/Organization/name") or _text(item, "publisher"),
        "keywords": tuple(dict.fromkeys(filter(None, map(words, item.findall("subject"))))),
        "text": made.text, "parts": made.parts, "files": _files(library.attachments(item), name),
        "sources": (Source(path=name, place=f"item {number}", reader="zotero"),), **_ids(item, around, library, extra),
    }  # fmt: skip
    facts["date"] = date_in(_text(item, "date")) or arxiv_date(facts["arxiv"])
    return Paper.model_validate(facts)


def _first(item: Element, around: list[Element], path: str) -> str:
    return next(filter(None, (_text(node, path) for node in (item, *around))), "")


def _told(extra: str, field: str) -> str:
    """A line of an item's "Extra": "Citation Key: byron1843"."""
    match = re.search(rf"^[ \t]*(?:{field})[ \t]*:[ \t]*(\S+)[ \t]*$", extra, re.IGNORECASE | re.MULTILINE)
    return match[1] if match else ""


def _authors(item: Element) -> tuple[str, ...]:
    """Those who made it; whoever edited or translated it is no author."""
    for path in ("authors", "presenters", "programmers", "inventors", "artists", "contributors"):
        people = [*item.iterfind(f"{path}//Person")]
        names = [
            " ".join(filter(None, (_text(p, "givenName") or _text(p, "givenname"), _text(p, "surname")))) or _text(p, "name")
            for p in people
        ]
        if named := tuple(filter(None, names)):
            return named
    return tuple(filter(None, map(words, item.findall("creator"))))


def _ids(item: Element, around: list[Element], library: _Library, extra: str) -> dict[str, Any]:
    """Zotero writes an article's DOI into the journal around it; one that several items share would be no one's."""
    own = [words(node) for node in item.findall("identifier")]
    lent = [words(part) for node in around if library.used[node.get("about", "")] <= 1 for part in node.findall("identifier")]
    url = next((text for text in own if text.startswith(("http://", "https://"))), "")
    pmcid = re.sub(r"\D", "", _told(extra, "pmcid"))
    return {
        "doi": next(filter(None, map(doi, (*own, *lent, _told(extra, "doi")))), ""), "url": url,
        "arxiv": arxiv_in(" ".join((*own, *lent, _text(item, "number"), extra, *(_text(node, "title") for node in around)))),
        "pmid": re.sub(r"\D", "", _told(extra, "pmid")), "ids": (f"pmcid:PMC{pmcid}",) if pmcid else (),
    }  # fmt: skip


def _files(attachments: list[Element], name: str) -> tuple[str, ...]:
    """Its PDFs, or where it has none, the pages that were saved."""
    paths = [part.get("resource", "") or words(part) for node in attachments for tag in ("resource", "path") for part in node.findall(tag)]
    files = beside(name, map(unquote, paths))
    return tuple(file for file in files if file.casefold().endswith(".pdf")) or files
