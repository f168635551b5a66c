"""The section of a theme: what stood in the way and what was done, what else was done, who differs, what is open, who is only listed.

Each part looks up its own sentences, and is written from what it found. All parts of all themes are chosen first, then written together.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from survey.records import DOING, LEAVING, RAISING, Answered, Block, Issue, Quote, Role, Section, Sentence, Statement, Theme
from survey.terms import stems
from survey.writing import tables
from survey.writing.desk import Desk, Items, Part, Piece, Written, fact
from survey.writing.naming import inside
from survey.writing.tables import Told

_TOLD: tuple[Role, ...] = ("resolved", "purpose", "method")
"""What a paper did, the surest first."""
_OUTCOME: tuple[Role, ...] = ("result",)
_KNOWN: tuple[Role, ...] = ("background", "task")
_OPEN = ("open", "disputed", "partly")
_WORDS = 3  # that say what a theme is about
_TYPICAL = 5  # papers of a theme that may say what it is about

ALONE_ID = "alone"
"""The section of papers that belong to no theme."""


class Unit(NamedTuple):
    """What a section of a theme is made of. ``papers``: the most typical first. Of a theme whose subthemes have sections of their own:
    the papers that are in none of these, ``inner``. ``asking``: a section that is nobody's theme, and only answers its questions."""

    id: str
    title: str
    papers: tuple[str, ...]
    pinned: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    about: Quote | None = None
    terms: tuple[str, ...] = ()
    level: int = 1
    inner: tuple["Unit", ...] = ()
    asking: bool = False

    @property
    def every(self) -> tuple[str, ...]:
        """Its papers and those of its subthemes."""
        return tuple(dict.fromkeys([*self.papers, *(key for unit in self.inner for key in unit.papers)]))

    @property
    def all(self) -> tuple["Unit", ...]:
        return (self, *self.inner)


def units(desk: Desk) -> list[Unit]:
    """In the order of the outline, those that stand alone last."""
    found = desk.survey
    themes = {theme.id: theme for theme in found.themes}
    planned = found.outline.sections
    made = []
    for section in planned:
        unit = _unit(themes[section.id], desk) if section.id in themes else Unit(section.id, section.title, section.papers, asking=True)
        pinned = tuple(key for key in section.pinned if key in desk.papers)
        papers = tuple(key for key in unit.papers if key in desk.papers)
        made.append(unit._replace(title=section.title, questions=section.questions, pinned=pinned, papers=papers))
    if not planned:
        made = [_unit(theme, desk) for theme in found.themes]
    alone = tuple(paper.key for paper in found.alone)
    if alone:
        title = desk.say("sections.alone") if made else desk.say("sections.only")
        made.append(Unit(id=ALONE_ID, title=title, papers=alone))
    return made


def _unit(theme: Theme, desk: Desk) -> Unit:
    whole = Unit(id=theme.id, title=theme.name, papers=theme.papers, about=theme.about, terms=theme.terms)
    if desk.settings.depth < 2 or not theme.subthemes:
        return whole
    inner = tuple(Unit(id=sub.id, title=sub.name, papers=sub.papers, about=sub.about, terms=sub.terms, level=2) for sub in theme.subthemes)
    within = {key for sub in theme.subthemes for key in sub.papers}
    return whole._replace(papers=tuple(key for key in theme.papers if key not in within), inner=inner)


# ---------------------------------------------------------------- choosing


def about(unit: Unit, desk: Desk) -> list[Piece]:
    """The sentence that says what the theme asks. One that raises a problem with an answer is left to where that is told."""
    answered = {s.quote for issue in desk.issues(unit.every) if issue.answers for s in issue.statements}
    told = [desk.statement(unit.about)] if unit.about else []
    if not unit.about or unit.about in answered:
        told = [*_telling(unit, unit.every[:_TYPICAL], "task", desk), *told]
    chosen = next((s for s in told if desk.free(s)), None)
    return desk.take(chosen, unit.id)[:1] if chosen else []


def _telling(unit: Unit, keys: Sequence[str], first: Role, desk: Desk) -> list[Statement]:
    """What these papers say of the background and the task in the words of the theme, most of these first."""
    terms = set(stems(" ".join([unit.title, *unit.terms])))
    shared = [(len(terms.intersection(stems(s.quote.text))), s) for s in desk.spoken(keys, _KNOWN)]
    shared.sort(key=lambda item: (-item[0], item[1].role != first, -item[1].weight))
    return [statement for count, statement in shared if count]


