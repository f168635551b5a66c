"""One entry of a reference list as it is printed, taken apart: who, when, what, where.

Bibliographies differ in three things: how names are written, where the year stands, and what ends the title. Each is looked for by
itself, so that a style is a mixture of them and needs no rule of its own. What is not plain stays empty.
"""

import re

from survey.readers.cleaning import one_line
from survey.readers.facts import arxiv_in, doi
from survey.readers.namelists import UP, YEAR, names_at, year_at
from survey.records import Cited

_TAIL = 12  # characters before a full stop that tell whether it ends a sentence
_LONGEST = 3000  # characters: no entry is so long, whatever a broken list hands over
_LABEL = re.compile(
    r"\s*(?:(?P<square>\[[^\[\]]{1,80}\])|(?P<round>\(\d{1,4}\))(?!\s*\d)|(?P<plain>\d{1,3})(?:[.)]\s+|\s+(?=\D))|[•·*–-]\s+)\s*"
)
_LAST_NAME = re.compile(r"\s*(?:and|&)\s+([^.,()]{2,40})(?=[.,(])")  # one that could not be read as a name
_QUOTED = re.compile(
    r"[\s.,:]*(?:“([^”]{3,400}?)[,.]?”|\"([^\"]{3,400}?)[,.]?\"|‘‘(.{3,400}?)[,.]?’’|„([^“”]{3,400}?)[,.]?[“”]|”([^”]{3,400}?)[,.]?”)[.,;]?\s*"
)
_MEDIUM = re.compile(r"\s*\[[A-Z]{1,2}(?:/OL)?\]\s*$")  # "[J]" behind the titles of Chinese bibliographies


def parse_entry(printed: str) -> Cited:
    """What the entry says, as far as it can be told; ``printed`` itself on one line."""
    printed = one_line(printed)
    label, entry = _labelled(printed)
    text = _plain(entry[:_LONGEST])
    names = names_at(text)
    authors, at = names.names, names.end
    if (odd := _LAST_NAME.match(text, at)) and year_at(text, odd.end()):
        authors, at = (*authors, odd[1].strip()), odd.end()
    year, behind = year_at(text, at) or ("", at)
    rest = text[behind:]
    if quoted := _QUOTED.match(rest):
        title, rest = next(filter(None, quoted.groups())), rest[quoted.end() :]
    else:
        title, rest = _title(rest.lstrip(" .,:;"), by_comma=behind == at and text[:at].rstrip().endswith(","))
    year = year or _year(rest)
    if not year and (late := re.search(rf",\s*({YEAR})$", title)):
        year, title = late[1], title[: late.start()]
    title = _MEDIUM.sub("", title).strip(" .,;")
    return Cited(
        printed=printed, label=label, authors=authors, more_authors=names.more, date=year, title=title if len(title) > 1 else "",
        **_identifiers(entry[:_LONGEST]), **_container(rest),
    )  # fmt: skip


def _labelled(printed: str) -> tuple[str, str]:
    """What the text calls the entry by, and the entry without it."""
    match = _LABEL.match(printed)
    if not match or match.end() == len(printed):
        return "", printed
    return match["square"] or match["round"] or match["plain"] or "", printed[match.end() :]


# ---------------------------------------------------------------- identifiers and links

_GLUED = re.compile(r"(?<=\w)(?:PubMed|Google ?Scholar|Crossref|PMC?ID)", re.IGNORECASE)  # buttons of a web page, run into what they follow
_PMID = re.compile(r"\bpmid\W{0,3}(\d{4,9})\b|\bpubmed(?:/|\W{1,3})(\d{4,9})\b", re.IGNORECASE)
_URL = re.compile(r"\bhttps?://[^\s<>\"]+", re.IGNORECASE)
_APART = re.compile(  # a link may be broken by blanks, so it goes to the end, or to a year there
    r"(?<![\s.,;(\[])[\s.,;(\[]*(?:\b(?:url|doi|pmid|pmcid|pubmed)\b:?\s*)*"
    rf"(?:https?:\s?//.*?(?=,?\s\(?{YEAR}\)?\.?$|$)|(?:\bdoi\.org/)?\b10\.\d{{4,9}}/\S+|\bpmid\W{{0,3}}\d+|\bPMC\d+)[).,;\]]*",
    re.IGNORECASE,
)
_SEEN = re.compile(
    r"(?<![\s.,;(\[])[\s.,;(\[]*\b(?:available(?: (?:from|at|online))?\b[:\s]|retrieved\b|(?:last )?accessed\b|isbn\b|issn\b).*$",
    re.IGNORECASE,
)
_BROKEN = re.compile(rf"(?<=[a-zß-öø-ÿ])- (?!(?:and|or|und|et)\b)(?:(?=[a-zß-öø-ÿ])|(?P<name>)(?={UP}))")  # a word cut by a line's end


