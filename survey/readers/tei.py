"""TEI as GROBID writes it: what it makes of a PDF, and the texts that it is trained on, whose lines are still those of the page."""

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, NamedTuple

from lxml import etree

from survey.readers.assembly import Block, assemble, kind_of
from survey.readers.citing import cited, date_in, page_range, pages_of
from survey.readers.cleaning import one_line, opening
from survey.readers.facts import arxiv_date, arxiv_of, doi, iso_date
from survey.readers.flow import INLINE, LEAD, SKIP, Element, Role, flow, formula
from survey.readers.hyphens import Spelling
from survey.readers.markup import Refused, bare, parse
from survey.readers.names import split_names
from survey.records import Cited, Paper, Skipped, Source

_LINE = "\ufdd0"
"""Stands for a line's end; no text that was cleaned holds it."""
_FRONT = frozenset({"date", "keyword", "publisher", "idno", "address", "email"})
_LEFT = frozenset(
    {"teiHeader", "listBibl", "biblStruct", "bibl", "graphic", "figure", "table", "docTitle", "byline", "page", "fw", "trash", "listOrg"}
)


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
    facts = _facts(tei, "" if place else PurePath(name).name)
    aside = _Aside([], [])
    abstract = [block for node in tei.iterfind("teiHeader/profileDesc/abstract") for block in _run_in(node, aside)]
    blocks = [Block("Abstract", 1), *abstract] if abstract else []
    for node in tei.iterfind("text"):
        blocks += flow(node, lambda element: _role(element, aside), _folded)
    if aside.notes:
        blocks += [Block("Footnotes", 1), *aside.notes]
    entries = [_entry(node) for node in tei.iterfind("text//listBibl/*") if node.tag in {"biblStruct", "bibl"}]
    joined = _Joined([*blocks, *aside.captions], [entry.printed for entry in entries])
    entries = [entry.model_copy(update={"printed": joined(entry.printed)}) for entry in entries]
    made = assemble(map(joined.block, blocks), cited=entries, captions=map(joined.block, aside.captions))
    if not made.text and not facts["title"]:
        return Skipped(source=name, place=place, reason="the TEI document is empty", cure="run GROBID again, on a PDF with text")
    note = "" if facts["title"] else opening(made.text)
    texts = {"text": made.text, "parts": made.parts, "pages": made.pages, "cited": made.cited, "note": note}
    return Paper.model_validate({**facts, **texts, "sources": (Source(path=name, place=place, reader="tei"),)})


# ---------------------------------------------------------------- lines of the page

_BROKEN = re.compile(r"[^\W\d_]-$")


def _folded(text: str) -> str:
    return " ".join(text.split())


class _Joined:
    """Lines put together to paragraphs; a hyphen at a line's end stays only where it is the word's own."""

    def __init__(self, blocks: list[Block], others: list[str]) -> None:
        texts = [text for text in (*(block.text for block in blocks), *others) if _LINE in text]
        lines = (line.strip() for text in texts for line in text.split(_LINE))
        self._spelling = Spelling((line, bool(_BROKEN.search(line))) for line in lines if line)

    def block(self, block: Block) -> Block:
        return block._replace(text=self(block.text))

    def __call__(self, text: str) -> str:
        if _LINE not in text:
            return one_line(text)
        pieces: list[str] = []
        for line in filter(None, (line.strip() for line in text.split(_LINE))):
            if pieces and _BROKEN.search(pieces[-1]) and line[0].isalnum():
                if line[0].islower() and not self._spelling.keeps(pieces[-1][:-1], line):
                    pieces[-1] = pieces[-1][:-1]
            elif pieces:
                pieces.append(" ")
            pieces.append(line)
        return one_line("".join(pieces))


# ---------------------------------------------------------------- text

_PARTS = {"acknowledgement": "Acknowledgements", "acknowledgment": "Acknowledgements", "annex": "Appendix", "appendix": "Appendix",
          "abstract": "Abstract"}  # fmt: skip


def _complete(tei: Element) -> None:
    """Headings where only a division's type says what it holds."""
    for node in tei.iterfind("text//div"):
        heading = _PARTS.get(node.get("type", ""), "")
        if not heading:
            continue
        head = next(
            (head for head in [*node.findall("head"), *node.findall("div/head")][:1] if kind_of(_plain(head)) == kind_of(heading)), None
        )
        if head is None or (kind_of(heading) == "other" and not _plain(head)[:1].isalpha()):
            head = etree.Element("head")
            head.text = heading
            node.insert(0, head)
        head.set("level", "1")


