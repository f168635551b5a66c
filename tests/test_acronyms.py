import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.acronyms import Definition, definitions, glossary, has_acronym


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We train an Audio Spectrogram Transformer (AST) on it.", [("AST", "Audio Spectrogram Transformer")]),
        ("AST (Audio Spectrogram Transformer) is trained.", [("AST", "Audio Spectrogram Transformer")]),
        (
            "Part-of-speech (POS) tagging needs long short-term memory (LSTM).",
            [("POS", "Part-of-speech"), ("LSTM", "long short-term memory")],
        ),
        ("the Paleocene-Eocene thermal maximum (PETM, 56 Ma)", [("PETM", "Paleocene-Eocene thermal maximum")]),
        ("induced pluripotent stem cells (iPSCs)", [("iPSCs", "induced pluripotent stem cells")]),
        ("Ponds dry out (Roe, 2019) in June (see Table 3).", []),
        ("The frogs (RNA) sing.", []),
        ("rain (it) falls on ponds (all of them)", []),
        ("It ended. Ponds were dry (EPD).", []),  # no definition reaches over a full stop
    ],
)
def test_where_letters_stand_for_words(text: str, found: list[tuple[str, str]]) -> None:
    assert [(d.short, d.long) for d in definitions(text)] == found


@given(st.text("Aa Bb(C)c-.", max_size=60))
def test_both_forms_stand_where_the_definition_says(text: str) -> None:
    for found in definitions(text):
        assert isinstance(found, Definition)
        assert found.short in text[found.start : found.end]
        assert found.long in text[found.start : found.end]
        assert found.long[0].lower() == found.short[0].lower()


def test_the_first_definition_counts_and_says_where_it_stands() -> None:
    texts = ["Ponds dry out.", "A water level (WL) falls.", "Wet lands (WL) are left."]
    assert glossary(texts) == {"WL": ("water level", 1)}


@pytest.mark.parametrize(("text", "there"), [("ASTs fail.", True), ("SSAST fails.", False), ("The AST-based net", True), ("ast", False)])
def test_an_acronym_stands_as_a_word(text: str, there: bool) -> None:
    assert has_acronym(text, "AST") is there
