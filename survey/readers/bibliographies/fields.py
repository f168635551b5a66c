"""What the fields of bibliographies hold, whatever file they stand in: dates, pages, kinds, paths. Each is brought to one form."""

import posixpath
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote

from survey.readers.assembly import Block, assemble
from survey.readers.cleaning import one_line
from survey.readers.facts import arxiv_date, doi, iso_date
from survey.records import Cited, Paper, Skipped, Source


class Kind(NamedTuple):
    """What a work is called by BibTeX, RIS and CSL-JSON; ``word`` is what a thesis says of itself."""

    bibtex: str
    ris: str
    csl: str
    word: str = ""


# The first of those that share a name in RIS or CSL is what such a record is taken for.
KINDS = (
    Kind("article", "JOUR", "article-journal"),
    Kind("inproceedings", "CPAPER", "paper-conference"),
    Kind("incollection", "CHAP", "chapter"),
    Kind("inbook", "CHAP", "chapter"),
    Kind("book", "BOOK", "book"),
    Kind("proceedings", "CONF", "book"),
    Kind("phdthesis", "THES", "thesis", "PhD thesis"),
    Kind("mastersthesis", "THES", "thesis", "Master's thesis"),
    Kind("thesis", "THES", "thesis"),
    Kind("techreport", "RPRT", "report"),
    Kind("report", "RPRT", "report"),
    Kind("manual", "RPRT", "report"),
    Kind("misc", "GEN", "document"),
    Kind("unpublished", "UNPB", "manuscript"),
    Kind("online", "ELEC", "webpage"),
    Kind("booklet", "PAMP", "pamphlet"),
    Kind("dataset", "DATA", "dataset"),
    Kind("software", "COMP", "software"),
    Kind("patent", "PAT", "patent"),
)
# What further words for a work mean: entry types of BibLaTeX, and RIS, CSL, Zotero, Crossref, OpenAlex and tables in words.
_SAME = {
    "article": "journal journal-article journalarticle article-magazine article-newspaper ejour jfull magn mgzn news inpr abst review "
    "editorial letter article-in-press early-access magazinearticle newspaperarticle research-article review-article short-survey "
    "journals erratum note data-paper suppperiodical",
    "inproceedings": "conference conf conference-paper conferencepaper conference-proceeding conference-proceedings proceedings-article "
    "proceedings-paper meeting-abstract conference-review conferences",
    "incollection": "book-chapter booksection book-section bookchapter echap reference-entry entry-encyclopedia entry-dictionary "
    "encyclopediaarticle dictionaryentry inreference suppcollection bookinbook suppbook encyc dict",
    "book": "edbook ebook monograph edited-book reference-book mvbook collection mvcollection reference mvreference books ser",
    "proceedings": "mvproceedings",
    "phdthesis": "dissertation phd-thesis",
    "mastersthesis": "mathesis bathesis master-thesis",
    "techreport": "report-component standard stand govdoc",
    "unpublished": "manscpt personal_communication",
    "online": "electronic www website blog post post-weblog webpage blogpost forumpost",
    "software": "computerprogram computer-program program",
    "dataset": "database component",
    "misc": "posted-content preprint other generic",
}
_KINDS = {name: kind for kind, names in _SAME.items() for name in names.split()} | {kind.bibtex: kind.bibtex for kind in KINDS}
for _kind in KINDS:
    _KINDS.setdefault(_kind.ris.casefold(), _kind.bibtex)
    _KINDS.setdefault(_kind.csl, _kind.bibtex)
    _KINDS.setdefault(_kind.word.casefold().replace(" ", "-"), _kind.bibtex)


def kind_named(*names: str) -> str:
    """BibTeX's name of what the first of ``names`` that is known calls it: "Journal Article", "CHAP", "paper-conference"; or ""."""
    return next((kind for name in names if (kind := _KINDS.get(re.sub(r"[\s_]+", "-", one_line(name).casefold()), ""))), "")


# ---------------------------------------------------------------- dates, pages, addresses


