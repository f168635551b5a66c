"""The main job on real papers: ``DIR/pdf/papers``, PDFs in folders named by their task, each beside a reference text.

``seconds`` is a whole ``survey run`` in a new workspace, imports included; ``passages_per_s`` counts the passages over the seconds of
reading, splitting, embedding and indexing; ``peak_mib`` is the process's largest resident set. Quotes and citations are checked here
against the stored text, without the program's own checks. ``titles`` compares with the second line of the reference texts, case and
white space folded; ``theme_ari`` is the adjusted Rand index of the themes against the folders.
"""

import json
import resource
import sys
import tempfile
import time
from collections import Counter
from math import comb, exp, lgamma, log
from pathlib import Path


def measure(data: Path) -> dict[str, float]:
    started = time.perf_counter()
    from survey import Workspace  # its imports are a part of what is timed

    papers = data / "pdf" / "papers"
    with tempfile.TemporaryDirectory() as folder, Workspace.open(folder) as workspace:
        added = workspace.add([papers])
        add_seconds = time.perf_counter() - started
        result = workspace.survey(paths=[papers])
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
        texts = {paper.key: paper.text for paper in workspace.library.papers()}
        lines = [json.loads(line) for line in (result.folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]
        claims = [line for line in lines if line["kind"] == "claim"]
        quotes = [quote for line in lines for quote in line["quotes"]]
        exact = sum(texts[q["citekey"]][q["start"] : q["end"]] == q["text"] for q in quotes)
        cited = sum(bool(c["citekeys"]) and all(key in texts for key in c["citekeys"]) for c in claims)
        survey_text = (result.folder / "survey.md").read_text(encoding="utf-8")
        accounted = sum(f"@{key}" in survey_text or any(s.source == f"@{key}" for s in result.left_out) for key in texts)
        passages = workspace.status().passages
        folders = {p.key: Path(p.sources[0].path).parent.name for p in workspace.library.papers()}
        titles = sum(_folded(p.title) == _folded(_gold_title(papers, p.sources[0].path)) for p in workspace.library.papers())
    theme_of = {key: theme.id for theme in result.themes for key in theme.papers} | {paper.key: paper.nearest for paper in result.alone}
    keys = sorted(texts)
    return {
        "papers": len(texts),
        "records": added.records,
        "claims": len(claims),
        "claims_cited_share": round(cited / max(1, len(claims)), 4),
        "quotes_exact_share": round(exact / max(1, len(quotes)), 4),
        "papers_accounted_share": round(accounted / max(1, len(texts)), 4),
        "seconds": round(seconds, 1),
        "peak_mib": round(peak),
        "passages_per_s": round(passages / add_seconds, 1),
        "titles": titles,
        "themes": len(result.themes),
        "theme_ari": round(adjusted_rand([folders[k] for k in keys], [theme_of[k] for k in keys]), 3),
        "chains": len(result.chains),
    }


def _gold_title(papers: Path, source: str) -> str:
    stem = Path(source).name.removesuffix(".reference.txt").removesuffix(".pdf")
    lines = next(papers.rglob(f"{stem}.reference.txt")).read_text(encoding="utf-8").splitlines()
    return lines[1]


def _folded(title: str) -> str:
    return " ".join(title.casefold().replace("*", "").split())


def adjusted_rand(gold: list[str], found: list[str]) -> float:
    """Hubert & Arabie (1985): 1 for the same partition, 0 on average for a random one."""
    both = sum(comb(n, 2) for n in Counter(zip(gold, found, strict=True)).values())
    left, right = (sum(comb(n, 2) for n in Counter(labels).values()) for labels in (gold, found))
    expected = left * right / comb(len(gold), 2)
    return (both - expected) / max((left + right) / 2 - expected, 1e-9)


def adjusted_mutual(gold: list[str], found: list[str]) -> float:
    """Vinh, Epps & Bailey (2010), by the mean of the entropies: 1 for the same partition, 0 on average for a random one."""
    n = len(gold)
    left, right = Counter(gold), Counter(found)
    both = Counter(zip(gold, found, strict=True))
    mutual = sum(count / n * log(n * count / (left[a] * right[b])) for (a, b), count in both.items())
    sizes = [(a, b, times) for (a, b), times in Counter((a, b) for a in left.values() for b in right.values()).items()]
    expected = sum(times * _expected_mutual(a, b, n) for a, b, times in sizes)
    entropies = [-sum(count / n * log(count / n) for count in labels.values()) for labels in (left, right)]
    spread = sum(entropies) / 2 - expected
    return (mutual - expected) / spread if abs(spread) > 1e-12 else 1.0


def _expected_mutual(a: int, b: int, n: int) -> float:
    """What two groups of ``a`` and ``b`` of ``n`` things drawn by chance add to the mutual information: hypergeometric, in logarithms."""
    ways = sum(lgamma(size + 1) for size in (a, b, n - a, n - b)) - lgamma(n + 1)
    total = 0.0
    for both in range(max(1, a + b - n), min(a, b) + 1):
        cells = sum(lgamma(size + 1) for size in (both, a - both, b - both, n - a - b + both))
        total += both / n * log(n * both / (a * b)) * exp(ways - cells)
    return total
