"""RIS, and the tagged files of the Web of Science.

Lines are put together here and not by rispy, which joins two records where the end of one is missing, and fails on a value that goes on
after a tag was repeated. What stands between records (numbers, the name of a database) is no part of them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

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
from survey.readers.bibliographies.people import people
from survey.readers.facts import arxiv_in, doi, doi_of
from survey.readers.formats import Found
from survey.records import Cited, Skipped, Source

Tagged = dict[str, list[str]]
"""Tag → its values, in order."""

_WOS = re.compile(r"(?:.{0,200}\n)??FN .*\n(?:VR .*\n)?(?:\s*\n)?PT |PT [A-Z]\n")
_TAG = re.compile(r"([A-Z][A-Z0-9])  -(?: |$)(.*)")
_LOOSE_TAG = re.compile(r"([A-Z][A-Z0-9]) {0,3}-(?: |$)(.*)")
_WOS_TAG = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)")
# A line without a tag is one more value of these; of any other tag it goes on with the value.
_LISTS = frozenset(("AU", "A1", "AF", "BA", "BF", "CA", "ED", "KW", "CR", "UR", "L1", "L2"))

_RIS = {kind.bibtex: kind.ris for kind in KINDS}
_NOT_OURS = re.compile(
    r"(?:wos|isi|rayyan|pmid|pubmed|pmc|medline|embase|cochrane|scopus|eid|s2|cdi|covidence|doi|arxiv|oai|ieee|epub|eric|ssrn|proquest|ebsco|"
    r"nct)[-_.:/]?\w?[-_.:]?\d[\d.:_-]*|2-s2\.0.*|10\.\d{4,}/.*|[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f-]{20,}|(?:https?|wos|cdi):.*|cdi_.*",
    re.IGNORECASE,
)


def read(text: str, name: str) -> list[Found]:
    """A paper for every record with a title or an identifier."""
    if _WOS.match(text.lstrip()):
        made: Callable[[Tagged, Source], Found] = wos
        records = _records(text, "PT", _WOS_TAG)
    else:
        pattern = _TAG if re.search(r"^TY  -", text, re.MULTILINE) else _LOOSE_TAG
        made = _ris
        records = _records(text, "TY", pattern)
    found = [made(tags, Source(path=name, place=f"record {i}, line {line}", reader="ris")) for i, (line, tags) in enumerate(records, 1)]
    if not found:
        return [Skipped(source=name, reason="holds no RIS record", cure="export the records again; each begins with “TY  - ”")]
    return found


def _records(text: str, start: str, pattern: re.Pattern[str]) -> Iterable[tuple[int, Tagged]]:
    """Line and tags of each record: from its first tag to ER, or to where the next begins."""
    tags: dict[str, list[list[str]]] | None = None  # tag → its values, each the lines of it
    begun, last = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        match = pattern.fullmatch(line.rstrip()) if line[:1].isupper() else None
        tag = match[1] if match else ""
        if tag == start:
            if tags:
                yield begun, _whole(tags)
            tags, begun = {}, number
        if tags is None:
            continue
        if match and tag == "ER":
            yield begun, _whole(tags)
            tags = None
        elif match:
            tags.setdefault(tag, []).append([match[2] or ""])
            last = tag
        elif line.strip() and last in _LISTS:
            tags[last].append([line])
        elif line.strip():
            tags[last][-1].append(line)
    if tags:
        yield begun, _whole(tags)


def _whole(tags: Mapping[str, list[list[str]]]) -> Tagged:
    return {tag: [" ".join(line.strip() for line in lines).strip() for lines in values] for tag, values in tags.items()}


def _first(tags: Mapping[str, Sequence[str]], *names: str) -> str:
    return next((value for name in names for value in tags.get(name, ()) if value), "")


def _all(tags: Mapping[str, Sequence[str]], *names: str) -> list[str]:
    """The values of the first of the tags that has any."""
    return next((values for name in names if (values := [value for value in tags.get(name, ()) if value])), [])


def _ris(tags: Tagged, source: Source) -> Found:
    kind = _kind(_first(tags, "TY"), _first(tags, "M3"))
    whole = kind in {"book", "proceedings"}
    title = _first(tags, "TI", "T1", *(["BT"] if whole else []), "CT", "ST")
    containers = _BOOK if kind in {"inproceedings", "incollection", "inbook"} else _SERIES if whole else _JOURNAL
    authors, more = people(_all(tags, "AU", "A1"))
    accession, database = _first(tags, "AN"), _first(tags, "DB", "DP")
    links = [*tags.get("UR", ()), *tags.get("LK", ()), *tags.get("L2", ()), *tags.get("L1", ())]
    return record(
        source,
        abstract=max(_first(tags, "AB"), _first(tags, "N2"), key=len),
        key=citekey_in(_first(tags, "ID")) or citekey_in(_first(tags, "LB")),
        kind=kind,
        title=title,
        authors=authors,
        more_authors=more,
        date=_date(tags),
        doi=doi_of(*tags.get("DO", ()), *tags.get("DI", ()), *tags.get("M3", ())) or next(filter(None, map(doi_in_address, links)), ""),
        arxiv=next((number for tag in ("M1", "AN", "UR", "DO", "JO", "T2") for v in tags.get(tag, ()) if (number := _arxiv(v))), ""),
        pmid=_pmid(accession, database) or _pmid(_first(tags, "PM"), "pubmed"),
        ids=tuple(pmcid(value) for tag in ("C2", "AN") for value in tags.get(tag, ()) if value.casefold().startswith("pmc")),
        url=web(*links),
        venue=_first(tags, *containers),
        volume=_first(tags, "VL", "VO"),
        number=_first(tags, "IS", "CP"),
        page_range=page_range(_first(tags, "SP"), _first(tags, "EP")) or page_range(_first(tags, "C7", "AR")),
        publisher=_first(tags, "PB"),
        keywords=tuple(dict.fromkeys(word for v in tags.get("KW", ()) for word in _keywords(v, len(tags["KW"])))),
        note="; ".join(tags.get("N1", ())),
        files=beside(source.path, (v for tag in ("L1", "L2", "L4") for v in tags.get(tag, ()))),
    )


_BOOK = ("T2", "BT", "C3", "JF", "JO", "J2", "JA")
_JOURNAL = ("JF", "T2", "JO", "BT", "J2", "JA", "T3")
_SERIES = ("T2", "T3", "JF", "JO")


def _kind(name: str, more: str) -> str:
    """What TY says; M3 may say it more finely ("PhD thesis"), and says other things too."""
    kind, finer = kind_named(name), kind_named(more)
    return finer if finer and _RIS[finer] in {name, _RIS.get(kind)} else kind or ("misc" if name else "")


def _keywords(value: str, lines: int) -> tuple[str, ...]:
    """A line is a keyword, but some write all of them on one line."""
    return keywords_in(value) if lines == 1 and ";" in value else (value.lstrip("*").strip(),) if value else ()


def _date(tags: Tagged) -> str:
    """The finest of the dates that agree with the year."""
    dates = [date_of(_first(tags, tag)) for tag in ("PY", "Y1", "DA")]
    year = next((date[:4] for date in dates if date[:4].isdigit()), "")
    if year and not dates[2]:
        dates.append(date_of(year, _first(tags, "DA")))  # "Mar 3"
    return max((date for date in dates if date.startswith(year)), key=len)


def _arxiv(value: str) -> str:
    """A number that the value is or ends in: some databases put the whole list of references into M1."""
    return arxiv_in(value) if len(value) < 120 and re.match(r"arxiv|https?:|10\.48550", value, re.IGNORECASE) else ""


def _pmid(accession: str, database: str) -> str:
    """An accession number is PubMed's where it or the database says so."""
    match = re.fullmatch(r"(?:pmid|medline|pubmed)?[:\s]*(\d{1,9})", accession, re.IGNORECASE)
    told = re.search(r"pubmed|medline|\bnlm\b|pmid", f"{accession} {database}", re.IGNORECASE)
    return match[1] if match and told else ""


