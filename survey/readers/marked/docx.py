"""Word documents, through mammoth to HTML. The archive is looked at first, and only its text is handed on, without what Word hides."""

import io
import re
import stat
import zipfile
import zlib
from typing import Any

from lxml import etree

from survey.readers.assembly import Block, assemble, is_heading, kind_of
from survey.readers.cleaning import clean, decode, one_line, opening
from survey.readers.facts import arxiv_in, doi, iso_date
from survey.readers.formats import Found
from survey.readers.marked.flow import Element, words
from survey.readers.marked.markup import Refused, bare, parse, parse_html
from survey.readers.marked.page import HEADINGS, Page, byline
from survey.readers.names import is_name, split_names
from survey.records import Paper, Skipped, Source

TOTAL = 200_000_000
"""Bytes unpacked, pictures and all. What mammoth is given is held to :data:`TEXT` bytes and :data:`TAGS` tags: it takes some 20 times
the memory of its text, and a second for each megabyte."""
TEXT = 15_000_000
TAGS = 800_000
RATIO = 300
"""How many times larger a part may be than its packed form; Word's XML packs to a tenth, at most a fortieth."""
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='Caption'] => figcaption:fresh
p[style-name='Abstract'] => div.abstract > p:fresh
"""
_NO_TITLE = re.compile(r"microsoft word|document ?\d*$|untitled|.*\.(?:docx?|tex|dvi|pdf)$|dokument|title$", re.IGNORECASE)


def read(data: bytes, name: str) -> list[Found]:
    """One paper; what the document hides is left out and told."""
    try:
        parts = _parts(data)
        hidden = _readied(parts)
        root = parse_html(_to_html(parts))
    except Refused as refused:
        return [Skipped(source=name, place=refused.place, reason=refused.reason, cure="save the document again, or as PDF")]
    notes = _notes(root)
    _head(root)
    facts = _core(parts)
    title = _title(root, facts.pop("title"))
    page = Page(root, title)
    authors, blocks = byline([b for b in page.blocks if b.text.casefold() != title.casefold()], title)
    if notes:
        blocks += [Block("Notes", 1), *notes]
    if page.list_heading and page.cited:
        blocks.append(Block(page.list_heading, 1))
    made = assemble(blocks, lead="other" if any(b.level for b in blocks) else "abstract", cited=page.cited, captions=page.captions)
    if not made.text and not title:
        return [
            Skipped(source=name, reason="the document holds no text", cure="if its pages are pictures, run a text recognition over them")
        ]
    start = " ".join(block.text for block in page.blocks[:8])[:2000]
    facts |= {
        "title": title, "authors": authors or facts["authors"], "doi": doi(start), "arxiv": arxiv_in(start), "text": made.text,
        "parts": made.parts, "cited": made.cited, "note": "" if title else opening(made.text),
        "sources": (Source(path=name, reader="docx"),),
    }  # fmt: skip
    told = [
        Skipped(
            source=name,
            reason=f"hidden text was left out: “{' '.join(hidden)[:120]}”",
            cure="show it in Word, if it matters",
            expected=True,
        )
    ]
    return [Paper.model_validate(facts), *(told if hidden else [])]


# ---------------------------------------------------------------- the archive


def _parts(data: bytes) -> dict[str, bytes]:
    """The XML parts of the archive. Raises :class:`Refused` for one that is no document or that is built to harm."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            for info in infos:
                if re.search(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:", info.filename) or stat.S_ISLNK(info.external_attr >> 16):
                    raise Refused("the document's archive names a file outside of itself")
                if info.file_size > 1_000_000 and info.file_size > RATIO * max(1, info.compress_size):
                    raise Refused("the document's archive unpacks to far more than it holds, as bombs do")
                if info.flag_bits & 1:
                    raise Refused("the document is encrypted")
            text = [info for info in infos if info.filename.endswith((".xml", ".rels"))]
            if sum(info.file_size for info in infos) > TOTAL or sum(info.file_size for info in text) > TEXT:
                raise Refused(f"the document unpacks to more than {TOTAL:,} bytes, or its text to more than {TEXT:,}")
            parts = {info.filename: archive.read(info) for info in text}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, zlib.error) as error:
        raise Refused("the document is damaged or cut off") from error
    if sum(data.count(b"<") for data in parts.values()) > TAGS:
        raise Refused(f"the document has more than {TAGS:,} tags")
    if "word/document.xml" not in parts:
        raise Refused("the archive holds no Word document")
    return parts


def _tree(data: bytes) -> Element:
    return parse(clean(decode(data) or ""))