def _run_in(node: Element, aside: _Aside) -> list[Block]:
    """An abstract; its headings run in, since "Methods" in an abstract is no section of the paper."""
    return flow(node, lambda e: Role("lead", end=":") if e.tag == "head" else _role(e, aside), _folded)


def _role(element: Element, aside: _Aside) -> Role:
    tag = str(element.tag)
    if tag == "figure" or (tag == "table" and element.find("row") is None):
        aside.captions.append(Block(_caption(element)))
        return Role("skip", said=" ")
    if tag == "note":
        if element.get("place") != "headnote":
            aside.notes.extend(flow(element, lambda inner: SKIP if inner.tag == "note" else _role(inner, aside), _folded))
        return Role("skip", said=" ")
    if tag == "head":
        return _heading(element)
    if tag in {"p", "item", "div", "formula", "quote", "list", "ab", "front", "body", "back", "lg", "l", "sp", "argument"}:
        return Role("block", page=_page(element))
    if tag in {"pb", "s"}:
        return Role(page=_page(element), said=" " if tag == "pb" else "")
    return LEAD if tag == "label" and element.getnext() is not None and element.getnext().tag == "item" else _inline(element)  # type: ignore[union-attr]


def _inline(element: Element) -> Role:
    tag = element.tag
    if tag == "lb":
        return Role(said=_LINE)
    if tag == "math":
        return Role("skip", said=formula(element))
    return SKIP if tag in _LEFT or (tag in _FRONT and _above(element) == "front") else INLINE


def _above(element: Element) -> str:
    parent = element.getparent()
    return "" if parent is None else str(parent.tag)


def _heading(head: Element) -> Role:
    number, text = head.get("n", "").strip(), _plain(head)
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
    head, told, note = (" ".join(_words(node) for node in figure.findall(tag)) for tag in ("head", "figDesc", "note"))
    if not told:
        return _words(figure, lambda e: SKIP if e.tag in {"table", "graphic"} else _inline(e))
    return " ".join(filter(None, ("" if told.startswith(head.rstrip(" .:")) else head, told, note)))


def _words(element: Element | None, role: Callable[[Element], Role] = _inline) -> str:
    """All that ``element`` says, on one line, the lines of the page still marked."""
    return "" if element is None else " ".join(block.text for block in flow(element, role, _folded))


def _plain(element: Element | None) -> str:
    return _Joined([], [])(_words(element))


# ---------------------------------------------------------------- bibliographic facts


def _facts(tei: Element, file: str) -> dict[str, Any]:
    source = tei.find("teiHeader/fileDesc/sourceDesc/biblStruct")
    facts = _structured(source) if source is not None else {}
    stated = tei.find("teiHeader/fileDesc/titleStmt")
    published = tei.find("teiHeader/fileDesc/publicationStmt")
    front = tei.find("text/front")
    facts["title"] = _title(stated) or facts.get("title") or " ".join(_plain(node) for node in _all(front, ".//docTitle"))
    facts["authors"] = facts.get("authors") or _people(stated) or _byline(front)
    facts["date"] = facts.get("date") or _date(published) or _date(front)
    facts["publisher"] = facts.get("publisher") or _plain(published.find("publisher") if published is not None else None)
    for node in (published, front):
        facts = {**_ids(node), **{key: value for key, value in facts.items() if value}} if node is not None else facts
    facts["arxiv"] = facts.get("arxiv") or arxiv_of(file)
    facts["date"] = facts.get("date") or arxiv_date(facts["arxiv"])
    terms = [_plain(node) for node in tei.iterfind("teiHeader/profileDesc/textClass/keywords//term")]
    loose = [] if terms else [_plain(n) for n in [*tei.iterfind("teiHeader/profileDesc/textClass/keywords"), *_all(front, ".//keyword")]]
    terms += [term.strip(" .") for text in loose for term in re.split(r"[,;•·]", text.removeprefix("Keywords:"))]
    return {**facts, "title": facts.get("title", ""), "keywords": tuple(dict.fromkeys(filter(None, terms)))}


def _all(node: Element | None, path: str) -> list[Element]:
    return [] if node is None else node.findall(path)


