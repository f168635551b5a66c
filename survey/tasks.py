"""The closed list of questions put to a model. Each hands over numbered texts and asks for ids and closed choices.

Quotes are never asked for: a reply names a sentence by its id and the text is looked up, so a quote is exact by construction
and a paper that was not handed over cannot be cited. Prose comes as sentences, each with the ids it rests on.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, ClassVar, Generic, Literal, Protocol, Self, TypeVar

from pydantic import BeforeValidator

from survey.records import PartKind, Record, Role

ReplyT = TypeVar("ReplyT", bound=Record)
Resolution = Literal["full", "partly", "no"]
"""How far a later paper resolves what an earlier one left open."""


class Task(Record, Generic[ReplyT]):
    """A question; ``name`` is also the name of its prompt file, ``reply_type`` what a reply must fill."""

    name: ClassVar[str]
    reply_type: ClassVar[type[Record]]

    def shown(self) -> Self:
        """What a prompt shows of the task. A server is paid by the word, so a long list is cut to what pays; the embedded default,
        which costs nothing, reads the whole."""
        return self

    def misread(self, reply: ReplyT) -> str:
        """What shows that a reply of the right form is none all the same; "" if nothing does. The model is told, and asked once more."""
        return ""


def _foreign(named: Iterable[str], handed: Iterable[str]) -> str:
    """Ids that were not handed over fall away one by one; a reply that names no other is about something else."""
    named = list(named)
    return f"none of its ids stands in the question: {', '.join(named[:3])[:60]}" if named and set(handed).isdisjoint(named) else ""


class Model(Protocol):
    """Who answers. ``name`` says which model and version, and goes into the run's record."""

    name: str

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        """Raises :class:`survey.errors.ModelError` when no usable reply can be had."""
        ...

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        """Replies to tasks that do not hang on one another, in their order: they may be asked for side by side. Raises as :meth:`reply`."""
        ...


def _bare(value: Any) -> Any:
    """The id in "[7]", " 7" or 7: models write ids as prompts show them."""
    return str(value).strip(" []") if isinstance(value, str | int) else value


Id = Annotated[str, BeforeValidator(_bare)]
"""An id in a reply."""


class Numbered(Record):
    """A text and the id by which a reply refers to it."""

    id: str
    text: str

    @property
    def line(self) -> str:
        """How a prompt shows it, on a line of its own: no braces and no names of fields, which cost tokens and say nothing."""
        return f"[{self.id}] {self.text}"


class Prose(Record):
    """One written sentence and the ids of the texts it rests on."""

    text: str
    ids: tuple[Id, ...] = ()


class Written(Record):
    """Prose, sentence by sentence; empty when there is nothing to say."""

    sentences: tuple[Prose, ...]


WrittenT = TypeVar("WrittenT", bound=Written)


class Returned(Record):
    """A sentence that was written and found faulty: it is given back once, with the reason."""

    text: str
    ids: tuple[str, ...]
    fault: str

    @property
    def line(self) -> str:
        return f"- {self.text[:_RETURNED_CHARS]} [{', '.join(self.ids)[:_RETURNED_CHARS]}] — {self.fault[:_RETURNED_CHARS]}"


_RETURNED_CHARS = 500  # a runaway sentence is not paid for twice in full


class Writing(Task[WrittenT], Generic[WrittenT]):
    """A task whose reply is prose. With ``returned``: only these sentences are to be written, anew and in their order."""

    returned: tuple[Returned, ...] = ()


# ---------------------------------------------------------------- reading


class PaperSentence(Numbered):
    """``heading``: of its section. ``worth``: how early it is chosen when not all can be shown; 0: never, since it could not stand as a
    quote."""

    part: PartKind
    heading: str = ""
    worth: float = 1.0

    @property
    def line(self) -> str:
        return f"[{self.id}] ({self.part}) {self.text}"


class Found(Record):
    id: Id
    role: Role
    weight: float = 1.0


class StatementsFound(Record):
    found: tuple[Found, ...]


class FindStatements(Task[StatementsFound]):
    """Which sentences say what (:data:`survey.records.Role`)?"""

    name: ClassVar[str] = "find_statements"
    reply_type: ClassVar[type[Record]] = StatementsFound
    title: str
    sentences: tuple[PaperSentence, ...]

    def shown(self) -> Self:
        """The sentences of most worth that the allowance holds, in the order of the text."""
        left = READING_CHARS
        chosen: set[str] = set()
        for sentence in sorted(self.sentences, key=lambda s: -s.worth):
            cost = len(sentence.line) + 1
            if sentence.worth > 0 and cost <= left:
                left -= cost
                chosen.add(sentence.id)
        return self.model_copy(update={"sentences": tuple(s for s in self.sentences if s.id in chosen)})

    def misread(self, reply: StatementsFound) -> str:
        return _foreign((found.id for found in reply.found), (sentence.id for sentence in self.sentences))