def differences(unit: Unit, desk: Desk) -> Part:
    """Papers of which a later one finds the opposite; chosen before all else, since a finding that stands elsewhere cannot stand here."""
    links = [link for link in desk.survey.links if link.kind == "contradicts" and not set(link.ends).isdisjoint(unit.papers)]
    found = [s for link in links for s in (link.earlier, link.later)]
    pieces: list[Piece] = []
    groups: dict[str, str] = {}  # statement → group
    for link in links:
        if desk.free(link.earlier) and desk.free(link.later) and len(set(groups.values())) < desk.scope.opposed:
            pieces += desk.take_pair(link.earlier, link.later, link.id, "differs")
            groups |= {link.earlier.id: link.id, link.later.id: link.id}
        elif link.earlier.id in groups and desk.free(link.later):
            pieces += desk.take(link.later, groups[link.earlier.id], "differs")[:1]
    grouped = sorted(pieces, key=lambda piece: list(groups.values()).index(piece.group))
    return Part(unit.title, "differences", tuple(grouped), tuple(found))


def choose(unit: Unit, opposed: Part, desk: Desk) -> dict[str, Part]:
    """The parts of its section, by the ends of their ids, in reading order; ``opposed``: its :func:`differences`. What is told of problems
    is chosen before the rest."""
    if unit.asking:
        return {f"question-{n}": part for n, part in enumerate(_asked(unit, unit.questions, desk), start=1)}
    context = tuple(desk.search([unit.title, *unit.questions], unit.papers)) if desk.writes_freely else ()
    progress = _progress(unit, desk)._replace(context=context, questions=unit.questions)
    left = _left(unit, desk)._replace(questions=unit.questions)
    work = _work(unit, desk)._replace(context=context, questions=unit.questions)
    own = [question for question in unit.questions if not desk.writes_freely and not desk.is_planned(question)]
    asked = {f"question-{n}": part for n, part in enumerate(_asked(unit, own, desk), start=1)}
    opening = _opening(unit, desk)
    return {"opening": opening, "progress": progress, "work": work, "differences": opposed, **asked, "open": left}


def _opening(unit: Unit, desk: Desk) -> Part:
    """What a subtheme is about, and what a newcomer should know."""
    found = desk.spoken(unit.every, _KNOWN)
    pieces = about(unit, desk) if unit.level > 1 else []
    if desk.settings.audience == "newcomer":
        pieces += _one_of_each(_telling(unit, unit.every, "background", desk), desk, desk.scope.background)
    return Part(unit.title, "about", tuple(pieces), tuple(found))


def _one_of_each(statements: Iterable[Statement], desk: Desk, most: int) -> list[Piece]:
    """The first that is not told yet of each paper, oldest paper first."""
    chosen: dict[str, Statement] = {}
    for statement in statements:
        if len(chosen) < most and desk.free(statement):
            chosen.setdefault(statement.quote.key, statement)
    return [piece for key in desk.oldest_first(chosen) if desk.free(chosen[key]) for piece in desk.take(chosen[key], key)]


def _progress(unit: Unit, desk: Desk) -> Part:
    """Problems that were answered, each with what answered it and what came out, in the order in which they were raised. Problems with one
    answer in common are told together."""
    issues = [issue for issue in desk.issues(unit.papers) if issue.answers]
    found = _lookup(issues, unit, desk)
    mine = set(unit.papers)
    told: dict[str, list[list[Piece]]] = {}  # by the id of the first issue: problems, then answers
    group_of: dict[str, str] = {}  # statement → group
    for issue in sorted(issues, key=lambda issue: (-len(issue.keys), all(a.key in issue.keys for a in issue.answers), issue.id)):
        raised = _raised(issue, mine, desk)
        answers = [s for s in _answers(issue, desk) if desk.free(s) or s.id in group_of]
        if not raised or not answers or (len(told) >= desk.scope.issues and not any(s.id in group_of for s in answers)):
            continue
        group = next((group_of[s.id] for s in answers if s.id in group_of), issue.id)
        problems, solved = told.setdefault(group, [[], []])
        for statement in raised:
            problems += desk.take(statement, group, "raises again" if problems else "raises") if desk.free(statement) else []
        kinds = {answer.quote: answer.kind for answer in issue.answers}
        for answer in answers[: desk.scope.answers]:
            if desk.free(answer):
                own = answer.quote.key in {piece.statement.quote.key for piece in problems}
                solved += desk.take(answer, group, "" if own else "answers" if kinds[answer.quote] == "resolves" else "partly answers")
                group_of[answer.id] = group
                outcome = desk.fresh(answer.quote.key, "result") if desk.scope.sentences > 1 and answer.role != "result" else None
                solved += desk.take(outcome, group) if outcome else []
    begun = {group: min(_when(piece, desk) for piece in problems) for group, (problems, _) in told.items()}
    pieces = [piece for group in sorted(told, key=lambda name: (begun[name], name)) for piece in _in_time(told[group], desk)]
    return Part(unit.title, "progress", tuple(pieces), tuple(found))


