"""A survey's folder, whose files are written all or none, and files of answers."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from survey import filesets
from survey.durable import as_bytes, check_folder, left_over, sweep, write_named
from survey.errors import FileIsKept, NotATalk, UnknownEnding, UnwritableOutput
from survey.filesets import STAGE, digest, digest_of, is_committed, write_files
from survey.hiding import json_escaped
from survey.phrases import Phrases
from survey.records import Ailment, Survey, Talk
from survey.render.answer import is_talk_html, parted, read_talk, read_talk_json, talk_html, talk_json, talk_markdown, visible
from survey.render.bibliography import references_bib
from survey.render.evidence import evidence_jsonl, read_survey_json, survey_json
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

_TEXT, _PAGE, _RECORD, _RUN, OUTLINE = "survey.md", "survey.html", "survey.json", "run.json", "outline.yaml"
_MADE = ("chains.svg", "themes.svg", "tree.svg", "years.svg", "reported.csv")  # written by some surveys only


def write_outputs(
    survey: Survey,
    folder: Path,
    run: Mapping[str, Any],
    timings: Mapping[str, Any],
    markdown: str | None = None,
    outline: str | None = None,
    was: Mapping[str, str] | None = None,
) -> list[Path]:
    """Writes all files of ``survey`` to ``folder``, or none. ``timings`` is the only part that differs between runs of the same input;
    ``markdown`` is survey.md, where a person's editor left its marks in it; ``outline`` the outline.yaml, if it is to be written.

    ``was``: as :func:`survey.filesets.write_files` has it; returns what was saved meanwhile and is kept aside.
    Raises :class:`UnwritableOutput`.
    """
    texts = {_TEXT: survey_markdown(survey) if markdown is None else markdown, **_derived(survey)}
    there = {name: text for name, text in texts.items() if text or name not in _MADE}
    sums = {name: digest(as_bytes(text)) for name, text in there.items()}
    there[_RUN] = json_escaped(json.dumps({**run, "files": sums, "timings": timings}, indent=2, ensure_ascii=False)) + "\n"
    if outline is not None:
        there[OUTLINE] = outline
    left = [f".{name}.new" for name in texts]  # by an earlier version, killed while it wrote
    return write_set(folder, there, [*(name for name in _MADE if name not in there), *left], was)


def _derived(survey: Survey) -> dict[str, str]:
    """Every file that is made of the record alone; "": this survey has none."""
    say = Phrases(survey.lang)
    return {
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
        _RECORD: survey_json(survey),
    }


def write_set(folder: Path, texts: Mapping[str, str], gone: Iterable[str] = (), was: Mapping[str, str] | None = None) -> list[Path]:
    """Files of a survey's folder, all or none: see :func:`survey.filesets.write_files`. Raises :class:`UnwritableOutput`."""
    try:
        return write_files(folder, texts, gone, was)
    except OSError as error:
        raise UnwritableOutput(folder, error) from error


def digests(folder: Path, *names: str) -> dict[str, str]:
    """The sha256 of files of a survey's folder; "" for one that is not there. Raises :class:`UnwritableOutput` for what is no file."""
    try:
        return {name: digest_of(folder / name) for name in names}
    except OSError as error:
        raise UnwritableOutput(folder / names[0], error) from error


def settle(folder: Path) -> list[Path]:
    """What whoever opens a survey's folder does first: see :func:`survey.filesets.settle`. Raises :class:`UnwritableOutput`."""
    try:
        return filesets.settle(folder)
    except OSError as error:
        raise UnwritableOutput(folder, error) from error


# ---------------------------------------------------------------- what is wrong with a folder, and mending it


def check(folder: Path) -> list[Ailment]:
    """What is wrong with the files of a survey. An edited survey.md or outline.yaml is not: they are the reader's; but an
    empty survey.md is. Changes nothing."""
    found: list[Ailment] = []
    if (folder / STAGE).is_dir():
        how = "was written and is not yet in its place" if is_committed(folder) else "was begun to be written and never was whole"
        found.append(_ailment(folder, f"a survey {how}: a run was killed", mendable=True))
    found += [
        _ailment(path, "was left by a run that was killed", mendable=True) for path in (*left_over(folder), *left_over(folder.parent))
    ]
    for name in (_RECORD, _RUN):
        if fault := _fault_of(folder / name):
            found.append(_ailment(folder / name, fault, mendable=True))
    if any(ailment.place == (folder / _RECORD).as_posix() for ailment in found):
        return found
    made = _made_again(folder)
    changed = _changed(folder, _sums(folder))
    return found + [_ailment(folder / name, fault, mendable=name in made or _RECORD in changed) for name, fault in changed.items()]


