import re
from itertools import combinations, product
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.records import STATUSES, Answered, Bone, FishBone
from survey.render.drawing import Box, text_width, wrap
from survey.render.mermaid import fishbone_mermaid
from survey.render.svg import fishbone_svg, layout
from survey.render.text import plain

from .measuring import inert, lines_of, nothing_meets_or_runs_out, texts_of
from .small_survey import AGREED, HALVED, HOSTILE, LOST
from .strategies import hostile

SVG = "{http://www.w3.org/2000/svg}"
_TWELVE = "a label of twelve words that goes on and on until it ends"
scripts = st.lists(
    st.sampled_from(
        [
            "Labels",
            "are",
            "scarce",
            "データが不足",
            "睡眠阶段",
            "数据",
            "נתונים",
            "חסרים",
            "البيانات",
            "ناقصة",
            "👩‍🔬",
            "🧠",
            "é́",
            "x" * 45,
            "naïve",
            "–",
        ]
    ),
    max_size=9,
).map(" ".join)
labels = hostile | st.just(_TWELVE) | st.text(alphabet="abc ", max_size=60) | scripts
keys = st.sampled_from(["phan2019", "gongSSASTSelfSupervisedAudioSpectrogramTransformer2021", "李2020", "x" * 90])
answers = st.builds(lambda key: Answered(key=key, kind="resolves", quote=LOST), keys)
twigs = st.builds(
    lambda label, status, by, quoted: Bone(
        kind="issue", label=label, issue=label, status=status, answers=tuple(by), quotes=(LOST,) * quoted
    ),
    labels,
    st.sampled_from(list(STATUSES)),
    st.lists(answers, max_size=4),
    st.integers(0, 2),
)
bones = st.builds(
    lambda label, stated, children, rest: Bone(label=label, stated=stated, quotes=(HOSTILE,), children=tuple(children), rest=("i",) * rest),
    labels,
    st.booleans(),
    st.lists(twigs, max_size=6),
    st.integers(0, 2000),
)
fishbones = st.builds(
    lambda head, field, causes, rest: FishBone(head=head, field=field, bones=tuple(causes), rest=("i",) * rest),
    labels,
    labels | st.just(""),
    st.lists(bones, min_size=1, max_size=9),
    st.integers(0, 3),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fishbones)
def test_in_the_drawing_of_a_fishbone_nothing_meets_and_nothing_leaves_the_picture(fishbone: FishBone) -> None:
    """What is drawn, read back: every line of text, and the boxes of the head and the causes."""
    root = ElementTree.fromstring(fishbone_svg(fishbone))
    nothing_meets_or_runs_out(root)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    lines = [box for text in root.iter(f"{SVG}text") for box in lines_of(text)]
    rects = [_rect(rect) for rect in root.iter(f"{SVG}rect") if rect.get("class") != "paper"]
    strokes = [_stroke(line) for line in root.iter(f"{SVG}line")]
    for rect in rects:
        assert _within(rect, Box(0, 0, width, height))
    assert not any(one.overlaps(other) for one, other in combinations(rects, 2))
    for line, rect in product(lines, rects):
        assert _within(line, rect) or not line.overlaps(rect)
    for stroke in strokes:
        assert not any(_crosses(stroke, line) for line in lines)
        assert all(0 <= x <= width and 0 <= y <= height for x, y in (stroke[:2], stroke[2:]))


def _rect(rect: ElementTree.Element) -> Box:
    return Box(*(float(rect.attrib[name]) for name in ("x", "y", "width", "height")))


def _stroke(line: ElementTree.Element) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(line.attrib[name]) for name in ("x1", "y1", "x2", "y2"))
    return x1, y1, x2, y2


def _within(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x
        and inner.x + inner.width <= outer.x + outer.width
        and outer.y <= inner.y
        and inner.y + inner.height <= outer.y + outer.height
    )


def _crosses(line: tuple[float, float, float, float], box: Box) -> bool:
    """Whether some of the line lies within the box: the shares of it that lie between the box's sides have one in common."""
    x1, y1, x2, y2 = line
    enters, leaves = 0.0, 1.0
    for start, way, low, high in ((x1, x2 - x1, box.x, box.x + box.width), (y1, y2 - y1, box.y, box.y + box.height)):
        if way == 0:
            if not low < start < high:
                return False
            continue
        first, last = sorted(((low - start) / way, (high - start) / way))
        enters, leaves = max(enters, first), min(leaves, last)
    return enters < leaves


