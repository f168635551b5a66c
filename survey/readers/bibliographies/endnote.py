"""EndNote's XML export: a record for every reference, with the PDFs that the library keeps for it."""

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from survey.readers.assembly import Block, assemble
from survey.readers.bibliographies.fields import beside
from survey.readers.cleaning import one_line, without_latex
from survey.readers.facts import arxiv_date, arxiv_in, doi, doi_of
from survey.readers.marked.citing import date_in, pages_of
from survey.readers.marked.flow import INLINE, Element, Role, words
from survey.readers.marked.markup import Refused, bare, parse
from survey.readers.names import turned
from survey.records import Paper, Skipped, Source

_KINDS = {
    "journal article": "article", "electronic article": "article", "magazine article": "article", "newspaper article": "article",
    "book": "book", "edited book": "book", "electronic book": "book", "book section": "incollection",
    "electronic book section": "incollection",
    "conference proceedings": "inproceedings", "conference paper": "inproceedings", "thesis": "phdthesis", "report": "techreport",
    "unpublished work": "unpublished", "manuscript": "unpublished", "web page": "misc", "dataset": "misc",
}  # fmt: skip


def read(text: str, name: str) -> list[Paper | Skipped]:
    """A paper for every record with a title; of a damaged export, those that could be saved."""
    damage: list[Refused] = []
    try:
        root = bare(parse(text, damage))
    except Refused as refused:
        return [Skipped(source=name, place=refused.place, reason=refused.reason, cure="export the library again")]
    records = [*root.iter("record")]
    if not records and not damage:
        return [Skipped(source=name, reason="holds no record", cure="export the references again, as XML")]
    found = [_record(record, name, number) for number, record in enumerate(records, 1)]
    return found + [
        Skipped(
            source=name, place=refused.place, reason=f"{refused.reason}: records behind it are missing", cure="export the library again"
        )
        for refused in damage
    ]


def _text(record: Element, path: str) -> str:
    return words(record.find(path), lambda style: Role("raised") if "superscript" in style.get("face", "") else INLINE)


def _record(record: Element, name: str, number: int) -> Paper | Skipped:
    place = f"record {_text(record, 'rec-number') or number}"
    title = without_latex(_text(record, "titles/title"))
    if not title:
        return Skipped(source=name, place=place, reason="the record has no title", cure="give it a title, and export it again")
    authors = [turned(words(author)) for author in record.iterfind("contributors/authors/author")]
    type_ = record.find("ref-type")
    made = assemble([Block(without_latex(paragraph)) for paragraph in _paragraphs(record.find("abstract"))], lead="abstract")
    label = _text(record, "label")
    facts = {
        "key": label if re.fullmatch(r"(?=.*[^\W\d_])[^\s,{}\"#%~\\]{2,60}", label) else "",
        "kind": _KINDS.get((type_.get("name", "") if type_ is not None else "").casefold(), ""),
        "title": title, "authors": tuple(a for a in authors if a and not _OTHERS.fullmatch(a)),
        "more_authors": any(_OTHERS.fullmatch(a) for a in authors),
        "venue": next(filter(None, (_text(record, path) for path in _VENUES)), ""),
        "volume": _text(record, "volume"), "number": _text(record, "number"), "page_range": pages_of(_text(record, "pages")),
        "publisher": _text(record, "publisher"), "note": _text(record, "notes"),
        "keywords": tuple(dict.fromkeys(filter(None, map(words, record.iterfind("keywords/keyword"))))),
        "text": made.text, "parts": made.parts, "files": tuple(_files(record, name)),
        "sources": (Source(path=name, place=place, reader="endnote"),), **_ids(record),
    }  # fmt: skip
    facts["date"] = date_in(_text(record, "dates/pub-dates/date"), _text(record, "dates/year")) or arxiv_date(str(facts["arxiv"]))
    return Paper.model_validate(facts)


_VENUES = ("titles/secondary-title", "periodical/full-title", "alt-periodical/full-title")
_OTHERS = re.compile(r"et\.? al\.?|others", re.IGNORECASE)


def _paragraphs(abstract: Element | None) -> list[str]:
    """An abstract's paragraphs: EndNote keeps line breaks as carriage returns."""
    text = "" if abstract is None else "".join(map(str, abstract.itertext()))
    return [one_line(line) for line in re.split(r"\r|\n\s*\n", text) if line.strip()]


def _ids(record: Element) -> dict[str, Any]:
    urls = [words(url) for url in record.iterfind("urls//url")]
    number, accession = _text(record, "electronic-resource-num"), _text(record, "accession-num")
    from_pubmed = "nlm" in _text(record, "remote-database-provider").casefold() or any("pubmed" in url or "/entrez/" in url for url in urls)
    pmcid = re.match(r"PMC\d+", _text(record, "custom2"))
    ids = [f"pmcid:{pmcid[0]}"] if pmcid else []
    if match := re.fullmatch(r"(?:WOS|ISI):(\S+)", accession):
        ids.append(f"wos:{match[1]}")
    return {
        "doi": doi_of(number) or next(filter(None, map(doi, urls)), ""),
        "arxiv": arxiv_in(" ".join((number, *urls, _text(record, "titles/secondary-title"), accession))),
        "pmid": accession if from_pubmed and re.fullmatch(r"\d{4,9}", accession) else "",
        "ids": tuple(ids), "url": next((url for url in urls if url.startswith(("http://", "https://"))), ""),
    }  # fmt: skip


def _files(record: Element, name: str) -> tuple[str, ...]:
    """The record's PDFs. EndNote keeps them in ``<library>.Data/PDF`` beside the library, and names that place "internal-pdf:"."""
    database = _text(record, "database") or PurePosixPath(name).name
    folder = re.sub(r"\.(?:enl|enlp|xml)$", "", database, flags=re.IGNORECASE) + ".Data/PDF"
    urls = [words(url) for url in record.iterfind("urls/pdf-urls/url")]
    paths = [re.sub(r"^internal-pdf://", f"{folder}/", url) for url in urls]
    return beside(name, map(unquote, paths))
