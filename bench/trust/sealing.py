"""What seals cost: ``python -m bench.trust.sealing [PAPERS]``.

Papers of ten passages each are put into a library, indexed, and searched as a command searches: the index compared with the library, then
ten questions. Told is the share of the seconds that was spent on making seals and comparing them, within one run, and what reads cost.
"""

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import survey.library as library_module
from survey.embedding import StaticEmbedder
from survey.index import Index
from survey.library import Library
from survey.library.schema import seal
from survey.records import Paper, Passage, Source, SourceSentence

_PASSAGES, _WORDS = 10, 150


def measure(papers: int = 10_000) -> dict[str, float]:
    spent = [0.0, 0]

    def timed(kind: str, *values: object) -> int:
        begun = time.perf_counter()
        mark = seal(kind, *values)
        spent[0] += time.perf_counter() - begun
        spent[1] += 1
        return mark

    vars(library_module)["seal"] = timed
    figures: dict[str, float] = {}
    try:
        with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library.sqlite") as library:
            begun = time.perf_counter()
            made = [_paper(n) for n in range(papers)]
            library.put_papers([(p, s, passages) for p, s, passages in made])
            index = Index(Path(folder), library, StaticEmbedder())
            index.sync()
            figures["seals_share_of_indexing"] = spent[0] / (time.perf_counter() - begun)
            begun, spent[0] = time.perf_counter(), 0.0
            assert not index.is_stale()
            for n in range(10):
                index.search(f"word{n} word{n + 1} word{n + 2}")
            figures["seals_share_of_asking"] = spent[0] / (time.perf_counter() - begun)
            for name in ("keys", "titles", "parts", "passage_digests", "papers", "passages"):
                begun, spent[0] = time.perf_counter(), 0.0
                getattr(library, name)()
                figures[f"{name}_s"] = time.perf_counter() - begun
                figures[f"{name}_seals_s"] = spent[0]
            begun, spent[0] = time.perf_counter(), 0.0
            assert library.check() == []
            figures["check_s"] = time.perf_counter() - begun
            index.close()
    finally:
        vars(library_module)["seal"] = seal
    return {name: round(value, 4) for name, value in figures.items()}


def _paper(n: int) -> tuple[Paper, list[SourceSentence], list[Passage]]:
    chance = random.Random(n)
    key = f"paper{n:06}"
    texts = [" ".join(f"word{chance.randrange(5000)}" for _ in range(_WORDS)) + "." for _ in range(_PASSAGES)]
    text, passages, sentences = " ".join(texts), [], []
    start = 0
    for number, one in enumerate(texts):
        passages.append(Passage(id=f"{key}/{number}", key=key, text=one, start=start, end=start + len(one)))
        sentences.append(SourceSentence(number=number, start=start, end=start + len(one)))
        start += len(one) + 1
    source: Any = Source(path=f"{key}.pdf", reader="pdf")
    return Paper(key=key, title=texts[0][:80], authors=("A. Roe", "B. Doe"), text=text, sources=(source,)), sentences, passages


if __name__ == "__main__":
    for name, value in measure(*map(int, sys.argv[1:])).items():
        print(f"{name:28} {value}")