@settings(max_examples=40, deadline=None)
@given(fishbones, st.sampled_from(["", "survey.html"]))
def test_it_is_inert_xml_that_leads_to_its_page_alone(fishbone: FishBone, page: str) -> None:
    drawn = fishbone_svg(fishbone, page=page)
    assert drawn == fishbone_svg(fishbone, page=page)
    root = inert(drawn, *(["style"] if page else []))
    addresses = [element.attrib["href"] for element in root.iter() if "href" in element.attrib]
    assert all(re.fullmatch(rf"{re.escape(page)}#(issue|cause)-[\w.-]+", address) for address in addresses)


def test_six_full_causes_fit_a_page_unscaled() -> None:
    twigs = tuple(Bone(kind="issue", label=f"Labels of {name} are scarce and hard to carry over") for name in ("sleep", "speech", "music"))
    assert (
        layout(FishBone(head="Why these problems remain", bones=(Bone(label="Labels are scarce or costly", children=twigs),) * 6)).width
        <= 920
    )


@pytest.mark.parametrize("count", [1, 5, 9])
def test_labels_of_twelve_words_stand_whole(count: int) -> None:
    twigs = (Bone(kind="issue", label=_TWELVE),) * 6
    texts = texts_of(ElementTree.fromstring(fishbone_svg(FishBone(head=_TWELVE, bones=(Bone(label=_TWELVE, children=twigs),) * count))))
    assert texts.count(_TWELVE) == 7 * count + 1


def test_a_leaf_has_its_mark_who_answered_it_and_leads_to_its_quotes() -> None:
    by = tuple(Answered(key=key, kind="partly_resolves", quote=HALVED) for key in ("roe2021", "andersen2020", "mallory2024"))
    twig = Bone(kind="issue", label="Montages differ", issue="phan2019#4", status="partly", answers=by, quotes=(LOST,))
    bone = Bone(label="Labs differ", stated=True, quotes=(AGREED,), children=(twig,), rest=("i7",))
    drawn = fishbone_svg(FishBone(head="Why", bones=(bone, Bone(label="Rain"))), {"roe2021": "Roe et al. 2021"}, "survey.html")
    texts = texts_of(ElementTree.fromstring(drawn))
    for text in ("◐", "Montages differ", "stated, +1 more", "grouped"):
        assert text in texts
    assert any(text.startswith("Roe et al. 2021, ") and text.endswith("+1") for text in texts)
    links = {a.attrib["href"]: "".join(a.find(f"{SVG}title").itertext()) for a in ElementTree.fromstring(drawn).iter(f"{SVG}a")}  # type: ignore[union-attr]
    told = links["survey.html#issue-phan2019-4"]
    assert "partly resolved by @roe2021, @andersen2020, @mallory2024" in told
    assert LOST.text in told
    assert AGREED.text in links["survey.html#cause-1"]
    assert drawn.count("stroke-dasharray") == 2  # the bone and the box of what is only grouped
    assert "prefers-color-scheme: dark" in drawn


def test_what_runs_from_right_to_left_begins_at_the_right() -> None:
    hebrew = "נתונים חסרים"
    twigs = (Bone(kind="issue", label=hebrew), Bone(kind="issue", label="Data are few"))
    root = ElementTree.fromstring(fishbone_svg(FishBone(head="Why", bones=(Bone(label="x", children=twigs),))))
    texts = {"".join(text.itertext()): text for text in root.iter(f"{SVG}text")}
    assert texts[hebrew].get("direction") == "rtl"
    assert texts["Data are few"].get("direction") is None


def test_it_says_in_words_what_it_shows() -> None:
    twig = Bone(kind="issue", label="Rain noise", status="resolved")
    root = ElementTree.fromstring(
        fishbone_svg(FishBone(head="Why", field="ponds", bones=(Bone(label="Rain", children=(twig,)),), rest=("i",)))
    )
    said = " ".join(root.findtext(f"{SVG}{name}") or "" for name in ("title", "desc"))
    for words in ("Why (ponds)", "Cause: Rain (grouped)", "✓ Rain noise: resolved", "1 issue stands under no cause"):
        assert words in said


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