def _identifiers(text: str) -> dict[str, str]:
    text = _GLUED.sub(r" \g<0>", text)
    pmid = _PMID.search(text)
    url = _URL.search(text)
    arxiv = arxiv_in(text) or (m[1] if (m := re.search(r"\babs/(\d{4}\.\d{4,5})\b", text)) else "")
    number = doi(text)
    return {
        "doi": "" if number.startswith("10.48550/arxiv") else number,
        "arxiv": arxiv,
        "pmid": (pmid[1] or pmid[2]) if pmid else "",
        "url": url.group().rstrip(".,;)]") if url and "doi.org/" not in url.group() else "",
    }


def _plain(text: str) -> str:
    """The entry without what is read by itself, its broken words mended."""
    text = _BROKEN.sub(lambda m: "" if m["name"] is None else "-", text)
    low = text.casefold()
    # Few entries have these, and to look for the words that they begin with is quick.
    text = _APART.sub(_mark, text) if any(word in low for word in ("http", "10.", "pmid", "pmc")) else text
    return _SEEN.sub("", text) if any(word in low for word in ("available", "retrieved", "accessed", "isbn", "issn")) else text


def _mark(match: re.Match[str]) -> str:
    """The mark that stood before or behind what is taken out, so that the sentence still ends."""
    around = match.group()[:2] + match.group()[-1]
    return ". " if "." in around else ", " if "," in around else " "


# ---------------------------------------------------------------- title and year

_SHORTENED = re.compile(r"\b(?:vs|e\.g|i\.e|etc|al|St|Dr|Mr|approx|cf|resp|No|Vol|pt|sp|spp|var|ca)$|\b[a-z]$|:\s[A-Z]$|\.[A-Z]$|^[A-Z]$")
_PART = re.compile(r"(?:\d|[IVX]+)\.\s[A-Z]")
_AFTER_PART = re.compile(r"[.:–—]\s(?:\d|[IVX]+)$")
_VENUE_NEXT = re.compile(
    r"(?:in\b|arxiv|corr\b|proc|pages?\b|pp?\.|vol|https?:|doi|technical report|(?:ph\.?d|master|doctoral)|\(|\d)", re.IGNORECASE
)
_SECOND_SENTENCE = re.compile(r"[^.?!\d]{5,150}\.\s+[A-Za-z]")
_SENTENCE_END = re.compile(r"(?<!\.)[.?!][”\"’')\]]*(?=\s|$)|[。．](?=\s*\S)|\s//(?=\s)")
_COMMAS = (
    re.compile(r",\s+(?=in:?\s|arXiv|CoRR|(?:Ph\.?\s?D|Master|Tech)\S*\s)", re.IGNORECASE),
    re.compile(rf",\s+(?=[^,]{{2,90}}?,?\s\d+\s*(?:\([^)]*\)\s*)?\({YEAR}\))"),
    re.compile(rf",\s+(?={UP}[^,]*,\s*(?:vol\b|no\b|pp\b|\d+\b|\(?{YEAR}))"),
)
_UNTITLED = re.compile(rf"(?:[A-Z][\w&]*\.?\s){{1,6}}\d+,\s*\w+\s*\({YEAR}\)")  # Phys. Rev. Lett. 12, 345 (2017)


def _title(rest: str, by_comma: bool) -> tuple[str, str]:
    """The title and what stands behind it; a comma ends it where the names were ended by one."""
    if by_comma:
        if _UNTITLED.match(rest):
            return "", rest
        if match := next((match for pattern in _COMMAS if (match := pattern.search(rest))), None):
            return rest[: match.start()], rest[match.end() :]
    for match in _SENTENCE_END.finditer(rest):
        before, after = rest[: match.start()], rest[match.end() :].lstrip()
        if not _goes_on(before[-_TAIL:], match.group()[0], after):
            return before + (match.group()[0] if match.group()[0] in "?!" else ""), after
    if by_comma and (match := re.search(rf",\s+(?={UP})", rest)):
        return rest[: match.start()], rest[match.end() :]
    return rest, ""


