"""PubMed's MEDLINE format."""

from survey.readers.bibliographies import nbib
from survey.records import Notice, Paper, Skipped

RECORDS = """
PMID- 31234567
OWN - NLM
DP  - 2019 Mar-Apr
TI  - On owls, and what
      they hunt.
PG  - 123-30
LID - S0022-2836(19)30001-1 [pii]
LID - 10.1234/owl.5 [doi]
AB  - BACKGROUND: Owls hunt
      at night. METHODS: We counted them.
FAU - Byron, Ada
AU  - Byron A
CN  - Owl Study Group
FAU - van den Oord, Aaron
AU  - van den Oord A
PT  - Journal Article
PT  - Retracted Publication
DEP - 20190315
TA  - J Owls
JT  - Journal of owls
VI  - 3
IP  - 4
MH  - Animals
MH  - Strigiformes/*physiology
OT  - *night
PMC - PMC7096724

PMID- 31234568
DP  - 2001
TI  - On toads
AU  - Lee JB

PMID-
OWN - NLM
"""


def test_every_tag_comes_into_its_field() -> None:
    paper, notice, toads, skipped = nbib.read(RECORDS, "x.nbib")
    assert isinstance(paper, Paper) and isinstance(toads, Paper)
    assert (paper.title, paper.kind, paper.pmid) == ("On owls, and what they hunt", "article", "31234567")
    assert paper.authors == ("Ada Byron", "Owl Study Group", "Aaron van den Oord")
    assert (paper.doi, paper.ids, paper.date) == ("10.1234/owl.5", ("pmcid:PMC7096724",), "2019-03-15")
    assert (paper.venue, paper.volume, paper.number, paper.page_range) == ("Journal of owls", "3", "4", "123-30")
    assert paper.keywords == ("night", "Animals", "Strigiformes")
    assert paper.abstract == "BACKGROUND: Owls hunt at night.\n\nMETHODS: We counted them."
    assert (toads.authors, toads.date) == (("JB Lee",), "2001")
    assert notice == Notice(nature="Retraction", doi="10.1234/owl.5", pmid="31234567", title=paper.title, source="x.nbib")
    assert isinstance(skipped, Skipped) and skipped.place == "record 3, line 34"


def test_no_record_is_told() -> None:
    (skipped,) = nbib.read("nothing", "x.nbib")
    assert isinstance(skipped, Skipped) and skipped.cure
