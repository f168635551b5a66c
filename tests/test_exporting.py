"""A survey in every format, opened with readers of others. Without the extra `export` there is nothing to test here."""

import csv
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("pypandoc", reason="needs the extra `export`")
pytest.importorskip("typst", reason="needs the extra `export`")

import yaml
from docx import Document as WordDocument
from docx.enum.section import WD_ORIENT
from lxml import etree, html
from markdown_it import MarkdownIt
from pypdf import PdfReader

from bench.exports import active, by_hand, survey_of
from survey.errors import BadLocale, BadStyle, ExportFailed, NotCited, NoTypesetter, UnknownStyle
from survey.exporting import DOCUMENTS, FORMS, Exported, engines, export
from survey.exporting.drawings import MAKERS, Drawing, pieces
from survey.exporting.engines import pandoc_path
from survey.exporting.styles import style
from survey.records import Block, Reference, Section, Sentence, Survey
from survey.render.bibliography import references_bib
from survey.render.markdown import FIGURES, survey_markdown
from tests.render.small_survey import LOST, PAPERS, claim, fact, small_survey

TITLES = ("one network for many montages", "Why two scorers see two nights", "Montage dropout", "claims_")
PRINTED = [name for name, form in DOCUMENTS.items() if not form.own]


@cache
def exported(form: str, csl: str = "", locale: str = "") -> Exported:
    return export(small_survey(), form, csl=csl, locale=locale)


def words(form: str, made: Exported) -> str:
    """What a reader of the format finds, on one line."""
    return " ".join(_READERS[form](made.data).split())


