"""survey write: what changes is told, with its reason, and what a person edited is kept."""

import json
from pathlib import Path

import pytest

from survey.models.extractive import Extractive
from survey.workspace import Workspace
from tests.calling import call, contents
from tests.conftest import PAPERS, Made
from tests.fakes import ModelWith

NEWTS = """\
---
title: Newt Calls in Rain Noise
authors: [Nina Orr]
date: 2024
---

Newt calls in rain noise are hard to detect, since newts are quiet. A horn is proposed to hear newt calls in rain noise.
"""
MINE = "My own words, “as I like” them.\n\n- and a list\n"


def sections(data: dict[str, list[dict[str, object]]]) -> dict[str, str]:
    return {str(section["id"]): str(section["how"]) for section in data["sections"]}


def edited(file: Path, at: str = "{#overview}\n\n") -> str:
    """Puts words of a person into a section, and returns the section's text as it is then."""
    text = file.read_text(encoding="utf-8")
    start = text.index(at) + len(at)
    text = text[:start] + MINE + "\n" + text[start:]
    file.write_text(text, encoding="utf-8")
    begin = text.rindex("\n# ", 0, start)
    return text[begin : text.index("\n#", start)]


def test_writing_again_changes_nothing_and_says_so(work: Made) -> None:
    before = contents(work.folder)
    done = call("write", "-w", work.root)  # the one survey of the workspace
    assert done.code == 0
    assert "rewritten" not in done.err
    assert " sections unchanged" in done.err
    assert contents(work.folder) == before


def test_a_paper_more_rewrites_what_it_touches_and_says_why(work: Made) -> None:
    (work.papers / "newts.md").write_text(NEWTS, encoding="utf-8")
    before = (work.folder / "survey.md").read_text(encoding="utf-8")
    done = call("write", work.folder, "-w", work.root, "--json")
    assert done.code == 0
    (key, section), *others = done.data["joined"].items()
    assert not others
    told = {s["id"]: s for s in done.data["sections"]}
    assert all(f"+ @{key}" in " ".join(s["why"]) for s in told.values() if s["how"] == "rewritten" and s["id"].startswith(section))
    assert told["refs"]["how"] == "rewritten"
    far = next(theme.id for theme in work.result.themes if "volt2023" in theme.papers)
    assert section != far
    assert {s["how"] for name, s in told.items() if name.startswith(far)} == {"unchanged"}
    after = (work.folder / "survey.md").read_text(encoding="utf-8")
    start = before.index(f"{{#{far}}}")
    assert before[start : before.index("\n# ", start)] in after
    outline = (work.folder / "outline.yaml").read_text(encoding="utf-8")
    assert outline.count(key) == 2  # in its section, and among those that are known
    again = call("write", work.folder, "-w", work.root, "--json")
    assert set(sections(again.data).values()) == {"unchanged"}
    assert again.data["joined"] == {}


def test_an_edited_section_is_kept_in_every_output_and_checked(work: Made) -> None:
    mine = edited(work.folder / "survey.md")
    done = call("write", work.folder, "-w", work.root, "--json")
    assert done.code == 0
    assert sections(done.data)["overview"] == "kept"
    assert mine in (work.folder / "survey.md").read_text(encoding="utf-8")
    assert "My own words" in (work.folder / "survey.html").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in (work.folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]
    (line,) = [line for line in lines if "My own words" in line["sentence"]]
    assert (line["kind"], line["verdict"], line["quotes"]) == ("own", "unchecked", [])
    assert call("verify", work.folder / "survey.md", "-w", work.root).code == 0


def test_a_fault_in_an_edited_section_is_named_with_its_line(work: Made) -> None:
    file = work.folder / "survey.md"
    file.write_text(
        file.read_text(encoding="utf-8").replace("{#overview}\n\n", "{#overview}\n\nTarr says “never so” [@tarr2021].\n\n"),
        encoding="utf-8",
    )
    done = call("write", work.folder, "-w", work.root)
    assert done.code == 5
    (line,) = [number for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if "never so" in text]
    assert f"survey.md:{line}: " in done.err


def test_edits_are_given_up_when_told_and_a_copy_is_kept(work: Made) -> None:
    before = contents(work.folder)
    mine = edited(work.folder / "survey.md")
    call("write", work.folder, "-w", work.root)
    done = call("write", work.folder, "-w", work.root, "--discard-edits", "overview")
    assert done.code == 0
    aside = work.folder / "survey.md.bak-1"
    assert aside.name in done.err
    assert mine in aside.read_text(encoding="utf-8")
    aside.unlink()
    assert contents(work.folder) == before


def test_a_preview_shows_the_change_and_writes_nothing(work: Made) -> None:
    (work.papers / "newts.md").write_text(NEWTS, encoding="utf-8")
    edited(work.folder / "survey.md")
    before = contents(work.folder)
    done = call("write", work.folder, "-w", work.root, "--preview")
    assert done.code == 0
    assert "Nothing was written." in done.out
    assert [line for line in done.err.splitlines() if line.startswith("+") and "Newt" in line]
    assert contents(work.folder) == before


def test_a_setting_is_a_reason(work: Made) -> None:
    done = call("write", work.folder, "-w", work.root, "--length", "short", "--json")
    rewritten = [s for s in done.data["sections"] if s["how"] == "rewritten"]
    assert rewritten
    assert all("length: standard → short" in s["why"] for s in rewritten)


