import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.latex_encoding import LatexDecodingMiddleware
from bibtexparser.middlewares.names import SeparateCoAuthors, SplitNameParts
from hypothesis import given, settings

from survey.records import Reference
from survey.render.bibliography import references_bib
from survey.render.text import plain

from .small_survey import PAPERS
from .strategies import hostile


def test_the_library_reads_it_without_a_fault() -> None:
    library = parse_string(references_bib(PAPERS))
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == [paper.key for paper in PAPERS]


@settings(max_examples=60, deadline=None)
@given(hostile, hostile, hostile)
def test_fields_come_back(title: str, venue: str, note: str) -> None:
    paper = Reference(key="k2020", title=plain(title) or "t", venue=plain(venue), note=plain(note), date="2020-05-01")
    (entry,) = parse_string(references_bib([paper])).entries
    assert _read(entry["title"]) == paper.title
    assert (entry["year"], entry["month"]) == ("2020", "5")
    if paper.venue:
        assert _read(entry["booktitle" if entry.entry_type == "inproceedings" else "journal"]) == paper.venue
    if paper.note:
        assert _read(entry["note"]) == paper.note


_MEANT = {
    **{"\\{": "\x01", "\\}": "\x02", r"\textbraceleft{}": "\x01", r"\textbraceright{}": "\x02"},
    **{r"\textbackslash{}": "\x03", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^"},
}


def _read(value: str) -> str:
    """What LaTeX would print, of our own escapes; braces that protect capitals print nothing."""
    for written, meant in _MEANT.items():
        value = value.replace(written, meant)
    value = value.replace("{", "").replace("}", "")
    for char in "&%$#_":
        value = value.replace("\\" + char, char)
    return value.replace("\x01", "{").replace("\x02", "}").replace("\x03", "\\")


@pytest.mark.parametrize(
    ("authors", "more", "names"),
    [
        (("Ada Roe",), False, ["Roe, Ada"]),
        (("Bo van der Linde", "Roe, Ada"), True, ["van der Linde, Bo", "Roe, Ada", "others"]),
        (("Plato",), False, ["Plato"]),
        (("Martin King Jr.",), False, ["King, Jr., Martin"]),
        (("Research and Development Group", "Roe and Sons, Inc."), False, ["{Research and Development Group}", "{Roe and Sons, Inc.}"]),
    ],
)
def test_names(authors: tuple[str, ...], more: bool, names: list[str]) -> None:
    bib = references_bib([Reference(key="k", title="t", authors=authors, more_authors=more)])
    (entry,) = parse_string(bib).entries
    assert entry["author"] == " and ".join(names)
    parsed = parse_string(bib, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert len(parsed.entries[0]["author"]) == len(names)


def test_capitals_that_mean_something_are_kept() -> None:
    title = "Deep BERT for mRNA of COVID-19 & CO2 in A world"
    assert "title = {Deep {BERT} for {mRNA} of {COVID-19} \\& {CO2} in A world}" in references_bib([Reference(key="k", title=title)])
    decoded = parse_string(references_bib([Reference(key="k", title=title)]), append_middleware=[LatexDecodingMiddleware()])
    assert decoded.entries[0]["title"].replace("{", "").replace("}", "") == title


def test_an_identifier_that_is_not_one_is_left_out() -> None:
    bib = references_bib([Reference(key="k", title="t", doi="10.1/}, note = {x", arxiv="x", pmid="<b>", url="javascript:alert(1)")])
    assert bib == "@misc{k,\n  title = {t},\n}\n"


def test_a_date_without_a_year_gives_none() -> None:
    assert "year" not in references_bib([Reference(key="k", title="t", date="--05-26")])


def test_braces_pair_for_a_reader_that_counts_escaped_ones_too() -> None:
    """BibTeX itself knows no escaped brace."""
    bib = references_bib([Reference(key="k", title="a { b } c }", venue="{x}", authors=("} {",), keywords=("}", "{y}"))])
    for value in bib.split("\n")[1:-2]:
        assert value.count("{") == value.count("}"), value


def test_every_fact_has_its_field() -> None:
    facts = {"volume": "3", "number": "4", "page_range": "12-15", "publisher": "Press", "pmid": "7", "ids": ("pmcid:PMC712", "acl:P1")}
    paper = Reference(key="k", kind="phdthesis", title="t", date="2018-03-02", arxiv="1803.00001", **facts)
    bib = " ".join(references_bib([paper]).split())
    for field in (
        *("@phdthesis{k,", "volume = {3}", "number = {4}", "pages = {12--15}", "school = {Press}", "pmid = {7}", "pmcid = {PMC712}"),
        *("year = {2018}", "month = {3}", "day = {2}", "eprint = {1803.00001}"),
    ):
        assert field in bib


def test_keys_that_become_one_are_kept_apart() -> None:
    bib = references_bib([Reference(key="a b", title="t"), Reference(key="a&b", title="u"), Reference(key="DBLP:x/y-Z20", title="v")])
    assert [entry.key for entry in parse_string(bib).entries] == ["a-b", "a-b-2", "DBLP:x/y-Z20"]
