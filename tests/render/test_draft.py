import pytest
from hypothesis import given, settings

from survey.records import Survey
from survey.render.draft import read_draft
from survey.render.markdown import survey_markdown
from survey.render.marks import DraftCitation
from survey.render.text import plain, quote_spans

from .small_survey import HOSTILE, LOST, small_survey
from .strategies import surveys


@settings(max_examples=150, deadline=None)
@given(surveys)
def test_a_survey_reads_back_as_its_sentences(survey: Survey) -> None:
    read = [s for s in read_draft(survey_markdown(survey)) if s.prose]
    assert [(s.section, s.text, [q.text for q in s.quotes if q.citations and q.mark == "“"], s.citekeys) for s in read] == [
        (plain(section.title), text, [text[a + 1 : b - 1] for a, b, _ in quote_spans(text, s.quotes)], s.citekeys)
        for section, s in survey.sentences
        for text in [plain(s.text)]
    ]


def test_where_things_stand() -> None:
    markdown = survey_markdown(small_survey())
    lines = markdown.split("\n")
    sentences = read_draft(markdown)
    titles, said = ["title", "title"], [s.kind for s in sentences if s.kind not in ("title", "heading")]
    assert [s.kind for s in sentences[:2]] == titles
    assert said == ["paragraph"] * 4 + ["caption"] + ["table"] * 2 + ["list"] * 2 + ["table"] * 3 + ["caption"] + ["reference"] * 4
    assert {s.section: s.anchor for s in sentences}["Montages & channels"] == "montages"
    for sentence in sentences:
        start = sentence.text.split(" ")[0]
        assert start in lines[sentence.line - 1]
    assert [s.text for s in sentences if s.kind == "heading"] == list(dict.fromkeys(s.section for s in sentences if s.section))
    assert [s.citekeys for s in sentences if s.kind == "reference"] == [("andersen2020",), ("mallory2024",), ("phan2019",), ("roe2021",)]
    hostile = next(s for s in sentences if s.citekeys == ("mallory2024",))
    assert [q.text for q in hostile.quotes] == [HOSTILE.text]


def test_each_quote_has_the_citations_that_follow_it() -> None:
    (sentence,) = read_draft("Roe says “a” [@roe2021, pp. 3–4], while Phan says “b” and “c” [see @phan2019; -@lee2020, chap. 2].")
    assert sentence.text == "Roe says “a”, while Phan says “b” and “c”."
    phan = (DraftCitation(key="phan2019"), DraftCitation(key="lee2020", locator="chap. 2"))
    assert [q.citations for q in sentence.quotes] == [(DraftCitation(key="roe2021", locator="pp. 3–4"),), phan, phan]


_LINE = f"Phan et al. (2019) report: “{LOST.text}” [@phan2019, p. 4]."


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        ("lost 14 points", "lost 41 points", ("quotes", "41 points")),
        ("@phan2019, p. 4", "@phan2018, p. 4", ("citekeys", "phan2018")),
        ("@phan2019, p. 4", "@phan2019, p. 5", ("citations", "p. 5")),
        ("report:", "deny:", ("text", "deny:")),
        (_LINE, _LINE + " And so *it* is.", ("text", "And so it is.")),
        (_LINE, _LINE + "\nIt is proven @roe2021.", ("citekeys", "roe2021")),
        (_LINE, _LINE + "\n\n    indented code", ("text", "indented code")),
        (_LINE, _LINE + "\n\n> quoted <b>block</b>", ("text", "quoted <b>block</b>")),
        ("laboratory.” [", "laboratory. [", ("quotes", "laboratory.")),
        (" [@phan2019, p. 4]", "", ("citations", "()")),
    ],
)
def test_an_edit_is_seen(old: str, new: str, seen: tuple[str, str]) -> None:
    markdown = survey_markdown(small_survey())
    assert old in markdown
    before, after = read_draft(markdown), read_draft(markdown.replace(old, new, 1))
    field, value = seen
    changed = [str(getattr(s, field)) for s in after if s.text not in {b.text for b in before} or s not in before]
    assert any(value in text for text in changed)


