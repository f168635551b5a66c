"""The fish-bone in words: the list that says the same as the picture, and every issue behind it for the table."""

from collections.abc import Iterator
from typing import NamedTuple

from survey.fishbone import answers_of
from survey.records import STATUSES, Answered, Bone, FishBone, Issue, Quote, Status, Survey
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


def fishbone_text(fishbone: FishBone) -> str:
    """The nested list as plain text."""
    lines = [plain(fishbone.head + (f": {fishbone.field}" if fishbone.field else ""))]
    for bone in fishbone.bones:
        lines += [f"  {plain(bone.told)}", *(f"    {told_issue(twig)}" for twig in bone.children)]
    return "\n".join([*lines, "", fishbone_facts(fishbone), ""])


def fishbone_rows(survey: Survey) -> Iterator[tuple[int, Bone | None, list[Row]]]:
    """The issues of each cause, those of the picture first, then what it only counts; at the end, at place 0, those under no cause."""
    issues = {issue.id: issue for issue in survey.issues}
    answers = answers_of(survey.links)

    def beyond(names: tuple[str, ...]) -> list[Row]:
        known = (issues[name] for name in names if name in issues)
        return [_row(issue, answers.get(issue.id, ())) for issue in known]

    for place, bone in enumerate(survey.fishbone.bones, start=1):
        shown = [
            Row(t.issue, issues[t.issue].label if t.issue in issues else t.label, t.status, t.quotes, t.answers) for t in bone.children
        ]
        yield place, bone, [*shown, *beyond(bone.rest)]
    if survey.fishbone.rest:
        yield 0, None, beyond(survey.fishbone.rest)


def _row(issue: Issue, answers: tuple[Answered, ...]) -> Row:
    return Row(issue.id, issue.label, issue.status, tuple(s.quote for s in issue.statements), answers)