def citekey_in(text: str) -> str:
    """``text`` if it looks like a person's citekey, and not like a register's number."""
    ours = re.fullmatch(r"(?=[^\W\d]|.*[^\W\d]{3})[^\s,{}()\"#%=~\\]+", text)
    return text if ours and not _NOT_OURS.fullmatch(text) else ""


def wos(tags: Mapping[str, Sequence[str]], source: Source) -> Found:
    """A record of the Web of Science: of its tagged files, and of its tables, whose columns bear the same names."""
    authors, more = people(_all(tags, "AF", "AU", "BF", "BA"))
    groups = tuple(value for value in tags.get("CA", ()) if value)
    kind = kind_named(_first(tags, "DT").split(";")[0]) or {"J": "article", "B": "book", "S": "incollection", "P": "patent"}.get(
        _first(tags, "PT"), ""
    )
    return record(
        source,
        abstract=_first(tags, "AB"),
        kind=kind,
        title=_first(tags, "TI"),
        authors=(*authors, *groups),
        more_authors=more,
        date=date_of(_first(tags, "PY") or _first(tags, "EY"), _first(tags, "PD").split("-")[0]),
        doi=doi_of(_first(tags, "DI", "D2")),
        arxiv=arxiv_in(_first(tags, "AR")),
        pmid=_pmid(_first(tags, "PM"), "pubmed"),
        ids=(f"wos:{number}" if (number := _first(tags, "UT").removeprefix("WOS:")) else "",),
        venue=_first(tags, "SO", "SE"),
        volume=_first(tags, "VL"),
        number=_first(tags, "IS"),
        page_range=page_range(_first(tags, "BP"), _first(tags, "EP")) or page_range(_first(tags, "AR")),
        publisher=_first(tags, "PU"),
        keywords=keywords_in(_first(tags, "DE")) or keywords_in(_first(tags, "ID")),
        cited=[_cited(line) for line in tags.get("CR", ()) if line],
    )


def _cited(line: str) -> Cited:
    """ "Lee A, 2019, NATURE, V12, P3, DOI 10.1000/x"."""
    author, *rest = line.split(", ")
    names, _ = people([author])
    return Cited(printed=line, authors=names, date=date_of(rest[0]) if rest else "", venue=rest[1] if len(rest) > 1 else "", doi=doi(line))
