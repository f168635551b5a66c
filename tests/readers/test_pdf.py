"""PDFs, made here line by line: what is title, text, heading, and what is left out; refusals by name."""

import pytest

from survey.readers import pdf as reader
from survey.records import Paper, Skipped
from tests.readers.paper_pdf import Put, column, pdf

PROSE = [
    "The owl is a bird that hunts at night and that finds its prey by",
    "what it hears. It is not known how the two ears are used in the",
    "rain, and this is the question that we put to forty owls in this",
    "work. We find that the error of a strike is small in the dark.",
]
LOCKED = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O ({'a' * 32}) /U ({'b' * 32}) /P -4 >> /ID [(c) (c)]"
SECOND = [
    "A second paragraph begins here, and it is about the mice that the",
    "owls are looking for in the grass of the field that lies be-",
]


def paper(data: bytes, name: str = "x.pdf") -> Paper:
    (found,) = reader.read(data, name)
    assert isinstance(found, Paper), found
    return found


def two_pages() -> bytes:
    first = [
        Put("Proceedings of the 3rd Conference on Owls, pages 1-2, 2018.", 100, 30, 9),
        Put("How Owls Find Mice in the Dark:", 150, 740, 16, bold=True),
        Put("A Study of Ears", 220, 720, 16, bold=True),
        Put("Ada Byron and Emmy Noether", 200, 695, 11, bold=True),
        Put("University of Clocks", 220, 680, 11),
        Put("Abstract", 72, 650, 12, bold=True),
        *column(["We measure owls. The error falls by 42.7% and the effect", "holds in the rain and in the dark of the night."], y=630),
        Put("1 Introduction", 72, 590, 12, bold=True),
        *column(PROSE, y=570),
        Put("Table 1: The owls and their ears.", 72, 510, 9),
        *column(["Owl Left Right", "A 0.11 0.12", "B 0.21 0.22"], y=495, size=9),
        *column(SECOND, y=440),
    ]
    second = [
        Put("1", 300, 30, 9),
        *column(["hind the house, and it goes on over the end of the page."], y=740),
        Put("2 Conclusion", 72, 700, 12, bold=True),
        *column(["Owls hear well, and the rain is no hindrance to them at all."], y=680),
        Put("References", 72, 640, 12, bold=True),
        *column(["Bo Chen. 2010. On bats. In Bats."], y=620),
    ]
    return pdf([first, second], title="Microsoft Word - owls_final2.doc")


def test_front_matter() -> None:
    found = paper(two_pages(), "P18-1088.pdf")
    assert found.title == "How Owls Find Mice in the Dark: A Study of Ears"
    assert found.authors == ("Ada Byron", "Emmy Noether")
    assert (found.date, found.url) == ("2018", "https://aclanthology.org/P18-1088")
    assert found.abstract.startswith("We measure owls.") and found.abstract.endswith("of the night.")
    assert "University" not in found.text


def test_parts_pages_and_paragraphs() -> None:
    found = paper(two_pages())
    assert [(p.heading, p.kind) for p in found.parts] == [
        ("Abstract", "abstract"), ("1 Introduction", "introduction"), ("2 Conclusion", "conclusion"), ("References", "references"),
    ]  # fmt: skip
    assert [page.number for page in found.pages] == [1, 2]
    assert found.pages[0].start == 0 and found.pages[-1].end == len(found.text) and found.pages[0].end == found.pages[1].start
    assert found.page_of(found.text.index("the house")) == 2
    assert " ".join(PROSE) in found.text
    assert not any("\n" in paragraph for paragraph in found.text.split("\n\n"))


def test_a_paragraph_is_joined_over_the_page_and_tables_and_page_numbers_are_left_out() -> None:
    found = paper(two_pages())
    assert "in the grass of the field that lies behind the house, and it goes on over the end of the page." in found.text
    assert "0.11" not in found.text and "Proceedings" not in found.text
    assert found.date == "2018"


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ["Owls of the north are large and they", "hunt in the day as well as at night,", "which is not what the owls of the"]
    right = ["south do. It is the length of the day", "that makes them do so, as we show in", "this paper with the help of a lamp."]
    found = paper(pdf([[Put("Owls and Lamps in the North", 100, 740, 18, True), *column(left, 72, 690), *column(right, 320, 690)]]))
    assert found.text == " ".join(left + right)
    assert found.title == "Owls and Lamps in the North"


def test_identifiers() -> None:
    lines = [Put("A Title of Some Length", 100, 740, 18, True), *column([*PROSE, "doi:10.5555/Abc.12"], y=690)]
    found = paper(pdf([lines]), "papers/1904.02232v2.pdf")
    assert (found.arxiv, found.date, found.doi) == ("1904.02232", "2019-04", "10.5555/abc.12")


def test_a_page_in_one_size_has_no_title_but_keeps_its_text() -> None:
    found = paper(pdf([column(PROSE)]))
    assert (found.title, found.text) == ("", " ".join(PROSE))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.4\nnothing that follows is a document", "damaged"),
        (two_pages()[:400], "damaged"),
        (pdf([[]]), "no text"),
        (pdf([[Put("Hi there", 72, 700)]]), "too few"),
        (pdf([column(PROSE)], encrypt=LOCKED), "password"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(data: bytes, reason: str) -> None:
    (found,) = reader.read(data, "x.pdf")
    assert isinstance(found, Skipped)
    assert reason in found.reason and found.cure


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PAGES", 1)
    (found,) = reader.read(two_pages(), "x.pdf")
    assert isinstance(found, Skipped) and "pages" in found.reason


def test_a_broken_word_keeps_the_hyphen_that_is_its_own() -> None:
    lines = [
        "The owl that we tell of is a state-",
        "of-the-art hunter, and it finds its mice by what it hears, as",
        "we found out.",
    ]
    found = paper(pdf([[Put("Owls and Lamps in the North", 100, 740, 18, True), *column(lines, 72, 690)]]))
    assert "a state-of-the-art hunter" in found.text


def test_names_in_one_row_are_parted_by_wide_blanks() -> None:
    row = [Put("Ada Byron", 120, 712, 11, True), Put("Emmy Noether", 187, 712, 11, True), Put("Bo Chen", 270, 712, 11, True)]
    lines = [Put("How Owls Find Mice in the Dark", 150, 740, 16, True), *row, Put("University of Clocks", 220, 695, 11)]
    found = paper(pdf([[*lines, Put("Abstract", 72, 650, 12, True), *column(PROSE, y=630)]]))
    assert found.authors == ("Ada Byron", "Emmy Noether", "Bo Chen")


@pytest.mark.parametrize("heading", ["Contents", "1 Your Chapter", "Introduction", "Chapter 3 Owls of the North"])
def test_a_heading_is_no_title(heading: str) -> None:
    found = paper(pdf([[Put(heading, 100, 740, 18, True), *column(PROSE, y=690)]], title=heading))
    assert found.title == ""
    assert found.note
