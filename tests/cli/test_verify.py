"""What is found is tested in tests/test_checking.py; here: what is printed, and the exit codes."""

import shutil
from pathlib import Path

import pytest

from survey.checking import unmarked
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


def test_of_an_emptied_file_so_many_findings_are_told_and_the_rest_counted(work: Made) -> None:
    (work.folder / "survey.md").write_text("")
    done = call("verify", work.folder, "-w", work.root)
    failed = call("verify", work.folder, "-w", work.root, "--json").data["failed"]
    lines = [line for line in done.err.splitlines() if "was deleted" in line]
    assert done.code == 5 and len(failed) > 21 == len(lines)
    assert lines[-1].endswith(f"… and {len(failed) - 20} more (--json lists all)")


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


WORDS = "Forecasting capacity fade of lithium batteries at low temperature is unreliable"
BIB = """@article{cold, title={Capacity Fade of Lithium Batteries at Low Temperature}, author={Tarr, Finn}, year=2021}
@article{ohm, title={Solid cells do not plate}, author={Ohm, Ada}, year=2020}
"""


def test_what_the_library_lacks_is_a_remark_and_no_failure(made: Made, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(BIB, encoding="utf-8")
    draft = tmp_path / "draft.md"
    draft.write_text(
        f"They say “{WORDS}” [@cold]. They “never plate in ten years of our tests” [@ohm]. So it is [@ohm].\n", encoding="utf-8"
    )
    done = call("verify", draft, "-w", made.root)
    assert done.code == 0
    assert done.err == "not checked  @ohm is in refs.bib, not in the library: add its file to check it (cited in 2 sentences)\n"
    assert "0 failed; 2 sentences could not be checked." in done.out
    as_json = call("verify", draft, "-w", made.root, "--json", "--quiet")
    assert (as_json.data["failed"], as_json.data["unchecked"], len(as_json.data["not_in_library"])) == ([], 2, 1)
    elsewhere = tmp_path / "other" / "draft.md"
    elsewhere.parent.mkdir()
    shutil.copy(draft, elsewhere)
    assert call("verify", elsewhere, "-w", made.root, "--quiet").code == 5
    assert call("verify", elsewhere, "-w", made.root, "--quiet", "--bib", tmp_path / "refs.bib").code == 0


def test_what_fails_is_marked_in_another_file(work: Made, tmp_path: Path) -> None:
    path = work.folder / "survey.md"
    path.write_bytes(path.read_bytes().replace(b"81.5%", b"85.1%").replace(b"\n", b"\r\n"))
    done = call("verify", work.folder, "-w", work.root, "--marked", tmp_path / "marked.md")
    assert done.code == 5
    written = (tmp_path / "marked.md").read_bytes().decode("utf-8")
    assert unmarked(written) == path.read_bytes().decode("utf-8")
    (line,) = (line for line in written.split("\r\n") if "85.1%" in line and "⚑[^verify-1]" in line)
    assert "85.1" in line
    assert call("verify", path, "-w", work.root, "--marked", path).code == 2
    assert call("verify", work.folder / "survey.json", "-w", work.root, "--marked", tmp_path / "x.md").code == 2


def test_a_bibliography_that_is_none_ends_with_2(made: Made, tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text("They say so [@cold].\n", encoding="utf-8")
    done = call("verify", tmp_path / "draft.md", "-w", made.root, "--bib", tmp_path / "nothing.bib")
    assert (done.code, done.out) == (2, "")
    assert "nothing.bib: is no bibliography: does not exist" in done.err
