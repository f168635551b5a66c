import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey import citations
from survey.citations import find_citations
from survey.readers.assembly import Block, assemble
from survey.readers.entries import entries_of, parse_entry
from survey.records import Citation, Cited, Paper

FROGS = Paper(key="frogs", title="Detecting the calls of frogs in heavy rain", authors=("Ana Ruíz",), date="2017-05")
LISTED = "Ana Ruíz and Max Roe. 2017. Detecting the calls of frogs in heavy rain. In Ponds, pages 1–9."


def citing(*entries: Cited | str, key: str = "toads", date: str = "2019") -> Paper:
    cited = tuple(parse_entry(entry) if isinstance(entry, str) else entry for entry in entries)
    return Paper(key=key, title="Counting toads with drones over reeds", authors=("Bo Ek",), date=date, cited=cited)


def edges(*papers: Paper) -> list[tuple[str, str, str]]:
    return [(c.citing, c.cited, c.match) for c in find_citations(papers)]


def matched(entry: Cited | str, paper: Paper = FROGS, date: str = "2019") -> bool:
    return bool(edges(citing(entry, date=date), paper))


@pytest.mark.parametrize(
    ("known", "entry", "match"),
    [
        ({"doi": "10.1/ab"}, {"doi": "10.1/AB"}, "doi"),
        ({"arxiv": "1904.02232"}, {"arxiv": "1904.02232v2"}, "arxiv"),
        ({"arxiv": "1904.02232"}, {"doi": "10.48550/arXiv.1904.02232"}, "arxiv"),
        ({"pmid": "28123456"}, {"pmid": "28123456"}, "pmid"),
        ({"ids": ("openalex:W12",)}, {"ids": ("openalex:W12",)}, "id"),
        ({"ids": ("openalex:W12",)}, {"ids": ("openalex:W121",)}, ""),
        ({"doi": "10.1/ab"}, {"arxiv": "10.1/ab"}, ""),
    ],
)
def test_identifiers_match_by_themselves(known: dict[str, object], entry: dict[str, object], match: str) -> None:
    found = edges(citing(Cited.model_validate(entry)), FROGS.model_copy(update=known))
    assert found == ([("toads", "frogs", match)] if match else [])


def test_an_identifier_beside_quite_another_title_and_author_is_that_of_another_entry() -> None:
    wrong = "Cy Dee. 1999. Melting snow on the roofs of mountain huts. Huts, 1:1–9. https://doi.org/10.1/ab"
    assert not matched(wrong, FROGS.model_copy(update={"doi": "10.1/ab"}))


@pytest.mark.parametrize(
    "entry",
    [
        LISTED,
        LISTED.replace("2017", "2018"),  # the preprint came first
        LISTED.replace(" 2017.", ""),
        LISTED.replace("Detecting", "Detect- ing").replace("heavy", "HEAVY"),
        LISTED.replace("heavy rain", "heavy rains"),
        LISTED.replace("Ruíz", "Ruiz"),
        "[7] A. Ruíz, M. Roe, Detecting the calls of frogs in heavy rain, J. Ponds 12 (2017) 1–9.",
        "Odd Nº 7 of a list; Ruíz ’17. Detecting the calls of frogs in heavy rain. Somewhere.",
        Cited(title="Detecting the Calls of Frogs in Heavy Rain"),
    ],
)
def test_a_title_matches_however_it_is_printed(entry: Cited | str) -> None:
    assert matched(entry)


@pytest.mark.parametrize(
    "entry",
    [
        LISTED.replace("Ana Ruíz and", "Cy Dee and"),
        LISTED.replace("2017", "2014"),
        LISTED.replace("rain.", "rain and hail in the mountains of Norway."),
        LISTED.replace("rain.", "rain: A survey of forty years."),
        LISTED.replace("Detecting", "On the art of detecting"),
        Cited(title="Calls of frogs", authors=("Ana Ruíz",), date="2017"),
    ],
)
def test_another_author_year_or_title_is_another_paper(entry: Cited | str) -> None:
    assert not matched(entry)


