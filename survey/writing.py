"""The survey's sections: quotes, attributed, joined by plain sentences built from counted facts.

What the model writes is checked sentence by sentence (:mod:`survey.support`): kept, or dropped and counted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from survey.records import (
    OTHER_SUBJECTS,
    Block,
    Chain,
    Checked,
    Issue,
    Link,
    Paper,
    Section,
    Sentence,
    Skipped,
    Statement,
    Survey,
    Theme,
    year_letters,
)
from survey.settings import Settings
from survey.support import fault
from survey.tasks import Material, Model, PlannedTheme, PlanOutline, WriteSection

_PROBLEMS_OF_A_THEME = 5
_SAME_PROBLEM = 2  # papers quoted on one problem


class Desk:
    """What every section is written from, and the count of what was kept and dropped."""

    def __init__(self, papers: Sequence[Paper], statements: Sequence[Statement], model: Model, settings: Settings) -> None:
        self.papers = {p.key: p for p in papers}
        self.letters = year_letters(papers)
        self.said: dict[str, list[Statement]] = {p.key: [] for p in papers}
        for statement in statements:
            self.said[statement.quote.key].append(statement)
        self.model = model
        self.settings = settings
        self.used: set[str] = set()
        self.counts: Counter[str] = Counter()

    def write(
        self, section: str, part: Literal["problems", "work", "chain", "open"], statements: Sequence[Statement]
    ) -> list[tuple[Sentence, ...]]:
        """One tuple of checked sentences per run of statements of one paper; what fails its check is dropped."""
        if not statements:
            return []
        by_id = {s.id: s for s in statements}
        material = tuple(
            Material(
                id=s.id, text=s.quote.text, paper=s.quote.key, byline=self.papers[s.quote.key].named(self.letters[s.quote.key]), role=s.role
            )
            for s in statements
        )
        items: list[tuple[str, list[Sentence]]] = []
        for prose in self.model.reply(WriteSection(section=section, part=part, material=material)).sentences:
            rests_on = [by_id[i] for i in dict.fromkeys(prose.ids) if i in by_id]
            sentence = Sentence(text=prose.text, kind="claim", quotes=tuple(s.quote for s in rests_on), verdict="supported")
            self.counts["generated"] += 1
            if fault(sentence, self.papers.get):
                self.counts["dropped"] += 1
                continue
            self.counts["kept"] += 1
            self.used.update(s.id for s in rests_on)
            key = rests_on[0].quote.key
            if items and items[-1][0] == key and part == "work":
                items[-1][1].append(sentence)
            else:
                items.append((key, [sentence]))
        return [tuple(sentences) for _, sentences in items]

    def fresh(self, key: str, *roles: str) -> Statement | None:
        """The plainest statement of the paper in the first of these roles that was not used yet."""
        for role in roles:
            left = [s for s in self.said[key] if s.role == role and s.id not in self.used]
            if left:
                return max(left, key=lambda s: (s.weight, -s.quote.start))
        return None

    def span(self, keys: Iterable[str]) -> str:
        """ "2019–2023", "2019", or "" when no year is known."""
        years = sorted({y for key in keys if (y := self.papers[key].year)})
        if not years:
            return ""
        return str(years[0]) if years[0] == years[-1] else f"{years[0]}–{years[-1]}"


def write_survey(found: Survey, papers: Sequence[Paper], model: Model, settings: Settings) -> tuple[tuple[Section, ...], Checked]:
    """The sections of what was ``found`` in reading order, and the counts ``generated = kept + flagged + dropped``."""
    desk = Desk(papers, found.statements, model, settings)
    planned = tuple(
        PlannedTheme(
            id=t.id, name=t.name, papers=len(t.papers), first_year=min((y for k in t.papers if (y := desk.papers[k].year)), default=None)
        )
        for t in found.themes
    )
    order = {theme_id: n for n, theme_id in enumerate(model.reply(PlanOutline(topic=found.topic, themes=planned)).themes)}
    themes = sorted(found.themes, key=lambda t: (t.name == OTHER_SUBJECTS, order.get(t.id, len(order)), t.id))
    sections = [
        _overview(found, themes, desk),
        *(_theme(theme, found.issues, desk) for theme in themes),
        _chains(found.chains[: settings.chains], len(found.chains), desk),
        _open_problems(found.issues, found.links, desk),
        _table(papers, themes),
        _left_out(found.left_out, len(papers)),
    ]
    return tuple(section for section in sections if section is not None), Checked(**desk.counts)


def _said(text: str, *cites: str) -> Sentence:
    return Sentence(text=text, kind="connective", cites=cites, verdict="counted")


def _overview(found: Survey, themes: Sequence[Theme], desk: Desk) -> Section:
    issues, chains, fishbone = found.issues, found.chains, found.fishbone
    count = len(desk.papers)
    span = desk.span(desk.papers)
    years = f" of {span}" if span else ""
    scope = f" on “{found.topic}”" if found.topic else ""
    quoting = sum(1 for said in desk.said.values() if said)
    facts = [
        _said(f"This survey covers {_papers(count)}{years}{scope}, in {_count(len(themes), 'theme')}."),
        _said(f"Statements were found in {_papers(quoting)}, and every claim below quotes one of them."),
    ]
    if issues:
        several = sum(1 for issue in issues if len(issue.keys) > 1)
        text = f"The papers raise {_count(len(issues), 'problem')}"
        facts.append(_said(text + (f", {several} of them in more than one paper." if several else ".")))
    if chains and desk.settings.chains:
        facts.append(
            _said(f"{_count(len(chains), 'chain')} lead{'s' if len(chains) == 1 else ''} from a problem to a later paper that takes it up.")
        )
    blocks = [Block(kind="paragraph", items=(tuple(facts),))]
    if fishbone.bones:
        caption = f"{fishbone.head}: {_count(len(fishbone.bones), 'cause')}, each with the words of the papers."
        blocks.append(Block(kind="figure", figure="fishbone", caption=caption))
        items = tuple(bone_line(bone.label, [twig.label for twig in bone.children], len(bone.quotes)) for bone in fishbone.bones)
        blocks.append(Block(kind="paragraph", items=((_said("The causes, and how many problems stand behind each:"),),)))
        blocks.append(Block(kind="list", items=items))
    blocks.append(Block(kind="paragraph", items=((_said("The themes:"),),)))
    lines = []
    for theme in themes:
        span = desk.span(theme.papers)
        lines.append((_said(f"{theme.name}: {_papers(len(theme.papers))}{f', {span}' if span else ''}."),))
    blocks.append(Block(kind="list", items=tuple(lines)))
    return Section(id="overview", title="Overview", blocks=tuple(blocks))


def bone_line(label: str, twigs: Sequence[str], count: int) -> tuple[Sentence, ...]:
    """ "Rain (2 problems): noise; mud." or, where more stand behind the bone than have twigs, "Rain (9 problems), among them: …"."""
    lead = ":" if len(twigs) == count else ", among them:"
    named = f"{lead} {'; '.join(inside(twig) for twig in twigs)}" if twigs else ""
    return (_said(f"{label} ({_count(count, 'problem')}){named}."),)


def _theme(theme: Theme, issues: Sequence[Issue], desk: Desk) -> Section:
    span = desk.span(theme.papers)
    facts = [_said(f"{_papers(len(theme.papers))}{f', {span}' if span else ''}.")]
    if theme.terms:
        facts.append(_said(f"Words that set them apart: {', '.join(theme.terms)}."))
    blocks = [Block(kind="paragraph", items=(tuple(facts),))]
    chosen = sorted(theme.papers[: desk.settings.theme_papers], key=lambda key: _age(desk.papers[key]))
    blocks += _problems(theme, issues, desk)
    blocks += _work(theme, chosen, desk)
    named = {key for block in blocks for item in block.items for sentence in item for key in sentence.citekeys}
    rest = [key for key in theme.papers if key not in named]
    if rest:
        blocks.append(Block(kind="paragraph", items=((_said(f"Also in this theme, not quoted here: {_papers(len(rest))}.", *rest),),)))
    return Section(id=theme.id, title=theme.name, blocks=tuple(blocks))


def _problems(theme: Theme, issues: Sequence[Issue], desk: Desk) -> list[Block]:
    inside = set(theme.papers)
    statements: list[Statement] = []
    papers: Counter[str] = Counter()
    shown = 0
    for issue in issues:
        own = [s for s in issue.statements if s.role == "problem" and s.quote.key in inside and s.id not in desk.used]
        own = [s for s in own if not papers[s.quote.key]][:_SAME_PROBLEM]
        if own:
            shown += 1
            statements += own
            papers.update(s.quote.key for s in own)
        if shown == _PROBLEMS_OF_A_THEME:
            break
    items = desk.write(theme.name, "problems", statements)
    if not items:
        return []
    return [
        Block(kind="paragraph", items=((_said("The problems, as the papers put them:"),),)),
        Block(kind="list", items=tuple(items)),
    ]


def _work(theme: Theme, keys: Sequence[str], desk: Desk) -> list[Block]:
    statements = []
    silent = []
    for key in keys:
        done = desk.fresh(key, "solution")
        came_out = desk.fresh(key, "result")
        own = [s for s in (done, came_out) if s] or [s for s in (desk.fresh(key, "problem", "open"),) if s]
        statements += own
        if not own and not any(s.id in desk.used for s in desk.said[key]):
            silent.append(key)
    items = desk.write(theme.name, "work", statements)
    blocks = []
    if items:
        lead = _said("What was done and what came out, oldest first:")
        blocks = [Block(kind="paragraph", items=((lead,),)), Block(kind="list", items=tuple(items))]
    if silent:
        text = f"No sentence that could stand alone was found in {_papers(len(silent))} of this theme:"
        blocks.append(Block(kind="paragraph", items=((_said(text, *silent),),)))
    return blocks


def _chains(chains: Sequence[Chain], total: int, desk: Desk) -> Section | None:
    if not chains:
        return None
    shown = "" if len(chains) == total else f"; the {len(chains)} strongest are shown"
    facts = (
        _said(f"{_count(total, 'chain')} of problems and what later papers did about them{shown}."),
        _said(
            "A link runs forward in time and rests on the two sentences quoted; whether the later work suffices is for the reader to judge."
        ),
    )
    blocks = [
        Block(kind="paragraph", items=(facts,)),
        Block(kind="figure", figure="chains", caption="From a problem to the later papers that take it up, with the words they share."),
    ]
    for number, chain in enumerate(chains, start=1):
        spelt: dict[str, str] = {}
        for term in (term for link in chain.links for term in link.terms[:2]):
            spelt.setdefault(term.casefold(), term)
        shared = ", ".join(spelt.values())
        steps: list[Statement] = []
        for link in chain.links:
            steps += [s for s in (link.raised, link.resolved) if s.id not in {step.id for step in steps}]
        told = {s.id for s in steps}
        ending = [chain.open] if chain.open and chain.open.id not in told else []
        items = desk.write("chains", "chain", [*steps, *ending])
        named = f"Chain {number}, through {_papers(len(chain.keys))}" + (f"; shared words: {shared}." if shared else ".")
        blocks += [Block(kind="paragraph", items=((_said(named),),)), Block(kind="list", items=tuple(items))]
    return Section(id="chains", title="From problem to solution", blocks=tuple(blocks))


def _open_problems(issues: Sequence[Issue], links: Sequence[Link], desk: Desk) -> Section | None:
    linked = {link.issue for link in links}
    left = [issue for issue in issues if issue.id not in linked]
    statements = []
    papers: Counter[str] = Counter()
    for issue in sorted(left, key=lambda i: (-len(i.keys), i.statements[0].role != "open", -i.statements[0].weight, i.id)):
        own = [s for s in issue.statements if s.role == "open" and s.id not in desk.used and papers[s.quote.key] < 1][:_SAME_PROBLEM]
        statements += own
        papers.update(s.quote.key for s in own)
        if len(statements) >= desk.settings.open_problems:
            break
    items = desk.write("open problems", "open", statements[: desk.settings.open_problems])
    if not items:
        return None
    facts = (
        _said(f"For {_count(len(left), 'problem')} of {len(issues)} no later paper of the collection was found that takes them up."),
        _said("Among what the papers themselves leave open:"),
    )
    return Section(
        id="open-problems",
        title="Open problems",
        blocks=(Block(kind="paragraph", items=(facts,)), Block(kind="list", items=tuple(items))),
    )


def _table(papers: Sequence[Paper], themes: Sequence[Theme]) -> Section:
    theme_of = {key: theme.name for theme in themes for key in theme.papers}
    ordered = sorted(papers, key=_age)
    rows = tuple((f"@{p.key}", str(p.year or "n.d."), p.name, theme_of.get(p.key, "")) for p in ordered)
    lead = _said(f"What this survey was written from: {_papers(len(papers))}, oldest first.")
    return Section(
        id="papers",
        title="Papers",
        blocks=(
            Block(kind="paragraph", items=((lead,),)),
            Block(kind="table", header=("Paper", "Year", "Title", "Theme"), rows=rows),
        ),
    )


def _left_out(left_out: Sequence[Skipped], used: int) -> Section:
    if not left_out:
        facts = _said(f"Nothing: all {_papers(used)} that were read stand in this survey.")
        return Section(id="left-out", title="Left out", blocks=(Block(kind="paragraph", items=((facts,),)),))
    facts = _said(f"Not read or not used: {_count(len(left_out), 'source')}.")
    rows = tuple((f"{s.source}{f', {s.place}' if s.place else ''}", s.reason, s.cure) for s in left_out)
    return Section(
        id="left-out",
        title="Left out",
        blocks=(
            Block(kind="paragraph", items=((facts,),)),
            Block(kind="table", header=("Source", "Why", "What would help"), rows=rows),
        ),
    )


def inside(label: str) -> str:
    """A label within a sentence: small first letter, unless its first word is a name or an acronym."""
    first = label.split(maxsplit=1)[0]
    return label if any(c.isupper() or c.isdigit() for c in first[1:]) else label[0].lower() + label[1:]


def _age(paper: Paper) -> tuple[str, str]:
    """Sorts oldest first, papers without a year last."""
    return (paper.date if paper.year else "9999", paper.key)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _papers(number: int) -> str:
    return _count(number, "paper")


def survey_title(topic: str, themes: Sequence[Theme], most: int = 3) -> str:
    """The topic, or the names of the largest themes."""
    if topic:
        return topic[0].upper() + topic[1:]
    themes = [theme for theme in themes if theme.name != OTHER_SUBJECTS] or list(themes)
    return (
        listed([theme.name.split(",")[0] if n == 0 else inside(theme.name.split(",")[0]) for n, theme in enumerate(themes[:most])])
        or "Survey"
    )


def listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
