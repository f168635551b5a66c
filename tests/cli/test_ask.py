import json
from pathlib import Path

import pytest

from survey.outputs import load_talk
from tests.calling import call
from tests.conftest import Made

QUESTION = "How many joules does the small network save?"
UNKNOWN = "Who won the football world cup in Brazil?"


def test_the_answer_is_the_quote_that_holds_it_with_its_place(made: Made) -> None:
    done = call("ask", QUESTION, "-w", made.root)
    assert (done.code, done.err) == (0, "")
    assert "1. Maar (2022): “The small network reduces the energy use of frog call detection by 1,200 joules a night.” [1]" in done.out
    assert "\n[1] Maar (2022), @maarLowEnergyFrogCall2022, characters " in done.out


def test_a_paper_with_pages_is_cited_with_its_page(made: Made) -> None:
    out = call("ask", "How many toads around six ponds does the drone find?", "-w", made.root).out
    assert ", @thornCountingToadsDrones, p. 1, characters " in out


def test_what_the_collection_does_not_say_is_said_so(made: Made) -> None:
    done = call("ask", UNKNOWN, "-w", made.root)
    assert done.code == 0
    assert done.out.startswith("Not in this collection. ")
    assert "Searched: 10 papers, " in done.out
    assert "survey add PATH" in done.out


def test_json_is_one_object_with_the_numbered_quotes(made: Made) -> None:
    data = call("ask", QUESTION, "-w", made.root, "--json").data
    assert data["found"] is True
    assert data["claims"][0]["citations"] == [1]
    assert (data["evidence"][0]["number"], data["evidence"][0]["key"]) == (1, "maarLowEnergyFrogCall2022")
    nothing = call("ask", UNKNOWN, "-w", made.root, "--json").data
    assert (nothing["found"], nothing["claims"], nothing["evidence"]) == (False, [], [])


def test_questions_on_stdin_are_answered_one_by_one(made: Made) -> None:
    lines = f"\ufeff{QUESTION}\r\n\n{UNKNOWN}".encode()
    done = call("ask", "-w", made.root, "--json", stdin=lines)
    assert (done.code, done.err) == (0, "")
    assert [json.loads(line)["found"] for line in done.out.splitlines()] == [True, False]
    out = call("ask", "-", "-w", made.root, stdin=lines).out
    assert out.startswith(f"# {QUESTION}\n\n1. Maar (2022): ")
    assert f"\n\n# {UNKNOWN}\n\nNot in this collection. " in out


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"", "no question came on stdin"),
        (b"Why?\nWhat \xff?\n", "stdin, line 2: the question holds a character that is not UTF-8 (U+DCFF) at character 6"),
        (b"a\0b", "stdin, line 1: the question holds a control character (U+0000) at character 2"),
        (b"why " * 300_000, "stdin, line 1: the question has more than 4,000 characters"),
    ],
)
def test_what_cannot_be_asked_is_told_with_its_line(made: Made, line: bytes, told: str) -> None:
    done = call("ask", "-w", made.root, stdin=line)
    assert done.code == 2
    assert told in done.err


@pytest.mark.parametrize("question", ["", "  \n ", "a\x1bb", "why " * 2000, "\udcff"])
def test_one_that_cannot_be_asked_is_refused(made: Made, question: str) -> None:
    done = call("ask", question, "-w", made.root)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("survey: the question ")


def test_a_question_may_be_bounded(made: Made) -> None:
    def cited(*options: str) -> set[str]:
        return {
            quote["key"] for quote in call("ask", "What limits frog call detection?", "-w", made.root, "--json", *options).data["evidence"]
        }

    assert cited("--paper", "@nilsenFrogCallsRain") == {"nilsenFrogCallsRain"}
    assert cited("--since", "2022", "--author", "Maar") <= {"maarLowEnergyFrogCall2022"}
    beyond = call("ask", QUESTION, "-w", made.root, "--since", "2090")
    assert (beyond.code, "within since 2090" in beyond.err) == (3, True)
    kind = call("ask", QUESTION, "-w", made.root, "--section", "preface")
    assert (kind.code, "No kind of section is called 'preface'. Name one of abstract," in kind.err) == (2, True)


def test_what_is_saved_is_checked_and_loads(made: Made, tmp_path: Path) -> None:
    file = tmp_path / "answer.md"
    assert call("ask", QUESTION, "-w", made.root, "--save", file).err == f"saved to {file}\n"
    (answer,) = load_talk(file).answers
    assert answer.question == QUESTION
    assert call("verify", file, "-w", made.root).code == 0
    file.write_text(file.read_text(encoding="utf-8").replace("1,200 joules", "1,300 joules", 1), encoding="utf-8")
    assert call("verify", file, "-w", made.root).code == 5


def test_no_file_of_another_kind_is_written_over(made: Made, tmp_path: Path) -> None:
    mine = tmp_path / "notes.md"
    mine.write_text("# My notes\n", encoding="utf-8")
    done = call("ask", QUESTION, "-w", made.root, "--save", mine)
    assert (done.code, done.out) == (2, "")
    assert "another file lies there" in done.err
    assert mine.read_text(encoding="utf-8") == "# My notes\n"
    assert "answers are written as .md, .json, .html, .bib" in call("ask", QUESTION, "-w", made.root, "--save", tmp_path / "a.doc").err
