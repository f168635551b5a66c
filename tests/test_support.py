import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.records import Kind, Page, Paper, Quote, Sentence
from survey.support import coverage, fault, find_quote, missing_numbers, normalised, quotable, quote_stands

TEXT = "Rain noise masks 62% of frog calls. The net cannot detect toads. So-called “deep nets” reach 1,200 joules.\n\nThe net fails."
FROGS = Paper(
    key="frogs",
    title="On 3 Ponds",
    date="2020",
    text=TEXT,
    pages=(Page(number=1, start=0, end=64), Page(number=2, start=64, end=len(TEXT))),
)
PAPERS = {"frogs": FROGS}
FIRST = FROGS.quote(0, 35)

WORDS = st.lists(st.text("abcdefgäßﬁ12", min_size=1, max_size=6), min_size=1, max_size=12)


def claim(text: str, *quotes: Quote, cites: tuple[str, ...] = (), kind: Kind = "claim") -> Sentence:
    return Sentence(text=text, kind=kind, quotes=quotes, cites=cites)


# ---------------------------------------------------------------- quotes


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Rain noise masks 63% of frog calls."},
        {"start": 1},
        {"end": 34},
        {"page": 2},
        {"page": None},
        {"text": "", "start": 5, "end": 5},
    ],
)
def test_a_quote_stands_letter_for_letter_at_its_offsets_on_its_page(change: dict[str, object]) -> None:
    assert quote_stands(FIRST, FROGS)
    assert not quote_stands(FIRST.model_copy(update=change), FROGS)
    assert not quote_stands(FIRST, None)


@given(WORDS, st.data())
def test_what_stands_in_a_paper_is_found_where_it_stands(words: list[str], data: st.DataObject) -> None:
    paper = Paper(text=" ".join(words))
    first = data.draw(st.integers(0, len(words) - 1))
    wanted = " ".join(words[first : data.draw(st.integers(first + 1, len(words)))])
    found = find_quote(wanted, paper)
    assert found is not None
    assert found.text == wanted == paper.text[found.start : found.end]


@given(WORDS, st.sampled_from(["\n", "  ", " \n "]))
def test_other_white_space_and_case_are_no_change(words: list[str], space: str) -> None:
    paper = Paper(text=f"x {' '.join(words)} x")
    found = find_quote(space.join(words).upper().lower(), paper)
    assert found is not None
    assert normalised(found.text) == normalised(" ".join(words))


@given(st.lists(st.sampled_from(["not", "no", "62", "63", "rain", "noise"]), min_size=2, max_size=8), st.data())
def test_a_changed_word_is_never_found(words: list[str], data: st.DataObject) -> None:
    paper = Paper(text=" ".join(words))
    at = data.draw(st.integers(0, len(words) - 1))
    changed = [*words[:at], data.draw(st.sampled_from(["hardly", "64", "snow"])), *words[at + 1 :]]
    assert find_quote(" ".join(changed), paper) is None


@pytest.mark.parametrize(
    "words", ["The net can", "The net can\n", "ain noise masks", "masks 6", "2% of frog calls", "called “deep nets”", "reach 1", ".", ""]
)
def test_a_piece_of_a_word_or_number_or_nothing_at_all_is_no_quote(words: str) -> None:
    assert find_quote(words, FROGS) is None


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("The net can't hear.", "The net can"),
        ("A non-linear net hears.", "linear net"),
        ("It costs 6.5 joules.", "costs 6"),
        ("It’s so.", "It"),
    ],
)
def test_half_a_word_says_something_else(text: str, half: str) -> None:
    assert find_quote(half, Paper(text=text)) is None


def test_scripts_without_spaces_have_no_half_words() -> None:
    found = find_quote("雨声掩盖", Paper(text="在野外雨声掩盖了蛙鸣。"))
    assert found is not None
    assert found.start == 3


def test_words_are_found_again_where_they_are_whole() -> None:
    paper = Paper(text="The network is new. The net is old.")
    found = find_quote("The net", paper)
    assert found is not None
    assert found.start == 20


def test_a_quotation_typed_with_plain_letters_finds_ligatures_and_soft_hyphens() -> None:
    paper = Paper(text="We ﬁnd the co\u00adeﬃcient here.")
    found = find_quote("we find the coefficient", paper)
    assert found is not None
    assert found.text == "We ﬁnd the co\u00adeﬃcient"


