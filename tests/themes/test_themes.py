import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.embedding import Embedder
from survey.models.extractive import Extractive
from survey.passages import split_sentences
from survey.records import Paper, Theme
from survey.tasks import Assignment, AssignPapers, Model, PapersAssigned, ProposeThemes, ThemeNamed, ThemeProposed, ThemesProposed
from survey.themes import Themes
from survey.themes import find_themes as find_all
from tests.fakes import HashingEmbedder, ModelWith
from tests.stating import paper

FROGS = [
    paper(f"frog{n}", f"Frog calls in rain noise are detected. Rain noise masks frog calls at {n} ponds.", "Frog calls") for n in range(4)
]
CELLS = [paper(f"cell{n}", f"Lithium batteries show capacity fade. Capacity fade grows in {n} cells.", "Capacity fade") for n in range(4)]
PAPERS = FROGS + CELLS


def find_themes(papers: Sequence[Paper], embedder: Embedder, model: Model, wanted: int = 0) -> list[Theme]:
    """The themes, where no paper stands alone."""
    found = find_all(papers, embedder, model, wanted)
    assert not found.alone
    return found.themes


def test_papers_that_speak_alike_are_a_theme_named_by_their_own_words() -> None:
    themes = find_themes(PAPERS, HashingEmbedder(), Extractive(), wanted=2)
    assert {frozenset(t.papers) for t in themes} == {frozenset(p.key for p in FROGS), frozenset(p.key for p in CELLS)}
    for theme in themes:
        text = " ".join(p.text for p in PAPERS if p.key in theme.papers).lower()
        assert all(part.lower() in text for part in theme.name.split(", "))


def test_more_than_nine_themes_each_have_their_own_words() -> None:
    kinds = ["ants", "bees", "cats", "dogs", "eels", "fish", "goats", "hares", "ibex", "jays", "kites", "lynx"]
    many = [
        paper(f"{kind}{n}", f"Wild {kind} sleep in winter. The wild {kind} of hill {n} sleep long.", f"Wild {kind}")
        for kind in kinds
        for n in range(4)
    ]
    themes = find_themes(many, HashingEmbedder(), Extractive(), wanted=len(kinds))
    assert len(themes) == len(kinds)
    for theme in themes:
        (kind,) = {key.rstrip("0123456789") for key in theme.papers}
        assert kind in theme.name.casefold() and any(kind in term for term in theme.terms)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 8])
def test_every_paper_is_in_one_theme_however_few_there_are(count: int) -> None:
    themes = find_themes(PAPERS[:count], HashingEmbedder(), Extractive())
    assert sorted(key for theme in themes for key in theme.papers) == sorted(p.key for p in PAPERS[:count])
    assert all(theme.name and theme.papers for theme in themes)


IDS = st.sampled_from(["1", "2", "1.1", "1.4", "2.2", "2.9", "3", "", "frog1", "１"])


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.lists(IDS, max_size=6), max_size=4),
    st.lists(st.tuples(st.sampled_from(["1", "2", "9"]), st.sampled_from(["1", "2", "7"])), max_size=4),
)
def test_whatever_a_model_forgets_invents_or_names_twice_every_paper_is_in_one_theme(
    groups: list[list[str]], moves: list[tuple[str, str]]
) -> None:
    proposed = ThemesProposed(themes=tuple(ThemeProposed(name="Frog calls", sets_apart="", members=tuple(group)) for group in groups))
    assigned = PapersAssigned(assigned=tuple(Assignment(paper=one, theme=theme) for one, theme in moves))
    model = ModelWith(propose_themes=proposed, assign_papers=assigned)
    themes = find_themes(PAPERS, HashingEmbedder(), model, wanted=2)
    assert sorted(key for theme in themes for key in theme.papers) == sorted(p.key for p in PAPERS)
    assert len({theme.id for theme in themes}) == len(themes)
    assert sum(theme.name == "Frog calls" for theme in themes) <= 1


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_themes_do_not_hang_on_the_order_of_papers(rng: random.Random) -> None:
    shuffled: list[Paper] = rng.sample(PAPERS, len(PAPERS))
    assert find_themes(shuffled, HashingEmbedder(), Extractive()) == find_themes(PAPERS, HashingEmbedder(), Extractive())


