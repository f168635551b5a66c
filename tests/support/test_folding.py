"""What copying does to the look of words is folded away; whatever says something else is not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.records import Paper
from survey.support import find_quote
from survey.support.folding import folded

SAID = "The efficient low-energy net’s “first” score didn’t fall: it reduces noise by −5.5% in 10–20 naïve trials"
PAPER = Paper(key="roe2020", text=f"Before. {SAID} (of COVID-19 data). Pre- and post-tests differ.")


@pytest.mark.parametrize(
    ("was", "copied"),
    [
        ("fficient", "ﬃcient"),
        ("reduces", "re-\nduces"),
        ("reduces", "re-\r\n  duces"),
        ("reduces", "re\x02duces"),
        ("reduces", "re\x02\r\nduces"),
        ("reduces", "re\ufffeduces"),
        ("reduces", "re\u00adduces"),
        ("reduces", "re\u00ad\nduces"),
        ("reduces", "re- duces"),
        ("reduces", "re¬\nduces"),
        ("low-energy", "low-\nenergy"),
        ("low-energy", "low\u2010energy"),
        ("low-energy", "low–energy"),
        ("low-energy", "lowenergy"),
        ("score didn’t", "score\r\ndidn't"),
        ("“first”", '"first"'),
        ("“first”", "``first''"),
        ("“first”", "«first»"),
        ("−5.5%", "-5.5%"),
        ("10–20", "10-20"),
        ("10–20", "10-\n20"),
        ("naïve", unicodedata.normalize("NFD", "naïve")),
        ("noise by", "noise\u00a0\u200bby"),
        ("The efficient", "the efficient"),
    ],
)
def test_what_copying_changes_is_no_change(was: str, copied: str) -> None:
    assert was in SAID
    found = find_quote(SAID.replace(was, copied), PAPER)
    assert found is not None
    assert found.text == SAID
    damaged = PAPER.model_copy(update={"text": PAPER.text.replace(was, copied)})
    assert find_quote(SAID, damaged) is not None


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("−5.5", "5.5"),
        ("−5.5", "−55"),
        ("5.5%", "5.5"),
        ("10–20", "1020"),
        ("10–20", "10 20"),
        ("low-energy", "low energy"),
        ("low-energy", "non-low-energy"),
        ("didn’t", "did"),
        ("naïve", "naive"),
        ("reduces", "reduce"),
        ("“first”", "first"),
        ("noise by", "noiseby"),
        (" trials", " trial"),
    ],
)
def test_what_says_something_else_is_a_change(was: str, now: str) -> None:
    assert was in SAID
    assert find_quote(SAID.replace(was, now), PAPER) is None


@pytest.mark.parametrize(
    "cut", ["ow-energy net", "energy net’s", "(of COVID", "19 data", "score didn", "The effi", "na", "by −5", "duces noise"]
)
def test_half_a_word_is_none_in_whatever_form(cut: str) -> None:
    assert find_quote(cut, PAPER) is None
    assert find_quote(cut.upper(), PAPER) is None
    damaged = PAPER.model_copy(update={"text": PAPER.text.replace("low-", "low-\n").replace("reduces", "re\x02duces").replace("ffi", "ﬃ")})
    assert find_quote(cut, damaged) is None


@pytest.mark.parametrize("quote", ["PRE- and", "Pre-", "pre- and post", "post-TESTS differ"])
def test_a_hyphen_at_the_end_is_the_words_own(quote: str) -> None:
    found = find_quote(quote, PAPER)
    assert (found is not None) is (quote != "pre- and post")
    assert find_quote("pre-", Paper(text="Prewar toads.")) is None


TEXTS = st.text() | st.text("aB9é-‐–−\u00ad\u200b\x02¬\n '’`´\u0301ﬁ…½")


@given(TEXTS)
def test_every_letter_has_its_place(text: str) -> None:
    there = folded(text)
    assert len(there.text) == len(there.starts) == len(there.ends)
    assert there.starts == sorted(there.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(there.starts, there.ends, strict=True))


@given(st.text("aB9é-–−\n '’ﬁ…½"))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text).text).text == folded(text).text


@given(TEXTS)
def test_the_forms_of_unicode_are_alike(text: str) -> None:
    forms = {folded(unicodedata.normalize(form, text)).text for form in ("NFC", "NFD")}
    assert len(forms) == 1
