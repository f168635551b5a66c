"""JATS and its elder NLM: articles of journals and of PubMed Central, with their sections and their reference lists."""

import re
from typing import Any, NamedTuple

from lxml import etree

from survey.readers.assembly import Block, assemble, kind_of
from survey.readers.citing import cited, page_range
from survey.readers.cleaning import opening
from survey.readers.facts import arxiv_date, arxiv_in, arxiv_of, doi, iso_date
from survey.readers.flow import BLOCK, INLINE, LEAD, SKIP, SPACE, Element, Role, flow, formula, words
from survey.readers.markup import Refused, bare, parse
from survey.records import Cited, Paper, Skipped, Source

# fmt: off
_BLOCKS = frozenset((
    "p", "list-item", "def-item", "disp-quote", "verse-line", "speech", "code", "preformat", "statement", "boxed-text", "sec", "app", "ack",
    "notes", "glossary", "attrib", "subtitle", "list", "def-list", "fn-group", "fn", "caption", "abstract", "trans-abstract",
    "disp-formula-group",
))
_LEFT = frozenset((
    "graphic", "inline-graphic", "object-id", "alt-text", "long-desc", "ref-list", "index-term", "processing-meta", "bio", "sec-meta",
    "email", "table",
))
# fmt: on
_FLOATS = frozenset({"fig", "table-wrap", "supplementary-material", "media", "chem-struct-wrap"})
_GROUPS = frozenset({"fig-group", "table-wrap-group"})
_HEADS = frozenset({"sec", "app", "ack", "notes", "glossary", "fn-group", "ref-list"})
_UNTITLED = {"ack": "Acknowledgements", "fn-group": "Notes", "glossary": "Glossary", "app": "Appendix"}


def read(text: str, name: str) -> list[Paper | Skipped]:
    """A paper for every article; letters of reviewers and translations that go with one are left out, and told."""
    try:
        root = bare(parse(text))
    except Refused as refused:
        return [Skipped(source=name, place=refused.place, reason=refused.reason, cure="download the article again")]
    articles = [node for node in root.iter("article") if next(node.iterancestors("article"), None) is None]
    if not articles:
        return [Skipped(source=name, reason="holds no article", cure="download the article again")]
    found: list[Paper | Skipped] = []
    for number, article in enumerate(articles, 1):
        found += _article(article, name, f"article {number}" if len(articles) > 1 else "")
    return found


def _article(article: Element, name: str, place: str) -> list[Paper | Skipped]:
    found: list[Paper | Skipped] = []
    extra = [node for tag in ("sub-article", "response") for node in article.findall(tag)]
    if extra:
        kinds = ", ".join(dict.fromkeys(node.get("article-type") or node.get("response-type") or str(node.tag) for node in extra))
        reason = f"what goes with the article was left out: {kinds}"
        found.append(Skipped(source=name, place=place, reason=reason, cure="read it where it was published", expected=True))
    meta = article.find("front/article-meta")
    facts = _front(article, meta) if meta is not None else {}
    title = str(facts.get("title", ""))
    entries = [entry for ref in article.iter("ref") for entry in _entries(ref) if next(ref.iterancestors("sub-article"), None) is None]
    _complete(article)
    aside = _Aside([], [])
    blocks = [*_abstracts(meta, aside), *_sections(article, aside)]
    if aside.notes:
        blocks += [Block("Footnotes", 1), *aside.notes]
    heading = next((words(node) for node in article.iterfind("back//ref-list/title")), "")
    made = assemble([*blocks, *([Block(heading, 1)] if entries and heading else [])], cited=entries, captions=aside.captions)
    if not title and not made.text:
        return [*found, Skipped(source=name, place=place, reason="the article is empty", cure="download the article again")]
    texts = {"text": made.text, "parts": made.parts, "cited": made.cited, "note": "" if title else opening(made.text)}
    return [Paper.model_validate({**facts, **texts, "sources": (Source(path=name, place=place, reader="jats"),)}), *found]


# ---------------------------------------------------------------- bibliographic facts


def _text(node: Element | None, path: str) -> str:
    return words(node.find(path), _title_role) if node is not None else ""


def _first(*texts: str) -> str:
    return next(filter(None, texts), "")


def _title_role(element: Element) -> Role:
    """Of a title: the marks of its footnotes are no part of it."""
    if element.tag == "fn" or (element.tag == "xref" and element.get("ref-type") in {"fn", "author-notes", "corresp"}):
        return SKIP
    return _inline(element)


