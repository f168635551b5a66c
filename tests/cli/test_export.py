import json
from pathlib import Path

import pytest

from survey.cli.export import Form
from survey.exporting import FORMS
from survey.exporting.folders import OWN
from survey.outputs import _MADE
from survey.readers.bibliographies import bibtex, json_records, ris
from survey.readers.cleaning import clean
from survey.records import Paper
from tests.calling import call
from tests.conftest import PAPERS, Made

READERS = {"bibtex": bibtex.read, "biblatex": bibtex.read, "ris": ris.read, "csl-json": json_records.read}


@pytest.mark.parametrize("form", READERS)
def test_every_paper_is_printed_and_can_be_read_back_with_its_citekey(made: Made, form: str) -> None:
    done = call("export", "-t", form, "-w", made.root)
    assert (done.code, done.err) == (0, "")
    back = [paper for paper in READERS[form](clean(done.raw.decode("utf-8")), "x") if isinstance(paper, Paper)]
    assert {paper.key for paper in back} == PAPERS
    tarr = next(paper for paper in back if paper.key == "tarr2021")
    assert tarr.title == "Capacity Fade of Lithium Batteries at Low Temperature"
    assert tarr.authors == ("Finn Tarr", "Eva Quist", "Gia Usman")
    assert tarr.abstract.startswith("Forecasting capacity fade")


def test_every_format_can_be_asked_for() -> None:
    assert {form.value for form in Form} == set(FORMS)


def test_named_papers_are_printed_in_the_order_in_which_they_are_named(made: Made) -> None:
    done = call("export", "@volt2023", "tarr2021", "volt2023", "-w", made.root)
    assert [line for line in done.out.splitlines() if line.startswith("@")] == ["@article{volt2023,", "@article{tarr2021,"]


def test_json_is_one_object(made: Made) -> None:
    (item,) = call("export", "tarr2021", "--json", "-w", made.root).data["references"]
    assert item == json.loads(call("export", "tarr2021", "-t", "csl-json", "-w", made.root).out)[0]


@pytest.mark.parametrize(
    "wrong",
    [("tarr2012",), ("-t", "word"), ("tarr2021", "-t", "docx"), ("-t", "csv", "--csl", "ieee"), ("-t", "gfm", "--locale", "german!")],
    ids=" ".join,
)
def test_what_makes_no_sense_is_usage(made: Made, wrong: tuple[str, ...]) -> None:
    done = call("export", *wrong, "-w", made.root)
    assert done.code == 2 and done.out == ""


def test_a_folder_that_holds_no_survey_or_several_is_named(made: Made, tmp_path: Path) -> None:
    done = call("export", tmp_path, "-t", "csv")
    assert done.code == 2 and f"{tmp_path}: holds no survey. Make one with `survey run`" in done.err
    for name in ("a", "b"):
        (tmp_path / "outputs" / name).mkdir(parents=True)
        (tmp_path / "outputs" / name / "survey.json").write_text("{}", encoding="utf-8")
    done = call("export", "-t", "csv", "-w", tmp_path)
    assert done.code == 2 and f"{tmp_path / 'outputs' / 'a'}, {tmp_path / 'outputs' / 'b'}" in done.err


def test_a_survey_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "survey.json").write_text('{"format": 3, "sections": 4}', encoding="utf-8")
    done = call("export", tmp_path, "-t", "csv")
    assert done.code == 2 and f"{tmp_path / 'survey.json'}: cannot be read as a survey" in done.err


def test_references_of_a_survey_are_those_of_its_folder(made: Made) -> None:
    done = call("export", made.folder, "-t", "bibtex")
    assert done.raw == (made.folder / "references.bib").read_bytes()


def test_the_only_survey_is_exported_and_a_file_in_it_names_it(made: Made) -> None:
    done = call("export", "-t", "csv", "-w", made.root)
    assert done.code == 0 and done.out.startswith("section,sentence,kind,verdict,citekey,page,start,end,quote")
    assert call("export", made.folder / "survey.md", "-t", "csv").raw == done.raw


def test_the_survey_itself_is_not_overwritten(work: Made) -> None:
    before = (work.folder / "survey.html").read_bytes()
    done = call("export", work.folder, "-t", "html", "-o", work.folder)
    assert done.code == 8 and "it is a part of the survey" in done.err
    assert (work.folder / "survey.html").read_bytes() == before


