"""Finished surveys on the disk: where they are, and what they say."""

import json
from pathlib import Path

from survey.errors import NoSurvey, UnreadableSurvey
from survey.records import Survey

_RECORD, _TEXT = "survey.json", "survey.md"
OWN = frozenset((_RECORD, _TEXT, "survey.html", "references.bib", "evidence.jsonl", "run.json"))
"""Files that an export never takes the place of."""


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
    except (ValueError, AttributeError) as error:
        raise UnreadableSurvey(record, f"it is no {_RECORD} of this version") from error
    text = folder / _TEXT
    try:
        return survey, text.read_text(encoding="utf-8") if text.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSurvey(text, "it is not UTF-8 text") from error
