"""The survey's sections: quotes, attributed, joined by plain sentences built from counted facts.

What the model writes is checked sentence by sentence (:mod:`survey.drafts`): kept, flagged, or dropped, and counted.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from survey.drafts import Drafts
from survey.gaps import Gap, find_gaps
from survey.models.extractive import Extractive
from survey.phrases.told import ENGLISH, standing, told
from survey.records import (
    ALONE,
    LEAVING,
    RAISING,
    Block,
    Bone,
    Chain,
    Checked,
    Issue,
    Node,
    Paper,
    Quote,
    Section,
    Sentence,
    Skipped,
    Statement,
    Survey,
    Theme,
    year_letters,
)
from survey.settings import Settings
from survey.tasks import Material, Model, WriteSection

_PROBLEMS_OF_A_THEME = 5
_SAME_PROBLEM = 2  # papers quoted on one problem
_RETRIEVED = 8  # sentences that search adds to a theme
_GAPS = 25  # rows of the table of what is open; gaps.csv has all


Items = Sequence[tuple[Sentence, ...]]
"""The written items of a list, each of one or more sentences."""


class Part(NamedTuple):
    """What one task of writing is about: of which section, and the statements it is written from."""

    section: str
    part: Literal["problems", "work", "chain", "open"]
    statements: Sequence[Statement]
    context: Sequence[Quote] = ()


class Desk:
    """What the parts are chosen from, and written. A statement is handed over to one part, but for chains, which tell again."""

    def __init__(self, papers: Sequence[Paper], statements: Sequence[Statement], model: Model, judged: bool) -> None:
        self.papers = {p.key: p for p in papers}
        letters = year_letters(papers)
        self.bylines = {key: paper.named(letters[key]) for key, paper in self.papers.items()}
        self.said: dict[str, list[Statement]] = {p.key: [] for p in papers}
        for statement in statements:
            self.said[statement.quote.key].append(statement)
        self.used: set[str] = set()
        self.model = model
        self.quoted = 0  # sentences that stand in for what the model left out
        self.about = 0  # sentences that say what a theme is about; the themes stage chose them, no model words them
        self.drafts = Drafts(self.papers, self.bylines, model, judged)

    def part(self, section: str, part: Literal["problems", "work", "chain", "open"], statements: Sequence[Statement]) -> Part:
        self.used.update(s.id for s in statements)
        return Part(section, part, statements)

    def write(self, parts: Mapping[str, Part]) -> dict[str, list[tuple[Sentence, ...]]]:
        """The sentences of each part, all of them asked for together: one tuple an item of a list. Of the work of one paper the sentences
        that follow each other are one item."""
        asked = {name: part for name, part in parts.items() if part.statements}
        written = self.drafts.write([self._task(part) for part in asked.values()])
        items: dict[str, list[tuple[Sentence, ...]]] = {name: [] for name in parts}
        for (name, part), sentences in zip(asked.items(), written, strict=True):
            own = items[name]
            for sentence in self._filled(part, sentences):
                if own and part.part == "work" and own[-1][0].quotes[0].key == sentence.quotes[0].key:
                    own[-1] = (*own[-1], sentence)
                else:
                    own.append((sentence,))
        return items

    def _filled(self, part: Part, sentences: Sequence[Sentence]) -> Sequence[Sentence]:
        """What came to nothing is quoted, as the embedded default does: the step of a chain, or a part of which no sentence stands."""
        told = {quote for sentence in sentences for quote in sentence.quotes}
        left = [s for s in part.statements if s.quote not in told] if part.part == "chain" or not sentences else []
        if self.model.name == Extractive.name or not left:
            return sentences
        quoted = self._quoting(part._replace(statements=left, context=()))
        self.quoted += len(quoted)
        place = {s.quote: n for n, s in enumerate(part.statements)}
        return sorted([*sentences, *quoted], key=lambda sentence: min(place.get(quote, len(place)) for quote in sentence.quotes))

    def _quoting(self, part: Part) -> Sequence[Sentence]:
        (quoted,) = Drafts(self.papers, self.bylines, Extractive()).write([self._task(part)])
        return quoted

    def about_of(self, theme: Theme) -> tuple[Sentence, ...]:
        """The sentence that says what the theme is about, as its paper has it."""
        if theme.about is None:
            return ()
        statement = Statement(id=f"{theme.id} about", role="task", quote=theme.about)
        quoted = self._quoting(Part(theme.name, "work", [statement]))
        self.about += len(quoted)
        return tuple(quoted)

    def _task(self, part: Part) -> tuple[WriteSection, dict[str, Quote]]:
        roles = [*(s.role for s in part.statements), *("context" for _ in part.context)]
        quotes = [*(s.quote for s in part.statements), *part.context]
        material = tuple(
            Material(id=str(n), text=quote.text, paper=quote.key, byline=self.bylines[quote.key], role=role)
            for n, (role, quote) in enumerate(zip(roles, quotes, strict=True), start=1)
        )
        task = WriteSection(section=part.section, part=part.part, material=material)
        return task, {item.id: quote for item, quote in zip(material, quotes, strict=True)}

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


Retrieve = Callable[[str, Collection[str]], Sequence[Quote]]
"""A query and citekeys → the sentences of these papers that speak of it."""


def write_survey(
    found: Survey, papers: Sequence[Paper], model: Model, settings: Settings, retrieve: Retrieve | None = None
) -> tuple[tuple[Section, ...], Checked]:
    """The sections of what was ``found`` in reading order, and the counts ``generated = kept + flagged + dropped``. First all parts are
    chosen, then they are written together. With ``retrieve``, what a theme's papers did is written from what it finds as well."""
    desk = Desk(papers, found.statements, model, settings.judged)
    by_id = {theme.id: theme for theme in found.themes}
    themes = [by_id[planned.id] for planned in found.outline.sections if planned.id in by_id]
    if found.alone:
        themes.append(Theme(id="alone", name=ALONE, terms=(), papers=tuple(paper.key for paper in found.alone)))
    chains = found.chains[: settings.chains]
    parts: dict[str, Part] = {}
    for theme in themes:
        parts[f"{theme.id} problems"] = _problems(theme, found.issues, desk)
        work = _work(theme, theme.papers[: settings.theme_papers], desk)
        parts[f"{theme.id} work"] = work._replace(context=_context(theme, desk, retrieve)) if retrieve else work
    parts |= {chain.id: _steps(chain, desk) for chain in chains}
    parts["open"] = _left_open(found.issues, settings.open_problems, desk)
    items = desk.write(parts)
    about = {theme.id: desk.about_of(theme) for theme in themes}
    counts = desk.drafts.counts
    quoted = desk.quoted + desk.about
    checked = Checked(
        generated=counts["generated"] + quoted, kept=counts["kept"] + quoted, flagged=counts["flagged"], dropped=counts["dropped"]
    )
    sections = [
        _overview(found if chains else found.model_copy(update={"chains": ()}), themes, desk),
        _notices(papers, desk),
        *(
            _theme(theme, about[theme.id], items[f"{theme.id} problems"], items[f"{theme.id} work"], settings.theme_papers, desk)
            for theme in themes
        ),
        _chains([(chain, items[chain.id]) for chain in chains], len(found.chains)),
        _open_problems(found.issues, items["open"], find_gaps(found.issues, found.links, found.papers)),
        _issues(found),
        _tree(found.tree),
        _table(papers, found),
        _left_out(found.left_out, len(papers), checked, desk),
    ]
    return tuple(section for section in sections if section is not None), checked


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
        _said(f"This survey covers {_papers(count)}{years}{scope}, in {_count(len(found.themes), 'theme')}."),
        _said(f"Statements were found in {_papers(quoting)}, and every claim below rests on one of them."),
    ]
    if issues:
        several = sum(1 for issue in issues if len(issue.keys) > 1)
        text = f"The papers raise {_count(len(issues), 'problem')}"
        facts.append(_said(text + (f", {several} of them in more than one paper." if several else ".")))
    if chains:
        facts.append(
            _said(f"{_count(len(chains), 'chain')} lead{'s' if len(chains) == 1 else ''} from a problem to a later paper that takes it up.")
        )
    blocks = [Block(kind="paragraph", items=(tuple(facts),))]
    if fishbone.bones:
        caption = f"{fishbone.head}: {_count(len(fishbone.bones), 'cause')}, each with the words of the papers."
        blocks.append(Block(kind="figure", figure="fishbone", caption=caption))
        blocks.append(_paragraph("The causes, and under each the issues that stand for it, with what became of them:"))
        blocks.append(Block(kind="list", figure="fishbone", items=tuple(map(_bone, fishbone.bones))))
    blocks.append(Block(kind="paragraph", items=((_said("The themes:"),),)))
    lines = []
    for theme in themes:
        span = desk.span(theme.papers)
        within = f", among them {listed([sub.name for sub in theme.subthemes])}" if theme.subthemes else ""
        lines.append((_said(f"{theme.name}: {_papers(len(theme.papers))}{f', {span}' if span else ''}{within}."),))
    blocks.append(Block(kind="list", items=tuple(lines)))
    if found.places:
        caption = "The themes as a map: each paper a dot, alike ones near each other."
        blocks.append(Block(kind="figure", figure="themes", caption=caption))
    return Section(id="overview", title="Overview", blocks=tuple(blocks))


