"""arXiv's Atom replies: the XML itself, or a recorded reply ``{"url": …, "status_code": …, "body": "<feed …>"}``."""

import json
from typing import TYPE_CHECKING

from survey.readers.assembly import Block, assemble
from survey.readers.cleaning import one_line, without_latex
from survey.readers.facts import arxiv_of, doi_of, iso_date
from survey.readers.marked.markup import Refused, parse
from survey.records import Paper, Skipped, Source

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"


def unwrapped(text: str) -> str | None:
    """The Atom XML in ``text``, raw or recorded; None when there is none."""
    if "http://www.w3.org/2005/Atom" not in text:
        return None
    if text.lstrip()[:1] == "<":
        return text.lstrip()
    try:
        body = json.loads(text)["body"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return _unspoilt(body.lstrip()) if isinstance(body, str) else None


def _unspoilt(body: str) -> str:
    """A recorded body whose UTF-8 was taken for Latin-1 ("JosÃ©"), put right: by chance no other text passes both steps."""
    try:
        return body.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return body


def read(text: str, name: str) -> list[Paper | Skipped]:
    """A paper for every entry; an entry without a title, or a reply that is cut off or an error, is skipped."""
    xml = unwrapped(text)
    if xml is None:
        return [Skipped(source=name, reason="is no Atom reply", cure="save the reply of export.arxiv.org/api/query as it comes")]
    damage: list[Refused] = []
    try:
        feed = parse(xml, damage)
    except Refused as refused:
        return [Skipped(source=name, place=refused.place, reason=refused.reason, cure="fetch the reply again")]
    entries = feed.findall(f"{_ATOM}entry") or ([feed] if feed.tag == f"{_ATOM}entry" else [])
    if damage:  # the entries before it are whole
        whole = [found for number, entry in enumerate(entries, 1) if isinstance(found := _entry(entry, name, number), Paper)]
        return [*whole, Skipped(source=name, place=damage[0].place, reason=damage[0].reason, cure="fetch the reply again")]
    if not entries:
        return [Skipped(source=name, reason="the feed holds no papers", cure="check the query that the reply answers")]
    return [_entry(entry, name, number) for number, entry in enumerate(entries, 1)]


def _field(entry: "Element", tag: str) -> str:
    return one_line(entry.findtext(tag) or "")


def _entry(entry: "Element", name: str, number: int) -> Paper | Skipped:
    place = f"entry {number}"
    title = without_latex(_field(entry, f"{_ATOM}title"))
    address = _field(entry, f"{_ATOM}id")
    if "/api/errors" in address or (title == "Error" and "arxiv.org/abs" not in address):
        reason = f"arXiv replied with an error: {_field(entry, f'{_ATOM}summary')}"
        return Skipped(source=name, place=place, reason=reason, cure="mend the query and fetch the reply again")
    if not title:
        return Skipped(source=name, place=place, reason="the entry has no title", cure="fetch the reply again")
    summary = without_latex(_field(entry, f"{_ATOM}summary"))
    body = assemble([Block(summary)], lead="abstract")
    authors = [_field(author, f"{_ATOM}name") for author in entry.findall(f"{_ATOM}author")]
    terms = [category.get("term", "") for category in entry.findall(f"{_ATOM}category")]
    return Paper(
        title=title,
        authors=tuple(filter(None, authors)),
        date=iso_date(_field(entry, f"{_ATOM}published")[:10]),
        doi=doi_of(_field(entry, f"{_ARXIV}doi")),
        arxiv=arxiv_of(address.rsplit("/abs/", maxsplit=1)[-1]),
        url=address if address.startswith(("http://", "https://")) else "",
        venue=_field(entry, f"{_ARXIV}journal_ref"),
        keywords=tuple(dict.fromkeys(one_line(term) for term in terms if term)),
        note=_field(entry, f"{_ARXIV}comment"),
        text=body.text,
        parts=body.parts,
        sources=(Source(path=name, place=place, reader="atom"),),
    )
