"""Which records are one paper, what is known of it, and the citekey it goes by. Pure: no file, no clock, no chance.

Two records are one paper when they share a DOI, an arXiv number, a PubMed number, or a title that nothing speaks against
(other first author, years more than two apart) and, where several papers may bear it, author or year speak for; a record without a
title also by the opening of its abstract; a text beside a PDF of the same file name when it holds the same words.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import PurePosixPath

from survey.records import Paper, family_name

_TRUST = {"bibtex": 0, "atom": 0, "markdown": 1, "listing": 2, "pdf": 3, "text": 4}
"""How far a reader's bibliographic facts are believed: typed in by people, then saved from a page, then guessed from a layout."""
_FULL_TEXT = frozenset({"pdf", "markdown"})
# fmt: off
_SKIPPED_WORDS = frozenset((
    "a", "an", "the", "of", "for", "in", "on", "at", "to", "from", "by", "with", "without", "and", "or", "nor", "but", "as",
    "is", "are", "be", "via", "using", "into", "onto", "toward", "towards", "over", "under", "between", "than", "that", "this",
    "these", "those", "its", "it", "do", "does", "how", "what", "why", "when", "where", "which", "who", "can", "der", "die",
    "das", "und", "le", "la", "les", "de", "des", "du", "et", "el", "los", "las", "y",
))
# fmt: on
# What NFKD leaves alone, as names are usually written in ASCII.
_ASCII = str.maketrans(
    dict(zip("ßøØæÆœŒłŁđĐðþı", ["ss", "o", "O", "ae", "Ae", "oe", "Oe", "l", "L", "d", "D", "d", "th", "i"], strict=True))
)


def merge(records: Sequence[Paper], known: Mapping[str, str] | None = None) -> list[Paper]:
    """One paper for every group of ``records`` that are the same, each with its citekey, sorted by it.

    ``known`` maps :func:`identities` to the citekeys that papers already go by: those keys are kept, and given to no other paper.
    The result does not depend on the order of ``records``.
    """
    groups = [sorted(group, key=_order) for group in _groups(records)]
    papers = sorted(((_merged(group), group) for group in groups), key=lambda pair: _content(pair[0]))
    return sorted(_keyed(papers, known or {}), key=lambda paper: paper.key)


def identities(paper: Paper) -> list[str]:
    """What names ``paper`` beyond its citekey, surest first: "doi:…", "arxiv:…", "pmid:…", "title:…", "abstract:…"."""
    found = [f"{name}:{value}" for name, value in (("doi", paper.doi), ("arxiv", paper.arxiv), ("pmid", paper.pmid)) if value]
    if title := normal_title(paper.title):
        first = _folded(family_name(paper.authors[0])) if paper.authors else ""
        found.append(f"title:{title}:{first}")
    elif opening := _opening(paper):
        found.append(f"abstract:{opening}")
    return found


def normal_title(title: str) -> str:
    """``title`` for comparing: NFKC, case-folded, letters and digits only."""
    return "".join(c for c in unicodedata.normalize("NFKC", title).casefold() if c.isalnum())


def _opening(paper: Paper) -> str:
    """The first 300 letters and digits of the abstract; "" when it is too short to tell papers apart."""
    letters = "".join(c for c in unicodedata.normalize("NFKC", paper.abstract[:2000]).casefold() if c.isalnum())[:300]
    return letters if len(letters) >= 100 else ""


def _folded(text: str) -> str:
    """``text`` in ASCII, lower case, letters and digits only; letters of other scripts are kept."""
    plain = unicodedata.normalize("NFKD", text.translate(_ASCII)).casefold()
    return "".join(c for c in plain if c.isalnum())


# ---------------------------------------------------------------- which records are one paper


