"""Authors either way round, in lists of every kind, and parted again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.readers.bibliographies.people import people_in, person, split_name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Byron, Ada", "Ada Byron"),
        ("van den Oord, Aaron", "Aaron van den Oord"),
        ("King, Martin, Jr.", "Martin King Jr."),
        ("King, Jr., Martin", "Martin King Jr."),
        ("Martin King, Jr.", "Martin King Jr."),
        ("Fanning E.", "E. Fanning"),
        ("van Dyk JA", "JA van Dyk"),
        ("KAY D", "D KAY"),
        ("J Smith", "J Smith"),
        ("Google, Inc.", "Google, Inc."),
        ("University of California,, Berkeley", "University of California, Berkeley"),
        ("Owl Study Group,", "Owl Study Group"),
        ("Plato", "Plato"),
    ],
)
def test_a_name_is_brought_to_given_family(written: str, name: str) -> None:
    assert person(written) == name


def test_a_list_that_was_cut_says_so() -> None:
    assert people_in("A Lee, B Roe, et al.") == (("A Lee", "B Roe"), True)
    assert people_in("A Lee, B Roe, ...") == (("A Lee", "B Roe"), True)
    assert people_in("[No author name available]") == ((), False)


@pytest.mark.parametrize(
    ("author", "parts"),
    [
        ("Ada Byron", ("Ada", "Byron", "")),
        ("Aaron van den Oord", ("Aaron", "van den Oord", "")),
        ("Martin Luther King Jr.", ("Martin Luther", "King", "Jr.")),
        ("Google Research", ("", "Google Research", "")),
        ("Roe and Sons, Inc.", ("", "Roe and Sons, Inc.", "")),
        ("Roe, Ada", ("Ada", "Roe", "")),
        ("Plato", ("", "Plato", "")),
    ],
)
def test_a_name_is_parted(author: str, parts: tuple[str, str, str]) -> None:
    assert split_name(author) == parts


@given(st.text(alphabet="abAB .-'é漢", max_size=20).map(lambda text: " ".join(text.split())))
def test_parting_loses_nothing(author: str) -> None:
    assert " ".join(filter(None, split_name(author))) == author