def date_of(*texts: str) -> str:
    """The partial ISO date that the ``texts`` tell together: "2019 Mar 15", ("2019", "apr", "3"), "2014/07//", "15 March 2019", "20190315".

    Without a year "--05-26" where a month is named, or where the year's place is empty ("/05/26"); "" where nothing is known.
    """
    text = " ".join(filter(None, (one_line(text) for text in texts)))
    text = re.sub(r"^([0-9]{4}[-0-9]*)/(?:[0-9]{4}|\.\.).*", r"\1", text)  # of a span its beginning
    if match := re.search(r"(?<![0-9])(1[5-9][0-9][0-9]|20[0-9][0-9])(0[1-9]|1[0-2])([0-2][0-9]|3[01])(?![0-9])", text):
        return "-".join(match.groups())
    year = re.search(r"(?<![0-9])(1[5-9][0-9][0-9]|20[0-9][0-9])(?![0-9])", text)
    rest = f"{text[: year.start()]} {text[year.end() :]}" if year else text
    named = re.search(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", rest, re.IGNORECASE)
    if named:
        day = re.search(r"(?<![0-9])[0-9]{1,2}(?![0-9])", f"{rest[: named.start()]} {rest[named.end() :]}")
        numbers = [named[1], day[0] if day else ""]
    else:
        numbers = re.findall(r"(?<![0-9])[0-9]{1,2}(?![0-9])", re.split(r"[T ][0-9][0-9]?:[0-9][0-9]", rest)[0])[:2]
        if len(numbers) == 2 and year and re.search(r"[0-9][/.-]$", text[: year.start()]):  # 3/15/2019 or 15.3.2019; 3/4/2019 may be either
            numbers = numbers if int(numbers[1]) > 12 else numbers[::-1] if int(numbers[0]) > 12 or numbers[0] == numbers[1] else []
    month, day_number = (*numbers, "", "")[:2]
    if year:
        return iso_date(year[0], month, day_number)
    full = iso_date("2000", month, day_number)
    told = named or re.match(r"--|/", text)  # two numbers alone are no date
    return full.replace("2000", "-", 1) if told and len(full) > 4 else ""


def doi_in_address(address: str) -> str:
    """The DOI that a web address leads to, or has among its parameters."""
    return next((number for part in re.split(r"[?&#]", address) if (number := doi(unquote(part)))), "")


def page_range(first: str, last: str = "") -> str:
    """ "123-130" of what is printed "pp. 123--130" or given as two numbers; the number of an article as it stands."""
    text = re.sub(r"^(?:pages?|pp?\.)\s*(?=\S*\d)", "", one_line(first), flags=re.IGNORECASE)
    last = one_line(last)
    if text and last and last != text and not text.endswith(f"-{last}"):
        text = f"{text}-{last}"
    found = re.sub(r"\s*(?:-+|[‐‑‒–—−])\s*", "-", text or last).strip("-")
    return found if re.search(r"\d|^[ivxlc]+(?:-[ivxlc]+)?$", found, re.IGNORECASE) else ""  # "No Pagination Specified"


def web(*texts: str) -> str:
    """The first web address among ``texts``; of several in one of them the first."""
    for text in texts:
        match = re.match(r"https?://\S+", text.strip(), re.IGNORECASE)
        if match:
            return re.split(r";\s*(?=https?://)", match[0])[0].rstrip(";,")
    return ""


def keywords_in(text: str) -> tuple[str, ...]:
    """Keywords parted by semicolons, or else by commas."""
    parted = re.split(r"[;|]" if re.search(r"[;|]", text) else ",", text)
    return tuple(dict.fromkeys(word for piece in parted if (word := one_line(piece).lstrip("*"))))


def pmcid(text: str) -> str:
    """ "pmcid:PMC7096724" where ``text`` names a paper of PubMed Central, or ""."""
    match = re.search(r"(?:^|pmc|\s)([0-9]{3,})", one_line(text), re.IGNORECASE)
    return f"pmcid:PMC{match[1]}" if match else ""


_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_PAGES = re.compile(r"\.(?:x?html?|mhtml?)$", re.IGNORECASE)


def beside(name: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Files that an entry of the file ``name`` leads to, as ``Source.path`` is written: PDFs first, saved web pages last."""
    found: list[str] = []
    for given in paths:
        path = one_line(given)
        if path.casefold().startswith("file:"):
            path = unquote(re.sub(r"^file:(?://(?:localhost)?)?", "", path, flags=re.IGNORECASE))
            path = path[1:] if _DRIVE.match(path[1:]) else path
        if not path or re.match(r"[a-z][a-z+.-]+:", path, re.IGNORECASE):  # a web address, or a path within a program
            continue
        if _DRIVE.match(path) or path.startswith("\\\\"):
            found.append(path.replace("\\", "/"))
            continue
        path = path if "/" in path else path.replace("\\", "/")
        found.append(posixpath.normpath(str(PurePosixPath(name).parent / path)))
    return tuple(sorted(dict.fromkeys(found), key=lambda path: (not path.casefold().endswith(".pdf"), bool(_PAGES.search(path)))))


# ---------------------------------------------------------------- the record


def record(source: Source, *, abstract: str | Sequence[str] = (), cited: Sequence[Cited] = (), **facts: Any) -> Paper | Skipped:
    """The paper that ``facts`` (fields of a record) tell of; one with neither title nor identifier is skipped.

    ``abstract`` is a text or its paragraphs. ``cited`` is kept beside the text: a register's list is nothing that the paper says.
    """
    facts = {field: one_line(value) if isinstance(value, str) else value for field, value in facts.items()}
    if not any(facts.get(field) for field in ("title", "doi", "arxiv", "pmid")):
        return Skipped(source=source.path, place=source.place, reason="the record has no title", cure="add its title, or its DOI")
    paragraphs = [abstract] if isinstance(abstract, str) else abstract
    body = assemble([Block(one_line(paragraph)) for paragraph in paragraphs], lead="abstract")
    facts["date"] = facts.get("date") or arxiv_date(facts.get("arxiv", ""))
    facts["ids"] = tuple(dict.fromkeys(filter(None, facts.get("ids", ()))))
    return Paper(text=body.text, parts=body.parts, cited=tuple(cited), sources=(source,), **facts)
