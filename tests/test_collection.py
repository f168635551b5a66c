"""The shelf: bibliographies that lead to files, names on stdin, notices of retraction, and libraries from before."""

import json
from pathlib import Path

import pytest

from survey.workspace import Workspace

FROG = "We count frogs in the rain with two microphones. Thunder hides a third of all calls from the microphones."
TOAD = "We count toads from a drone at night. Reeds hide a fourth of all toads from the thermal camera of the drone."


def note(title: str, text: str) -> str:
    return f"# {title}\n\n{text}\n"


def entry(key: str, title: str, file: str, doi: str = "") -> str:
    return (
        f"@article{{{key},\n title = {{{title}}},\n author = {{Holt, Ada}},\n year = {{2019}},\n doi = {{{doi}}},\n file = {{{file}}}\n}}\n"
    )


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A reference manager's export: the bibliography, and beside it the files that it names."""
    folder = tmp_path / "export"
    (folder / "files" / "12").mkdir(parents=True)
    (folder / "files" / "12" / "frogs.md").write_text(note("A scan without its proper title", FROG), encoding="utf-8")
    (folder / "library.bib").write_text(
        entry("holtFrogs2019", "Counting Frogs in the Rain", "Full Text:files/12/frogs.md:text/markdown")
        + entry("holtGone2019", "Counting Newts in Ponds", "files/13/gone.pdf"),
        encoding="utf-8",
    )
    return folder


def test_an_entry_and_the_file_it_names_are_one_paper(export: Path, tmp_path: Path) -> None:
    with Workspace.open(tmp_path) as workspace:
        added = workspace.add([export / "library.bib"])
        paper = workspace.paper("holtFrogs2019")
        assert set(added.papers) == {"holtFrogs2019", "holtGone2019"}
        assert (paper.title, paper.text.splitlines()[-1]) == ("Counting Frogs in the Rain", FROG)
        assert {s.path for s in paper.sources} == {"export/library.bib", "export/files/12/frogs.md"}
        (told,) = added.skipped
        assert (told.source, "a file that is not there: export/files/13/gone.pdf" in told.reason) == ("export/library.bib", True)
        assert workspace.add([export / "library.bib"]).files_read == 0


def test_a_bibliography_leads_to_no_file_beyond_what_the_user_named(export: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(note("Diary", TOAD), encoding="utf-8")
    entries = entry("one2019", "Counting Frogs", str(tmp_path / "secret.md")), entry("two2019", "Counting Toads", "../secret.md")
    (export / "library.bib").write_text("".join(entries), encoding="utf-8")
    (export / "files" / "out.md").symlink_to(tmp_path / "secret.md")
    work = tmp_path / "work"
    with Workspace.open(work) as workspace:
        added = workspace.add([export / "library.bib"])
        assert [("2 files that are not in its folder" in s.reason, bool(s.cure)) for s in added.skipped] == [(True, True)]
        assert not any(TOAD in paper.text for paper in workspace.library.papers())
        assert {s for s in workspace.library.sources() if "secret" in s} == set()


def register(*rows: tuple[str, str, str, str]) -> str:
    head = (
        "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,RetractionDate,RetractionDOI,"
        "RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes\n"
    )
    lines = [
        f'{n},{t},S,I,J,P,C,A,,Article,{when},,0,1/1/2019 0:00,{doi},0,{nature},"+Data doubted;",No,\n'
        for n, (t, doi, nature, when) in enumerate(rows)
    ]
    return head + "".join(lines)


def test_a_survey_says_which_of_its_papers_were_retracted(tmp_path: Path) -> None:
    told = {"Counting Frogs": FROG, "Counting Toads": TOAD, "Counting Newts": FROG.replace("frogs", "newts")}
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "library.bib").write_text(
        "".join(
            f"@article{{k{n}, title={{{title}}}, author={{Holt, Ada}}, year={{2019}}, doi={{10.5555/{n}}}, abstract={{{text}}}}}\n"
            for n, (title, text) in enumerate(told.items())
        ),
        encoding="utf-8",
    )
    rows = [
        ("Counting Frogs", "10.5555/0", "Retraction", "3/4/2021 0:00"),
        ("Counting Toads", "10.5555/1", "Retraction", "3/4/2021 0:00"),
        ("Counting Toads", "10.5555/1", "Reinstatement", "5/6/2022 0:00"),
    ]
    (tmp_path / "watch.csv").write_text(register(*rows), encoding="utf-8")
    with Workspace.open(tmp_path) as workspace:
        workspace.add([papers])
        added = workspace.add([tmp_path / "watch.csv"])
        assert (added.notices, added.papers) == (3, ())
        assert {key: workspace.paper(key).retracted for key in ("k0", "k1", "k2")} == {"k0": True, "k1": False, "k2": False}
        made = workspace.survey()
        text = (made.folder / "survey.md").read_text(encoding="utf-8")
        assert "Retraction on 2021-03-04 (Data doubted), says watch.csv" in text
        assert "(2019, retracted)" in text or "(2019a, retracted)" in text
        assert not [finding for finding in workspace.verify(made.folder) if finding.fault]
        record = json.loads((made.folder / "survey.json").read_text(encoding="utf-8"))
        assert [bool(paper.get("notice")) for paper in sorted(record["papers"], key=lambda p: str(p["key"]))] == [True, True, False]
        (tmp_path / "watch.csv").unlink()
        workspace.add([papers], forget_missing=True)
        assert not any(paper.notice for paper in workspace.library.papers())