def _raised(issue: Issue, mine: Iterable[str], desk: Desk) -> list[Statement]:
    """Who raises it, one statement a paper, the unit's own papers alone: others tell it where they stand."""
    own: dict[str, Statement] = {}
    for statement in issue.statements:
        if statement.quote.key in mine and desk.free(statement):
            own.setdefault(statement.quote.key, statement)
    return [own[key] for key in desk.oldest_first(own)][: desk.scope.raising]


def _answers(issue: Issue, desk: Desk) -> list[Statement]:
    """What answers it: wholly before in part, then oldest first."""
    rank = {key: n for n, key in enumerate(desk.oldest_first({answer.key for answer in issue.answers}))}
    ordered: Sequence[Answered] = sorted(issue.answers, key=lambda a: (a.kind != "resolves", rank[a.key]))
    return [desk.statement(answer.quote, "resolved") for answer in ordered]


def _lookup(issues: Sequence[Issue], unit: Unit, desk: Desk) -> list[Statement]:
    """What is said on these issues: who raises them, who answers them, and what came out."""
    found = [s for issue in issues for s in issue.statements if s.quote.key in unit.papers]
    answers = [desk.statement(answer.quote, "resolved") for issue in issues for answer in issue.answers]
    return [*found, *answers, *desk.spoken(dict.fromkeys(s.quote.key for s in answers), _OUTCOME)]


def _when(piece: Piece, desk: Desk) -> tuple[str, str]:
    paper = desk.papers[piece.statement.quote.key]
    return (paper.date if paper.year else "9999", paper.key)


def _in_time(told: Sequence[Sequence[Piece]], desk: Desk) -> list[Piece]:
    """Problems first, then answers; each oldest first, an outcome behind its answer."""
    problems, solved = told
    return [
        *sorted(problems, key=lambda piece: _when(piece, desk)),
        *sorted(solved, key=lambda piece: (_when(piece, desk), piece.statement.role == "result")),
    ]


def _work(unit: Unit, desk: Desk) -> Part:
    """What the papers did and what came out, oldest first, where no problem tells it; of a paper that says neither, anything."""
    found = desk.spoken(unit.papers, (*DOING, "result", *RAISING, *_KNOWN, "other"))
    pieces: list[Piece] = []
    for key in desk.oldest_first(_chosen(unit, desk)):
        said = [s for s in desk.said[key] if not desk.free(s)]
        if any(s.role in (*DOING, "result") for s in said) or (said and desk.settings.length == "short"):
            continue
        own = _done(key, desk)
        if not own and not said:
            some = desk.fresh(key, *RAISING, *_KNOWN, "other")
            own = desk.take(some, key) if some else []
        pieces += own
    return Part(unit.title, "work", tuple(pieces), tuple(found))


def _done(key: str, desk: Desk) -> list[Piece]:
    pieces: list[Piece] = []
    roles: Sequence[tuple[Role, ...]] = (_TOLD, ("result",), _TOLD, ("result",))
    if desk.scope.sentences == 1:
        roles = ((*_TOLD, "result"),)
    for wanted in roles[: desk.scope.sentences]:
        if statement := desk.fresh(key, *wanted):
            pieces += desk.take(statement, key)
    return pieces


def _chosen(unit: Unit, desk: Desk) -> list[str]:
    """Papers that are told: those that a person pinned, and the most typical ones."""
    return list(dict.fromkeys([*(key for key in unit.pinned if key in unit.papers), *unit.papers[: desk.scope.papers]]))