def test_a_name_is_made_of_terms_handed_over_even_if_the_model_names_none_of_them() -> None:
    invented = ModelWith(name_theme=ThemeNamed(terms=("99", "Sea monsters")))
    for theme in find_themes(PAPERS, HashingEmbedder(), invented, wanted=2):
        assert theme.name.lower() == theme.terms[0].lower()


def theme(name: str, *members: str) -> ThemeProposed:
    return ThemeProposed(name=name, sets_apart="", members=members)


def proposing(*themes: ThemeProposed) -> dict[str, set[str]]:
    """The themes when the model makes these of the two groups, by their names: 1 is of frogs and 2 of cells, or the other way round."""
    made = find_themes(PAPERS, HashingEmbedder(), ModelWith(propose_themes=ThemesProposed(themes=themes)), wanted=2)
    return {t.name: set(t.papers) for t in made}


def test_the_model_sees_groups_by_the_titles_nearest_to_their_middle() -> None:
    model = ModelWith()
    find_themes(PAPERS, HashingEmbedder(), model, wanted=2)
    task = model.asked[0]
    assert isinstance(task, ProposeThemes)
    assert [(group.id, group.papers) for group in task.groups] == [("1", 4), ("2", 4)]
    assert {title.text for group in task.groups for title in group.titles} == {"Frog calls", "Capacity fade"}
    assert [title.id for title in task.groups[0].titles] == ["1.1", "1.2", "1.3", "1.4"]


def test_groups_that_the_model_joins_are_one_theme_under_its_name() -> None:
    assert proposing(theme("Frog calls and capacity fade", "1", "2")) == {"Frog calls and capacity fade": {p.key for p in PAPERS}}


def test_a_title_that_the_model_moves_goes_without_its_group() -> None:
    made = proposing(theme("Frog calls or capacity fade", "1", "2.1"), theme("", "2"))
    assert sorted(map(len, made.values())) == [3, 5]


def test_a_group_that_no_theme_takes_stays_one_and_a_paper_goes_where_it_was_named_first() -> None:
    assert len(proposing(theme("Rain noise or capacity fade", "1"))) == 2
    assert len(proposing(theme("Rain noise or capacity fade", "1", "2"), theme("Frog calls or lithium", "2", "1"))) == 1


@pytest.mark.parametrize("name", ["", "Sea monsters", "Noise [@frog1]", "Roe et al. on noise", "Other subjects", "www.noise.org", "!!!"])
def test_a_name_that_the_papers_do_not_bear_out_or_that_is_none_gives_way_to_their_own_words(name: str) -> None:
    for named, keys in proposing(theme(name, "1"), theme(name, "2")).items():
        text = " ".join(p.text for p in PAPERS if p.key in keys).lower()
        assert all(part.lower() in text for part in named.split(", "))


def test_a_name_that_the_papers_bear_out_is_taken_once() -> None:
    made = proposing(theme("noise in **calls** of batteries", "1"), theme("Noise in calls of batteries", "2"))
    assert len(made) == 2
    assert sum(name == "Noise in calls of batteries" for name in made) <= 1


@pytest.mark.parametrize(("say", "back"), [("other", True), ("stands", False), ("9", False), ("", False)])
def test_a_paper_nearer_to_another_theme_gets_a_second_look_and_goes_where_the_model_says_if_that_is_one_of_the_two(
    say: str, back: bool
) -> None:
    asked: list[AssignPapers] = []

    def second_look(task: AssignPapers) -> PapersAssigned:
        asked.append(task)
        return PapersAssigned(assigned=tuple(Assignment(paper=p.id, theme=getattr(p, say, say)) for p in task.papers))

    misplaced = ThemesProposed(themes=(theme("Frog calls or capacity fade", "1", "2.1"), theme("", "2")))
    model = ModelWith(propose_themes=misplaced, assign_papers=second_look)
    themes = find_themes(PAPERS, HashingEmbedder(), model, wanted=2)
    (task,) = asked
    assert len(task.papers) == 1
    assert [t.id for t in task.themes] == ["1", "2"]
    assert task.themes[0].text == "Frog calls or capacity fade"
    assert (task.papers[0].stands, task.papers[0].other) == ("1", "2")
    assert sorted(len(t.papers) for t in themes) == ([4, 4] if back else [3, 5])


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
    assert theme.name == "Papers without a title"
    titled = untitled.model_copy(update={"key": "b", "title": "ふくろうの耳"})
    (theme,) = find_themes([untitled, titled], HashingEmbedder(), Extractive())
    assert theme.name == "ふくろうの耳"


