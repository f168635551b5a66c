"""Is this sentence borne out by these quotes, and do the quotes stand in their papers? Pure, no model."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

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
    return _folded(text)[0].strip()


def find_quote(text: str, paper: Paper) -> Quote | None:
    """Where the whole words stand in the paper: exactly, or else letter for letter after :func:`normalised`; None when they do not."""
    return next(find_quotes(text, paper), None)


def find_quotes(text: str, paper: Paper) -> Iterator[Quote]:
    """Every place where they stand, the exact ones first; a place may come twice."""
    return (paper.quote(start, end) for start, end in _spans(text, paper.text))


# Scripts written without spaces have no whole words to keep whole.
_LETTER = r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff]"
# Half of "cannot", "can't", "non-linear" or "6.5" says something else.
_CUT = re.compile(rf"{_LETTER}{_LETTER}|{_LETTER}['’‐‑-]{_LETTER}|\d[.,]\d")
_WINDOWS = ((1, 1), (2, 1), (1, 2))  # characters before and behind an edge


def _spans(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    wanted = wanted.strip()
    if not any(char.isalnum() for char in wanted):
        return
    yield from _whole(wanted, text)
    folded, places = _folded(text)
    for start, end in _whole(normalised(wanted), folded):
        yield places[start][0], places[end - 1][1]


def _whole(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    """Where ``wanted`` stands in ``text`` and cuts no word or number in two."""
    start = text.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        edges = [text[at - back : at + ahead] for at in (start, end) for back, ahead in _WINDOWS if back <= at <= len(text) - ahead]
        if not any(_CUT.fullmatch(edge) for edge in edges):
            yield start, end
        start = text.find(wanted, start + 1)


@lru_cache(maxsize=16)  # several quotes of one paper are looked up in turn
def _folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text folded, white space to one blank, and for each of its characters the span in ``text`` that it came from."""
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        for letter in unicodedata.normalize("NFKC", cluster[0]).replace("\u00ad", "").casefold():
            folded = " " if letter.isspace() else letter
            if folded != " " or letters[-1:] != [" "]:
                letters.append(folded)
                places.append(cluster.span())
    return "".join(letters), places


_CLUSTER = re.compile(r".[\u0300-\u036f]*", re.DOTALL)  # a letter with its accents, which NFKC makes one


def missing_numbers(sentence: str, quotes: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Numbers of the sentence that stand in none of its quotes, sorted; those of the ``names`` of its papers and years of bylines do not
    count."""
    there = {number for quote in quotes for number in numbers(quote)}
    for name in names:
        sentence = sentence.replace(name, " ")
    return sorted(numbers(_YEAR_OF_BYLINE.sub(" ", sentence)) - there)


def misquoted(sentence: str, quotes: Sequence[str]) -> str:
    """The first words between “ and ” that stand in none of the quotes, "" when all do."""
    rest = normalised(sentence)
    for quote in quotes:  # whole quotes first: they may hold such marks of their own
        rest = rest.replace(f"“{normalised(quote)}”", " ")
    for words_ in _QUOTATION.findall(rest):
        if words_.strip() and not any(next(_spans(words_, quote), None) for quote in quotes):
            return str(words_)
    return ""


_QUOTATION = re.compile(r"“((?:[^“”]|“[^“”]*”)*)”?")


def coverage(sentence: str, quotes: Sequence[str]) -> float:
    """Share of the telling words of the sentence, its quoted words aside, that its quotes have too; 1.0 when nothing else is said."""
    own = {stem(word) for word in words(_QUOTED.sub(" ", sentence)) if is_telling(word)}
    there = {s for quote in quotes for s in stems(quote)}
    return len(own & there) / len(own) if own else 1.0


def fault(sentence: Sentence, paper: Callable[[str], Paper | None]) -> str:
    """Why a claim is not borne out ("" when it is): no quote, an unknown paper, a quote that does not stand, a number
    or quoted words that no quote has."""
    for key in sentence.citekeys:
        if paper(key) is None:
            return f"cites @{key}, which is not in the library"
    for quote in sentence.quotes:
        if not quote_stands(quote, paper(quote.key)):
            return f"a quote does not stand in @{quote.key} at {quote.start}:{quote.end}"
    if sentence.kind == "claim":
        if not sentence.quotes:
            return "a claim without a quote"
        texts = [q.text for q in sentence.quotes]
        if missing := missing_numbers(sentence.text, texts, names_of(sentence.citekeys, paper)):
            return f"the number {missing[0]} stands in none of its quotes"
        if words_ := misquoted(sentence.text, texts):
            return f"the quotation “{words_}” stands in none of its quotes"
    return ""


def names_of(keys: Iterable[str], paper: Callable[[str], Paper | None]) -> list[str]:
    """How sentences call these papers, without the year: a paper without authors goes by its title, which may hold numbers."""
    return [found.byline.rpartition(" (")[0] for key in keys if (found := paper(key))]


def quotable(text: str) -> bool:
    """Whether a sentence can stand alone between quotation marks: whole, of readable length, no table or formula debris."""
    if not 40 <= len(text) <= 420 or not (text[0].isupper() or text[0].isdigit()) or text[-1] not in ".!?":
        return False
    letters = sum(c.isalpha() or c.isspace() for c in text)
    return letters / len(text) > 0.82 and not _DEBRIS.search(text) and _told(text) >= _TELLING


def _told(text: str) -> int:
    return len({stem(w) for w in words(text) if is_telling(w)} | numbers(text))
