"""Which of 20,000 records are one paper, told from titles of ``DIR`` and made worse as libraries have them.

Each paper has several records: from BibTeX, a register, a PDF, a list; with misprints, a lost subtitle, case, LaTeX or HTML left in,
initials, a missing author or year, the preprint up to two years before. Beside them stand papers that are easily taken for another:
a second part, the next year's shared task, the opposite word, a comment, a correction, a protocol, a namesake's. Precision and recall
count pairs of records; ``exact_*`` is the same for numbers and titles to the letter with first author. ``seconds`` is the whole merge,
``seconds_5000`` that of the first quarter alone.
"""

import csv
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from survey.identity import joined, normal_title, record_name
from survey.records import Paper, Source, family_name

RECORDS = 20_000
# fmt: off
_GIVEN = (
    "Ada", "Bo", "Carla", "Dae", "Elif", "Farid", "Grete", "Hiro", "Ines", "Jörg", "Katya", "Luis", "Mei", "Nils", "Olga", "Pia", "Quang",
    "Rosa", "Sven", "Tariq", "Uma", "Vera", "Wei", "Xin", "Yara", "Zoë",
)
_FAMILY = (
    "Müller", "Nguyen", "Wang", "Zhang", "Li", "Smith", "García", "Kim", "Chen", "Novák", "Öztürk", "Rossi", "Sato", "Silva", "Ivanov",
    "Kowalski", "Jensen", "Dubois", "Singh", "Okafor", "Cohen", "Haddad", "O'Brien", "Peters", "Lindqvist", "Papadopoulos", "Hernández",
    "Yamamoto", "Van-Dijk", "Schmidt", "Kumar", "Ali", "Park", "Liu", "Yang", "Huang", "Zhao", "Wu", "Zhou", "Xu", "Sun", "Ma", "Zhu", "Hu",
)
# fmt: on
_OPPOSITES = {
    "supervised": "unsupervised",
    "single": "multi",
    "monolingual": "multilingual",
    "extractive": "abstractive",
    "with": "without",
    "short": "long",
    "low": "high",
    "local": "global",
    "generation": "classification",
    "english": "german",
}  # fmt: skip


