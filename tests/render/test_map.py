from hypothesis import given, settings
from hypothesis import strategies as st

from survey.records import Alone, Place, Quote, Reference, Survey, Theme
from survey.render.drawing import Box
from survey.render.map import layout, themes_svg
from tests.render.strategies import hostile


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """Themes of any size and name, some with subthemes, papers alone, and places that may be missing or the same for all."""
    themes: list[Theme] = []
    keys: list[str] = []
    for n in range(draw(st.integers(0, 9))):
        papers = tuple(f"p{n}x{m}" for m in range(draw(st.integers(1, 40))))
        keys += papers
        cut = draw(st.integers(0, len(papers)))
        parts = [part for part in (papers[:cut], papers[cut : draw(st.integers(cut, len(papers)))]) if part]
        subs = tuple(Theme(id=f"t{n}-{m}", name=draw(hostile), terms=(), papers=part) for m, part in enumerate(parts))
        themes.append(Theme(id=f"t{n}", name=draw(hostile), terms=(), papers=papers, subthemes=subs if draw(st.booleans()) else ()))
    alone = tuple(Alone(key=f"alone{n}") for n in range(draw(st.integers(0, 12))))
    keys += [paper.key for paper in alone]
    point = st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0])
    places = tuple(Place(key=key, x=draw(point), y=draw(point)) for key in keys if not key.endswith("3"))
    references = tuple(Reference(key=key, title=key, date=draw(st.sampled_from(["", "1999", "2020-01"]))) for key in keys)
    return Survey(topic=draw(hostile), themes=tuple(themes), alone=alone, places=places, papers=references)


@settings(max_examples=60, deadline=None)
@given(surveys())
def test_every_paper_is_on_the_map_once_and_nothing_overlaps_or_runs_out(survey: Survey) -> None:
    islands = layout(survey)
    dots = [dot for island in islands for dot in island.dots]
    assert sorted(dot.key for dot in dots) == sorted(paper.key for paper in survey.papers)
    assert {dot.key for dot in dots if dot.alone} == {paper.key for paper in survey.alone}
    _apart([island.box for island in islands])
    for island in islands:
        boxes = [*(dot.box for dot in island.dots), *(label.box for label in island.labels)]
        _apart(boxes)
        assert all(_inside(box, island.box) for box in boxes)


@settings(max_examples=30, deadline=None)
@given(surveys())
def test_the_drawing_holds_what_was_laid_out_and_is_the_same_each_time(survey: Survey) -> None:
    from tests.render.measuring import inert, nothing_meets_or_runs_out

    svg = themes_svg(survey)
    assert svg == themes_svg(survey)
    if not survey.papers:
        assert svg == ""
        return
    root = inert(svg)
    nothing_meets_or_runs_out(root)
    names = [element.get("class") for element in root.iter()]
    assert names.count("dot") + names.count("alone") == len(survey.papers)
    assert names.count("island") == len(survey.themes)


def test_the_newer_a_paper_the_darker_its_dot_and_it_says_what_it_is() -> None:
    papers = (
        Reference(key="old", title="Old ponds", authors=("Ada Roe",), date="2001"),
        Reference(key="new", title="New ponds", date="2021"),
        Reference(key="never", title="Ponds <without> a year"),
    )
    about = Quote(key="old", text="Ponds freeze.", start=0, end=13)
    theme = Theme(id="theme-1", name="Ponds & pools", terms=(), papers=("old", "new", "never"), about=about)
    svg = themes_svg(Survey(title="Ponds", papers=papers, themes=(theme,)))
    assert "<title>Roe (2001): Old ponds</title>" in svg
    assert "Ponds &lt;without&gt; a year" in svg
    assert "Ponds &amp; pools: 3 papers." in svg
    assert "“Ponds freeze.”" in svg
    assert 'fill-opacity="0.3"' in svg
    assert 'fill-opacity="1"' in svg


def _apart(boxes: list[Box]) -> None:
    boxes = [Box(box.x + 0.01, box.y + 0.01, box.width - 0.02, box.height - 0.02) for box in boxes]  # what touches does not overlap
    for nth, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[nth + 1 :])


def _inside(inner: Box, outer: Box) -> bool:
    slack = 0.11  # of rounding
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )
