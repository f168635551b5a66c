"""BibTeX and BibLaTeX through bibtexparser 2, which goes on after a bad entry: each of those is skipped with its key and line."""

import logging
import re
from collections.abc import Mapping
from string import ascii_lowercase
from typing import NamedTuple

from bibtexparser import model
from bibtexparser.entrypoint import parse_string

from survey.readers.bibliographies.bibvalues import ADDRESS, bare, files, people, plain, verbatim, words
from survey.readers.bibliographies.fields import date_of, doi_in_address, kind_named, page_range, pmcid, record, web
from survey.readers.cleaning import one_line
from survey.readers.facts import arxiv_in, arxiv_of, doi_of
from survey.readers.formats import Found
from survey.records import Paper, Skipped, Source

# The parser logs every bad entry; here each becomes a Skipped record, and nothing but the command line may print.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)

_KEY = re.compile(r"@\s*\w+\s*[{(]\s*([^\s,{}()=]+)")
# What an entry takes over from the one that its crossref names; the title of that is the entry's book or journal.
_DATE = frozenset(("year", "date", "month", "day"))
_INHERITED = _DATE | {"publisher", "organization", "volume", "number", "issue", "booktitle", "journal"}
_NO_WORKS = frozenset(("xdata", "set", "control", "comment", "bibnote"))
_GATHERINGS = frozenset(("proceedings", "mvproceedings", "collection", "mvcollection", "periodical"))

Fields = dict[str, str]
"""Field, small letters → its value, as it is written."""


class _Entry(NamedTuple):
    type: str
    key: str
    line: int
    fields: Fields


def read(text: str, name: str) -> list[Found]:
    """A paper for every entry with a title; an entry without an abstract is a paper of which only the facts are known."""
    try:
        library = parse_string(re.sub(r"^([ \t]*@)[ \t]+(?=\w+[ \t]*[{(])", r"\1", text, flags=re.MULTILINE))
    except RecursionError:  # the parser goes one deeper for every line outside of entries
        return [Skipped(source=name, reason="holds too much text outside of entries", cure="export the entries alone")]
    strings = {string.key.casefold(): bare(str(string.value)) for string in library.strings}
    twice = [b.ignore_error_block for b in library.failed_blocks if isinstance(b, model.DuplicateFieldKeyBlock)]
    entries = [_entry(entry, strings) for entry in library.entries]
    entries += [_entry(entry, strings, raw=True) for entry in twice if isinstance(entry, model.Entry)]
    known = _Known(entries)
    used = {parent for entry in entries for parent in _named(entry.fields.get("crossref", ""))}
    found: list[tuple[int, Found]] = [(e.line, _paper(e, name, known, used)) for e in entries if e.type not in _NO_WORKS]
    keys = {entry.key.casefold() for entry in entries}
    for block in library.failed_blocks:
        again = block.ignore_error_block
        if isinstance(block, model.DuplicateFieldKeyBlock):
            found.append((block.start_line or 0, _remarked(block, name)))
        elif isinstance(block, model.DuplicateBlockKeyBlock) and isinstance(again, model.Entry):
            found += [(block.start_line or 0, item) for item in _again(_entry(again, strings, raw=True), name, known, keys)]
        else:
            found.append((block.start_line or 0, _failed(block, name)))
    if not found:
        return [Skipped(source=name, reason="holds no BibTeX entry", cure="export the entries again, as @article{key, title = {…}, …}")]
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _failed(block: model.ParsingFailedBlock, name: str) -> Skipped:
    problem = one_line(str(block.error)).rstrip(". ") or "it is not closed or lacks a comma"
    return Skipped(source=name, place=_place_of(block), reason=f"the entry cannot be read: {problem}", cure="check its braces and commas")


def _place_of(block: model.ParsingFailedBlock) -> str:
    line = f"line {(block.start_line or 0) + 1}"
    match = _KEY.search(block.raw or "")
    return f"entry {match[1]}, {line}" if match else line


def _remarked(block: model.DuplicateFieldKeyBlock, name: str) -> Skipped:
    """Says of an entry that was read that it gives a field more than once."""
    fields = ", ".join(sorted(block.duplicate_keys))
    reason = f"the entry gives {fields} twice: the first was read"
    return Skipped(source=name, place=_place_of(block), reason=reason, cure="keep one of them")


