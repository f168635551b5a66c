from pathlib import Path

import pytest

from survey.answering.names import names, stands
from survey.workspace import Workspace

TOLD = {
    "Owlet Two": "We test language models on the exam set Quizzo. Owlet 2 reaches an accuracy of 81.5% on Quizzo. We tried no more.",
    "Sugar in Voles": "We followed voles with type 2 diabetes. Insulin lowered the sugar of voles with type 2 diabetes by 30%.",
    "Faint Calls": "Faint calls are lost in rain. QRAX is a small network that cleans calls. We ran it on three ponds in a wet autumn.",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("named")
    (root / "papers").mkdir()
    for number, (title, text) in enumerate(TOLD.items()):
        (root / "papers" / f"{number}.txt").write_text(f"{title}\n\nAbstract\n\n{text}\n", encoding="utf-8")
    made = Workspace.open(root)
    made.add([Path(root / "papers")])
    return made


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What accuracy does Llama 3 reach on ExamSet?", ("Llama 3", "ExamSet")),
        ("Is type 1 diabetes treated with vitamin D?", ("type 1", "vitamin D")),
        ("What is R-BERT's learning rate?", ("R-BERT",)),
        ("Did COVID-19 spread in 2019 among people aged 65?", ("COVID-19",)),
        ("How many Newts are there in Utrecht?", ()),
        ("WHAT IS CHIP?", ()),
    ],
)
def test_names_have_capitals_inside_or_a_number(question: str, found: tuple[str, ...]) -> None:
    assert set(names(question)) == set(found)


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("Llama 3", "We ran Llama-3 on it.", True),
        ("Llama 3", "We ran Llama 2 and 3 seeds.", False),
        ("Llama 3", "Llama 3.1 is larger.", False),
        ("SARS-CoV", "SARS-CoV-2 spread.", False),
        ("COVID19", "COVID-19 spread.", True),
        ("grades C", "Of grade C.", True),
    ],
)
def test_a_name_stands_whatever_its_hyphens_and_is_no_other(name: str, text: str, there: bool) -> None:
    assert stands(name, text) == there


def test_what_is_said_of_another_name_does_not_answer(workspace: Workspace) -> None:
    assert workspace.ask("What accuracy does Owlet 2 reach on Quizzo?").found
    assert workspace.ask("By how much does insulin lower the sugar of voles with type 2 diabetes?").found
    other = workspace.ask("By how much does insulin lower the sugar of voles with type 1 diabetes?")
    assert (other.found, other.reason) == (False, "weak")
    some = workspace.ask("What accuracy does Owlet 3 reach on the exam set QuizzoBench of language models and on AST?")
    assert not some.found


def test_a_name_that_no_claim_speaks_of_is_missing(workspace: Workspace) -> None:
    assert workspace.ask("By how much does insulin lower the sugar of voles with type 2 diabetes and vitamin D?").missing == ("vitamin D",)


@pytest.mark.parametrize("question", ["What is QRAX?", "What is QRAX's network?", "Tell me about QRAX"])
def test_a_short_question_about_a_named_thing_is_answered(question: str, workspace: Workspace) -> None:
    answer = workspace.ask(question)
    assert answer.found, answer.strength
    assert "QRAX is a small network" in answer.claims[0].sentence.text


def test_a_question_that_names_a_paper_is_answered_from_it(tmp_path: Path) -> None:
    entries = [
        ("roe2019", "Roe, Ann and Wu, Li", "Newts in Ponds", "Newts swim in garden ponds. We fed newts with 12 worms a day in every pond."),
        ("lee2020", "Lee, Kim and Poe, Jo", "Newts in Lakes", "Newts swim in lakes. We fed newts with 30 worms a day in every lake."),
    ]
    (tmp_path / "papers.bib").write_text(
        "\n".join(f"@article{{{k}, author={{{a}}}, title={{{t}}}, year={{{k[-4:]}}}, abstract={{{x}}}}}" for k, a, t, x in entries)
    )
    with Workspace.open(tmp_path) as made:
        made.add([tmp_path / "papers.bib"])
        keys = {paper.title: paper.key for paper in made.library.papers()}
        lakes = keys["Newts in Lakes"]
        for who, title in (("Lee and Poe", "Newts in Lakes"), ("Roe and Wu (2019)", "Newts in Ponds"), (f"@{lakes}", "Newts in Lakes")):
            for question in (f"How many worms did {who} feed newts with?", f"What did {who} report?"):
                answer = made.ask(question)
                assert {quote.key for quote in answer.evidence} == {keys[title]}, question
        assert len({quote.key for quote in made.ask("How many worms did Foo and Bar (2019) feed newts with?").evidence}) == 2
