"""What a LaTeX document says of itself: its authors, in the many ways that classes have them written, its date, its keywords."""

import re

from survey.readers.cleaning import one_line
from survey.readers.facts import doi, iso_date
from survey.readers.latex.environments import holds_settings
from survey.readers.latex.text import Writer
from survey.readers.names import is_name, turned

_MARK, _GAP, _LINE, _NEXT = "\x01", "\x02", "\x07", "\x08"
"""What stands for a superscript beside a name, a wide space, the end of a line, and the next author."""
_MARKS = {
    **dict.fromkeys(("textsuperscript", "inst", "IEEEauthorrefmark", "thanks", "footnote", "footnotemark", "affmark", "thanksref"), "om"),
    **dict.fromkeys(
        ("fnref", "corref", "orcidlink", "orcid", "orcidID", "orcidicon", "authornotemark", "tnoteref", "fnmsep", "index"), "om"
    ),
    **dict.fromkeys(("fnmark", "altaffilmark", "corauthref", "note", "footnotemark", "authormark", "Mark", "upstairs"), "om"),
}
_BESIDE = {
    **dict.fromkeys(
        ("IEEEauthorblockA", "affiliation", "institution", "address", "affil", "email", "institute", "addr", "ead", "city"), "om"
    ),
    **dict.fromkeys(
        ("country", "department", "orgname", "orgdiv", "affiliations", "authornote", "streetaddress", "state", "postcode"), "om"
    ),
    "IEEEmembership": "m",
    "IEEEcompsocitemizethanks": "m",
}
_PLACE = re.compile(
    r"@|\b(?:universit\w*|institut\w*|departments?|dept|school|college|laborator\w*|labs?|research|facult\w*|centers?|centre|inc|ltd|gmbh|"
    r"corporation|academy|hospital|ministry|usa|uk|china|germany|france|japan|india|canada|ieee|member|fellow|corresponding|authors?|email|"
    r"phone|equal(?:ly)?|contributions?|today|anonymous)\b|https?:|\d{2}",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"^\s*(?:\d+\s*(?:st|nd|rd|th)\b|(?:Dr|Prof)\b\.?(?:\s*(?:Dr|Ing)\b\.?)*|[\d∗*†‡§¶]+)\s*", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d)\.?$", re.IGNORECASE)
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = (
    (re.compile(r"((?:1[5-9]|20)[0-9][0-9])[-/]([0-9][0-9]?)(?:[-/]([0-9][0-9]?))?(?!\d)"), (1, 2, 3)),
    (re.compile(rf"\b{_MONTH}\s+([0-9][0-9]?)(?:st|nd|rd|th)?,?\s+((?:1[5-9]|20)[0-9][0-9])", re.IGNORECASE), (3, 1, 2)),
    (re.compile(rf"\b([0-9][0-9]?)(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH},?\s+((?:1[5-9]|20)[0-9][0-9])", re.IGNORECASE), (3, 2, 1)),
    (re.compile(rf"\b{_MONTH},?\s+((?:1[5-9]|20)[0-9][0-9])", re.IGNORECASE), (2, 1, 0)),
    (re.compile(r"(?<!\d)((?:1[5-9]|20)[0-9][0-9])(?!\d)"), (1, 0, 0)),
)


class _Names(Writer):
    """Writes an author's argument with marks where names may end."""

    def _command(self, word: str) -> None:
        if word in _MARKS:
            self.arguments(_MARKS[word] if self._braced() else "")
            self.say(_MARK)
        elif word in ("and", "And", "AND", "IEEEauthorblockN", "name"):
            self.say(_NEXT)
        elif word in _BESIDE:
            self.arguments(_BESIDE[word] if self._braced() else "")
            self.say(f"{_LINE}@" if not self._braced() and word == "email" else _LINE)
        elif word in ("quad", "qquad", "hspace", "hfill", "enspace", "hskip"):
            self.arguments("sm" if word == "hspace" else "")
            self.say(_GAP)
        elif word in ("newline", "par", "tabularnewline", "linebreak"):
            self.say(_LINE)
        elif word == "begin":  # a table of names is read as its cells
            self.arguments("mo")
            self.arguments("m" if holds_settings(self) else "")
        else:
            super()._command(word)

    def _braced(self) -> bool:
        return self.source.peek(_BRACED) is not None

    def _sign(self, sign: str) -> None:
        if sign == "\\":
            self.source.star()
            self.source.option()
            self.say(_LINE)
        elif sign == "^":
            super()._sign(sign)
        else:
            super()._sign(sign)

    def _formula(self) -> None:
        super()._formula()
        self._line[-1:] = [_MARK]


