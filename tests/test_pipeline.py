import json
import shutil
from pathlib import Path

from survey.models.extractive import Extractive
from survey.pipeline import STAGES, digest
from survey.records import Survey
from survey.workspace import Workspace
from tests.calling import contents
from tests.conftest import PAPERS, Made
from tests.fakes import ModelWith

STAGE_NAMES = {stage.name for stage in STAGES}


def timed(folder: Path) -> set[str]:
    return set(json.loads((folder / "run.json").read_text(encoding="utf-8"))["timings"]["seconds"])


def test_each_field_that_the_stages_fill_is_filled_by_one_of_them() -> None:
    filled = [name for stage in STAGES for name in stage.fields]
    # what became of the issues is known when the links are, links stand that stood before, and papers join an outline that is new to them
    assert sorted(filled) == sorted([*set(filled), "issues", "links", "outline"])
    assert set(filled) == set(Survey.model_fields) - {"topic", "lang", "papers", "left_out", "head", "beneath"}


def test_a_first_run_does_every_stage(made: Made) -> None:
    assert timed(made.folder) >= STAGE_NAMES


def test_a_second_run_does_no_stage_again_asks_nothing_and_leaves_the_same_bytes(work: Made) -> None:
    before = contents(work.folder)
    with Workspace.open(work.root) as workspace:
        result = workspace.survey(paths=[work.papers])
        assert workspace.model.calls == {}
    assert timed(work.folder) == {"reading", "total"}
    assert contents(work.folder) == before
    assert result == work.result


def test_a_list_of_references_makes_citations_of_the_papers_that_are_there(work: Made) -> None:
    assert work.result.citations == ()
    cited = next(p for p in work.result.papers if p.key == "fernsDetectingFrogCalls2018")
    entry = f"{cited.authors[0]}. {cited.year}. {cited.title}. In Ponds, pages 1–9."
    text = f"Newt calls are hard to detect, since newts are quiet.\n\n## References\n\n{entry}\n\nAnn Lee. 2011. On snow. Snow Press.\n"
    (work.papers / "newts.md").write_text(f"---\ntitle: Newt Calls\nauthors: [Nina Orr]\ndate: 2024\n---\n\n{text}", encoding="utf-8")
    with Workspace.open(work.root) as workspace:
        [citation] = workspace.survey(paths=[work.papers]).citations
    assert citation.cited == cited.key
    assert citation.quote is not None
    assert citation.quote.text == citation.printed == entry


def test_a_new_paper_costs_one_reading_of_its_statements(work: Made) -> None:
    text = "Newt calls in rain noise are hard to detect, since newts are quiet. A horn is proposed to hear newt calls in rain noise."
    (work.papers / "newts.md").write_text(f"---\ntitle: Newt Calls\nauthors: [Nina Orr]\ndate: 2024\n---\n\n{text}\n", encoding="utf-8")
    with Workspace.open(work.root) as workspace:
        result = workspace.survey(paths=[work.papers])
        assert workspace.model.calls["find_statements"] == 1
    assert len(result.papers) == len(PAPERS) + 1


def test_a_setting_that_changes_makes_the_stages_anew(work: Made) -> None:
    with Workspace.open(work.root, settings={"chains": 1}) as workspace:
        result = workspace.survey(paths=[work.papers])
        assert workspace.model.calls
    assert timed(work.folder) >= STAGE_NAMES - {"themes"}  # the outline has them
    (table,) = (block for section in result.sections if section.id == "chains" for block in section.blocks if block.kind == "table")
    assert {row[0] for row in table.rows} == {"1"}
    assert len(result.chains) > 1


def test_another_model_does_not_get_the_first_ones_results(work: Made) -> None:
    model = ModelWith(condense_question=lambda task: Extractive().reply(task))
    with Workspace.open(work.root, model=model) as workspace:
        workspace.survey(paths=[work.papers])
    assert {task.name for task in model.asked} >= {"find_statements", "write_section"}


def test_the_same_input_in_another_order_gives_the_same_bytes(made: Made, tmp_path: Path) -> None:
    """Other order of paths, and of the files' making; the folder is the same seen from the workspace."""
    files = sorted((path for path in made.papers.rglob("*") if path.is_file()), reverse=True)
    for file in files:
        target = tmp_path / file.relative_to(made.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    parts = [tmp_path / "papers" / name for name in ("toads.pdf", "notes", "plating.txt", "batteries.bib", "archive.txt")]
    with Workspace.open(tmp_path) as workspace:
        workspace.survey(paths=parts, out=tmp_path / "outputs" / "papers")
        assert workspace.model.calls["find_statements"] == len(PAPERS)
    again = contents(tmp_path / "outputs" / "papers")
    assert [json.loads(again["run.json"])["paths"]] == [sorted(part.relative_to(tmp_path).as_posix() for part in parts)]
    assert {**again, "run.json": b""} == {**contents(made.folder), "run.json": b""}


def test_papers_in_two_goes_are_the_papers_in_one(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.papers, tmp_path / "papers")
    with Workspace.open(tmp_path) as workspace:
        workspace.add([tmp_path / "papers" / "toads.pdf"])
        workspace.add([tmp_path / "papers" / "notes"])
        workspace.survey(paths=[tmp_path / "papers"])
    assert contents(tmp_path / "outputs" / "papers") == contents(made.folder)


def test_a_digest_tells_apart_what_differs_and_not_the_order_of_names() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert len({digest("a"), digest("b"), digest(["a"]), digest("a", "b"), digest("ab"), digest("\ud800")}) == 6
