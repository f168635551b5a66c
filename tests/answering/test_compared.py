from collections.abc import Iterator

import pytest

from survey.answering.compared import _has
from survey.records import Answer, Scope
from survey.support import fault, missing_numbers
from survey.workspace import Workspace
from tests.conftest import Made

PONDNET = """---
title: "PondNet: Hearing Frogs with a Small Network"
authors: ["Ada Lind"]
date: 2019
---

Hearing frogs in noise is hard. We present PondNet, a small network that hears frogs with a single microphone. PondNet achieves an
accuracy of 81.5% on the FrogSet dataset. How PondNet fares with toads is left for future work.
"""
CROAKNET = """---
title: "CroakNet: Hearing Frogs with Two Microphones"
authors: ["Bo Berg"]
date: 2021
---

Hearing frogs in wind is hard. We present CroakNet, a network that hears frogs with two microphones. CroakNet achieves an accuracy of
90.0% on the FrogSet dataset and outperforms PondNet in wind.
"""


@pytest.fixture
def ponds(work: Made) -> Iterator[Workspace]:
    for name, text in (("pondnet", PONDNET), ("croaknet", CROAKNET)):
        (work.papers / f"{name}.md").write_text(text, encoding="utf-8")
    with Workspace.open(work.root) as workspace:
        workspace.add([work.papers])
        yield workspace


def _rows(answer: Answer) -> dict[str, dict[str, str]]:
    assert answer.table
    return {row[0]: dict(zip(answer.table.header, row, strict=True)) for row in answer.table.rows}


def _is_borne_out(answer: Answer, workspace: Workspace) -> None:
    assert answer.table
    for claim in answer.claims:
        for sentence in claim.sentences:
            assert fault(sentence, workspace.library.paper) == ""
    for row, quotes in zip(answer.table.rows, answer.table.evidence, strict=True):
        assert quotes
        assert missing_numbers(" | ".join(row[2:]), [quote.text for quote in quotes]) == []
        assert row[1] == "; ".join(f"@{key}" for key in dict.fromkeys(quote.key for quote in quotes))
        words = " ".join(" ".join(quote.text for quote in quotes).split())
        for cell in row[2:]:
            for piece in cell.strip("“”–").split(" … "):
                assert all(part in words for part in piece.removesuffix(" …").split("; "))


def test_figures_of_the_same_measure_and_data_stand_side_by_side(ponds: Workspace) -> None:
    answer = ponds.ask("Compare PondNet and CroakNet on FrogSet")
    rows = _rows(answer)
    assert [row["accuracy, FrogSet"] for row in rows.values()] == ["81.5%", "90.0%"]
    assert "single microphone" in rows["PondNet"]["What it does"]
    assert "two microphones" in rows["CroakNet"]["What it does"]
    assert answer.kind == "compare"
    assert answer.missing == ()
    assert answer.claims[0].sentence.text.endswith("outperforms PondNet in wind.”")  # what names both comes first
    _is_borne_out(answer, ponds)


def test_papers_are_compared_by_their_authors_or_citekeys(ponds: Workspace) -> None:
    rows = _rows(ponds.ask("How does Quist and Tarr (2019) differ from @volt2023?"))
    assert [row["Paper"] for row in rows.values()] == ["@quist2019", "@volt2023"]
    assert "4.5%" in rows["Quist and Tarr (2019)"]["What came out"]
    assert "37%" in rows["Volt (2023)"]["What came out"]


@pytest.mark.parametrize(
    "question",
    [
        "Compare the template matcher with the denoising network",
        "template matcher vs denoising network",
        "Which is better in rain noise, the denoising network or the template matcher?",
    ],
)
def test_things_are_compared_by_the_sentences_that_name_them(ponds: Workspace, question: str) -> None:
    answer = ponds.ask(question)
    rows = _rows(answer)
    assert "62%" in rows["template matcher"]["What came out"]
    assert "81.5%" in rows["denoising network"]["What came out"]
    _is_borne_out(answer, ponds)


