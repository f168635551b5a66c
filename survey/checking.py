"""Re-checks a written survey against the library, and its files against each other. No model, no index.

Two questions, asked apart. Does what a file says stand in the papers: every citation, page and quotation, the numbers beside a quotation,
the bibliographic facts? And, where survey.json lies beside: is the file what was written from it? A survey.md that lies elsewhere, or has
another name, is somebody's draft and is asked the first only.
"""

import json
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from survey.errors import UnreadableDraft
from survey.records import Paper, Quote, Record, Reference, Section, Sentence, Survey, Theme, family_name
from survey.render.draft import DraftQuote, DraftSentence, read_draft
from survey.render.evidence import evidence_jsonl
from survey.render.markdown import references_markdown, survey_markdown
from survey.render.marks import DraftCitation
from survey.render.text import plain
from survey.support import fault, find_quote, find_quotes, missing_numbers, names_of, normalised, quote_stands

RECORD = "survey.json"
FILES = ("survey.md", "evidence.jsonl", RECORD)

_LABEL_WORDS = 7  # what stands between quotation marks and is no longer may be a name or a topic, and needs no citation
_CHANGED = f"is not what {RECORD} beside it says: one of the two was changed after the survey was written"
_DELETED = f"stands in {RECORD} and not here: it was deleted after the survey was written"

_LETTERED_YEAR = re.compile(r"\((\d{4}|n\.d\.)[a-z]\)\.")
_END = re.compile(r"[.?!…][”\"»)]*$")
_STOP = re.compile(r"[.?!…:;][”\"»)]*$")

Lookup = Callable[[str], Paper | None]


class Finding(Record):
    """Something that was checked; ``fault`` is "" when it stands. ``line`` counts from 1 in the file named."""

    file: str
    line: int
    section: str
    text: str
    citekeys: tuple[str, ...] = ()
    fault: str = ""


def check_file(path: Path, paper: Lookup) -> list[Finding]:
    """Checks a survey.md, survey.json, evidence.jsonl, or all of them in a folder. Raises :class:`UnreadableDraft`."""
    if path.is_dir():
        files = [path / name for name in FILES if (path / name).is_file()]
        if not files:
            raise UnreadableDraft(path, "it holds no survey")
        return [finding for file in files for finding in check_file(file, paper)]
    text = _text(path)
    papers = _Remembered(paper)
    beside = path.with_name(RECORD)
    record = _record(beside, _text(beside)) if path.name in FILES and path.name != RECORD and beside.is_file() else None
    if path.suffix == ".jsonl":
        findings = _evidence(path, text, papers, record)
    elif path.suffix == ".json":
        findings = list(_survey(path, text, papers))
    else:
        findings = _draft(path, text, papers, record)
        if findings and record is None and not any(finding.citekeys for finding in findings):
            raise UnreadableDraft(path, "it cites no paper")
    if not findings:
        raise UnreadableDraft(path, "it holds no text")
    return findings


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableDraft(path, getattr(error, "strerror", None) or "it is not UTF-8 text") from error


def _record(path: Path, text: str) -> Survey:
    try:
        data: dict[str, Any] = json.loads(text)
        return Survey.model_validate({name: value for name, value in data.items() if name != "format"})
    except (ValueError, AttributeError) as error:
        raise UnreadableDraft(path, f"it is no {RECORD}") from error


class _Remembered:
    """Looks each paper up once."""

    def __init__(self, paper: Lookup) -> None:
        self._paper = paper
        self._known: dict[str, Paper | None] = {}

    def __call__(self, key: str) -> Paper | None:
        if key not in self._known:
            self._known[key] = self._paper(key)
        return self._known[key]


def _compared(written: Sequence[Hashable], said: Sequence[Hashable]) -> tuple[set[int], list[tuple[int, int]]]:
    """What of ``said`` is not as it was ``written``, and (place in ``said``, place in ``written``) of what is gone."""
    changed: set[int] = set()
    gone = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, written, said, autojunk=False).get_opcodes():
        if tag != "equal":
            changed |= set(range(b1, b2))
            gone += [(b2, at) for at in range(a1 + b2 - b1, a2)]
    return changed, gone


