"""survey export: a survey as a document for other programs, and references in other formats."""

import json
import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey.cli.common import JsonOption, QuietOption, WorkspaceOption, fail, fail_by_system, handed, opened, remark
from survey.errors import NotForStdout, NotOfPapers, SurveyError, UnwritableOutput
from survey.hiding import json_escaped

if TYPE_CHECKING:
    from survey.records import Reference


class Form(StrEnum):
    """The names of :mod:`survey.exporting`, which is not imported for ``--help``."""

    BIBTEX = "bibtex"
    BIBLATEX = "biblatex"
    RIS = "ris"
    CSL_JSON = "csl-json"
    CSV = "csv"
    MARKDOWN = "markdown"
    GFM = "gfm"
    HTML = "html"
    LATEX = "latex"
    DOCX = "docx"
    ODT = "odt"
    PDF = "pdf"
    EPUB = "epub"
    IPYNB = "ipynb"
    QMD = "qmd"


def command(
    what: Annotated[
        list[str] | None,
        typer.Argument(help="The folder of a survey; or citekeys, with or without @. Without any: see above.", show_default=False),
    ] = None,
    form: Annotated[Form, typer.Option("--to", "-t", help="What to write.")] = Form.BIBTEX,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="PATH", help="The file to write, or a folder (thesis/) for it and what lies beside it."),
    ] = None,
    csl: Annotated[str, typer.Option("--csl", help="Citation style: a name (ieee, apa, nature, …), or a .csl file.")] = "",
    locale: Annotated[str, typer.Option("--locale", help="Language of citations: de-DE. Default: the survey's.")] = "",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write a survey as a document, or references for other programs.

    Documents are made of a finished survey, with the edits of its survey.md: markdown (pandoc's), gfm (GitHub's), html, latex, docx,
    odt, pdf, epub, ipynb (Jupyter) and qmd (Quarto); csv is its evidence, a row a sentence and quote. Without a folder: of the only
    one in outputs/.

    bibtex, biblatex, ris and csl-json are references: of the survey whose folder is named, else of the papers named, else of all papers of
    the library, then with abstracts. With --json one object whose "references" are CSL-JSON.

    Text goes to stdout unless --out is given, or is "-". docx, odt, pdf and epub are written into the survey's folder. Drawings and
    references.bib, where a format needs them, are written beside the file that --out names. Nothing that belongs to a survey or to the
    library is written over. docs/exports.md tells what each is for.

    Examples:

        survey export > library.bib

        survey export @gongASTAudioSpectrogram2021 -t ris

        survey export outputs/demo -t docx --csl ieee

        survey export outputs/demo -t latex -o thesis/
    """
    from survey.exporting import REFERENCES

    folder = Path(what[0]) if what and len(what) == 1 and Path(what[0]).exists() else None
    try:
        if form.value in REFERENCES and folder is None:
            _of_papers(what or [], form, out, workspace, as_json)
        else:
            _of_survey(folder, what or [], form, out, workspace, (csl, locale), as_json, quiet)
    except SurveyError as error:
        fail(error)
    except OSError as error:  # of the folder in which a document is set
        fail_by_system(error, workspace)


def _of_papers(keys: list[str], form: Form, out: str | None, workspace: Path, as_json: bool) -> None:
    from survey.exporting import references

    with opened(workspace, quiet=True, make=False) as work:
        papers = list({paper.key: paper for paper in map(work.paper, keys)}.values()) if keys else work.library.papers()
    text = _object(papers) if as_json else references(papers, form.value)
    handed(text.encode("utf-8", "replace"), _target(out, form, as_json, workspace, named="library"))


def _of_survey(
    folder: Path | None, keys: list[str], form: Form, to: str | None, workspace: Path, style: tuple[str, str], as_json: bool, quiet: bool
) -> None:
    from survey.exporting import DOCUMENTS, export
    from survey.exporting.folders import find, is_own, read_survey
    from survey.outputs import settle

    if keys and folder is None:
        raise NotOfPapers(form.value)
    place = find(folder, workspace)
    for aside in settle(place):
        remark(f"what was saved while the survey was being written is kept in {aside.as_posix()}", quiet)
    survey, markdown = read_survey(place)
    binary = not as_json and form.value in DOCUMENTS and DOCUMENTS[form.value].binary
    if binary and to == "-":
        raise NotForStdout(form.value)
    out = _target(str(place) if to is None and binary else to, form, as_json, workspace, place)
    if as_json:
        handed(_object(survey.papers).encode("utf-8", "replace"), out)
        return
    made = export(survey, form.value, markdown=markdown, csl=style[0], locale=style[1])
    if made.unknown:
        remark(f"cited, but no paper of the survey: {', '.join('@' + key for key in made.unknown)}", quiet)
    beside = {out.parent / name: data for name, data in made.beside.items()} if out is not None else {}
    near = [path for path in beside if not (path.exists() and is_own(path, place))]  # a survey's own drawings stay as they are
    _refuse_what_was_read(near, workspace, place)
    handed(made.data, out)
    if out is not None:
        for path in near:
            handed(beside[path], path)
        remark(f"written to {out}" + (f", with {', '.join(path.name for path in near)}" if near else ""), quiet)
    elif lacking := [name for name in made.beside if not (place / name).exists()]:
        remark(f"not written: {', '.join(lacking)}, which it needs beside it; name a folder with --out", quiet)


def _target(raw: str | None, form: Form, as_json: bool, workspace: Path, place: Path | None = None, named: str = "survey") -> Path | None:
    """The file that --out means; None is stdout. Raises :class:`UnwritableOutput` for a part of a survey, and for what the library was
    read from."""
    from survey.exporting import suffix
    from survey.exporting.folders import is_own

    if raw is None or raw == "-":
        return None
    out = Path(raw)
    if raw.endswith(("/", os.sep)) or out.is_dir() or not out.suffix:
        out = out / f"{named}{'.json' if as_json else suffix(form.value)}"
    if is_own(out, place) or is_own(out.resolve(), place):
        raise UnwritableOutput(out, "it is a part of the survey")
    _refuse_what_was_read([out], workspace, place)
    return out


def _refuse_what_was_read(paths: Sequence[Path], workspace: Path, place: Path | None) -> None:
    """Raises :class:`UnwritableOutput` for a file that the library was read from, or is kept in."""
    there = [path for path in paths if path.exists()]
    roots = {root.resolve() for root in (workspace, *([place.resolve().parent.parent] if place else []))}
    for root in sorted(root for root in roots if there and (root / "store" / "library.sqlite").is_file()):
        with opened(root, quiet=True, make=False) as work:
            read = {(root / source).resolve() for source in work.library.sources()}
        for path in there:
            if path.resolve() in read:
                raise UnwritableOutput(path, "the library was read from it")
            if path.resolve().is_relative_to(root / "store"):
                raise UnwritableOutput(path, "the library is kept there")


def _object(papers: Sequence["Reference"]) -> str:
    from survey.render.csl import references_csl

    return json_escaped(json.dumps({"references": json.loads(references_csl(papers))}, ensure_ascii=False, indent=2)) + "\n"
