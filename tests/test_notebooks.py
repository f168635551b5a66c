"""What the notebooks in docs/ show is what the program gives today."""

import re
from pathlib import Path

import pytest

from tests.notebooks import NOTEBOOKS, ROOT, cells_of, outputs_of, prepared, read, settled

by_name = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


@by_name
def test_the_committed_outputs_are_those_of_today(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SURVEY_MODEL", "SURVEY_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(prepared(tmp_path))
    cells = cells_of(read(path))
    assert any(outputs for _, outputs in cells)
    for (source, committed), today in zip(cells, outputs_of(source for source, _ in cells), strict=True):
        assert committed == today, f"{path.name} is stale: run `make notebook` and commit it. The cell:\n{source}"


@by_name
def test_no_error_and_no_path_of_a_machine_is_in_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == settled(read(path)), "run `make notebook`"
    assert [output for _, outputs in cells_of(read(path)) for output in outputs if output["output_type"] == "error"] == []
    assert not re.search(r"/(?:tmp|home|Users|root|work|var|private)/|[A-Z]:\\\\", text)
    assert str(ROOT) not in text


class Card:
    def _repr_html_(self) -> str:
        return "<b>card</b>"

    def _repr_markdown_(self) -> str:
        return "**card**"


def test_cells_are_run_as_jupyter_runs_them() -> None:
    sources = ["x = 2\nprint('two')\nx + 1", "x", "x = None\nx", "print(x, end='')", "from tests.test_notebooks import Card\nCard()"]
    assert [[output.get("text") or output["data"] for output in outputs] for outputs in outputs_of(sources)] == [
        ["two\n", {"text/plain": "3"}],
        [{"text/plain": "2"}],
        [],
        ["None"],
        [{"text/html": "<b>card</b>"}],
    ]
