"""Every domain type. Records are frozen; whatever can be derived from them is a property.

Offsets are character offsets (Python ``str`` indices, end exclusive) into :attr:`Paper.text`, the stored text of a paper.
A paper is named everywhere by its citekey, which is unique in a library.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

PartKind = Literal[
    "abstract", "introduction", "related", "method", "results", "discussion", "conclusion", "references", "appendix", "caption", "other"
]
PART_KINDS: tuple[PartKind, ...] = get_args(PartKind)
Role = Literal["background", "task", "improvable", "purpose", "method", "resolved", "result", "limitation", "future_work", "other"]
"""What a sentence of a paper says: what is known; what is worked on, and why; a shortcoming of earlier work; what the paper is for;
how it goes about it; what it states to have solved; what came out; a limit that it admits; what it leaves to others; none of these."""
RAISING: tuple[Role, ...] = ("improvable", "limitation", "future_work")
"""Roles of the statements that issues are made of."""
LEAVING: tuple[Role, ...] = ("limitation", "future_work")
"""Of these: what a paper leaves open itself."""
DOING: tuple[Role, ...] = ("purpose", "method", "resolved")
"""What a paper does about a problem."""
LinkKind = Literal["resolves", "partly_resolves", "raises", "inherits", "restates", "contradicts", "causes"]
"""What a later paper does to an earlier one: resolves its issue, or a part of it; raises an issue with what it did; works on its
task; raises the same issue; finds the opposite; names its issue as the cause of its own."""
RESOLVING: tuple[LinkKind, ...] = ("resolves", "partly_resolves")
Status = Literal["open", "partly", "resolved", "disputed"]
"""What became of an issue; disputed: resolved by one paper, and raised again or contradicted since."""
STATUSES: Mapping[Status, str] = {"resolved": "✓", "partly": "◐", "open": "○", "disputed": "⇄"}
"""How each is marked; what it is called in a language: :func:`survey.phrases.told.status`."""
Order = Literal["forward", "cited"]
"""Why a link runs from the earlier paper to the later: by their dates, or, where these do not tell, by a citation."""
Kind = Literal["claim", "connective", "own"]
"""What a paper says; what joins this; what a person wrote into the survey that quotes no paper."""
Verdict = Literal["supported", "flagged", "counted", "unchecked"]
"""Of a claim: borne out by its quotes, or kept with a warning. Of a connective: built from counted facts. Of a person's
own: nobody looked."""


class Record(BaseModel):
    """Base of every record: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ---------------------------------------------------------------- what was read


class Source(Record):
    """Where a record was read: a file, relative to the workspace; the place in it ("entry 3"; "" for all of it); the reader."""

    path: str
    place: str = ""
    reader: str = ""


class Ailment(Record):
    """Something that `survey doctor` found wrong: in which part, where exactly, what, and what the user can do. What is ``mendable`` its
    --repair mends, from what is whole."""

    part: Literal["environment", "model", "library", "index", "outputs", "lock"]
    place: str
    fault: str
    cure: str
    mendable: bool = False


class Skipped(Record):
    """Something that was not read or not used: its file or ``@citekey``, the place in it, why, and what would cure it.

    ``expected``: no loss, since the user chose it (a topic) or nobody would take it for a paper (a README).
    """

    source: str
    reason: str
    place: str = ""
    cure: str = ""
    expected: bool = False

    def __str__(self) -> str:
        where = f"{self.source}, {self.place}" if self.place else self.source
        return f"{where}: {self.reason}" + (f" ({self.cure})" if self.cure else "")


class Notice(Record):
    """What a register of retractions says of a paper: the paper's DOI, PubMed number, title, authors and date as far as known, and what
    became of it.

    ``nature`` is the register's word ("Retraction", "Expression of concern", "Correction", "Reinstatement"); ``date`` ISO 8601 or "".
    """

    nature: str
    date: str = ""
    reason: str = ""
    doi: str = ""
    pmid: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    notice_doi: str = ""
    source: str = ""


class Part(Record):
    """A section of a paper as it stands in its text; ``start`` is the first character after the heading.

    What is no running text stands behind it: the reference list (kind "references"), and the captions of figures and tables, a paragraph
    each, in one part of kind "caption" without heading.
    """

    heading: str
    kind: PartKind
    start: int
    end: int