READING_CHARS = 16_000
"""Characters of one paper's sentences that a prompt shows: about 4,000 tokens (docs/tokens.md)."""


# ---------------------------------------------------------------- themes


class Group(Record):
    """Papers that their vectors put together, shown by the titles nearest to their middle; the id of a title is "group.number"."""

    id: str
    papers: int
    titles: tuple[Numbered, ...]

    @property
    def line(self) -> str:
        return f"[{self.id}] {self.papers} papers: {'; '.join(title.line for title in self.titles)}"


class ThemeProposed(Record):
    """``members`` are ids of groups, which go in whole, and of single titles, which are moved out of their group."""

    name: str
    sets_apart: str
    members: tuple[Id, ...]


class ThemesProposed(Record):
    themes: tuple[ThemeProposed, ...]


class ProposeThemes(Task[ThemesProposed]):
    """Which groups are one theme, and which titles stand in the wrong one? A theme without a name is named by its own words."""

    name: ClassVar[str] = "propose_themes"
    reply_type: ClassVar[type[Record]] = ThemesProposed
    groups: tuple[Group, ...]

    def misread(self, reply: ThemesProposed) -> str:
        return _foreign(
            (member for theme in reply.themes for member in theme.members),
            (id_ for group in self.groups for id_ in (group.id, *(title.id for title in group.titles))),
        )


class Doubtful(Numbered):
    """A paper, by its title, that is about as near to the theme ``other`` as to the one it stands in."""

    stands: str
    other: str

    @property
    def line(self) -> str:
        return f"[{self.id}] {self.stands} or {self.other}? {self.text}"


class Assignment(Record):
    paper: Id
    theme: Id


class PapersAssigned(Record):
    assigned: tuple[Assignment, ...]


class AssignPapers(Task[PapersAssigned]):
    """To which of its two themes does each doubtful paper belong? One that the reply does not name stays where it stands."""

    name: ClassVar[str] = "assign_papers"
    reply_type: ClassVar[type[Record]] = PapersAssigned
    themes: tuple[Numbered, ...]
    papers: tuple[Doubtful, ...]

    def misread(self, reply: PapersAssigned) -> str:
        return _foreign((assignment.paper for assignment in reply.assigned), (paper.id for paper in self.papers))


class Term(Numbered):
    """A term that may name a theme; ``papers``: which of its titles are of papers that have it, from 0."""

    papers: tuple[int, ...] = ()

    @property
    def line(self) -> str:
        return f"[{self.id}] {self.text} ({len(self.papers)})"


class Telling(Numbered):
    """A sentence of one of a theme's papers; ``worth``: how well it says, by words and meaning, what all are about."""

    worth: float = 0.0

    @property
    def line(self) -> str:
        return f"[{self.id}] {self.text}"


class ThemeNamed(Record):
    terms: tuple[Id, ...]
    about: Id = ""


class NameTheme(Task[ThemeNamed]):
    """Which of the theme's own terms name it, and set it apart from the others; which sentence says what it is about? Reply: ids of
    terms, the most telling first, and the id of a sentence."""

    name: ClassVar[str] = "name_theme"
    reply_type: ClassVar[type[Record]] = ThemeNamed
    titles: tuple[str, ...]
    terms: tuple[Term, ...]
    sentences: tuple[Telling, ...] = ()

    def shown(self) -> Self:
        return self.model_copy(update={"titles": self.titles[:_TITLES]})

    def misread(self, reply: ThemeNamed) -> str:
        return _foreign(reply.terms, (term.id for term in self.terms))


_TITLES = 12  # the most typical come first


# ---------------------------------------------------------------- issues and links


class Pair(Record):
    """Two statements, by their ids, that may speak of the same problem; ``similarity`` (cosine) and ``overlap`` (of weighted words, the
    smaller share of the two) are in [0, 1]."""

    id: str
    left: str
    right: str
    similarity: float
    overlap: float

    @property
    def nearness(self) -> float:
        return self.similarity + self.overlap

    @property
    def line(self) -> str:
        return f"[{self.id}] {self.left} and {self.right}"


class IssuesMerged(Record):
    same: tuple[Id, ...]


class MergeIssues(Task[IssuesMerged]):
    """Which pairs speak of the same problem? Reply: ids of pairs."""

    name: ClassVar[str] = "merge_issues"
    reply_type: ClassVar[type[Record]] = IssuesMerged
    statements: tuple[Numbered, ...]
    pairs: tuple[Pair, ...]

    def misread(self, reply: IssuesMerged) -> str:
        return _foreign(reply.same, (pair.id for pair in self.pairs))


ANSWERS = 0.1
"""Strength from which the embedded default says that a later paper answers a problem."""


CITING = 0.1
"""What a citation adds to it: who cites a paper knows its problem, which tips the scale where meaning and words nearly do."""

