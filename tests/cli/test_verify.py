"""What is found is tested in tests/test_checking.py; here: what is printed, and the exit codes."""

import shutil
from pathlib import Path

import pytest

from tests.calling import call, ended, python
from tests.conftest import Made


@pytest.mark.parametrize("name", ["", "survey.md", "evidence.jsonl", "survey.json"])
def test_a_fresh_survey_ends_with_0(made: Made, name: str) -> None:
    done = call("verify", made.folder / name, "-w", made.root)
    assert (done.code, done.err) == (0, "")
    assert "0 failed" in done.out


def test_a_failed_citation_ends_with_5_and_names_file_line_and_cause(work: Made) -> None:
    path = work.folder / "survey.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("81.5%", "85.1%"), encoding="utf-8")
    line = next(n for n, line in enumerate(text.split("\n"), start=1) if "81.5%" in line)
    done = call("verify", path, "-w", work.root)
    assert done.code == 5
    assert done.err.startswith(f"survey.md:{line}: the quotation “")
    assert "” does not stand in @holtFrogCallDetection2020: " in done.err
    assert "1 failed" in done.out
    as_json = call("verify", path, "-w", work.root, "--json", "--quiet")
    assert (as_json.code, as_json.err) == (5, "")
    assert [(failed["line"], failed["file"]) for failed in as_json.data["failed"]] == [(line, "survey.md")]


def test_a_survey_of_papers_that_the_library_lacks_ends_with_5(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.root / "papers", tmp_path / "papers", ignore=shutil.ignore_patterns("*.pdf"))
    assert call("add", tmp_path / "papers", "-w", tmp_path, "--quiet").code == 0
    done = call("verify", made.folder, "-w", tmp_path)
    assert done.code == 5
    assert "cites @thornCountingToadsDrones, which is not in the library" in done.err


def test_an_empty_library_is_told_instead_of_blaming_each_citation(made: Made, tmp_path: Path) -> None:
    done = call("verify", made.folder, "-w", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "is empty" in done.err
    assert "--workspace" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("name", ["nothing.md", "milk.md", "."])
def test_what_is_no_survey_ends_with_2(made: Made, tmp_path: Path, name: str) -> None:
    (tmp_path / "milk.md").write_text("Milk, eggs and bread.\n", encoding="utf-8")
    done = call("verify", tmp_path / name, "-w", made.root)
    assert done.code == 2
    assert "Give survey.md" in done.err
    assert done.out == ""


def test_it_needs_no_model_and_no_index(made: Made) -> None:
    code = (
        "import sys\nfrom survey.cli import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = ended(python(["-c", code, "verify", made.folder, "-w", made.root]))
    assert done.code == 0, done.err
    assert not {"chromadb", "llama_index", "onnxruntime", "bm25s", "wordllama"} & set(done.out.splitlines()[-1].split())
