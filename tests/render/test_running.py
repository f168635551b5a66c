import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.render.marks import KEYS, NAMES, NUMBERS, marks_in
from survey.render.prose import sentence_spans
from survey.render.running import read_running

PIECES = ["Frogs call", "Roe et al.", " ", ". ", "? ", "[1]", " [1, 2]", "[@a, p. 3]", "@b ", "“It is. So.”", "“", "”", " (Roe, 2020)"]
PIECES += ["\\cite{a}", "\n", "\n\n", "# References\n\n", "- ", "[1] ", "| a |\n|---|\n| b. |\n", "[^1]", "[^1]: Roe (2020)\n", "<sup>"]
PIECES += ["⚑", "\0", "{#refs}", "> ", "**References**\n\n", "\\", "\\*", "&amp;"]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@settings(deadline=None)
@given(TEXTS)
def test_whatever_is_given_is_read(text: str) -> None:
    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= s.line <= s.ends <= lines for s in read_running(text))


@settings(deadline=None)
@given(
    TEXTS.map(lambda text: text.replace("\n", " ").replace("\0", "")), st.sampled_from([KEYS, NUMBERS, NAMES]), st.sets(st.integers(0, 99))
)
def test_every_character_stands_in_one_sentence(text: str, form: re.Pattern[str], escaped: set[int]) -> None:
    shape = "".join("\0" if at in escaped else char for at, char in enumerate(text))
    spans = sentence_spans(text, shape, list(marks_in(text, shape, form)))
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("He shows it [1]. As shown. [7] Then it\nfails.[8][9] See Fig. 3 of [10] here.",
         ["He shows it [1].", "As shown. [7]", "Then it\nfails.[8][9]", "See Fig. 3 of [10] here."]),
        ("“We agree. So we do.” Then he left. He said: “We agree.” [3] Then he left.",
         ["“We agree. So we do.”", "Then he left.", "He said: “We agree.” [3]", "Then he left."]),
        ("Smith et al. [9] say this. So do Smith et al. They left.", ["Smith et al. [9] say this.", "So do Smith et al.", "They left."]),
        ("Es ist z. B. so [1, pp. 3–4]. Und „so. Nicht.“ [2]. Ende.", ["Es ist z. B. so [1, pp. 3–4].", "Und „so. Nicht.“ [2].", "Ende."]),
    ],
)  # fmt: skip
def test_a_sentence_ends_neither_in_a_quotation_nor_before_its_citation(text: str, sentences: list[str]) -> None:
    spans = sentence_spans(text, text, list(marks_in(text, text, NUMBERS)))
    assert [text[start:end] for start, end in spans] == sentences


@pytest.mark.parametrize(
    ("heading", "is_list"),
    [
        ("# References", True),
        ("## 7. References", True),
        ("Bibliography\n===", True),
        ("# Literaturverzeichnis", True),
        ("# Sources of error", False),
    ],
)
def test_a_list_of_references_is_one_by_its_heading_and_ends_with_it(heading: str, is_list: bool) -> None:
    said = read_running(f"{heading}\n\n[1] Roe, A. (2020). Frogs.\n\n# Appendix\n\n[1] is no entry here.\n")
    kinds = {s.text: s.kind for s in said}
    assert kinds.get("Roe, A. (2020). Frogs.") == ("entry" if is_list else None)
    assert kinds["is no entry here."] == "paragraph"