SILENT = 0.2
"""What it loses where the reference list of the later paper is known and does not name the earlier one."""


class Signs(Record):
    """What speaks for a later paper as the answer to a problem. ``similarity`` (cosine) and ``overlap`` (of weighted words) of its nearest
    sentence to the problem, in [0, 1]; ``rival``: the same sum, of other papers with this problem and of this paper with other problems;
    ``shared``: telling words that both sentences have;
    ``gap``: what it names itself as a gap, "" where that is not near."""

    similarity: float
    overlap: float
    rival: float
    shared: int
    gap: str = ""
    cites: bool = False
    silent: bool = False

    @property
    def strength(self) -> float:
        """How far it leads over its rivals (docs/chains.md)."""
        return self.similarity + self.overlap + CITING * self.cites - SILENT * self.silent - self.rival

    @property
    def plausible(self) -> bool:
        """Meaning alone, or words alone, are nothing; one word in common is little, where the meaning is not much the same."""
        return self.overlap >= 0.05 and self.similarity >= 0.3 and (self.shared > 1 or self.similarity >= 0.55)

    @property
    def line(self) -> str:
        named = f"It names the gap: {self.gap}" if self.gap else ""
        return (
            " ".join([*(["It cites the earlier paper."] if self.cites else []), *([named] if named else [])]) or "(nothing more is known)"
        )


class LinkJudged(Record):
    """The ids of both sentences; a verdict that does not name the two it rests on is none."""

    resolution: Resolution
    raised: Id = ""
    resolved: Id = ""


class JudgeLink(Task[LinkJudged]):
    """Does one of the candidates resolve the problem: full, partly, no? And which one says so?"""

    name: ClassVar[str] = "judge_link"
    reply_type: ClassVar[type[Record]] = LinkJudged
    raised_title: str
    raised: Numbered
    resolving_title: str
    signs: Signs
    candidates: tuple[Numbered, ...]

    def misread(self, reply: LinkJudged) -> str:
        return _foreign(
            [reply.resolved] if reply.resolution != "no" and reply.resolved else [], (candidate.id for candidate in self.candidates)
        )


# ---------------------------------------------------------------- fish-bone


class Cause(Record):
    label: str
    issues: tuple[Id, ...]


class CausesNamed(Record):
    causes: tuple[Cause, ...]


class NameCauses(Task[CausesNamed]):
    """Which causes stand behind the issues? Each issue id under at most one cause; labels of at most six words."""

    name: ClassVar[str] = "name_causes"
    reply_type: ClassVar[type[Record]] = CausesNamed
    head: str
    issues: tuple[Numbered, ...]
    most: int

    def shown(self) -> Self:
        return self.model_copy(update={"issues": self.issues[:_ISSUES]})

    def misread(self, reply: CausesNamed) -> str:
        return _foreign((issue for cause in reply.causes for issue in cause.issues), (issue.id for issue in self.issues))


_ISSUES = 80  # those that most papers raise come first; a bone holds a handful of them


# ---------------------------------------------------------------- writing


class Asked(Record):
    """The questions that the section of a theme should answer."""

    theme: Id
    questions: tuple[str, ...]


class OutlinePlanned(Record):
    themes: tuple[Id, ...]
    asked: tuple[Asked, ...] = ()


class PlannedTheme(Record):
    """``terms`` set its papers apart; ``problems`` are what they raise, those of most papers first."""

    id: str
    name: str
    papers: int
    first_year: int | None
    terms: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        told = f"[{self.id}] {self.name} ({self.papers} papers, first in {self.first_year or 'an unknown year'})"
        told += f"; terms: {', '.join(self.terms)}" if self.terms else ""
        return told + (f"; problems: {'; '.join(self.problems)}" if self.problems else "")


class PlanOutline(Task[OutlinePlanned]):
    """In which order should the themes be read, and what should the section of each answer? Reply: every theme id once, and questions of
    each in the language ``lang``."""

    name: ClassVar[str] = "plan_outline"
    reply_type: ClassVar[type[Record]] = OutlinePlanned
    topic: str
    themes: tuple[PlannedTheme, ...]
    lang: str = "en"

    def misread(self, reply: OutlinePlanned) -> str:
        return _foreign(reply.themes, (theme.id for theme in self.themes))


WritingPart = Literal["about", "progress", "work", "differences", "open"]
"""What a part of a section tells: what the theme is about; each issue with what was done about it; what was done and came out where no
issue is named; who agrees and who differs; what is open."""
Relation = Literal["raises", "answers", "partly answers", "raises again", "agrees", "differs", ""]
"""What a statement does to the issue, or to the finding, that its group begins with. Within a group "raises" begins a further problem,
"raises again" is the same one in the words of another; what follows an answer without a relation is its outcome."""


