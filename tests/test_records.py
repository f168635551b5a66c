import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from survey.records import Page, Paper, Part, Quote, Sentence, Skipped, family_name, is_later

YEARS = st.integers(1990, 2030).map(lambda year: f"{year:04}")
MONTHS = st.integers(1, 12).map(lambda month: f"{month:02}")
DATES = st.one_of(
    st.just(""),
    st.just("--05-26"),
    YEARS,
    st.tuples(YEARS, MONTHS).map("-".join),
    st.tuples(YEARS, MONTHS, st.integers(1, 28).map(lambda day: f"{day:02}")).map("-".join),
)


@given(DATES, DATES)
def test_of_two_papers_at_most_one_is_later(one: str, other: str) -> None:
    assert not (is_later(one, other) and is_later(other, one))


@given(DATES, DATES, DATES)
def test_what_is_later_than_the_later_is_later(first: str, second: str, third: str) -> None:
    if is_later(second, first) and is_later(third, second):
        assert is_later(third, first)


@pytest.mark.parametrize(
    ("later", "earlier", "surely"),
    [
        ("2020", "2019", True),
        ("2020-02", "2020-01-31", True),
        ("2020-01-02", "2020-01-01", True),
        ("2020-07", "2020", False),  # the other may be of December
        ("2020", "2020", False),
        ("2020", "", False),
        ("", "2019", False),
        ("--05-27", "--05-26", False),
        ("2020", "--05-26", False),
    ],
)
def test_later_means_surely_later(later: str, earlier: str, surely: bool) -> None:
    assert is_later(later, earlier) is surely


@pytest.mark.parametrize(
    ("author", "family"),
    [
        ("Ada Lovelace", "Lovelace"),
        ("Lovelace, Ada", "Lovelace"),
        ("Maarten De Vos", "Vos"),
        ("Maarten van der Berg", "van der Berg"),
        ("Plato", "Plato"),
        ("", ""),
    ],
)
def test_the_family_name_takes_its_particles(author: str, family: str) -> None:
    assert family_name(author) == family


@pytest.mark.parametrize(
    ("authors", "more", "date", "byline"),
    [
        (("Ada Roe",), False, "2020-01", "Roe (2020)"),
        (("Ada Roe", "Bo Lee"), False, "2020", "Roe and Lee (2020)"),
        (("Ada Roe", "Bo Lee", "Cy Mo"), False, "2020", "Roe et al. (2020)"),
        (("Ada Roe",), True, "", "Roe et al. (n.d.)"),
        ((), False, "--05-26", "‘On Ponds’ (n.d.)"),
    ],
)
def test_a_byline_names_authors_and_year_or_what_there_is(authors: tuple[str, ...], more: bool, date: str, byline: str) -> None:
    assert Paper(title="On Ponds", authors=authors, more_authors=more, date=date).byline == byline


def test_the_byline_of_an_untitled_paper_marks_words_and_leaves_an_identifier() -> None:
    assert Paper(note="ponds are", date="2020").byline == "‘ponds are’ (2020)"
    assert Paper(note="ponds are", arxiv="2001.00001", date="2020").byline == "arXiv:2001.00001 (2020)"
    assert Paper().byline == "[untitled] (n.d.)"


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"title": "On Ponds", "arxiv": "2001.00001"}, "On Ponds"),
        ({"arxiv": "2001.00001"}, "[untitled] arXiv:2001.00001"),
        ({"note": "Ponds are wet"}, "[untitled] Ponds are wet"),
        ({}, "[untitled]"),
    ],
)
def test_a_paper_without_title_still_has_a_name(facts: dict[str, str], name: str) -> None:
    assert Paper.model_validate(facts).name == name


def two_pages() -> Paper:
    parts = (Part(heading="Abstract", kind="abstract", start=0, end=10), Part(heading="", kind="other", start=10, end=20))
    return Paper(
        key="p",
        title="T",
        text="First page.Second on",
        parts=parts,
        pages=(Page(number=1, start=0, end=11), Page(number=2, start=11, end=20)),
    )


@given(st.integers(0, 19), st.integers(1, 20))
def test_a_quote_is_the_papers_text_at_its_offsets_on_the_page_where_it_begins(start: int, length: int) -> None:
    paper = two_pages()
    quote = paper.quote(start, start + length)
    assert quote.text == paper.text[quote.start : quote.end]
    assert quote.page == (1 if start < 11 else 2)


def test_offsets_outside_the_pages_and_parts_have_none() -> None:
    assert two_pages().page_of(20) is None
    assert two_pages().part_of(20) is None
    assert Paper(text="no pages").quote(0, 2).page is None


def test_a_gist_is_title_and_abstract() -> None:
    assert two_pages().gist == "T. First page"
    assert Paper(title="T", text="No abstract here").gist == "T. No abstract here"


def test_a_sentence_cites_its_quotes_first_each_paper_once() -> None:
    quotes = tuple(Quote(key=key, text="x", start=0, end=1) for key in ("b", "a", "b"))
    assert Sentence(text="", kind="claim", quotes=quotes, cites=("c", "a")).citekeys == ("b", "a", "c")


def test_records_neither_change_nor_take_unknown_fields() -> None:
    with pytest.raises(ValidationError):
        Paper(title="T").title = "U"  # type: ignore[misc]  # that it is refused is what is tested
    with pytest.raises(ValidationError):
        Quote.model_validate({"key": "a", "text": "x", "start": 0, "end": 1, "command": "rm"})


def test_what_was_skipped_says_where_why_and_what_helps() -> None:
    assert str(Skipped(source="a.bib", place="entry 3", reason="has no title", cure="add one")) == "a.bib, entry 3: has no title (add one)"
    assert str(Skipped(source="a.pdf", reason="is damaged")) == "a.pdf: is damaged"
