"""The shelf: bibliographies that lead to files, names on stdin, notices of retraction, and libraries from before."""

import json
import subprocess
import sys
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
        workspace.add([tmp_path], forget_missing=True)
        assert not any(paper.notice for paper in workspace.library.papers())


# ---------------------------------------------------------------- files that want more than to be read

GOOD = note("Counting Frogs", FROG)
LOOP = "\\documentclass{article}\\title{Loops of Links}\\begin{document}" + FROG + "\\input{%s}\\end{document}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("long.bib", entry("a2019", "Counting Newts", "a" * 300 + ".pdf")),
        ("loop.bib", entry("a2019", "Counting Newts", "ring/x.pdf")),
        ("null.bib", entry("a2019", "Counting Newts", "a\0b.pdf")),
        ("share.bib", entry("a2019", "Counting Newts", "\\\\\\\\host\\\\share\\\\x.pdf")),
        ("long.tex", LOOP % ("a" * 300)),
        ("loop.tex", LOOP % "ring/x"),
    ],
)
def test_whatever_a_file_names_the_papers_beside_it_are_read(tmp_path: Path, name: str, text: str) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "ring").symlink_to(papers / "ring")
    (papers / name).write_text(text, encoding="utf-8")
    (papers / "good.md").write_text(GOOD, encoding="utf-8")
    with Workspace.open(tmp_path) as workspace:
        added = workspace.add([papers, Path("x" * 5000)])
        assert {paper.title for paper in workspace.library.papers()} >= {"Counting Frogs"}
        assert any("ring" in s.source for s in added.skipped), "the link in a circle is told"
        assert any(s.source.startswith("../") or s.source.startswith("xxx") for s in added.skipped), "the path too long is told"