class Page(Record):
    """Characters of the text that stand on one page of the source; ``number`` counts from 1. A page may have several such stretches."""

    number: int
    start: int
    end: int


class Reference(Record):
    """The bibliographic facts of a paper.

    ``date`` is ISO 8601 and may be partial: "2023-03-07", "2023-03", "2023", "--05-26" (no year known), "" (nothing known).
    ``authors`` are "Given Family"; ``more_authors`` says that the source ended its list with "et al.".
    ``kind`` is BibTeX's name of what it is ("article", "inproceedings", "book", …; "" not known); ``page_range`` is "123-130" or the
    number of the article; ``ids`` are what further registers call it, each "register:number" ("openalex:W2741809807",
    "s2:649def34f8be…", "pmcid:PMC7096724", "acl:P18-1088"). ``notice`` is what a register of retractions says of it, or "".
    """

    key: str = ""
    kind: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    more_authors: bool = False
    date: str = ""
    doi: str = ""
    arxiv: str = ""
    pmid: str = ""
    url: str = ""
    ids: tuple[str, ...] = ()
    venue: str = ""
    volume: str = ""
    number: str = ""
    page_range: str = ""
    publisher: str = ""
    keywords: tuple[str, ...] = ()
    note: str = ""
    notice: str = ""
    sources: tuple[Source, ...] = ()

    @property
    def year(self) -> int | None:
        year = self.date[:4]
        return int(year) if year.isascii() and year.isdigit() else None

    @property
    def retracted(self) -> bool:
        """Whether a register of retractions says so, and of no reinstatement since."""
        return self.notice.casefold().startswith("retraction")

    @property
    def name(self) -> str:
        """The title, or what stands for it where the source gave none."""
        if self.title:
            return self.title
        if self.arxiv:
            return f"[untitled] arXiv:{self.arxiv}"
        return f"[untitled] {self.note}" if self.note else "[untitled]"

    @property
    def byline(self) -> str:
        """How a sentence names the paper: "Phan et al. (2019)"; where no author is known, by its name: "‘On Ponds’ (2019)"."""
        return self.named()

    def named(self, letter: str = "") -> str:
        """The byline with the letter that tells it from others of the year: "Phan et al. (2019a)", or "… (2019a, retracted)"."""
        when = (str(self.year) if self.year else "n.d.") + letter + (", retracted" if self.retracted else "")
        if not self.authors:
            name = self.name.removeprefix("[untitled] ")
            return f"‘{name}’ ({when})" if name in (self.title, self.note) else f"{name} ({when})"
        families = [family_name(author) for author in self.authors]
        if self.more_authors or len(families) > 2:
            return f"{families[0]} et al. ({when})"
        return f"{' and '.join(families)} ({when})"


class Cited(Reference):
    """An entry of a paper's reference list: ``printed`` as it stands there, on one line, and what could be read out of it.

    ``label`` is what the text calls it by ("[12]", "b12"); ``start`` and ``end`` are its offsets where the list stands in the paper's text.
    """

    printed: str = ""
    label: str = ""
    start: int | None = None
    end: int | None = None


