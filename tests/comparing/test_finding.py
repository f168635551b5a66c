"""Which figures count, and of what they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.comparing import find_reported
from survey.passages import split_sentences
from survey.records import Theme

from .papers import paper, reported


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("PondNet reaches 0.474 mAP on FrogSet.", [("mAP", "0.474", "")]),
        ("We obtain an F1 score of 82.5 % with half of the labels.", [("F1 score", "82.5", "%")]),
        ("For frogs the precision and recall are 80.1% and 75.4%.", [("precision", "80.1", "%"), ("recall", "75.4", "%")]),
        ("It attains an accuracy of 88.8%, 85.8% macro F1 in rain.", [("accuracy", "88.8", "%"), ("macro F1", "85.8", "%")]),
        ("It gains 2.1% in F1 and 2.6% in AUC.", [("F1", "2.1", "%"), ("AUC", "2.6", "%")]),
        ("Newts were found more often in rain (OR 1.8, 95% CI 1.2–2.6).", [("OR", "1.8, 95% CI 1.2–2.6", "")]),
        ("The accuracy rose from 5.4% to 17.7% after the flood.", [("accuracy", "5.4% to 17.7", "%")]),
        ("A fracture energy of 481 J/m2 was measured at −109 °C.", [("fracture energy", "481", "J/m2")]),
        ("The incidence of late drying in our ponds was 1.78%.", [("incidence of late drying", "1.78", "%")]),
        ("The accuracy of PondNet in heavy rain was 82.5%.", [("accuracy", "82.5", "%")]),
        ("It outperforms the ear by 1.4 AER points.", [("AER", "1.4", "points")]),
        ("Overall mortality was 12.5% in dry years.", [("Overall mortality", "12.5", "%")]),
        ("Our counter is 2.2 times faster than a trained ear.", [("faster", "2.2", "times")]),
        ("PondNet improves the wet accuracy of a small BogNet-18 by up to 20.07%.", [("wet accuracy", "up to 20.07", "%")]),
        ("PondNet lifts site-dependent recall by 5%.", [("site-dependent recall", "5", "%")]),
        ("PondNet reaches high accuracy of at least 58%.", [("accuracy", "at least 58", "%")]),
        ("It beats the ear by a mean relative 0.4% to 4.7% in accuracy.", [("accuracy", "mean relative 0.4% to 4.7", "%")]),
        ("We see relative gains of 20% in F1 and 40% in AUC.", []),
        ("We improve F1 by 6.7% on FrogSet and by 2.2% on NewtSet.", [("F1", "6.7", "%"), ("F1", "2.2", "%")]),
        ("It gains 3.3 mAP for Toads, 3.6 for Grass Frogs and 2.9 for Newts.", []),  # of what is not plain: none rather than one
        ("PondNet sets a new state of the art with 0.485 mAP.", [("mAP", "0.485", "")]),
        ("The water temperature averaged 23 ± 4 °C in June.", [("water temperature", "23 ± 4", "°C")]),
    ],
)
def test_a_figure_has_its_measure_and_unit(sentence: str, found: list[tuple[str, str, str]]) -> None:
    assert [(one.measure, one.value, one.unit) for one in reported(paper("k", sentence))] == found


@pytest.mark.parametrize(
    "sentence",
    [
        "Table 3 shows the accuracy of Section 4.2 for 12 ponds.",  # places
        "The learning rate is set to 0.01 and dropout to 0.5.",  # how it was done
        "Previous studies report an accuracy of 91.2%.",  # others
        "Roe and Lee (2019) obtain an F1 of 88.1 with twice the data.",
        "The best published F1 score is 81.8 for this pond.",
        "At a recall of 0.25 the frogs are still heard.",  # a condition
        "The samples were heated at a temperature of 80 °C.",
        "AUC = 0.5 demonstrates the random performance.",  # a definition
        "We counted frogs in 31 ponds between 2011 and 2019.",  # a sample, years
        "If half of the ponds dry out, mortality would be 80%.",
    ],
)
def test_other_numbers_count_not(sentence: str) -> None:
    assert reported(paper("k", sentence)) == []


def test_only_where_a_paper_tells_its_results() -> None:
    sentence = "PondNet reaches 0.474 mAP on FrogSet."
    assert reported(paper("k", sentence, "related")) == []
    assert reported(paper("k", sentence, "caption")) == []
    assert reported(paper("k", sentence, "introduction")) == []
    assert len(reported(paper("k", sentence, "introduction"), role="result")) == 1
    assert reported(paper("k", sentence), role="background") == []


@pytest.mark.parametrize(
    ("sentence", "data"),
    [
        ("We reach 87.4 F1 and 87.0 F1 on the FrogNet-05 and FrogNet-12 datasets, respectively.", ["FrogNet-05", "FrogNet-12"]),
        ("On PTB-XL, it reaches 90.1% accuracy.", ["PTB-XL"]),
        ("It reaches 0.585 mAP on FSD50K and 0.335 mAP on FrogSet-small.", ["FSD50K", "FrogSet-small"]),
        ("On the FSD50K development set it reaches 90.1% accuracy.", ["FSD50K development set"]),
        ("The accuracy was 90.1% in 120 patients with frogs.", ["120 patients"]),
        ("On FrogSet-10, PondNet improves the accuracy by 20.1% and the recall by 11.9%.", ["FrogSet-10"] * 2),
        ("For BogNet-110 on FrogSet-10, PondNet gains 0.94% accuracy with 48.3% smaller size.", ["FrogSet-10"]),
        ("On PTB-XL, NewtSet and Pond Songs, it reaches 80.1% accuracy.", [""]),
        ("On 75 nights of Pond-EDF Expanded, it reaches 79.6% accuracy and 73.0% recall.", ["Pond-EDF Expanded"] * 2),
        (
            "It has 0.485 mAP on FrogSet, 95.6% accuracy on ESC-50 and 98.1% accuracy on Pond Songs V2.",
            ["FrogSet", "ESC-50", "Pond Songs V2"],
        ),
        ("On FrogSet it has 80.1% accuracy, and 90.1% accuracy on Pond Songs.", ["FrogSet", ""]),
        ("Mortality was 12.5% on FrogSet and 15.5% on NewtSet.", ["FrogSet", "NewtSet"]),
        ("Pretrained on FrogSet, it reaches 90.1% accuracy.", [""]),  # learnt from, not measured on
        ("It reaches 90.1% and 80.2% accuracy on FSD50K, respectively.", ["", ""]),  # which of them is not said
    ],
)
def test_the_data_are_those_that_the_sentence_gives(sentence: str, data: list[str]) -> None:
    assert [one.data for one in reported(paper("k", sentence))] == data


def test_the_method_is_named_as_its_paper_names_it() -> None:
    text = "We propose PondNet for the counting of frogs. PondNet has an accuracy of 91.2%. BiLSTM-X reaches an accuracy of 85.5%."
    found = reported(paper("k", text, "abstract", "PondNet: a network that counts frogs"))
    assert [(one.method, one.value) for one in found] == [("PondNet", "91.2"), ("BiLSTM-X", "85.5")]
    ours = reported(paper("k", "PondNet is new. Our model reaches an accuracy of 91.2%.", title="PondNet: a network that counts frogs"))
    assert [one.method for one in ours] == ["PondNet"]


@pytest.mark.parametrize(
    ("sentence", "change", "against"),
    [
        ("PondNet improves accuracy by 3.5% over the baseline.", True, "the baseline"),
        ("PondNet outperforms finetuning by a relative 3.5% in accuracy.", True, "finetuning"),
        ("Over the old counter, PondNet gains 3.5% accuracy.", True, "the old counter"),
        ("We see gains over the plain ear of 20% in F1.", True, "the plain ear"),
        ("It beats finetuning by 3.5% in accuracy.", True, "finetuning"),
        ("PondNet gains 8.5% wet and 4.2% dry accuracy.", True, ""),
        ("It yields gains of 1.4 BLEU in all ponds.", True, ""),
        ("The drop in accuracy (2.4%) is small.", True, ""),
        ("PondNet improves and reaches an accuracy of 83.5%.", False, ""),
        ("The accuracy rose from 5.4% to 17.7%.", False, ""),
        ("By using reeds, we achieved 75.6% accuracy.", False, ""),
    ],
)
def test_a_difference_is_told_from_the_measure_itself(sentence: str, change: bool, against: str) -> None:
    assert [(one.change, one.against) for one in reported(paper("k", sentence))] == [(change, against)]


def test_the_task_is_what_its_theme_is_called_in_the_title() -> None:
    titles = ("Counting frogs by ear", "A net for counting frogs")
    papers = [paper(f"k{n}", "With it we reach 90.1% accuracy in spring.", title=title) for n, title in enumerate(titles)]
    theme = Theme(id="t", name="Counting frogs", terms=("net for counting frogs",), papers=("k0", "k1"))
    sentence = {one.key: one for one in papers}
    found = find_reported(papers, lambda key: split_sentences(sentence[key]), [], [theme])
    assert [one.task for one in found] == ["Counting frogs", "counting frogs"]


def test_a_figure_that_is_told_twice_counts_once() -> None:
    text = "PondNet reaches at least 58% accuracy in rain. An accuracy of 58% leaves much room."
    assert [one.value for one in reported(paper("k", text))] == ["at least 58"]


@pytest.mark.parametrize(
    ("term", "task"),
    [
        ("frog detection", "frog detection"),
        ("counting frogs", "counting frogs"),
        ("pond neural network", ""),
        ("tagging networks", ""),
        ("frog transfer learning", ""),
    ],
)
def test_a_method_is_no_task(term: str, task: str) -> None:
    papers = [paper(f"k{n}", "With it we reach 90.1% accuracy in spring.", title=f"On {term}, {n}") for n in range(2)]
    sentence = {one.key: one for one in papers}
    theme = Theme(id="t", name=term, terms=(term,), papers=("k0", "k1"))
    assert {one.task for one in find_reported(papers, lambda key: split_sentences(sentence[key]), [], [theme])} == {task}


WORDS = """
We Our PondNet reaches improves by accuracy F1 mortality of was is on in the FrogSet PTB-XL dataset 82.5 % 0.474 3 J/m2 12,345
(95% CI 1.2–2.6) OR and , respectively [12] (Roe 2019) than Table 2019 points from to – ± between up relative gains robust for over
"""
pieces = st.sampled_from(WORDS.split())


@given(st.lists(st.lists(pieces, min_size=4, max_size=25), min_size=1, max_size=4))
def test_every_cell_stands_in_the_quote_or_the_title(sentences: list[list[str]]) -> None:
    one = paper("k", " ".join(" ".join(["We", *words]) + "." for words in sentences), title="PondNet: frogs")
    for found in reported(one):
        assert one.text[found.quote.start : found.quote.end] == found.quote.text
        assert found.value in found.quote.text
        for cell in (found.measure, found.unit, found.data, found.against):
            assert cell in found.quote.text
        assert found.method in f"{found.quote.text} {one.title}"
        assert found.value
        assert found.measure
