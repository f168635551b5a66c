"""Re-checks a written survey against the library: every citation, quote, page and number. No model, no index."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from survey.errors import UnreadableDraft
from survey.records import Paper, Quote, Record, Sentence, Survey
from survey.render.draft import DraftQuote, DraftSentence, read_draft
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
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableDraft(path, getattr(error, "strerror", None) or "it is not UTF-8 text") from error
    papers = _Remembered(paper)
    if path.suffix == ".jsonl":
        return [_check(path.name, line, section, sentence, papers) for line, section, sentence in _evidence(path, text)]
    if path.suffix == ".json":
        return [_check(path.name, 1, section.title, sentence, papers) for section, sentence in _survey(path, text).sentences]
    beside = path.with_name("evidence.jsonl")
    evidence = _evidence(beside, beside.read_text(encoding="utf-8")) if beside.is_file() else None
    return _draft(path, text, papers, None if evidence is None else [sentence for _, _, sentence in evidence])


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


def _survey(path: Path, text: str) -> Survey:
    try:
        data: dict[str, Any] = json.loads(text)
        data.pop("format", None)
        return Survey.model_validate(data)
    except (ValueError, AttributeError) as error:
        raise UnreadableDraft(path, "it is no survey.json") from error


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
    known: Counter[str] = Counter(normalised(s.text) for s in evidence or ())
    connective = {normalised(s.text) for s in evidence or () if s.kind == "connective"}
    findings = []
    for sentence in read_draft(text):
        found = _unknown(sentence, paper)
        if sentence.prose:
            plain = normalised(sentence.text)
            if not found and plain not in connective:
                found = _quotes(sentence, paper)
            if not found and evidence is not None:
                if known[plain] <= 0:
                    found = "stands in no line of evidence.jsonl: it was changed or added after the survey was written"
                known[plain] -= 1
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
    if not findings:
        raise UnreadableDraft(path, "it holds no text")
    return findings


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
