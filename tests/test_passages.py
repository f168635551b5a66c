import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.passages import around, passages, split_sentences
from survey.records import Page, Paper, Part, SourceSentence

WORDS = st.sampled_from(
    [
        "We",
        "show",
        "et al.",
        "i.e.",
        "[12]",
        "(2019)",
        "Fig.",
        "3",
        "3.5",
        "loss.",
        "Then",
        "Is it?",
        "U.S.",
        "x",
        "e.g.",
        "…",
        "12",
        "ﬁ",
        "数据。",
        "A.",
    ]
)
PARAGRAPHS = st.lists(st.lists(WORDS, min_size=1, max_size=25).map(" ".join), max_size=6)


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """A paper of a few sections, each a heading and paragraphs, as the readers make them."""
    text = "\n\n".join(draw(PARAGRAPHS))
    parts: list[Part] = []
    for n in range(draw(st.integers(0, 4))):
        heading = f"{n + 1} Section {'abc'[n % 3]}"
        body = "\n\n".join(draw(PARAGRAPHS))
        start = len(text) + 2 + len(heading)
        text += f"\n\n{heading}\n\n{body}"
        parts.append(Part(heading=heading, kind=draw(st.sampled_from(["method", "references"])), start=start, end=len(text)))
    middle = len(text) // 2
    pages = (Page(number=1, start=0, end=middle), Page(number=2, start=middle, end=len(text)))
    return Paper(key="key", text=text, parts=tuple(parts), pages=pages)


def told(paper: Paper, spans: list[SourceSentence]) -> list[str]:
    return [paper.text[span.start : span.end] for span in spans]


def split(text: str) -> list[str]:
    paper = Paper(text=text)
    return told(paper, split_sentences(paper))


@given(st.one_of(papers(), st.text(max_size=300).map(lambda text: Paper(key="key", text=text))))
def test_every_character_stands_in_exactly_one_sentence(paper: Paper) -> None:
    sentences = split_sentences(paper)
    assert [s.number for s in sentences] == list(range(len(sentences)))
    at = 0
    for sentence in sentences:
        assert paper.text[at : sentence.start].strip() == ""
        words = paper.text[sentence.start : sentence.end]
        assert words == words.strip() != ""
        assert "\n\n" not in words
        at = sentence.end
        assert all(not sentence.start < edge < sentence.end for part in paper.parts for edge in (part.start, part.end))
    assert paper.text[at:].strip() == ""
    assert split_sentences(paper) == sentences


@settings(deadline=None)
@given(papers(), st.integers(20, 200))
def test_passages_are_whole_sentences_of_one_section(paper: Paper, size: int) -> None:
    sentences = split_sentences(paper)
    found = passages(paper, sentences, size)
    assert [p.id for p in found] == [f"key/{n}" for n in range(len(found))]
    taken: list[int] = []
    for passage in found:
        assert passage.text == paper.text[passage.start : passage.end]
        inside = [s for s in sentences if passage.start <= s.start < passage.end]
        assert (inside[0].start, inside[-1].end) == (passage.start, passage.end)
        assert len(passage.text) <= size or len(inside) == 1
        part = paper.part_of(passage.start)
        assert part == paper.part_of(passage.end - 1)
        assert passage.section == (part.heading if part else "")
        assert part is None or part.kind != "references"
        assert passage.page == paper.page_of(passage.start)
        taken += [s.number for s in inside]
    headings = {part.heading for part in paper.parts}
    references = [p for p in paper.parts if p.kind == "references"]
    wanted = [
        s.number
        for s in sentences
        if paper.text[s.start : s.end] not in headings and not any(p.start <= s.start < p.end for p in references)
    ]
    assert taken == wanted


