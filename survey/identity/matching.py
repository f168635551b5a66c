"""Which records are one paper. Numbers are believed before titles, and the user before both.

Two records are one paper when they share a DOI, an arXiv number, a PubMed number or another register's, when one is the very file that the
other names, or when their titles agree, but for misprints or a lost subtitle, and nothing speaks against it (other first author, years more
than two apart, two publishers' DOIs): where several papers may bear the title, author or year must speak for it. A record without a title
is known by the opening of its abstract; a text beside a PDF of the same file name, by its words.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import combinations
from pathlib import PurePosixPath

from rapidfuzz import fuzz

from survey.identity.groups import YEARS, Groups
from survey.identity.names import families, first_family, other_initials, turned_names
from survey.identity.numbers import doi_of, is_layout, is_preprint_doi, numbers_of, record_name
from survey.identity.titles import Title, is_generic, is_shortened, like_titles, normal_title, title_of
from survey.records import Paper

_NAMED = {"doi": "same DOI", "arxiv": "same arXiv number", "pmid": "same PubMed number"}
_TRIES = 20
"""Groups of one number or title that a record is tried with: more of them than this contradict each other, and joins are no longer told."""


def group(records: Sequence[Paper], apart: Sequence[tuple[str, str]], together: Sequence[tuple[str, str]]) -> Groups:
    """The groups of ``records``, which are in an order of their own: it decides where joins exclude each other."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        places[record_name(record)].append(i)

    def pairs(named: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
        return [(i, j) for one, other in named if one != other for i in places.get(one, []) for j in places.get(other, [])]

    groups = Groups(records, pairs(apart))
    for one, other in pairs(together):
        groups.join(one, other, "user", "you joined them")
    _by_number(records, groups)
    for bucket in _buckets(records, _place):
        _join_all(bucket, groups, "the same place of the same file")
    _by_title(records, groups)
    for bucket in _buckets(records, opening):
        if any(not records[i].title for i in bucket):
            _join_all(bucket, groups, "their abstracts begin alike")
    for bucket in _buckets(records, _stem):
        for one, other in combinations(bucket[:_TRIES], 2):
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
        if not any((may is None or may(head, i)) and groups.join(head, i, "number", why) for head in heads[:_TRIES]):
            heads.append(i)


# ---------------------------------------------------------------- by number


def _by_number(records: Sequence[Paper], groups: Groups) -> None:
    named: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        for number in numbers_of(record):
            named[number].append(i)
    order = {register: rank for rank, register in enumerate(_NAMED)}
    for register, number in sorted(named, key=lambda pair: (order.get(pair[0], len(order)), pair)):

        def may(one: int, other: int, checked: bool = register == "arxiv") -> bool:
            return not (checked and _two_publications(records, groups, one, other)) and not _contradict(records[one], records[other])

        _join_all(named[register, number], groups, f"{_NAMED.get(register, f'same {register} number')} {number}", may)


def _two_publications(records: Sequence[Paper], groups: Groups, one: int, other: int) -> bool:
    """Whether two groups have publishers' DOIs that differ: a talk and the article made of it may name one preprint."""
    mine, theirs = (
        {doi for i in groups.members(at) if not is_layout(records[i]) and (doi := doi_of(records[i])) and not is_preprint_doi(doi)}
        for at in (one, other)
    )
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _contradict(one: Paper, other: Paper) -> bool:
    """Whether two records that share a number are of different papers all the same: a book's DOI given to each of its chapters."""
    if is_layout(one) or is_layout(other) or not (one.title and other.title and one.authors and other.authors):
        return False
    if not families(one).isdisjoint(families(other)):
        return False
    return fuzz.token_set_ratio(" ".join(title_of(one.title).words), " ".join(title_of(other.title).words)) < 60


def _place(paper: Paper) -> Hashable:
    """The very place a record was read from: a file read again gives the same paper."""
    if not paper.sources:
        return None
    return (*((s.path, s.place, s.reader) for s in paper.sources), normal_title(paper.title), opening(paper))


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


# ---------------------------------------------------------------- by title


def _by_title(records: Sequence[Paper], groups: Groups) -> None:
    titles: dict[str, Title] = {}
    bearing: dict[str, list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        if (title := title_of(record.title)).normal:
            titles.setdefault(title.normal, title)
            bearing[title.normal].append(i)
    exact = [bucket for bucket in bearing.values() if len(bucket) > 1]
    near: list[tuple[list[int], float]] | None = None
    shortened: dict[int, list[int]] = {}
    before = None
    while before != (roots := groups.roots()):
        # All titles are judged by what was joined before the round, so that their order decides nothing.
        before = roots
        for same in [same for bucket in exact for same in _same_title(records, bucket, roots)]:
            _join_titled(records, groups, same, 100.0)
        _by_file(records, groups)
        if near is None:
            pairs = like_titles(titles, _blocks(records, bearing))
            near = [(sorted({*bearing[one], *bearing[other]}), score) for one, other, score in pairs]
            shortened = _shortened(records, titles, bearing)
        roots = groups.roots()
        for bucket, score in near:
            if len({roots[i] for i in bucket}) > 1:
                for same in _same_title(records, bucket, roots):
                    _join_titled(records, groups, same, score)
        for short, long in shortened.items():
            if len({groups.root(i) for i in long}) == 1:  # else there is a choice
                _join_titled(records, groups, [short, long[0]], 0.0)


def _join_titled(records: Sequence[Paper], groups: Groups, same: list[int], score: float) -> None:
    heads: list[int] = []
    for i in same:
        if not any(_may(records[j], records[i], score) and groups.join(j, i, "title", _reason(records[j], records[i], score))
                   for j in heads[:_TRIES]):  # fmt: skip
            heads.append(i)


def _may(one: Paper, other: Paper, score: float) -> bool:
    """Whether two records of one title, or of like ones, may be one paper, by what they say besides."""
    if other_initials(one, other):
        return False
    if is_generic(one.title) or is_generic(other.title):
        # Each issue may have an editorial by the same hand.
        placed = [
            (a, b) for a, b in ((one.volume, other.volume), (one.number, other.number), (one.page_range, other.page_range)) if a and b
        ]
        return all(a == b for a, b in placed)
    if not score or score == 100.0:
        return True
    # Where a title is not the same to the letter, the author or else many words and the year must agree.
    known = bool(one.authors and other.authors)
    years = None if one.year is None or other.year is None else abs(one.year - other.year)
    telling = min(title_of(one.title).telling, title_of(other.title).telling)
    return (years is None or years <= (YEARS if known else 1)) and telling >= (3 if known else 5 if years is not None else 6)


def _reason(one: Paper, other: Paper, score: float) -> str:
    exact = title_of(one.title).normal == title_of(other.title).normal
    title = "same title" if exact else f"titles alike ({score:.0f} of 100)" if score else "same title but for a subtitle"
    first = "same first author" if first_family(one) and first_family(one) == first_family(other) else ""
    if not first and one.authors and other.authors:
        first = "same authors"
    year = ""
    if one.year is not None and other.year is not None:
        year = "same year" if one.year == other.year else f"years {min(one.year, other.year)} and {max(one.year, other.year)}"
    return ", ".join(filter(None, (title, first, year)))


def _blocks(records: Sequence[Paper], bearing: dict[str, list[int]]) -> Iterator[tuple[Hashable, str]]:
    """First author and year, each year also with the next; without a year, the author alone."""
    for name, bucket in bearing.items():
        for i in bucket:
            if family := first_family(records[i]):
                year = records[i].year
                yield from (((family, y), name) for y in ((year, year + 1) if year is not None else (None,)))


def _shortened(records: Sequence[Paper], titles: dict[str, Title], bearing: dict[str, list[int]]) -> dict[int, list[int]]:
    """Records that lack a subtitle, each with those that have one, where first author and year agree, and the rest tells enough."""
    found: dict[int, list[int]] = defaultdict(list)
    for name, long in titles.items():
        for head, _ in long.heads:
            if head == name or head not in titles or not is_shortened(titles[head], long):
                continue
            by_author: dict[str, list[int]] = defaultdict(list)
            for i in bearing[name]:
                by_author[first_family(records[i])].append(i)
            for short in bearing[head]:
                longer = by_author.get(first_family(records[short]), [])[:_TRIES]
                found[short] += [i for i in longer if _agree(records[short], records[i], titles[head].telling)]
    return {short: longer for short, longer in found.items() if longer}


def _agree(one: Paper, other: Paper, telling: int) -> bool:
    if not one.authors or one.year is None or other.year is None or abs(one.year - other.year) > 1:
        return False
    everyone = families(one) == families(other) and len(one.authors) > 1 and not (one.more_authors or other.more_authors)
    return telling >= 3 or (everyone and one.year == other.year)


def _same_title(records: Sequence[Paper], bucket: Sequence[int], roots: Sequence[int]) -> list[list[int]]:
    """Records of one title, parted by first author and year. One that lacks a fact goes with the others only if that is no choice."""
    by_author: dict[str, list[int]] = defaultdict(list)
    turned = turned_names(records[i] for i in bucket)
    for i in bucket:
        family = first_family(records[i])
        by_author[turned.get(family, family)].append(i)
    unknown = by_author.pop("", [])
    known = list(by_author.values())
    # Records that share an identifier are one paper whatever their authors look like.
    if known and len({roots[i] for members in known for i in members}) == 1:
        known = [[i for members in known for i in members]]
    pairs: list[list[int]] = []
    if unknown and is_generic(records[bucket[0]].title):
        pairs = _second_fact(records, unknown, known)
    elif unknown:
        if len(known) == 1:
            known[0] += unknown
        else:
            known.append(unknown)
    return [run for members in known for run in _runs(records, members) if len(run) > 1] + pairs


def _runs(records: Sequence[Paper], members: Sequence[int]) -> list[list[int]]:
    """``members`` parted where their years leave a gap; those without a year go along if there is none."""
    runs: list[list[int]] = []
    last: int | None = None
    for year, i in sorted((year, i) for i in members if (year := records[i].year) is not None):
        if last is None or year - last > YEARS:
            runs.append([])
        runs[-1].append(i)
        last = year
    undated = [i for i in members if records[i].year is None]
    if len(runs) == 1:
        runs[0] += undated
    else:
        runs.append(undated)
    return runs


def _second_fact(records: Sequence[Paper], unknown: list[int], known: list[list[int]]) -> list[list[int]]:
    """Records of one generic title, those without author joined where the year agrees and the text does: to each other, or to the
    records of one author. A record without text goes with the others of its year if that is no choice."""
    pairs: list[list[int]] = []
    for year in sorted({year for i in unknown if (year := records[i].year) is not None}):
        texts: dict[str, list[int]] = defaultdict(list)
        for i in unknown:
            if records[i].year == year:
                texts[opening(records[i]) or (f"{i}" if records[i].text else "")].append(i)
        bare = texts.pop("", [])
        groups: list[list[int]] = []
        silent = True
        for members in known:
            if any(records[i].year == year for i in members):
                silent = silent and not any(records[i].text for i in members)
                openings = {opening(records[i]) for i in members} & texts.keys()
                groups.append([members[0], *(i for opening in sorted(openings) for i in texts.pop(opening))])
        if silent and len(groups) == len(texts) == 1:
            groups[0] += texts.popitem()[1]
        groups += texts.values()
        if len(groups) == 1:
            groups[0] += bare
        else:
            groups.append(bare)
        pairs += [group for group in groups if len(group) > 1]
    return pairs


# ---------------------------------------------------------------- by text


def opening(paper: Paper) -> str:
    """The first 300 letters and digits of the abstract; "" when it is too short to tell papers apart."""
    letters = "".join(c for c in unicodedata.normalize("NFKC", paper.abstract[:2000]).casefold() if c.isalnum())[:300]
    return letters if len(letters) >= 100 else ""


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