def test_which_survey_is_meant_must_be_said_where_there_are_several(work: Made, tmp_path: Path) -> None:
    call("outline", "--out", work.root / "outputs" / "other", "-w", work.root)
    done = call("write", "-w", work.root)
    assert done.code == 2
    assert "other" in done.err
    assert "papers" in done.err
    assert call("write", "-w", tmp_path / "nowhere").code == 2


def test_the_number_of_themes_is_the_outlines(work: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_THEMES", "2")
    before = len(work.result.themes)
    done = call("run", work.papers, "-w", work.root, "--json")
    assert len(done.data["themes"]) == before
    assert "outline.yaml decides" in done.err


def test_a_model_is_asked_again_only_for_what_a_new_paper_touches(work: Made) -> None:
    """Replies to the same prompts are the same: what is written from the same material is not paid for twice."""
    model = ModelWith(condense_question=lambda task: Extractive().reply(task))
    with Workspace.open(work.root, model=model) as workspace:
        workspace.survey(paths=[work.papers])
        first = {task.model_dump_json() for task in model.asked if task.name == "write_section"}
        (work.papers / "newts.md").write_text(NEWTS, encoding="utf-8")
        model.asked.clear()
        written = workspace.write(work.folder)
    second = {task.model_dump_json() for task in model.asked if task.name == "write_section"}
    assert not [task for task in model.asked if task.name in ("propose_themes", "assign_papers", "name_theme", "plan_outline")]
    far = next(theme.id for theme in work.result.themes if "volt2023" in theme.papers)
    assert first & second
    assert {c.how for c in written.revision.changes if c.id.startswith(far)} == {"unchanged"}
    assert len(written.papers) == len(PAPERS) + 1


def test_a_survey_keeps_its_language_and_length_unless_told_otherwise(work: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = work.root / "outputs" / "dl"
    assert call("run", work.papers, "-w", work.root, "-o", folder, "--lang", "de", "--length", "long", "--quiet").code == 0
    before = contents(folder)
    monkeypatch.setenv("SURVEY_LENGTH", "short")
    done = call("write", folder, "-w", work.root)
    assert done.code == 0
    assert "as it was written before: --length long --lang de" in done.err
    assert contents(folder) == before
    assert call("write", folder, "-w", work.root, "--lang", "en", "--quiet").code == 0
    settings = json.loads((folder / "run.json").read_text(encoding="utf-8"))["settings"]
    assert (settings["lang"], settings["length"]) == ("en", "long")
    assert "-question-" not in (folder / "survey.md").read_text(encoding="utf-8")  # what was planned in German is nobody's own question
    monkeypatch.delenv("SURVEY_LENGTH")
    assert call("run", work.papers, "-w", work.root, "-o", folder, "--quiet").code == 0
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["settings"]["length"] == "standard"


def test_settings_of_a_run_that_are_none_are_not_kept(work: Made) -> None:
    file = work.folder / "run.json"
    run = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(run | {"settings": run["settings"] | {"lang": "xx", "length": 7, "depth": 2}}), encoding="utf-8")
    done = call("write", work.folder, "-w", work.root)
    assert done.code == 0
    assert "as it was written before: --depth 2\n" in done.err


def test_a_folder_without_a_survey_is_refused_and_those_with_one_are_named(work: Made) -> None:
    wrong = work.root / "outputs" / "nosuch"
    done = call("write", wrong, "-w", work.root)
    assert done.code == 2
    assert work.folder.as_posix() in done.err
    assert f"survey outline --out {wrong.as_posix()}" in done.err
    assert not wrong.exists()


def test_a_paper_from_elsewhere_is_named_and_told_once_it_is_put_into_the_outline(work: Made) -> None:
    elsewhere = work.root / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "newts.md").write_text(NEWTS, encoding="utf-8")
    assert "of the library" not in call("write", work.folder, "-w", work.root).err
    call("add", elsewhere, "-w", work.root)
    with Workspace.open(work.root) as workspace:
        (key,) = {key for key, _ in workspace.status().keys} - {p.key for p in work.result.papers}
    done = call("write", work.folder, "-w", work.root, "--json")
    assert done.data["papers"] == len(PAPERS)
    assert f"1 paper of the library is not of this survey (@{key}), which covers papers; " in done.err
    file = work.folder / "outline.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    papers:\n", f"    papers:\n      - {key}\n", 1), encoding="utf-8")
    for _ in range(3):  # and it stays
        done = call("write", work.folder, "-w", work.root, "--json")
        assert done.data["papers"] == len(PAPERS) + 1
        assert "of the library" not in done.err
    assert call("run", work.papers, "-w", work.root, "--json").data["papers"] == len(PAPERS) + 1


def test_an_about_that_no_paper_says_is_told_with_its_line(work: Made) -> None:
    file = work.folder / "outline.yaml"
    assert "about" not in call("write", work.folder, "-w", work.root).err
    lines = file.read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(lines) if text.startswith("    about: "))
    lines[line] = "    about: No paper says so."
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = call("write", work.folder, "-w", work.root)
    assert done.code == 0
    assert f"outline.yaml, line {line + 1}: `about` is no sentence of a paper of “" in done.err
