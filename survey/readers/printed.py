"""One entry of a reference list as it is printed, taken apart: who, when, what, where.

Bibliographies differ in three things: how names are written, where the year stands, and what ends the title. Each is looked for by
itself, so that a style is a mixture of them and needs no rule of its own. What is not plain stays empty.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from survey.readers.cleaning import one_line
from survey.readers.facts import arxiv_in, doi
from survey.readers.names import is_name
from survey.records import Cited

_UP = f"[{''.join(c for c in map(chr, range(0x2000)) if c.isupper())}]"
_PARTICLES = (
    r"(?:(?:van|von|vom|der|den|de|del|della|di|da|das|dos|do|du|la|le|ter|ten|te|el|al|bin|ibn|zu|zur|af|av|st\.?|[’']t|y|e)\s+|[dl][’'])*"
)
_FAMILY = rf"(?P<family>{_PARTICLES}{_UP}[\w’'‘`-]*[^\W\d_](?:[ -]{_PARTICLES}{_UP}[\w’'-]+){{0,2}})"
_INITIALS = rf"(?P<given>(?:{_UP}\w?\.[ ]?-?(?:[a-z]\.\s?)?)+(?<! )|{_UP}{{1,3}}(?=[,;:.(]|\s(?:and|&)\s))"
_SUFFIX = r"(?P<suffix>,?\s+(?:Jr\.?|Sr\.?|I{2,3}\b|[23][nr]d\b))?"
_SHORT = (  # names with initials, of which each way can be told for certain
    re.compile(rf"{_FAMILY},\s+{_INITIALS}{_SUFFIX}"),  # Roe, M. J.
    re.compile(rf"{_FAMILY}\s(?P<given>{_UP}{{1,5}}(?:[ -]{_UP}{{1,2}})?){_SUFFIX}(?=\s*(?:[,.;:(]|and\b|&|et\b|$))"),  # Roe MJ
    re.compile(rf"{_FAMILY}\s(?P<given>(?:{_UP}\.[ -]?)+(?<! )){_SUFFIX}"),  # Roe M. J.
    re.compile(rf"(?P<given>(?:{_UP}\w?\.\s?-?)+){_FAMILY}{_SUFFIX}"),  # M. J. Roe
)
_BETWEEN = re.compile(r"\s*(?:\.(?=[,;]))?(?:[,;]\s*)*(?P<last>(?:and|&|und|et|y)\s+)?")
_OTHERS = re.compile(r"[,;]?\s*(?:(?:and|&)\s+)?(?:et\.?\s+al\b\.?|(?:\d+ )?others\b|colleagues\b)", re.IGNORECASE)
_EDITORS = re.compile(r",?\s*\(?\b(?:eds?|editors?|hrsg|coord)\b\.?\)?", re.IGNORECASE)
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)[a-z]?"
_YEAR_NEXT = re.compile(
    rf"[\s.,:;]*(?:\(n\.\s?d\.\)|\(\s*{_YEAR}(?:,[^()]{{0,30}})?\)|\[{_YEAR.replace('year', 'boxed')}\]|{_YEAR.replace('year', 'bare')}(?=[.,:;]\s))[\s.,:;]*"
)
_LABEL = re.compile(
    r"\s*(?:(?P<boxed>\[[^\[\]]{1,80}\])|(?P<round>\(\d{1,4}\))(?!\s*\d)|(?P<plain>\d{1,4})(?:[.)]\s+|\s+(?=\D))|(?P<mark>[•·*–-])\s+)\s*"
)
_QUOTED = re.compile(
    r"[\s.,:]*(?:“(?P<curly>[^”]{3,400}?)[,.]?”|\"(?P<plain>[^\"]{3,400}?)[,.]?\"|‘‘(?P<single>.{3,400}?)[,.]?’’|„(?P<low>[^“”]{3,400}?)[,.]?[“”]|”(?P<wrong>[^”]{3,400}?)[,.]?”)[.,;]?\s*"
)
_PMID = re.compile(r"\bpmid\W{0,3}(\d{4,9})\b|\bpubmed(?:/|\W{1,3})(\d{4,9})\b", re.IGNORECASE)
_URL = re.compile(r"\bhttps?://[^\s<>\"]+", re.IGNORECASE)
_APART = re.compile(  # read by themselves: identifiers and links
    r"[\s.,;(\[]*(?:\b(?:url|doi|pmid|pmcid|pubmed)\b:?\s*)*(?:https?:\s?//.*?(?=,?\s\(?(?:19|20)\d\d\)?\.?$|$)|(?:\bdoi\.org/)?\b10\.\d{4,9}/\S+|\bpmid\W{0,3}\d+|\bPMC\d+)[).,;\]]*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s.,;(\[]*\b(?:available(?: (?:from|at|online))?\b[:\s]|retrieved\b|(?:last )?accessed\b|isbn\b|issn\b).*$", re.IGNORECASE
)


def parse_entry(printed: str) -> Cited:
    """What the entry says, as far as it can be told; ``printed`` itself on one line."""
    printed = one_line(printed)
    label, text = label_of(printed)
    found = _identifiers(text)
    text = text[:_LONGEST] if len(text) > _LONGEST else _plain(text)
    names = names_at(text)
    rest, title, date = text[names.end :], "", ""
    if (odd := _LAST_NAME.match(rest)) and _YEAR_NEXT.match(rest, odd.end()):
        names, rest = names._replace(names=(*names.names, odd[1].strip())), rest[odd.end() :]
    if year := _YEAR_NEXT.match(rest):
        date = year["year"] or year["boxed"] or year["bare"] or ""
        rest = rest[year.end() :]
    by_comma = not date and text[: names.end].rstrip().endswith(",")
    if quoted := _QUOTED.match(rest):
        title = next(filter(None, quoted.groups()))
        rest = rest[quoted.end() :]
    else:
        title, rest = _title(rest.lstrip(" .,:;"), by_comma)
    date = date or _year(rest)
    if not date and (late := re.search(rf",\s*{_YEAR}$", title)):
        date, title = late["year"], title[: late.start()]
    title = re.sub(r"\s*\[[A-Z]{1,2}(?:/OL)?\]\s*$", "", title).strip(" .,;")
    return Cited(
        printed=printed, label=label, authors=names.names, more_authors=names.more, date=date,
        title=title if len(title) > 1 else "", **found, **_container(rest),
    )  # fmt: skip


def _plain(text: str) -> str:
    """The entry without what is read by itself, its broken words mended."""
    text = _BROKEN.sub(lambda m: "" if m["name"] is None else "-", text)
    return _TAIL.sub("", _APART.sub(_mark, text))


def _mark(match: re.Match[str]) -> str:
    """A full stop where one stood before or behind what is taken out, so that the sentence still ends."""
    around = match.group()[:2] + match.group()[-1]
    return ". " if "." in around else ", " if "," in around else " "


_BROKEN = re.compile(
    rf"(?<=[a-zß-öø-ÿ])- (?!(?:and|or|und|et)\b)(?:(?=[a-zß-öø-ÿ])|(?P<name>)(?={_UP}))"
)  # a word that a line's end has cut
_LAST_NAME = re.compile(r"\s*(?:and|&)\s+([^.,()]{2,40})(?=[.,(])")  # of a list of names, not read as one
_LONGEST = 3000  # characters: no entry is so long, whatever a broken list hands over


def label_of(printed: str) -> tuple[str, str]:
    """What the text calls the entry by, and the entry without it."""
    match = _LABEL.match(printed)
    if not match or match.end() == len(printed):
        return "", printed
    return match["boxed"] or match["round"] or match["plain"] or "", printed[match.end() :]


def starts_entry(text: str) -> bool:
    """Whether ``text`` begins as entries do that have their year behind the names."""
    names = names_at(text[:1500])
    return bool(names.names) and bool(_YEAR_NEXT.match(text, names.end))


def _identifiers(text: str) -> dict[str, str]:
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


# ---------------------------------------------------------------- names


class Names(NamedTuple):
    """Names at the beginning of an entry, "Given Family"; ``end``: where the rest of the entry begins."""

    names: tuple[str, ...] = ()
    more: bool = False
    end: int = 0


def names_at(text: str) -> Names:
    """The list of names that ``text`` begins with, in whichever way it is written."""
    if re.match(r"(?:CoRR|arXiv|In|Proceedings|Pages?|Vol(?:ume)?)\b", text):
        return Names()
    found = max((_short(text, way) for way in _SHORT), key=lambda names: names.end)
    if len(found.names) < 2 and not _YEAR_NEXT.match(text, found.end):
        # One name: "Roe M. On Ponds" may be Roe, M. J. or Roe M, and "Max J. Roe" reads as Max, J. until the year, or a title, is in sight.
        full = _full(text)
        left = re.match(r"[^.]{0,40}", text[found.end :].strip())
        if not found.names or len(full.names) > 1 or _YEAR_NEXT.match(text, full.end) or (left and len(left.group().split()) < 3):
            found = full if full.names else found
    if not found.names:
        found = _body(text)
    if editors := _EDITORS.match(text, found.end) if found.names else None:
        found = found._replace(end=editors.end())
    return found


def _short(text: str, way: re.Pattern[str]) -> Names:
    names: list[str] = []
    at = end = 0
    last = False
    while match := way.match(text, at) or (len(names) > 1 and way.match(text, _past_slip(text, at))):
        names.append(" ".join(f"{match['given']} {match['family']}{(match['suffix'] or '').replace(',', '')}".split()))
        end = match.end()
        between = _BETWEEN.match(text, end)
        if last or between is None or between.end() == end:
            break
        at, last = between.end(), bool(between["last"])
    others = _OTHERS.match(text, end) if names else None
    return Names(tuple(names), bool(others), _past(text, others.end() if others else end))


def _past_slip(text: str, at: int) -> int:
    """Past a name that is printed amiss in a list of others ("Perez a M,")."""
    slip = re.compile(rf"{_UP}[^\s,;:.]{{1,20}}(?: \w{{1,3}}\.?){{1,3}},\s+").match(text, at)
    return slip.end() if slip else at


def _past(text: str, end: int) -> int:
    """Past the one mark that closes the names."""
    closing = re.compile(r"\s*[.,:;]").match(text, end)
    return closing.end() if closing else end


_AND = frozenset({"and", "&", "und"})
_INITIAL = re.compile(rf"(?:{_UP}\.?-?)*{_UP}h?\.|Jr\.|Sr\.|St\.")


def _full(text: str) -> Names:  # noqa: C901 - one walk along the words
    """Names with the given names written out ("Jane Q. Doe, Max Roe, and Ann Lee"), the first one perhaps turned ("Doe, Jane Q.")."""
    pieces: list[str] = []
    name: list[str] = []
    end = 0
    last = more = False
    for word in re.finditer(r"\S+", text):
        bare = word.group().rstrip(",;:")
        closed = bare != word.group()
        if bare.casefold() in _AND and not closed:
            last = True
        elif _OTHERS.match(text, word.start()) and (pieces or name):
            more, end = True, _past(text, _OTHERS.match(text, word.start()).end())  # type: ignore[union-attr]
            pieces += [" ".join(name)] if name else []
            return _turned(pieces, more, end)
        else:
            stop = bare.endswith(".") and not (_INITIAL.fullmatch(bare) and not _ends(text, word.end()))
            bare = bare.rstrip(".") if stop and not _INITIAL.fullmatch(bare) else bare
            inner = bool(name) and not closed and not stop and len(bare) <= 3 and bare.isalpha() and bare.islower() and bare not in _SMALL
            if not inner and not (bare and is_name(bare)) and bare.casefold() not in _WITHIN:
                break
            name.append(bare)
            if not (closed or stop or _ends(text, word.end()) or _before_and(text, word.end())):
                continue
        if name:
            pieces.append(" ".join(name))
            name, end = [], word.end()
            paired = len(pieces) % 2 == 1 and _is_paired(pieces)
            if word.group().endswith((".", ":")) and (stop or word.group().endswith(":")):
                break
            if (last and closed and not paired) or _ends(text, word.end()):
                break
    return _turned(pieces, more, end)


_SMALL = frozenset({"and", "or", "of", "for", "in", "on", "the", "to", "by", "via", "at", "as", "is", "are", "not", "an", "a"})
_WITHIN = frozenset(
    {"van", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "du", "la", "le", "von", "zu", "el", "al", "bin", "ter", "ten"}
)


def _ends(text: str, at: int) -> bool:
    """Whether the names end here since a year, a bracket or a title in quotes follows."""
    return bool(re.compile(r"\s*(?:[(“\"„\[]|‘‘|(?:1[89]|20)\d\d\b|$)").match(text, at))


def _before_and(text: str, at: int) -> bool:
    return bool(re.compile(r"\s+(?:and|&|und|et)\s").match(text, at))


def _is_paired(pieces: Sequence[str]) -> bool:
    """Whether every name is turned ("Doe, Jane, Roe, Max"): the family names stand alone."""
    return len(pieces) > 2 and all(_is_family(piece) for piece in pieces[0::2])


def _is_family(piece: str) -> bool:
    words = piece.split()
    cased = piece[0].isupper() or piece[0].islower()  # in a script without case the family name stands before the given one, undivided
    return (cased and len(words) == 1) or (len(words) > 1 and all(word.islower() for word in words[:-1]))


def _turned(pieces: Sequence[str], more: bool, end: int) -> Names:
    if len(pieces) > 1 and _is_family(pieces[0]):
        if len(pieces) % 2 == 0 and _is_paired(pieces):
            pieces = [f"{given} {family}" for family, given in zip(pieces[0::2], pieces[1::2], strict=True)]
        else:
            pieces = [f"{pieces[1]} {pieces[0]}", *pieces[2:]]
    people = [re.sub(r"( I{2,3})\.$", r"\1", piece) for piece in pieces if len(pieces) == 1 or not _is_family(piece)]
    return Names(tuple(people), more, end) if people else Names()


def _body(text: str) -> Names:
    """An organisation: a few words in capitals up to a full stop or a year."""
    match = re.match(rf"({_UP}[^.,:;()“\"\d]{{1,80}}?)(?:\.\s|,?\s+(?=\((?:1[89]|20)\d\d))", text)
    if not match:
        return Names()
    words = match[1].split()
    fine = len(words) <= 8 and all(word[0].isupper() or word in {"of", "for", "and", "the", "on", "&", "de", "in"} for word in words)
    return Names((match[1],), False, match.end()) if fine else Names()


# ---------------------------------------------------------------- title and container

_SHORTENED = re.compile(r"(?:\b(?:vs|e\.g|i\.e|etc|al|St|Dr|Mr|approx|cf|resp|No|Vol|pt|sp|spp|var|ca)|\b[A-Za-z])$")
_VENUE_NEXT = re.compile(
    r"(?:in\b|arxiv|corr\b|proc|pages?\b|pp?\.|vol|https?:|doi|technical report|(?:ph\.?d|master|doctoral)|\(|\d)", re.IGNORECASE
)
_COMMAS = (
    re.compile(r",\s+(?=in:?\s|arXiv|CoRR|(?:Ph\.?\s?D|Master|Tech)\S*\s)", re.IGNORECASE),
    re.compile(r",\s+(?=[^,]{2,90}?,?\s\d+\s*(?:\([^)]*\)\s*)?\((?:1[89]|20)\d\d\))"),
    re.compile(rf",\s+(?={_UP}[^,]*,\s*(?:vol\b|no\b|pp\b|\d+\b|\(?(?:1[89]|20)\d\d))"),
)


def _title(rest: str, by_comma: bool) -> tuple[str, str]:
    """The title and what stands behind it; a comma ends it where the names were ended by one."""
    if by_comma:
        if re.match(
            r"(?:[A-Z][\w&]*\.?\s){1,6}\d+,\s*\w+\s*\((?:1[89]|20)\d\d\)", rest
        ):  # a journal and no title: Phys. Rev. 12, 34 (2017)
            return "", rest
        for pattern in _COMMAS:
            if match := pattern.search(rest):
                return rest[: match.start()], rest[match.end() :]
    for match in re.finditer(r"(?<!\.)[.?!][”\"’')\]]*(?=\s|$)|[。．](?=\s*\S)|\s//(?=\s)", rest):
        before, after = rest[: match.start()], rest[match.end() :].lstrip()
        if match.group()[0] == "." and _SHORTENED.search(before) and not re.search(r"(?<!:)\s[A-Z]$|[a-z]\)$", before):
            continue
        if re.match(r"(?:\d|[IVX]+)\.\s[A-Z]", after) or re.search(r"[.:–—]\s(?:\d|[IVX]+)$", before):
            continue  # the number of a part: "Ponds. 2. Their frogs"
        if match.group()[0] == "?" and re.match(r"[^.?!\d]{5,150}\.\s+[A-Za-z]", after) and not _VENUE_NEXT.match(after):
            continue  # "Words or letters? A comparison. In …"
        if after[:1].islower() and not _VENUE_NEXT.match(after):
            continue
        return before + (match.group()[0] if match.group()[0] in "?!" else ""), after
    if by_comma and (match := re.search(rf",\s+(?={_UP})", rest)):
        return rest[: match.start()], rest[match.end() :]
    return rest, ""


def _year(rest: str) -> str:
    """The year in what follows the title: in brackets, before a semicolon, or the last one; never a page."""
    free = re.sub(r"\b(?:pages?|pp?\.)\s*\S*|arxiv:\s*\S*|abs/\S*", " ", rest, flags=re.IGNORECASE)
    free = re.sub(
        r"\d[\dA-Za-z]*\s*[–-]\s*[A-Za-z]?\d+", lambda m: m.group() if re.fullmatch(r"20\d\d\s*[–-]\s*\d\d?", m.group()) else " ", free
    )
    for pattern in (rf"\(\s*(?:[A-Z][a-z]+\.?\s)?{_YEAR}\)", rf"\b{_YEAR}(?:\s[A-Z][a-z]{{2,8}}(?:[\s–-]+\w{{1,3}})?)?\s*;"):
        if match := re.search(pattern, free):
            return match["year"]
    found = [match["year"] for match in re.finditer(rf"(?<![\w/.:-]){_YEAR}(?![\w/:-])", free)]
    return found[-1] if found else ""


_PAGES = re.compile(
    r"(?:\bpages?|\bpp?\.?|\bS\.|(?<=[\d)])\s*:|,|\((?:1[89]|20)\d\d\)|(?<=\d);)\s*(?P<first>[A-Za-z]{0,2}\d{1,6})\s*[–—-]+\s*(?P<last>[A-Za-z]{0,2}\d{1,6})(?![\d–-]|\s+[A-Z][a-z]{2,8}\b)"
    r"|\b(?:pages?|pp?\.)\s*(?P<only>[A-Za-z]?\d+)\b|(?:(?<=\d)|(?<=\d\))):\s*(?P<article>e?\d{1,7})\b",
    re.IGNORECASE,
)
_VOLUME = (
    re.compile(r"\bvol(?:ume|\.)?\s*(?P<volume>\d+|[IVXL]+\b)(?:.{0,40}?\bno\.?\s*(?P<number>\d+))?", re.IGNORECASE),
    re.compile(
        r"(?:(?:1[89]|20)\d\d[^;]{0,20};|[\s,;])\s*(?P<volume>(?!(?:1[89]|20)\d\d\b)\d{1,4})\s*\((?P<number>(?!(?:1[89]|20)\d\d\))[^()]{1,15})\)"
    ),
    re.compile(r"(?:1[89]|20)\d\d[^;]{0,20};\s*(?P<volume>\d{1,4})\b"),
    re.compile(
        r"(?:(?:1[89]|20)\d\d[^;]{0,20};|[\s,;])\s*(?P<volume>(?!(?:1[89]|20)\d\d\b)\d{1,4})\s*(?:[:,]\s*[A-Za-z]{0,2}\d|\((?:1[89]|20)\d\d\))"
    ),
)
_VENUE_END = re.compile(
    r"[.,;]?\s*\(?(?:\b(?:pages?|pp?\.|vol\b|vol\.|volume|no\.|number|\d+(?:st|nd|rd|th)? ed(?:ition|\.))\s*\d|[,;]|\.\s|\.$|\((?:[A-Z][a-z]+\.?\s)?(?:1[89]|20)\d\d\)"
    r"|\s\d{1,4}\s*[(:,;]|(?<=\w)\s+\d{1,4}\s*$|\s\d{1,4}\s+\((?:1[89]|20)\d\d\)|(?:1[89]|20)\d\d\s*;|arXiv:|abs/)",
    re.IGNORECASE,
)
_PUBLISHER = re.compile(
    r"(?:^|[.,;:]\s+)((?:Association for Computational Linguistics|Association for Computing Machinery|Springer(?:[ -]\w+)?|ACM(?: Press)?|IEEE(?: Press)?|PMLR|"
    r"USENIX(?: Association)?|Elsevier|Wiley|Citeseer|Morgan Kaufmann|Now Publishers|Curran Associates|Routledge|Sage|McGraw-Hill|"
    r"(?:[A-Z]\w+ ){0,3}(?:Press|Publishers|Publishing|Verlag)))(?=[.,;:]|$)"
)  # fmt: skip
_SHORT_WORD = re.compile(
    r"\b(?:Proc|Conf|Int|Trans|Natl|Acad|Sci|Rev|Lett|Am|Assoc|Comput|Linguist|Mach|Learn|Res|Annu|Symp|Adv|Inf|Univ|Dept|Tech|Rep|J)$"
)


def _container(rest: str) -> dict[str, str]:
    """Journal or book, volume, number, pages and publisher out of what follows the title."""
    rest = rest.strip()
    plain = " " + re.sub(r"arxiv:\s*\S+|\babs/\S+", "", rest, flags=re.IGNORECASE)
    inside = re.match(r"[\s.,]*in\b[:\s]\s*(?:[^“\"]{3,200}?[\s,(](?:eds?\.?|editors?)\)?[,:]?\s+)?", rest, re.IGNORECASE)
    thesis = re.match(r"(?:ph\.?\s?d|doctoral|habilitation)\b", rest, re.IGNORECASE)
    pages = _PAGES.search(plain)
    volume = next((match for pattern in _VOLUME if (match := pattern.search(plain))), None)
    page_range = ""
    if pages:
        page_range = f"{pages['first']}-{pages['last']}" if pages["first"] else pages["only"] or pages["article"]
    elif volume and (alone := re.match(r"\s*(?:\([^()]*\))?\s*,\s*([A-Za-z]?\d{2,7})\b(?!\s*[–-])", plain[volume.end("volume") :])):
        page_range = alone[1] if not re.fullmatch(_YEAR, alone[1]) else ""
    publisher = _PUBLISHER.search(rest)
    return {
        "kind": "inproceedings" if inside else "phdthesis" if thesis else "article" if volume else "",
        "venue": "" if thesis else _venue(rest[inside.end() :] if inside else rest, bool(volume)),
        "volume": volume["volume"] if volume else "",
        "number": (volume.groupdict().get("number") or "") if volume else "",
        "page_range": page_range,
        "publisher": publisher[1] if publisher else "",
    }


def _venue(rest: str, in_volume: bool) -> str:
    if re.match(r"(?:arXiv|CoRR)\b", rest, re.IGNORECASE):
        return "CoRR" if rest[:4].casefold() == "corr" else "arXiv"
    end = len(rest)
    for match in _VENUE_END.finditer(rest):
        # "Proc. Natl. Acad. Sci. USA 12": a full stop behind a shortened word ends nothing where a volume follows.
        before = rest[: match.start()]
        if match.group().strip() == "." and (_SHORT_WORD.search(before) or (in_volume and re.search(r"\b[A-Z][a-z]{0,6}$", before))):
            continue
        end = match.start()
        break
    venue = re.sub(r"(?<=[a-z]) \d{1,3}$|[.,] (?:19|20)\d\d$", "", rest[:end].strip(' .,;:(“”"'))
    if _PUBLISHER.search(venue) and re.match(r"[^:]{2,40}:\s", venue):  # Oslo: Pond Press
        return ""
    plain = 1 < len(venue) <= 250 and venue[0].isalnum() and not re.fullmatch(r"[\d\W]+", venue) and not _PUBLISHER.fullmatch(venue)
    no_venue = re.match(
        r"(?:pages?|pp?|vol|https?|doi|\d+\w\w ed|submitted|under review|to appear|january|february|march|april|may|june|july|august|september|october|"
        r"november|december)\b",
        venue,
        re.IGNORECASE,
    )
    return venue if plain and not no_venue else ""
