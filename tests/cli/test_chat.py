from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from survey.cli import chat
from survey.errors import ServerFailed
from survey.library import Library
from survey.records import Talk
from survey.workspace import Workspace
from tests.calling import Outcome, call
from tests.conftest import Made

PLATING = "How well does the pulse test detect lithium plating?"
UNKNOWN = "Who won the football world cup in Brazil?"


def talked(root: Path, *lines: str, options: tuple[str, ...] = ()) -> Outcome:
    return call("chat", "-w", root, *options, stdin="".join(f"{line}\n" for line in lines).encode())


def test_lines_of_stdin_are_answered_one_after_another_and_a_follow_up_from_the_talk(work: Made) -> None:
    done = talked(work.root, PLATING, "", "Why does it fail?", "/quit", "What is not asked any more?")
    assert (done.code, done.err) == (0, "")
    assert "“The pulse test detects lithium plating in 9 of 10 cells.” [1]" in done.out
    assert "Understood as: Why does the pulse test fail?" in done.out
    assert "any more" not in done.out


def test_what_is_not_said_is_said_so_and_the_nearest_are_named(work: Made) -> None:
    done = talked(work.root, UNKNOWN)
    assert done.code == 0
    assert "Not in this collection." in done.out


def test_commands_show_the_papers_the_quotes_and_a_quote_in_its_place(work: Made) -> None:
    done = talked(work.root, PLATING, "/papers", "/sources", "/why 1", "/papers quist", "/help")
    assert done.code == 0
    assert "1. Wren and Volt (n.d.): Seeing Lithium Plating with Pulses of Current, @wrenSeeingLithiumPlating" in done.out
    assert "- Quist and Tarr (2019)" in done.out
    assert "» The pulse test detects lithium plating in 9 of 10 cells. «" in done.out
    assert "A pulse test is proposed" in done.out
    assert "it stands at its place in the paper, letter for letter" in done.out
    assert "/export FILE" in done.out


def test_a_focus_bounds_what_is_asked_until_it_is_taken_off(work: Made) -> None:
    done = talked(work.root, "/focus author Quist since 2020", PLATING, "/focus off", PLATING, "/focus")
    assert done.code == 0
    bounded, _, free = done.out.partition("All papers: 10 papers.")
    assert "authors Quist; since 2020: 1 paper." in bounded
    assert "wrenSeeingLithiumPlating" not in bounded
    assert "wrenSeeingLithiumPlating" in free
    assert talked(work.root, PLATING, options=("--author", "Quist")).out.count("wrenSeeing") == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/paprs", "Did you mean /papers?"),
        ("/xyz", "/help lists them"),
        ("/why", "the number of the quote is missing"),
        ("/why 99", "The last answer has the quotes 1 to "),
        ("/why two", "“two” is no number of a quote"),
        ("/focus frogs", "“frogs” is not understood"),
        ("/focus since then", "“then” is no year"),
        ("/focus section poems", "No kind of section is called 'poems'"),
        ("/focus @nobody2020", "No paper 'nobody2020'"),
        ("/focus 9", "no number 9"),
        ("/focus author Nobody", "Nobody"),
        ("/export", "the name of a file is missing"),
        ("/export talk.docx", "talk.docx"),
    ],
)
def test_a_command_that_cannot_be_obeyed_is_told_with_its_cure_and_the_talk_goes_on(work: Made, line: str, told: str) -> None:
    done = talked(work.root, PLATING, line, PLATING)
    assert told in done.err
    assert done.code == 4
    assert done.out.count("9 of 10 cells.” [") == 2
    assert talked(work.root, PLATING, line).code in (2, 3)


@pytest.mark.parametrize("line", ["/sources", "/why 1", "/save", "/export x.md"])
def test_before_the_first_answer_a_command_says_what_is_missing(work: Made, line: str) -> None:
    done = talked(work.root, line)
    assert (done.code, done.out) == (2, "")
    assert "nothing was asked yet" in done.err


@pytest.mark.parametrize("line", ["/quit now", "/q", "quit", "Exit", "bye!"])
def test_a_talk_is_left_with_or_without_a_slash(work: Made, line: str) -> None:
    done = talked(work.root, line, PLATING)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_courtesies_are_neither_searched_for_nor_kept(work: Made) -> None:
    done = talked(work.root, "thanks!", "Ok, thank you very much.")
    assert (done.code, done.out.count("Ask a question")) == (0, 2)
    assert "No talk is kept yet." in call("chat", "--list", "-w", work.root).out


def test_a_bare_focus_says_what_can_be_set(work: Made) -> None:
    assert "author NAME, since YEAR" in talked(work.root, "/focus").out
    assert "author NAME" not in talked(work.root, "/focus since 2020", "/focus").out


def test_what_is_saved_verify_checks_again(work: Made) -> None:
    one, whole = work.root / "one.md", work.root / "whole.json"
    done = talked(work.root, PLATING, "Why does it fail?", "/save", f"/save {one}", f"/export {whole}")
    assert done.code == 0
    assert (work.root / "outputs" / "talk-1-answer-2.md").exists()
    for file in (one, whole):
        assert call("verify", file, "-w", work.root).code == 0
    one.write_text(one.read_text().replace("9 of 10 cells", "10 of 10 cells"))
    assert call("verify", whole, "-w", work.root).code == 0