def _again(entry: _Entry, name: str, known: "_Known", keys: set[str]) -> list[Found]:
    """An entry whose key was used before it: read under a fresh one, which joins ``keys``, and remarked on."""
    letters = (f"{more}{letter}" for more in ("", *ascii_lowercase) for letter in ascii_lowercase)
    fresh = next((key for letter in letters if (key := f"{entry.key}{letter}").casefold() not in keys), "")
    paper = _paper(entry._replace(key=fresh), name, known, frozenset())
    if isinstance(paper, Skipped):
        return [paper]
    keys.add(fresh.casefold())
    reason = f"the key '{entry.key}' stands there already: the entry was read" + (f" as '{fresh}'" if fresh else "")
    return [paper, Skipped(source=name, place=_place(entry), reason=reason, cure="give the entry a key of its own")]


def _place(entry: _Entry) -> str:
    return f"entry {entry.key}, line {entry.line + 1}"


def _entry(entry: model.Entry, strings: Mapping[str, str], *, raw: bool = False) -> _Entry:
    """``raw``: the parser left it as it stands, its values in their braces, its names of strings unresolved."""
    fields: Fields = {}
    for field in entry.fields:
        value = str(field.value)
        fields.setdefault(field.key.casefold(), strings.get(value.strip().casefold(), bare(value)) if raw else _joined(value, strings))
    return _Entry(entry.entry_type.casefold(), one_line(entry.key), entry.start_line or 0, fields)


def _joined(value: str, strings: Mapping[str, str]) -> str:
    """``value`` with ``name # " more"`` put together, which the parser leaves as it stands."""
    if " # " not in value or not re.match(r"^\s*(?:\w+|\"[^\"]*\"|\{[^{}]*\})\s+#\s", value):
        return value
    return "".join(
        strings.get(piece.casefold(), piece) if piece.isidentifier() else bare(piece) for piece in re.split(r"\s+#\s+", value.strip())
    )


# ---------------------------------------------------------------- what entries take over from each other


def _named(value: str) -> list[str]:
    """Keys of other entries that a field names."""
    return [key.strip().casefold() for key in value.split(",") if key.strip()]


class _Known:
    """The entries of a file, by key and by the further ones that BibLaTeX's ``ids`` gives."""

    def __init__(self, entries: list[_Entry]) -> None:
        self._fields: dict[str, Fields] = {}
        self._whole: dict[tuple[int, str], tuple[Fields, Fields]] = {}  # the fields are kept, since an id names what lives
        for entry in entries:
            for key in [entry.key.casefold(), *_named(entry.fields.get("ids", ""))]:
                self._fields.setdefault(key, entry.fields)

    def whole(self, fields: Fields, kind: str, depth: int = 0) -> Fields:
        """``fields`` with what they take over by ``xdata`` and ``crossref``; the entries named there may do so in turn."""
        at = (id(fields), kind)
        if at in self._whole or depth > _DEEPEST:
            return self._whole.get(at, (fields, fields))[1]
        self._whole[at] = fields, fields  # what leads back to them finds them as they stand
        taken: Fields = {}
        for key in _named(fields.get("xdata", "")):
            taken |= self.whole(self._fields.get(key, _NOTHING), kind, depth + 1)
        for key in _named(fields.get("crossref", ""))[:1]:
            parent = self.whole(self._fields.get(key, _NOTHING), kind, depth + 1)
            taken |= {name: value for name, value in parent.items() if name in _INHERITED}
            if parent.get("title"):
                taken.setdefault("journal" if kind == "article" else "booktitle", _titled(parent, "title"))
        if fields.keys() & _DATE:
            taken = {name: value for name, value in taken.items() if name not in _DATE}
        self._whole[at] = fields, taken | fields
        return taken | fields


_NOTHING: Fields = {}
_DEEPEST = 8
"""Entries that take over from one another in a row."""


# ---------------------------------------------------------------- the paper


def _titled(fields: Fields, field: str) -> str:
    """A title with its subtitle."""
    title, more = fields.get(field, ""), fields.get(field.removesuffix("title") + "subtitle", "")
    return f"{title}{' ' if title.rstrip('}')[-1:] in tuple('?!:') else ': '}{more}" if title and more else title