def _front(article: Element, meta: Element) -> dict[str, Any]:
    journal = article.find("front/journal-meta")
    title = _text(meta, "title-group/article-title")
    subtitle = "; ".join(filter(None, (words(node, _title_role) for node in meta.findall("title-group/subtitle"))))
    ids = {kind: words(node) for node in reversed(meta.findall("article-id")) if (kind := node.get("pub-id-type") or "")}
    pmcid = re.sub(r"\D", "", ids.get("pmcid", "").partition(".")[0] or ids.get("pmc", ""))
    arxiv = arxiv_of(ids.get("arxiv", "")) if ids.get("arxiv") else ""
    authors, more = _authors(meta)
    journal_ids = (
        {node.get("journal-id-type"): words(node) for node in reversed(journal.findall("journal-id"))} if journal is not None else {}
    )
    venue = _first(
        _text(journal, ".//journal-title"), _text(meta, ".//conf-name"), *(journal_ids.get(k, "") for k in ("nlm-ta", "iso-abbrev"))
    )
    pages = page_range(_text(meta, "fpage"), _text(meta, "lpage")) or _first(_text(meta, "elocation-id"), _text(meta, "page-range"))
    keywords = [
        words(kwd) for group in meta.iter("kwd-group") if "abbrev" not in group.get("kwd-group-type", "") for kwd in group.iter("kwd")
    ]
    return {
        "kind": "article", "title": f"{title.rstrip(': ')}: {subtitle}" if subtitle else title, "authors": authors, "more_authors": more,
        "date": _date(meta) or arxiv_date(arxiv), "doi": doi(ids.get("doi", "")), "arxiv": arxiv,
        "pmid": re.sub(r"\D", "", ids.get("pmid", "")), "ids": (f"pmcid:PMC{pmcid}",) if pmcid else (), "venue": venue,
        "volume": _text(meta, "volume"), "number": _text(meta, "issue"),
        "page_range": pages.replace("–", "-"), "publisher": _text(journal, ".//publisher-name"),
        "keywords": tuple(dict.fromkeys(filter(None, keywords))),
    }  # fmt: skip


_AUTHORS = frozenset({"author", "collab", "group", "first-author", "corresp", ""})


def _authors(meta: Element) -> tuple[tuple[str, ...], bool]:
    """The names of the by-line in order; the members of a group that signs as one are not named there."""
    names: list[str] = []
    more = False
    for group in meta.iter("contrib-group"):
        if next(group.iterancestors("collab", "contrib"), None) is not None:
            continue
        names += [_contributor(c) for c in group.findall("contrib") if c.get("contrib-type", "author") in _AUTHORS]
        more = more or group.find("etal") is not None
    return tuple(filter(None, names)), more


def _contributor(contrib: Element) -> str:
    for path in ("name", "name-alternatives/name", "string-name", "name-alternatives/string-name", "collab", "collab-alternatives/collab"):
        if (found := contrib.find(path)) is not None:
            return _name(found)
    return ""


def _name(node: Element) -> str:
    """ "Given Family Jr" of a name, or the words of a group's."""
    family, given, suffix = (_text(node, part) for part in ("surname", "given-names", "suffix"))
    if family or given:
        return " ".join(filter(None, (given, family, suffix)))
    return words(node, lambda e: SKIP if e.tag in {"contrib-group", "xref", "fn", "aff", "address", "email", "role"} else INLINE).rstrip(
        ",;"
    )


_ISSUED = ("epub", "ppub", "epub-ppub", "pub", "epreprint", "preprint", "")
_OTHER_DATES = frozenset({"pmc-release", "nihms-submitted", "nihms", "retraction", "corrected", "received", "accepted", "rev-recd"})


def _date(meta: Element) -> str:
    """The day of publication: the earliest full date, electronic or in print; or else the best of what is known."""
    dates: dict[str, list[str]] = {"issued": [], "volume": []}
    for node in meta.findall("pub-date"):
        kind = node.get("pub-type") or node.get("date-type") or ""
        if kind not in _OTHER_DATES and (date := _when(node)):
            dates["issued" if kind in _ISSUED else "volume"].append(date)
    for known in (dates["issued"], dates["volume"]):
        for length in (10, 7, 4):
            if full := sorted(date for date in known if len(date) == length):
                return full[0]
    return iso_date(_text(meta, "permissions/copyright-year"))


