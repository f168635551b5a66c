import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.checking import Finding, marked, unmarked
from tests.conftest import FIXTURES

PIECES = ["Frogs call.", "⚑[^verify-1]", "\n", "\n\n[^verify-1]: x\n", "[^verifyz-2]", "| a |", "# B {#b}", "\r\n", "⚑", " “x” [@a]. "]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES)).map("".join)
FINDINGS = st.lists(
    st.builds(
        Finding,
        file=st.just("a.md"),
        line=st.integers(0, 9),
        ends=st.integers(0, 9),
        section=st.just(""),
        text=st.sampled_from(["Frogs call.", "x", "", "(", "⚑ verify"]) | st.text(max_size=9),
        fault=st.sampled_from(["", "is wrong", "has a\nline", "[^verify-1]"]) | st.text(max_size=9),
        warning=st.sampled_from(["", "is retracted"]),
        kind=st.sampled_from(["sentence", "heading", "title", "row", "deleted"]),
    ),
    max_size=5,
)


@given(TEXTS, FINDINGS)
def test_without_its_marks_the_text_is_what_it_was(text: str, findings: list[Finding]) -> None:
    told = [finding for finding in findings if finding.fault or finding.warning]
    written = marked(text, findings)
    assert (unmarked(written) if told else written) == text
    assert len(written) > len(text) or not told


@pytest.mark.parametrize(
    ("line", "words", "kind", "then"),
    [
        ("One is [@a]. Two is not (p. 3) [1, 2]. So.", "Two is not.", "sentence", "One is [@a]. Two is not (p. 3) [1, 2].⚑ So."),
        ("He says “it is *so*.” [@a, p. 3].", "He says “it is so.”", "sentence", "He says “it is *so*.” [@a, p. 3].⚑"),
        ("So it is. So it is.", "So it is.", "sentence", "So it is. So it is.⚑"),
        ("| A | is so |", "A | is so", "row", "| A | is so ⚑|"),
        ("## It is so {#so}", "It is so", "heading", "## It is so⚑ {#so}"),
        ("title: so", "title: so", "title", "title: so"),
    ],
)  # fmt: skip
def test_a_mark_stands_behind_what_it_is_about(line: str, words: str, kind: str, then: str) -> None:
    finding = Finding.model_validate({"file": "a.md", "line": 1, "section": "", "text": words, "fault": "is *wrong*", "kind": kind})
    written = marked(f"{line}\nNext.\n", [finding])
    body, _, notes = written.partition("\n\n\n" if written.count("\n\n\n") else "\n\n")
    assert body.replace("⚑[^verify-1]", "⚑").split("\n")[0] == then
    assert notes == f"[^verify-1]: line 1, “{words.replace('|', chr(92) + '|').replace('*', '')}”: is \\*wrong\\*\n"


def test_a_sentence_over_two_lines_is_marked_where_it_ends() -> None:
    text = (FIXTURES / "drafts" / "by_name.md").read_text(encoding="utf-8")
    finding = Finding(file="", line=5, ends=6, section="", text="The moon “is made of green cheese and of little else”.", fault="no")
    line = marked(text, [finding]).split("\n")[5]
    assert line == "and of little else” (Volt, 2023).⚑[^verify-1]"
