"""Checks what the program wrote for programs: survey.json and evidence.jsonl."""

import json
import re
from collections.abc import Collection, Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from pydantic import BaseModel

from survey.checking.findings import RECORD, Finding, Lookup, notice_of
from survey.errors import UnreadableDraft
from survey.records import Paper, Quote, Reference, Section, Sentence, Survey, Theme
from survey.render.evidence import evidence_jsonl, read_survey_json
from survey.render.text import plain
from survey.support import fault, find_quote, missing_numbers, names_of, normalised, quote_stands

CHANGED = f"is not what {RECORD} beside it says: one of the two was changed after the survey was written"
DELETED = f"stands in {RECORD} and not here: it was deleted after the survey was written"


def record_in(path: Path, text: str) -> Survey:
    """Raises :class:`UnreadableDraft`."""
    try:
        return read_survey_json(text)
    except ValueError as error:
        raise UnreadableDraft(path, f"it is no {RECORD}: {error}") from error


def compared(written: Sequence[Hashable], said: Sequence[Hashable]) -> tuple[set[int], list[tuple[int, int]]]:
    """What of ``said`` is not as it was ``written``, and (place in ``said``, place in ``written``) of what is gone."""
    changed: set[int] = set()
    gone = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, written, said, autojunk=False).get_opcodes():
        if tag != "equal":
            changed |= set(range(b1, b2))
            gone += [(b2, at) for at in range(a1 + b2 - b1, a2)]
    return changed, gone


# ---------------------------------------------------------------- survey.json


def check_record(path: Path, text: str, paper: Lookup) -> list[Finding]:
    """Its sentences and rows, every quote beside them once, its papers."""
    return list(_checked(path, text, paper))


def _checked(path: Path, text: str, paper: Lookup) -> Iterator[Finding]:
    survey = record_in(path, text)
    at, line = 0, 1

    def checked(words: str, section: str, citekeys: tuple[str, ...], found: str, warning: str = "") -> Finding:
        nonlocal at, line
        place = text.find(json.dumps(words, ensure_ascii=False), at)  # as survey.json writes it; else the line stays the last known
        if place >= 0:
            at, line = place, line + text.count("\n", at, place)
        return Finding(file=path.name, line=line, section=section, text=words, citekeys=citekeys, fault=found, warning=warning)

    headings = {section.title for section in survey.sections}
    for section in survey.sections:
        for block in section.blocks:
            for sentence in (s for item in block.items for s in item):
                yield checked(sentence.text, section.title, sentence.citekeys, fault_of(sentence, paper))
            for row, quotes in zip(block.rows, block.evidence, strict=False):
                yield checked(
                    row[0] if row else "", section.title, tuple(q.key for q in quotes), row_of_evidence(row, quotes, paper, headings)
                )
        for row, key in _rows_of_papers(section):
            yield checked(row[0], section.title, (key,), row_fault(row, key, survey.themes, paper))
    seen = {quote for _, sentence in survey.sentences for quote in sentence.quotes}
    for name in ("citations", "themes", "issues", "statements", "links", "chains", "tree", "fishbone", "reported"):
        for quote in _quotes_in(getattr(survey, name)):
            if quote not in seen:
                seen.add(quote)
                yield checked(quote.text, name, (quote.key,), misplaced(quote, paper))
    for figure in survey.reported:
        there = normalised(figure.value) in normalised(figure.quote.text)
        yield checked(figure.value, "reported", (figure.key,), "" if there else f"the value {figure.value} does not stand in its quote")
    for reference in survey.papers:
        found = paper(reference.key)
        new = found is not None and found.notice != reference.notice
        yield checked(reference.key, "papers", (reference.key,), reference_fault(reference, found), notice_of(found) if new else "")


