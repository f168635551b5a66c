from pathlib import Path

from tests.calling import call
from tests.conftest import PAPERS, Made


def test_papers_are_added_without_a_survey(made: Made, tmp_path: Path) -> None:
    done = call("add", made.papers, "-w", tmp_path)
    assert done.code == 0
    assert done.out == "10 papers, 10 of them new; 8 files read, 0 known.\n"
    assert "reading" in done.err
    assert not (tmp_path / "outputs").exists()


def test_known_files_are_not_read_again(work: Made) -> None:
    done = call("add", work.papers, "-w", work.root, "--json", "--quiet")
    assert (done.code, done.err) == (0, "")
    assert set(done.data["papers"]) == PAPERS
    assert (done.data["new"], done.data["files_read"], done.data["files_known"]) == (0, 0, 8)


def test_a_bad_file_beside_good_ones_is_partial(work: Made) -> None:
    (work.papers / "torn.pdf").write_bytes(b"%PDF-1.5\n1 0 obj")
    done = call("add", work.papers, "-w", work.root)
    assert done.code == 4
    assert "torn.pdf" in done.err


def test_nothing_usable_ends_with_3(tmp_path: Path) -> None:
    done = call("add", tmp_path / "nowhere", "-w", tmp_path)
    assert done.code == 3
    assert "nowhere" in done.err
    assert done.out == ""
