"""What is counted is tested in tests/test_scoring.py; here: what is printed, with a library and without."""

from pathlib import Path

from tests.calling import call
from tests.conftest import Made


def test_a_survey_of_ours(made: Made) -> None:
    done = call("score", made.folder, "-w", made.root, "--json")
    assert (done.code, done.err) == (0, "")
    assert done.data["coverage"] == {"papers": 10, "cited": 1.0, "listed": 1.0}
    assert done.data["references"]["unknown"] == 0
    assert done.data["references"]["with_title"] == 1.0


def test_a_text_of_anybodys_needs_no_library_and_makes_none(tmp_path: Path) -> None:
    (tmp_path / "theirs.md").write_text("Frogs call at night [1]. Nobody counts them.\n\n## References\n\n[1] Frogs\n", encoding="utf-8")
    done = call("score", tmp_path / "theirs.md", "-w", tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "50.0%" in next(line for line in done.out.splitlines() if "with a citation" in line)
    assert "library" not in done.out
    assert [file.name for file in tmp_path.iterdir()] == ["theirs.md"]


def test_what_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    done = call("score", tmp_path / "nothing.md", "-w", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "nothing.md" in done.err and "scored" in done.err and "evidence.jsonl" not in done.err


def test_an_empty_text_ends_with_2(made: Made, tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("", encoding="utf-8")
    for workspace in (tmp_path, made.root):
        done = call("score", tmp_path / "empty.md", "-w", workspace)
        assert (done.code, done.out) == (2, "") and "cannot be scored: it holds no text" in done.err
