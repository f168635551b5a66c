"""A survey's Markdown as pandoc's document tree: read, made safe, its citations told apart from its text.

Where a sentence names a paper that it cites ("Phan et al. (2019a) report …"), the name becomes a citation too, and takes over the page. So
a style sets it ("Phan et al. [3, p. 4] report …") and the letters of years are the style's own.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from survey.exporting.engines import pandoc
from survey.exporting.tree import Node, Nodes, changed, elements, plain_text, safe, string, words
from survey.records import Reference, Survey, year_letters
from survey.render.bibliography import references_bib
from survey.render.markdown import REFERENCES_ANCHOR
from survey.render.text import citekey, plain

# What a text can act with, and what would read a paper's words otherwise than they stand.
_OFF = (
    *("raw_html", "raw_tex", "raw_attribute", "latex_macros", "tex_math_dollars", "native_divs", "native_spans", "markdown_in_html_blocks"),
    *("yaml_metadata_block", "pandoc_title_block", "example_lists", "smart"),
)
_READ = "markdown" + "".join(f"-{name}" for name in _OFF)
_HEAD = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_LOCATOR = re.compile(r",?\s*(?:pp?\.\s*)(\d[\d\s,&–-]*)")


class Document(NamedTuple):
    """``unknown``: keys that are cited, and that no paper of the survey has."""

    blocks: Nodes
    unknown: tuple[str, ...] = ()


def read(survey: Survey, markdown: str, images: Sequence[str]) -> Document:
    """The body of ``markdown`` without its head and its printed references, which a style prints anew."""
    told = json.loads(pandoc(["-f", _READ, "-t", "json"], _HEAD.sub("", markdown)))
    blocks = _without_references(safe(told["blocks"], images))
    named = {_byline(paper, letter): citekey(paper.key) for paper, letter in _lettered(survey.papers) if paper.authors}
    blocks = changed(blocks, lambda node: _named(node, named))
    known = {citekey(paper.key) for paper in survey.papers}
    cited = dict.fromkeys(key for node in elements(blocks) if node["t"] == "Cite" for key in _keys(node))
    return Document(blocks, tuple(key for key in cited if key not in known))


def printed(document: Document, survey: Survey, language: str, style: str) -> Nodes:
    """The blocks with citations and references set by ``style`` ("": Chicago's author-date), every paper in the list once."""
    files = {"references.bib": references_bib(survey.papers), **({"style.csl": style} if style else {})}
    by = ["--csl=style.csl"] if style else []
    everything = {"t": "MetaInlines", "c": [{"t": "Cite", "c": [[_citation("*")], [string("@*")]]}]}
    heads = {"lang": text_of(language), "nocite": everything, "link-citations": {"t": "MetaBool", "c": True}}
    whole = whole_document([*document.blocks, *references_place()], heads)
    told = json.loads(pandoc(["-f", "json", "-t", "json", "--citeproc", "--bibliography=references.bib", *by], whole, files))
    images = [node["c"][2][0] for node in elements(document.blocks) if node["t"] == "Image"]
    uncited: Nodes = changed(told["blocks"], lambda node: node["c"][1] if node["t"] == "Cite" else [node])
    return safe(uncited, images)


def references_place() -> Nodes:
    """Where the list of references is printed."""
    return [{"t": "Div", "c": [[REFERENCES_ANCHOR, [], []], []]}]


def whole_document(blocks: Nodes, head: Mapping[str, Any]) -> str:
    return json.dumps({"pandoc-api-version": [1, 23, 1], "meta": head, "blocks": blocks})


def text_of(text: str) -> Node:
    """A value of a document's head, as text."""
    return {"t": "MetaInlines", "c": words(plain(text))}
