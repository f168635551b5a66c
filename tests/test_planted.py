"""The planted collections are sound: what the benches measure against must itself hold."""

from collections.abc import Mapping

import pytest

from survey.citations import find_citations
from survey.passages import split_sentences
from survey.readers import read_all
from survey.records import Paper
from tests.planted import HARD, PLAIN, ROOT, Gold, fields, files, load


@pytest.fixture(scope="module", params=fields())
def field(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def gold(field: str) -> Gold:
    return load(field)


@pytest.fixture(scope="module")
def papers(field: str) -> dict[str, Paper]:
    """Every file read as one paper, under its stem."""
    reading = read_all([ROOT / field], base=ROOT / field)
    stems = [paper.sources[0].path.removesuffix(".md") for paper in reading.papers]
    assert sorted(stems) == sorted(files(field))
    return {stem: paper.model_copy(update={"key": stem}) for stem, paper in zip(stems, reading.papers, strict=True)}


@pytest.fixture(scope="module")
def cited(papers: Mapping[str, Paper]) -> dict[str, set[str]]:
    """What each paper builds on: what it cites, and what that cites."""
    found: dict[str, set[str]] = {stem: set() for stem in papers}
    for citation in find_citations(list(papers.values())):
        found[citation.citing].add(citation.cited)
    for _ in papers:
        found = {stem: of.union(*(found[other] for other in of)) for stem, of in found.items()}
    return found


def test_two_tiers_of_fields_of_twelve_to_twenty_papers() -> None:
    assert fields() == sorted((*HARD, *PLAIN))
    assert all(12 <= len(files(field)) <= 20 for field in fields())


def test_every_file_is_a_paper_with_title_authors_text_and_mostly_a_date(papers: Mapping[str, Paper], gold: Gold) -> None:
    assert all(paper.title and paper.authors and len(paper.text) > 300 for paper in papers.values())
    assert {stem for stem, paper in papers.items() if not paper.date} == set(gold.undated)


def test_every_anchor_stands_within_one_sentence_of_the_paper_as_read(papers: Mapping[str, Paper], gold: Gold) -> None:
    read = {stem: [paper.text[s.start : s.end] for s in split_sentences(paper)] for stem, paper in papers.items()}
    assert [s for s in gold.anchors if sum(sentence.count(s.anchor) for sentence in read[s.paper]) != 1] == []


def test_an_anchor_that_stands_nowhere_is_refused(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.planted.files", lambda _: {})
    with pytest.raises(ValueError, match="stands 0 times"):
        load(field)


def test_links_run_forward_by_date_or_by_citation(papers: Mapping[str, Paper], gold: Gold, cited: Mapping[str, set[str]]) -> None:
    ends = {(link.earlier, link.later) for link in gold.links} | {(link.earlier, link.later) for link in gold.other_links}
    for earlier, later in sorted(ends):
        before, after = papers[earlier].date, papers[later].date
        assert before < after if before and after else earlier in cited[later], (earlier, later)


def test_links_answer_an_issue_that_the_earlier_paper_raises(gold: Gold) -> None:
    raised = {(issue.id, s.paper) for issue in gold.issues for s in issue.statements}
    assert all((link.issue, link.earlier) in raised for link in gold.links)
    assert len({(link.issue, link.earlier, link.later) for link in gold.links}) == len(gold.links)


def test_a_status_says_what_the_links_say(gold: Gold) -> None:
    disputed = {link.issue for link in gold.other_links if link.kind == "contradicts"}
    for issue in gold.issues:
        answers = {link.later: link.kind for link in gold.links if link.issue == issue.id}
        if issue.id in disputed:
            status = "disputed"
        elif "resolves" in answers.values() or issue.own:
            status = "resolved"
        else:
            status = "partly" if answers else "open"
        assert issue.status == status, issue.id
        assert not issue.own or (not answers and {s.paper for s in issue.statements} == {issue.own}), issue.id


def test_decoys_are_no_links(papers: Mapping[str, Paper], gold: Gold) -> None:
    linked = {(link.earlier, link.later): set[str]() for link in gold.links}
    for link in gold.links:
        linked[link.earlier, link.later].add(link.issue)
    issues = {issue.id for issue in gold.issues}
    for decoy in gold.decoys:
        assert {decoy.earlier, decoy.later} <= set(papers)
        found = linked.get((decoy.earlier, decoy.later), set())
        assert decoy.issue in issues - found if decoy.issue else not found, decoy
        assert (decoy.why == "same paper") == (decoy.earlier == decoy.later), decoy
        assert decoy.why != "older" or papers[decoy.later].date < papers[decoy.earlier].date, decoy


def test_causes_take_in_known_issues_and_at_least_one_is_stated(gold: Gold) -> None:
    issues = {issue.id for issue in gold.issues}
    assert {name for cause in gold.causes.causes for name in cause.issues} <= issues
    assert any(cause.stated for cause in gold.causes.causes)
    assert len({issue.id for issue in gold.issues}) == len(gold.issues)
