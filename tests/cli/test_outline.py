"""survey outline, and writing after it."""

from pathlib import Path

import pytest

from survey.outlines.reading import read_outline
from survey.records import Outline
from tests.calling import call, contents
from tests.conftest import PAPERS, Made


def planned(folder: Path) -> Outline:
    return read_outline(folder / "outline.yaml", PAPERS)


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "outline.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_an_outline_is_written_first_and_followed_to_the_same_bytes_as_planning_in_one_go(work: Made) -> None:
    apart = work.root / "outputs" / "apart"
    done = call("outline", "--out", apart, "-w", work.root)
    assert done.code == 0
    assert [path.name for path in apart.iterdir()] == ["outline.yaml"]
    assert f"survey write {apart.as_posix()}" in done.out
    assert all(section.questions for section in planned(apart).sections)
    assert call("write", apart, "-w", work.root, "--quiet").code == 0
    at_once = work.root / "outputs" / "at-once"
    assert call("run", "-w", work.root, "--out", at_once, "--quiet").code == 0
    assert contents(apart) == contents(at_once)


def test_an_outline_that_lies_there_stands_until_it_is_planned_afresh(work: Made) -> None:
    title = planned(work.folder).sections[0].title
    edit(work.folder, f"title: {title}", "title: My theme")
    done = call("outline", "--out", work.folder, "-w", work.root)
    assert done.code == 0
    assert "My theme" in done.out
    assert "--fresh" in done.err
    fresh = call("outline", "--out", work.folder, "-w", work.root, "--fresh", "--json")
    assert fresh.data["planned"]
    assert "-    title: My theme" in fresh.data["diff"].splitlines()
    assert planned(work.folder).sections[0].title == title
    assert "My theme" in (work.folder / "outline.yaml.bak-1").read_text(encoding="utf-8")


def test_a_section_that_is_renamed_moved_and_asked_is_written_so(work: Made) -> None:
    first, second = planned(work.folder).sections[:2]
    text = (work.folder / "outline.yaml").read_text(encoding="utf-8")
    head, one, rest = text.partition(f"  - id: {first.id}\n")
    one_section, two, others = rest.partition(f"  - id: {second.id}\n")
    two_section, three, others = others.partition("\n\n")
    text = f"{head}{two}{two_section}{three}{one}{one_section}{others}"
    text = text.replace(f"title: {first.title}\n", "title: My frogs\n")
    (work.folder / "outline.yaml").write_text(text, encoding="utf-8")
    done = call("write", work.folder, "-w", work.root, "--json")
    assert done.code == 0
    assert done.data["themes"][:2] == [second.title, "My frogs"]
    written = (work.folder / "survey.md").read_text(encoding="utf-8")
    assert f"# My frogs {{#{first.id}}}" in written
    assert written.index(f"{{#{second.id}}}") < written.index(f"{{#{first.id}}}")


def test_papers_of_a_section_that_is_dropped_are_left_out_and_listed(work: Made) -> None:
    outline = planned(work.folder)
    dropped = outline.sections[-1]
    text = (work.folder / "outline.yaml").read_text(encoding="utf-8")
    start = text.index(f"  - id: {dropped.id}\n")
    (work.folder / "outline.yaml").write_text(text[:start] + text[text.index("\n\n", start) :], encoding="utf-8")
    done = call("write", work.folder, "-w", work.root, "--json")
    assert done.code == 0
    assert {s["source"] for s in done.data["left_out"]} == {f"@{key}" for key in dropped.papers}
    assert all("outline.yaml" in s["reason"] for s in done.data["left_out"])
    assert done.data["papers"] == len(PAPERS) - len(dropped.papers)


def test_a_section_of_ones_own_is_written_from_what_is_found_for_its_questions(work: Made) -> None:
    edit(
        work.folder,
        "\nsections:\n",
        "\nsections:\n  - title: Energy\n    questions:\n      - How much energy does a frog call detector need?\n",
    )
    done = call("write", work.folder, "-w", work.root)
    assert done.code == 0
    section = (work.folder / "survey.md").read_text(encoding="utf-8").partition("# Energy {#energy}")[2].partition("\n# ")[0]
    assert "@maarLowEnergyFrogCall2022" in section
    assert call("verify", work.folder / "survey.md", "-w", work.root, "--quiet").code == 0


@pytest.mark.parametrize(
    ("old", "new", "told"), [("sections:", "sectoins:", "Did you mean `sections`?"), ("\ntitle:", "\n\ttitle:", "not YAML")]
)
def test_what_is_wrong_with_an_outline_is_told_with_its_line_and_nothing_is_written(work: Made, old: str, new: str, told: str) -> None:
    edit(work.folder, old, new)
    before = contents(work.folder)
    done = call("write", work.folder, "-w", work.root)
    assert done.code == 2
    assert "outline.yaml, line " in done.err
    assert told in done.err
    assert contents(work.folder) == before


def test_another_topic_than_the_outlines_is_refused(work: Made) -> None:
    done = call("run", work.papers, "-w", work.root, "--topic", "lithium plating", "--out", work.folder)
    assert done.code == 2
    assert "lithium plating" in done.err


def test_the_topic_of_a_survey_is_remembered(work: Made) -> None:
    folder = work.root / "outputs" / "plating"
    call("outline", "--topic", "lithium plating", "--out", folder, "-w", work.root)
    done = call("write", folder, "-w", work.root, "--json")
    assert (done.code, done.data["papers"], done.data["title"]) == (0, 3, "Lithium plating")