class Material(Numbered):
    """A statement to write from, with the name of its paper as a sentence would call it; "context": a further sentence of one of the
    papers, which was found by search. ``group``: of what is told together, since it is about one issue; "" for what stands alone."""

    paper: str
    byline: str
    role: Role | Literal["context"]
    group: str = ""
    relation: Relation = ""

    @property
    def line(self) -> str:
        told = ", ".join(filter(None, [self.group and f"issue {self.group}", self.relation]))
        return f"[{self.id}] {f'({told}) ' if told else ''}{self.byline}, {self.role}: {self.text}"


class Acronym(Numbered):
    """What a paper uses ``short`` for; ``text`` is its sentence that says so, and is handed over as a quote under ``id``. Given are those
    that the survey has not spelt out yet."""

    paper: str
    short: str
    long: str

    @property
    def line(self) -> str:
        return f"[{self.id}] {self.short}: {self.long}"


class SectionWritten(Written):
    pass


class WriteSection(Writing[SectionWritten]):
    """Write the part of a section from these statements alone; a sentence that rests on none of them is dropped."""

    name: ClassVar[str] = "write_section"
    reply_type: ClassVar[type[Record]] = SectionWritten
    section: str
    part: WritingPart
    material: tuple[Material, ...]
    acronyms: tuple[Acronym, ...] = ()
    questions: tuple[str, ...] = ()
    length: Literal["short", "standard", "long"] = "standard"
    audience: Literal["newcomer", "researcher"] = "researcher"
    lang: str = "en"


# ---------------------------------------------------------------- asking


class AnswerGiven(Written):
    """``sentences`` is empty when the passages do not say."""


class PassageSentence(Numbered):
    """A sentence of a retrieved passage; in [0, 1] its ``similarity`` and ``overlap`` with the question, and the ``rank`` of its passage,
    the best having 1. ``part``: which part of the question it was found for, from 0."""

    paper: str
    byline: str
    similarity: float
    overlap: float
    rank: float = 1.0
    part: int = 0

    @property
    def strength(self) -> float:
        """How much it promises to answer; the weights were chosen on one half of COVID-QA (docs/abstaining.md)."""
        return (5 * self.similarity + 5 * self.overlap + 2 * self.rank) / 12

    @property
    def line(self) -> str:
        return f"[{self.id}] {self.byline}: {self.text}"


class AnswerQuestion(Writing[AnswerGiven]):
    """What do these sentences say about the question?"""

    name: ClassVar[str] = "answer"
    reply_type: ClassVar[type[Record]] = AnswerGiven
    question: str
    sentences: tuple[PassageSentence, ...]

    def shown(self) -> Self:
        """The sentences nearest to the question, those of the best passage first."""
        near = {s.id for s in sorted(self.sentences, key=lambda s: -s.strength)[:_ANSWERED_FROM]}
        return self.model_copy(update={"sentences": tuple(s for s in self.sentences if s.id in near)})


_ANSWERED_FROM = 30


class TalkedOf(Numbered):
    """A paper that a talk speaks of, by its title; ``last``: the last answer cites it, and not only the list that it was chosen from."""

    byline: str
    last: bool = True

    @property
    def line(self) -> str:
        return f"[{self.id}] {self.byline}: {self.text}"


class QuestionCondensed(Record):
    """The question made whole; the ids of the papers that it is ``about`` alone, and of those that it wants to hear others than."""

    question: str
    about: tuple[Id, ...] = ()
    without: tuple[Id, ...] = ()


class CondenseQuestion(Task[QuestionCondensed]):
    """Put the last question so that it can be understood without the talk before it: the ``earlier`` questions as they were made whole,
    oldest first, the ``papers`` that were cited, numbered in that order, and what the last answer ``claims``."""

    name: ClassVar[str] = "condense_question"
    reply_type: ClassVar[type[Record]] = QuestionCondensed
    question: str
    earlier: tuple[str, ...]
    papers: tuple[TalkedOf, ...] = ()
    claims: tuple[str, ...] = ()

    def misread(self, reply: QuestionCondensed) -> str:
        return _foreign((*reply.about, *reply.without), (paper.id for paper in self.papers))


class SupportChecked(Record):
    verdict: Literal["supported", "partly", "not"]


class CheckSupport(Task[SupportChecked]):
    """Do the quotes bear the sentence out?"""

    name: ClassVar[str] = "check_support"
    reply_type: ClassVar[type[Record]] = SupportChecked
    sentence: str
    quotes: tuple[str, ...]


TASKS: tuple[type[Task[Any]], ...] = (
    FindStatements,
    ProposeThemes,
    AssignPapers,
    NameTheme,
    MergeIssues,
    JudgeLink,
    NameCauses,
    PlanOutline,
    WriteSection,
    AnswerQuestion,
    CondenseQuestion,
    CheckSupport,
)
