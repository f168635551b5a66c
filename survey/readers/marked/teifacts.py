"""What TEI says of a paper and of the works it cites; its words within a line, and lines of the page put together to paragraphs."""

import re
from collections.abc import Callable
from typing import Any

from survey.readers.assembly import Block
from survey.readers.cleaning import one_line
from survey.readers.facts import arxiv_date, arxiv_of, doi, doi_of, iso_date
from survey.readers.hyphens import Spelling
from survey.readers.marked.citing import cited, date_in, page_range, pages_of
from survey.readers.marked.flow import INLINE, SKIP, Element, Role, flow, formula
from survey.readers.names import split_names
from survey.records import Cited

_LINE = "\ufdd0"
"""Stands for a line's end; no text that was cleaned holds it."""
_FRONT = frozenset({"date", "keyword", "publisher", "idno", "address", "email"})
_LEFT = frozenset(
    {"teiHeader", "listBibl", "biblStruct", "bibl", "graphic", "figure", "table", "docTitle", "byline", "page", "fw", "trash", "listOrg"}
)


def inline(element: Element) -> Role:
    tag = element.tag
    if tag == "lb":
        return Role(said=_LINE)
    if tag == "math":
        return Role("skip", said=formula(element))
    return SKIP if tag in _LEFT or (tag in _FRONT and _above(element) == "front") else INLINE


def _above(element: Element) -> str:
    parent = element.getparent()
    return "" if parent is None else str(parent.tag)


# ---------------------------------------------------------------- lines of the page

_BROKEN = re.compile(r"[^\W\d_]-$")


def folded(text: str) -> str:
    return " ".join(text.split())


class Joined:
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
            elif pieces and line[0] not in ".,;:)":
                pieces.append(" ")
            pieces.append(line)
        return one_line("".join(pieces))


def words_of(element: Element | None, role: Callable[[Element], Role] = inline) -> str:
    """All that ``element`` says, on one line, the lines of the page still marked."""
    return "" if element is None else " ".join(block.text for block in flow(element, role, folded))


def plain(element: Element | None) -> str:
    return Joined([], [])(words_of(element))


# ---------------------------------------------------------------- bibliographic facts


def facts_of(tei: Element, file: str) -> dict[str, Any]:
    source = tei.find("teiHeader/fileDesc/sourceDesc/biblStruct")
    facts = _structured(source) if source is not None else {}
    stated = tei.find("teiHeader/fileDesc/titleStmt")
    published = tei.find("teiHeader/fileDesc/publicationStmt")
    front = tei.find("text/front")
    facts["title"] = _title(stated) or facts.get("title") or " ".join(plain(node) for node in _all(front, ".//docTitle"))
    facts["authors"] = facts.get("authors") or _people(stated) or _byline(front)
    facts["date"] = facts.get("date") or _date(published) or _date(front)
    facts["publisher"] = facts.get("publisher") or plain(published.find("publisher") if published is not None else None)
    for node in (published, front):
        facts = {**_ids(node), **{key: value for key, value in facts.items() if value}} if node is not None else facts
    facts["arxiv"] = facts.get("arxiv") or arxiv_of(file)
    facts["date"] = facts.get("date") or arxiv_date(facts["arxiv"])
    terms = [plain(node) for node in tei.iterfind("teiHeader/profileDesc/textClass/keywords//term")]
    loose = [] if terms else [plain(n) for n in [*tei.iterfind("teiHeader/profileDesc/textClass/keywords"), *_all(front, ".//keyword")]]
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
        "venue": (venue if inside else "") or plain(around.find("meeting") if around is not None else None),
        "publisher": plain(imprint.find("publisher") if imprint is not None else None), **_scope(source), **_ids(source),
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value}


def _title(node: Element | None) -> str:
    titles = _all(node, "title")
    main = [title for title in titles if title.get("type") == "main"] or titles
    subtitle = next((plain(title) for title in titles if title.get("type") == "sub"), "")
    text = next(filter(None, map(plain, main)), "")
    return f"{text}: {subtitle}" if text and subtitle else text


def _people(node: Element | None) -> tuple[str, ...]:
    return tuple(filter(None, (_person(author) for author in _all(node, "author"))))


def _person(author: Element) -> str:
    """ "Given Family" of one who is named; a group by its name."""
    name = author.find("persName")
    if name is None:
        return plain(author.find("orgName")) if len(author) else plain(author)
    parts = [plain(part) for tag in ("forename", "nameLink", "surname", "genName") for part in name.findall(tag)]
    return " ".join(filter(None, parts)) or plain(name)


def _byline(front: Element | None) -> tuple[str, ...]:
    text = ", ".join(plain(node) for node in _all(front, ".//docAuthor"))[:5000]
    text = re.sub(r"[\d*†‡§¶]+(?:\s?,\s?[\d*†‡§¶]+)*", " ", text)
    text = re.sub(r"\s+(?=,)", "", re.sub(r"\s+", " ", text))
    return tuple(split_names(text.strip(" ,;")) or ()) if text else ()


def _date(node: Element | None) -> str:
    dates = sorted(dict.fromkeys(_all(node, "date") + _all(node, ".//date")), key=lambda date: date.get("type") != "published")
    return next(filter(None, (iso_date(date.get("when", "")) or date_in(plain(date)) for date in dates)), "")


_UNITS = {"vol": "volume", "volume": "volume", "issue": "number", "num": "number", "page": "page_range", "pp": "page_range"}


def _scope(node: Element) -> dict[str, str]:
    facts: dict[str, str] = {}
    for scope in node.iter("biblScope"):
        field = _UNITS.get(scope.get("unit") or scope.get("type") or "", "")
        text = page_range(scope.get("from", ""), scope.get("to", "")) or pages_of(plain(scope))
        if field and text:
            facts.setdefault(field, text)
    return facts


def _ids(node: Element) -> dict[str, Any]:
    told = {(idno.get("type") or "").casefold(): plain(idno) for idno in reversed([*node.iter("idno")])}
    links = " ".join(ptr.get("target", "") for ptr in node.iter("ptr"))
    pmcid = re.sub(r"\D", "", told.get("pmcid", ""))
    facts = {
        "doi": doi_of(told.get("doi", "")) or doi(links) or doi(told.get("", "")),
        "arxiv": arxiv_of(told.get("arxiv", "")) or arxiv_of(told.get("", "")),
        "pmid": re.sub(r"\D", "", told.get("pmid", "")), "ids": (f"pmcid:PMC{pmcid}",) if pmcid else (),
        "url": links if links.startswith(("http://", "https://")) and " " not in links else "",
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value}


# ---------------------------------------------------------------- the reference list


def entry_of(node: Element) -> Cited:
    """An entry as it is printed, where GROBID was asked to keep that, with what was marked in it."""
    if node.tag == "bibl":
        title = next((plain(part) for part in node.findall("title") if part.get("level") == "a"), "")
        venue = next((plain(part) for part in node.findall("title") if part.get("level") in {"j", "m"}), "")
        facts = {"title": title or venue, "venue": venue if title else "", "date": _date(node), **_scope(node), **_ids(node)}
        return cited(
            words_of(node, lambda e: SKIP if e.tag == "label" else INLINE if e.tag != "lb" else inline(e)), facts, plain(node.find("label"))
        )
    raw = next((words_of(note) for note in node.iter("note") if note.get("type") == "raw_reference"), "")
    return cited(raw, {"authors": (), **_structured(node)}, node.get("id", ""))
