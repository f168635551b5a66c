"""Where a text puts words between quotation marks, as a person types them.

Read are “…”, "…", «…», »…«, „…“ and, where no apostrophe can be meant, ‘…’.

“ and ” are the form of :mod:`survey.render.markdown` and go before all others, so that what it wrote is read exactly.
"""

import re
from typing import NamedTuple

_LOW = re.compile(r"„(?:[^“”„]*[^\s“”„])?[“”](?!\w)")
_STRAIGHT = re.compile(r'(?<!\w)"(?=[^\s"])(?:[^"]*?\S"(?!\w)|.*\Z)', re.DOTALL)
_ANGLED = re.compile(r"«[^«»]*(?:»|\Z)|(?<!\w)»[^\s«»][^«»]*«(?!\w)")
_SINGLE = re.compile(r"(?<!\w)‘(?=\S)(?P<rest>[^‘\[@]*)")
_SINGLE_END = re.compile(r"(?<=\S)’(?!\w)")


class Span(NamedTuple):
    """``start`` is the opening ``mark``, ``end`` the character after the closing one; one that is never closed ends behind the text."""

    start: int
    end: int
    mark: str


def quotations(shape: str) -> list[Span]:
    """The quotations of a text in order. One inside another of the same kind belongs to it."""
    curly = _curly(shape)
    rest = list(shape)
    for span in curly:
        rest[span.start : span.end] = "\0" * (min(span.end, len(shape)) - span.start)
    others = _others("".join(rest))
    return sorted([*curly, *others])


def is_open(shape: str) -> bool:
    """Whether a quotation that was begun goes on behind the text."""
    return any(span.end > len(shape) for span in quotations(shape))


def _curly(shape: str) -> list[Span]:
    """Each outermost “…” or „…“."""
    spans: list[Span] = []
    depth = start = at = 0
    while at < len(shape):
        char = shape[at]
        if not depth and char == "„" and (low := _LOW.match(shape, at)):
            spans.append(Span(at, low.end(), char))
            at = low.end()
            continue
        if char == "“":
            start = start if depth else at
            depth += 1
        elif char == "”" and depth:
            depth -= 1
            if not depth:
                spans.append(Span(start, at + 1, "“"))
        at += 1
    return [*spans, Span(start, len(shape) + 1, "“")] if depth else spans


def _others(shape: str) -> list[Span]:
    found = []
    for pattern in (_STRAIGHT, _ANGLED):
        for match in pattern.finditer(shape):
            closed = len(match[0]) > 1 and match[0][-1] in '"«»'
            found.append(Span(match.start(), match.end() if closed else len(shape) + 1, match[0][0]))
    for match in _SINGLE.finditer(shape):
        ends = list(_SINGLE_END.finditer(match["rest"]))
        if len(ends) == 1:  # with more, one of them may be an apostrophe: the students’
            found.append(Span(match.start(), match.start("rest") + ends[0].end(), "‘"))
    outermost: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if not outermost or span.end > outermost[-1].end:
            outermost.append(span)
    return outermost
