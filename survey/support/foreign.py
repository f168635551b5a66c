"""What a sentence names or writes that neither its quotes nor its papers do: other papers, strangers, marks, letters, signs."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from survey.support.cleaning import ACTIVE, BYLINES, KEY, LOOKALIKE, NAME
from survey.support.finding import TOLD, Fault
from survey.support.quotes import normalised
from survey.terms import STOP_WORDS

_SAYS = re.compile(
    r"[’']s\b|(?: and [A-Z][\w’'-]+)? (?:reports?|shows?|finds?|found|presents?|proposes?|describes?|argues?|observes?|raises?|introduces?|"
    r"notes?|states?|names?|develops?|claims?|suggests?|concludes?|reported|showed|presented|proposed|described|argued|observed|raised|"
    r"introduced|noted|stated|named|developed|claimed|suggested|concluded)\b"
)


def other_letters(own: str, texts: Iterable[str]) -> Fault:
    """Whether a sentence is written in letters that neither its quotes nor the titles of its papers have."""
    known = {_script(char) for char in " ".join(texts)}
    foreign = [char for char in own if _script(char) not in known]
    if any(_script(char) != "GREEK" for char in foreign) or len(foreign) > _SYMBOLS:
        return Fault(f"is in letters that its quotes do not have: {''.join(foreign)[:TOLD]}", True, "foreign")
    return Fault()


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
            return Fault(f"{_FOREIGN}: {match[0].strip()[:TOLD]}", True, "foreign")
    for match in _OWNER.finditer(own):
        if normalised(match["name"]) not in heard and match["name"].lower() not in STOP_WORDS:
            first = own[: match.start()].rstrip()[-1:] in ("", *".!?:") and not match["colleagues"]  # any word may have its capital there
            return Fault(f"names somebody that no quote of it does: {match[0][:TOLD]}", not first, "foreign")
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
        return Fault(f"{_FOREIGN}: {byline[0][:TOLD]}", True, "foreign")
    for pattern, what in ((ACTIVE, _MARKED), (KEY, _FOREIGN), (LOOKALIKE, "holds letters that look like others")):
        for match in pattern.findall(own):
            if normalised(match).strip(".,;:") not in there:
                return Fault(f"{what}: {match.strip()[:TOLD]}", True, "foreign")
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
            return Fault(f"{_FOREIGN}: {name[:TOLD]}", True, "foreign")
        if name[0].isupper() and normalised(name) not in there and own[: match.start()].strip():
            found = Fault(f"may name a paper that it does not rest on: {name[:TOLD]}", False, "foreign")
    return found
