"""The fish-bone of the field: the problem as its head, its causes as bones, each with the words of the papers."""

from collections.abc import Sequence

from survey.causes import kind_of
from survey.records import Bone, FishBone, Issue
from survey.support import coverage, plain_label
from survey.tasks import Model, NameCauses, Numbered

_LABEL_WORDS = 12  # the longest label seen in 62 published fish-bones
_OWN_SHARE = 0.5  # of the telling words of a cause that the words behind its issues must have


def build_fishbone(head: str, issues: Sequence[Issue], model: Model, most_bones: int, most_twigs: int) -> FishBone:
    """Bones in the order of how many issues stand behind them; twigs: problems before what is
    left open, those first that most papers raise, most plainly."""
    if not issues:
        return FishBone(head=head)
    by_id = {str(n): issue for n, issue in enumerate(issues, start=1)}
    numbered = tuple(Numbered(id=name, text=issue.statements[0].quote.text) for name, issue in by_id.items())
    bones = []
    placed: set[str] = set()
    labels: set[str] = set()
    for cause in model.reply(NameCauses(head=head, issues=numbered, most=most_bones)).causes[:most_bones]:
        ids = [i for i in dict.fromkeys(cause.issues) if i in by_id and i not in placed]
        placed.update(ids)
        if ids:
            bones.append(_bone(_borne_out(cause.label, [by_id[i] for i in ids]), [by_id[i] for i in ids], most_twigs, labels))
    return FishBone(head=_short(head), bones=tuple(bones))


def _borne_out(label: str, issues: Sequence[Issue]) -> str:
    """The label in plain words; "" where the papers' words neither have it nor speak of it as a known kind of cause."""
    plain = plain_label(label)
    quotes = [statement.quote.text for issue in issues for statement in issue.statements]
    if plain in map(kind_of, quotes) or coverage(plain, quotes) >= _OWN_SHARE:
        return plain
    return ""


def _bone(label: str, issues: Sequence[Issue], most_twigs: int, labels: set[str]) -> Bone:
    """``labels``: those used already, which are not used again. A bone without a label of its own has that of its first issue."""
    ranked = sorted(issues, key=lambda i: (i.statements[0].role != "improvable", -len(i.keys), -i.statements[0].weight, i.id))
    twigs: list[Bone] = []
    for issue in ranked:
        if len(twigs) < most_twigs and issue.label.casefold() not in labels:
            labels.add(issue.label.casefold())
            twigs.append(Bone(kind="issue", label=_short(issue.label), issue=issue.id, quotes=tuple(s.quote for s in issue.statements)))
    return Bone(
        kind="cause",
        label=_short(label or ranked[0].label),
        quotes=tuple(i.statements[0].quote for i in ranked),
        children=tuple(twigs),
        more=len(ranked) - len(twigs),
    )


def _short(label: str) -> str:
    words = label.split()
    return label if len(words) <= _LABEL_WORDS else " ".join(words[:_LABEL_WORDS]) + " …"
