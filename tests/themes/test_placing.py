import pytest

from survey.records import Paper
from survey.themes.placing import place
from tests.fakes import HashingEmbedder
from tests.stating import paper

FROGS = ("frog calls rain pond", "frog calls night pond", "frog calls noise pond", "frog calls horn pond")
CELLS = ("battery cell lithium fade", "battery cell lithium plating", "battery cell lithium heat", "battery cell lithium charge")


def papers(**more: str) -> list[Paper]:
    texts = {f"frog{n}": text for n, text in enumerate(FROGS)} | {f"cell{n}": text for n, text in enumerate(CELLS)} | more
    return [paper(key, text, title=text) for key, text in texts.items()]


THEMES = {"theme-7": [f"frog{n}" for n in range(4)], "mine": [f"cell{n}" for n in range(4)]}


@pytest.mark.parametrize(("text", "theme"), [("frog calls reeds pond", "theme-7"), ("battery cell lithium age", "mine")])
def test_a_new_paper_joins_the_theme_that_it_is_nearest_to(text: str, theme: str) -> None:
    found = place(papers(new=text), HashingEmbedder(), THEMES, [], ["new"])
    assert found.joined == {"new": theme}
    assert found.alone == []


def test_one_like_none_stands_alone_and_every_paper_has_its_place() -> None:
    found = place(papers(new="medieval tapestry woven wool", old="orbit comet dust tail"), HashingEmbedder(), THEMES, ["old"], ["new"])
    assert found.joined == {"new": ""}
    assert [(beside.key, beside.nearest in THEMES) for beside in found.alone] == [("old", True), ("new", True)]
    assert [p.key for p in found.places] == sorted(p.key for p in papers(new="", old=""))


def test_where_there_is_no_theme_papers_stand_alone() -> None:
    found = place(papers(), HashingEmbedder(), {"asks": []}, [], sorted(p.key for p in papers()))
    assert set(found.joined.values()) == {""}
    assert {beside.nearest for beside in found.alone} == {""}
