"""What a collection leaves open: each issue that nobody resolved for good, who raised it, and who came nearest to it."""

from collections.abc import Iterable, Sequence

from survey.records import Answered, Issue, Link, Quote, Record, Reference, Status

_NEAREST = 3


class Gap(Record):
    """An issue that is not resolved: ``raised`` are the papers that raise it, the oldest first; ``since`` is the year of the first;
    ``nearest`` are those that answer it, in part or against what others say, then those that work on the task of a paper that raises it."""

    issue: str
    label: str
    status: Status
    raised: tuple[str, ...]
    since: int | None
    quote: Quote
    nearest: tuple[Answered, ...] = ()


def find_gaps(issues: Sequence[Issue], links: Sequence[Link], papers: Iterable[Reference]) -> list[Gap]:
    """Those that most papers raise come first, then the oldest; of papers without a date nothing is known."""
    papers = tuple(papers)
    date = {p.key: p.date if p.year else "9999" for p in papers}
    year = {p.key: p.year for p in papers}
    heirs: dict[str, list[Link]] = {}
    for link in sorted((k for k in links if k.kind == "inherits"), key=lambda k: (-k.score, k.id)):
        heirs.setdefault(link.ends[0], []).append(link)
    gaps = []
    for issue in issues:
        if issue.status == "resolved":
            continue
        raised = sorted(issue.keys, key=lambda key: (key != issue.first_raised, date.get(key, ""), key))
        later = [k for key in raised for k in heirs.get(key, ()) if k.issue in ("", issue.id)]
        nearest: dict[str, Answered] = {}
        for near in (*issue.answers, *(Answered(key=k.ends[1], kind=k.kind, quote=k.later.quote) for k in later)):
            nearest.setdefault(near.key, near)
        gaps.append(
            Gap(
                issue=issue.id,
                label=issue.label,
                status=issue.status,
                raised=tuple(raised),
                since=min((y for key in raised if (y := year.get(key))), default=None),
                quote=issue.statements[0].quote,
                nearest=tuple(nearest.values())[:_NEAREST],
            )
        )
    return sorted(gaps, key=lambda gap: (-len(gap.raised), gap.since or 9999, gap.issue))
