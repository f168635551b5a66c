import re
from collections.abc import Iterator
from itertools import combinations, pairwise, product
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.records import STATUSES, Answered, Bone, Chain, FishBone, Issue, Link, Reference, Statement, Survey
from survey.render.drawing import Box, text_width, wrap
from survey.render.mermaid import fishbone_mermaid
from survey.render.svg import fishbone_svg
from survey.render.text import plain
from survey.render.timeline import chains_svg

from .small_survey import AGREED, HALVED, HOSTILE, LOST, quote, small_survey
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
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    lines = [box for text in root.iter(f"{SVG}text") for box in _lines_of(text)]
    rects = [_rect(rect) for rect in root.iter(f"{SVG}rect") if rect.get("class") != "paper"]
    strokes = [_stroke(line) for line in root.iter(f"{SVG}line")]
    for box in (*lines, *rects):
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= width
        assert box.y + box.height <= height
    for one, other in (*combinations(lines, 2), *combinations(rects, 2)):
        assert not one.overlaps(other)
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
    x1, y1, x2, y2 = line
    points = ((x1 + (x2 - x1) * t / 60, y1 + (y2 - y1) * t / 60) for t in range(61))
    return any(Box(x, y, 0, 0).overlaps(box) for x, y in points)


@settings(max_examples=40, deadline=None)
@given(fishbones, st.sampled_from(["", "survey.html"]))
def test_it_is_inert_xml_that_leads_to_its_page_alone(fishbone: FishBone, page: str) -> None:
    drawn = fishbone_svg(fishbone, page=page)
    assert drawn == fishbone_svg(fishbone, page=page)
    _inert(drawn, page)


def _inert(svg: str, page: str = "") -> None:
    root = ElementTree.fromstring(svg)  # our own output
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "title", "desc", "rect", "g", "line", "path", "circle", "text", "tspan", "a", *(["style"] if page else [])}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or name == "style"]
    addresses = [element.attrib[name] for element in root.iter() for name in element.attrib if "href" in name]
    assert all(re.fullmatch(rf"{re.escape(page)}#(issue|cause)-[\w.-]+", address) for address in addresses)


def _texts(svg: str) -> list[str]:
    return [" ".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("count", [1, 5, 9])
def test_labels_of_twelve_words_stand_whole(count: int) -> None:
    twigs = (Bone(kind="issue", label=_TWELVE),) * 6
    texts = _texts(fishbone_svg(FishBone(head=_TWELVE, bones=(Bone(label=_TWELVE, children=twigs),) * count)))
    assert texts.count(_TWELVE) == 7 * count + 1


def test_a_leaf_has_its_mark_who_answered_it_and_leads_to_its_quotes() -> None:
    by = tuple(Answered(key=key, kind="partly_resolves", quote=HALVED) for key in ("roe2021", "andersen2020", "mallory2024"))
    twig = Bone(kind="issue", label="Montages differ", issue="phan2019#4", status="partly", answers=by, quotes=(LOST,))
    bone = Bone(label="Labs differ", stated=True, quotes=(AGREED,), children=(twig,), rest=("i7",))
    drawn = fishbone_svg(FishBone(head="Why", bones=(bone, Bone(label="Rain"))), {"roe2021": "Roe et al. 2021"}, "survey.html")
    texts = _texts(drawn)
    for text in ("◐", "Montages differ", "stated · +1 more", "grouped"):
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
        before = {"middle": 0.5, "start": 0.0, "end": 1.0}[text.get("text-anchor", "start")]
        before = 1.0 if text.get("direction") == "rtl" and before == 0 else before
        if (line.text or "").strip():
            yield Box(float(line.attrib["x"]) - before * width, float(line.attrib["y"]) - size * 0.8, width, size)


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