# ---------------------------------------------------------------- claims


def test_a_claim_that_its_quote_bears_out_has_no_fault() -> None:
    assert fault(claim(f"Roe (2020) report: “{FIRST.text}”", FIRST), PAPERS.get) == ""
    assert fault(claim("Noise hides 62% of the calls.", FIRST), PAPERS.get) == ""


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (claim("Ponds are wet."), "without a quote"),
        (claim("Noise hides it.", FIRST.model_copy(update={"key": "toads"})), "@toads"),
        (claim("Noise hides it.", FIRST, cites=("toads",)), "@toads"),
        (claim("Noise hides it.", FIRST.model_copy(update={"start": 1, "end": 36})), "1:36"),
        (claim("Noise hides 63% of the calls.", FIRST), "63"),
        (claim("Noise hides 62% of 400 calls.", FIRST), "400"),
        (claim("Roe: “Rain noise masks 62% of toad calls.”", FIRST), "quotation"),
        (claim(f"Roe: “{FIRST.text} It always does.”", FIRST), "quotation"),
        (claim(f"Roe: “{FIRST.text}” and “All is lost.”", FIRST), "quotation"),
        (claim("“Rain “noise” masks toads”", FIRST), "quotation"),
        (claim("“Rain noise masks toads", FIRST), "quotation"),
        (claim("All of 7 cite it.", kind="connective", cites=("toads",)), "@toads"),
    ],
)
def test_what_is_not_borne_out_is_named(sentence: Sentence, told: str) -> None:
    assert told in fault(sentence, PAPERS.get)


def test_a_connective_may_count_without_a_quote() -> None:
    assert fault(claim("There are 7 papers.", kind="connective"), PAPERS.get) == ""


def test_marks_within_a_quoted_sentence_are_the_papers_own() -> None:
    nested = FROGS.quote(65, 106)
    assert "“deep nets”" in nested.text
    assert fault(claim(f"Roe: “{nested.text}”", nested), PAPERS.get) == ""
    assert fault(claim("Roe speak of “deep nets”.", nested), PAPERS.get) == ""


def test_a_number_in_the_name_of_the_cited_paper_needs_no_quote() -> None:
    assert FROGS.byline == "‘On 3 Ponds’ (2020)"
    assert fault(claim(f"{FROGS.byline} report: “{FIRST.text}”", FIRST), PAPERS.get) == ""
    assert "3" in fault(claim(f"In 3 ponds: “{FIRST.text}”", FIRST), PAPERS.get)


def test_missing_numbers_are_those_of_no_quote() -> None:
    assert missing_numbers("Of 1200 and 1,200 and 5 and 7 (2020)", ["1,200 joules", "7"]) == ["5"]


@given(st.sets(st.integers(0, 999)), st.sets(st.integers(0, 999)))
def test_no_number_is_lost_and_none_is_made_up(said: set[int], quoted: set[int]) -> None:
    sentence, quote = " and ".join(map(str, said)), " and ".join(map(str, quoted))
    assert missing_numbers(sentence, [quote]) == sorted(str(n) for n in said - quoted)


def test_coverage_is_the_share_of_telling_words() -> None:
    assert coverage("Frogs and toads.", ["Frogs croak."]) == 0.5
    assert coverage("They report: “Toads croak.”", ["Frogs croak."]) == 1.0  # quoted words are looked at elsewhere
    assert coverage("It is so.", ["Frogs croak."]) == 1.0


# ---------------------------------------------------------------- what can be quoted


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Detecting frog calls in rain noise remains a difficult problem.", True),
        ("detecting frog calls in rain noise remains a difficult problem.", False),
        ("Detecting frog calls in rain noise remains a difficult problem", False),
        ("Frog calls are loud.", False),
        ("We leave all of this for the work that we shall do later on.", False),
        ("As shown in Table 3, frog calls in rain noise are hard to detect.", False),
        ("Write to frogs@pond.org for the frog calls and the rain noise data.", False),
        ("Frog calls in rain noise at https://pond.org are hard to detect.", False),
        ("Frog calls 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21.", False),
        (f"Detecting frog calls in rain noise remains {'very ' * 90}difficult.", False),
    ],
)
def test_only_whole_readable_sentences_can_be_quoted(text: str, stands: bool) -> None:
    assert quotable(text) is stands
