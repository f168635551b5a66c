"""Checks a text in Markdown: our survey.md, a person's draft, what another tool wrote."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from survey.checking.findings import Finding, Lookup, notice_of
from survey.checking.known import Known, known_of
from survey.checking.quoted import quotation_fault
from survey.checking.written import DELETED, blamed, compared, is_citation, is_counted, row_fault
from survey.phrases import Phrases
from survey.records import Paper, Survey
from survey.render.draft import DraftQuote, DraftSentence, Kind, read_draft
from survey.render.markdown import references_markdown, survey_markdown
from survey.render.marks import DraftCitation
from survey.render.running import read_running
from survey.render.text import plain
from survey.support import missing_numbers, names_of, normalised, quote_stands

_LABEL_WORDS = 7  # what stands between quotation marks and is no longer may be a name or a topic, and needs no citation
_YEAR = re.compile(r"\((\d{4}|n\.d\.)[a-z]?(?:, retracted)?\)\.")
_NAMES_A_NOTICE = re.compile(r"retract|withdraw|concern|zurückgezogen|bedenken", re.IGNORECASE)
_END = re.compile(r"[.?!…][”\"»)]*$")
_STOP = re.compile(r"[.?!…:;][”\"»)]*$")
_SORTS: dict[Kind, Literal["title", "heading", "row", "reference"]] = {
    "title": "title",
    "heading": "heading",
    "table": "row",
    "reference": "reference",
    "entry": "reference",
}


def check_draft(
    path: Path, text: str, library: Lookup, papers: Callable[[], Sequence[Paper]], record: Survey | None, bib: Path | None
) -> list[Finding]:
    """One finding for each sentence, row, caption and reference; titles and headings, which claim nothing, only where they have a fault."""
    if record is not None:
        findings = _survey(path, text, Known(library), record)
    else:
        known, said = known_of(path, text, library, papers, bib)
        checks = _Checks(said, known)
        findings = checks.findings(path, said)
    return [found for found in findings if found.fault or found.kind not in ("title", "heading")]


def _survey(path: Path, text: str, known: Known, record: Survey) -> list[Finding]:
    """A survey.md beside its survey.json. A section that was written by hand is read as anybody's prose."""
    said = _bridged(read_draft(text))
    by_hand = {section.id for section in record.sections if section.by_hand}
    own = [s for s in read_running(text) if s.anchor in by_hand and s.kind != "heading"] if by_hand else []
    checks = _Checks(said, known, record)
    findings = [_finding(path, s) if s.anchor in by_hand else found for s, found in zip(said, checks.findings(path, said), strict=True)]
    written = read_draft(survey_markdown(record))
    changed, gone = compared([_told(s) for s in written], [_told(s) for s in said])
    for at in changed:
        findings[at] = blamed(findings[at])
    missed = [
        _finding(path, written[was]).model_copy(
            update={"line": said[min(at, len(said) - 1)].line if said else 1, "kind": "deleted", "fault": DELETED}
        )
        for at, was in gone
    ]
    of_survey = [found for found, s in zip(findings, said, strict=True) if found.fault or s.anchor not in by_hand]
    return of_survey + checks.findings(path, own) + missed


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


def _finding(path: Path, sentence: DraftSentence) -> Finding:
    return Finding(
        file=path.name,
        line=sentence.line,
        ends=sentence.ends,
        section=sentence.section,
        text=sentence.text,
        citekeys=sentence.citekeys if sentence.kind != "entry" else (),
        kind=_SORTS.get(sentence.kind, "sentence"),
    )


class _Quoted(NamedTuple):
    """What became of the quotations of a sentence: how many have a citation, how many of these stand, and the first fault."""

    cited: int = 0
    standing: int = 0
    fault: str = ""