def _structured(source: Element) -> dict[str, Any]:
    """What a ``biblStruct`` says of a work: its own level, and that of the journal or book around it."""
    work, around = source.find("analytic"), source.find("monogr")
    title, venue = _title(work), _title(around)
    level = next((node.get("level", "") for node in _all(around, "title")), "")
    inside = bool(title)
    imprint = around.find("imprint") if around is not None else None
    facts = {
        "kind": {"j": "article", "m": "inproceedings" if inside else "book"}.get(level, ""), "title": title or venue,
        "authors": _people(work) or _people(around) or _people(source), "date": _date(imprint) or _date(around),
        "venue": (venue if inside else "") or _plain(around.find("meeting") if around is not None else None),
        "publisher": _plain(imprint.find("publisher") if imprint is not None else None), **_scope(source), **_ids(source),
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value}


def _title(node: Element | None) -> str:
    titles = _all(node, "title")
    main = [title for title in titles if title.get("type") == "main"] or titles
    subtitle = next((_plain(title) for title in titles if title.get("type") == "sub"), "")
    text = next(filter(None, map(_plain, main)), "")
    return f"{text}: {subtitle}" if text and subtitle else text


def _people(node: Element | None) -> tuple[str, ...]:
    return tuple(filter(None, (_person(author) for author in _all(node, "author"))))


def _person(author: Element) -> str:
    """ "Given Family" of one who is named; a group by its name."""
    name = author.find("persName")
    if name is None:
        return _plain(author.find("orgName")) if len(author) else _plain(author)
    parts = [_plain(part) for tag in ("forename", "nameLink", "surname", "genName") for part in name.findall(tag)]
    return " ".join(filter(None, parts)) or _plain(name)


def _byline(front: Element | None) -> tuple[str, ...]:
    text = ", ".join(_plain(node) for node in _all(front, ".//docAuthor"))
    text = re.sub(r"\s*[\d*†‡§¶]+(?:\s*,\s*[\d*†‡§¶]+)*\s*(?=,|;|\band\b|&|$)", "", text)
    return tuple(split_names(text.strip(" ,;")) or ()) if text else ()


def _date(node: Element | None) -> str:
    dates = sorted(dict.fromkeys(_all(node, "date") + _all(node, ".//date")), key=lambda date: date.get("type") != "published")
    return next(filter(None, (iso_date(date.get("when", "")) or date_in(_plain(date)) for date in dates)), "")


_UNITS = {"vol": "volume", "volume": "volume", "issue": "number", "num": "number", "page": "page_range", "pp": "page_range"}


def _scope(node: Element) -> dict[str, str]:
    facts: dict[str, str] = {}
    for scope in node.iter("biblScope"):
        field = _UNITS.get(scope.get("unit") or scope.get("type") or "", "")
        text = page_range(scope.get("from", ""), scope.get("to", "")) or pages_of(_plain(scope))
        if field and text:
            facts.setdefault(field, text)
    return facts


def _ids(node: Element) -> dict[str, Any]:
    told = {(idno.get("type") or "").casefold(): _plain(idno) for idno in reversed([*node.iter("idno")])}
    links = " ".join(ptr.get("target", "") for ptr in node.iter("ptr"))
    pmcid = re.sub(r"\D", "", told.get("pmcid", ""))
    facts = {
        "doi": doi(told.get("doi", "")) or doi(links), "arxiv": arxiv_of(told.get("arxiv", "")) or arxiv_of(told.get("", "")),
        "pmid": re.sub(r"\D", "", told.get("pmid", "")), "ids": (f"pmcid:PMC{pmcid}",) if pmcid else (),
        "url": links if links.startswith(("http://", "https://")) and " " not in links else "",
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value}


# ---------------------------------------------------------------- the reference list


def _entry(node: Element) -> Cited:
    """An entry as it is printed, where GROBID was asked to keep that, with what was marked in it."""
    if node.tag == "bibl":
        title = next((_plain(part) for part in node.findall("title") if part.get("level") == "a"), "")
        venue = next((_plain(part) for part in node.findall("title") if part.get("level") in {"j", "m"}), "")
        facts = {"title": title or venue, "venue": venue if title else "", "date": _date(node), **_scope(node), **_ids(node)}
        return cited(
            _words(node, lambda e: SKIP if e.tag == "label" else INLINE if e.tag != "lb" else _inline(e)), facts, _plain(node.find("label"))
        )
    raw = next((_words(note) for note in node.iter("note") if note.get("type") == "raw_reference"), "")
    return cited(raw, {"authors": (), **_structured(node)}, node.get("id", ""))
