from collections.abc import Sequence

import pytest

from survey.links.relations import names
from survey.models.extractive import Extractive
from survey.records import Link, Paper, Role
from tests.links.test_links import found
from tests.stating import paper


def links_of(kind: str, texts: Sequence[tuple[str, tuple[Role, ...]]], cites: bool = False) -> list[Link]:
    papers = [
        paper(f"p{n}", text, f"On {n}", str(2019 + n), authors=("Ada Roe", "Bo Li", "Cy Au") if n == 0 else ("Di Moe",))
        for n, (text, _) in enumerate(texts)
    ]
    links = found(papers, Extractive(), [("p1", "p0")] if cites else [], roles=[roles for _, roles in texts])
    return [link for link in links if link.kind == kind]


def test_an_issue_raised_again_is_restated_from_the_last_who_raised_it() -> None:
    said = [("Rain noise masks the calls of frogs in ponds.", ("limitation",))] * 3
    links = links_of("restates", said)  # type: ignore[arg-type]
    assert {link.ends for link in links} == {("p0", "p1"), ("p1", "p2")}
    assert len({link.issue for link in links}) == 1


def test_a_shared_task_is_inherited_once_from_the_nearest() -> None:
    near, far = "We aim to count frog calls in rain.", "We aim to bake bread."
    links = links_of("inherits", [(near, ("task",)), (far, ("task",)), ("Our aim is to count frog calls in rain.", ("purpose",))])
    assert [link.ends for link in links] == [("p0", "p2")]


@pytest.mark.parametrize(
    ("text", "cites", "raised"),
    [
        ("The net of Roe et al. (2019) tears in rain.", False, True),
        ("Nets for frog calls tear in rain.", False, False),
        ("A net for frog calls tears.", True, True),
        ("Bread from old wheat is hard.", True, False),
    ],
)
def test_a_shortcoming_of_a_paper_that_is_named_or_cited_is_raised_with_it(text: str, cites: bool, raised: bool) -> None:
    links = links_of("raises", [("A net for frog calls is hung.", ("method",)), (text, ("improvable",))], cites)
    assert bool(links) is raised


@pytest.mark.parametrize(
    ("text", "contradicted"),
    [
        ("Contrary to Roe et al., rain noise filters lost no frog calls.", True),
        ("Unlike Roe et al., we saw no effect of rain filters on frog calls.", True),
        ("Rain noise filters save frog calls, as Roe et al. found.", False),
        ("We find no effect of yeast on bread.", False),
    ],
)
def test_a_finding_that_goes_against_another_contradicts_it(text: str, contradicted: bool) -> None:
    assert bool(links_of("contradicts", [("Rain noise filters save frog calls.", ("result",)), (text, ("result",))])) is contradicted


def test_a_problem_that_a_later_paper_names_as_the_cause_of_its_own() -> None:
    earlier = ("Sparse microphones were a problem.", ("limitation",))
    for text, caused in [
        ("Nobody in the valley can tell how many toads cross the road each spring, owing to sparse microphones.", True),
        ("Nobody in the valley can tell how many toads cross the road each spring, owing to old yeast.", False),
        ("Nobody in the valley can tell how many toads cross the road each spring.", False),
    ]:
        assert bool(links_of("causes", [earlier, (text, ("limitation",))])) is caused  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("as Roe et al. [3] show", True),
        ("as Roe (2019) shows", True),
        ("as Roe and Li found", True),
        ("with FrogNet we", True),
        ("as Roe (2018) shows", False),
        ("Roe deer graze", False),
        ("with FrogNets we", False),
    ],
)
def test_a_paper_is_named_by_its_authors_or_by_what_its_title_names(text: str, named: bool) -> None:
    assert names(text, Paper(key="p", title="FrogNet: calls in rain", authors=("Ada Roe", "Bo Li", "Cy Au"), date="2019-03")) is named
