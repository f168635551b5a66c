"""Running prose parted into sentences, as a person or another tool writes it: several in a line, or one over several lines.

Where a sentence ends is for :mod:`survey.passages` to say. It is shown the text with its quotations and citations blotted out, so that no
sentence ends within one; and a citation behind a full stop stays with the sentence before it: "as they say.[12] Then …".
"""

import re
from collections.abc import Iterator, Sequence

from survey.passages import split_sentences
from survey.quotations import quotations
from survey.records import Paper
from survey.render.marks import Mark

_STOPPED = re.compile(r"[.?!…][”’\"'»)]*\s*$")
_BEGINS = re.compile(r"\s*$|\s+[^\w\s]*[^\Wa-zß-ÿ]")
_BEFORE = 40  # characters before a citation, among them the stop that it may stand behind


def sentence_spans(text: str, shape: str, marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """The sentences of a paragraph, in order, without the white space between them."""
    letters = [" " if char == "\n" else char for char in text]
    stopped: list[int] = []  # the ends of quotations that end in a stop of their own
    for start, end, _ in quotations(shape):
        inner = text[start + 1 : end - 1].strip()
        if _STOPPED.search(inner):
            stopped.append(min(end, len(shape)))
        _blot(letters, start, min(end, len(shape)), "X" if inner[:1].isupper() or inner[:1].isdigit() else "x")
    ends: list[int] = []
    for mark in _runs(shape, marks):
        stop = _STOPPED.search("".join(letters[max(0, mark.start - _BEFORE) : mark.start]))
        quoted = next((end for end in stopped if end <= mark.start and not shape[end : mark.start].strip()), None)
        if quoted is not None:
            stopped.remove(quoted)
        if (stop or quoted is not None) and _BEGINS.match(shape, mark.end):
            ends.append(mark.end)
            _blot(letters, mark.start - (len(stop[0]) if stop else 0), mark.end, "x")
        _blot(letters, mark.start, mark.end, "x")
    ends = sorted([*ends, *(end for end in stopped if _BEGINS.match(shape, end))])
    found = split_sentences(Paper(text="".join(letters)))
    return [span for sentence in found for span in _cut(shape, sentence.start, sentence.end, ends)]


def _runs(shape: str, marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks that are no words of the text; those that stand side by side, "[1][2]", as one."""
    run: Mark | None = None
    for mark in sorted(mark for mark in marks if not mark.spoken):
        if run and not shape[run.end : mark.start].strip(" ,"):
            run = run._replace(end=mark.end)
        else:
            if run:
                yield run
            run = mark
    if run:
        yield run


def _blot(letters: list[str], start: int, end: int, first: str) -> None:
    """Puts one long word there."""
    places = [at for at in range(start, end) if at > start or not letters[at].isspace()]
    for at in places:
        letters[at] = "x"
    if places:
        letters[places[0]] = first


def _cut(shape: str, start: int, end: int, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    for cut in (*(at for at in ends if start < at < end and shape[at:end].strip()), end):
        while start < cut and shape[start].isspace():
            start += 1
        if start < cut:
            yield start, cut
        start = cut
