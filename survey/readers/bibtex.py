"""BibTeX and BibLaTeX through bibtexparser 2, which goes on after a bad entry: each of those is skipped with its key and line."""

import logging
import re
from functools import cache
from string import ascii_lowercase
from typing import TYPE_CHECKING

from bibtexparser import model
from bibtexparser.entrypoint import parse_string

from survey.readers.assembly import Block, assemble
from survey.readers.cleaning import one_line, without_latex
from survey.readers.facts import arxiv_date, arxiv_in, arxiv_of, doi, iso_date
from survey.readers.names import turned
from survey.records import Paper, Skipped, Source

if TYPE_CHECKING:
    from collections.abc import Callable

# The parser logs every bad entry; here each becomes a Skipped record, and nothing but the command line may print.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)

_KEY = re.compile(r"@\s*\w+\s*[{(]\s*([^\s,{}()=]+)")
_OTHERS = frozenset({"others", "et al", "et al.", "and others"})


def read(text: str, name: str) -> list[Paper | Skipped]:
    """A paper for every entry with a title; an entry without an abstract is a paper of which only the facts are known."""
    try:
        library = parse_string(text)
    except RecursionError:  # the parser goes one deeper for every line outside of entries
        return [Skipped(source=name, reason="holds too much text outside of entries", cure="export the entries alone")]
    strings = {string.key.casefold(): _bare(str(string.value)) for string in library.strings}
    found: list[tuple[int, Paper | Skipped]] = [(entry.start_line or 0, _entry(entry, name, strings)) for entry in library.entries]
    keys = {entry.key.casefold() for entry in library.entries}
    for block in library.failed_blocks:
        again = block.ignore_error_block
        if isinstance(block, model.DuplicateBlockKeyBlock) and isinstance(again, model.Entry):
            found += [(block.start_line or 0, item) for item in _again(again, name, strings, keys)]
        else:
            found.append((block.start_line or 0, _failed(block, name)))
    if not found:
        return [Skipped(source=name, reason="holds no BibTeX entry", cure="export the entries again, as @article{key, title = {…}, …}")]
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _failed(block: model.ParsingFailedBlock, name: str) -> Skipped:
    line = f"line {(block.start_line or 0) + 1}"
    match = _KEY.search(block.raw or "")
    place = f"entry {match[1]}, {line}" if match else line
    if isinstance(block, model.DuplicateFieldKeyBlock):
        fields = ", ".join(sorted(block.duplicate_keys))
        return Skipped(source=name, place=place, reason=f"the entry gives {fields} twice", cure="keep one of them")
    problem = one_line(str(block.error)).rstrip(". ") or "it is not closed or lacks a comma"
    return Skipped(source=name, place=place, reason=f"the entry cannot be read: {problem}", cure="check its braces and commas")


def _again(entry: model.Entry, name: str, strings: dict[str, str], keys: set[str]) -> list[Paper | Skipped]:
    """An entry whose key was used before it: read under a fresh one, which joins ``keys``, and remarked on."""
    # The parser leaves such an entry as it stands: its values in their braces, its names of strings unresolved.
    fields = [model.Field(f.key, strings.get(str(f.value).strip().casefold(), _bare(str(f.value)))) for f in entry.fields]
    letters = (f"{more}{letter}" for more in ("", *ascii_lowercase) for letter in ascii_lowercase)
    fresh = next((key for letter in letters if (key := f"{entry.key}{letter}").casefold() not in keys), "")
    paper = _entry(model.Entry(entry.entry_type, fresh, fields, entry.start_line), name, strings)
    if isinstance(paper, Skipped):
        return [paper]
    keys.add(fresh.casefold())
    place = f"entry {entry.key}, line {(entry.start_line or 0) + 1}"
    reason = f"the key '{entry.key}' stands there already: the entry was read" + (f" as '{fresh}'" if fresh else "")
    return [paper, Skipped(source=name, place=place, reason=reason, cure="give the entry a key of its own")]


