"""Drafts by anybody; tests/test_checking.py has the survey's own files."""

import json
import re
import shutil
from pathlib import Path

import pytest

from survey.checking import Finding, check_file
from survey.checking.written import record_in
from survey.library import Library
from survey.records import Paper, Quote
from survey.render.evidence import survey_json
from survey.render.markdown import survey_markdown
from tests.conftest import FIXTURES, Made

Papers = dict[str, Paper]
TOADS = "thornCountingToadsDrones"
"""“Counting toads from the ground is laborious, since toads hide in the reeds around a pond. We present a drone with a thermal camera …”"""


@pytest.fixture(scope="session")
def papers(made: Made) -> Papers:
    with Library(made.root / "store" / "library.sqlite") as library:
        return {paper.key: paper for paper in library.papers()}


def found(path: Path, papers: Papers, bib: Path | None = None) -> list[Finding]:
    return check_file(path, papers.get, lambda: list(papers.values()), bib)


def faults(path: Path, papers: Papers, text: str = "") -> list[str]:
    if text:
        path.write_text(text, encoding="utf-8")
    return [finding.fault for finding in found(path, papers) if finding.fault]


DRAFTS = FIXTURES / "drafts"


@pytest.mark.parametrize(
    ("name", "means", "wrong", "unchecked", "standing"),
    [
        (
            "by_number.md",
            {"quist2019", "tarr2021", "wrenSeeingLithiumPlating", "volt2023", "[5]", "[9]"},
            [(6, "cites [9], which is neither in its list of references nor in the library"), (11, "by 73%” does not stand in @volt2023")],
            [(11, "[5] is in its list of references, not in the library")],
            (3, 5),
        ),
        (
            "by_name.md",
            {"quist2019", "tarr2021", "volt2023", "Gray et al., 1999"},
            [(5, "cites Gray et al., 1999, which is neither"), (5, "does not stand in @volt2023")],
            [],
            (2, 3),
        ),
        (
            "by_key.md",
            {"quist2019", "tarr2021", "ohm", "nobody"},
            [(9, "cites @nobody, which is neither in by_key.bib nor in the library")],
            [(8, "@ohm is in by_key.bib, not in the library: add its file")],
            (1, 2),
        ),
    ],
)
def test_what_a_citation_means_is_for_the_list_or_the_bibliography_to_say(
    papers: Papers, name: str, means: set[str], wrong: list[tuple[int, str]], unchecked: list[tuple[int, str]], standing: tuple[int, int]
) -> None:
    findings = found(DRAFTS / name, papers)
    assert {key for finding in findings for key in finding.citekeys} == means
    assert [(f.line, reason in f.fault) for f, (_, reason) in zip((f for f in findings if f.fault), wrong, strict=True)] == [
        (line, True) for line, _ in wrong
    ]
    told = [(f.line, f.unchecked) for f in findings if f.unchecked]
    assert [line for line, _ in told] == [line for line, _ in unchecked]
    assert all(reason in one for (_, one), (_, reason) in zip(told, unchecked, strict=True))
    assert (sum(f.standing for f in findings), sum(f.quotations for f in findings)) == standing


def test_a_key_of_the_bibliography_is_not_the_librarys_of_the_same_name(tmp_path: Path, papers: Papers) -> None:
    """Somebody else's ``volt2023`` is another paper."""
    (tmp_path / "draft.md").write_text("They say “the newts are many in the ponds of the north” [@volt2023].\n", encoding="utf-8")
    bib = tmp_path / "refs.bib"
    bib.write_text("@article{volt2023, title={Newts of the northern ponds}, author={Volt, Zoe}, year={2023}}\n", encoding="utf-8")
    (finding,) = found(tmp_path / "draft.md", papers)
    assert (finding.fault, finding.standing, finding.quotations) == ("", 0, 1)
    assert "@volt2023 is in refs.bib, not in the library" in finding.unchecked


