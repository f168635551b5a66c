"""What `chains`, `gaps` and `verify` give back."""

from survey.gaps import Gap
from survey.records import Chain, Link, LinkKind, Record, Status
from survey.serving.results import Line, PaperFacts, Words

_KEYS, _STEPS = 30, 40


class Step(Record):
    """What the paper of `words` does to the `earlier` one. `verdict`: it says so itself, or it is inferred, for the `reason` told."""

    earlier: Line
    kind: LinkKind
    verdict: Line
    reason: Line
    words: Words

    @classmethod
    def of(cls, link: Link) -> "Step":
        return cls(earlier=link.ends[0], kind=link.kind, verdict=link.verdict, reason=link.reason, words=Words.of(link.later.quote))


class Course(Record):
    """A problem that a paper raised, the `steps` of later papers that took it up, and what the last of them `left` open."""

    id: Line
    issue: Line
    raised: Words
    steps: tuple[Step, ...]
    left: tuple[Words, ...] = ()

    @classmethod
    def of(cls, chain: Chain, label: str) -> "Course":
        return cls(
            id=chain.id,
            issue=label,
            raised=Words.of(chain.links[0].earlier.quote),
            steps=tuple(Step.of(link) for link in chain.links[:_STEPS]),
            left=tuple(Words.of(statement.quote) for statement in chain.left[:_STEPS]),
        )


class Courses(Record):
    """`total` chains, of which these are some. Where there are more, `next_offset` is the `offset` that goes on."""

    total: int
    chains: tuple[Course, ...]
    papers: tuple[PaperFacts, ...]
    next_offset: int | None = None
    remarks: tuple[Line, ...] = ()


class Attempt(Record):
    """A paper that comes near a problem: answers it in part (`partly_resolves`), disputedly (`resolves`), or works on it (`inherits`)."""

    kind: LinkKind
    words: Words


class OpenProblem(Record):
    """A problem that no later paper resolved for good. `raised_by`: citekeys, the oldest first, `papers` of them in all."""

    problem: Line
    status: Status
    papers: int
    raised_by: tuple[Line, ...]
    since: int | None
    words: Words
    nearest: tuple[Attempt, ...] = ()

    @classmethod
    def of(cls, gap: Gap) -> "OpenProblem":
        return cls(
            problem=gap.label,
            status=gap.status,
            papers=len(gap.raised),
            raised_by=gap.raised[:_KEYS],
            since=gap.since,
            words=Words.of(gap.quote),
            nearest=tuple(Attempt(kind=near.kind, words=Words.of(near.quote)) for near in gap.nearest),
        )


class OpenProblems(Record):
    """`total` problems, what most papers raise first. Where there are more, `next_offset` is the `offset` that goes on."""

    total: int
    gaps: tuple[OpenProblem, ...]
    papers: tuple[PaperFacts, ...]
    next_offset: int | None = None
    remarks: tuple[Line, ...] = ()


# ---------------------------------------------------------------- a draft


class Fault(Record):
    """A sentence of the draft, the line that it begins on, and what does not hold of it."""

    line: int
    section: Line
    text: Line
    cites: tuple[Line, ...]
    fault: Line


class Verified(Record):
    """`checked` sentences, rows and quotes, `cited` of them with citations. `failed`: what does not hold; `warned`: what holds, of a paper
    retracted since. `not_in_library`: what could not be checked. Of each list at most as many as was asked for; the numbers are of all."""

    checked: int
    cited: int
    failures: int
    warnings: int
    unchecked: int
    failed: tuple[Fault, ...] = ()
    warned: tuple[Fault, ...] = ()
    not_in_library: tuple[Line, ...] = ()
