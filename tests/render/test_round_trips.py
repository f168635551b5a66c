"""What is written as BibTeX, BibLaTeX, RIS or CSL-JSON is read back as it was, citekeys too, and written again gives the same bytes."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.readers.assembly import Block, assemble
from survey.readers.bibliographies import bibtex, json_records, ris
from survey.readers.bibliographies.fields import KINDS
from survey.readers.cleaning import clean, one_line
from survey.readers.formats import Found
from survey.records import Paper, Reference
from survey.render.bibliography import references_bib, references_biblatex
from survey.render.csl import references_csl
from survey.render.ris import references_ris
from survey.render.text import plain

from .strategies import hostile

Writer = Callable[[Sequence[Reference]], str]
Reader = Callable[[str, str], list[Found]]
FORMATS = [
    pytest.param(references_bib, bibtex.read, id="BibTeX"),
    pytest.param(references_biblatex, bibtex.read, id="BibLaTeX"),
    pytest.param(references_ris, ris.read, id="RIS"),
    pytest.param(references_csl, json_records.read, id="CSL-JSON"),
]

LATEX = ["$x_1$ & 5%", "a -- b --- c", "``so''", "{B}ERT", r"\emph{x} \\ \{", "~^#_$", "100\\%", "?` !`", "}", "{", r"\textbackslash{}"]
TAGS = ["<i>x</i>", "a<b", "&lt;sub>", "&amp;lt;i>", "<span class='nocase'>T</span>", "TY  - JOUR", "ER  - ", "@article{x, title={y}}"]


def _fit(text: str) -> str:
    """As readers keep a text, read as often as it takes: what looks decoded once too often may do so only without its white space."""
    while (kept := plain(one_line(text))) != text:
        text = kept
    return kept


awkward = st.one_of(hostile, st.sampled_from([*LATEX, *TAGS]), st.text(alphabet="\\{}$&%#_~^-`'\"<>/@,;| aé漢", max_size=12)).map(_fit)
given_names = st.sampled_from(["Ada", "J.", "José María", "Shu-wen", "Ø.", "王", "C. C."])
families = st.sampled_from(["Byron", "van den Oord", "de la Cruz", "O’Neil", "Müller-Łukasiewicz", "al-Masri", "Smith", "小明"])
people = st.builds(
    lambda given, family, suffix: f"{given} {family}{suffix}", given_names, families, st.sampled_from(["", "", " Jr.", " III"])
)
groups = st.sampled_from(["Google Research", "ATLAS Collaboration", "Roe, Byron and Sons, Inc.", "Plato", "Research and Development Group"])
keys = st.from_regex(r"(DBLP:conf/)?[a-z]{3,8}([A-Z][a-z]{2,5}){0,2}(-|_|\+)?[12][0-9]{3}[a-z]?", fullmatch=True)
dates = st.one_of(
    st.just(""),
    st.integers(1500, 2099).map(str),
    st.builds(lambda y, m: f"{y}-{m:02}", st.integers(1500, 2099), st.integers(1, 12)),
    st.dates(min_value=date(1500, 1, 1), max_value=date(2099, 12, 31)).map(str),
    st.just("--05-26"),
)
references = st.builds(
    Reference,
    key=keys,
    kind=st.sampled_from([kind.bibtex for kind in KINDS]),
    title=awkward.filter(bool),
    authors=st.lists(people | groups, max_size=4).map(tuple),
    more_authors=st.booleans(),
    date=dates,
    doi=st.just("") | st.from_regex(r"10\.[0-9]{4}/[a-z0-9._()/<>:;-]{0,9}[a-z0-9]", fullmatch=True),
    arxiv=st.sampled_from(["", "1803.00001", "cs/0101001"]),
    pmid=st.just("") | st.integers(1, 99_999_999).map(str),
    url=st.sampled_from(["", "https://example.org/a_b~c?d=1&e=%20f#g"]),
    ids=st.sampled_from([(), ("pmcid:PMC7096724",)]),
    venue=awkward,
    volume=awkward,
    number=awkward,
    page_range=st.sampled_from(["", "1-9", "123-30", "e0815", "S1-S9", "12"]),
    publisher=awkward,
    keywords=st.lists(st.sampled_from(["clocks", "{bells} & 5%", "C++", "machine learning", "<i>x</i>"]), unique=True).map(tuple),
    note=awkward,
).filter(lambda paper: bool(paper.date or not paper.arxiv))  # fmt: skip  # a number of arXiv tells a date
libraries = st.lists(references, min_size=1, max_size=4, unique_by=lambda paper: paper.key.casefold())


def read_back(read: Reader, text: str) -> list[Reference]:
    papers = read(clean(text), "library")
    assert all(isinstance(paper, Paper) for paper in papers), papers
    return [paper.reference.model_copy(update={"sources": ()}) for paper in papers if isinstance(paper, Paper)]


@pytest.mark.parametrize(("write", "read"), FORMATS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(papers=libraries)
def test_records_come_back(write: Writer, read: Reader, papers: list[Reference]) -> None:
    assert read_back(read, write(papers)) == papers


@pytest.mark.parametrize(("write", "read"), FORMATS)
@settings(max_examples=25, deadline=None)
@given(abstract=awkward)
def test_the_abstract_of_a_paper_comes_along(write: Writer, read: Reader, abstract: str) -> None:
    body = assemble([Block(abstract)], lead="abstract")
    (back,) = read(clean(write([Paper(key="k2020", title="T", text=body.text, parts=body.parts)])), "library")
    assert isinstance(back, Paper) and back.abstract == abstract


@pytest.mark.parametrize(("write", "read"), FORMATS)
@settings(max_examples=25, deadline=None)
@given(title=awkward, key=awkward, kind=awkward, note=awkward, number=awkward)
def test_nothing_of_a_hostile_record_breaks_the_file(
    write: Writer, read: Reader, title: str, key: str, kind: str, note: str, number: str
) -> None:
    identifiers = {"doi": number, "arxiv": number, "pmid": number, "url": number, "ids": (f"pmcid:{number}",)}
    bad = Reference(key=key, kind=kind, title=title, authors=(note, title), venue=note, keywords=(note,), **identifiers)
    papers = [Reference(key="before2020", title="Before"), bad, Reference(key="after2020", title="After")]
    back = read_back(read, write(papers))
    assert [paper.title for paper in back] == ["Before", bad.name, "After"]
    assert write(read_back(read, write(back))) == write(back)


@pytest.mark.parametrize(("write", "read"), FORMATS)
@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("2019/05", "2019"),
        ("2019-ab", "2019"),
        ("2019-13-01", "2019"),
        ("2019-05-99", "2019-05"),
        ("٢٠١٩-٠٥", ""),
        ("²019", ""),
        ("2019-²", "2019"),
    ],
)
def test_of_a_date_that_is_none_what_is_well_formed_is_written(write: Writer, read: Reader, told: str, written: str) -> None:
    (back,) = read(write([Reference(key="roe", title="Frogs of the reeds", date=told)]), "x")
    assert isinstance(back, Paper) and back.date == written