class Paper(Reference):
    """A paper with its text: paragraphs parted by blank lines, no line break within one.

    ``cited`` is its reference list; ``files`` are the files that a bibliography's entry names as its text, written as ``Source.path`` is.
    """

    text: str = ""
    parts: tuple[Part, ...] = ()
    pages: tuple[Page, ...] = ()
    cited: tuple[Cited, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def captions(self) -> list[str]:
        """The captions of its figures and tables."""
        return [line for p in self.parts if p.kind == "caption" for line in self.text[p.start : p.end].split("\n\n") if line.strip()]

    @property
    def reference(self) -> Reference:
        return Reference.model_validate({name: getattr(self, name) for name in Reference.model_fields})

    @property
    def abstract(self) -> str:
        """The abstract's text, or "" when the source has none."""
        return next((self.text[p.start : p.end].strip() for p in self.parts if p.kind == "abstract"), "")

    @property
    def gist(self) -> str:
        """What the paper is about: its title and abstract, or its first words."""
        return f"{self.title}. {self.abstract or self.text[:1500]}".strip(". ")

    def page_of(self, offset: int) -> int | None:
        """The number of the page on which the character at ``offset`` stands; None for sources without pages."""
        return next((page.number for page in self.pages if page.start <= offset < page.end), None)

    def part_of(self, offset: int) -> Part | None:
        return next((part for part in self.parts if part.start <= offset < part.end), None)

    def quote(self, start: int, end: int) -> "Quote":
        return Quote(key=self.key, text=self.text[start:end], start=start, end=end, page=self.page_of(start))


class SourceSentence(Record):
    """A sentence of a paper: the ``number``-th of its text (from 0)."""

    number: int
    start: int
    end: int


class Passage(Record):
    """A run of whole sentences of one paper: the unit of retrieval. ``id`` is "citekey/number"."""

    id: str
    key: str
    text: str
    start: int
    end: int
    section: str = ""
    page: int | None = None


class Hit(Record):
    """A passage that a search brought; ``score`` is in [0, 1], higher is better, comparable within one search only."""

    passage: Passage
    score: float


# ---------------------------------------------------------------- what was found


class Quote(Record):
    """Words of a paper, letter for letter: ``text == paper.text[start:end]``."""

    key: str
    text: str
    start: int
    end: int
    page: int | None = None


class Statement(Record):
    """A sentence of a paper and what it says. ``id`` is "citekey#number of the sentence"; ``weight`` in [0, 1]: how plainly."""

    id: str
    role: Role
    quote: Quote
    weight: float = 1.0


class Answered(Record):
    """A paper that answers an issue, wholly or in part, and its words."""

    key: str
    kind: LinkKind
    quote: Quote


class Issue(Record):
    """A problem, as one or more papers put it; the first statement is the plainest. ``label`` is made of their own words, eight at most.

    ``first_raised`` is the citekey of the earliest paper that raises it; ``answers`` are the papers that answer it, wholly before in part.
    """

    id: str
    label: str
    statements: tuple[Statement, ...]
    terms: tuple[str, ...] = ()
    first_raised: str = ""
    status: Status = "open"
    answers: tuple[Answered, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s.quote.key for s in self.statements))


class Link(Record):
    """What the paper of ``later`` does to the paper of ``earlier``; each statement is the words of its paper that show it.

    Every link runs from one paper to another that is surely later: by ``order``. ``issue`` is the id of the issue it is about, if it is
    about one. ``bridge`` is a statement of the later paper that itself names the earlier gap. ``verdict``: the later paper says so itself
    (it names the gap, or cites the earlier paper), or it is inferred from meaning and words. ``similarity`` (cosine), ``overlap`` (of
    weighted words) and ``score`` are in [0, 1];
    ``reason`` says in words what speaks for the link.
    """

    id: str
    kind: LinkKind
    earlier: Statement
    later: Statement
    bridge: Statement | None = None
    issue: str = ""
    order: Order = "forward"
    cites: bool = False
    verdict: Literal["stated", "inferred"] = "inferred"
    similarity: float = 0.0
    overlap: float = 0.0
    score: float = 0.0
    reason: str = ""
    terms: tuple[str, ...] = ()

    @property
    def ends(self) -> tuple[str, str]:
        """The citekeys of the earlier and the later paper."""
        return self.earlier.quote.key, self.later.quote.key


