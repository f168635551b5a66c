"""Which records are one paper, and why."""

import itertools
from collections.abc import Mapping

import pytest

from survey.identity import joined, merge, titles

from .making import ABSTRACT, record, together


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


def test_a_file_read_twice_is_one_paper() -> None:
    one = record("listing", "page.txt", title="", note="Short", text="Short.")
    assert together(one, one.model_copy())


def test_a_record_without_text_joins_no_two_papers_of_one_generic_title() -> None:
    one, two, bare = (record(place=t, title="A Short Survey", date="2019", text=t) for t in (ABSTRACT, "Another " + ABSTRACT, ""))
    assert len(merge([one, two, bare])) == 3
    assert len(merge([one, bare])) == 1


def test_many_records_take_linear_time() -> None:
    records = [record(place=f"entry {i}", title=f"Owls of the year {i} and after", authors=("Ada Byron",)) for i in range(3000)]
    papers = merge(list(itertools.chain(records, records)))
    assert len(papers) == 3000


A = ("Ada Byron", "Bo Chen")
OWLS = "Listening Owls: Hunting by Ear in Heavy Rain"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # numbers
        ({"doi": "10.48550/arxiv.2001.00001"}, {"arxiv": "2001.00001v2", "title": "Bats"}, True),
        ({"arxiv": "math.GT/0309136"}, {"arxiv": "math/0309136", "title": "Bats"}, True),
        ({"doi": "10.1101/2020.01.02.123456v2"}, {"doi": "10.1101/2020.01.02.123456", "title": "Bats"}, True),
        ({"ids": ("openalex:W7",)}, {"ids": ("s2:9", "openalex:W7"), "title": "Bats"}, True),
        ({"ids": ("openalex:7",), "title": "Owls"}, {"ids": ("s2:7",), "title": "Bats"}, False),
        ({"doi": "10.1/book", "authors": A}, {"doi": "10.1/book", "title": "A Chapter on Bats", "authors": ("Cy Dee",)}, False),
        ({"doi": "10.1/a", "arxiv": "2001.00001", "title": "Owls"}, {"doi": "10.1/b", "arxiv": "2001.00001", "title": "Owls"}, False),
        # the same title, but
        ({"authors": A, "doi": "10.1/a"}, {"authors": A, "doi": "10.1/b"}, False),
        ({"authors": A, "doi": "10.1/a"}, {"authors": A, "doi": "10.31234/osf.io/xyz"}, True),
        ({"authors": A, "doi": "10.1101/2020.01.02.123456"}, {"authors": A, "doi": "10.21203/rs.3.rs-1/v1"}, True),
        ({"authors": A, "doi": "10.1101/2020.01.02.123456"}, {"authors": A, "doi": "10.1101/2020.09.09.999999"}, False),
        ({"authors": A, "pmid": "1"}, {"authors": A, "pmid": "2"}, False),
        ({"authors": A, "arxiv": "2001.00001"}, {"authors": A, "arxiv": "2001.00002"}, False),
        ({"authors": ("Wei Hu",)}, {"authors": ("Tao Hu",)}, False),
        ({"authors": ("Wei Hu",)}, {"authors": ("W. Hu",)}, True),
        ({"authors": ("Wei Hu",)}, {"authors": ("Hu",)}, True),
        ({"authors": A}, {"authors": A[::-1]}, True),
        ({"authors": ("Jörg Müller",)}, {"authors": ("J. Mueller",)}, True),
        ({"authors": ("Ada Byron, Jr.",)}, {"authors": ("Ada Byron Jr.",)}, True),
        ({"authors": ("Ada Byron",)}, {"authors": ("Ada Byron Jr.",)}, True),
        ({"authors": ("Lluís Màrquez Villodre",)}, {"authors": ("Lluis Marquez",)}, True),
        ({"authors": ("L. Màrquez Villodre",)}, {"authors": ("K. Marquez",)}, False),
        ({"title": "C++", "authors": A}, {"title": "C#", "authors": A}, False),
        ({"title": "猫头鹰", "authors": A}, {"title": "猫头鹰。", "authors": A}, True),
        ({"title": "Gated Nets for TNF-α", "authors": A}, {"title": "Gated nets for TNF-alpha.", "authors": A}, True),
        # titles that are alike
        ({"authors": A}, {"authors": A, "title": "Listning Owls: Hunting by Ear in Heavy Rain"}, True),
        ({"authors": A}, {"authors": A, "title": "LISTENING OWLS - hunting by ear in the heavy rains"}, True),
        ({"authors": A}, {"authors": A, "title": "Listening <i>Owls</i>: \\emph{Hunting} by Ear in Heavy Rain"}, True),
        ({"authors": A}, {"authors": A, "title": "RETRACTED ARTICLE: Listening Owls: Hunting by Ear in Heavy Rain"}, True),
        ({"authors": A}, {"authors": ("Cy Dee",), "title": "Listning Owls: Hunting by Ear in Heavy Rain"}, False),
        ({"authors": A}, {"authors": A, "title": "Listening Owls: Hunting by Eye in Heavy Rain"}, False),
        ({"authors": A}, {"authors": A, "title": "Listening Owls: Not Hunting by Ear in Heavy Rain"}, False),
        ({"authors": A, "title": "Rain and Hunting Owls"}, {"title": "Rain and Huntng Owls"}, False),
        ({"authors": A, "date": "2019"}, {"title": "Listning Owls: Hunting by Ear in Heavy Rain", "date": "2019"}, True),
        ({"authors": A, "date": "2016"}, {"authors": A, "title": "Listning Owls: Hunting by Ear in Heavy Rain", "date": "2019"}, False),
        # replies and corrections
        ({"authors": A}, {"authors": A, "title": f"Corrigendum: {OWLS}"}, False),
        ({"authors": A, "doi": "10.1/a"}, {"authors": A, "doi": "10.1/a", "title": f"Erratum to: {OWLS}"}, False),
        ({"authors": A, "date": "2019"}, {"authors": A, "date": "2019", "title": f"Comment on “{OWLS}”"}, False),
        # a lost subtitle
        ({"authors": A, "date": "2019"}, {"authors": A, "date": "2019", "title": "Listening Owls"}, True),
        ({"authors": A, "date": "2019"}, {"authors": A[:1], "date": "2019", "title": "Listening Owls"}, False),
        ({"authors": A, "date": "2019"}, {"authors": A, "title": "Listening Owls"}, False),
        ({"authors": A, "date": "2019", "title": f"{OWLS}: A Study Protocol"}, {"authors": A, "date": "2019"}, False),
        ({"authors": A, "date": "2019", "title": f"{OWLS}. Part II"}, {"authors": A, "date": "2019"}, False),
    ],
)  # fmt: skip
def test_what_speaks_for_and_against(one: dict[str, object], other: dict[str, object], same: bool) -> None:
    a, b = record(place="entry 1", **{"title": OWLS, **one}), record(place="entry 2", **{"title": OWLS, **other})
    assert together(a, b) is same
    assert together(b, a) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A Long Study of Owls at Night, Part I", "A Long Study of Owls at Night, Part II"),
        ("Findings of the 2017 Shared Task on Owl Songs", "Findings of the 2018 Shared Task on Owl Songs"),
        ("Third Workshop on the Songs of Nocturnal Owls", "Fourth Workshop on the Songs of Nocturnal Owls"),
        ("Supervised Learning of Nocturnal Owl Songs", "Unsupervised Learning of Nocturnal Owl Songs"),
        ("Treatment of Severe Hypertension in Captive Owls", "Treatment of Severe Hypotension in Captive Owls"),
        ("Survival of the Male Barn Owl in Winter Forests", "Survival of the Female Barn Owl in Winter Forests"),
        ("Night Hunting with Ultrasound in Captive Owls", "Night Hunting without Ultrasound in Captive Owls"),
    ],
)
def test_titles_that_differ_in_what_matters(one: str, other: str) -> None:
    assert not together(record(place="1", title=one, authors=A, date="2019"), record(place="2", title=other, authors=A, date="2019"))


