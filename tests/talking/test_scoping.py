import pytest

from survey.errors import BadCommand, UsageError
from survey.records import Scope
from survey.talking.scoping import scope_of

BEFORE = Scope(since=2019, authors=("Phan",))


@pytest.mark.parametrize(
    ("said", "scope"),
    [
        ("off", Scope()),
        ("@gong2021", Scope(since=2019, authors=("Phan",), papers=("gong2021",))),
        ("2 @gong2021", Scope(since=2019, authors=("Phan",), papers=("lee2020", "gong2021"))),
        ("author van der Berg, Lee", Scope(since=2019, authors=("van der Berg", "Lee"))),
        ("since 2020 until 2022", Scope(since=2020, until=2022, authors=("Phan",))),
        (
            "Theme audio tagging section results conclusion",
            Scope(since=2019, authors=("Phan",), themes=("audio tagging",), sections=("results", "conclusion")),
        ),
    ],
)
def test_what_is_said_takes_the_place_of_what_was_of_its_sort(said: str, scope: Scope) -> None:
    assert scope_of(said, BEFORE, ["kim2018", "lee2020"]) == scope


@pytest.mark.parametrize(
    "said",
    ["frogs", "since", "since soon", "since 2019 2020", "3", "0", "²", "@", "@ @,", "section poems", "author", "until ２０２０"],
)
def test_what_is_not_understood_changes_nothing_and_says_what_would_be(said: str) -> None:
    with pytest.raises(UsageError) as fault:
        scope_of(said, BEFORE, ["kim2018", "lee2020"])
    if isinstance(fault.value, BadCommand):
        assert str(fault.value).startswith("/focus: ")


def test_one_paper_is_no_papers() -> None:
    with pytest.raises(BadCommand, match="the talk lists 1 paper, and no number 7"):
        scope_of("7", BEFORE, ["kim2018"])
