"""survey dedupe: what was joined is shown with the reason, taken apart, joined again; decisions outlive the next add."""

from pathlib import Path

import pytest

from tests.calling import call

A = "# Counting Frogs in the Rain\n\nWe count frogs in the rain with two microphones and a patient student.\n"
B = "# Frogs Counted by Night\n\nA drone counts frogs at night, and finds nine of ten of them in the reeds.\n"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    papers = tmp_path / "papers"
    papers.mkdir()
    for name, text in (("a.md", A), ("copy.md", A), ("night.md", B)):
        (papers / name).write_text(text, encoding="utf-8")
    assert call("add", papers, "-w", tmp_path).code == 0
    return tmp_path


def joined(work: Path) -> dict[str, list[str]]:
    return {j["key"]: j["records"] for j in call("dedupe", "-w", work, "--json").data["joined"]}


def test_what_was_joined_is_shown_taken_apart_and_left_so(work: Path) -> None:
    shown = call("dedupe", "-w", work)
    assert "1  papers/a.md" in shown.out and "2  papers/copy.md" in shown.out and "1 and 2: same title" in shown.out
    ((key, records),) = joined(work).items()
    assert records == ["papers/a.md", "papers/copy.md"]
    parted = call("dedupe", key, "--apart", "-w", work, "--json")
    assert len(parted.data["papers"]) == 2
    (work / "papers" / "late.md").write_text(B.replace("Frogs", "Newts"), encoding="utf-8")
    call("add", work / "papers", "-w", work)
    assert joined(work) == {}
    assert call("dedupe", key, "--reset", "-w", work, "--json").data["papers"] == [key]
    assert joined(work) == {key: records}


def test_papers_are_joined_that_the_rules_left_apart_and_one_record_taken_out(work: Path) -> None:
    ((key, _),) = joined(work).items()
    (other,) = {k for k, _ in call("status", "-w", work, "--json").data["keys"]} - {key}
    (now,) = call("dedupe", key, other, "--join", "-w", work, "--json").data["papers"]
    assert len(joined(work)[now]) == 3
    number = joined(work)[now].index("papers/night.md") + 1
    call("dedupe", now, "--apart", "--record", str(number), "-w", work)
    assert [sorted(records) for records in joined(work).values()] == [["papers/a.md", "papers/copy.md"]]


RIS = "TY  - JOUR\nTI  - {}\nAU  - Roe, Ada\nPY  - 2021\nDO  - 10.1000/{}\nER  - \n\n"
TALK, SAME, LAKES, BOGS = (RIS.format(*facts) for facts in (
    ("Frogs of the reeds", "reeds"), ("Frogs of the reeds, revisited by night", "reeds"), ("Lakes without a single frog", "lakes"),
    ("Bogs that hum in the summer", "bogs"),
))  # fmt: skip


def test_what_was_decided_on_records_of_a_list_outlives_an_insertion_above_them(tmp_path: Path) -> None:
    file = tmp_path / "a.ris"
    file.write_text(TALK + SAME + LAKES + BOGS, encoding="utf-8")
    call("add", file, "-w", tmp_path)
    (key,) = joined(tmp_path)
    parted = call("dedupe", key, "--apart", "-w", tmp_path, "--json").data["papers"]
    lakes, bogs = sorted({k for k, _ in call("status", "-w", tmp_path, "--json").data["keys"]} - set(parted))
    call("dedupe", lakes, bogs, "--join", "-w", tmp_path)
    ((_, decided),) = joined(tmp_path).items()
    file.write_text(RIS.format("Newts above all of them", "newts") + TALK + SAME + LAKES + BOGS, encoding="utf-8")
    call("add", file, "-w", tmp_path)
    assert list(joined(tmp_path).values()) == [decided]
    assert len(call("status", "-w", tmp_path, "--json").data["keys"]) == 4
    assert "a.ris, doi:10.1000/bogs, Bogs that hum in the summer (Roe 2021)" in call("dedupe", "-w", tmp_path).out


@pytest.mark.parametrize(
    "arguments", [["--apart"], ["x", "--join"], ["x", "--apart", "--reset"], ["x", "--record", "1"], ["nobody", "--apart"]]
)
def test_what_cannot_be_done_is_told(work: Path, arguments: list[str]) -> None:
    assert call("dedupe", *arguments, "-w", work).code == 2


def test_a_paper_of_one_record_cannot_be_taken_apart(work: Path) -> None:
    (other,) = {k for k, _ in call("status", "-w", work, "--json").data["keys"]} - set(joined(work))
    told = call("dedupe", other, "--apart", "-w", work)
    assert told.code == 2 and "one record" in told.err


@pytest.mark.parametrize("more", [["nobody"], ["{other}"], ["--record", "9"], ["{other}", "--record", "1"]])
def test_where_one_paper_cannot_be_taken_apart_none_is(work: Path, more: list[str]) -> None:
    before = joined(work)
    (key,) = before
    (other,) = {k for k, _ in call("status", "-w", work, "--json").data["keys"]} - {key}
    assert call("dedupe", key, *(word.format(other=other) for word in more), "--apart", "-w", work).code == 2
    assert joined(work) == before


def test_a_key_given_twice_is_taken_apart_once_and_one_that_is_none_is_joined_with_none(work: Path) -> None:
    (key,) = joined(work)
    assert call("dedupe", key, "nobody", "--join", "-w", work).code == 2
    assert call("dedupe", key, f"@{key}", "--join", "-w", work).code == 2
    assert call("dedupe", key, f"@{key}", "--apart", "-w", work).code == 0
