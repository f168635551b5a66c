"""Marks what fails in the text itself, and takes the marks away again: no other byte is touched.

A mark is ⚑ and a note, ``⚑[^verify-1]``, as near behind the sentence as it can be placed without breaking what Markdown makes of the line;
the notes stand at the end, each with its line, the words and the reason.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import count

from survey.checking.findings import Finding
from survey.render.text import FLAG, plain

_WORDS = 8  # of a sentence, in its note
_LAST = 6  # words of a sentence by which its end is found
_WORD = re.compile(r"[^\W_]+")
_GAP = r"[^\w\[\]()]{1,20}"
_BEHIND = re.compile(r"(?:[”’\"'»)*_`.,;:!?…]|\s?\[[^\[\]\n]*\](?!\()|\s?\((?:pp?\.|[^()\n]*\d{4})[^()\n]*\))*")
_ATTRIBUTES = re.compile(r"\{[^{}]*\}$")
_NOTES = re.compile(r"\n\n(?:\[\^(verify[a-z]*)-\d+\]: [^\n]*\n)(?:\[\^\1-\d+\]: [^\n]*\n)*\Z")
_ACTIVE = re.compile(r"[\\`*_\[\]<>@$^~|#&]")


def marked(text: str, findings: Sequence[Finding]) -> str:
    """``text`` with a mark for each finding that has a fault or a warning."""
    told = [finding for finding in findings if finding.fault or finding.warning]
    if not told:
        return text
    name = next(name for name in _names() if f"[^{name}-" not in text)
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    marks = sorted(
        (_place(lines, starts, finding), number) for number, finding in enumerate(told, start=1) if finding.kind not in _UNMARKED
    )
    pieces, at = [], 0
    for place, number in marks:
        pieces += [text[at:place], f"{FLAG}[^{name}-{number}]"]
        at = place
    notes = "".join(f"[^{name}-{number}]: {_note(finding)}\n" for number, finding in enumerate(told, start=1))
    return f"{''.join(pieces)}{text[at:]}\n\n{notes}"


def unmarked(text: str) -> str:
    """The text before it was :func:`marked`."""
    notes = _NOTES.search(text)
    return re.sub(rf"{FLAG}\[\^{notes[1]}-\d+\]", "", text[: notes.start()]) if notes else text


_UNMARKED = ("title", "deleted")  # a head of YAML holds no notes; what was deleted has no place


def _names() -> Iterator[str]:
    return (f"verify{'z' * n}" for n in count())


def _place(lines: Sequence[str], starts: Sequence[int], finding: Finding) -> int:
    """Where the mark of a finding goes: behind its last words, if these stand in its lines once; else at the end of its last line."""
    first = min(max(finding.line, 1), len(lines)) - 1
    last = min(max(finding.ends, finding.line, 1), len(lines)) - 1
    line = lines[last].rstrip()
    end = starts[last] + len(line)
    if finding.kind == "row" and line.endswith("|"):
        return end - 1
    if finding.kind == "heading":
        return starts[last] + len(_ATTRIBUTES.sub("", line.rstrip().rstrip("#").rstrip()).rstrip())
    words = _WORD.findall(finding.text)[-_LAST:]
    region = "\n".join(lines[first : last + 1])
    for fewer in range(len(words)):
        found = list(re.finditer(rf"(?<!\w){_GAP.join(map(re.escape, words[fewer:]))}(?!\w)", region)) if words else []
        if len(found) == 1:
            behind = _BEHIND.match(region, found[0].end())
            return starts[first] + (behind.end() if behind else found[0].end())
    return end


def _note(finding: Finding) -> str:
    words = finding.text.split()
    begun = " ".join(words[:_WORDS]) + (" …" if len(words) > _WORDS else "")
    return _ACTIVE.sub(r"\\\g<0>", plain(f"line {finding.line}, “{begun}”: {'; '.join(filter(None, (finding.fault, finding.warning)))}"))
