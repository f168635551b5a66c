"""What fuzzing found, kept; and a short hunt of every target: `python -m bench.trust.fuzzing` has the long one."""

from pathlib import Path

import pytest

from bench.trust.fuzzing import hunting
from bench.trust.fuzzing.laws import Broken
from bench.trust.fuzzing.seeds import seeds, words
from bench.trust.fuzzing.targets import READERS, TARGETS, Came
from survey.readers.formats import FORMATS

_HUGE = b"0x" + b"F" * 5000  # a number that Python reads and does not write
_DEEP = b"[" * 50_000
_SAID = b"""{"format": 3, "sections": [{"id": "", "title": "", "level": 1, "blocks": [{"kind": "paragraph", "items": [[{"text": "%s",
    "kind": "claim", "quotes": [{"key": "", "text": "", "start": 0, "end": 5}], "cites": [], "verdict": "supported"}]]}]}]}"""
_NOTICES = b"Title,OriginalPaperDOI,RetractionNature,Author\n"

FOUND: list[tuple[str, bytes]] = [
    ("latex", b"\n=====> x.tex\n\\documentclass{a}\\begin{thebibliography}\\bibitem[]{q} \\citet{r}. On Owls. 2019\\end{thebibliography}"),
    ("latex", b"\n=====> x.tex\n\\documentclass{a}\\title{After \\citet{q}}\\begin{document}They hunt.\\end{document}"),
    ("ris", b"FN Clarivate\n" + b"\f" * 40 + b"VR"),
    ("latex", b"\n=====> x.tex\n\\documentclass{a}\\def\\o{" + b"They hunt. " * 500 + b"}\\begin{document}" + b"\\o " * 500),
    ("markdown", "# References\nS (20１９)".encode()),
    ("listing", "Mar 3, 20１9\nl\n".encode()),
    ("archive", b"zip\n=====> a\x1b[2J\r.md\n# On Owls\n\nThey hunt at night.\n"),
    ("archive", b"tar\n=====> a\xf3\xa0\x81\x81/b.md\n# On Owls\n\nThey hunt at night.\n"),
    ("archive", b"\n=====> \\\r"),
    ("names", b"todo" + b"-" * 60 + b"!.md\nOn Owls\n"),
    ("names", b"x.\xff\x1b[2J\nOn Owls\n"),
    ("tables", _NOTICES),
    ("tables", _NOTICES + b'"On\nOwls",10.1/2,"Retrac\ttion","Quist\nTarr"\n'),
    ("markdown", b"---\ntitle: " + _HUGE + b"\nauthors: [" + _HUGE + b"]\n---\n# On Owls\n\nThey hunt at night.\n"),
    ("text", b"On Owls\n\n" + b" .; " * 8_000),
    ("draft", b"---\ntitle: " + _HUGE + b"\n---\n# On Owls\n"),
    ("draft", b"Roe et al. (2020) say " + b"F" * 6000),
    ("draft", b'{"a":' * 5000),
    ("ledger", b'data: {"choices": [{"delta": {"content": "\\ud800"}, "finish_reason": "stop"}]}\n\n'),
    ("fetched", b'{"meta": {"count": -1}, "results": [{"id": "W1"}]}'),
    ("record", _DEEP),
    ("record", _SAID % rb"\ud8ab"),
    ("answers", _DEEP),
    ("settings", b"themes = " + b"1" * 5000),
    ("settings", b"themes = " + _HUGE),
    ("settings", b"themes = " + _DEEP),
    ("settings", b"a." * 3000 + b"b = 1"),
    ("prices", b"a = " + _DEEP),
    ("prompts", b"# System\n\xad\n"),
    ("vectors", b'{"data": [{"index": [], "embedding": [1]}, {"index": 1, "embedding": [1]}]}'),
]
"""Inputs that once ended in an exception, in characters that hide, in a reader that stood still, or in nothing at all."""


@pytest.mark.parametrize(("target", "data"), FOUND, ids=[f"{target}-{n}" for n, (target, _) in enumerate(FOUND)])
def test_what_was_found_stays_mended(target: str, data: bytes) -> None:
    outcome = hunting.attempt(TARGETS[target], data, again=True)
    assert isinstance(outcome, Came), outcome.told


SLOW_TO_BEGIN = {"calls"}  # it opens a workspace with its models: tests/serving has the tools


@pytest.mark.parametrize("target", sorted(TARGETS.keys() - SLOW_TO_BEGIN))
def test_a_short_hunt_finds_nothing(target: str) -> None:
    found = hunting.hunt(target, seconds=0.1, seed=1, most=12).findings
    assert not found, [(finding.told, finding.data[:2000]) for finding in found]


def test_every_format_that_is_read_is_hunted() -> None:
    assert {form.name for form in FORMATS} == READERS.keys()
    assert {target for target, _ in READERS.values()} <= TARGETS.keys()
    for target in TARGETS:
        assert seeds(target) and words(target)


# ---------------------------------------------------------------- the hunt itself


def _faulty(data: bytes) -> Came:
    """Reads bytes, but for one that it does not know, and a law that it breaks."""
    if b"}{" in data:
        raise KeyError(data)
    if b"#" in data:
        raise Broken("a hash: …")
    return Came(str(len(data)), {str(len(data).bit_length())})


def test_faults_are_found_told_apart_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TARGETS, "bibtex", _faulty)
    found = {finding.name: finding for finding in hunting.hunt("bibtex", seconds=10, seed=1, most=3000).findings}
    assert len(found) == 2 and "Broken-a-hash" in found
    (other,) = (finding for name, finding in found.items() if name.startswith("KeyError"))
    assert hunting.minimised(_faulty, other) == b"}{"


def test_what_differs_from_time_to_time_is_found() -> None:
    times = iter(range(10))
    outcome = hunting.attempt(lambda data: Came(str(next(times)), set()), b"", again=True)
    assert isinstance(outcome, hunting.Finding) and outcome.name == "differs"


def test_a_hunt_is_the_same_for_a_seed(tmp_path: Path) -> None:
    kept: list[list[bytes]] = [[], []]
    for inputs in kept:
        hunting.hunt("settings", seconds=60, seed=3, told=inputs.append, most=60)
    assert kept[0] == kept[1] and len(kept[0]) == 60
