"""A question that compares: a table, a row a thing, with the figures that papers report of it side by side and their words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from survey.answering.asked import Asked, names_paper
from survey.answering.claims import quoted, weighed
from survey.answering.desk import Desk
from survey.answering.evidence import Evidence, gather, searched
from survey.answering.named import papers_named
from survey.comparing import find_reported
from survey.comparing.figures import figures, masked
from survey.comparing.naming import data_names, own_names
from survey.comparing.tables import Group, figure_of, group_of
from survey.links.relations import names
from survey.models.extractive.clauses import clause
from survey.phrases.told import ENGLISH
from survey.records import Answer, Block, Claim, Paper, Quote, Reported, Role, Scope, Statement
from survey.statements import every_role
from survey.support import missing_numbers, quotable
from survey.terms import stem, stems, words

_PAPERS = 5  # that a thing is read about in
_COLUMNS = 3  # of figures
_SUBJECT = 8  # words of a sentence in which its subject is named
_FEW = 3  # papers that name a method that is one paper's; what more of them name is known to all
_BOTH = 2  # claims that speak of two things, before those of each
_LONGEST, _WORDS = 210, 24  # characters of a cell, and words of one that is longer
_OUT, _DOES, _OPEN = "What came out", "What it does", "What it leaves open"
_SAYS: Mapping[Role, str] = {"result": _OUT, "resolved": _OUT, "purpose": _DOES, "method": _DOES, "limitation": _OPEN, "future_work": _OPEN}
"""What a paper is quoted with, by the role of its sentence."""
_TAIL = re.compile(r",? (?:on|in|for|at|by|when|with respect to|in terms of|regarding|concerning|as to) .*$", re.IGNORECASE)
_COMPARING = """
compare comparison versus vs differ difference different similarity similar better best worse worst more most less least advantage drawback
benefit distinguish set apart common contrast outperform beat surpass
"""
"""Words of a question that compare, and ask for nothing in particular."""


class _Side(NamedTuple):
    """One of the things that are compared. ``own``: the papers that it is, if it is papers; ``said``: what is said of it, by the columns
    of the table, the plainest first; ``figures``: what papers report of it."""

    name: str
    own: tuple[Paper, ...]
    evidence: Evidence
    said: Mapping[str, Sequence[Quote]] = {}
    figures: Sequence[Reported] = ()

    def is_named_in(self, quote: Quote) -> bool:
        """A paper is named by its authors or its method, and speaks of itself anyhow."""
        if self.own:
            return any(quote.key == paper.key or names(quote.text, paper) for paper in self.own)
        return _has(quote.text, self.name)

    def is_subject_of(self, quote: Quote) -> bool:
        """Whether a sentence begins with it: else it may only be mentioned."""
        if self.own:
            return any(quote.key == paper.key for paper in self.own)
        first = {stem(word) for word in words(" ".join(quote.text.split()[:_SUBJECT]))}
        return any(stem(word) in first for word in words(self.name) if stem(word) not in _KINDS)  # "SARS" is not "SARS-related"

    @property
    def quotes(self) -> list[Quote]:
        """The plainest of each column."""
        return list(dict.fromkeys(quotes[0] for quotes in self.said.values() if quotes))


def _has(text: str, name: str) -> bool:
    """Whether all words of a name stand in a text, "word level" and "wordlevel" for "word-level", but for what only says that it is a
    method. What has no stem, a number or a single letter, must stand beside its neighbour: "Llama 2" is not "Llama 3"."""
    there = {*stems(text), *(stem(word.replace("-", "")) for word in words(text))}
    said = [word for word in words(name) if stems(word)]
    wanted = [word for word in said if stem(word) not in _KINDS] or said
    named = bool(wanted) and all(stem(word.replace("-", "")) in there or set(stems(word.replace("-", " "))) <= there for word in wanted)
    return named and all(run.search(text) for run in _runs(name))


_PIECE = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")


@lru_cache(maxsize=1000)
def _runs(name: str) -> tuple[re.Pattern[str], ...]:
    """The numbers and single letters of a name, each with the rest of its word, or with the word before it, or else behind it."""
    row = [pieces for word in name.split() if (pieces := _PIECE.findall(re.sub(r"[’']s\b", "", word)))]
    found = []
    for n, pieces in enumerate(row):
        is_article = pieces == ["a"] and n + 1 < len(row)
        if is_article or not any(piece[0].isdigit() or len(piece) == 1 for piece in pieces):
            continue
        run = pieces if len(pieces) > 1 else [*row[n - 1], *pieces] if n else [piece for other in row[:2] for piece in other]
        spelt = r"s?[\s–-]*".join(map(re.escape, run))
        found.append(re.compile(rf"(?<![^\W_])(?<!\d[.,]){spelt}(?![^\W_]|[.,]\d)", re.IGNORECASE))
    return tuple(found)


_KINDS = frozenset(map(stem, ("model", "method", "approach", "system", "algorithm", "technique", "architecture", "framework")))


class _Told(NamedTuple):
    """What the papers say that name any of the things: their sentences with the role of each, how sure it is, and their figures."""

    papers: Mapping[str, Paper]
    roles: Mapping[Quote, tuple[Role, float]]
    figures: Sequence[Reported]


def compared(asked: Asked, scope: Scope, desk: Desk) -> Answer | None:
    """The things that are compared side by side, each by the words and figures of papers that name it; ``missing`` are those that none
    names. None where no paper names any."""
    if not (asked.subject and asked.other):
        return None
    things = _things(asked, desk)
    beside = _beside(asked.text, things)
    found = _apart(_found(thing, beside, scope, desk) for thing in things)
    if len(found) == 1:
        return None
    told = _told(found, desk)
    sides = [_read(side, [other for other in found if other is not side], beside, told) for side in found]
    table, there = _table([side for side in sides if side.quotes])
    claims = [Claim(sentence=made) for quote in _telling(there) if (made := quoted(quote, told.papers))]
    if not claims:
        return None
    counted, differ = weighed(claims, told.papers, desk)
    for claim in counted:
        desk.heard(claim)
    unnamed = [
        word for word in beside.split() if _NAME.search(word) and not any(_has(q.text, word) for claim in claims for q in claim.quotes)
    ]
    return Answer(
        question=asked.text,
        kind="compare",
        found=True,
        claims=counted,
        differences=differ,
        table=table,
        missing=(*(side.name for side in sides if side not in there), *unnamed),
        strength=max(side.evidence.strength for side in sides),
        searched=searched(" ".join((*things, beside)), desk.papers_of(scope), desk),
    )


_NAME = re.compile(r"\w[A-Z0-9]")


def _things(asked: Asked, desk: Desk) -> list[str]:
    """What is compared. What only the last has behind a preposition is asked of all: "A and B on PondSet". The last may be several."""
    things = [thing for thing in (*map(str.strip, asked.subject.split(", ")), asked.other.strip()) if thing]
    shared = not any(_TAIL.search(thing) for thing in things[:-1])
    last = _TAIL.sub("", things[-1]) if shared else things[-1]
    return [*things[:-1], *(_several(last, desk) if _LIST.search(last) else [last])]


_LIST = re.compile(r",? (?:and|or|vs\.?|versus) |, ")
_LIST_OF_PAPERS = re.compile(r" (?:vs\.?|versus) |, ")  # "Roe and Li (2019)" is one


def _several(text: str, desk: Desk) -> list[str]:
    """The things of a list, unless it is the name of one, as papers have it."""
    papers = desk.library.papers()
    spelt = r"\s+".join(map(re.escape, text.split()))
    whole = re.compile(rf"(?<!\w){spelt}(?!\w)", re.IGNORECASE)
    if papers_named(text, papers) or any(whole.search(paper.text) for paper in papers):
        return [text]
    return [thing for part in (_LIST_OF_PAPERS if _BY_AUTHOR.search(text) else _LIST).split(text) if (thing := part.strip())]


def _apart(sides: Iterable[_Side]) -> list[_Side]:
    """Each thing once, by whatever name it is called."""
    return list({tuple(paper.key for paper in side.own) or side.name.casefold(): side for side in reversed(list(sides))}.values())[::-1]


def _beside(question: str, things: Sequence[str]) -> str:
    """What the question asks of the things: its words but theirs, and but those that only compare."""
    theirs = {stem_ for text in (*things, _COMPARING) for stem_ in stems(text)}
    return " ".join(word for word in words(question) if stems(word) and not set(stems(word)) & theirs)


def _found(thing: str, beside: str, scope: Scope, desk: Desk) -> _Side:
    """Where a thing is named: it is papers, or papers speak of it."""
    allowed = desk.papers_of(scope)
    own = tuple(paper for paper in _papers_called(thing, desk) if allowed is None or paper.key in allowed)
    within = scope.model_copy(update={"papers": tuple(paper.key for paper in own)}) if own else scope
    called = " ".join(paper.title for paper in own) or thing
    name = own[0].byline if len(own) == 1 and _BY_AUTHOR.search(thing) else thing
    side = _Side(name, own, gather((beside or called) if own else f"{thing} {beside}".strip(), within, desk))
    if beside and not any(map(side.is_named_in, side.evidence.quotes.values())):
        return side._replace(evidence=gather(called, within, desk))
    return side


def _papers_called(thing: str, desk: Desk) -> list[Paper]:
    """The papers that are called so: by citekey, title or authors, or by a method that they call their own and few others name."""
    papers = desk.library.papers() if names_paper(thing) else []
    named = set(papers_named(thing, papers))
    found = [paper for paper in papers if paper.key in named]
    if _BY_AUTHOR.search(thing):
        return found
    known = sum(thing in paper.text for paper in papers) > _FEW
    return [] if known else [paper for paper in found if thing in own_names(paper, data_names(paper.text))]


_BY_AUTHOR = re.compile(r"^@|\bet al\b|\b(?:19|20)\d\d|^[“\"]|\b(?:paper|article|study|work)\b")


# ---------------------------------------------------------------- what is said of each


def _told(sides: Sequence[_Side], desk: Desk) -> _Told:
    papers: dict[str, Paper] = {}
    for side in sides:
        keys = dict.fromkeys(quote.key for quote in side.evidence.quotes.values() if side.is_named_in(quote))
        papers |= {key: paper for key, paper in side.evidence.papers.items() if key in list(keys)[:_PAPERS]}
    roles: dict[Quote, tuple[Role, float]] = {}
    statements = []
    for paper in papers.values():
        for one in every_role(paper, desk.library.sentences(paper.key)):
            quote = paper.quote(one.sentence.start, one.sentence.end)
            statements.append(Statement(id=f"{paper.key}#{one.sentence.number}", role=one.role, quote=quote))
            if quotable(quote.text):
                roles[quote] = one.role, one.confidence
    for quote in (quote for side in sides for quote in side.evidence.quotes.values() if quote.key in papers):
        roles.setdefault(quote, ("other", 0.0))  # of parts whose sentences have no roles
    reported = find_reported(list(papers.values()), desk.library.sentences, statements)
    return _Told(papers, roles, [one for one in reported if not one.change and quotable(one.quote.text)])


def _read(side: _Side, others: Sequence[_Side], beside: str, told: _Told) -> _Side:
    """What is said of it: by sentences that name it, of it alone before others, and what the question asks for before other things."""
    wanted = set(stems(beside))
    strength = {side.evidence.quotes[sentence.id]: sentence.strength for sentence in side.evidence.sentences}

    def place(quote: Quote) -> tuple[bool, float, str, int]:
        asked = len(wanted & set(stems(quote.text))) / len(wanted) if wanted else 0.0
        near = 0.0 if side.own else strength.get(quote, 0.0) + side.is_subject_of(quote)
        worth = asked + told.roles[quote][1] + near
        return _names_any(others, quote), -worth, quote.key, quote.start

    ranked = sorted(filter(side.is_named_in, told.roles), key=place)
    said: dict[str, list[Quote]] = {_OUT: [], _DOES: [], _OPEN: []}
    for quote in ranked:
        column = _column(quote, told.roles[quote][0])
        if column and (column != _OPEN or side.is_subject_of(quote)):
            said[column].append(quote)
    if not any(said.values()):
        said[_DOES] = ranked

    def is_its(one: Reported) -> bool:
        """By its method; where the sentence names no method, it must speak of this thing and of no other."""
        if one.method:
            mine = one.key in {paper.key for paper in side.own} if side.own else _has(one.method, side.name)
            return mine and not any(_has(one.method, other.name) for other in others)
        return side.is_named_in(one.quote) and not _names_any(others, one.quote)

    return side._replace(said=said, figures=list(filter(is_its, told.figures)))


def _column(quote: Quote, role: Role) -> str:
    """A sentence on a method that has a share tells what came out too."""
    measured = role == "method" and any(figure.unit.startswith(("%", "per")) for figure in figures(masked(quote.text)))
    return _OUT if measured else _SAYS.get(role, "")


def _names_any(sides: Iterable[_Side], quote: Quote) -> bool:
    return any(side.is_named_in(quote) for side in sides)


def _telling(sides: Sequence[_Side]) -> list[Quote]:
    """The sentences to be claims: those that name two of the things, then each thing's plainest."""
    every = dict.fromkeys(quote for side in sides for quotes in side.said.values() for quote in quotes)
    both = [quote for quote in every if sum(side.is_named_in(quote) for side in sides) > 1]
    return list(dict.fromkeys([*both[:_BOTH], *(quote for side in sides for quote in side.quotes)]))


