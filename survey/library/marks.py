"""Marks: short digests by which something is known again, and which tell nothing of it to whoever reads them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import blake2b

from survey.identity import identities
from survey.records import Paper, Skipped

_TELLING = 30
"""Letters and digits that a title must have to be a paper's alone; and characters of a text, to be worth a mark."""


def mark(text: str, size: int = 16) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def marks_of(record: Paper) -> set[str]:
    """Of what names a record: its numbers, its place, its long title, its abstract."""
    return {mark(name) for name in identities(record) if not name.startswith("title:") or len(name) >= _TELLING}


def mark_of_file(digest: str) -> str:
    """Of a file's content; ``digest`` as it is kept of a source, with the version of the readers. "" if it is no digest of the content."""
    content = [part for part in digest.split(":") if len(part) == 64]
    return mark(f"file:{content[0]}") if content else ""


def parted(records: Sequence[Paper], forgotten: dict[str, str]) -> tuple[list[Paper], list[str]]:
    """The records that are of no forgotten paper, and the names under which those of the others are."""
    kept, names = [], []
    for record in records:
        known = sorted(marks_of(record) & forgotten.keys()) if forgotten else []
        if known:
            names.append(forgotten[known[0]])
        else:
            kept.append(record)
    return kept, names


def left_out(source: str, name: str, *, whole: bool) -> Skipped:
    """Of a file that gave what was forgotten under ``name``, and nothing else if that is the ``whole`` of it."""
    reason = "was forgotten" if whole else "a part of what it gives was forgotten; the rest is kept"
    return Skipped(source=source, reason=reason, cure=f"to have it again: survey forget --undo {name}", expected=True)


def marks_of_texts(texts: Iterable[str]) -> set[str]:
    """What a reply of a model was asked with; short texts are nobody's own."""
    return {mark(text, 6) for text in texts if len(text) >= _TELLING}


def strings(value: object) -> Iterator[str]:
    """All strings within what JSON can hold."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, Collection):
        for one in value:
            yield from strings(one)
