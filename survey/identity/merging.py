"""What is known of a paper from all its records: each fact from the record that is believed most, the text whole from one of them."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from survey.identity.names import folded
from survey.identity.numbers import arxiv_of, is_layout, is_preprint_doi, is_published
from survey.identity.titles import normal_title
from survey.records import Cited, Paper, family_name

_TRUST = {
    **dict.fromkeys(("bibtex", "csljson", "endnote", "zotero", "zoterojson", "ris"), 0),  # the user's own library is the user's word
    **dict.fromkeys(("crossref", "nbib", "jats", "atom", "json_records"), 1),  # publishers and registers say it of their own papers
    **dict.fromkeys(("openalex", "semanticscholar"), 2),  # gathered from others
    **dict.fromkeys(("markdown", "latex", "html", "table"), 3),  # the paper's own head; a table somebody made
    **dict.fromkeys(("tei", "docx"), 4),
    "listing": 5,
    "pdf": 6,
    "text": 7,
}
_UNKNOWN = 5
_STRUCTURED = frozenset({"jats", "tei", "latex", "html", "docx", "markdown"})
_PUBLICATION = ("kind", "venue", "volume", "number", "page_range", "publisher")
"""What only makes sense together: a volume of the journal, pages of the volume."""


def in_trust(papers: Iterable[Paper]) -> list[Paper]:
    """Most believed first, a publication before its preprint, and then by what they say alone, so that their order in files is nothing."""
    ordered: list[Paper] = []
    for _, same in groupby(sorted(((_order(p), p) for p in papers), key=itemgetter(0)), key=itemgetter(0)):
        alike = [paper for _, paper in same]
        ordered += sorted(alike, key=lambda paper: paper.model_dump_json()) if len(alike) > 1 else alike
    return ordered


def _order(paper: Paper) -> tuple[object, ...]:
    return (_trust(paper), not is_published(paper), *content(paper))


def _trust(paper: Paper) -> int:
    return min((_TRUST.get(source.reader, _UNKNOWN) for source in paper.sources), default=_UNKNOWN)


def content(paper: Paper) -> tuple[object, ...]:
    """An order of papers that follows from what they say."""
    sources = tuple((source.path, source.place, source.reader) for source in paper.sources)
    return (
        normal_title(paper.title),
        paper.title,
        paper.authors,
        paper.date,
        paper.doi,
        paper.arxiv,
        paper.pmid,
        paper.text,
        paper.key,
        sources,
    )


def one_paper(group: Sequence[Paper]) -> Paper:
    """One record of a group that is sorted by trust."""
    if len(group) == 1:
        return group[0]
    facts: dict[str, object] = {}
    for field in ("key", "title", "arxiv", "pmid", "url", "keywords", "note", "notice"):
        facts[field] = next((value for paper in group if (value := getattr(paper, field))), Paper.model_fields[field].default)
    # A key that a reader made fresh by a letter gives way to the one that it was made of.
    facts["key"] = min((paper.key for paper in group if paper.key and str(facts["key"]).startswith(paper.key)), key=len, default="")
    if facts["title"] and not any(paper.title and paper.note == facts["note"] for paper in group):
        facts["note"] = ""  # the words that stood for a missing title
    facts["doi"] = next((p.doi for p in sorted(group, key=lambda p: (is_layout(p), is_preprint_doi(p.doi))) if p.doi), "")
    facts["arxiv"] = facts["arxiv"] or next((number for paper in group if (number := arxiv_of(paper))), "")
    first = next((paper for paper in group if paper.authors), group[0])
    fuller = [p for p in group if first.more_authors and len(p.authors) > len(first.authors) and _begins(p.authors, first.authors)]
    listed = min(fuller, key=lambda p: p.more_authors, default=first)
    text = _fullest(group)
    sources = sorted({s for p in group for s in p.sources}, key=lambda s: (s.path, s.place, s.reader))
    return Paper.model_validate({
        **facts,
        **_publication(group),
        "authors": listed.authors,
        "more_authors": listed.more_authors,
        "ids": tuple(dict.fromkeys(one for paper in group for one in paper.ids)),
        "files": tuple(dict.fromkeys(file for paper in group for file in paper.files)),
        "text": text.text,
        "parts": text.parts,
        "pages": text.pages,
        "cited": _cited(group, text),
        "sources": tuple(sources),
    })  # fmt: skip


def _begins(long: Sequence[str], short: Sequence[str]) -> bool:
    return [folded(family_name(name)) for name in long[: len(short)]] == [folded(family_name(name)) for name in short]


def _publication(group: Sequence[Paper]) -> dict[str, str]:
    """Venue, volume, pages and date of one version, as a reader would cite it: of the publication where any record but a guess from a
    layout tells of one, else of what there is. Blanks are filled from records of that version, or of none that can be told.

    The date goes with them: a paper counts as of the year that its citation says, even where its preprint was out before.
    """
    lead = next((paper for paper in group if is_published(paper) and paper.venue and not is_layout(paper)), None)
    same = list(group) if lead is None else [lead, *(paper for paper in group if paper is not lead and _of_version(paper, lead))]
    facts = {field: next((value for paper in same if (value := getattr(paper, field))), "") for field in _PUBLICATION}
    return {**facts, "date": _date([paper.date for paper in (*same, *group) if paper.date])}


def _of_version(paper: Paper, lead: Paper) -> bool:
    """Whether ``paper`` tells of the publication that ``lead`` tells of, and not of its preprint, or of the article made of the talk."""
    if paper.doi and paper.doi == lead.doi:
        return True
    return (is_published(paper) or not (paper.arxiv or paper.doi)) and (not paper.year or not lead.year or paper.year == lead.year)


def _date(dates: list[str]) -> str:
    """The first date with a year, as finely as another record of the same year gives it."""
    dates = [date for date in dates if date[:4].isdigit()] or dates
    return max((date for date in dates if date.startswith(dates[0])), key=len) if dates else ""


def _fullest(group: Sequence[Paper]) -> Paper:
    """The record whose text is kept: a structured one before a PDF, and both before bare text, unless it has not half of the longest."""
    longest = max(len(paper.text) for paper in group)
    long = [paper for paper in group if len(paper.text) * 2 >= longest]
    structured = [p for p in long if any(s.reader in _STRUCTURED for s in p.sources) and (len(p.parts) > 1 or p.pages)]
    formed = [p for p in long if any(s.reader == "pdf" or s.reader in _STRUCTURED for s in p.sources)]
    candidates = structured or formed or group
    return max(candidates, key=lambda paper: len(paper.text))


def _cited(group: Sequence[Paper], text: Paper) -> tuple[Cited, ...]:
    """The reference list of the kept text, or one that is much fuller, without its offsets: they count in its own text."""
    fullest = max(group, key=lambda paper: len(paper.cited))
    if len(text.cited) >= 0.8 * len(fullest.cited):
        return text.cited
    if fullest.text == text.text:
        return fullest.cited
    return tuple(entry.model_copy(update={"start": None, "end": None}) for entry in fullest.cited)