def test_of_two_words_that_are_both_in_use_neither_is_a_misprint() -> None:
    def titles(word: str) -> list[str]:
        return [f"Studies in {word} Inference for {animal} Populations" for animal in ("Owl", "Bat", "Mouse", "Vole", "Shrew")]

    records = [record(place=title, title=title, authors=A, date="2019") for word in ("Causal", "Casual") for title in titles(word)]
    assert len(merge(records)) == 10
    assert len(merge(records[:6])) == 5


def test_a_lost_subtitle_is_not_guessed_where_there_is_a_choice() -> None:
    short, ear, eye = (record(place=t, title=f"Owls on the Hunt{t}", authors=A, date="2019") for t in ("", ": The Ear", ": The Eye"))
    assert len(merge([short, ear])) == 1
    assert len(merge([short, ear, eye])) == 3


def test_an_entry_and_the_file_that_it_names() -> None:
    entry = record(place="entry a", title=OWLS, authors=A, doi="10.1/a", files=("files/a.pdf",))
    pdf = record("pdf", "files/a.pdf", "", title="Microsoft Word - final.doc", doi="10.9/journal")
    merged = joined([entry, pdf])
    assert [paper.title for paper in merged.papers] == [OWLS]
    assert [reason.words for join in merged.joins for reason in join.reasons] == ["the entry names the file files/a.pdf"]
    again = record(path="other.bib", place="entry a", title=OWLS.upper(), authors=A, files=("files/a.pdf",))
    assert len(merge([entry, again, pdf])) == 1


