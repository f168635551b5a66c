"""A survey's Markdown as pandoc's document tree: read, made safe, its citations told apart from its text.

Where a sentence names a paper that it cites ("Phan et al. (2019a) report …"), the name becomes a citation too, and takes over the page. So
a style sets it ("Phan et al. [3, p. 4] report …") and the letters of years are the style's own.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from survey.exporting.engines import pandoc
from survey.exporting.tree import Node, Nodes, anchored, changed, elements, plain_text, safe, string, words
from survey.quotations import quotations
from survey.records import Survey, year_letters
from survey.render.bibliography import references_bib
from survey.render.markdown import REFERENCES_ANCHOR, ends_in_quoted_stop
from survey.render.text import REGISTERS, citekey, plain

# What a text can act with, and what would read a paper's words otherwise than they stand.
_OFF = (
    *("raw_html", "raw_tex", "raw_attribute", "latex_macros", "tex_math_dollars", "native_divs", "native_spans", "markdown_in_html_blocks"),
    *("yaml_metadata_block", "pandoc_title_block", "example_lists", "task_lists", "smart"),
)
_READ = "markdown" + "".join(f"-{name}" for name in _OFF)
_HEAD = re.compile(r"\A\ufeff?---\n(.*?\n)(?:---|\.\.\.)\n", re.DOTALL)
_LONGEST_HEAD = 10_000
_PAGE = re.compile(r",?\s*pp?\.\s*(\d[\d\s,&–-]*(?:,\s.*)?)")
_ONE_PAGE = re.compile(r", \d{1,9}")


class Document(NamedTuple):
    """``titles``: title and subtitle. ``unknown``: keys that are cited, and that no paper of the survey has."""

    titles: tuple[str, str]
    blocks: Nodes
    unknown: tuple[str, ...] = ()


def read(survey: Survey, markdown: str, images: Sequence[str], names: bool = True) -> Document:
    """The body of ``markdown`` without its head and its printed references, which a style prints anew; ``names``: the style tells
    the author of a paper that is cited in a sentence."""
    text = re.sub(r"\r\n?", "\n", markdown)
    told = json.loads(pandoc(["-f", _READ, "-t", "json"], _HEAD.sub("", text)))
    blocks = _without_references(safe(told["blocks"], images))
    letters = year_letters(survey.papers)
    named = {citekey(paper.key): plain(paper.named(letters[paper.key])) for paper in survey.papers if paper.authors}
    blocks = changed(anchored(blocks), lambda node: _named(node, named, names))
    known = {citekey(paper.key) for paper in survey.papers}
    cited = dict.fromkeys(key for node in elements(blocks) if node["t"] == "Cite" for key in _keys(node))
    return Document(_titles(text, survey), blocks, tuple(key for key in cited if key not in known))


def _titles(text: str, survey: Survey) -> tuple[str, str]:
    """As the head of the text has them, which a person may have edited; of another head nothing is taken."""
    head = _HEAD.match(text)
    try:
        told = yaml.safe_load(head[1][:_LONGEST_HEAD]) if head else None
    except (yaml.YAMLError, ValueError, RecursionError):
        told = None
    if isinstance(told, dict) and isinstance(told.get("title"), str):
        texts = (value if isinstance(value := told.get(name), str) else "" for name in ("title", "subtitle"))
        title, subtitle = (re.sub(r"\\([^\w\s])", r"\1", text) for text in texts)
        return title, subtitle
    return survey.title, survey.topic if survey.topic.casefold() != survey.title.casefold() else ""


def printed(document: Document, survey: Survey, language: str, style: str) -> Nodes:
    """The blocks with citations and references set by ``style`` ("": Chicago's author-date), every paper in the list once."""
    files = {"references.bib": references_bib(survey.papers), **({"style.csl": style} if style else {})}
    by = ["--csl=style.csl"] if style else []
    heads = {"lang": text_of(language), "nocite": everything(), "link-citations": {"t": "MetaBool", "c": True}}
    whole = whole_document(document.blocks, heads)
    told = json.loads(pandoc(["-f", "json", "-t", "json", "--citeproc", "--bibliography=references.bib", *by], whole, files))
    images = [node["c"][2][0] for node in elements(document.blocks) if node["t"] == "Image"]
    uncited: Nodes = changed(told["blocks"], lambda node: node["c"][1] if node["t"] == "Cite" else [node])
    return anchored(changed(safe(uncited, images), _registered))


def _registered(node: Node) -> Nodes:
    """A link of the references leads to a register, by a valid identifier; any other address that a paper brought is text."""
    match node:
        case {"t": "Link", "c": [_, text, [address, _]]} if not address.startswith(("#", *REGISTERS)):
            return list(text)
    return [node]


def everything() -> Node:
    """A value of a document's head: every paper is printed, whether the text cites it or not."""
    return {"t": "MetaInlines", "c": [{"t": "Cite", "c": [[_citation("*")], [string("@*")]]}]}


def whole_document(blocks: Nodes, head: Mapping[str, Any]) -> str:
    return json.dumps({"pandoc-api-version": [1, 23, 1], "meta": head, "blocks": blocks})


def text_of(text: str) -> Node:
    """A value of a document's head, as text."""
    return {"t": "MetaInlines", "c": words(plain(text))}


# ---------------------------------------------------------------- references


def _without_references(blocks: Nodes) -> Nodes:
    """A heading of that name with the place where a style prints them, instead of the list that stands there."""
    at = next((n for n, node in enumerate(blocks) if node["t"] == "Header" and node["c"][1][0] == REFERENCES_ANCHOR), None)
    if at is None:
        return blocks
    level = blocks[at]["c"][0]
    ends = (n for n, node in enumerate(blocks) if n > at and node["t"] == "Header" and node["c"][0] <= level)
    heading = {"t": "Header", "c": [level, [HEADING, ["unnumbered"], []], blocks[at]["c"][2]]}
    place = {"t": "Div", "c": [[REFERENCES_ANCHOR, [], []], []]}
    return [*blocks[:at], heading, place, *blocks[next(ends, len(blocks)) :]]


HEADING = "references"
"""Identifier of the heading above them."""


# ---------------------------------------------------------------- citations


def _keys(cite: Node) -> list[str]:
    return [citation["citationId"] for citation in cite["c"][0]]


def _citation(key: str, suffix: str = "", mode: str = "NormalCitation") -> Node:
    told = {"citationId": key, "citationPrefix": [], "citationSuffix": words(suffix), "citationMode": {"t": mode}}
    return {**told, "citationNoteNum": 0, "citationHash": 0}


def _cite(citations: Nodes) -> Node:
    return {"t": "Cite", "c": [citations, [string("@")]]}


def _named(node: Node, named: Mapping[str, str], names: bool) -> Nodes:
    if node["t"] not in ("Para", "Plain"):
        return [node]
    lines: list[Nodes] = [[]]
    for inline in node["c"]:
        if inline["t"] == "SoftBreak":
            lines.append([])
        else:
            lines[-1].append(inline)
    told = [_sentence([_located(inline) for inline in line], named, names) for line in lines]
    joined = [inline for line in told for inline in ({"t": "SoftBreak"}, *line)]
    return [{**node, "c": joined[1:]}]


def _located(inline: Node) -> Node:
    """A citation whose pages are bare numbers: every language has its own sign for them."""
    if inline["t"] != "Cite":
        return inline
    return {"t": "Cite", "c": [_together([_paged(citation) for citation in inline["c"][0]]), inline["c"][1]]}


def _paged(citation: Node) -> Node:
    page = _PAGE.fullmatch(plain_text(citation["citationSuffix"]))
    comma = "" if citation["citationMode"]["t"] == "AuthorInText" else ", "
    return {**citation, "citationSuffix": words(comma + page[1])} if page else citation


def _together(citations: Nodes) -> Nodes:
    """Of citations of one paper that name a page each, one that names them all, in order."""
    pages: dict[str, set[str]] = {}
    for citation in citations:
        pages.setdefault(citation["citationId"], set()).add(plain_text(citation["citationSuffix"]))
    made: Nodes = []
    for citation in citations:
        found = pages[citation["citationId"]]
        if len(found) < 2 or not all(map(_ONE_PAGE.fullmatch, found)):
            made.append(citation)
        elif all(citation["citationId"] != other["citationId"] for other in made):
            numbers = sorted(int(text.strip(", ")) for text in found)
            made.append({**citation, "citationSuffix": words(f", {', '.join(map(str, numbers))}")})
    return made


def _sentence(line: Nodes, named: Mapping[str, str], names: bool) -> Nodes:
    """The sentence with the names of the papers that it cites as citations, and their pages there."""
    groups = [node for node in line if node["t"] == "Cite"]
    cited = [citation for group in groups for citation in group["c"][0] if citation["citationMode"]["t"] == "NormalCitation"]
    bylines = {named[citation["citationId"]]: citation["citationId"] for citation in cited if citation["citationId"] in named}
    if not bylines:
        return line
    text = "".join(node["c"] if node["t"] == "Str" else " " if node["t"] == "Space" else _OTHER for node in line)
    inside = [range(start, end) for start, end, _ in quotations(text)]
    found = [
        m
        for m in re.finditer("|".join(map(re.escape, sorted(bylines, key=len, reverse=True))), text)
        if not any(m.start() in span for span in inside)
    ]
    made: Nodes = []
    taken: set[str] = set()
    at = 0
    for match in found:
        key = bylines[match[0]]
        pages = [citation for citation in cited if citation["citationId"] == key]
        moved = len(pages) == 1 and key not in taken
        suffix = plain_text(pages[0]["citationSuffix"]).lstrip(", ") if moved else ""
        taken |= {key} if moved else set()
        suffix += ", retracted" if match[0].endswith(", retracted)") else ""
        made += _piece(line, at, match.start())
        if names:
            made.append(_cite([_citation(key, suffix, "AuthorInText")]))
        else:
            comma = ", " if suffix and not suffix.startswith(",") else ""
            author = words(match[0].rpartition(" (")[0])
            made += [*author, {"t": "Space"}, _cite([_citation(key, comma + suffix, "SuppressAuthor")])]
        at = match.end()
    return _without([*made, *_piece(line, at, len(text))], taken)


_OTHER = "\0"


def _piece(line: Nodes, start: int, end: int) -> Nodes:
    """The inlines between two places of the text, where a string counts its characters and any other one."""
    made: Nodes = []
    at = 0
    for node in line:
        length = len(node["c"]) if node["t"] == "Str" else 1
        if start < at + length and at < end:
            made.append(string(node["c"][max(0, start - at) : end - at]) if node["t"] == "Str" else node)
        at += length
    return made


def _without(line: Nodes, keys: set[str]) -> Nodes:
    """The sentence without the citations in brackets of these papers; where none is left, without the second of two full stops."""
    made: Nodes = []
    for node in line:
        after = made[-1] if made else None
        if node["t"] == "Cite" and node["c"][0][0]["citationMode"]["t"] == "NormalCitation":
            left = [citation for citation in node["c"][0] if citation["citationId"] not in keys]
            if left:
                made.append(_cite(left))
            else:
                made = made[:-1] if after and after["t"] == "Space" else made
                made.append(_GONE)
        elif after is _GONE and node["t"] == "Str":
            made[-1] = string(node["c"][1:] if node["c"].startswith(".") and ends_in_quoted_stop(plain_text(made[:-1])) else node["c"])
        else:
            made.append(node)
    return [node for node in made if node is not _GONE and node != string("")]


_GONE = string("")
