"""What all views have in common."""

import importlib
from typing import Any

import pytest

from survey.cli.common import shown
from survey.records import Chain, Survey
from tests.growing import grown, issue_of, link
from tests.stating import paper, statements

HOSTILE = "\x1b]0;owned\x07\x1b[2J[bold]:smile:[/bold] "
PAPERS = [
    paper(key, f"{HOSTILE} noise. A denoiser. It detects frogs. Toads {HOSTILE} remain.", HOSTILE, date, (f"Ada {HOSTILE}Roe",))
    for key, date in (("a", "2018"), ("b", "2020"))
]


def survey() -> Survey:
    said = [statements(p) for p in PAPERS]
    issue = issue_of(said[0][0], label=HOSTILE)
    answer = link(said[0][0], said[1][2], "partly_resolves", issue.id)
    chain = Chain(id="c", links=(answer,), left=(said[1][-1],))
    fields = {"statements": (*said[0], *said[1]), "issues": (issue,), "links": (answer,), "chains": (chain,)}
    return grown(Survey.model_validate(fields), PAPERS)


@pytest.mark.parametrize("view", ["tree", "chains", "gaps"])
def test_what_a_paper_says_commands_no_terminal_and_is_no_markup(view: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    module: Any = importlib.import_module(f"survey.cli.{view}")
    shown(module._drawn(survey()), None)
    out = capfdbinary.readouterr().out.decode("utf-8")
    assert not [char for char in out if ord(char) < 32 and char != "\n"]
    assert "[bold]:smile:[/bold]" in "".join(out.replace("│", " ").split())


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_the_reader_wants_none(
    no_color: str, coloured: bool, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from survey.cli.tree import _drawn

    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    shown(_drawn(survey()), None)
    out = capfdbinary.readouterr().out
    assert (b"\x1b[36m" in out or b"36m" in out) is coloured
