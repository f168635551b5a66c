"""To answer, or to say that the papers do not: ``python -m bench abstaining --data DIR`` (about five minutes).

Each of the 500 questions of ``qa/pubmedqa_dev.json`` is asked twice: of all 500 papers, and of the 499 others. A paper is its abstract
without title, since the question is its title. The curve is over the strength of the evidence. ``answered_at_5pct_wrong``: share of the
questions that are answered at the bar at which 5 % are answered though their paper was taken out; ``answered_at_5pct_of_answers``: at the
bar at which these are 5 % of all answers given. ``product_answered`` and ``product_wrong``: the same two shares of the answers that the
product gave, at its own bar; ``_tuned`` are the questions of even number, on which method and bar were chosen, ``_held_out`` the others.
``covidqa_answered``: of 200 questions of ``qa/covidqa.json`` asked of its 98 papers; ``covidqa_without``: of the same with their paper
taken out, of which the other papers answer many; ``covidqa_foreign``: of 200 questions of PubMedQA, asked of them.
"""

import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from survey import Workspace
from survey.answering import Desk, from_passages
from survey.embedding import MiniLM, Remembered
from survey.models.extractive import Extractive
from survey.records import Answer, Scope

WRONG = 0.05
SOME = 200


def measure(data: Path) -> dict[str, float]:
    entries = list(json.loads((data / "qa" / "pubmedqa_dev.json").read_text(encoding="utf-8")).values())
    papers = [e["paragraphs"][0] for e in json.loads((data / "qa" / "covidqa.json").read_text(encoding="utf-8"))["data"]]
    questions = [entry["QUESTION"] for entry in entries]
    whole, without = asked_twice(["\n\n".join(entry["CONTEXTS"]) for entry in entries], [(q, n) for n, q in enumerate(questions)])
    strengths, wrong = [a.strength for a in whole], [a.strength for a in without]
    show_curve(strengths, wrong)
    figures = {
        "answered_at_5pct_wrong": answered(strengths, wrong, of_answers=False),
        "answered_at_5pct_of_answers": answered(strengths, wrong, of_answers=True),
        "product_answered": found(whole),
        "product_wrong": found(without),
    }
    for half, rest in (("tuned", 0), ("held_out", 1)):
        figures[f"answered_at_5pct_wrong_{half}"] = answered(strengths[rest::2], wrong[rest::2], of_answers=False)
        figures[f"product_answered_{half}"] = found(whole[rest::2])
        figures[f"product_wrong_{half}"] = found(without[rest::2])
    own = [(asked["question"], n) for n, paper in enumerate(papers) for asked in paper["qas"]]
    chance = random.Random(1)
    some = chance.sample(own, SOME)
    strange = [(question, -1) for question in chance.sample(questions, SOME)]
    whole, without = asked_twice([paper["context"] for paper in papers], [*some, *strange])
    whole, without, foreign = whole[:SOME], without[:SOME], whole[SOME:]
    for half, rest in (("tuned", 0), ("held_out", 1)):
        figures[f"covidqa_answered_{half}"] = found([a for a, (_, n) in zip(whole, some, strict=True) if n % 2 == rest])
        figures[f"covidqa_without_{half}"] = found([a for a, (_, n) in zip(without, some, strict=True) if n % 2 == rest])
    return figures | {"covidqa_answered": found(whole), "covidqa_without": found(without), "covidqa_foreign": found(foreign)}


def asked_twice(texts: Sequence[str], questions: Sequence[tuple[str, int]]) -> tuple[list[Answer], list[Answer]]:
    """The answers to each question from all texts, and from all but the one of its number; a negative one leaves none out."""
    with tempfile.TemporaryDirectory() as folder, Workspace.open(folder) as workspace:
        papers = Path(folder) / "papers"
        papers.mkdir()
        for number, text in enumerate(texts):
            (papers / f"{number:03}.txt").write_text(text, encoding="utf-8")
        workspace.add([papers])
        number_of = {paper.key: int(Path(paper.sources[0].path).stem) for paper in workspace.library.papers()}
        desk = Desk(
            library=workspace.library,
            index=workspace.index,
            embedder=Remembered(MiniLM(), workspace.library),
            model=Extractive(),
            judged=False,
            explored=workspace.explore,
            papers_of=lambda scope: scope.papers or None,  # 499 papers; the workspace would look them up one by one
        )
        everything = [from_passages(question, Scope(), desk) for question, _ in questions]
        left = [Scope(papers=tuple(key for key, number in number_of.items() if number != own)) for _, own in questions]
        return everything, [
            from_passages(question, scope, desk) if own >= 0 else answer
            for (question, own), scope, answer in zip(questions, left, everything, strict=True)
        ]


def answered(strengths: Sequence[float], wrong: Sequence[float], *, of_answers: bool) -> float:
    """The largest share of ``strengths`` above a bar at which few enough of ``wrong`` are above it: of these, or of all answers given."""
    most = 0
    for bar in {*strengths, *wrong}:
        right, false = sum(s >= bar for s in strengths), sum(s >= bar for s in wrong)
        if false <= WRONG * (right + false if of_answers else len(wrong)):
            most = max(most, right)
    return round(most / len(strengths), 3)


def found(answers: Sequence[Answer]) -> float:
    return round(sum(answer.found for answer in answers) / len(answers), 3)


def show_curve(strengths: Sequence[float], wrong: Sequence[float]) -> None:
    print("bar   answered  wrongly  of the answers")
    for bar in (0.40, 0.45, 0.50, 0.525, 0.55, 0.575, 0.60, 0.65, 0.70, 0.75):
        right, false = sum(s >= bar for s in strengths), sum(s >= bar for s in wrong)
        print(f"{bar:.3f} {right / len(strengths):8.3f} {false / len(wrong):8.3f} {false / max(1, right + false):8.3f}")
