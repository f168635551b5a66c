"""A printed reference list split into its entries, whatever paragraphs a layout made of it."""

import re
from typing import NamedTuple

from survey.readers.assembly import Body
from survey.readers.printed import names_at, parse_entry, starts_entry
from survey.records import Cited

__all__ = ["entries_of", "parse_entry"]


class _Span(NamedTuple):
    start: int
    end: int


def entries_of(body: Body) -> Body:
    """``body`` with its reference list in ``cited``, read from the parts of kind "references"; a list that it has already stays."""
    if body.cited:
        return body
    cited: list[Cited] = []
    for part in body.parts:
        if part.kind == "references":
            for span in _spans(body.text, part.start, part.end):
                entry = parse_entry(body.text[span.start : span.end])
                if _says_enough(entry):
                    cited.append(entry.model_copy(update={"start": span.start, "end": span.end}))
    return body._replace(cited=tuple(cited))


def _says_enough(entry: Cited) -> bool:
    """Whether it is an entry at all, and no table or footnote that stands in between."""
    known = entry.date or entry.doi or entry.arxiv or entry.pmid or entry.url
    return bool(entry.title or entry.authors) and bool(entry.label or len(entry.authors) > 1 or (known and entry.authors))


def _spans(text: str, start: int, end: int) -> list[_Span]:
    paragraphs = [_Span(start + m.start(), start + m.end()) for m in re.finditer(r"\S(?:.*\S)?", text[start:end])]
    return _numbered(text, start, end) or _labelled(text, start, end) or _by_names(text, paragraphs)


# ---------------------------------------------------------------- lists with labels

_LONG = 700  # characters that an entry has at most, on the whole: a paragraph that follows a finished entry and is longer is no part of it

_NUMBERS = (
    re.compile(r"(?:^|(?<=\n)|(?<=[\s.,;)/]))\[(\d{1,4})\]\s*(?=\S)"),
    re.compile(r"(?:^|(?<=\n))\((\d{1,4})\)\s+(?=\S)"),
    re.compile(r"(?:^|(?<=\n)|(?<=[.)\]\d/] ))(\d{1,4})[.)]\s+(?=[^\W\d_“\"‘])"),
    re.compile(r"(?:^|(?<=\n))(\d{1,4})\s+(?=[^\W\d_“\"‘])"),
)
_MISSING = 3  # numbers in a row that a layout may have lost


def _numbered(text: str, start: int, end: int) -> list[_Span]:
    """Entries by their numbers, which go up by one: a number that does not follow is a part of an entry."""
    for pattern in _NUMBERS:
        marks = [(int(m[1]), start + m.start()) for m in pattern.finditer(text[start:end])]
        chain = _chain(marks)
        if len(chain) > 2 and chain[0] - start <= _LONG and end - start <= _LONG * len(chain):
            return _cut(text, chain, end)
    return []


def _chain(marks: list[tuple[int, int]]) -> list[int]:
    """The places of the numbers that count on from the first; where one is missing, the next may follow it."""
    first = next((i for i, (number, _) in enumerate(marks) if number == 1), 0)
    chain: list[int] = []
    awaited = marks[first][0] if marks else 0
    at = first
    while at < len(marks):
        number, place = marks[at]
        later = {n for n, _ in marks[at : at + 60]}
        if number == awaited or (awaited < number <= awaited + _MISSING and not later & set(range(awaited, number))):
            chain.append(place)
            awaited = number + 1
        at += 1
    return chain


_NAMED = re.compile(r"(?:^|(?<=\n)|(?<=[.)\d/] ))\[[^\[\]\n]{0,60}?[^\W\d_][^\[\]\n]{0,20}?(?:\d{2}|\d{4}|n\.d\.)[a-z]?\]\s*(?=\S)")


def _labelled(text: str, start: int, end: int) -> list[_Span]:
    """Entries that begin with a label of letters: "[DR17]", "[Doe and Roe, 2017]"."""
    marks = [start + m.start() for m in _NAMED.finditer(text[start:end])]
    return _cut(text, marks, end) if len(marks) > 2 and marks[0] - start <= _LONG and end - start <= _LONG * len(marks) else []


