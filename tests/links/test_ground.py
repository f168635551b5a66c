from survey.links.ground import left_open, order_of
from survey.records import Paper, Part
from tests.stating import paper, statements


def test_what_a_paper_finds_wanting_after_it_has_said_what_it_does_is_its_own_rest() -> None:
    text = "Nets tear. We weave nets. Knots slip. Frogs are shy. Toads are shy."
    whole = paper("a", text)
    said = statements(whole, ("improvable", "method", "improvable", "limitation", "background"))
    assert left_open({"a": whole}, said) == {"a#2", "a#3"}
    assert left_open({"a": whole}, said[::-1]) == {"a#2", "a#3"}
    parts = (Part(heading="", kind="abstract", start=0, end=26), Part(heading="Introduction", kind="introduction", start=26, end=len(text)))
    parted: Paper = whole.model_copy(update={"parts": parts})
    assert left_open({"a": parted}, said) == {"a#3"}


def test_order_is_told_by_dates_before_citations() -> None:
    old, new, undated = paper("old", "x", date="2019"), paper("new", "x", date="2020"), paper("undated", "x")
    cited_by: dict[str, set[str]] = {"old": {"undated"}, "new": {"old"}, "undated": set()}
    assert order_of(old, new, cited_by) == "forward"
    assert order_of(new, old, cited_by) is None
    assert order_of(old, undated, cited_by) == "cited"
    assert order_of(undated, old, cited_by) is None
