"""Is this sentence borne out by these quotes? Every check, and the order in which a sentence meets them."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from survey.records import Paper, Sentence
from survey.support.cleaning import CURLY, NAME, parted
from survey.support.finding import Fault
from survey.support.foreign import marked, named_other, unheard, unknown
from survey.support.measures import missing_numbers
from survey.support.quotes import misquoted, normalised, quote_stands, turned
from survey.support.wording import coverage
from survey.terms import is_telling, stem, words

_PROSE_CHARS = 600  # of a sentence, its quotes and bylines aside
_THIN = 0.5  # of the own words of a sentence: where fewer stand in its quotes it is given back, and flagged if it comes again
_HOLLOW = 0.25  # where even fewer do, it speaks of something else
_OWN_WORDS = 3  # what comes with a quotation and is shorter ("Roe (2019) reports:") says nothing that a quote could lack


def fault(sentence: Sentence, paper: Callable[[str], Paper | None]) -> str:
    """Why a claim is not borne out ("" when it is): no quote, an unknown paper, a quote that does not stand, a number
    or quoted words that no quote has."""
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
    if words_ := misquoted(sentence.text, texts):
        yield f"the quotation “{words_}” stands in none of its quotes"
    words_, denial = turned(sentence.text, texts)
    if denial:
        yield f"the quotation “{words_}” leaves out “{denial}”, which turns its meaning"


def names_of(keys: Iterable[str], paper: Callable[[str], Paper | None]) -> list[str]:
    """How sentences call these papers, without the year: a paper without authors goes by its title, which may hold numbers."""
    return [found.byline.rpartition(" (")[0] for key in keys if (found := paper(key))]


def prose_fault(sentence: Sentence, bylines: Mapping[str, str], titles: Iterable[str], others: Collection[str]) -> Fault:
    """What is wrong with a sentence that a model wrote, beyond :func:`fault`. ``bylines``: of the papers it cites, by key; ``titles``:
    theirs; ``others``: family names and citekeys of the papers that it does not cite."""
    texts, titles = [q.text for q in sentence.quotes], list(titles)
    names = {*bylines.values(), *(name.rpartition(" (")[0] for name in bylines.values())}
    spelt = "".join(" " if stands else piece for piece, stands in parted(sentence.text, [*(f"“{text}”" for text in texts), *names]))
    own = unicodedata.normalize("NFKC", CURLY.sub(" ", spelt))
    if not any(char.isalpha() for char in sentence.text):
        return Fault("says nothing", grave=True)
    if len(own) > _PROSE_CHARS:
        return Fault("is too long", grave=True)
    there = normalised(" ".join(texts))
    heard = {match[0] for match in NAME.finditer(normalised(" ".join([*texts, *titles, *names])))}
    found = (
        marked(own, there),
        unheard(spelt, own, texts, titles),
        unknown(own, there, heard),
        named_other(own, {match[0] for match in NAME.finditer(there)}, others),
    )
    named = max(found, key=lambda one: (one.grave, one.reason != ""))  # the first of the worst
    if named.grave:
        return named
    telling = {stem(w) for w in words(own) if is_telling(w)}
    share = coverage(own, [*texts, *titles]) if len(telling) >= _OWN_WORDS or "“" not in sentence.text else 1.0
    if share < _THIN:
        return Fault("says more than its quotes do", grave=share < _HOLLOW)
    return named
