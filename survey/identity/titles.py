"""Titles compared: what is left of one when its print is taken away, which differ by no more than misprints, which stand for a reply."""

import html
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, islice
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Levenshtein

LEAST = 90.0
"""Titles whose letters agree less (of 100) are not compared word by word."""
_LETTERS = 6
"""In a title of fewer letters its other marks tell as much: "C++", "1/0"."""
_LONGEST = 1000
"""Letters of what may still be a title; what is longer is the same to the letter or not the same."""
_CROWD = 40
"""In a block of more titles only neighbours in the alphabet are compared, so that a name or a word of thousands costs no more."""
_NEAR = 8

_MARKS = re.compile("[\u0300-\u036f]+")
_TAG = re.compile(
    r"</?(?:i|b|u|em|strong|italic|bold|sub|sup|inf|sc|scp|tt|small|span|(?:jats|mml):\w+)(?:\s[^<>]{0,200})?/?>"
    r"|\\(?:emph|text[a-z]+|math[a-z]+|it|bf|em|sc|rm|tt|sl)\b|[{}]",
    re.IGNORECASE,
)
_GREEK = {code: unicodedata.name(chr(code)).split()[-1].lower() for code in range(ord("α"), ord("ω") + 1)}
_WORD = re.compile(r"[^\W_]+")
# What a publisher puts before the title of the paper itself; its notice of the retraction is called otherwise.
_STAMP = re.compile(r"^\W*(?:retracted|withdrawn)(?:\s+(?:article|paper|chapter))?\W*[:\]]\s*", re.IGNORECASE)
_NOTES = (
    ("correction", r"(?:(?:author|publisher)(?:['’]?s)?\s+)?(?:errat(?:um|a)|corrigend(?:um|a)|corrections?|addend(?:um|a))"),
    ("retraction", r"(?:notice\s+of\s+)?(?:retraction|withdrawal)(?:\s+(?:note|notice))?|(?:editorial\s+)?expression\s+of\s+concern"),
    (
        "reply",
        r"re|(?:(?:the\s+)?authors?['’]?s?['’]?\s+)?(?:reply|response|rejoinder)|(?:letter|answer)\s+to|comments?|commentary|discussion",
    ),
)
_NOTE = tuple((kind, re.compile(rf"^\W*(?:{words})\b(?:\W*:|\s+(?:to|on|of|for|by|from)\b|\W*$)", re.IGNORECASE)) for kind, words in _NOTES)
_SUBTITLE = re.compile(r"\s*[:?!—–]\s+|\s+-+\s+|\.\s+(?=[A-ZÀ-Þ])")
# A title that goes on with one of these is another work than the title before it.
_ANOTHER = re.compile(
    r"\b(?:part|volume|chapter|protocol|reply|response|rejoinder|comments?|commentary|discussion|erratum|corrigendum|correction|retraction|"
    r"supplement\w*|appendix|companion|tutorial|poster|demo|extended|update[ds]?|revisited|continued|follow-?up|sequel|years? later|"
    r"[ivx]{1,4}|first|second|third|fourth)\b",
    re.IGNORECASE,
)
_SEPARATE = re.compile(r"\bprotocol\b|\b(?:part|volume)\s+\w{1,4}\b", re.IGNORECASE)
_LITTLE = frozenset(
    ("a", "an", "the", "of", "in", "on", "for", "and", "to", "der", "die", "das", "und", "le", "la", "les", "de", "des", "et")
)
# fmt: off
_COUNTS = {word: str(number) for words in (
    "zero one two three four five six seven eight nine ten", "zeroth first second third fourth fifth sixth seventh eighth ninth tenth",
    "0 i ii iii iv v vi vii viii ix x",
) for number, word in enumerate(words.split())}
# fmt: on
_PREFIX = re.compile(
    r"^(?:un|in|im|ir|il|non|dis|de|anti|hyper|hypo|pre|post|intra|inter|extra|micro|macro|multi|mono|bi|tri|uni|sub|super|semi|self|up|down|"
    r"over|under|homo|hetero|endo|exo|fe|re)(?=\w{3})"
)


class Title(NamedTuple):
    """``normal``: letters and digits only; ``words``, ``numbers``: in order; ``heads``: normal forms of what stands before a subtitle, each
    with the words it leaves out; ``note``: "correction", "retraction" or "reply" to a paper, or ""; ``telling``: how many words do more
    than join others."""

    normal: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    heads: tuple[tuple[str, str], ...]
    note: str
    telling: int


@lru_cache(maxsize=65536)
def title_of(title: str) -> Title:
    title = bare_title(title)
    words = tuple(_WORD.findall(_folded(title.replace("&", " and "))))
    cuts = [(normal_title(title[: match.start()]), title[match.end() :].strip()) for match in islice(_SUBTITLE.finditer(title), 4)]
    return Title(
        normal=normal_title(title),
        words=words,
        numbers=tuple(number for word in words for number in (re.findall(r"\d+", word) or [_COUNTS.get(word, "")]) if number),
        heads=tuple((head, rest) for head, rest in cuts if head and rest),
        note=next((kind for kind, pattern in _NOTE if pattern.match(title)), ""),
        telling=sum(1 for word in words if len(word) > 2 and word not in _LITTLE),
    )


def bare_title(title: str) -> str:
    """``title`` without tags, LaTeX's commands for type, and a stamp of retraction."""
    return _STAMP.sub("", _TAG.sub("", html.unescape(title)))