# ---------------------------------------------------------------- the table


def _table(sides: Sequence[_Side]) -> tuple[Block, list[_Side]]:
    """Columns: the papers; a figure's measure and data, those that most of the things have first; what is said. Empty cells are "–". With
    the things that have a row: those whose row its quotes bear out."""
    measured = _measured(sides)
    spoken = [name for name in (_OUT, _DOES, _OPEN) if any(side.said[name] for side in sides)]
    rows, evidence, there = [], [], []
    for side in sides:
        cells = [*(_figure(side, group) for group in measured), *(_words(side.said[name]) for name in spoken)]
        quotes = tuple(dict.fromkeys(quote for found in cells if found for quote in found[1]))
        keys = "; ".join(f"@{key}" for key in dict.fromkeys(quote.key for quote in quotes))
        told = [found[0] if found else "–" for found in cells]
        if not quotes or not _bears_out(quotes, side, told):
            continue
        rows.append((side.name, keys, *told))
        evidence.append(quotes)
        there.append(side)
    header = ("", ENGLISH("comparing.paper"), *measured.values(), *spoken)
    return Block(kind="table", header=header, rows=tuple(rows), evidence=tuple(evidence)), there


def _bears_out(quotes: Sequence[Quote], side: _Side, cells: Sequence[str]) -> bool:
    """Whether every figure of a row, and every number of its name, stands in its quotes, and each of these names the thing."""
    texts = [quote.text for quote in quotes]
    own = {paper.key for paper in side.own}
    names = [] if own else missing_numbers(side.name, texts)
    return not (missing_numbers(" | ".join(cells), texts) or names) and all(quote.key in own or side.is_named_in(quote) for quote in quotes)


