"""Which papers of the collection cite which: the entries of their reference lists matched to the papers. Pure, and linear in the text.

An identifier matches by itself. A title does with a year at most one apart (a preprint and its proceedings) and an author in common, as
far as they are known; what anybody may have called a paper ("Editorial") needs both.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from survey.identity import normal_title
from survey.records import Citation, Cited, Paper, Quote, Reference, family_name

_MATCHES = ("doi", "arxiv", "pmid", "id", "title")
"""Surest first."""
_LEAST = 24  # letters of a title that is looked for in an entry as it is printed
_NEAR = 95  # of 100: two spellings of one title
_BLOCK = 16  # letters at the beginning or the end that near titles have in common
_NEIGHBOURS = 20  # of the titles that begin or end so, those are compared that stand next in the alphabet, on either side
_OPPOSITES = frozenset({"un", "non", "not", "no", "in", "im", "out", "without", "semi", "dis"})


def find_citations(papers: Sequence[Paper]) -> list[Citation]:
    """One citation for each pair of papers, by the surest match, sorted by the citekeys; the order of ``papers`` does not matter."""
    papers = sorted(papers, key=lambda paper: paper.key)
    shelf = _Shelf.of(papers)
    found: dict[tuple[str, str], Citation] = {}
    for citing in papers:
        for entry in citing.cited:
            match, cited = _match(entry, citing, shelf)
            if cited is None or cited.key == citing.key:
                continue
            pair = citing.key, cited.key
            if pair not in found or _MATCHES.index(match) < _MATCHES.index(found[pair].match):
                quote = _quote(citing, entry)
                found[pair] = Citation(citing=citing.key, cited=cited.key, match=match, printed=entry.printed, quote=quote)
    return [found[pair] for pair in sorted(found)]


def recognised(entries: Sequence[Reference], papers: Iterable[Paper]) -> list[Paper | None]:
    """Of each entry of a list that belongs to no paper, the paper that it means; one of the same citekey too, if the title agrees or is
    all that is missing."""
    papers = sorted(papers, key=lambda paper: paper.key)
    shelf, by_key = _Shelf.of(papers), {paper.key: paper for paper in papers}
    return [_recognised(entry, shelf, by_key.get(entry.key)) for entry in entries]


def _recognised(entry: Reference, shelf: "_Shelf", namesake: Paper | None) -> Paper | None:
    known = Cited.model_validate({name: getattr(entry, name) for name in Cited.model_fields if hasattr(entry, name)})
    if not known.authors and normal_title(known.title) == normal_title(known.printed):
        known = known.model_copy(update={"printed": ""})  # a bare title does not say that the author is another
    found = _match(known, Paper(), shelf)[1]
    if found or namesake is None:
        return found
    return namesake if not entry.title or normal_title(entry.title) == normal_title(namesake.title) else None


def _quote(citing: Paper, entry: Cited) -> Quote | None:
    """The entry where it stands in the paper's text; None where the list was read elsewhere than the text that was kept."""
    if entry.start is None or entry.end is None:
        return None
    quote = citing.quote(entry.start, entry.end)
    return quote if " ".join(quote.text.split()) == entry.printed else None


class _Shelf(NamedTuple):
    """The papers by what they may be known by. Titles are normal: letters and digits alone."""

    by_id: dict[str, Paper]
    by_title: dict[str, list[Paper]]
    lengths: dict[str, list[int]]  # the first letters of long titles → how long the titles are
    ordered: list[str]  # long titles in the order of the alphabet
    backward: list[str]  # and read from the end

    @classmethod
    def of(cls, papers: Iterable[Paper]) -> "_Shelf":
        by_id: dict[str, Paper] = {}
        by_title: dict[str, list[Paper]] = defaultdict(list)
        for paper in papers:
            for name in _names(paper):
                by_id.setdefault(name, paper)
            if title := normal_title(paper.title):
                by_title[title].append(paper)
        long = sorted(title for title in by_title if len(title) >= _LEAST)
        lengths: dict[str, set[int]] = defaultdict(set)
        for title in long:
            lengths[title[:_LEAST]].add(len(title))
        known = {opening: sorted(of) for opening, of in lengths.items()}
        return cls(by_id, by_title, known, long, sorted(title[::-1] for title in long))


def _names(reference: Reference) -> list[str]:
    """What registers call it: "doi:…", "arxiv:…", "pmid:…", "openalex:…"."""
    number = reference.doi.casefold()
    arxiv = reference.arxiv.casefold()
    if number.startswith(_ARXIV_DOI):
        number, arxiv = "", arxiv or number.removeprefix(_ARXIV_DOI)
    known = (("doi", number), ("arxiv", re.sub(r"v\d+$", "", arxiv)), ("pmid", reference.pmid))
    return [f"{register}:{value}" for register, value in known if value] + [name.casefold() for name in reference.ids if ":" in name]


_ARXIV_DOI = "10.48550/arxiv."


def _match(entry: Cited, citing: Paper, shelf: _Shelf) -> tuple[str, Paper | None]:
    for name in _names(entry):
        if (paper := shelf.by_id.get(name)) and not _is_another(entry, paper):
            register = name.partition(":")[0]
            return register if register in _MATCHES else "id", paper
    for title, near in _titles(entry, shelf):
        fitting = [paper for paper in shelf.by_title[title] if _fits(entry, paper, citing, near)]
        if fitting:
            return "title", min(fitting, key=lambda paper: (abs((paper.year or 0) - (entry.year or paper.year or 0)), paper.key))
    return "", None


