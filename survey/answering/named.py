"""What the words of a question name: papers of the collection, problems that they raise, the papers of a theme."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from survey.acronyms import definitions
from survey.answering.topics import about
from survey.embedding import Embedder
from survey.identity import normal_title
from survey.identity.names import family
from survey.records import Issue, Paper, Survey, family_name, year_letters
from survey.terms import Weights, stems, telling_stems, words

_ALL = 0.99  # weighted share of the words that name a problem: all of them
_SOME, _MEANT = 1.2, 0.62  # share and cosine together, and the cosine alone, from which a problem is meant (docs/graph.md)
_NEXT = 0.17  # how far behind the nearest problem another one may lie that is meant too
_TELLING = 2  # words of a title by which a paper is known

_YEAR = re.compile(r"\b((?:19|20)\d\d)([a-z]?)\b")
_BESIDE = re.compile(
    r"(?:['’]s\b|\b(?:the|an?|papers?|articles?|works?|stud(?:y|ies)|models?|methods?|approach|networks?|systems?|by|of|from|in|and|et|al|published)\b)",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(r"[\w-]*(?:[a-z][A-Z]|[A-Z]{2}|[A-Za-z]-?\d)[\w-]*")
_PROPOSES = r"\b(?:propos|present|introduc|call|nam|dubb|term)(?:es?|ed|ing)?\b"


def papers_named(text: str, papers: Sequence[Paper]) -> tuple[str, ...]:
    """Citekeys of the papers that ``text`` names: by citekey, title, the name of a method, or authors and year; () where it names none.
    Several where it fits several papers of one author, as "Roe et al." may."""
    bare = text.strip(" “”\"'’‘.,").removeprefix("@")
    by_key = [paper.key for paper in papers if paper.key.casefold() == bare.casefold()]
    return tuple(by_key or _titled(bare, papers) or _written_by(bare, papers) or _introducing(bare, papers) or _with_words(bare, papers))


_PERSON = r"[A-Z][\w’'-]*\w"
_IN_YEAR = r",? ?\(?(?:19|20)\d\d[a-z]?\b\)?"
_MENTIONED = re.compile(
    rf"@[\w:.-]*\w|“[^”]{{12,}}”|\"[^\"]{{12,}}\"|\b{_PERSON} et al\b\.?(?:['’]s)?(?:{_IN_YEAR})?"
    rf"|\b(?:{_PERSON}, )*{_PERSON},? (?:and|&) {_PERSON}(?:{_IN_YEAR})?|\b{_PERSON}{_IN_YEAR}"
)


def mentions(question: str) -> list[str]:
    """What has the form of a paper's name inside a question: "@key", a title in quotation marks, "Roe et al. (2019)", "Ma and Hovy"."""
    return _MENTIONED.findall(question)


def papers_mentioned(question: str, papers: Sequence[Paper]) -> tuple[tuple[str, ...], str]:
    """Citekeys of the papers that are named inside a question, and the question without their names."""
    keys: dict[str, None] = {}
    rest = question
    for name in mentions(question):
        bare = name.strip('@“”"')
        found = [p.key for p in papers if p.key.casefold() == bare.casefold()]
        found = found or (_titled(bare, papers) if name[0] in '“"' else [] if name[0] == "@" else _written_by(bare, papers))
        if found:
            keys |= dict.fromkeys(found)
            rest = rest.replace(name, " ")
    return tuple(keys), " ".join(rest.split())


def _titled(text: str, papers: Sequence[Paper]) -> list[str]:
    """Papers of that title, or of that part of a title before or behind a colon."""
    wanted = normal_title(text)
    return [p.key for p in papers if wanted and wanted in map(normal_title, (p.title, *p.title.split(":", maxsplit=1)))]


def _written_by(text: str, papers: Sequence[Paper]) -> list[str]:
    """Papers of these authors and that year, or the one of a year beside it, as a preprint is: all names are family names of the paper;
    without a year one is that of its first author."""
    year = _YEAR.search(text)
    names = {family(word) for word in words(_BESIDE.sub(" ", _YEAR.sub(" ", text)))}
    if not names or (text.islower() and not year):
        return []
    letters = year_letters(papers) if year and year[2] else {}
    found: dict[tuple[object, ...], list[str]] = {}
    for paper in papers:
        families = [family_name(author) for author in paper.authors]
        own = {family(part) for name in families for part in (name, *words(name))}
        apart = abs((paper.year or 0) - int(year[1])) if year else 0
        letter = not year or letters.get(paper.key, "") == year[2]
        first = bool(families) and family(families[0]) in names
        if names <= own and apart <= 1 and (year or first):
            found.setdefault((apart, not letter, not first, ("et al" in text) != (len(families) > 2)), []).append(paper.key)
    best = min(found, default=None)
    return found[best] if best and (not best[0] or len(found[best]) == 1) else []


