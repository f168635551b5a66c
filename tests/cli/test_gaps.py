import csv
import io

from tests.calling import call
from tests.conftest import Made


def test_text_json_csv_and_markdown_tell_the_same_gaps(work: Made) -> None:
    gaps = call("gaps", "--json", "-w", work.root, "-q").data["gaps"]
    assert {gap["issue"] for gap in gaps} == {issue.id for issue in work.result.issues if issue.status != "resolved"}
    rows = list(csv.DictReader(io.StringIO(call("gaps", "-f", "csv", "-w", work.root, "-q").raw.decode("utf-8"), newline="")))
    assert [(row["words"], row["since"]) for row in rows] == [(gap["quote"]["text"], str(gap["since"] or "")) for gap in gaps]
    text = call("gaps", "-w", work.root, "-q").out
    table = call("gaps", "-f", "md", "-w", work.root, "-q").out
    for gap in gaps:
        assert gap["label"].split()[0] in text
        assert f"@{gap['raised'][0]}" in table


def test_the_survey_has_the_sheet(work: Made) -> None:
    assert call("gaps", "-f", "csv", "-w", work.root, "-q").raw == (work.folder / "gaps.csv").read_bytes()


def test_unknown_formats_are_usage(work: Made) -> None:
    assert call("gaps", "--format", "svg", "-w", work.root).code == 2