def _cut(text: str, starts: list[int], end: int) -> list[_Span]:
    spans = []
    for at, stop in zip(starts, [*starts[1:], end], strict=True):
        kept = _without_strangers(text, at, stop)
        spans.append(_Span(at, at + len(text[at:kept].rstrip())))
    return spans


def _without_strangers(text: str, start: int, end: int) -> int:
    """Where the entry ends: before a paragraph that is too long to be the rest of it (the text that follows the list)."""
    for gap in re.finditer(r"\n\n", text[start:end]):
        at = start + gap.start()
        following = text[at + 2 : end].split("\n\n", maxsplit=1)[0]
        if _is_finished(text[start:at]) and len(following) > _LONG:
            return at
    return end


# ---------------------------------------------------------------- lists without

_SENTENCE = re.compile(r"(?<=[.)\]/\d”\"’])\s+(?=\S)")
_ANY_YEAR = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b|\bn\.d\.|\b(?:in press|forthcoming|to appear)\b", re.IGNORECASE)
_REST = re.compile(r"(?:in:?\s|pages?\b|pp?\.|vol|https?:|doi|arxiv|corr\b|available|retrieved|proceedings|\W|\d+[.,:(])", re.IGNORECASE)


def _by_names(text: str, paragraphs: list[_Span]) -> list[_Span]:
    """Entries of a list without labels. Where most have the year behind the names, such a beginning parts them within a paragraph too;
    otherwise paragraphs are entries, but for one that goes on with what the one before left unfinished."""
    dated = sum(starts_entry(text[p.start : p.end]) for p in paragraphs)
    by_year = dated * 2 >= len(paragraphs) or any(len(_pieces(text, p)) > 3 for p in paragraphs)
    spans: list[_Span] = []
    for piece in (piece for p in paragraphs for piece in (_pieces(text, p) if by_year else [p])):
        words = text[piece.start : piece.end]
        before = text[spans[-1].start : spans[-1].end] if spans else ""
        if before and _goes_on(before, words, by_year):
            spans[-1] = _Span(spans[-1].start, piece.end)
        elif not by_year or starts_entry(words) or (len(words) <= _LONG and (_ANY_YEAR.search(words) or _is_begun(words))):
            spans.append(piece)
    return spans


def _goes_on(before: str, words: str, by_year: bool) -> bool:
    """Whether ``words`` are the rest of the entry ``before``."""
    if len(before) + len(words) > 2 * _LONG:
        return False
    if by_year and starts_entry(words) and _ANY_YEAR.search(before):
        return False
    if not _is_finished(before):
        return True
    return words[:1].islower() and not re.match(r"(?:van|von|de|da|dos|di|el|al|du|la|le)\b", words) or bool(_REST.match(words))


def _is_begun(words: str) -> bool:
    """Whether ``words`` are a list of names that breaks off."""
    return names_at(words).end >= len(words) - 40 and not words.endswith(".")


def _is_finished(entry: str) -> bool:
    """Whether an entry is complete as it stands: it has a year and does not end in the middle of a sentence."""
    return (
        bool(_ANY_YEAR.search(entry))
        and bool(re.search(r"[.)\]/\d”\"’?!]$|https?://\S+$", entry.rstrip()))
        and not entry.rstrip().endswith(" In")
    )


def _pieces(text: str, paragraph: _Span) -> list[_Span]:
    """A paragraph cut before each sentence that begins as an entry does."""
    words = text[paragraph.start : paragraph.end]
    cuts = [0]
    for match in _SENTENCE.finditer(words):
        so_far = words[cuts[-1] : match.start()]
        if _is_finished(so_far) and not _SHORT_END.search(so_far) and starts_entry(words[match.end() :]):
            cuts.append(match.end())
    return [
        _Span(paragraph.start + a, paragraph.start + len(words[:b].rstrip())) for a, b in zip(cuts, [*cuts[1:], len(words)], strict=True)
    ]


_SHORT_END = re.compile(r"(?:^|[\s.(-])[A-Z]\.$")  # an initial