@pytest.mark.parametrize("marks", ["“”", '""', "«»", "»«", "„“", "„”", "‘’"])
@pytest.mark.parametrize("words", ["one two", "o", "it’s one, don’t"])
def test_a_quotation_may_stand_in_other_marks(marks: str, words: str) -> None:
    (sentence,) = read_draft(f"Phan’s report – {marks[0]}{words}{marks[1]} [@phan2019] – is old.")
    assert [(q.text, q.mark, [c.key for c in q.citations]) for q in sentence.quotes] == [(words, marks[0], ["phan2019"])]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('Both the 5" and the 7" wafer, as "thin [@a].', ["thin [@a]."]),
        ('He calls it "a “moon” of cheese" [@a].', ["a “moon” of cheese", "moon"]),
        ("The students’ and the teachers’ ‘view of the students’ is [@a]", ["view of the students"]),
        ("‘One, the students’ view’ [@a]", []),
        ("The ’90s and rock ’n’ roll [@a]", []),
        ("„Der Mond“ und “the moon” [@a]", ["Der Mond", "the moon"]),
        ("x «y [@a]", ["y [@a]"]),
        (r"not \"quoted\" and `\"code\"` [@a]", []),
    ],
)
def test_a_mark_that_may_mean_something_else(text: str, quoted: list[str]) -> None:
    assert [q.text for s in read_draft(text) for q in s.quotes] == quoted


@pytest.mark.parametrize("marks", ["“”", '""', "«»"])
def test_a_quotation_may_be_broken_over_lines(marks: str) -> None:
    (sentence,) = read_draft(f"Phan reports: {marks[0]}one\ntwo{marks[1]} [@phan2019].")
    assert sentence.quotes[0].text == "one two"


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("@a says, “x”.", [("a", ())]),
        ("@a [p. 9] says, “x”.", [("a", ((9, 9),))]),
        ("@a [pp. 9-11] says, “x”.", [("a", ((9, 11),))]),
        ("@{a} says “x” (p. 9), and “y” [p. 10].", [("a", ((9, 9),)), ("a", ((10, 10),))]),
        ("“x”, says @a [p. 9].", [("a", ((9, 9),))]),
        ("@a says “x”, which is disputed [@b].", [("a", ())]),
        ("@a doubts it: “x” [@b, p. 2].", [("b", ((2, 2),))]),
        ("@a says “x”, but @b [p. 3] says “y”.", [("a", ()), ("b", ((3, 3),))]),
        ("As put in [@a, 7], “x”", [("a", ((7, 7),))]),
        ("“x” [@a, pp. 3, 123–5 and 130]", [("a", ((3, 3), (123, 125), (130, 130)))]),
    ],
)
def test_a_quotation_goes_with_the_paper_that_the_sentence_names(text: str, cited: list[tuple[str, object]]) -> None:
    (sentence,) = read_draft(text)
    assert [(c.key, c.pages) for q in sentence.quotes for c in q.citations] == cited


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("> one\n> two [@a, p. 2].", [("one two", "a")]),
        ("> one.\n>\n> two. [@a]", [("one. two.", "a")]),
        ("Phan [@a] writes:\n\n> one two", [("one two", "a")]),
        ("Phan [@a] wrote much.\n\n> a note of mine", []),
        ("> a note of mine", []),
        ("> Phan says: “one two three four” [@a].", [("one two three four", "a")]),
        ("> - Phan says: “one two three four” [@a].\n> - Nothing.", [("one two three four", "a")]),
    ],
)
def test_a_block_quotation_is_one_where_it_cites(text: str, quoted: list[tuple[str, str]]) -> None:
    assert [(q.text, q.citations[0].key) for s in read_draft(text) for q in s.quotes] == quoted


@pytest.mark.parametrize("text", ["", "---", "---\ntitle: x\n", "“", "[@", "[@]", "[@a", "” [@a]", "|", "\ufeff---\n---\n", "]" * 50])
def test_whatever_is_given_is_read(text: str) -> None:
    read_draft(text)


def test_line_numbers_count_from_the_top_of_the_file_with_any_line_end() -> None:
    markdown = survey_markdown(small_survey())
    assert [s.line for s in read_draft(markdown.replace("\n", "\r\n"))] == [s.line for s in read_draft(markdown)]
