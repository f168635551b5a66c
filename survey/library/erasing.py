"""What a library holds of a paper, erased: rows in one transaction, then the pages in which they lay."""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from survey.identity import record_name
from survey.library import Library
from survey.library.marks import left_out, mark_of_file, marks_of, marks_of_texts, strings
from survey.library.schema import FORMER, LASTING, MADE_OF_PAPERS
from survey.records import Paper

_CLOSED = frozenset({"find_statements", "merge_issues", "judge_link", "assign_papers", "check_support"})
"""Tasks whose replies are ids and closed choices."""
_RETOLD = frozenset({"plan_outline", "condense_question"})
"""Tasks that are asked with what was made of papers, in other words: of these replies nobody can tell of which papers they are."""
ERASING = "erasing"
"""A counter: 1 while erased rows may still lie in the pages of the file."""


class Erased(NamedTuple):
    """``name``: a digest under which the papers were forgotten; ``sources``: the files that they had been read from."""

    name: str
    sources: list[str]
    replies: int
    turns: int


def erase(library: Library, papers: Sequence[Paper]) -> Erased:
    """Takes all that is of these papers out of the rows, in one transaction, and notes marks of them. :func:`compact` clears the pages."""
    keys = {paper.key for paper in papers}
    places = {(source.path, source.place) for paper in papers for source in paper.sources}
    known = library.known()
    with library.transaction():
        own_texts = marks_of_texts({text for paper in papers for text in texts_of(library, paper)})
        by_source: dict[str, list[tuple[int, Paper]]] = {}
        for source, number, row in library.rows("records"):
            by_source.setdefault(source, []).append((number, Paper.model_validate_json(row)))
        own = {
            source: mine
            for source, records in by_source.items()
            if (mine := [(n, r) for n, r in records if places & {(s.path, s.place) for s in r.sources}])
        }
        records = [record for mine in own.values() for _, record in mine]
        marks = set().union(*map(marks_of, [*papers, *records]))
        marks |= {mark_of_file(known[source].digest) for source in own if source in known and len(by_source[source]) == 1} - {""}
        name = hashlib.sha256(" ".join(sorted(marks)).encode()).hexdigest()[:10]
        library.put_forgotten(name, marks)
        for source, mine in own.items():
            library.drop_rows("records", ((source, n) for n, _ in mine))
            if len(mine) == len(by_source[source]) and not library.count_notices([source]):
                library.drop_source(source)
            else:
                number = 1 + max((n for s, n, _ in library.rows("skipped") if s == source), default=-1)
                told = left_out(source, name, whole=len(mine) == len(by_source[source]))
                library.put_rows("skipped", [(source, number, told.model_dump_json(exclude_defaults=True))])
        names = {record_name(record) for record in records}
        library.drop_rows("decisions", [(one, other) for one, other, _ in library.decisions() if {one, other} & names])
        library.drop_papers(keys)
        former = {old for stage, old, now in library.rows("results") if stage == FORMER and now in keys}
        library.drop_rows("results", list(_results(library, keys | former)))
        called = {" ".join(name.split()) for record in (*papers, *records) for name in (record.title, record.name)} - {""}
        replies = list(_replies(library, own_texts, naming(called, re.IGNORECASE)))
        library.drop_rows("replies", replies)
        present = present_digests(library)
        library.drop_rows("vectors", [(made_by, digest) for made_by, digest, _ in library.rows("vectors") if digest not in present])
        turns = _drop_turns(library, keys | former)
        library.count(ERASING, 1)
    return Erased(name, sorted(own), len(replies), turns)


def _results(library: Library, keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """Those of whole stages, which are made again without a model's being asked again, and the statements of these papers."""
    present = set(library.keys())
    for stage, key, value in library.rows("results"):
        if stage == MADE_OF_PAPERS:
            if not {statement["quote"]["key"] for statement in json.loads(value)["statements"]} <= present:
                yield stage, key
        elif stage not in LASTING or (stage == FORMER and (value in keys or key in keys)):
            yield stage, key


def _replies(library: Library, own: set[str], called: re.Pattern[str]) -> Iterator[tuple[str]]:
    """Those to questions that were put with one of these texts, by their marks, or of which that cannot be told; of older ones, of which
    is not known what they were asked with, those in words. And those that say the title: a short one has no mark."""
    for key, task, reply, about in library.rows("replies"):
        if task in _RETOLD or (not own.isdisjoint(about.split()) if about else task not in _CLOSED) or _says(reply, called):
            yield (key,)


def _says(reply: str, called: re.Pattern[str]) -> bool:
    try:
        told = "\n".join(strings(json.loads(reply)))
    except (ValueError, RecursionError):
        told = reply
    return bool(called.search(reply) or called.search(" ".join(told.split())))


def texts_of(library: Library, paper: Paper) -> Iterator[str]:
    """What vectors are made of: the paper's title, its abstract, its sentences and passages, if the library has them."""
    yield from (paper.title, paper.name, paper.abstract, paper.gist)
    yield from (paper.text[sentence.start : sentence.end] for sentence in library.sentences(paper.key))
    yield from (passage.text for passage in library.passages([paper.key]))


def present_digests(library: Library) -> set[str]:
    """Of all texts of which a vector may be of use."""
    return {digest_of(text) for paper in library.papers() for text in texts_of(library, paper)}


def digest_of(text: str) -> str:
    """As vectors are kept under it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def naming(keys: Collection[str], how: int = 0) -> re.Pattern[str]:
    """Finds the citekeys (or titles) where they stand as such."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(keys, key=len, reverse=True)))})(?!\w)", how)


def _drop_turns(library: Library, keys: Collection[str]) -> int:
    """Answers that name one of the papers go, and talks that are left without any, or were bounded to one of them; returns how many."""
    named = naming(keys)
    dropped = 0
    for id_, time, scope in library.rows("talks"):
        turns = [answer for talk, _, answer in library.rows("turns", "ORDER BY talk, number") if talk == id_]
        kept = [] if named.search(scope) else [answer for answer in turns if not named.search(answer)]
        if len(kept) == len(turns) and not named.search(scope):
            continue
        dropped += len(turns) - len(kept)
        library.drop_rows("turns", [(id_, n) for n in range(len(turns))])
        library.drop_rows("talks", [(id_,)])
        if kept:
            library.put_rows("talks", [(id_, time, scope)])
            library.put_rows("turns", ((id_, n, answer) for n, answer in enumerate(kept)))
    return dropped


def remember(library: Library, names: Collection[str]) -> list[str]:
    """Takes notes back; returns the files that are read again the next time."""
    with library.transaction():
        library.drop_rows("forgotten", [(mark,) for mark, name in library.forgotten().items() if name in names])
        told = {source for source, _, row in library.rows("skipped") if any(f"--undo {name}" in row for name in names)}
        for source in told:
            library.unread(source)
    return sorted(told)


def unused(library: Library, keep: int) -> dict[str, list[tuple[str, ...]]]:
    """Keys of the rows that can be made again and that nothing uses: results and replies that none of the last ``keep`` runs used, and
    vectors of texts that no paper has any longer."""
    oldest = library.runs() - keep
    stale = {kind: library.used_before(kind, oldest) for kind in ("results", "replies")}
    present = present_digests(library)
    return {
        "results": [key for key in stale["results"] if key[0] not in LASTING],
        "replies": stale["replies"],
        "vectors": [(made_by, digest) for made_by, digest in library.row_keys("vectors") if digest not in present],
    }


def compact(library: Library) -> None:
    """Writes the file anew, without the pages and the log in which erased rows lay."""
    library.vacuum()
    with library.transaction():
        library.count(ERASING, 0)
