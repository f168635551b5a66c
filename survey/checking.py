"""Re-checks a written survey against the library: every citation, quote, page and number. No model, no index."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from survey.errors import UnreadableDraft
from survey.records import Paper, Quote, Record, Sentence, Survey
from survey.render.draft import DraftQuote, DraftSentence, read_draft
from survey.render.text import citations, citekey, plain
from survey.support import fault, find_quote, find_quotes, missing_numbers, names_of, normalised

_LABEL_WORDS = 7  # what stands between quotation marks and is no longer may be a name or a topic, and needs no citation

Lookup = Callable[[str], Paper | None]


class Finding(Record):
    """A sentence that was checked; ``fault`` is "" when it stands. ``line`` counts from 1 in the file named."""

    file: str
    line: int
    section: str
    text: str
    citekeys: tuple[str, ...] = ()
    fault: str = ""


def check_file(path: Path, paper: Lookup) -> list[Finding]:
    """Checks a survey.md, survey.json, evidence.jsonl, or all of them in a folder. Raises :class:`UnreadableDraft`."""
    if path.is_dir():
        files = [path / name for name in ("survey.md", "evidence.jsonl", "survey.json") if (path / name).is_file()]
        if not files:
            raise UnreadableDraft(path, "it holds no survey")
        return [finding for file in files for finding in check_file(file, paper)]
    text = _text(path)
    papers = _Remembered(paper)
    if path.suffix == ".jsonl":
        findings = [_check(path.name, line, section, sentence, papers) for line, section, sentence in _evidence(path, text)]
    elif path.suffix == ".json":
        findings = [_check(path.name, line, section, sentence, papers) for line, section, sentence in _survey(path, text)]
    else:
        beside = path.with_name("evidence.jsonl")
        evidence = [sentence for _, _, sentence in _evidence(beside, _text(beside))] if beside.is_file() else None
        findings = _draft(path, text, papers, evidence)
        if findings and evidence is None and not any(finding.citekeys for finding in findings):
            raise UnreadableDraft(path, "it cites no paper")
    if not findings:
        raise UnreadableDraft(path, "it holds no text")
    return findings


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableDraft(path, getattr(error, "strerror", None) or "it is not UTF-8 text") from error


class _Remembered:
    """Looks each paper up once."""

    def __init__(self, paper: Lookup) -> None:
        self._paper = paper
        self._known: dict[str, Paper | None] = {}

    def __call__(self, key: str) -> Paper | None:
        if key not in self._known:
            self._known[key] = self._paper(key)
        return self._known[key]


def _check(file: str, line: int, section: str, sentence: Sentence, paper: Lookup) -> Finding:
    return Finding(file=file, line=line, section=section, text=sentence.text, citekeys=sentence.citekeys, fault=fault(sentence, paper))


def _survey(path: Path, text: str) -> Iterator[tuple[int, str, Sentence]]:
    try:
        data: dict[str, Any] = json.loads(text)
        survey = Survey.model_validate({name: value for name, value in data.items() if name != "format"})
    except (ValueError, AttributeError) as error:
        raise UnreadableDraft(path, "it is no survey.json") from error
    at, line = 0, 1
    for section, sentence in survey.sentences:
        found = text.find(json.dumps(sentence.text, ensure_ascii=False), at)  # as survey.json writes it; else the line stays the last known
        if found >= 0:
            at, line = found, line + text.count("\n", at, found)
        yield line, section.title, sentence


def _evidence(path: Path, text: str) -> list[tuple[int, str, Sentence]]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            quotes = tuple(Quote(key=q["citekey"], **{k: q[k] for k in ("text", "start", "end", "page")}) for q in data["quotes"])
            quoted = {quote.key for quote in quotes}
            cites = tuple(key for key in data["citekeys"] if key not in quoted)
            sentence = Sentence(text=data["sentence"], kind=data["kind"], quotes=quotes, cites=cites, verdict=data["verdict"])
        except (ValueError, TypeError, KeyError, ValidationError) as error:
            raise UnreadableDraft(path, f"line {number} is no line of evidence") from error
        found.append((number, data["section"], sentence))
    return found


def _draft(path: Path, text: str, paper: Lookup, evidence: list[Sentence] | None) -> list[Finding]:
    known: dict[str, list[Sentence]] = {}
    for kept in evidence or ():
        known.setdefault(normalised(kept.text), []).append(kept)
    connective = {normalised(s.text) for s in evidence or () if s.kind == "connective"}
    findings = []
    for sentence in read_draft(text):
        found = _unknown(sentence, paper)
        if not found and sentence.prose:
            said = normalised(sentence.text)
            found = "" if said in connective else _quotes(sentence, paper)
            if not found and evidence is not None:
                found = _evident(sentence, known.get(said, []))
        elif not found:
            found = _title(sentence, paper)
        findings.append(
            Finding(
                file=path.name,
                line=sentence.line,
                section=sentence.section,
                text=sentence.text,
                citekeys=sentence.citekeys,
                fault=found,
            )
        )
    return findings


def _evident(sentence: DraftSentence, same: list[Sentence]) -> str:
    """Why the sentence is none of those of evidence.jsonl that say the ``same``, one of which it uses up."""
    if not same:
        return "stands in no line of evidence.jsonl: it was changed or added after the survey was written"
    for kept in same:
        places = {(citekey(key), page) for key, page in citations(kept)}
        pages = {(c.key, c.page) for c in sentence.citations if c.page is not None}
        if {key for key, _ in places} == set(sentence.citekeys) and pages <= places:
            same.remove(kept)
            return ""
    return "its citation is not the one of evidence.jsonl: it was changed after the survey was written"


def _title(sentence: DraftSentence, paper: Lookup) -> str:
    """A row of the table of papers, or a printed reference, names the paper that it cites."""
    if sentence.anchor != "papers" and sentence.kind != "reference":
        return ""
    said = normalised(sentence.text)
    wrong = (key for key in sentence.citekeys if (found := paper(key)) and normalised(plain(found.name)) not in said)
    return next((f"the title is not that of @{key}" for key in wrong), "")


def _unknown(sentence: DraftSentence, paper: Lookup) -> str:
    return next((f"cites @{key}, which is not in the library" for key in sentence.citekeys if paper(key) is None), "")


def _quotes(sentence: DraftSentence, paper: Lookup) -> str:
    for quote in sentence.quotes:
        if quote.citations:
            found = _quote(quote, paper)
            if found:
                return found
        elif len(quote.text.split()) > _LABEL_WORDS:
            return "a quotation without a citation"
    cited = [quote for quote in sentence.quotes if quote.citations]
    if cited and (missing := missing_numbers(sentence.text, _texts(cited), names_of(sentence.citekeys, paper))):
        return f"the number {missing[0]} stands in none of its quotes"
    return ""


def _texts(quotes: Iterable[DraftQuote]) -> list[str]:
    return [quote.text for quote in quotes]


def _quote(quote: DraftQuote, paper: Lookup) -> str:
    """The words must stand in a cited paper, on the page that the citation names."""
    for citation in quote.citations:
        cited = paper(citation.key)
        places = find_quotes(quote.text, cited) if cited else ()
        if any(citation.page in (None, place.page) for place in places):
            return ""
    keys = ", ".join(f"@{citation.key}" for citation in quote.citations)
    cited_papers = [p for citation in quote.citations if (p := paper(citation.key))]
    if any(find_quote(quote.text, p) for p in cited_papers):
        return f"the quotation stands in {keys}, but not on the page given"
    return f"the quotation does not stand in {keys}"
