import errno
import json
import os
from pathlib import Path

import pytest

from survey.errors import FileIsKept, NoFolder, NotATalk, UnknownEnding, UnwritableOutput
from survey.outputs import check, load_talk, mend, write_outputs, write_talk
from survey.records import Answer, FishBone, Scope, Survey, Talk
from tests.conftest import Made

EXPECTED = {
    "survey.md",
    "survey.html",
    "fishbone.svg",
    "fishbone.mmd",
    "chains.svg",
    "tree.svg",
    "graph.graphml",
    "links.csv",
    "gaps.csv",
    "themes.csv",
    "themes.svg",
    "years.svg",
    "references.bib",
    "evidence.jsonl",
    "survey.json",
    "run.json",
    "outline.yaml",
}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_survey_is_all_of_its_files_and_nothing_else(made: Made) -> None:
    assert names(made.folder) == EXPECTED
    assert all((made.folder / name).stat().st_size for name in EXPECTED)


def test_the_run_is_told_completely(made: Made) -> None:
    run = json.loads((made.folder / "run.json").read_text(encoding="utf-8"))
    assert set(run) == {
        *("format", "version", "model", "embedders", "settings", "prompts", "versions", "counts", "used", "left_out", "timings"),
        *("paths", "written", "files"),
    }
    assert run["counts"]["papers"] == len(run["used"]) == len(made.result.papers)
    assert all(len(digest) == 64 for digest in run["prompts"].values())
    assert run["timings"]["seconds"]["total"] > 0


def test_the_second_survey_in_a_folder_replaces_the_first_whole(work: Made) -> None:
    (work.folder / "mine.txt").write_text("my own remarks", encoding="utf-8")
    (work.folder / ".survey.md.new").write_text("half a file of a run that was killed", encoding="utf-8")
    write_outputs(Survey(title="Empty", fishbone=FishBone(head="")), work.folder, {"format": 1}, {})
    # the outline is its reader's, and stays
    assert names(work.folder) == (EXPECTED - {"chains.svg", "themes.svg", "tree.svg", "years.svg"}) | {
        "mine.txt"
    }  # without chains an old drawing of them would lie
    assert "Empty" in (work.folder / "survey.md").read_text(encoding="utf-8")
    assert (work.folder / "mine.txt").read_text(encoding="utf-8") == "my own remarks"


def test_an_unchanged_file_is_not_touched(work: Made) -> None:
    path = work.folder / "survey.html"
    before = path.stat()
    write_outputs(work.result, work.folder, {}, {})
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert json.loads((work.folder / "run.json").read_text(encoding="utf-8"))["timings"] == {}


def test_text_that_is_no_unicode_is_written_all_the_same(work: Made) -> None:
    write_outputs(work.result.model_copy(update={"title": "Lone \ud800 half"}), work.folder, {}, {})
    assert "Lone" in (work.folder / "survey.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["taken", "taken/below"])
def test_a_place_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(UnwritableOutput, match=r"taken.*--out"):
        write_outputs(Survey(), tmp_path / name, {}, {})
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "a file"


# ---------------------------------------------------------------- what is wrong with a folder, and mending it


def faults(folder: Path) -> dict[str, bool]:
    return {Path(ailment.place).name: ailment.mendable for ailment in check(folder)}


def test_a_whole_survey_ails_nothing_though_its_reader_edited_it(work: Made) -> None:
    for name in ("survey.md", "outline.yaml"):
        (work.folder / name).write_text((work.folder / name).read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    assert check(work.folder) == mend(work.folder) == []


def test_what_was_changed_or_lost_is_made_again_as_it_was(work: Made) -> None:
    before = {path.name: path.read_bytes() for path in work.folder.iterdir()}
    (work.folder / "fishbone.svg").write_bytes(before["fishbone.svg"][:100])
    (work.folder / "evidence.jsonl").unlink()
    (work.folder / ".survey-12.new").write_text("half", encoding="utf-8")
    assert faults(work.folder) == {"fishbone.svg": True, "evidence.jsonl": True, ".survey-12.new": True}
    assert {Path(ailment.place).name for ailment in mend(work.folder)} == {"fishbone.svg", "evidence.jsonl", ".survey-12.new"}
    assert check(work.folder) == []
    after = {path.name: path.read_bytes() for path in work.folder.iterdir()}
    assert after == {**before, "fishbone.svg.bak-1": before["fishbone.svg"][:100]}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 2, "title": 3}', "{}\udcff"])
def test_a_record_that_cannot_be_read_is_told_and_not_made_up_without_the_library(text: str, work: Made) -> None:
    (work.folder / "survey.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    (work.folder / "tree.svg").unlink()
    assert faults(work.folder) == {"survey.json": True}
    assert mend(work.folder) == []
    assert not (work.folder / "tree.svg").exists()


def test_a_text_that_was_emptied_is_written_again(work: Made) -> None:
    before = (work.folder / "survey.md").read_bytes()
    (work.folder / "survey.md").write_bytes(b"")
    assert faults(work.folder) == {"survey.md": True}
    mend(work.folder)
    assert (work.folder / "survey.md").read_bytes() == before


RECORDS = ("survey.json", "run.json", "survey.html", "evidence.jsonl")


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (None, {"survey.json", "run.json"}),  # all but the records
        ({"outline.yaml"}, set()),
        ({"survey.md", "references.bib", "outline.yaml", "tree.svg", "fishbone.svg"}, set()),
        ({"gaps.csv"}, set()),
    ],
)
def test_that_all_records_were_lost_is_told_from_what_a_person_keeps_alone(work: Made, kept: set[str] | None, told: set[str]) -> None:
    for path in work.folder.iterdir():
        if path.name in RECORDS or (kept is not None and path.name not in kept):
            path.unlink()
    assert {*faults(work.folder)} == told