def test_a_talk_is_kept_listed_and_gone_on_with(work: Made) -> None:
    assert "No talk is kept yet." in call("chat", "--list", "-w", work.root).out
    talked(work.root, PLATING)
    talked(work.root, "How many toads does the drone find?")
    listed = call("chat", "--list", "-w", work.root).out
    assert [line.split()[0] for line in listed.splitlines()] == ["2", "1"]
    assert PLATING in listed
    again = talked(work.root, "Why does it fail?", options=("--talk", "1"))
    assert "talk 1 goes on after 1 answer" in again.err
    assert "Understood as: Why does the pulse test fail?" in again.out
    last = talked(work.root, "Does it count them at night?", options=("--resume",))
    assert "talk 1 goes on after 2 answers" in last.err
    with Workspace.open(work.root) as workspace:
        assert [kept.turns for kept in workspace.talks()] == [3, 1]


def test_of_a_talk_whose_papers_changed_the_quotes_that_fell_are_named(work: Made) -> None:
    talked(work.root, PLATING)
    file = work.papers / "plating.txt"
    file.write_text(file.read_text(encoding="utf-8").replace("9 of 10 cells", "nine of 10 cells"), encoding="utf-8")
    call("add", work.papers, "-w", work.root)
    done = talked(work.root, "/sources", options=("--resume",))
    assert "no longer stands in its paper, which was changed or removed: [" in done.err
    assert done.code == 0
    assert "the paper was changed or removed" in talked(work.root, "/why 1", "/why 2", "/why 3", options=("--resume",)).out


def test_an_answer_of_another_version_is_left_out_and_no_turn_is_lost(work: Made) -> None:
    talked(work.root, PLATING)
    with Library(work.root / "store" / "library.sqlite") as library:
        library.put_talk(
            1, "2099-01-01T00:00:00", "{}", [*(library.talk(1) or ("", []))[1], '{"question": "Future?", "found": true, "oracle": 1}']
        )
    done = talked(work.root, "Why does it fail?", options=("--resume",))
    assert done.code == 0
    with Workspace.open(work.root) as workspace:
        assert sorted(kept.turns for kept in workspace.talks()) == [2, 2]


def test_an_unknown_talk_and_an_empty_library_are_told(work: Made, tmp_path: Path) -> None:
    unknown = talked(work.root, options=("--talk", "7"))
    assert (unknown.code, "survey chat --list" in unknown.err) == (2, True)
    assert talked(tmp_path / "none").code == 2


def test_nothing_of_a_paper_commands_the_terminal(work: Made) -> None:
    (work.papers / "evil.txt").write_text(
        "Lamps for Moths\n\nEve Ill\n\nAbstract\n\nA violet lamp\x1b]0;owned\x07\x1b[2J attracts 70 moths \u202eevil an hour.\n",
        encoding="utf-8",
    )
    call("add", work.papers, "-w", work.root)
    done = talked(work.root, "How many moths does a violet lamp attract?", "/why 1", "/papers lamps", "/sources")
    assert "moths" in done.out
    assert not set(done.out) & set("\x1b\x07\u202e")


# ---------------------------------------------------------------- faults of a server, and the keyboard


class Stumbling:
    """A conversation that fails as its line says."""

    def take(self, line: str) -> None:
        if line == "server":
            raise ServerFailed("answer", "m", "h", 500, "", 5)
        if line == "ctrl-c":
            raise KeyboardInterrupt
        if line == "bug":
            raise AttributeError("nothing called so")


def test_a_bug_is_told_as_one_and_the_talk_goes_on(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert chat._taken(Stumbling(), "bug", is_terminal=True) == 1  # type: ignore[arg-type]
    assert "a bug: AttributeError: nothing called so" in capsys.readouterr().err
    monkeypatch.setenv("SURVEY_DEBUG", "1")
    with pytest.raises(AttributeError):
        chat._taken(Stumbling(), "bug", is_terminal=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(("line", "code"), [("server", 6), ("well", 0)])
def test_a_failed_line_has_the_code_of_its_fault(line: str, code: int) -> None:
    assert chat._taken(Stumbling(), line, is_terminal=False) == code  # type: ignore[arg-type]


def test_ctrl_c_interrupts_the_answer_at_a_terminal_and_everything_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert chat._taken(Stumbling(), "ctrl-c", is_terminal=True) == 0  # type: ignore[arg-type]
    assert "the talk goes on" in capsys.readouterr().err
    with pytest.raises(KeyboardInterrupt):
        chat._taken(Stumbling(), "ctrl-c", is_terminal=False)  # type: ignore[arg-type]


def test_at_a_terminal_ctrl_c_begins_the_line_anew_and_ctrl_d_ends(work: Made) -> None:
    with Workspace.open(work.root) as workspace, create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text("/sources\rhalf a line\x03Why?\r\x04")
        assert list(chat._typed(workspace, Talk())) == ["/sources", "Why?"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("/so", ["/sources"]),
        ("/focus @WRENs", ["@wrenSeeingLithiumPlating"]),
        ("Does @quist", ["@quist2019"]),
        ("Why does it /so", []),
        ("Does ", []),
        ("", []),
    ],
)
def test_commands_and_citekeys_are_completed(made: Made, line: str, found: list[str]) -> None:
    with Workspace.open(made.root) as workspace:
        completions = chat._completer(workspace).get_completions(Document(line), CompleteEvent())
        assert [completion.text for completion in completions] == found
