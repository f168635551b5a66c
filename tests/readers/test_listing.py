"""The three shapes of pages saved from paper sites."""

from pathlib import Path

import pytest

from survey.readers import listing, read
from survey.records import Paper, Skipped

FIXTURES = Path(__file__).parent.parent / "fixtures" / "readers"


def papers(name: str) -> list[Paper]:
    return list(read(FIXTURES / name, name).papers)


def test_listing_gives_every_fact_of_its_lines() -> None:
    first, second, third, fourth = papers("listing.txt")
    assert first.title == "Glow: Tagging Speech with a Tiny CNN"
    assert first.authors == ("Ada Byron", "Emmy Noether", "Bo Chen")
    assert first.more_authors
    assert (first.date, first.keywords) == ("2021-03-03", ("CL",))
    assert (second.title, second.authors, second.more_authors) == ("On the Limits of Slow Light", ("Emmy Noether",), False)
    assert (second.date, second.year, second.keywords) == ("--06-09", None, ("quant-ph",))
    assert (third.title, third.authors) == ("Do Bees Count, Add, and Subtract?", ("Bo Chen", "María José García-López"))
    assert third.date == "1999-12-31"
    assert (fourth.title, fourth.text) == ("a note on typing without keys", "We describe a way to type in the air.")


LINES = "AIMar 3, 2021\nGlow by Night Ada Byron\nWe show a lamp.\nAIJun 9\nSlow Light Emmy Noether\nWe show light.\n"


@pytest.mark.parametrize(("today", "date"), [(2021, "--06-09"), (2022, "2022-06-09"), (2023, "--06-09")])
def test_a_date_without_a_year_is_of_the_one_year_that_it_can_be(today: int, date: str) -> None:
    found = listing.read(LINES, "page.txt", today)
    assert found
    assert [paper.date for paper in found if isinstance(paper, Paper)] == ["2021-03-03", date]


def test_listing_abstracts_read_without_simple_latex_and_keep_formulas() -> None:
    first, second, third, _ = papers("listing.txt")
    assert first.abstract.endswith("a tiny CNN with 12% fewer weights. It gains 3.5% over PAST on the DeskTop-9 set.")
    assert r"$\sum_i x_i^2$" in second.abstract
    assert "3 – 5 days" in third.abstract


def test_listing_places_name_entry_and_line() -> None:
    places = [p.sources[0].place for p in papers("listing.txt")]
    assert places == ["entry 1, line 1", "entry 2, line 4", "entry 3, line 8", "entry 4, line 11"]


def test_abstract_page_keeps_the_untranslated_abstract_alone() -> None:
    (paper,) = papers("abstract_page.txt")
    assert paper.title == ""
    assert paper.note == "We study how owls find mice …"
    assert paper.abstract.startswith("We study how owls") and paper.abstract.endswith("the effect holds in rain.")
    assert "Eulen" not in paper.text and "Bats" not in paper.text and "Home" not in paper.text


@pytest.mark.parametrize(
    ("label", "translation"),
    [
        ("翻译:", "我们研究猫头鹰如何在黑暗中找到老鼠。" * 12),
        ("Traduction :", "Nous étudions comment les hiboux trouvent les souris dans le noir. " * 6),
        ("번역:", "우리는 올빼미가 어둠 속에서 쥐를 찾는 방법을 연구한다. " * 10),
        ("ترجمة:", "ندرس كيف تجد البومة الفئران في الظلام. " * 10),
        ("Přeloženo:", "Zkoumáme, jak sovy nacházejí myši ve tmě, a měříme jejich sluch v tiché místnosti za deště. " * 4),
        ("Kääntäjä:", "我们研究猫头鹰如何在黑暗中找到老鼠。" * 12),  # an unknown label, told by the script behind it
    ],
)
def test_abstract_page_in_other_languages(label: str, translation: str) -> None:
    abstract = "We study how owls find mice in the dark. " * 8
    page = f"{abstract}\n\n{label}{translation}\n\n0\nShare\nOwlNet\n12+\n"
    found = listing.read(page, "page.txt")
    assert found is not None and len(found) == 1
    paper = found[0]
    assert isinstance(paper, Paper) and paper.text == abstract.strip()


def test_author_listing_has_identifiers_comments_and_long_abstracts() -> None:
    found = read(FIXTURES / "author_listing.txt", "author_listing.txt")
    first, second, third = found.papers
    assert (first.arxiv, first.date, first.title, first.authors) == ("2101.00001", "2021-01-04", "", ())
    assert first.text.count("\n\n") == 1 and first.abstract.endswith("in a boat.")
    assert (second.arxiv, second.doi) == ("1905.11111", "10.5555/abc.123")
    assert second.text == "A clock that needs no winding is described."
    assert second.note.startswith("4 pages")
    assert third.arxiv == "math.GT/0309136"
    (skipped,) = found.skipped
    assert skipped.place == "entry 4, line 20" and "number" in skipped.reason


def test_an_entry_without_title_is_told() -> None:
    found = listing.read("CLMar 3, 2021\nA Title of ItAda Byron\nText.\nCLMar 4, 2021\n", "x")
    assert found is not None
    assert isinstance(found[1], Skipped) and found[1].place == "entry 2, line 4"


@pytest.mark.parametrize(
    "text",
    [
        "A paper on clocks\n\nIt was cold.\n\nMay 26\n\n" + "And so it went on, day by day.\n" * 60,
        "Notes\n\nSee arXiv:2101.00001 for more.\n",
        "\n".join(["A long line of prose that goes on and on. " * 10] * 12),
        "",
    ],
)
def test_other_text_has_none_of_the_shapes(text: str) -> None:
    assert listing.read(text, "x") is None