def _paper(entry: _Entry, name: str, known: "_Known", used: "set[str] | frozenset[str]") -> Paper | Skipped:
    if entry.type in _GATHERINGS and used & {entry.key.casefold(), *_named(entry.fields.get("ids", ""))}:
        reason = "other entries are parts of it and took its facts over"
        return Skipped(source=name, place=_place(entry), reason=reason, cure="none is needed", expected=True)
    finer = [verbatim(entry.fields["type"])] if entry.type in _FINER and "type" in entry.fields else []
    kind = kind_named(*finer, entry.type) or entry.type
    fields = known.whole(entry.fields, kind)

    def first(*names: str) -> str:
        return next((text for field in names if (text := plain(fields.get(field, "")))), "")

    authors, more = people(fields.get("author", ""))
    address = verbatim(fields.get("url", ""))
    eprint, register = verbatim(fields.get("eprint", "")), (fields.get("archiveprefix") or fields.get("eprinttype") or "").casefold()
    arxiv = arxiv_of(eprint) if register in {"", "arxiv"} else ""
    found = record(
        Source(path=name, place=_place(entry), reader="bibtex"),
        abstract=first("abstract"),
        key=entry.key,
        kind=kind,
        title=plain(_titled(fields, "title")),
        authors=authors,
        more_authors=more,
        date=date_of(fields.get("date", "")) or _date(first("year"), first("month"), first("day")),
        doi=doi_of(verbatim(fields.get("doi", ""))) or doi_in_address(address),
        arxiv=arxiv or next((n for f in _ARXIV_IN if (n := arxiv_in(verbatim(fields.get(f, ""))))), ""),
        pmid=re.sub(r"\D", "", fields.get("pmid", "") or (eprint if register == "pubmed" else "")),
        ids=(pmcid(verbatim(fields.get("pmcid", "") or fields.get("pmc", ""))),),
        url=web(address, *re.findall(r"https?://\S+", verbatim(fields.get("howpublished", "")))),
        venue=_venue(fields),
        volume=first("volume"),
        number=first("number", "issue"),
        page_range=page_range(first("pages", "eid", "articleno", "article-number")),
        publisher=first("publisher", "school", "institution", "organization"),
        keywords=words(fields.get("keywords", "") or fields.get("keyword", "")),
        note=first("note", "addendum"),
    )
    if isinstance(found, Skipped):
        return found.model_copy(update={"reason": "the entry has no title", "cure": "add a title field"})
    paths = [path for field in ("file", "pdf", "localfile", "local-url") for path in files(fields.get(field, ""), name)]
    return found.model_copy(update={"files": tuple(dict.fromkeys(paths))})


_FINER = frozenset(("thesis", "report"))
"""Entry types of BibLaTeX whose field "type" tells what they are."""
_ARXIV_IN = ("arxivid", "url", "doi", "journal", "note", "howpublished")


def _date(year: str, month: str, day: str) -> str:
    """Of the fields of BibTeX; a month may be "apr", "April", "4", "15 apr" or a span of two."""
    return date_of(year or "--", re.split(r"\s*[-–/]\s*", month)[0], day)


# What astronomers' macros stand for.
_JOURNALS = {
    **{"aap": "Astronomy and Astrophysics", "aaps": "Astronomy and Astrophysics Supplement", "aj": "The Astronomical Journal"},
    **{
        "apj": "The Astrophysical Journal",
        "apjl": "The Astrophysical Journal Letters",
        "apjs": "The Astrophysical Journal Supplement Series",
    },
    **{"araa": "Annual Review of Astronomy and Astrophysics", "mnras": "Monthly Notices of the Royal Astronomical Society"},
    **{"nat": "Nature", "pasp": "Publications of the Astronomical Society of the Pacific", "prd": "Physical Review D"},
    **{"pasj": "Publications of the Astronomical Society of Japan", "prl": "Physical Review Letters", "physrep": "Physics Reports"},
    **{
        "jcap": "Journal of Cosmology and Astroparticle Physics",
        "icarus": "Icarus",
        "solphys": "Solar Physics",
        "ssr": "Space Science Reviews",
    },
}


def _venue(fields: Fields) -> str:
    for field in ("journal", "journaltitle", "booktitle", "maintitle"):
        if macro := re.fullmatch(r"\{?\\([A-Za-z]+)\}?", fields.get(field, "").strip()):
            return _JOURNALS.get(macro[1], macro[1])
        if found := plain(_titled(fields, field)):
            return found
    published = fields.get("howpublished", "")
    return "" if ADDRESS.search(published) else plain(published)