@pytest.mark.parametrize(("ours", "theirs"), [("in 12 ponds", "in 21 ponds"), ("part II", "part III"), ("seen", "unseen")])
def test_titles_that_differ_in_a_number_or_an_opposite_are_two(ours: str, theirs: str) -> None:
    title = "Detecting the calls of frogs and of toads in heavy rain, {}, by drones with thermal cameras"
    paper = FROGS.model_copy(update={"title": title.format(ours)})
    assert matched(Cited(title=title.format(ours), authors=paper.authors, date="2017"), paper)
    assert not matched(Cited(title=title.format(theirs), authors=paper.authors, date="2017"), paper)


def test_what_anybody_may_have_called_a_paper_needs_author_and_year() -> None:
    editorial = FROGS.model_copy(update={"title": "Editorial"})
    assert not matched(Cited(title="Editorial"), editorial)
    assert not matched(Cited(title="Editorial", date="2017"), editorial)
    assert not matched(Cited(title="Editorial", authors=("Ana Ruíz",)), editorial)
    assert matched(Cited(title="Editorial", authors=("Ana Ruíz",), date="2017"), editorial)


def test_a_paper_that_came_later_is_not_cited_but_by_its_identifier() -> None:
    assert matched(LISTED, date="2016")
    assert not matched(LISTED, date="2015")
    assert matched(Cited(doi="10.1/ab"), FROGS.model_copy(update={"doi": "10.1/ab"}), date="2015")


def test_no_paper_cites_itself_and_the_surest_of_two_entries_counts() -> None:
    own = FROGS.model_copy(update={"cited": (parse_entry(LISTED),), "doi": "10.1/ab"})
    assert edges(own) == []
    assert edges(citing(LISTED, Cited(doi="10.1/ab"), LISTED), own) == [("toads", "frogs", "doi")]


def test_the_quote_is_the_entry_as_it_stands_in_the_citing_paper() -> None:
    body = entries_of(
        assemble([Block("Toads hide."), Block("References", 1), Block(LISTED.split(". In", maxsplit=1)[0]), Block("In Ponds, pages 1–9.")])
    )
    paper = citing().model_copy(update={"text": body.text, "cited": body.cited})
    [found] = find_citations([paper, FROGS])
    assert found.quote is not None
    assert found.quote == paper.quote(found.quote.start, found.quote.end)
    assert found.printed == " ".join(found.quote.text.split())
    [elsewhere] = find_citations([paper.model_copy(update={"text": f"Other text. {body.text}"}), FROGS])
    assert elsewhere.quote is None
    assert find_citations([citing(LISTED), FROGS]) == [Citation(citing="toads", cited="frogs", match="title", printed=LISTED)]


_TITLES = [
    f"{what} of {where} in the {when} of long years"
    for what in ("Songs", "Maps")
    for where in ("ponds", "hills")
    for when in ("days", "nights")
]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_TITLES), st.lists(st.sampled_from(_TITLES), max_size=3)), min_size=2, max_size=6), st.randoms())
def test_the_order_of_papers_decides_nothing(papers: list[tuple[str, list[str]]], chance: random.Random) -> None:
    made = [
        Paper(key=f"k{n}", title=title, authors=("Ann Lee",), date="2017", cited=tuple(Cited(title=t, authors=("Ann Lee",)) for t in cited))
        for n, (title, cited) in enumerate(papers)
    ]
    found = find_citations(made)
    titles = {paper.key: paper.title for paper in made}
    assert all(titles[c.cited] in {entry.title for paper in made if paper.key == c.citing for entry in paper.cited} for c in found)
    chance.shuffle(made)
    assert find_citations(made) == found


def test_among_many_titles_that_begin_alike_a_misprint_is_found_and_few_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefgh", k=6)) for _ in range(1200)]
    titles = [f"Deep learning for the {' '.join(words[i : i + 4])} in ponds" for i in range(0, 1200, 4)]
    shelf = [Paper(key=f"p{i}", title=title, authors=("Ana Ruíz",), date="2017") for i, title in enumerate(titles)]
    compared: list[object] = []
    near = citations._is_near

    def counted(*of: Any) -> bool:
        compared.append(of)
        return bool(near(*of))

    monkeypatch.setattr(citations, "_is_near", counted)
    wrong = [title[:at] + title[at + 1 :] for title, at in zip(titles[-3:], [25, 45, 30], strict=True)]
    entries = [Cited(title=title, authors=("Ana Ruíz",), date="2017") for title in wrong]
    assert edges(citing(*entries), *shelf) == [("toads", f"p{i}", "title") for i in range(297, 300)]
    assert len(compared) < 100 * len(entries)
