import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.models.extractive import Extractive
from survey.records import OTHER_SUBJECTS, Paper
from survey.tasks import Proposal, ProposeThemes, ThemeNamed, ThemesProposed
from survey.themes import find_themes
from tests.fakes import HashingEmbedder, ModelWith
from tests.stating import paper

FROGS = [
    paper(f"frog{n}", f"Frog calls in rain noise are detected. Rain noise masks frog calls at {n} ponds.", "Frog calls") for n in range(4)
]
CELLS = [paper(f"cell{n}", f"Lithium batteries show capacity fade. Capacity fade grows in {n} cells.", "Capacity fade") for n in range(4)]
PAPERS = FROGS + CELLS


def test_papers_that_speak_alike_are_a_theme_named_by_their_own_words() -> None:
    themes = find_themes(PAPERS, HashingEmbedder(), Extractive(), wanted=2)
    assert {frozenset(t.papers) for t in themes} == {frozenset(p.key for p in FROGS), frozenset(p.key for p in CELLS)}
    for theme in themes:
        text = " ".join(p.text for p in PAPERS if p.key in theme.papers).lower()
        assert all(part.lower() in text for part in theme.name.split(", "))


@pytest.mark.parametrize("count", [0, 1, 2, 5, 8])
def test_every_paper_is_in_one_theme_however_few_there_are(count: int) -> None:
    themes = find_themes(PAPERS[:count], HashingEmbedder(), Extractive())
    assert sorted(key for theme in themes for key in theme.papers) == sorted(p.key for p in PAPERS[:count])
    assert all(theme.name and theme.papers for theme in themes)


@settings(max_examples=20)
@given(st.lists(st.lists(st.sampled_from([*(p.key for p in PAPERS), "unknown"]), max_size=9), max_size=4))
def test_whatever_a_model_forgets_invents_or_names_twice_every_paper_is_in_one_theme(groups: list[list[str]]) -> None:
    reply = ThemesProposed(themes=tuple(Proposal(id=f"g{n}", papers=tuple(group)) for n, group in enumerate(groups)))
    themes = find_themes(PAPERS, HashingEmbedder(), ModelWith(propose_themes=reply), wanted=2)
    assert sorted(key for theme in themes for key in theme.papers) == sorted(p.key for p in PAPERS)
    assert len({theme.id for theme in themes}) == len(themes)


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_themes_do_not_hang_on_the_order_of_papers(rng: random.Random) -> None:
    shuffled: list[Paper] = rng.sample(PAPERS, len(PAPERS))
    assert find_themes(shuffled, HashingEmbedder(), Extractive()) == find_themes(PAPERS, HashingEmbedder(), Extractive())


def test_a_name_is_made_of_terms_handed_over_even_if_the_model_names_none_of_them() -> None:
    invented = ModelWith(name_theme=ThemeNamed(terms=("99", "Sea monsters")))
    for theme in find_themes(PAPERS, HashingEmbedder(), invented, wanted=2):
        assert theme.name.lower() == theme.terms[0].lower()


def test_the_models_groups_are_taken() -> None:
    def by_number(task: ProposeThemes) -> ThemesProposed:
        keys = [p.id for p in task.papers]
        even = tuple(key for key in keys if int(key[-1]) % 2 == 0)
        return ThemesProposed(themes=(Proposal(id="even", papers=even), Proposal(id="odd", papers=tuple(k for k in keys if k not in even))))

    themes = find_themes(PAPERS, HashingEmbedder(), ModelWith(propose_themes=by_number))
    assert {frozenset(t.papers) for t in themes if t.name != OTHER_SUBJECTS} <= {
        frozenset(p.key for p in PAPERS if int(p.key[-1]) % 2 == rest) for rest in (0, 1)
    }


def test_papers_without_any_word_still_get_a_theme() -> None:
    bare = [Paper(key=f"p{n}", title="", text="12 34.") for n in range(7)]
    assert sorted(k for t in find_themes(bare, HashingEmbedder(), Extractive()) for k in t.papers) == sorted(p.key for p in bare)


def test_a_paper_without_title_names_no_theme() -> None:
    untitled = Paper(
        key="a",
        note="本研究は夜のふくろうの耳を調べ",
        text="本研究は夜のふくろうの耳を調べる。",
        sources=({"path": "a", "reader": "text"},),
    )
    (theme,) = find_themes([untitled], HashingEmbedder(), Extractive())
    assert theme.name == OTHER_SUBJECTS
    titled = untitled.model_copy(update={"key": "b", "title": "ふくろうの耳"})
    (theme,) = find_themes([untitled, titled], HashingEmbedder(), Extractive())
    assert theme.name == "ふくろうの耳"