@pytest.mark.parametrize(
    "name",
    ["outline.yaml", "links.csv", "reported.csv", "gaps.csv", "themes.csv", "graph.graphml", "tree.svg", "fishbone.mmd", "survey.md.bak-2"],
)
def test_no_part_of_a_survey_is_overwritten(work: Made, tmp_path: Path, name: str) -> None:
    file = work.folder / name
    file.write_text("mine", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(file)
    for what in ((work.folder, "-t", "csv"), (work.folder, "--json"), ("tarr2021",)):
        for out in (file, tmp_path / "link.csv"):
            done = call("export", *what, "-o", out, "-w", work.root)
            assert done.code == 8 and "it is a part of the survey" in done.err
            assert file.read_text(encoding="utf-8") == "mine"


def test_all_that_the_program_writes_is_a_part_of_the_survey(made: Made) -> None:
    assert {path.name for path in made.folder.iterdir()} <= OWN
    assert set(_MADE) <= OWN


def test_what_the_library_was_read_from_is_not_overwritten(work: Made) -> None:
    source = next(path for path in work.root.rglob("*.bib") if path.parent != work.folder)
    before = source.read_bytes()
    for out, why in ((source, "the library was read from it"), (work.root / "store" / "library.sqlite", "the library is kept there")):
        for what in (("tarr2021",), (work.folder, "-t", "csv")):
            done = call("export", *what, "-o", out, "-w", work.root)
            assert done.code == 8 and why in done.err
    assert source.read_bytes() == before


def test_a_slash_at_the_end_means_a_folder(made: Made, tmp_path: Path) -> None:
    assert call("export", made.folder, "-t", "csv", "-o", f"{tmp_path}/docx.d/").code == 0
    assert (tmp_path / "docx.d" / "survey.csv").is_file()
    assert call("export", "tarr2021", "-o", f"{tmp_path}/refs.d/", "-w", made.root).code == 0
    assert (tmp_path / "refs.d" / "library.bib").is_file()


def test_a_dash_means_stdout_which_takes_text_alone(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = call("export", made.folder, "-t", "csv", "-o", "-")
    assert done.code == 0 and done.out.startswith("section,sentence")
    assert call("export", "tarr2021", "-o", "-", "-w", made.root).out.startswith("@")
    done = call("export", made.folder, "-t", "docx", "-o", "-")
    assert (done.code, done.out) == (2, "") and "is not written to stdout" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named(made: Made, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = call("export", made.folder, "-t", "csv", "-o", tmp_path / "file" / "x.csv")
    assert done.code == 8 and "x.csv: cannot be written" in done.err


class TestWithPandoc:
    @pytest.fixture(autouse=True)
    def _needed(self) -> None:
        pytest.importorskip("pypandoc", reason="needs the extra `export`")
        pytest.importorskip("typst", reason="needs the extra `export`")

    def test_a_document_is_written_into_the_folder_of_its_survey(self, work: Made) -> None:
        done = call("export", work.folder, "-t", "docx", "--csl", "ieee")
        assert (done.code, done.out) == (0, "") and f"written to {work.folder / 'survey.docx'}" in done.err
        assert (work.folder / "survey.docx").read_bytes().startswith(b"PK")

    def test_latex_takes_its_drawings_and_references_along(self, work: Made, tmp_path: Path) -> None:
        assert call("export", work.folder, "-t", "latex", "-o", tmp_path / "thesis").code == 0
        names = {path.name for path in (tmp_path / "thesis").iterdir()}
        assert {"survey.tex", "references.bib", "fishbone.pdf"} <= names

    def test_text_is_printed_and_the_edits_of_the_survey_stand_in_it(self, work: Made) -> None:
        text = work.folder / "survey.md"
        text.write_text(
            text.read_text(encoding="utf-8").replace("# References", "# Mine\n\nAsk [@nobody].\n\n# References"), encoding="utf-8"
        )
        done = call("export", work.folder, "-t", "gfm")
        assert "## Mine" in done.out and "cited, but no paper of the survey: @nobody" in done.err

    def test_an_unknown_style_is_answered_with_the_nearest(self, made: Made) -> None:
        done = call("export", made.folder, "-t", "gfm", "--csl", "iee")
        assert done.code == 2 and "Did you mean ieee" in done.err
