"""Checks saved answers: their record against the library, and what is read against the record."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from survey.checking.findings import Finding, Lookup, notice_of
from survey.checking.written import compared, fault_of, misplaced, reference_fault, row_of_evidence
from survey.records import Answer, Claim, Talk
from survey.render.answer import Saved, visible
from survey.render.draft import DraftSentence, read_draft
from survey.render.text import plain

CHANGED = "is not what the record at the end of the file says: one of the two was changed after it was saved"
DELETED = "stands in the record at the end of the file and not here: it was deleted after it was saved"


def check_saved(path: Path, saved: Saved, paper: Lookup) -> list[Finding]:
    """A Markdown file: the sentences and rows of the record with their quotes, the nearest papers, the facts of each paper; and whatever
    is not written as the record has it."""
    said, written = read_draft(saved.text), read_draft(visible(saved.talk))
    changed, gone = compared([_told(s) for s in written], [_told(s) for s in said])
    found = _located(path, saved.talk, paper, _Lines(((s.line, s.text) for s in said), lambda words: plain(words).rstrip(".")))
    found += [_finding(path, said[at], said[at].line, CHANGED) for at in sorted(changed)]
    return found + [_finding(path, written[was], said[min(at, len(said) - 1)].line if said else 1, DELETED) for at, was in gone]


def check_json(path: Path, text: str, talk: Talk, paper: Lookup) -> list[Finding]:
    """The same as JSON, which holds nothing but the record."""
    return _located(path, talk, paper, _Lines(enumerate(text.split("\n"), start=1), lambda words: json.dumps(words, ensure_ascii=False)))


class _Lines:
    """Looks texts up in the order of a file: the line of the next that holds one, else of the last that was found. ``written``: how a text
    stands there."""

    def __init__(self, lines: Iterable[tuple[int, str]], written: Callable[[str], str]) -> None:
        self._lines = list(lines)
        self._written = written
        self._at = 0

    def __call__(self, text: str) -> int:
        words = self._written(text)
        self._at = next((at for at in range(self._at, len(self._lines)) if words in self._lines[at][1]), self._at)
        return self._lines[self._at][0] if self._lines else 1


def _located(path: Path, talk: Talk, paper: Lookup, line_of: Callable[[str], int]) -> list[Finding]:
    return [found.model_copy(update={"line": line_of(found.text), "file": path.name}) for a in talk.answers for found in _checked(a, paper)]


def _checked(answer: Answer, paper: Lookup) -> Iterator[Finding]:
    listed = {reference.key for reference in answer.papers}

    def checked(text: str, citekeys: Sequence[str], fault: str, warning: str = "") -> Finding:
        unlisted = next((f"cites @{key}, which is not among its papers" for key in citekeys if key not in listed), "")
        keys = tuple(dict.fromkeys(citekeys))
        return Finding(file="", line=1, section=answer.question, text=text, citekeys=keys, fault=fault or unlisted, warning=warning)

    yield checked(answer.question, (), "")
    for number, claim in enumerate(answer.claims, start=1):
        for sentence in claim.sentences:
            warning = "; ".join(filter(None, (notice_of(paper(key)) for key in sentence.citekeys)))
            yield checked(sentence.text, sentence.citekeys, fault_of(sentence, paper), warning)
        if wrong := _miscounted(claim):
            yield checked(f"Confidence of claim {number}", (), wrong)
    for found in answer.differences:
        there = min(found.one, found.other) >= 0 and max(found.one, found.other) < len(answer.claims)
        yield checked(found.reason, (), "" if there else "is of a claim that is not in the answer")
    if answer.table:
        for row, quotes in zip(answer.table.rows, answer.table.evidence, strict=False):
            yield checked(row[0] if row else "", [q.key for q in quotes], row_of_evidence(row, quotes, paper, ()))
    for near in answer.nearest:
        if near.quote:
            yield checked(near.quote.text, (near.key,), misplaced(near.quote, paper))
    for reference in answer.papers:
        yield checked(reference.key, (reference.key,), reference_fault(reference, paper(reference.key)), notice_of(paper(reference.key)))


def _miscounted(claim: Claim) -> str:
    """What the confidence of a claim counts, against the claim."""
    told, quotes = claim.standing, claim.quotes
    wrong = told.quotes and (told.quotes, told.papers) != (len(quotes), len({quote.key for quote in quotes}))
    return f"its confidence counts {told.quotes} quotes of {told.papers} papers, which is not what it has" if wrong else ""


def _told(sentence: DraftSentence) -> tuple[object, ...]:
    """What must be the same; how lines are broken and characters escaped may differ."""
    return sentence.kind, sentence.text, sentence.citations


def _finding(path: Path, sentence: DraftSentence, line: int, fault: str) -> Finding:
    return Finding(file=path.name, line=line, section=sentence.section, text=sentence.text, citekeys=sentence.citekeys, fault=fault)
