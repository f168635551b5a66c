"""Lists of names as bibliographies print them: "Doe, J., & Roe, M.", "Doe J, Roe M", "J. Doe and M. Roe", "Jane Doe and Max Roe"."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from survey.readers.names import is_name

UP = f"[{''.join(c for c in map(chr, range(0x2000)) if c.isupper())}]"
YEAR = r"(?:1[89]|20)[0-9][0-9]"
_PARTICLES = (
    r"(?:(?:van|von|vom|der|den|de|del|della|di|da|das|dos|do|du|la|le|ter|ten|te|el|al|bin|ibn|zu|zur|af|av|st\.?|[’']t|y|e)\s+|[dl][’'])*"
)
_FAMILY = rf"(?P<family>{_PARTICLES}{UP}[\w’'‘`-]*[^\W\d_](?:[ -]{_PARTICLES}{UP}[\w’'-]+){{0,2}})"
_INITIALS = rf"(?P<given>(?:{UP}\w?\.[ ]?-?(?:[a-z]\.\s?)?)+(?<! )|{UP}{{1,3}}(?=[,;:.(]|\s(?:and|&)\s))"
_SUFFIX = r"(?P<suffix>,?\s+(?:Jr\.?|Sr\.?|I{2,3}\b|[23][nr]d\b))?"
_AMISS = re.compile(rf"{UP}[^\s,;:.]{{1,20}}(?: \w{{1,3}}\.?){{1,3}},\s+")  # "Perez a M," in a list of others
_SHORT = (  # names with initials, of which each way can be told for certain
    re.compile(rf"{_FAMILY},\s+{_INITIALS}{_SUFFIX}"),  # Roe, M. J.
    re.compile(rf"{_FAMILY}\s(?P<given>{UP}{{1,5}}(?:[ -]{UP}{{1,2}})?){_SUFFIX}(?=\s*(?:[,.;:(]|and\b|&|et\b|$))"),  # Roe MJ
    re.compile(rf"{_FAMILY}\s(?P<given>(?:{UP}\.[ -]?)+(?<! )){_SUFFIX}"),  # Roe M. J.
    re.compile(rf"(?P<given>(?:{UP}\w?\.\s?-?)+){_FAMILY}{_SUFFIX}"),  # M. J. Roe
)
_BETWEEN = re.compile(r"\s*(?:\.(?=[,;]))?(?:[,;]\s*)*(?P<last>(?:and|&|und|et|y)\s+)?")
_OTHERS = re.compile(r"[,;]?\s*(?:(?:and|&)\s+)?(?:et\.?\s+al\b\.?|(?:\d+ )?others\b|colleagues\b)", re.IGNORECASE)
_CLOSING = re.compile(r"\s*[.,:;]")
_EDITORS = re.compile(r",?\s*\(?\b(?:eds?|editors?|hrsg|coord)\b\.?\)?", re.IGNORECASE)
_NO_NAME = re.compile(
    r"(?:CoRR|arXiv|In|Proceedings|Pages?|Vol(?:ume)?|January|February|March|April|(?:May|June)(?= \d)|July|August|September|October|"
    r"November|December)\b"
)
_YEAR_NEXT = re.compile(
    rf"[\s.,:;]*(?:\(n\.\s?d\.\)|\((?P<round>{YEAR})[a-z]?(?:,[^()]{{0,30}})?\)|\[(?P<square>{YEAR})[a-z]?\]"
    rf"|(?P<bare>{YEAR})[a-z]?(?=[.,:;](?:\s|$)))[\s.,:;]*"
)


class Names(NamedTuple):
    """Names at the beginning of an entry, "Given Family"; ``end``: where the rest of the entry begins."""

    names: tuple[str, ...] = ()
    more: bool = False
    end: int = 0


@lru_cache(maxsize=500)  # where a list is split and where its entries are read, the same beginnings are asked about
def names_at(text: str) -> Names:
    """The list of names that ``text`` begins with, in whichever way it is written."""
    if _NO_NAME.match(text):
        return Names()
    found = max((_short(text, way) for way in _SHORT), key=lambda names: names.end)
    if len(found.names) < 2 and not year_at(text, found.end):
        # "Max J. Roe" begins like "Roe J." Which it is shows in what follows: more names, a year, or no more than a word for a title.
        full = _full(text)
        left = re.match(r"[^.]{0,40}", text[found.end :].strip())
        if not found.names or len(full.names) > 1 or year_at(text, full.end) or (left and len(left.group().split()) < 3):
            found = full if full.names else found
    if not found.names:
        found = _body(text)
    if editors := _EDITORS.match(text, found.end) if found.names else None:
        found = found._replace(end=editors.end())
    return found


def year_at(text: str, at: int) -> tuple[str, int] | None:
    """The year that stands at ``at`` ("2017b.", "(2017, May).", "" for "(n.d.)") and where it ends, its full stop included."""
    match = _YEAR_NEXT.match(text, at)
    return (match["round"] or match["square"] or match["bare"] or "", match.end()) if match else None


def _short(text: str, way: re.Pattern[str]) -> Names:
    """Names with initials, all written in one way."""
    names: list[str] = []
    at = end = 0
    last = False
    while match := way.match(text, at) or (len(names) > 1 and (amiss := _AMISS.match(text, at)) and way.match(text, amiss.end())):
        names.append(" ".join(f"{match['given']} {match['family']}{(match['suffix'] or '').replace(',', '')}".split()))
        end = match.end()
        between = _BETWEEN.match(text, end)
        if last or between is None or between.end() == end:
            break
        at, last = between.end(), bool(between["last"])
    return _closed(text, names, end)


def _closed(text: str, names: Sequence[str], end: int) -> Names:
    """The names with "et al." and the one mark that closes them."""
    others = _OTHERS.match(text, end) if names else None
    end = others.end() if others else end
    closing = _CLOSING.match(text, end)
    return Names(tuple(names), bool(others), closing.end() if closing else end)


# ---------------------------------------------------------------- given names written out

_AND = frozenset({"and", "&", "und"})
_INITIAL = re.compile(rf"(?:{UP}\.-?)*{UP}?{UP}h?\.|Jr\.|Sr\.|St\.")
_ENDS = re.compile(rf"\s*(?:[(“\"„\[]|‘‘|{YEAR}\b|$)")
_BEFORE_AND = re.compile(r"\s+(?:and|&|und|et)\s")
_SMALL = frozenset({"and", "or", "of", "for", "in", "on", "the", "to", "by", "via", "at", "as", "is", "are", "not", "an", "a"})
_WITHIN = frozenset({"van", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "du", "la", "le", "von", "zu", "el", "al", "ter"})


def _full(text: str) -> Names:
    """Names with the given names written out ("Jane Q. Doe, Max Roe, and Ann Lee"), the first one perhaps turned ("Doe, Jane Q.")."""
    pieces: list[str] = []
    name: list[str] = []
    end = 0
    last = False  # behind "and"
    for word in re.finditer(r"\S+", text):
        bare = word.group().rstrip(",;:")
        closed = bare != word.group()
        if bare.casefold() in _AND and not closed:
            last = True
            continue
        if (pieces or name) and _OTHERS.match(text, word.start()):
            return _turned([*pieces, *([" ".join(name)] if name else [])], _closed(text, ["…"], word.start()))
        initial = _INITIAL.fullmatch(bare) is not None
        ahead = bool(_ENDS.match(text, word.end()))
        stop = bare.endswith(".") and (ahead or not initial)
        bare = bare if initial else bare.rstrip(".")
        if not (is_name(bare) or bare.casefold() in _WITHIN or (name and not closed and not stop and _is_syllable(bare))):
            break
        name.append(bare)
        if not (closed or stop or ahead or _BEFORE_AND.match(text, word.end())):
            continue
        pieces.append(" ".join(name))
        name, end = [], word.end()
        turned = len(pieces) % 2 == 1 and _is_paired(pieces)  # the given names of the last one are still to come
        if stop or ahead or word.group().endswith(":") or (last and closed and not turned):
            break
    return _turned(pieces, Names(end=end))


def _is_syllable(word: str) -> bool:
    """Whether it may stand small in the middle of a name ("Wen tau Yih")."""
    return len(word) <= 3 and word.isalpha() and word.islower() and word not in _SMALL


def _is_family(piece: str) -> bool:
    """Whether it is a family name alone; in a script without case that and the given name are one word."""
    words = piece.split()
    cased = piece[:1].isupper() or piece[:1].islower()
    return cased and all(word.islower() for word in words[:-1])


def _is_paired(pieces: Sequence[str]) -> bool:
    """Whether every name is turned ("Doe, Jane, Roe, Max"): the family names stand alone."""
    return len(pieces) > 2 and all(_is_family(piece) for piece in pieces[0::2])


def _turned(pieces: Sequence[str], found: Names) -> Names:
    """The names the right way round."""
    if len(pieces) > 1 and _is_family(pieces[0]):
        if len(pieces) % 2 == 0 and _is_paired(pieces):
            pieces = [f"{given} {family}" for family, given in zip(pieces[0::2], pieces[1::2], strict=True)]
        else:
            pieces = [f"{pieces[1]} {pieces[0]}", *pieces[2:]]
    people = [re.sub(r"( I{2,3})\.$", r"\1", piece) for piece in pieces if len(pieces) == 1 or not _is_family(piece)]
    return found._replace(names=tuple(people)) if people else Names()


_ORGANISATION = re.compile(rf"({UP}[^.,:;()“\"\d]{{1,80}}?)(?:\.\s|,?\s+(?=\({YEAR}))")


def _body(text: str) -> Names:
    """An organisation: a few words in capitals up to a full stop or a year in brackets."""
    match = _ORGANISATION.match(text)
    if not match:
        return Names()
    words = match[1].split()
    small = {"of", "for", "and", "the", "on", "&", "de", "in"}
    fine = len(words) <= 8 and all(word[0].isupper() or word in small for word in words)
    return Names((match[1],), False, match.end()) if fine else Names()
