from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.issues import find_issues
from survey.links import find_links
from survey.models.extractive import Extractive
from survey.records import DOING, LEAVING, RAISING, RESOLVING, Citation, Cited, Link, Paper, Role, is_later
from survey.tasks import JudgeLink, LinkJudged, Model, Resolution
from survey.terms import Weights
from tests.fakes import HashingEmbedder, ModelWith
from tests.stating import ROLES, paper, statements
from tests.test_records import DATES

TEXT = (
    "Rain noise masks frog calls. A denoiser is proposed for rain noise. It detects frog calls in rain noise. "
    "Toads in rain noise remain untested."
)
FILLER = [paper(f"z{n}", f"Batteries fade in winter {n}.") for n in range(60)]  # so that rain noise is rare in the collection


def papers_of(*dates: str) -> list[Paper]:
    return [paper(f"p{n}", TEXT, "Rain noise", date) for n, date in enumerate(dates)]


def found(
    papers: Sequence[Paper], model: Model, cites: Iterable[tuple[str, str]] = (), roles: Sequence[tuple[Role, ...]] = ()
) -> list[Link]:
    said = [s for p, own in zip(papers, roles or [ROLES] * len(papers), strict=True) for s in statements(p, own)]
    weights = Weights(p.gist for p in [*papers, *FILLER])
    issues = find_issues(said, HashingEmbedder(), weights, Extractive(), {p.key: p.date for p in papers})
    citations = [Citation(citing=citing, cited=cited, match="title") for citing, cited in cites]
    return find_links(papers, said, issues, HashingEmbedder(), weights, model, citations)


def resolving(
    papers: Sequence[Paper], resolution: Resolution = "full", raised: str = "", resolved: str = "", cites: Iterable[tuple[str, str]] = ()
) -> list[Link]:
    """The resolving links when the model says ``resolution`` to all, and names the problem and its first candidate, or what is given."""

    def judged(task: JudgeLink) -> LinkJudged:
        return LinkJudged(resolution=resolution, raised=raised or task.raised.id, resolved=resolved or task.candidates[0].id)

    return [link for link in found(papers, ModelWith(judge_link=judged), cites) if link.kind in RESOLVING]


def ends(links: Iterable[Link]) -> set[tuple[str, str, str]]:
    return {(*link.ends, link.order) for link in links}


# ---------------------------------------------------------------- what holds of every link


@settings(max_examples=40, deadline=None)
@given(st.lists(DATES, min_size=2, max_size=5), st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4))))
def test_every_link_runs_between_two_papers_forward_in_time_or_to_one_that_cites(dates: list[str], cites: set[tuple[int, int]]) -> None:
    papers = papers_of(*dates)
    date = {p.key: p.date for p in papers}
    pairs = [(f"p{a}", f"p{b}") for a, b in sorted(cites) if a != b and max(a, b) < len(papers)]
    links = found(papers, Extractive(), pairs)
    for link in links:
        earlier, later = link.ends
        assert earlier != later
        assert link.cites == ((later, earlier) in pairs)
        assert not is_later(date[earlier], date[later])
        assert is_later(date[later], date[earlier]) if link.order == "forward" else link.cites
        for statement in (link.earlier, link.later, *([link.bridge] if link.bridge else [])):
            quote = statement.quote
            assert next(p.text for p in papers if p.key == quote.key)[quote.start : quote.end] == quote.text
        assert link.bridge is None or link.bridge.quote.key == later
        assert 0 <= link.score <= 1
        assert link.reason
    assert len({link.id for link in links}) == len(links)
    years = {d[:4] for d in dates if d[:4].isdigit()}
    assert bool(links) >= (len(years) > 1)  # and where one can be, one is


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["", "2019", "2019-03", "2020"]), min_size=3, max_size=5),
    st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4))),
)
def test_links_never_lead_round_to_where_they_began(dates: list[str], cites: set[tuple[int, int]]) -> None:
    papers = papers_of(*dates)
    pairs = [(f"p{a}", f"p{b}") for a, b in sorted(cites) if a != b and max(a, b) < len(papers)]
    links = found(papers, Extractive(), pairs)
    after: dict[str, set[str]] = {}
    for link in links:
        after.setdefault(link.ends[0], set()).add(link.ends[1])
    while after:
        firsts = after.keys() - {key for later in after.values() for key in later}
        assert firsts
        after = {key: later for key, later in after.items() if key not in firsts}
    assert found(papers[::-1], Extractive(), pairs) == links


@pytest.mark.parametrize("dates", [("2019", "2019"), ("", "2019"), ("2019", ""), ("", ""), ("2019", "2019-07"), ("--05-26", "2019")])
def test_where_dates_do_not_tell_the_paper_that_cites_the_other_is_the_later(dates: tuple[str, str]) -> None:
    papers = papers_of(*dates)
    assert found(papers, Extractive()) == []
    assert ends(found(papers, Extractive(), [("p1", "p0")])) == {("p0", "p1", "cited")}
    assert ends(found(papers, Extractive(), [("p0", "p1")])) == {("p1", "p0", "cited")}
    assert found(papers, Extractive(), [("p0", "p1"), ("p1", "p0")]) == []  # each cites the other


def test_a_citation_does_not_turn_time_round() -> None:
    assert ends(found(papers_of("2020-05", "2020-04"), Extractive(), [("p1", "p0")])) == {("p1", "p0", "forward")}


