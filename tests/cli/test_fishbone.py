import json
import re
from pathlib import Path

import pytest
from lxml import etree

from survey.phrases.told import ENGLISH, told
from tests.calling import call
from tests.conftest import Made


def test_text_is_a_nested_list_of_causes_and_issues_with_their_marks(work: Made) -> None:
    done = call("fishbone", "-w", work.root, "--quiet")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert work.result.fishbone.bones
    for bone in work.result.fishbone.bones:
        assert re.search(rf"^[├└]── {re.escape(bone.label)} \((stated|grouped)", done.out, re.MULTILINE)
        for twig in bone.children:
            assert re.search(rf"^[│ ]   [├└]── [○◐✓⇄] {re.escape(twig.label)}", done.out, re.MULTILINE)
            assert all(f"@{answer.key}" in done.out for answer in twig.answers)


def test_markdown_has_the_list_and_a_table_of_every_issue_with_its_words(work: Made) -> None:
    done = call("fishbone", "--format", "md", "-w", work.root, "--quiet")
    rows = [line for line in done.out.split("\n") if line.startswith("| ")][1:]
    assert len(rows) == len(work.result.issues)
    assert all("[@" in row and "“" in row for row in rows)
    for bone in work.result.fishbone.bones:
        assert f"- {told(ENGLISH, bone)}" in done.out


@pytest.mark.parametrize("form", ["svg", "mermaid"])
def test_a_drawing_goes_to_a_file(work: Made, tmp_path: Path, form: str) -> None:
    done = call("fishbone", "--format", form, "--out", tmp_path / "below" / "fishbone", "-w", work.root, "--quiet")
    assert (done.code, done.out) == (0, "")
    text = (tmp_path / "below" / "fishbone").read_text(encoding="utf-8")
    if form == "svg":
        assert etree.fromstring(text.encode()).tag.endswith("svg")
    else:
        assert text.startswith("ishikawa-beta\n")
    assert work.result.fishbone.bones[0].label in re.sub(r"</tspan><tspan[^>]*>", " ", text)


def test_json_is_one_object_with_its_format_either_way(work: Made) -> None:
    data = call("fishbone", "--json", "-w", work.root, "-q").data
    assert data == json.loads(call("fishbone", "-f", "json", "-w", work.root, "-q").out)
    assert data["format"] == 3
    assert data["fishbone"] == work.result.fishbone.model_dump(mode="json")


def test_the_head_names_the_topic(work: Made) -> None:
    data = call("fishbone", "--topic", "lithium batteries", "--json", "-w", work.root, "-q").data
    assert data["fishbone"]["head"] == "Why lithium batteries remain unsolved"


def test_what_cannot_be_shown_is_told(work: Made, tmp_path: Path) -> None:
    assert call("fishbone", "--format", "csv", "-w", work.root).code == 2
    assert call("fishbone", "-w", tmp_path / "nowhere").code == 2
    assert call("fishbone", "--since", "2999", "-w", work.root).code == 3
