"""RIS as databases and reference managers write it, with its faults, and the tagged files of the Web of Science."""

import pytest

from survey.readers.bibliographies import ris
from survey.records import Paper, Skipped

RECORDS = """Provider: Some Host
Record #1 of 3
1.
TY  - JOUR
ID  - byronOwls2019
AU  - Byron, Ada
AU  - van den Oord, Aaron
AU  - King, Martin, Jr.
AU  - Owl Study Group,
TI  - On owls, and
      what they hunt
T2  - Journal of Owls
JO  - J Owls
PY  - 2019
DA  - 2019/03/02/Spring
VL  - 3
IS  - 4
SP  - 12
EP  - 15
DO  - https://doi.org/10.1234/OWL.5
UR  - http://example.org/a; http://example.org/b
L1  - file:///home/me/owls.pdf
L1  - internal-pdf://123/owls.pdf
AN  - 77
DB  - PubMed
C2  - PMC7096724
KW  - owls
mice
AB  - METHODS: We counted.
ER then they flew.
XX  - unheard of
N1  - a remark
ER  -

2.
TY  - CHAP
A1  - Fanning E.
T1  - On toads
BT  - The Book of Ponds
Y1  - 2014//
SP  - e0815
ID  - 12345
PB  - Press
TY  - THES
AU  - Noether, Emmy
TI  - On frogs
M3  - PhD thesis
PB  - A University
PY  - 1907"""

WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Byron, A
   Lee, B
AF Byron, Ada
   Lee, Bo
TI On owls and
   mice
SO OWLS
DE night; hunting
AB We counted.
CR Roe C, 1999, MICE, V1, P2, DOI 10.1234/mice.1
   POE D, 2001, THESIS
PD JUN 8
PY 2004
VL 43
BP 7003
EP 7016
DI 10.1234/OWL.6
UT WOS:000123
PM 78
ER

PT C
AU Byron, A
TI On toads
ER

EF
"""


def papers(text: str) -> list[Paper]:
    found = ris.read(text, "lib/refs.ris")
    assert all(isinstance(item, Paper) for item in found), found
    return [item for item in found if isinstance(item, Paper)]


def test_every_tag_comes_into_its_field() -> None:
    paper = papers(RECORDS)[0]
    assert (paper.key, paper.kind, paper.title) == ("byronOwls2019", "article", "On owls, and what they hunt")
    assert paper.authors == ("Ada Byron", "Aaron van den Oord", "Martin King Jr.", "Owl Study Group")
    assert (paper.venue, paper.date, paper.volume, paper.number, paper.page_range) == ("Journal of Owls", "2019-03-02", "3", "4", "12-15")
    assert (paper.doi, paper.pmid, paper.ids, paper.url) == ("10.1234/owl.5", "77", ("pmcid:PMC7096724",), "http://example.org/a")
    assert (paper.keywords, paper.note, paper.files) == (("owls", "mice"), "a remark", ("/home/me/owls.pdf",))
    assert paper.abstract == "METHODS: We counted. ER then they flew."
    assert paper.sources[0].place == "record 1, line 4"


def test_a_record_without_its_end_does_not_swallow_the_next() -> None:
    _, toads, frogs = papers(RECORDS)
    assert (toads.key, toads.kind, toads.authors, toads.venue) == ("", "incollection", ("E. Fanning",), "The Book of Ponds")
    assert (toads.date, toads.page_range, toads.publisher) == ("2014", "e0815", "Press")
    assert (frogs.kind, frogs.authors, frogs.date, frogs.publisher) == ("phdthesis", ("Emmy Noether",), "1907", "A University")


def test_files_of_the_web_of_science() -> None:
    owls, toads = papers(WOS)
    assert (owls.title, owls.authors, owls.venue) == ("On owls and mice", ("Ada Byron", "Bo Lee"), "OWLS")
    assert (owls.date, owls.page_range, owls.doi, owls.pmid) == ("2004-06-08", "7003-7016", "10.1234/owl.6", "78")
    assert (owls.keywords, owls.ids) == (("night", "hunting"), ("wos:000123",))
    assert [(c.doi, c.date, c.authors, c.printed[:10]) for c in owls.cited] == [
        ("10.1234/mice.1", "1999", ("C Roe",), "Roe C, 199"),
        ("", "2001", ("D POE",), "POE D, 200"),
    ]
    assert toads.title == "On toads"


def test_a_record_with_an_identifier_needs_no_title_and_one_with_neither_is_told() -> None:
    kept, skipped = ris.read("TY  - JOUR\nDO  - 10.1234/x\nER  - \nTY  - JOUR\nAU  - Byron, Ada\nER  - \n", "x.ris")
    assert isinstance(kept, Paper) and kept.doi == "10.1234/x"
    assert isinstance(skipped, Skipped) and skipped.place == "record 2, line 4" and skipped.reason and skipped.cure


def test_no_record_is_told() -> None:
    (skipped,) = ris.read("TITLE  - nothing\n", "x.ris")
    assert isinstance(skipped, Skipped) and "no RIS record" in skipped.reason


@pytest.mark.parametrize("key", ["smith2020", "DBLP:conf/nips/Vaswani17", "Plato", "2020roe", "müller_1999", "k"])
def test_a_citekey_is_kept(key: str) -> None:
    assert ris.citekey_in(key) == key


@pytest.mark.parametrize("number", ["12345", "rayyan-123456", "WOS:000221807500019", "10.1234/x", "2-s2.0-85012345678", "a b", "pmid123"])
def test_the_number_of_a_register_is_no_citekey(number: str) -> None:
    assert ris.citekey_in(number) == ""