def test_a_number_read_off_a_page_that_belongs_to_a_cited_paper() -> None:
    entry = record(place="entry a", title=OWLS, authors=A, doi="10.1/a")
    misread = record(
        "pdf", "a.pdf", "", title="Research Article", authors=("Open Access",), doi="10.1/a", text=f"ARTICLE\n\n{OWLS.upper()}"
    )
    cites = record("pdf", "b.pdf", "", title="Bats in Caves", authors=("Cy Dee",), doi="10.1/a", text="Bats in Caves\n\nBats hang.")
    assert together(entry, misread)
    assert not together(entry, cites)


def test_a_whole_book_is_none_of_the_papers_that_name_it() -> None:
    book = record("pdf", "book.pdf", "", title="Proceedings")
    chapters = [record(place=t, title=f"A Chapter about {t} at Night", authors=A, files=("book.pdf",)) for t in ("Owls", "Bats")]
    assert len(merge([*chapters, book])) == 3


def test_the_reasons_of_a_join() -> None:
    records = [
        record(place="1", title=OWLS, authors=A, date="2019", doi="10.1/a"),
        record("crossref", "c.json", "1", title="Owls", doi="10.1/a"),
        record("openalex", "o.json", "1", title="Listning Owls: Hunting by Ear in Heavy Rain", authors=A, date="2019"),
        record("pdf", "x.pdf", "", title=OWLS, authors=A, date="2018"),
    ]
    (join,) = joined(records).joins
    assert join.records == (
        "refs.bib#1",
        "c.json#doi:10.1/a, Owls",
        "o.json#Listning Owls: Hunting by Ear in Heavy Rain (Byron 2019)",
        "x.pdf",
    )
    assert sorted(reason.words for reason in join.reasons) == [
        "same DOI 10.1/a",
        "same title, same first author, years 2018 and 2019",
        "titles alike (99 of 100), same first author, years 2018 and 2019",
    ]


def test_many_records_by_one_name_in_one_year_take_no_square_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    likeness = titles.likeness

    def counted(one: titles.Title, other: titles.Title, known: Mapping[str, int]) -> float:
        compared.append((one, other))
        return likeness(one, other, known)

    monkeypatch.setattr(titles, "likeness", counted)
    words = [f"{a}{b}{c}" for a in "bdfghklm" for b in "aeiou" for c in ("rn", "lt", "nd", "st", "mp", "ck")]
    records = [
        record(
            place=f"{i}", title=f"Common Methods for {words[i % 240]} and {words[i * 7 % 239]} Systems", authors=("Wei Wang",), date="2020"
        )
        for i in range(2000)
    ]
    merge(records)
    assert len(compared) < 40 * len(records)