def test_no_bibliography_and_no_document_leads_to_hidden_files(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for hidden in (papers / ".env", papers / ".notes.md", papers / "secrets"):
        hidden.write_text("API_KEY = sk-secret " * 9, encoding="utf-8")
    entries = (entry(f"k{n}", f"Counting Newts {n}", file) for n, file in enumerate((".env", ".notes.md", "secrets", "papers/../.env")))
    (papers / "library.bib").write_text("".join(entries), encoding="utf-8")
    (papers / "main.tex").write_text(LOOP % ".env", encoding="utf-8")
    with Workspace.open(tmp_path) as workspace:
        workspace.add([papers / "library.bib", papers / "main.tex"])
        assert not any("sk-secret" in paper.text for paper in workspace.library.papers())


def test_a_changed_piece_changes_its_document_and_an_unchanged_one_costs_nothing(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    (papers / "parts").mkdir(parents=True)
    (papers / "main.tex").write_text(LOOP % "parts/method", encoding="utf-8")
    piece = papers / "parts" / "method.tex"
    piece.write_text(f"{TOAD}\n", encoding="utf-8")
    with Workspace.open(tmp_path) as workspace:
        assert workspace.add([papers]).files_read == 2
        assert workspace.add([papers]).files_read == 0
        piece.write_text(TOAD.replace("fourth", "fifth"), encoding="utf-8")
        workspace.add([papers])
        assert "fifth of all toads" in workspace.library.papers()[0].text


def test_a_file_read_for_its_name_stays_read_and_is_known_however_it_is_named(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "readme.md").write_text(GOOD, encoding="utf-8")
    (papers / "other.md").write_text(note("Counting Toads", TOAD), encoding="utf-8")
    with Workspace.open(tmp_path) as workspace:
        assert [s.expected for s in workspace.add([papers]).skipped] == [True]
        assert workspace.add([papers / "readme.md"]).new == 1
        again = workspace.add([papers])
        assert (again.files_read, len(again.papers)) == (0, 2)
        assert workspace.add([papers / "other.md", papers.absolute() / "other.md"]).files_read == 0


def test_a_file_is_missing_only_when_it_is_gone_whatever_its_name(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "cafe\u0301.md").write_text(GOOD, encoding="utf-8")
    (papers / "zero\u200bwidth.md").write_text(note("Counting Toads", TOAD), encoding="utf-8")
    with Workspace.open(tmp_path) as workspace:
        workspace.add([papers])
        assert workspace.status().missing == ()
        assert workspace.add([papers], forget_missing=True).missing == ()
        assert workspace.status().papers == 2
        (papers / "cafe\u0301.md").unlink()
        assert len(workspace.status().missing) == 1
        other = tmp_path / "elsewhere"
        other.mkdir()
        workspace.add([other], forget_missing=True)  # says nothing of the folder that lost a file
        assert workspace.status().papers == 2


def test_what_an_accident_left_unread_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from survey.readers import containment

    (tmp_path / "a.md").write_text(GOOD, encoding="utf-8")
    with Workspace.open(tmp_path) as workspace:
        containment._children.end()
        with monkeypatch.context() as patch:
            patch.setattr(containment, "_start", dying)
            assert "brings its reader down" in workspace.add([tmp_path / "a.md"]).skipped[0].reason
        assert workspace.add([tmp_path / "a.md"]).new == 1


def dying() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", "pass"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_link_out_of_the_folder_is_told_and_not_followed(tmp_path: Path) -> None:
    papers, outside = tmp_path / "papers", tmp_path / "outside"
    for folder in (papers, outside):
        folder.mkdir()
    (outside / "toads.md").write_text(note("Counting Toads", TOAD), encoding="utf-8")
    (papers / "good.md").write_text(GOOD, encoding="utf-8")
    (papers / "toads.md").symlink_to(outside / "toads.md")
    (papers / "folder").symlink_to(outside)
    with Workspace.open(tmp_path / "work") as workspace:
        added = workspace.add([papers])
        assert len(added.papers) == 1
        assert sorted("leads out of its folder" in s.reason and bool(s.cure) for s in added.skipped) == [True, True]


def test_the_users_own_key_goes_before_a_made_one_and_both_are_found(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "frogs.md").write_text(
        "---\ntitle: Counting Frogs in the Rain\nauthor: Ada Holt\ndate: 2019\n---\n\n" + FROG, encoding="utf-8"
    )
    bib = papers / "library.bib"
    with Workspace.open(tmp_path) as workspace:
        (made,) = workspace.add([papers]).papers
        bib.write_text(entry("myFrogs", "Counting Frogs in the Rain", ""), encoding="utf-8")
        added = workspace.add([papers])
        assert (added.papers, added.renamed, added.dropped) == (("myFrogs",), ((made, "myFrogs"),), ())
        bib.write_text(entry("ourFrogs", "Counting Frogs in the Rain", ""), encoding="utf-8")
        assert workspace.add([papers]).papers == ("ourFrogs",)
        (papers / "other.bib").write_text(entry("hisFrogs", "Counting Frogs in the Rain", ""), encoding="utf-8")
        workspace.add([papers])
        assert {workspace.paper(key).key for key in (made, "myFrogs", "ourFrogs", "hisFrogs")} == {"ourFrogs"}
        draft = tmp_path / "draft.md"
        draft.write_text(f"Holt says “Thunder hides a third of all calls from the microphones.” [@{made}].\n", encoding="utf-8")
        assert not [finding for finding in workspace.verify(draft) if finding.fault]


def test_what_a_file_gave_is_kept_when_it_comes_to_harm_and_named_when_it_gives_it_no_longer(tmp_path: Path) -> None:
    bib = tmp_path / "library.bib"
    entries = [entry("frogs2019", "Counting Frogs", ""), entry("toads2019", "Counting Toads", "")]
    bib.write_text("".join(entries), encoding="utf-8")
    with Workspace.open(tmp_path) as workspace:
        workspace.add([bib])
        bib.write_text("", encoding="utf-8")
        harmed = workspace.add([bib])
        assert set(harmed.papers) == {"frogs2019", "toads2019"} and "empty" in harmed.skipped[0].reason
        bib.write_text(entries[0], encoding="utf-8")
        assert workspace.add([bib]).dropped == ("toads2019",)


def test_a_notice_by_title_alone_needs_author_and_year(tmp_path: Path) -> None:
    title = "Effects of long winters on the sleep of frogs"
    (tmp_path / "library.bib").write_text(entry("holt2019", title, ""), encoding="utf-8")
    cases = {"Holt, Ada": ("", "1/1/2019 0:00", True), "Other, Man": ("", "1/1/2019 0:00", False), "Ada Holt": ("", "1/1/1985 0:00", False)}
    for author, (doi, published, found) in cases.items():
        row = f'1,{title},S,I,J,P,C,"{author}",,Article,3/4/2021 0:00,,0,{published},{doi},0,Retraction,+Doubt;,No,\n'
        (tmp_path / "watch.csv").write_text(register() + row, encoding="utf-8")
        with Workspace.open(tmp_path / author) as workspace:
            workspace.add([tmp_path / "library.bib", tmp_path / "watch.csv"])
            assert workspace.paper("holt2019").retracted is found, author
