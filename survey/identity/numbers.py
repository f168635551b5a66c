"""The numbers that registers give papers, each in one form, and which of them are a preprint's."""

import re
from collections import Counter
from collections.abc import Iterable

from survey.records import Paper, Reference, Source, family_name

# Servers of preprints, by the prefix of their DOIs; 10.1101 is a publisher's too, whose DOIs have letters there.
_PREPRINT = re.compile(
    r"10\.(?:48550|31234|31235|31219|31222|31223|31730|21203|20944|26434|2139|36227|22541|7287/peerj\.preprints|64898|1101/(?=\d))"
)
_ARXIV_DOI = "10.48550/arxiv."
_VERSION = re.compile(r"(?<=\d)[/.]?v\d+$|(?<=\w)_v\d+$")
_SERVER = re.compile(r"\b\w{2,7}xiv\b|\bcorr\b|\bssrn\b|research square|preprint", re.IGNORECASE)
_LONGEST = 200
LAYOUT = frozenset({"pdf", "text", "listing"})
"""Readers that guess from how a page looks."""


def doi_of(paper: Reference) -> str:
    """The DOI in small letters and without a preprint's version; "" for an arXiv DOI, which is counted as the arXiv number."""
    doi = paper.doi.strip().casefold()
    if doi.startswith(_ARXIV_DOI):
        return ""
    return _VERSION.sub("", doi) if _PREPRINT.match(doi) else doi


def arxiv_of(paper: Reference) -> str:
    """The arXiv number without its version and, where it is an old one, without the part of the subject ("math.GT/0309136")."""
    doi = paper.doi.strip().casefold()
    number = paper.arxiv.strip().casefold() or (doi.removeprefix(_ARXIV_DOI) if doi.startswith(_ARXIV_DOI) else "")
    return re.sub(r"^([a-z-]+)\.[a-z]{2}/", r"\1/", re.sub(r"v\d+$", "", number.removeprefix("arxiv:")))


def is_preprint_doi(doi: str) -> bool:
    return bool(_PREPRINT.match(doi.casefold()))


def numbers_of(paper: Reference) -> list[tuple[str, str]]:
    """(register, number) of ``paper``, surest first."""
    named = [("doi", doi_of(paper)), ("arxiv", arxiv_of(paper)), ("pmid", paper.pmid.strip())]
    named += [(register, number) for one in paper.ids for register, _, number in [one.partition(":")]]
    return [(register, number) for register, number in named if number]


def is_published(paper: Reference) -> bool:
    """Whether the record is of a publication, and not of a preprint or of nothing that can be told."""
    return bool(paper.venue and not _SERVER.search(paper.venue)) or bool(paper.doi and not is_preprint_doi(paper.doi))


def is_layout(paper: Reference) -> bool:
    """Whether all that is known of the paper was guessed from how a page looks."""
    return bool(paper.sources) and all(source.reader in LAYOUT for source in paper.sources)


def record_name(paper: Paper) -> str:
    """What the user's decisions call a record, whatever is put above it: its file, and its key in BibTeX, or else what it says.

    A number alone would not do: the chapters of a book may all bear the book's.
    """
    if not paper.sources:
        return paper.key
    source = paper.sources[0]
    if not source.place or source.reader == "bibtex":
        return place_name(source)
    number = next((f"{register}:{number}" for register, number in numbers_of(paper)), "")
    title = " ".join((paper.title or paper.note).split())[:_LONGEST]
    by = " ".join(filter(None, (family_name(paper.authors[0]) if paper.authors else "", str(paper.year or ""))))
    said = ", ".join(filter(None, (number, title)))
    return f"{source.path}#{said} ({by})" if said and by else f"{source.path}#{said or source.place}"


def record_names(records: Iterable[Paper]) -> list[str]:
    """The :func:`record_name` of each, told apart where a file has one record twice."""
    seen: Counter[str] = Counter()
    names = []
    for record in records:
        name = record_name(record)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}, copy {seen[name]}")
    return names


def place_name(source: Source) -> str:
    """The file and the place in it, without the line, which moves with every edit above."""
    place = re.sub(r", line \d+$", "", source.place)
    return f"{source.path}#{place}" if place else source.path
