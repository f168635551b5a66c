"""Causes by kind (:mod:`survey.causes`); what fits none of them is grouped by the terms that its issues share."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from survey.causes import falls_short, kinds_of, plainness, tier_of
from survey.tasks import Cause, CausesNamed, NameCauses, Numbered
from survey.terms import candidate_terms, term_key

_FEWEST = 4  # bones: published fish-bones have four at least, so where there are fewer a cause may stand on one issue
_TERM_WORDS = 4
_SHARING = 3  # fewer issues share a term by chance
_LAST_TIER = 2


def reply(task: NameCauses) -> CausesNamed:
    kinds = {issue.id: kinds_of(issue.text) for issue in task.issues}
    odd = [issue for issue in task.issues if any(tier_of(kind) == _LAST_TIER for kind in kinds[issue.id])]
    shared = _by_terms(odd)
    kinds |= {i: (label,) for label, ids in shared for i in ids}
    return CausesNamed(
        causes=tuple(Cause(label=label, issues=tuple(ids)) for label, ids in _grouped(task.issues, kinds, task.most).items())
    )


def _grouped(issues: Sequence[Numbered], kinds: Mapping[str, Sequence[str]], most: int) -> dict[str, list[str]]:
    """The causes that the issues speak of most often and plainly, and their issues: each under that which it speaks of most plainly."""
    count, weight = Counter[str](), Counter[str]()
    for issue in issues:
        for kind in kinds[issue.id][:1]:
            count[kind] += 1
            weight[kind] += plainness(kind, issue.text)
    ranked = sorted(count, key=lambda kind: (count[kind] == 1, tier_of(kind), -weight[kind]))
    several = sum(number > 1 for number in count.values())
    grouped: dict[str, list[str]] = {kind: [] for kind in ranked[: min(most, max(_FEWEST, several))]}
    grouped = dict(sorted(grouped.items(), key=lambda item: tier_of(item[0])))
    for issue in issues:
        fitting = next((kind for kind in kinds[issue.id] if kind in grouped), "")
        if fitting:
            grouped[fitting].append(issue.id)
    return grouped


def _by_terms(issues: Sequence[Numbered]) -> list[tuple[str, list[str]]]:
    """Issues that share a term of several words, worded as its falling short; each in one group, the largest groups first."""
    having: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for issue in issues:
        for term in candidate_terms(issue.text, most=_TERM_WORDS):
            having[term_key(term)].setdefault(issue.id, term)
    groups = []
    placed: set[str] = set()
    for key in sorted(having, key=lambda key: (-len(having[key]), -len(key), key)):
        ids = [i for i in having[key] if i not in placed]
        if len(ids) >= _SHARING and len(key) > 1:
            placed.update(ids)
            groups.append((falls_short(having[key][ids[0]]), ids))
    return groups
