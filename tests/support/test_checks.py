from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.support import CHECKS, SEES, evidence_faults

QUOTE = "FrogNet, by Roe and Lee, hears 62% of 1,200 frog calls in heavy rain, and it does not need labels of any kind."
PLAIN = "Roe and Lee (2020) report that FrogNet hears 62 percent of 1,200 frog calls and does not need labels."


def checks(text: str, *quotes: str) -> list[str]:
    names = ["Roe and Lee (2020)", "Roe and Lee"]
    return [fault.check for fault in evidence_faults(text, quotes or (QUOTE,), names, ["On Frogs"])]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"Roe and Lee (2020) report: “{QUOTE}”",
        "Roe and Lee (2020) write of “FrogNet, by Roe and Lee, hears 62% of 1,200 frog calls … and it does not need labels”.",
        "“FrogNet” needs no labels.",
    ],
)
def test_what_the_quote_says_has_no_fault(text: str) -> None:
    assert checks(text) == []


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("62", "26", "number"),
        ("1,200", "1,201", "number"),
        ("percent", "percentage points", "unit"),
        ("FrogNet", "ToadNet", "name"),
        ("FrogNet", "FrogNet-XL", "name"),
        ("does not need", "does need", "polarity"),
        ("hears", "does not hear", "polarity"),
        ("(2020)", "(2021)", "number"),
    ],
)
def test_one_change_is_one_fault(old: str, new: str, check: str) -> None:
    assert checks(PLAIN.replace(old, new))[:1] == [check]


def test_a_denial_cut_out_of_a_quotation_and_a_word_put_into_it_are_faults_of_the_quotation() -> None:
    assert checks("Roe and Lee (2020): “it does … need labels”") == ["quotation"]
    assert checks("Roe and Lee (2020): “it does not need any labels”") == ["quotation"]


def test_the_words_of_another_paper_are_seen() -> None:
    assert "coverage" in checks("Roe and Lee (2020) report that a drone counts toads around ponds by their heat.")


def test_the_checks_come_in_their_order() -> None:
    found = checks("ToadNet hears 63% of the whale songs and “opera of toads” by 62 ms in submarine concerts.")
    assert found == ["quotation", "number", "unit", "name", "coverage"]
    assert found == [check for check in CHECKS if check in found]


@given(st.lists(st.text("abc “”…not 12%XY", max_size=12), max_size=6).map(" ".join))
def test_a_quote_quoted_whole_is_never_faulted(quote: str) -> None:
    quote = quote.replace("“", "").replace("”", "").strip() or "frogs"
    assert evidence_faults(f"Roe and Lee (2020): “{quote}”", [quote], ["Roe and Lee (2020)"]) == []


def test_the_document_says_of_every_check_what_it_sees_and_cannot_see() -> None:
    told = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    assert [check for check in CHECKS if f"| `{check}` | {SEES[check][0]} | {SEES[check][1]} |" not in told] == []