def _notices(papers: Sequence[Paper], desk: Desk) -> Section | None:
    """What a register of retractions says of these papers: a reader must know it before what they claim."""
    noticed = sorted((p for p in papers if p.notice), key=_age)
    if not noticed:
        return None
    retracted = sum(1 for p in noticed if p.retracted)
    lead = f"A register of retractions speaks of {_papers(len(noticed))} surveyed here; {retracted or 'none'} of them retracted:"
    items = tuple((_said(f"{desk.bylines[p.key]}: {p.notice}.", p.key),) for p in noticed)
    return Section(id="notices", title="Retractions and notices", blocks=(_paragraph(lead), Block(kind="list", items=items)))


def _bone(bone: Bone) -> tuple[Sentence, ...]:
    """A cause, then a sentence for each of its issues."""
    return (
        _said(f"{told(ENGLISH, bone)}."),
        *(_said(f"{told(ENGLISH, twig)}.", *(answer.key for answer in twig.answers)) for twig in bone.children),
    )


def _issues(found: Survey) -> Section | None:
    """Every issue with its cause, those that the fish-bone only counts too."""
    if not found.fishbone.bones:
        return None
    cause = {issue: bone.label for bone in found.fishbone.bones for issue in (*(twig.issue for twig in bone.children), *bone.rest)}
    issues = {issue.id: issue for issue in found.issues}
    rows = tuple(
        (
            issues[name].label,
            cause.get(name, "–"),
            standing(ENGLISH, issues[name].status),
            "; ".join(f"@{key}" for key in issues[name].keys),
            "; ".join(f"@{answer.key}" for answer in issues[name].answers),
            f"“{issues[name].statements[0].quote.text}”",
        )
        for name in [*cause, *found.fishbone.rest]
    )
    header = ("Issue", "Cause", "Status", "Raised by", "Answered by", "In the words of the first")
    table = Block(kind="table", figure="fishbone", caption="Every issue and its cause", header=header, rows=rows)
    return Section(id="issues", title="Issues and their causes", blocks=(table,))


