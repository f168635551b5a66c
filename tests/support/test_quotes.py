import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey.records import Paper, Sentence
from survey.support import cleaned, denial_left_out, fault, find_quote, misquoted, quotation_pieces, spelt_out_at

SOURCE = "A small net, which is not new, hears 62 toads in rain. It does not much improve on frogs, and it wakes no newts."
PONDS = Paper(key="ponds", title="On Ponds", date="2020", text=f"Ponds are wet.\n\n{SOURCE}\n\nToads sleep.")
WORDS = st.lists(st.sampled_from(["rain", "noise", "masks", "62", "frog", "calls", "so-called", "nets"]), min_size=3, max_size=12)


@pytest.mark.parametrize("dots", ["…", " … ", " ... ", " […] ", " [...] ", " . . . ", "(…)"])
def test_words_are_left_out_where_any_kind_of_ellipsis_says_so(dots: str) -> None:
    quotation = f"A small net{dots}hears 62 toads"
    assert quotation_pieces(quotation) == ["A small net", "hears 62 toads"]
    assert misquoted(f"Roe: “{quotation}”", [SOURCE]) == ""
    found = find_quote(quotation, PONDS)
    assert found is not None
    assert found.text == "A small net, which is not new, hears 62 toads"


@given(WORDS, st.data())
def test_a_trimmed_quotation_is_found_where_its_pieces_stand(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(words) - 2))
    second = data.draw(st.integers(first + 1, len(words) - 1))
    head, tail = " ".join(words[:first]), " ".join(words[second:])
    paper = Paper(text=f"{' '.join(words)}\n\nelsewhere")
    assert misquoted(f"Roe: “… {head} … {tail} …”", [paper.text]) == ""
    found = find_quote(f"{head} … {tail}", paper)
    assert found is not None
    assert found.text.startswith(head)
    assert found.text.endswith(tail)


@given(WORDS, st.data())
def test_pieces_in_another_order_or_of_another_word_are_misquoted(words: list[str], data: st.DataObject) -> None:
    unique = [f"{word}{n}" for n, word in enumerate(words)]
    at = data.draw(st.integers(1, len(words) - 1))
    head, tail = " ".join(unique[:at]), " ".join(unique[at:])
    assert misquoted(f"“{tail} … {head}”", [" ".join(unique)])
    assert misquoted(f"“{head} … {tail}s”", [" ".join(unique)])
    assume(at > 1)
    assert misquoted(f"“{head[1:]} … {tail}”", [" ".join(unique)])


@pytest.mark.parametrize(
    "quotation",
    ["Ponds are wet … toads in rain", "hears 62 toads … A small net", "a small … net hears", "hears 6 … toads", "… …", "a sma … net"],
)
def test_pieces_stand_whole_in_order_and_in_one_paragraph(quotation: str) -> None:
    assert find_quote(quotation, PONDS) is None


def test_the_pieces_of_one_quotation_come_from_one_quote() -> None:
    assert misquoted("“frogs croak … toads hide”", ["Frogs croak at night.", "Toads hide by day."])


@pytest.mark.parametrize(
    ("quotation", "denial"),
    [
        ("It does … improve on frogs", "not"),
        ("It does … improve on … and it wakes", "not"),
        ("it wakes … newts", "no"),
        ("A small net … hears 62 toads", ""),  # a clause goes whole, its denial with it
        ("hears 62 toads … and it wakes no newts", ""),
        ("A small net … does not … improve", ""),
        ("hears … toads", ""),
    ],
)
def test_a_denial_that_is_cut_out_turns_the_words(quotation: str, denial: str) -> None:
    assert denial_left_out(quotation, SOURCE) == denial
    start = PONDS.text.index(SOURCE)
    told = fault(
        Sentence(text=f"Roe: “{quotation}”", kind="claim", quotes=(PONDS.quote(start, start + len(SOURCE)),)), {"ponds": PONDS}.get
    )
    assert ("leaves out" in told) is bool(denial)


def test_dots_that_the_paper_has_itself_are_its_own() -> None:
    listed = "Frames 1, 2, ..., 9 are kept."
    assert misquoted("Roe: “frames 1, 2, ..., 9 are kept”", [listed]) == ""
    assert denial_left_out("Frames 1, 2, ..., 9 are kept.", listed) == ""


def test_a_trimmed_quotation_goes_through_cleaning_as_it_was_written() -> None:
    text = "Roe (2020) reports: “A small net … hears 62 toads […]”."
    assert cleaned(text, [SOURCE], ["Roe (2020)"]) == text
    assert spelt_out_at(text, SOURCE) == text.index("“")
    assert spelt_out_at(text, "Toads sleep.") == len(text)
