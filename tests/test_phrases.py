"""The survey's own words: every language says the same things."""

import pytest

from survey.phrases import Phrases, entries, languages, placeholders


@pytest.mark.parametrize("lang", languages())
def test_every_language_has_the_same_phrases_with_the_same_blanks(lang: str) -> None:
    own, english = entries(lang), entries("en")
    assert sorted(own) == sorted(english)
    assert {name: placeholders(own[name]) for name in own} == {name: placeholders(english[name]) for name in english}


def test_one_and_several() -> None:
    say = Phrases("de")
    assert [say("common.papers", n=n) for n in (1, 2)] == ["1 Arbeit", "2 Arbeiten"]


@pytest.mark.parametrize(("names", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_listed(names: list[str], text: str) -> None:
    assert Phrases().listed(names) == text


def test_a_phrase_that_is_not_there_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Phrases()("common.nothing")
