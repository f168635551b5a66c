"""Which records are one paper. Numbers are believed before titles, and the user before both.

Two records are one paper when they share a DOI, an arXiv number, a PubMed number or another register's, when one is the very file that the
other names, or when their titles agree, but for misprints or a lost subtitle, and nothing speaks against it (other first author, years more
than two apart, two publishers' DOIs): where several papers may bear the title, author or year must speak for it. A record without a title
is known by the opening of its abstract; a text beside a PDF of the same file name, by its words.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from itertools import combinations
from pathlib import PurePosixPath

from rapidfuzz import fuzz

from survey.identity.by_title import TRIES, join_titles, opening
from survey.identity.groups import Groups
from survey.identity.names import families
from survey.identity.numbers import is_preprint_doi, numbers_of, record_names
from survey.identity.titles import normal_title, title_of
from survey.records import Paper

_NAMED = {"doi": "same DOI", "arxiv": "same arXiv number", "pmid": "same PubMed number"}


def group(records: Sequence[Paper], apart: Sequence[tuple[str, str]], together: Sequence[tuple[str, str]]) -> Groups:
    """The groups of ``records``, which are in an order of their own: it decides where joins exclude each other."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, name in enumerate(record_names(records)):
        places[name].append(i)

    def pairs(named: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
        return [(i, j) for one, other in named if one != other for i in places.get(one, []) for j in places.get(other, [])]

    groups = Groups(records, pairs(apart))
    for one, other in pairs(together):
        groups.join(one, other, "user", "you joined them")
    _by_number(records, groups)
    for bucket in _buckets(records, _place):
        _join_all(bucket, groups, "the same place of the same file")
    join_titles(records, groups, lambda: _by_file(records, groups))
    for bucket in _buckets(records, opening):
        if any(not records[i].title for i in bucket):
            _join_all(bucket, groups, "their abstracts begin alike")
    for bucket in _buckets(records, _stem):
        for one, other in combinations(bucket[:TRIES], 2):
            if _same_words(records[one], records[other]):
                groups.join(one, other, "number", "files of one name, with the same words")
    return groups


def _buckets(records: Sequence[Paper], name: Callable[[Paper], Hashable]) -> list[list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        if value := name(record):
            found[value].append(i)
    return [bucket for bucket in found.values() if len(bucket) > 1]


def _join_all(bucket: Sequence[int], groups: Groups, why: str, may: Callable[[int, int], bool] | None = None) -> None:
    """Joins each with the first before it that it may be joined with."""
    heads: list[int] = []
    for i in bucket:
        if not any((may is None or may(head, i)) and groups.join(head, i, "number", why) for head in heads[:TRIES]):
            heads.append(i)


# ---------------------------------------------------------------- by number


def _by_number(records: Sequence[Paper], groups: Groups) -> None:
    named: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        for name in numbers_of(record):
            named[name].append(i)
    order = {register: rank for rank, register in enumerate(_NAMED)}
    for register, number in sorted(named, key=lambda pair: (order.get(pair[0], len(order)), pair)):

        def may(one: int, other: int, checked: bool = register == "arxiv") -> bool:
            return not (checked and _two_publications(groups, one, other)) and not _contradict(records[one], records[other])

        _join_all(named[register, number], groups, f"{_NAMED.get(register, f'same {register} number')} {number}", may)


def _two_publications(groups: Groups, one: int, other: int) -> bool:
    """Whether two groups have publishers' DOIs that differ: a talk and the article made of it may name one preprint."""
    mine, theirs = ({doi for doi in groups.told(at, "doi") if not is_preprint_doi(doi)} for at in (one, other))
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _contradict(one: Paper, other: Paper) -> bool:
    """Whether two records that share a number are of different papers all the same: a book's DOI given to each of its chapters, the DOI of
    a cited paper read off a page. Neither authors nor title agree, and the text of neither has the other's title at its head."""
    if not (one.title and other.title and one.authors and other.authors) or not families(one).isdisjoint(families(other)):
        return False
    alike = fuzz.token_set_ratio(" ".join(title_of(one.title).words), " ".join(title_of(other.title).words))
    return alike < 60 and not any(normal_title(a.title) in normal_title(b.text[:3000]) for a, b in ((one, other), (other, one)))


def _place(paper: Paper) -> Hashable:
    """The very place a record was read from: a file read again gives the same paper."""
    if not paper.sources:
        return None
    return (*((s.path, s.place, s.reader) for s in paper.sources), normal_title(paper.title), paper.text[:500])


# ---------------------------------------------------------------- by file


def _by_file(records: Sequence[Paper], groups: Groups) -> None:
    """An entry and the file that it names; a file that several papers name (a whole book) is none of them."""
    alone: dict[str, list[int]] = defaultdict(list)
    naming: dict[str, list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        for path in {source.path for source in record.sources}:
            alone[path].append(i)
        for path in set(record.files):
            naming[path].append(i)
    for path in sorted(naming.keys() & alone.keys()):
        if len({groups.root(i) for i in alone[path]}) == len({groups.root(i) for i in naming[path]}) == 1:
            groups.join(naming[path][0], alone[path][0], "file", f"the entry names the file {path}")


# ---------------------------------------------------------------- by text


def _stem(paper: Paper) -> Hashable:
    """Folder and stem of a paper that is a whole file: "a/P18-1.reference.txt" → ("a", "P18-1")."""
    if len(paper.sources) != 1 or paper.sources[0].reader not in {"pdf", "text", "markdown"} or paper.sources[0].place:
        return None
    path = PurePosixPath(paper.sources[0].path)
    return str(path.parent), path.name.split(".txt")[0].removesuffix(".reference").removesuffix(path.suffix)


def _same_words(one: Paper, other: Paper) -> bool:
    """Whether the opening of the shorter text stands, word by word, in the longer one."""
    short, long = sorted((one.text, other.text), key=lambda text: (len(text), text))
    words = set(re.findall(r"\w{4,}", short[:4000].casefold()))
    return len(words) >= 20 and len(words & set(re.findall(r"\w{4,}", long.casefold()))) >= 0.7 * len(words)