@lru_cache(maxsize=65536)
def normal_title(title: str) -> str:
    """``title`` for comparing: bare, NFKC, case-folded, without accents, letters and digits only; one of few letters with its marks."""
    plain = _folded(bare_title(title))
    if plain.isascii():
        letters = "".join(_WORD.findall(plain))
    else:
        letters = "".join(c for c in plain if c.isalnum() or (c > "\u036f" and unicodedata.category(c)[0] == "M"))
    return letters if sum(map(str.isalpha, letters)) >= _LETTERS else " ".join(plain.split()).rstrip(" .。")


def _folded(text: str) -> str:
    if text.isascii():
        return text.casefold()
    # The vowel signs of other scripts are more than accents, and stay.
    return unicodedata.normalize("NFKC", _MARKS.sub("", unicodedata.normalize("NFKD", text))).casefold().translate(_GREEK)


def is_generic(title: str) -> bool:
    """Whether several papers may well bear it: "Editorial", "1 Your Chapter", "A Short Survey"."""
    return len(normal_title(title)) < 12 or (len(title.split()) <= 3 and any(c.islower() or c.isupper() for c in title))


def is_single(title: str) -> bool:
    """Whether it names no more than a column of a journal: "Editorial", "Introduction"."""
    return len(title.split()) == 1 or len(normal_title(title)) < 12


def is_shortened(short: Title, long: Title) -> bool:
    """Whether ``short`` is ``long`` without its subtitle, and the subtitle does not make it another work."""
    rests = [rest for head, rest in long.heads if head == short.normal]
    return bool(rests) and not any(_ANOTHER.search(" ".join(rest.split()[:4])) or _SEPARATE.search(rest) for rest in rests)


def likeness(one: Title, other: Title, known: Mapping[str, int]) -> float:
    """How far two titles agree, 0 to 100; 0 when they differ by more than misprints and little words.

    ``known`` counts the titles of the collection that have a word: where both of two like words are common, neither is a misprint.
    """
    if one.numbers != other.numbers or one.note != other.note or min(one.telling, other.telling) < 3 or len(one.normal) > _LONGEST:
        return 0.0
    score = fuzz.ratio(one.normal, other.normal, score_cutoff=LEAST)
    if not score:
        return 0.0
    misprints = 0
    for ours, theirs in _changes(one.words, other.words):
        if _LITTLE.issuperset((*ours, *theirs)) and not (ours and theirs):
            continue
        if not _is_misprint(ours, theirs, known):
            return 0.0
        misprints += 1
    return score if misprints <= max(1, min(len(one.words), len(other.words)) // 4) else 0.0


def _changes(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The runs of words in which two titles differ."""
    changes = [change for change in Levenshtein.opcodes(ours, theirs) if change.tag != "equal"]
    while changes:
        first = last = changes.pop(0)
        while changes and (changes[0].src_start, changes[0].dest_start) == (last.src_end, last.dest_end):
            last = changes.pop(0)
        yield ours[first.src_start : last.src_end], theirs[first.dest_start : last.dest_end]


def _is_misprint(ours: Sequence[str], theirs: Sequence[str], known: Mapping[str, int]) -> bool:
    one, other = "".join(ours), "".join(theirs)
    if one == other or _spelt(one) == _spelt(other):
        return True
    shorter = min(len(one), len(other))
    if shorter < 4 or any(c.isdigit() for c in one + other) or {one, _PREFIX.sub("", one)} & {other, _PREFIX.sub("", other)}:
        return False
    rare, common = sorted(min(known.get(word, 0) for word in words) for words in (ours, theirs))
    if rare > max(2, common / 20):
        return False
    most = 1 if shorter < 8 else 2
    return OSA.distance(one, other, score_cutoff=most) <= most


def _spelt(word: str) -> str:
    """One spelling for the two sides of the Atlantic, and for one and many."""
    word = word.replace("ae", "e").replace("oe", "e").replace("our", "or").replace("z", "s")
    return re.sub(r"(.)\1", r"\1", word).rstrip("s")


# ---------------------------------------------------------------- which titles are worth comparing


def like_titles(titles: Mapping[str, Title], blocks: Iterable[tuple[Hashable, str]]) -> list[tuple[str, str, float]]:
    """Pairs of ``titles`` (by their normal form) that are alike, with their likeness, each once, sorted.

    Compared are those that share a block (a first author and a year) or one of their rarest words, never all with all.
    """
    known = Counter(word for title in titles.values() for word in set(title.words))
    rooms: dict[Hashable, set[str]] = defaultdict(set)
    for block, name in blocks:
        rooms[block].add(name)
    for name, title in titles.items():
        shared = sorted({word for word in title.words if known[word] > 1 and len(word) > 3}, key=lambda word: (known[word], word))
        for word in shared[:4]:
            rooms[word].add(name)
    seen: set[tuple[str, str]] = set()
    found = []
    for members in rooms.values():
        for pair in _neighbours(members):
            if pair not in seen:
                seen.add(pair)
                one, other = (titles[name] for name in pair)
                if one.numbers == other.numbers and (score := likeness(one, other, known)):
                    found.append((*pair, score))
    return sorted(found, key=lambda pair: (-pair[2], pair))


def _neighbours(names: set[str]) -> Iterator[tuple[str, str]]:
    """Every pair of a few; of many, those that begin alike or end alike."""
    ordered = sorted(names)
    if len(ordered) <= _CROWD:
        yield from combinations(ordered, 2)
        return
    for line in (ordered, sorted(ordered, key=lambda name: name[::-1])):
        for at, name in enumerate(line):
            for other in line[at + 1 : at + _NEAR]:
                yield (name, other) if name < other else (other, name)