_BRACED = re.compile(r"[ \t]*[\[{]")


def authors(writer: Writer, written: list[str]) -> tuple[tuple[str, ...], bool]:
    """The names in the arguments of \\author, and whether they end in "et al."."""
    found: list[str] = []
    more = False
    for raw in written:
        inner = _Names(writer.page, writer.macros, writer.beside, 1)
        text = _LINE.join(block.text for block in inner.write(raw))
        text, others = re.subn(r"\bet\.? al\b\.?|\band others\b", "", text)
        more = more or bool(others)
        for piece in text.split(_NEXT):
            found += _of_piece(piece)
    return tuple(dict.fromkeys(found)), more


def _of_piece(piece: str) -> list[str]:
    lines = [line for line in piece.split(_LINE) if line.strip(f" {_MARK}{_GAP},")]
    names: list[str] = []
    marked = False
    for number, line in enumerate(lines):
        if number and line.lstrip().startswith(_MARK):
            break
        ends_open = number and re.search(rf"(?:,|\band|&)[\s{_MARK}{_GAP}]*$", lines[number - 1])
        is_marked = bool(re.search(rf"\w[\s,.]*{_MARK}", line)) and not line.lstrip().startswith(_MARK)
        if number and not (names and (ends_open or re.match(r"\s*and\b", line) or (marked and is_marked) or _GAP in line)):
            break
        here = _of_line(line)
        if number and not here:
            break
        names += here
        marked = marked or is_marked
    if not names and lines:
        whole = one_line(re.sub(f"[{_MARK}{_GAP}]", " ", lines[0])).strip(" ,")
        if 0 < len(whole) <= 80 and len(whole.split()) <= 8 and not _PLACE.search(whole) and not re.search(r"[\d\\{}$]", whole):
            return [whole]  # a collaboration, or a name that is written as no other
    return names


def _of_line(line: str) -> list[str]:
    names: list[str] = []
    for part in re.split(rf"[,;{_MARK}{_GAP}]|\s+and\b|\band\s|\s&\s", line):
        name = one_line(_ORDINAL.sub("", part)).strip(" .*∗†‡§¶–-") if not part.strip().endswith(".") else one_line(_ORDINAL.sub("", part))
        if names and _SUFFIX.match(name):
            names[-1] += f" {name}"
        elif name and not _PLACE.search(name) and (is_name(name) or (len(name.split()) > 1 and is_name(name.title()) and name.isupper())):
            names.append(turned(name))
    return names


def date(text: str) -> str:
    """The ISO date that a line of print gives; "" for none."""
    for pattern, (year, month, day) in _DATES:
        if match := pattern.search(text):
            return iso_date(match[year], match[month] if month else "", match[day] or "" if day else "")
    return ""


def own_doi(text: str) -> str:
    """A document's DOI; "" for those that templates hold."""
    found = doi(text)
    return "" if re.search(r"n{4}|x{4}|/1122445|0000000", found) else found


def keywords(text: str) -> tuple[str, ...]:
    text = re.sub(r"^\s*key\s?words\s*[:.—–-]?\s*", "", text, flags=re.IGNORECASE)
    pieces = re.split(r"\s*(?:[;·•]|---?|—|–|$)\s*" if ";" in text or "·" in text else r"\s*[,;·•]\s*|\s+[–—]\s+", text.strip(" .,;"))
    return tuple(dict.fromkeys(word for piece in pieces if (word := piece.strip(" .,")) and len(word) <= 80))
