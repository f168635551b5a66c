"""Tables of records (CSV, TSV): exports of search pages and reference managers, known by their columns; and registers of retractions."""

import csv
import io
import re
from collections.abc import Iterator, Mapping

from survey.readers.bibliographies.fields import beside, date_of, doi_in_address, keywords_in, kind_named, page_range, pmcid, record, web
from survey.readers.bibliographies.people import people_in
from survey.readers.bibliographies.ris import citekey_in, wos
from survey.readers.cleaning import clean, one_line
from survey.readers.facts import arxiv_in, arxiv_of, doi, doi_of, iso_date
from survey.readers.formats import Found
from survey.records import Cited, Notice, Skipped, Source

# What a column is called: by Scopus, Zotero, Google Scholar, Publish or Perish, Rayyan, Covidence, Dimensions, IEEE, PubMed, Lens and
# OpenAlex. The first that a row fills counts.
# fmt: off
_COLUMNS = {
    "title": ("title", "article title", "document title", "item title", "paper title", "display name", "primary title", "titles"),
    "authors": ("author full names", "authors", "author", "author s", "author names", "author list", "authorships author display name",
                "creators"),
    "date": ("publication date", "date", "date published", "published", "publish time", "cover date", "published date"),
    "year": ("year", "publication year", "pubyear", "pub year", "published year", "py", "year published"),
    "month": ("month", "published month"),
    "day": ("day",),
    "doi": ("doi", "item doi", "doi link", "doi url", "digital object identifier"),
    "pmid": ("pubmed id", "pmid", "pubmed", "pubmedid", "ids pmid"),
    "pmcid": ("pmcid", "pmc id", "pmc", "ids pmcid"),
    "arxiv": ("arxiv id", "arxiv", "arxivid", "eprint"),
    "url": ("url", "link", "links", "articleurl", "source urls", "external url", "open url link", "pdf link",
            "address", "fulltexturl", "web address"),
    "venue": ("source title", "publication title", "journal", "journal book", "source", "publication", "publication name", "journal title",
              "secondary title", "venue", "booktitle", "book title", "conference name", "proceedings title", "container title",
              "anthology title", "primary location source display name", "conference", "journal name"),
    "volume": ("volume", "journal volume", "vol", "biblio volume"),
    "number": ("issue", "number", "issue number", "journal issue", "no", "biblio issue"),
    "pages": ("pages", "pagination", "page range", "page", "page numbers"),
    "first": ("page start", "start page", "startpage", "beginning page", "biblio first page", "first page"),
    "last": ("page end", "end page", "endpage", "ending page", "biblio last page", "last page"),
    "article": ("art no", "article number", "article no", "eid number"),
    "publisher": ("publisher", "publisher name"),
    "abstract": ("abstract", "abstract note", "abstracts", "abstract text", "summary"),
    "keywords": ("author keywords", "keywords", "manual tags", "tags", "keyword", "index keywords", "ieee terms", "mesh terms",
                 "keywords display name", "automatic tags"),
    "kind": ("document type", "item type", "publication type", "type", "content type", "entry type", "itemtype", "reference type"),
    "key": ("citation key", "citekey", "bibtex key", "bibtexkey", "key", "cite key"),
    "files": ("file attachments", "file", "files", "pdf", "attachments", "local file"),
    "note": ("note", "notes"),
}
_REGISTER = ("retractionnature", "originalpaperdoi")
_OPENALEX = re.compile(r"(?:https?://openalex\.org/)?(W\d+)")
# fmt: on
csv.field_size_limit(2**31 - 1)  # a cell may be as long as a file; by itself the module stops at 131,072 characters
_DELIMITERS = "\t,;|"


def read(text: str, name: str) -> list[Found]:
    """A paper for every row of a table that has a column of titles, or a notice for every row of a register of retractions."""
    text = "\t".join(clean(piece) for piece in text.split("\t"))  # elsewhere a tab is but a space
    head = _head(text)
    if head is None:
        reason = "is a table without a column of titles or DOIs: not a format that is read"
        return [Skipped(source=name, reason=reason, cure="head the columns Title, Authors, Year, DOI, Abstract")]
    before, delimiter = head
    rows = _rows(text, delimiter, before)
    header = next(rows)[1]
    columns = {normal: at for at, cell in reversed(list(enumerate(header))) if (normal := _normal(cell))}
    if all(column in columns for column in _REGISTER):
        return [_notice(cells, columns, name) for _, cells in rows if any(cells)] or [_empty(name)]
    tagged = "pt" in columns and "ti" in columns and "so" in columns
    found: list[Found] = []
    lines = text.split("\n")
    above = before + 1
    for number, cells in rows:
        place = f"line {above + 1}"
        begun, above = above, number
        if not any(cell.strip() for cell in cells):
            continue
        if number >= len(lines) - 1 and any("\n" in cell for cell in cells) and sum(line.count('"') for line in lines[begun:]) % 2:
            reason = "a quotation mark is not closed, so that what follows cannot be told apart"
            found.append(Skipped(source=name, place=place, reason=reason, cure="close it, and give the file again"))
            continue
        source = Source(path=name, place=place, reader="table")
        found.append(wos(_tagged(cells, columns), source) if tagged else _paper(cells, columns, source))
    return found or [_empty(name)]


def _empty(name: str) -> Skipped:
    return Skipped(source=name, reason="the table has no row below its head", cure="export the records again")