def _is_another(entry: Cited, paper: Paper) -> bool:
    """Whether an identifier must be mistaken, or be that of the next entry: title and author are quite others."""
    title = normal_title(entry.title)
    if len(title) < _LEAST or not paper.title or _agree_in_author(entry, paper) is not False:
        return False
    return fuzz.ratio(title, normal_title(paper.title)) < _NEAR / 2


# ---------------------------------------------------------------- titles


def _titles(entry: Cited, shelf: _Shelf) -> Iterable[tuple[str, bool]]:
    """Titles of the collection that the entry may mean, and whether each is only near to what is printed; the surest first."""
    title = normal_title(entry.title)
    if title in shelf.by_title:
        yield title, False
    if entry.printed and (within := _within(entry.printed, shelf)):
        yield within, False
    if len(title) >= _LEAST:
        near = {other for other in _alike(title, shelf) if other != title and _is_near(entry.title, title, other, shelf)}
        yield from ((other, True) for other in sorted(near, key=lambda other: (-fuzz.ratio(title, other), other)))


def _alike(title: str, shelf: _Shelf) -> Iterable[str]:
    yield from _neighbours(title, shelf.ordered)
    yield from (other[::-1] for other in _neighbours(title[::-1], shelf.backward))


def _neighbours(title: str, ordered: Sequence[str]) -> Iterable[str]:
    """Those of the titles next to ``title`` in the alphabet that begin like it: a bounded number, however many begin so."""
    at = bisect_left(ordered, title)
    return (other for other in ordered[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS] if other.startswith(title[:_BLOCK]))


def _is_near(printed: str, title: str, other: str, shelf: _Shelf) -> bool:
    """Whether two titles are one, spelt in two ways: the same numbers, and no word turned into its opposite."""
    if abs(len(title) - len(other)) > _BLOCK or fuzz.ratio(title, other, score_cutoff=_NEAR) < _NEAR:
        return False
    if _numbers(printed) != _numbers(shelf.by_title[other][0].title):
        return False
    changes = Levenshtein.opcodes(title, other)
    changed = {
        text for op in changes if op.tag != "equal" for text in (title[op.src_start : op.src_end], other[op.dest_start : op.dest_end])
    }
    return not changed & _OPPOSITES


def _numbers(title: str) -> list[str]:
    return re.findall(r"\d+|\b[IVX]+\b", title)


_normal = lru_cache(maxsize=200_000)(normal_title)  # most words come again
_WORD = re.compile(r"\S+")
_OPEN = re.compile(r"[.,;:“”\"'‘’`)\]–—]$|^$")
_CLOSED = re.compile(r"[.,;?!“”\"'’)\]*]+$")


def _within(printed: str, shelf: _Shelf) -> str:
    """The longest title of the collection that stands whole in the entry, from the beginning of a sentence to a mark that closes it."""
    words = [match.group() for match in _WORD.finditer(printed)]
    normal = [_normal(word) for word in words]
    letters = "".join(normal)
    starts: list[int] = []
    at = 0
    for word in normal:
        starts.append(at)
        at += len(word)
    ends = {start + len(word): i for i, (start, word) in enumerate(zip(starts, normal, strict=True)) if word}
    best = ""
    for i, start in enumerate(starts):
        for length in shelf.lengths.get(letters[start : start + _LEAST], ()):
            title = letters[start : start + length]
            last = ends.get(start + length)
            whole = last is not None and title in shelf.by_title and _OPEN.search(words[i - 1] if i else "")
            if whole and last is not None and (_CLOSED.search(words[last]) or last + 1 == len(words) or _leads_on(words[last + 1])):
                best = max(best, title, key=len)
    return best


def _leads_on(word: str) -> bool:
    """Whether what stands behind a title begins here: a link, a bracket, "In"."""
    return bool(re.match(r"https?:|[(\[]|In\b|arXiv|CoRR|//", word))


# ---------------------------------------------------------------- years and authors


def _fits(entry: Cited, paper: Paper, citing: Paper, near: bool) -> bool:
    """Whether nothing speaks against the paper being what the entry means, and enough for it."""
    if paper.year and citing.year and paper.year > citing.year + 1:
        return False
    facts = _agree_in_year(entry, paper), _agree_in_author(entry, paper)
    telling = len(normal_title(paper.title)) >= _LEAST and len(paper.title.split()) > _FEW and not near
    return False not in facts and (telling or None not in facts)


_FEW = 3  # words of a title that others may well have given too


def _agree_in_year(entry: Cited, paper: Paper) -> bool | None:
    return abs(entry.year - paper.year) <= 1 if entry.year and paper.year else None


def _agree_in_author(entry: Cited, paper: Paper) -> bool | None:
    """Whether the paper's first author is among the entry's; None where either names none."""
    if not paper.authors or not (entry.authors or entry.printed):
        return None
    first = family_name(paper.authors[0]).split()
    if not first:
        return None
    family = _folded(first[-1].split("-")[-1])
    words = {_folded(word) for word in re.split(r"[\s,;.-]+", " ".join([*entry.authors, entry.printed]))}
    return family in words or (len(family) > _SHORT and any(fuzz.ratio(family, word) > _ALIKE for word in words))


_SHORT, _ALIKE = 4, 80  # a longer name may have lost an accented letter on its way: "Sgaard"


def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word).casefold() if c.isalnum())