def _entry(entry: model.Entry, name: str, strings: dict[str, str]) -> Paper | Skipped:
    raw = {field.key.casefold(): _resolved(str(field.value), strings) for field in entry.fields}
    place = f"entry {entry.key}, line {(entry.start_line or 0) + 1}"
    fields = {key: _plain(value) for key, value in raw.items() if key not in {"author", "editor"}}
    title = fields.get("title", "")
    if not title:
        return Skipped(source=name, place=place, reason="the entry has no title", cure="add a title field")
    if fields.get("subtitle"):
        title = f"{title}: {fields['subtitle']}"
    authors = [_plain(author) for author in _split(raw.get("author", ""))]
    more = any(author.casefold() in _OTHERS for author in authors)
    body = assemble([Block(fields.get("abstract", ""))], lead="abstract")
    arxiv = _arxiv(fields)
    return Paper(
        key=one_line(entry.key),
        title=title,
        authors=tuple(turned(author) for author in authors if author and author.casefold() not in _OTHERS),
        more_authors=more,
        date=iso_date(fields.get("date", "") or fields.get("year", ""), fields.get("month", ""), fields.get("day", ""))
        or arxiv_date(arxiv),
        doi=doi(fields.get("doi", "")) or doi(fields.get("url", "")),
        arxiv=arxiv,
        pmid=re.sub(r"\D", "", fields.get("pmid", "")),
        url=fields["url"] if fields.get("url", "").startswith(("http://", "https://")) else "",
        venue=next(
            (fields[f] for f in ("journal", "journaltitle", "booktitle", "publisher", "school", "institution") if fields.get(f)), ""
        ),
        keywords=tuple(word.strip() for word in re.split(r"[;,]", fields.get("keywords", "")) if word.strip()),
        note=fields.get("note", ""),
        text=body.text,
        parts=body.parts,
        sources=(Source(path=name, place=place, reader="bibtex"),),
    )


def _arxiv(fields: dict[str, str]) -> str:
    eprint = fields.get("eprint", "")
    kind = (fields.get("archiveprefix", "") or fields.get("eprinttype", "") or "arxiv").casefold()
    number = arxiv_of(eprint) if eprint and kind == "arxiv" else ""
    return number or next(
        (n for f in ("arxivid", "url", "doi", "journal", "note", "howpublished") if (n := arxiv_in(fields.get(f, "")))), ""
    )


def _bare(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and (value[0], value[-1]) in {("{", "}"), ('"', '"')} else value


def _resolved(value: str, strings: dict[str, str]) -> str:
    """``value`` with ``name # " more"`` put together, which the parser leaves as it stands."""
    if " # " not in value or not re.match(r"^\s*(?:\w+|\"[^\"]*\"|\{[^{}]*\})\s+#\s", value):
        return value
    return "".join(
        strings.get(piece.casefold(), piece) if piece.isidentifier() else _bare(piece) for piece in re.split(r"\s+#\s+", value.strip())
    )


def _split(names: str) -> list[str]:
    """The names of an author field, parted by " and " outside of braces."""
    found, depth, start = [], 0, 0
    folded = re.sub(r"\s", " ", names)
    for i, character in enumerate(folded):
        depth += (character == "{") - (character == "}")
        if depth <= 0 and folded.startswith(" and ", i) and i >= start:
            found.append(folded[start:i].strip())
            start = i + len(" and ")
    return [name for name in [*found, folded[start:].strip()] if name]


@cache
def _decoder() -> "Callable[[str], str]":
    from pylatexenc.latex2text import LatexNodes2Text  # its tables cost a tenth of a second

    nodes = LatexNodes2Text(math_mode="verbatim", keep_comments=True)

    def decode(text: str) -> str:
        return str(nodes.latex_to_text(text, tolerant_parsing=True))

    return decode


def _plain(value: str) -> str:
    """A field's value as one line without LaTeX; formulas stay as they were written."""
    if not re.search(r"[\\{}$~]|--|``|''", value):
        return one_line(value)
    text = re.sub(r"(?<!\\)%", r"\\%", value)  # a bare % is a percent sign here, not a comment
    try:
        text = _decoder()(text)
    except Exception:  # whatever a user's LaTeX does to the decoder, the words must stay
        text = without_latex(value).replace("{", "").replace("}", "")
    return one_line(without_latex(text))
