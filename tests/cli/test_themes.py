import csv
import io

from lxml import etree

from tests.calling import call
from tests.conftest import Made


def test_text_names_every_theme_with_its_sentence_and_who_stands_alone(work: Made) -> None:
    done = call("themes", "-w", work.root, "-q")
    assert (done.code, done.err) == (0, "")
    flat = " ".join(done.out.split())
    assert work.result.themes
    for theme in work.result.themes:
        assert theme.name.split()[0] in flat
    assert ("Standing alone" in flat) is bool(work.result.alone)


def test_json_csv_and_markdown_place_every_paper(work: Made) -> None:
    data = call("themes", "--json", "-w", work.root, "-q").data
    assert [theme["name"] for theme in data["themes"]] == [theme.name for theme in work.result.themes]
    keys = {paper.key for paper in work.result.papers}
    assert {place["key"] for place in data["places"]} == keys
    rows = list(csv.DictReader(io.StringIO(call("themes", "-f", "csv", "-w", work.root, "-q").raw.decode("utf-8"), newline="")))
    assert {row["paper"] for row in rows} == keys
    text = call("themes", "-f", "md", "-w", work.root, "-q").out
    assert all(f"[@{key}]" in text for key in keys)


def test_the_map_has_a_dot_for_every_paper(work: Made) -> None:
    root = etree.fromstring(call("themes", "-f", "svg", "-w", work.root, "-q").raw)
    dots = [element for element in root.iter() if element.get("class") in ("dot", "alone")]
    assert len(dots) == len(work.result.papers)