def _theme(theme: Theme, about: tuple[Sentence, ...], problems: Items, work: Items, most: int, desk: Desk) -> Section:
    chosen = theme.papers[:most]
    span = desk.span(theme.papers)
    facts = [_said(f"{_papers(len(theme.papers))}{f', {span}' if span else ''}.")]
    if theme.terms:
        facts.append(_said(f"Words that set them apart: {', '.join(theme.terms)}."))
    blocks = [Block(kind="paragraph", items=((*facts, *about),))]
    if theme.subthemes:
        within = tuple((_said(f"{sub.name}: {_papers(len(sub.papers))}.", *sub.papers),) for sub in theme.subthemes)
        blocks += [_paragraph("Within it:"), Block(kind="list", items=within)]
    if problems:
        blocks += [
            _paragraph("The problems that the papers raise:"),
            Block(kind="list", items=tuple(problems)),
        ]
    if work:
        blocks += [_paragraph("What was done and what came out, oldest first:"), Block(kind="list", items=tuple(work))]
    silent = sorted((key for key in chosen if not desk.said[key]), key=lambda key: _age(desk.papers[key]))
    if silent:
        text = f"No sentence that could stand alone was found in {_papers(len(silent))} of this theme:"
        blocks.append(_paragraph(text, *silent))
    named = {key for block in blocks for item in block.items for sentence in item for key in sentence.citekeys}
    rest = [key for key in theme.papers if key not in named]
    if rest:
        blocks.append(_paragraph(f"Also in this theme, not quoted here: {_papers(len(rest))}.", *rest))
    return Section(id=theme.id, title=theme.name, blocks=tuple(blocks))


