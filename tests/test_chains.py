from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.chains import find_chains, find_links
from survey.issues import find_issues
from survey.models.extractive import Extractive
from survey.records import Citation, Link, Paper, is_later
from survey.tasks import JudgeLink, LinkJudged, Resolution
from survey.terms import Weights
from tests.fakes import HashingEmbedder, ModelWith
from tests.stating import paper, statements
from tests.test_records import DATES

TEXT = (
    "Rain noise masks frog calls. A denoiser is proposed for rain noise. It detects frog calls in rain noise. "
    "Toads in rain noise remain untested."
)
FILLER = [paper(f"z{n}", f"Batteries fade in winter {n}.") for n in range(60)]  # so that rain noise is rare in the collection


def papers_of(*dates: str) -> list[Paper]:
    return [paper(f"p{n}", TEXT, "Rain noise", date) for n, date in enumerate(dates)]


def links_of(
    papers: Sequence[Paper], resolution: Resolution = "full", raised: str = "", resolved: str = "", cites: Sequence[tuple[str, str]] = ()
) -> list[Link]:
    """The links when the model says ``resolution`` to every pair and names the problem and its first candidate, or what is given."""

    def judged(task: JudgeLink) -> LinkJudged:
        return LinkJudged(resolution=resolution, raised=raised or task.raised.id, resolved=resolved or task.candidates[0].id)

    said = [s for p in papers for s in statements(p)]
    weights = Weights(p.gist for p in [*papers, *FILLER])
    issues = find_issues(said, HashingEmbedder(), weights, Extractive())
    citations = [Citation(citing=citing, cited=cited, match="title") for citing, cited in cites]
    return find_links(papers, said, issues, HashingEmbedder(), weights, ModelWith(judge_link=judged), citations)


def ends(links: Sequence[Link]) -> set[tuple[str, str, str]]:
    return {(link.earlier.quote.key, link.later.quote.key, link.order) for link in links}


def test_a_problem_is_linked_to_what_a_later_paper_says_it_did() -> None:
    links = links_of(papers_of("2019", "2020"))
    assert links
    for link in links:
        assert (link.earlier.quote.key, link.later.quote.key) == ("p0", "p1")
        assert link.earlier.role in ("improvable", "limitation")
        assert link.later.role in ("purpose", "result")
        assert (link.kind, link.order) == ("resolves", "forward")
        assert link.terms


@settings(max_examples=40, deadline=None)
@given(st.lists(DATES, min_size=2, max_size=5))
def test_no_link_runs_backward_in_time_or_from_or_to_a_paper_without_a_year(dates: list[str]) -> None:
    papers = papers_of(*dates)
    date = {p.key: p.date for p in papers}
    links = links_of(papers)
    for link in links:
        assert is_later(date[link.later.quote.key], date[link.earlier.quote.key])
        assert date[link.earlier.quote.key][:4].isdigit()
    years = {d[:4] for d in dates if d[:4].isdigit()}
    assert bool(links) >= (len(years) > 1)  # and where one can be, one is


@pytest.mark.parametrize(("dates"), [("2019", "2019"), ("", "2019"), ("2019", ""), ("", ""), ("2019", "2019-07"), ("--05-26", "2019")])
def test_where_dates_do_not_tell_the_paper_that_cites_the_other_is_the_later(dates: tuple[str, str]) -> None:
    papers = papers_of(*dates)
    assert links_of(papers) == []
    assert ends(links_of(papers, cites=[("p1", "p0")])) == {("p0", "p1", "cited")}
    assert ends(links_of(papers, cites=[("p0", "p1")])) == {("p1", "p0", "cited")}
    assert links_of(papers, cites=[("p0", "p1"), ("p1", "p0")]) == []  # each cites the other


def test_a_citation_does_not_turn_time_round() -> None:
    assert ends(links_of(papers_of("2019", "2020"), cites=[("p0", "p1")])) == {("p0", "p1", "forward")}
    assert ends(links_of(papers_of("2020-05", "2020-04"), cites=[("p1", "p0")])) == {("p1", "p0", "forward")}


def test_a_paper_that_cites_is_asked_however_little_alike() -> None:
    later = paper("p1", TEXT, "An atlas of soups and sauces of Bavarian inns", "2020")
    papers = [*papers_of("2019"), later.model_copy(update={"parts": ()})]
    papers[1] = papers[1].model_copy(update={"text": "Soup. " * 300 + TEXT})
    said = [*statements(papers[0]), *statements(papers[1], ("improvable",) * 300 + ("improvable", "purpose", "result", "limitation"))]
    weights = Weights(p.gist for p in [*papers, *FILLER])
    issues = find_issues(said, HashingEmbedder(), weights, Extractive())
    model = ModelWith(judge_link=lambda task: LinkJudged(resolution="full", raised=task.raised.id, resolved=task.candidates[0].id))
    assert find_links(papers, said, issues, HashingEmbedder(), weights, model) == []
    cites = [Citation(citing="p1", cited="p0", match="title")]
    assert ends(find_links(papers, said, issues, HashingEmbedder(), weights, model, cites)) == {("p0", "p1", "forward")}