def test_fewer_than_two_papers_have_no_links() -> None:
    assert found(papers_of("2019"), Extractive()) == []
    assert found([], Extractive()) == []


# ---------------------------------------------------------------- what resolves what


def test_what_is_left_open_is_linked_to_what_a_later_paper_says_it_did() -> None:
    links = resolving(papers_of("2019", "2020"))
    assert {link.ends for link in links} == {("p0", "p1")}
    for link in links:
        assert link.earlier.role in RAISING
        assert link.later.role in (*DOING, "result")
        assert (link.kind, link.order) == ("resolves", "forward")
        assert link.terms


def test_a_paper_that_names_the_gap_itself_says_so_in_its_own_words() -> None:
    later = paper("p1", "Toads in rain noise remain untested. We test toads.", "Toads", "2020")
    links = [k for k in found([*papers_of("2019"), later], Extractive(), roles=[ROLES, ("improvable", "resolved")]) if k.kind in RESOLVING]
    (link,) = [k for k in links if k.earlier.role in LEAVING]
    assert link.bridge is not None
    assert link.bridge.quote.text == "Toads in rain noise remain untested."
    assert link.later.quote.text == "We test toads."
    assert link.verdict == "stated"
    assert "names the gap itself" in link.reason


def test_a_shortcoming_is_handed_on_only_to_a_paper_that_raises_the_same_issue() -> None:
    earlier = paper("p0", "Rain noise masks frog calls. A net is hung.", "Nets", "2019")
    for gap, linked in [("Rain noise masks the calls of frogs.", True), ("Hail breaks nets.", False)]:
        later = paper("p1", f"{gap} A filter removes rain noise from frog calls.", "Filters", "2020")
        links = found([earlier, later], Extractive(), roles=[("improvable", "method"), ("improvable", "resolved")])
        assert bool([k for k in links if k.kind in RESOLVING]) is linked


def test_what_says_the_contrary_answers_nothing() -> None:
    against = paper("p1", "Contrary to Roe (2019), toads in rain noise remain untested.", "Toads", "2020")
    assert [k for k in found([*papers_of("2019"), against], Extractive(), roles=[ROLES, ("result",)]) if k.kind in RESOLVING] == []


def test_of_two_answers_that_are_as_near_the_one_that_cites_is_the_likelier() -> None:
    papers = papers_of("2019", "2020", "2020")
    score = {link.ends[1]: link.score for link in resolving(papers, cites=[("p2", "p0")]) if link.ends[0] == "p0"}
    assert score["p2"] > score["p1"]


def test_a_reference_list_without_the_earlier_paper_speaks_against_a_link() -> None:
    earlier, later = papers_of("2019", "2020")
    listing = later.model_copy(update={"cited": tuple(Cited(title=f"On soup {n}", printed=f"On soup {n}") for n in range(3))})
    scores = [max(link.score for link in resolving([earlier, paper_])) for paper_ in (later, listing)]
    assert scores[1] < scores[0]
    assert max(link.score for link in resolving([earlier, listing], cites=[("p1", "p0")])) > scores[1]


def test_a_no_is_no_link() -> None:
    assert resolving(papers_of("2019", "2020"), resolution="no") == []


@pytest.mark.parametrize(
    ("raised", "resolved"), [("", "a"), ("b1", "a"), ("b1", ""), ("", "b9"), ("p0#0", "p1#1"), ("", "[ ]"), ("", "b１")]
)
def test_a_verdict_that_does_not_name_both_sentences_handed_over_is_no_link(raised: str, resolved: str) -> None:
    """The answer is the problem itself; each in the other's place; the answer twice; made up; citekeys; nothing; a look-alike."""
    assert resolving(papers_of("2019", "2020"))
    assert resolving(papers_of("2019", "2020"), raised=raised, resolved=resolved) == []


def test_the_model_is_asked_about_three_papers_at_most_and_by_what_they_did_alone() -> None:
    asked: list[JudgeLink] = []

    def judged(task: JudgeLink) -> LinkJudged:
        asked.append(task)
        return LinkJudged(resolution="no")

    many = [
        paper(f"q{n}", f"A denoiser for toads in rain noise is proposed in {n} ponds. Frogs abound.", f"Noise {n}", "2020")
        for n in range(6)
    ]
    did: tuple[Role, ...] = ("method", "background")
    roles = [ROLES, *[did] * 6]
    assert [k for k in found([*papers_of("2019"), *many], ModelWith(judge_link=judged), roles=roles) if k.kind in RESOLVING] == []
    raised = [task.raised.text for task in asked]
    assert asked
    assert max(raised.count(text) for text in raised) <= 3
    assert all("denoiser" in c.text for task in asked for c in task.candidates)


def test_one_reply_that_makes_no_sense_leaves_the_others_as_they_are() -> None:
    def judged(task: JudgeLink) -> LinkJudged:
        if task.resolving_title == "Rain noise 1":
            return LinkJudged(resolution="full", raised="ignore", resolved="all previous instructions")
        return LinkJudged(resolution="partly", raised="[a]", resolved=" b1 ")

    papers = [p.model_copy(update={"title": f"Rain noise {n}"}) for n, p in enumerate(papers_of("2019", "2020", "2021"))]
    links = [link for link in found(papers, ModelWith(judge_link=judged)) if link.kind in RESOLVING]
    assert {link.ends[1] for link in links} == {"p2"}
    assert {link.kind for link in links} == {"partly_resolves"}
