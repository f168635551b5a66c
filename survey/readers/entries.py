"""A printed reference list split into its entries, whatever paragraphs a layout made of it.

Labels that count on part a list with numbers; without labels, entries begin where names and a year do, or with a paragraph.
"""

import re
from bisect import bisect_left
from typing import NamedTuple

from survey.readers.assembly import Body
from survey.readers.namelists import names_at, year_at
from survey.readers.printed import parse_entry
from survey.records import Cited

__all__ = ["entries_of", "parse_entry"]

_LONG = 700
"""Characters of an entry, at most, on the whole: a longer paragraph behind a finished entry is no part of it."""
_HEAD = 1500  # characters in which the names of an entry and its year stand


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
            for start, end in _spans(body.text, part.start, part.end):
                entry = parse_entry(body.text[start:end])
                if _says_enough(entry):
                    cited.append(entry.model_copy(update={"start": start, "end": end}))
    return body._replace(cited=tuple(cited))


def _says_enough(entry: Cited) -> bool:
    """Whether it is an entry at all, and no table or footnote that stands in between."""
    known = entry.date or entry.doi or entry.arxiv or entry.pmid or entry.url
    return bool(entry.title or entry.authors) and bool(entry.label or len(entry.authors) > 1 or (known and entry.authors))


def _spans(text: str, start: int, end: int) -> list[_Span]:
    marks = _numbers(text, start, end) or _labels(text, start, end)
    return _cut(text, marks, end) if marks else _by_names(text, start, end)


# ---------------------------------------------------------------- lists with labels

_NUMBERS = (
    re.compile(r"(?<![^\s.,;)/])\[(\d{1,4})\]\s*(?=\S)"),
    re.compile(r"^\((\d{1,3})\)\s+(?=\S)", re.MULTILINE),
    re.compile(r"(?:^|(?<=[.)\]\d/] ))(\d{1,3})[.)]\s+(?=[^\W\d_“\"‘])", re.MULTILINE),
    re.compile(r"^(\d{1,3})\s+(?=[^\W\d_“\"‘])", re.MULTILINE),
)
_MISSING = 3  # numbers in a row that a layout may have lost
_MANY = 10
_AHEAD = 60  # marks among which a missing number is looked for
_LABELS = re.compile(r"(?:^|(?<=\n)|(?<=[.)\d/] ))\[[^\[\]\n]{0,60}?[^\W\d_][^\[\]\n]{0,20}?(?:\d{2}|\d{4}|n\.d\.)[a-z]?\]\s*(?=\S)")


def _numbers(text: str, start: int, end: int) -> list[int]:
    """Where entries begin by their numbers, which go up by one: a number that does not follow is a part of an entry."""
    for pattern in _NUMBERS:
        marks = _chain([(int(match[1]), match.start()) for match in pattern.finditer(text[start:end])])
        if _is_list(marks, end - start):
            return [start + mark for mark in marks]
    return []


def _labels(text: str, start: int, end: int) -> list[int]:
    """Where entries begin with a label of letters: "[DR17]", "[Doe and Roe, 2017]"."""
    marks = [match.start() for match in _LABELS.finditer(text[start:end])]
    return [start + mark for mark in marks] if _is_list(marks, end - start) else []


def _is_list(marks: list[int], size: int) -> bool:
    """Whether marks begin with the list and stand as close as entries do; many may have other text behind them."""
    reach = marks[-1] - marks[0] if len(marks) >= _MANY else size
    enough = len(marks) > 2 or (len(marks) == 2 and not marks[0])  # two numbers within a list come about by chance
    return enough and marks[0] <= _LONG and reach <= _LONG * len(marks)


def _chain(marks: list[tuple[int, int]]) -> list[int]:
    """The places of the numbers that count on from the first; where one is missing, the next may follow it."""
    first = next((i for i, (number, _) in enumerate(marks) if number == 1), 0)
    chain: list[int] = []
    awaited = marks[first][0] if marks else 0
    for i, (number, place) in enumerate(marks[first:], start=first):
        if awaited < number <= awaited + _MISSING:
            coming = {other for other, _ in marks[i : i + _AHEAD]}
            awaited = awaited if coming & set(range(awaited, number)) else number
        if number == awaited:
            chain.append(place)
            awaited += 1
    return chain


def _cut(text: str, marks: list[int], end: int) -> list[_Span]:
    """The entries that begin at ``marks``. The text that follows the list, or stands within it, is a part of none."""
    spans = []
    for start, stop in zip(marks, [*marks[1:], end], strict=True):
        kept = _without_strangers(text, start, stop)
        spans.append(_Span(start, start + len(text[start:kept].rstrip())))
    return spans


