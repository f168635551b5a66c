"""A text that cites, and what its citations mean: by its own list of references, and by the bibliography beside it.

A citation calls a paper by a *name*: a citekey, "[12]", "Roe et al., 2020". A name means an *entry*, of the list at the end of the text or
of the bibliography; which paper of a library that is, :func:`survey.citations.recognised` says.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from survey.errors import UnreadableBibliography, UnreadableDraft
from survey.readers import read
from survey.readers.printed import parse_entry
from survey.records import Cited, Paper, Reference, family_name
from survey.render.draft import DraftSentence
from survey.render.lines import head_of
from survey.render.marks import DraftCitation
from survey.render.running import read_running

BIBLIOGRAPHIES = (".bib", ".bibtex", ".ris", ".nbib", ".rdf")

_NAME = re.compile(r"(?P<who>.+), (?P<year>\d{4})(?P<letter>[a-z]?)")
_OTHERS = re.compile(r"\s+et\s+al\b|\s*,\s*|\s+(?:and|&|und)\s+")
_ADDRESS = re.compile(r"\s*(?:https?://|doi:|arXiv:|PMID:)\S+", re.IGNORECASE)
_DIVIDED = re.compile(r"\.\s+\S|[“”\"]")
_YEAR_FIRST = re.compile(r"\((\d{4})[a-z]?\)\.?\s+(?=\S)")
_LETTERED = re.compile(r"\b\d{4}([a-z])\b")


class Manuscript(NamedTuple):
    """What a text says; the entries of its list of ``references`` in order; and what its names mean, as far as an entry is called so."""

    said: list[DraftSentence]
    references: list[Cited]
    entries: dict[str, Reference]

    @property
    def names(self) -> list[str]:
        """What its sentences, tables and captions cite, each once, in the order of the text."""
        return list(dict.fromkeys(key for s in self.said if s.kind not in ("reference", "entry") for key in _cited(s)))


def text_of(path: Path) -> str:
    """Raises :class:`UnreadableDraft` for what is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableDraft(path, getattr(error, "strerror", None) or "it is not UTF-8 text") from error


def read_manuscript(markdown: str, bibliography: Sequence[Reference] = ()) -> Manuscript:
    """The text with the entries of its own list, which go before those of the ``bibliography``."""
    said = read_running(markdown)
    references = _parsed([s for s in said if s.kind in ("reference", "entry")])
    entries: dict[str, Reference] = {entry.key: entry for entry in reversed([*references, *bibliography]) if entry.key}
    by_year = _by_author_and_year([*references, *bibliography])
    for name in {key for s in said for key in _cited(s)} - entries.keys():
        if (match := _NAME.fullmatch(name)) and (meant := _meant(match, by_year)):
            entries[name] = meant
    return Manuscript([_without_false_names(s, entries) for s in said], references, entries)


def _parsed(listed: Sequence[DraftSentence]) -> list[Cited]:
    """The entries of a list. Many tools list bare titles, words of which would be taken for names: an entry without a year whose parts no
    full stop divides is a title, and so is any without a year where most are."""
    entries = [_entry(s.text).model_copy(update={"key": s.citations[0].key, "printed": s.text}) for s in listed]
    words = [_ADDRESS.sub("", s.text).strip(" .") for s in listed]
    bare = [not entry.date and not _DIVIDED.search(text) for entry, text in zip(entries, words, strict=True)]
    mostly = 2 * sum(bare) > len(bare)
    nobody: dict[str, object] = {"authors": (), "more_authors": False, "venue": "", "publisher": ""}
    return [
        entry.model_copy(update={**nobody, "title": text}) if is_bare or (mostly and not entry.date) else entry
        for entry, text, is_bare in zip(entries, words, bare, strict=True)
    ]


def _entry(printed: str) -> Cited:
    """The parsed entry; a year that it begins with is no label, and a notice beside the year no part of it."""
    plain = printed.replace(", retracted)", ")")
    dated = _YEAR_FIRST.match(plain)
    return parse_entry(plain[dated.end() :]).model_copy(update={"date": dated[1]}) if dated else parse_entry(plain)


def _cited(sentence: DraftSentence) -> list[str]:
    return [*sentence.citekeys, *(c.key for quote in sentence.quotes for c in quote.citations)]


def _by_author_and_year(entries: Iterable[Reference]) -> dict[tuple[str, str], list[Reference]]:
    found: dict[tuple[str, str], list[Reference]] = {}
    for entry in entries:
        if entry.authors and entry.year:
            family = family_name(entry.authors[0]).casefold().split()
            found.setdefault((family[-1] if family else "", str(entry.year)), []).append(entry)
    return found


def _meant(name: re.Match[str], entries: Mapping[tuple[str, str], list[Reference]]) -> Reference | None:
    """The entry of that author and year, the letter behind which may tell several apart: by what is printed, else by their order."""
    first = _OTHERS.split(name["who"])[0].casefold().split()
    found = entries.get((first[-1], name["year"]), [])
    if not (letter := name["letter"]):
        return found[0] if found else None
    lettered = [entry for entry in found if isinstance(entry, Cited) and letter in _LETTERED.findall(entry.printed)]
    at = ord(letter) - ord("a")
    return lettered[0] if lettered else found[at] if at < len(found) else None


def _without_false_names(sentence: DraftSentence, entries: Mapping[str, Reference]) -> DraftSentence:
    """ "(January 2020)" has the form of a citation and is one only if an entry is called so; "(Roe et al., 2020)" is one in any case."""

    def real(places: Iterable[DraftCitation]) -> tuple[DraftCitation, ...]:
        return tuple(place for place in places if place.key in entries or not _NAME.fullmatch(place.key) or _OTHERS.search(place.key[:-6]))

    if len(real(sentence.citations)) == len(sentence.citations):
        return sentence
    quotes = tuple(quote.model_copy(update={"citations": real(quote.citations)}) for quote in sentence.quotes)
    return sentence.model_copy(update={"citations": real(sentence.citations), "quotes": quotes})


# ---------------------------------------------------------------- the bibliography beside


def bibliography_of(path: Path, markdown: str, named: Path | None = None) -> Path | None:
    """The bibliography of the text in ``path``: the one that is ``named``, else that of its head, else the only one in its folder."""
    if named is not None:
        return named
    for name in head_of(markdown).get("bibliography", []):
        if (beside := path.parent / name).is_file():
            return beside
    files = sorted(file for file in path.parent.iterdir() if file.is_file())
    found = [file for file in files if file.suffix.casefold() in BIBLIOGRAPHIES] or [file for file in files if _is_csl(file)]
    return found[0] if len(found) == 1 else None


def _is_csl(path: Path) -> bool:
    """Whether a JSON file is a list of references, by its beginning: many others may lie in a folder."""
    if path.suffix.casefold() != ".json":
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        begun = file.read(4000).lstrip()
    return begun.startswith("[") and '"id"' in begun and '"type"' in begun


def read_bibliography(path: Path) -> list[Paper]:
    """Its entries, each with the citekey that it has there. Raises :class:`UnreadableBibliography`."""
    reading = read(path, path.name)
    if not reading.papers:
        raise UnreadableBibliography(path, reading.skipped[0].reason if reading.skipped else "it holds no entry")
    return list(reading.papers)
