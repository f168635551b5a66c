"""What must hold of whatever is read, however it was damaged."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from survey.passages import passages, split_sentences
from survey.readers import Reading
from survey.readers.formats import Found
from survey.records import Notice, Paper, Record, Skipped

_HIDES = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]")
_DATE = re.compile(r"(?:[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?|--[0-9]{2}(?:-[0-9]{2})?)?")
_LINES = {"text"}  # fields that may hold line breaks
_GROWN = 200_000, 60
"""Characters of records: so many, and so many more for each byte that was read."""


class Broken(Exception):
    """A law that does not hold of what was read."""


def reading_of(found: Sequence[Found], data: bytes, *, split: bool = True) -> Reading:
    """The records as a child hands them on; ``split``: their text into sentences and passages too. Raises :class:`Broken`."""
    reading = Reading(
        papers=tuple(item for item in found if isinstance(item, Paper)),
        skipped=tuple(item for item in found if isinstance(item, Skipped)),
        notices=tuple(item for item in found if isinstance(item, Notice)),
    )
    if not found:
        raise Broken("neither records nor a reason")
    told = rounded(reading)
    if len(told) > _GROWN[0] + _GROWN[1] * len(data):
        raise Broken(f"{len(data)} bytes became {len(told)} characters of records")
    for item in found:
        fit(item)
    for paper in reading.papers:
        whole(paper)
        if split:
            parted(paper)
    for skipped in reading.skipped:
        if not skipped.reason.strip() or not skipped.source:
            raise Broken(f"a refusal without a reason or a source: {skipped!r}")
    return reading


def rounded(record: Record) -> str:
    """Its JSON, which must give it back."""
    told = record.model_dump_json()
    if type(record).model_validate_json(told) != record:
        raise Broken("it does not come back from its JSON")
    return told


def fit(record: Record) -> None:
    """No character that hides, steers or is none; no line break where a line is meant."""
    for name, text in strings(record.model_dump()):
        breaks = "\n" if name in _LINES else ""
        odd = [c for c in text if (unicodedata.category(c) in ("Cc", "Cs") and c not in breaks) or _HIDES.match(c)]
        if odd:
            raise Broken(f"{name} holds {odd[0]!r}: …{text[max(0, text.index(odd[0]) - 30) :][:60]!r}")


def strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, key)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner, name)


def whole(paper: Paper) -> None:
    """Its parts, pages and entries lie in its text, in order."""
    text = paper.text
    _in_order("parts", ((part.start, part.end) for part in paper.parts), len(text))
    for page in paper.pages:
        if not 0 <= page.start <= page.end <= len(text) or page.number < 1:
            raise Broken(f"a page lies outside of the text: {page!r}")
    for entry in paper.cited:
        if entry.start is not None and text[entry.start : entry.end].split() != entry.printed.split():
            raise Broken(f"an entry is not what stands at its offsets: {entry.printed[:60]!r}")
    if text != text.strip("\n") or "\n" in text.replace("\n\n", "") or "\n\n\n" in text:
        raise Broken(f"a line break within a paragraph: {text[:80]!r}")
    for date in (paper.date, *(entry.date for entry in paper.cited)):
        if not _DATE.fullmatch(date):
            raise Broken(f"no date: {date!r}")


def parted(paper: Paper) -> None:
    """Its sentences and passages are cut out of its text."""
    sentences = split_sentences(paper)
    _in_order("sentences", ((s.start, s.end) for s in sentences), len(paper.text))
    for passage in passages(paper, sentences):
        if paper.text[passage.start : passage.end] != passage.text:
            raise Broken("a passage is not what stands at its offsets")


def _in_order(what: str, spans: Iterable[tuple[int, int]], length: int) -> None:
    last = 0
    for start, end in spans:
        if not last <= start <= end <= length:
            raise Broken(f"{what} that do not follow one another: {start}–{end} after {last}, of {length}")
        last = end


def gist(said: str) -> str:
    """The first words of a refusal, without what it quotes."""
    return " ".join(re.findall(r"(?<![\w./“'\"])[A-Za-z]+(?![\w./])", said)[:5])


def features(reading: Reading) -> set[str]:
    """What tells this outcome from others: which fields are filled, what parts there are, why something was refused."""
    found = {f"{len(items).bit_length()} {what}" for what, items in (("papers", reading.papers), ("skipped", reading.skipped))}
    found |= {skipped.cure for skipped in reading.skipped} | {gist(skipped.reason) for skipped in reading.skipped}
    for paper in reading.papers[:20]:
        found |= {name for name in type(paper).model_fields if getattr(paper, name)}
        found |= {f"part {part.kind}" for part in paper.parts} | {f"kind {paper.kind}", f"{len(paper.text).bit_length()} text"}
        found |= {f"cited {name}" for entry in paper.cited[:20] for name in type(entry).model_fields if getattr(entry, name)}
        found |= {f"{len(paper.cited).bit_length()} cited", f"{len(paper.authors).bit_length()} authors", f"date {len(paper.date)}"}
    found |= {f"notice {name}" for notice in reading.notices[:20] for name in type(notice).model_fields if getattr(notice, name)}
    return found
