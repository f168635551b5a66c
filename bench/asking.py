"""Answer or abstain: ``python -m bench asking --data DIR`` (about four minutes).

120 questions of ``qa/covidqa.json`` are asked of its own 98 papers, and 80 of ``qa/pubmedqa_dev.json``, which these papers do not answer.
``answered`` and ``refused`` are shares of each; ``gold_quoted``: share of the 120 whose quoted sentences hold the beginning (40 characters)
of the gold answer; ``gold_first``: the same for the first sentence alone.
"""

import json
import random
import tempfile
import time
from pathlib import Path

from survey import Workspace

OPENING = 40


def measure(data: Path) -> dict[str, float]:
    entries = [e["paragraphs"][0] for e in json.loads((data / "qa" / "covidqa.json").read_text(encoding="utf-8"))["data"]]
    asked = [(q["question"], q["answers"][0]["text"]) for e in entries for q in e["qas"]]
    others = [e["QUESTION"] for e in json.loads((data / "qa" / "pubmedqa_dev.json").read_text(encoding="utf-8")).values()]
    chance = random.Random(1)
    asked, others = chance.sample(asked, 120), chance.sample(others, 80)
    with tempfile.TemporaryDirectory() as folder, Workspace.open(folder) as workspace:
        papers = Path(folder) / "papers"
        papers.mkdir()
        for number, entry in enumerate(entries):
            (papers / f"{number:03}.txt").write_text(entry["context"], encoding="utf-8")
        workspace.add([papers])
        started = time.perf_counter()
        answers = [(workspace.ask(question), gold) for question, gold in asked]
        seconds = (time.perf_counter() - started) / len(asked)
        refused = sum(not workspace.ask(question).found for question in others)
    held = [[_holds(sentence.text, gold) for sentence in answer.sentences] for answer, gold in answers]
    return {
        "answered": round(sum(answer.found for answer, _ in answers) / len(answers), 3),
        "refused": round(refused / len(others), 3),
        "gold_quoted": round(sum(any(found) for found in held) / len(held), 3),
        "gold_first": round(sum(bool(found) and found[0] for found in held) / len(held), 3),
        "seconds_per_question": round(seconds, 2),
    }


def _holds(sentence: str, gold: str) -> bool:
    return " ".join(gold.split())[:OPENING].casefold() in " ".join(sentence.split()).casefold()