class Chain(Record):
    """A tree of links that resolve an issue or a part of it, grown from its first paper: each further link begins at a paper that is in the
    chain already, and no paper stands in it twice. ``left``: what the papers at its ends leave open."""

    id: str
    links: tuple[Link, ...]
    left: tuple[Statement, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Citekeys, each once, in the order in which the chain comes to them."""
        return tuple(dict.fromkeys(key for link in self.links for key in link.ends))

    @property
    def paths(self) -> list[tuple[Link, ...]]:
        """The ways from the first paper to each end, in the order of the links that they end in."""
        way: dict[str, tuple[Link, ...]] = {self.keys[0]: ()}
        for link in self.links:
            earlier, later = link.ends
            way[later] = (*way[earlier], link)
        goes_on = {link.ends[0] for link in self.links}
        return [path for key, path in way.items() if key not in goes_on]


class Theme(Record):
    """Papers that belong together. ``name`` is made of their own words; ``papers`` are citekeys, the most typical first, those of its
    ``subthemes`` among them; ``about`` is the sentence of one of them that says best what they are about."""

    id: str
    name: str
    terms: tuple[str, ...]
    papers: tuple[str, ...]
    about: Quote | None = None
    subthemes: tuple["Theme", ...] = ()


ALONE = "Papers that stand alone"
"""What their part of a survey is called."""


class Alone(Record):
    """A paper that belongs to no theme, the theme nearest to it ("" where there is none) and how near it is (cosine)."""

    key: str
    nearest: str = ""
    similarity: float = 0.0


class Place(Record):
    """Where a paper stands on the map of themes; ``x`` and ``y`` are in [0, 1], ``y`` grows downwards."""

    key: str
    x: float
    y: float


class PlannedSection(Record):
    """A section of the survey as it is planned, or as its reader wants it. ``id`` is that of its theme; ``questions`` are those it should
    answer; ``papers`` are citekeys, those ``pinned`` are told whatever the length. ``terms``, ``about`` (words of one of the papers) and
    ``parts`` are those of the theme. One without papers of its own is written from what is found for its questions."""

    id: str
    title: str
    questions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    about: str = ""
    parts: tuple["PlannedSection", ...] = ()


class Outline(Record):
    """What the sections on themes are written after, in reading order.

    ``alone``: papers of no section that are told by themselves. ``papers``: all that it knows; one that is in no section and not alone was
    left out by whoever edited it, one that is not here is new."""

    topic: str = ""
    title: str = ""
    sections: tuple[PlannedSection, ...] = ()
    alone: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()

    @property
    def told(self) -> set[str]:
        """The papers that it has a place for."""
        return {*(key for section in self.sections for key in section.papers), *self.alone}

    @property
    def left_out(self) -> list[str]:
        told = self.told
        return [key for key in self.papers if key not in told]


class Reported(Record):
    """A figure that a paper reports of its own work. ``value`` and ``unit`` are as printed, ``measure`` is what was measured, ``data`` what
    it was measured on, ``method`` by what, ``task`` to what end: words of the paper, or "" where it does not say. ``change``: the figure is
    of a difference, such as a gain, to what the words ``against`` name."""

    key: str
    value: str
    quote: "Quote"
    unit: str = ""
    measure: str = ""
    data: str = ""
    method: str = ""
    task: str = ""
    change: bool = False
    against: str = ""


class Tie(Record):
    """Why a paper stands where it does in the tree of insights: what it does about the issue above it, or to the ``earlier`` paper that it
    stands under (a citekey; "" where it stands under the issue)."""

    kind: LinkKind | Literal["cites"]
    earlier: str = ""


class Node(Record):
    """A node of the tree of insights, from the topic over themes and issues to papers, the newest at the leaves.

    ``id`` is that of the theme or the issue, or a citekey; a paper stands in as many places as issues lead to it. ``quotes`` bear the
    label out. Of a paper: ``how`` it comes to stand under its parent, what it ``resolved`` and what it ``left``. Not shown are ``more``
    issues of a theme, and the papers ``others`` (citekeys) of a theme or an issue: every paper of the survey has a node or is among these.
    """

    kind: Literal["topic", "theme", "issue", "paper"]
    id: str
    label: str
    quotes: tuple[Quote, ...] = ()
    status: Status | None = None
    how: tuple[Tie, ...] = ()
    resolved: Quote | None = None
    left: Quote | None = None
    children: tuple["Node", ...] = ()
    more: int = 0
    others: tuple[str, ...] = ()


class Bone(Record):
    """A cause of the head's problem, or an issue that stands for it, with its evidence.

    ``stated``: its first quote says outright that it is a cause; else its issues were grouped by what they are about. Of an issue: its id
    in ``issue``, its ``status`` and who answered it. ``children`` are its issues, ``rest`` the ids of those beyond them.
    """

    label: str
    kind: Literal["cause", "issue"] = "cause"
    quotes: tuple[Quote, ...] = ()
    stated: bool = False
    issue: str = ""
    status: Status = "open"
    answers: tuple[Answered, ...] = ()
    children: tuple["Bone", ...] = ()
    rest: tuple[str, ...] = ()

    @property
    def more(self) -> int:
        return len(self.rest)


class FishBone(Record):
    """Head: the problem; ``field``: what it is a problem of, where the head does not name it; bones: its causes; ``rest``: the ids of the
    issues that stand under no bone."""

    head: str
    field: str = ""
    bones: tuple[Bone, ...] = ()
    rest: tuple[str, ...] = ()

    @property
    def more(self) -> int:
        return len(self.rest)


# ---------------------------------------------------------------- what is written


class Sentence(Record):
    """A sentence of the survey, plain text without citation marks; its citations follow from its quotes.

    ``quotes`` are whole sentences of papers; what stands between “ and ” in the text may be a part of one, where " … " marks words that
    were left out. ``cites`` names papers that are mentioned without being quoted.
    """

    text: str
    kind: Kind
    quotes: tuple[Quote, ...] = ()
    cites: tuple[str, ...] = ()
    verdict: Verdict = "counted"

    @property
    def citekeys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*(q.key for q in self.quotes), *self.cites]))


class Block(Record):
    """A piece of a section.

    paragraph: one item; list: an item per bullet; table: ``header`` and ``rows`` of plain text, where a cell "@citekey; @citekey" is
    citations, and ``evidence``, the quotes that each row rests on (empty, or a tuple a row); figure: ``figure`` names the drawing
    ("fishbone", "chains"), ``caption`` says what it shows. A list that a figure's name marks has bullets below its bullets: of an item all
    sentences but the first.
    """

    kind: Literal["paragraph", "list", "table", "figure"]
    items: tuple[tuple[Sentence, ...], ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[tuple[Quote, ...], ...] = ()
    figure: str = ""
    caption: str = ""


class Section(Record):
    """A section of the survey. ``id`` is its anchor, unique in the survey; ``level`` 1 is a chapter.

    ``asks``: the questions that it should answer. ``retrieved``: ids ("citekey#number") of the sentences that were found for it; its claims
    quote no other. ``by_hand``: its Markdown, where a person edited it; ``blocks`` are then what could be read out of that.
    """

    id: str
    title: str
    level: int = 1
    blocks: tuple[Block, ...] = ()
    asks: tuple[str, ...] = ()
    retrieved: tuple[str, ...] = ()
    by_hand: str = ""


class Checked(Record):
    """What became of the claims that were written: ``generated == kept + flagged + dropped``."""

    generated: int = 0
    kept: int = 0
    flagged: int = 0
    dropped: int = 0


class Citation(Record):
    """A paper of the collection cites another: their citekeys, and the entry of the reference list that says so.

    ``quote`` is that entry where the list stands in the paper's text; ``match`` is what the two were matched by: "doi", "arxiv", "pmid",
    "id", "title".
    """

    citing: str
    cited: str
    match: str
    printed: str = ""
    quote: Quote | None = None


class Survey(Record):
    """A whole survey: what is written, what it was written from, and what was left out. The stages fill it from left to right.

    Where a person edited it: ``head``, the lines before the first section as they left them; ``beneath``, the sections as the program had
    written them, which a change of their evidence is told against.
    """

    title: str = ""
    topic: str = ""
    lang: str = "en"
    sections: tuple[Section, ...] = ()
    citations: tuple[Citation, ...] = ()
    statements: tuple[Statement, ...] = ()
    issues: tuple[Issue, ...] = ()
    themes: tuple[Theme, ...] = ()
    alone: tuple[Alone, ...] = ()
    places: tuple[Place, ...] = ()
    outline: Outline = Outline()
    links: tuple[Link, ...] = ()
    chains: tuple[Chain, ...] = ()
    tree: Node | None = None
    fishbone: FishBone = FishBone(head="")
    reported: tuple[Reported, ...] = ()
    papers: tuple[Reference, ...] = ()
    left_out: tuple[Skipped, ...] = ()
    checked: Checked = Checked()
    head: str = ""
    beneath: tuple[Section, ...] = ()

    @property
    def sentences(self) -> list[tuple[Section, Sentence]]:
        """Those of paragraphs and lists, in reading order."""
        return [(section, s) for section in self.sections for block in section.blocks for item in block.items for s in item]


# ---------------------------------------------------------------- what is asked


class Scope(Record):
    """What a question may be answered from; what is empty bounds nothing.

    ``papers`` are citekeys, ``authors`` family names, ``since`` and ``until`` years, both ends included; ``themes`` ids or names of themes,
    ``sections`` kinds of sections. A passage has to meet all that are given, and of each any one.
    """

    papers: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    themes: tuple[str, ...] = ()
    sections: tuple[PartKind, ...] = ()

    def __str__(self) -> str:
        """In words: "papers a, b; since 2019"; "" for one that bounds nothing."""
        named = {name: value for name, value in self if value}
        return "; ".join(f"{name} {', '.join(value) if isinstance(value, tuple) else value}" for name, value in named.items())


QuestionKind = Literal["passages", "open", "solved", "raised", "after", "before", "compare"]
"""What a question asks for: what the papers say; what is open; who solved a problem, who raised it; what came after a paper, what it
builds on; how things compare."""
Level = Literal["high", "medium", "low"]


class Standing(Record):
    """Countable facts about a claim: its ``quotes``, how many of these are ``retold`` (tell again what others found), the ``papers`` that
    say so, how many of these are ``independent`` (no author in common, not retracted) and ``retracted``, how many papers are
    ``differing``, how many of its sentences are ``flagged``, and the kinds of sections (``parts``) that its quotes stand in. ``level``: the
    confidence that is read from them."""

    quotes: int = 0
    retold: int = 0
    papers: int = 0
    independent: int = 0
    retracted: int = 0
    differing: int = 0
    flagged: int = 0
    parts: tuple[PartKind, ...] = ()
    level: Level = "low"

    def __str__(self) -> str:
        """In words: "2 papers, independent; in results and abstract; none says otherwise"."""
        told = "1 paper" if self.papers == 1 else f"{self.papers} papers"
        if self.papers > 1:
            told += ", independent" if self.independent == self.papers else f", {self.independent} independent"
        parts = [part for part in self.parts if part != "other"]
        retold = "told again from others" if self.retold == self.quotes else f"{self.retold} of {self.quotes} quotes told again from others"
        return "; ".join(
            [
                told,
                *([f"in {' and '.join(filter(None, (', '.join(parts[:-1]), parts[-1])))}"] if parts else []),
                *([retold] if self.retold else []),
                *([f"{self.retracted} retracted"] if self.retracted else []),
                *([f"{self.flagged} flagged"] if self.flagged else []),
                f"{self.differing} say{'s' if self.differing == 1 else ''} otherwise" if self.differing else "none says otherwise",
            ]
        )


class Claim(Record):
    """One thing that the collection says: a checked sentence, and ``likewise`` those of other papers that say the same."""

    sentence: Sentence
    likewise: tuple[Sentence, ...] = ()
    standing: Standing = Standing()

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return (self.sentence, *self.likewise)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """Each once, in the order of the sentences."""
        return tuple(dict.fromkeys(quote for sentence in self.sentences for quote in sentence.quotes))


class Condition(Record):
    """In what two claims were made differently: ``name`` ("data", "measure", "method", "year", …) and what it is in each, "" unknown."""

    name: str
    one: str = ""
    other: str = ""


class Difference(Record):
    """Two claims of an answer, by their places (from 0), that say otherwise; ``reason`` says in what, ``conditions`` under which."""

    one: int
    other: int
    reason: str
    conditions: tuple[Condition, ...] = ()


class Near(Record):
    """A paper that comes near a question, how near it is (in [0, 1]), and its words that come nearest."""

    key: str
    score: float
    quote: Quote | None = None


class Searched(Record):
    """What an answer was looked for in: so many papers and passages, for these words."""

    papers: int = 0
    passages: int = 0
    terms: tuple[str, ...] = ()


class Answer(Record):
    """What a collection says to a question, claim by claim, or that it does not say.

    ``asked``: the question as it was searched for, made whole by the talk before it. ``differences``: which claims say otherwise.
    ``summary``: what was counted, in a sentence of code that rests on no quote ("12 of 30 problems are not resolved"). ``table``: of a
    comparison. ``missing``: what the question asks for beside what the claims tell, in its own words. ``strength``: of
    the evidence, in [0, 1]. Where nothing is ``found``, ``reason`` is why: "empty" (nothing of it stands in the papers), "weak" (they
    only come near), "unverified" (no claim stood the checks); ``nearest`` are the papers that come nearest. ``remarks``: what one
    must know of how it was answered.
    """

    question: str
    asked: str = ""
    kind: QuestionKind = "passages"
    scope: Scope = Scope()
    found: bool
    summary: str = ""
    claims: tuple[Claim, ...] = ()
    differences: tuple[Difference, ...] = ()
    table: Block | None = None
    missing: tuple[str, ...] = ()
    strength: float = 0.0
    reason: Literal["", "empty", "weak", "unverified"] = ""
    searched: Searched = Searched()
    nearest: tuple[Near, ...] = ()
    papers: tuple[Reference, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(sentence for claim in self.claims for sentence in claim.sentences)

    @property
    def evidence(self) -> tuple[Quote, ...]:
        """The quotes of the claims, then of the table, each once: the n-th (from 1) is cited as [n]."""
        of_claims = (quote for sentence in self.sentences for quote in sentence.quotes)
        of_table = (quote for row in (self.table.evidence if self.table else ()) for quote in row)
        return tuple(dict.fromkeys((*of_claims, *of_table)))

    @property
    def keys(self) -> tuple[str, ...]:
        """Citekeys of the papers that it quotes, names, or comes near to, each once."""
        named = (key for sentence in self.sentences for key in sentence.cites)
        cells = (cell for row in (self.table.rows if self.table else ()) for cell in row if cell.startswith("@"))
        in_cells = (key.removeprefix("@") for cell in cells for key in cell.split("; "))
        return tuple(dict.fromkeys((*(q.key for q in self.evidence), *named, *in_cells, *(near.key for near in self.nearest))))

    def numbers(self, quotes: Iterable[Quote]) -> tuple[int, ...]:
        """By which [n] these quotes are cited, ascending. Raises :class:`ValueError` for one that is no evidence of this answer."""
        evidence = self.evidence
        return tuple(sorted({evidence.index(quote) + 1 for quote in quotes}))


class Talk(Record):
    """The answers so far, oldest first, and what the next question is bounded to."""

    answers: tuple[Answer, ...] = ()
    scope: Scope = Scope()

    @property
    def papers(self) -> tuple[Reference, ...]:
        """Those that its answers name, each once, in the order of the answers."""
        return tuple({paper.key: paper for answer in self.answers for paper in answer.papers}.values())


def family_name(author: str) -> str:
    """The family name of "Given Family" or "Family, Given"; particles (van, de, …) stay with it."""
    if "," in author:
        return author.split(",", maxsplit=1)[0].strip()
    words = author.split()
    if not words:
        return ""
    first = len(words) - 1
    while first > 1 and words[first - 1].islower():
        first -= 1
    return " ".join(words[first:])


def in_order(papers: Iterable[Reference]) -> list[Reference]:
    """Papers as a printed list has them: by the first author's family name, date, key."""

    def place(paper: Reference) -> tuple[str, str, str]:
        return (family_name(paper.authors[0]) if paper.authors else paper.name).casefold(), paper.date, paper.key

    return sorted(papers, key=place)


def year_letters(papers: Iterable[Reference]) -> dict[str, str]:
    """citekey → the letter that tells papers of one byline apart ("2019a", "2019b", as the printed list has them), or ""."""
    same: dict[str, list[str]] = {}
    for paper in in_order(papers):
        same.setdefault(paper.byline.casefold(), []).append(paper.key)
    return {key: chr(ord("a") + at) if 1 < len(keys) <= _LETTERS else "" for keys in same.values() for at, key in enumerate(keys)}


_LETTERS = 26


def is_later(later: str, earlier: str) -> bool:
    """Whether one partial date is surely after another: compared as far as both are known ("2019" and "2019-07": not surely)."""
    if not (later[:4].isdigit() and earlier[:4].isdigit()):
        return False
    known = min(len(later), len(earlier))
    return later[:known] > earlier[:known]
