"""What a collection leaves open: each issue that nobody resolved for good, who raised it, and who came nearest to it."""

from collections.abc import Iterable, Sequence

from survey.records import Issue, Link, LinkKind, Quote, Record, Reference, Status

_NEAREST = 3
_ATTEMPTS: tuple[LinkKind, ...] = ("partly_resolves", "resolves", "inherits")
"""The nearest attempts first; a paper that resolves is one where others raise the issue again. Who works on the task may come to it."""


class Attempt(Record):
    """A paper that comes near, how, and in what words."""

    key: str
    kind: LinkKind
    quote: Quote


class Gap(Record):
    """An issue that is not resolved: ``raised`` are the papers that raise it, the oldest first; ``since`` is the year of the first."""

    issue: str
    label: str
    status: Status
    raised: tuple[str, ...]
    since: int | None
    quote: Quote
    nearest: tuple[Attempt, ...] = ()


def find_gaps(issues: Iterable[Issue], links: Iterable[Link], papers: Iterable[Reference]) -> list[Gap]:
    """Those that most papers raise come first, then the oldest; of papers without a date nothing is known."""
    date = {p.key: p.date if p.year else "9999" for p in papers}
    year = {p.key: p.year for p in papers}
    of_issue: dict[str, list[Link]] = {}
    of_paper: dict[str, list[Link]] = {}
    for link in links:
        if link.kind == "inherits":
            of_paper.setdefault(link.ends[0], []).append(link)
        elif link.kind in _ATTEMPTS:
            of_issue.setdefault(link.issue, []).append(link)
    gaps = []
    for issue in issues:
        if issue.status == "resolved":
            continue
        raised = sorted(issue.keys, key=lambda key: (key != issue.first_raised, date.get(key, ""), key))
        near = [*of_issue.get(issue.id, ()), *(k for key in raised for k in of_paper.get(key, ()) if k.issue in ("", issue.id))]
        gaps.append(
            Gap(
                issue=issue.id,
                label=issue.label,
                status=issue.status,
                raised=tuple(raised),
                since=min((y for key in raised if (y := year.get(key))), default=None),
                quote=issue.statements[0].quote,
                nearest=tuple(_nearest(near)),
            )
        )
    return sorted(gaps, key=lambda gap: (-len(gap.raised), gap.since or 9999, gap.issue))


def _nearest(links: Sequence[Link]) -> list[Attempt]:
    ranked = sorted(links, key=lambda k: (_ATTEMPTS.index(k.kind), -k.score, k.id))
    first = {link.ends[1]: link for link in reversed(ranked)}
    best = sorted(first.values(), key=lambda k: (_ATTEMPTS.index(k.kind), -k.score, k.id))
    return [Attempt(key=link.ends[1], kind=link.kind, quote=link.later.quote) for link in best[:_NEAREST]]
