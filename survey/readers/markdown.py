"""Markdown: an optional YAML head with the bibliographic facts, then the paper, read through markdown-it's tokens."""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from survey.readers.assembly import Block, assemble, is_heading, kind_of
from survey.readers.cleaning import clean, one_line, opening
from survey.readers.entries import entries_of
from survey.readers.facts import arxiv_date, arxiv_of, doi, iso_date
from survey.readers.names import split_names, turned
from survey.records import Paper, Skipped, Source

_HEAD = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# Brackets and stars in runs make the parser slow without end; no paper needs a line of a thousand of them.
_MOST_BITS = 1000  # of a number in the head: Python writes none of more than 4,300 digits
_RUNS = re.compile(r"([\[\](*_<>`!\\])\1{50,}")


def read(text: str, name: str) -> list[Paper | Skipped]:
    """One paper. A head that is no YAML is skipped with its line, and the text read without it."""
    head: dict[str, Any] = {}
    skipped: list[Paper | Skipped] = []
    body = text
    if match := _HEAD.match(text):
        body = text[match.end() :]
        try:
            loaded = yaml.safe_load(match[1])
            head = {str(k).casefold(): v for k, v in loaded.items()} if isinstance(loaded, Mapping) else {}
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            place = f"line {mark.line + 2}" if mark else "line 1"
            problem = getattr(error, "problem", None) or "cannot be read"
            cure = "put values with ':' or '#' into quotes; the text was read without its head"
            skipped.append(Skipped(source=name, place=place, reason=f"the YAML head is faulty: {problem}", cure=cure))
    blocks = blocks_of(body)
    title = _text(head.get("title"))
    if not title and blocks and blocks[0].level and not is_heading(blocks[0].text):
        title, blocks = blocks[0].text, blocks[1:]
    elif blocks and blocks[0].level and blocks[0].text.casefold() == title.casefold():
        blocks = blocks[1:]
    abstract = _text(head.get("abstract") or head.get("summary"))
    if abstract and not any(abstract[:80] in b.text for b in blocks):
        blocks = [Block("Abstract", 1), Block(abstract), *blocks]
    made = entries_of(assemble(blocks, lead="other" if any(b.level for b in blocks) else "abstract"))
    if not made.text and not title:
        return [*skipped, Skipped(source=name, reason="holds no text", cure="give the paper's text, or a head with at least its title")]
    facts = _facts(head, PurePath(name).name)
    note = facts.pop("note") or ("" if title else opening(made.text))
    facts |= {
        "title": title,
        "text": made.text,
        "parts": made.parts,
        "cited": made.cited,
        "note": note,
        "sources": (Source(path=name, reader="markdown"),),
    }
    return [*skipped, Paper.model_validate(facts)]


def _text(value: object) -> str:
    """A value of the head as one line; "" for what is no text."""
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return ""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return one_line(str(value))
    return one_line(value.isoformat()) if hasattr(value, "isoformat") else ""


def _list(value: object) -> list[str]:
    if isinstance(value, Mapping):
        value = [value]
    if isinstance(value, list):
        return [text for item in value if (text := _person(item))]
    return [part.strip() for part in re.split(r"[;,]", _text(value)) if part.strip()]


def _person(item: object) -> str:
    if isinstance(item, Mapping):
        given, family = _text(item.get("given")), _text(item.get("family"))
        return _text(item.get("name")) or f"{given} {family}".strip()
    return _text(item)


def _facts(head: Mapping[str, Any], file: str) -> dict[str, Any]:
    authors, more = _authors(head.get("authors", head.get("author")))
    arxiv = arxiv_of(_text(head.get("arxiv") or head.get("eprint"))) or arxiv_of(_text(head.get("url"))) or arxiv_of(file)
    when = _text(head.get("date") or head.get("published") or head.get("year"))
    number = doi(_text(head.get("doi")))
    return {
        "key": _text(head.get("citekey") or head.get("citationkey") or head.get("citation-key") or head.get("id") or head.get("key")),
        "authors": authors,
        "more_authors": more,
        "date": iso_date(when, _text(head.get("month"))) or arxiv_date(arxiv),
        "doi": number,
        "arxiv": arxiv,
        "pmid": _text(head.get("pmid")),
        "url": url if (url := _text(head.get("url"))).startswith(("http://", "https://")) else "",
        "venue": _text(head.get("venue") or head.get("journal") or head.get("booktitle") or head.get("conference")),
        "keywords": tuple(_list(head.get("keywords") or head.get("categories") or head.get("tags"))),
        "note": _text(head.get("note")),
    }


def _authors(value: object) -> tuple[tuple[str, ...], bool]:
    if isinstance(value, str):
        text = re.sub(r",?\s*(?:and\s+)?(?:et\.? al\.?|others)\s*$", "", one_line(value))
        if " and " in text and text.count(",") <= text.count(" and ") + 1 and re.match(r"\S+(?: \S+)?, ", text):
            names = [turned(part) for part in text.split(" and ")]
        elif ";" in text:
            names = [turned(part) for part in text.split(";")]
        else:
            names = split_names(text) or [part.strip() for part in re.split(r",| and ", text)]
        return tuple(n for n in names if n), text != one_line(value)
    names = [n if len(n.split(",")) == 1 else turned(n) for n in _list(value)]
    last = names[-1].casefold().rstrip(".") if names else ""
    if last in {"et al", "others", "and others"}:
        return tuple(names[:-1]), True
    if last.endswith(" et al"):
        return (*names[:-1], names[-1][: -len(" et al")].rstrip(". ")), True
    return tuple(names), False


def blocks_of(text: str) -> list[Block]:
    """Headings and paragraphs of a Markdown text; code, raw HTML, images and rules stay out, the words of links and tables stay.

    The entries of a numbered reference list keep their numbers, by which they are told apart.
    """
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    blocks: list[Block] = []
    level = 0
    row: list[str] | None = None
    heading = number = ""
    for token in parser.parse(_RUNS.sub(r"\1", text)):
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            blocks.append(Block(" | ".join(cell for cell in row if cell)))
            row = None
        elif token.type == "list_item_open":
            number = f"{token.info}. " if token.info and kind_of(heading) == "references" else ""
        elif token.type == "inline":
            words = " ".join(clean(_inline(token.children or [])).split())
            if row is not None:
                row.append(words)
            elif words:
                blocks.append(Block(number + words, level))
                heading, number = (words if level else heading), ""
            level = 0
    return [block for block in blocks if block.text]


def _inline(tokens: list[Token]) -> str:
    pieces = []
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            pieces.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            pieces.append(" ")
    return "".join(pieces)
