"""A survey's record made again, where the library tells the same as when it was written and no model need be asked."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from survey import outputs
from survey.errors import SurveyError
from survey.workspace import Workspace


def restore(workspace: Workspace, folder: Path) -> None:
    """Makes what the survey in ``folder`` lacks of survey.json and run.json, if writing it now gives the survey that lies there, byte for
    byte; else nothing is written. Raises :class:`survey.errors.UnwritableOutput`."""
    for made in _written(workspace, folder):
        if outputs.is_of(folder, made):
            outputs.put_back(folder, made)
            return


def _written(workspace: Workspace, folder: Path) -> Iterator[Mapping[str, str]]:
    """What writing it now gives, on a copy of the library; nothing where a model would have to be asked."""
    for paths in _paths(workspace, folder):
        with suppress(SurveyError), workspace.rehearsal() as trial:
            written = trial.write(folder, paths=paths)
            if not trial.meter.total().requests:
                yield {path.name: path.read_bytes().decode("utf-8") for path in written.folder.iterdir()}


def _paths(workspace: Workspace, folder: Path) -> Iterator[Sequence[Path]]:
    """Of what it may be: run.json tells; where that is lost, the folder that it is named after, or the whole library."""
    if "run.json" in outputs.lacking(folder):
        sources = {source for found in workspace.library.source_paths().values() for source in found}
        with suppress(ValueError):  # of nothing, or of several drives
            common = workspace.root / os.path.commonpath(sources)
            if common.exists() and workspace.folder_of(paths=[common]).name == folder.name:
                yield [common]
    yield []
