"""Borne out when the quotes hold the sentence's numbers and its words; the measure is :func:`survey.support.coverage`."""

from survey.support import coverage, missing_numbers
from survey.tasks import CheckSupport, SupportChecked


def reply(task: CheckSupport) -> SupportChecked:
    if missing_numbers(task.sentence, task.quotes):
        return SupportChecked(verdict="not")
    share = coverage(task.sentence, task.quotes)
    return SupportChecked(verdict="supported" if share >= 0.6 else "partly" if share >= 0.3 else "not")
