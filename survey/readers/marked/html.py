"""Web pages of papers: publishers' pages, PubMed Central, LaTeXML (arXiv, ar5iv), and landing pages with no more than the abstract."""

import re
from pathlib import PurePath

from survey.readers.assembly import Block, assemble, is_heading, kind_of
from survey.readers.cleaning import one_line, opening
from survey.readers.facts import arxiv_date, arxiv_of
from survey.readers.marked.flow import SKIP, Element, Role, words
from survey.readers.marked.markup import Refused, parse_html
from survey.readers.marked.page import Page, byline, classes
from survey.readers.marked.webfacts import abstract_in, cited_in, facts_of, is_scholarly, linked_data, tags_of
from survey.readers.names import split_names
from survey.records import Paper, Skipped, Source

_PROSE = 1500
"""Characters in paragraphs of some length, under which a page that cites nothing and says nothing of itself is no paper."""
_SECTIONS = frozenset({"introduction", "related", "method", "results", "discussion", "conclusion"})


def read(text: str, name: str) -> list[Paper | Skipped]:
    """One paper; what the page hides is left out and told. A login, a search, a shop is no paper."""
    try:
        root = parse_html(text)
    except Refused as refused:
        return [Skipped(source=name, reason=refused.reason, cure="save the page again, or get the paper as PDF")]
    tags, data = tags_of(root), linked_data(root)
    facts = facts_of(tags, data, _address(root, text))
    content = _content(root)
    facts["title"] = facts["title"] or _heading(root, content) or next(iter(tags.get("og:title", [])), "") or _window(root)
    page = Page(content, facts["title"])
    stated = "citation_title" in tags or "citation_doi" in tags or is_scholarly(data)
    named, page.blocks = byline(page.blocks, facts["title"])
    blocks = _text(page, abstract_in(tags, data), stated, _asks(root))
    if blocks is None:
        cure = "save the page of the paper itself, or get the paper as PDF"
        return [Skipped(source=name, reason="is a web page, not a paper", cure=cure)]
    entries = page.cited or cited_in(tags)
    if entries and page.list_heading:
        blocks.append(Block(page.list_heading, 1))
    made = assemble(blocks, cited=entries, captions=page.captions)
    if not made.text and not facts["title"]:
        return [Skipped(source=name, reason="the page holds no text", cure="save the page again, or get the paper as PDF")]
    arxiv = facts["arxiv"] or arxiv_of(_window(root, whole=True).lstrip("[")) or arxiv_of(PurePath(name).name)
    facts |= {
        "authors": facts["authors"] or _people(content) or named, "arxiv": arxiv, "date": facts["date"] or arxiv_date(arxiv),
        "text": made.text, "parts": made.parts, "cited": made.cited, "note": "" if facts["title"] else opening(made.text),
        "sources": (Source(path=name, reader="html"),),
    }  # fmt: skip
    return [Paper.model_validate(facts), *_told(page.hidden, name)]


def _text(page: Page, told: str, stated: bool, asks: bool) -> list[Block] | None:
    """The text of a page; None if it is no paper's. ``stated``: its tags say that it is one; ``told``: the abstract of its tags."""
    blocks = page.blocks
    sections = {kind_of(block.text) for block in blocks if block.level}
    prose = sum(len(block.text) for block in blocks if len(block.text) > 120 and not block.level)
    if not stated and "abstract" not in sections and len(sections & _SECTIONS) < 2 and (prose < _PROSE or asks):
        return None
    abstract = page.abstract or ([Block(told)] if told and "abstract" not in sections else [])
    landing = stated and not sections & _SECTIONS and prose < 2 * _PROSE
    if landing and (abstract or "abstract" not in sections):
        blocks = []  # what stands around the abstract belongs to the site
    if abstract and not (page.abstract and blocks):
        blocks = [Block("Abstract", 1), *abstract, *blocks]
    return blocks + ([Block("Footnotes", 1), *page.notes] if page.notes else [])


def _told(hidden: list[str], name: str) -> list[Skipped]:
    if not hidden:
        return []
    more = f", and {len(hidden) - 1} more such passages" if len(hidden) > 1 else ""
    reason = f"hidden text was left out: “{one_line(hidden[0])[:120]}”{more}"
    return [Skipped(source=name, reason=reason, cure="look at the page's source, if it matters", expected=True)]


def _asks(root: Element) -> bool:
    return any(field.get("type", "").casefold() == "password" for field in root.iter("input"))


def _address(root: Element, text: str) -> str:
    """Where the page was: told by itself, or by the browser that saved it."""
    saved = re.search(r"<!-- saved from url=\(\d{1,5}\)(https?://\S+) -->", text[:2000])
    for link in root.iter("link"):
        if link.get("rel", "").casefold() == "canonical" and link.get("href"):
            return str(link.get("href"))
    told = next((meta.get("content", "") for meta in root.iter("meta") if meta.get("property") == "og:url"), "")
    return told or (saved[1] if saved else "")


def _content(root: Element) -> Element:
    """The part of the page that holds the paper: the largest of those that are marked as such, if it holds enough of the text."""
    body = next(root.iter("body"), root)
    marked = [
        element
        for element in body.iter("article", "main", "div", "section")
        if (element.tag in {"article", "main"} or element.get("role") == "main" or "ltx_document" in classes(element))
        and next(element.iterancestors("article"), None) is None
    ]
    sizes = [(_size(element), -number, element) for number, element in enumerate(marked)]
    size, _, largest = max(sizes, default=(0, 0, body))
    return largest if size > 0.3 * _size(body) else body


def _size(element: Element) -> int:
    left = sum(len(script.text or "") for script in element.iter("script", "style"))
    return sum(len(str(text)) for text in element.itertext()) - left


def _heading(root: Element, content: Element) -> str:
    """The title as the page prints it."""
    heads = sorted(content.iter("h1"), key=lambda head: "ltx_title_document" not in classes(head))
    if not heads:  # then a lower heading that the window repeats is more than one of the whole site
        window = _window(root, whole=True).casefold()
        heads = [head for head in list(content.iter("h2"))[:1] if words(head, _bare).casefold() in window] + list(root.iter("h1"))
    return next((text for head in heads if (text := words(head, _bare)) and not is_heading(text)), "")


def _bare(element: Element) -> Role:
    """A title without the marks of its notes."""
    return (
        SKIP
        if element.tag in {"button", "script", "style", "svg"} or "ltx_note" in classes(element)
        else Role(said=" " if element.tag == "br" else "")
    )


def _window(root: Element, whole: bool = False) -> str:
    """The title of the browser's window, without the site's name."""
    text = words(next(root.iter("title"), None))
    return text if whole else re.sub(r"^\[[\d.]+(?:v\d+)?\]\s*|\s+(?:\||[-–—:] (?=[^-–—|:]*$)).*$", "", text)


def _people(content: Element) -> tuple[str, ...]:
    """The by-line of LaTeXML: names stand before the first line break of each."""
    found: list[str] = []
    for node in content.iter("span", "div"):
        if "ltx_personname" in classes(node):
            line = words(node, _by_line).partition(_END)[0]
            found += split_names(re.sub(r"[\d*†‡§¶∗]+| (?=,)", "", line).strip(" ,;&")) or []
    return tuple(dict.fromkeys(found))


_END = "\ue000"


def _by_line(element: Element) -> Role:
    return SKIP if element.tag in {"sup", "math"} or "ltx_note" in classes(element) else Role(said=_END if element.tag == "br" else "")
