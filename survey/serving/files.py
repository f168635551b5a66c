"""The files that `verify` reads. Who names them is a model that anybody may have talked into it: nothing outside the folders that the user
opened is read, whatever a path, a link or the head of a draft says."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from mcp.server.mcpserver.exceptions import ToolError

from survey.checking import FILES, RECORD, Finding
from survey.errors import UnreadableBibliography, UnreadableDraft
from survey.manuscripts import bibliography_of, text_of
from survey.workspace import Workspace

_MOST_BYTES = 20_000_000


def findings_of(work: Workspace, folders: Sequence[Path], text: str, file: str, bibliography: str) -> list[Finding]:
    """Those of a draft, given as it is or as a file in one of the ``folders``; its bibliography as it is."""
    if bool(text.strip()) == bool(file):
        raise ToolError("Give the draft as `text`, or name it as `file`: one of the two.")
    with tempfile.TemporaryDirectory() as folder:
        bib = _written(Path(folder) / f"refs{_suffix(bibliography)}", bibliography) if bibliography.strip() else None
        try:
            draft = _allowed(file, folders) if file else _written(Path(folder) / "draft.md", text)
            for path in _read_for(draft, with_bibliography=bib is None):
                _check(path, [Path(folder)] if text else folders)
            return work.verify(draft, bib)
        except UnreadableDraft as error:
            raise ToolError(f"{file or 'The text'} cannot be checked: {error.reason}.") from error
        except UnreadableBibliography as error:
            raise ToolError(str(error).replace(f"{folder}{os.sep}", "")) from error


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", errors="replace")
    return path


def _suffix(bibliography: str) -> str:
    begun = bibliography.lstrip("\ufeff \t\r\n")
    return ".json" if begun[:1] in ("[", "{") else ".ris" if begun.startswith("TY ") else ".bib"


def _read_for(draft: Path, *, with_bibliography: bool) -> Iterator[Path]:
    """All files that checking ``draft`` reads."""
    files = [draft / name for name in FILES] if draft.is_dir() else [draft, draft.with_name(RECORD)]
    for file in files:
        if os.path.lexists(file):
            yield file  # before it is looked into
            if with_bibliography and file.suffix not in (".json", ".jsonl") and (bib := bibliography_of(file, text_of(file))):
                yield bib


def _allowed(name: str, folders: Sequence[Path]) -> Path:
    """Where ``name`` leads to from one of the folders."""
    for folder in folders:
        try:
            there = Path(os.path.realpath(folder / name))
        except (OSError, ValueError):  # no name of a file
            continue
        if os.path.exists(there) and _is_in(there, folders):
            return there
    where = "the workspace" if len(folders) == 1 else "the workspace and the folders opened with it"
    raise ToolError(f"No file '{name[:200]}' is in {where}. Name one there by its relative path, or give the draft as `text`.")


def _check(path: Path, folders: Sequence[Path]) -> None:
    there = Path(os.path.realpath(path))
    if not _is_in(there, folders):
        raise ToolError(f"{path.name}: leads out of the folders that may be read. Give the draft as `text`, its list as `bibliography`.")
    if not there.is_file() or there.stat().st_size > _MOST_BYTES:
        raise ToolError(f"{path.name}: is no file, or a file of more than {_MOST_BYTES // 1_000_000} MB.")


def _is_in(there: Path, folders: Sequence[Path]) -> bool:
    """Whether a path, its links followed, lies in one of the folders, and is not hidden in it."""
    within = [there.relative_to(top).parts for top in map(os.path.realpath, folders) if there.is_relative_to(top)]
    return any(not any(part.startswith(".") for part in parts) for parts in within)