# ---------------------------------------------------------------- survey.json


def _survey(path: Path, text: str, paper: Lookup) -> Iterator[Finding]:
    """Its sentences and rows, every quote beside them once, its papers."""
    survey = _record(path, text)
    at, line = 0, 1

    def checked(words: str, section: str, citekeys: tuple[str, ...], found: str) -> Finding:
        nonlocal at, line
        place = text.find(json.dumps(words, ensure_ascii=False), at)  # as survey.json writes it; else the line stays the last known
        if place >= 0:
            at, line = place, line + text.count("\n", at, place)
        return Finding(file=path.name, line=line, section=section, text=words, citekeys=citekeys, fault=found)

    for section in survey.sections:
        for sentence in (s for block in section.blocks for item in block.items for s in item):
            yield checked(sentence.text, section.title, sentence.citekeys, fault(sentence, paper))
        for row, key in _rows_of_papers(section):
            yield checked(row[0], section.title, (key,), _row(row, key, survey.themes, paper))
    seen = {quote for _, sentence in survey.sentences for quote in sentence.quotes}
    for name in ("citations", "themes", "issues", "statements", "links", "chains", "tree", "fishbone"):
        for quote in _quotes_in(getattr(survey, name)):
            if quote not in seen:
                seen.add(quote)
                stands = quote_stands(quote, paper(quote.key))
                yield checked(quote.text, name, (quote.key,), "" if stands else _misplaced(quote, paper))
    for reference in survey.papers:
        yield checked(reference.key, "papers", (reference.key,), _facts(reference, paper(reference.key)))


