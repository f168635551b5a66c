"""How a paper is called."""

from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey.identity import Decisions, identities, joined, made_key, merge
from survey.identity.keys import safe_key
from survey.records import Sentence
from survey.render.draft import read_draft
from survey.render.markdown import sentence_markdown
from survey.render.text import citekey

from .making import record


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"title": "Deep Transfer Learning for Sleep", "authors": ("Huy Phan",), "date": "2019-04-11"}, "phanDeepTransferLearning2019"),
        ({"title": "Attention Is All You Need", "authors": ("Ashish Vaswani",), "date": "2017"}, "vaswaniAttentionAllYou2017"),
        ({"title": "BERT: Pre-training of Deep Models", "authors": ("Jacob Devlin",), "date": "2019"}, "devlinBERTPretrainingDeep2019"),
        ({"title": "Language Models are Few-Shot Learners", "authors": ("Tom B. Brown",), "date": "2020"}, "brownLanguageModelsAre2020"),
        ({"title": "On Owls", "authors": ("Müller, Jörg",), "date": "2020"}, "mullerOwls2020"),
        ({"title": "Über Eulen", "authors": ("Jörg Müller",)}, "mullerUberEulen"),
        ({"title": "Gated Nets", "authors": ("Aaron van den Oord",), "date": "--05-26"}, "vandenoordGatedNets"),
        ({"title": "", "arxiv": "2203.06760", "date": "2022"}, "arxiv220306760"),
        ({"title": "", "note": "We study how owls find mice"}, "westudyhowowlsfindmice"),
        ({"title": "Ночные совы", "authors": ("Юрий Ёлкин",), "date": "2020"}, "elkinNochnyeSovy2020"),
        ({"title": "RETRACTED: <i>Owls</i> &amp; Bats", "date": "2020"}, "OwlsBats2020"),
        ({"title": "猫头鹰"}, "untitled"),
        ({"title": "", "note": "本文在2019年研究猫头鹰", "date": "2020"}, "untitled2020"),
        ({"title": "猫头鹰 2019"}, "untitled"),
    ],
)
def test_made_keys(facts: dict[str, object], key: str) -> None:
    assert made_key(record(**facts)) == key


def test_a_key_made_fresh_by_its_reader_gives_way_to_the_one_it_was_made_of() -> None:
    first, again = (record(place=k, key=k, title="Something of its own here") for k in ("owls", "owlsa"))
    assert [paper.key for paper in merge([again, first])] == ["owls"]


def test_keys_are_unique_also_without_case_and_own_keys_go_first() -> None:
    own = record(place="1", key="phanOwls2019", title="Something of its own here")
    made = record(place="2", title="Owls", authors=("Huy Phan",), date="2019")
    odd = record(place="3", key="DBLP:conf/owls/19", title="Another thing of its own")
    shouted = record(place="4", key="PHANOWLS2019", title="A third thing of its own")
    papers = {paper.title: paper.key for paper in merge([shouted, odd, made, own])}
    assert papers["Another thing of its own"] == "DBLP:conf/owls/19"
    assert len({key.casefold() for key in papers.values()}) == 4
    assert papers["Owls"] == "phanOwls2019b"
    assert sorted(papers.values()) == [p.key for p in merge([own, made, odd, shouted])]


def test_known_keys_are_kept_and_given_to_no_other() -> None:
    first = record(place="1", title="Owls of the North", authors=("Ada Byron",), date="2019")
    (paper,) = merge([first])
    known = dict.fromkeys(identities(paper), "mine")
    late = record(place="2", key="mine", title="Owls of the South")
    papers = {p.title: p.key for p in merge([late, first], known)}
    assert papers == {"Owls of the North": "mine", "Owls of the South": "minea"}


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ("DBLP:conf/acl/Foo17", "DBLP:conf/acl/Foo17"),
        ("müller2019", "müller2019"),
        ("mu\u0308ller2019", "müller2019"),
        ("smith+2019a", "smith+2019a"),
        ("10.1000/182", "10.1000/182"),
        ("иванов_2019", "иванов_2019"),
        ("smith--2019", "smith-2019"),
        ("a b@c;d", "a-b-c-d"),
        ("key.", "key"),
        ("[]", ""),
    ],
)
def test_the_users_keys_stay_where_every_tool_can_carry_them(own: str, kept: str) -> None:
    assert safe_key(own) == kept


@given(st.text(max_size=12))
@example("a_:b")
@example("_a_")
def test_a_kept_key_goes_through_a_draft_and_back(own: str) -> None:
    key = safe_key(own)
    if key:
        assert citekey(key) == key == safe_key(key)
        (sentence,) = read_draft(sentence_markdown(Sentence(kind="claim", text="Owls hunt.", cites=(key,), verdict="supported")))
        assert sentence.citekeys == (key,)


@pytest.mark.parametrize("long", ["_" * 400_000, "a" + "_" * 400_000 + "!", "a_-" * 100_000])
def test_a_key_of_any_length_is_cut_at_once(long: str) -> None:
    start = perf_counter()
    assert len(safe_key(long)) <= 200
    assert len(citekey(long)) <= 250
    assert perf_counter() - start < 1


def test_long_keys_that_begin_alike_stay_apart() -> None:
    papers = merge([record(place=f"{i}", key="k" * 300 + f"{i}", title=f"Owl number {i} of the north") for i in range(3)])
    assert len({citekey(paper.key) for paper in papers}) == 3


def test_further_papers_change_no_key() -> None:
    """Not even those of two papers of one name that the user told apart; but a key of the user's own goes before one that was made."""
    one, two = (record(place=p, title="Owls of the North", authors=("Ada Byron",), date="2019") for p in ("1", "2"))
    apart = Decisions(apart=(("refs.bib#1", "refs.bib#2"),))
    before = joined([one, two], None, apart).papers
    known = {identity: paper.key for paper in before for identity in identities(paper)}
    own = record(path="late.bib", place="entry", key="mine", title="Owls of the North", authors=("A. Byron",), date="2019", doi="10.1/a")
    third = record(path="late.bib", place="other", title="Owls of the North", authors=("Cy Dee",), date="2019")
    after = joined([third, own, two, one], known, apart).papers
    key_of = {source: paper.key for paper in after for source in paper.sources}
    assert key_of[one.sources[0]] == key_of[own.sources[0]] == "mine"
    assert key_of[two.sources[0]] == next(p.key for p in before if two.sources[0] in p.sources)
    assert len({paper.key for paper in after}) == 3