class _Union:
    """Disjoint sets of the numbers below ``size``."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, i: int) -> int:
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def join(self, members: Sequence[int]) -> None:
        for other in members[1:]:
            self.parent[self.root(other)] = self.root(members[0])


def _groups(records: Sequence[Paper]) -> list[list[Paper]]:
    union = _Union(len(records))

    def buckets(name: Callable[[Paper], Hashable], among: Iterable[int] = range(len(records))) -> list[list[int]]:
        found: dict[Hashable, list[int]] = defaultdict(list)
        for i in among:
            if value := name(records[i]):
                found[value].append(i)
        return [bucket for bucket in found.values() if len(bucket) > 1]

    for name in (lambda p: p.doi.casefold(), lambda p: re.sub(r"v\d+$", "", p.arxiv.casefold()), lambda p: p.pmid, _place):
        for bucket in buckets(name):
            union.join(bucket)
    titled = buckets(lambda p: normal_title(p.title))
    before = None
    while before != (roots := [union.root(i) for i in range(len(records))]):
        # All titles are judged by what was joined before the round, so that their order decides nothing.
        before = roots
        for same in [same for bucket in titled for same in _same_title([(i, records[i]) for i in bucket], roots)]:
            union.join(same)
    for bucket in buckets(_opening):
        if any(not records[i].title for i in bucket):
            union.join(bucket)
    for bucket in buckets(_stem):
        for one, other in combinations(bucket, 2):
            if _same_words(records[one], records[other]):
                union.join([one, other])
    groups: dict[int, list[Paper]] = defaultdict(list)
    for i, record in enumerate(records):
        groups[union.root(i)].append(record)
    return list(groups.values())


def _place(paper: Paper) -> Hashable:
    """The very place a record was read from: a file read again gives the same paper."""
    if not paper.sources:
        return None
    return (*((s.path, s.place, s.reader) for s in paper.sources), normal_title(paper.title), _opening(paper))


def _same_title(bucket: list[tuple[int, Paper]], roots: Sequence[int]) -> list[list[int]]:
    """Records of one title, parted by first author and year. One that lacks a fact goes with the others only if that is no choice."""
    by_author: dict[str, list[tuple[int, Paper]]] = defaultdict(list)
    turned = _turned_names(paper for _, paper in bucket)
    for i, paper in bucket:
        family = _first_family(paper)
        by_author[turned.get(family, family)].append((i, paper))
    unknown = by_author.pop("", [])
    known = list(by_author.values())
    # Records that share an identifier are one paper whatever their authors look like.
    if len({roots[i] for members in known for i, _ in members}) == 1 and known:
        known = [[pair for members in known for pair in members]]
    pairs: list[list[int]] = []
    if unknown and _is_generic(bucket[0][1].title):
        pairs = _second_fact(unknown, known)
    elif unknown:
        if len(known) == 1:
            known[0] += unknown
        else:
            known.append(unknown)
    found = []
    for members in known:
        dated = sorted((paper.year, i) for i, paper in members if paper.year is not None)
        runs: list[list[int]] = []
        last: int | None = None
        for year, i in dated:
            if last is None or year - last > 2:
                runs.append([])
            runs[-1].append(i)
            last = year
        undated = [i for i, paper in members if paper.year is None]
        if len(runs) == 1:
            runs[0] += undated
        else:
            runs.append(undated)
        found += [run for run in runs if len(run) > 1]
    return found + pairs


def _is_generic(title: str) -> bool:
    """Whether several papers may well bear it: "Editorial", "1 Your Chapter", "A Short Survey"."""
    return len(normal_title(title)) < 12 or (len(title.split()) <= 3 and any(c.islower() or c.isupper() for c in title))


def _second_fact(unknown: list[tuple[int, Paper]], known: list[list[tuple[int, Paper]]]) -> list[list[int]]:
    """Records of one generic title, those without author joined where the year agrees and the text does: to each other, or to the
    records of one author. A record without text goes with the others of its year if that is no choice."""
    pairs: list[list[int]] = []
    for year in {paper.year for _, paper in unknown if paper.year is not None}:
        texts: dict[str, list[int]] = defaultdict(list)
        for i, paper in unknown:
            if paper.year == year:
                texts[_opening(paper) or (f"{i}" if paper.text else "")].append(i)
        bare = texts.pop("", [])
        groups: list[list[int]] = []
        silent = True
        for members in known:
            if any(paper.year == year for _, paper in members):
                silent = silent and not any(paper.text for _, paper in members)
                openings = {_opening(paper) for _, paper in members} & texts.keys()
                groups.append([members[0][0], *(i for opening in sorted(openings) for i in texts.pop(opening))])
        if silent and len(groups) == len(texts) == 1:
            groups[0] += texts.popitem()[1]
        groups += texts.values()
        if len(groups) == 1:
            groups[0] += bare
        else:
            groups.append(bare)
        pairs += [group for group in groups if len(group) > 1]
    return pairs


def _turned_names(papers: Iterable[Paper]) -> dict[str, str]:
    """Last names that are one author's, by the first of them: "Wang Wenbo" is printed where a list has "Wenbo Wang"."""
    lasts: dict[frozenset[str], set[str]] = defaultdict(set)
    for paper in papers:
        if family := _first_family(paper):
            lasts[frozenset(_folded(word) for word in paper.authors[0].replace(",", " ").split())].add(family)
    return {last: min(names) for names in lasts.values() if len(names) > 1 for last in names}


def _first_family(paper: Paper) -> str:
    """The last word of the first author's family name, so that "van den Oord" and "Oord" agree."""
    family = family_name(paper.authors[0]).split() if paper.authors else []
    return _folded(family[-1]) if family else ""


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


# ---------------------------------------------------------------- what is known of it


def _trust(paper: Paper) -> int:
    return min((_TRUST.get(source.reader, 5) for source in paper.sources), default=5)


def _content(paper: Paper) -> tuple[object, ...]:
    """An order of papers that follows from what they say alone."""
    return (
        normal_title(paper.title),
        paper.title,
        paper.authors,
        paper.date,
        paper.doi,
        paper.arxiv,
        paper.pmid,
        paper.text,
        paper.model_dump_json(),
    )


def _order(paper: Paper) -> tuple[object, ...]:
    return (_trust(paper), *_content(paper))