def _left(unit: Unit, desk: Desk) -> Part:
    """What stays open, in the words of those who say so: what most papers raise first, and what a paper leaves open itself."""
    issues = [issue for issue in desk.issues(unit.papers) if issue.status != "resolved"]
    mine = set(unit.papers)
    found = [s for issue in issues for s in issue.statements if s.quote.key in mine]
    issues.sort(key=lambda i: (_OPEN.index(i.status), -len(i.keys), i.statements[0].role not in LEAVING, -i.statements[0].weight, i.id))
    pieces: list[Piece] = []
    groups = 0
    for issue in issues:
        wanted = (s for s in issue.statements if s.quote.key in mine and (s.role in LEAVING or issue.status == "open"))
        own = [piece for s in wanted if desk.free(s) for piece in desk.take(s, issue.id)]
        pieces += own
        groups += bool(own)
        if groups >= desk.scope.left:
            break
    return Part(unit.title, "open", tuple(pieces), tuple(found))


def _asked(unit: Unit, questions: Sequence[str], desk: Desk) -> Iterable[Part]:
    """What the papers say to a question, in the sentences that search finds for it."""
    for question in questions:
        found = desk.search([question], unit.every)
        yield Part(question, "work", tuple(_one_of_each(found, desk, desk.scope.answers + 1)), tuple(found), questions=(question,))


# ---------------------------------------------------------------- the section


def sections(unit: Unit, parts: Mapping[str, Part], written: Mapping[str, Written], known: Told, desk: Desk) -> list[Section]:
    """The chapter and its parts, with their tables; a part without anything has no heading."""
    opening = written.get("opening", Written())
    said = [*_reach(unit, desk), *(s for item in opening.items for s in item)]
    blocks = (Block(kind="paragraph", items=(tuple(said),)),) if said else ()
    chapter = Section(id=unit.id, title=unit.title, level=unit.level, asks=unit.questions, blocks=blocks, retrieved=opening.retrieved)
    tables = _tables(unit, written, known, desk)
    made = [chapter]
    for name in [*(name for name in parts if name not in ("opening", "open")), "results", "open", "listed"]:
        own = written.get(name, Written())
        if blocks := (*_told(name, own.items), *tables.get(name, ())):
            title = parts[name].title if name.startswith("question") else desk.say(f"sections.{_heading(name, written)}")
            section = Section(id=f"{unit.id}-{name}", title=title, level=unit.level + 1, blocks=blocks, retrieved=own.retrieved)
            made.append(section)
    return made


def _told(name: str, items: Items) -> tuple[Block, ...]:
    """A paragraph for each problem or pair of papers; else a list."""
    if name in ("progress", "differences"):
        return tuple(Block(kind="paragraph", items=(item,)) for item in items)
    return (Block(kind="list", items=tuple(items)),) if items else ()


def _heading(name: str, written: Mapping[str, Written]) -> str:
    return "further" if name == "work" and written["progress"].items else name


def _tables(unit: Unit, written: Mapping[str, Written], known: Told, desk: Desk) -> dict[str, list[Block]]:
    """By the part that they stand in."""
    if unit.asking:
        return {}
    pairs = [quote.key for item in written["differences"].items for sentence in item for quote in sentence.quotes]
    return {
        "differences": [*tables.conditions(pairs, desk), *tables.agreed(unit.papers, desk), *tables.differ(unit.papers, desk)],
        "results": tables.results(unit.papers, known, desk),
        "listed": tables.listed(unit.title, unit.papers, _chosen(unit, desk), known, desk),
    }


def _reach(unit: Unit, desk: Desk) -> list[Sentence]:
    """From the oldest paper to the newest."""
    dated = [key for key in desk.oldest_first(unit.every) if desk.papers[key].year]
    if len(dated) < 2 or unit.asking or unit.id == ALONE_ID:
        return []
    words = [term for theme in desk.survey.themes for part in (theme, *theme.subthemes) if part.id == unit.id for term in part.terms]
    joined = desk.say.listed(words[:_WORDS] or [inside(unit.title)])
    named = {"first": desk.bylines[dated[0]], "last": desk.bylines[dated[-1]], "n": len(unit.every), "words": joined}
    return [fact(desk.turn("pair" if len(unit.every) == 2 else "reach", unit.id).format(**named), dated[0], dated[-1])]
