"""PDFs, made here line by line: what is title, text, heading, and what is left out; refusals by name."""

import zlib

import pytest

from survey.readers import pdf as reader
from survey.readers.pdf import bomb as pdfbomb
from survey.records import Paper, Skipped
from tests.readers.paper_pdf import IMAGE, Put, column, locked, pdf

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
        ("", "caption"),
    ]  # fmt: skip
    assert [page.number for page in found.pages] == [1, 2, 1]
    assert found.captions == ["Table 1: The owls and their ears."] and found.page_of(found.text.index("Table 1")) == 1
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


def test_what_an_empty_password_opens_is_read_and_what_another_one_locks_is_refused() -> None:
    assert " ".join(PROSE) in paper(locked(pdf([column(PROSE)]), "")).text
    (found,) = reader.read(locked(pdf([column(PROSE)]), "secret"), "x.pdf")
    assert isinstance(found, Skipped) and "password" in found.reason


def test_a_scan_without_text_is_refused_and_one_page_without_text_is_told_of() -> None:
    (found,) = reader.read(pdf([[IMAGE], [IMAGE]]), "x.pdf")
    assert isinstance(found, Skipped) and "only images" in found.reason and "ocrmypdf" in found.cure
    whole, told = reader.read(pdf([column(PROSE), [IMAGE]]), "x.pdf")
    assert isinstance(whole, Paper) and " ".join(PROSE) in whole.text
    assert isinstance(told, Skipped) and (told.place, told.reason) == ("page 2", "no text, only an image")


def test_the_invisible_layer_of_a_scan_is_its_text() -> None:
    layer = [line._replace(how="3 Tr") for line in column(PROSE)]
    assert paper(pdf([[IMAGE, *layer]])).text == " ".join(PROSE)


def test_pypdf_reads_what_pdfium_finds_nothing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "lines_of", lambda *_: [])
    assert " ".join(PROSE) in paper(pdf([column(PROSE)])).text


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_that_is_shown_turned_is_read_as_it_is_shown(turn: int) -> None:
    matrix = {0: "1 0 0 1", 90: "0 1 -1 0", 180: "-1 0 0 -1", 270: "0 -1 1 0"}[turn]
    place = {0: (72, 700), 90: (92, 72), 180: (540, 92), 270: (520, 720)}[turn]
    along = {0: (0, -12), 90: (12, 0), 180: (0, 12), 270: (-12, 0)}[turn]
    lines = [Put(f"{line}", place[0] + i * along[0], place[1] + i * along[1]) for i, line in enumerate(PROSE)]
    data = pdf([lines], page=f"/Rotate {turn}").replace(b"1 0 0 1 ", f"{matrix} ".encode())
    (found,) = reader.read(data, "x.pdf")
    assert isinstance(found, Paper), found
    assert found.text == " ".join(PROSE)


def test_the_numbers_of_lines_in_the_margin_are_left_out() -> None:
    body = [f"{line} {i}" for i, line in enumerate(PROSE * 5)]
    apart = [Put(str(i), 40, 700 - 12 * i, 8) for i in range(20)]
    with_them = paper(pdf([[*apart, *column(body)]]))
    within = paper(pdf([[piece for pair in zip(apart, column(body), strict=True) for piece in pair]]))
    assert with_them.text == within.text == paper(pdf([column(body)])).text


def test_two_columns_that_the_file_gives_row_by_row_are_read_one_after_the_other() -> None:
    left, right = [f"{line} l{i}" for i, line in enumerate(PROSE * 3)], [f"{line} r{i}" for i, line in enumerate(PROSE * 3)]
    rows = [put for pair in zip(column(left, 50, 700, 8), column(right, 320, 700, 8), strict=True) for put in pair]
    assert paper(pdf([rows])).text == paper(pdf([[*column(left, 50, 700, 8), *column(right, 320, 700, 8)]])).text


def test_indices_and_marks_of_notes_stand_apart_from_words() -> None:
    line = [
        Put("The script", 72, 700),
        Put("1", 116, 704, 7),
        Put("of owls is free, as is CO", 122, 700),
        Put("2", 218, 698, 7),
        Put(".", 221.7, 700),
    ]
    found = paper(pdf([[*line, *column(PROSE, y=688)]]))
    assert found.text.startswith("The script 1 of owls is free, as is CO2.")


