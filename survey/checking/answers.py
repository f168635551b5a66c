"""Checks saved answers: their record against the library, and what is read against the record."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from survey.checking.findings import Finding, Lookup, notice_of
from survey.checking.written import compared, fault_of, is_citation, misplaced, reference_fault, row_of_evidence
from survey.quotations import quotations
from survey.records import Answer, Claim, Difference, Paper, Quote, Reference, Sentence, Talk
from survey.render.answer import Saved, answer_json, visible
from survey.render.answer.words import counted
from survey.render.draft import DraftSentence, read_draft
from survey.render.text import plain
from survey.support import evidence_faults, missing_numbers
from survey.support.quotes import misquoted

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
    """The same as JSON, which holds the record, and beside it what is derived from it."""
    data = json.loads(text)
    found = _located(path, talk, paper, _Lines(enumerate(text.split("\n"), start=1), lambda words: json.dumps(words, ensure_ascii=False)))
    for raw, answer in zip(data.get("answers", [data]), talk.answers, strict=True):
        if _derived(raw) != _derived(json.loads(json.dumps(answer_json(answer)))):
            told = "its numbered evidence or its citations are not those of its claims"
            found.append(Finding(file=path.name, line=1, section=answer.question, text=answer.question, fault=told))
    return found


def _derived(data: dict[str, Any]) -> object:
    """What of an answer as JSON follows from the rest."""
    said = [part for claim in data.get("claims", ()) for part in (claim, claim["sentence"], *claim.get("likewise", ()))]
    return data.get("evidence"), [part.get("citations") for part in said], (data.get("table") or {}).get("citations")


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

    there = bool(answer.claims or answer.table)
    agrees = answer.found == there and (there or not answer.differences)
    yield checked(answer.question, (), "" if agrees else "says that it was found, or not, against what it holds")
    papers = {reference.key: reference for reference in answer.papers}
    for number, claim in enumerate(answer.claims, start=1):
        for sentence in claim.sentences:
            warning = "; ".join(filter(None, (notice_of(paper(key)) for key in sentence.citekeys)))
            yield checked(sentence.text, sentence.citekeys, fault_of(sentence, paper) or _unborne(sentence, answer, papers), warning)
        if wrong := _miscounted(number - 1, answer, papers, paper):
            yield checked(f"Confidence of claim {number}", (), wrong)
    for found in answer.differences:
        yield checked(found.reason, (), _undiffering(found, answer.claims))
    if answer.table:
        if len(answer.table.rows) != len(answer.table.evidence):
            yield checked("Table", (), "has rows that rest on nothing")
        for row, quotes in zip(answer.table.rows, answer.table.evidence, strict=False):
            yield checked(
                row[0] if row else "", [q.key for q in quotes], row_of_evidence(row, quotes, paper, ()) or _other_row(row, quotes)
            )
    for near in answer.nearest:
        if near.quote:
            yield checked(near.quote.text, (near.key,), misplaced(near.quote, paper))
    for reference in answer.papers:
        yield checked(reference.key, (reference.key,), reference_fault(reference, paper(reference.key)), notice_of(paper(reference.key)))


_BYLINE = re.compile(r"\((?P<year>\d{4}|n\.d\.)[a-z]?(?:, retracted)?\)")
_GRAPH = ("open", "solved", "raised", "after", "before")
"""Kinds whose sentences code makes around quotations: their words are its own, and need not stand in the quotes."""


def _unborne(sentence: Sentence, answer: Answer, papers: Mapping[str, Reference]) -> str:
    """What the writer's check would say of a sentence, and whether it names other papers than it cites."""
    if sentence.kind != "claim":
        return "is no claim that rests on quotes"
    mine = [papers[key] for key in sentence.citekeys if key in papers]
    names = sorted({name for one in mine for name in (one.byline, one.byline.rpartition(" (")[0])}, key=len, reverse=True)
    texts = [quote.text for quote in sentence.quotes]
    text = _without_letters(sentence.text)
    if other := _other_byline(text, names, texts):
        return f"names “{other}”, which is none of the papers that it cites"
    found = evidence_faults(text, texts, names, [one.title for one in mine])
    if answer.kind in _GRAPH:
        spelt = all(f"“{words}”" in text for words in texts)
        return next((one.reason for one in found if one.check in ("quotation", "number", "unit")), "") or (
            "" if spelt else "does not spell out its quotes"
        )
    return next((one.reason for one in found if one.grave or sentence.verdict != "flagged"), "")


def _without_letters(text: str) -> str:
    return re.sub(r"(\((?:\d{4}|n\.d\.))[a-z](?=[,)])", r"\1", text)