def test_a_committed_set_is_told_and_finished(work: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch, pytest.raises(UnwritableOutput, match="disk reports a fault"):
        patch.setattr(os, "replace", refused)  # what is committed is renamed so
        write_outputs(Survey(title="Anew", fishbone=FishBone(head="")), work.folder, {}, {})
    assert faults(work.folder)["papers"]
    mend(work.folder)
    assert check(work.folder) == []
    assert "Anew" in (work.folder / "survey.md").read_text(encoding="utf-8")


# ---------------------------------------------------------------- answers

TALK = Talk(answers=(Answer(question="Who sings?", found=False, reason="empty"),), scope=Scope(since=2019))


@pytest.mark.parametrize("name", ["talk.md", "talk.json", "deep/talk.MD"])
def test_answers_load_as_they_were_written(name: str, tmp_path: Path) -> None:
    write_talk(TALK, tmp_path / name)
    assert load_talk(tmp_path / name) == TALK
    write_talk(TALK.model_copy(update={"answers": ()}), tmp_path / name)
    assert load_talk(tmp_path / name).answers == ()


def test_folders_that_are_not_there_are_taken_for_a_slip(tmp_path: Path) -> None:
    with pytest.raises(NoFolder, match="there is no folder"):
        write_talk(TALK, tmp_path / "two" / "deep" / "talk.md")
    assert not list(tmp_path.iterdir())


def test_answers_as_a_page_and_their_papers_as_a_bibliography(made: Made, tmp_path: Path) -> None:
    talk = Talk(answers=(Answer(question="Who?", found=False, papers=made.result.papers[:2]),))
    write_talk(talk, tmp_path / "talk.html")
    write_talk(talk, tmp_path / "talk.bib")
    assert "Not in this collection." in (tmp_path / "talk.html").read_text(encoding="utf-8")
    assert (tmp_path / "talk.bib").read_text(encoding="utf-8").count("\n@") == 1  # and one at the beginning
    write_talk(talk, tmp_path / "talk.html")
    with pytest.raises(FileIsKept):  # nobody can say whose it is
        write_talk(talk, tmp_path / "talk.bib")


@pytest.mark.parametrize(("name", "text"), [("a.md", "# Notes\n"), ("a.json", "[]"), ("a.json", "{"), ("a.html", "<p>")])
def test_a_file_of_another_kind_is_no_talk_and_is_kept(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(FileIsKept):
        write_talk(TALK, tmp_path / name)
    with pytest.raises(NotATalk, match=name):
        load_talk(tmp_path / name)


def test_an_unknown_ending_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(UnknownEnding, match=r"\.md, \.json, \.html, \.bib"):
        write_talk(TALK, tmp_path / "talk.txt")


def test_what_a_person_made_of_answers_is_kept(tmp_path: Path) -> None:
    write_talk(TALK, tmp_path / "talk.md")
    write_talk(TALK, tmp_path / "talk.md")
    noted = "My own notes.\n\n" + (tmp_path / "talk.md").read_text(encoding="utf-8")
    for name, text in {"talk.md": noted, "page.html": '<h1>Mine</h1><div class="survey-answer"></div>'}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(FileIsKept):
            write_talk(TALK, tmp_path / name)
