"""Finished surveys on the disk: where they are, and what they say."""

import json
import re
from pathlib import Path

from survey.errors import NoSurvey, UnreadableSurvey
from survey.records import Survey

_RECORD, _TEXT = "survey.json", "survey.md"
_PLAN, _EVIDENCE = "outline.yaml", "evidence.jsonl"
_SHEETS = ("links.csv", "gaps.csv", "themes.csv", "reported.csv", "graph.graphml")
_DRAWINGS = ("fishbone.svg", "fishbone.mmd", "chains.svg", "themes.svg", "tree.svg", "years.svg")
OWN = frozenset((_RECORD, _TEXT, "survey.html", _PLAN, "references.bib", _EVIDENCE, "run.json", *_SHEETS, *_DRAWINGS))
"""What the program writes into the folder of a survey, and an export never takes the place of."""
_ASIDE = re.compile(r".+\.bak-\d+")


def is_own(path: Path, folder: Path | None = None) -> bool:
    """Whether a file is a part of the survey in ``folder``, or of one in whose folder it lies: written by the program, or a copy that it
    put aside."""
    name = path.name.casefold()
    if name not in OWN and not _ASIDE.fullmatch(name):
        return False
    here = path.resolve().parent
    planned, written = (here / _PLAN).is_file(), (here / _RECORD).is_file() and (here / _EVIDENCE).is_file()
    return planned or written or (folder is not None and here == folder.resolve())


def find(named: Path | None, workspace: Path) -> Path:
    """The folder of the survey ``named`` (it, or a file in it); else of the only one in the workspace. Raises :class:`NoSurvey`."""
    if named is not None:
        folder = named if named.is_dir() else named.parent
        if (folder / _RECORD).is_file():
            return folder
        inside = _surveys(folder)
    else:
        folder = workspace / "outputs"
        inside = _surveys(folder)
        if len(inside) == 1:
            return inside[0]
    raise NoSurvey(folder, [str(place) for place in inside])


def _surveys(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob(f"*/{_RECORD}"))


def read_survey(folder: Path) -> tuple[Survey, str]:
    """The record, and its Markdown as it stands there; "" where that is gone. Raises :class:`UnreadableSurvey`."""
    record = folder / _RECORD
    try:
        data = json.loads(record.read_text(encoding="utf-8"))
        survey = Survey.model_validate({name: value for name, value in data.items() if name != "format"})
    except OSError as error:
        raise UnreadableSurvey(record, error.strerror or type(error).__name__) from error
    except (ValueError, AttributeError, RecursionError) as error:
        raise UnreadableSurvey(record, f"it is no {_RECORD} of this version") from error
    text = folder / _TEXT
    try:
        return survey, text.read_text(encoding="utf-8") if text.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSurvey(text, "it is not UTF-8 text") from error
