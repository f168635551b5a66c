"""Is this sentence borne out by these quotes? Every check, and the order in which a sentence meets them."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from survey.records import Paper, Sentence
from survey.support.cleaning import CURLY, NAME, parted
from survey.support.finding import QUOTED_LANG, TOLD, Fault
from survey.support.foreign import marked, named_other, other_letters, unknown
from survey.support.measures import other_count, other_unit
from survey.support.names import first_missing
from survey.support.numerals import YEAR_OF_BYLINE, missing_numbers, unsaid_number
from survey.support.polarity import turned_round
from survey.support.quotes import misquoted, normalised, quote_stands, turned
from survey.support.wording import coverage
from survey.terms import is_telling, stem, words

_PROSE_CHARS = 600  # of a sentence, its quotes and bylines aside
_THIN = 0.5  # of the own words of a sentence: where fewer stand in its quotes it is given back, and flagged if it comes again
_HOLLOW = 0.25  # where even fewer do, it speaks of something else
_OWN_WORDS = 3  # what comes with a quotation and is shorter ("Roe (2019) reports:") says nothing that a quote could lack


def fault(sentence: Sentence, paper: Callable[[str], Paper | None]) -> str:
    """Why a claim is not borne out ("" when it is): no quote, an unknown paper, a quote that does not stand, a number,
    a unit or quoted words that no quote has."""
    return next(_faults(sentence, paper), "")


def _faults(sentence: Sentence, paper: Callable[[str], Paper | None]) -> Iterator[str]:
    for key in sentence.citekeys:
        if paper(key) is None:
            yield f"cites @{key}, which is not in the library"
    for quote in sentence.quotes:
        if not quote_stands(quote, paper(quote.key)):
            yield f"a quote does not stand in @{quote.key} at {quote.start}:{quote.end}"
    if sentence.kind != "claim":
        return
    if not sentence.quotes:
        yield "a claim without a quote"
    texts = [q.text for q in sentence.quotes]
    if missing := missing_numbers(sentence.text, texts, names_of(sentence.citekeys, paper)):
        yield f"the number {missing[0]} stands in none of its quotes"
    if other := other_unit(YEAR_OF_BYLINE.sub(" ", sentence.text), texts):
        yield f"“{other}” has another unit in its quotes"
    if words_ := misquoted(sentence.text, texts):
        yield f"the quotation “{words_}” stands in none of its quotes"
    words_, denial = turned(sentence.text, texts)
    if denial:
        yield f"the quotation “{words_}” leaves out “{denial}”, which turns its meaning"


def names_of(keys: Iterable[str], paper: Callable[[str], Paper | None]) -> list[str]:
    """How sentences call these papers, without the year: a paper without authors goes by its title, which may hold numbers."""
    return [found.byline.rpartition(" (")[0] for key in keys if (found := paper(key))]


def evidence_faults(
    text: str, quotes: Sequence[str], names: Collection[str] = (), titles: Sequence[str] = (), lang: str = QUOTED_LANG
) -> list[Fault]:
    """What of a sentence its quotes do not bear out: the faults of each check that looks at words and numbers, in the order of
    :data:`CHECKS`. ``names``: how it calls its papers (bylines). Words of another language than the quotes' can be compared neither for
    polarity nor for coverage."""
    own = _without_names(text, [f"“{quote}”" for quote in quotes], names)
    checks = (_quotation, _number, _unit, _name, _polarity, _coverage)
    return [found for check in checks if (found := check(own, quotes, titles, lang)).reason]


def _without_names(text: str, whole: Sequence[str], names: Collection[str]) -> str:
    """Quotes that are spelt out whole as bare marks, and without the names of papers; within quotations they are the quotes' own."""
    marked = "".join("“” " if stands else piece for piece, stands in parted(text, whole))
    pieces = re.split(rf"({CURLY.pattern})", marked)
    return "".join(
        piece if n % 2 else "".join(" " if named else part for part, named in parted(piece, names)) for n, piece in enumerate(pieces)
    )


