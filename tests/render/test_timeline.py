from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.records import Chain, Issue, Link, Reference, Statement, Survey
from survey.render.timeline import chains_svg

from .measuring import inert, no_line_crosses_a_text, nothing_meets_or_runs_out, texts_of
from .small_survey import CHILDREN, LOST, quote, small_survey
from .strategies import hostile

_TWELVE = "a label of twelve words that goes on and on until it ends"
_SVG = "{http://www.w3.org/2000/svg}"


def said(key: str, text: str = "Words.") -> Statement:
    return Statement(id=f"{key}#1", role="improvable", quote=quote(key, text))


def linked(earlier: str, later: str, **fields: object) -> Link:
    known = {"id": f"{earlier} > {later}", "kind": "resolves", "earlier": said(earlier), "later": said(later)}
    return Link.model_validate(known | fields)


def test_nothing_to_draw() -> None:
    assert chains_svg(Survey(title="t"), alone=False) == ""
    assert "No later paper" in " ".join(texts_of(inert(chains_svg(Survey(title="t")), "style")))


def test_chains_name_papers_terms_and_what_is_left_open() -> None:
    drawn = chains_svg(small_survey())
    texts = texts_of(inert(drawn, "style"))
    for text in ("2019", "2021", "Chain 1", f"“{LOST.text}”", "Phan et al. 2019", "montage, accuracy"):
        assert text in texts
    assert f"Left open by Roe et al. 2021: “{CHILDREN.text}”" in texts
    assert [text for text in texts if text.startswith("⌒ taken up by")]  # whether it resolves is for the reader to judge
    assert "resolve" not in drawn.lower()


def test_a_chain_is_headed_by_the_words_of_its_own_first_paper() -> None:
    survey = small_survey()
    foreign = Statement(id="x#1", role="improvable", quote=quote("andersen2020", "Shared view of two scorers."))
    issue = Issue(id="i1", label="Shared view", statements=(foreign, survey.chains[0].links[0].earlier))
    drawn = chains_svg(survey.model_copy(update={"issues": (issue,)}))
    assert "Shared view" not in drawn
    assert LOST.text in drawn


def test_a_branch_is_an_arc_of_its_own_broken_where_it_resolves_a_part() -> None:
    links = (linked("a", "b"), linked("a", "c", kind="partly_resolves"), linked("b", "d"))
    papers = tuple(Reference(key=key, title=key, date=str(2000 + n)) for n, key in enumerate("abcd"))
    survey = Survey(papers=papers, chains=(Chain(id="c", links=links, left=(said("d"),)),))
    root = inert(chains_svg(survey), "style")
    arcs = [path for path in root.iter(f"{_SVG}path") if path.get("class") == "arrow"]
    assert [path.get("stroke-dasharray") is not None for path in arcs] == [False, True, False]
    ends = [(path.attrib["d"][1:].split()[0], path.attrib["d"].split()[-2]) for path in arcs]
    assert len({later for _, later in ends}) == 3
    assert ends[0][0] == ends[1][0] != ends[2][0]
    assert len([circle for circle in root.iter(f"{_SVG}circle") if circle.get("class") == "open"]) == 1


def test_chains_beyond_what_a_picture_holds_are_counted() -> None:
    chains = tuple(Chain(id=f"c{n}", links=(linked(f"a{n}", f"b{n}"),)) for n in range(30))
    papers = tuple(Reference(key=f"{x}{n}", title="t", date=year) for n in range(30) for x, year in (("a", "2001"), ("b", "2002")))
    texts = texts_of(inert(chains_svg(Survey(papers=papers, chains=chains)), "style"))
    assert "Chain 24" in texts
    assert "Chain 25" not in texts
    assert any("The 24 strongest of 30 chains." in text for text in texts)


papers = st.builds(
    lambda key, title, authors, year: Reference(key=key, title=title, authors=authors, date=year),
    st.text("abcdef", min_size=1, max_size=3),
    hostile | st.just(_TWELVE),
    st.sampled_from([(), ("Ada Roe",), ("Lan Phan", "Bo van der Linde", "Cy Mo")]),
    st.integers(1960, 2030).map(str) | st.just(""),
)


@st.composite
def surveys_of_chains(draw: st.DrawFn) -> Survey:
    """Chains that branch anywhere, of papers in the order of their years."""
    known = draw(st.lists(papers, min_size=2, max_size=60, unique_by=lambda paper: paper.key))
    date = {paper.key: paper.date for paper in known}
    terms = st.lists(hostile | st.just("sleep staging"), max_size=4).map(tuple)
    chains = []
    for nth in range(draw(st.integers(1, 4))):
        keys = sorted(draw(st.sets(st.sampled_from(list(date)), min_size=2, max_size=9)), key=lambda key: (date[key] or "9", key))
        links = []
        for at in range(1, len(keys)):
            raised = said(keys[draw(st.integers(0, at - 1))], draw(hostile) or "w")
            kind = draw(st.sampled_from(["resolves", "partly_resolves"]))
            links.append(linked(raised.quote.key, keys[at]).model_copy(update={"earlier": raised, "kind": kind, "terms": draw(terms)}))
        left = draw(st.lists(st.sampled_from(keys), max_size=3, unique=True))
        chains.append(Chain(id=f"c{nth}", links=tuple(links), left=tuple(said(key, draw(hostile) or "w") for key in left)))
    return Survey(title="t", papers=tuple(known), chains=tuple(chains))


@settings(max_examples=80, deadline=None)
@given(surveys_of_chains())
def test_no_text_meets_another_or_leaves_a_picture_of_a_pages_width(survey: Survey) -> None:
    root = inert(chains_svg(survey), "style")
    assert float(root.attrib["width"]) <= 880
    nothing_meets_or_runs_out(root)
    no_line_crosses_a_text(root, "twig")


@settings(max_examples=60, deadline=None)
@given(surveys_of_chains())
def test_dots_stand_in_the_picture_apart_and_run_with_the_arcs_from_left_to_right(survey: Survey) -> None:
    root = inert(chains_svg(survey), "style")
    rows: dict[str, list[tuple[float, float]]] = {}
    for circle in root.iter(f"{_SVG}circle"):
        rows.setdefault(circle.attrib["cy"], []).append((float(circle.attrib["cx"]), float(circle.attrib["r"])))
    assert sum(map(len, rows.values())) == sum(len(chain.keys) for chain in survey.chains)
    for row in rows.values():
        row.sort()
        assert all(x + r <= other - s for (x, r), (other, s) in pairwise(row))
        assert row[0][0] - row[0][1] >= 0
        assert row[-1][0] + row[-1][1] <= float(root.attrib["width"])
    for path in root.iter(f"{_SVG}path"):
        if path.get("class") == "arrow":
            start, _, end = path.attrib["d"][1:].replace("C", " ").partition(" ")
            assert float(start) < float(end.split()[-2])
