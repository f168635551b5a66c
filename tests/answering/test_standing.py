import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answering.standing import independent, is_retold, level, standing
from survey.records import PartKind, Reference, Standing
from tests.answering.saying import claim, paper, quote

ORDER = ("low", "medium", "high")


@st.composite
def facts(draw: st.DrawFn) -> Standing:
    papers = draw(st.integers(1, 5))
    quotes = papers + draw(st.integers(0, 3))
    return Standing(
        quotes=quotes,
        retold=draw(st.integers(0, quotes)),
        papers=papers,
        independent=draw(st.integers(0, papers)),
        differing=draw(st.integers(0, 4)),
        flagged=draw(st.integers(0, 2)),
    )


@given(facts())
def test_who_says_so_never_lowers_and_who_says_otherwise_never_raises(known: Standing) -> None:
    more = known.model_copy(update={"quotes": known.quotes + 1, "papers": known.papers + 1, "independent": known.independent + 1})
    against = known.model_copy(update={"differing": known.differing + 1})
    retold = known.model_copy(update={"retold": known.quotes})
    assert ORDER.index(level(more)) >= ORDER.index(level(known)) >= ORDER.index(level(against))
    assert ORDER.index(level(retold)) <= ORDER.index(level(known))


@given(facts())
def test_what_is_flagged_or_disputed_is_never_high(known: Standing) -> None:
    assert level(known) != "high" or not (known.flagged or known.differing)


def test_two_papers_with_an_author_in_common_are_not_independent() -> None:
    first, second = paper("a", "Ponds freeze in winter.", author="Ada Lind"), paper("b", "In winter ponds freeze.", author="A. Lind")
    apart = paper("c", "Ponds freeze over in winter.", author="Bo Berg")
    papers = {p.key: p for p in (first, second, apart)}
    assert standing(claim(first, second), 0, papers).level == "medium"
    known = standing(claim(first, apart), 0, papers)
    assert (known.papers, known.independent, known.level) == (2, 2, "high")


@pytest.mark.parametrize(
    ("authors", "groups"),
    [
        ([("Ada Lind",), ("Bo Berg",)], 2),
        ([("Ada Lind", "Bo Berg"), ("Bo Berg", "Cy Holm"), ("Cy Holm",)], 1),
        ([("Lind, Ada",), ("Ada Lind",)], 1),
        ([("Ada Lind",), ("Eva Lind",)], 2),
        ([(), ()], 1),
        ([], 0),
    ],
)
def test_papers_are_grouped_by_their_authors(authors: list[tuple[str, ...]], groups: int) -> None:
    assert independent([Reference(key=str(n), authors=names) for n, names in enumerate(authors)]) == groups


def test_a_retracted_paper_counts_for_nothing() -> None:
    sound, retracted = paper("a", "Ponds freeze in winter."), paper("b", "In winter ponds freeze.", notice="Retraction: fraud")
    papers = {p.key: p for p in (sound, retracted)}
    both = standing(claim(sound, retracted), 0, papers)
    assert (both.papers, both.independent, both.retracted, both.level) == (2, 1, 1, "medium")
    assert standing(claim(retracted), 0, papers).level == "low"


@pytest.mark.parametrize(
    ("text", "kind", "retold"),
    [
        ("Ponds freeze in winter.", "results", False),
        ("Ponds freeze in winter.", "introduction", True),
        ("Ponds freeze in winter [12].", "discussion", True),
        ("Ponds freeze in winter (Lind et al., 2012).", "abstract", True),
        ("We find, as Lind et al. did, that ponds freeze.", "introduction", False),
        ("Experiments on four ponds show that they freeze.", "introduction", False),
    ],
)
def test_what_tells_others_again_is_told_from_what_is_reported(text: str, kind: PartKind, retold: bool) -> None:
    told = paper("a", text, kind=kind)
    assert is_retold(quote(told), told) == retold
    assert standing(claim(told), 0, {"a": told}).level == ("low" if retold else "medium")


def test_a_flagged_sentence_of_one_paper_is_not_sure() -> None:
    first, second = paper("a", "Ponds freeze in winter."), paper("b", "In winter ponds freeze.")
    papers = {p.key: p for p in (first, second)}
    assert standing(claim(first, flagged=True), 0, papers).level == "low"
    assert standing(claim(first, second, flagged=True), 0, papers).level == "medium"


def test_the_facts_are_told_in_words() -> None:
    assert str(Standing(quotes=2, papers=2, independent=2, parts=("results", "abstract"))) == (
        "2 papers, independent; in results and abstract; none says otherwise"
    )
    assert str(Standing(quotes=3, retold=1, papers=3, independent=1, retracted=1, differing=2, flagged=1, parts=("other",))) == (
        "3 papers, 1 independent; 1 of 3 quotes told again from others; 1 retracted; 1 flagged; 2 say otherwise"
    )
