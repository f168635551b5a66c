"""The text contract: paragraphs on one line, parts and pages in range, pages that tile the text. And the cleaning of characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.readers.assembly import Block, assemble, kind_of
from survey.readers.cleaning import clean, decode, one_line, without_latex

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=40).map(one_line)
BLOCKS = st.lists(st.tuples(WORDS, st.integers(0, 3), st.integers(1, 4)), max_size=12)


@given(BLOCKS)
def test_parts_and_pages_are_ranges_of_the_text(drawn: list[tuple[str, int, int]]) -> None:
    number = 0
    blocks = []
    for text, level, step in drawn:
        number += step
        blocks.append(Block(text, level, ((0, number),)))
    body = assemble(blocks)
    assert body.text == "\n\n".join(b.text for b in blocks if b.text)
    at = 0
    for part in body.parts:
        assert at <= part.start <= part.end <= len(body.text)
        assert not body.text[part.start : part.end].startswith("\n") and not body.text[part.start : part.end].endswith("\n")
        at = part.end
    assert "".join(body.text[page.start : page.end] for page in body.pages) == body.text
    assert all(page.start < page.end for page in body.pages)
    assert [page.number for page in body.pages] == sorted({page.number for page in body.pages})


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Abstract", "abstract"), ("1 Introduction", "introduction"), ("II. RELATED WORK", "related"), ("3.2 Our Model", "method"),
        ("4 Results and Discussion", "results"), ("Discussion and Conclusion", "discussion"),
        ("6. Conclusions and Future Work", "conclusion"),
        ("7. REFERENCES", "references"), ("Appendix A", "appendix"), ("Acknowledgments", "other"), ("Owls", "other"), ("", "other"),
        ("Author summary", "other"),
        *((heading, "references") for heading in (
            "References", "Reference", "REFERENCES:", "Reference list", "References and Notes", "References and further reading",
            "References (selected)", "5 Bibliography", "Works Cited", "Literatur", "Literaturverzeichnis", "Bibliographie", "RÉFÉRENCES",
            "Referencias", "Referências bibliográficas", "Bibliografía", "Bibliografia", "Riferimenti", "参考文献", "Литература",
            "Список литературы",
        )),
        ("Reference answers", "other"), ("Reference implementation", "method"), ("References to earlier frogs", "other"),
        ("Bibliography managers", "other"), ("Reference-free evaluation", "results"),
    ],
)  # fmt: skip
def test_kinds(heading: str, kind: str) -> None:
    assert kind_of(heading) == kind


def test_a_subsection_belongs_to_its_own_section() -> None:
    body = assemble([Block("3 Model", 1), Block("3.1 Owls", 2), Block("5 Mice", 1), Block("5.1 Ears", 2), Block("6.2 Feet", 2)])
    assert [p.kind for p in body.parts] == ["method", "method", "other", "other", "other"]


@given(st.text())
def test_cleaning_is_idempotent_and_keeps_no_control_character(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not any(c < " " and c != "\n" for c in once)


@given(st.binary(max_size=300))
def test_decoding_never_fails(data: bytes) -> None:
    text = decode(data)
    assert text is None or isinstance(text, str)


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"\textbf{MERIT} gains $3%$ and $ +2.66\%$ over C\&W", "MERIT gains 3% and +2.66% over C&W"),
        (r"``quoted'' text -- as it is", "“quoted” text – as it is"),
        (r"$\sum_i x_i$ stays", r"$\sum_i x_i$ stays"),
        (r"costs \$5 and \$6", "costs $5 and $6"),
        (r"\emph{\textit{both}} and Fig.~2", "both and Fig. 2"),
        ("state-of-the-art", "state-of-the-art"),
        (r"a $\sim 10\times$ gain", "a ∼ 10× gain"),
    ],
)
def test_light_latex(latex: str, plain: str) -> None:
    assert without_latex(latex) == plain


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("MÃ¼ller says â€œno owlâ€\x9d, itâ€™s 5 Â± 2", "Müller says “no owl”, it’s 5 ± 2"),
        ("SÃO PAULO, “bom”, L’été à Œuvre, ｗｉｄｅ ‘q’", "SÃO PAULO, “bom”, L’été à Œuvre, ｗｉｄｅ ‘q’"),
    ],
)
def test_letters_decoded_once_too_often_are_mended_and_nothing_else_is_touched(broken: str, whole: str) -> None:
    assert clean(broken) == whole
