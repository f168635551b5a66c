"""Settings: flags > environment (``SURVEY_…``) > ``survey.toml`` of the workspace > defaults. The only reader of the environment.

``survey.toml`` holds the names of :class:`Settings`, flat::

    theme_papers = 8
    chains = 20
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from survey.errors import BadSetting, BadSettingsFile
from survey.records import Record


class Settings(Record):
    """Everything a user may set. Counts are per survey unless they say otherwise."""

    passage_chars: int = Field(default=1000, ge=200, le=8000, description="Length that a passage aims at, in characters.")
    problems_per_paper: int = Field(default=4, ge=1, le=50, description="Most problem statements kept of one paper.")
    statements_per_role: int = Field(default=3, ge=1, le=50, description="Most statements kept of one paper for each other role.")
    themes: int = Field(default=0, ge=0, le=100, description="Number of themes; 0 lets the collection decide.")
    theme_papers: int = Field(default=12, ge=1, le=200, description="Most papers quoted in one theme's section; all stand in the table.")
    chains: int = Field(default=12, ge=0, le=200, description="Most issue → solution chains written out.")
    open_problems: int = Field(default=24, ge=0, le=500, description="Most open problems written out.")
    bones: int = Field(default=6, ge=1, le=9, description="Most bones of the fish-bone.")
    twigs: int = Field(default=4, ge=0, le=8, description="Most issues shown on one bone.")


def load_settings(root: Path, flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings of the workspace at ``root``. Raises :class:`BadSetting`, naming the place, for an unknown name or a bad value."""
    path = root / "survey.toml"
    layers: list[tuple[str, Mapping[str, Any]]] = []
    if path.is_file():
        try:
            layers.append((str(path), tomllib.loads(path.read_text(encoding="utf-8"))))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadSettingsFile(path, str(error)) from error
    names = {f"SURVEY_{name.upper()}": name for name in Settings.model_fields}
    layers.append(("environment", {names[name]: value for name, value in sorted(environment.items()) if name in names}))
    layers.append(("flags", {name: value for name, value in (flags or {}).items() if value is not None}))
    settings = Settings()
    for where, layer in layers:
        try:
            settings = Settings.model_validate({**settings.model_dump(), **layer})
        except ValidationError as error:
            fault = error.errors()[0]
            name = str(fault["loc"][0])
            wanted = (
                "one of " + ", ".join(Settings.model_fields)
                if fault["type"] == "extra_forbidden"
                else fault["msg"].lower().removeprefix("input should be ").partition(",")[0]
            )
            raise BadSetting(name, fault["input"], wanted, where) from error
    return settings
