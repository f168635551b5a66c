"""The closed list of questions put to a model. Each hands over numbered texts and asks for ids and closed choices.

Quotes are never asked for: a reply names a sentence by its id and the text is looked up, so a quote is exact by construction
and a paper that was not handed over cannot be cited. Prose comes as sentences, each with the ids it rests on.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

from survey.records import PartKind, Record, Resolution, Role

ReplyT = TypeVar("ReplyT", bound=Record)


class Task(Record, Generic[ReplyT]):
    """A question; ``name`` is also the name of its prompt file, ``reply_type`` what a reply must fill."""

    name: ClassVar[str]
    reply_type: ClassVar[type[Record]]


class Model(Protocol):
    """Who answers. ``name`` says which model and version, and goes into the run's record."""

    name: str

    def reply(self, task: Task[ReplyT]) -> ReplyT:
        """Raises :class:`survey.errors.ModelError` when no usable reply can be had."""
        ...

    def replies(self, tasks: Sequence[Task[ReplyT]]) -> list[ReplyT]:
        """Replies to tasks that do not hang on one another, in their order: they may be asked for side by side. Raises as :meth:`reply`."""
        ...


class Numbered(Record):
    """A text and the id by which a reply refers to it."""

    id: str
    text: str


class Prose(Record):
    """One written sentence and the ids of the texts it rests on."""

    text: str
    ids: tuple[str, ...] = ()


# ---------------------------------------------------------------- reading


class PaperSentence(Numbered):
    part: PartKind


class Found(Record):
    id: str
    role: Role
    weight: float = 1.0


class StatementsFound(Record):
    found: tuple[Found, ...]


class FindStatements(Task[StatementsFound]):
    """Which sentences say what problem is raised, what is done about it, what came out, what is left open?"""

    name: ClassVar[str] = "find_statements"
    reply_type: ClassVar[type[Record]] = StatementsFound
    title: str
    sentences: tuple[PaperSentence, ...]


# ---------------------------------------------------------------- themes


class Proposal(Record):
    """Papers that their vectors put together."""

    id: str
    papers: tuple[str, ...]


class ThemesProposed(Record):
    themes: tuple[Proposal, ...]


class ProposeThemes(Task[ThemesProposed]):
    """Which papers belong together? Every paper id stands in exactly one theme of the reply."""

    name: ClassVar[str] = "propose_themes"
    reply_type: ClassVar[type[Record]] = ThemesProposed
    papers: tuple[Numbered, ...]
    proposals: tuple[Proposal, ...]


class ThemeNamed(Record):
    terms: tuple[str, ...]


class NameTheme(Task[ThemeNamed]):
    """Which of the theme's own terms name it, and set it apart from the others? Reply: ids of terms, the most telling first."""

    name: ClassVar[str] = "name_theme"
    reply_type: ClassVar[type[Record]] = ThemeNamed
    titles: tuple[str, ...]
    terms: tuple[Numbered, ...]


# ---------------------------------------------------------------- issues and links


class Pair(Record):
    """Two statements that may speak of the same problem; ``similarity`` (cosine) and ``overlap`` (of weighted words) are in [0, 1]."""

    id: str
    left: str
    right: str
    similarity: float
    overlap: float


class IssuesMerged(Record):
    same: tuple[str, ...]


class MergeIssues(Task[IssuesMerged]):
    """Which pairs speak of the same problem? Reply: ids of pairs."""

    name: ClassVar[str] = "merge_issues"
    reply_type: ClassVar[type[Record]] = IssuesMerged
    pairs: tuple[Pair, ...]


class Candidate(Numbered):
    """What a later paper says; ``similarity`` and ``overlap`` to the problem, in [0, 1]; ``addressed``: how much of the problem the
    later paper names as a problem of its own, in [0, 1]."""

    similarity: float
    overlap: float
    addressed: float = 0.0


class LinkJudged(Record):
    resolution: Resolution
    id: str = ""


class JudgeLink(Task[LinkJudged]):
    """Does one of the candidates resolve the problem: full, partly, no? And which one says so?"""

    name: ClassVar[str] = "judge_link"
    reply_type: ClassVar[type[Record]] = LinkJudged
    raised_title: str
    raised: str
    resolving_title: str
    candidates: tuple[Candidate, ...]


# ---------------------------------------------------------------- fish-bone


class Cause(Record):
    label: str
    issues: tuple[str, ...]


class CausesNamed(Record):
    causes: tuple[Cause, ...]


class NameCauses(Task[CausesNamed]):
    """Which causes stand behind the issues? Each issue id under at most one cause; labels of at most six words."""

    name: ClassVar[str] = "name_causes"
    reply_type: ClassVar[type[Record]] = CausesNamed
    head: str
    issues: tuple[Numbered, ...]
    most: int


# ---------------------------------------------------------------- writing


class OutlinePlanned(Record):
    themes: tuple[str, ...]


class PlannedTheme(Record):
    id: str
    name: str
    papers: int
    first_year: int | None


class PlanOutline(Task[OutlinePlanned]):
    """In which order should the themes be read? Reply: every theme id once."""

    name: ClassVar[str] = "plan_outline"
    reply_type: ClassVar[type[Record]] = OutlinePlanned
    topic: str
    themes: tuple[PlannedTheme, ...]


class Material(Numbered):
    """A statement to write from, with the name of its paper as a sentence would call it."""

    paper: str
    byline: str
    role: Role


class SectionWritten(Record):
    sentences: tuple[Prose, ...]


class WriteSection(Task[SectionWritten]):
    """Write the part of a section from these statements alone; a sentence that rests on none of them is dropped."""

    name: ClassVar[str] = "write_section"
    reply_type: ClassVar[type[Record]] = SectionWritten
    section: str
    part: Literal["problems", "work", "chain", "open"]
    material: tuple[Material, ...]


# ---------------------------------------------------------------- asking


class AnswerGiven(Record):
    """``sentences`` is empty when the passages do not say."""

    sentences: tuple[Prose, ...]


class PassageSentence(Numbered):
    """A sentence of a retrieved passage; ``similarity`` and ``overlap`` to the question, in [0, 1]."""

    paper: str
    byline: str
    similarity: float
    overlap: float


class AnswerQuestion(Task[AnswerGiven]):
    """What do these sentences say about the question?"""

    name: ClassVar[str] = "answer"
    reply_type: ClassVar[type[Record]] = AnswerGiven
    question: str
    sentences: tuple[PassageSentence, ...]


class QuestionCondensed(Record):
    question: str


class CondenseQuestion(Task[QuestionCondensed]):
    """Put the last question so that it can be understood without the talk before it."""

    name: ClassVar[str] = "condense_question"
    reply_type: ClassVar[type[Record]] = QuestionCondensed
    question: str
    earlier: tuple[str, ...]


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
