"""Authors compared: as they are written here and there, with given names or initials, either way round."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import permutations

from survey.records import Reference, family_name

# What NFKD leaves alone, as names are usually written in ASCII.
_CYRILLIC = zip(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e iu ia i i e g".replace("_", "").split(" "),
    strict=True,
)
ASCII = str.maketrans({
    **dict(zip("ßøØæÆœŒłŁđĐðþı", ["ss", "o", "O", "ae", "Ae", "oe", "Oe", "l", "L", "d", "D", "d", "th", "i"], strict=True)),
    **{form: to.capitalize() if form.isupper() else to for letter, to in _CYRILLIC for form in (letter, letter.upper())},
})  # fmt: skip


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """``text`` in ASCII, lower case, letters and digits only; letters of other scripts are kept."""
    plain = unicodedata.normalize("NFKD", text.translate(ASCII)).casefold()
    return "".join(c for c in plain if c.isalnum())


_FEW = 20
"""Of more names than this that stand with one title, none is sought in another: such a title is no paper's."""
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})


@lru_cache(maxsize=65536)
def family(author: str) -> str:
    """The last word of a family name, so that "van den Oord" and "Oord" agree."""
    words = [word for part in family_name(author).split() if (word := _spelt(part)) not in _SUFFIXES]
    if not words and "," not in author:  # "John Smith Jr."
        words = [word for part in author.split() if (word := _spelt(part)) not in _SUFFIXES]
    return words[-1] if words else ""


def _spelt(name: str) -> str:
    """One spelling for "Müller", "Muller" and "Mueller"."""
    return re.sub(r"(?<=[aou])e", "", folded(name))


def _words(author: str) -> frozenset[str]:
    return frozenset(word for part in author.replace(",", " ").split() if (word := _spelt(part)) and word not in _SUFFIXES)


def first_family(paper: Reference) -> str:
    return family(paper.authors[0]) if paper.authors else ""


def other_initials(one: Reference, other: Reference) -> bool:
    """Whether the first authors share their family name and no initial, or are written out and differ: Wei Hu is neither Tao Hu nor
    Wen Hu, but "W. T. Hu" may be each."""
    if not (one.authors and other.authors) or first_family(one) != first_family(other):
        return False
    mine, theirs = (initials(paper.authors[0]) for paper in (one, other))
    if mine and theirs and mine.isdisjoint(theirs):
        return True
    written, other_written = _written_out(one.authors[0]), _written_out(other.authors[0])
    return bool(written and other_written) and not any(a.startswith(b) or b.startswith(a) for a in written for b in other_written)


def _written_out(author: str) -> frozenset[str]:
    """The given names that are more than initials."""
    family_part, _, given = author.partition(",")
    given = given if _words(given) else family_part.strip().removesuffix(family_name(family_part))
    return frozenset(word for part in re.split(r"[\s.\-‐]+", given) if len(word := _spelt(part)) > 2 and word not in _SUFFIXES)


def initials(author: str) -> frozenset[str]:
    family_part, _, given = author.partition(",")
    if not _words(given):
        given = family_part.strip().removesuffix(family_name(family_part))
    return frozenset(word[0] for part in re.split(r"[\s.\-‐]+", given) if (word := folded(part)) and word not in _SUFFIXES)


def families(paper: Reference) -> frozenset[str]:
    return frozenset(map(family, paper.authors))


def name_words(paper: Reference) -> frozenset[str]:
    """What papers of one author have in common, however the name is turned: the words of the first, and the others' family names."""
    if not paper.authors:
        return frozenset()
    return frozenset(word for word in (*_words(paper.authors[0]), *families(paper)) if len(word) > 1)


def turned_names(papers: Iterable[Reference]) -> dict[str, str]:
    """First families that are one author's, by the first of them: "Wang Wenbo" is printed where a list has "Wenbo Wang", "Lluís Màrquez"
    where another has "Lluís Màrquez Villodre", and a register may have the same authors in the order of the alphabet."""
    alike: dict[frozenset[str], set[str]] = defaultdict(set)
    for paper in papers:
        if first := first_family(paper):
            alike[_words(paper.authors[0])].add(first)
            if len(everyone := families(paper)) > 1 and not paper.more_authors:
                alike[everyone].add(first)
    if len(alike) <= _FEW:
        for one, other in permutations(alike, 2):
            if one < other and sum(len(word) > 1 for word in one) > 1:
                alike[other] |= alike[one]
    return {name: min(names) for names in alike.values() if len(names) > 1 for name in names}
