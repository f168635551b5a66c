"""Questions to a collection: ``python -m bench asking --data DIR`` (about half an hour: the benches named below, one after the other).

- ``covidqa_hit1``, ``_hit5``, ``_hit10``, ``pubmedqa_first``: the search of the product (``bench retrieval``, its way "index"); beside them
  every other way of ``bench retrieval``, with its own names.
- ``answered_at_5pct_wrong`` and what belongs to it: ``bench abstaining``.
- ``true_quotes_accepted``, ``altered_quotes_accepted``: ``bench quotes``.
- ``retrieval_ms`` and the bare parts beside it: ``bench large``.
- ``followups_…``: the made-up talks of :mod:`bench.talks`.
- ``answered``: share of 120 questions of ``qa/covidqa.json``, asked of its own 98 papers, that are answered; ``gold_quoted``: whose quoted
  sentences hold the beginning (40 characters) of the gold answer; ``gold_first``: whose first sentence does.
"""

import json
import random
import tempfile
import time
from pathlib import Path

from bench import abstaining, large, quotes, retrieval, talks
from survey import Workspace

OPENING = 40


def measure(data: Path) -> dict[str, float]:
    found = retrieval.measure(data)
    named = {f"covidqa_hit{k}": found[f"covidqa_index_hit{k}"] for k in (1, 5, 10)} | {"pubmedqa_first": found["pubmedqa_index_hit1"]}
    return {
        **named,
        **abstaining.measure(data),
        **quotes.measure(data),
        **large.measure(data),
        **talks.figures(),
        **answers(data),
        **found,
    }


def answers(data: Path) -> dict[str, float]:
    entries = [e["paragraphs"][0] for e in json.loads((data / "qa" / "covidqa.json").read_text(encoding="utf-8"))["data"]]
    asked = [(q["question"], q["answers"][0]["text"]) for e in entries for q in e["qas"]]
    asked = random.Random(1).sample(asked, 120)
    with tempfile.TemporaryDirectory() as folder, Workspace.open(folder) as workspace:
        papers = Path(folder) / "papers"
        papers.mkdir()
        for number, entry in enumerate(entries):
            (papers / f"{number:03}.txt").write_text(entry["context"], encoding="utf-8")
        workspace.add([papers])
        started = time.perf_counter()
        given = [(workspace.ask(question), gold) for question, gold in asked]
        seconds = (time.perf_counter() - started) / len(asked)
    held = [[_holds(sentence.text, gold) for sentence in answer.sentences] for answer, gold in given]
    return {
        "answered": round(sum(answer.found for answer, _ in given) / len(given), 3),
        "gold_quoted": round(sum(any(found) for found in held) / len(held), 3),
        "gold_first": round(sum(bool(found) and found[0] for found in held) / len(held), 3),
        "seconds_per_question": round(seconds, 2),
    }


def _holds(sentence: str, gold: str) -> bool:
    return " ".join(gold.split())[:OPENING].casefold() in " ".join(sentence.split()).casefold()
