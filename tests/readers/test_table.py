"""Tables of search pages and reference managers, and registers of retractions."""

import pytest

from survey.readers.bibliographies import table
from survey.records import Notice, Paper, Skipped

SCOPUS = (
    'Authors,"Author full names",Title,Year,"Source title",Volume,Issue,"Art. No.","Page start","Page end",DOI,Link,Abstract,'
    '"Author Keywords",References,"Document Type"\n'
    '"Lee, A.; Roe, B.","Lee, Anna (57190000000); Roe, Bo (57190000001)","On ""owls"", and mice",2019,Owls,3,4,,123,130,10.1234/OWL.5,'
    'https://example.org/x,"We counted,\ntwice.",night; mice,'
    '"Poe C., Night hunters, Owl Letters, 3, pp. 1-9, (2001); Kay D., Toads by day, (1999)",Article\n'
    "[No author name available],,On toads,2018,Ponds,,,77,,,,,[No abstract available],,,Conference paper\n"
    ",,,2018,Ponds,,,77,,,,,,,,\n"
)
REGISTER = (
    "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,RetractionDate,RetractionDOI,RetractionPubMedID,"
    "OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes\n"
    "1,On Owls,,,,,,,,,10/3/2020 0:00,10.1234/R.1,0,1/1/2019 0:00,10.1234/OWL.5,77,Retraction,"
    "+Error in Data;+Concerns/Issues about Image;,No,\n"
    "2,On Toads,,,,,,,,,1/12/2021 0:00,unavailable,0,1/1/2019 0:00,Unavailable,0,Expression of concern,,No,\n"
)  # fmt: skip


def papers(text: str) -> list[Paper]:
    return [item for item in table.read(text, "lib/x.csv") if isinstance(item, Paper)]


def test_an_export_of_scopus() -> None:
    owls, toads = papers(SCOPUS)
    assert (owls.title, owls.authors, owls.kind) == ('On "owls", and mice', ("Anna Lee", "Bo Roe"), "article")
    assert (owls.venue, owls.date, owls.volume, owls.number, owls.page_range) == ("Owls", "2019", "3", "4", "123-130")
    assert (owls.doi, owls.abstract, owls.keywords) == ("10.1234/owl.5", "We counted, twice.", ("night", "mice"))
    assert [(cited.printed[:5], cited.date) for cited in owls.cited] == [("Poe C", "2001"), ("Kay D", "1999")]
    assert (toads.authors, toads.abstract, toads.page_range, toads.kind) == ((), "", "77", "inproceedings")
    skipped = table.read(SCOPUS, "x.csv")[-1]
    assert isinstance(skipped, Skipped) and (skipped.place, skipped.reason) == ("line 5", "the record has no title")


@pytest.mark.parametrize(
    ("cell", "authors"),
    [
        ("Lee, Anna; van den Oord, Aaron", ("Anna Lee", "Aaron van den Oord")),
        ("A Lee, B Roe", ("A Lee", "B Roe")),
        ("Lee A., Roe B.C.", ("A. Lee", "B.C. Roe")),
        ("Lee JA, Roe B.", ("JA Lee", "B. Roe")),
        ("Lee, A., Roe, B. and Poe, C.", ("A. Lee", "B. Roe", "C. Poe")),
        ("Lee, Anna", ("Anna Lee",)),
        ("Anna Lee|Bo Roe", ("Anna Lee", "Bo Roe")),
        ("World Health Organization", ("World Health Organization",)),
    ],
)
def test_authors_are_parted_however_a_table_parts_them(cell: str, authors: tuple[str, ...]) -> None:
    (paper,) = papers(f'Title,Authors\nT,"{cell}"\n')
    assert paper.authors == authors


@pytest.mark.parametrize(
    "text",
    [
        "Item Type,Publication Year,Author,Title,Publication Title,DOI,Date,Pages,File Attachments,Key\n"
        'journalArticle,2019,"Lee, Anna",On owls,Owls,10.1234/x,2019-03-02,1-9,/z/x.pdf; C:\\z\\x.html,ABCD2345\n',
        "About the data: Exported on Jan 1, 2021\nRank;Title;Authors;Source title;Publication Date;PubYear;Pagination;DOI;File\n"
        "1;On owls;Lee, Anna;Owls;2019-03-02;2019;1-9;10.1234/x;/z/x.pdf\n".replace("Lee, Anna", "Anna Lee"),
        "PT\tAU\tAF\tTI\tSO\tPD\tPY\tBP\tEP\tDI\nJ\tLee, A\tLee, Anna\tOn owls\tOwls\tMAR 2\t2019\t1\t9\t10.1234/x\n",
    ],
    ids=["Zotero", "Dimensions", "Web of Science"],
)
def test_the_same_paper_in_other_tables(text: str) -> None:
    (paper,) = papers(text)
    assert (paper.title, paper.authors, paper.venue, paper.key) == ("On owls", ("Anna Lee",), "Owls", "")
    assert (paper.date, paper.page_range, paper.doi) == ("2019-03-02", "1-9", "10.1234/x")
    assert paper.files[:1] in {(), ("/z/x.pdf",)}


def test_an_export_of_embase_tells_the_issue_in_its_source() -> None:
    head = "Title,Author Names,Source,Open URL Link\n"
    row = 'On owls,"Lee A., Roe B.",Owls (2014) 3:4 (15-16). Date of Publication: 25 Aug 2014,http://e.example/u?id=doi:10.1234%2Fowl.5&date=2014\n'
    (paper,) = papers(head + row)
    assert (paper.authors, paper.venue, paper.volume, paper.number) == (("A. Lee", "B. Roe"), "Owls", "3", "4")
    assert (paper.page_range, paper.date, paper.doi) == ("15-16", "2014-08-25", "10.1234/owl.5")


def test_formulas_and_markup_are_text() -> None:
    (paper,) = papers('Title,Abstract\n"=HYPERLINK(""http://evil.example"",1)",<b>bold</b>\n')
    assert (paper.title, paper.abstract) == ('=HYPERLINK("http://evil.example",1)', "<b>bold</b>")


def test_a_long_cell_is_read() -> None:
    (paper,) = papers("Title,Abstract\nOn owls," + "night " * 40_000 + "\n")
    assert len(paper.abstract) > 200_000


def test_a_register_of_retractions_gives_notices() -> None:
    one, two = table.read(REGISTER, "rw.csv")
    assert one == Notice(nature="Retraction", date="2020-10-03", reason="Error in Data; Concerns/Issues about Image", doi="10.1234/owl.5",
                         pmid="77", title="On Owls", published="2019-01-01", notice_doi="10.1234/r.1", source="rw.csv")  # fmt: skip
    assert two == Notice(nature="Expression of concern", date="2021-01-12", title="On Toads", published="2019-01-01", source="rw.csv")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "not a format that is read"),
        ("Title,DOI\n", "no row"),
        ('Title,Year\nOne,2001\n"Two,2002\nThree,2003\n', "quotation mark is not closed"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, reason: str) -> None:
    *read, skipped = table.read(text, "x.csv")
    assert isinstance(skipped, Skipped) and reason in skipped.reason and skipped.cure
    assert [paper.title for paper in read if isinstance(paper, Paper)] == (["One"] if "One" in text else [])