@pytest.mark.parametrize("question", ["Compare PondNet and quantum annealing", "Is quantum annealing better than PondNet?"])
def test_what_the_papers_do_not_name_is_missing_and_the_other_is_told(ponds: Workspace, question: str) -> None:
    answer = ponds.ask(question)
    assert answer.found
    assert answer.missing == ("quantum annealing",)
    assert list(_rows(answer)) == ["PondNet"]


def test_without_either_nothing_is_compared(ponds: Workspace) -> None:
    answer = ponds.ask("Compare quantum annealing and steam engines")
    assert not answer.found
    assert answer.table is None


def test_a_comparison_keeps_within_its_scope(ponds: Workspace) -> None:
    answer = ponds.ask("Compare PondNet and CroakNet", scope=Scope(until=2019))
    assert {paper.title for paper in answer.papers} == {"PondNet: Hearing Frogs with a Small Network"}
    assert answer.missing == ("CroakNet",)


def test_the_same_question_gives_the_same_table(ponds: Workspace) -> None:
    question = "Compare PondNet, CroakNet and the denoising network"
    first, second = ponds.ask(question), ponds.ask(question)
    assert first == second
    assert list(_rows(first)) == ["PondNet", "CroakNet", "denoising network"]


LLAMA = """---
title: "Open Language Models for Ponds"
authors: ["Eva Holm"]
date: 2023
---

Language models hear no frogs. We tune Llama 2, a language model, on the calls of frogs. Llama 2 reaches an accuracy of 68.9% on the
FrogSet dataset.
"""


def test_a_thing_is_not_another_of_the_same_words_with_another_number(ponds: Workspace, work: Made) -> None:
    (work.papers / "holm.md").write_text(LLAMA, encoding="utf-8")
    ponds.add([work.papers])
    answer = ponds.ask("Compare Llama 2 with Llama 3")
    assert list(_rows(answer)) == ["Llama 2"]
    assert answer.missing == ("Llama 3",)
    _is_borne_out(answer, ponds)


@pytest.mark.parametrize(
    ("text", "name", "named"),
    [
        ("Type 2 diabetes is treated by diet.", "type 2 diabetes", True),
        ("Type 2 diabetes, found in 1 of 9 people, is treated by diet.", "type 1 diabetes", False),
        ("We ask GPT-3.5 and GPT-4o.", "GPT-4", False),
        ("We ask GPT-3.5 and GPT-4o.", "GPT-3.5", True),
        ("We ask GPT-3.5 and GPT-4o.", "GPT-3", False),
        ("LLaMA2 is larger than Llama-3.", "Llama 2", True),
        ("LLaMA2 is larger than Llama-3.", "Llama 3", True),
        ("Vitamin C and a placebo were given.", "vitamin D", False),
        ("Vitamin C and a placebo were given.", "vitamin C", True),
        ("A group was given C.", "group A", False),
        ("They run wav2vec on speech.", "wav2vec", True),
        ("A network with two microphones", "network with a microphone", True),
    ],
)
def test_the_numbers_and_letters_of_a_name_stand_beside_its_words(text: str, name: str, named: bool) -> None:
    assert _has(text, name) == named


@pytest.mark.parametrize(
    "question",
    [
        "Compare PondNet with CroakNet and the denoising network",
        "PondNet vs CroakNet vs denoising network",
        "Compare PondNet with CroakNet, denoising network",
    ],
)
def test_the_last_of_the_things_may_be_several(ponds: Workspace, question: str) -> None:
    answer = ponds.ask(question)
    assert len(_rows(answer)) == 3
    assert answer.missing == ()


def test_a_thing_is_not_compared_with_itself(ponds: Workspace) -> None:
    assert ponds.ask("Compare PondNet with PondNet").table is None


def test_all_papers_of_the_scope_were_searched(ponds: Workspace) -> None:
    answer = ponds.ask("Compare PondNet with CroakNet")
    assert answer.searched.papers == len(ponds.library.keys())
    assert answer.searched.passages == len(ponds.library.passage_digests())