def _rows(text: str, delimiter: str, before: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Number of the line at which it ends, and cells, of every row below the first ``before`` lines."""
    lines = io.StringIO(text, newline="")
    for _ in range(before):
        lines.readline()
    quoted = delimiter != "\t" or '\t"' in text[:100_000]  # a tab parts cells that are not quoted, and may hold a lone quotation mark
    reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE, skipinitialspace=True)
    for cells in reader:
        yield before + reader.line_num, cells


def _normal(cell: str) -> str:
    """A column's name as it is looked up: small letters, one space between words."""
    return " ".join(re.findall(r"[^\W_]+", cell.casefold()))


def _head(text: str) -> tuple[int, str] | None:
    """How many lines stand before the head, and what parts its cells: the first line near the top with a column of titles or DOIs."""
    known = {*_COLUMNS["title"], *_COLUMNS["doi"], *_REGISTER, "ti"}
    for number, line in enumerate(text[:20_000].split("\n")[:20]):
        best = max(_DELIMITERS, key=line.count)
        for delimiter in dict.fromkeys((best, *_DELIMITERS)):
            cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
            if len(cells) > 1 and known & {_normal(cell) for cell in cells}:
                return number, delimiter
        if _normal(line) in known:
            return number, ","
    return None


def _tagged(cells: list[str], columns: Mapping[str, int]) -> dict[str, list[str]]:
    """A row of the Web of Science's table as its tagged files have it."""
    values = {name.upper(): cells[at].strip() for name, at in columns.items() if at < len(cells)}
    parted = {"AU", "AF", "BA", "BF", "CA", "CR"}
    return {tag: re.split(r"\s*;\s*", value) if tag in parted else [value] for tag, value in values.items() if value}


def _paper(cells: list[str], columns: Mapping[str, int], source: Source) -> Found:
    def first(field: str) -> str:
        return next(
            (value for name in _COLUMNS[field] if (at := columns.get(name, -1)) in range(len(cells)) and (value := cells[at].strip())), ""
        )

    authors, more = people_in(re.sub(r"\s*\(\d{6,}\)", "", first("authors")))  # Scopus puts its number behind a name
    journal, issue = _embase(first("venue"))
    address, date = first("url"), date_of(first("date") or issue.get("date", ""))
    year = date_of(first("year"), first("month"), first("day"))
    work = next((m[1] for name in ("id", "openalex id") if name in columns and (m := _OPENALEX.fullmatch(_cell(cells, columns[name])))), "")
    return record(
        source,
        abstract="" if re.fullmatch(r"\[no abstract available\]", first("abstract"), re.IGNORECASE) else first("abstract"),
        key=citekey_in(key) if not re.fullmatch(r"[A-Z0-9]{8}", key := first("key")) else "",
        kind=kind_named(first("kind")),
        title=re.sub(r"(?<=[^\W\d_]{3})\.$", "", first("title")),
        authors=authors,
        more_authors=more,
        date=date if date.startswith(year) else year,
        doi=doi_of(first("doi")) or doi_in_address(address),
        arxiv=arxiv_of(first("arxiv")) or arxiv_in(address) or arxiv_in(first("doi")),
        pmid=re.sub(r"\.0$|\D", "", first("pmid")),
        ids=(pmcid(first("pmcid")), f"openalex:{work}" if work else ""),
        url=web(address),
        venue=journal,
        volume=first("volume") or issue.get("volume", ""),
        number=first("number") or issue.get("number", ""),
        page_range=page_range(first("first"), first("last"))
        or page_range(first("pages"))
        or page_range(first("article") or issue.get("pages", "")),
        publisher=first("publisher"),
        keywords=keywords_in(first("keywords")),
        note=first("note"),
        files=beside(source.path, re.split(r"\s*;\s*", first("files"))),
        cited=_cited(_cell(cells, columns.get("references", -1))),
    )


_EMBASE = re.compile(
    r"(?P<journal>.+?) \(\d{4}\) (?P<volume>[^\s:()]+)(?::(?P<number>\S+))?(?: \((?P<pages>[^)]*)\))?\.?"
    r"(?: (?:Article Number: \S+ )?Date of Publication: (?P<date>.*))?"
)


def _embase(source: str) -> tuple[str, dict[str, str]]:
    """Journal and issue of "Owls (2014) 3:4 (15-16). Date of Publication: 25 Aug 2014"."""
    match = _EMBASE.fullmatch(source)
    return (match["journal"], match.groupdict(default="")) if match else (source, {})


def _cell(cells: list[str], at: int) -> str:
    return one_line(cells[at]) if 0 <= at < len(cells) else ""


def _cited(cell: str) -> list[Cited]:
    """Scopus's references, parted by semicolons: "Lee A., On Owls, Nature, 12, pp. 3-4, (2019)"."""
    entries = [entry for entry in re.split(r"\s*;\s+", cell) if len(entry) > 20]
    return [
        Cited(printed=entry, date=date_of(years[-1]) if (years := re.findall(r"\((\d{4})\)", entry)) else "", doi=doi(entry))
        for entry in entries
    ]


# ---------------------------------------------------------------- registers of retractions


def _notice(cells: list[str], columns: Mapping[str, int], name: str) -> Notice:
    def at(column: str) -> str:
        value = _cell(cells, columns.get(column, -1))
        return "" if value.casefold() in {"unavailable", "0", "n/a"} else value

    return Notice(
        nature=at("retractionnature") or "Retraction",
        date=_american(at("retractiondate")),
        reason="; ".join(piece for part in at("reason").split(";") if (piece := part.strip().lstrip("+").strip())),
        doi=doi_of(at("originalpaperdoi")),
        pmid=at("originalpaperpubmedid"),
        title=at("title"),
        authors=tuple(author for part in at("author").split(";") if (author := part.strip())),
        published=_american(at("originalpaperdate")),
        notice_doi=doi_of(at("retractiondoi")),
        source=name,
    )


def _american(date: str) -> str:
    """ "10/3/2020 0:00" → "2020-10-03"."""
    match = re.match(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})\b", date)
    return iso_date(match[3], match[1], match[2]) if match else date_of(date)
