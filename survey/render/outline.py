"""The fish-bone in words: the list that says the same as the picture, and every issue behind it for the table."""

from collections.abc import Iterator
from typing import NamedTuple

from survey.phrases import Phrases
from survey.phrases.told import ENGLISH, cause, standing, status, told
from survey.records import STATUSES, Answered, Bone, FishBone, Issue, Quote, Status, Survey
from survey.render.markdown import escape
from survey.render.text import anchor, citekey, plain


class Row(NamedTuple):
    """An issue of the table, with what raises it and who answered it."""

    issue: str
    label: str
    status: Status
    quotes: tuple[Quote, ...]
    answers: tuple[Answered, ...]


def issue_anchor(issue: str) -> str:
    return f"issue-{anchor(issue)}"


def bone_anchor(place: int) -> str:
    """``place`` counts the causes from 1; 0: issues that stand under none."""
    return f"cause-{place}"


def told_issue(twig: Bone, say: Phrases) -> str:
    """ "◐ Channel mismatch: partly resolved by @phan2021, @roe2022"."""
    return plain(f"{told(say, twig)} {', '.join(f'@{citekey(answer.key)}' for answer in twig.answers)}")


def fishbone_facts(fishbone: FishBone, say: Phrases = ENGLISH) -> str:
    """What the marks mean, and what stands under no cause."""
    used = {twig.status for bone in fishbone.bones for twig in bone.children}
    marks = ", ".join(f"{mark} {status(say, name)}" for name, mark in STATUSES.items() if name != "disputed" or name in used)
    facts = [marks, say("drawings.grouped_means"), say("drawings.more_means")]
    if fishbone.rest:
        facts.append(say("drawings.beside", n=fishbone.more))
    return " · ".join(facts)


def fishbone_markdown(survey: Survey) -> str:
    """The nested list, and beneath it the table of every issue, with the papers' words."""
    fishbone, say = survey.fishbone, Phrases(survey.lang)
    lines = [f"# {_safe(fishbone.head)}", ""]
    if fishbone.field:
        lines += [_safe(f"{fishbone.field[0].upper()}{fishbone.field[1:]}"), ""]
    for bone in fishbone.bones:
        twigs = (f"  - {_safe(told(say, twig))}{_cited([a.key for a in twig.answers])}" for twig in bone.children)
        lines += [f"- {_safe(told(say, bone))}", *twigs]
    lines += ["", _safe(fishbone_facts(fishbone, say)), "", f"| {' | '.join(issue_columns(say, caused=True))} |"]
    lines.append("|-------|-------|---|----|----|--------------|")
    for _, bone_, rows in fishbone_rows(survey):
        for row in rows:
            words = f"“{escape(plain(row.quotes[0].text))}”" if row.quotes else "–"
            raised, answered = (_cited(list(dict.fromkeys(keys))) for keys in ([q.key for q in row.quotes], [a.key for a in row.answers]))
            above = _safe(cause(say, bone_.label)) if bone_ else "–"
            cells = (_safe(row.label), above, standing(say, row.status), raised or "–", answered or "–", words)
            lines.append(f"| {' | '.join(map(str.strip, cells))} |")
    return "\n".join([*lines, ""])


def issue_columns(say: Phrases, *, caused: bool) -> list[str]:
    """What heads the table of issues; ``caused``: with a column for the cause."""
    names = ("issue", *(("cause",) if caused else ()), "status", "raised_by", "answered_by", "words")
    return [say(f"told.column_{name}") for name in names]


def _safe(text: str) -> str:
    return escape(plain(text), first=True)


def _cited(keys: list[str]) -> str:
    return f" [{'; '.join(f'@{citekey(key)}' for key in keys)}]" if keys else ""


def fishbone_rows(survey: Survey) -> Iterator[tuple[int, Bone | None, list[Row]]]:
    """The issues of each cause, those of the picture first, then what it only counts; at the end, at place 0, those under no cause."""
    issues = {issue.id: issue for issue in survey.issues}

    def beyond(names: tuple[str, ...]) -> list[Row]:
        known = (issues[name] for name in names if name in issues)
        return [_row(issue) for issue in known]

    for place, bone in enumerate(survey.fishbone.bones, start=1):
        shown = [
            Row(t.issue, issues[t.issue].label if t.issue in issues else t.label, t.status, t.quotes, t.answers) for t in bone.children
        ]
        yield place, bone, [*shown, *beyond(bone.rest)]
    if survey.fishbone.rest:
        yield 0, None, beyond(survey.fishbone.rest)


def _row(issue: Issue) -> Row:
    return Row(issue.id, issue.label, issue.status, tuple(s.quote for s in issue.statements), issue.answers)
