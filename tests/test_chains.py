from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from survey.chains import LONGEST, find_chains
from survey.records import Chain, Issue, Link, LinkKind
from tests.stating import paper, statements

KEYS = [f"p{n:02}" for n in range(12)]
SAID = {
    key: statements(paper(key, f"{key} is hard. It is tried. It is solved. It is slow.", date=str(2000 + n))) for n, key in enumerate(KEYS)
}
STATEMENTS = [s for own in SAID.values() for s in own]


def link(earlier: str, later: str, score: float = 0.5, kind: LinkKind = "resolves") -> Link:
    one, two = SAID[earlier][3], SAID[later][2]
    return Link(id=f"{kind}:{one.id}>{two.id}", kind=kind, earlier=one, later=two, issue=one.id, score=score)


def chains_of(*pairs: tuple[str, str] | tuple[str, str, float], issues: Sequence[Issue] = ()) -> list[Chain]:
    return find_chains([link(*pair) for pair in pairs], STATEMENTS, issues)


def ways(chain: Chain) -> set[tuple[str, ...]]:
    return {(path[0].ends[0], *(step.ends[1] for step in path)) for path in chain.paths}


def test_a_chain_goes_from_issue_to_answer_to_the_issue_that_this_leaves() -> None:
    (chain,) = chains_of(("p00", "p01"), ("p01", "p02"))
    assert ways(chain) == {("p00", "p01", "p02")}
    assert [s.id for s in chain.left] == ["p02#3"]


def test_branches_are_kept_and_each_end_says_what_it_leaves() -> None:
    (chain,) = chains_of(("p00", "p01"), ("p01", "p02"), ("p01", "p03"), ("p00", "p04"))
    assert ways(chain) == {("p00", "p01", "p02"), ("p00", "p01", "p03"), ("p00", "p04")}
    assert {s.quote.key for s in chain.left} == {"p02", "p03", "p04"}


def test_a_paper_hangs_on_the_one_whose_issue_it_answers_best_and_the_rest_is_a_chain_of_its_own() -> None:
    chains = chains_of(("p00", "p02", 0.4), ("p01", "p02", 0.9))
    assert [ways(chain) for chain in chains] == [{("p01", "p02")}, {("p00", "p02")}]


def test_two_links_of_the_same_papers_are_told_once() -> None:
    second = link("p00", "p01", 0.4).model_copy(update={"id": "other", "issue": "other"})
    (chain,) = find_chains([link("p00", "p01"), second], STATEMENTS)
    assert [step.id for step in chain.links] == ["resolves:p00#3>p01#2"]


def test_a_way_of_more_than_six_papers_goes_on_in_another_chain() -> None:
    chains = chains_of(*pairwise(KEYS[:9]))
    assert [ways(chain) for chain in chains] == [{tuple(KEYS[:6])}, {tuple(KEYS[5:9])}]


def test_only_links_that_resolve_make_chains() -> None:
    kinds: tuple[LinkKind, ...] = ("raises", "inherits", "restates", "contradicts", "causes")
    assert find_chains([link("p00", "p01", kind=kind) for kind in kinds], STATEMENTS) == []
    (chain,) = find_chains([link("p00", "p01", kind="partly_resolves")], STATEMENTS)
    assert chain.keys == ("p00", "p01")


def test_what_is_left_is_still_open_if_there_is_such() -> None:
    one, other = SAID["p01"][3], SAID["p01"][0].model_copy(update={"role": "future_work", "weight": 0.9})
    said = [*STATEMENTS, other]
    assert find_chains([link("p00", "p01")], said)[0].left == (other,)
    done = Issue(id="x", label="x", statements=(other,), status="resolved")
    assert find_chains([link("p00", "p01")], said, [done])[0].left == (one,)


PAIRS = st.sets(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.sampled_from([0.1, 0.5, 0.9])).filter(lambda p: p[0] < p[1]),
    max_size=40,
)


def links_of(pairs: Iterable[tuple[int, int, float]]) -> list[Link]:
    best: dict[tuple[int, int], float] = {}
    for a, b, score in pairs:
        best[a, b] = max(score, best.get((a, b), 0.0))
    return [link(KEYS[a], KEYS[b], score) for (a, b), score in sorted(best.items())]


@given(PAIRS)
def test_chains_are_trees_that_tell_a_paper_once_in_two_to_six_steps(pairs: set[tuple[int, int, float]]) -> None:
    links = links_of(pairs)
    chains = find_chains(links, STATEMENTS)
    used = [step.id for chain in chains for step in chain.links]
    assert len(used) == len(set(used))
    told = [set(chain.keys) for chain in chains]
    assert all(step.id in used or any(keys.issuperset(step.ends) for keys in told) for step in links)
    for chain in chains:
        assert max(Counter(step.ends[1] for step in chain.links).values()) == 1
        assert chain.links[0].ends[0] not in {step.ends[1] for step in chain.links}
        assert all(2 <= len(way) <= LONGEST and len(set(way)) == len(way) for way in ways(chain))
        known = {chain.links[0].ends[0]}
        for step in chain.links:
            assert step.ends[0] in known
            known.add(step.ends[1])
    assert find_chains(links[::-1], STATEMENTS[::-1]) == chains
    weight = [round(sum(step.score for step in chain.links), 6) for chain in chains]
    assert weight == sorted(weight, reverse=True)
    assert len({chain.id for chain in chains}) == len(chains)
