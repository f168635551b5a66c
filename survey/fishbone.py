"""The fish-bone of the field: its problem as the head, the causes as bones, on each the issues that stand for it and who answered them.

The model proposes; a cause stands only where its issues' words bear it out, and is "stated" only where one of them says so outright.
"""

from collections import Counter
from collections.abc import Sequence

from survey.causes import borne_out, falls_short, kinds_of, says_wrong, states
from survey.labels import shortened
from survey.phrases import Phrases
from survey.phrases.told import ENGLISH
from survey.records import Bone, FishBone, Issue
from survey.support import plain_label
from survey.tasks import Model, NameCauses, Numbered

MOST_NODES = 40
"""Printed fish-bones have 16 to 41 nodes."""
LABEL_WORDS = 6
_SUBJECT_WORDS = 3  # of a field that the head names within its six words


def build_fishbone(
    topic: str,
    field: str,
    issues: Sequence[Issue],
    model: Model,
    most_bones: int,
    most_twigs: int,
    say: Phrases = ENGLISH,
) -> FishBone:
    """Bones in the order in which the model names them; on each the issues that most papers raise or answer, then the plainest.

    ``topic``: what was asked for, or ""; ``field``: what the papers are about.
    """
    head, rest_of_head = head_of(topic, field, say)
    if not issues:
        return FishBone(head=head, field=rest_of_head)
    by_id = {str(n): issue for n, issue in enumerate(issues, start=1)}
    numbered = tuple(Numbered(id=name, text=issue.statements[0].quote.text) for name, issue in by_id.items())
    causes: dict[str, list[Issue]] = {}
    placed: set[str] = set()
    for cause in model.reply(NameCauses(head=head, issues=numbered, most=most_bones)).causes[:most_bones]:
        ids = [i for i in dict.fromkeys(cause.issues) if i in by_id and i not in placed]
        label = _worded(cause.label, [by_id[i] for i in ids]) or _known([by_id[i] for i in ids])
        if ids and label:
            placed.update(ids)
            causes.setdefault(label, []).extend(by_id[i] for i in ids)
    twigs = min(most_twigs, (MOST_NODES - 1) // max(1, len(causes)) - 1)
    return FishBone(
        head=head,
        field=rest_of_head,
        bones=tuple(_bone(label, under, twigs) for label, under in causes.items()),
        rest=tuple(issue.id for name, issue in by_id.items() if name not in placed),
    )


def head_of(topic: str, field: str, say: Phrases = ENGLISH) -> tuple[str, str]:
    """The problem of the field, and the field where the problem does not name it. A topic that was asked for is always named."""
    subject = topic or field
    if topic or ("," not in subject and len(subject.split()) <= _SUBJECT_WORDS):
        last = subject.split()[-1].lower() if subject.split() else ""
        several = " and " in subject or (last.endswith("s") and not last.endswith(("ss", "us", "is", "ics")))
        return say("told.head", subject=subject, n=2 if several else 1), ""
    return say("told.head_of_all"), subject


def _worded(label: str, issues: Sequence[Issue]) -> str:
    """The label as a cause, in plain words: what only names something is said to fall short. "" where the papers do not bear it out."""
    plain = plain_label(label, LABEL_WORDS)
    if not plain or not borne_out(plain, [s.quote.text for issue in issues for s in issue.statements]):
        return ""
    if says_wrong(plain):
        return plain
    return falls_short(plain) if len(plain.split()) <= LABEL_WORDS - 2 else ""


def _known(issues: Sequence[Issue]) -> str:
    """The kind of cause that most of the issues speak of first, for a label that was not borne out; "" where there is none."""
    kinds = Counter(kind for issue in issues for kind in kinds_of(issue.statements[0].quote.text)[:1])
    return min(kinds, key=lambda kind: (-kinds[kind], kind), default="")


def _bone(label: str, issues: Sequence[Issue], most: int) -> Bone:
    def attention(issue: Issue) -> tuple[int, bool, float, str]:
        papers = {*issue.keys, *(answer.key for answer in issue.answers)}
        return -len(papers), issue.statements[0].role != "improvable", -issue.statements[0].weight, issue.id

    ranked = sorted(issues, key=attention)
    twigs: dict[str, Bone] = {}
    for issue in ranked:
        name = shortened(issue.label, LABEL_WORDS)
        if len(twigs) < most and name.casefold() not in twigs:  # the same words on two twigs tell a reader nothing
            twigs[name.casefold()] = Bone(
                kind="issue",
                label=name,
                issue=issue.id,
                quotes=tuple(s.quote for s in issue.statements),
                status=issue.status,
                answers=issue.answers,
            )
    shown = {twig.issue for twig in twigs.values()}
    outright = [s.quote for issue in ranked for s in issue.statements if states(label, s.quote.text)]
    quotes = [*outright[:1], *(issue.statements[0].quote for issue in ranked)]
    return Bone(
        label=label,
        quotes=tuple({(quote.key, quote.start): quote for quote in quotes}.values()),
        stated=bool(outright),
        children=tuple(twigs.values()),
        rest=tuple(issue.id for issue in ranked if issue.id not in shown),
    )