def _quotes_in(value: object) -> Iterator[Quote]:
    if isinstance(value, Quote):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _quotes_in(getattr(value, name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from _quotes_in(inner)


def _misplaced(quote: Quote, paper: Lookup) -> str:
    if paper(quote.key) is None:
        return f"cites @{quote.key}, which is not in the library"
    return f"a quote does not stand in @{quote.key} at {quote.start}:{quote.end}"


def _rows_of_papers(section: Section) -> Iterator[tuple[tuple[str, ...], str]]:
    for row in (row for block in section.blocks if section.id == "papers" for row in block.rows):
        if row and row[0].startswith("@"):
            yield row, row[0][1:]


def _row(row: Sequence[str], key: str, themes: Sequence[Theme], paper: Lookup) -> str:
    """A row of the table of papers against its paper, and its theme if it is in one of these."""
    found = paper(key)
    if found is None:
        return f"cites @{key}, which is not in the library"
    cells = [normalised(plain(cell)) for cell in row]
    whole = normalised(plain(" | ".join(row)))  # a title may hold what parts the cells
    wanted = [("title", found.name), ("year", str(found.year or "n.d."))]
    parts = [sub for theme in themes for sub in theme.subthemes if key in sub.papers]
    wanted += [("theme", theme.name) for theme in parts or themes if key in theme.papers]
    return next(
        (
            f"the {name} is not that of @{key}: “{it}”"
            for name, it in wanted
            if normalised(plain(it)) not in (whole if "|" in it else cells)
        ),
        "",
    )


def _facts(reference: Reference, paper: Paper | None) -> str:
    """What a survey keeps of a paper; where it was read is not compared, since files are moved."""
    if paper is None:
        return f"@{reference.key} is not in the library"
    names = (name for name in Reference.model_fields if name != "sources")
    wrong = next((name for name in names if getattr(reference, name) != getattr(paper, name)), "")
    return f"its {wrong} is not that of @{reference.key} in the library: {getattr(paper, wrong)!r}" if wrong else ""


# ---------------------------------------------------------------- evidence.jsonl


def _evidence(path: Path, text: str, paper: Lookup, record: Survey | None) -> list[Finding]:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    findings = []
    for number, line in lines:
        section, sentence = _line_of_evidence(path, number, line)
        findings.append(_finding(path, number, section, sentence, fault(sentence, paper)))
    if record is None:
        return findings
    changed, gone = _compared(_sorted(evidence_jsonl(record).splitlines()), _sorted([line for _, line in lines]))
    for at in changed:
        findings[at] = _blamed(findings[at])
    last = lines[-1][0] if lines else 1
    for at, written in gone:
        section_, sentence = record.sentences[written]
        number = lines[at][0] if at < len(lines) else last
        findings.append(_finding(path, number, section_.title, sentence, _DELETED))
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
    except (ValueError, TypeError, KeyError, ValidationError) as error:
        raise UnreadableDraft(path, f"line {number} is no line of evidence") from error


def _finding(path: Path, line: int, section: str, sentence: Sentence, found: str) -> Finding:
    return Finding(file=path.name, line=line, section=section, text=sentence.text, citekeys=sentence.citekeys, fault=found)


def _blamed(finding: Finding) -> Finding:
    """The fault of what it says goes before that it was changed."""
    return finding if finding.fault else finding.model_copy(update={"fault": _CHANGED})


# ---------------------------------------------------------------- survey.md, or a draft


def _draft(path: Path, text: str, paper: Lookup, record: Survey | None) -> list[Finding]:
    said = _bridged(read_draft(text))
    counted = {normalised(s.text) for _, s in record.sentences if s.kind == "connective"} if record else set()
    claims = [s for _, s in record.sentences if s.kind == "claim"] if record else []
    checks = _Draft(said, paper, counted, {normalised(s.text): [q.text for q in s.quotes if quote_stands(q, paper(q.key))] for s in claims})
    findings = [_of_draft(path, sentence, checks.fault(sentence)) for sentence in said]
    missed = []
    if record is not None:
        written = read_draft(survey_markdown(record))
        changed, gone = _compared([_told(s) for s in written], [_told(s) for s in said])
        for at in changed:
            findings[at] = _blamed(findings[at])
        for at, was in gone:
            line = said[min(at, len(said) - 1)].line if said else 1
            missed.append(_of_draft(path, written[was], _DELETED).model_copy(update={"line": line}))
    titles = ("title", "heading")  # counted only where they have a fault: they claim nothing
    return [found for found, sentence in zip(findings, said, strict=True) if found.fault or sentence.kind not in titles] + missed


def _bridged(said: Sequence[DraftSentence]) -> list[DraftSentence]:
    """A person breaks lines anywhere: a quotation without a citation takes that of the line after or before, if the sentence goes on."""
    bridged = list(said)
    for at, sentence in enumerate(said):
        if all(quote.citations for quote in sentence.quotes):
            continue
        after = said[at + 1] if at + 1 < len(said) else None
        before = said[at - 1] if at else None
        places: tuple[DraftCitation, ...] = ()
        if after and after.block == sentence.block and (not _STOP.search(sentence.text) or not after.text.strip(" .")):
            places = after.citations
        if not places and before and before.block == sentence.block and not _END.search(before.text):
            places = before.citations
        quotes = tuple(quote if quote.citations else quote.model_copy(update={"citations": places}) for quote in sentence.quotes)
        bridged[at] = sentence.model_copy(update={"quotes": quotes})
    return bridged


def _told(sentence: DraftSentence) -> Hashable:
    """What must be the same; how lines are broken and characters escaped may differ."""
    return sentence.kind, sentence.text, sentence.citations


def _of_draft(path: Path, sentence: DraftSentence, found: str) -> Finding:
    return Finding(
        file=path.name,
        line=sentence.line,
        section=sentence.section,
        text=sentence.text,
        citekeys=sentence.citekeys,
        fault=found,
    )


class _Draft:
    """What each sentence of a draft is asked, whoever wrote it. ``counted``: sentences that were built from counted facts.
    ``rests_on``: by the text of a sentence of the survey, the words it rests on, of which it may quote a part and tell a part."""

    def __init__(self, said: Sequence[DraftSentence], paper: Lookup, counted: set[str], rests_on: Mapping[str, Sequence[str]]) -> None:
        self._paper = paper
        self._counted = counted
        self._rests_on = rests_on
        self._titles = [normalised(s.text) for s in said if s.kind == "title"]
        listed = [found for s in said if s.kind == "reference" for key in s.citekeys if (found := paper(key))]
        printed = read_draft("\n\n".join(references_markdown(list(dict.fromkeys(listed)))))
        self._printed = {key: s.text for s in printed for key in s.citekeys}

    def fault(self, sentence: DraftSentence) -> str:
        keys = dict.fromkeys([*sentence.citekeys, *(c.key for quote in sentence.quotes for c in quote.citations)])
        if unknown := next((key for key in keys if self._paper(key) is None), None):
            return f"cites @{unknown}, which is not in the library"
        if sentence.kind == "reference":
            return self._reference(sentence)
        if sentence.kind == "table" and sentence.anchor == "papers" and sentence.citekeys:
            return _row(sentence.text.split(" | "), sentence.citekeys[0], (), self._paper)
        quoted = sentence.prose or sentence.kind in ("table", "caption")
        found = self._quotes(sentence) if quoted and normalised(sentence.text) not in self._counted else ""
        return found or self._pages(sentence)

    def _reference(self, sentence: DraftSentence) -> str:
        key = sentence.citekeys[0]
        printed = self._printed[key]
        same = _without_letter(normalised(printed)) == _without_letter(normalised(sentence.text))
        return "" if same else f"the reference is not that of @{key} in the library: “{printed}”"

    def _pages(self, sentence: DraftSentence) -> str:
        for citation in sentence.citations:
            found = self._paper(citation.key)
            last = max((page.number for page in found.pages), default=0) if found else 0
            for _, page in citation.pages:
                if last and not 1 <= page <= last:
                    return f"@{citation.key} has no page {page}: its last is {last}"
        return ""

    def _quotes(self, sentence: DraftSentence) -> str:
        for quote in sentence.quotes:
            if quote.citations:
                if found := _quote(quote, self._paper):
                    return found
            elif len(quote.text.split()) > _LABEL_WORDS and not any(normalised(quote.text) in title for title in self._titles):
                return "a quotation without a citation"
        cited = [quote.text for quote in sentence.quotes if quote.citations]
        there = [*cited, *self._rests_on.get(normalised(sentence.text), ())]
        if cited and (missing := missing_numbers(sentence.text, there, names_of(sentence.citekeys, self._paper))):
            return f"the number {missing[0]} stands in none of its quotes"
        return ""


def _without_letter(reference: str) -> str:
    """A printed reference without the letter of its year, which hangs on what else is listed."""
    return _LETTERED_YEAR.sub(r"(\1).", reference, count=1)


def _quote(quote: DraftQuote, paper: Lookup) -> str:
    """The words must stand in the text or the title of a cited paper, on a page that the citation names."""
    cited = {citation.key: found for citation in quote.citations if (found := paper(citation.key))}
    words = _without_name(quote, list(cited.values()))
    for citation in quote.citations:
        found = cited[citation.key]
        if any(citation.names(place.page) for place in find_quotes(words, found)) or find_quote(words, _title_page(found)):
            return ""
    keys = ", ".join(f"@{key}" for key in cited)
    named = f"the quotation “{_begun(quote.text)}”"
    if any(find_quote(words, found) for found in cited.values()):
        return f"{named} stands in {keys}, but not on the page given"
    return f"{named} does not stand in {keys}"


def _begun(text: str) -> str:
    words = text.split()
    return text if len(words) <= _LABEL_WORDS else f"{' '.join(words[:_LABEL_WORDS])} …"


def _title_page(paper: Paper) -> Paper:
    return paper.model_copy(update={"text": paper.name, "pages": (), "parts": ()})


def _without_name(quote: DraftQuote, cited: Sequence[Paper]) -> str:
    """A block quotation may end in a dash and the name of who says it."""
    words, _, name = quote.text.rpartition("—")
    families = [family_name(author) for found in cited for author in found.authors]
    short = len(name.split()) <= _LABEL_WORDS
    return words if quote.mark == ">" and words and short and any(family in name for family in families) else quote.text