@pytest.mark.parametrize(
    "entries",
    [
        ["[1] A. Byron. On owls and on the mice that", "they eat. 1843.", "[2] E. Noether. On rings. 1921.", "[3] B. Chen. Bats. 2010."],
        ["Byron, A. 1843. On owls and the mice that", "    they eat. In Owls.", "Noether, E. 1921. On rings", "Chen, B. 2010. On bats."],
    ],
)  # fmt: skip
def test_a_paragraph_for_each_entry_of_the_reference_list(entries: list[str]) -> None:
    heads = [Put("1 Introduction", 72, 740, 12, True), *column(PROSE, y=720), Put("References", 72, 600, 12, True)]
    puts = [Put(entry.strip(), 82 if entry.startswith(" ") else 72, 580 - 12 * i) for i, entry in enumerate(entries)]
    found = paper(pdf([[*heads, *puts]]))
    part = next(part for part in found.parts if part.kind == "references")
    printed = found.text[part.start : part.end].split("\n\n")
    assert len(printed) == 3 and printed[0].endswith(("eat. 1843.", "In Owls."))


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


@pytest.mark.parametrize("times", [1, 2])
def test_a_stream_that_unpacks_beyond_all_measure_is_refused(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    monkeypatch.setattr(pdfbomb, "MOST", 1_000_000)
    monkeypatch.setattr(pdfbomb, "_SHORTEST", 1_000)
    packed = b" " * 5_000_000
    for _ in range(times):
        packed = zlib.compress(packed)
    filters = b"[" + b" /FlateDecode" * times + b"]"
    data = pdf([column(PROSE)]).replace(
        b"%PDF-1.5\n", b"%%PDF-1.5\n9 0 obj\n<< /Filter %s >>\nstream\n%s\nendstream\nendobj\n" % (filters, packed)
    )
    (found,) = reader.read(data, "x.pdf")
    assert isinstance(found, Skipped) and "unpacks to more" in found.reason


def test_keywords() -> None:
    lines = [Put("A Title of Some Length", 100, 740, 18, True), *column(PROSE, y=700), Put("Keywords: owls; mice · the dark", 72, 640)]
    assert paper(pdf([lines])).keywords == ("owls", "mice", "the dark")


def test_the_parts_of_an_abstract_belong_to_it() -> None:
    heads = [
        Put("How Owls Find Mice in the Dark", 72, 740, 18, True),
        Put("Abstract", 72, 700, 14, True),
        Put("Background", 72, 680, 11, True),
    ]
    parts = [*column(PROSE, y=665), Put("Results", 72, 600, 11, True), *column(PROSE, y=585), Put("Introduction", 72, 520, 14, True)]
    found = paper(pdf([[*heads, *parts, *column(PROSE, y=500)]]))
    assert [part.kind for part in found.parts] == ["abstract", "introduction"]
    assert found.abstract.startswith("Background\n\nThe owl") and "Results" in found.abstract


def test_a_heading_that_runs_into_its_paragraph() -> None:
    lead = [
        Put("A Title of Some Length", 72, 770, 18, True),
        Put("2 Method", 72, 740, 14, True),
        Put("Birds.", 72, 715, 10, True),
        Put("Forty owls were held in the dark of a barn, and", 103, 715),
    ]
    found = paper(pdf([[*lead, *column(["fed with mice of the field for a year."], y=703), *column(PROSE, y=685)]]))
    assert [(part.heading, part.kind) for part in found.parts] == [("2 Method", "method"), ("Birds", "method")]
    assert "Forty owls were held in the dark of a barn, and fed with mice" in found.text


def test_a_great_initial_belongs_to_its_word() -> None:
    first = Put("T", 72, 690, 30, True)
    lines = [
        Put("1 Introduction", 72, 740, 14, True),
        first,
        Put("he owl is a bird that hunts at night and that finds", 92, 702),
        *column(PROSE, y=666),
    ]
    assert "The owl is a bird that hunts at night and that finds" in paper(pdf([lines])).text


def test_a_paragraph_is_one_line_whatever_its_font_gives_for_a_sign() -> None:
    lines = [Put("where x", 72, 700), Put("\x0ci", 104, 698, 7), Put("is a sign, and here follows what it is.", 115, 700)]
    found = paper(pdf([[Put("A Title of Some Length", 72, 740, 18, True), *column(PROSE, y=688)], [*lines, *column(PROSE, y=688)]]))
    assert not any("\n" in paragraph for paragraph in found.text.split("\n\n"))
