"""Do quotes stand in their papers, and do the words between “ and ” stand in the quotes? Exact after folding what typing, copying and PDFs
do to the look of words (:mod:`survey.support.folding`), never fuzzy: a fuzzy match accepts changed numbers and negations.

A quotation may leave words out where it marks the place: "A net … hears toads". Each piece must stand, in whole words and in order, in one
paragraph.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from survey.records import Paper, Quote
from survey.support.cues import denials
from survey.support.folding import HYPHEN, folded

Span = tuple[int, int]


def quote_stands(quote: Quote, paper: Paper | None) -> bool:
    """Letter for letter, at its offsets, on its page."""
    return (
        paper is not None
        and bool(quote.text)
        and paper.text[quote.start : quote.end] == quote.text
        and quote.page == paper.page_of(quote.start)
    )


def normalised(text: str) -> str:
    """NFKC, soft hyphens gone, white space and case folded: by what two texts of a survey are the same."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold().split())


def find_quote(text: str, paper: Paper) -> Quote | None:
    """Where the whole words stand in the paper: exactly, or else letter for letter after :mod:`survey.support.folding`; None when they do
    not. Of a quotation with ellipses it is all from its first piece to its last; see :func:`denial_left_out`."""
    return next(find_quotes(text, paper), None)


def find_quotes(text: str, paper: Paper) -> Iterator[Quote]:
    """Every place where they stand, the exact ones first; a place may come twice."""
    return (paper.quote(spans[0][0], spans[-1][1]) for spans in _places(text, paper.text))


# ---------------------------------------------------------------- ellipses

_DOTS = r"(?:…|\.{3,4}|\. \. \.)"
_ELLIPSIS = re.compile(rf"\s*(?:\[\s*{_DOTS}\s*\]|\(\s*{_DOTS}\s*\)|{_DOTS})\s*")


def quotation_pieces(text: str) -> list[str]:
    """The pieces of a quotation between its ellipses (…, ..., […], [...]); the whole of it where it has none."""
    return [piece for piece in _ELLIPSIS.split(text.strip()) if any(char.isalnum() for char in piece)]


def stands_in(words: str, source: str) -> bool:
    """Whether quoted words stand in ``source``: as they are, or piece by piece where they mark what they leave out."""
    return next(_places(words, source), None) is not None


def denial_left_out(words: str, source: str) -> str:
    """The "not" that a quotation leaves out of a clause that it quotes the rest of, which turns its meaning; "" when there is none. Clauses
    that are left out whole may hold one."""
    denied = [_denied(spans, source) for spans in islice(_places(words, source), _LOOKED_AT)]
    return denied[0] if denied and all(denied) else ""


_LOOKED_AT = 50  # places; "the … the" has one at every word


def _denied(spans: Sequence[Span], source: str) -> str:
    for (_, start), (end, _) in pairwise(spans):
        clauses = _CLAUSE_END.split(source[start - 1 : end + 1])  # with the characters beside it, which may be such marks
        for torn in (clauses[0], clauses[-1]):
            if found := denials(torn):
                return found[0]
    return ""


_CLAUSE_END = re.compile(r"[,;:()\[\]–—?!]|\.(?!\d)")


def _places(words: str, source: str) -> Iterator[tuple[Span, ...]]:
    """Where quoted words stand in ``source``: the span of each of their pieces."""
    yield from ((span,) for span in _spans(words, source))
    pieces = quotation_pieces(words)
    if pieces and pieces != [words.strip()]:
        found = [sorted(set(_spans(piece, source))) for piece in pieces]
        for first in found[0]:
            if spans := _in_order(first, found[1:], source):
                yield spans


def _in_order(first: Span, rest: Sequence[Sequence[Span]], source: str) -> tuple[Span, ...]:
    """The nearest of each piece after the one before it, within the paragraph; empty where one does not come."""
    spans = [first]
    last = source.find("\n\n", first[0])
    for found in rest:
        at = bisect_left(found, (spans[-1][1], 0))
        if at == len(found) or 0 <= last < found[at][1]:
            return ()
        spans.append(found[at])
    return tuple(spans)