def measure(data: Path) -> dict[str, float]:
    chance = random.Random(7)
    papers = _papers(_titles(data), chance)
    records: list[Paper] = []
    gold: dict[str, int] = {}
    while len(records) < RECORDS:
        at = chance.randrange(len(papers))
        record = _record(papers[at], len(records), chance)
        records.append(record)
        gold[record_name(record)] = at
    started = time.perf_counter()
    merged = joined(records)
    seconds = time.perf_counter() - started
    found = {name: join.key for join in merged.joins for name in join.records}
    figures = {"records": len(records), "papers": len(set(gold.values())), "found": len(merged.papers), "seconds": round(seconds, 2)}
    figures |= _pairs(gold, found, "")
    figures |= _pairs(gold, _exact(records), "exact_")
    started = time.perf_counter()
    joined(records[: RECORDS // 4])
    return {**figures, "seconds_5000": round(time.perf_counter() - started, 2)}


def _pairs(gold: dict[str, int], found: dict[str, str], prefix: str) -> dict[str, float]:
    true = _count(gold.values())
    claimed = _count(found.values())
    right = _count((gold[name], group) for name, group in found.items())
    return {f"{prefix}precision": round(right / max(1, claimed), 4), f"{prefix}recall": round(right / max(1, true), 4)}


def _count(groups: Iterable[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())


def _exact(records: Sequence[Paper]) -> dict[str, str]:
    """Records joined by a number, or by first author and title to the letter."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    bearing: dict[str, list[int]] = {}
    for i, record in enumerate(records):
        family = family_name(record.authors[0]).casefold() if record.authors else ""
        title = "".join(filter(str.isalnum, record.title.casefold()))
        for name in (record.doi, re.sub(r"v\d+$", "", record.arxiv), record.pmid and f"pmid {record.pmid}", f"{title} {family}"):
            bearing.setdefault(name, []).append(i)
    bearing.pop("", None)
    edges = [(bucket[0], i) for bucket in bearing.values() for i in bucket[1:]]
    rows, columns = zip(*edges, strict=True)
    matrix = coo_matrix(([1] * len(edges), (rows, columns)), shape=(len(records), len(records)))
    labels = connected_components(matrix, directed=False)[1]
    return {record_name(record): str(label) for record, label in zip(records, labels, strict=True)}


def _titles(data: Path) -> list[str]:
    csv.field_size_limit(10**9)
    found: dict[str, str] = {}
    for name in ("links/hotpotqa_insights.csv", "roles/insight_sentences.csv"):
        with (data / name).open(encoding="utf-8") as file:
            found |= {normal_title(row["paper-title"]): row["paper-title"] for row in csv.DictReader(file)}
    lines = (data / "themes" / "emnlp2020_tracks.jsonl").read_text(encoding="utf-8").splitlines()
    found |= {normal_title(title): title for line in lines if (title := json.loads(line)["title"])}
    asked = json.loads((data / "qa" / "pubmedqa_dev.json").read_text(encoding="utf-8"))
    found |= {normal_title(entry["QUESTION"]): entry["QUESTION"] for entry in asked.values()}
    return [title for _, title in sorted(found.items()) if len(title) > 10]


def _papers(titles: Sequence[str], chance: random.Random) -> list[Paper]:
    """True papers, and beside each some that are not it."""
    papers = []
    for number, title in enumerate(titles):
        paper = _paper(title, _people(chance), chance.randint(1998, 2023), number, chance)
        papers.append(paper)
        for kind, other in enumerate(_others(title)):
            if chance.random() < (0.4 if kind else 0.05):
                people = paper.authors if kind else _people(chance)
                papers.append(_paper(other, people, (paper.year or 2000) + (0 if kind % 2 else 1), len(titles) + len(papers), chance))
    return papers


def _others(title: str) -> list[str]:
    """The first is by somebody else, the others by the same authors."""
    words = title.split()
    opposite = [_OPPOSITES.get(word.casefold(), word) for word in words]
    found = [title, f"{title} (Part II)", f"Comment on “{title}”", f"Corrigendum: {title}", f"{title}: A Study Protocol"]
    if opposite != words:
        found.append(" ".join(opposite))
    if match := re.search(r"\b(?:19|20)\d\d\b|\bTask \d", title):
        found.append(title.replace(match[0], match[0][:-1] + str((int(match[0][-1]) + 1) % 10)))
    return found


def _paper(title: str, people: tuple[str, ...], year: int, number: int, chance: random.Random) -> Paper:
    return Paper(
        title=title,
        authors=people,
        date=str(year),
        doi=f"10.1234/p{number}",
        arxiv=f"{year % 100:02}{chance.randint(1, 12):02}.{number:05}" if chance.random() < 0.5 else "",
        pmid=str(10_000_000 + number) if chance.random() < 0.3 else "",
    )


def _people(chance: random.Random) -> tuple[str, ...]:
    return tuple(f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}" for _ in range(chance.randint(1, 6)))


def _record(paper: Paper, number: int, chance: random.Random) -> Paper:
    """A record of ``paper``: what a reader of some kind would have found of it. Most bear no number."""
    facts = paper.model_dump()
    reader = chance.choice(("bibtex", "ris", "openalex", "pdf", "listing"))
    facts["sources"] = (Source(path=f"{reader}/{number}", reader=reader),)
    facts["title"] = _spoilt(paper.title, chance)
    preprint = bool(paper.arxiv) and chance.random() < 0.4
    if preprint:
        facts["date"] = str((paper.year or 2000) - chance.randint(0, 2))
    kept = chance.random()
    facts["doi"] = f"10.48550/arxiv.{paper.arxiv}" if preprint and kept < 0.2 else paper.doi if kept < 0.35 and not preprint else ""
    facts["arxiv"] = f"{paper.arxiv}v{chance.randint(1, 3)}" if preprint and chance.random() < 0.5 else ""
    facts["pmid"] = paper.pmid if chance.random() < 0.3 else ""
    form = chance.random()
    if form < 0.12:
        facts["authors"] = ()
    elif form < 0.35:
        facts["authors"] = tuple(f"{author[0]}. {family_name(author)}" for author in paper.authors)
    elif form < 0.45:
        facts["authors"] = paper.authors[:1]
        facts["more_authors"] = len(paper.authors) > 1
    if chance.random() < 0.12:
        facts["date"] = ""
    return Paper.model_validate(facts)


def _spoilt(title: str, chance: random.Random) -> str:
    for way, share in ((_misprinted, 0.12), (_headed, 0.06), (_marked, 0.08), (str.upper, 0.08), (str.lower, 0.08), (_rejoined, 0.05)):
        if chance.random() < share:
            title = way(title, chance) if way in {_misprinted, _headed, _marked, _rejoined} else way(title)  # type: ignore[call-arg]
    return title


def _misprinted(title: str, chance: random.Random) -> str:
    """One letter lost, doubled, changed or turned with the next, in a word that is long enough to have one."""
    places = [m.start() + i for m in re.finditer(r"\\b(?!Comment|Corrig|Study|Protoc)[A-Za-z]{6,}", title) for i in range(1, len(m[0]) - 1)]
    if not places:
        return title
    at = chance.choice(places)
    letter = title[at]
    put = chance.choice(("", letter * 2, chance.choice("aeinrst"), None))
    if put is None:
        return title[:at] + title[at + 1] + letter + title[at + 2 :]
    return title[:at] + put + title[at + 1 :]


def _headed(title: str, _: random.Random) -> str:
    head, colon, rest = title.partition(": ")
    return head if colon and len(head.split()) > 2 and not re.search(r"Study Protocol|Part II", rest) else title


def _marked(title: str, chance: random.Random) -> str:
    words = title.split()
    at = chance.randrange(len(words))
    words[at] = chance.choice(("{%s}", "<i>%s</i>", "\\emph{%s}")) % words[at]
    return " ".join(words)


def _rejoined(title: str, chance: random.Random) -> str:
    return title.replace("-", chance.choice(("", " ", "‐")))