def _quotation(text: str, quotes: Sequence[str], _titles: Sequence[str], _lang: str) -> Fault:
    if words_ := misquoted(text, quotes):
        return Fault(f"the quotation “{words_}” stands in none of its quotes", True, "quotation")
    words_, denial = turned(text, quotes)
    return Fault(f"the quotation “{words_}” leaves out “{denial}”, which turns its meaning", True, "quotation") if denial else Fault()


def _number(text: str, quotes: Sequence[str], _titles: Sequence[str], _lang: str) -> Fault:
    if missing := missing_numbers(text, quotes, years=True):
        return Fault(f"the number {missing[0]} stands in none of its quotes", True, "number")
    other = other_count(text, quotes)
    if other:
        return Fault(f"the number {other} is another in its quotes", True, "number")
    unsaid = unsaid_number(CURLY.sub(" ", text), quotes)
    return Fault(f"the number {unsaid[:TOLD]} stands in none of its quotes", True, "number") if unsaid else Fault()


def _unit(text: str, quotes: Sequence[str], _titles: Sequence[str], _lang: str) -> Fault:
    other = other_unit(text, quotes)
    return Fault(f"“{other}” has another unit in its quotes", True, "unit") if other else Fault()


def _name(text: str, quotes: Sequence[str], titles: Sequence[str], lang: str) -> Fault:
    missing = first_missing(CURLY.sub(" ", text), [*quotes, *titles], lang)
    return Fault(f"the name {missing.text[:TOLD]} stands in none of its quotes", missing.sure, "name") if missing else Fault()


def _polarity(text: str, quotes: Sequence[str], _titles: Sequence[str], lang: str) -> Fault:
    against = turned_round(text, quotes) if lang == QUOTED_LANG else None
    return Fault(against.reason, against.sure, "polarity") if against else Fault()


def _coverage(text: str, quotes: Sequence[str], titles: Sequence[str], lang: str) -> Fault:
    own = unicodedata.normalize("NFKC", CURLY.sub(" ", text))
    telling = {stem(w) for w in words(own) if is_telling(w)}
    if lang != QUOTED_LANG or (len(telling) < _OWN_WORDS and "“" in text):
        return Fault()
    share = coverage(own, [*quotes, *titles])
    return Fault("says more than its quotes do", share < _HOLLOW, "coverage") if share < _THIN else Fault()


def prose_fault(
    sentence: Sentence, bylines: Mapping[str, str], titles: Iterable[str], others: Collection[str], lang: str = QUOTED_LANG
) -> Fault:
    """What is wrong with a sentence that a model wrote, beyond :func:`fault`: the first of the worst. ``bylines``: of the papers it cites,
    by key; ``titles``: theirs; ``others``: family names and citekeys of the papers that it does not cite."""
    texts, titles = [q.text for q in sentence.quotes], list(titles)
    names = {*bylines.values(), *(name.rpartition(" (")[0] for name in bylines.values())}
    spelt = "".join(" " if stands else piece for piece, stands in parted(sentence.text, [*(f"“{text}”" for text in texts), *names]))
    own = unicodedata.normalize("NFKC", CURLY.sub(" ", spelt))
    if not any(char.isalpha() for char in sentence.text):
        return Fault("says nothing", True, "form")
    if len(own) > _PROSE_CHARS:
        return Fault("is too long", True, "form")
    there = normalised(" ".join(texts))
    heard = {match[0] for match in NAME.finditer(normalised(" ".join([*texts, *titles, *names])))}
    found = (
        marked(own, there),
        other_letters(own, [*texts, *titles]),
        unknown(own, there, heard),
        named_other(own, {match[0] for match in NAME.finditer(there)}, others),
        *evidence_faults(sentence.text, texts, names, titles, lang),
    )
    return max(found, key=lambda one: (one.grave, one.reason != ""))
