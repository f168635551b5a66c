import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.records import Bone, FishBone
from survey.render.drawing import Box, text_width, wrap
from survey.render.mermaid import fishbone_mermaid
from survey.render.svg import fishbone_svg, layout
from survey.render.text import plain

from .measuring import inert
from .small_survey import HALVED, HOSTILE, LOST, quote
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
        inert(drawn)


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
