"""Re-checks a written survey against the library, and its files against each other. No model, no index.

Two questions, asked apart. Does what a file says stand in the papers: every citation, page and quotation, the numbers beside a quotation,
the bibliographic facts? And, where survey.json lies beside: is the file what was written from it? A survey.md that lies elsewhere, or has
another name, is somebody's draft and is asked the first only; what its citations mean is for its bibliography to say.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from survey.checking.answers import check_json, check_saved
from survey.checking.drafts import check_draft
from survey.checking.findings import RECORD, Finding, Lookup, Remembered
from survey.checking.marks import marked, unmarked
from survey.checking.written import check_evidence, check_record, record_in
from survey.errors import UnreadableDraft
from survey.manuscripts import text_of
from survey.records import Paper
from survey.render.answer import is_saved, is_talk_json, parted, read_talk_json

__all__ = ["FILES", "RECORD", "Finding", "Lookup", "check_file", "marked", "unmarked"]

FILES = ("survey.md", "evidence.jsonl", RECORD)


def check_file(path: Path, paper: Lookup, papers: Callable[[], Sequence[Paper]] = tuple, bib: Path | None = None) -> list[Finding]:
    """Checks a survey.md, survey.json, evidence.jsonl, all of them in a folder, saved answers, or a draft in Markdown.

    ``papers`` are all of the library, among which the entries of a draft's list of references or bibliography (``bib``, else the one
    beside it) are looked for. Raises :class:`UnreadableDraft` and :class:`survey.errors.UnreadableBibliography`.
    """
    if path.is_dir():
        files = [path / name for name in FILES if (path / name).is_file()]
        if not files:
            raise UnreadableDraft(path, "it holds no survey")
        return [finding for file in files for finding in check_file(file, paper, papers, bib)]
    if path.suffix.casefold() in (".html", ".htm", ".bib"):
        raise UnreadableDraft(path, "pages and bibliographies are not read; of saved answers give the .md or the .json")
    text = text_of(path)
    known = Remembered(paper)
    if answers := _answers(path, text, known):
        return answers
    beside = path.with_name(RECORD)
    record = record_in(beside, text_of(beside)) if path.name in FILES and path.name != RECORD and beside.is_file() else None
    if path.suffix == ".jsonl":
        findings = check_evidence(path, text, known, record)
    elif path.suffix == ".json":
        findings = check_record(path, text, known)
    else:
        findings = check_draft(path, text, known, papers, record, bib)
        if findings and record is None and not any(finding.citekeys for finding in findings):
            raise UnreadableDraft(path, "it cites no paper")
    if not findings:
        raise UnreadableDraft(path, "it holds no text")
    return findings


def _answers(path: Path, text: str, paper: Lookup) -> list[Finding]:
    """What a file of saved answers says; nothing for a file of another kind. Raises :class:`UnreadableDraft` for a damaged record."""
    try:
        if path.suffix == ".json" and is_talk_json(text):
            return check_json(path, text, read_talk_json(text), paper)
        if path.suffix not in (".json", ".jsonl") and is_saved(text):
            return check_saved(path, parted(text), paper)
    except ValueError as error:
        raise UnreadableDraft(path, str(error)) from error
    return []
