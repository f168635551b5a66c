"""Is this sentence borne out by these quotes, and do the quotes stand in their papers? Pure, no model."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from survey.records import Paper, Quote, Sentence
from survey.terms import is_telling, numbers, stem, stems, words

_QUOTED = re.compile(r"“.*”", re.DOTALL)
_TELLING = 3  # words that name a subject, and figures; "We leave this for future work." has none
_DEBRIS = re.compile(
    r"[=∑∏∂∈∀≤≥←→⊕⊗σθλμ∇]|\(\d+\)\s*$|\b(?:Figure|Fig\.|Table|Tab\.|Section|Sec\.|Eq\.|Equation|Appendix) ?\d"
    r"|\bet al\.,? ?\(?\d{4}.*\bet al\.|arXiv:|@|https?://|©|\\"
)
_YEAR_OF_BYLINE = re.compile(r"\((?:\d{4}|n\.d\.)[a-z]?\)")


def quote_stands(quote: Quote, paper: Paper | None) -> bool:
    """Letter for letter, at its offsets, on its page."""
    return (
        paper is not None
        and bool(quote.text)
        and paper.text[quote.start : quote.end] == quote.text
        and quote.page == paper.page_of(quote.start)
    )


def normalised(text: str) -> str:
    """NFKC, soft hyphens gone, white space and case folded: what a quote may differ in when it was typed or copied. Never fuzzier:
    a fuzzy match accepts changed numbers and negations."""
    folded = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    return re.sub(r"\s+", " ", folded).strip().casefold()


def find_quote(text: str, paper: Paper) -> Quote | None:
    """Where the words stand in the paper: exactly, or else letter for letter after :func:`normalised`; None when they do not."""
    start = paper.text.find(text)
    if start >= 0:
        return paper.quote(start, start + len(text))
    wanted = normalised(text)
    if not wanted or wanted not in normalised(paper.text):
        return None
    pieces = [re.escape(word) for word in text.split()]
    match = re.search(r"\s+".join(pieces), paper.text, re.IGNORECASE)
    return paper.quote(match.start(), match.end()) if match else None


def missing_numbers(sentence: str, quotes: Iterable[str]) -> list[str]:
    """Numbers of the sentence that stand in none of its quotes, sorted; years of bylines do not count."""
    there = {number for quote in quotes for number in numbers(quote)}
    return sorted(numbers(_YEAR_OF_BYLINE.sub(" ", sentence)) - there)


def coverage(sentence: str, quotes: Sequence[str]) -> float:
    """Share of the telling words of the sentence, its quoted words aside, that its quotes have too; 1.0 when nothing else is said."""
    own = {stem(word) for word in words(_QUOTED.sub(" ", sentence)) if is_telling(word)}
    there = {s for quote in quotes for s in stems(quote)}
    return len(own & there) / len(own) if own else 1.0


def fault(sentence: Sentence, paper: Callable[[str], Paper | None]) -> str:
    """Why a claim is not borne out ("" when it is): no quote, an unknown paper, a quote that does not stand, a number that no quote has."""
    for key in sentence.citekeys:
        if paper(key) is None:
            return f"cites @{key}, which is not in the library"
    for quote in sentence.quotes:
        if not quote_stands(quote, paper(quote.key)):
            return f"a quote does not stand in @{quote.key} at {quote.start}:{quote.end}"
    if sentence.kind == "claim":
        if not sentence.quotes:
            return "a claim without a quote"
        if missing := missing_numbers(sentence.text, [q.text for q in sentence.quotes]):
            return f"the number {missing[0]} stands in none of its quotes"
    return ""


def quotable(text: str) -> bool:
    """Whether a sentence can stand alone between quotation marks: whole, of readable length, no table or formula debris."""
    if not 40 <= len(text) <= 420 or not (text[0].isupper() or text[0].isdigit()) or text[-1] not in ".!?":
        return False
    letters = sum(c.isalpha() or c.isspace() for c in text)
    return letters / len(text) > 0.82 and not _DEBRIS.search(text) and _told(text) >= _TELLING


def _told(text: str) -> int:
    return len({stem(w) for w in words(text) if is_telling(w)} | numbers(text))
