import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.checking import Finding, check_file
from survey.errors import UnreadableDraft
from survey.library import Library
from survey.records import Paper, Survey
from survey.render.markdown import sentence_markdown
from survey.tasks import Prose, SectionWritten, WriteSection
from survey.workspace import Workspace
from tests.conftest import Made
from tests.fakes import ModelWith

FILES = ("survey.md", "evidence.jsonl", "survey.json")
QUOTED = "detects 81.5% of the frog calls in rain noise"
"""Words of Holt et al., which the survey quotes."""


@pytest.fixture(scope="session")
def papers(made: Made) -> dict[str, Paper]:
    with Library(made.root / "store" / "library.sqlite") as library:
        return {paper.key: paper for paper in library.papers()}


@pytest.fixture
def checked(work: Made, papers: dict[str, Paper]) -> Callable[..., list[Finding]]:
    """The faults that a check of one of the files finds after it was changed."""

    def check(name: str, change: Callable[[str], str]) -> list[Finding]:
        path = work.folder / name
        text = path.read_text(encoding="utf-8")
        changed = change(text)
        assert changed != text
        path.write_text(changed, encoding="utf-8")
        return [finding for finding in check_file(path, papers.get) if finding.fault]

    return check


def line_of(folder: Path, name: str, words: str) -> int:
    lines = (folder / name).read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def counted(survey: Survey) -> str:
    """The line of a sentence that was counted and says a number."""
    told = (s for _, s in survey.sentences if s.kind == "connective" and re.search(r"\d", s.text) and not s.quotes)
    return next(sentence_markdown(sentence) for sentence in told)


@pytest.mark.parametrize("name", [*FILES, ""])
def test_a_fresh_survey_stands(made: Made, papers: dict[str, Paper], name: str) -> None:
    findings = check_file(made.folder / name, papers.get)
    assert len(findings) > 30
    assert [finding for finding in findings if finding.fault] == []


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (replaced(QUOTED, QUOTED.replace("rain", "wind")), "does not stand"),
        (replaced(QUOTED, QUOTED.replace("81.5", "91.5")), "does not stand"),
        (replaced(f"{QUOTED} and", f"{QUOTED} and always"), "does not stand"),
        (replaced(f"denoising network {QUOTED}", f"denoising network hardly {QUOTED}"), "does not stand"),
    ],
    ids=["word", "number", "end", "negation"],
)
@pytest.mark.parametrize("alone", [False, True], ids=["with its record", "alone"])
def test_an_altered_quote_is_named_with_its_line(
    work: Made, checked: Callable[..., list[Finding]], change: Callable[[str], str], cause: str, alone: bool
) -> None:
    line = line_of(work.folder, "survey.md", QUOTED)
    if alone:
        (work.folder / "survey.json").unlink()
    faults = checked("survey.md", change)
    assert [finding.line for finding in faults] == [line]
    assert cause in faults[0].fault
    assert faults[0].file == "survey.md"
    assert faults[0].citekeys == ("holtFrogCallDetection2020",)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (replaced("@holtFrogCallDetection2020", "@holtFrogCallDetection2021"), "not in the library"),
        (replaced("[@thornCountingToadsDrones, p. 2]", "[@thornCountingToadsDrones, p. 1]"), "not on the page given"),
        (replaced("[@thornCountingToadsDrones, p. 2]", "[@thornCountingToadsDrones, p. 7]"), "not on the page given"),
        (lambda text: re.sub(rf"(?m)^(.*{QUOTED}.*)\[@holt\w+\]", r"\1[@fernsDetectingFrogCalls2018]", text), "does not stand in @ferns"),
        (lambda text: re.sub(rf"(?m)^([^“\n]*)(“.*{QUOTED})", r"\1in all 7 ponds \2", text, count=1), "7"),
        (lambda text: re.sub(r"(?m)^(\| \[@)ferns\w+(\].*)$", r"\1volt2023\2", text), "title is not that of @volt2023"),
        (lambda text: text.replace("Frog Call Detection in Rain Noise.", "Frog Call Detection in Snow."), "reference is not that of @holt"),
        (lambda text: re.sub(r"(?m)^(- .*\{#ref-volt2023\}.*)$", r"\1 doi:10.1234/5", text), "reference is not that of"),
        (lambda text: re.sub(r"(?m)^(- .*\{#ref-holt\S+ )Holt", r"\1Hall", text), "reference is not that of @holt"),
        (lambda text: re.sub(r"(?m)^(\| \[@volt2023\] \| )2023", r"\g<1>2022", text), "year is not that of @volt2023"),
        (lambda text: re.sub(r"(?m)^(\| \[@volt2023\] .*\| )[^|]+\|$", r"\1Toads |", text), "survey.json"),
        (lambda text: re.sub(r"(?m)^\| \[@volt2023\] .*\n", "", text), "deleted"),
        (lambda text: re.sub(rf"(?m)^.*{QUOTED}.*\n", "", text, count=1), "deleted"),
        (lambda text: re.sub(r"(?m)^# Papers", "# Some of the papers", text), "survey.json"),
        (lambda text: re.sub(r"(?m)^title: .*", "title: 'Snow'", text), "survey.json"),
        (lambda text: re.sub(r"!\[.*\]\(fishbone.svg\)", "", text), "deleted"),
    ],
    ids=[
        "unknown key",
        "wrong page",
        "no page",
        "swapped",
        "number in the lead",
        "swapped row",
        "reference",
        "identifier",
        "author",
        "year in a row",
        "theme in a row",
        "row deleted",
        "sentence deleted",
        "heading",
        "title",
        "caption deleted",
    ],
)
def test_whatever_else_was_changed_in_the_text_is_named(
    checked: Callable[..., list[Finding]], change: Callable[[str], str], cause: str
) -> None:
    faults = checked("survey.md", change)
    assert any(cause in found.fault for found in faults)


