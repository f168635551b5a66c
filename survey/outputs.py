"""A survey's folder, and files of answers: every file written whole (beside, then renamed), so that no run leaves half a file."""

import json
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from survey.durable import write_file
from survey.errors import FileIsKept, NotATalk, UnknownEnding, UnwritableOutput
from survey.hiding import json_escaped
from survey.phrases import Phrases
from survey.records import Survey, Talk
from survey.render.answer import is_talk_html, parted, read_talk, read_talk_json, talk_html, talk_json, talk_markdown, visible
from survey.render.bibliography import references_bib
from survey.render.evidence import evidence_jsonl, survey_json
from survey.render.graphml import graphml
from survey.render.html import survey_html
from survey.render.map import themes_svg
from survey.render.markdown import survey_markdown
from survey.render.mermaid import fishbone_mermaid
from survey.render.svg import fishbone_svg
from survey.render.tables import gaps_csv, links_csv, reported_csv, themes_csv
from survey.render.text import names_of
from survey.render.timeline import chains_svg
from survey.render.tree import tree_svg
from survey.render.years import years_svg

_PAGE = "survey.html"
_MADE = ("chains.svg", "themes.svg", "tree.svg", "years.svg", "reported.csv")  # written by some surveys only


def write_outputs(survey: Survey, folder: Path, run: Mapping[str, Any], timings: Mapping[str, Any], markdown: str | None = None) -> None:
    """Writes all files of ``survey`` to ``folder``. ``timings`` is the only part that differs between runs of the same input; ``markdown``
    is survey.md, where a person's editor left its marks in it.

    Raises :class:`UnwritableOutput`.
    """
    say = Phrases(survey.lang)
    texts = {
        "survey.md": survey_markdown(survey) if markdown is None else markdown,
        _PAGE: survey_html(survey),
        "fishbone.svg": fishbone_svg(survey.fishbone, names_of(survey.papers), _PAGE, say),
        "fishbone.mmd": fishbone_mermaid(survey.fishbone, say),
        "chains.svg": chains_svg(survey) if survey.chains else "",
        "themes.svg": themes_svg(survey),
        "tree.svg": tree_svg(survey, _PAGE),
        "years.svg": years_svg(survey),
        "links.csv": links_csv(survey),
        "gaps.csv": gaps_csv(survey),
        "themes.csv": themes_csv(survey),
        "reported.csv": reported_csv(survey) if survey.reported else "",
        "graph.graphml": graphml(survey),
        "references.bib": references_bib(survey.papers),
        "evidence.jsonl": evidence_jsonl(survey),
        "survey.json": survey_json(survey),
        "run.json": json_escaped(json.dumps({**run, "timings": timings}, indent=2, ensure_ascii=False)) + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            if text or name not in _MADE:
                write_file(folder / name, text)
            else:
                (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise UnwritableOutput(folder, error.strerror or type(error).__name__) from error


def write_beside(folder: Path, name: str, text: str) -> None:
    """One more file of a survey's folder. Raises :class:`UnwritableOutput`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / name, text)
    except OSError as error:
        raise UnwritableOutput(folder, error.strerror or type(error).__name__) from error


def copy_aside(path: Path) -> Path:
    """A copy of a file that is about to be written anew, under a name that is free. Raises :class:`UnwritableOutput`."""
    try:
        aside = next(there for n in count(1) if not (there := path.with_name(f"{path.name}.bak-{n}")).exists())
        write_file(aside, path.read_bytes())
    except OSError as error:
        raise UnwritableOutput(path.parent, error.strerror or type(error).__name__) from error
    return aside


# ---------------------------------------------------------------- answers

_TALKS: Mapping[str, Callable[[Talk], str]] = {
    ".md": talk_markdown,
    ".json": talk_json,
    ".html": talk_html,
    ".bib": lambda talk: references_bib(talk.papers),
}


def write_talk(talk: Talk, path: Path) -> None:
    """Writes answers in the form that the name ends in: .md, which `survey verify` re-checks, .json, .html, or .bib, their papers. The
    first two load again. A file of another kind that lies there is kept.

    Raises :class:`UnknownEnding`, :class:`FileIsKept` and :class:`UnwritableOutput`.
    """
    check_place(path)
    text = _TALKS[path.suffix.casefold()](talk)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, text)
    except OSError as error:
        raise UnwritableOutput(path, error.strerror or type(error).__name__) from error


def check_place(path: Path) -> None:
    """Raises what :func:`write_talk` would, before there is anything to write."""
    if path.suffix.casefold() not in _TALKS:
        raise UnknownEnding(path, list(_TALKS))
    if path.exists() and not _is_talk(path):
        raise FileIsKept(path)


def load_talk(path: Path) -> Talk:
    """The answers of a file that :func:`write_talk` wrote as .md or .json, or `survey ask --json`. Raises :class:`NotATalk`."""
    try:
        text = path.read_text(encoding="utf-8")
        return read_talk_json(text) if path.suffix.casefold() == ".json" else read_talk(text)
    except OSError as error:
        raise NotATalk(path, error.strerror or type(error).__name__) from error
    except ValueError as error:
        raise NotATalk(path, str(error)) from error


def _is_talk(path: Path) -> bool:
    """Whether a file is of answers, and may be written anew. Of a bibliography nobody can say."""
    try:
        if path.suffix.casefold() == ".html":
            return is_talk_html(path.read_text(encoding="utf-8", errors="replace"))
        if path.suffix.casefold() == ".md":
            saved = parted(path.read_text(encoding="utf-8"))
            return saved.text.strip() == visible(saved.talk).strip()  # else a person wrote in it
        return bool(load_talk(path))
    except (NotATalk, OSError, ValueError):
        return False
