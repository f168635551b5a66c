import json
from pathlib import Path

import pytest

from survey.errors import UnwritableOutput
from survey.outputs import write_outputs
from survey.records import FishBone, Survey
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
        *("paths", "written"),
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
    assert json.loads((work.folder / "run.json").read_text(encoding="utf-8")) == {"timings": {}}


def test_text_that_is_no_unicode_is_written_all_the_same(work: Made) -> None:
    write_outputs(work.result.model_copy(update={"title": "Lone \ud800 half"}), work.folder, {}, {})
    assert "Lone" in (work.folder / "survey.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["taken", "taken/below"])
def test_a_place_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(UnwritableOutput, match=r"taken.*--out"):
        write_outputs(Survey(), tmp_path / name, {}, {})
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "a file"
