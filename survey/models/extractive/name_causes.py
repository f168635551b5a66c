"""Causes by kind (:mod:`survey.causes`)."""

from survey.causes import kind_of
from survey.tasks import Cause, CausesNamed, NameCauses


def reply(task: NameCauses) -> CausesNamed:
    grouped: dict[str, list[str]] = {}
    for issue in task.issues:
        label = kind_of(issue.text)
        if label:
            grouped.setdefault(label, []).append(issue.id)
    order = sorted(grouped, key=lambda label: (-len(grouped[label]), label))[: task.most]
    return CausesNamed(causes=tuple(Cause(label=label, issues=tuple(grouped[label])) for label in order))