def _of_docx(data: bytes) -> str:
    document = WordDocument(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _of_odt(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None and archive.namelist()[0] == "mimetype"
        return "".join(map(str, etree.fromstring(archive.read("content.xml")).itertext()))


def _of_pdf(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def _of_epub(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist()[0] == "mimetype" and archive.read("mimetype") == b"application/epub+zip"
        book = etree.fromstring(archive.read("EPUB/content.opf"))
        named = [f"EPUB/{item.get('href')}" for item in book.iter("{*}item")]
        assert set(named) <= set(archive.namelist())
        pages = sorted((name for name in named if "/text/" in name), key=lambda name: "title_page" not in name)
        return "\n".join("".join(map(str, etree.fromstring(archive.read(name)).itertext())) for name in pages)


def _of_html(data: bytes) -> str:
    return "".join(map(str, html.fromstring(data.decode("utf-8")).itertext()))


def _of_ipynb(data: bytes) -> str:
    notebook = json.loads(data)
    assert notebook["nbformat"] == 4
    return "\n".join(_of_gfm("".join(cell["source"]).encode()) for cell in notebook["cells"])


def _of_gfm(data: bytes) -> str:
    tokens = MarkdownIt("commonmark").enable("table").parse(data.decode("utf-8"))
    return "\n".join("".join(child.content for child in token.children or ()) for token in tokens if token.type == "inline")


_READERS: dict[str, Callable[[bytes], str]] = {
    **{"docx": _of_docx, "odt": _of_odt, "pdf": _of_pdf, "epub": _of_epub},
    **{"html": _of_html, "ipynb": _of_ipynb, "gfm": _of_gfm, "latex": bytes.decode},
}


@pytest.mark.parametrize("form", PRINTED)
def test_a_reader_of_the_format_finds_title_text_quotes_and_every_reference_once(form: str) -> None:
    made = exported(form, "chicago-author-date" if form == "html" else "")
    text = words(form, made)
    letters = re.sub(r"\W", "", text.casefold())  # a PDF breaks words at the ends of lines
    for said in ("How sleep staging travels", "sleep staging between laboratories", LOST.text, "Montages & channels", "Why models do not"):
        assert re.sub(r"\W", "", said.casefold()) in letters
    listed = letters.rpartition("references")[2]
    for title in TITLES:
        assert listed.count(re.sub(r"\W", "", title.casefold())) == 1
    assert "[@" not in re.sub(r"(?i)\[@evil\]", "", text)  # that is a part of a title
    assert not made.unknown


@pytest.mark.parametrize("form", FORMS)
def test_the_same_survey_gives_the_same_bytes(form: str) -> None:
    assert export(small_survey(), form) == exported(form)


@pytest.mark.parametrize("form", ["markdown", "qmd"])
def test_markdown_keeps_its_citations_and_names_what_lies_beside_it(form: str) -> None:
    made = export(small_survey(), form, csl="apa")
    head, body = re.fullmatch(r"---\n(.*?)\n---\n(.*)", made.data.decode("utf-8"), re.DOTALL).groups()  # type: ignore[union-attr]
    told = yaml.safe_load(head)
    assert (told["title"], told["lang"], told["bibliography"], told["csl"]) == (
        "How sleep staging travels",
        "en",
        "references.bib",
        "apa.csl",
    )
    assert {"references.bib", "apa.csl", "fishbone.svg"} <= set(made.beside)
    assert "@phan2019 [4] report: “A network lost 14 points of accuracy at the next laboratory.”\n" in body
    assert "](fishbone.svg)" in body and "Bold" not in body
    assert "Phan et al. [-@phan2019, 4] report" in export(small_survey(), form, csl="ieee").data.decode("utf-8")  # numbers tell no author
    assert told.get("engine") == ("markdown" if form == "qmd" else None)


def test_latex_leaves_its_citations_to_biblatex_unless_a_style_is_named() -> None:
    own = exported("latex").data.decode("utf-8")
    assert "\\textcite[4]{phan2019} report" in own and "\\addbibresource{references.bib}" in own and "\\includegraphics" in own
    assert (
        exported("latex").beside["fishbone.pdf"].startswith(b"%PDF")
        and b"@inproceedings{phan2019," in exported("latex").beside["references.bib"]
    )
    printed = exported("latex", "ieee").data.decode("utf-8")
    assert "\\textcite" not in printed and "Phan" in printed and "references.bib" not in exported("latex", "ieee").beside


def test_word_has_real_headings_tables_and_drawings() -> None:
    document = WordDocument(io.BytesIO(exported("docx").data))
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style and p.style.name.startswith("Heading")]
    assert headings == [
        ("Heading 1", "Overview"),
        ("Heading 2", "Montages & channels"),
        ("Heading 1", "The papers"),
        ("Heading 1", "References"),
    ]
    assert [len(table.columns) for table in document.tables] == [3, 3]
    assert {p.style.name for row in document.tables[0].rows for cell in row.cells for p in cell.paragraphs if p.style} == {"TableText"}
    assert len(document.inline_shapes) == 2 and all(shape.width.cm <= 16.1 for shape in document.inline_shapes)
    assert "PAGE" in etree.tostring(document.sections[0].footer._element).decode()


def test_a_table_of_many_columns_has_a_page_on_its_side() -> None:
    table = Block(kind="table", header=tuple("abcdef"), rows=(tuple("uvwxyz"),) * 12)
    wide = Survey(title="T", sections=(Section(id="s", title="Many", blocks=(table,)), Section(id="t", title="After")))
    sections = WordDocument(io.BytesIO(export(wide, "docx").data)).sections
    assert [section.orientation for section in sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert all("PAGE" in etree.tostring(section.footer._element).decode() for section in sections)
    pages = [
        (page.mediabox.width > page.mediabox.height, page.extract_text()) for page in PdfReader(io.BytesIO(export(wide, "pdf").data)).pages
    ]
    (text,) = (text for on_its_side, text in pages if on_its_side)
    assert "Many" in text and "After" not in text  # the heading goes with it


def test_the_pdf_has_contents_page_numbers_and_a_title_of_its_own() -> None:
    reader = PdfReader(io.BytesIO(exported("pdf").data))
    assert reader.metadata is not None and reader.metadata.title == "How sleep staging travels"
    assert "Contents" in reader.pages[0].extract_text()
    assert [str(entry.title) for entry in reader.outline if not isinstance(entry, list)][-1].endswith("References")
    assert all(page.extract_text().strip().endswith(str(number)) for number, page in enumerate(reader.pages, start=1))


def test_a_german_survey_is_set_in_german() -> None:
    text = words("pdf", export(small_survey().model_copy(update={"lang": "de"}), "pdf", csl="ieee"))
    assert "Inhaltsverzeichnis" in text
    assert "[1, S. 4]" in text
    assert "[1, p. 4]" in words("docx", exported("docx", "ieee")) and "[1, S. 4]" in words("docx", exported("docx", "ieee", "de-DE"))


# ---------------------------------------------------------------- citations


def text_of(*sentences: Sentence, papers: tuple[Reference, ...] = PAPERS, csl: str = "apa") -> str:
    section = Section(id="s", title="S", blocks=(Block(kind="paragraph", items=(sentences,)),))
    made = words("gfm", export(Survey(title="T", sections=(section,), papers=papers), "gfm", csl=csl))
    return made.partition(" S ")[2].partition(" References ")[0]


def test_a_paper_that_a_sentence_names_is_cited_there() -> None:
    assert text_of(claim("Phan et al. (2019) report:", LOST)) == f"Phan et al. (2019, p. 4) report: “{LOST.text}”"
    assert text_of(claim("Phan et al. (2019) report:", LOST), csl="ieee") == f"Phan et al. [1, p. 4] report: “{LOST.text}”"


def test_pages_of_one_paper_are_named_together() -> None:
    further = LOST.model_copy(update={"page": 2})
    both = Sentence(text=f"Phan et al. (2019) report: “{LOST.text}” twice", kind="claim", quotes=(LOST, further))
    assert text_of(both) == f"Phan et al. (2019, pp. 2, 4) report: “{LOST.text}” twice"


def test_a_name_in_a_quotation_or_of_a_paper_that_is_not_cited_stays_text() -> None:
    quote = LOST.model_copy(update={"text": "as Andersen (2020) and Phan et al. (2019) saw"})
    said = "Roe et al. (2021) differ from this: “as Andersen (2020) and Phan et al. (2019) saw”"
    assert text_of(claim("Roe et al. (2021) differ from this:", quote, ".")) == f"{said} (Phan et al., 2019, p. 4)."


def test_the_letters_of_years_are_the_styles_own() -> None:
    twins = tuple(Reference(key=key, title=title, authors=("Ada Roe",), date="2021") for key, title in (("x", "Zebras"), ("y", "Apes")))
    assert text_of(fact("Roe (2021a) and Roe (2021b) agree.", "x", "y"), papers=twins) == "Roe (2021b) and Roe (2021a) agree."


def test_what_became_of_a_retracted_paper_is_said_with_its_name() -> None:
    paper = PAPERS[1].model_copy(update={"notice": "Retraction, 2021"})
    assert text_of(fact("Andersen (2020, retracted) says so.", "andersen2020"), papers=(paper,)) == "Andersen (2020, retracted) says so."


@pytest.mark.parametrize("name", ["ieee", "apa", "nature"])
def test_references_are_those_of_pandoc_called_by_hand(name: str, tmp_path: Path) -> None:
    survey = small_survey()
    (tmp_path / "survey.md").write_text(survey_markdown(survey, printed_references=False), encoding="utf-8")
    (tmp_path / "references.bib").write_text(references_bib(survey.papers), encoding="utf-8")
    (tmp_path / "style.csl").write_text(style(name).xml, encoding="utf-8")
    command = [pandoc_path(), "-f", "markdown-smart", "-t", "html", "--citeproc", "--csl=style.csl", "survey.md"]
    by_hand = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode("utf-8")
    entries = [_entries(by_hand), _entries(exported("html", name).data.decode("utf-8"))]
    assert entries[0] == entries[1] and len(entries[0]) == len(PAPERS)


def _entries(page: str) -> list[str]:
    found = (entry for entry in html.fromstring(page).iter("div") if "csl-entry" in entry.get("class", ""))
    return [" ".join("".join(map(str, entry.itertext())).split()) for entry in found]


def test_an_alias_is_the_style_it_stands_for_and_a_file_is_read(tmp_path: Path) -> None:
    assert style("nature-physics").xml == style("nature").xml
    assert style("vancouver").name == "nlm-citation-sequence"  # as it is called now
    mine = tmp_path / "mine.csl"
    mine.write_text(style("ieee").xml, encoding="utf-8")
    assert style(str(mine)).xml == style("ieee").xml


def test_a_style_that_is_none_is_named_with_its_fault(tmp_path: Path) -> None:
    with pytest.raises(UnknownStyle, match=r"'iee' is known. Did you mean ieee"):
        style("iee")
    bad = tmp_path / "bad.csl"
    for content, fault in (
        ("<style", "well-formed"),
        ("<html/>", "first element"),
        ('<style xmlns="http://purl.org/net/xbiblio/csl"/>', "nothing"),
    ):
        bad.write_text(content, encoding="utf-8")
        with pytest.raises(BadStyle, match=fault):
            style(str(bad))
    with pytest.raises(BadStyle, match="No such file"):
        style(str(tmp_path / "none.csl"))


def test_options_that_mean_nothing_are_refused() -> None:
    with pytest.raises(NotCited):
        export(small_survey(), "csv", csl="ieee")
    with pytest.raises(BadLocale):
        export(small_survey(), "gfm", locale="de_DE; rm")


def test_without_pandoc_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise NoTypesetter("pandoc")

    monkeypatch.setattr(engines, "pandoc_path", none)
    with pytest.raises(NoTypesetter, match=r"fishbone-survey\[export\]"):
        export(small_survey(), "docx")
    assert export(small_survey(), "csv").data and export(small_survey(), "html").data


# ---------------------------------------------------------------- what is edited, and what is hostile


def test_an_edited_survey_is_exported_as_it_stands() -> None:
    edited = (
        survey_markdown(small_survey())
        .replace("'How sleep staging travels'", "'Mine: 5 \\* 3'")
        .replace("# The papers", "# My own view {#mine}\n\nI doubt this [@roe2021; @nobody].\n\n# The papers")
    )
    made = export(small_survey(), "gfm", markdown=edited)
    assert "I doubt this (Roe" in words("gfm", made) and "My own view" in words("gfm", made)
    assert words("gfm", made).startswith("Mine: 5 * 3 sleep staging between laboratories")
    assert made.unknown == ("nobody",)
    windows = export(small_survey(), "gfm", markdown="\ufeff" + edited.replace("\n", "\r\n"))
    assert windows == made


def test_text_that_is_nested_without_end_is_an_error_and_no_crash() -> None:
    deep = survey_markdown(small_survey()) + "\n" + "> " * 2000 + "x\n"
    with pytest.raises(ExportFailed, match="too deep"):
        export(small_survey(), "gfm", markdown=deep)


HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[a](javascript:alert(1)) ![b](http://evil.example/x.png) <javascript:alert(1)>",
    "\\input{/etc/passwd} \\write18{id} $\\immediate$ ^^5cinput % {} \\csname x\\endcsname",
    '#read("/etc/passwd") #import "@preview/x:1.0.0" $x$ <refs> @roe @refs',
    "{{< include /etc/passwd >}} ```{python} print(1)``` `r system('id')`",
    "=HYPERLINK(\"http://evil.example\")",
    "---\nbibliography: /etc/passwd\ncsl: http://evil.example/x.csl\nheader-includes: \\input{x}\n---",
    "```{=html}\n<script>alert(1)</script>\n```",
    "`\\input{x}`{=latex} [x]{onclick=alert(1)} [y](http://a.example){onclick=alert(1)}",
    "::: {.cell .code custom-style=x onclick=y}\nimport os\n:::",
    "```{python}\nimport os\n```",
    "http://evil.example/a www.evil.example DDEAUTO c:\\\\windows\\\\cmd.exe",
    "[@*] [@../../etc/passwd] [-@<x>] @{http://evil.example}",
    "\ufffe\x00\x0b ]]> &#0; <!-- <![CDATA[",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_nothing_hostile_is_active(form: str) -> None:
    survey = survey_of(HOSTILE)
    made = export(survey, form, markdown=survey_markdown(survey) + by_hand(HOSTILE), csl="ieee" if form == "html" else "")
    assert active(form, made.data, made.beside) == []


def test_what_is_active_is_found() -> None:
    """The check itself: it must not be blind."""
    assert active("html", b'<p onclick="x"><img src="http://a.b/c"><a href="javascript:x">y</a><script>z</script>')
    assert active("gfm", b"<b>x</b>") and active("gfm", b"[x](javascript:y)") and active("qmd", b"{{< include x >}}")
    assert active("latex", b"\\begin{document}\\input{x}") and active("latex", b"\\begin{document}a $x$")
    assert active("csv", b"a\r\n=1+1\r\n") and active("ipynb", b'{"cells": [{"cell_type": "code", "source": []}]}')


def test_the_evidence_has_a_row_a_sentence_and_quote() -> None:
    rows = list(csv.DictReader(io.StringIO(exported("csv").data.decode("utf-8"))))
    assert [row["citekey"] for row in rows] == [
        "",
        "phan2019",
        "andersen2020",
        "phan2019",
        "andersen2020",
        "roe2021",
        "phan2019",
        "mallory2024",
    ]
    assert (rows[1]["quote"], rows[1]["page"], rows[1]["start"], rows[1]["verdict"]) == (LOST.text, "4", "1203", "supported")
    assert rows[3]["quote"] == "" and rows[-1]["verdict"] == "flagged"


def test_a_row_of_a_table_has_its_evidence_too() -> None:
    table = Block(kind="table", header=("Paper", "Value"), rows=(("@phan2019", "14"), ("@roe2021", "=1")), evidence=((LOST,), ()))
    made = export(Survey(sections=(Section(id="s", title="S", blocks=(table,)),)), "csv").data.decode("utf-8")
    (row,) = csv.DictReader(io.StringIO(made))
    assert (row["sentence"], row["kind"], row["quote"]) == ("'@phan2019 | 14", "table", LOST.text)


# ---------------------------------------------------------------- drawings


def test_every_figure_of_a_survey_has_its_drawing() -> None:
    assert MAKERS.keys() == FIGURES.keys()


def test_a_drawing_higher_than_a_page_is_cut_into_pieces_that_lack_no_line() -> None:
    lines = "".join(f'<text x="9" y="{y}">line {y}</text>' for y in range(20, 3000, 20))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="3000" viewBox="0 0 600 3000">{lines}</svg>'
    cut = pieces(Drawing("long.svg", svg, 600, 3000), 900)
    assert [piece.file for piece in cut] == ["long-1.svg", "long-2.svg", "long-3.svg", "long-4.svg"]
    assert all(piece.height <= 900 for piece in cut)
    spans = [
        (float(box[1]), float(box[1]) + float(box[3])) for piece in cut if (box := etree.fromstring(piece.svg).get("viewBox", "").split())
    ]
    assert spans[0][0] == 0 and spans[-1][1] == pytest.approx(3000)
    assert all(any(top <= y - 12 and y + 4 <= end for top, end in spans) for y in range(20, 3000, 20))
    assert pieces(cut[0], 900) == [cut[0]]
