"""A survey as a document for other programs, and its references in other formats.

pandoc sets the citations by any CSL style and writes the document, typst makes it a PDF; both come with the extra ``export``. Nothing that
a paper or a hand-edited section says becomes active in any of them (:mod:`survey.exporting.tree`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from survey.errors import BadLocale, ExportFailed, NotCited
from survey.exporting.document import everything, printed, read, text_of, whole_document
from survey.exporting.drawings import drawings, in_own_type
from survey.exporting.engines import pandoc, typst
from survey.exporting.finishing import ADDED, finished, fitted
from survey.exporting.layout import Held, attached, beside, in_pieces, laid_out
from survey.exporting.office import CELLS, OFFICE
from survey.exporting.styles import Style, style
from survey.records import Reference, Survey
from survey.render.bibliography import references_bib, references_biblatex
from survey.render.csl import references_csl
from survey.render.evidence import evidence_csv
from survey.render.html import survey_html
from survey.render.markdown import survey_markdown
from survey.render.ris import references_ris

_PAPERS: Mapping[str, Callable[[Sequence[Reference]], str]] = {
    "bibtex": references_bib,
    "biblatex": references_biblatex,
    "ris": references_ris,
    "csl-json": references_csl,
}


class Form(NamedTuple):
    """A document's format. ``writer``: pandoc's name of it. ``own``: it brings its citations to a program that sets them itself, and
    ``held`` is how it has the drawings; ``options`` are pandoc's."""

    suffix: str
    writer: str
    held: Held = "named"
    own: bool = False
    binary: bool = False
    turned: str = ""
    options: tuple[str, ...] = ()


DOCUMENTS: Mapping[str, Form] = {
    "markdown": Form(".md", "markdown-smart-task_lists", own=True, options=("-s",)),
    "gfm": Form(".md", "gfm-task_lists"),
    "html": Form(".html", "html5", "svg", options=("-s", "--toc", "--toc-depth=2", "--section-divs", "-Vmaxwidth=46em")),
    "latex": Form(".tex", "latex", "pdf", own=True, options=("-s", "--toc", "-Vpapersize=a4", "-Vgeometry=margin=2.5cm", "-Vcolorlinks")),
    "docx": Form(".docx", "docx", "png", binary=True, turned="openxml"),
    "odt": Form(".odt", "odt", "png", binary=True),
    "pdf": Form(".pdf", "typst", "typst", binary=True, turned="typst", options=("-s", "--toc")),
    "epub": Form(".epub", "epub3", "svg", binary=True, options=("--toc", "--toc-depth=2")),
    "ipynb": Form(".ipynb", "ipynb", "attached"),
    "qmd": Form(".qmd", "markdown-smart-task_lists", own=True, options=("-s",)),
}


class Exported(NamedTuple):
    """The file, those that it needs ``beside`` it, and the keys that are cited there and ``unknown`` to the survey."""

    data: bytes
    beside: Mapping[str, bytes] = {}
    unknown: tuple[str, ...] = ()


def references(papers: Sequence[Reference], form: str) -> str:
    """The facts of ``papers`` in one of ``REFERENCES``; of a :class:`~survey.records.Paper` with its abstract."""
    return _PAPERS[form](papers)


REFERENCES = tuple(_PAPERS)
FORMS = (*DOCUMENTS, *REFERENCES, "csv")


def suffix(form: str) -> str:
    """How the file's name ends: ".docx"."""
    if form in DOCUMENTS:
        return DOCUMENTS[form].suffix
    return {"csl-json": ".json", "ris": ".ris", "csv": ".csv"}.get(form, ".bib")


def export(survey: Survey, form: str, *, markdown: str = "", csl: str = "", locale: str = "") -> Exported:
    """The survey in one of ``FORMS``. ``markdown`` is its survey.md as it stands, edited perhaps; "": as it would be written.

    ``csl`` names a citation style or its file, "" is Chicago's author-date; ``locale`` ("de-DE") is the language of citations.
    Raises :class:`survey.errors.NoTypesetter`, :class:`~survey.errors.ExportFailed` and errors of style and locale.
    """
    if form not in DOCUMENTS:
        if csl or locale:
            raise NotCited("--csl" if csl else "--locale", form)
        text = evidence_csv(survey) if form == "csv" else references(survey.papers, form)
        return Exported(text.encode("utf-8", "replace"))
    if locale and not _LOCALE.fullmatch(locale):
        raise BadLocale(locale)
    if form == "html" and not (csl or locale):
        return Exported(survey_html(survey).encode("utf-8", "replace"))
    try:
        return _document(survey, form, markdown or survey_markdown(survey), style(csl) if csl else Style(), locale)
    except RecursionError:
        raise ExportFailed("pandoc", "lists or quotations stand too deep in one another") from None


