"""Whether a figure is of a difference ("improves F1 by 2.1 points"), and against what."""

import re

from survey.comparing.figures import Figure
from survey.comparing.measures import BETWEEN_SUBJECT, Measure, is_ratio
from survey.comparing.words import cue

_NEAR, _CLAUSE = 60, 80  # characters before a figure in which a noun, a verb tells what it is of
_AGAINST = re.compile(r"\b(?:over|than|compared (?:to|with)|against|versus|relative to) ((?!\d)(?:[\w’'./+-]+ ?){1,9})")
_NAME = r"((?!\d)(?:[\w’'./+-]+ ){1,9}?)"
_AGAINST_BEFORE = (
    re.compile(rf"\b(?:outperform|surpass|beat|exceed|improv\w+ (?:over|on|upon))(?:s|ed|ing)? {_NAME}by (?:[a-z]+ ){{0,5}}$"),
    re.compile(rf"\b(?:improvements?|gains?|increases?|reductions?|boosts?) over {_NAME}of (?:[^.;,]* and )?(?:[a-z]+ ){{0,3}}$"),
    re.compile(r"^(?:Over|Compared (?:to|with)|Relative to|Against) ((?!\d)[^,.;\d]{3,90}), "),
)
_ENDS = re.compile(
    r"\b(?:on|in|for|by|with|and|while|which|when|at|from|using|where|but|respectively|over|under|within|after|before|trained)\b.*$"
)


def is_change(text: str, figure: Figure, group: tuple[int, int], measure: Measure, unit: str) -> bool:
    """``group``: where the list of figures stands that this one is of."""
    start, end = group
    if is_ratio(measure) or (" to " in figure.value and text[: figure.start].endswith("from ")):
        return False
    if unit.endswith(("points", "point", "pp", "times", "×", "fold")) or figure.value.startswith("+") or _says("change_behind", text[end:]):
        return True
    if measure.end <= start:
        between = BETWEEN_SUBJECT.sub("", text[measure.end : start])
        changed = _says("change_verb", text[: measure.start]) and not re.search(r"\bto\b|\(", between)
        return bool(changed or _says("change_before", between) or _says("change_of", text[: measure.start]))
    verbs = cue("verb").findall(text[max(0, start - _CLAUSE) : start])
    changed = bool(verbs and verbs[-1]) and not text[:start].endswith(("to ", "with "))
    return changed or _says("change_before", text[max(0, start - _NEAR) : start]) or _says("change_far_before", text[:start])


def _says(name: str, text: str) -> bool:
    return bool(cue(name).search(text.lower()))


def goes_on(text: str, end: int, start: int) -> bool:
    """Whether what stands between two figures only joins them: "2.11% in F1 and 2.66% in AUC"."""
    joins = re.fullmatch(r"[^.;]{0,40}(?:,| and| or)(?: (?:by|up to|about))?\s", text[end:start])
    return bool(joins) and not re.search(r"achiev|obtain|reach", text[end:start])


def against(text: str, start: int, at: int) -> str:
    """What the difference is to, in the words of the sentence: told behind the figure, which ends ``at``, or before it, where it starts."""
    if match := _AGAINST.search(text, at):
        return _ENDS.sub("", match[1]).strip(" .,")
    found = (pattern.search(text[:start]) for pattern in _AGAINST_BEFORE)
    return next((match[1].strip() for match in found if match), "")