def _when(node: Element) -> str:
    date = node.get("iso-8601-date", "") or _text(node, "string-date")
    return iso_date(_text(node, "year") or date, _text(node, "month"), _text(node, "day"))


# ---------------------------------------------------------------- text


class _Aside(NamedTuple):
    """What is taken out of the running text on the way."""

    captions: list[Block]
    notes: list[Block]


def _complete(article: Element) -> None:
    """Headings where the journal's style sheet would print them."""
    for node in article.iterfind("back//*"):
        if node.tag not in _UNTITLED:
            continue
        if node.find("title") is None:
            title = etree.Element("title")
            title.text = "" if node.tag == "app" and node.find("label") is not None else _UNTITLED[node.tag]
            node.insert(0 if node.find("label") is None else 1, title)
        if node.tag == "app" and kind_of(f"{_text(node, 'label')} {_text(node, 'title')}") != "appendix":
            label = node.find("label")
            if label is None:
                label = etree.Element("label")
                node.insert(0, label)
            label.text = f"Appendix {label.text or ''}".strip()


def _abstracts(meta: Element | None, aside: _Aside) -> list[Block]:
    """The abstract, and after it those of other kinds (for lay readers, in other languages) under headings of their own."""
    blocks: list[Block] = []
    nodes = [] if meta is None else [*meta.findall("abstract"), *meta.findall("trans-abstract")]
    main = next((n for n in nodes if n.tag == "abstract" and n.get("abstract-type", "") in _MAIN), None)
    for node in sorted(nodes, key=lambda n: n is not main):
        title, kind = words(node.find("title")), node.get("abstract-type", "").replace("-", " ").strip().capitalize()
        if node is main:
            title = title if kind_of(title) == "abstract" else "Abstract"
        elif kind_of(title) == "abstract" or not title:
            title = kind or f"Abstract ({node.get('lang') or 'another'})"
        if text := flow(node, lambda element: _abstract_role(element, aside)):
            blocks += [Block(title, 1), *text]
    return blocks


_MAIN = frozenset({"", "abstract", "section", "sections", "structured", "normal", "unstructured"})


def _abstract_role(element: Element, aside: _Aside) -> Role:
    """The headings of a structured abstract run in: "Methods" in an abstract is no section of the paper."""
    if element.tag == "title":
        return SKIP if _above(element).endswith("abstract") else Role("lead", end="" if words(element)[-1:] in {".", ":"} else ":")
    return _role(element, aside)


def _sections(article: Element, aside: _Aside) -> list[Block]:
    parts = [node for tag in ("body", "back", "floats-group") if (node := article.find(tag)) is not None]
    return [block for part in parts for block in flow(part, lambda element: _role(element, aside))]


def _above(element: Element) -> str:
    parent = element.getparent()
    return "" if parent is None else str(parent.tag)


def _role(element: Element, aside: _Aside) -> Role:  # noqa: PLR0911 - a return for every kind of element
    tag, above = str(element.tag), _above(element)
    if tag in _FLOATS or (tag == "caption" and above in _GROUPS):
        label = "" if tag == "caption" else words(element.find("label"))
        texts = [words(part, _caption_role) for part in ([element] if tag == "caption" else element.iter("caption", "table-wrap-foot"))]
        aside.captions.append(Block(" ".join(filter(None, [f"{label.rstrip('. ')}." if label else "", *texts]))))
        return Role("skip", said=" ")
    if tag == "fn" and above != "fn-group":
        aside.notes.extend(flow(element, lambda inner: SKIP if inner.tag == "fn" else _role(inner, aside)))
        return SKIP
    if tag == "disp-formula" and above in {*_HEADS, "body", "boxed-text"}:
        return Role("line", said=_inline(element).said)
    if tag == "title" and above in _HEADS and next(element.iterancestors("boxed-text"), None) is None:
        return Role("block", level=sum(1 for _ in element.iterancestors(*_HEADS)))
    if tag == "label" or (tag == "title" and above == "statement"):
        return SKIP if above in _GROUPS else LEAD
    if tag == "term":
        return Role("lead", end=":")
    return BLOCK if tag in _BLOCKS or tag == "title" else _inline(element)


def _caption_role(element: Element) -> Role:
    return BLOCK if element.tag in {"title", "p", "fn", "attrib"} else LEAD if element.tag == "label" else _inline(element)


