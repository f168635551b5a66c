"""Whatever the papers say, each [n] of an answer leads to its source, and nothing of it becomes active."""

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from survey.records import Answer, Claim, Near, Quote, Searched, Sentence, Standing, Talk
from survey.render.answer import (
    Telling,
    answer_html,
    answer_json,
    answer_markdown,
    answer_text,
    parted,
    read_json,
    read_talk,
    read_talk_json,
    talk_html,
    talk_json,
    talk_markdown,
)
from survey.render.lines import lines_of, tokens_of

from .small_survey import HALVED, LOST, PAPERS, claim
from .strategies import answers, found, talks

NUMBER = re.compile(r"\[(\d+)\]")
SAID = Claim(sentence=claim("Phan et al. (2019):", LOST), likewise=(claim("Roe et al. (2021) find that", HALVED, "."),))
ANSWER = Answer(question="Does accuracy travel?", found=True, claims=(SAID,), missing=("cost",), papers=PAPERS[:3])


def resolved(cited: list[int], listed: list[int], answer: Answer) -> None:
    """Every citation has a source, every source a citation, and they are numbered by first citation, as the record says."""
    assert list(dict.fromkeys(cited)) == listed == list(range(1, len(answer.evidence) + 1))


# ---------------------------------------------------------------- numbers


@settings(max_examples=60)
@given(found())
def test_every_number_of_a_file_leads_to_a_source(answer: Answer) -> None:
    """What a paper prints in brackets is escaped there, and no citation."""
    _, tokens = tokens_of(parted(answer_markdown(answer)).text)
    shapes = "\n".join(line.shape for token in tokens if token.type == "inline" for line in lines_of(token))
    told, sources = re.split(r"^Sources$", shapes, maxsplit=1, flags=re.MULTILINE) if answer.evidence else (shapes, "")
    resolved([int(n) for n in NUMBER.findall(told)], [int(n) for n in re.findall(r"^\[(\d+)\]", sources, re.MULTILINE)], answer)


@settings(max_examples=60)
@given(found())
def test_every_number_of_the_cards_leads_to_a_quote_below(answer: Answer) -> None:
    html = answer_html(answer)
    cited = [int(n) for n in re.findall(r'<b class="cite">\[(\d+)\]</b>', html)]
    listed = [int(n) for n in re.findall(r'<b class="source">\[(\d+)\]</b>', html)]
    resolved(cited, sorted(set(listed)), answer)


plain_words = st.text("abcdefgh ", min_size=3, max_size=20).map(lambda words: f"{words.strip() or 'a'}.")


@settings(max_examples=60)
@given(st.lists(st.lists(st.tuples(st.sampled_from("abcd"), plain_words), min_size=1, max_size=3), min_size=1, max_size=5))
def test_every_number_on_the_terminal_leads_to_a_source(said: list[list[tuple[str, str]]]) -> None:
    claims = []
    for quoted in said:
        quotes = tuple(Quote(key=key, text=words, start=0, end=len(words)) for key, words in quoted)
        claims.append(Claim(sentence=Sentence(text=f"{quoted[0][0]}: “{quoted[0][1]}”", kind="claim", quotes=quotes)))
    answer = Answer(question="?", found=True, claims=tuple(claims))
    told, _, sources = answer_text(answer).partition("\nSources\n")
    resolved([int(n) for n in NUMBER.findall(told)], [int(n) for n in re.findall(r"^\[(\d+)\]", sources, re.MULTILINE)], answer)


@settings(max_examples=60)
@given(answers)
def test_claims_that_are_told_one_by_one_are_the_beginning_of_the_whole(answer: Answer) -> None:
    telling = Telling()
    told = [telling.claim(claim) for claim in answer.claims[:2]]
    names_nobody = not any(sentence.cites for claim in answer.claims for sentence in claim.sentences)
    if names_nobody:  # how a paper is called that is not quoted is known at the end alone
        assert "\n\n".join(filter(None, [*told, telling.rest(answer)])) == answer_text(answer)


def test_an_answer_that_is_not_what_was_told_is_told_whole() -> None:
    telling = Telling()
    telling.claim(Claim(sentence=claim("Roe et al. (2021) find that", HALVED, ".")))
    assert telling.rest(ANSWER) == answer_text(ANSWER)


# ---------------------------------------------------------------- kept


@settings(max_examples=60)
@given(talks)
def test_a_file_reads_back_as_what_was_written(talk: Talk) -> None:
    assert read_talk(talk_markdown(talk)) == talk
    assert read_talk_json(talk_json(talk)) == talk


