import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from survey.records import Block, Reference, Section, Sentence, Survey
from survey.render.markdown import escape, sentence_markdown, survey_markdown
from survey.render.text import citekey, plain

from .small_survey import FIXTURES, claim, fact, golden, quote, small_survey
from .strategies import hostile, surveys

_ACTIVE = {"link_open", "image", "html_inline", "html_block", "code_inline", "fence", "code_block", "em_open", "strong_open", "s_open"}


@pytest.mark.parametrize("name", sorted(golden()))
def test_written_as_the_golden_file_says(name: str) -> None:
    assert golden()[name] == (FIXTURES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("sentence", "written"),
    [
        (claim("Roe reports:", quote("roe2021", "It fails.", 4)), "Roe reports: “It fails.” [@roe2021, p. 4]."),
        (claim("Roe reports that", quote("roe2021", "it fails", None), "."), "Roe reports that “it fails” [@roe2021]."),
        (claim("Roe asks:", quote("roe2021", "Why?")), "Roe asks: “Why?” [@roe2021, p. 1]."),
        (fact("Why did it fail?", "roe2021"), "Why did it fail? [@roe2021]"),
        (fact("It fails…", "roe2021", "a2019"), "It fails… [@roe2021; @a2019]"),
        (fact("It fails."), "It fails."),
        (fact("They name it “failure”."), "They name it “failure”."),
        (fact("They name it “failure”.", "roe2021"), "They name it &ldquo;failure&rdquo; [@roe2021]."),
        (claim("Roe:", quote("roe2021", "a “b” c” d")), "Roe: “a “b” c&rdquo; d” [@roe2021, p. 1]"),
    ],
)
def test_stops_and_marks(sentence: Sentence, written: str) -> None:
    assert sentence_markdown(sentence) == written


def test_a_place_quoted_twice_is_cited_once() -> None:
    first, second = quote("roe2021", "one", 3), quote("roe2021", "two", 3)
    sentence = Sentence(text="“one” and “two”.", kind="claim", quotes=(first, second), cites=("roe2021", "phan2019"))
    assert sentence_markdown(sentence) == "“one” and “two” [@roe2021, p. 3; @phan2019]."


@given(hostile)
def test_escaped_text_reads_back_as_itself(text: str) -> None:
    text = plain(text)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(escape(text, first=True))
    shown = [child for token in tokens for child in token.children or []]
    assert [token.type for token in tokens] == (["paragraph_open", "inline", "paragraph_close"] if text else [])
    assert {child.type for child in shown} <= {"text"}
    assert "".join(child.content for child in shown) == text


@settings(max_examples=60)
@given(surveys)
def test_nothing_of_a_text_becomes_active(survey: Survey) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(survey_markdown(survey))
    kinds = {child.type for token in tokens for child in _all(token)}
    assert not kinds & _ACTIVE


def _all(token: Token) -> list[Token]:
    return [token, *(inner for child in token.children or [] for inner in _all(child))]


def test_figures_that_were_not_drawn_are_not_shown() -> None:
    blocks = tuple(Block(kind="figure", figure=name, caption="c") for name in ("fishbone", "chains", "other"))
    survey = Survey(title="t", sections=(Section(id="s", title="s", blocks=blocks),))
    assert "![" not in survey_markdown(survey)


def test_references_may_be_left_to_citeproc() -> None:
    text = survey_markdown(small_survey(), printed_references=False)
    assert text.endswith("# References\n\n::: {#refs}\n:::\n")
    assert "suppress-bibliography" not in text


def test_keys_of_other_making_cannot_break_a_citation() -> None:
    assert citekey("phan2019a") == "phan2019a"
    assert citekey("a] <b>; @c") == "a-b-c"
    assert citekey("…") == "paper"


def test_an_address_is_made_from_well_formed_identifiers_only() -> None:
    paper = Reference(key="k2020", title="t", doi="10.1000/a b", arxiv="evil.example/2001.00001", pmid="12x")
    assert "doi:" not in survey_markdown(Survey(title="t", papers=(paper,)))
    assert "arXiv:" not in survey_markdown(Survey(title="t", papers=(paper,)))