def _paragraph(text: str, *cites: str) -> Block:
    return Block(kind="paragraph", items=((_said(text, *cites),),))


def _problems(theme: Theme, issues: Sequence[Issue], desk: Desk) -> Part:
    inside = set(theme.papers)
    statements: list[Statement] = []
    papers: Counter[str] = Counter()
    shown = 0
    for issue in issues:
        own = [s for s in issue.statements if s.role == "improvable" and s.quote.key in inside and s.id not in desk.used]
        own = [s for s in own if not papers[s.quote.key]][:_SAME_PROBLEM]
        if own:
            shown += 1
            statements += own
            papers.update(s.quote.key for s in own)
        if shown == _PROBLEMS_OF_A_THEME:
            break
    return desk.part(theme.name, "problems", statements)


def _work(theme: Theme, chosen: Sequence[str], desk: Desk) -> Part:
    """What was done and what came out, oldest first; where neither is said, a problem or what is left open."""
    statements = []
    for key in sorted(chosen, key=lambda key: _age(desk.papers[key])):
        own = [s for s in (desk.fresh(key, "resolved", "purpose", "method"), desk.fresh(key, "result")) if s]
        statements += own or [s for s in (desk.fresh(key, *RAISING),) if s]
    return desk.part(theme.name, "work", statements)


def _context(theme: Theme, desk: Desk, retrieve: Retrieve) -> list[Quote]:
    """What search finds in the theme's papers, beyond the statements, which have their places."""
    known = {s.quote for key in theme.papers for s in desk.said[key]}
    found = retrieve(f"{theme.name}: {', '.join(theme.terms)}", theme.papers)
    return [quote for quote in found if quote not in known][:_RETRIEVED]


def _steps(chain: Chain, desk: Desk) -> Part:
    steps = {s.id: s for link in chain.links for s in (link.earlier, link.later)}
    steps |= {s.id: s for s in chain.left if s.id not in steps}
    return desk.part("chains", "chain", list(steps.values()))


def _chains(chains: Sequence[tuple[Chain, Items]], total: int) -> Section | None:
    if not chains:
        return None
    shown = "" if len(chains) == total else f"; the {len(chains)} strongest are shown"
    cited = any(link.order == "cited" for chain, _ in chains for link in chain.links)
    forward = "forward in time, or where dates do not tell from a paper to one that cites it," if cited else "forward in time"
    facts = (
        _said(f"{_count(total, 'chain')} of problems and what later papers did about them{shown}."),
        _said(f"A link runs {forward} and rests on a sentence of each paper; whether the later work suffices is the reader's to judge."),
    )
    blocks = [
        Block(kind="paragraph", items=(facts,)),
        Block(kind="figure", figure="chains", caption="From a problem to the later papers that take it up, with the words they share."),
    ]
    for number, (chain, items) in enumerate(chains, start=1):
        spelt: dict[str, str] = {}
        for term in (term for link in chain.links for term in link.terms[:2]):
            spelt.setdefault(term.casefold(), term)
        shared = ", ".join(spelt.values())
        named = f"Chain {number}, through {_papers(len(chain.keys))}" + (f"; shared words: {shared}." if shared else ".")
        blocks += [_paragraph(named), Block(kind="list", items=tuple(items))]
    return Section(id="chains", title="From problem to solution", blocks=tuple(blocks))


def _left_open(issues: Sequence[Issue], most: int, desk: Desk) -> Part:
    statements: list[Statement] = []
    papers: Counter[str] = Counter()
    left = [issue for issue in issues if issue.status != "resolved"]
    rank = ("open", "disputed", "partly")
    left.sort(key=lambda i: (rank.index(i.status), -len(i.keys), i.statements[0].role not in LEAVING, -i.statements[0].weight, i.id))
    for issue in left:
        own = [s for s in issue.statements if s.role in LEAVING and s.id not in desk.used and papers[s.quote.key] < 1][:_SAME_PROBLEM]
        statements += own
        papers.update(s.quote.key for s in own)
        if len(statements) >= most:
            break
    return desk.part("open problems", "open", statements[:most])


