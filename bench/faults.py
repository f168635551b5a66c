"""Which planted faults do the checks of ``survey.support`` see, and what do they object to that is right?

    python -m bench.faults --data DIR [--half tune|report] [--show FAULT]

2,000 sentences of real papers (``pdf/papers`` as the program reads them, ``themes/emnlp2020_tracks.jsonl``,
``themes/oastm_domains.jsonl``, ``qa/covidqa.json``), as a writer words them (:mod:`bench.rewording`) or quotes them. The papers are dealt
to two halves: the rules were looked at with one (``tune``), the figures are of the other (``report``), 1,000 sentences. Every fault of
:mod:`bench.planting` is planted into each sentence that has a place for it; ``wrong_paper`` puts the quotes, the title and the byline of
another paper of the collection beside it, ``wrong_paper_near`` those that share most words with it. A fault is found when any check does.

``number`` is the worse of ``number_altered`` and ``unit_swapped``, ``name`` of ``dataset_name`` and ``method_name``, ``polarity`` of
``negation`` and ``comparison``. ``false_alarm``: untouched sentences to which any check objects; ``false_alarm_<check>``: by check.
``<fault>_by_<check>``: found by its own check, of the sentences without a quotation (in these the check of quotations finds it). Names that
end in ``_conclusions`` are of ``qa/pubmedqa_dev.json``: what people wrote in conclusion, beside all sentences of their abstracts.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.planting import PLANTS
from bench.rewording import quoted, reworded
from survey.passages import split_sentences
from survey.records import Paper
from survey.statements import every_role
from survey.support import CHECKS, Fault, evidence_faults, quotable
from survey.terms import stems, telling_stems

_COLLECTION = 500  # sentences of each of the four
_QUOTED = 0.2  # of the sentences, as the embedded default writes them
_JOINED = 0.1  # of two papers
_FAMILY_NAMES = "Roe Lee Maar Holt Quist Ivens Bruun Castel Dorn Eads Fenn Gorski Hale Ibsen Jarl Krol Lund Moor Nyberg Orr Pell Rask Sand"
_FAMILIES = _FAMILY_NAMES.split()
OWN_CHECK = {
    "number_altered": "number", "unit_swapped": "unit", "negation": "polarity", "comparison": "polarity", "dataset_name": "name",
    "method_name": "name", "wrong_paper": "coverage", "wrong_paper_near": "coverage",
}  # fmt: skip


class Case(NamedTuple):
    """A sentence with what it rests on; ``bylines`` are how it calls its papers."""

    text: str
    quotes: tuple[str, ...]
    bylines: tuple[str, ...]
    titles: tuple[str, ...]
    collection: str
    half: str

    def faults(self) -> list[Fault]:
        names = [*self.bylines, *(byline.rpartition(" (")[0] for byline in self.bylines)]
        return evidence_faults(self.text, self.quotes, names, self.titles)


def measure_faults(data: Path, half: str = "report") -> dict[str, float]:
    cases = [case for case in _cases(data) if case.half == half]
    figures = _detected(cases) | _false_alarms(cases, "")
    conclusions = [case for case in _conclusions(data) if case.half == half]
    told = _detected(conclusions, others=False)
    figures |= {f"{name}_conclusions": share for name, share in told.items()} | _false_alarms(conclusions, "_conclusions")
    return {
        "wrong_paper": figures["wrong_paper"],
        "number": min(figures["number_altered"], figures["unit_swapped"]),
        "name": min(figures["dataset_name"], figures["method_name"]),
        "polarity": min(figures["negation"], figures["comparison"]),
        "false_alarm": figures["false_alarm"],
        **figures,
    }


def _false_alarms(cases: Sequence[Case], ending: str) -> dict[str, float]:
    found = [{fault.check for fault in case.faults()} for case in cases]
    figures = {f"sentences{ending}": float(len(cases)), f"false_alarm{ending}": _share(bool(checks) for checks in found)}
    seen = [check for check in CHECKS if check in ("quotation", "number", "unit", "name", "polarity", "coverage")]
    return figures | {f"false_alarm_{check}{ending}": _share(check in checks for checks in found) for check in seen}


def _detected(cases: Sequence[Case], others: bool = True) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name, planted in _planted(cases, others):
        found = [{fault.check for fault in case.faults()} for case in planted]
        worded = [checks for case, checks in zip(planted, found, strict=True) if "“" not in case.text]
        figures[name] = _share(bool(checks) for checks in found)
        figures[f"{name}_by_{OWN_CHECK[name]}"] = _share(OWN_CHECK[name] in checks for checks in worded)
        figures[f"{name}_planted"] = float(len(planted))
    return figures


def _planted(cases: Sequence[Case], others: bool = True) -> Iterator[tuple[str, list[Case]]]:
    for name, plant in PLANTS.items():
        texts = [(case, plant(case.text, random.Random(f"{name} {case.text}"))) for case in cases]
        yield name, [case._replace(text=text) for case, text in texts if text and text != case.text]
    if others:
        yield "wrong_paper", [_of_another(case, cases, _anyone) for case in cases]
        yield "wrong_paper_near", [_of_another(case, cases, _nearest) for case in cases]


def _share(found: Iterator[bool]) -> float:
    shares = list(found)
    return round(sum(shares) / max(1, len(shares)), 4)


# ---------------------------------------------------------------- the wrong paper


def _of_another(case: Case, cases: Sequence[Case], choose: Callable[[Case, list[Case]], Case]) -> Case:
    """The same words, with the quotes and the name of another paper."""
    other = choose(case, [c for c in cases if c.collection == case.collection and not set(c.titles) & set(case.titles)])
    text = case.text
    for ours, theirs in zip(case.bylines, (*other.bylines, *other.bylines), strict=False):
        text = text.replace(ours, theirs)
    return other._replace(text=text)


def _anyone(case: Case, others: list[Case]) -> Case:
    return random.Random(case.text).choice(others)


def _nearest(case: Case, others: list[Case]) -> Case:
    own = telling_stems(case.text)
    return max(others, key=lambda other: len(own & {s for quote in other.quotes for s in stems(quote)}))


# ---------------------------------------------------------------- the sentences


def _cases(data: Path) -> list[Case]:
    cases = []
    for collection, papers in (("pdf", _pdfs(data)), ("emnlp", _emnlp(data)), ("oastm", _oastm(data)), ("covid", _covid(data))):
        for half in ("tune", "report"):
            own = [paper for number, paper in enumerate(papers) if (number % 2 == 0) is (half == "tune")]
            cases += _worded(own, collection, half, _COLLECTION // 2)
    return cases


def _worded(papers: Sequence[Paper], collection: str, half: str, most: int) -> list[Case]:
    """Sentences of the papers in turn, until there are enough."""
    chance = random.Random(f"{collection} {half}")
    said = [(paper, _told(paper, chance)) for paper in papers]
    turns = [(paper, quotes[turn]) for turn in range(most) for paper, quotes in said if turn < len(quotes)][:most]
    cases = []
    for paper, quote in turns:
        write = quoted if chance.random() < _QUOTED else reworded
        texts, quotes, of = [write(quote, paper.byline, chance)], [quote], [paper]
        if chance.random() < _JOINED:
            other, its = chance.choice([turn for turn in turns if turn[0] is not paper])
            texts, quotes, of = [*texts, reworded(its, other.byline, chance)], [quote, its], [paper, other]
        text = texts[0] if len(texts) == 1 else f"{texts[0].rstrip('.')}, and {re.sub('^(?:According|As|In|The|From)', _lower, texts[1])}"
        cases.append(Case(text, tuple(quotes), tuple(p.byline for p in of), tuple(p.title for p in of), collection, half))
    return cases


def _lower(match: re.Match[str]) -> str:
    return match[0].lower()


def _told(paper: Paper, chance: random.Random) -> list[str]:
    """Sentences that say what was wrong, done or found, in no order."""
    judged = every_role(paper, split_sentences(paper))
    texts = [paper.text[j.sentence.start : j.sentence.end] for j in judged if j.role not in ("background", "task", "other")]
    found = sorted({" ".join(text.split()) for text in texts if quotable(text)})
    chance.shuffle(found)
    return found


def _conclusions(data: Path) -> list[Case]:
    entries = json.loads((data / "qa" / "pubmedqa_dev.json").read_text(encoding="utf-8")).values()
    cases = []
    for number, entry in enumerate(entries):
        half = "tune" if number % 2 == 0 else "report"
        cases.append(Case(entry["LONG_ANSWER"], tuple(entry["CONTEXTS"]), (), (entry["QUESTION"],), "conclusions", half))
    return cases


def _paper(number: int, title: str, text: str) -> Paper:
    family = _FAMILIES[number % len(_FAMILIES)]
    authors = tuple(f"A {name}" for name in (family, *_FAMILIES[:3]))[: 1 + number % 4]
    return Paper(key=f"{family.lower()}{number}", title=title, authors=authors, date=str(2001 + number % 20), text=text)


def _pdfs(data: Path) -> list[Paper]:
    from survey import Workspace  # what it imports takes seconds

    with tempfile.TemporaryDirectory() as folder, Workspace.open(folder) as workspace:
        workspace.add([data / "pdf" / "papers"])
        return sorted((paper for paper in workspace.library.papers()), key=lambda paper: paper.title)


def _emnlp(data: Path) -> list[Paper]:
    lines = (data / "themes" / "emnlp2020_tracks.jsonl").read_text(encoding="utf-8").splitlines()
    return [_paper(number, entry["title"], entry["text"]) for number, entry in enumerate(map(json.loads, lines))]


def _oastm(data: Path) -> list[Paper]:
    lines = (data / "themes" / "oastm_domains.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"].replace("\n", "\n\n") for line in lines]
    return [_paper(number, text.split("\n", 1)[0], text) for number, text in enumerate(texts)]


def _covid(data: Path) -> list[Paper]:
    entries = json.loads((data / "qa" / "covidqa.json").read_text(encoding="utf-8"))["data"]
    texts = [entry["paragraphs"][0]["context"].strip() for entry in entries]
    return [_paper(number, text.split("\n", 1)[0], text) for number, text in enumerate(texts)]


# ---------------------------------------------------------------- by itself


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description="Planted faults: what the checks see.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of labelled data")
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--show", default="", help="print what is missed of this fault, or the false alarms ('none')")
    options = parser.parse_args()
    if options.show:
        _show(options.data, options.half, options.show)
    else:
        figures = measure_faults(options.data, options.half)
        print("\n".join(f"{name:<34}  {value:g}" for name, value in figures.items()))


def _show(data: Path, half: str, name: str) -> None:
    conclusions = name.endswith("_conclusions")
    cases = [case for case in (_conclusions(data) if conclusions else _cases(data)) if case.half == half]
    name = name.removesuffix("_conclusions")
    wanted = [(case, case.faults()) for case in (cases if name == "none" else dict(_planted(cases, not conclusions))[name])]
    counts: Counter[str] = Counter()
    for case, faults in wanted:
        if bool(faults) is (name == "none"):
            counts.update(fault.check for fault in faults)
            print(f"[{case.collection}] {case.text}\n    {' | '.join(case.quotes)}\n    {[(f.check, f.reason) for f in faults]}\n")
    print(counts, file=sys.stderr)


if __name__ == "__main__":
    main()
