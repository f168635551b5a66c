"""Records joined by their titles, and what else must agree or may lack."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache, partial

from survey.identity.groups import YEARS, Groups
from survey.identity.names import families, first_family, other_initials, turned_names
from survey.identity.titles import Title, is_generic, is_shortened, is_single, like_titles, normal_title, title_of
from survey.records import Paper

TRIES = 20
"""Groups of one number or title that a record is tried with: more of them than this contradict each other, and joins are no longer told."""


def join_titles(records: Sequence[Paper], groups: Groups, between: Callable[[], None]) -> None:
    """Joins records of one title, then of titles that are alike, again while that tells more; ``between`` runs after the former."""
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
        between()
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
        if not any(_may(records[j], records[i], score)
                   and groups.join(j, i, "title", partial(_reason, records[j], records[i], score))
                   for j in heads[:TRIES]):  # fmt: skip
            heads.append(i)


def _may(one: Paper, other: Paper, score: float) -> bool:
    """Whether two records of one title, or of like ones, may be one paper, by what they say besides."""
    if other_initials(one, other) or _elsewhere(one, other):
        return False
    if not score or score == 100.0:
        return True
    # Where a title is not the same to the letter, the author or else many words and the year must agree.
    known = bool(one.authors and other.authors)
    years = None if one.year is None or other.year is None else abs(one.year - other.year)
    telling = min(title_of(one.title).telling, title_of(other.title).telling)
    return (years is None or years <= (YEARS if known else 1)) and telling >= (3 if known else 5 if years is not None else 6)


def _elsewhere(one: Paper, other: Paper) -> bool:
    """Whether two records of one title stand in different places of one journal: each issue may have an editorial by the same hand, and
    each year its report."""
    placed = [(a, b) for a, b in ((one.volume, other.volume), (one.number, other.number), (one.page_range, other.page_range)) if a and b]
    if is_single(one.title) and one.year is not None and other.year is not None and one.year != other.year:
        return True
    differing = sum(_first_number(a) != _first_number(b) for a, b in placed)
    if is_generic(one.title) or is_generic(other.title):
        return differing > 0
    return differing > 1 and normal_title(one.venue) == normal_title(other.venue)


def _first_number(text: str) -> str:
    """ "123-130", "pp. 123" → "123"; a number written otherwise as it stands."""
    found = re.search(r"\d+", text)
    return found[0] if found else text.casefold()


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
    longer: dict[tuple[str, str], list[int]] = defaultdict(list)
    for name, long in titles.items():
        for head in {head for head, _ in long.heads} - {name}:
            if head in titles and is_shortened(titles[head], long):
                for i in bearing[name]:
                    longer[head, first_family(records[i])].append(i)
    found: dict[int, list[int]] = {}
    for (head, family), long_ones in longer.items():
        for short in bearing[head]:
            if first_family(records[short]) == family:
                found[short] = [i for i in long_ones[:TRIES] if _agree(records[short], records[i], titles[head].telling)]
    return {short: ones for short, ones in found.items() if ones}


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


def opening(paper: Paper) -> str:
    """The first 300 letters and digits of the abstract; "" when it is too short to tell papers apart."""
    return _opening(paper.abstract[:600])


@lru_cache(maxsize=16384)
def _opening(words: str) -> str:
    letters = "".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", words).casefold()))[:300]
    return letters if len(letters) >= 100 else ""