class _Checks:
    """What each sentence of a text is asked, whoever wrote it. What a survey's ``record`` adds: which sentences were counted, the words
    that a sentence or a row rests on, of which it may quote a part and tell a part, and what stood in the papers then."""

    def __init__(self, said: Sequence[DraftSentence], known: Known, record: Survey | None = None) -> None:
        self._known = known
        self._titles = [normalised(s.text) for s in said if s.kind == "title"]
        listed = [found for s in said if s.kind == "reference" for key in s.citekeys if (found := known.paper(key))]
        say = Phrases(record.lang if record else "en")
        printed = read_draft("\n\n".join(references_markdown(list(dict.fromkeys(listed)), say)))
        self._printed = {key: s.text for s in printed for key in s.citekeys}
        noticed = (s for s in said if (s.prose or s.kind == "table") and _NAMES_A_NOTICE.search(s.text))
        self._noticed = {known.key(name) for s in noticed for name in s.citekeys if name not in known.listed}
        self._counted: set[str] = set()
        self._rests_on: dict[str, list[str]] = defaultdict(list)
        self._stood: dict[str, list[str]] = defaultdict(list)
        if record is not None:
            self._learn(record)

    def _learn(self, record: Survey) -> None:
        rows = [
            (" | ".join("" if is_citation(cell) else plain(cell) for cell in row), quotes)
            for section in record.sections
            for block in section.blocks
            for row, quotes in zip(block.rows, block.evidence, strict=False)
        ]
        claims = [(s.text, s.quotes) for _, s in record.sentences if s.kind == "claim"]
        for text, quotes in [*claims, *rows]:
            self._rests_on[normalised(text)] += [q.text for q in quotes if quote_stands(q, self._known.paper(q.key))]
        for quote in {q for _, s in record.sentences for q in s.quotes} | {q for _, quotes in rows for q in quotes}:
            self._stood[quote.key].append(normalised(quote.text))
        self._counted = {normalised(s.text) for _, s in record.sentences if s.kind == "connective"}

    def findings(self, path: Path, said: Sequence[DraftSentence]) -> list[Finding]:
        """Those of one paper in turn: to look up words in it, it is folded, and few are kept so."""
        by_paper = sorted(range(len(said)), key=lambda at: said[at].citekeys[:1])
        found = {at: self._finding(path, said[at]) for at in by_paper}
        return [found[at] for at in range(len(said))]

    def _finding(self, path: Path, sentence: DraftSentence) -> Finding:
        names = list(dict.fromkeys([*sentence.citekeys, *(c.key for quote in sentence.quotes for c in quote.citations)]))
        of_sentence = _finding(path, sentence)
        if sentence.kind == "entry":
            return of_sentence
        told = (self._known.unchecked(name) for name in names) if sentence.kind != "reference" else ()
        quoted = self._quotes(sentence)
        fault = next(filter(None, (self._known.unknown(name) for name in names)), "") or self._of_kind(sentence) or quoted.fault
        papers = {paper.key: paper for name in names if (paper := self._known.paper(name)) and paper.key not in self._noticed}
        notices = (notice_of(paper) for paper in papers.values())
        return of_sentence.model_copy(
            update={
                "citekeys": tuple(dict.fromkeys(self._known.key(name) for name in of_sentence.citekeys)),
                "fault": fault or self._pages(sentence),
                "warning": "; ".join(filter(None, notices)),
                "unchecked": "; ".join(filter(None, told)),
                "quotations": quoted.cited,
                "standing": quoted.standing,
            }
        )

    def _of_kind(self, sentence: DraftSentence) -> str:
        """Of a printed reference, and of a row of the table of papers: whether it is that of its paper."""
        name = sentence.citekeys[0] if sentence.citekeys else ""
        key = self._known.key(name) if name not in self._known.listed else ""
        if sentence.kind == "reference" and key in self._printed:
            printed = self._printed[key]
            same = _undated(normalised(printed)) == _undated(normalised(sentence.text))
            return "" if same else f"the reference is not that of @{key} in the library: “{printed}”"
        if sentence.kind == "table" and sentence.anchor == "papers" and self._known.paper(name):
            return row_fault(sentence.text.split(" | "), key, (), self._known.library)
        return ""

    def _pages(self, sentence: DraftSentence) -> str:
        for citation in sentence.citations:
            found = self._known.paper(citation.key)
            if found is None:
                continue
            last = max((page.number for page in found.pages), default=0)
            for _, page in citation.pages:
                if last and not 1 <= page <= last:
                    return f"@{found.key} has no page {page}: its last is {last}"
        return ""

    def _quotes(self, sentence: DraftSentence) -> _Quoted:
        of_papers = sentence.kind == "table" and sentence.anchor == "papers"
        if of_papers or not (sentence.prose or sentence.kind in ("table", "caption")) or normalised(sentence.text) in self._counted:
            return _Quoted()
        cited = [quote for quote in sentence.quotes if quote.citations]
        wrong = [found for quote in cited if (found := self._quotation(quote))]
        unsure = wrong.count(_UNSURE)
        faults = [found for found in wrong if found != _UNSURE]
        faults += [_UNCITED for quote in sentence.quotes if not quote.citations and not self._is_label(quote.text)]
        there = [*(quote.text for quote in cited), *self._rests_on.get(normalised(sentence.text), ())]
        if cited and not faults and not unsure:
            cells = sentence.text.split(" | ") if sentence.kind == "table" else [sentence.text]
            told = " | ".join(cell for cell in cells if not is_counted(cell.strip()))
            missing = missing_numbers(told, there, names_of(sentence.citekeys, self._known.paper))
            faults += [f"the number {missing[0]} stands in none of its quotes"] if missing else []
        return _Quoted(len(cited), len(cited) - len(wrong), faults[0] if faults else "")

    def _quotation(self, quote: DraftQuote) -> str:
        """The fault of a quotation with a citation; one that may stand in a paper that the library lacks is none."""
        papers = {citation.key: paper for citation in quote.citations if (paper := self._known.paper(citation.key))}
        found = quotation_fault(quote, papers, self._did_stand)
        return _UNSURE if found and any(citation.key in self._known.listed for citation in quote.citations) else found

    def _is_label(self, words: str) -> bool:
        return len(words.split()) <= _LABEL_WORDS or any(normalised(words) in title for title in self._titles)

    def _did_stand(self, words: str, key: str) -> bool:
        return any(normalised(words) in quote for quote in self._stood.get(key, ()))


_UNCITED = "a quotation without a citation"
_UNSURE = "unsure"


def _undated(reference: str) -> str:
    """A printed reference without the letter of its year, which hangs on what else is listed, and without a notice of retraction."""
    return _YEAR.sub(r"(\1).", reference, count=1)
