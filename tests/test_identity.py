"""Which records are one paper, what is kept of each, and how the paper is called."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.identity import identities, made_key, merge
from survey.records import Page, Paper, Part

ABSTRACT = "We measure forty owls in the dark of the night and find that the error of a strike falls by a third when the rain is loud. " * 2


def record(reader: object = "bibtex", path: object = "refs.bib", place: object = "entry 1", **facts: object) -> Paper:
    text = str(facts.get("text", ""))
    parts = (Part(heading="", kind="abstract", start=0, end=len(text)),) if text and "parts" not in facts else ()
    return Paper.model_validate({"parts": parts, "sources": ({"path": path, "place": place, "reader": reader},), **facts})


def together(*records: Paper) -> bool:
    return len(merge(records)) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"title": "On Owls at Night", "doi": "10.1/a"}, {"title": "Owls", "doi": "10.1/a"}, True),
        ({"title": "On Owls at Night", "arxiv": "2001.00001"}, {"title": "Owls", "arxiv": "2001.00001v3"}, True),
        ({"title": "On Owls", "pmid": "7"}, {"title": "Owls", "pmid": "7"}, True),
        ({"title": "On Owls at Night"}, {"title": "ON OWLS, at  night!"}, True),
        ({"title": "On Owls at Night"}, {"title": "On Owls at Noon"}, False),
        ({"title": "On Owls at Night", "authors": ("Ada Byron",)}, {"title": "On Owls at Night", "authors": ("Bo Chen",)}, False),
        ({"title": "On Owls at Night", "authors": ("Aaron van den Oord",)}, {"title": "On Owls at Night", "authors": ("A. Oord",)}, True),
        ({"title": "On Owls at Night", "authors": ("Jörg Müller",)}, {"title": "On Owls at Night", "authors": ("J. Muller",)}, True),
        ({"title": "On Owls at Night", "date": "2010"}, {"title": "On Owls at Night", "date": "2013"}, False),
        ({"title": "On Owls at Night", "date": "2010"}, {"title": "On Owls at Night", "date": "2012-05"}, True),
        ({"title": "On Owls at Night", "date": "2010"}, {"title": "On Owls at Night", "date": "--05-26"}, True),
        ({"title": "Editorial"}, {"title": "Editorial"}, False),
        ({"title": "Editorial", "authors": ("Ada Byron",)}, {"title": "Editorial", "authors": ("Ada Byron",)}, True),
        ({"title": "1 Your Chapter", "text": ABSTRACT}, {"title": "1 Your Chapter", "text": "Another " + ABSTRACT}, False),
        ({"title": "A Short Survey"}, {"title": "A Short Survey", "authors": ("Ada Byron",)}, False),
        ({"title": "A Short Survey", "date": "2019"}, {"title": "A Short Survey", "authors": ("Ada Byron",), "date": "2019-03"}, True),
        (
            {"title": "A Short Survey", "date": "2019", "text": ABSTRACT},
            {"title": "A Short Survey", "date": "2019", "text": "Another " + ABSTRACT},
            False,
        ),
        ({"title": "On Owls at Night", "text": ABSTRACT}, {"title": "", "text": ABSTRACT.upper()}, True),
        ({"title": "On Owls at Night", "text": "Short."}, {"title": "", "text": "Short."}, False),
        ({"title": "", "text": ABSTRACT}, {"title": "", "text": "Another " + ABSTRACT}, False),
    ],
)
def test_what_is_one_paper(one: dict[str, object], other: dict[str, object], same: bool) -> None:
    a, b = record(place="entry 1", **one), record(place="entry 2", **other)
    assert together(a, b) is same
    assert together(b, a) is same


def test_two_papers_of_one_title_stay_apart_and_a_bare_record_joins_neither() -> None:
    title = "On Owls at Night"
    ada, bo, bare = (record(place=str(i), title=title, authors=a) for i, a in enumerate([("Ada Byron",), ("Bo Chen",), ()]))
    assert len(merge([ada, bo, bare])) == 3
    assert len(merge([ada, bare])) == 1


def test_a_text_beside_its_pdf_is_the_same_paper_even_when_its_title_was_misread() -> None:
    words = (
        "Owls hunt at night while their mice listen carefully behind stone walls near quiet rivers where tall grasses shelter many "
        "little burrows from rain wind snow"
    )
    clocks = (
        "Entirely different content about clocks which were built without springs using water pressure alone inside ancient towers "
        "standing along northern coasts during harsh winters"
    )
    pdf = record("pdf", "a/P1.pdf", "", title="On Owls at Night", text=words * 3)
    text = record("text", "a/P1.reference.txt", "", title="", text=words)
    elsewhere = record("text", "b/P1.txt", "", title="", text=words)
    other = record("text", "a/P1.txt", "", title="", text=clocks)
    assert together(pdf, text)
    assert len(merge([pdf, elsewhere])) == 2
    assert len(merge([pdf, other])) == 2


def test_facts_come_from_the_most_trusted_and_the_text_from_the_fullest() -> None:
    authors = ("Ada Byron", "Bo Chen")
    bib = record("bibtex", key="byron2020owls", title="On Owls at {Night}", authors=authors, date="2020", doi="10.1/a", text="Short.")
    pdf = record("pdf", "x.pdf", "", title="ON OWLS AT NIGHT", authors=("Ada Byron",), date="2020-03", text="A long text. " * 50,
                 pages=(Page(number=1, start=0, end=650),))  # fmt: skip
    text = record("text", "x.txt", "", title="On Owls at Night", text="A long text. " * 55)
    (paper,) = merge([text, pdf, bib])
    assert (paper.key, paper.title, paper.authors) == ("byron2020owls", "On Owls at {Night}", ("Ada Byron", "Bo Chen"))
    assert (paper.date, paper.doi) == ("2020-03", "10.1/a")
    assert paper.text == pdf.text and paper.pages == pdf.pages and paper.parts == pdf.parts
    assert [s.path for s in paper.sources] == ["refs.bib", "x.pdf", "x.txt"]


def test_a_shortened_list_of_authors_gives_way_to_the_full_one() -> None:
    listing = record("listing", "p.txt", title="On Owls at Night", authors=("Ada Byron", "Bo Chen"), more_authors=True)
    pdf = record("pdf", "x.pdf", "", title="On Owls at Night", authors=("A. Byron", "B. Chen", "C. Young"))
    (paper,) = merge([listing, pdf])
    assert (paper.authors, paper.more_authors) == (("A. Byron", "B. Chen", "C. Young"), False)


def test_the_words_that_stood_for_a_title_go_when_there_is_one() -> None:
    page = record("listing", "page.txt", note="We measure forty owls in the …", text=ABSTRACT)
    listing = record("listing", "list.txt", title="On Owls at Night", text=ABSTRACT)
    (paper,) = merge([page, listing])
    assert (paper.title, paper.note, len(paper.sources)) == ("On Owls at Night", "", 2)


def test_a_file_read_twice_is_one_paper() -> None:
    one = record("listing", "page.txt", title="", note="Short", text="Short.")
    assert together(one, one.model_copy())


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"title": "Deep Transfer Learning for Sleep", "authors": ("Huy Phan",), "date": "2019-04-11"}, "phanDeepTransferLearning2019"),
        ({"title": "Attention Is All You Need", "authors": ("Ashish Vaswani",), "date": "2017"}, "vaswaniAttentionAllYou2017"),
        ({"title": "BERT: Pre-training of Deep Models", "authors": ("Jacob Devlin",), "date": "2019"}, "devlinBERTPretrainingDeep2019"),
        ({"title": "Über Eulen", "authors": ("Jörg Müller",)}, "mullerUberEulen"),
        ({"title": "Gated Nets", "authors": ("Aaron van den Oord",), "date": "--05-26"}, "vandenoordGatedNets"),
        ({"title": "", "arxiv": "2203.06760", "date": "2022"}, "arxiv220306760"),
        ({"title": "", "note": "We study how owls find mice"}, "westudyhowowlsfindmice"),
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


def test_a_record_without_text_joins_no_two_papers_of_one_generic_title() -> None:
    one, two, bare = (record(place=t, title="A Short Survey", date="2019", text=t) for t in (ABSTRACT, "Another " + ABSTRACT, ""))
    assert len(merge([one, two, bare])) == 3
    assert len(merge([one, bare])) == 1


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


def test_many_records_take_linear_time() -> None:
    records = [record(place=f"entry {i}", title=f"Owls of the year {i} and after", authors=("Ada Byron",)) for i in range(3000)]
    papers = merge(list(itertools.chain(records, records)))
    assert len(papers) == 3000
