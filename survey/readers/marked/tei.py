"""TEI as GROBID writes it: what it makes of a PDF, and the texts that it is trained on, whose lines are still those of the page."""

import re
from pathlib import PurePath
from typing import NamedTuple

from lxml import etree

from survey.readers.assembly import Block, assemble, kind_of
from survey.readers.cleaning import opening
from survey.readers.marked.flow import LEAD, SKIP, Element, Role, flow
from survey.readers.marked.markup import Refused, bare, parse
from survey.readers.marked.teifacts import Joined, entry_of, facts_of, folded, inline, plain, words_of
from survey.records import Paper, Skipped, Source


def read(text: str, name: str) -> list[Paper | Skipped]:
    """A paper for every TEI document; its title may be missing, where only the body was worked on."""
    try:
        root = bare(parse(text))
    except Refused as refused:
        return [Skipped(source=name, place=refused.place, reason=refused.reason, cure="run GROBID again")]
    papers = [node for node in root.iter("TEI", "tei", "TEI.2") if next(node.iterancestors("TEI", "tei", "TEI.2"), None) is None]
    if not papers:
        return [Skipped(source=name, reason="holds no TEI document", cure="run GROBID again")]
    return [_paper(node, name, f"paper {number}" if len(papers) > 1 else "") for number, node in enumerate(papers, 1)]


class _Aside(NamedTuple):
    """What is taken out of the running text on the way."""

    captions: list[Block]
    notes: list[Block]


def _paper(tei: Element, name: str, place: str) -> Paper | Skipped:
    _complete(tei)
    facts = facts_of(tei, "" if place else PurePath(name).name)
    aside = _Aside([], [])
    abstract = [block for node in tei.iterfind("teiHeader/profileDesc/abstract") for block in _run_in(node, aside)]
    blocks = [Block("Abstract", 1), *abstract] if abstract else []
    for node in tei.iterfind("text"):
        blocks += flow(node, lambda element: _role(element, aside), folded)
    if aside.notes:
        blocks += [Block("Footnotes", 1), *aside.notes]
    entries = [entry_of(node) for node in tei.iterfind("text//listBibl/*") if node.tag in {"biblStruct", "bibl"}]
    joined = Joined([*blocks, *aside.captions], [entry.printed for entry in entries])
    entries = [entry.model_copy(update={"printed": joined(entry.printed)}) for entry in entries]
    made = assemble(map(joined.block, blocks), cited=entries, captions=map(joined.block, aside.captions))
    if not made.text and not facts["title"]:
        return Skipped(source=name, place=place, reason="the TEI document is empty", cure="run GROBID again, on a PDF with text")
    note = "" if facts["title"] else opening(made.text)
    texts = {"text": made.text, "parts": made.parts, "pages": made.pages, "cited": made.cited, "note": note}
    return Paper.model_validate({**facts, **texts, "sources": (Source(path=name, place=place, reader="tei"),)})


# ---------------------------------------------------------------- text

_PARTS = {"acknowledgement": "Acknowledgements", "acknowledgment": "Acknowledgements", "annex": "Appendix", "appendix": "Appendix",
          "abstract": "Abstract", "intro": "Introduction"}  # fmt: skip


def _complete(tei: Element) -> None:
    """Headings where only a division's type says what it holds."""
    for node in tei.iterfind("text//div"):
        heading = _PARTS.get(node.get("type", ""), "")
        if not heading:
            continue
        head = next(
            (head for head in [*node.findall("head"), *node.findall("div/head")][:1] if kind_of(plain(head)) == kind_of(heading)), None
        )
        if head is None or (kind_of(heading) == "other" and not plain(head)[:1].isalpha()):
            head = etree.Element("head")
            head.text = heading
            # The texts for training have the heading's words in the text.
            head.tail = re.sub(rf"^\s*(?:[\dIVX.]+\s*)?{heading}\b[\s.:—–-]*", "", node.text or "", flags=re.IGNORECASE)
            node.text = None
            node.insert(0, head)
        head.set("level", "1")


def _run_in(node: Element, aside: _Aside) -> list[Block]:
    """An abstract; its headings run in, since "Methods" in an abstract is no section of the paper."""
    return flow(node, lambda e: Role("lead", end=":") if e.tag == "head" else _role(e, aside), folded)


def _role(element: Element, aside: _Aside) -> Role:
    tag = str(element.tag)
    if tag == "figure" or (tag == "table" and element.find("row") is None):
        aside.captions.append(Block(_caption(element)))
        return Role("skip", said=" ")
    if tag == "note":
        if element.get("place") != "headnote" and next(element.iterancestors("front"), None) is None:
            aside.notes.extend(flow(element, lambda inner: SKIP if inner.tag == "note" else _role(inner, aside), folded))
        return Role("skip", said=" ")
    if tag == "head":
        return _heading(element)
    if tag in {"p", "item", "div", "formula", "quote", "list", "ab", "front", "body", "back", "lg", "l", "sp", "argument"}:
        return Role("block", page=_page(element))
    if tag in {"pb", "s"}:
        return Role(page=_page(element), said=" " if tag == "pb" else "")
    return LEAD if tag == "label" and element.getnext() is not None and element.getnext().tag == "item" else inline(element)  # type: ignore[union-attr]


def _heading(head: Element) -> Role:
    number, text = head.get("n", "").strip(), plain(head)
    told = number or (match[0] if (match := re.match(r"\d+(?:\.\d+)+", text)) else "")
    level = head.get("level", "")
    around = [node.get("type", "") for node in head.iterancestors("div")]
    depth = told.strip(".").count(".") + 1 if told else max(1, around.count(""))
    depth = (
        int(level)
        if level.isascii() and level.isdigit() and len(level) == 1
        else depth + any(kind in {"annex", "appendix"} for kind in around)
    )
    return Role("block", level=max(1, depth), said=f"{number} " if number and not text.startswith(number) else "", page=_page(head))


def _page(element: Element) -> int:
    """The page that GROBID's coordinates or a page break tell; 0 for none."""
    told = element.get("n", "") if element.tag == "pb" else element.get("coords", "").partition(",")[0]
    return int(told) if told.isascii() and told.isdigit() and len(told) < 6 else 0


def _caption(figure: Element) -> str:
    head, told, note = (" ".join(words_of(node) for node in figure.findall(tag)) for tag in ("head", "figDesc", "note"))
    if not told:
        return words_of(figure, lambda e: SKIP if e.tag in {"table", "graphic"} else inline(e))
    return " ".join(filter(None, ("" if told.startswith(head.rstrip(" .:")) else head, told, note)))
