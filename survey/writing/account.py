"""How the papers were chosen and read, and, at the end, what was checked and what no check sees."""

from collections import Counter
from collections.abc import Sequence

from survey.records import DOING, LEAVING, RESOLVING, Block, Checked, Role, Section, Sentence
from survey.writing.desk import NONE, Desk
from survey.writing.repeats import closest

_ROLES: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("s_known", ("background", "task")),
    ("s_problems", ("improvable",)),
    ("s_done", DOING),
    ("s_results", ("result",)),
    ("s_left", LEAVING),
)
_ABSTRACT_CHARS = 4000  # of a text; what is longer is more than an abstract


def reading(desk: Desk) -> Section:
    """A table of steps and counts: what was read, what was left out, and what was found in it."""
    found, say = desk.survey, desk.say
    papers = desk.papers.values()
    records = sum(max(1, len(paper.sources)) for paper in papers)
    beside = sum(1 for skipped in found.left_out if found.topic and skipped.source.startswith("@"))
    roles = Counter(statement.role for statement in found.statements)
    counts: list[tuple[str, object]] = [
        ("r_records", records),
        ("r_joined", records - len(desk.papers)),
        *([("r_beside", beside)] if found.topic else []),
        ("r_left_out", len(found.left_out) - beside),
        ("r_papers", len(desk.papers)),
        ("r_full", sum(1 for paper in papers if len(paper.text) > _ABSTRACT_CHARS)),
        ("r_silent", sum(1 for key in desk.papers if not desk.said[key])),
        ("r_statements", len(found.statements)),
        *((name, sum(roles[role] for role in own)) for name, own in _ROLES),
        ("r_issues", len(found.issues)),
        ("r_links", sum(1 for link in found.links if link.kind in RESOLVING)),
        ("r_other_links", sum(1 for link in found.links if link.kind not in RESOLVING)),
    ]
    rows = tuple((say(f"sections.{name}"), str(count), say(f"sections.{name}_how", topic=found.topic)) for name, count in counts)
    how = say("sections.quoting") if not desk.writes_freely else say("sections.model_wrote", model=desk.model.name)
    rows = (*rows, (say("sections.r_written"), NONE, how))
    header = tuple(say(f"sections.{name}") for name in ("step", "number", "how"))
    table = Block(kind="table", caption=say("sections.method"), header=header, rows=rows)
    return Section(id="method", title=say("sections.method"), blocks=(table,))


def account(sections: Sequence[Section], checked: Checked, desk: Desk) -> Section:
    """What was checked, how often, what came of it, and what it cannot see. ``sections``: all before it."""
    say = desk.say
    said = [sentence for section in sections for block in section.blocks for item in block.items for sentence in item]
    claims = [sentence for sentence in said if sentence.kind == "claim"]
    cited = sum(1 for sentence in said if sentence.citekeys)
    quoted = {quote.key for sentence in claims for quote in sentence.quotes}
    rows = [
        ("c_quotes", say("sections.c_quotes_found", n=sum(len(claim.quotes) for claim in claims))),
        ("c_words", say("sections.c_words_found", **checked.model_dump())),
        ("c_judged", say("sections.c_judged_yes") if desk.settings.judged and desk.writes_freely else say("sections.c_judged_no")),
        ("c_cited", say("sections.c_cited_found", cited=cited, n=len(said), share=_share(cited, len(said)))),
        ("c_retrieved", say("sections.c_retrieved_found", inside=_inside(sections, desk), n=len(claims))),
        ("c_repeats", say("sections.c_repeats_found", share=_percent(closest([sentence.text for sentence in said])))),
        ("c_papers", say("sections.c_papers_found", quoted=len(quoted), n=len(desk.papers), listed=len(desk.papers) - len(quoted))),
    ]
    if answers := [link for link in desk.survey.links if link.kind in RESOLVING]:
        stated = sum(1 for link in answers if link.verdict == "stated")
        rows.append(("c_answers", say("sections.c_answers_found", n=len(answers), stated=stated)))
    if desk.quoted:
        rows.insert(2, ("c_stood_in", say("sections.c_stood_in_found", n=desk.quoted)))
    header = tuple(say(f"sections.{name}") for name in ("check", "outcome", "blind"))
    table = tuple((say(f"sections.{name}"), outcome, say(f"sections.{name}_blind")) for name, outcome in rows)
    block = Block(kind="table", caption=say("sections.checks"), header=header, rows=table)
    return Section(id="checks", title=say("sections.checks"), blocks=(block,))


def _share(part: int, whole: int) -> str:
    return _percent(part / whole if whole else 1.0)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _inside(sections: Sequence[Section], desk: Desk) -> int:
    """Claims that quote nothing but what their section looked up."""
    count = 0
    for section in sections:
        known = set(section.retrieved)
        own: list[Sentence] = [s for block in section.blocks for item in block.items for s in item if s.kind == "claim"]
        count += sum(1 for claim in own if all(desk.statement(quote).id in known for quote in claim.quotes))
    return count