# ---------------------------------------------------------------- whole words

# Scripts written without spaces have no whole words to keep whole.
_LETTER = r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff]"
_BREAK = r"[^\S\n]*\n[^\S\n]*"
_JOINT = rf"(?:['’\u2010\u2011-]|[\u2010\u2011\u00ad\x02\ufffe-]{_BREAK}|[\u00ad\x02\ufffe]\s?)"
# Half of "cannot", "can't", "non-linear" or "6.5" says something else. Where a quotation begins or ends: what is before, what behind.
_CUTS = tuple(
    (re.compile(rf"{before}\Z"), re.compile(behind))
    for before, behind in (
        (_LETTER, rf"{_JOINT}?{_LETTER}"),
        (rf"{_LETTER}{_JOINT}", rf"(?!(?:and|or|to)\b){_LETTER}"),  # "pre- and", with its hyphen at a line's end
        (r"\d", r"[.,]\d"),
        (r"\d[.,]", r"\d"),
    )
)
_REACH = 8  # characters before and behind an edge


def _spans(wanted: str, text: str) -> Iterator[Span]:
    wanted = wanted.strip()
    if not any(char.isalnum() for char in wanted):
        return
    yield from (span for span in _found(wanted, text) if _is_whole(span, text))
    there = folded(text)
    alike = folded(wanted).text.strip()
    hyphened = bool(re.search(r"\w-$", alike))  # "pre-", of "pre- and post-war": the hyphen is folded away there
    for start, end in _found(alike.rstrip("-") if hyphened else alike, there.text):
        span = there.span(start, end)
        if span and not _is_cut(text, span[0]) and (HYPHEN.match(text, span[1]) if hyphened else not _is_cut(text, span[1])):
            yield span


def _found(wanted: str, text: str) -> Iterator[Span]:
    start = text.find(wanted)
    while start >= 0:
        yield start, start + len(wanted)
        start = text.find(wanted, start + 1)


def _is_whole(span: Span, text: str) -> bool:
    """Whether it cuts no word or number in two, and no letter from its accent."""
    return not any(_is_cut(text, at) for at in span)


def _is_cut(text: str, at: int) -> bool:
    before, behind = text[max(0, at - _REACH) : at], text[at : at + _REACH]
    if unicodedata.combining(behind[:1] or " "):
        return True
    return any(one.search(before) and other.match(behind) for one, other in _CUTS)


# ---------------------------------------------------------------- quotations of a sentence


def quoted_words(sentence: str, quotes: Sequence[str]) -> list[str]:
    """What stands between “ and ” in a sentence, normalised; quotes that are spelt out whole aside, since they may hold such marks of
    their own."""
    rest = normalised(sentence)
    for quote in quotes:
        rest = rest.replace(f"“{normalised(quote)}”", " ")
    return [words for words in _QUOTATION.findall(rest) if words.strip()]


_QUOTATION = re.compile(r"“((?:[^“”]|“[^“”]*”)*)”?")


def misquoted(sentence: str, quotes: Sequence[str]) -> str:
    """The first words between “ and ” that stand in none of the quotes, "" when all do."""
    return next((words for words in quoted_words(sentence, quotes) if not any(stands_in(words, quote) for quote in quotes)), "")


def turned(sentence: str, quotes: Sequence[str]) -> tuple[str, str]:
    """The first quotation that leaves out a "not", and this word (:func:`denial_left_out`); ("", "") when none does."""
    for words in quoted_words(sentence, quotes):
        left_out = [denial_left_out(words, quote) for quote in quotes if stands_in(words, quote)]
        if left_out and all(left_out):
            return words, left_out[0]
    return "", ""


def spelt_out_at(sentence: str, quote: str) -> int:
    """Where a sentence begins to spell a quote out, wholly or in part; behind its end where it does not."""
    whole = sentence.find(f"“{quote}”")
    places = [match.start() for match in _QUOTATION.finditer(sentence) if stands_in(match[1], quote)]
    return whole if whole >= 0 else min(places, default=len(sentence))