def _measured(sides: Sequence[_Side]) -> dict[Group, str]:
    """The measures and data of the figures, and what they are called: "F1, CoNLL-2005"."""
    having: dict[Group, list[Reported]] = {}
    for side in sides:
        for group, one in {group_of(one): one for one in reversed(side.figures)}.items():
            having.setdefault(group, []).append(one)
    shared = [group for group in having if len(having[group]) > 1]
    groups = sorted(shared or having, key=lambda group: (-len(having[group]), not group[1]))[: _COLUMNS if shared else 1]
    return {group: ", ".join(filter(None, (having[group][0].measure, having[group][0].data))) for group in groups}


def _figure(side: _Side, group: Group) -> tuple[str, tuple[Quote, ...]] | None:
    """Several where a paper reports several."""
    found = {figure_of(one): one.quote for one in reversed(side.figures) if group_of(one) == group}
    told = list(found)[::-1][:_COLUMNS]
    return ("; ".join(told), tuple(found[figure] for figure in told)) if told else None


def _words(quotes: Sequence[Quote]) -> tuple[str, tuple[Quote, ...]] | None:
    """The plainest sentence, or the clause of it that carries it."""
    if not quotes:
        return None
    line = " ".join(quotes[0].text.split())
    return f"“{line if len(line) <= _LONGEST else clause(line, _WORDS).quoted(0)}”", (quotes[0],)
