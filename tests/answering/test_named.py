import pytest

from survey.answering.named import issues_named, papers_about, papers_named
from survey.answering.ties import mention
from survey.answering.wording import By
from survey.records import Citation, Cited
from tests.answering.pond import PAPERS, RAIN, SURVEY, desk
from tests.fakes import HashingEmbedder
from tests.stating import paper


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("@li2018", ("li2018",)),
        ("LI2018", ("li2018",)),
        ("PondNet", ("roe2016",)),
        ("pondnet", ("roe2016",)),
        ("the PondNet model", ("roe2016",)),
        ("Denoising Frog Calls", ("li2018",)),
        ("Roe et al. (2016)", ("roe2016",)),
        ("Roe's 2016 paper", ("roe2016",)),
        ("the 2018 paper by Li and Fu", ("li2018",)),
        ("Roe et al. (2017)", ("roe2016",)),  # as its preprint may be
        ("Phan (2016)", ("roe2016",)),  # the second author, told by the year
        ("Mo", ("mo2021",)),
        ("lamps loggers", ("mo2021",)),
        ("Roe et al. (2019)", ()),
        ("Phan", ()),
        ("SleepNet", ()),
        ("frogs", ()),
        ("2016", ()),
        ("", ()),
    ],
)
def test_a_paper_is_known_by_its_citekey_title_method_or_authors(text: str, keys: tuple[str, ...]) -> None:
    assert papers_named(text, PAPERS) == keys


def test_authors_with_accents_and_particles() -> None:
    papers = [paper("a", "x", authors=("Joost van der Berg",), date="2020"), paper("b", "x", authors=("Ana Núñez", "Bo Li"), date="2020")]
    assert papers_named("van der Berg (2020)", papers) == ("a",)
    assert papers_named("Nunez and Li", papers) == ("b",)


def test_a_problem_is_meant_by_its_words_and_no_other_is() -> None:
    meant = issues_named("rain noise", SURVEY, HashingEmbedder())
    assert [found.issue for found in meant] == [RAIN]
    assert issues_named("climate change", SURVEY, HashingEmbedder()) == []


def test_papers_of_a_theme() -> None:
    assert set(papers_about("frog calls", SURVEY, PAPERS, HashingEmbedder())) == {"roe2016", "li2018", "ek2020"}
    assert not papers_about("machine translation", SURVEY, PAPERS, HashingEmbedder())


def _mention(text: str, *cited: Cited) -> str:
    citing = paper("z", text, date="2022").model_copy(update={"cited": cited})
    shelf = desk(papers=[*PAPERS, citing]).library
    found = mention(citing, PAPERS[0], Citation(citing="z", cited="roe2016", match="title", printed=cited[0].printed), shelf)
    return found.text if found else ""


ROE = Cited(printed="Roe A et al. 2016. PondNet.", authors=("Ada Roe",), date="2016")


@pytest.mark.parametrize(
    "name", ["Roe et al. (2016)", "Roe et al., 2016", "Roe’s (2016)", "Roe, Phan, and Mo 2016", "Roe et al. 2015, 2016"]
)
def test_a_citation_is_found_by_author_and_year(name: str) -> None:
    said = f"We extend the network of {name} to lakes."
    assert _mention(f"Ponds are loud at night in the spring. {said} Frogs are many there in summer.", ROE) == said


@pytest.mark.parametrize(
    "text",
    ["We extend the network of Roe et al. (2017) to lakes.", "We extend the network of Rowe et al. (2016) to lakes.", "A roe is a deer."],
)
def test_another_year_or_name_is_another_paper(text: str) -> None:
    assert _mention(text, ROE) == ""


def test_two_entries_of_one_name_and_year_are_told_apart_by_letters_alone() -> None:
    other = Cited(printed="Roe B. 2016. Lakes.", authors=("Bo Roe",), date="2016")
    assert _mention("We extend the network of Roe et al. (2016) to lakes.", ROE, other) == ""
    lettered = ROE.model_copy(update={"printed": "Roe A et al. 2016b. PondNet."})
    assert _mention("We extend the network of Roe et al. (2016b) to lakes.", lettered, other) != ""


def test_a_citation_is_found_by_its_number() -> None:
    numbered = ROE.model_copy(update={"label": "[12]"})
    said = "We extend the network of [3, 12] to lakes."
    assert _mention(f"Ponds are loud, as was shown in [112] before. {said}", numbered) == said


def test_verbs_agree_with_bylines() -> None:
    one, two = By("Roe (2020)"), By("Roe and Li (2020)")
    assert f"{one:carry}, {two:carry}, {one:~find}" == "Roe (2020) carries, Roe and Li (2020) carry, finds"