def _introducing(text: str, papers: Sequence[Paper]) -> list[str]:
    """The paper that a method is known from: the first that proposes it by that name, or the only one that has it in its title."""
    name = " ".join(_BESIDE.sub(" ", text).split())
    if not _OWN_NAME.search(name):
        return []
    spelt = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
    by_verb = rf"{_PROPOSES}(?:,? (?:an?|the|our|as))*(?: [\w-]+)? {spelt}"
    proposing = re.compile(rf"{by_verb}|{spelt}[^.]{{0,80}}? (?:is|are) {_PROPOSES}", re.IGNORECASE)
    found = [p for p in papers if proposing.search(p.abstract) or _spells_out(p, name)]
    titled = [p for p in papers if re.search(spelt, p.title)] if not name.isupper() else []  # many a title has a common acronym
    first = sorted(found, key=lambda p: (p.date or "~", p.key)) or (titled if len(titled) == 1 else [])
    return [first[0].key] if first else []


def _spells_out(paper: Paper, short: str) -> bool:
    """Whether the acronym stands for the better part of the title."""
    title = normal_title(paper.title)
    longs = [normal_title(found.long) for found in definitions(paper.abstract) if found.short == short]
    return any(long in title and len(long) > len(title) / 2 for long in longs)


def _with_words(text: str, papers: Sequence[Paper]) -> list[str]:
    """The one paper whose title is made of all these words, for at least its half: fewer name a subject and not a paper."""
    wanted = set(stems(_BESIDE.sub(" ", text)))
    telling = len(wanted) >= _TELLING and telling_stems(text)
    found = [p.key for p in papers if telling and wanted <= (title := set(stems(p.title))) and 2 * len(wanted) >= len(title)]
    return found if len(found) == 1 else []


class Meant(NamedTuple):
    """A problem that is meant, how surely, and how near each of its statements is to what is asked, by their ids; all in [0, 1].
    ``fitting``: those statements that are meant by themselves; where only all together are, the nearest."""

    issue: Issue
    score: float
    near: Mapping[str, float]
    fitting: frozenset[str]


def issues_named(text: str, survey: Survey, embedder: Embedder) -> list[Meant]:
    """The problems that ``text`` means, the nearest first, of like ones those of more papers."""
    weights = Weights(statement.quote.text for statement in survey.statements)
    every = [line for issue in survey.issues for line in (issue.label, *(s.quote.text for s in issue.statements))]
    if not every:
        return []
    vectors = embedder.embed([text, *every])
    similarity = dict(zip(every, (vectors[1:] @ vectors[0]).tolist(), strict=True))
    found = []
    for issue in survey.issues:
        near = {s.id: (similarity[s.quote.text], weights.overlap(text, s.quote.text)) for s in issue.statements}
        similar = max(similarity[issue.label], *(one for one, _ in near.values()))
        shared = max(weights.overlap(text, issue.label), *(two for _, two in near.values()))
        if _is_meant(similar, shared):
            scores = {name: round(max(0.0, one + two) / 2, 4) for name, (one, two) in near.items()}
            fitting = {name for name, (one, two) in near.items() if _is_meant(one, two)} or {max(scores, key=lambda name: scores[name])}
            found.append(Meant(issue, round((similar + shared) / 2, 4), scores, frozenset(fitting)))
    found.sort(key=lambda one: (-one.score, -len(one.issue.keys), one.issue.id))
    return [one for one in found if one.score >= found[0].score - _NEXT]


def _is_meant(similar: float, shared: float) -> bool:
    return shared >= _ALL or (shared > 0 and similar + shared >= _SOME) or similar >= _MEANT


def papers_about(text: str, survey: Survey, papers: Sequence[Paper], embedder: Embedder) -> Collection[str]:
    """Citekeys of the papers of the themes that ``text`` names; without one, of those that have its words and speak of it by their meaning
    too: what is only near to it is something else."""
    wanted = telling_stems(text) or set(stems(text))
    of_themes = {
        key
        for theme in survey.themes
        for part in (theme, *theme.subthemes)
        if wanted and (wanted <= set(stems(part.name)) or any(wanted == telling_stems(term) for term in part.terms))
        for key in part.papers
    }
    return of_themes or about(text, [paper for paper in papers if wanted and wanted <= set(stems(paper.gist))], embedder)
