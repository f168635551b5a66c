"""Where a title ends and the authors glued to it begin; what reads as a name."""

import pytest

from survey.readers.names import Byline, is_name, split_names, turned

# Title, authors as the page has them, a sentence of the abstract ("" = nothing there helps).
GLUED = [
    ("Backdoor Attack against Compact DNN", "Huy Phan, Cong Shi, Yi Xie et al.", ""),
    ("A Study of Audio Tagging", "Shubhr Singh, Emmanouil Benetos", ""),
    ("Screening for COVID-19", "John Smith", "Tests for COVID-19 are slow."),
    ("Screening for COVID-19", "John Smith, Ann Lee et al.", ""),
    ("Curriculum Learning", "JingHong Li, Wen Gu", "We order what is learnt."),
    ("Segmentation with a 3D-CNN", "Li Wei, Wang Fang", ""),
    ("What is Attention?", "Ann Lee", ""),
    ("No Free Lunch!", "Bo An, Cy Young", ""),
    ("Sound Event Localization and Detection (SELD)", "Thi Ngoc Tho Nguyen, Douglas L. Jones", ""),
    ("Feature matching for wearable EEG", "Elisabeth R. M. Heremans, Huy Phan, Amir H. Ansari et al.", ""),
    ("Joining Classical and Modern Approaches in MixNet", "Phairot Autthasan, Huy Phan", "We present MixNet, a network."),
    ("Learning from YouTube", "Ann Lee, Bo Chen", ""),
    ("deep learning of features in conversations", "Jiachen Luo, Joshua Reiss", ""),
    ("Representation Learning with Contrastive Coding", "Aaron van den Oord, Yazhe Li, Oriol Vinyals", ""),
    ("Challenges, Methods, and Future Directions", "Huy Phan, Kaare Mikkelsen", ""),
    ("Vision, Language, and Robots: A Survey", "María José García-López, Jean-Pierre Dupont", ""),
    ("Neural Networks", "Ian V. McLoughlin", ""),
    ("Robust Networks", "McKenzie Brown, Sean O'Brien", ""),
    ("Sparse Models", "O'Neil Carter, D'Angelo Russo", ""),
    ("Masked Next-Token Prediction", "Shu-wen Yang, Byeonggeun Kim, Kuan-Po Huang et al.", ""),
    ("Modelling of Sleep", "Oliver Y. Chén, Łukasz Żak, Ørjan Åse", "Sleep is cyclical."),
    ("Étude sur la parole", "Élodie Noël, Çağlar Gülçehre", ""),
    ("Fast Adaptation with GPT-4", "Wei Zhang", ""),
    ("A Benchmark for LLMs", "X. Li, Y. Zhao, J.-P. Serre", ""),
    ("Pre-training BERT", "J. Devlin, M. Chang", "BERT is pre-trained."),
    ("Energy Use of GANs", "A. Rahman, B. Khan", "GANs use energy."),
    ("Variational Autoencoders with IoT", "Ann Lee", "Devices of the IoT."),
    ("Beyond mRNA", "Wei Li, Ann Lee", "mRNA is translated."),
    ("Predicting Diseases", "Truc Nguyen", "Diseases of the lung."),
    ("The Cost of Training YOLOv3", "Ada Byron, Mary Shelley et al.", ""),
    ("Speech Enhancement in Wi-Fi", "Nhan Duc Thanh Nguyen, Kaare Mikkelsen", ""),
    ("Towards a Theory of 'Understanding'", "Ada Byron, Emmy Noether", ""),
    ("Rise of the “Foundation Model”", "Rishi Bommasani, Percy Liang", ""),
    ("Learning to Rank, Fast and Slow", "ChengXiang Zhai, Ann Lee", ""),
    ("Text Retrieval", "Ann Lee, ChengXiang Zhai", ""),
    ("Graphs for Speech Recognition", "Martin Luther King Jr., Ann Lee", ""),
    ("Federated Learning in $k$ Rounds", "Peter Kairouz, H. Brendan McMahan et al.", ""),
    ("PubMed Search on Small Devices", "Li Wei, Ann Lee", "We search PubMed."),
    ("Sleep Staging with SleepTransformer", "Huy Phan, Kaare Mikkelsen", "SleepTransformer is a model."),
    ("Detection of Emotion", "Mohammed bin Rashid, Yasmin al-Masri", ""),
]


@pytest.mark.parametrize(("title", "authors", "abstract"), GLUED, ids=[f"{t[-20:]}|{a[:16]}" for t, a, _ in GLUED])
def test_title_is_parted_from_the_authors_glued_to_it(title: str, authors: str, abstract: str) -> None:
    words = frozenset(abstract.replace(".", "").replace(",", "").split())
    found = Byline([], words).split(title + authors, words)
    names = split_names(authors.removesuffix(" et al."))
    assert found == (title, names, authors.endswith("et al."))


def test_a_name_known_from_elsewhere_decides() -> None:
    glued = "Joint Training of ZipDeepAnn Lee, Bo Chen"
    assert Byline(["DeepAnn Lee"], []).split(glued)[1][0] == "DeepAnn Lee"
    assert Byline(["Ann Lee"], []).split(glued)[1][0] == "Ann Lee"


def test_a_title_without_authors_stays_whole() -> None:
    assert Byline([], []).split("A title that no one is named after") == ("A title that no one is named after", [], False)
    assert Byline([], []).split("The MixNet model is large and slow") == ("The MixNet model is large and slow", [], False)


@pytest.mark.parametrize(
    "name", ["Ann Lee", "Ian V. McLoughlin", "Aaron van den Oord", "J.-P. Serre", "OpenAI", "O'Brien", "李 伟", "Yasmin al-Masri"]
)
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("text", ["", "of the", "Sleep and EEG", "GPT-4 Model", "A: B", "learning", "ann lee", "x@y.org", "Deep Networks"])
def test_what_is_no_name(text: str) -> None:
    assert not is_name(text)


def test_names_turned() -> None:
    assert turned("van den Oord, Aaron") == "Aaron van den Oord"
    assert turned("King, Jr., Martin Luther") == "Martin Luther King Jr."
    assert turned("Ann Lee") == "Ann Lee"
    assert split_names("Ann Lee, Bo Chen and Cy Young") == ["Ann Lee", "Bo Chen", "Cy Young"]
    assert split_names("Ann Lee, the dog") is None