@settings(max_examples=60)
@given(answers)
def test_json_holds_the_numbers_and_reads_back(answer: Answer) -> None:
    data = json.loads(json.dumps(answer_json(answer)))
    assert read_json(data) == answer
    assert [(q["number"], q["key"], q["start"]) for q in data["evidence"]] == [
        (n, q.key, q.start) for n, q in enumerate(answer.evidence, 1)
    ]
    assert [claim["citations"] for claim in data["claims"]] == [list(answer.numbers(claim.quotes)) for claim in answer.claims]


@pytest.mark.parametrize("text", ["", "# A text\n", "[]", "{}", '{"answers": 3}', '{"format": 99, "question": "?", "found": false}'])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_talk(text)
    with pytest.raises(ValueError, match=r"."):
        read_talk_json(text)


def test_a_record_of_a_later_version_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="format 2"):
        read_talk(answer_markdown(ANSWER).replace("format 1", "format 2"))


# ---------------------------------------------------------------- what papers say commands nothing

_OURS = {"code_inline", "strong_open", "strong_close"}
_ACTIVE = {"link_open", "image", "html_inline", "html_block", "fence", "code_block", "em_open", "s_open", "code_inline", "strong_open"}


@settings(max_examples=60)
@given(talks)
def test_nothing_of_a_text_becomes_active_in_a_file(talk: Talk) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(talk_markdown(talk))
    assert [token.type for token in tokens if token.type == "html_block"] == ["html_block"]
    assert tokens[-1].content.count("-->") == 1
    assert tokens[-1].content.endswith("-->\n")
    within = {child.type for token in tokens for child in token.children or []}
    assert not within & (_ACTIVE - (_OURS if any(not answer.found for answer in talk.answers) else set()))


@settings(max_examples=60)
@given(answers)
def test_nothing_but_text_and_line_breaks_comes_to_a_terminal(answer: Answer) -> None:
    text = answer_text(answer, 60)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@settings(max_examples=60)
@given(answers)
def test_cards_are_made_of_our_elements_alone(answer: Answer) -> None:
    seen = _Tags()
    seen.feed(answer_html(answer))
    seen.close()
    known = {"div", "p", "b", "bdi", "em", "span", "details", "summary", "table", "tr", "th", "td", "ul", "li", "cite", "a"}
    assert seen.tags <= known
    assert seen.attributes <= {"class", "style", "href", "rel"}


def test_a_page_of_answers_loads_and_runs_nothing() -> None:
    page = talk_html(Talk(answers=(ANSWER,)))
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert page.count('class="survey-answer"') == 1


# ---------------------------------------------------------------- how it reads


def test_an_answer_on_a_terminal() -> None:
    standing = Standing(quotes=2, papers=2, independent=2, level="high")
    text = answer_text(ANSWER.model_copy(update={"claims": (SAID.model_copy(update={"standing": standing}),)}), 70)
    assert text.startswith(
        "1. Phan et al. (2019): “A network lost 14 points of accuracy at the\n"
        "   next laboratory.” [1]\n"
        "   Likewise: Roe et al. (2021) find that “dropping channels at random\n"
        "   halves the gap”. [2]\n\n"
        "Confidence high: "
    )
    assert text.endswith(
        "Not said: “cost”.\n\n"
        "Sources\n"
        "[1] Phan et al. (2019), @phan2019, p. 4, characters 1203–1263\n"
        "[2] Roe et al. (2021), @roe2021, p. 3, characters 510–552"
    )


def test_a_quote_that_no_claim_spells_out_stands_with_its_source() -> None:
    rests = Sentence(text="Accuracy falls elsewhere.", kind="claim", quotes=(LOST,), verdict="flagged")
    text = answer_text(Answer(question="?", found=True, claims=(Claim(sentence=rests),)), 200)
    assert "1. Accuracy falls elsewhere [1]. ⚑ its quotes do not plainly bear it out" in text
    assert text.endswith(f"[1] @phan2019, p. 4, characters 1203–1263: “{LOST.text}”")


def test_where_nothing_was_found_it_says_what_was_searched() -> None:
    searched = Searched(papers=1, passages=1200, terms=("world", "cup"))
    text = answer_text(Answer(question="Who won?", found=False, reason="empty", searched=searched), 200)
    assert text == (
        "Not in this collection. Nothing in these papers speaks of it. Searched: 1 paper, 1,200 passages, for: world, cup.\n\n"
        "To add papers: survey add PATH or survey fetch openalex “…”."
    )


def test_that_nothing_speaks_of_it_is_said_only_where_no_word_was_found() -> None:
    weak = Answer(question="Who won?", found=False, reason="weak", strength=0.2)
    assert "Not in this collection. No paper comes near enough." in answer_text(weak, 200)
    near = weak.model_copy(update={"nearest": (Near(key="roe2021", score=0.4),)})
    assert "Some papers come near; none plainly says it." in answer_text(near, 200)
