from survey.gaps import find_gaps
from survey.records import Answered, Issue, Link, LinkKind, Status
from tests.growing import issue_of, link
from tests.stating import paper, statements

TEXT = "Rain noise masks frog calls. A denoiser is proposed. It detects frogs in rain. Toads remain untested."
PAPERS = [paper(key, TEXT, date=date) for key, date in (("a", "2018"), ("b", "2016"), ("c", "2020"), ("d", ""))]
SAID = {p.key: statements(p) for p in PAPERS}


def raised(*keys: str, status: Status = "open", answers: tuple[Answered, ...] = ()) -> Issue:
    return issue_of(*(SAID[key][0] for key in keys)).model_copy(update={"status": status, "answers": answers})


def answer(later: str, kind: LinkKind, score: float, issue: str = "") -> Link:
    return link(SAID["a"][0], SAID[later][2], kind, issue).model_copy(update={"score": score})


def test_what_is_resolved_is_no_gap() -> None:
    assert find_gaps([raised("a", status="resolved")], [], PAPERS) == []
    assert [gap.status for gap in find_gaps([raised("a", status="disputed"), raised("b", status="partly")], [], PAPERS)] == [
        "partly",
        "disputed",
    ]


def test_what_most_papers_raise_comes_first_then_the_oldest_and_undated_papers_last() -> None:
    gaps = find_gaps([raised("d"), raised("a"), raised("c", "d"), raised("b")], [], PAPERS)
    assert [(gap.raised, gap.since) for gap in gaps] == [(("c", "d"), 2020), (("b",), 2016), (("a",), 2018), (("d",), None)]


def test_who_raised_it_is_told_from_the_first_on() -> None:
    (gap,) = find_gaps([raised("d", "c", "a", "b").model_copy(update={"first_raised": "b"})], [], PAPERS)
    assert gap.raised == ("b", "a", "c", "d")
    assert gap.quote == SAID["d"][0].quote  # the plainest


def test_the_nearest_attempts_are_answers_in_part_then_whoever_works_on_the_task() -> None:
    issue = raised("a", status="partly", answers=(Answered(key="c", kind="partly_resolves", quote=SAID["c"][2].quote),))
    links = [
        answer("b", "inherits", 0.9),
        answer("c", "inherits", 0.8),
        answer("d", "contradicts", 0.9, issue.id),
    ]
    (gap,) = find_gaps([issue], links, PAPERS)
    assert [(near.key, near.kind, near.quote) for near in gap.nearest] == [
        ("c", "partly_resolves", SAID["c"][2].quote),
        ("b", "inherits", SAID["b"][2].quote),
    ]
    assert find_gaps([raised("b")], links, PAPERS)[0].nearest == ()
