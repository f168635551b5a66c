"""What a sentence names or writes that neither its quotes nor its papers do: other papers, strangers, marks, letters, signs."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache

from survey.support.cleaning import ACTIVE, BYLINES, KEY, LOOKALIKE, NAME
from survey.support.finding import TOLD, Fault
from survey.support.quotes import normalised
from survey.terms import STOP_WORDS, numbers, spelt_numbers

_SAYS = re.compile(
    r"[’']s\b|(?: and [A-Z][\w’'-]+)? (?:reports?|shows?|finds?|found|presents?|proposes?|describes?|argues?|observes?|raises?|introduces?|"
    r"notes?|states?|names?|develops?|claims?|suggests?|concludes?|reported|showed|presented|proposed|described|argued|observed|raised|"
    r"introduced|noted|stated|named|developed|claimed|suggested|concluded)\b"
)


def unheard(spelt: str, own: str, texts: Sequence[str], titles: Sequence[str]) -> Fault:
    """Which number, sign or script of a sentence, ``spelt`` as it is and as its ``own`` words are read, its quotes do not have."""
    there = " ".join(texts)
    values = {*numbers(there), *(number.value for number in spelt_numbers(there))}
    for number in spelt_numbers(own):
        vague = number.vague and any(_is_number(value) and float(value) >= float(number.value) for value in values)
        if not number.small and not vague and number.value not in values:
            return Fault(f"the number {number.text[:TOLD]} stands in none of its quotes", grave=True)
    for char in spelt:
        if unicodedata.category(char) in ("Nl", "No") and char not in there:
            return Fault(f"the number {char} stands in none of its quotes", grave=True)
    below = {number for match in _BELOW_ZERO.findall(there) for number in numbers(match)}
    for match in (found for found in _BELOW_ZERO.findall(own) if " " not in found):  # else a dash, which the words of a paper may part
        if not numbers(match) <= below:
            return Fault(f"the number {match} stands in none of its quotes", grave=True)
    known = {_script(char) for char in " ".join([*texts, *titles])}
    foreign = [char for char in own if _script(char) not in known]
    if any(_script(char) != "GREEK" for char in foreign) or len(foreign) > _SYMBOLS:
        return Fault(f"is in letters that its quotes do not have: {''.join(foreign)[:TOLD]}", grave=True)
    return Fault()


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).isascii() and value.replace(".", "", 1).isdigit()


_BELOW_ZERO = re.compile(r"(?<![\w.,)\]%-])[-−–]\s?(?:\d+(?:[.,]\d+)*|\.\d+)")
_SYMBOLS = 3  # Greek letters, as units and variables have


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """Of a letter; "" for Latin ones, which say nothing, and for what is none."""
    if char.isascii() or unicodedata.category(char) not in ("Lu", "Ll", "Lt", "Lo"):
        return ""
    script = unicodedata.name(char, "?").split()[0]
    return "" if script == "LATIN" else "CJK" if script in ("HIRAGANA", "KATAKANA") else script


def unknown(own: str, there: str, heard: Collection[str]) -> Fault:
    """Whether a paper without a year, or somebody, is named that no quote, title or byline has (the words ``heard``)."""
    for match in _UNDATED.finditer(own):
        if normalised(match[0]).strip(" (),") not in there:
            return Fault(f"{_FOREIGN}: {match[0].strip()[:TOLD]}", grave=True)
    for match in _OWNER.finditer(own):
        if normalised(match["name"]) not in heard and match["name"].lower() not in STOP_WORDS:
            first = own[: match.start()].rstrip()[-1:] in ("", *".!?:") and not match["colleagues"]  # any word may have its capital there
            return Fault(f"names somebody that no quote of it does: {match[0][:TOLD]}", grave=not first)
    return Fault()


_LATER = r"in press|in prep(?:aration)?|forthcoming|unpublished|preprint|submitted|to appear|under review|personal communication"
_UNDATED = re.compile(
    rf"\((?:[^()]*[\s,;])?(?i:{_LATER})\b[^()]*\)|\b[A-Z][\w’'-]+(?: et al\.?)?,? (?:in press|forthcoming)\b|, (?:in press|forthcoming),"
)
_OWNER = re.compile(
    r"(?<![\w-])(?P<name>[A-ZÀ-Þ][\w-]*[a-zß-ÿ])(?:[’']s(?!\w)|(?P<colleagues> and (?:colleagues|co-?workers|co-?authors)\b))"
)


def marked(own: str, there: str) -> Fault:
    """What of ``own`` words is none, or names a paper in the way of citations; what is no byline may come from the quotes, ``there``."""
    if byline := BYLINES.search(own):
        return Fault(f"{_FOREIGN}: {byline[0][:TOLD]}", grave=True)
    for pattern, what in ((ACTIVE, _MARKED), (KEY, _FOREIGN), (LOOKALIKE, "holds letters that look like others")):
        for match in pattern.findall(own):
            if normalised(match).strip(".,;:") not in there:
                return Fault(f"{what}: {match.strip()[:TOLD]}", grave=True)
    return Fault()


_MARKED = "holds a citation mark, link or markup"
_FOREIGN = "names a paper that it does not rest on"


def named_other(own: str, there: Collection[str], others: Collection[str]) -> Fault:
    """Whether one of the ``others`` is named: as an author who says something, as a citekey, or maybe, by a word with a capital that
    is none of those of the quotes, ``there``."""
    found = Fault()
    for match in NAME.finditer(own):
        name = re.sub(r"[’']s$", "", match[0])
        if name not in others:
            continue
        is_key = any(char.isdigit() or char in ":.+/_-" for char in name) or any(char.isupper() for char in name[1:])
        if is_key or _SAYS.match(own, match.start() + len(name)):
            return Fault(f"{_FOREIGN}: {name[:TOLD]}", grave=True)
        if name[0].isupper() and normalised(name) not in there and own[: match.start()].strip():
            found = Fault(f"may name a paper that it does not rest on: {name[:TOLD]}")
    return found