def mend(folder: Path) -> list[Ailment]:
    """Mends what :func:`check` calls mendable, and returns it: ends what was begun, removes what was left over, and makes what was changed
    or lost anew from survey.json. What lay in its place is kept as ``NAME.bak-1``. Raises :class:`UnwritableOutput`."""
    found = check(folder)
    settle(folder)
    for place in (folder, folder.parent):
        sweep(place)
    if not _fault_of(folder / _RECORD):
        texts = _made_again(folder)
        write_set(folder, texts, was=dict.fromkeys(texts, ""))
    left = {ailment.place for ailment in check(folder)}
    return [ailment for ailment in found if ailment.place not in left]


def lacking(folder: Path) -> list[str]:
    """Which of survey.json and run.json cannot be used, or are not as they were written. They are made of no other file."""
    changed = _changed(folder, _sums(folder))
    return [name for name in (_RECORD, _RUN) if _fault_of(folder / name) or name in changed]


def is_of(folder: Path, made: Mapping[str, str]) -> bool:
    """Whether the files of a survey that was ``made`` again are those that were written to the folder, as far as that can be told."""
    if sums := _sums(folder):
        return digest(as_bytes(made[_RECORD])) == sums.get(_RECORD)
    told = [name for name in made if name not in (_TEXT, OUTLINE, *lacking(folder)) and (folder / name).is_file()]
    same = [name for name in told if digest_of(folder / name) == digest(as_bytes(made[name]))]
    return _RECORD in same or (_RECORD not in told and bool(same) and same == told)


def put_back(folder: Path, made: Mapping[str, str]) -> None:
    """Writes what is lacking of a survey that was made again, and then the files that are made of it. What lay there is kept as
    ``NAME.bak-1``. Raises :class:`UnwritableOutput`."""
    texts = {name: made[name] for name in lacking(folder)}
    write_set(folder, texts, was=dict.fromkeys(texts, ""))
    mend(folder)


def _ailment(place: Path, fault: str, *, mendable: bool) -> Ailment:
    folder = place if place.is_dir() else place.parent
    cure = "survey doctor --repair" if mendable else written_anew(folder)
    return Ailment(part="outputs", place=place.as_posix(), fault=fault, cure=cure, mendable=mendable)


def written_anew(folder: Path) -> str:
    """The cure of what cannot be made again as it was."""
    return f"write it anew: survey write {folder.as_posix()}"


def _fault_of(path: Path) -> str:
    """Why survey.json or run.json cannot be used, "" if it can, or where there is no survey."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.name == _RECORD:
            read_survey_json(text)
        elif not isinstance(json.loads(text), dict):
            return "cannot be read: it is no JSON object"
    except FileNotFoundError:
        return "is gone" if _was_written(path.parent) else ""
    except (OSError, ValueError) as error:
        return f"cannot be read: {error}"
    return ""


def _was_written(folder: Path) -> bool:
    """Whether a survey lies there, or did. An outline alone is a plan; who keeps a text with its references and drawings has made a copy
    to read of it, and who keeps a table alone wants no more."""

    def any_of(*names: str) -> bool:
        return any((folder / name).is_file() for name in names)

    whole = any_of(_RECORD, _RUN, _PAGE, "evidence.jsonl")
    return whole or (any_of(_TEXT) and any_of("links.csv", "gaps.csv", "themes.csv", "graph.graphml"))


def _sums(folder: Path) -> dict[str, str]:
    """The sha256 of each file as the program wrote it; older surveys tell none."""
    with suppress(OSError, ValueError, AttributeError):
        sums = json.loads((folder / _RUN).read_text(encoding="utf-8")).get("files")
        return {name: str(sums[name]) for name in sums if name == Path(name).name}
    return {}


def _changed(folder: Path, sums: Mapping[str, str]) -> dict[str, str]:
    """Files that are not what was written → how so."""
    found = {}
    for name, value in sums.items():
        try:
            content = (folder / name).read_bytes()
            if name == _TEXT:
                if not content.strip():  # whatever else is in it may be the reader's
                    found[name] = "is empty"
            elif digest(content) != value:
                found[name] = "is not as it was written: it was changed or damaged since"
        except OSError as error:
            found[name] = "is gone" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
    return found


def _made_again(folder: Path) -> dict[str, str]:
    """The files that were changed or lost, as they were written: those that are made of a whole survey.json, in the words of this version
    of the program."""
    sums = _sums(folder)
    changed = _changed(folder, sums)
    if not changed or _RECORD in changed:
        return {}
    survey = read_survey_json((folder / _RECORD).read_text(encoding="utf-8"))
    texts = {_TEXT: survey_markdown(survey), **_derived(survey)}
    return {name: texts[name] for name in changed if name in texts and digest(as_bytes(texts[name])) == sums[name]}


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

    Raises :class:`UnknownEnding`, :class:`FileIsKept`, :class:`survey.errors.NoFolder` and :class:`UnwritableOutput`.
    """
    check_place(path)
    write_named(path, _TALKS[path.suffix.casefold()](talk))


def check_place(path: Path) -> None:
    """Raises what :func:`write_talk` would, before there is anything to write."""
    if path.suffix.casefold() not in _TALKS:
        raise UnknownEnding(path, list(_TALKS))
    check_folder(path)
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