def _quotes_in(value: object) -> Iterator[Quote]:
    if isinstance(value, Quote):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _quotes_in(getattr(value, name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from _quotes_in(inner)


def misplaced(quote: Quote, paper: Lookup) -> str:
    """Why a quote is not where it was found; "" where it is."""
    found = paper(quote.key)
    if found is None:
        return f"cites @{quote.key}, which is not in the library"
    if quote_stands(quote, found):
        return ""
    told = f"a quote does not stand in @{quote.key} at {quote.start}:{quote.end}"
    now = find_quote(quote.text, found)
    if now is None:
        return told
    if now.text == quote.text and (now.start, now.end) != (quote.start, quote.end):
        return f"{told} but at {now.start}:{now.end}: if the paper was read anew since, make it anew"
    return told


def fault_of(sentence: Sentence, paper: Lookup) -> str:
    """The fault of a sentence; of a quote that does not stand, with where it stands now."""
    return next(filter(None, (misplaced(quote, paper) for quote in sentence.quotes)), "") or fault(sentence, paper)


def row_of_evidence(row: Sequence[str], quotes: Sequence[Quote], paper: Lookup, headings: Collection[str]) -> str:
    """A row of a table that rests on quotes: they stand, and the numbers of its cells are in them. Not held to them are years of papers,
    cells of a number alone, which is counted (a rank, a page), and those that name a section."""
    if moved := next(filter(None, (misplaced(quote, paper) for quote in quotes)), ""):
        return moved
    keys = [key.removeprefix("@") for cell in row if is_citation(cell) for key in cell.split("; ")]
    papers = [found for key in dict.fromkeys([*keys, *(quote.key for quote in quotes)]) if (found := paper(key))]
    names = [*names_of([found.key for found in papers], paper), *(str(found.year) for found in papers)]
    told = " | ".join(cell for cell in row if not (is_citation(cell) or cell in headings or is_counted(cell)))
    missing = missing_numbers(told, [quote.text for quote in quotes], names) if quotes else []
    return f"the number {missing[0]} stands in none of its quotes" if missing else ""


def is_citation(cell: str) -> bool:
    """Whether the cell of a table holds citations alone."""
    return all(key.startswith("@") for key in cell.split("; "))


def is_counted(cell: str) -> bool:
    """Whether it holds a number alone, or years: it was counted, or is a page, and needs not stand in a quote."""
    return re.fullmatch(r"\d+(?:–\d+)?", cell) is not None


def _rows_of_papers(section: Section) -> Iterator[tuple[tuple[str, ...], str]]:
    for row in (row for block in section.blocks if section.id == "papers" for row in block.rows):
        if row and row[0].startswith("@"):
            yield row, row[0][1:]


def row_fault(row: Sequence[str], key: str, themes: Sequence[Theme], paper: Lookup) -> str:
    """A row of the table of papers against its paper, and its theme if it is in one of these."""
    found = paper(key)
    if found is None:
        return f"cites @{key}, which is not in the library"
    cells = [normalised(plain(cell)) for cell in row]
    whole = normalised(plain(" | ".join(row)))  # a title may hold what parts the cells
    wanted = [("title", found.name), ("year", str(found.year or "n.d."))]
    own = [part.name for theme in themes for part in (theme, *theme.subthemes) if key in part.papers]
    wanted += [("theme", own[0])] if own and not any(normalised(plain(name)) in cells for name in own) else []
    return next(
        (
            f"the {name} is not that of @{key}: “{it}”"
            for name, it in wanted
            if normalised(plain(it)) not in (whole if "|" in it else cells)
        ),
        "",
    )


def reference_fault(reference: Reference, paper: Paper | None) -> str:
    """What a survey keeps of a paper. Where it was read is not compared, since files are moved; a notice that came since is no fault."""
    if paper is None:
        return f"@{reference.key} is not in the library"
    names = (name for name in Reference.model_fields if name not in ("sources", "notice"))
    wrong = next((name for name in names if getattr(reference, name) != getattr(paper, name)), "")
    return f"its {wrong} is not that of @{reference.key} in the library: {getattr(paper, wrong)!r}" if wrong else ""


# ---------------------------------------------------------------- evidence.jsonl


def check_evidence(path: Path, text: str, paper: Lookup, record: Survey | None) -> list[Finding]:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    findings = []
    for number, line in lines:
        section, sentence = _line_of_evidence(path, number, line)
        findings.append(_finding(path, number, section, sentence, fault_of(sentence, paper)))
    if record is None:
        return findings
    written = evidence_jsonl(record).splitlines()
    changed, gone = compared(_sorted(written), _sorted([line for _, line in lines]))
    for at in changed:
        findings[at] = blamed(findings[at])
    last = lines[-1][0] if lines else 1
    for at, was in gone:
        section, sentence = _line_of_evidence(path, was, written[was])
        findings.append(_finding(path, lines[at][0] if at < len(lines) else last, section, sentence, DELETED))
    return findings


def _sorted(lines: Sequence[str]) -> list[str]:
    """The same for the same data, however it is written."""
    return [json.dumps(json.loads(line), sort_keys=True) for line in lines]


def _line_of_evidence(path: Path, number: int, line: str) -> tuple[str, Sentence]:
    try:
        data = json.loads(line)
        quotes = tuple(Quote(key=q["citekey"], **{k: q[k] for k in ("text", "start", "end", "page")}) for q in data["quotes"])
        quoted = {quote.key for quote in quotes}
        cites = tuple(key for key in data["citekeys"] if key not in quoted)
        sentence = Sentence(text=data["sentence"], kind=data["kind"], quotes=quotes, cites=cites, verdict=data["verdict"])
        return str(data["section"]), sentence
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnreadableDraft(path, f"line {number} is no line of evidence") from error


def _finding(path: Path, line: int, section: str, sentence: Sentence, found: str) -> Finding:
    return Finding(file=path.name, line=line, section=section, text=sentence.text, citekeys=sentence.citekeys, fault=found)


def blamed(finding: Finding) -> Finding:
    """The fault of what it says goes before that it was changed."""
    return finding if finding.fault else finding.model_copy(update={"fault": CHANGED})
