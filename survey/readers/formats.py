"""The formats that are read, in the order in which their files give themselves away: by how they begin, or else by their suffix."""

import re
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from survey.records import Notice, Paper, Skipped

Found = Paper | Skipped | Notice


class Reader(Protocol):
    def __call__(self, text: str, name: str, /) -> list[Found]: ...


class Format(NamedTuple):
    """``module`` reads it; ``begins`` matches the beginning of its text, white space before it left out; ``suffixes`` speak for it where no
    beginning did."""

    name: str
    module: str
    begins: re.Pattern[str] | None = None
    suffixes: frozenset[str] = frozenset()

    @property
    def reader(self) -> Reader:
        """Loaded where it is needed: parsers are heavy."""
        return cast("Reader", import_module(f"survey.readers.{self.module}").read)


def _begin(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd"})
TEXT = frozenset({".txt", ".text", ""})
LATEX = frozenset({".tex", ".ltx"})
PAPERS = frozenset({".pdf", ".docx", ".html", ".htm", ".xhtml", ".nxml", ".jats", ".tei", ".xml", ".txt"}) | LATEX | MARKDOWN
"""What a paper's own file is called, which an entry of a bibliography may lead to."""

_XML = r"(?>(?:<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\])?\s*>)\s*)*"
"""What may stand before the root element; each taken once (``?>``), or a row of them would be parted in every way there is."""
_RECORDED = r'\{.{0,4000}?"body"\s*:\s*"(?:\s|\\n)*(?:<\?xml[^>]*>(?:\s|\\n)*)?<feed'
"""A reply of arXiv that was kept as JSON."""

FORMATS = (
    Format("HTML", "marked.html", _begin(rf"{_XML}<html\b|<!doctype html"), frozenset({".html", ".htm", ".xhtml"})),
    Format("arXiv Atom", "bibliographies.atom", _begin(rf"{_XML}<(?:\w+:)?(?:feed|entry)\b|{_RECORDED}"), frozenset({".atom"})),
    Format("JATS", "marked.jats", _begin(rf"{_XML}<(?:\w+:)?(?:article|pmc-articleset|sub-article)\b"), frozenset({".nxml", ".jats"})),
    Format("TEI", "marked.tei", _begin(rf"{_XML}<(?:\w+:)?tei(?:corpus)?\b"), frozenset({".tei"})),
    Format("EndNote XML", "bibliographies.endnote", _begin(rf"{_XML}<xml>\s*<records\b"), frozenset({".enl.xml"})),
    Format("Zotero RDF", "bibliographies.zotero", _begin(rf"{_XML}<rdf:rdf\b"), frozenset({".rdf"})),
    Format("RIS", "bibliographies.ris", _begin(r"(?:.{0,200}?\n)?(?:TY  -|FN .{0,200}?\n(?:VR .{0,40}?\n)?PT )"),
           frozenset({".ris", ".ciw"})),
    Format("NBIB", "bibliographies.nbib", _begin(r"PMID- *\d"), frozenset({".nbib", ".medline"})),
    Format("LaTeX", "latex", _begin(r"(?>\s+|%[^\n]*\n)*\\(?:documentclass|documentstyle)\b"), LATEX),
    Format("JSON", "bibliographies.json_records", _begin(rf"(?!{_RECORDED})[\[{{]\s*[\"{{\]}}]"),
           frozenset({".json", ".jsonl", ".ndjson"})),
    Format("CSV", "bibliographies.table", _begin(r"PT[\t ]AU[\t ][A-Z]{2}[\t ]"), frozenset({".csv", ".tsv"})),
    Format("BibTeX", "bibliographies.bibtex", _begin(r"(?>\s+|%[^\n]*\n)*@\w+\s*\{\s*[^\s,{}]+\s*,"),
           frozenset({".bib", ".bibtex", ".biblatex"})),
    Format("Markdown", "markdown", None, MARKDOWN),
    Format("text", "text", None, TEXT),
)  # fmt: skip
_PROSE = frozenset({"Markdown", "text"})
_HEADED = re.compile(r"---[ \t]*\n(?:.*\n){0,30}?title\s*:", re.IGNORECASE)


def format_of(text: str, suffix: str) -> Format | None:
    """The format of a file of that text and suffix (small letters, with its dot); None when it is none that is read."""
    begin = text[:8000].lstrip()
    by_suffix = next((found for found in FORMATS if suffix in found.suffixes), None)
    # A Markdown file may well begin with a line of BibTeX or JSON; any other format is what its suffix says unless its text says otherwise.
    if by_suffix and suffix not in TEXT and (by_suffix.name in _PROSE or by_suffix.begins is None or by_suffix.begins.match(begin)):
        return by_suffix
    told = next((found for found in FORMATS if found.begins is not None and found.begins.match(begin)), None)
    if told is None and suffix in TEXT and _HEADED.match(begin):
        return next(found for found in FORMATS if found.name == "Markdown")
    return told or by_suffix
