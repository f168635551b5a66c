"""What every renderer does to a text before it escapes it, and how papers are put in order and named."""

import re
from collections.abc import Sequence

from survey.hiding import printable, unpiled
from survey.phrases import Phrases
from survey.quotations import quotations
from survey.records import Quote, Reference, Sentence, family_name, year_letters

_DOI = re.compile(r"10\.[0-9]{4,9}/[-._;()/:A-Za-z0-9]+")
_ARXIV = re.compile(r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?")
_LEFT_OUT = re.compile(r"(?:^| )…(?: |$)")
FLAG = "⚑"
"""Stands behind a claim that its quotes do not plainly bear out."""
_LONGEST_KEY = 250  # one that the user brought, cut at 200, and what makes it unique
_MOST_AUTHORS = 10  # a collaboration's hundreds of names say less than "et al."


def plain(text: str) -> str:
    """``text`` on one line: white space folded, and U+FFFD in place of what hides, steers or cannot be written (:mod:`survey.hiding`)."""
    return unpiled(printable(" ".join(text.split())))


def quote_spans(text: str, quotes: Sequence[Quote]) -> list[tuple[int, int, Quote]]:
    """Where words of the ``quotes`` stand in ``text`` (already :func:`plain`) between “ and ”; start and end include the marks.

    They may be a part of the quote, with " … " for what was left out within. A quote that is not spelled out in the text (a paraphrase
    rests on it) has no span.
    """
    spans: list[tuple[int, int, Quote]] = []
    at = 0
    for quote in quotes:
        start = text.find(marked := f"“{plain(quote.text)}”", at)
        if start >= 0:
            at = start + len(marked)
            spans.append((start, at, quote))
    for start, end, mark in quotations(text):
        if mark != "“" or any(start < other_end and other_start < end for other_start, other_end, _ in spans):
            continue
        fresh = sorted(quotes, key=lambda quote: any(quote == told for _, _, told in spans))
        source = next((quote for quote in fresh if pieces(text[start + 1 : end - 1], plain(quote.text))), None)
        spans += [(start, end, source)] if source else []
    return sorted(spans, key=lambda span: span[:2])


def pieces(words: str, said: str) -> list[tuple[int, int]]:
    """Where the pieces of ``words``, a trimmed quotation, stand in ``said``, the sentence that it was cut from; [] if it is none."""
    if words == said:
        return [(0, len(said))]
    places: list[tuple[int, int]] = []
    for piece in filter(None, _LEFT_OUT.split(words) if words == words.strip() else ()):
        found = re.compile(rf"(?<!\w){re.escape(piece)}(?!\w)").search(said, places[-1][1] if places else 0)
        if not found:
            return []
        places.append(found.span())
    return places


def left_out(said: str, places: Sequence[tuple[int, int]]) -> bool:
    """Whether a word of the sentence stands outside of these places."""
    told = {at for start, end in places for at in range(start, end)}
    return any(char.isalnum() for at, char in enumerate(said) if at not in told)


def citations(sentence: Sentence) -> list[tuple[str, int | None]]:
    """(citekey, page) of each place that the sentence cites, in order, each once."""
    quoted = [(quote.key, quote.page) for quote in sentence.quotes]
    keys = {key for key, _ in quoted}
    return list(dict.fromkeys([*quoted, *((key, None) for key in sentence.cites if key not in keys)]))


def citekey(key: str) -> str:
    """``key`` as pandoc and BibTeX take it unbraced: words joined by single marks. Keys of our own making pass unchanged."""
    marked = re.sub(r"[^\w:.+/-]", "-", key[:_LONGEST_KEY])
    return re.sub(r"(?<!_)_*([:.+/-])[:.+/_-]*", r"\1", marked).strip("_:.+/-") or "paper"


_DATE = re.compile(r"(?:([0-9]{4})(?![0-9])|-)(?:-(0[1-9]|1[0-2])(?![0-9])(?:-(0[1-9]|[12][0-9]|3[01])(?![0-9]))?)?")


def date_parts(date: str) -> tuple[str, str, str]:
    """Year, month and day of a partial ISO date ("2019", "2019-05", "--05-26") as far as they are well formed, each "" otherwise."""
    match = _DATE.match(date)
    year, month, day = match.groups(default="") if match else ("", "", "")
    return year, month, day


def anchor(name: str) -> str:
    """``name`` as an HTML id and a pandoc identifier."""
    return re.sub(r"[^\w.-]", "-", name) or "section"


def author_list(paper: Reference, say: Phrases) -> str:
    """ "Phan, Lan, Kim Lee and Ada Roe"; "et al." where the list is long or the source cut it."""
    if not paper.authors:
        return ""
    names = [_inverted(paper.authors[0]), *paper.authors[1:_MOST_AUTHORS]]
    if paper.more_authors or len(paper.authors) > _MOST_AUTHORS:
        return f"{', '.join(names)} et al."
    return say.listed(names)


def _inverted(author: str) -> str:
    family = family_name(author)
    given = author.removesuffix(family).strip()
    return author if "," in author or not given or given == author else f"{family}, {given}"


def identifiers(paper: Reference) -> list[tuple[str, str]]:
    """(text, https address) of the identifiers that are well formed; an address is never taken from a paper as it stands."""
    known = [
        (f"doi:{paper.doi}", doi_address(paper.doi)),
        (f"arXiv:{paper.arxiv}", arxiv_address(paper.arxiv)),
        (f"PMID:{paper.pmid}", pmid_address(paper.pmid)),
    ]
    return [(text, address) for text, address in known if address]


REGISTERS = ("https://doi.org/", "https://arxiv.org/abs/", "https://pubmed.ncbi.nlm.nih.gov/")
"""Where links lead; an address is one of these and an identifier that is well formed."""


def doi_address(doi: str) -> str:
    return f"{REGISTERS[0]}{doi}" if _DOI.fullmatch(doi) else ""


def arxiv_address(number: str) -> str:
    return f"{REGISTERS[1]}{number}" if _ARXIV.fullmatch(number) else ""


def pmid_address(number: str) -> str:
    return f"{REGISTERS[2]}{number}/" if number.isascii() and number.isdigit() else ""


def short_name(paper: Reference, letter: str = "") -> str:
    """ "Phan et al. 2019a"."""
    return plain(paper.named(letter)).removesuffix(")").replace(" (", " ")


def reference_parts(paper: Reference, letter: str, say: Phrases) -> tuple[str, str, str]:
    """(before the title, title, after the title) of a printed reference, without its identifiers."""
    year = (str(paper.year) if paper.year else say("common.undated")) + letter + (f", {say('page.retracted')}" if paper.retracted else "")
    who = author_list(paper, say)
    return f"{who} ({year})." if who else f"({year}).", plain(paper.name).rstrip("."), plain(paper.venue or paper.publisher).rstrip(".")


def names_of(papers: Sequence[Reference]) -> dict[str, str]:
    """citekey → how a drawing names the paper: "Phan et al. 2019a", or its key where no author is known."""
    letters = year_letters(papers)
    return {paper.key: short_name(paper, letters[paper.key]) if paper.authors else paper.key for paper in papers}


def by_key(papers: Sequence[Reference]) -> dict[str, Reference]:
    return {paper.key: paper for paper in papers}
