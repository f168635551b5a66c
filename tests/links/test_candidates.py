import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.links import candidates
from survey.links.candidates import propose
from survey.records import Paper, is_later
from tests.fakes import HashingEmbedder
from tests.stating import paper, statements
from tests.test_records import DATES

TOPICS = ("rain noise and frog calls", "ageing of lithium batteries", "glaciers of the Alps", "bread from old wheat")


def papers_of(dates: list[str]) -> list[Paper]:
    texts = (f"{TOPICS[n % 4].capitalize()} are studied. A method for {TOPICS[n % 4]} is proposed. It works." for n in range(len(dates)))
    return [paper(f"p{n:03}", text, f"On {TOPICS[n % 4]}", date) for n, (text, date) in enumerate(zip(texts, dates, strict=True))]


def proposed(papers: list[Paper], most: int = 10) -> dict[str, list[str]]:
    said = [s for p in papers for s in statements(p, ("improvable", "purpose", "result"))]
    return {key: [other.key for other in found] for key, found in propose(papers, said, HashingEmbedder(), most).items()}


@settings(max_examples=40, deadline=None)
@given(st.lists(DATES, max_size=12))
def test_all_that_is_surely_later_is_proposed_and_nothing_else(dates: list[str]) -> None:
    papers = papers_of(dates)
    found = proposed(papers, most=len(papers) + 1)
    for earlier in papers:
        later = {other.key for other in papers if is_later(other.date, earlier.date)}
        assert set(found[earlier.key]) == later
        assert len(found[earlier.key]) == len(later)


def test_papers_of_the_same_matter_come_first() -> None:
    papers = papers_of([str(2000 + n) for n in range(12)])
    for n, found in enumerate(proposed(papers, most=2).values()):
        same = [f"p{m:03}" for m in range(n + 1, 12) if m % 4 == n % 4]
        assert len(found) == min(2, 11 - n)
        assert set(found[: len(same)]) <= set(same)


@given(st.randoms(use_true_random=False))
def test_the_order_of_papers_changes_nothing(rng: random.Random) -> None:
    papers = papers_of(["2019", "2020-03", "2020", "2021", "", "2022-01-05"])
    assert proposed(rng.sample(papers, len(papers))) == proposed(papers)


def test_a_collection_of_many_blocks_gives_what_one_block_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = papers_of([f"{2000 + n}" for n in range(11)])
    whole = proposed(papers)
    monkeypatch.setattr(candidates, "_ROWS", 3)
    assert proposed(papers) == whole


def test_few_and_wordless_papers_have_no_successors_or_any() -> None:
    assert proposed([]) == {}
    assert proposed(papers_of(["2019"])) == {"p000": []}
    mute = [paper("a", "", "", "2019"), paper("b", "", "", "2020")]
    assert propose(mute, [], HashingEmbedder())["b"] == []
