"""What ties two papers, the earlier and the later one, with their words: the links that were found, else what the later paper says where it
cites the earlier, else the entry of its reference list."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from survey.library import Library
from survey.links.relations import names
from survey.records import LEAVING, Citation, Cited, Link, Paper, Quote, Reference, family_name
from survey.support import quotable

_KINDS = ("resolves", "partly_resolves", "contradicts", "names", "raises", "causes", "restates", "cites", "inherits")
"""Those that tell most first."""


class Tie(NamedTuple):
    """``kind``: that of the link; of a citation "names" where the later paper says something of the earlier, "cites" where it only lists
    it. ``quotes``: words of the earlier paper before those of the later, if it takes both to see the tie. ``left``: the earlier paper
    leaves its problem to others."""

    kind: str
    earlier: str
    later: str
    quotes: tuple[Quote, ...]
    left: bool = False
    stated: bool = True
    score: float = 1.0

    @property
    def rank(self) -> tuple[int, bool, float, str, str]:
        return (_KINDS.index(self.kind), not self.stated, -self.score, self.later, self.earlier)


def ties(links: Iterable[Link], citations: Iterable[Citation], papers: Mapping[str, Paper], library: Library) -> list[Tie]:
    """The tie that tells most of each two papers, the strongest first. ``papers``: those whose words may be used."""
    found = [linked(link) for link in links if link.kind != "raises" or _is_named(link.later.quote.text, papers[link.ends[0]])]
    found += [tie for citation in citations if (tie := _cited(citation, papers, library))]
    best: dict[tuple[str, str], Tie] = {}
    for tie in sorted(found, key=lambda tie: tie.rank):
        best.setdefault((tie.earlier, tie.later), tie)
    return list(best.values())


def linked(link: Link) -> Tie:
    quotes = (link.later.quote,) if link.kind == "raises" else (link.earlier.quote, link.later.quote)
    return Tie(link.kind, *link.ends, quotes, left=link.earlier.role in LEAVING, stated=link.verdict == "stated", score=link.score)


def _cited(citation: Citation, papers: Mapping[str, Paper], library: Library) -> Tie | None:
    said = mention(papers[citation.citing], papers[citation.cited], citation, library)
    quote = said or citation.quote
    return Tie("names" if said else "cites", citation.cited, citation.citing, (quote,)) if quote else None


def mention(citing: Paper, cited: Reference, citation: Citation, library: Library) -> Quote | None:
    """The sentence of the citing paper that says most plainly what it makes of the cited one; None where none surely means it."""
    form = _naming(citing, cited, citation)
    if form is None:
        return None
    found = [citing.quote(s.start, s.end) for s in library.sentences(citing.key) if form.search(citing.text, s.start, s.end)]
    found = [q for q in found if _WHOLE.fullmatch(q.text) and (part := citing.part_of(q.start)) and part.kind not in _NO_PROSE]
    return min(found, key=_plainness, default=None)


def _plainness(quote: Quote) -> tuple[bool, bool, bool, int, int]:
    """What a paper does with another before what it says of it; a sentence with many citations says little of each."""
    said = quote.text
    return not _BUILDS.search(said), not quotable(said), not _OWN.search(said), len(_CITED.findall(said)), len(said)


def _naming(citing: Paper, cited: Reference, citation: Citation) -> re.Pattern[str] | None:
    """How the citing paper names the cited one: by the number in its list, or by author and year, if its list has no other such entry."""
    entry = next((e for e in citing.cited if e.printed == citation.printed), None)
    if entry and (number := re.fullmatch(r"\[(\d+)\]", entry.label)):
        return re.compile(rf"\[(?:\d{{1,4}}[,;] ?){{0,50}}{number[1]}(?:[,;] ?\d{{1,4}}){{0,50}}\]")
    own = family_name(cited.authors[0]) if cited.authors else ""
    years = {*_YEAR.findall(entry.printed if entry else ""), str(cited.year or "")} - {""}
    years = {year for year in years if year[-1].isalpha()} or years
    alike = any(e is not entry and _begins(e, own) and years & set(_YEAR.findall(e.printed)) for e in citing.cited)
    return by_name(own, years) if own and years and not alike else None


def by_name(family: str, years: Iterable[str]) -> re.Pattern[str]:
    """How a text names a paper by its first author and one of these years: "Roe et al., 2019", "Roe’s (2019)", "Roe and Li 2019"."""
    between = r"(?:'s|’s)?(?:[^.;()\d]| al\.){0,40}?[\s(,]\(?(?:\d{4}[a-z]?, ){0,9}"
    return re.compile(rf"\b{re.escape(family)}\b{between}(?:{'|'.join(sorted(years))})\b")


def _begins(entry: Cited, name: str) -> bool:
    """Whether an entry is of that first author, as far as it can be read."""
    first = family_name(entry.authors[0]) if entry.authors else entry.printed[:_FIRST]
    return re.search(rf"\b{re.escape(name)}\b", first) is not None


def _is_named(text: str, paper: Paper) -> bool:
    """Whether the text surely names the paper: by author and year, or by the name that its title begins with."""
    if paper.authors and paper.year and by_name(family_name(paper.authors[0]), [str(paper.year)]).search(text):
        return True
    return names(text, paper.model_copy(update={"authors": ()}))


_FIRST = 30  # characters of an entry in which its first author stands
_YEAR = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
_NO_PROSE = ("references", "caption")
_WHOLE = re.compile(r"[A-Z0-9].{38,418}[.!?]")  # sentences
_BUILDS = re.compile(
    r"\b(?:buil[dt]s?|based|extend\w*|follow\w*|adopt\w*|inspired|improv\w+|unlike|contrary|in contrast|outperform\w*|compar\w+"
    r"|replac\w+|adapt\w*|us(?:e|es|ed|ing))\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:we|our|this (?:paper|work))\b", re.IGNORECASE)
_CITED = re.compile(r"\b(?:19|20)\d\d\b|\[\d+\]")