@pytest.mark.parametrize(
    "text",
    [
        "It was shown by Jones et al. (2019) to hold.",
        "It was shown by Jones et al. [12] to hold.",
        "Some tasks, i.e. Tagging, are hard.",
        "Some tasks (e.g. POS tagging) are hard.",
        "As Fig. 3 and Eq. 4 of Sec. V show, it holds.",
        "The gain, cf. Table 2, is 3.5 % vs. 2.1 %.",
        "The U.S. Army used the E. coli strain.",
        "We thank Dr. Smith and J. K. Rowling.",
        "The gradient w.r.t. The weights is small.",
        "3.2. Data and Methods",
    ],
)
def test_one_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    "sentences",
    [
        ["It works [12].", "Then it fails."],
        ["It works.[12]", "Then it fails."],
        ["It works. [3, 4]", "Then it fails."],
        ["It works.12", "Then it fails."],
        ["It was shown by Jones et al.", "We go on."],
        ["Is it?", "Yes!", "It is."],
        ["The value is 3.5.", "It fell by 2."],
        ["This is arXiv:1603.01354.", "We read it."],
    ],
)
def test_several_sentences(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


def test_a_heading_is_its_own_sentence_and_in_no_passage() -> None:
    text = "A Title\n\n1 Introduction\n\nWe begin. We go on.\n\nReferences\n\n[1] A. Author. A work."
    intro, references = text.index("\n\nWe begin"), text.index("\n\n[1]")
    parts = (
        Part(heading="Introduction", kind="introduction", start=intro, end=text.index("References")),
        Part(heading="References", kind="references", start=references, end=len(text)),
    )
    paper = Paper(key="key", text=text, parts=parts)
    sentences = split_sentences(paper)
    assert told(paper, sentences)[:5] == ["A Title", "1 Introduction", "We begin.", "We go on.", "References"]
    assert [(p.section, p.text) for p in passages(paper, sentences)] == [("", "A Title"), ("Introduction", "We begin. We go on.")]


def test_a_sentence_longer_than_a_passage_stands_alone() -> None:
    long = "Word " + "word " * 300 + "end."
    paper = Paper(key="key", text=f"Before it. {long} Behind it. And more.")
    assert [p.text for p in passages(paper, split_sentences(paper), 200)] == ["Before it.", long, "Behind it. And more."]


def test_paragraphs_stay_together_where_they_fit() -> None:
    paragraphs = ["A first one. " * 5, "A second one. " * 5, "A third one. " * 5]
    paper = Paper(key="key", text="\n\n".join(p.strip() for p in paragraphs))
    assert [p.text for p in passages(paper, split_sentences(paper), 90)] == [p.strip() for p in paragraphs]


def test_no_text_no_sentence() -> None:
    for text in ("", " \n\n "):
        paper = Paper(key="key", text=text)
        assert split_sentences(paper) == []
        assert passages(paper, []) == []


def test_the_neighbours_of_a_quote_are_of_its_section() -> None:
    text = "Old one. Old two.\n\nOne. Two. Three. Four."
    paper = Paper(key="p", text=text, parts=(Part(heading="", kind="method", start=19, end=len(text)),))
    sentences = split_sentences(paper)
    quotes = [paper.quote(s.start, s.end) for s in sentences]
    named = {quote.text: quote for quote in quotes}

    def beside(name: str, count: int) -> tuple[list[str], list[str]]:
        before, after = around(named[name], paper, sentences, count)
        return [q.text for q in before], [q.text for q in after]

    assert beside("Three.", 1) == (["Two."], ["Four."])
    assert beside("Two.", 5) == (["One."], ["Three.", "Four."])
    assert beside("Old two.", 5) == (["Old one."], [])
    assert beside("Four.", 0) == ([], [])


@given(
    st.lists(st.sampled_from(["Owls hunt at night. ", "They hear e.g. mice", "!", " .; ", "x", "\u3042", "[12] "]), min_size=1, max_size=3)
)
@settings(max_examples=20)
def test_a_paragraph_that_is_cut_for_its_length_loses_nothing(pieces: list[str]) -> None:
    text = "".join(pieces)
    text *= 12_000 // len(text)
    spans = split_sentences(Paper(key="key", text=text))
    assert "".join("".join(text[s.start : s.end] for s in spans).split()) == "".join(text.split())
