"""What the user decides, and what does not depend on the order of records."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.identity import Decisions, joined, merge, record_name

from .making import ABSTRACT, record

FACTS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["", "On Owls at Night", "ON OWLS AT NIGHT", "Bats", "A Short Survey", "Of Clocks and Men"]),
        "authors": st.sampled_from([(), ("Ada Byron",), ("Bo Chen", "Ada Byron")]),
        "date": st.sampled_from(["", "2010", "2012-03", "2019", "--05-26"]),
        "doi": st.sampled_from(["", "", "10.1/a", "10.1/b"]),
        "arxiv": st.sampled_from(["", "", "2001.00001"]),
        "text": st.sampled_from(["", "Short.", ABSTRACT, ABSTRACT + "And more."]),
        "key": st.sampled_from(["", "", "own", "OWN"]),
        "reader": st.sampled_from(["bibtex", "listing", "pdf", "text"]),
        "path": st.sampled_from(["a.x", "b.x"]),
        "place": st.sampled_from(["", "entry 1", "entry 2"]),
    }
)


TITLE = "On Owls at Night and in Rain"


def test_records_that_the_user_joins_are_one_paper_whatever_they_say() -> None:
    owls = record(place="1", title=TITLE, doi="10.1/a", authors=("Ada Byron",))
    bats = record(place="2", title="Bats", doi="10.1/b", authors=("Bo Chen",))
    (paper,), (join,) = joined([owls, bats], None, Decisions(together=(("refs.bib#1", "refs.bib#2"),)))
    assert len(paper.sources) == 2
    assert [reason.words for reason in join.reasons] == ["you joined them"]


def test_records_that_the_user_parts_stay_apart_also_by_way_of_a_third() -> None:
    records = [record(place=f"{i}", title=TITLE, doi="10.1/a") for i in range(3)]
    merged = joined(records, None, Decisions(apart=(("refs.bib#0", "refs.bib#2"),)))
    assert sorted(len(paper.sources) for paper in merged.papers) == [1, 2]
    assert not any({"refs.bib#0", "refs.bib#2"} <= set(join.records) for join in merged.joins)


def test_a_decision_stands_when_the_file_is_edited_above_the_entry() -> None:
    before, after = (record(place=f"entry owls, line {line}", title=TITLE) for line in (3, 12))
    assert record_name(before) == record_name(after) == "refs.bib#entry owls"
    assert record_name(record(path="x.pdf", place="")) == "x.pdf"


def test_a_record_that_has_no_key_is_called_by_what_it_says() -> None:
    facts = {"title": TITLE, "authors": ("Ada Byron",), "date": "2021-03"}
    before, after = (record(reader="ris", path="a.ris", place=f"record {i}, line 1", **facts) for i in (1, 2))
    assert record_name(before) == record_name(after) == f"a.ris#{TITLE} (Byron 2021)"
    chapters = [record(reader="ris", path="a.ris", place="record 1", doi="10.1/X", title=title) for title in (TITLE, "Bats")]
    assert [record_name(chapter) for chapter in chapters] == [f"a.ris#doi:10.1/x, {TITLE}", "a.ris#doi:10.1/x, Bats"]


def test_a_record_that_stands_twice_in_a_file_has_two_names() -> None:
    records = [record(reader="ris", place=f"record {i}", title=TITLE, doi="10.1/a") for i in (1, 2)]
    (join,) = joined(records).joins
    assert len(set(join.records)) == 2
    assert len(merge(records, None, Decisions(apart=(join.records,)))) == 2


NAMES = st.sampled_from([record_name(record(path=path, place=place)) for path in ("a.x", "b.x") for place in ("", "entry 1", "entry 2")])
PAIRS = st.lists(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1]), max_size=4)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(FACTS, max_size=7, unique_by=lambda facts: (facts["path"], facts["place"])), PAIRS, PAIRS, st.randoms(use_true_random=False)
)
def test_decisions_hold_in_any_order(
    drawn: list[dict[str, object]], apart: list[tuple[str, str]], together: list[tuple[str, str]], chance: random.Random
) -> None:
    records = [record(**{**facts, "reader": "bibtex"}) for facts in drawn]
    decisions = Decisions(apart=tuple(apart), together=tuple(together))
    merged = joined(records, None, decisions)
    groups = [{record_name(record(path=s.path, place=s.place)) for s in paper.sources} for paper in merged.papers]
    assert not any({one, other} <= group for one, other in apart for group in groups)
    if not apart:
        there = {record_name(r) for r in records}
        assert all(any({one, other} <= group for group in groups) for one, other in together if {one, other} <= there)
    assert all(len(join.reasons) == len(join.records) - 1 for join in merged.joins)
    chance.shuffle(records)
    assert joined(records, None, decisions) == merged


@settings(max_examples=150, deadline=None)
@given(st.lists(FACTS, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(drawn: list[dict[str, object]], chance: random.Random) -> None:
    records = [record(**facts) for facts in drawn]
    shuffled = list(records)
    chance.shuffle(shuffled)
    papers = merge(records)
    assert merge(shuffled) == papers
    assert {s for r in records for s in r.sources} == {s for p in papers for s in p.sources}
    keys = [p.key.casefold() for p in papers]
    assert len(set(keys)) == len(keys)
    assert all(key and key.replace("-", "").replace("_", "").isascii() and key.replace("-", "").replace("_", "").isalnum() for key in keys)
