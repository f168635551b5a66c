import json
import re
from pathlib import Path

import pytest
from lxml import etree

from tests.calling import call
from tests.conftest import PAPERS, Made


def keys_in(text: str) -> set[str]:
    return {key for key in PAPERS if key in text}


@pytest.mark.parametrize("form", ["md", "json", "html", "graphml"])
def test_every_paper_stands_in_every_format(work: Made, form: str) -> None:
    done = call("tree", "--format", form, "-w", work.root, "--quiet")
    assert (done.code, done.err) == (0, "")
    assert keys_in(done.raw.decode("utf-8")) == PAPERS


def test_text_is_plain_where_nobody_looks_on_and_tells_themes_issues_and_papers(work: Made) -> None:
    done = call("tree", "-w", work.root, "--quiet")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert re.search(r"[○◐✓≠] (open|partly resolved|resolved|disputed)  \w", done.out)
    assert "raises it" in done.out
    for theme in work.result.themes:
        assert theme.name in done.out


def test_a_drawing_goes_to_a_file(work: Made, tmp_path: Path) -> None:
    done = call("tree", "--format", "svg", "--out", tmp_path / "below" / "tree.svg", "-w", work.root, "--quiet")
    assert (done.code, done.out) == (0, "")
    assert etree.fromstring((tmp_path / "below" / "tree.svg").read_bytes()).tag.endswith("svg")


def test_json_is_one_object_with_its_format_either_way(work: Made) -> None:
    data = call("tree", "--json", "-w", work.root, "-q").data
    assert data == json.loads(call("tree", "-f", "json", "-w", work.root, "-q").out)
    assert (data["format"], data["tree"]["kind"]) == (3, "topic")
    assert {paper["key"] for paper in data["papers"]} == PAPERS


def test_since_and_topic_leave_papers_out_and_say_how_many(work: Made) -> None:
    done = call("tree", "--since", "2021", "--json", "-w", work.root)
    years = [int(paper["date"][:4]) for paper in done.data["papers"]]
    assert years
    assert min(years) >= 2021
    assert f"left out  {len(PAPERS) - len(years)} papers" in done.err
    about = call("tree", "--topic", "lithium batteries", "--json", "-w", work.root, "-q").data
    assert 0 < len(about["papers"]) < len(PAPERS)
    assert about["topic"] == "lithium batteries"


def test_what_cannot_be_shown_is_told(work: Made, tmp_path: Path) -> None:
    assert call("tree", "--format", "csv", "-w", work.root).code == 2
    assert call("tree", "-w", tmp_path / "nowhere").code == 2
    none = call("tree", "--since", "2999", "-w", work.root)
    assert none.code == 3
    assert "--since" in none.err
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    assert call("tree", "--out", tmp_path / "taken" / "x.txt", "-w", work.root, "-q").code == 8


def test_a_dry_run_says_what_it_would_cost_and_shows_nothing(work: Made) -> None:
    done = call("tree", "--dry-run", "-w", work.root)
    assert done.code == 0
    assert "nothing is sent" in done.out
