"""Papers as BibTeX, and as BibLaTeX (UTF-8, as biber, pandoc and reference managers read it).

What they have no field for is left out: sources, notices, and further identifiers but PubMed Central's. A kind that is not known is
told by where the paper appeared. What is read back (``readers/bibtex.py``) and written again gives the same bytes.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from survey.readers.bibliographies.bibvalues import ADDRESS
from survey.readers.bibliographies.people import split_name
from survey.readers.facts import doi_of
from survey.records import Paper, Reference
from survey.render.text import arxiv_address, citekey, date_parts, plain, pmid_address

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: "\\" + char for char in "{}&%$#_"},
}
# BibTeX counts braces, escaped or not: where they do not pair they are spelt.
_UNPAIRED = _SPECIAL | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
# Signs that LaTeX sets as one, kept apart: "--" is a dash, "''" a quotation mark, "?`" turned upside down.
_JOINED = re.compile(r"(?<=[-`'!?,<>])(?=[-`'<>,])")
# A word whose capitals a style must not lower: BERT, mRNA, COVID-19, CO2, vitamin-D (a plain capitalised word may be lowered).
_KEPT_WORD = re.compile(r"\w[A-Z]|[A-Z]\d|-[A-Z]$")
_MEETING = re.compile(r"proceedings|conference|workshop|symposium|\b(?:proc|conf)\.", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s{}\\]+")
_IN_BOOKS = frozenset(("inproceedings", "incollection", "inbook"))
_SHOWN = frozenset(("misc", "online", "software", "dataset"))
"""Kinds whose styles print no journal and no book, but how they were published."""


# What BibLaTeX calls otherwise. The kind of a thesis or report stands in a field of its own there.
_FIELDS = {"journal": "journaltitle", "school": "institution", "archivePrefix": "eprinttype"}
_TYPES = {"phdthesis": ("thesis", "phdthesis"), "mastersthesis": ("thesis", "mathesis"), "techreport": ("report", "techreport")}


def references_bib(papers: Sequence[Reference]) -> str:
    """One entry per paper, in the order given; a :class:`~survey.records.Paper` with its abstract."""
    keys: set[str] = set()
    return "\n".join(_entry(_kind(paper), _own(citekey(paper.key), keys), _fields(paper)) for paper in papers)


def references_biblatex(papers: Sequence[Reference]) -> str:
    """The same for BibLaTeX."""
    keys: set[str] = set()
    entries = []
    for paper in papers:
        kind, word = _TYPES.get(_kind(paper), (_kind(paper), ""))
        fields = {_FIELDS.get(name, name): value for name, value in _fields(paper).items()}
        if fields["year"]:
            fields |= {"date": "-".join(filter(None, date_parts(paper.date))), "year": "", "month": "", "day": ""}
        entries.append(_entry(kind, _own(citekey(paper.key), keys), {**fields, "type": word}))
    return "\n".join(entries)


def _own(key: str, taken: set[str]) -> str:
    """``key``, or with a number where another paper has it: keys that differ in what BibTeX cannot hold."""
    number = 1
    fresh = key
    while fresh.casefold() in taken:
        number += 1
        fresh = f"{key}-{number}"
    taken.add(fresh.casefold())
    return fresh


def _entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    known = {name: value for name, value in fields.items() if value}
    width = max(map(len, known), default=0)
    lines = "".join(f"  {name:<{width}} = {{{value}}},\n" for name, value in known.items())
    return f"@{kind}{{{key},\n{lines}}}\n"


def _kind(paper: Reference) -> str:
    if re.fullmatch(r"[a-z]+", paper.kind) and paper.kind not in {"comment", "string", "preamble"}:
        return paper.kind
    if not paper.venue:
        return "misc"
    return "inproceedings" if _MEETING.search(paper.venue) else "article"


def _fields(paper: Reference) -> dict[str, str]:
    kind = _kind(paper)
    year, month, day = date_parts(paper.date)
    pmcid = next((name.removeprefix("pmcid:") for name in paper.ids if name.startswith("pmcid:")), "")
    venue = "booktitle" if kind in _IN_BOOKS else "howpublished" if kind in _SHOWN and not ADDRESS.search(paper.venue) else "journal"
    return {
        "author": " and ".join([*map(_author, paper.authors), *(["others"] if paper.more_authors else [])]),
        "title": _title(paper.name),
        venue: latex(paper.venue),
        "volume": latex(paper.volume),
        "number": latex(paper.number),
        "pages": re.sub(r"(?<=\w)-(?=\w)", "--", latex(paper.page_range)) if _is_range(paper.page_range) else latex(paper.page_range),
        "school" if kind.endswith("thesis") else "publisher": latex(paper.publisher),
        "year": year,
        "month": str(int(month)) if month else "",
        "day": str(int(day)) if day else "",
        # these are read verbatim, so they are well formed or left out, and not escaped
        "doi": paper.doi if doi_of(paper.doi) == paper.doi and not re.search(r"[{}\\]", paper.doi) else "",
        "eprint": paper.arxiv if arxiv_address(paper.arxiv) else "",
        "archivePrefix": "arXiv" if arxiv_address(paper.arxiv) else "",
        "pmid": paper.pmid if pmid_address(paper.pmid) else "",
        "pmcid": pmcid if re.fullmatch(r"PMC\d+", pmcid) else "",
        "url": _address(paper.url),
        "keywords": ", ".join(map(_keyword, paper.keywords)),
        "note": latex(paper.note) if paper.title else "",
        "abstract": latex(paper.abstract) if isinstance(paper, Paper) else "",
    }


def latex(text: str) -> str:
    """``text`` with every character that LaTeX acts upon escaped."""
    return _escaped(plain(text), _specials(text))


def _escaped(text: str, special: dict[str, str]) -> str:
    return "".join(special.get(char, char) for char in _JOINED.sub("\x00", text)).replace("\x00", "{}")


def _specials(text: str) -> dict[str, str]:
    depth = 0
    for brace in re.findall("[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return _UNPAIRED
    return _UNPAIRED if depth else _SPECIAL


def _title(title: str) -> str:
    special = _specials(title)
    words = [(word, _escaped(word, special)) for word in plain(title).split(" ")]
    return " ".join(f"{{{escaped}}}" if _KEPT_WORD.search(word) else escaped for word, escaped in words)


def _is_range(pages: str) -> bool:
    return bool(re.fullmatch(r"\w+-\w+", pages))


def _address(url: str) -> str:
    """A web address with what is no part of one percent-encoded."""
    return quote(url, safe="%/:?#[]@!()*+,;=&~'") if _ADDRESS.fullmatch(url) else ""


def _keyword(word: str) -> str:
    text = latex(word)
    return f"{{{text}}}" if re.search("[,;]", text) else text


def _author(author: str) -> str:
    """ "Family, Given" or "Family, Jr., Given"; a name that holds a comma or "and" of its own is braced, as BibTeX would split it."""
    name = split_name(plain(author))
    if not name.given:
        # A group is one name, not a family with given names.
        return f"{{{latex(name.family)}}}" if " " in name.family else _braced(name.family)
    return ", ".join(_braced(part) for part in (name.family, name.suffix, name.given) if part)


def _braced(part: str) -> str:
    text = latex(part)
    return f"{{{text}}}" if re.search(r",|\band\b", text, re.IGNORECASE) or text.casefold() in {"others", "et al."} else text