def _merged(group: list[Paper]) -> Paper:
    """One record of a group that is sorted by trust: each fact from the first that has it, the text whole from the fullest."""
    if len(group) == 1:
        return group[0]
    facts: dict[str, object] = {}
    for field in ("key", "title", "doi", "arxiv", "pmid", "url", "venue", "keywords", "note"):
        facts[field] = next((value for paper in group if (value := getattr(paper, field))), Paper.model_fields[field].default)
    # A key that a reader made fresh by a letter gives way to the one that it was made of.
    facts["key"] = min((paper.key for paper in group if paper.key and str(facts["key"]).startswith(paper.key)), key=len, default="")
    if facts["title"] and not any(paper.title and paper.note == facts["note"] for paper in group):
        facts["note"] = ""  # the words that stood for a missing title
    facts["date"] = _date([paper.date for paper in group if paper.date])
    first = next((paper for paper in group if paper.authors), group[0])
    fuller = [p for p in group if first.more_authors and len(p.authors) > len(first.authors) and _begins(p.authors, first.authors)]
    listed = min(fuller, key=lambda p: (p.more_authors, _order(p)), default=first)
    text = _fullest(group)
    sources = sorted({s for p in group for s in p.sources}, key=lambda s: (s.path, s.place, s.reader))
    facts |= {"authors": listed.authors, "more_authors": listed.more_authors, "sources": tuple(sources)}
    return Paper.model_validate({**facts, "text": text.text, "parts": text.parts, "pages": text.pages})


def _begins(long: Sequence[str], short: Sequence[str]) -> bool:
    return [_folded(family_name(name)) for name in long[: len(short)]] == [_folded(family_name(name)) for name in short]


def _date(dates: list[str]) -> str:
    """The most trusted date with a year, as finely as another record of the same year gives it."""
    dates = [date for date in dates if date[:4].isdigit()] or dates
    return max((date for date in dates if date.startswith(dates[0])), key=len) if dates else ""


def _fullest(group: list[Paper]) -> Paper:
    longest = max(len(paper.text) for paper in group)
    # A PDF's text has pages and a Markdown file's its sections: a copy of the same paper as bare text must be far longer to win.
    formed = [p for p in group if any(s.reader in _FULL_TEXT for s in p.sources) and len(p.text) * 2 >= longest]
    candidates = formed or group
    best = max(len(paper.text) for paper in candidates)
    return next(paper for paper in candidates if len(paper.text) == best)


# ---------------------------------------------------------------- what it is called


def _keyed(papers: list[tuple[Paper, list[Paper]]], known: Mapping[str, str]) -> list[Paper]:
    """``papers`` with their citekeys, unique also where case does not count: known ones first, then the users' own, then made ones."""
    taken = {key.casefold() for key in known.values()}
    keys: dict[int, str] = {}
    used: set[str] = set()
    for i, (_, group) in enumerate(papers):
        old = next((known[name] for record in group for name in identities(record) if name in known), "")
        if old and old.casefold() not in used:
            keys[i] = old
            used.add(old.casefold())
    for own in (True, False):
        for i, (paper, _) in enumerate(papers):
            wanted = _safe(paper.key) if own else made_key(paper)
            if i not in keys and wanted:
                keys[i] = _free(wanted, taken)
                taken.add(keys[i].casefold())
    return [paper.model_copy(update={"key": keys[i]}) for i, (paper, _) in enumerate(papers)]


def _safe(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", unicodedata.normalize("NFKD", key.translate(_ASCII)).encode("ascii", "ignore").decode()).strip(
        "-"
    )


def _free(key: str, taken: set[str]) -> str:
    if key.casefold() not in taken:
        return key
    number = 0
    while True:  # a … z, aa, ab …
        suffix, rest = "", number
        while rest >= 0:
            suffix, rest = chr(ord("a") + rest % 26) + suffix, rest // 26 - 1
        if f"{key}{suffix}".casefold() not in taken:
            return f"{key}{suffix}"
        number += 1


def made_key(paper: Paper) -> str:
    """The citekey of a paper that brought none, as Better BibTeX makes it by default: ``auth.lower + shorttitle(3,3) + year``."""
    year = str(paper.year) if paper.year else ""
    if not paper.title:
        if paper.arxiv:
            return "arxiv" + re.sub(r"[^A-Za-z0-9]", "", paper.arxiv)
        words = [_ascii(word) for word in (paper.note or paper.text[:200]).split()[:6]]
        return _lettered("".join(words)[:40].lower()) + year
    author = _ascii(family_name(paper.authors[0])).lower() if paper.authors else ""
    words = [_ascii(word) for word in re.split(r"[\s/—–:]+", paper.title)]
    telling = [word for word in words if word and word.lower() not in _SKIPPED_WORDS] or [word for word in words if word]
    return _lettered(author + "".join(word[0].upper() + word[1:24] for word in telling[:3])) + year


def _lettered(key: str) -> str:
    """``key`` if it has a letter: what is left of another script may be a bare number, which names nothing."""
    return key if any(c.isalpha() for c in key) else "untitled"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_ASCII)).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]", "", plain)
