from collections.abc import Iterator
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.phrases.told import ENGLISH, came
from survey.records import Citation, Node, Paper, Survey, Theme, is_later
from tests.growing import collections, grown, issue_of, link
from tests.stating import paper, statements

TEXT = "Rain noise masks frog calls. A denoiser is proposed. It detects frogs in rain. Toads remain untested."
A, B, C, D = (paper(key, TEXT, date=date) for key, date in (("a", "2018"), ("b", "2020"), ("c", "2021"), ("d", "2023")))
SAID = {p.key: statements(p) for p in (A, B, C, D)}
RAISED = issue_of(SAID["a"][0], answered=SAID["a"][1])


def everyone(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from everyone(child)


def tree_of(papers: list[Paper], **fields: object) -> Node:
    said = tuple(s for p in papers for s in SAID[p.key])
    theme = Theme(id="t", name="Frogs", terms=(), papers=tuple(p.key for p in papers))
    survey = grown(Survey.model_validate({"themes": (theme,), "statements": said, "issues": (RAISED,), **fields}), papers)
    assert survey.tree is not None
    return survey.tree


def places(tree: Node) -> list[tuple[str, str, str]]:
    """(parent, paper, how) of each paper below the issue."""
    return [
        (node.id, child.id, came(ENGLISH, child.how, "@{}".format))
        for node in everyone(tree)
        for child in node.children
        if child.kind == "paper"
    ]


def test_who_resolves_stands_under_who_raised_and_who_goes_on_from_there_below() -> None:
    links = (
        link(SAID["a"][0], SAID["b"][2], "resolves", RAISED.id),
        link(SAID["b"][0], SAID["c"][1], "inherits", cites=True),
        link(SAID["a"][0], SAID["d"][2], "partly_resolves", RAISED.id),
    )
    tree = tree_of([A, B, C, D], links=links)
    assert places(tree) == [
        (RAISED.id, "a", "raises it, partly resolves it"),
        ("a", "b", "resolves it"),
        ("a", "d", "partly resolves it"),
        ("b", "c", "same task as @b, cites @b"),
    ]
    nodes = {node.id: node for node in everyone(tree) if node.kind == "paper"}
    assert nodes["b"].resolved == SAID["b"][2].quote
    assert nodes["b"].left == SAID["b"][3].quote
    assert nodes["a"].quotes == (SAID["a"][0].quote,)


def test_a_paper_that_nothing_else_places_stands_under_the_newest_one_that_it_cites() -> None:
    links = (link(SAID["a"][0], SAID["b"][2], "resolves", RAISED.id),)
    cites = tuple(Citation(citing="d", cited=key, match="doi") for key in ("a", "b"))
    tree = tree_of([A, B, C, D], links=links, citations=cites)
    assert ("b", "d", "cites @b") in places(tree)
    assert ("t", "c", "") in places(tree)  # it raises nothing that an issue was made of


def test_a_citation_against_time_places_nobody() -> None:
    tree = tree_of([A, B], issues=(issue_of(SAID["b"][0]),), citations=(Citation(citing="a", cited="b", match="title"),))
    assert ("t", "a", "") in places(tree)


def test_a_citation_from_an_undated_paper_turns_no_other_against_time() -> None:
    """``a`` waits for an undated paper that it cites, and so comes behind ``b`` in the order, but not in time."""
    undated = paper("u", TEXT)
    cites = tuple(Citation(citing="a", cited=key, match="doi") for key in ("u", "b"))
    survey = grown(Survey(issues=(issue_of(SAID["b"][0]),), statements=tuple(SAID["b"]), citations=cites), [A, B, undated])
    assert survey.tree is not None
    assert ("alone", "a", "") in places(survey.tree)


def test_papers_beside_all_themes_and_their_issues_are_in_the_tree() -> None:
    survey = grown(Survey(issues=(RAISED,), statements=tuple(SAID["a"])), [A, B])
    assert survey.tree is not None
    assert [theme.label for theme in survey.tree.children] == ["Papers that stand alone"]
    assert places(survey.tree) == [("alone", "b", ""), (RAISED.id, "a", "raises it, partly resolves it")]


@settings(max_examples=60, deadline=None)
@given(collections())
def test_every_paper_and_issue_is_in_the_tree_or_counted(made: tuple[Survey, list[Paper]]) -> None:
    survey, papers = made
    tree = grown(survey, papers).tree
    assert tree is not None
    nodes = list(everyone(tree))
    shown = {node.id for node in nodes if node.kind == "paper"}
    assert shown.union(*(node.others for node in nodes)) == {p.key for p in papers}
    assert sum(node.kind == "issue" for node in nodes) + sum(node.more for node in nodes) == len(survey.issues)
    for theme in survey.themes:
        inside = {key for node in nodes if node.id == theme.id for below in everyone(node) for key in (below.id, *below.others)}
        own = {key for key in theme.papers if key not in shown}
        assert own <= inside


@settings(max_examples=60, deadline=None)
@given(collections())
def test_nobody_stands_under_a_later_paper_or_twice_under_an_issue(made: tuple[Survey, list[Paper]]) -> None:
    survey, papers = made
    date = {p.key: p.date for p in papers}
    tree = grown(survey, papers).tree
    assert tree is not None
    for node in everyone(tree):
        if node.kind == "issue":
            keys = [below.id for below in everyone(node) if below.kind == "paper"]
            assert len(keys) == len(set(keys))
        if node.kind == "paper":
            assert node.how or node in [child for theme in everyone(tree) if theme.kind == "theme" for child in theme.children]
            assert not any(is_later(date[node.id], date[child.id]) for child in node.children)


@settings(max_examples=30, deadline=None)
@given(collections(), st.randoms(use_true_random=False))
def test_the_tree_does_not_hang_on_the_order_of_papers(made: tuple[Survey, list[Paper]], random: Random) -> None:
    survey, papers = made
    other = random.sample(papers, len(papers))
    assert grown(survey, other).tree == grown(survey, papers).tree


def test_a_thousand_papers_make_a_tree_that_a_person_can_read() -> None:
    """Each raises an issue, and the next ones take it up; more than has room is counted."""
    papers = [paper(f"p{n:04}", f"Pond {n} is loud. It is damped. It is calm. Night {n} is open.", date=str(1000 + n)) for n in range(1000)]
    said = [statements(p) for p in papers]
    issues = [issue_of(own[0], label=f"Pond {n}") for n, own in enumerate(said)]
    links = [link(said[n][0], said[m][2], "resolves", issues[n].id) for n in range(1000) for m in range(n + 1, min(n + 21, 1000))]
    themes = [Theme(id=f"t{n}", name=f"Ponds {n}", terms=(), papers=tuple(p.key for p in papers[n::20])) for n in range(20)]
    survey = Survey(themes=tuple(themes), issues=tuple(issues), links=tuple(links), statements=tuple(s for own in said for s in own))
    tree = grown(survey, papers).tree
    assert tree is not None
    nodes = list(everyone(tree))
    assert len(nodes) <= 400
    assert {node.id for node in nodes if node.kind == "paper"}.union(*(node.others for node in nodes)) == {p.key for p in papers}
