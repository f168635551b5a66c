"""What JATS says of an article and of the works it cites: who, when, where; and its words within a line."""

import re
from typing import Any

from survey.readers.facts import arxiv_date, arxiv_in, arxiv_of, doi, doi_of, iso_date
from survey.readers.marked.citing import cited, page_range
from survey.readers.marked.flow import INLINE, SKIP, SPACE, Element, Role, formula, words
from survey.records import Cited

# fmt: off
_LEFT = frozenset((
    "graphic", "inline-graphic", "object-id", "alt-text", "long-desc", "ref-list", "index-term", "processing-meta", "bio", "sec-meta",
    "email", "table",
))
# fmt: on


def parent_tag(element: Element) -> str:
    parent = element.getparent()
    return "" if parent is None else str(parent.tag)


def inline(element: Element) -> Role:
    tag = element.tag
    if tag == "disp-formula":
        said = f"{formula(element)} {words(element.find('label'))}".strip()
        return Role("skip", said=f" {said}" if (element.tail or " ")[0] in ",.;:)" else f" {said} ")
    if tag in {"inline-formula", "math", "tex-math"}:
        return Role("skip", said=formula(element))
    if tag == "sup":
        return Role("raised", mark=parent_tag(element) == "xref" or next(element.iter("xref"), None) is not None)
    if tag == "break":
        return SPACE
    return SKIP if tag in _LEFT else INLINE


def text_of(node: Element | None, path: str) -> str:
    return words(node.find(path), _title_role) if node is not None else ""


def _first(*texts: str) -> str:
    return next(filter(None, texts), "")


def _title_role(element: Element) -> Role:
    """Of a title: the marks of its footnotes are no part of it."""
    if element.tag == "fn" or (element.tag == "xref" and element.get("ref-type") in {"fn", "author-notes", "corresp"}):
        return SKIP
    return inline(element)


def front(article: Element, meta: Element) -> dict[str, Any]:
    journal = article.find("front/journal-meta")
    title = text_of(meta, "title-group/article-title")
    subtitle = "; ".join(filter(None, (words(node, _title_role) for node in meta.findall("title-group/subtitle"))))
    ids = {kind: words(node) for node in reversed(meta.findall("article-id")) if (kind := node.get("pub-id-type") or "")}
    pmcid = re.sub(r"\D", "", ids.get("pmcid", "").partition(".")[0] or ids.get("pmc", ""))
    arxiv = arxiv_of(ids.get("arxiv", "")) if ids.get("arxiv") else ""
    authors, more = _authors(meta)
    journal_ids = (
        {node.get("journal-id-type"): words(node) for node in reversed(journal.findall("journal-id"))} if journal is not None else {}
    )
    venue = _first(
        text_of(journal, ".//journal-title"), text_of(meta, ".//conf-name"), *(journal_ids.get(k, "") for k in ("nlm-ta", "iso-abbrev"))
    )
    pages = page_range(text_of(meta, "fpage"), text_of(meta, "lpage")) or _first(text_of(meta, "elocation-id"), text_of(meta, "page-range"))
    keywords = [
        words(kwd) for group in meta.iter("kwd-group") if "abbrev" not in group.get("kwd-group-type", "") for kwd in group.iter("kwd")
    ]
    return {
        "kind": "article", "title": f"{title.rstrip(': ')}: {subtitle}" if subtitle else title, "authors": authors, "more_authors": more,
        "date": _date(meta) or arxiv_date(arxiv), "doi": doi_of(ids.get("doi", "")), "arxiv": arxiv,
        "pmid": re.sub(r"\D", "", ids.get("pmid", "")), "ids": (f"pmcid:PMC{pmcid}",) if pmcid else (), "venue": venue,
        "volume": text_of(meta, "volume"), "number": text_of(meta, "issue"),
        "page_range": pages.replace("–", "-"), "publisher": text_of(journal, ".//publisher-name"),
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
    family, given, suffix = (text_of(node, part) for part in ("surname", "given-names", "suffix"))
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
    return iso_date(text_of(meta, "permissions/copyright-year"))


def _when(node: Element) -> str:
    date = node.get("iso-8601-date", "") or text_of(node, "string-date")
    return iso_date(text_of(node, "year") or date, text_of(node, "month"), text_of(node, "day"))


# ---------------------------------------------------------------- the reference list

_CITATIONS = ("mixed-citation", "element-citation", "citation", "nlm-citation", "note")
_KINDS = {"journal": "article", "book": "book", "confproc": "inproceedings", "conference": "inproceedings", "thesis": "phdthesis",
          "report": "techreport", "patent": "patent"}  # fmt: skip


def entries_of(ref: Element) -> list[Cited]:
    """What a numbered entry cites: mostly one work, several in some journals."""
    label = text_of(ref, "label")
    found = []
    for node in ref:
        pair = [*node] if node.tag == "citation-alternatives" else [node]
        pair = [part for part in pair if part.tag in _CITATIONS]
        if pair:
            printed = next((part for part in pair if part.tag != "element-citation"), pair[0])
            marked = next((part for part in pair if part.tag == "element-citation"), pair[0])
            label = label or text_of(printed, "label")
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
    return SKIP if element.tag == "label" else inline(element)


def _facts(citation: Element) -> dict[str, Any]:
    kind = citation.get("publication-type") or citation.get("citation-type") or citation.get("publication-format") or ""
    title = _first(*(text_of(citation, f".//{tag}") for tag in ("article-title", "chapter-title", "part-title", "data-title")))
    source = text_of(citation, ".//source")
    if not title and kind not in {"journal", ""}:
        title, source = source, ""
    ids = {node.get("pub-id-type"): words(node) for node in citation.iter("pub-id")}
    links = " ".join(node.get("href", "") for node in citation.iter("ext-link", "uri"))
    whole = words(citation, _citation_role)
    pages = page_range(text_of(citation, ".//fpage"), text_of(citation, ".//lpage"))
    facts = {
        "kind": "incollection" if kind == "book" and source else _KINDS.get(kind, ""), "title": title.rstrip(" ."),
        "more_authors": citation.find(".//etal") is not None, "date": iso_date(text_of(citation, ".//year")),
        "doi": doi_of(ids.get("doi", "")) or doi(links) or doi(whole), "arxiv": arxiv_in(" ".join((ids.get("arxiv", ""), links, whole))),
        "pmid": re.sub(r"\D", "", ids.get("pmid", "")), "venue": source or text_of(citation, ".//conf-name"),
        "volume": text_of(citation, ".//volume"), "number": text_of(citation, ".//issue"),
        "publisher": text_of(citation, ".//publisher-name"),
        "page_range": (pages or text_of(citation, ".//page-range") or text_of(citation, ".//elocation-id")).replace("–", "-"),
    }  # fmt: skip
    people = [*citation.iter("name", "string-name", "collab")]
    if people or str(citation.tag).startswith(("element", "nlm")):  # else the names, if any, stand in the text
        facts["authors"] = tuple(filter(None, (_name(name) for name in people if _is_author(name))))
    return facts


def _is_author(name: Element) -> bool:
    group = next(name.iterancestors("person-group"), None)
    return group is None or group.get("person-group-type", "author") in {"author", "allauthors", "inventor", ""}