OWLS = [
    paper(f"owl{n}", f"Owls hunt mice at night in {where}. Mice hide from owls in {where} at night. Owl study {n}.", f"Owls in {where}")
    for where in ("high barns", "wet woods")
    for n in ((1, 2, 3, 4, 5) if where == "high barns" else (6, 7, 8, 9, 10))
]
STRANGER = paper("zebra", "Quantum chromodynamics confines quarks within hadrons by gluons.", "Quarks")


def whole(papers: Sequence[Paper]) -> Themes:
    by_key = {p.key: p for p in papers}
    return find_all(papers, HashingEmbedder(dimension=256), Extractive(), 0, lambda key: split_sentences(by_key[key]))


def test_a_paper_like_no_other_stands_alone_beside_the_nearest_theme() -> None:
    found = whole([*OWLS, *FROGS, *CELLS, STRANGER])
    assert [paper.key for paper in found.alone] == ["zebra"]
    assert found.alone[0].nearest in {theme.id for theme in found.themes}
    assert -1 <= found.alone[0].similarity < 0.3


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([*OWLS, *FROGS, *CELLS, STRANGER]), unique_by=lambda p: p.key), st.integers(0, 5), st.randoms())
def test_every_paper_is_in_one_theme_or_alone_and_has_a_place_whatever_the_order(
    papers: list[Paper], wanted: int, rng: random.Random
) -> None:
    found = find_all(papers, HashingEmbedder(), Extractive(), wanted)
    placed = [key for theme in found.themes for key in theme.papers] + [paper.key for paper in found.alone]
    assert sorted(placed) == sorted(place.key for place in found.places) == sorted(paper.key for paper in papers)
    assert len({theme.name for theme in found.themes}) == len(found.themes)
    assert found == find_all(rng.sample(papers, len(papers)), HashingEmbedder(), Extractive(), wanted)


def test_a_big_theme_that_falls_into_parts_has_subthemes_with_names_of_their_own() -> None:
    (owls,) = find_themes(OWLS, HashingEmbedder(), Extractive(), 1)
    assert [sorted(part.papers) for part in owls.subthemes] == [sorted(paper.key for paper in some) for some in (OWLS[:5], OWLS[5:])]
    assert [part.id for part in owls.subthemes] == [f"{owls.id}-1", f"{owls.id}-2"]
    barns, woods = (part.name.lower() for part in owls.subthemes)
    assert "barns" in barns
    assert "woods" in woods
    assert owls.name.lower() not in (barns, woods)


def test_what_a_theme_is_about_is_a_sentence_of_one_of_its_papers_letter_for_letter() -> None:
    papers = {paper.key: paper for paper in OWLS}
    for theme in whole(list(papers.values())).themes:
        assert theme.about is not None
        assert theme.about.key in theme.papers
        assert theme.about.text == papers[theme.about.key].text[theme.about.start : theme.about.end]


def test_one_paper_more_moves_no_other() -> None:
    before = {frozenset(theme.papers) for theme in whole([*OWLS, *FROGS, *CELLS]).themes}
    more = paper("frog9", "Frog calls in rain noise are heard. Rain noise masks the frog calls at 9 ponds.", "Frog calls")
    after = {frozenset(theme.papers) - {"frog9"} for theme in whole([*OWLS, *FROGS, *CELLS, more]).themes}
    assert after == before
