import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.records import Bone, Chain, FishBone, Issue, Link, Reference, Statement, Survey
from survey.render.drawing import Box, text_width, wrap
from survey.render.mermaid import fishbone_mermaid
from survey.render.svg import fishbone_svg, layout
from survey.render.text import plain
from survey.render.timeline import chains_svg

from .small_survey import HALVED, HOSTILE, LOST, quote, small_survey
from .strategies import hostile

_TWELVE = "a label of twelve words that goes on and on until it ends"
labels = hostile | st.just(_TWELVE) | st.text(alphabet="abc ", max_size=60)
twigs = st.builds(lambda label, quoted: Bone(label=label, quotes=(LOST,) * quoted), labels, st.integers(0, 3))
bones = st.builds(
    lambda label, children: Bone(label=label, quotes=(HOSTILE,), children=tuple(children)), labels, st.lists(twigs, max_size=6)
)
fishbones = st.builds(lambda head, causes: FishBone(head=head, bones=tuple(causes)), labels, st.lists(bones, max_size=9))


@settings(max_examples=60, deadline=None)
@given(fishbones)
def test_no_label_meets_another_or_leaves_the_picture(fishbone: FishBone) -> None:
    plan = layout(fishbone)
    boxes = [placed.box for placed in plan.placed]
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= plan.width
        assert box.y + box.height <= plan.height


@settings(max_examples=40, deadline=None)
@given(fishbones)
def test_no_bone_crosses_a_twig_label(fishbone: FishBone) -> None:
    plan = layout(fishbone)
    ribs = [placed.line for placed in plan.placed if placed.kind == "bone"]
    for placed in plan.placed:
        if placed.kind == "twig":
            assert not any(_crosses(line, placed.box) for line in ribs)


def _crosses(line: tuple[float, float, float, float], box: Box) -> bool:
    x1, y1, x2, y2 = line
    points = ((x1 + (x2 - x1) * t / 60, y1 + (y2 - y1) * t / 60) for t in range(61))
    return any(Box(x, y, 0, 0).overlaps(box) for x, y in points)


@settings(max_examples=40, deadline=None)
@given(fishbones)
def test_it_is_inert_xml(fishbone: FishBone) -> None:
    drawn = fishbone_svg(fishbone)
    assert drawn == fishbone_svg(fishbone)
    if drawn:
        _inert(drawn)


def _inert(svg: str) -> None:
    root = ElementTree.fromstring(svg)  # our own output
    names = {element.tag.split("}")[1] for element in root.iter()}
    assert names <= {"svg", "title", "desc", "rect", "g", "line", "path", "circle", "text", "tspan"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name or name == "style"]


