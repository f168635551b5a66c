import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.models.extractive.clauses import ELLIPSIS, clause, limiting
from survey.models.extractive.verbs import base_form, third_person
from survey.terms import numbers


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("However, ponds dry out in the hottest of all months.", "ponds dry out in the hottest of all months"),
        ("To address these problems, we build a dam across the river.", "build a dam across the river"),
        ("In this paper, we present a dam across the river.", "present a dam across the river"),
        ("As shown in Table 3, ponds dry out in early summer.", "ponds dry out in early summer"),
        ("Inspired by beavers, this paper proposes dams of wood.", "proposes dams of wood"),
        ("Only in June, ponds dry out in early summer.", "Only in June, ponds dry out in early summer"),
        ("Ponds dry out.", "Ponds dry out"),
        ("However, it rains.", "However, it rains"),  # too little would be left
    ],
)
def test_what_only_leads_over_is_cut(text: str, kept: str) -> None:
    found = clause(text, 32)
    assert found.quoted(found.said) == kept


@pytest.mark.parametrize(
    ("text", "kind", "front", "noun", "verb"),
    [
        ("We propose a dam.", "we", "", "", "propose"),
        ("The authors empirically show that dams hold.", "we", "", "", ""),
        ("We also propose a dam.", "we", "", "", "propose"),
        ("We can hold the water.", "we", "", "", ""),
        ("On small rivers, our wooden model holds.", "own", "On small rivers,", "wooden model", "holds"),
        ("This paper proposes a dam.", "paper", "", "paper", "proposes"),
        ("The aim of this study was to test dams.", "aim", "", "", "test"),
        ("Experiments show that dams hold.", "own", "", "Experiments", "show"),
        ("Dams hold water.", "clause", "", "", ""),
        ("This method proposes a dam.", "clause", "", "", ""),  # whose it is, nobody can tell
    ],
)
def test_who_speaks(text: str, kind: str, front: str, noun: str, verb: str) -> None:
    found = clause(text)
    assert (found.kind, found.front, found.noun, found.verb) == (kind, front, noun, verb)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "The dam holds the water of nine rivers, which flow down from the hills of the north (Roe, 2019).",
            "The dam holds the water of nine rivers …",
        ),
        ("The dam holds the water of nine rivers (Roe et al., 2019; Lee, 2020).", "The dam holds the water of nine rivers …"),
        ("The dam holds the water of nine rivers [3, 7].", "The dam holds the water of nine rivers"),
        (
            "Dams (Roe and Lee, 2019) hold the water of the nine rivers that come down from the hills.",
            "Dams … hold the water of the nine rivers that come down from the hills",
        ),
        ("We propose a dam of wood and stone that holds all of the water of the rivers.", "propose a dam of wood and stone …"),
        # Each of these tails says what the claim hangs on, or gives its figure.
        *(
            (f"The dam holds the water of many rivers, {tail}.", f"The dam holds the water of many rivers, {tail}")
            for tail in (
                "which is so only if no storm ever comes near",
                "leading to 30% more of water in each of the ponds",
                "but not the water that comes down in the spring",
                "holding up to all of it without any further help",
                "where it may fail in some of the colder winters",
            )
        ),
        # A verb keeps its object, a list its "following", a dependent opening its main clause.
        ("We build and then carefully repair very many dams across all of the rivers here.", None),
        ("Dams are built here, and whether they hold all of the things such as logs is still to be seen.", None),
        (
            "Dams hold the water here, and ponds of many kinds, which are small and round, fill with the rain.",
            "Dams hold the water here, and ponds of many kinds … fill with the rain",
        ),
        ("Although dams are made by beavers, giving all of them names is a very long and hard piece of work.", None),
    ],
)
def test_tails_are_cut_where_nothing_hangs_on_them(text: str, kept: str | None) -> None:
    found = clause(text, 9)
    assert found.quoted(found.said) == (kept or text.removesuffix(".").removeprefix("We "))


WORDS = st.sampled_from(
    [
        *(
            "However,",
            "In this paper,",
            "We",
            "This paper",
            "Our model",
            "propose",
            "shows",
            "ponds",
            "dry out",
            "a net",
            "which",
            ", which is",
        ),
        *(
            ", leading to",
            "; it",
            "not",
            "only",
            "if",
            "without",
            "17.5%",
            "(Roe, 2019)",
            "[3]",
            "(AST)",
            "and",
            ", and achieves",
            "(",
            "”",
        ),
        *("“x y”", "– as", ", such as", "in order to", ", e.g. rain,", "fails", "most", "etc.", "because", "Fig. 3", "…"),
    ]
)


@given(st.lists(WORDS, min_size=1, max_size=30).map(lambda found: f"{' '.join(found)}."), st.sampled_from([6, 12, 20, 32, None]))
def test_pieces_stand_letter_for_letter_in_order_and_what_weighs_stays(text: str, most: int | None) -> None:
    found = clause(text, most)
    kept = found.quoted(found.start)
    at = found.start
    for piece in re.split(rf" ?{ELLIPSIS} ?", kept) if ELLIPSIS not in text else [kept.removesuffix(f" {ELLIPSIS}")]:
        assert text.find(piece, at) >= at or ELLIPSIS in text
        at = max(at, text.find(piece, at))
    said = text[found.start :]
    assert limiting(kept) == limiting(said)
    cited = re.sub(r"\(Roe, 2019\)|\[3\]", "", said)
    assert numbers(cited) <= numbers(kept)
    if most is None or len(said.split()) <= most:
        assert kept.count(ELLIPSIS) - said.count(ELLIPSIS) <= said.rstrip(".").endswith("(Roe, 2019)")


@given(st.text(max_size=200))
def test_any_text_has_a_clause(text: str) -> None:
    found = clause(text, 8)
    assert 0 <= found.start <= found.subject <= found.said <= found.after <= len(text)
    assert all(
        piece in text for piece in found.quoted(found.start).split(f" {ELLIPSIS} ") if ELLIPSIS not in text and ELLIPSIS not in piece
    )


@pytest.mark.parametrize(
    ("verb", "third"), [("propose", "proposes"), ("study", "studies"), ("employ", "employs"), ("focus", "focuses"), ("reach", "reaches")]
)
def test_verbs_in_both_numbers(verb: str, third: str) -> None:
    assert third_person(verb) == third
    assert base_form(third) == verb