def _without_strangers(text: str, start: int, end: int) -> int:
    """Where the entry that begins at ``start`` ends: before a paragraph that is too long to be the rest of it."""
    for gap in re.finditer(r"\n\n", text[start:end]):
        at = start + gap.start()
        following = text.find("\n\n", at + 2, end)
        strange = (end if following < 0 else following) - at > _LONG and _is_finished(text[start:at])
        if strange or gap.start() > 2 * _LONG:
            return at
    return end


# ---------------------------------------------------------------- lists without

_SENTENCE = re.compile(r"(?<=[.)\]/\d”\"’])\s+(?=\S)")
_ANY_YEAR = re.compile(r"\b(?:1[89]|20)[0-9][0-9][a-z]?\b|\bn\.d\.|\b(?:in press|forthcoming|to appear)\b", re.IGNORECASE)
_END = re.compile(r"(?:[.)\]/\d”\"’?!]|https?://\S+)$")
_REST = re.compile(
    r"(?!(?:van|von|de|da|dos|di|el|al|du|la|le)\b)[a-zß-öø-ÿ]|In:?\s|Pages?\b|Vol|Proceedings|CoRR\b|Available|Retrieved|\W|\d+[.,:(]"
)
_INITIAL = re.compile(r"(?:^|[\s.(-])[A-Z]\.$")


def _by_names(text: str, start: int, end: int) -> list[_Span]:
    """Entries of a list without labels. Where most have the year behind the names, such a beginning parts them within a paragraph too;
    otherwise paragraphs are entries, but for one that goes on with what the one before left unfinished."""
    paragraphs = [_Span(start + m.start(), start + m.end()) for m in re.finditer(r"\S(?:.*\S)?", text[start:end])]
    pieces = [piece for paragraph in paragraphs for piece in _pieces(text, paragraph)]
    by_year = 2 * sum(_starts_entry(text[p.start : min(p.end, p.start + _HEAD)]) for p in pieces) >= len(paragraphs)
    spans: list[_Span] = []
    for piece in pieces if by_year else paragraphs:
        words = text[piece.start : piece.end]
        starts = _starts_entry(words[:_HEAD])
        if spans and _goes_on(text[spans[-1].start : spans[-1].end], words, by_year and starts):
            spans[-1] = _Span(spans[-1].start, piece.end)
        elif not by_year or starts or (len(words) <= _LONG and (_ANY_YEAR.search(words) or _is_begun(words))):
            spans.append(piece)
    return spans


def _starts_entry(text: str) -> bool:
    """Whether ``text`` begins as entries do that have their year behind the names."""
    names = names_at(text)
    return bool(names.names) and year_at(text, names.end) is not None


def _goes_on(before: str, words: str, starts: bool) -> bool:
    """Whether ``words`` are the rest of the entry ``before``; ``starts``: they begin as an entry does."""
    if len(before) + len(words) > 2 * _LONG or (starts and _ANY_YEAR.search(before)):
        return False
    return not _is_finished(before) or bool(_REST.match(words))


def _is_begun(words: str) -> bool:
    """Whether ``words`` are a list of names that breaks off."""
    return names_at(words).end >= len(words) - 40 and not words.endswith(".")


def _is_finished(entry: str) -> bool:
    """Whether an entry is complete as it stands: it has a year and does not end in the middle of a sentence."""
    entry = entry.rstrip()
    return bool(_END.search(entry, max(0, len(entry) - 200))) and not entry.endswith(" In") and bool(_ANY_YEAR.search(entry))


def _pieces(text: str, paragraph: _Span) -> list[_Span]:
    """A paragraph cut before each sentence that begins as an entry does."""
    words = text[paragraph.start : paragraph.end]
    years = [match.start() for match in _ANY_YEAR.finditer(words)]
    cuts = [0]
    rest = not _starts_entry(words[:_HEAD])  # it begins with the rest of an entry, whose year stands before
    past = 0  # up to where names have been read that no year follows
    for match in _SENTENCE.finditer(words):
        dated = (rest and len(cuts) == 1) or bisect_left(years, cuts[-1]) < bisect_left(years, match.start())
        if not dated or match.end() < past or _INITIAL.search(words[max(0, match.start() - 4) : match.start()]):
            continue
        head = words[match.end() : match.end() + _HEAD]
        names = names_at(head)
        if names.names and year_at(head, names.end):
            cuts.append(match.end())
        elif len(names.names) > 1:
            past = match.end() + names.end
    ends = [len(words[:cut].rstrip()) for cut in [*cuts[1:], len(words)]]
    return [_Span(paragraph.start + start, paragraph.start + end) for start, end in zip(cuts, ends, strict=True)]
