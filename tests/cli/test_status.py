from pathlib import Path

import pytest

from tests.calling import call
from tests.conftest import PAPERS, Made


def test_it_lists_the_papers_with_their_keys(made: Made) -> None:
    done = call("status", "-w", made.root)
    assert (done.code, done.err) == (0, "")
    first, *rest = done.out.splitlines()
    assert first.startswith("10 papers, ")
    assert {line.split()[0] for line in rest} == PAPERS
    assert any(line.endswith("Charging Lithium Batteries without Lithium Plating") for line in rest)


def test_json_is_one_object(made: Made) -> None:
    done = call("status", "-w", made.root, "--json")
    assert {key for key, _ in done.data["keys"]} == PAPERS
    assert done.data["papers"] == len(PAPERS)


def test_what_could_not_be_read_is_shown_too(work: Made) -> None:
    (work.papers / "torn.pdf").write_bytes(b"%PDF-1.5\n1 0 obj")
    call("add", work.papers, "-w", work.root)
    assert "papers/torn.pdf" in call("status", "-w", work.root).err
    assert call("status", "-w", work.root, "--quiet").err == ""


@pytest.mark.parametrize("command", [("status",), ("show", "roe2020"), ("ask", "Why?")], ids=lambda command: command[0])
def test_a_folder_without_a_library_is_told_as_such_and_left_as_it_is(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = call(*command, "-w", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "survey add" in done.err
    assert "--workspace" in done.err
    assert list(tmp_path.iterdir()) == []
