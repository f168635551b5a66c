import re

from hypothesis import given, settings

from survey.records import Node, Paper, Survey, Tie
from survey.render.html import survey_html, tree_html
from survey.render.insights import Names, tree_markdown
from survey.render.tree import tree_svg
from tests.growing import collections, grown, issue_of, link
from tests.stating import paper, statements

from .measuring import inert, no_line_crosses_a_text, nothing_meets_or_runs_out, texts_of
from .strategies import hostile
from .test_html import check_inert

TEXT = "Rain noise masks frog calls. A denoiser is proposed. It detects frogs in rain. Toads remain untested."
PAPERS = [paper("roe2018", TEXT, date="2018"), paper("lan2020", TEXT, "Denoising", "2020", ("Bo Lan",))]
SAID = [statements(p) for p in PAPERS]


def two_papers() -> Survey:
    issue = issue_of(SAID[0][0], answered=SAID[0][1])
    answer = link(SAID[0][0], SAID[1][2], "partly_resolves", issue.id, cites=True)
    return grown(Survey(title="Frogs", statements=(*SAID[0], *SAID[1]), issues=(issue,), links=(answer,)), PAPERS)


def test_it_names_issue_and_papers_and_how_they_came_there_and_tells_what_they_left() -> None:
    root = inert(tree_svg(two_papers(), "survey.html"), "style")
    texts = texts_of(root)
    for text in (
        "○ Rain noise",
        "open; raised by 1 paper",
        "Roe 2018",
        "raises it, partly resolves it",  # it says what it did about the shortcoming that it names
        "Lan 2020",
        "partly resolves it, cites it",
        "2018",
    ):
        assert text in texts
    titles = ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert "Denoising — partly resolves it, cites it; resolved: “It detects frogs in rain.”; left: “Toads remain untested.”" in titles


def test_a_paper_that_is_not_the_one_above_is_named() -> None:
    names = Names(two_papers().papers)
    how = (Tie(kind="inherits", earlier="roe2018"), Tie(kind="cites", earlier="roe2018"))
    assert names.spelt(how, "roe2018") == "same task, cites it"
    assert names.spelt(how, "roe2018b") == "same task as Roe 2018, cites Roe 2018"


def test_nothing_to_draw() -> None:
    assert tree_svg(Survey()) == tree_markdown(Survey()) == ""


@settings(max_examples=80, deadline=None)
@given(collections(hostile))
def test_nothing_meets_or_runs_out_and_no_line_crosses_a_text(made: tuple[Survey, list[Paper]]) -> None:
    survey = grown(*made)
    root = inert(tree_svg(survey, "survey.html"), "style")
    nothing_meets_or_runs_out(root)
    for css in ("twig", "arrow"):
        no_line_crosses_a_text(root, css)
    assert tree_svg(survey, "survey.html") == tree_svg(survey, "survey.html")


@settings(max_examples=30, deadline=None)
@given(collections(hostile))
def test_as_a_page_it_is_inert_names_every_paper_and_its_links_have_goals(made: tuple[Survey, list[Paper]]) -> None:
    page = check_inert(tree_html(grown(*made)))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    goals = {a["href"][1:] for _, a in page.tags if a.get("href", "").startswith("#")}
    assert goals <= set(ids)
    assert {f"ref-{p.key}" for p in made[1]} <= goals


@settings(max_examples=30, deadline=None)
@given(collections(hostile))
def test_the_list_has_a_line_for_every_node(made: tuple[Survey, list[Paper]]) -> None:
    survey = grown(*made)
    lines = tree_markdown(survey).splitlines()[2:]

    def count(node: Node) -> int:
        return 1 + sum(map(count, node.children)) + bool(node.more or node.others)

    assert survey.tree is not None
    assert len(lines) == count(survey.tree) - 1
    assert all(re.match(r" *- ", line) for line in lines)


def test_the_survey_shows_the_tree_as_an_outline_with_its_quotes() -> None:
    html = tree_html(two_papers())
    assert "<summary>○ <bdi>Rain noise</bdi>" in html
    assert html.count("It detects frogs in rain.") >= 2  # in the outline, and in the card that the citation opens
    assert "The same as a drawing" in html
    assert survey_html(two_papers()).count("<details") < html.count("<details")  # no section asks for it
