"""The overview: what the field asks, how it moved, and the collection in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from survey.records import RESOLVING, Block, Link, Section, Sentence
from survey.writing.desk import NONE, Desk, Part, Written, fact
from survey.writing.naming import inside, short_name
from survey.writing.repeats import repeated
from survey.writing.themes import ALONE_ID, Unit, about

_NAMED = 3  # themes that one sentence names


def field(units: Sequence[Unit], desk: Desk) -> Part:
    """What each theme asks, in the words of one of its papers."""
    themes = [unit for unit in units if not unit.asking and unit.id != ALONE_ID] or list(units)
    pieces = tuple(piece for unit in themes for piece in about(unit, desk))
    return Part(desk.say("sections.field"), "about", pieces, ())


def overview(units: Sequence[Unit], asked: Written, desk: Desk) -> list[Section]:
    say = desk.say
    themes = [unit for unit in units if not unit.asking]
    made = [Section(id="overview", title=say("sections.overview"))]
    if asked.items:
        names = {key: unit.title for unit in themes if unit.id != ALONE_ID for key in unit.every}
        items = tuple((_under(names.get(first.quotes[0].key, ""), first), *more) for first, *more in asked.items)
        made.append(_part("field", (Block(kind="list", items=items),), desk, asked.retrieved))
    if moved := _moved([unit for unit in themes if unit.id != ALONE_ID], desk):
        made.append(_part("moved", (Block(kind="list", items=tuple((sentence,) for sentence in moved)),), desk))
    made.append(_part("themes", tuple(_themes(themes, desk)), desk))
    made.append(_part("numbers", (_numbers(desk),), desk))
    return made


def _under(name: str, sentence: Sentence) -> Sentence:
    """With the name of its theme before it; a number in that is no claim of the paper, so such a name stays away."""
    plain = name and not any(char.isdigit() for char in name)
    return sentence.model_copy(update={"text": f"{name}: {sentence.text}"}) if plain else sentence


def terms(desk: Desk) -> list[Section]:
    """For a newcomer: what the acronyms that are quoted stand for, as the papers say it."""
    known = sorted(desk.terms.items(), key=lambda item: item[0].casefold())
    if desk.settings.audience != "newcomer" or not known:
        return []
    header = tuple(desk.say(f"sections.{name}") for name in ("term", "stands_for", "said_by"))
    rows = tuple((short, long, f"@{said.quote.key}") for short, (long, said) in known)
    evidence = tuple((said.quote,) for _, (_, said) in known)
    table = Block(kind="table", caption=desk.say("sections.terms"), header=header, rows=rows, evidence=evidence)
    return [Section(id="terms", title=desk.say("sections.terms"), blocks=(table,))]


def _part(name: str, blocks: tuple[Block, ...], desk: Desk, retrieved: tuple[str, ...] = ()) -> Section:
    return Section(id=f"overview-{name}", title=desk.say(f"sections.{name}"), level=2, blocks=blocks, retrieved=retrieved)


# ---------------------------------------------------------------- in numbers


def _numbers(desk: Desk) -> Block:
    found, say = desk.survey, desk.say
    status = Counter(issue.status for issue in found.issues)
    counts: list[tuple[str, object]] = [
        ("n_papers", len(desk.papers)),
        ("n_years", desk.span(desk.papers)),
        ("n_themes", len(found.themes)),
        *([("n_alone", len(found.alone))] if found.alone else []),
        ("n_problems", len(found.issues)),
        ("n_shared", sum(1 for issue in found.issues if len(issue.keys) > 1)),
        *((f"n_{name}", status[name]) for name in ("resolved", "partly", "disputed", "open") if status[name]),
        ("n_answered", sum(1 for link in found.links if link.kind in RESOLVING)),
        ("n_chains", len(found.chains)),
        *([("n_reported", len(found.reported))] if found.reported else []),
        *([("n_citations", len(found.citations))] if found.citations else []),
    ]
    rows = tuple((say(f"sections.{name}"), str(value)) for name, value in counts)
    return Block(kind="table", caption=say("sections.numbers"), header=(say("sections.counted"), say("sections.number")), rows=rows)


def _themes(units: Sequence[Unit], desk: Desk) -> Iterable[Block]:
    say = desk.say
    terms = {theme.id: theme.terms for theme in desk.survey.themes}
    rows = []
    for unit in units:
        issues = desk.issues(unit.every)
        left = sum(1 for issue in issues if issue.status != "resolved")
        rows.append(
            (
                unit.title,
                str(len(unit.every)),
                desk.span(unit.every),
                str(len(issues)),
                str(left),
                ", ".join(terms.get(unit.id, ())[:_NAMED]) or NONE,
            )
        )
    header = tuple(say(f"sections.{name}") for name in ("theme", "papers_of", "years", "problems", "unresolved", "words"))
    yield Block(kind="table", caption=say("sections.themes"), header=header, rows=tuple(rows))
    if desk.survey.places:
        yield Block(kind="figure", figure="themes", caption=say("sections.map"))


# ---------------------------------------------------------------- how it moved


def _moved(units: Sequence[Unit], desk: Desk) -> list[Sentence]:
    """Cited sentences in the order of years: the oldest papers, when each theme begins, the first answer of one paper to another, the year
    of most papers, the newest."""
    by_year: dict[int, list[str]] = {}
    for key in desk.oldest_first(desk.papers):
        if year := desk.papers[key].year:
            by_year.setdefault(year, []).append(key)
    if len(by_year) < 2:
        return []
    theme_of = {key: short_name(unit.title) for unit in units for key in unit.every}
    begun = {name: next(iter(desk.oldest_first(unit.every))) for unit in units if (name := short_name(unit.title)) and unit.every}
    first, last = min(by_year), max(by_year)
    most = max(by_year, key=lambda year: (len(by_year[year]), -year))
    answer = _first_answer(desk)
    told: dict[int, list[Sentence]] = {}
    for year, keys in by_year.items():
        sentences: list[Sentence] = []
        new = {name: key for name, key in begun.items() if key in keys}
        if year == first:
            sentences.append(_years("oldest", year, keys, theme_of, desk))
        elif new:
            text = desk.turn("begins").format(year=year, themes=desk.say.listed(list(new)[:_NAMED]))
            sentences.append(fact(text, *list(new.values())[:_NAMED]))
        if year == most and len(keys) > 2 and year not in (first, last):
            sentences.append(_years("busiest", year, keys, theme_of, desk))
        if answer and desk.papers[answer.ends[1]].year == year:
            earlier, later = (desk.bylines[key] for key in answer.ends)
            sentences.append(
                fact(desk.say("sections.first_answer", earlier=earlier, later=later, label=_label(answer, desk)), *answer.ends)
            )
        if year == last:
            sentences.append(_years("newest", year, keys, theme_of, desk))
        if sentences:
            told[year] = sentences
    said = [sentence for year in sorted(_kept(told, desk.scope.years)) for sentence in told[year]]
    again = repeated([("", sentence.text) for sentence in said])
    return [sentence for at, sentence in enumerate(said) if at not in again]


def _kept(told: Mapping[int, Sequence[Sentence]], most: int) -> list[int]:
    """The first and the last year, and of the others those of which there is most to tell, then the latest."""
    ends = [min(told), max(told)]
    between = sorted((year for year in told if year not in ends), key=lambda year: (-len(told[year]), -year))
    return list(dict.fromkeys([*ends, *between]))[: max(2, most)]


def _years(name: str, year: int, keys: Sequence[str], theme_of: Mapping[str, str], desk: Desk) -> Sentence:
    """The papers of a year, and the themes that most of them belong to."""
    counted = Counter(theme_of[key] for key in keys if key in theme_of)
    themes = [theme for theme, _ in counted.most_common(_NAMED)]
    if not themes:
        return fact(desk.say(f"sections.{name}_plain", n=len(keys), year=year), *keys)
    return fact(desk.say(f"sections.{name}", n=len(keys), year=year, themes=desk.say.listed(themes)), *keys)


def _first_answer(desk: Desk) -> Link | None:
    """The earliest link of a paper to another whose problem it answers."""
    dated = [link for link in desk.survey.links if link.kind in RESOLVING and desk.papers[link.ends[1]].year]
    return min(dated, key=lambda link: (desk.papers[link.ends[1]].date, -link.score, link.id), default=None)


def _label(link: Link, desk: Desk) -> str:
    return next((inside(issue.label) for issue in desk.survey.issues if issue.id == link.issue), NONE)