def _goes_on(before: str, mark: str, after: str) -> bool:
    """Whether the title goes on behind a full stop (or "?")."""
    if mark == "." and _SHORTENED.search(before):
        return True
    if _PART.match(after) or _AFTER_PART.search(before):  # "Ponds. 2. Their frogs"
        return True
    if mark == "?" and _SECOND_SENTENCE.match(after) and not _VENUE_NEXT.match(after):  # "Words or letters? A comparison. In …"
        return True
    return after[:1].islower() and not _VENUE_NEXT.match(after)


_NO_YEAR = re.compile(r"\b(?:pages?|pp?\.)\s*\S*|arxiv:\s*\S*|abs/\S*", re.IGNORECASE)
_RANGE = re.compile(r"\d[\dA-Za-z]*\s*[–-]\s*[A-Za-z]?\d+")
_YEARS = (
    re.compile(rf"\(\s*(?:[A-Z][a-z]+\.?\s)?({YEAR})[a-z]?\)"),
    re.compile(rf"\b({YEAR})(?:\s[A-Z][a-z]{{2,8}}(?:[\s–-]+\w{{1,3}})?)?\s*;"),
)


def _year(rest: str) -> str:
    """The year in what follows the title: in brackets, before a semicolon, or the last one; never a page."""
    free = _RANGE.sub(lambda m: m.group() if re.fullmatch(r"20[0-9][0-9]\s*[–-]\s*\d\d?", m.group()) else " ", _NO_YEAR.sub(" ", rest))
    for pattern in _YEARS:
        if match := pattern.search(free):
            return match[1]
    found = re.findall(rf"(?<![\w/.:-])({YEAR})[a-z]?(?![\w/:-])", free)
    return str(found[-1]) if found else ""


# ---------------------------------------------------------------- journal, book, volume, pages

