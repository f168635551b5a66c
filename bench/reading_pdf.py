"""How well PDFs are read: ``DIR/pdf/papers``, real papers in folders, each beside a reference text that was made of it by another program.

``titles``, ``abstracts``, ``years``, ``sections``, ``references_parts`` count papers. A title is right when it is the reference's, case
and space folded (where the reference has none, when the PDF's text has it in one piece); an abstract when at least six of its first
eight words are the reference's and it is about as long; a year when it is that of the file's arXiv or ACL number; sections when two
thirds of the reference's headings are among ours; a reference list when it has five paragraphs or more.

``bigram_recall`` and ``bigram_precision`` compare the pairs of words that follow one another, as multisets, mean over the papers: our
title, text and captions without the reference list, against the reference text, which has no reference list either, few tables, no
formulas and no citations, so that a precision of 1 is not to be had. Words are runs of letters a–z there; in the figures that end in
``_w`` they are letters and digits of any script (``\\w+``), where indices and exponents count too. In those that
end in ``_uncited`` citations that give a year are taken out of our text too. ``bare_…`` is the same of PDFium's
own text, broken words joined, cut at the last line "References". ``speed_vs_pdfium`` is our pages per second over those of PDFium's own
text, in this process.
"""

import re
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pypdfium2 as pdfium

from survey.readers import pdf
from survey.readers.facts import acl_of, arxiv_date, arxiv_of
from survey.records import Paper

_LETTERS = re.compile(r"[a-z]+")
_WORDS = re.compile(r"\w+")
_CITATION = re.compile(
    r"\s*[(\[][^()\[\]]*\b(?:19|20)\d\d[a-z]?[^()\[\]]*[)\]]|\b[A-Z][\w’'-]+ (?:et al\.|and [A-Z][\w’'-]+) \((?:19|20)\d\d[a-z]?\)"
)
_SUFFIXES = ("", "_w", "_uncited")
_ROUNDS = 3
"""The fastest of so many is the time: the machine may be busy with other things."""


def measure(data: Path) -> dict[str, float]:
    files = sorted((data / "pdf" / "papers").glob("*/*.pdf"))
    papers, references, bare, counts = {}, {}, {}, Counter[str]()
    scores: dict[str, list[tuple[float, float]]] = {name + suffix: [] for name in ("", "bare") for suffix in _SUFFIXES}
    for file in files:
        references[file] = _reference(file)
        (papers[file],) = (found for found in pdf.read(file.read_bytes(), file.name) if isinstance(found, Paper))
        bare[file] = _bare(file.read_bytes())
        texts = {"": _body(papers[file]), "bare": _without_references(bare[file])}
        for name, text in texts.items():
            scores[name].append(_bigrams(text, references[file], _LETTERS))
            scores[name + "_w"].append(_bigrams(text, references[file], _WORDS))
            scores[name + "_uncited"].append(_bigrams(_CITATION.sub("", text), references[file], _LETTERS))
        for figure, right in _checks(file, papers[file], references[file], bare[file]).items():
            counts[figure] += right
    figures: dict[str, float] = {"papers": len(files), **counts}
    for suffix in _SUFFIXES:
        for name, which in (("", suffix), ("bare_", "bare" + suffix)):
            figures[f"{name}bigram_recall{suffix}"] = round(mean(recall for recall, _ in scores[which]), 4)
            figures[f"{name}bigram_precision{suffix}"] = round(mean(precision for _, precision in scores[which]), 4)
    contents = [file.read_bytes() for file in files]
    ours, theirs = _seconds(lambda: [pdf.read(content, "x.pdf") for content in contents], lambda: [_bare(content) for content in contents])
    pages = sum(_pages(content) for content in contents)
    figures |= {
        "pages_per_s": round(pages / ours, 1),
        "bare_pages_per_s": round(pages / theirs, 1),
        "speed_vs_pdfium": round(theirs / ours, 3),
    }
    return figures


def _reference(file: Path) -> str:
    return file.with_name(f"{file.stem}.reference.txt").read_text(encoding="utf-8")


def _seconds(*works: Callable[[], object]) -> list[float]:
    """The seconds of each work, taken in turns."""
    best = [float("inf")] * len(works)
    for _ in range(_ROUNDS):
        for i, work in enumerate(works):
            started = time.perf_counter()
            work()
            best[i] = min(best[i], time.perf_counter() - started)
    return best


# ---------------------------------------------------------------- texts


def _bare(content: bytes) -> str:
    document = pdfium.PdfDocument(content)
    try:
        return "\n".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    finally:
        document.close()


def _pages(content: bytes) -> int:
    document = pdfium.PdfDocument(content)
    try:
        return len(document)
    finally:
        document.close()


def _without_references(text: str) -> str:
    text = text.replace("\r\n", "\n")
    heads = list(re.finditer(r"^\s*(?:\d+\.?\s*)?references\s*$", text, re.IGNORECASE | re.MULTILINE))
    return re.sub(r"[\ufffe\x02]\n?|-\n", "", text[: heads[-1].start()] if heads else text)


def _body(paper: Paper) -> str:
    parts = (f"{part.heading}\n{paper.text[part.start : part.end]}" for part in paper.parts if part.kind != "references")
    return "\n".join([paper.title, *parts])


def _bigrams(ours: str, theirs: str, words: re.Pattern[str]) -> tuple[float, float]:
    """Recall and precision of the pairs of words in ``ours`` against ``theirs``."""
    (a, b) = (_pairs(text, words) for text in (ours, theirs))
    same = sum((a & b).values())
    return same / max(1, b.total()), same / max(1, a.total())


def _pairs(text: str, words: re.Pattern[str]) -> Counter[tuple[str, str]]:
    found = words.findall(text.casefold())
    return Counter(pairwise(found))


# ---------------------------------------------------------------- facts


def _checks(file: Path, paper: Paper, reference: str, bare: str) -> dict[str, bool]:
    lines = reference.split("\n")
    abstract = next((lines[i + 1] for i, line in enumerate(lines[:-1]) if line == "abstract"), "")
    title = lines[1] if lines[0] == "title" else ""
    right = _folded(paper.title) == _folded(title) if title else bool(paper.title) and _folded(paper.title) in _folded(bare)
    heads = {_folded(line) for before, line in pairwise(lines) if not before and _is_head(line)}
    ours = {_folded(re.sub(r"^(?:[\dA-Z]\.?(?:\d+\.?)*|[IVX]+\.)\s+", "", part.heading)) for part in paper.parts if part.heading}
    number = arxiv_of(file.name)
    year = (arxiv_date(number) if number else acl_of(file.name)[1])[:4]
    lists = [paper.text[part.start : part.end].split("\n\n") for part in paper.parts if part.kind == "references"]
    return {
        "titles": right,
        "abstracts": _agree(paper.abstract, abstract),
        "years": paper.date[:4] == year,
        "sections": len(heads & ours) >= 2 / 3 * len(heads) and bool(ours),
        "references_parts": sum(map(len, lists)) >= 5,
    }


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _is_head(line: str) -> bool:
    return 0 < len(line.split()) <= 12 and line[:1].isupper() and line[-1:].isalpha()


def _agree(ours: str, theirs: str) -> bool:
    mine, other = _LETTERS.findall(ours.casefold()), _LETTERS.findall(theirs.casefold())
    if not other:
        return len(mine) > 40
    return sum(a == b for a, b in zip(mine[:8], other[:8], strict=False)) >= 6 and 0.6 * len(other) < len(mine) < 1.6 * len(other)
