import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.support import evidence_faults
from survey.support.names import missing_names

QUOTE = (
    "We evaluate FrogNet-large and BERT-base on CIFAR-100, SST-2 and the Penn Treebank with a long short-term memory network, GANs of "
    "Italian ponds, and an LSTM-CRF."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Roe evaluates BERT base on CIFAR 100.",
        "They evaluate a GAN, and FrogNet-Large too.",
        "SST-2 is used.",
        "SST2 and the Penn treebank are used.",
        "LSTMs are used with a CRF.",
        "The LSTM-based FrogNet’s results are shown.",
        "Long Short-Term Memory (LSTM) networks are used.",
        "The ponds are in Italy.",
        "The ponds are wet: They are 3 kHz AND gates.",
    ],
)
def test_names_stand_whatever_their_case_hyphens_and_endings(sentence: str) -> None:
    assert missing_names(sentence, [QUOTE]) == []


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("They use CIFAR-10.", "CIFAR-10"),
        ("They use BERT-huge.", "BERT-huge"),
        ("They use SST-5.", "SST-5"),
        ("They use the English Treebank.", "English"),
        ("ToadNet is used.", "ToadNet"),
        ("They reach an mAP of frogs.", "mAP"),
        ("Frogs are heard by GPT4.", "GPT4"),
        ("A 3D net is used.", "3D"),
        ("They use the Reddit corpus.", "Reddit"),
    ],
)
def test_a_name_that_no_quote_has_is_seen(sentence: str, missing: str) -> None:
    assert [name.text for name in missing_names(sentence, [QUOTE])] == [missing]


def test_a_name_may_stand_in_the_title_of_a_cited_paper_or_in_its_byline() -> None:
    text = "DeVries et al. (2020) describe ToadNet on ponds."
    assert [fault.check for fault in evidence_faults(text, ["A net on ponds."])]
    assert evidence_faults(text, ["A net on ponds."], ["DeVries et al. (2020)"], ["ToadNet: a net"]) == []


def test_german_nouns_are_no_names_but_acronyms_are() -> None:
    assert missing_names("Das Netz hört Frösche im Teich.", [QUOTE], "de") == []
    assert [name.text for name in missing_names("Das Netz ToadNet hört Frösche.", [QUOTE], "de")] == ["ToadNet"]


NAMES = st.from_regex(r"[A-Z][a-z]{1,5}[A-Z]{1,3}(-[1-9][0-9]{0,2})?", fullmatch=True)


@given(NAMES, st.text("abcdefgh ", max_size=30))
def test_a_name_of_the_quote_is_never_missing(name: str, words: str) -> None:
    assert missing_names(f"They use {name} here.", [f"{words} {name} {words}"]) == []
    assert missing_names(f"They use {name.replace('-', ' ')} here.", [f"{words} {name}, {words}"]) == []


@given(NAMES, st.integers(0, 9))
def test_a_name_with_another_number_is_always_missing(name: str, digit: int) -> None:
    whole = f"{name}-{digit}" if "-" not in name else f"{name}{digit}"
    assert [n.text for n in missing_names(f"They use {whole} here.", [f"we use {name} there"])] == [whole]
