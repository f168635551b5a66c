"""The tables in the section of a theme: who agrees, who differs, results side by side, and who is only listed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from survey.comparing import comparison_table, differing
from survey.records import Block, Quote, Reported
from survey.writing.desk import NONE, Desk, Written, cites
from survey.writing.repeats import AGAIN, Repeats


class Told(NamedTuple):
    """What the themes tell. ``titles``: of the themes that quote a paper, by its citekey; ``words``: everything that is quoted in a
    sentence, and the words that stood in a table so far."""

    titles: Mapping[str, Sequence[str]]
    words: Repeats
    quotes: set[Quote]


def told(written: Mapping[str, Sequence[Written]]) -> Told:
    """``written``: by the title of the theme."""
    titles: dict[str, list[str]] = {}
    words, quotes = Repeats(), set[Quote]()
    for title, parts in written.items():
        sentences = [sentence for part in parts for item in part.items for sentence in item]
        for sentence in sentences:
            words.add(f"{title} {len(words)}", sentence.text)
            quotes.update(sentence.quotes)
        for key in dict.fromkeys(quote.key for sentence in sentences for quote in sentence.quotes):
            titles.setdefault(key, []).append(title)
    return Told(titles, words, quotes)


def agreed(papers: Sequence[str], desk: Desk) -> list[Block]:
    """The problems that several of these papers raise, side by side; each once in the survey."""
    shared = [issue for issue in desk.issues(papers) if len(set(issue.keys) & set(papers)) > 1 and issue.id not in desk.agreed]
    issues = shared[: desk.scope.rows]
    if not issues:
        return []
    desk.agreed |= {issue.id for issue in issues}
    rows = tuple(
        (
            issue.label,
            cites(desk.oldest_first(issue.keys)),
            desk.span(issue.keys),
            desk.status(issue.status),
            cites(answer.key for answer in issue.answers),
        )
        for issue in issues
    )
    header = tuple(desk.say(f"sections.{name}") for name in ("problem", "raised_by", "years", "status", "answered_by"))
    evidence = tuple(tuple(s.quote for s in issue.statements) for issue in issues)
    return [Block(kind="table", caption=desk.say("sections.agreed"), header=header, rows=rows, evidence=evidence)]


def differ(papers: Sequence[str], desk: Desk) -> list[Block]:
    """Figures of two papers that differ for the same measure on the same data, with what each was measured by."""
    pairs = differing(_reported(papers, desk), desk.papers)[: desk.scope.rows]
    if not pairs:
        return []
    rows = tuple((f"{one.measure}, {one.data}", *_side(one), *_side(other)) for one, other in pairs)
    header = tuple(desk.say(f"sections.{name}") for name in ("measured", "earlier", "its_value", "later", "its_value"))
    evidence = tuple((one.quote, other.quote) for one, other in pairs)
    return [Block(kind="table", caption=desk.say("sections.differ"), header=header, rows=rows, evidence=evidence)]


def _side(one: Reported) -> tuple[str, str]:
    value = f"{one.value}{'' if not one.unit or one.unit[0] in '%°' else ' '}{one.unit}"
    return f"@{one.key}", f"{value} ({one.method})" if one.method else value


def conditions(keys: Iterable[str], desk: Desk) -> list[Block]:
    """Under which conditions papers that contradict each other found what they found, as far as they report figures."""
    rows = []
    for key in desk.oldest_first(dict.fromkeys(keys)):
        own = _reported([key], desk)
        data, methods, tasks = ("; ".join(dict.fromkeys(filter(None, (getattr(r, f) for r in own)))) for f in ("data", "method", "task"))
        rows.append((f"@{key}", str(desk.papers[key].year or NONE), tasks or NONE, data or NONE, methods or NONE))
    if all(set(row[2:]) == {NONE} for row in rows):
        return []
    header = tuple(desk.say(f"sections.{name}") for name in ("paper", "year", "task", "data", "method_of"))
    return [Block(kind="table", caption=desk.say("sections.conditions"), header=header, rows=tuple(rows))]


def results(papers: Sequence[str], known: Told, desk: Desk) -> list[Block]:
    """What the papers report, side by side. Words that a sentence or a table tells already are not spelt out again."""
    table = comparison_table(_reported(papers, desk), desk.papers, desk.say, desk.settings.length)
    if table is None:
        return []
    words = desk.say("comparing.words")
    column = table.header.index(words) if words in table.header else -1
    rows = []
    for row, own in zip(table.rows, table.evidence, strict=True):
        cells = list(row)
        if column >= 0:
            if not known.quotes.isdisjoint(own) or any(share >= AGAIN for _, share in known.words.like(cells[column])[:1]):
                cells[column] = NONE
            else:
                known.words.add(f"row {len(known.words)}", cells[column])
        rows.append(tuple(cells))
    if column >= 0 and all(row[column] == NONE for row in rows):
        kept = [at for at in range(len(table.header)) if at != column]
        return [table.model_copy(update={"header": _only(table.header, kept), "rows": tuple(_only(row, kept) for row in rows)})]
    return [table.model_copy(update={"rows": tuple(rows)})]


def _only(row: Sequence[str], columns: Sequence[int]) -> tuple[str, ...]:
    return tuple(row[at] for at in columns)


def _reported(papers: Sequence[str], desk: Desk) -> list[Reported]:
    return [one for key in papers for one in desk.reported.get(key, ())]


def listed(title: str, papers: Sequence[str], chosen: Sequence[str], known: Told, desk: Desk) -> list[Block]:
    """The papers that the section does not quote, each with the reason."""
    left = [key for key in desk.oldest_first(papers) if title not in known.titles.get(key, ())]
    if not left:
        return []
    rows = tuple((f"@{key}", desk.papers[key].name, _why(key, key in chosen, known, desk)) for key in left)
    header = tuple(desk.say(f"sections.{name}") for name in ("paper", "title", "why_listed"))
    return [Block(kind="table", caption=desk.say("sections.listed"), header=header, rows=rows)]


def _why(key: str, chosen: bool, known: Told, desk: Desk) -> str:
    if not desk.said[key]:
        return desk.say("sections.silent")
    if titles := known.titles.get(key):
        return desk.say("sections.told_under", titles="; ".join(titles))
    if key in desk.handed:
        return desk.say("sections.not_passed")
    return desk.say("sections.said_by_others" if chosen else "sections.beyond")
