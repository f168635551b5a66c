"""The fish-bone in words: the list that says the same as the picture, and every issue behind it for the table."""

from collections.abc import Iterator
from typing import NamedTuple

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


def told_issue(twig: Bone) -> str:
    """ "◐ Channel mismatch: partly resolved by @phan2021, @roe2022"."""
    return plain(f"{twig.told} {', '.join(f'@{citekey(answer.key)}' for answer in twig.answers)}")


def fishbone_facts(fishbone: FishBone) -> str:
    """What the marks mean, and what stands under no cause."""
    used = {twig.status for bone in fishbone.bones for twig in bone.children}
    marks = ", ".join(f"{mark} {meaning}" for status, (mark, meaning) in STATUSES.items() if status != "disputed" or status in used)
    facts = [marks, "grouped (dashed): no quote says outright that it is a cause", "+n more: in the table of issues"]
    if fishbone.rest:
        facts.append(f"{fishbone.more} {'issue stands' if fishbone.more == 1 else 'issues stand'} under no cause")
    return " · ".join(facts)


def fishbone_markdown(survey: Survey) -> str:
    """The nested list, and beneath it the table of every issue, with the papers' words."""
    fishbone = survey.fishbone
    lines = [f"# {_safe(fishbone.head)}", ""]
    if fishbone.field:
        lines += [_safe(f"{fishbone.field[0].upper()}{fishbone.field[1:]}"), ""]
    for bone in fishbone.bones:
        lines += [f"- {_safe(bone.told)}", *(f"  - {_safe(twig.told)}{_cited([a.key for a in twig.answers])}" for twig in bone.children)]
    lines += ["", _safe(fishbone_facts(fishbone)), "", "| Issue | Cause | Status | Raised by | Answered by | In the words of the first |"]
    lines.append("|-------|-------|---|----|----|--------------|")
    for _, cause, rows in fishbone_rows(survey):
        for row in rows:
            words = f"“{escape(plain(row.quotes[0].text))}”" if row.quotes else "–"
            raised, answered = (_cited(list(dict.fromkeys(keys))) for keys in ([q.key for q in row.quotes], [a.key for a in row.answers]))
            status = " ".join(STATUSES[row.status])
            cells = (_safe(row.label), _safe(cause.label) if cause else "–", status, raised or "–", answered or "–", words)
            lines.append(f"| {' | '.join(map(str.strip, cells))} |")
    return "\n".join([*lines, ""])


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
