"""The chapters that cut across themes: chains, the fish-bone, open problems, the tree, the papers and what was left out."""

from collections.abc import Mapping, Sequence

from survey.gaps import Gap
from survey.phrases.told import cause
from survey.records import Block, Bone, Issue, Quote, Section
from survey.writing.desk import NONE, Desk, Part, Written, age, cites, fact
from survey.years import timeline_blocks

Places = Mapping[Quote, str]
"""The title of the chapter that quotes it."""


def notices(desk: Desk) -> list[Section]:
    """What a register of retractions says of these papers: a reader must know it before what they claim."""
    noticed = sorted((p for p in desk.papers.values() if p.notice), key=age)
    if not noticed:
        return []
    items = tuple((fact(f"{desk.bylines[p.key]}: {p.notice}.", p.key),) for p in noticed)
    return [Section(id="notices", title=desk.say("sections.notices"), blocks=(Block(kind="list", items=items),))]


# ---------------------------------------------------------------- chains


def chains(places: Places, desk: Desk) -> list[Section]:
    """A row for each link; their words stand where the problem is told, and behind the citations."""
    say, shown = desk.say, desk.survey.chains[: desk.scope.chains]
    if not shown:
        return []
    label = {issue.id: issue.label for issue in desk.survey.issues}
    links = [(n, link) for n, chain in enumerate(shown, start=1) for link in chain.links]
    rows = tuple(
        (
            str(n),
            label.get(link.issue, NONE),
            f"@{link.ends[0]}",
            f"@{link.ends[1]}",
            say(f"sections.{'stated_' if link.verdict == 'stated' else ''}{link.kind}"),
            ", ".join(link.terms[:3]) or NONE,
            places.get(link.earlier.quote) or places.get(link.later.quote) or NONE,
        )
        for n, link in links
    )
    header = tuple(say(f"sections.{name}") for name in ("chain", "problem", "raised_by", "taken_up_by", "how_far", "shared", "told_in"))
    evidence = tuple((link.earlier.quote, link.later.quote, *([link.bridge.quote] if link.bridge else [])) for _, link in links)
    blocks = (
        Block(kind="figure", figure="chains", caption=say("sections.chains_drawn")),
        Block(kind="table", caption=say("sections.chains"), header=header, rows=rows, evidence=evidence),
    )
    return [Section(id="chains", title=say("sections.chains"), blocks=blocks)]


# ---------------------------------------------------------------- the fish-bone


def fishbone(desk: Desk) -> list[Section]:
    """The drawing, its causes, and every issue under its cause, those that the drawing only counts too; with `long` those under none."""
    bones, say = desk.survey.fishbone.bones, desk.say
    if not bones:
        return []
    issues = {issue.id: issue for issue in desk.survey.issues}
    cause_of = {name: cause(say, bone.label) for bone in bones for name in _below(bone)}
    rest = [name for name in desk.survey.fishbone.rest if name not in cause_of and desk.settings.length == "long"]
    rows = tuple(_issue(issues[name], cause_of.get(name, NONE), desk) for name in [*cause_of, *rest])
    header = tuple(say(f"sections.{name}") for name in ("problem", "cause", "status", "raised_by", "answered_by"))
    evidence = tuple(tuple(s.quote for s in issues[name].statements) for name in [*cause_of, *rest])
    caption = say("sections.fishbone_drawn", head=desk.survey.fishbone.head)
    blocks = (
        Block(kind="figure", figure="fishbone", caption=caption),
        _causes(bones, issues, desk),
        Block(kind="table", figure="fishbone", caption=say("sections.issues"), header=header, rows=rows, evidence=evidence),
    )
    return [Section(id="fishbone", title=say("sections.fishbone"), blocks=blocks)]


def _below(bone: Bone) -> list[str]:
    return [*(twig.issue for twig in bone.children), *bone.rest]


def _causes(bones: Sequence[Bone], issues: Mapping[str, Issue], desk: Desk) -> Block:
    say = desk.say
    rows = []
    for bone in bones:
        own = [issues[name] for name in _below(bone)]
        left = sum(1 for issue in own if issue.status != "resolved")
        stated = cites(dict.fromkeys(quote.key for quote in bone.quotes[:1])) if bone.stated else say("sections.grouped")
        rows.append((cause(say, bone.label), stated, str(len(own)), str(left)))
    header = tuple(say(f"sections.{name}") for name in ("cause", "stated_by", "problems", "unresolved"))
    evidence = tuple(bone.quotes[:1] if bone.stated else () for bone in bones)
    return Block(kind="table", caption=say("sections.causes"), header=header, rows=tuple(rows), evidence=evidence)