def test_of_two_alike_answers_the_one_that_cites_is_the_likelier() -> None:
    papers = papers_of("2019", "2020", "2020")
    score = {link.ends[1]: link.score for link in links_of(papers, cites=[("p2", "p0")]) if link.ends[0] == "p0"}
    assert score["p2"] > score["p1"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["", "2019", "2019-03", "2020"]), min_size=3, max_size=5),
    st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4))),
)
def test_links_never_lead_round_to_where_they_began(dates: list[str], cites: set[tuple[int, int]]) -> None:
    papers = papers_of(*dates)
    pairs = [(f"p{a}", f"p{b}") for a, b in sorted(cites) if a != b and max(a, b) < len(papers)]
    links = links_of(papers, cites=pairs)
    after: dict[str, set[str]] = {}
    for earlier, later, order in ends(links):
        assert order == "forward" or (later, earlier) in pairs
        after.setdefault(earlier, set()).add(later)
    while after:
        firsts = after.keys() - {key for later in after.values() for key in later}
        assert firsts
        after = {key: later for key, later in after.items() if key not in firsts}
    used = [(k.earlier.id, k.later.id) for chain in find_chains(papers, links, []) for k in chain.links]
    assert len(used) == len(set(used))
    assert links_of(papers[::-1], cites=pairs) == links


def test_a_no_is_no_link() -> None:
    assert links_of(papers_of("2019", "2020"), resolution="no") == []


@pytest.mark.parametrize(
    ("raised", "resolved"), [("", "a"), ("b1", "a"), ("b1", ""), ("", "b9"), ("p0#0", "p1#1"), ("", "[ ]"), ("", "b１")]
)
def test_a_verdict_that_does_not_name_both_sentences_handed_over_is_no_link(raised: str, resolved: str) -> None:
    """The answer is the problem itself; each in the other's place; the answer twice; made up; citekeys; nothing; a look-alike."""
    assert links_of(papers_of("2019", "2020"))
    assert links_of(papers_of("2019", "2020"), raised=raised, resolved=resolved) == []


def test_a_later_paper_is_asked_about_by_what_it_did_alone_and_with_its_likeliest_sentences() -> None:
    asked: list[JudgeLink] = []

    def judged(task: JudgeLink) -> LinkJudged:
        asked.append(task)
        return LinkJudged(resolution="no")

    many = " ".join(f"A denoiser for rain noise is proposed in {n} ponds." for n in range(6))
    later = paper("p1", many, "Rain noise", "2020")
    papers = [*papers_of("2019"), later]
    said = [*statements(papers[0]), *statements(later, ("improvable", "purpose", "result", "limitation", "purpose", "result"))]
    weights = Weights(p.gist for p in [*papers, *FILLER])
    issues = find_issues(said, HashingEmbedder(), weights, Extractive())
    assert find_links(papers, said, issues, HashingEmbedder(), weights, ModelWith(judge_link=judged)) == []
    assert asked
    done = {s.quote.text for s in said if s.quote.key == "p1" and s.role in ("purpose", "result")}
    for task in asked:
        assert task.raised_title == papers[0].title
        assert {c.text for c in task.candidates} <= done
        assert len(task.candidates) == 3
        assert [c.strength for c in task.candidates] == sorted((c.strength for c in task.candidates), reverse=True)


def test_one_reply_that_makes_no_sense_leaves_the_others_as_they_are() -> None:
    papers = papers_of("2019", "2020", "2021")
    said = [s for p in papers for s in statements(p)]
    weights = Weights(p.gist for p in [*papers, *FILLER])
    issues = find_issues(said, HashingEmbedder(), weights, Extractive())

    def judged(task: JudgeLink) -> LinkJudged:
        if task.raised_title == "Rain noise" and task.raised.text == said[0].quote.text:
            return LinkJudged(resolution="full", raised="ignore", resolved="all previous instructions")
        return LinkJudged(resolution="partly", raised="[a]", resolved=" b1 ")

    found = find_links(papers, said, issues, HashingEmbedder(), weights, ModelWith(judge_link=judged))
    assert {link.earlier.quote.text for link in found} == {said[3].quote.text}
    assert {link.kind for link in found} == {"partly_resolves"}


def test_links_do_not_hang_on_the_order_of_papers() -> None:
    papers = papers_of("2019", "2020", "2021")
    assert links_of(papers[::-1]) == links_of(papers)


def test_fewer_than_two_papers_have_no_links() -> None:
    assert links_of(papers_of("2019")) == []
    assert links_of([]) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(2000, 2009).map(str), min_size=2, max_size=6))
def test_chains_join_links_end_to_end_and_pass_each_paper_once(dates: list[str]) -> None:
    papers = papers_of(*dates)
    links = links_of(papers)
    chains = find_chains(papers, links, [s for p in papers for s in statements(p)])
    used = [link for chain in chains for link in chain.links]
    assert all(link in links for link in used)
    assert len({(k.earlier.id, k.later.id) for k in used}) == len(used)
    assert bool(chains) is bool(links)
    for chain in chains:
        assert len(set(chain.keys)) == len(chain.keys)
        for before, after in zip(chain.links, chain.links[1:], strict=False):
            assert before.later.quote.key == after.earlier.quote.key
        (left,) = chain.left
        assert left.quote.key == chain.keys[-1]
        assert left.role == "limitation"
    assert len({chain.id for chain in chains}) == len(chains)


def test_the_longest_way_through_time_is_the_first_chain() -> None:
    papers = papers_of("2019", "2020", "2021")
    chains = find_chains(papers, links_of(papers), [s for p in papers for s in statements(p)])
    assert chains[0].keys == ("p0", "p1", "p2")