def _inline(element: Element) -> Role:
    tag = element.tag
    if tag == "disp-formula":
        said = f"{formula(element)} {words(element.find('label'))}".strip()
        return Role("skip", said=f" {said}" if (element.tail or " ")[0] in ",.;:)" else f" {said} ")
    if tag in {"inline-formula", "math", "tex-math"}:
        return Role("skip", said=formula(element))
    if tag == "sup":
        return Role("raised", mark=_above(element) == "xref" or next(element.iter("xref"), None) is not None)
    if tag == "break":
        return SPACE
    return SKIP if tag in _LEFT else INLINE


# ---------------------------------------------------------------- the reference list

_CITATIONS = ("mixed-citation", "element-citation", "citation", "nlm-citation", "note")
_KINDS = {"journal": "article", "book": "book", "confproc": "inproceedings", "conference": "inproceedings", "thesis": "phdthesis",
          "report": "techreport", "patent": "patent"}  # fmt: skip


def _entries(ref: Element) -> list[Cited]:
    """What a numbered entry cites: mostly one work, several in some journals."""
    label = _text(ref, "label")
    found = []
    for node in ref:
        pair = [*node] if node.tag == "citation-alternatives" else [node]
        pair = [part for part in pair if part.tag in _CITATIONS]
        if pair:
            printed = next((part for part in pair if part.tag != "element-citation"), pair[0])
            marked = next((part for part in pair if part.tag == "element-citation"), pair[0])
            label = label or _text(printed, "label")
            found.append(cited(_printed(printed), _facts(marked), label))
    return found


def _printed(citation: Element) -> str:
    """The entry as it stands in print; "" where the journal's style sheet puts it together from marked parts."""
    between = (citation.text or "") + "".join(child.tail or "" for child in citation)
    return words(citation, _citation_role) if between.strip() and not citation.tag.startswith(("element", "nlm")) else ""


def _citation_role(element: Element) -> Role:
    if element.tag in {"surname", "given-names", "suffix", "name", "string-name", "collab"}:
        return SPACE
    if element.tag == "etal":
        return Role("skip", said=" et al" if (element.tail or "").startswith(".") else " et al.")
    if element.tag == "pub-id" and (register := {"doi": "doi:", "pmid": "PMID: "}.get(element.get("pub-id-type", ""))):
        earlier = element.getprevious()
        before = (earlier.tail if earlier is not None else element.getparent().text) or ""  # type: ignore[union-attr]  # it has a parent
        return SPACE if re.search(r"(?:doi|pmid)\W*(?:\S*/)?$", before, re.IGNORECASE) else Role(said=f" {register}")
    return SKIP if element.tag == "label" else _inline(element)


def _facts(citation: Element) -> dict[str, Any]:
    kind = citation.get("publication-type") or citation.get("citation-type") or citation.get("publication-format") or ""
    title = _first(*(_text(citation, f".//{tag}") for tag in ("article-title", "chapter-title", "part-title", "data-title")))
    source = _text(citation, ".//source")
    if not title and kind not in {"journal", ""}:
        title, source = source, ""
    ids = {node.get("pub-id-type"): words(node) for node in citation.iter("pub-id")}
    links = " ".join(node.get("href", "") for node in citation.iter("ext-link", "uri"))
    whole = words(citation, _citation_role)
    pages = page_range(_text(citation, ".//fpage"), _text(citation, ".//lpage"))
    facts = {
        "kind": "incollection" if kind == "book" and source else _KINDS.get(kind, ""), "title": title.rstrip(" ."),
        "more_authors": citation.find(".//etal") is not None, "date": iso_date(_text(citation, ".//year")),
        "doi": doi(ids.get("doi", "")) or doi(links) or doi(whole), "arxiv": arxiv_in(" ".join((ids.get("arxiv", ""), links, whole))),
        "pmid": re.sub(r"\D", "", ids.get("pmid", "")), "venue": source or _text(citation, ".//conf-name"),
        "volume": _text(citation, ".//volume"), "number": _text(citation, ".//issue"), "publisher": _text(citation, ".//publisher-name"),
        "page_range": (pages or _text(citation, ".//page-range") or _text(citation, ".//elocation-id")).replace("–", "-"),
    }  # fmt: skip
    people = [*citation.iter("name", "string-name", "collab")]
    if people or str(citation.tag).startswith(("element", "nlm")):  # else the names, if any, stand in the text
        facts["authors"] = tuple(filter(None, (_name(name) for name in people if _is_author(name))))
    return facts


def _is_author(name: Element) -> bool:
    group = next(name.iterancestors("person-group"), None)
    return group is None or group.get("person-group-type", "author") in {"author", "allauthors", "inventor", ""}