def _issue(issue: Issue, under: str, desk: Desk) -> tuple[str, ...]:
    return issue.label, under, desk.status(issue.status), cites(issue.keys), cites(answer.key for answer in issue.answers)


def timeline(desk: Desk) -> list[Section]:
    blocks = timeline_blocks(desk.survey)
    return [Section(id="timeline", title=desk.say("sections.timeline"), blocks=tuple(blocks))] if blocks else []


# ---------------------------------------------------------------- open problems


def still_open(gaps: Sequence[Gap], desk: Desk) -> Part:
    """Of the problems that are ranked, those that no theme has told, in the words of who raised them."""
    issues = {issue.id: issue for issue in desk.survey.issues}
    found = tuple(s for gap in gaps for s in issues[gap.issue].statements)
    firsts = [issues[gap.issue].statements[0] for gap in gaps if all(desk.free(s) for s in issues[gap.issue].statements)]
    pieces = [piece for first in firsts if desk.free(first) for piece in desk.take(first, first.id)]
    return Part(desk.say("sections.gaps"), "open", tuple(pieces), found)


def open_problems(gaps: Sequence[Gap], ranked: Sequence[Gap], told: Written, desk: Desk) -> list[Section]:
    if not gaps:
        return []
    say = desk.say
    header = tuple(say(f"sections.{name}") for name in ("rank", "problem", "status", "support", "since", "raised_by", "nearest"))
    rows = [_gap(n, gap, desk) for n, gap in enumerate(ranked, start=1)]
    evidence = [(gap.quote, *(near.quote for near in gap.nearest[:1])) for gap in ranked]
    if rows and len(gaps) > len(rows):
        rows.append(("…", say("sections.more_gaps", n=len(gaps) - len(rows)), *[NONE] * 5))
        evidence.append(())
    caption = say("sections.ranked", n=len(ranked), of=len(gaps))
    blocks = [Block(kind="table", caption=caption, header=header, rows=tuple(rows), evidence=tuple(evidence))]
    made = [Section(id="open-problems", title=say("sections.gaps"), blocks=tuple(blocks) if rows else ())]
    if told.items:
        listed = Block(kind="list", items=tuple(told.items))
        made.append(Section(id="open-problems-told", title=say("sections.untold"), level=2, blocks=(listed,), retrieved=told.retrieved))
    return made if rows or told.items else []


def _gap(place: int, gap: Gap, desk: Desk) -> tuple[str, ...]:
    nearest = cites(near.key for near in gap.nearest[:1])
    since = str(gap.since or desk.say("common.undated"))
    return str(place), gap.label, desk.status(gap.status), str(len(gap.raised)), since, f"@{gap.raised[0]}", nearest


# ---------------------------------------------------------------- the end


def tree(desk: Desk) -> list[Section]:
    root = desk.survey.tree
    if root is None or not any(theme.children for theme in root.children):
        return []
    figure = Block(kind="figure", figure="tree", caption=desk.say("sections.tree_drawn"))
    return [Section(id="tree", title=desk.say("sections.tree"), blocks=(figure,))]


def papers(desk: Desk) -> Section:
    found, say = desk.survey, desk.say
    theme_of = {key: theme.name for theme in found.themes for key in theme.papers}
    if desk.settings.depth > 1:
        theme_of |= {key: sub.name for theme in found.themes for sub in theme.subthemes for key in sub.papers}
    names = {theme.id: theme.name for theme in found.themes}
    theme_of |= {a.key: say("sections.nearest_theme", theme=names[a.nearest]) for a in found.alone if a.nearest in names}
    ordered = sorted(desk.papers.values(), key=age)
    rows = tuple((f"@{p.key}", str(p.year or "n.d."), p.name, theme_of.get(p.key, NONE)) for p in ordered)
    header = tuple(say(f"sections.{name}") for name in ("paper", "year", "title", "theme"))
    table = Block(kind="table", caption=say("sections.papers"), header=header, rows=rows)
    return Section(id="papers", title=say("sections.papers"), blocks=(table,))


def left_out(desk: Desk) -> list[Section]:
    left, say = desk.survey.left_out, desk.say
    if not left:
        return []
    rows = tuple((f"{s.source}{f', {s.place}' if s.place else ''}", s.reason.rstrip("."), s.cure.rstrip(".")) for s in left)
    header = tuple(say(f"sections.{name}") for name in ("source", "why", "cure"))
    table = Block(kind="table", caption=say("sections.left_out"), header=header, rows=rows)
    return [Section(id="left-out", title=say("sections.left_out"), blocks=(table,))]
