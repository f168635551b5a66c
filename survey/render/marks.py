"""How a text cites: pandoc's marks, which are our own form, and those of other tools.

A *mark* is where a text cites, with the papers that it names. Marks are looked for in the shape of a text (see :mod:`survey.render.draft`),
so that nothing escaped is taken for one. What a mark calls a paper by is kept as it stands there: a citekey, "[12]", "Roe et al., 2020".
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from survey.records import Record

HIDDEN = "\0"
"""An escaped character in a shape. It cannot stand in a file: the parser replaces it."""

_KEY = r"@(?:\{(?P<braced>[^{}]+)\}|(?P<key>\w+(?:[:.+/-]+\w+)*))"
_BRACKET = r"[ ]?\[[^\[\]]*@[^\[\]]*\]"
_PAGES = r"[\[(]\s*(?:pp?\.|pages?)\s*\d[^\[\]()@]*[\])]"
_PANDOC = rf"(?P<bracket>{_BRACKET})|(?<![\w{HIDDEN}]){_KEY}(?:\s(?P<locator>\[[^\[\]@]*\]))?|[ ]?(?P<pages>{_PAGES})"
_NUMBERS = r"[ ]?\[(?P<numbers>[1-9]\d{0,3}(?:\s*[,;–—-]\s*[1-9]\d{0,3})*(?:,\s*(?P<at>pp?\.[^\[\]]*))?)\](?!\()"
_LATEX = r"[ ~]?\\[A-Za-z]*[Cc]ite[a-z]*\*?(?:\[(?P<before>[^\[\]]*)\])?(?:\[(?P<behind>[^\[\]]*)\])?\{(?P<keys>[^{}]+)\}"
_NAME = r"(?:(?:van|von|de|der|den|del|della|di|da|la|le|el|al|bin|ten|zu)\s+){0,4}[^\W\d_a-zß-ÿ][\w’'‐-]{1,60}"
"""Bounded, as a list of names is, so that a word of a thousand letters costs no more than its letters."""
_WHO = rf"{_NAME}(?:\s+et\s+al\.?|(?:,\s+{_NAME}){{0,30}},?\s+(?:and|&|und)\s+{_NAME})?"
_YEAR = r"(?:1[89]|20)\d\d[a-z]?"
_PARENTHESIS = rf"[ ]?[(\[](?P<named>[^()\[\]]{{0,300}}\b{_YEAR}\b[^()\[\]]{{0,300}})[)\]]"
_NARRATIVE = rf"(?P<who>{_WHO})(?:’s|'s)?,?\s+[(\[](?P<year>{_YEAR})(?:[,:]\s*(?P<place>pp?\.[^()\[\]]*))?[)\]]"

PANDOC = re.compile(_PANDOC)
KEYS = re.compile(rf"{_PANDOC}|{_LATEX}")
NUMBERS = re.compile(rf"(?P<bracket>{_BRACKET})|{_NUMBERS}|{_LATEX}")
NAMES = re.compile(rf"{_NARRATIVE}|{_PARENTHESIS}")
"""The ways to cite, one of which a text has: "Roe et al. (2020)" is a citation where there is no other, and a name where there is."""


def notes(labels: Iterable[str]) -> re.Pattern[str]:
    """One more: the footnotes of these labels."""
    return re.compile(rf"[ ]?\[\^(?P<note>{'|'.join(map(re.escape, labels))})\](?!:)", re.IGNORECASE)


ENDING = re.compile(rf"{_BRACKET}\.(?= |$)")
"""A citation with a full stop behind it."""

_PLACE = re.compile(rf"{_KEY}(?:\s*,\s*(?P<locator>.*))?", re.DOTALL)
_ONE = re.compile(rf"(?:^|.*?\s)??(?P<who>{_WHO}),?\s+(?P<years>{_YEAR}(?:,\s*{_YEAR})*)(?:[,:]\s*(?P<place>.*))?")
_NUMBER = re.compile(r"(?P<first>\d+)(?:\s*[–—-]\s*(?P<last>\d+))?")
_MOST = 100  # numbers in one "[1–99]"
_PAGE = re.compile(r"(?:(?:pp?\.|pages?)\s*)?(?=\d)(?P<pages>(?:\d+(?:\s*[-–—]+\s*\d+)?(?:\s*(?:,|&|and)\s*(?=\d))?)+)")
_RANGE = re.compile(r"(?P<first>\d+)(?:\s*[-–—]+\s*(?P<last>\d+))?")


class DraftCitation(Record):
    """``[@key, p. 4]``; ``locator`` is all that follows the comma."""

    key: str
    locator: str = ""

    @property
    def pages(self) -> tuple[tuple[int, int], ...]:
        """The (first, last) pages that the locator names; "pp. 123–5" ends on page 125."""
        named = _PAGE.match(self.locator)
        return tuple(_page_range(match) for match in _RANGE.finditer(named["pages"])) if named else ()

    def names(self, page: int | None) -> bool:
        """Whether words that stand on ``page`` stand where the citation says."""
        return not self.pages or (page is not None and any(first <= page <= last for first, last in self.pages))


class Mark(NamedTuple):
    """A citation in a text; ``narrative``: the paper is named in the sentence, ``@key says``, and what follows is its words.
    ``spoken``: its words are words of the sentence ("Roe et al. (2020)"), and stay when citations are cut out."""

    start: int
    end: int
    places: tuple[DraftCitation, ...]
    narrative: bool = False
    spoken: bool = False


def marks_in(text: str, shape: str, form: re.Pattern[str] = PANDOC) -> Iterator[Mark]:
    """Each mark in order; pages in brackets of their own belong to the ``@key`` before. ``form``: which marks to see."""
    named = ""
    for match in form.finditer(shape):
        found = match.groupdict("")
        places: tuple[DraftCitation, ...] = ()
        narrative = spoken = False
        if found.get("bracket"):
            places = tuple(filter(None, (_place(part) for part in text[match.start() : match.end()].strip(" []").split(";"))))
        elif found.get("pages"):
            places = (DraftCitation(key=named, locator=found["pages"].strip("[]()")),) if named else ()
        elif found.get("braced") or found.get("key"):
            named = found["braced"] or found["key"]
            places, narrative = (DraftCitation(key=named, locator=found["locator"].strip("[]")),), True
        elif found.get("who"):
            places, narrative, spoken = (DraftCitation(key=f"{found['who']}, {found['year']}", locator=found["place"]),), True, True
        elif found.get("numbers"):
            numbers, at = found["numbers"], found["at"]
            places = tuple(DraftCitation(key=f"[{number}]", locator=at) for number in _counted(numbers.removesuffix(at)))
        elif found.get("note"):
            places = (DraftCitation(key=f"[^{found['note'].casefold()}]"),)
        elif found.get("keys"):
            keys = (key.strip() for key in found["keys"].split(","))
            places = tuple(DraftCitation(key=key, locator=found["behind"] or found["before"]) for key in keys if key)
        else:
            places = _named(found.get("named", ""))
        if places or found.get("bracket"):
            yield Mark(match.start(), match.end(), places, narrative, spoken)


def _named(inner: str) -> tuple[DraftCitation, ...]:
    """The papers of "(Roe et al., 2020; Lee, 2019, p. 4)"; none where a bracket holds other words."""
    parts = [_ONE.fullmatch(part.strip()) for part in inner.split(";")]
    told = [part for part in parts if part]
    if len(told) < len(parts):
        return ()
    each = [(part["who"], year, part["place"] or "") for part in told for year in re.split(r",\s*", part["years"])]
    return tuple(DraftCitation(key=f"{who}, {year}", locator=place) for who, year, place in each)


def _counted(numbers: str) -> Iterator[int]:
    for match in _NUMBER.finditer(numbers):
        first, last = int(match["first"]), int(match["last"] or match["first"])
        yield from range(first, min(last, first + _MOST) + 1)


def _place(part: str) -> DraftCitation | None:
    match = _PLACE.search(part)
    return DraftCitation(key=match["braced"] or match["key"], locator=(match["locator"] or "").strip()) if match else None


def _page_range(match: re.Match[str]) -> tuple[int, int]:
    first, last = match["first"], match["last"] or match["first"]
    return int(first), int(last if len(last) >= len(first) else first[: len(first) - len(last)] + last)