def _other_byline(text: str, names: Sequence[str], quotes: Sequence[str]) -> str:
    """The first byline outside of quotations that is none of ``names``; a year in brackets elsewhere may be the quotes' own."""
    own = text
    for start, end, _ in reversed(list(quotations(text))):
        own = own[:start] + " " * (end - start) + own[end:]
    for name in names:
        if "(" in name:
            own = own.replace(name, " " * len(name))
    for found in _BYLINE.finditer(own):
        first = text[: found.end()].count(" ") < _FIRST and own[found.end() : found.end() + 1] == ":"
        if first or not any(found["year"] in quote for quote in quotes):
            return own[: found.end()].strip()[-60:]
    return ""


_FIRST = 40  # words in which a claim that names its paper first has done so


def _undiffering(found: Difference, claims: Sequence[Claim]) -> str:
    if not (min(found.one, found.other) >= 0 and max(found.one, found.other) < len(claims)):
        return "is of a claim that is not in the answer"
    texts = [quote.text for at in (found.one, found.other) for quote in claims[at].quotes]
    told = found.reason.partition(" for the ")[0]  # behind it stands what was measured, whose name may hold a number
    missing = missing_numbers(told, texts)
    return f"the number {missing[0]} stands in none of the quotes that differ" if missing else ""


def _other_row(row: Sequence[str], quotes: Sequence[Quote]) -> str:
    """A row cites the papers of its quotes, and quotes them."""
    cited = {key.removeprefix("@") for cell in row if is_citation(cell) for key in cell.split("; ")}
    if cited != {quote.key for quote in quotes}:
        return "cites other papers than those of its quotes"
    words = next(filter(None, (misquoted(cell, [quote.text for quote in quotes]) for cell in row)), "")
    return f"the quotation “{words}” stands in none of its quotes" if words else ""


def _miscounted(at: int, answer: Answer, papers: Mapping[str, Reference], paper: Lookup) -> str:
    """What the confidence of a claim counts, against the claim, and its level against what is counted."""
    from survey.answering.standing import level, standing  # loads numpy

    claim = answer.claims[at]
    told, known = claim.standing, _as_saved(claim, papers, paper)
    if known is None:
        return ""  # told of the sentence
    again = standing(claim, told.differing, known)
    if again.model_copy(update={"level": told.level}) != told:
        counts = f"{counted(told.quotes, 'quote')} of {counted(told.papers, 'paper')}"
        return f"its confidence counts {counts} ({told}), which is not what it has ({again})"
    least, most = (_opponents(at, answer, sure) for sure in (True, False))
    if not least <= told.differing <= most:
        number = "1 paper that says" if told.differing == 1 else f"{told.differing} papers that say"
        return f"its confidence counts {number} otherwise, which is not what the answer tells"
    may = {level(again)}
    if answer.kind in _GRAPH:  # less sure by how it was found
        may |= {"low", "medium"} if not claim.likewise and len({*claim.sentence.citekeys}) > 1 else {"low"}
    return "" if told.level in may else f"its confidence is “{told.level}”, and by what is counted “{level(again)}”"


def _as_saved(claim: Claim, papers: Mapping[str, Reference], paper: Lookup) -> dict[str, Paper] | None:
    """The papers of its quotes, with the notices that were known when it was saved."""
    known = {}
    for key in {quote.key for quote in claim.quotes}:
        found = paper(key)
        if found is None or key not in papers:
            return None
        known[key] = found.model_copy(update={"notice": papers[key].notice})
    return known


def _opponents(at: int, answer: Answer, sure: bool) -> int:
    """How many papers say otherwise; ``sure``: without those that other data or methods may explain."""
    mine = {quote.key for quote in answer.claims[at].quotes}
    keys: set[str] = set()
    for found in answer.differences:
        other = {found.one: found.other, found.other: found.one}.get(at)
        if (
            other is not None
            and 0 <= other < len(answer.claims)
            and not (sure and any(c.name in ("data", "method") for c in found.conditions))
        ):
            keys |= {quote.key for quote in answer.claims[other].quotes} - mine
    return len(keys)


def _told(sentence: DraftSentence) -> tuple[object, ...]:
    """What must be the same; how lines are broken and characters escaped may differ."""
    return sentence.kind, sentence.text, sentence.citations


def _finding(path: Path, sentence: DraftSentence, line: int, fault: str) -> Finding:
    return Finding(file=path.name, line=line, section=sentence.section, text=sentence.text, citekeys=sentence.citekeys, fault=fault)
