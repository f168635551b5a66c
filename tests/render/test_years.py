from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.phrases import languages
from survey.records import Answered, Issue, Outline, PlannedSection, Reference, Statement, Survey, Theme
from survey.render.years import upright_years, years_svg
from survey.years import MOST, lanes, timeline_blocks

from .measuring import inert, nothing_meets_or_runs_out, texts_of
from .small_survey import quote
from .strategies import hostile

SVG = "{http://www.w3.org/2000/svg}"
dates = st.integers(1900, 2030).map(str) | st.sampled_from(["2019", "2020", "2021"]) | st.just("")


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    papers = tuple(Reference(key=f"k{n}", title=draw(hostile), date=draw(dates)) for n in range(draw(st.integers(0, 70))))
    homes = [draw(st.integers(0, 12)) for _ in papers]
    themes = tuple(
        Theme(id=f"t{n}", name=draw(hostile | st.just("a label of twelve words that goes on and on until it ends")), terms=(), papers=own)
        for n in range(12)
        if (own := tuple(paper.key for paper, home in zip(papers, homes, strict=True) if home == n))
    )
    issues = tuple(
        Issue(
            id=f"i{n}",
            label="x",
            statements=(Statement(id="s", role="improvable", quote=quote(paper.key, "w")),),
            first_raised=paper.key,
            status="resolved",
            answers=(Answered(key=papers[0].key, kind="resolves", quote=quote(papers[0].key, "w")),),
        )
        for n, paper in enumerate(papers)
    )
    return Survey(papers=papers, themes=themes, issues=issues, lang=draw(st.sampled_from(languages())))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(surveys())
def test_nothing_meets_whatever_the_years_and_every_paper_has_its_dot(survey: Survey) -> None:
    drawn = years_svg(survey)
    assert drawn == years_svg(survey)
    known = {paper.year for paper in survey.papers if paper.year}
    assert bool(drawn) == (len(known) > 1) == bool(timeline_blocks(survey))
    if not drawn:
        return
    root = inert(drawn, "style")
    nothing_meets_or_runs_out(root)
    dots = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in root.iter(f"{SVG}circle")]
    assert len(dots) == len(survey.papers)
    assert all(abs(x - u) + abs(y - v) > 10 for n, (x, y) in enumerate(dots) for u, v in dots[n + 1 :])
    assert all(0 < x < float(root.attrib["width"]) for x, _ in dots)


def paper(key: str, date: str) -> Reference:
    return Reference(key=key, title=f"On {key}", authors=("Ada Roe",), date=date)


def ponds() -> Survey:
    raised = Statement(id="frogs#1", role="improvable", quote=quote("frogs", "Rain hides frogs."))
    answer = Answered(key="newts", kind="resolves", quote=quote("newts", "It does not."))
    issue = Issue(id="i", label="Rain", statements=(raised,), first_raised="frogs", status="resolved", answers=(answer,))
    return Survey(
        papers=(paper("frogs", "2001"), paper("newts", "2009"), paper("toads", "2009"), paper("eels", "")),
        themes=(Theme(id="t1", name="Ponds", terms=(), papers=("frogs", "newts")),),
        issues=(issue,),
    )


def test_the_drawing_tells_what_each_year_raised_and_resolved() -> None:
    root = ElementTree.fromstring(years_svg(ponds()))
    texts = texts_of(root)
    for text in ("2001", "2009", "n.d.", "Ponds", "Papers that stand alone", "○1", "✓1"):
        assert text in texts
    assert any("years without a paper are left out" in text for text in texts)
    said = root.findtext(f"{SVG}desc") or ""
    assert "Ponds: 2 papers" in said
    assert "2009: 2 papers" in said


def test_the_table_says_the_same() -> None:
    figure, table = timeline_blocks(ponds())
    assert figure.figure == "years"
    assert "1 paper without a year" in figure.caption
    assert table.rows == (
        ("2001", "1", "Ponds (1)", "1", "0"),
        ("2009", "2", "Ponds (1); Papers that stand alone (1)", "0", "1"),
        ("n.d.", "1", "Papers that stand alone (1)", "0", "0"),
    )


def test_lanes_follow_the_outline_and_those_beyond_share_one() -> None:
    survey = ponds().model_copy(update={"outline": Outline(sections=(PlannedSection(id="t1", title="Still water", papers=("frogs",)),))})
    assert [lane.name for lane in lanes(survey)] == ["Still water", "Papers that stand alone"]
    papers = tuple(paper(f"p{n}", "2001") for n in range(MOST + 3))
    many = Survey(papers=papers, themes=tuple(Theme(id=p.key, name=p.key, terms=(), papers=(p.key,)) for p in papers))
    names = [lane.name for lane in lanes(many)]
    assert len(names) == MOST
    assert names[-1] == "4 further themes"


def test_on_narrow_screens_it_is_a_list_of_years() -> None:
    listed = upright_years(ponds(), lambda key: f"<b>{key}</b>")
    assert listed.index("2001") < listed.index("<b>frogs</b>") < listed.index("2009") < listed.index("<b>toads</b>") < listed.index("n.d.")
