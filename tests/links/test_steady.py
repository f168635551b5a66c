from survey.links.steady import steady
from survey.records import Issue, Link, LinkKind, Statement, Survey
from tests.stating import paper, statements

PAPERS = {
    key: paper(key, "Calls are lost in rain. A horn is built.", date=date) for key, date in (("a", "2018"), ("b", "2020"), ("c", "2022"))
}
SAID = {key: statements(p, ("improvable", "purpose")) for key, p in PAPERS.items()}


def link(earlier: str, later: str, score: float, kind: LinkKind = "resolves") -> Link:
    one, other = SAID[earlier][0], SAID[later][1]
    return Link(id=f"{kind}:{one.id}>{other.id}", kind=kind, earlier=one, later=other, issue=one.id, score=score)


def survey(*keys: str, links: tuple[Link, ...] = ()) -> Survey:
    said: list[Statement] = [s for key in keys for s in SAID[key]]
    issues = tuple(Issue(id=s.id, label="Rain", statements=(s,)) for s in said if s.role == "improvable")
    return Survey(papers=tuple(PAPERS[key].reference for key in keys), statements=tuple(said), issues=issues, links=links)


BEFORE = survey("a", "b", links=(link("a", "b", 0.6),))


def test_between_two_known_papers_the_links_are_those_from_before() -> None:
    now = [link("a", "b", 0.5, "partly_resolves")]
    assert steady(now, survey("a", "b", "c"), BEFORE) == [link("a", "b", 0.6)]
    assert steady([], survey("a", "b", "c"), BEFORE) == [link("a", "b", 0.6)]


def test_a_new_paper_has_the_links_that_are_found_now() -> None:
    now = [link("a", "c", 0.9), link("b", "c", 0.3)]
    assert steady(now, survey("a", "b", "c"), BEFORE) == [link("a", "c", 0.9), link("a", "b", 0.6), link("b", "c", 0.3)]


def test_a_link_of_a_paper_that_is_gone_or_says_something_else_is_gone() -> None:
    assert steady([], survey("a", "c"), BEFORE) == []
    other = survey("a", "b")
    changed = other.model_copy(update={"statements": tuple(s for s in other.statements if s.id != SAID["b"][0].id)})
    assert steady([], changed, BEFORE) == []


def test_a_link_goes_on_with_the_issue_that_its_problem_belongs_to_now() -> None:
    now = survey("a", "b")
    joined = now.model_copy(update={"issues": (Issue(id="x", label="Rain", statements=(SAID["a"][0], SAID["b"][0])),)})
    assert [kept.issue for kept in steady([], joined, BEFORE)] == ["x"]


def test_with_nothing_new_the_links_are_those_that_were_found() -> None:
    raised, built = SAID["b"][0], SAID["a"][1]
    raises = Link(id=f"raises:{built.id}>{raised.id}", kind="raises", earlier=built, later=raised, issue=raised.id, score=0.5)
    found = (link("a", "b", 0.6), raises)
    once = survey("a", "b", "c", links=found)
    assert steady(found, once, once) == list(found)


def test_a_problem_that_a_later_paper_raises_goes_on_with_the_issue_that_it_belongs_to_now() -> None:
    raised, built = SAID["b"][0], SAID["a"][1]
    raises = Link(id=f"raises:{built.id}>{raised.id}", kind="raises", earlier=built, later=raised, issue=raised.id, score=0.5)
    joined = survey("a", "b").model_copy(update={"issues": (Issue(id="x", label="Rain", statements=(SAID["a"][0], raised)),)})
    assert [kept.issue for kept in steady([], joined, survey("a", "b", links=(raises,)))] == ["x"]