@pytest.mark.parametrize("count", [1, 5, 9])
def test_labels_of_twelve_words_stand_whole(count: int) -> None:
    twigs = tuple(Bone(label=_TWELVE, quotes=(quote("p", "a", start=n), quote("p", "b", start=n + 50))) for n in range(6))
    drawn = fishbone_svg(FishBone(head=_TWELVE, bones=(Bone(label=_TWELVE, children=twigs),) * count))
    texts = [" ".join(element.itertext()) for element in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count(_TWELVE) == count + 1
    assert texts.count(f"{_TWELVE} (2)") == 6 * count
    assert texts.count("12 quotes") == count


def test_a_quote_that_bears_a_bone_and_its_twig_counts_once() -> None:
    """As the stage builds them: a bone has the first quote of each problem, its twigs all quotes of theirs."""
    twig = Bone(label="Noise", quotes=(LOST, HALVED))
    drawn = fishbone_svg(FishBone(head="Why", bones=(Bone(label="Rain", quotes=(LOST, HOSTILE), children=(twig,)),)))
    texts = [" ".join(element.itertext()) for element in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert "3 quotes" in texts
    assert "Noise (2)" in texts


def test_nothing_to_draw() -> None:
    assert fishbone_svg(FishBone(head="")) == ""
    assert fishbone_mermaid(FishBone(head="")) == ""
    assert chains_svg(Survey(title="t")) == ""


def test_chains_name_papers_terms_and_the_open_end() -> None:
    drawn = chains_svg(small_survey())
    _inert(drawn)
    texts = [" ".join(element.itertext()) for element in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    for text in ("2019", "2021", "Chain 1", f"“{LOST.text}”", "Phan et al. 2019", "montage, accuracy", "open"):
        assert text in texts
    assert [text for text in texts if text.startswith("→ taken up by")]  # whether it resolves is for the reader to judge
    assert "resolve" not in drawn.lower()


def test_a_chain_is_headed_by_the_words_of_its_own_first_paper() -> None:
    survey = small_survey()
    foreign = Statement(id="x#1", role="improvable", quote=quote("andersen2020", "Shared view of two scorers."))
    issue = Issue(id="i1", label="Shared view", statements=(foreign, survey.chains[0].links[0].earlier))
    drawn = chains_svg(survey.model_copy(update={"issues": (issue,)}))
    assert "Shared view" not in drawn
    assert LOST.text in drawn


papers = st.builds(
    lambda key, title, authors, year: Reference(key=key, title=title, authors=authors, date=year),
    st.text("abcdef", min_size=1, max_size=3),
    hostile | st.just(_TWELVE),
    st.sampled_from([(), ("Ada Roe",), ("Lan Phan", "Bo van der Linde", "Cy Mo")]),
    st.integers(1990, 2030).map(str) | st.just(""),
)


@st.composite
def surveys_of_chains(draw: st.DrawFn) -> Survey:
    known = draw(st.lists(papers, min_size=2, max_size=40, unique_by=lambda paper: paper.key))
    chains = []
    for nth in range(draw(st.integers(1, 4))):
        keys = sorted(draw(st.sets(st.sampled_from([p.key for p in known]), min_size=2, max_size=9)), key=[p.key for p in known].index)
        keys.sort(key=lambda key: next(p.date for p in known if p.key == key) or "9")
        said = [Statement(id=f"{key}#1", role="improvable", quote=quote(key, draw(hostile) or "w")) for key in keys]
        terms = st.lists(hostile | st.just("sleep staging"), max_size=4).map(tuple)
        links = tuple(
            Link(id="l1", issue="i", earlier=a, later=b, kind="resolves", order="forward", terms=draw(terms)) for a, b in pairwise(said)
        )
        chains.append(Chain(id=f"c{nth}", links=links, left=draw(st.sampled_from([(), (said[-1],)]))))
    return Survey(title="t", papers=tuple(known), chains=tuple(chains))


@settings(max_examples=80, deadline=None)
@given(surveys_of_chains())
def test_no_text_of_the_chains_meets_another_or_leaves_a_picture_of_a_pages_width(survey: Survey) -> None:
    drawn = chains_svg(survey)
    _inert(drawn)
    root = ElementTree.fromstring(drawn)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    assert width <= 880
    boxes = [box for text in root.iter("{http://www.w3.org/2000/svg}text") for box in _lines_of(text)]
    for box in boxes:
        assert box.x >= 0
        assert box.x + box.width <= width
        assert box.y >= 0
        assert box.y + box.height <= height
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)


def _lines_of(text: ElementTree.Element) -> Iterator[Box]:
    size = float(text.attrib["font-size"])
    assert size >= 11  # the least that is read
    for line in text:
        width = text_width(line.text or "", size, bold=text.get("font-weight") == "bold")
        x = float(line.attrib["x"]) - (width / 2 if text.get("text-anchor") == "middle" else 0)
        yield Box(x, float(line.attrib["y"]) - size * 0.8, width, size)


@given(hostile, st.floats(20, 200))
def test_wrapped_lines_fit_and_keep_every_letter(text: str, width: float) -> None:
    lines = wrap(text, width, 12, most=99)
    assert all(text_width(line, 12) <= width or len(line) == 1 for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", plain(text)) or lines == ["–"]


@given(fishbones)
def test_mermaid_labels_are_bare_text(fishbone: FishBone) -> None:
    lines = fishbone_mermaid(fishbone).split("\n")
    for line in lines[1:-1]:
        assert re.fullmatch(r"(?:  )+\S.*", line)
        assert not re.search(r"[<>#;&%]", line)
        assert not line.strip().lower().startswith("ishikawa")