def _open_problems(issues: Sequence[Issue], items: Items, gaps: Sequence[Gap]) -> Section | None:
    if not gaps:
        return None
    number = Counter(issue.status for issue in issues)
    text = f"For {_count(number['open'], 'problem')} of {len(issues)} no later paper of the collection was found that takes them up"
    text += f"; {number['partly']} more are taken up in part" if number["partly"] else ""
    text += f"; {number['disputed']} were resolved by one paper and raised again since" if number["disputed"] else ""
    blocks = [_paragraph(f"{text}.")]
    if items:
        blocks += [_paragraph("Among what the papers themselves leave open:"), Block(kind="list", items=tuple(items))]
    more = f" (the first {_GAPS} of {len(gaps)})" if len(gaps) > _GAPS else ""
    blocks.append(_paragraph(f"What no later paper resolved, those problems first that most papers raise{more}:"))
    header = ("Problem", "Status", "Papers", "Since", "First raised by", "Nearest")
    blocks.append(Block(kind="table", header=header, rows=tuple(_gap(gap) for gap in gaps[:_GAPS])))
    return Section(id="open-problems", title="Open problems", blocks=tuple(blocks))


def _gap(gap: Gap) -> tuple[str, ...]:
    nearest = f"@{gap.nearest[0].key}" if gap.nearest else "–"
    return gap.label, standing(ENGLISH, gap.status), str(len(gap.raised)), str(gap.since or "n.d."), f"@{gap.raised[0]}", nearest


def _tree(tree: Node | None) -> Section | None:
    if tree is None or not any(theme.children for theme in tree.children):
        return None
    said = (
        "Each paper stands under the earlier one whose problem it resolves, raises again or works on, or which it cites, the newest last."
    )
    caption = "Themes, their problems, and the papers that inherit each."
    blocks = (_paragraph(said), Block(kind="figure", figure="tree", caption=caption))
    return Section(id="tree", title="Tree of insights", blocks=blocks)


def _table(papers: Sequence[Paper], found: Survey) -> Section:
    theme_of = {key: theme.name for theme in found.themes for key in theme.papers}
    theme_of |= {key: sub.name for theme in found.themes for sub in theme.subthemes for key in sub.papers}
    names = {theme.id: theme.name for theme in found.themes}
    theme_of |= {alone.key: f"none; nearest: {names[alone.nearest]}" if alone.nearest else "none" for alone in found.alone}
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


def _left_out(left_out: Sequence[Skipped], used: int, checked: Checked, desk: Desk) -> Section:
    quoted = desk.quoted
    by_others = quoted + desk.about  # sentences that the model did not write
    if left_out:
        facts = [_said(f"Not read or not used: {_count(len(left_out), 'source')}.")]
    else:
        facts = [_said(f"Nothing: all {_papers(used)} that were read stand in this survey.")]
    if checked.kept < checked.generated:
        facts.append(
            _said(
                f"Of {_count(checked.generated - by_others, 'sentence')} that the model wrote, {checked.kept - by_others} were kept, "
                f"{checked.flagged} are flagged (⚑) and {checked.dropped} were dropped, since the checks found fault with them."
            )
        )
    if quoted:
        facts.append(_said(f"Where nothing that it wrote could stand, the papers are quoted instead: {_count(quoted, 'sentence')}."))
    blocks = [Block(kind="paragraph", items=(tuple(facts),))]
    if left_out:
        rows = tuple((f"{s.source}{f', {s.place}' if s.place else ''}", s.reason, s.cure) for s in left_out)
        blocks.append(Block(kind="table", header=("Source", "Why", "What would help"), rows=rows))
    return Section(id="left-out", title="Left out", blocks=tuple(blocks))


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
    names = [_first_term(theme.name) for theme in themes[:most]]
    return listed([name if n == 0 else inside(name) for n, name in enumerate(names)]) or "Survey"


def _first_term(name: str) -> str:
    """Of a name made of several: "rain noise" of "rain noise and frog calls", but "issue and solution" as it is."""
    name = name.split(",", maxsplit=1)[0]
    first = name.split(" and ")[0]
    return first if " " in first else name


def listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