def test_a_key_is_looked_up_once(tmp_path: Path, papers: Papers) -> None:
    """Another entry of the bibliography may be called as the library calls the paper that was found."""
    (tmp_path / "refs.bib").write_text(
        f"@misc{{mine, title={{{TITLE}}}, author={{Tarr, Finn}}, year=2021}}\n"
        "@misc{tarr2021, title={Newts of the northern ponds}, author={Volt, Zoe}, year={2023}}\n",
        encoding="utf-8",
    )
    draft = "It “attains an error of 1.8% at low temperature” [@mine].\n\nIt “attains an error of 2.8% at low temperature” [@mine].\n\n"
    (tmp_path / "draft.md").write_text(f"{draft}They say “the newts are many in the ponds of the north” [@tarr2021].\n", encoding="utf-8")
    false, true, unknown = found(tmp_path / "draft.md", papers)
    assert "does not stand in @tarr2021" in false.fault and (false.unchecked, false.standing) == ("", 0)
    assert (true.fault, true.unchecked, true.standing) == ("", "", 1)
    assert unknown.fault == "" and "@tarr2021 is in refs.bib, not in the library" in unknown.unchecked


TITLE = "Capacity Fade of Lithium Batteries at Low Temperature"
CSL = f'[{{"id": "mine", "type": "article", "title": "{TITLE}", "author": [{{"family": "Tarr"}}], "issued": {{"date-parts": [[2021]]}}}}]'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("refs.ris", f"TY  - JOUR\nID  - mine\nTI  - {TITLE}\nAU  - Tarr, Finn\nPY  - 2021\nER  - \n"),
        ("refs.json", CSL),
        ("refs.bib", f"@misc{{mine, title={{{TITLE.lower()}}}, author={{Tarr, F.}}, year=2021}}"),
    ],
)
def test_bibliographies_of_other_kinds(tmp_path: Path, papers: Papers, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    words = "attains an error of 2.8% at low temperature"
    assert faults(tmp_path / "draft.md", papers, f"It “{words}” [@mine].\n") == []
    assert "does not stand in @tarr2021" in faults(tmp_path / "draft.md", papers, f"It “{words.replace('2.8', '1.8')}” [@mine].\n")[0]


# ---------------------------------------------------------------- quotations with words left out


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("The drone finds 83 of 90 toads … and outperforms two observers.", ""),
        ("… finds 83 of 90 toads [...] and outperforms two observers", ""),
        ("We present a drone ... that counts toads from the air. … The drone finds 83 of 90 toads", ""),
        ("outperforms two observers … finds 83 of 90 toads", "does not stand"),
        ("The drone finds 83 of 90 newts … and outperforms", "does not stand"),
        ("Counting toads from the ground … outperforms two observers", "joins what stands far apart"),
    ],
)
def test_what_a_quotation_leaves_out(tmp_path: Path, papers: Papers, words: str, cause: str) -> None:
    told = faults(tmp_path / "draft.md", papers, f"Thorn and Ulm say: “{words}” [@{TOADS}, p. 1].\n")
    assert [cause in one for one in told] == [True] * bool(cause)


def test_a_quotation_that_leaves_out_the_denial(tmp_path: Path, papers: Papers) -> None:
    text = "A book says: “The lithium plating itself is … measured, which limits what the forecast explains.” [@tarr2021].\n"
    assert "leaves out “not”, which turns its meaning" in faults(tmp_path / "draft.md", papers, text)[0]


# ---------------------------------------------------------------- what happened since


def changed(papers: Papers, key: str, **facts: object) -> Papers:
    return {**papers, key: papers[key].model_copy(update=facts)}


def test_a_retraction_is_a_warning_unless_the_survey_names_it(work: Made, papers: Papers) -> None:
    notice = "Retraction on 2026-01-02 (data were made up), says register.csv"
    retracted = changed(papers, "tarr2021", notice=notice)
    findings = found(work.folder, retracted)
    assert [f.fault for f in findings if f.fault] == []
    warned = [f for f in findings if f.warning]
    assert {f.file for f in warned} == {"survey.md", "survey.json"}
    assert all("tarr2021" in f.citekeys and f"@tarr2021 is retracted since: {notice}" in f.warning for f in warned)
    path = work.folder / "draft.md"
    text = "It “attains an error of 2.8% at low temperature” [@tarr2021]."
    path.write_text(text, encoding="utf-8")
    assert [bool(f.warning) for f in found(path, retracted)] == [True]
    path.write_text(f"{text} The paper was retracted since [@tarr2021].", encoding="utf-8")
    assert [bool(f.warning) for f in found(path, retracted)] == [False, False]