_IN = re.compile(r"[\s.,]*in\b[:\s]\s*(?:[^“\"]{3,200}?[\s,(](?:eds?\.?|editors?)\)?[,:]?\s+)?", re.IGNORECASE)
_THESIS = re.compile(r"(?:ph\.?\s?d|doctoral|habilitation)\b", re.IGNORECASE)
_PAGES = re.compile(
    rf"(?:\bpages?|\bpp?\.?|\bS\.|(?<=[\d)])\s*:|,|\({YEAR}\)|(?<=\d);)\s*"
    r"(?P<first>[A-Za-z]{0,2}\d{1,6})\s*[–—-]+\s*(?P<last>[A-Za-z]{0,2}\d{1,6})(?![\d–-]|\s+[A-Z][a-z]{2,8}\b)"
    r"|\b(?:pages?|pp?\.)\s*(?P<only>[A-Za-z]?\d+)\b|(?:(?<=\d)|(?<=\d\))):\s*(?P<article>e?\d{1,7})\b",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\s*(?:\([^()]*\))?\s*,\s*([A-Za-z]?\d{2,7})\b(?!\s*[–-])")  # the page behind "12(3),"
_BEFORE = rf"(?:{YEAR}[^;]{{0,20}};|[\s,;])\s*"
_VOLUME = (
    re.compile(r"\bvol(?:ume|\.)?\s*(?P<volume>\d+|[IVXL]+\b)(?:.{0,40}?\bno\.?\s*(?P<number>\d+))?", re.IGNORECASE),
    re.compile(rf"{_BEFORE}(?P<volume>\d{{1,4}})\s*\((?P<number>(?!{YEAR}\))[^()]{{1,15}})\)"),
    re.compile(rf"{YEAR}[^;]{{0,20}};\s*(?P<volume>(?!{YEAR}\b)\d{{1,4}})\b"),
    re.compile(rf"{_BEFORE}(?P<volume>(?!{YEAR}\b)\d{{1,4}})\s*(?:[:,]\s*[A-Za-z]{{0,2}}\d|\({YEAR}\))"),
)
_VENUE_END = re.compile(
    r"[.,;]?\s*\(?(?:\b(?:pages?|pp?\.|vol\b|vol\.|volume|no\.|number|\d+(?:st|nd|rd|th)? ed(?:ition|\.))\s*\d|[,;]|\.\s|\.$"
    rf"|\((?:[A-Z][a-z]+\.?\s)?{YEAR}\)|\s\d{{1,4}}\s*[(:,;]|(?<=\w)\s+\d{{1,4}}\s*$|\s\d{{1,4}}\s+\({YEAR}\)|{YEAR}\s*;|arXiv:|abs/)",
    re.IGNORECASE,
)
_SHORT_WORD = re.compile(
    r"\b(?:Proc|Conf|Int|Trans|Natl|Acad|Sci|Rev|Lett|Am|Assoc|Comput|Linguist|Mach|Learn|Res|Annu|Symp|Adv|Inf|Univ|Dept|Tech|Rep|J)$"
)
_PUBLISHER = re.compile(
    r"(?:^|[.,;:]\s+)(Association for Comput(?:ational Linguistics|ing Machinery)|Springer(?:[ -]\w+)?|(?:ACM|IEEE)(?: Press)?|PMLR|"
    r"USENIX(?: Association)?|Elsevier|Wiley|Citeseer|Morgan Kaufmann|Now Publishers|Curran Associates|Routledge|Sage|McGraw-Hill|"
    r"(?:[A-Z]\w+ ){0,3}(?:Press|Publishers|Publishing|Verlag))(?=[.,;:]|$)"
)
_NO_VENUE = re.compile(
    r"(?:pages?|pp?|vol|https?|doi|\d+\w\w ed|submitted|under review|to appear|january|february|march|april|may|june|july|august|"
    r"september|october|november|december)\b|[\d\W]+$",
    re.IGNORECASE,
)


def _container(rest: str) -> dict[str, str]:
    """Journal or book, volume, number, pages and publisher out of what follows the title."""
    rest = rest.strip()
    plain = " " + re.sub(r"arxiv:\s*\S+|\babs/\S+", "", rest, flags=re.IGNORECASE)
    inside = _IN.match(rest)
    thesis = _THESIS.match(rest)
    volume = next((match for pattern in _VOLUME if (match := pattern.search(plain))), None)
    publisher = _PUBLISHER.search(rest)
    return {
        "kind": "inproceedings" if inside else "phdthesis" if thesis else "article" if volume else "",
        "venue": "" if thesis else _venue(rest[inside.end() :]) if inside else _venue(rest, in_volume=bool(volume)),
        "volume": volume["volume"] if volume else "",
        "number": (volume.groupdict().get("number") or "") if volume else "",
        "page_range": _pages(plain, volume),
        "publisher": publisher[1] if publisher else "",
    }


def _pages(rest: str, volume: re.Match[str] | None) -> str:
    if pages := _PAGES.search(rest):
        return f"{pages['first']}-{pages['last']}" if pages["first"] else pages["only"] or pages["article"] or ""
    alone = _ALONE.match(rest, volume.end("volume")) if volume else None
    return alone[1] if alone and not re.fullmatch(YEAR, alone[1]) else ""


def _venue(rest: str, *, in_volume: bool = False) -> str:
    if match := re.match(r"(arXiv|CoRR)\b", rest, re.IGNORECASE):
        return "CoRR" if match[1].casefold() == "corr" else "arXiv"
    end = len(rest)
    for match in _VENUE_END.finditer(rest):
        # "Proc. Natl. Acad. Sci. USA 12": a full stop behind a shortened word ends nothing, but before a year.
        before = rest[max(0, match.start() - _TAIL) : match.start()]
        short = _SHORT_WORD.search(before) or (in_volume and re.search(r"\b[A-Z][a-z]{0,6}$", before))
        if match.group().strip() != "." or not short or rest[match.end() : match.end() + 1].isdigit():
            end = match.start()
            break
    venue = re.sub(rf"(?<=[a-z]) \d{{1,3}}$|[.,] {YEAR}$", "", rest[:end].strip(' .,;:(“”"'))
    place = _PUBLISHER.search(venue) and re.match(r"[^:]{2,40}:\s", venue)  # "Oslo: Pond Press"
    fine = 1 < len(venue) <= 250 and venue[0].isalnum() and not place and not _PUBLISHER.fullmatch(venue) and not _NO_VENUE.match(venue)
    return venue if fine else ""