_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-[A-Za-z]{2})?")


def _document(survey: Survey, name: str, markdown: str, by: Style, locale: str) -> Exported:
    form = DOCUMENTS[name]
    own = form.own and not (name == "latex" and by.xml)
    drawn = drawings(survey, markdown)
    shown = in_pieces(drawn, form.held)
    document = read(survey, markdown, tuple(drawn), by.names)
    blocks = document.blocks if own else printed(document, survey, locale or _language(survey, by), by.xml)
    blocks = laid_out(fitted(blocks, name, *document.titles), shown, form.held, form.turned, CELLS if name in OFFICE else "")
    whole = whole_document(blocks, _head(survey, document.titles, name, own, by, locale))
    options = ["-f", "json", "-t", form.writer, "--wrap=preserve", "--no-highlight", "-o", "-", *form.options]
    lent: dict[str, str | bytes] = {}
    if name in OFFICE:
        options.append(f"--reference-doc=reference.{name}")
        lent[f"reference.{name}"] = OFFICE[name](pandoc([f"--print-default-data-file=reference.{name}"], ""))
    elif name == "pdf":
        deep = sum(block["t"] == "Header" and block["c"][0] <= 2 for block in blocks) <= _CONTENTS
        options += ["--template=page.typ", f"-Vdepth={2 if deep else 1}"]
        lent["page.typ"] = files(__package__).joinpath("page.typ").read_bytes()
    elif name == "latex" and own:
        options += ["--biblatex", "-Vbiblatexoptions=style=authoryear"]
    data = pandoc(options, whole, lent)
    if name == "pdf":
        data = typst(data.decode("utf-8"), "pdf", {piece.file: in_own_type(piece) for drawing in shown.values() for piece in drawing})
    near = {**beside(drawn, form.held), **(_bibliography(survey, name, by) if own else {})}
    return Exported(finished(data, name, attached(drawn, form.held)), near, document.unknown)


def _language(survey: Survey, by: Style) -> str:
    """Of citations: the survey's where somebody chose it, else the style's own, as pandoc has it."""
    return survey.lang if survey.lang != Survey().lang or not by.locale else by.locale


_CONTENTS = 40  # headings that a page of contents holds


def _bibliography(survey: Survey, name: str, by: Style) -> dict[str, bytes]:
    """What a program needs beside a document that leaves its citations to it."""
    bib = references_biblatex(survey.papers) if name == "latex" else references_bib(survey.papers)
    style = {f"{by.name}.csl": by.xml.encode("utf-8")} if by.xml else {}
    return {"references.bib": bib.encode("utf-8", "replace"), **style}


def _head(survey: Survey, titles: tuple[str, str], name: str, own: bool, by: Style, locale: str) -> dict[str, Any]:
    """What stands at the head of a document; where its own program sets the citations, what that needs to know."""
    language = locale if locale and (own or locale.startswith(survey.lang)) else survey.lang
    head = {name: text_of(text) for name, text in (("title", titles[0]), ("subtitle", titles[1]), ("lang", language)) if text}
    if name == "pdf":
        head |= {"lang": text_of(language.partition("-")[0])}
    if name == "epub":
        head["identifier"] = text_of(f"urn:uuid:{uuid5(NAMESPACE_URL, survey.model_dump_json())}")
    if own:
        head |= {"bibliography": text_of("references.bib"), "link-citations": {"t": "MetaBool", "c": True}, "nocite": everything()}
        if by.xml:
            head["csl"] = text_of(f"{by.name}.csl")
    if name in ADDED:
        head["header-includes"] = {"t": "MetaBlocks", "c": [{"t": "RawBlock", "c": [name, ADDED[name]]}]}
    if name == "qmd":
        head |= {"engine": text_of("markdown"), "toc": {"t": "MetaBool", "c": True}}
    return head