@pytest.mark.parametrize("change", [lambda line: re.sub(r"\d+", "99", line, count=1), "{}\nAll is solved.".format, "{0}\n{0}".format])
def test_a_counted_sentence_is_held_to_survey_json(work: Made, checked: Callable[..., list[Finding]], change: Callable[[str], str]) -> None:
    line = counted(work.result)
    faults = checked("survey.md", replaced(line, change(line)))
    assert any("survey.json" in found.fault for found in faults)


def quotes_a_page(line: dict[str, Any]) -> bool:
    return bool(line["quotes"]) and line["quotes"][0]["page"] is not None and "toads" in line["sentence"]


def edited(edit: Callable[[dict[str, Any]], object]) -> Callable[[str], str]:
    """The first line of evidence that quotes a page on toads, edited."""

    def change(text: str) -> str:
        lines = [json.loads(line) for line in text.splitlines()]
        edit(next(line for line in lines if quotes_a_page(line)))
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

    return change


@pytest.mark.parametrize(
    ("edit", "cause"),
    [
        (lambda line: line["quotes"][0].update(start=line["quotes"][0]["start"] + 1, end=line["quotes"][0]["end"] + 1), "does not stand"),
        (lambda line: line["quotes"][0].update(text=line["quotes"][0]["text"].replace("a", "o")), "does not stand"),
        (lambda line: line["quotes"][0].update(page=9), "does not stand"),
        (lambda line: line["quotes"][0].update(citekey="volt2023"), "does not stand"),
        (lambda line: line["quotes"][0].update(citekey="nobody1999"), "not in the library"),
        (lambda line: line["citekeys"].append("nobody1999"), "not in the library"),
        (lambda line: line.update(quotes=[], citekeys=[]), "without a quote"),
        (lambda line: line.update(sentence=line["sentence"].replace("toads", "newts", 1)), "quotation"),
        (lambda line: line.update(sentence="In 17 ponds: " + line["sentence"]), "17"),
    ],
    ids=["offsets", "text", "page", "other paper", "unknown paper", "unknown cite", "no quote", "sentence", "number"],
)
def test_altered_evidence_is_named_with_its_line(
    work: Made, checked: Callable[..., list[Finding]], edit: Callable[[dict[str, Any]], object], cause: str
) -> None:
    lines = (work.folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()
    line = next(number for number, line in enumerate(lines, start=1) if quotes_a_page(json.loads(line)))
    faults = checked("evidence.jsonl", edited(edit))
    assert [(finding.file, finding.line) for finding in faults] == [("evidence.jsonl", line)]
    assert cause in faults[0].fault


def test_an_altered_survey_json_is_named_with_its_line(work: Made, checked: Callable[..., list[Finding]]) -> None:
    text = (work.folder / "survey.json").read_text(encoding="utf-8")
    faults = checked("survey.json", lambda text: re.sub(r'("text": "[^"]*“[^"]*81)\.5%', r"\1.6%", text, count=1))
    line = next(n for n, line in enumerate(text.split("\n"), start=1) if "“" in line and "81.5%" in line)
    assert [finding.line for finding in faults] == [line]
    assert "81.6" in faults[0].fault


def test_a_folder_is_all_of_its_files(work: Made, papers: dict[str, Paper]) -> None:
    path = work.folder / "evidence.jsonl"
    path.write_text(edited(lambda line: line["quotes"][0].update(start=0))(path.read_text(encoding="utf-8")), encoding="utf-8")
    findings = check_file(work.folder, papers.get)
    assert {finding.file for finding in findings} == set(FILES)
    assert {finding.file for finding in findings if finding.fault} == {"evidence.jsonl"}


@pytest.fixture
def paraphrased(work: Made) -> Iterator[Workspace]:
    """A survey that says in other words what it cites: nothing stands between quotation marks."""

    def write(task: WriteSection) -> SectionWritten:
        openings = [(m, " ".join(m.text.split()[:4])) for m in task.material]
        return SectionWritten(sentences=tuple(Prose(text=f"{m.byline} begins so: {words}.", ids=(m.id,)) for m, words in openings))

    with Workspace.open(work.root, model=ModelWith(write_section=write)) as workspace:
        workspace.survey(paths=[work.papers])
        yield workspace


@pytest.mark.parametrize(
    ("old", "new"),
    [("[@holtFrogCallDetection2020]", "[@volt2023]"), (", p. 2]", ", p. 1]"), ("begins so", "ends so")],
    ids=["citation", "page", "words"],
)
def test_a_paraphrase_is_held_to_its_evidence(work: Made, paraphrased: Workspace, old: str, new: str) -> None:
    path = work.folder / "survey.md"
    assert not [finding for finding in paraphrased.verify(path) if finding.fault]
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    line = next(n for n, line in enumerate(lines, start=1) if old in line and "begins so" in line)
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    faults = [finding for finding in paraphrased.verify(path) if finding.fault]
    assert [finding.line for finding in faults] == [line]
    assert "survey.json" in faults[0].fault


TOADS = "thornCountingToadsDrones"
STANDS = "The drone finds 83 of 90 toads around six ponds"
MOON = "The moon is made of green cheese and of little else"


@pytest.mark.parametrize(
    ("form", "words", "cause"),
    [
        *((form, words, cause) for words, cause in ((STANDS, ""), (MOON, f"does not stand in @{TOADS}")) for form in (
            "Thorn and Ulm say “{}” [@{}, p. 1].",
            'Thorn and Ulm say "{}" [@{}, p. 1].',
            "Thorn and Ulm say «{}» [@{}, p. 1].",
            "Thorn and Ulm say « {} » [@{}, p. 1].",
            "Thorn and Ulm say „{}“ [@{}, p. 1].",
            "Thorn and Ulm say ‘{}’ [@{}, p. 1].",
            "> {} [@{}, p. 1].",
            "> {}\n>\n> — Oskar Thorn [@{}]",
            "| Words | Paper |\n|---|---|\n| “{}” | [@{}, p. 1] |",
            "![They say “{}” [@{}, p. 1].](toads.png)",
        )),
        ("@{1} says, “{0}”.", STANDS, ""),
        ("@{1} says, “{0}”.", MOON, "does not stand"),
        ("@{1} [p. 1] says, “{0}”.", STANDS, ""),
        ("@{1} [p. 2] says, “{0}”.", STANDS, "not on the page"),
        ("@{1} says “{0}” (p. 1).", STANDS, ""),
        ("They say “{0}” [@{1}, pp. 1–2].", STANDS, ""),
        ("They say “{0}” [@{1}, pp. 2–3].", STANDS, "not on the page"),
        ("Their “{0}” are many [@{1}].", "newts", "the quotation “newts” does not stand"),
        ("In “{0}” [@{1}] they count.", "Counting Toads with Drones", ""),
        ("They say “{0}”\n[@{1}, p. 1].", STANDS, ""),
        ("They say “{0}”\n[@{1}, p. 1].", MOON, "does not stand"),
        ("They say “{0}.”\n[@{1}, p. 1].", MOON, "does not stand"),
        ("As @{1} say,\n“{0}”.", STANDS, ""),
        ("As @{1} say,\n“{0}”.", MOON, "does not stand"),
        ("They count [@{1}].\nOthers say “{0}”.", MOON, "without a citation"),
        ("They count.[^1]\n\n[^1]: Namely:\n\n    They say “{0}” [@{1}].", MOON, "does not stand"),
        ("They count [@{1}, p. 2]{0}.", "", ""),
        ("They count [@{1}, p. 99]{0}.", "", "has no page 99: its last is 2"),
        ("They count [@{1}, pp. 1–99]{0}.", "", "has no page 99"),
        ("@{1} [p. 99] count{0}.", "", "has no page 99"),
        ("# They count [@nobody1999]{0}\n\n[@{1}]", "", "not in the library"),
    ],
)  # fmt: skip
def test_a_draft_may_quote_as_its_writer_likes(tmp_path: Path, papers: dict[str, Paper], form: str, words: str, cause: str) -> None:
    path = tmp_path / "draft.md"
    path.write_text(form.format(words, TOADS) + "\n", encoding="utf-8")
    faults = [finding.fault for finding in check_file(path, papers.get) if finding.fault]
    assert len(faults) == bool(cause)
    assert cause in "".join(faults)


def test_a_draft_in_the_folder_of_a_survey_is_not_held_to_it(work: Made, papers: dict[str, Paper]) -> None:
    path = work.folder / "draft.md"
    path.write_text("All is well.\n\n" + (work.folder / "survey.md").read_text(encoding="utf-8"), encoding="utf-8")
    assert [finding for finding in check_file(path, papers.get) if finding.fault] == []


def test_lines_broken_anew_are_no_change(work: Made, papers: dict[str, Paper]) -> None:
    path = work.folder / "survey.md"
    path.write_text(path.read_text(encoding="utf-8").replace("\n", "\r\n"), encoding="utf-8")
    assert [finding for finding in check_file(path, papers.get) if finding.fault] == []


def test_deleted_evidence_is_named_where_it_stood(work: Made, papers: dict[str, Paper]) -> None:
    path = work.folder / "evidence.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:4] + lines[12:]), encoding="utf-8")
    faults = [finding for finding in check_file(path, papers.get) if finding.fault]
    assert [(finding.line, "deleted" in finding.fault) for finding in faults] == [(5, True)] * 8
    assert [finding.text for finding in faults] == [json.loads(line)["sentence"] for line in lines[4:12]]


def test_a_counted_sentence_of_the_evidence_is_held_to_survey_json(work: Made, checked: Callable[..., list[Finding]]) -> None:
    def change(text: str) -> str:
        lines = [json.loads(line) for line in text.splitlines()]
        line = next(line for line in lines if line["kind"] == "connective" and re.search(r"\d", line["sentence"]))
        line["sentence"] = re.sub(r"\d+", "48", line["sentence"], count=1)
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

    faults = checked("evidence.jsonl", change)
    assert ["48" in finding.text and "survey.json" in finding.fault for finding in faults] == [True]


def first(data: Any, *names: str) -> Any:
    for name in names:
        data = data[name][0] if isinstance(data[name], list) else data[name]
    return data


@pytest.mark.parametrize(
    ("edit", "cause"),
    [
        (lambda data: first(data, "links", "earlier", "quote").update(text=MOON), "does not stand"),
        (lambda data: first(data, "chains", "links", "later", "quote").update(text=MOON), "does not stand"),
        (lambda data: first(data, "tree", "children", "children", "quotes").update(text=MOON), "does not stand"),
        (lambda data: first(data, "fishbone", "bones", "quotes").update(text=MOON), "does not stand"),
        (lambda data: first(data, "fishbone", "bones", "children", "quotes").update(text=MOON), "does not stand"),
        (lambda data: first(data, "issues", "statements", "quote").update(text=MOON), "does not stand"),
        (lambda data: first(data, "statements", "quote").update(text=MOON), "does not stand"),
        (lambda data: first(data, "statements", "quote").update(key="nobody1999"), "not in the library"),
        (lambda data: first(data, "papers").update(title="Snow"), "title is not that of"),
        (lambda data: first(data, "papers").update(authors=["Ann Onymous"]), "authors is not that of"),
        (lambda data: first(data, "papers").update(key="nobody1999"), "not in the library"),
        (lambda data: table(data)[0].__setitem__(3, "Snow"), "theme is not that of"),
        (lambda data: table(data)[0].__setitem__(1, "1066"), "year is not that of"),
    ],
    ids=[
        "link",
        "chain",
        "tree",
        "bone",
        "twig",
        "issue",
        "statement",
        "paper",
        "title",
        "author",
        "no paper",
        "theme in a row",
        "year in a row",
    ],
)
def test_whatever_was_changed_in_survey_json_is_named(
    checked: Callable[..., list[Finding]], edit: Callable[[dict[str, Any]], object], cause: str
) -> None:
    def change(text: str) -> str:
        data = json.loads(text)
        edit(data)
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    faults = checked("survey.json", change)
    assert faults
    assert all(cause in finding.fault for finding in faults)
    assert faults[0].line > 1


def table(data: dict[str, Any]) -> Any:
    (section,) = (section for section in data["sections"] if section["id"] == "papers")
    return section["blocks"][-1]["rows"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("survey.md", b"", "no text"),
        ("notes.md", b"Milk, eggs and bread.\n", "cites no paper"),
        ("survey.md", b"\xff\xfe\x00", "UTF-8"),
        ("survey.json", b"[]", "no survey.json"),
        ("survey.json", b"{}}", "no survey.json"),
        ("survey.json", b"{}", "no text"),
        ("evidence.jsonl", b"", "no text"),
        ("evidence.jsonl", b'{"section": "a"}\n', "line 1"),
        ("evidence.jsonl", b"{}\nnot json\n", "line 1"),
    ],
)
def test_what_is_no_survey_is_refused_with_its_name_and_the_reason(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableDraft, match=told) as fault:
        check_file(tmp_path / name, lambda key: None)
    assert name in str(fault.value)


def test_a_folder_without_a_survey_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDraft, match="holds no survey"):
        check_file(tmp_path, lambda key: None)
    with pytest.raises(UnreadableDraft, match="No such file"):
        check_file(tmp_path / "survey.md", lambda key: None)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_letter_of_a_quotation_can_be_changed_unseen(made: Made, papers: dict[str, Paper], tmp_path: Path, data: st.DataObject) -> None:
    text = (made.folder / "survey.md").read_text(encoding="utf-8")
    quoted = (m for m in re.finditer(r"(?m)^[^|\n]*?“([^”\\]{30,})”.*\[@", text))
    places = [m.start(1) + n for m in quoted for n, char in enumerate(m[1]) if char.isalnum()]
    at = data.draw(st.sampled_from(places))
    changed = text[:at] + ("q" if text[at] not in "qQ" else "z") + text[at + 1 :]
    path = tmp_path / "draft.md"
    path.write_text(changed, encoding="utf-8")
    assert [finding.line for finding in check_file(path, papers.get) if finding.fault] == [text.count("\n", 0, at) + 1]