def _readied(parts: dict[str, bytes]) -> list[str]:
    """``parts`` checked, their formulas made text, hidden runs taken out of them; what was hidden."""
    hidden: list[str] = []
    for name, data in parts.items():
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise Refused("the document's XML declares a type of its own, which can hide what is read", name)
        root = _tree(data)
        if not name.startswith("word/"):
            continue
        for formula in list(root.iter(f"{_MATH}oMath")):
            run = etree.Element(f"{_WORD}r")
            etree.SubElement(run, f"{_WORD}t").text = "".join(str(node.text or "") for node in formula.iter(f"{_MATH}t"))
            run.tail = formula.tail
            parent = formula.getparent()
            if parent is not None:
                parent.replace(formula, run)
        for around in list(root.iter(f"{_MATH}oMathPara")):
            around.tag = f"{_WORD}smartTag"  # whose runs are read as those of the paragraph
        for run in [run for run in root.iter(f"{_WORD}r") if _is_hidden(run)]:
            hidden.append(one_line("".join(str(node.text or "") for node in run.iter(f"{_WORD}t"))))
            run.clear()
        parts[name] = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return [text for text in hidden if text]


def _is_hidden(run: Element) -> bool:
    """Whether Word shows nothing of the run: marked so, white on white, or too small for an eye."""
    look = run.find(f"{_WORD}rPr")
    if look is None:
        return False
    told = {str(node.tag).rpartition("}")[2]: node.get(f"{_WORD}val", "true") for node in look}
    white = bool(re.fullmatch(r"(?:f[89a-f]){3}", told.get("color", "").casefold())) and not told.keys() & {"shd", "highlight"}
    size = told.get("sz", "")
    return told.get("vanish", "0") not in {"0", "false", "off"} or white or (size.isdigit() and int(size) <= 4)


def _to_html(parts: dict[str, bytes]) -> str:
    import mammoth  # with its parser of style maps, a tenth of a second

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    packed.seek(0)
    try:
        html = mammoth.convert_to_html(
            packed, style_map=_STYLES, convert_image=mammoth.images.img_element(lambda _: {}), include_embedded_style_map=False
        )
    except RecursionError as error:
        raise Refused("the document nests too deep") from error
    except Exception as error:  # whatever a damaged document does to the converter
        raise Refused(f"the document cannot be converted: {type(error).__name__}") from error
    return f"<html><body>{html.value}</body></html>"


# ---------------------------------------------------------------- the paper


def _core(parts: dict[str, bytes]) -> dict[str, Any]:
    """What the document's properties say: weak facts, since Word fills them in by itself."""
    facts: dict[str, Any] = {"title": "", "authors": (), "date": ""}
    if (data := parts.get("docProps/core.xml")) is None:
        return facts
    root = bare(_tree(data))
    creator = words(root.find("creator"))
    title = words(root.find("title"))
    names = split_names(creator.replace(";", ",")) or ([creator] if is_name(creator) else [])
    return {
        "title": "" if _NO_TITLE.match(title) else title,
        "authors": tuple(name for name in names if len(name.split()) > 1),
        "date": iso_date(words(root.find("created"))[:10]),
    }


def _notes(root: Element) -> list[Block]:
    """Footnotes and endnotes, which mammoth lists at the end."""
    notes = []
    for item in list(root.iter("li")):
        if item.get("id", "").startswith(("footnote-", "endnote-")):
            notes.append(Block(words(item).rstrip(" ↑")))
            item.clear()
    return [note for note in notes if note.text]


def _head(root: Element) -> None:
    """Headings where the writer used no styles for them: a line in bold, or one that says what its section holds."""
    if any(head.get("class") != "title" for head in root.iter(*HEADINGS)):
        return
    for paragraph in root.iter("p"):
        text = words(paragraph)
        parent = paragraph.getparent()
        if not text or len(text.split()) > 12 or text.endswith((".", ",", ";", ":")) or parent is None or parent.tag in {"td", "th", "li"}:
            continue
        bold = "".join(str(t) for node in paragraph.iterchildren("strong") for t in node.itertext())
        if one_line(bold) == text or (kind_of(text) != "other" and is_heading(text)):
            paragraph.tag = "h2"


def _title(root: Element, told: str) -> str:
    """By the style "Title", or the document's properties, or the first heading, or the first line if it is a short one."""
    heads = [head for head in root.iter(*HEADINGS) if words(head)]
    styled = next((words(head) for head in heads if head.get("class") == "title"), "")
    first = next((node for node in root.iter("p", *HEADINGS) if words(node)), None)
    if styled or told:
        return styled or told
    if first is None or is_heading(words(first)):
        return ""
    text = words(first)
    if first.tag == "p" and (len(text.split()) > 25 or text.endswith(".")):
        return ""
    first.tag = "h1"
    return text
