"""Dates, pages, identifiers, kinds and paths of bibliographies, each in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.readers import facts
from survey.readers.bibliographies import fields
from survey.records import Paper, Skipped, Source


@pytest.mark.parametrize(
    ("texts", "date"),
    [
        (("2019 Mar 15",), "2019-03-15"),
        (("2019 May-Jun",), "2019-05"),
        (("Winter 2001",), "2001"),
        (("2014//",), "2014"),
        (("1948/07//",), "1948-07"),
        (("15 March 2019",), "2019-03-15"),
        (("January 7, 2011",), "2011-01-07"),
        (("2019", "apr", "3"), "2019-04-03"),
        (("2019-03-15T00:00:00Z",), "2019-03-15"),
        (("2019-03/2019-05",), "2019-03"),
        (("3/15/2019",), "2019-03-15"),
        (("15.3.2019",), "2019-03-15"),
        (("3/4/2019",), "2019"),  # the third of April or the fourth of March
        (("2019-21",), "2019"),  # a season
        (("/05/26/",), "--05-26"),
        (("10 15",), ""),
        (("in press",), ""),
        (("٢٠١٩ Mar",), "--03"),
        (("2019", "²", "1" * 5000), "2019"),
        (("2019", "٠٥"), "2019"),
    ],
)
def test_dates(texts: tuple[str, ...], date: str) -> None:
    assert fields.date_of(*texts) == date


@pytest.mark.parametrize(
    ("month", "day", "date"), [("²", "1", "2019"), ("٥", "1", "2019"), ("5", "³", "2019-05"), ("1" * 5000, "", "2019")]
)
def test_digits_of_other_scripts_are_no_date(month: str, day: str, date: str) -> None:
    assert facts.iso_date("2019", month, day) == date


@given(st.dates().map(str).filter(lambda date: "1500" <= date < "2100"), st.sampled_from([4, 7, 10]))
def test_an_iso_date_stays_as_it_is(date: str, length: int) -> None:
    assert fields.date_of(date[:length]) == date[:length]


@pytest.mark.parametrize(
    ("first", "last", "pages"),
    [
        ("pp. 12--15", "", "12-15"),
        ("12 – 15", "", "12-15"),
        ("12", "15", "12-15"),
        ("12", "12", "12"),
        ("12-15", "15", "12-15"),
        ("e0815", "", "e0815"),
        ("", "423", "423"),
        ("xi", "xv", "xi-xv"),
        ("No", "Specified", ""),
    ],
)
def test_pages(first: str, last: str, pages: str) -> None:
    assert fields.page_range(first, last) == pages


@pytest.mark.parametrize(
    ("texts", "doi"),
    [
        (("10.1234/A.b",), "10.1234/a.b"),
        (("https://dx.doi.org/10.1234/A",), "10.1234/a"),
        (("doi:10.1002/(sici)1097<1::aid-x>3.0.co;2-#",), "10.1002/(sici)1097<1::aid-x>3.0.co;2-#"),
        (("https://doi.org/10.1002%2F1097%3C1",), "10.1002/1097<1"),
        (("see 10.1234/a, p. 3",), "10.1234/a"),
        (("none", "10.1234/b"), "10.1234/b"),
        (("unavailable",), ""),
    ],
)
def test_a_field_for_dois(texts: tuple[str, ...], doi: str) -> None:
    assert facts.doi_of(*texts) == doi


def test_a_doi_among_the_parameters_of_an_address() -> None:
    assert fields.doi_in_address("https://example.org/r.uri?eid=2&doi=10.1234%2fx.5&md5=0ed") == "10.1234/x.5"


def test_kinds_have_one_name() -> None:
    words = ("Journal Article", "conference", "CHAP", "paper-conference", "PhD thesis", "posted-content", "bookSection", "nonsense")
    kinds = ["article", "inproceedings", "incollection", "inproceedings", "phdthesis", "misc", "incollection", ""]
    assert [fields.kind_named(word) for word in words] == kinds
    assert all(fields.kind_named(kind.bibtex) == kind.bibtex for kind in fields.KINDS)


def test_files_stand_beside_the_bibliography_and_pdfs_come_first() -> None:
    paths = ["b.html", "../a.pdf", "/abs/x.ps", "https://example.org/c.pdf", "sub\\d.pdf", "../a.pdf", ""]
    assert fields.beside("lib/refs.bib", paths) == ("a.pdf", "lib/sub/d.pdf", "/abs/x.ps", "lib/b.html")


def test_a_record_needs_a_title_or_an_identifier() -> None:
    source = Source(path="x", place="record 1", reader="r")
    assert isinstance(fields.record(source, title=" ", authors=("A",)), Skipped)
    paper = fields.record(source, title="On\nowls", abstract=["One.", "Two."], ids=("", "a:1", "a:1"), arxiv="1803.00001")
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract, paper.ids, paper.date) == ("On owls", "One.\n\nTwo.", ("a:1",), "2018-03")
