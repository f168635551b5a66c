"""Hyphens at the ends of lines: a broken word's, or the word's own."""

import pytest

from survey.readers.hyphens import Spelling

LINES = [
    ("The state of an owl at the end of a night is told by a token.", False),
    ("A mouse-based, an owl-based and a rain-based count agree, and a pre-trained ear", False),
    ("is trained twice: hearing matters, and the taggers (Gers et al.) hear the con-", True),
    ("dition of each token at its level.", False),
]


@pytest.mark.parametrize(
    ("before", "after", "keeps"),
    [
        ("to the state-", "of-the-art of owls", True),
        ("from end-", "to-end it is heard", True),
        ("from sequence-", "to-sequence it goes", True),
        ("a state-of-", "the-art owl", True),
        ("a wing-", "based count", True),
        ("a grass-", "based count", True),
        ("a pre-", "trained owl", True),
        ("the token-", "level count", True),
        ("the owl's hear-", "ing is fine", False),
        ("the owl tag-", "gers are fine", False),
        ("it is a structur-", "al-ly odd word", False),
        ("what an ob-", "servation!", False),
        ("the F1-", "score", True),
    ],
)
def test_a_hyphen_stays_where_the_paper_writes_it(before: str, after: str, keeps: bool) -> None:
    assert Spelling(LINES).keeps(before.removesuffix("-"), after) is keeps


def test_the_commoner_spelling_of_a_paper_wins() -> None:
    lines = [("An ear is pre-set, pre-set twice, and preset once; a subset is no sub-set, it is a subset.", False)]
    assert Spelling(lines).keeps("pre", "set")
    assert not Spelling(lines).keeps("sub", "set")