@pytest.mark.parametrize(
    ("notice", "warned"), [("Expression of concern, says x", True), ("Correction, says x", False), ("Reinstatement, says x", False)]
)
def test_which_notices_a_reader_must_know(tmp_path: Path, papers: Papers, notice: str, warned: bool) -> None:
    (tmp_path / "draft.md").write_text("It fades [@tarr2021].\n", encoding="utf-8")
    (finding,) = found(tmp_path / "draft.md", changed(papers, "tarr2021", notice=notice))
    assert bool(finding.warning) == warned


def test_a_paper_whose_text_has_changed_since_is_named(work: Made, papers: Papers) -> None:
    text = papers["holtFrogCallDetection2020"].text.replace("81.5%", "79.5%")
    anew = changed(papers, "holtFrogCallDetection2020", text=text)
    told = faults(work.folder / "survey.md", anew)
    assert told
    assert all("does not stand in @holtFrogCallDetection2020 any more: it did when the survey was written" in one for one in told)
    shutil.copy(work.folder / "survey.md", work.folder / "draft.md")  # nothing says what stood there when it was written
    assert all("any more" not in one for one in faults(work.folder / "draft.md", anew))


def test_a_quote_that_has_moved_is_told_where_it_stands_now(work: Made, papers: Papers) -> None:
    moved = changed(papers, "holtFrogCallDetection2020", text="New. " + papers["holtFrogCallDetection2020"].text, parts=(), pages=())
    told = faults(work.folder / "evidence.jsonl", moved)
    assert told
    assert all("if the paper was read anew since, make it anew" in one for one in told)
    assert faults(work.folder / "survey.md", moved) == []


# ---------------------------------------------------------------- sections by hand, rows with evidence


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("attains an error of 2.8% at low temperature", ""),
        ("attains an error of 2.8% … temperature", ""),
        ("attains an error of 2.9% at low temperature", "does not stand in @tarr2021"),
    ],
)
def test_a_section_by_hand_is_no_change_and_is_checked_as_a_draft(work: Made, papers: Papers, words: str, cause: str) -> None:
    by_hand = f"# My view {{#theme-1}}\n\nIt “{words}” [@tarr2021].\nThis is not new, and 7 newts agree.\n"
    path = work.folder / "survey.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    (section,) = (section for section in data["sections"] if section["id"] == "theme-1")
    own = [(f"It “{words}”.", ["tarr2021"]), ("This is not new, and 7 newts agree.", [])]
    items = [{"text": text, "kind": "own", "cites": keys, "verdict": "unchecked"} for text, keys in own]
    section |= {"title": "My view", "by_hand": by_hand, "blocks": [{"kind": "paragraph", "items": [items]}]}
    record = record_in(path, json.dumps(data))
    path.write_text(survey_json(record), encoding="utf-8")
    head, _, rest = survey_markdown(record).partition("# My view")
    following = re.search(r"^#+ ", rest, re.MULTILINE)
    assert following
    (work.folder / "survey.md").write_text(f"{head}{by_hand}\n{rest[following.start() :]}", encoding="utf-8")
    told = faults(work.folder / "survey.md", papers)
    assert [cause in one for one in told] == [True] * bool(cause)
    assert faults(path, papers) == []


def test_the_rows_of_a_table_rest_on_their_quotes(work: Made, papers: Papers) -> None:
    path = work.folder / "survey.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    start = papers["tarr2021"].text.index("The temperature-aware recurrent model attains")
    quote = papers["tarr2021"].quote(start, papers["tarr2021"].text.index(".", start + 75) + 1)
    assert "2.8%" in quote.text

    def checked(cell: str, evidence: Quote) -> list[str]:
        table = {"kind": "table", "header": ["Paper", "Error"], "rows": [["@tarr2021", cell]], "evidence": [[evidence.model_dump()]]}
        data["sections"][0]["blocks"] = [table]
        path.write_text(json.dumps(data, ensure_ascii=False, indent=2), encoding="utf-8")
        return faults(path, papers)

    assert checked("2.8% in 2021", quote) == []
    assert checked("3.8%", quote) == ["the number 3.8% stands in none of its quotes".replace("%", "")]
    assert "does not stand in @tarr2021" in checked("2.8%", quote.model_copy(update={"text": quote.text.replace("2.8", "1.8")}))[0]
