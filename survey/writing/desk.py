"""What sections are written from, and what stands in the survey already.

A statement is handed over once in the whole survey, and with it whatever says the same in nearly the same words: of other papers, so that
one sentence cites them all; of its own paper, so that nothing is said twice.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from survey.acronyms import glossary, has_acronym
from survey.drafts import Drafts
from survey.models.extractive import Extractive
from survey.phrases import Phrases, languages
from survey.phrases.told import standing
from survey.records import Issue, Paper, Quote, Reported, Role, Section, Sentence, Statement, Status, Survey, year_letters
from survey.settings import Settings
from survey.tasks import Acronym, Material, Model, Relation, WriteSection, WritingPart
from survey.writing.repeats import repeated, same_claim, twins
from survey.writing.scope import scope_of

Items = Sequence[tuple[Sentence, ...]]
"""What was written, each item of one or more sentences that belong together."""
Search = Callable[[str, Collection[str]], Sequence[Statement]]
"""A question and citekeys → the sentences of these papers that speak of it, the best first."""


class Sources(NamedTuple):
    """Where sections look things up. ``sentences``: all of a paper, with their ids ("citekey#number")."""

    sentences: Callable[[str], Sequence[Statement]]
    search: Search


class Piece(NamedTuple):
    """A statement to write from. Those of one ``group`` are told together in their order; ``relation``: what it does to those before it."""

    statement: Statement
    group: str
    relation: Relation = ""


class Part(NamedTuple):
    """What one task of writing is about. ``found``: all that its section looked up; the pieces are chosen from it."""

    title: str
    kind: WritingPart
    pieces: tuple[Piece, ...]
    found: tuple[Statement, ...]
    questions: tuple[str, ...] = ()
    context: tuple[Statement, ...] = ()

    def group_of(self, sentence: Sentence) -> str:
        groups = {piece.statement.quote: piece.group for piece in reversed(self.pieces)}
        return next((groups[quote] for quote in sentence.quotes if quote in groups), "")

    def pair_of(self, sentence: Sentence) -> str:
        """The name of the pair of papers that differ, where it is one of theirs; else ""."""
        return self.group_of(sentence) if self.kind == "differences" else ""


class Written(NamedTuple):
    """The items that were written of a part, and the ids of all sentences that were looked up for it."""

    items: Items = ()
    retrieved: tuple[str, ...] = ()


class Desk:
    """``drafts`` counts what was written, ``quoted`` the sentences that stand in for what a model left out."""

    def __init__(self, found: Survey, papers: Sequence[Paper], model: Model, settings: Settings, sources: Sources | None = None) -> None:
        self.survey, self.model, self.settings, self.sources = found, model, settings, sources
        self.papers = {p.key: p for p in papers}
        letters = year_letters(papers)
        self.bylines = {key: paper.named(letters[key]) for key, paper in self.papers.items()}
        self.say = Phrases(settings.lang)
        self.scope = scope_of(settings)
        self.drafts = Drafts(self.papers, self.bylines, model, settings.judged, settings.lang)
        self.quoted = 0
        self.used: set[str] = set()
        self.terms: dict[str, tuple[str, Statement]] = {}
        """Acronyms of what was handed over: what each stands for, and the sentence that says so."""
        self.agreed: set[str] = set()
        """Issues that a table shows as raised by several papers."""
        self.handed: set[str] = set()
        """Papers of which something was handed over to be written."""
        self.said: dict[str, list[Statement]] = defaultdict(list)
        for statement in found.statements:
            self.said[statement.quote.key].append(statement)
        self.reported: dict[str, list[Reported]] = defaultdict(list)
        for one in found.reported:
            self.reported[one.key].append(one)
        self._by_id = {s.id: s for s in found.statements}
        self._by_quote = {s.quote: s for s in found.statements}
        self._glossaries: dict[str, Mapping[str, tuple[str, Statement]]] = {}
        self._turns: Counter[str] = Counter()
        planned = [unit for section in found.outline.sections for unit in (section, *section.parts)]
        self._places = {unit.id: place for place, unit in enumerate(planned)}
        self._twins = twins({s.id: s.quote.text for s in found.statements})

    # ------------------------------------------------------------ looking up

    @property
    def writes_freely(self) -> bool:
        """Whether a model words the sentences; the embedded default quotes."""
        return self.model.name != Extractive.name

    def is_planned(self, question: str) -> bool:
        """Whether it is one of those that are asked of every theme, which the parts of a section answer."""
        return any(pattern.fullmatch(question) for pattern in self._planned)

    @cached_property
    def _planned(self) -> list[re.Pattern[str]]:
        """In every language: an outline may have been planned in another one."""
        texts = [text for lang in languages() for name in _PLANNED for text in Phrases(lang).variants(name)]
        return [re.compile(".+".join(map(re.escape, re.split(r"\{\w+\}", text)))) for text in texts]

    @cached_property
    def issues_of(self) -> Mapping[str, Sequence[Issue]]:
        """citekey → the issues that the paper raises, those first that most papers raise."""
        found: dict[str, list[Issue]] = defaultdict(list)
        for issue in self.survey.issues:
            for key in issue.keys:
                found[key].append(issue)
        return found

    def issues(self, keys: Iterable[str]) -> list[Issue]:
        """What these papers raise, each issue once."""
        own = {issue.id for key in keys for issue in self.issues_of.get(key, ())}
        return [issue for issue in self.survey.issues if issue.id in own]

    def statement(self, quote: Quote, role: Role = "task") -> Statement:
        """The statement that was found there, or the sentence as one."""
        if known := self._by_quote.get(quote):
            return known
        there = next((s for s in self._sentences(quote.key) if s.quote.start <= quote.start < s.quote.end), None)
        return Statement(id=there.id if there else f"{quote.key}@{quote.start}", role=role, quote=quote)

    def _sentences(self, key: str) -> Sequence[Statement]:
        return self.sources.sentences(key) if self.sources else self.said[key]

    def spoken(self, keys: Iterable[str], roles: Collection[Role]) -> list[Statement]:
        """All statements of these papers in these roles."""
        return [s for key in keys for s in self.said[key] if s.role in roles]

    def search(self, questions: Iterable[str], keys: Collection[str]) -> list[Statement]:
        """What search finds for the questions, each sentence once."""
        if self.sources is None:
            return []
        hits = [hit for question in questions for hit in self.sources.search(question, keys)]
        return list({hit.id: self._by_id.get(hit.id, hit) for hit in hits}.values())

    # ------------------------------------------------------------ choosing

    def free(self, statement: Statement) -> bool:
        return statement.id not in self.used

    def take(self, statement: Statement, group: str, relation: Relation = "") -> list[Piece]:
        """The statement, and those of other papers that say the same. From now on they are told, and so is what is said in nearly the same
        words with other numbers, which a table may show."""
        near = [self._by_id[name] for name in self._twins.get(statement.id, ()) if name not in self.used]
        self.used |= {statement.id, *(s.id for s in near)}
        same = {s.quote.key: s for s in reversed(near) if same_claim(s.quote.text, statement.quote.text)}
        same[statement.quote.key] = statement
        self.handed |= same.keys()
        return [Piece(s, group, relation) for s in (statement, *(s for s in same.values() if s is not statement))]

    def take_pair(self, earlier: Statement, later: Statement, group: str, relation: Relation) -> list[Piece]:
        """Two that differ: each is told by itself, however alike their words are."""
        self.used |= {earlier.id, later.id, *self._twins.get(earlier.id, ()), *self._twins.get(later.id, ())}
        self.handed |= {earlier.quote.key, later.quote.key}
        return [Piece(earlier, group), Piece(later, group, relation)]

    def fresh(self, key: str, *roles: Role) -> Statement | None:
        """The plainest statement of the paper in the first of these roles that was not told yet."""
        for role in roles:
            left = [s for s in self.said[key] if s.role == role and self.free(s)]
            if left:
                return max(left, key=lambda s: (s.weight, -s.quote.start))
        return None

    # ------------------------------------------------------------ writing

    def write(self, parts: Mapping[str, Part]) -> dict[str, Written]:
        """What each part says, all of them asked for together: an item for each group, in the order of the pieces. A sentence that says
        again what one before it said in nearly the same words is dropped."""
        asked = {name: part for name, part in parts.items() if part.pieces}
        acronyms = self._acronyms(asked)
        written = self.drafts.write([self._task(part, acronyms[name]) for name, part in asked.items()])
        said = [(name, s) for (name, part), own in zip(asked.items(), written, strict=True) for s in self._filled(part, own)]
        again = repeated([(parts[name].pair_of(sentence), sentence.text) for name, sentence in said])
        of: dict[str, dict[str, list[Sentence]]] = {name: {p.group: [] for p in part.pieces} for name, part in parts.items()}
        for at, (name, sentence) in enumerate(said):
            if at not in again:
                of[name].setdefault(parts[name].group_of(sentence), []).append(sentence)
        made = {}
        for name, part in parts.items():
            found = (*part.found, *(piece.statement for piece in part.pieces), *part.context, *acronyms.get(name, {}).values())
            items = [tuple(sentences) for sentences in of[name].values() if sentences]
            made[name] = Written(items, tuple(dict.fromkeys(statement.id for statement in found)))
        return made

    def _filled(self, part: Part, sentences: Sequence[Sentence]) -> Sequence[Sentence]:
        """What came to nothing is quoted, as the embedded default does: a problem with its answers, a pair that differs, the work of a
        paper; else a part of which no sentence stands."""
        if not self.writes_freely:
            return sentences
        told = {quote for sentence in sentences for quote in sentence.quotes}
        stands = {piece.group for piece in part.pieces if piece.statement.quote in told}
        each = part.kind in ("progress", "differences", "work")
        left = tuple(p for p in part.pieces if p.group not in stands) if each or not sentences else ()
        if not left:
            return sentences
        quoting = Drafts(self.papers, self.bylines, Extractive(), lang=self.settings.lang)
        (quoted,) = quoting.write([self._task(part._replace(pieces=left, context=()), {})])
        self.quoted += len(quoted)
        place = {piece.statement.quote: n for n, piece in reversed(list(enumerate(part.pieces)))}
        return sorted([*sentences, *quoted], key=lambda sentence: min(place.get(quote, len(place)) for quote in sentence.quotes))

    def _acronyms(self, parts: Mapping[str, Part]) -> dict[str, dict[Acronym, Statement]]:
        """For each part the acronyms that its statements use and no part before it did, with the sentence of their paper that says what
        they stand for. One that the statement itself spells out needs none."""
        spelt = self.terms
        found: dict[str, dict[Acronym, Statement]] = {}
        for name, part in parts.items():
            own = found[name] = {}
            for statement in (piece.statement for piece in part.pieces):
                for short, (long, said) in self._glossary(statement.quote.key).items():
                    if short not in spelt and has_acronym(statement.quote.text, short):
                        spelt[short] = (long, said)
                        if said.quote != statement.quote:
                            text = said.quote.text
                            own[Acronym(id=f"a{len(own) + 1}", text=text, paper=said.quote.key, short=short, long=long)] = said
        return found

    def _glossary(self, key: str) -> Mapping[str, tuple[str, Statement]]:
        """What the paper says that its acronyms stand for, and where."""
        if key not in self._glossaries:
            sentences = self._sentences(key)
            self._glossaries[key] = {
                short: (long, sentences[place]) for short, (long, place) in glossary(s.quote.text for s in sentences).items()
            }
        return self._glossaries[key]

    def _task(self, part: Part, acronyms: Mapping[Acronym, Statement]) -> tuple[WriteSection, dict[str, Quote]]:
        grouped = part.kind in ("progress", "differences", "open")
        number = {group: str(n) * grouped for n, group in enumerate(dict.fromkeys(piece.group for piece in part.pieces), start=1)}
        told: list[tuple[Quote, Role | Literal["context"], str, Relation]] = [
            (p.statement.quote, p.statement.role, number[p.group], p.relation) for p in part.pieces
        ]
        told += [(s.quote, "context", "", "") for s in part.context if s.quote not in {quote for quote, _, _, _ in told}]
        material = tuple(
            Material(id=str(n), text=quote.text, paper=quote.key, byline=self.bylines[quote.key], role=role, group=group, relation=relation)
            for n, (quote, role, group, relation) in enumerate(told, start=1)
        )
        settings = self.settings
        task = WriteSection(
            section=part.title,
            part=part.kind,
            material=material,
            acronyms=tuple(acronyms),
            questions=part.questions,
            length=settings.length,
            audience=settings.audience,
            lang=settings.lang,
        )
        quotes = {item.id: quote for item, (quote, _, _, _) in zip(material, told, strict=True)}
        return task, quotes | {acronym.id: statement.quote for acronym, statement in acronyms.items()}

    # ------------------------------------------------------------ words

    def span(self, keys: Iterable[str]) -> str:
        """ "2019–2023", "2019", or "–" when no year is known."""
        years = sorted({y for key in keys if (y := self.papers[key].year)})
        if not years:
            return NONE
        return str(years[0]) if years[0] == years[-1] else f"{years[0]}–{years[-1]}"

    def turn(self, name: str, unit: str = "") -> str:
        """The ways to say it, one after the other; of a theme or a part, by its place in the outline, so that it does not hang on what
        other themes say."""
        ways = self.say.variants(f"sections.{name}")
        if unit:
            return ways[self._places.get(unit, 0) % len(ways)]
        self._turns[name] += 1
        return ways[(self._turns[name] - 1) % len(ways)]

    def status(self, status: Status) -> str:
        """ "✓ resolved"."""
        return standing(self.say, status)

    def oldest_first(self, keys: Iterable[str]) -> list[str]:
        return sorted(keys, key=lambda key: age(self.papers[key]))


_PLANNED = ("outline.hindrance", "outline.problem", "outline.open")

NONE = "–"
"""What a cell says that has nothing to say."""


def age(paper: Paper) -> tuple[str, str]:
    """Sorts oldest first, papers without a year last."""
    return (paper.date if paper.year else "9999", paper.key)


def cites(keys: Iterable[str]) -> str:
    """A cell of citations."""
    return "; ".join(f"@{key}" for key in keys) or NONE


def fact(text: str, *keys: str) -> Sentence:
    """A sentence built from what was counted, and the papers that it counts."""
    return Sentence(text=text, kind="connective", cites=keys, verdict="counted")


def claims(sections: Iterable[Section]) -> list[Sentence]:
    return [s for section in sections for block in section.blocks for item in block.items for s in item if s.kind == "claim"]
