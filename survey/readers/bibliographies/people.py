"""Authors as bibliographies give them, brought to "Given Family", and parted again for those that want the family name first."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from survey.readers.cleaning import one_line
from survey.readers.names import is_name
from survey.records import family_name

OTHERS = frozenset({"others", "et al", "et al.", "and others", "...", "…"})
"""What stands in a list of authors for those who are left out."""
_SUFFIX = re.compile(r"(?:jr|sr|ph\.?d|m\.?d)\.?|ii|iii|iv", re.IGNORECASE)
_COMPANY = re.compile(r"(?:inc|ltd|llc|gmbh|s\.a|co|corp|plc|ag|b\.v)\.?", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:collaboration|group|consortium|team|committee|organi[sz]ation|universit\w+|institut\w*|society|network|initiative|association|"
    r"agency|ministry|cent(?:er|re)|project|foundation|council|commission|department|inc|ltd|llc|research|"
    r"laborator(?:y|ies)|investigators|corporation)\b",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+|[A-Z]{1,3}|(?:[A-Z]-)+[A-Z]")


class Name(NamedTuple):
    given: str
    family: str
    suffix: str = ""


def split_name(author: str) -> Name:
    """ "Given Family" as bibliographies part it: a group, and a name that holds a comma, is a family name alone; a "Jr." stands apart."""
    words = author.split()
    if len(words) < 2 or _GROUP.search(author):
        return Name("", author)
    if "," in author:
        unturned = re.fullmatch(r"((?:[a-z]+ )*[^\s,]+), ?([^,]+)", author)
        person = unturned and not _COMPANY.fullmatch(unturned[2]) and is_name(f"{unturned[2]} {unturned[1]}")
        return Name(unturned[2], unturned[1]) if unturned and person else Name("", author)
    suffix = words[-1] if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    body = " ".join(words[:-1] if suffix else words)
    family = family_name(body)
    return Name(body.removesuffix(family).strip(), family, suffix)


def person(name: str) -> str:  # noqa: PLR0911 - a return for every way to write a name
    """ "Given Family" of a name given either way round, with initials behind the family name ("Fanning E.", "Smith JA"), or of a group.

    A group whose name holds a comma, or that is no person's name, is marked by a doubled or a last comma, as EndNote does.
    """
    name = one_line(name)
    if ",," in name:
        return name.replace(",,", ",", 1)
    pieces = [piece.strip() for piece in name.split(",") if piece.strip()]
    if name.endswith(",") and len(pieces) == 1:
        return pieces[0]
    if len(pieces) == 3 and _SUFFIX.fullmatch(pieces[2]):
        return f"{pieces[1]} {pieces[0]} {pieces[2]}"
    if len(pieces) == 2 and _SUFFIX.fullmatch(pieces[1]) and " " in pieces[0]:
        return f"{pieces[0]} {pieces[1]}"
    if len(pieces) == 2 and _COMPANY.fullmatch(pieces[1]):
        return name
    if len(pieces) == 1 and not _GROUP.search(name) and name.count(" ") <= 3:
        family, _, last = name.rpartition(" ")
        first = family.split()[0] if family else ""
        if first and _INITIALS.fullmatch(last) and (not _INITIALS.fullmatch(first) or ("." not in first and len(last) < len(first))):
            return f"{last} {family}"
    return given_first(pieces)


def given_first(pieces: Sequence[str]) -> str:
    """ "Given Family" of ("Family", "Given") or ("Family", "Jr.", "Given")."""
    if len(pieces) == 3 and _SUFFIX.fullmatch(pieces[1]):
        return f"{pieces[2]} {pieces[0]} {pieces[1]}"
    return " ".join([*pieces[1:], *pieces[:1]])


def people(names: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """The authors that ``names`` are, in order, and whether the list was cut ("et al.")."""
    given = [name.strip() for name in names if name.strip(" ,;")]
    kept = [name for name in given if name.casefold().strip("[]") not in OTHERS]
    return tuple(found for name in kept if (found := person(name))), len(kept) < len(given)


_ETC = re.compile(r"[,;]?\s*(?:\bet al\.?|\band others|…|\.\.\.)\s*$", re.IGNORECASE)
_NAMELESS = re.compile(r"\[?(?:no author (?:name|id) available|anonymous|n/?a|none)\]?", re.IGNORECASE)


def people_in(cell: str) -> tuple[tuple[str, ...], bool]:
    """The authors of a list, however they are parted: "Lee, A.; Roe, B", "A Lee, B Roe", "Lee A., Roe B.", "Lee, A., Roe, B."."""
    text, cut = _ETC.subn("", one_line(cell).strip(" ;,"))
    if not text or _NAMELESS.fullmatch(text):
        return (), False
    if "|" in text or ";" in text:
        names = re.split(r"\s*[|;]\s*", text)
    elif " and " in text and not _GROUP.search(text):
        names = re.split(r",?\s+and\s+", text)
        names = [part for name in names for part in _comma_parted(name)]
    else:
        names = _comma_parted(text)
    found, more = people(names)
    return found, more or bool(cut)


def _comma_parted(text: str) -> list[str]:
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    joined: list[str] = []
    for piece in pieces:
        if joined and (_SUFFIX.fullmatch(piece) or (re.fullmatch(rf"(?:{_INITIALS.pattern})(?:\s+(?:{_INITIALS.pattern}))*", piece))):
            joined[-1] += f", {piece}"  # initials behind their family name
        else:
            joined.append(piece)
    single = [" " not in piece for piece in joined]
    if len(joined) == 2 and any(single):
        return [text]
    if all(single) and len(joined) % 2 == 0:
        return [f"{family}, {given}" for family, given in zip(joined[::2], joined[1::2], strict=True)]
    return joined
