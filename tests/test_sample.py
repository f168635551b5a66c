"""The committed sample, outputs/demo, is what the program writes of the example collection today.

Compared is what must not hang on the last bits of a processor: scores and the order that follows from them may differ.
"""

import json
import os
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from survey.outputs import write_outputs
from survey.records import Survey, is_later
from tests.calling import call

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "outputs" / "demo"
STALE = "the committed sample is stale: run `make sample`, look at outputs/demo, and commit it"


@pytest.fixture(scope="module")
def sample() -> Path:
    if not (SAMPLE / "survey.json").is_file():
        pytest.fail("outputs/demo holds no sample: run `make sample` and commit it")
    return SAMPLE


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the example collection was surveyed just now, to outputs/demo."""
    folder = tmp_path_factory.mktemp("fresh")
    shutil.copytree(ROOT / "examples", folder / "examples")
    with pytest.MonkeyPatch.context() as nobodys:
        for name in [name for name in os.environ if name.startswith("SURVEY_")]:
            nobodys.delenv(name)
        papers = [folder / "examples" / name for name in ("library.bib", "notes")]
        done = call("run", *papers, "--workspace", folder, "--out", folder / "outputs" / "demo", "--quiet")
    assert done.code == 0, done.err
    return folder


def loaded(folder: Path, name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return data


def facts(folder: Path) -> dict[str, Any]:
    data = loaded(folder, "survey.json")
    cited: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines():
        sentence = json.loads(line)
        cited[sentence["section"]] += sentence["citekeys"]
    return {
        "papers": sorted(paper["key"] for paper in data["papers"]),
        "statements": sorted((statement["id"], statement["role"]) for statement in data["statements"]),
        "links": sorted((link["kind"], link["earlier"]["id"], link["later"]["id"]) for link in data["links"]),
        "sections": sorted((section["id"], section["title"]) for section in data["sections"]),
        "citations": {section: sorted(keys) for section, keys in sorted(cited.items())},
    }


@pytest.mark.parametrize("fact", ["papers", "statements", "links", "sections", "citations"])
def test_sample_says_what_a_fresh_survey_says(sample: Path, workspace: Path, fact: str) -> None:
    assert facts(sample)[fact] == facts(workspace / "outputs" / "demo")[fact], STALE


def test_sample_was_made_with_these_settings_and_prompts(sample: Path, workspace: Path) -> None:
    committed, fresh = (loaded(folder, "run.json") for folder in (sample, workspace / "outputs" / "demo"))
    for name in ("format", "version", "model", "embedders", "settings", "prompts", "used", "left_out"):
        assert committed[name] == fresh[name], STALE


def test_every_file_of_the_sample_follows_from_its_survey_json(sample: Path, tmp_path: Path) -> None:
    """Rendering is exact: a change to a page or a drawing shows here."""
    data = loaded(sample, "survey.json")
    data.pop("format")
    write_outputs(Survey.model_validate(data), tmp_path, {}, {})
    assert {path.name for path in sample.iterdir()} - {"outline.yaml"} == {path.name for path in tmp_path.iterdir()}, STALE
    for path in tmp_path.iterdir():
        assert path.name == "run.json" or path.read_bytes() == (sample / path.name).read_bytes(), f"{path.name}: {STALE}"


def test_links_run_forward_in_time_between_two_papers(workspace: Path) -> None:
    data = loaded(workspace / "outputs" / "demo", "survey.json")
    dates = {paper["key"]: paper["date"] for paper in data["papers"]}
    assert data["links"]
    for link in data["links"]:
        earlier, later = link["earlier"]["quote"]["key"], link["later"]["quote"]["key"]
        assert earlier != later
        assert link["order"] == "cited" or is_later(dates[later], dates[earlier]), (earlier, later)


def test_sample_stands_up_to_verify(sample: Path, workspace: Path) -> None:
    done = call("verify", sample, "--workspace", workspace)
    assert done.code == 0, done.err


def test_sample_names_no_machine(sample: Path) -> None:
    sources = [source["path"] for paper in loaded(sample, "survey.json")["papers"] for source in paper["sources"]]
    assert sources
    assert all(source.startswith("examples/") for source in sources)
    for path in sample.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not any(place in text for place in (str(ROOT), tempfile.gettempdir(), "file://")), path.name
